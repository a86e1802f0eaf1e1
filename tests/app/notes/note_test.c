/* note_test.c - clinical notes: who reads them, and what becomes of them. */
#include <string.h>

#include "app/notes/note.h"
#include "tests/support/practice.h"

#define ANNA "/g/north/patients/q-anna/notes"
#define BERT "/g/north/patients/q-bert/notes"

/* Where the note that was just written stands. */
static const char *write_note(struct cx *cx, const char *who, const char *where, const char *text,
                              bool private, bool sign)
{
    struct page page = post(cx, who, where, "title", "Review", "text", text,
                            private ? "private" : "x", "1", sign ? "sign" : "y", "1", NULL);
    CHECK_INT(page.status, 303);
    return page.location ? page.location : "";
}

static const char *under(struct cx *cx, const char *note, const char *what)
{
    return arena_print(cx->mem, "%s/%s", note, what);
}

static void set_user(struct cx *cx, const char *who, const char *what)
{
    must_run(cx, arena_print(cx->mem, "UPDATE users SET %s WHERE id = 'u-%s'", what, who));
}

/* The version that stands in a form. */
static const char *version(struct cx *cx, const char *note)
{
    struct page form = get(cx, "ben", under(cx, note, "edit"));
    const char *at = strstr(form.body, "name=\"version\" value=\"");
    return at ? arena_copy(cx->mem, at + 22, strcspn(at + 22, "\"")) : "";
}

TEST(a_level_reads_the_own_notes_others_notes_or_none)
{
    practice_begin(cx);
    set_user(cx, "chen", "read_only = 0");
    CHECK(has_text(get(cx, "chen", ANNA), "Anna walks &lt;b&gt;well."));
    CHECK(has_text(get(cx, "ben", ANNA), "Anna walks")); /* Clinical Access reads others' */
    CHECK(has_text(get(cx, "freya", ANNA "/n-anna"), "Anna walks"));
    set_user(cx, "ben", "level = 'contact'");
    CHECK(!has_text(get(cx, "ben", ANNA), "Anna walks"));
    CHECK_INT(get(cx, "ben", ANNA "/n-anna").status, 403);
    CHECK(has_text(get(cx, "ben", BERT), "Bert sleeps")); /* the own ones */
    CHECK_INT(get(cx, "gina", ANNA).status, 403);         /* Office Access has none */
    CHECK_INT(get(cx, "gina", ANNA "/n-anna").status, 403);
    CHECK(!has_text(get(cx, "gina", "/g/north/patients/q-anna"), "q-anna/notes"));
    CHECK(has_text(get(cx, "ben", "/g/north/patients/q-anna"), "q-anna/notes"));
}

TEST(the_patient_must_be_within_reach_too)
{
    practice_begin(cx);
    CHECK_INT(get(cx, "chen", BERT).status, 403); /* Personal Access: Ben's patient */
    CHECK_INT(get(cx, "chen", BERT "/n-bert").status, 403);
    CHECK_INT(get(cx, "ben", ANNA "/n-bert").status, 404); /* not one of hers */
    set_user(cx, "ben", "location_restriction = 1");
    must_run(cx, "DELETE FROM assignments WHERE user_id = 'u-ben' AND location_id = 'l-riverside'");
    CHECK_INT(get(cx, "ben", ANNA).status, 403);
    CHECK(has_text(get(cx, "ben", BERT), "Bert sleeps"));
    must_run(cx, "DELETE FROM assignments WHERE user_id = 'u-ben'");
    CHECK_INT(get(cx, "ben", BERT).status, 403); /* no location, no records */
}

TEST(a_grant_for_one_patient_opens_no_notes_to_a_level_that_has_none)
{
    practice_begin(cx);
    must_run(cx, "INSERT INTO patient_grants (practice_id, user_id, patient_id, reach, since,"
                 " by_name) VALUES ('north', 'u-gina', 'q-anna', 2, 1, ''),"
                 " ('north', 'u-chen', 'q-bert', 1, 1, '')");
    CHECK_INT(get(cx, "gina", "/g/north/patients/q-anna").status, 200);
    CHECK_INT(get(cx, "gina", ANNA).status, 403);
    act_as(cx, "north", "gina"); /* the rule itself, behind the door */
    struct patient *anna;
    struct note_list list;
    struct note *note;
    CHECK(patient_find(cx, id_of("q-anna"), &anna) == OK);
    CHECK(note_list(cx, anna, (struct id){ "" }, &list) == OK && list.n == 0);
    CHECK(note_find(cx, anna, id_of("n-anna"), &note) == FORBIDDEN);
    (void)!act_end(cx, FORBIDDEN);
    CHECK(has_text(get(cx, "chen", BERT), "Bert sleeps"));
    must_run(cx, "INSERT INTO patient_grants (practice_id, user_id, patient_id, reach, since,"
                 " by_name) VALUES ('north', 'u-ben', 'q-bert', 0, 1, '')");
    CHECK_INT(get(cx, "ben", BERT "/n-bert").status, 403); /* taken away, the own note too */
}

TEST(a_draft_is_its_authors_alone)
{
    practice_begin(cx);
    const char *note = write_note(cx, "ben", BERT, "Not thought through", false, false);
    CHECK(has_text(get(cx, "ben", BERT), "Not thought through"));
    CHECK(!has_text(get(cx, "freya", BERT), "Not thought through"));
    CHECK_INT(get(cx, "freya", note).status, 404);
    CHECK_INT(get(cx, "olga", under(cx, note, "edit")).status, 404);
    CHECK_INT(post(cx, "freya", note, "text", "x", NULL).status, 404);
    CHECK_INT(post(cx, "freya", under(cx, note, "discard"), NULL).status, 404);
    CHECK_INT(COUNT("SELECT count(*) FROM note_editions WHERE by_id = 'u-ben'"),
              1); /* Bert's first */
    CHECK_INT(post(cx, "ben", note, "text", "Thought through", "sign", "1", "version",
                   version(cx, note), NULL)
                  .status,
              303);
    CHECK(has_text(get(cx, "freya", BERT), "Thought through"));
    CHECK_INT(COUNT("SELECT count(*) FROM note_editions WHERE text = 'Thought through'"
                    " AND edition = 1"),
              1);
    CHECK_INT(
        COUNT("SELECT count(*) FROM audit WHERE kind = 'note.signed' AND about_name = '1002'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE changes LIKE '%hought%' OR note LIKE"
                    " '%hought%'"),
              0);
}

TEST(a_discarded_draft_leaves_no_words)
{
    practice_begin(cx);
    const char *note = write_note(cx, "ben", BERT, "Wrong patient", false, false);
    CHECK_INT(post(cx, "ben", under(cx, note, "discard"), "version", "1", NULL).status, 303);
    CHECK_INT(get(cx, "ben", note).status, 404);
    CHECK_INT(post(cx, "ben", under(cx, note, "discard"), NULL).status, 404);
    CHECK_INT(COUNT("SELECT count(*) FROM notes WHERE text LIKE '%Wrong%'"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM notes WHERE state = 'discarded'"), 1);
    note = write_note(cx, "ben", BERT, "Signed", false, true);
    CHECK_INT(post(cx, "ben", under(cx, note, "discard"), "version", "1", NULL).status, 409);
    CHECK(has_text(get(cx, "ben", note), "Signed"));
}

TEST(a_draft_that_changed_meanwhile_is_not_discarded)
{
    practice_begin(cx);
    const char *note = write_note(cx, "ben", BERT, "One", false, false);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'note.saved'"), 0);
    CHECK_INT(post(cx, "ben", note, "text", "Two", "version", version(cx, note), NULL).status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'note.saved'"), 1);
    struct page page = post(cx, "ben", under(cx, note, "discard"), "version", "1", NULL);
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "Two") && has_text(page, "name=\"version\" value=\"2\""));
    CHECK_INT(post(cx, "ben", under(cx, note, "discard"), NULL).status, 409);
    CHECK_INT(COUNT("SELECT count(*) FROM notes WHERE text = 'Two' AND state = 'draft'"), 1);
    CHECK_INT(post(cx, "ben", under(cx, note, "discard"), "version", "2", NULL).status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM notes WHERE text = 'Two'"), 0);
}

/* Free text may hold names, and nobody could take them out. */
TEST(who_does_not_see_names_reads_no_notes)
{
    practice_begin(cx);
    set_user(cx, "gina", "level = 'clinical'");
    CHECK(has_text(get(cx, "gina", ANNA), "Anna walks"));
    set_user(cx, "gina", "hide_patient_names = 1");
    struct page page = get(cx, "gina", ANNA);
    CHECK_INT(page.status, 403);
    CHECK(has_text(page, "names are hidden from you") && !has_text(page, "Anna walks"));
    CHECK_INT(get(cx, "gina", ANNA "/n-anna").status, 403);
    CHECK(!has_text(get(cx, "gina", "/g/north/patients/q-anna"), "q-anna/notes"));
    CHECK_INT(get(cx, "gina", "/g/north/patients/q-anna/emergency").status, 403);
    must_run(cx, "INSERT INTO patient_grants (practice_id, user_id, patient_id, reach, since,"
                 " by_name) VALUES ('north', 'u-gina', 'q-anna', 2, 1, '')");
    CHECK_INT(get(cx, "gina", ANNA "/n-anna").status, 403);
    page = get(cx, "freya", "/g/north/patients/q-anna/why?user=u-gina");
    CHECK(has_text(page, "Hide Patient Names: clinical notes stay closed"));
    set_user(cx, "freya", "role_type = 'administrator', hide_patient_names = 1"); /* Full Access */
    CHECK_INT(get(cx, "freya", ANNA "/n-anna").status, 403);
}

TEST(a_private_note_is_its_authors_until_they_are_deactivated)
{
    practice_begin(cx);
    const char *note = write_note(cx, "ben", BERT, "Between us", true, true);
    CHECK(has_text(get(cx, "ben", note), "Between us"));
    CHECK_INT(get(cx, "freya", note).status, 404);
    CHECK(!has_text(get(cx, "olga", BERT), "Between us"));
    CHECK_INT(post(cx, "freya", under(cx, note, "private"), "private", "", NULL).status, 404);
    CHECK_INT(post(cx, "ben", under(cx, note, "private"), "private", "", NULL).status, 303);
    CHECK(has_text(get(cx, "freya", note), "Between us"));
    CHECK_INT(post(cx, "freya", under(cx, note, "private"), "private", "1", NULL).status, 403);
    CHECK_INT(post(cx, "ben", under(cx, note, "private"), "private", "1", NULL).status, 303);
    CHECK_INT(get(cx, "freya", note).status, 404);
    set_user(cx, "ben", "status = 'deactivated'");
    CHECK(has_text(get(cx, "freya", note), "Between us"));
    set_user(cx, "kavya", "status = 'active', access_ended_at = 0");
    sign_in_again(cx, "kavya");
    CHECK_INT(get(cx, "kavya", note).status, 404); /* Clinical Access does not */
}

TEST(a_draft_that_a_deactivated_author_left_is_read_by_full_access_and_changed_by_nobody)
{
    practice_begin(cx);
    const char *note = write_note(cx, "ben", BERT, "Half a sentence", false, false);
    set_user(cx, "ben", "status = 'deactivated'");
    struct page page = get(cx, "freya", note);
    CHECK(has_text(page, "Half a sentence"));
    CHECK(has_text(page, "who is deactivated"));
    CHECK_INT(get(cx, "freya", under(cx, note, "edit")).status, 403);
    CHECK_INT(post(cx, "freya", note, "text", "Mine", "sign", "1", "version", "1", NULL).status,
              403);
    CHECK_INT(post(cx, "freya", under(cx, note, "discard"), NULL).status, 403);
    CHECK_INT(COUNT("SELECT count(*) FROM notes WHERE text = 'Half a sentence'"), 1);
}

TEST(an_amendment_needs_a_reason_and_keeps_what_was_signed)
{
    practice_begin(cx);
    struct page page =
        post(cx, "freya", BERT "/n-bert", "text", "Bert sleeps worse.", "version", "1", NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Bert sleeps worse."));
    CHECK(has_text(page, "Enter why the note is changed"));
    page = post(cx, "ben", BERT "/n-bert", "text", "Bert sleeps worse.", "reason", "Mixed up",
                "version", "1", NULL);
    CHECK_INT(page.status, 303);
    page = get(cx, "freya", BERT "/n-bert");
    CHECK(has_text(page, "Bert sleeps worse."));
    CHECK(has_text(page, "Bert sleeps better."));
    CHECK(has_text(page, "Mixed up"));
    CHECK(has_text(page, "Amended once"));
    CHECK_INT(COUNT("SELECT count(*) FROM note_editions WHERE note_id = 'n-bert'"), 2);
    page = post(cx, "ben", BERT "/n-bert", "text", "Bert sleeps worse.", "reason", "Again",
                "version", "2", NULL);
    CHECK_INT(page.status, 303); /* nothing differs */
    CHECK_INT(COUNT("SELECT count(*) FROM note_editions WHERE note_id = 'n-bert'"), 2);
    CHECK_INT(
        post(cx, "olga", BERT "/n-bert", "text", "Late", "reason", "Late", "version", "1", NULL)
            .status,
        409);
}

/* No page asks for these; the domain refuses them all the same. */
TEST(an_amendment_is_of_a_signed_note_and_leaves_it_private)
{
    struct note_draft typed = { .title = "", .text = "Other words" };
    struct patient *bert;
    struct note *n;
    practice_begin(cx);
    must_run(cx,
             "INSERT INTO notes (practice_id, id, patient_id, author_id, author_name, text,"
             " private, state, edition, created_at, signed_at, changed_at) VALUES"
             " ('north', 'n-draft', 'q-bert', 'u-ben', 'Ben', 'Half', 0, 'draft', 0, 1, NULL, 1),"
             " ('north', 'n-kept', 'q-bert', 'u-ben', 'Ben', 'All', 1, 'signed', 1, 1, 1, 1)");
    act_as(cx, "north", "ben");
    CHECK(patient_find(cx, id_of("q-bert"), &bert) == OK);
    CHECK(note_find(cx, bert, id_of("n-draft"), &n) == OK);
    CHECK(note_amend(cx, bert, n, &typed, "Why", 1) == CONFLICT);
    CHECK(act_end(cx, CONFLICT) == CONFLICT);
    act_as(cx, "north", "ben");
    CHECK(note_find(cx, bert, id_of("n-kept"), &n) == OK);
    CHECK(note_amend(cx, bert, n, &typed, "Why", 1) == OK);
    CHECK(act_end(cx, OK) == OK);
    CHECK_INT(COUNT("SELECT count(*) FROM notes WHERE id = 'n-kept' AND private = 1 AND text ="
                    " 'Other words'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM notes WHERE id = 'n-draft' AND text = 'Half'"), 1);
    struct page page = post(cx, "ben", BERT "/n-kept", "version", "1", "text", "Late words",
                            "reason", "Why", NULL);
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "keep_text") && !has_text(page, "keep_private"));
}

TEST(a_late_save_does_not_open_a_private_draft)
{
    practice_begin(cx);
    const char *note = write_note(cx, "ben", BERT, "One", false, false);
    struct page form = get(cx, "ben", under(cx, note, "edit"));
    const char *was = strstr(form.body, "name=\"was\" value=\"") + 18;
    was = arena_copy(cx->mem, was, strcspn(was, "\""));
    CHECK_INT(post(cx, "ben", note, "text", "One", "title", "Review", "private", "1", "version",
                   "1", "was", was, NULL)
                  .status,
              303);
    CHECK_INT(
        post(cx, "ben", note, "text", "Two", "title", "Review", "version", "1", "was", was, NULL)
            .status,
        303);
    CHECK_INT(COUNT("SELECT count(*) FROM notes WHERE text = 'Two' AND private = 1"), 1);
}

TEST(read_only_reads_and_writes_nothing)
{
    practice_begin(cx);
    struct page page = get(cx, "chen", ANNA); /* Read Only */
    CHECK(has_text(page, "Anna walks"));
    CHECK(!has_text(page, "notes/new"));
    CHECK_INT(get(cx, "chen", ANNA "/new").status, 403);
    CHECK_INT(post(cx, "chen", ANNA, "text", "x", NULL).status, 403);
    CHECK_INT(
        post(cx, "chen", ANNA "/n-anna", "text", "x", "reason", "y", "version", "1", NULL).status,
        403);
    CHECK_INT(COUNT("SELECT count(*) FROM notes"), 3);
}

TEST(an_empty_note_is_refused_and_what_was_typed_is_kept)
{
    practice_begin(cx);
    struct page page = post(cx, "ben", BERT, "title", "Only a title", "text", " \r\n ", NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Write the note"));
    CHECK(has_text(page, "Only a title"));
}

TEST(notes_follow_a_merged_record)
{
    practice_begin(cx);
    CHECK_INT(post(cx, "freya", "/g/north/patients/q-anna/merge/q-bert", "version", "1",
                   "other_version", "1", NULL)
                  .status,
              303);
    CHECK_INT(COUNT("SELECT count(*) FROM notes WHERE patient_id = 'q-anna'"), 2);
    CHECK(has_text(get(cx, "freya", ANNA), "Bert sleeps"));
    CHECK(!has_text(get(cx, "freya", BERT), "Bert sleeps"));
    struct page page = post(cx, "freya", BERT, "text", "Long thoughts", NULL);
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "Long thoughts") && has_text(page, "merged into another one"));
    page = post(cx, "ben", BERT "/n-bert", "version", "1", "text", "Bert snores.", "reason", "More",
                NULL); /* begun before */
    CHECK_INT(page.status, 303);
    CHECK(has_text(get(cx, "freya", ANNA "/n-bert"), "Bert snores."));
    CHECK_INT(get(cx, "freya", BERT "/new").status, 403);
}

TEST(older_notes_come_on_further_pages_and_hidden_ones_take_no_place)
{
    practice_begin(cx);
    for (int i = 0; i < 50; i++)
        must_run(cx, arena_print(cx->mem,
                                 "INSERT INTO notes (practice_id, id, patient_id, author_id,"
                                 " author_name, text, private, state, edition, created_at,"
                                 " signed_at, changed_at) VALUES ('north', 'm-%02d', 'q-bert',"
                                 " 'u-ben', 'Ben', 'Line %02d.', %d, 'signed', 1, 1, 1, 1)",
                                 i, i, i % 2));
    struct page page = get(cx, "freya", BERT); /* sees n-bert and the even ones */
    CHECK(has_text(page, "Bert sleeps") && has_text(page, "Line 48.")
          && has_text(page, "Line 12."));
    CHECK(!has_text(page, "Line 47.") && !has_text(page, "Line 10."));
    page = get(cx, "freya", BERT "?after=m-12");
    CHECK(has_text(page, "Line 10.") && has_text(page, "Line 00.") && !has_text(page, "after="));
}

TEST(opening_a_note_is_recorded)
{
    practice_begin(cx);
    get(cx, "freya", BERT "/n-bert");
    get(cx, "chen", BERT "/n-bert");
    CHECK_INT(COUNT("SELECT count(*) FROM looked_at l JOIN looks k ON k.id = l.look_id WHERE"
                    " l.patient_id = 'q-bert' AND l.how = 'opened' AND k.user_id = 'u-freya'"
                    " AND k.route = '/g/:g/patients/:id/notes/:note'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM looked_at l JOIN looks k ON k.id = l.look_id WHERE"
                    " l.patient_id = 'q-bert' AND l.how = 'denied' AND k.user_id = 'u-chen'"),
              1);
}

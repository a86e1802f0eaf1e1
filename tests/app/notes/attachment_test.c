/* attachment_test.c - files that hang on notes: who reads and who changes them, what is taken. */
#include <string.h>

#include "app/notes/attachment.h"
#include "tests/support/practice.h"

#define ANNA "/g/north/patients/q-anna/notes"
#define BERT "/g/north/patients/q-bert/notes"
#define PDF "%PDF-1.7 \0 and more"

static void set_user(struct cx *cx, const char *who, const char *what)
{
    must_run(cx, arena_print(cx->mem, "UPDATE users SET %s WHERE id = 'u-%s'", what, who));
}

/* Where Ben's new note stands. */
static const char *write_note(struct cx *cx, bool private, bool sign)
{
    struct page page = post(cx, "ben", BERT, "title", "Review", "text", "Bert walks.",
                            private ? "private" : "x", "1", sign ? "sign" : "y", "1", NULL);
    CHECK_INT(page.status, 303);
    return page.location ? page.location : "";
}

static const char *under(struct cx *cx, const char *note, const char *what)
{
    return arena_print(cx->mem, "%s/%s", note, what);
}

static struct page attach(struct cx *cx, const char *who, const char *note, const char *name,
                          const char *bytes, size_t n, const char *reason)
{
    return post_file(cx, who, under(cx, note, "attachments"), name, bytes, n, "reason", reason,
                     NULL);
}

/* Where the last file of a note is saved from. */
static const char *saved_from(struct cx *cx, const char *who, const char *note)
{
    struct page page = get(cx, who, note);
    const char *at = NULL, *prefix = under(cx, note, "attachments/");
    for (const char *next = page.body; (next = strstr(next, prefix)); next++)
        if (next[strlen(prefix) + 26] == '"') at = next;
    return at ? arena_copy(cx->mem, at, strcspn(at, "\"")) : "-";
}

static int64_t left(struct cx *cx)
{
    return COUNT("SELECT count(*) FROM attachment_pieces WHERE attachment_id <> 'f-anna'"
                 " AND attachment_id <> 'f-zara'");
}

/* What a practice is said to have is what it has. */
static void sizes_agree(struct cx *cx)
{
    CHECK_INT(COUNT("SELECT count(*) FROM attachment_sizes s WHERE s.bytes <> (SELECT"
                    " COALESCE(sum(a.size), 0) FROM attachments a WHERE a.practice_id ="
                    " s.practice_id AND a.removed_at IS NULL)"),
              0);
    CHECK_INT(COUNT("SELECT count(*) FROM attachments a WHERE a.size <> (SELECT"
                    " COALESCE(sum(length(p.bytes)), 0) FROM attachment_pieces p WHERE"
                    " p.practice_id = a.practice_id AND p.attachment_id = a.id)"
                    " AND a.removed_at IS NULL"),
              0);
}

TEST(what_was_attached_comes_back_byte_for_byte)
{
    enum { LONG = 3 * PIECE + 1234 };
    practice_begin(cx);
    const char *note = write_note(cx, false, false);
    char *bytes = arena_alloc(cx->mem, LONG);
    for (size_t i = 0; i < LONG; i++) bytes[i] = (char)(i * 2654435761u >> 13);
    memcpy(bytes, "%PDF-", 5);
    CHECK_INT(attach(cx, "ben", note, "..\\Bert's scan.exe", bytes, LONG, "").status, 303);
    struct page page = get(cx, "ben", note);
    CHECK(has_text(page, "Bert&#39;s scan.exe.pdf") && has_text(page, "PDF, 0.2 MB"));
    page = get(cx, "ben", saved_from(cx, "ben", note));
    CHECK_INT(page.status, 200);
    CHECK(page.length == LONG && memcmp(page.body, bytes, LONG) == 0);
    CHECK_TEXT(page.type, "application/pdf");
    CHECK_TEXT(page.disposition, "attachment; filename=\"Bert's scan.exe.pdf\";"
                                 " filename*=UTF-8''Bert%27s%20scan.exe.pdf");
    CHECK_INT(left(cx), 4);
    sizes_agree(cx);
    CHECK(has_text(get(cx, "ben", BERT), "1 attachment"));
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'note.attached' AND about_name ="
                    " '1002' AND note = '1 file attached'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE note LIKE '%scan%' OR changes LIKE '%scan%'"),
              0);
}

TEST(an_attachment_is_read_by_whoever_reads_the_note)
{
    practice_begin(cx);
    const char *file = ANNA "/n-anna/attachments/f-anna";
    struct page page = get(cx, "chen", file);
    CHECK_INT(page.status, 200);
    CHECK_TEXT(page.body, "Anna limps.");
    CHECK_TEXT(page.type, "text/plain; charset=utf-8");
    CHECK_INT(get(cx, "ben", file).status, 200);
    CHECK_INT(get(cx, "freya", file).status, 200);
    CHECK_INT(get(cx, "gina", file).status, 403);
    CHECK_INT(get(cx, "zoe", file).status, 404);
    CHECK_INT(get(cx, "", file).status, 303);
    CHECK_INT(get(cx, "freya", BERT "/n-bert/attachments/f-anna").status,
              404); /* of another note */
    CHECK_INT(get(cx, "freya", BERT "/n-anna/attachments/f-anna").status, 404);
    CHECK_INT(get(cx, "freya", ANNA "/n-anna/attachments/f-zara").status, 404);
    set_user(cx, "ben", "level = 'contact'");
    CHECK_INT(get(cx, "ben", file).status, 403);
    set_user(cx, "gina", "level = 'clinical'");
    CHECK_INT(get(cx, "gina", file).status, 200);
    set_user(cx, "gina", "hide_patient_names = 1");
    page = get(cx, "gina", file);
    CHECK_INT(page.status, 403);
    CHECK(has_text(page, "attachments may hold names") && !has_text(page, "Gait"));
    must_run(cx, "INSERT INTO patient_grants (practice_id, user_id, patient_id, reach, since,"
                 " by_name) VALUES ('north', 'u-chen', 'q-anna', 0, 1, '')");
    CHECK_INT(get(cx, "chen", file).status, 403); /* taken away */
}

TEST(saving_one_is_recorded_and_so_is_what_was_refused)
{
    practice_begin(cx);
    get(cx, "freya", ANNA "/n-anna/attachments/f-anna");
    CHECK_INT(COUNT("SELECT count(*) FROM looked_at l JOIN looks k ON k.id = l.look_id WHERE"
                    " l.patient_id = 'q-anna' AND l.how = 'opened' AND k.user_id = 'u-freya' AND"
                    " k.route = '/g/:g/patients/:id/notes/:note/attachments/:file'"),
              1);
    set_user(cx, "chen", "read_only = 0");
    get(cx, "chen", BERT "/n-bert/attachments/f-anna");
    CHECK_INT(COUNT("SELECT count(*) FROM looked_at l JOIN looks k ON k.id = l.look_id WHERE"
                    " l.patient_id = 'q-bert' AND l.how = 'denied' AND k.user_id = 'u-chen'"),
              1);
}

TEST(drafts_and_private_notes_keep_theirs_to_themselves)
{
    practice_begin(cx);
    const char *draft = write_note(cx, false, false), *private = write_note(cx, true, true);
    CHECK_INT(attach(cx, "ben", draft, "a.pdf", PDF, sizeof PDF, "").status, 303);
    CHECK_INT(attach(cx, "ben", private, "b.pdf", PDF, sizeof PDF, "Came later").status, 303);
    const char *a = saved_from(cx, "ben", draft), *b = saved_from(cx, "ben", private);
    CHECK_INT(get(cx, "ben", a).status, 200);
    CHECK_INT(get(cx, "ben", b).status, 200);
    CHECK_INT(get(cx, "freya", a).status, 404);
    CHECK_INT(get(cx, "freya", b).status, 404);
    CHECK_INT(attach(cx, "freya", draft, "c.pdf", PDF, sizeof PDF, "").status, 404);
    CHECK_INT(post(cx, "freya", under(cx, a, "remove"), NULL).status, 404);
    set_user(cx, "ben", "status = 'deactivated'");
    CHECK_INT(get(cx, "freya", a).status, 200); /* left behind: Full Access reads them */
    CHECK_INT(get(cx, "freya", b).status, 200);
    CHECK_INT(attach(cx, "freya", draft, "c.pdf", PDF "c", sizeof PDF + 1, "").status, 403);
    CHECK_INT(post(cx, "freya", under(cx, a, "remove"), NULL).status, 403);
    CHECK_INT(left(cx), 2);
}

TEST(a_signed_note_gets_more_by_amendment_and_loses_nothing)
{
    practice_begin(cx);
    const char *note = write_note(cx, false, false);
    CHECK_INT(attach(cx, "ben", note, "first.pdf", PDF, sizeof PDF, "").status, 303);
    CHECK_INT(post(cx, "ben", note, "title", "Review", "text", "Bert walks.", "sign", "1",
                   "version", "2", NULL)
                  .status,
              303);
    const char *first = saved_from(cx, "ben", note);
    CHECK_INT(post(cx, "ben", under(cx, first, "remove"), NULL).status, 409);
    struct page page = attach(cx, "ben", note, "later.pdf", PDF "2", sizeof PDF + 1, "");
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Enter why something is attached"));
    page = attach(cx, "ben", note, "later.pdf", PDF "2", sizeof PDF + 1, "Result came");
    CHECK_INT(page.status, 303);
    page = get(cx, "freya", note);
    CHECK(has_text(page, "first.pdf") && has_text(page, "later.pdf")
          && has_text(page, "Result came") && has_text(page, "with edition 2")
          && has_text(page, "Amended once"));
    CHECK(!has_text(page, "/remove"));
    CHECK_INT(COUNT("SELECT count(*) FROM note_editions WHERE edition = 2 AND text = 'Bert walks.'"
                    " AND reason = 'Result came'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'note.amended'"), 1);
    CHECK_INT(attach(cx, "freya", note, "hers.pdf", PDF "3", sizeof PDF + 1, "Hers").status, 303);
    CHECK_INT(left(cx), 3);
    sizes_agree(cx);
}

TEST(the_same_file_twice_is_once)
{
    practice_begin(cx);
    const char *note = write_note(cx, false, false);
    CHECK_INT(attach(cx, "ben", note, "a.pdf", PDF, sizeof PDF, "").status, 303);
    CHECK_INT(attach(cx, "ben", note, "b.pdf", PDF, sizeof PDF, "").status, 303);
    CHECK_INT(left(cx), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'note.attached'"), 1);
    const char *file = saved_from(cx, "ben", note);
    CHECK_INT(post(cx, "ben", under(cx, file, "remove"), NULL).status, 303);
    CHECK_INT(post(cx, "ben", under(cx, file, "remove"), NULL).status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'note.attachment_removed'"), 1);
    CHECK_INT(get(cx, "ben", file).status, 404);
    CHECK_INT(attach(cx, "ben", note, "a.pdf", PDF, sizeof PDF, "").status, 303); /* once more */
    CHECK_INT(left(cx), 1);
    sizes_agree(cx);
}

TEST(discarding_a_draft_discards_what_hangs_on_it)
{
    practice_begin(cx);
    const char *note = write_note(cx, false, false);
    CHECK_INT(attach(cx, "ben", note, "Bert's.pdf", PDF, sizeof PDF, "").status, 303);
    CHECK_INT(attach(cx, "ben", note, "b.txt", "Bert", 4, "").status, 303);
    const char *file = saved_from(cx, "ben", note);
    CHECK_INT(post(cx, "ben", under(cx, note, "discard"), "version", "1", NULL).status, 409);
    CHECK_INT(left(cx), 2); /* who has not seen the files does not discard them */
    CHECK_INT(post(cx, "ben", under(cx, note, "discard"), "version", "3", NULL).status, 303);
    CHECK_INT(left(cx), 0);
    CHECK_INT(get(cx, "ben", file).status, 404);
    CHECK_INT(COUNT("SELECT count(*) FROM attachments WHERE removed_at IS NOT NULL AND name = ''"
                    " AND hash = ''"),
              2);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'note.discarded' AND note ="
                    " '2 attachments discarded'"),
              1);
    sizes_agree(cx);
}

TEST(what_is_not_what_it_says_is_refused_and_what_was_typed_is_kept)
{
    practice_begin(cx);
    static const char html[] = "<html><script>alert(1)</script>", exe[] = "MZ\x90\0\3";
    struct page page =
        attach(cx, "freya", BERT "/n-bert", "face.png", html, sizeof html - 1, "A picture");
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "“face.png” is not a PDF") && has_text(page, "value=\"A picture\""));
    CHECK_INT(attach(cx, "freya", BERT "/n-bert", "a.pdf", exe, sizeof exe, "x").status, 422);
    page = attach(cx, "freya", BERT "/n-bert", "a.pdf", "", 0, "x");
    CHECK(page.status == 422 && has_text(page, "is empty"));
    page = post(cx, "freya", BERT "/n-bert/attachments", "reason", "A picture", NULL);
    CHECK(page.status == 422 && has_text(page, "Choose a file") && has_text(page, "A picture"));
    CHECK_INT(left(cx), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM note_editions WHERE note_id = 'n-bert'"), 1);
}

TEST(what_is_too_large_is_refused_with_413)
{
    practice_begin(cx);
    char *bytes = arena_alloc(cx->mem, ATTACHMENT_MOST + 1);
    memset(bytes, 'x', ATTACHMENT_MOST + 1);
    struct page page =
        attach(cx, "freya", BERT "/n-bert", "a.txt", bytes, ATTACHMENT_MOST + 1, "A text");
    CHECK_INT(page.status, 413);
    CHECK(has_text(page, "“a.txt” is larger than 10 MB") && has_text(page, "A text"));
    CHECK_INT(left(cx), 0);
    CHECK_INT(attach(cx, "freya", BERT "/n-bert", "a.txt", bytes, ATTACHMENT_MOST, "y").status,
              303);
    CHECK_INT(left(cx), ATTACHMENT_MOST / PIECE);
    sizes_agree(cx);
}

TEST(a_note_and_a_practice_have_only_so_much_room)
{
    practice_begin(cx);
    const char *note = write_note(cx, false, false);
    for (int i = 0; i < NOTE_ATTACHMENTS; i++) {
        const char *text = arena_print(cx->mem, "Text %d", i);
        CHECK_INT(attach(cx, "ben", note, "a.txt", text, strlen(text), "").status, 303);
    }
    struct page page = attach(cx, "ben", note, "a.txt", "One more", 8, "");
    CHECK(page.status == 422 && has_text(page, "at most 20 attachments"));
    CHECK_INT(left(cx), NOTE_ATTACHMENTS);
    must_run(cx, arena_print(cx->mem,
                             "UPDATE attachment_sizes SET bytes = %lld WHERE practice_id = 'north'",
                             (long long)PRACTICE_ATTACHMENTS - 7));
    page = attach(cx, "freya", BERT "/n-bert", "a.txt", "8 bytes.", 8, "x");
    CHECK(page.status == 422 && has_text(page, "take up all of their 10 GB"));
    CHECK_INT(attach(cx, "freya", BERT "/n-bert", "a.txt", "7 bytes", 7, "x").status, 303);
    CHECK_INT(left(cx), NOTE_ATTACHMENTS + 1);
}

TEST(read_only_saves_and_attaches_nothing)
{
    practice_begin(cx);
    struct page page = get(cx, "chen", ANNA "/n-anna"); /* Read Only */
    CHECK(has_text(page, "attachments/f-anna") && !has_text(page, "type=\"file\""));
    CHECK_INT(attach(cx, "chen", ANNA "/n-anna", "a.pdf", PDF, sizeof PDF, "x").status, 403);
    CHECK_INT(post(cx, "chen", ANNA "/n-anna/attachments/f-anna/remove", NULL).status, 403);
    CHECK_INT(left(cx), 0);
}

TEST(attachments_follow_a_merged_record)
{
    practice_begin(cx);
    CHECK_INT(attach(cx, "freya", BERT "/n-bert", "b.pdf", PDF, sizeof PDF, "x").status, 303);
    CHECK_INT(post(cx, "freya", "/g/north/patients/q-anna/merge/q-bert", "version", "1",
                   "other_version", "1", NULL)
                  .status,
              303);
    const char *file = saved_from(cx, "freya", ANNA "/n-bert");
    struct page page = get(cx, "freya", file);
    CHECK(page.status == 200 && page.length == sizeof PDF);
    page = attach(cx, "freya", BERT "/n-bert", "c.txt", "Later", 5, "x"); /* begun before */
    CHECK_INT(page.status, 303);
    CHECK(has_text(get(cx, "freya", ANNA "/n-bert"), "c.txt"));
}

/* help_test.c - the help, and what readers answer. */
#include "app/help/help.h"
#include "tests/support/practice.h"

#define HELP "/g/north/help"

/* Is Full Access among those that stand in the line that begins so? */
static bool full_among(struct page page, const char *line)
{
    const char *at = strstr(page.body, line), *full = at ? strstr(at, "Full Access") : NULL;
    return full && full < strstr(at, "</li>");
}

TEST(everybody_reads_all_articles)
{
    static const char *const readers[] = { "olga", "ben", "chen", "gina" };
    practice_begin(cx);
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        struct page page = get(cx, readers[i], HELP);
        CHECK_INT(page.status, 200);
        for (int a = 0; a < help_articles_n; a++) {
            const char *path = arena_print(cx->mem, HELP "/%s", help_articles[a].key);
            CHECK(has_text(page, path));
            struct page article = get(cx, readers[i], path);
            CHECK_INT(article.status, 200);
            CHECK(has_text(article, help_articles[a].title(cx)));
            CHECK(has_text(article, "Who can do this"));
            CHECK(full_among(article, "<li>Practitioners: "));
            CHECK(full_among(article, "<li>Administrators: "));
            CHECK(has_text(article, "Was this article helpful?"));
        }
    }
    CHECK_INT(get(cx, "olga", HELP "/other").status, 404);
    CHECK_INT(get(cx, "zoe", HELP).status, 404);
    CHECK_INT(get(cx, "zoe", HELP "/add-user").status, 404);
}

TEST(help_speaks_of_no_other_product)
{
    practice_begin(cx);
    for (int a = 0; a < help_articles_n; a++) {
        struct page page = get(cx, "olga", arena_print(cx->mem, HELP "/%s", help_articles[a].key));
        CHECK(!has_text(page, "alaxy"));
    }
}

TEST(times_in_articles_are_those_of_the_installation)
{
    practice_begin(cx);
    struct page page = get(cx, "olga", HELP "/add-user");
    CHECK(has_text(page, "It works for 72 hours"));
    CHECK(has_text(page, "open for 7 days"));
}

/* What stands in bold is the name of a control.  It must stand on the page the
 * article speaks of, or the help has gone stale. */
static void labels_stand_on(struct cx *cx, const char *article, const char *heading,
                            const char *const *pages)
{
    struct page help = get(cx, "olga", arena_print(cx->mem, HELP "/%s", article));
    const char *at = strstr(help.body, heading);
    const char *end = at ? strstr(at, "</article>") : NULL;
    int labels = 0;
    CHECK(at && end);
    while (at && (at = strstr(at, "<b>")) && at < end) {
        at += 3;
        const char *label = arena_copy(cx->mem, at, strcspn(at, "<"));
        for (char *part; (part = strsep((char **)&label, ","));) {
            bool found = false;
            part += strspn(part, " ");
            char *dots = strstr(part, " …"); /* a name stands there */
            if (dots) *dots = '\0';
            for (size_t i = 0; pages[i]; i++)
                found = found || has_text(get(cx, "olga", pages[i]), part);
            if (!found) CHECK_TEXT("(on no page)", part);
            labels++;
        }
    }
    CHECK(labels > 2);
}

TEST(the_labels_of_the_article_about_adding_stand_on_the_form)
{
    practice_begin(cx);
    labels_stand_on(
        cx, "add-user", "<ol",
        (const char *const[]){ "/g/north/settings/users", "/g/north/settings/users/new", NULL });
}

TEST(the_labels_of_the_article_about_deactivating_stand_on_its_pages)
{
    practice_begin(cx);
    labels_stand_on(cx, "deactivate-user", "<ol",
                    (const char *const[]){ "/g/north/settings/users",
                                           "/g/north/settings/users/u-ben/deactivate",
                                           "/g/north/settings/users/u-freya/deactivate",
                                           "/g/north/settings/users/u-kavya", NULL });
}

TEST(the_labels_of_the_article_about_invoices_stand_on_their_pages)
{
    practice_begin(cx);
    must_run(cx, "UPDATE patients SET email = 'cedar@home.example' WHERE id = 'q-cleo';"
                 "UPDATE invoice_sendings SET expires_at = 9000000000000000");
    labels_stand_on(
        cx, "invoice-documents", "<ol",
        (const char *const[]){ "/g/north/invoices/v-cleo", "/g/north/invoices/v-cleo/mail", NULL });
}

TEST(the_labels_of_the_article_about_programs_stand_on_their_pages)
{
    practice_begin(cx);
    labels_stand_on(cx, "integrations", "<ol",
                    (const char *const[]){ "/g/north/settings/integrations",
                                           "/g/north/settings/integrations/keys/new", NULL });
    CHECK(has_text(get(cx, "ben", "/g/north/settings/integrations"), HELP "/integrations"));
}

TEST(the_labels_of_the_article_about_notes_stand_on_their_pages)
{
    practice_begin(cx);
    labels_stand_on(cx, "notes", "<ol",
                    (const char *const[]){ "/g/north/patients/q-anna/notes",
                                           "/g/north/patients/q-anna/notes/new",
                                           "/g/north/patients/q-anna/notes/n-anna", NULL });
}

TEST(the_third_article_is_the_declaration)
{
    practice_begin(cx);
    struct page page = get(cx, "ben", HELP "/access-levels");
    for (enum level l = 0; l < LEVEL_COUNT; l++) {
        struct html h = { .cx = cx };
        html_text(&h, levels[l].about(cx));
        CHECK(has_text(page, h.text));
    }
    for (enum setting s = 0; s < SETTING_COUNT; s++) CHECK(has_text(page, settings[s].label(cx)));
    for (enum area a = 0; a < AREA_COUNT; a++)
        CHECK(
            has_text(page, arena_print(cx->mem, "<th scope=\"row\">%s</th>", areas[a].label(cx))));
    CHECK(has_text(page, "<div>Own: See and edit</div>"));
    CHECK(has_text(page, "tabindex=\"0\""));
}

TEST(answers_are_kept_for_the_host_without_a_name)
{
    struct help_replies replies;
    practice_begin(cx);
    struct page page = post(cx, "chen", HELP "/add-user/answer", "helpful", "no", "comment",
                            "Where is <the> button?\nReally.", NULL);
    CHECK_INT(page.status, 303);
    CHECK_TEXT(page.location, HELP "/add-user");
    CHECK(has_text(get(cx, "chen", HELP "/add-user"), "Thank you."));
    cx->now += 1000000;
    CHECK_INT(post(cx, "ben", HELP "/deactivate-user/answer", "helpful", "yes", NULL).status, 303);
    CHECK(db_begin(cx, false) == OK);
    CHECK(help_answers_list(cx, 0, &replies) == OK);
    db_rollback(cx);
    CHECK_INT(replies.n, 2);
    if (replies.n != 2) return;
    CHECK_TEXT(replies.at[0].article, "add-user");
    CHECK_TEXT(replies.at[0].comment, "Where is <the> button?\nReally.");
    CHECK(!replies.at[0].helpful);
    CHECK(replies.at[1].helpful);
}

TEST(odd_answers_are_refused_and_kept_in_the_form)
{
    practice_begin(cx);
    char *longer = arena_alloc(cx->mem, 2102);
    memset(longer, 'x', 2101);
    CHECK_INT(
        post(cx, "chen", HELP "/add-user/answer", "helpful", "yes", "comment", longer, NULL).status,
        422);
    struct page page =
        post(cx, "chen", HELP "/add-user/answer", "helpful", "maybe", "comment", "kept <me>", NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "kept &lt;me&gt;"));
    CHECK(has_text(page, "Choose Yes or No"));
    CHECK_INT(post(cx, "chen", HELP "/other/answer", "helpful", "yes", NULL).status, 404);
    CHECK_INT(post(cx, "zoe", HELP "/add-user/answer", "helpful", "yes", NULL).status, 404);
    CHECK_INT(COUNT("SELECT count(*) FROM help_answers"), 0);
    for (int i = 0; i < 20; i++)
        CHECK_INT(post(cx, "chen", HELP "/add-user/answer", "helpful", "yes", NULL).status, 303);
    CHECK_INT(post(cx, "chen", HELP "/add-user/answer", "helpful", "yes", NULL).status, 422);
    CHECK_INT(COUNT("SELECT count(*) FROM help_answers"), 20);
}

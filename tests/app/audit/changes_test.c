/* changes_test.c - reading what a row says was before and after. */
#include "app/audit/changes.h"
#include "base/json.h"
#include "tests/test.h"

static const char *written(struct cx *cx, const char *field, const char *before, const char *after)
{
    struct json j = json_begin(cx->mem);
    json_array(&j, NULL);
    for (int i = 0; i < 2; i++) {
        json_object(&j, NULL);
        json_text(&j, "field", field);
        json_text(&j, "before", before);
        json_text(&j, "after", after);
        json_end(&j);
    }
    return json_done(&j);
}

TEST(what_was_written_is_read_again)
{
    struct changes all;
    const char *odd = "a\"b\\c\n\t\x7f\x01 \xc3\xa9 {}[],:<b>";
    CHECK(changes_read(cx->mem, written(cx, odd, "", odd), &all));
    CHECK(all.first && all.first->next && !all.first->next->next);
    if (!all.first || !all.first->next) return;
    CHECK_TEXT(all.first->field, odd);
    CHECK_TEXT(all.first->before, "");
    CHECK_TEXT(all.first->next->after, odd);
    CHECK(changes_read(cx->mem, "[]", &all));
    CHECK(!all.first);
}

TEST(any_other_text_is_no_list_of_changes)
{
    static const char *const others[] = {
        "",
        "[",
        "]",
        "[]x",
        "[{}]",
        "[,]",
        "null",
        "{\"field\":\"a\"}",
        "[{\"field\":\"a\",\"before\":\"b\",\"after\":\"c\"}",
        "[{\"field\":\"a\",\"before\":\"b\",\"after\":\"c\"},]",
        "[{\"field\":\"a\",\"before\":\"b\",\"after\":\"c}]",
        "[{\"field\":\"a\",\"before\":\"b\",\"after\":\"\\u00\"}]",
        "[{\"field\":\"a\",\"before\":\"b\",\"after\":\"\\u0000\"}]",
        "[{\"field\":\"a\",\"before\":\"b\",\"after\":\"\\n\"}]",
        "[{\"before\":\"a\",\"field\":\"b\",\"after\":\"c\"}]",
        "[ {\"field\":\"a\",\"before\":\"b\",\"after\":\"c\"}]",
    };
    struct changes all;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        CHECK(!changes_read(cx->mem, others[i], &all));
        CHECK(!all.first);
    }
}

TEST(every_cut_of_a_list_is_refused)
{
    struct changes all;
    const char *whole = written(cx, "Level \"x\"", "a\x01", "\\");
    for (size_t n = 0; n < strlen(whole); n++)
        CHECK(!changes_read(cx->mem, arena_copy(cx->mem, whole, n), &all));
}

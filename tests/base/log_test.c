/* log_test.c - one line an event, whatever is in it. */
#include "base/log.h"
#include "tests/support/folder.h"
#include "tests/test.h"

#include <pthread.h>

static const char *folder, *path;

static void begin(struct cx *cx)
{
    folder = folder_new(cx);
    path = arena_print(cx->mem, "%s/log", folder);
    CHECK(log_open(path));
}

/* Everything that was logged; the sink goes back to standard error. */
static const char *end(struct cx *cx)
{
    static char all[1 << 20];
    FILE *file = fopen(path, "r");
    size_t n = file ? fread(all, 1, sizeof all - 1, file) : 0;
    if (file) fclose(file);
    all[n] = '\0';
    folder_remove(folder);
    CHECK(log_open(NULL));
    return arena_copy(cx->mem, all, n);
}

static const char *after_time(const char *line)
{
    const char *comma = strchr(line, ',');
    return comma ? comma + 1 : line;
}

TEST(an_event_is_one_line_of_json)
{
    begin(cx);
    log_line(LOG_NOTE, "started");
    log_line(LOG_ODD, "mail", log_text("to", "Ada \"A\" \\ B"), log_int("code", -550),
             log_bool("again", true), log_text("none", NULL));
    const char *all = end(cx);
    CHECK(strncmp(all, "{\"at\":\"20", 9) == 0);
    CHECK(strstr(all, "Z\",\"level\":\"note\",\"event\":\"started\"}\n{\"at\":") != NULL);
    CHECK_TEXT(
        after_time(strchr(all, '\n')),
        "\"level\":\"odd\",\"event\":\"mail\",\"to\":\"Ada \\\"A\\\" \\\\ B\",\"code\":-550,\"again\":true,\"none\":null}\n");
}

TEST(nothing_logged_can_begin_a_line)
{
    begin(cx);
    log_line(LOG_NOTE, "try",
             log_text("a", "x\n{\"event\":\"fake\"}\r\x1b[31m\x7f\xc2\x85\u2028\u202e"),
             log_text("b", "\xff\xc3"), log_text("k\n", "\u00e5"));
    CHECK_TEXT(
        after_time(end(cx)),
        "\"level\":\"note\",\"event\":\"try\",\"a\":\"x\\u000a{\\\"event\\\":\\\"fake\\\"}\\u000d\\u001b[31m\\u007f\\u0085\\u2028\\u202e\",\"b\":\"\ufffd\ufffd\",\"k\\u000a\":\"\u00e5\"}\n");
}

TEST(a_long_line_is_cut_and_says_so)
{
    char *text = arena_take(cx->mem, 10001);
    for (int extra = 0; extra < 80; extra++) {
        memset(text, 'x', 10000);
        text[3950 + extra] = '\0';
        begin(cx);
        log_line(LOG_NOTE, "long", log_text("text", text), log_int("number", 123456),
                 log_text("last", "y"));
        const char *all = end(cx);
        size_t n = strlen(all);
        CHECK(n > 3900 && n <= LOG_LINE_MOST);
        CHECK(strchr(all, '\n') == all + n - 1);
        CHECK(strstr(all, extra < 10 ? "x\",\"number\":123456,\"last\":\"y\"}\n" : "}\n") != NULL);
        if (extra > 60) CHECK(strcmp(all + n - 15, "x\",\"cut\":true}\n") == 0);
    }
}

TEST(a_log_that_was_moved_away_is_begun_again)
{
    begin(cx);
    log_line(LOG_NOTE, "first");
    const char *moved = arena_print(cx->mem, "%s.1", path);
    CHECK(rename(path, moved) == 0);
    log_line(LOG_NOTE, "second"); /* still goes to the moved file */
    CHECK(log_reopen());
    log_line(LOG_NOTE, "third");
    const char *all = end(cx);
    CHECK(strstr(all, "third") && !strstr(all, "second"));
    CHECK(!log_open("/nowhere/at/all.log"));
}

static void *chatter(void *name)
{
    for (int i = 0; i < 200; i++)
        log_line(LOG_NOTE, "chat", log_text("who", name), log_int("i", i));
    return NULL;
}

TEST(lines_of_many_threads_stay_whole)
{
    pthread_t thread[4];
    static char names[4][8] = { "ada", "ben", "olga", "zoe" };
    begin(cx);
    for (int i = 0; i < 4; i++) CHECK(pthread_create(&thread[i], NULL, chatter, names[i]) == 0);
    for (int i = 0; i < 4; i++) pthread_join(thread[i], NULL);
    int lines = 0;
    for (char *line = (char *)end(cx), *next; (next = strchr(line, '\n')); line = next + 1) {
        lines++;
        CHECK(strncmp(line, "{\"at\":\"", 7) == 0 && next[-1] == '}');
    }
    CHECK_INT(lines, 800);
}

static void *gather(void *arg)
{
    const char **read_meanwhile = arg;
    static char meanwhile[4096];
    log_gather();
    log_line(LOG_NOTE, "first");
    log_line(LOG_NOTE, "second");
    FILE *file = fopen(path, "r");
    meanwhile[fread(meanwhile, 1, sizeof meanwhile - 1, file)] = '\0';
    fclose(file);
    *read_meanwhile = meanwhile;
    log_line(LOG_ODD, "third");
    log_line(LOG_NOTE, "fourth");
    log_gather();
    for (int i = 0; i < 1000; i++) log_line(LOG_NOTE, "many", log_int("i", i));
    log_gather();
    return NULL;
}

TEST(a_thread_that_gathers_keeps_its_lines_whole_and_in_order)
{
    begin(cx);
    pthread_t thread;
    const char *meanwhile = NULL;
    CHECK(pthread_create(&thread, NULL, gather, &meanwhile) == 0);
    pthread_join(thread, NULL);
    CHECK_TEXT(meanwhile, "");
    const char *at = end(cx);
    for (const char *const *event =
             (const char *const[]){ "first", "second", "third", "fourth", NULL };
         *event; event++, at = strchr(at, '\n') + 1)
        CHECK(strstr(at, *event) && strstr(at, *event) < strchr(at, '\n'));
    for (int i = 0; i < 1000; i++, at = strchr(at, '\n') + 1)
        CHECK(strncmp(at, "{\"at\":", 6) == 0
              && strstr(at, arena_print(cx->mem, "\"i\":%d}\n", i)) < strchr(at, '\n'));
    CHECK_TEXT(at, "");
}

/* archive_test.c - archives of many files, and of more than 4 GB, as another program sees them. */
#include "app/exports/archive.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/support/folder.h"
#include "tests/support/practice.h"

enum { FILES = 70000, JOB_MEMORY = 16 << 20 }; /* the second as in server/jobs.c */

/* All that the archive has from there on, at its place in a file that is empty before. */
static void write_from(struct cx *cx, FILE *out, struct id id, int64_t at, int64_t until)
{
    struct bytes bytes;
    if (fseeko(out, at, SEEK_SET) != 0) abort();
    for (; at < until; at += (int64_t)bytes.n) {
        if (archive_read(cx, id, cx->now, at, &bytes) != OK) abort();
        if (fwrite(bytes.at, 1, bytes.n, out) != bytes.n) abort();
    }
}

static const char *said_by(struct cx *cx, const char *command)
{
    char *text = arena_alloc(cx->mem, 4096);
    FILE *in = popen(command, "r");
    if (!in) abort();
    text[fread(text, 1, 4095, in)] = '\0';
    CHECK_INT(pclose(in), 0);
    return text;
}

static int64_t begins_at(struct cx *cx, const char *file)
{
    struct table t;
    CHECK(db_run(cx, &t, SQL_GLOBAL("SELECT begins_at FROM export_files WHERE name = $1"),
                 &(struct value){ .kind = VALUE_TEXT, .text = file }, 1)
          == OK);
    return table_number(&t);
}

TEST(seventy_thousand_files_and_7_gb_are_one_archive_made_in_the_memory_of_a_job)
{
    struct id id = id_of("x-many");
    struct arena *all = cx->mem, *job = arena_new(JOB_MEMORY);
    int64_t size;
    jmp_buf full;
    practice_begin(cx);
    must_run(cx, "INSERT INTO exports (practice_id, id, user_id, state, created_at, touched_at)"
                 " VALUES ('north', 'x-many', 'u-chen', 'running', 1, 1)");
    act_as(cx, "north", "chen");
    CHECK(archive_add(cx, id, 100, "first.txt", "It begins.", 10) == OK);
    CHECK(archive_add(cx, id, 101 + FILES, "last.txt", "It ends.", 8) == OK);
    CHECK(act_end(cx, OK) == OK);
    must_run(cx, arena_print(all,
                             "INSERT INTO export_files (practice_id, export_id, file, name, size,"
                             " crc, sum, begins_at) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL"
                             " SELECT i + 1 FROM n WHERE i < %d) SELECT f.practice_id, f.export_id,"
                             " 100 + n.i, 'notes/' || n.i || '.pdf', 100000, f.crc, f.sum, -1"
                             " FROM n JOIN export_files f ON f.name = 'first.txt'",
                             FILES));
    act_as(cx, "north", "chen");
    cx->mem = job;
    arena_catch(job, &full);
    if (setjmp(full) != 0) { /* it was too much */
        CHECK(false);
        exit(1);
    }
    CHECK(archive_close(cx, id, cx->now, &size) == OK);
    arena_catch(job, NULL);
    cx->mem = all;
    CHECK(size > FILES * INT64_C(100000));
    const char *folder = folder_new(cx), *zip = arena_print(all, "%s/it.zip", folder);
    FILE *out = fopen(zip, "wb");
    if (!out) abort();
    int64_t last = begins_at(cx, "last.txt");
    CHECK(last > INT64_C(1) << 32);
    write_from(cx, out, id, 0, begins_at(cx, "notes/1.pdf"));
    write_from(cx, out, id, last, size);
    if (fclose(out) != 0) abort();
    CHECK(act_end(cx, OK) == OK);
    CHECK_INT(atoll(said_by(cx, arena_print(all, "unzip -Z -1 '%s' | wc -l", zip))), FILES + 2);
    CHECK_TEXT(said_by(cx, arena_print(all, "unzip -p '%s' first.txt last.txt", zip)),
               "It begins.It ends.");
    folder_remove(folder);
    arena_free(job);
}

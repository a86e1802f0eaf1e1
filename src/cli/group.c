/* group.c - linden group create, linden person …: what only the host does. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "access/access.h"
#include "app/audit/event.h"
#include "app/audit/verify.h"
#include "app/locations/location.h"
#include "app/second_step/second_step.h"
#include "app/sessions/link.h"
#include "app/people/person.h"
#include "app/sign_in/sign_in.h"
#include "app/practices/practice.h"
#include "base/email.h"
#include "base/json.h"
#include "base/password.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/time.h"
#include "cli/group.h"
#include "cli/host.h"

/* The zone of this machine, as /etc/localtime or TZ names it. */
static const char *local_zone(struct cx *cx)
{
    char path[512];
    const char *zone = getenv("TZ");
    if (zone && zone_find(zone)) return zone;
    ssize_t n = readlink("/etc/localtime", path, sizeof path - 1);
    if (n > 0) {
        path[n] = '\0';
        zone = strstr(path, "zoneinfo/");
        if (zone && zone_find(zone + 9)) return arena_print(cx->mem, "%s", zone + 9);
    }
    return "UTC";
}

/* --- what is wrong with the input, in sentences ---------------------------------- */

static const char *email_problem(enum email_verdict verdict)
{
    switch (verdict) {
    case EMAIL_OK: return NULL;
    case EMAIL_EMPTY: return "the owner's email is empty";
    case EMAIL_NO_AT: return "the owner's email needs one @, like name@clinic.example";
    case EMAIL_CHARACTERS: return "the owner's email has characters that mail cannot go to";
    case EMAIL_DOTS: return "the owner's email has a dot in a wrong place before the @";
    case EMAIL_DOMAIN: return "what follows the @ in the owner's email is no domain";
    case EMAIL_LONG: return "the owner's email is too long";
    }
    return NULL;
}

static const char *password_problem(enum password_verdict verdict)
{
    switch (verdict) {
    case PASSWORD_OK: return NULL;
    case PASSWORD_TEXT: return "the password is no UTF-8 text";
    case PASSWORD_SHORT: return "the password is too short: use 15 characters or more";
    case PASSWORD_LONG: return "the password is too long: use at most 256 characters";
    case PASSWORD_PERSONAL: return "the password is made of names that others would try";
    case PASSWORD_PATTERN: return "the password is a pattern that is easy to guess";
    case PASSWORD_COMMON: return "the password is a common one that others would try";
    }
    return NULL;
}

static void check_line(struct cx *cx, const char *field, const char *what, const char *text)
{
    if (!text_valid_utf8(text, strlen(text)) || !text_plain(text))
        field_fault(cx, field, arena_print(cx->mem, "%s has characters that cannot be used", what));
    else if (text_length(text) > 100)
        field_fault(cx, field, arena_print(cx->mem, "%s has more than 100 characters", what));
}

static const char *line_of(struct cx *cx, const char *typed)
{
    return text_valid_utf8(typed, strlen(typed)) ? text_clean(cx->mem, typed) : typed;
}

static enum status check(struct cx *cx, struct new_group *g)
{
    const char *problem = email_problem(email_clean(cx->mem, g->email, &g->email, &g->email_key));
    g->name = line_of(cx, g->name);
    g->first_name = line_of(cx, g->first_name);
    g->last_name = line_of(cx, g->last_name);
    check_line(cx, "name", "the name of the group", g->name);
    check_line(cx, "first_name", "the first name", g->first_name);
    check_line(cx, "last_name", "the last name", g->last_name);
    if (!*g->name) field_fault(cx, "name", "the name of the group is empty");
    if (!*g->last_name) field_fault(cx, "last_name", "the last name is empty");
    if (problem) field_fault(cx, "email", problem);
    for (size_t i = 0; i < g->locations_n; i++) {
        g->locations[i] = line_of(cx, g->locations[i]);
        check_line(cx, "location", "the name of a location", g->locations[i]);
        if (!*g->locations[i]) field_fault(cx, "location", "the name of a location is empty");
    }
    if (!zone_find(g->time_zone))
        field_fault(cx, "time_zone",
                    arena_print(cx->mem, "there is no time zone %s", g->time_zone));
    return field_check(cx);
}

static enum status check_password(struct cx *cx, const struct new_group *g)
{
    const char *const context[] = { g->name, g->first_name, g->last_name, g->email };
    if (!g->password)
        return fail(cx, INVALID, "%s is new: give a password with --password-stdin", g->email);
    const char *problem =
        password_problem(password_check(cx->mem, g->password, PASSWORD_LEAST, context, 4));
    return problem ? fail(cx, INVALID, "%s", problem) : OK;
}

/* --- the change ------------------------------------------------------------------- */

static enum status make_person(struct cx *cx, const struct new_group *g, struct id *out)
{
    struct person *person;
    enum status status = person_by_email(cx, g->email_key, &person);
    if (status == OK) {
        *out = person->id;
        return OK;
    }
    if (status != NOT_FOUND) return status;
    if (!g->hash) return fail(cx, CONFLICT, "the person was removed meanwhile");
    return person_create(cx,
                         &(struct new_person){ .email = g->email,
                                               .email_key = g->email_key,
                                               .first_name = g->first_name,
                                               .last_name = g->last_name,
                                               .password_hash = g->hash,
                                               .proven = true },
                         out);
}

static struct user_draft owner_draft(const struct new_group *g)
{
    struct user_draft draft = {
        .title = g->title ? g->title : "",
        .first_name = g->first_name,
        .last_name = g->last_name,
        .email = g->email,
        .email_key = g->email_key,
        .profession = g->profession ? g->profession : "",
        .registration_number = g->registration_number ? g->registration_number : "",
        .access = { .role = PRACTITIONER,
                    .level = LEVEL_P_FULL,
                    .owner = true,
                    .active = true,
                    .all_locations = true },
    };
    for (int i = 0; i < AREA_COUNT; i++) draft.access.others[i] = FOLLOWS;
    return draft;
}

enum status group_create(struct cx *cx, void *arg)
{
    struct new_group *g = arg;
    struct practice *practice;
    TRY(make_person(cx, g, &g->person));
    TRY(practice_create(cx, g->name, g->time_zone, &practice));
    g->practice = practice->id;
    g->slug = practice->slug;
    for (size_t i = 0; i < g->locations_n; i++) {
        struct id location;
        TRY(location_begin(
            cx, &(struct location_draft){ g->locations[i], "", g->time_zone, "", "" }, &location));
    }
    struct user_draft draft = owner_draft(g);
    TRY(user_create(cx, g->person, &draft, true, &g->user));
    TRY(announce(cx, EVENT_USER_ADDED, (struct about){ g->user, draft_name(cx, &draft) }, NULL,
                 NULL));
    return audit_anchor_begin(cx);
}

static enum status find_person(struct cx *cx, void *arg)
{
    struct new_group *g = arg;
    struct person *person;
    enum status status = person_by_email(cx, g->email_key, &person);
    g->known = status == OK;
    return status == NOT_FOUND ? OK : status;
}

enum status group_prepare(struct cli *cli, struct new_group *g)
{
    struct cx *cx = cli->cx;
    cx_forget(cx);
    if (!g->locations_n) g->locations[g->locations_n++] = "Main location";
    TRY(check(cx, g));
    TRY(host_read(cli, find_person, g));
    if (g->known) return OK;
    TRY(check_password(cx, g));
    return new_password_hash(cx, g->password, &g->hash);
}

/* --- the commands ------------------------------------------------------------------ */

/* One line of standard input, without its end. */
static enum status read_password(struct cx *cx, const char **out)
{
    enum { MOST = 4096 };
    char *text = arena_alloc(cx->mem, MOST + 2);
    size_t n = fread(text, 1, MOST + 1, stdin);
    if (ferror(stdin)) return fail(cx, BROKEN, "the password could not be read");
    if (n && text[n - 1] == '\n') n--;
    if (n && text[n - 1] == '\r') n--;
    text[n] = '\0';
    if (n > MOST || strlen(text) != n || strchr(text, '\n'))
        return fail(cx, INVALID, "standard input must hold the password alone, on one line");
    *out = text;
    return OK;
}

static void print_group(struct cli *cli, const struct new_group *g)
{
    const char *url = arena_print(cli->cx->mem, "%s/g/%s/", cli->setup.url, g->slug);
    if (option_set(cli, "json")) {
        struct json j = json_begin(cli->cx->mem);
        json_object(&j, NULL);
        json_text(&j, "slug", g->slug);
        json_text(&j, "practice_id", g->practice.text);
        json_text(&j, "user_id", g->user.text);
        json_text(&j, "person_id", g->person.text);
        json_text(&j, "url", url);
        json_bool(&j, "person_known", g->known);
        json_end(&j);
        puts(json_done(&j));
    } else {
        printf("Made %s at %s\n%s %s %s is its Account Owner and signs in with %s\n", g->name, url,
               g->first_name, g->last_name, g->known ? "was here already," : "is new,", g->email);
    }
    if (g->known)
        fprintf(stderr, "linden: %s has a sign-in already, so the password was not applied\n",
                g->email);
}

int command_group_create(struct cli *cli)
{
    struct cx *cx = cli->cx;
    const struct given *locations = option_given(cli, "location");
    struct new_group g = {
        .name = option_text(cli, "name"),
        .email = option_text(cli, "owner-email"),
        .first_name = option_text(cli, "owner-first"),
        .last_name = option_text(cli, "owner-last"),
        .time_zone = option_set(cli, "time-zone") ? option_text(cli, "time-zone") : local_zone(cx),
        .locations_n = locations->n,
    };
    memcpy(g.locations, locations->at, locations->n * sizeof *locations->at);
    enum status status = OK;
    if (option_set(cli, "password-stdin")) status = read_password(cx, &g.password);
    if (status == OK) status = host_open(cli, DB_WRITER);
    if (status == OK) status = group_prepare(cli, &g);
    if (status == OK) status = host_change(cli, group_create, &g);
    if (status == OK) print_group(cli, &g);
    host_close(cli);
    return cli_status(cli, status);
}

struct reset {
    const char *email_key, *token;
};

static enum status make_link(struct cx *cx, void *arg)
{
    struct reset *reset = arg;
    struct person *person;
    TRY(person_by_email(cx, reset->email_key, &person));
    TRY(links_close(cx, LINK_RESET, person->id, (struct id){ 0 }, (struct id){ 0 }));
    TRY(link_make(cx,
                  &(struct link){ .purpose = LINK_RESET,
                                  .person = person->id,
                                  .expires_at = cx->now + cx->setup->reset_life },
                  &reset->token));
    return announce_above(cx, EVENT_RESET_LINK_MADE,
                          (struct about){ person->id, person_name(cx, person) }, NULL, NULL);
}

int command_reset_link(struct cli *cli)
{
    struct reset reset = { 0 };
    const char *address, *typed = option_text(cli, "email");
    if (email_clean(cli->cx->mem, typed, &address, &reset.email_key) != EMAIL_OK)
        return cli_fail(cli, EXIT_USAGE, "--email %s: this is no email address", typed);
    enum status status = host_open(cli, DB_READER);
    host_close(cli);
    if (status == OK) status = host_open(cli, DB_WRITER);
    if (status == OK) status = host_change(cli, make_link, &reset);
    if (status == OK) printf("%s/password-reset/%s\n", cli->setup.url, reset.token);
    host_close(cli);
    if (status == OK)
        fputs("linden: this link works once, for one hour; give it to nobody else\n", stderr);
    if (status == NOT_FOUND && cli->cx->message
        && strcmp(cli->cx->message, "There is no such person.") == 0)
        return cli_fail(cli, EXIT_NOT_FOUND, "nobody signs in with %s", typed);
    return cli_status(cli, status);
}

/* --- the second step ------------------------------------------------------------------- */

struct second {
    const char *email_key;
    struct second_step step;
};

static enum status find_second(struct cx *cx, void *arg)
{
    struct second *second = arg;
    struct person *person;
    TRY(person_by_email(cx, second->email_key, &person));
    return second_step_find(cx, person->id, &second->step);
}

static enum status remove_second(struct cx *cx, void *arg)
{
    struct second *second = arg;
    struct person *person;
    TRY(person_by_email(cx, second->email_key, &person));
    return second_step_remove(cx, person->id, "host");
}

static void print_second(struct cli *cli, const struct second *second)
{
    const struct second_step *s = &second->step;
    if (option_set(cli, "json")) {
        struct json j = json_begin(cli->cx->mem);
        json_object(&j, NULL);
        json_int(&j, "apps", (int64_t)s->n);
        json_int(&j, "recovery_codes", s->codes_left);
        json_end(&j);
        puts(json_done(&j));
    } else if (s->n == 0) {
        puts("There is no second step");
    } else {
        printf("%zu authenticator app%s, %lld recovery codes left\n", s->n, s->n == 1 ? "" : "s",
               (long long)s->codes_left);
    }
}

int command_second_step(struct cli *cli)
{
    struct second second = { 0 };
    const char *address, *typed = option_text(cli, "email");
    bool removes = option_set(cli, "remove");
    if (email_clean(cli->cx->mem, typed, &address, &second.email_key) != EMAIL_OK)
        return cli_fail(cli, EXIT_USAGE, "--email %s: this is no email address", typed);
    enum status status = host_open(cli, DB_READER);
    if (status == OK) status = host_read(cli, find_second, &second);
    host_close(cli);
    if (status == OK && removes) {
        status = host_open(cli, DB_WRITER);
        if (status == OK) status = host_change(cli, remove_second, &second);
        host_close(cli);
        if (status == OK) second.step = (struct second_step){ 0 };
    }
    if (status == OK) print_second(cli, &second);
    if (status == NOT_FOUND && cli->cx->message
        && strcmp(cli->cx->message, "There is no such person.") == 0)
        return cli_fail(cli, EXIT_NOT_FOUND, "nobody signs in with %s", typed);
    return cli_status(cli, status);
}

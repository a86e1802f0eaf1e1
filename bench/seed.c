/* seed.c - databases to measure in.
 *
 * Filled through the program's own connection but without its domain: a million
 * users would take too long with letters and audit rows.  User by user, all
 * groups in turn, so that the users of one group do not lie side by side. */
#include "bench/bench.h"

#include <string.h>

#include "base/secret.h"
#include "base/text.h"
#include "db/migrations.h"

static const char *const first_names[] = { "Amara", "Ben",  "Chen", "Devi",  "Elena", "Farid",
                                           "Grace", "Hiro", "Ines", "Jonas", "Kavya", "Liam",
                                           "Mara",  "Noor", "Olga", "Priya", "Quinn", "Rosa",
                                           "Sven",  "Thuy", "Uma",  "Viktor" };
static const char *const last_names[] = { "Okafor",    "Brandt", "Wei",    "Nilsson", "Papas",
                                          "Lindqvist", "Rao",    "Tran",   "Silva",   "O'Neill",
                                          "Kowalski",  "Haddad", "Fischer" };
static const char *const professions[] = { "physiotherapist", "psychologist", "podiatrist" };
static const char *const places[] = { "Riverside", "Harbour St", "Telehealth" };
#define PICK(list, n) ((list)[(size_t)(n) % (sizeof(list) / sizeof *(list))])

struct filling {
    struct cx cx;
    int64_t next_group, next_person; /* ids are numbers in the shape of ids */
    const char *hash;                /* everybody's password; NULL for none */
};

struct id numbered(char letter, int64_t n)
{
    struct id id;
    snprintf(id.text, sizeof id.text, "%c%025lld", letter, (long long)n);
    return id;
}

static const char *slug_of(struct arena *mem, const struct plan *plan, int64_t g)
{
    if (plan->groups == 1) return plan->name;
    return arena_print(mem, "%s%lld", plan->name, (long long)g);
}

const char *session_token(struct arena *mem, const char *slug)
{
    char *token = arena_alloc(mem, SECRET_SIZE);
    secret_hash(arena_print(mem, "session of %s", slug), token);
    return token;
}

static void add_group(struct filling *f, const struct plan *plan, int64_t g)
{
    struct cx *cx = &f->cx;
    const char *slug = slug_of(cx->mem, plan, g);
    struct id id = numbered('g', f->next_group + g);
    must(cx, db_exec(cx,
                     SQL_GLOBAL("INSERT INTO practices (id, slug, name, time_zone, adds_per_hour,"
                                " created_at) VALUES ($1, $2, $3, 'Australia/Melbourne',"
                                " 1000000000, $4)"),
                     id, slug, (const char *)arena_print(cx->mem, "Clinic %s", slug), cx->now));
    for (int64_t i = 0; i < plan->locations; i++)
        must(cx, db_exec(cx,
                         SQL_GLOBAL("INSERT INTO locations (practice_id, id, name, time_zone,"
                                    " created_at) VALUES ($1, $2, $3, 'Australia/Melbourne', $4)"),
                         id, numbered('l', i), PICK(places, i), cx->now));
}

/* Of somebody who has been in the group with it, if there is one. */
static void add_session(struct filling *f, struct id person, struct id practice, struct id user,
                        const char *slug)
{
    struct cx *cx = &f->cx;
    struct id session = id_new(cx->now);
    char hash[SECRET_SIZE];
    secret_hash(session_token(cx->mem, slug), hash);
    must(cx, db_exec(cx,
                     SQL_GLOBAL("INSERT INTO sessions (id, token_hash, person_id, signed_in_at,"
                                " seen_at, proved_at) VALUES ($1, $2, $3, $4, $4, $4)"),
                     session, (const char *)hash, person, cx->now));
    if (!id_some(practice)) return;
    must(cx, db_exec(cx,
                     SQL_GLOBAL("INSERT INTO user_devices (practice_id, id, session_id, user_id,"
                                " address, since, seen_at)"
                                " VALUES ($1, $2, $3, $4, '127.0.0.1', $5, $5)"),
                     practice, id_new(cx->now), session, user, cx->now));
}

static void add_person(struct filling *f, struct id id, const char *email, const char *first,
                       const char *last)
{
    struct cx *cx = &f->cx;
    must(cx, db_exec(cx,
                     SQL_GLOBAL("INSERT INTO people (id, email, email_key, first_name, last_name,"
                                " password_hash, password_at, proven_at, created_at)"
                                " VALUES ($1, $2, $2, $3, $4, $5, $6, $6, $6)"),
                     id, email, first, last, f->hash, cx->now));
}

/* The first one is the owner; levels and role types take turns. */
static void add_user(struct filling *f, const struct plan *plan, int64_t g, int64_t u)
{
    static const char *const levels_of[][2] = { { "personal", "clinical" },
                                                { "contact", "office" } };
    struct cx *cx = &f->cx;
    int64_t number = f->next_person + u * plan->groups + g;
    const char *first = PICK(first_names, number * 7 + u), *last = PICK(last_names, number * 5 + u);
    struct id practice = numbered('g', f->next_group + g), person = numbered('p', number),
              user = numbered('u', number);
    bool owner = u == 0, desk = u % 3 == 2, gone = u >= plan->users - plan->gone;
    const char *email =
        arena_print(cx->mem, "user%lld.%lld@%s.example", (long long)u, (long long)g, plan->name);
    int64_t seats = owner || !plan->locations ? 0 : 1 + (u % 2 && plan->locations > 1);
    const char *ids = "";
    for (int64_t i = 0; i < seats; i++)
        ids = arena_print(cx->mem, "%s%s%s", ids, i ? " " : "",
                          numbered('l', (u + i) % plan->locations).text);
    add_person(f, person, email, first, last);
    must(cx,
         db_exec(
             cx,
             SQL_GLOBAL("INSERT INTO users (practice_id, id, person_id, email, title, first_name,"
                        " last_name, sort_key, find_key, role_type, profession,"
                        " registration_number, level, owner, all_locations, status, seen_at,"
                        " deactivated_at, deactivated_by_name, created_at, locations)"
                        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,"
                        " $14, $15, $16, $17, $18, $16, $19)"),
             practice, user, person, email, u % 4 == 0 ? "Dr" : "", first, last,
             (const char *)text_fold(cx->mem, arena_print(cx->mem, "%s %s", last, first)),
             (const char *)text_fold(cx->mem, arena_print(cx->mem, "%s %s %s", first, last, email)),
             desk ? "administrator" : "practitioner", desk ? "" : PICK(professions, u),
             desk ? "" : "PHY0001234567", owner ? "full" : levels_of[desk][u % 2], owner,
             gone ? "deactivated" : "active", cx->now - MINUTES(u % 5000), gone ? cx->now : 0,
             gone ? "Amara Okafor" : "", ids));
    for (int64_t i = 0; i < seats; i++)
        must(cx, db_exec(cx,
                         SQL_GLOBAL("INSERT INTO assignments (practice_id, user_id, location_id)"
                                    " VALUES ($1, $2, $3)"),
                         practice, user, numbered('l', (u + i) % plan->locations)));
    if (owner) add_session(f, person, practice, user, slug_of(cx->mem, plan, g));
}

static void add_invitation(struct filling *f, const struct plan *plan, int64_t g, int64_t n)
{
    struct cx *cx = &f->cx;
    const char *email = arena_print(cx->mem, "new%lld@%s.example", (long long)n, plan->name);
    must(cx, db_exec(cx,
                     SQL_GLOBAL("INSERT INTO invitations (practice_id, id, email, email_key,"
                                " first_name, last_name, find_key, role_type, level, locations,"
                                " inviter_id, inviter_name, created_at, sent_at, expires_at)"
                                " VALUES ($1, $2, $3, $3, 'New', 'Person', $3, 'administrator',"
                                " 'office', $4, $5, 'Amara Okafor', $6, $6, $7)"),
                     numbered('g', f->next_group + g), id_new(cx->now), email, numbered('l', 0),
                     numbered('u', f->next_person + g), cx->now, cx->now + DAYS(7)));
}

static void fill(struct filling *f, const struct plan *plan)
{
    for (int64_t g = 0; g < plan->groups; g++) {
        add_group(f, plan, g);
        arena_reset(f->cx.mem);
    }
    for (int64_t u = 0; u < plan->users; u++)
        for (int64_t g = 0; g < plan->groups; g++) {
            add_user(f, plan, g, u);
            arena_reset(f->cx.mem);
        }
    for (int64_t n = 0; n < plan->invitations; n++)
        for (int64_t g = 0; g < plan->groups; g++) add_invitation(f, plan, g, n);
    must(&f->cx, db_exec(&f->cx,
                         SQL_GLOBAL("UPDATE practices SET active_users = $2,"
                                    " deactivated_users = $3 WHERE id >= $1"),
                         numbered('g', f->next_group), plan->users - plan->gone, plan->gone));
    arena_reset(f->cx.mem);
    f->next_group += plan->groups;
    f->next_person += plan->groups * plan->users;
}

static struct filling begin(const char *folder)
{
    struct filling f = { .cx = context(arena_new(1 << 20)) };
    int done;
    must(&f.cx, db_open(&f.cx, database_in(f.cx.mem, folder), DB_WRITER, &f.cx.db));
    must(&f.cx, db_migrate(&f.cx, &done));
    /* Nobody reads it yet; what a crash would leave is thrown away anyway. */
    if (!db_is_shared(folder))
        must(&f.cx, db_script(&f.cx, "PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;"
                                     "PRAGMA journal_mode = MEMORY; PRAGMA cache_size = -1500000"));
    must(&f.cx, db_begin(&f.cx, true));
    return f;
}

#define AFTER_FILE "PRAGMA journal_mode = WAL"
static void end(struct filling *f, const char *after)
{
    must(&f->cx, db_commit(&f->cx));
    must(&f->cx, db_script(&f->cx, after));
    db_close(f->cx.db);
    arena_free(f->cx.mem);
}

void seed_mixed(const char *folder)
{
    struct filling f = begin(folder);
    static char hash[PASSWORD_HASH_SIZE];
    fill(&f, &(struct plan){ "twenty", 1, 18, 1, 2, 3 });
    fill(&f, &(struct plan){ "large", 1, 10000, 0, 0, 3 });
    fill(&f, &(struct plan){ "spread", SPREAD, 10, 0, 0, 1 });
    if (!password_hash(hash, "quiet-harbour-maple-lamp",
                       (struct password_cost){ bench_setup.hash_memory, bench_setup.hash_passes }))
        abort();
    f.hash = hash;
    fill(&f, &(struct plan){ "signers", 1, SIGNERS, 0, 0, 1 });
    end(&f, AFTER_FILE);
}

void seed_shared(const char *where)
{
    struct filling f = begin(where);
    fill(&f, &(struct plan){ "twenty", 1, 18, 1, 2, 3 });
    fill(&f, &(struct plan){ "spread", SPREAD, 10, 0, 0, 1 });
    end(&f, "ANALYZE");
}

void seed_groups(const char *folder, int64_t groups, int64_t users)
{
    struct filling f = begin(folder);
    struct plan plan = { "clinic", groups, users, 0, 1, 1 };
    if (groups == 1) plan.name = "clinic0";
    fill(&f, &plan);
    end(&f, AFTER_FILE);
}

void seed_patients(const char *folder, int64_t patients)
{
    struct filling f = begin(folder);
    fill(&f, &(struct plan){ "clinic0", 1, 60, 0, 0, 1 });
    add_session(&f, numbered('p', 1), (struct id){ "" }, (struct id){ "" }, "restricted");
    fill_patients(&f.cx, patients);
    end(&f, AFTER_FILE);
}

void seed_calendar(const char *folder, int64_t patients, int64_t appointments, int64_t small_groups)
{
    enum { USERS = 500 };
    struct filling f = begin(folder);
    if (patients) {
        fill(&f, &(struct plan){ "clinic0", 1, USERS, 0, 0, 1 });
        fill_patients(&f.cx, patients);
        fill_calendar(&f.cx, USERS, patients, appointments);
    }
    int64_t from = f.next_group;
    fill(&f, &(struct plan){ "small", small_groups, 3, 0, 0, 1 });
    fill_small_calendars(&f.cx, from);
    end(&f, AFTER_FILE);
}

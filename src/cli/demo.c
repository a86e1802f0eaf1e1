/* demo.c - linden demo seed: two invented practice groups to look around in. */
#include <string.h>

#include "app/audit/event.h"
#include "app/departures/departure.h"
#include "app/invitations/invitation.h"
#include "app/locations/location.h"
#include "app/people/person.h"
#include "app/reminders/setting.h"
#include "app/sign_in/sign_in.h"
#include "base/time.h"
#include "cli/demo/booking.h"
#include "cli/demo/calendar.h"
#include "cli/demo/credits.h"
#include "cli/demo/invoices.h"
#include "cli/demo/notes.h"
#include "cli/demo/patients.h"
#include "cli/group.h"
#include "cli/host.h"

static const char PASSWORD[] = "quiet-harbour-maple-lamp";
static const char SHARED[] = "amara.okafor@northside.example",
                  LEAVER[] = "kavya.rao@northside.example", KEEPER[] = "freya@northside.example",
                  OWN_CREDITS[] = "beatriz.lima@northside.example",
                  BOOKED[] = "beatriz.lima@northside.example",
                  BOOKED_BY_PATIENTS[] = "hana.suzuki@northside.example";

struct demo_person {
    const char *title, *first, *last, *email;
    enum role_type role;
    enum level level;
    const char *profession, *registration, *at, *settings;
    enum area box;
    enum reach reach;
    int hours, days; /* last seen; invited */
    bool invited;
};
static const struct demo_person cast[] = {
#define PERSON(title, first, last, email, role, level, profession, registration, at, settings, \
               box, reach, hours)                                                              \
    { title,    first, last,  email, role, LEVEL_##level, profession, registration, at,        \
      settings, box,   reach, hours, 0,    false },
#define INVITED(title, first, last, email, role, level, profession, registration, at, days) \
    { title, first, last,       email, role, LEVEL_##level, profession, registration,       \
      at,    "",    AREA_COUNT, NONE,  0,    days,          true },
#include "cli/demo.def"
#undef PERSON
#undef INVITED
};
/* So that what was sent shows something soon after the server runs. */
static const struct reminder_draft reminding = { .email = { true, "1", "days" },
                                                 .text = { false, "2", "hours" } };
enum { CAST = sizeof cast / sizeof *cast };

struct demo {
    struct new_group clinic, second;
    const char *hashes[CAST];
    struct location_list locations;
    int64_t today;
};

static struct user_draft draft_of(struct cx *cx, const struct demo *demo,
                                  const struct demo_person *p)
{
    struct user_draft d = {
        .title = p->title,
        .first_name = p->first,
        .last_name = p->last,
        .email = p->email,
        .email_key = p->email,
        .profession = p->profession,
        .registration_number = p->registration,
        .access = { .role = p->role,
                    .level = p->level,
                    .active = true,
                    .all_locations = strcmp(p->at, "all") == 0 },
        .locations = NEW_ARRAY(cx->mem, struct user_location, demo->locations.n),
    };
    for (int i = 0; i < AREA_COUNT; i++) d.access.others[i] = FOLLOWS;
    if (p->box < AREA_COUNT) d.access.others[p->box] = (signed char)p->reach;
    for (int i = 0; i < SETTING_COUNT; i++) d.access.set[i] = strstr(p->settings, settings[i].key);
    for (size_t i = 0; i < demo->locations.n && !d.access.all_locations; i++) {
        const struct location *l = &demo->locations.at[i];
        if (strchr(p->at, l->name[0]))
            d.locations[d.locations_n++] = (struct user_location){ l->id, l->name };
    }
    d.access.locations = d.locations_n;
    access_tidy(&d.access);
    return d;
}

/* From here on the user of this email does what happens. */
static enum status act_as(struct cx *cx, const char *email)
{
    struct user *user;
    TRY(user_by_email(cx, email, &user));
    cx->actor.person = user->person;
    cx->actor.user = user->id;
    cx->actor.reach = access_reach(&user->access);
    cx->actor.locations = user_location_ids(cx, user);
    cx->actor.owner = user->access.owner;
    cx->actor.full = access_full(&user->access);
    cx->actor.name = user_name(cx, user);
    return OK;
}

static enum status add(struct cx *cx, const struct demo_person *p, const struct user_draft *draft,
                       const char *hash)
{
    struct new_person person = { .email = p->email,
                                 .email_key = p->email,
                                 .first_name = p->first,
                                 .last_name = p->last,
                                 .password_hash = hash,
                                 .proven = true };
    struct id person_id, user;
    TRY(person_create(cx, &person, &person_id));
    TRY(user_create(cx, person_id, draft, false, &user));
    TRY(announce(cx, EVENT_USER_ADDED, (struct about){ user, draft_name(cx, draft) }, NULL, NULL));
    return db_exec(cx, SQL("UPDATE users SET seen_at = $3 WHERE practice_id = $1 AND id = $2"),
                   user, clock_now() - HOURS(p->hours));
}

/* By every practitioner who may write, the one who left among them. */
static enum status write_notes(struct cx *cx, struct demo *demo)
{
    for (size_t i = 0; i < CAST; i++) {
        if (cast[i].invited || cast[i].role != PRACTITIONER) continue;
        TRY(act_as(cx, cast[i].email));
        if (reach_own(cx->actor.reach, AREA_NOTES) == EDIT) TRY(demo_notes(cx, demo->today));
    }
    return OK;
}

static enum status fill_clinic(struct cx *cx, struct demo *demo)
{
    struct user *leaver;
    int64_t ended;
    struct id invitation;
    TRY(location_list(cx, &demo->locations));
    TRY(act_as(cx, SHARED));
    for (size_t i = 0; i < CAST; i++) {
        struct user_draft draft = draft_of(cx, demo, &cast[i]);
        cx->now += MINUTES(4);
        if (!cast[i].invited) TRY(add(cx, &cast[i], &draft, demo->hashes[i]));
    }
    TRY(demo_patients(cx));
    TRY(write_notes(cx, demo));
    cx->now = demo->today - DAYS(10);
    TRY(act_as(cx, SHARED));
    TRY(demo_calendar(cx, demo->today));
    cx->now = demo->today - DAYS(9);
    TRY(act_as(cx, KEEPER));
    TRY(demo_invoices(cx, demo->today));
    TRY(demo_credits(cx, demo->today, OWN_CREDITS));
    TRY(reminder_setting_save(cx, (struct id){ "" }, &reminding, 0));
    TRY(demo_booking(cx, BOOKED, BOOKED_BY_PATIENTS));
    TRY(user_by_email(cx, LEAVER, &leaver));
    TRY(user_deactivate(cx, leaver, true, "Moved interstate", &ended));
    for (size_t i = CAST; i-- > 0;) {
        struct user_draft draft = draft_of(cx, demo, &cast[i]);
        cx->now = demo->today - DAYS(cast[i].days);
        if (cast[i].invited) TRY(invitation_send(cx, &draft, &invitation));
    }
    return OK;
}

/* The owner of the clinic sees patients in the second one, too. */
static enum status fill_second(struct cx *cx, struct demo *demo)
{
    struct demo_person shared = { "Dr",
                                  demo->clinic.first_name,
                                  demo->clinic.last_name,
                                  SHARED,
                                  PRACTITIONER,
                                  LEVEL_P_PERSONAL,
                                  "psychologist",
                                  "",
                                  "H",
                                  "",
                                  AREA_COUNT,
                                  NONE,
                                  0,
                                  0,
                                  false };
    struct id user;
    TRY(location_list(cx, &demo->locations));
    TRY(act_as(cx, demo->second.email_key));
    struct user_draft draft = draft_of(cx, demo, &shared);
    TRY(user_create(cx, demo->clinic.person, &draft, false, &user));
    return announce(cx, EVENT_USER_ADDED, (struct about){ user, draft_name(cx, &draft) }, NULL,
                    NULL);
}

static enum status seed(struct cx *cx, void *arg)
{
    struct demo *demo = arg;
    demo->today = cx->now;
    cx->now = demo->today - DAYS(40);
    TRY(group_create(cx, &demo->clinic));
    TRY(fill_clinic(cx, demo));
    cx->actor = (struct actor){ .job = true, .via = "cli", .name = "Command line" };
    cx->now = demo->today - DAYS(1);
    TRY(group_create(cx, &demo->second));
    return fill_second(cx, demo);
}

static enum status is_there(struct cx *cx, void *arg)
{
    bool *there = arg;
    struct person *person;
    enum status status = person_by_email(cx, SHARED, &person);
    *there = status == OK;
    return status == NOT_FOUND ? OK : status;
}

static enum status hash_all(struct cx *cx, struct demo *demo)
{
    for (size_t i = 0; i < CAST; i++)
        if (!cast[i].invited) TRY(new_password_hash(cx, PASSWORD, &demo->hashes[i]));
    return OK;
}

static void print_demo(struct cli *cli, bool there)
{
    puts(there ? "The demo is there already; nothing was changed."
               : "Made the demo: two practice groups, ten people.");
    printf("\n  %-31s %-16s %s\n", "Sign in with", "who is", "in Northside Allied Health");
    printf("  %-31s %-16s %s\n", SHARED, "Amara Okafor",
           "Account Owner, Full Access; and in Harbour Street Clinic");
    for (size_t i = 0; i < CAST; i++)
        if (!cast[i].invited)
            printf("  %-31s %-16s %s%s\n", cast[i].email,
                   arena_print(cli->cx->mem, "%s %s", cast[i].first, cast[i].last),
                   levels[cast[i].level].label(cli->cx),
                   strcmp(cast[i].email, LEAVER) == 0 ? ", deactivated" : "");
    printf("  %-31s %-16s %s\n", "mara@harbourst.example", "Mara Lindqvist",
           "Account Owner of Harbour Street Clinic");
    printf("\nEverybody's password: %s\n", PASSWORD);
    if (strncmp(cli->setup.mail, "file:", 5) == 0)
        printf("Mail lands in:        %s (while linden serve runs)\n", cli->setup.mail + 5);
    else
        printf("Mail goes to:         %s\n", cli->setup.mail);
}

int command_demo_seed(struct cli *cli)
{
    bool there = false;
    struct demo demo = {
        .clinic = { .name = "Northside Allied Health",
                    .time_zone = "Australia/Melbourne",
                    .email = SHARED,
                    .title = "Dr",
                    .first_name = "Amara",
                    .last_name = "Okafor",
                    .profession = "psychologist",
                    .registration_number = "53 004 085 616",
                    .password = PASSWORD,
                    .locations = { "Riverside", "Harbour St", "Telehealth" },
                    .locations_n = 3 },
        .second = { .name = "Harbour Street Clinic",
                    .time_zone = "Australia/Melbourne",
                    .email = "mara@harbourst.example",
                    .title = "Ms",
                    .first_name = "Mara",
                    .last_name = "Lindqvist",
                    .profession = "occupational_therapist",
                    .password = PASSWORD,
                    .locations = { "Harbour St" },
                    .locations_n = 1 },
    };
    enum status status = host_open(cli, DB_WRITER);
    if (status == OK) status = host_read(cli, is_there, &there);
    if (status == OK && !there) {
        status = group_prepare(cli, &demo.clinic);
        if (status == OK) status = group_prepare(cli, &demo.second);
        if (status == OK) status = hash_all(cli->cx, &demo);
        if (status == OK) status = host_change(cli, seed, &demo);
    }
    host_close(cli);
    if (status == OK) print_demo(cli, there);
    return cli_status(cli, status);
}

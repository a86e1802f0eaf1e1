/* access.h - who may do what.
 *
 * access_reach() is the one pure function from stored rows to effective
 * access: a level's default, the tick boxes over it, then the narrowing ones.
 * It runs on every request; nothing of it lives in a cookie or a cache.
 *
 * may()    is a question.  Views ask it to decide what to show.
 * allow()  is a gate.  Domain functions pass through it before they change
 *          anything; it answers FORBIDDEN and says why.
 *
 * Four tables hold all of it: areas.def, levels.def, settings.def and
 * permissions.def; enforcement, forms, sentences, documents and tests derive
 * from them. */
#pragma once
#include "access/waiting.h"
#include "base/cx.h"

enum reach { NONE, VIEW, EDIT };

enum area {
#define AREA(name, ...) AREA_##name,
#include "access/areas.def"
#undef AREA
    AREA_COUNT
};

enum role_type { PRACTITIONER, ADMINISTRATOR, ROLE_TYPES };

enum level {
#define LEVEL(name, ...) LEVEL_##name,
#include "access/levels.def"
#undef LEVEL
    LEVEL_COUNT,
    LEVEL_NONE = LEVEL_COUNT
};

enum setting {
#define SETTING(name, ...) SETTING_##name,
#include "access/settings.def"
#undef SETTING
    SETTING_COUNT
};

enum permission {
#define PERMISSION(name, ...) name,
#include "access/permissions.def"
#undef PERMISSION
    PERMISSION_COUNT,
    ANYONE,    /* for routes: no session needed */
    SIGNED_IN, /* for routes: any session will do */
    REPLACING, /* for routes: a session that waits for an own password, too */
    PROVING,   /* for routes: a session that waits for the code of the second step, too */
    HALFWAY,   /* for routes: any session, whatever it waits for */
    MEMBER,    /* for routes: any active user of the practice group */
};

typedef const char *words(struct cx *);

extern const struct area_info {
    const char *key;
    bool records, boxes;
    words *label, *see, *edit; /* "Patients", "See others' patients", "Edit others' patients" */
} areas[AREA_COUNT];

extern const struct level_info {
    enum role_type role;
    const char *key;
    words *label, *about; /* "Clinical Access", and one sentence */
} levels[LEVEL_COUNT];

/* What a level reaches by itself.  LEVEL_NONE reaches nothing. */
enum reach level_own(enum level, enum area);
enum reach level_others(enum level, enum area);

extern const struct setting_info {
    const char *key;
    enum { ANY_LEVEL, BELOW_FULL, ADMINISTRATORS, NOT_OWNER } limit;
    enum { GIVES, NARROWS } kind;
    words *label, *hint;
} settings[SETTING_COUNT];

/* What is stored of a user's (or an invitation's) access. */
struct access {
    enum role_type role;
    enum level level;
    signed char others[AREA_COUNT]; /* a box's reach over the level's, or FOLLOWS */
    bool set[SETTING_COUNT];
    bool owner;
    bool active; /* a deactivated user reaches nothing */
    bool all_locations;
    size_t locations; /* how many are assigned */
};
enum { FOLLOWS = -1 };

/* Effective access: two bits an area and side, and above them facts that
 * records are judged by. */
uint64_t access_reach(const struct access *);
enum reach reach_own(uint64_t reach, enum area);
enum reach reach_others(uint64_t reach, enum area);
#define REACH_AT_LOCATIONS (UINT64_C(1) << 56) /* others' records only at assigned locations */
#define REACH_PSEUDONYMS (UINT64_C(1) << 57)   /* patients show under a pseudonym */
#define REACH_EVERYWHERE (UINT64_C(1) << 58)   /* every location is assigned */
#define REACH_NOWHERE (UINT64_C(1) << 59)      /* none is: no records, granted ones neither */
#define REACH_READ_ONLY (UINT64_C(1) << 60)    /* and nothing that is granted lifts it */
bool reach_limited(uint64_t reach); /* others' records end at a location that is not assigned */
/* With `most`, the widest grant there is to a single patient: it opens the
 * door to patients, has() counts it, and the gate judges each of them. */
uint64_t reach_with_grants(uint64_t reach, enum reach most);

/* What a program reaches with somebody's key: of what the user reaches, no more than the scope of
 * each area, on both sides.  What is granted to a single patient follows the scope of patients. */
uint64_t reach_scoped(uint64_t reach, const enum reach scope[AREA_COUNT]);
/* The stored form of scopes: "users:1 calendar:2", in the order of areas. */
const char *scope_write(struct arena *, const enum reach scope[AREA_COUNT]);
void scope_read(const char *, enum reach out[AREA_COUNT]);

/* What somebody with Full Access sees who views as another user: of what that one
 * sees, what the viewer could see too; and nothing can be changed. */
uint64_t reach_viewed(uint64_t reach, uint64_t viewer);
bool reach_may_view(const struct access *viewer); /* Full Access without Location Restriction */
bool reach_may_be_viewed(const struct access *);  /* below Full Access */

/* What is known of one patient's record when somebody wants to reach it. */
struct record {
    bool own;          /* the actor is one of the patient's practitioners */
    bool here;         /* kept at a location that is assigned to the actor */
    signed char grant; /* the actor's own grant for this patient, an enum reach, or NO_GRANT */
};
enum { NO_GRANT = -1 };
/* Level, boxes and what narrows have made `reach`; then the grant for the one
 * patient at hand.  NONE granted means revoked: it takes everything away, but
 * not from Full Access, so that no record is ever out of everybody's reach.
 * One's own record is reached through either side. */
enum reach reach_record(uint64_t reach, bool full, enum area, const struct record *);

/* What the two functions above did on their way to an answer, step by step, and
 * what stood after each; for whoever asks why. */
enum why {
    WHY_DEACTIVATED,
    WHY_LEVEL,     /* own and others' */
    WHY_BOX,       /* a tick box sets others' */
    WHY_NOWHERE,   /* no location is assigned */
    WHY_READ_ONLY, /* both, no more than to see */
    WHY_NAMES,     /* clinical notes, since names are hidden: free text may hold them */
    WHY_TAKEN,     /* access to this patient was taken away */
    WHY_KEPT,      /* it was, but Full Access keeps it */
    WHY_OWN,       /* the record is an own one: own */
    WHY_NOT_OWN,
    WHY_OTHERS,    /* and one of others': others */
    WHY_ELSEWHERE, /* others' records do not count: kept at no assigned location */
    WHY_GRANTED,   /* access to this patient was given: own */
};
enum { TRACE_MOST = 10 };
struct trace {
    size_t n;
    struct step {
        enum why why;
        enum reach own, others;
    } at[TRACE_MOST];
};
enum reach access_trace(const struct access *, enum area, const struct record *, struct trace *out);

bool access_full(const struct access *);
/* How many boxes and settings differ from what the level gives by itself. */
int access_customised(const struct access *);
/* Drops what this level and role type cannot carry (boxes with Full Access,
 * hidden names for practitioners ...), so that stored rows are never odd. */
void access_tidy(struct access *);
/* May a setting stand with this level, role type and ownership? */
bool setting_fits(enum setting, const struct access *);

/* Rule 4: would going from `before` (NULL: a new user) to `after` give what
 * the actor has not got, or raise the actor himself?  The reach compared is
 * the effective one. */
bool access_gives_too_much(const struct actor *, const struct access *actors,
                           const struct access *before, const struct access *after, bool self);

enum level level_find(enum role_type, const char *key); /* LEVEL_NONE if that type lacks it */
enum area area_find(const char *key);                   /* AREA_COUNT */
bool role_find(const char *key, enum role_type *out);
const char *role_key(enum role_type);
words *role_label(enum role_type);
words *reach_label(enum reach); /* "Hidden", "See", "See and edit" */

/* Does `after` take anything away that `before` reaches?  Compared is the
 * effective reach. */
bool access_lowers(const struct access *before, const struct access *after);

/* The stored form of the boxes: "calendar:2 notes:0", in the order of areas. */
const char *boxes_write(struct arena *, const struct access *);
void boxes_read(const char *, struct access *);

/* The facts about a thing that a rule may look at. */
struct subject {
    struct id practice;
    struct id user;              /* whose it is, if anybody's */
    const struct record *record; /* a patient's: its facts decide, not `user` */
    bool full, owner;
    bool lowers; /* the change at hand takes level or ownership away */
};

struct permission_info {
    const char *key, *label, *rule_name;
    enum area area;
    enum reach need;
    bool (*rule)(const struct actor *, const struct subject *, const char **why);
};
extern const struct permission_info permissions[PERMISSION_COUNT];

/* Does the actor have it for any thing at all?  allow_door() says so with FORBIDDEN:
 * cx->reason "names" where only hidden names are in the way, else "door". */
bool has(const struct actor *, enum permission);
enum status allow_door(struct cx *, enum permission);
bool may(const struct actor *, enum permission, const struct subject *, const char **why);
/* FORBIDDEN with a sentence; cx->reason is the rule's key ("full", "self", "owner", "names"),
 * "record" for one patient's record that is out of reach, or "level". */
enum status allow(struct cx *, enum permission, const struct subject *);
bool was_asked(const struct cx *, enum permission);

/* event.c - see event.h */
#include "app/audit/event.h"

#include <sodium.h>
#include <string.h>

#include "app/audit/events.text.h"
#include "base/json.h"
#include "db/db.h"

static const char *const keys[EVENT_COUNT] = {
#define EVENT(name, key) [EVENT_##name] = key,
#include "app/events.def"
#undef EVENT
};

const char *event_key(enum event event)
{
    return keys[event];
}

/* Some sentences name what they are about and some do not; the right one of
 * the two shapes is picked by the compiler. */
typedef const char *sentence_alone(struct cx *);
typedef const char *sentence_about(struct cx *, const char *);

static const char *say_alone(sentence_alone *say, struct cx *cx, const char *about)
{
    (void)about;
    return say(cx);
}

static const char *say_about(sentence_about *say, struct cx *cx, const char *about)
{
    return say(cx, about);
}

const char *event_sentence(struct cx *cx, const char *key, const char *about)
{
#define EVENT(name, event)                               \
    if (strcmp(key, event) == 0)                         \
        return _Generic(t_event_##name, sentence_alone * \
                        : say_alone, sentence_about *    \
                        : say_about)(t_event_##name, cx, about);
#include "app/events.def"
#undef EVENT
    return key;
}

void change_note(struct cx *cx, struct changes *all, const char *field, const char *before,
                 const char *after)
{
    if (strcmp(before, after) == 0) return;
    if (!all->last) all->last = &all->first;
    struct change *change = NEW(cx->mem, struct change);
    *change = (struct change){ field, before, after, NULL };
    *all->last = change;
    all->last = &change->next;
}

static const char *changes_text(struct cx *cx, const struct changes *all)
{
    if (!all || !all->first) return "[]";
    struct json j = json_begin(cx->mem);
    json_array(&j, NULL);
    for (const struct change *c = all->first; c; c = c->next) {
        json_object(&j, NULL);
        json_text(&j, "field", c->field);
        json_text(&j, "before", c->before);
        json_text(&j, "after", c->after);
        json_end(&j);
    }
    json_end(&j);
    return json_done(&j);
}

static void add(crypto_generichash_state *state, const char *text)
{
    unsigned char length[8];
    size_t n = strlen(text);
    for (int i = 0; i < 8; i++) length[i] = (unsigned char)((uint64_t)n >> (8 * i));
    crypto_generichash_update(state, length, sizeof length);
    crypto_generichash_update(state, (const unsigned char *)text, n);
}

static void add_number(crypto_generichash_state *state, int64_t number)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)number);
    add(state, text);
}

void audit_hash(const struct audit_row *r, char out[44])
{
    const char *const texts[] = { r->practice, r->kind,       r->actor_id, r->actor_name,
                                  r->about_id, r->about_name, r->changes,  r->note,
                                  r->via,      r->address,    r->agent,    r->before_hash };
    unsigned char hash[32];
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    add_number(&state, r->seq);
    add_number(&state, r->at);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) add(&state, texts[i]);
    crypto_generichash_final(&state, hash, sizeof hash);
    sodium_bin2base64(out, 44, hash, sizeof hash, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

/* `heard`: somebody outside wants to hear of events. */
static enum status write_row(struct cx *cx, struct audit_row *row, bool *heard)
{
    struct table head;
    char hash[44];
    TRY(db_select(cx, &head,
                  SQL_GLOBAL("SELECT h.seq, h.hash, (SELECT count(*) FROM webhooks w"
                             "  WHERE w.practice_id = $1 AND w.state = 'on') AS hooks"
                             " FROM audit_heads h WHERE h.practice_id = $1"),
                  row->practice));
    *heard = head.rows && cell_int(&head, 0, "hooks") > 0;
    row->seq = head.rows ? cell_int(&head, 0, "seq") + 1 : 1;
    row->before_hash = head.rows ? cell_text(&head, 0, "hash") : "";
    audit_hash(row, hash);
    TRY(db_exec(cx,
                SQL_GLOBAL("INSERT INTO audit (practice_id, seq, at, kind, actor_id, actor_name,"
                           " about_id, about_name, changes, note, via, address, agent, before_hash,"
                           " hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,"
                           " $14, $15)"),
                row->practice, row->seq, row->at, row->kind, row->actor_id, row->actor_name,
                row->about_id, row->about_name, row->changes, row->note, row->via, row->address,
                row->agent, row->before_hash, (const char *)hash));
    return db_exec(cx,
                   SQL_GLOBAL("INSERT INTO audit_heads (practice_id, seq, hash) VALUES ($1, $2, $3)"
                              " ON CONFLICT (practice_id) DO UPDATE SET seq = excluded.seq,"
                              " hash = excluded.hash"),
                   row->practice, row->seq, (const char *)hash);
}

static enum status react([[maybe_unused]] struct cx *cx, [[maybe_unused]] enum event event,
                         [[maybe_unused]] struct id about)
{
#define REACTION(expected, function) \
    if (event == EVENT_##expected) TRY(function(cx, about));
#include "app/reactions.def"
#undef REACTION
    return OK;
}

static enum status tell(struct cx *cx, const char *practice, enum event event, struct about about,
                        const struct changes *changes, const char *note)
{
    const struct actor *actor = &cx->actor;
    struct audit_row row = {
        .practice = practice,
        .at = cx->now,
        .kind = keys[event],
        .actor_id = id_some(actor->viewer) ? actor->viewer.text
                    : id_some(actor->user) ? actor->user.text
                                           : actor->person.text,
        .actor_name = or_empty(actor->name),
        .about_id = about.id.text,
        .about_name = or_empty(about.name),
        .changes = changes_text(cx, changes),
        .note = or_empty(note),
        .via = or_empty(actor->via),
        .address = or_empty(actor->address),
        .agent = or_empty(actor->agent),
    };
    bool heard;
    TRY(write_row(cx, &row, &heard));
    if (heard) TRY(event_heard(cx, event, about.id));
    db_tell(cx);
    return react(cx, event, about.id);
}

enum status announce(struct cx *cx, enum event event, struct about about,
                     const struct changes *changes, const char *note)
{
    return tell(cx, cx->actor.practice.text, event, about, changes, note);
}

enum status announce_above(struct cx *cx, enum event event, struct about about,
                           const struct changes *changes, const char *note)
{
    return tell(cx, "", event, about, changes, note);
}

/* lines_booking.c - the checklist's line about online booking and the directory profile. */
#include "app/audit/event.h"
#include "app/booking/profile.h"
#include "app/booking/request.h"
#include "app/departures/checklist.h"
#include "app/waiting/waiting.h"

#include "app/departures/booking.text.h"

static const char *place_words(struct cx *cx, const struct booking_profile *p)
{
    const char *seen = p->visible == VISIBLE_PUBLIC ? SAY(booking_public)
                       : p->visible == VISIBLE_LINK ? SAY(booking_by_link)
                                                    : SAY(booking_hidden);
    return booking_taken(p) ? SAY(booking_takes, p->location_name, seen)
                            : SAY(booking_shows, p->location_name, seen);
}

static const char *on_words(struct cx *cx, const struct booking_profiles *all)
{
    const char *text = "";
    for (size_t i = 0; i < all->n; i++)
        if (booking_shown(&all->at[i]))
            text = arena_print(cx->mem, "%s%s%s", text, *text ? " " : "",
                               place_words(cx, &all->at[i]));
    return text;
}

enum status booking_state(struct cx *cx, const struct user *u, const char *undo,
                          struct checklist_line *line)
{
    struct booking_profiles all;
    int64_t waiting, listed;
    TRY(booking_profiles_of(cx, u->id, &all));
    TRY(requests_waiting(cx, u->id, (struct id){ "" }, &waiting));
    TRY(waiters_count(cx, u->id, (struct id){ "" }, &listed));
    const char *on = on_words(cx, &all);
    bool open = *on || waiting || listed;
    line->title = SAY(booking_line);
    line->about = *on ? on : SAY(booking_off);
    if (waiting) line->about = SAY(booking_waiting, line->about, waiting);
    if (listed) line->about = SAY(booking_wait, line->about, listed);
    line->state = open ? LINE_OPEN : undo ? LINE_SETTLED : LINE_NOTHING;
    line->action = SAY(booking_action);
    line->done = SAY(booking_done);
    return OK;
}

/* Leaves what was on, so that it can be put back; what was not confirmed stays ended, and so does
 * the waiting list. */
enum status booking_settle(struct cx *cx, const struct user *u, const char **undo)
{
    struct booking_profiles all;
    int64_t profiles, ended;
    TRY(booking_profiles_of(cx, u->id, &all));
    *undo = booking_pack(cx, &all);
    TRY(booking_turn_off(cx, u->id, &profiles, &ended));
    return waiting_follows_offers(cx, u->id);
}

enum status booking_undo(struct cx *cx, const struct user *u, const char *undo)
{
    return booking_unpack(cx, u->id, undo);
}

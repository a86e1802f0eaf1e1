/* booking.c - see booking.h */
#include "cli/demo/booking.h"

#include "app/booking/profile.h"
#include "app/schedule/type.h"
#include "app/users/user.h"

static enum status open_one(struct cx *cx, const struct booking_profile *p, const char *books,
                            const struct appointment_types *types, const char *languages,
                            const char *about)
{
    struct booking_profile now;
    struct booking_draft d = { .visible = "public", .books = books, .lead = "4" };
    for (size_t i = 0; i < types->n && i < 3; i++) d.types.at[d.types.n++] = types->at[i].id;
    TRY(booking_profile_save(cx, p, &d, p->version));
    TRY(booking_profile_find(cx, p->user, p->location, &now));
    return directory_save(cx, &now, languages, about, now.version);
}

static enum status open_for(struct cx *cx, const char *email, const char *books,
                            const char *languages, const char *about)
{
    struct user *user;
    struct booking_profiles all;
    struct appointment_types types;
    TRY(user_by_email(cx, email, &user));
    TRY(booking_profiles_list(cx, &all));
    TRY(type_list(cx, &types));
    for (size_t i = 0; i < all.n; i++)
        if (id_same(all.at[i].user, user->id))
            TRY(open_one(cx, &all.at[i], books, &types, languages, about));
    return OK;
}

enum status demo_booking(struct cx *cx, const char *first_email, const char *second_email)
{
    TRY(open_for(cx, first_email, "all", "English, Portuguese",
                 "Backs, knees and shoulders: after an operation, after a fall, and when it comes"
                 " back. The first visit takes an hour."));
    return open_for(cx, second_email, "known", "English, Japanese",
                    "Talks with adults and young people, by video.");
}

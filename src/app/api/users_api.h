/* users_api.h - how a user is written for programs. */
#pragma once
#include "app/departures/plan.h"
#include "web/api.h"

extern const struct api_shape user_shape;
/* A fault at "locations" for what is none of the group. */
struct texts;
enum status api_take_locations(struct cx *, const struct texts *ids, struct user_draft *);
extern const char *const api_levels[]; /* those that are given here */
enum status api_write_user(struct cx *, struct json *, const struct user *);
/* A plan is of a minute by the clock of the practice, as people type it: date and time of the
 * draft; and a fault at its date_field where the moment was none of a whole minute. */
void api_plan_moment(struct cx *, int64_t at, struct plan_draft *);
enum status api_plan_check(struct cx *, int64_t at, int64_t due, const struct plan_draft *);
/* CONFLICT "changed" if If-Match names another version of the user. */
enum status api_match_user(struct cx *, struct request *, const struct user *);

/* users_api.h - how a user is written for programs. */
#pragma once
#include "app/users/user.h"
#include "web/api.h"

extern const struct api_shape user_shape;
/* A fault at "locations" for what is none of the group. */
struct texts;
enum status api_take_locations(struct cx *, const struct texts *ids, struct user_draft *);
extern const char *const api_levels[]; /* those that are given here */
enum status api_write_user(struct cx *, struct json *, const struct user *);
/* CONFLICT "changed" if If-Match names another version of the user. */
enum status api_match_user(struct cx *, struct request *, const struct user *);

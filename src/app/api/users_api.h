/* users_api.h - how a user is written for programs. */
#pragma once
#include "app/users/user.h"
#include "web/api.h"

extern const struct api_shape user_shape;
void api_write_user(struct cx *, struct json *, const struct user *);

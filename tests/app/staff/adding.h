/* adding.h - the form for a new user, filled in.
 *
 * ADD(who, name, value, ...) sends it with these fields in place of its own;
 * the first of two fields with one name counts.  ADD_NOWHERE has no location. */
#pragma once
#include "tests/support/practice.h"

#define USERS "/g/north/settings/users"
#define TEMPORARY "picnic-rooster-resort-beaver"

#define INGRID                                                                                  \
    "title", "Dr", "first_name", "Ingrid", "last_name", "Haaland", "role_type", "practitioner", \
        "profession", "psychiatrist", "registration_number", "53 004 085", "email",             \
        "ingrid@new.example", "email_again", "ingrid@new.example", "entry", "password",         \
        "password", TEMPORARY, "password_again", TEMPORARY, "level", "clinical"

#define ADD_NOWHERE(who, ...) post(cx, who, USERS, __VA_ARGS__ __VA_OPT__(, ) INGRID, NULL)
#define ADD(who, ...) \
    post(cx, who, USERS, __VA_ARGS__ __VA_OPT__(, ) INGRID, "locations", "l-riverside", NULL)

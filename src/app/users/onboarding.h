/* onboarding.h - three letters in a user's first week.
 *
 * Day 1 "Check your details", day 3 "Find your way", day 7 "Your devices".
 * Each is written only if there is something to do when its day comes, and
 * none to a user who is deactivated or a person who has had enough of them. */
#pragma once
#include "base/cx.h"

/* For a new user, in the transaction that adds him.  Once: a second call would
 * write everything twice. */
enum status onboarding_begin(struct cx *, struct id user);

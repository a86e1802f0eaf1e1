/* say.h - the words people read come out of catalogues.
 *
 * src/x/y.text holds the messages of y.html and y.c, one a line; tools/text.c
 * makes a function t_KEY() of each, so a key that does not exist, an argument
 * too few and a number where text belongs do not compile.
 *
 *   SAY(users_ended, 3)      in C, where there is a cx
 *   T(users_ended, 3)        in a template, where there is an h */
#pragma once
#include <inttypes.h>

#include "base/cx.h"

#define SAY(key, ...) t_##key(cx __VA_OPT__(, ) __VA_ARGS__)
#define T(key, ...) t_##key(h->cx __VA_OPT__(, ) __VA_ARGS__)

/* agent.h - what a browser calls itself, in words for people. */
#pragma once
#include "base/cx.h"

/* "Firefox on Linux" out of a User-Agent header. */
const char *agent_words(struct cx *, const char *agent);

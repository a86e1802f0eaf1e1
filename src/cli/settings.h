/* settings.h - what holds: an option, else the environment, else a file.
 *
 * Files are lines of "key = value" with the names of options as keys; # begins
 * a remark.  With --config (or LINDEN_CONFIG) that one file is read; without,
 * DATA/linden.conf and then ./linden.conf, if they are there; the first that
 * names a key wins. */
#pragma once
#include "cli/cli.h"

/* Fills what no option gave, checks the values the command uses, and fills
 * cli->setup.  EXIT_DONE, or the code to end with after having said why. */
int settings_read(struct cli *);

/* What is wrong with the first bad value, and which that is; NULL: all are good. */
const char *settings_wrong(struct cli *, const char **option);

/* A value as it may be shown: without a password. */
const char *setting_shown(struct cx *, const char *name, const char *value);

/* The url when none is set: for the address that is listened on. */
const char *settings_url(struct arena *, const char *listen);

/* login.h - a name and a password for another server, out of a file. */
#pragma once
#include <stdbool.h>

#include "base/mem.h"

enum { LOGIN_MOST = 1024 };
struct login {
    char text[LOGIN_MOST]; /* the name, zero, the password, zero */
    const char *name, *password;
};

/* "name:password" on the first line of a file that only its owner may read.  What
 * is wrong, in words, or NULL.  To be wiped after use (secret_wipe). */
const char *login_read(struct arena *, const char *path, struct login *out);

/* HOST, HOST:PORT, [IPV6], [IPV6]:PORT */
bool server_sound(const char *server);
bool server_here(const char *server); /* on this machine */

/* A stranger's words, as one line that can be shown. */
const char *words_cleaned(struct arena *, const char *words);

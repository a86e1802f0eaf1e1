/* smtp.h - takes mails where the host wants them.
 *
 *   smtp://HOST[:PORT]    TLS when the server offers it (port 25 if none is named)
 *   smtps://HOST[:PORT]   TLS from the first byte (465)
 *   file:DIR              a file for each mail, see mail.h
 *
 * After smtp:// may follow ?tls=required: then the server must offer TLS and
 * show a certificate for its name, or no mail goes out; ?tls=never speaks in
 * the clear, for a server on the same machine.  With a name and password TLS is
 * required anyhow, except on this machine.  Without `required` the certificate
 * is not asked for: who can forge it could also take the offer away.
 *
 * The name and password stand in a file as "name:password", which nobody but
 * its owner may read.  It is read for each mail, so it can be changed. */
#pragma once
#include "work/mail.h"

/* What is wrong with these settings, in words for whoever made them, or NULL.
 * `auth_file` may be NULL. */
const char *smtp_settings_wrong(struct arena *, const char *url, const char *auth_file);

/* Blocks for a minute at most.  `problem` is set unless the mail was sent: the
 * server's own words ("550 5.1.1 No such user"), cleaned, or ours. */
enum mail_result smtp_send(struct arena *, const char *url, const char *auth_file,
                           const struct mail *, const char **problem);

/* Did this mail leave already, as far as we can know?  Only folders remember;
 * elsewhere the Message-ID lets the receiver notice. */
bool smtp_already_sent(struct arena *, const char *url, const char *id, int64_t created_at);

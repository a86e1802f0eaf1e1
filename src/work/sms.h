/* sms.h - takes text messages to an SMS gateway.
 *
 *   kannel:http://HOST:PORT     the smsbox of Kannel, POST /cgi-bin/sendsms
 *   kannel:https://HOST:PORT    the same, and the certificate must be right
 *
 * The name and password of Kannel's group sendsms-user stand in a file as
 * "name:password", which nobody but its owner may read; they go in headers,
 * never in an address.  Without TLS only to this machine.  The file is read for
 * each message, so it can be changed.
 *
 * What the gateway takes counts as sent.  What becomes of it then it says by asking for
 * an address (dlr-url), where SMS_SAID stands for one of SMS_REPORTS: a phone has it (1), no
 * phone took it (2), the network refused it (16).  Its sender is the gateway's own
 * (default-sender). */
#pragma once
#include "work/mail.h"

#define SMS_SAID "%d"
enum { SMS_REPORTS = 1 | 2 | 16 };

/* "+61455500100": a plus and 8 to 15 digits (E.164). */
bool sms_number_sound(const char *number);

/* How many messages of the network a text takes: 160 characters of the GSM 7-bit
 * alphabet (3GPP TS 23.038, 6.2.1) fit into one, or 153 into each of several; with
 * any other character in it 70, or 67 (UCS-2).  0 for no text. */
int sms_parts(const char *text);

/* What is wrong with these settings, in words for whoever made them, or NULL.
 * `auth_file` may be NULL: then messages do not leave. */
const char *sms_settings_wrong(struct arena *, const char *where, const char *auth_file);

/* Blocks for half a minute at most.  `report` is where the gateway says what becomes of
 * it, or NULL: it is not asked.  `problem` is set unless the message was
 * taken: the gateway's own words, cleaned, or ours.  Refused for good is only
 * what the gateway says about this message. */
enum mail_result sms_send(struct arena *, const char *where, const char *auth_file,
                          const char *number, const char *text, const char *report,
                          const char **problem);

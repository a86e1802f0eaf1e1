/* notify.h - telling the service manager how we are.
 *
 * A datagram to the socket that NOTIFY_SOCKET names, as sd_notify(3) sends it;
 * nothing happens where there is none. */
#pragma once

void notify(const char *state); /* "READY=1", "STOPPING=1", "WATCHDOG=1" */

/* How often the watchdog wants to hear from us, in seconds; 0: it does not. */
double notify_every(void);

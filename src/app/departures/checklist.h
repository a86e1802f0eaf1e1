/* checklist.h - the list to look through before a user is deactivated.
 *
 * Lines come from checklist.def.  What a line shows is computed from the data
 * at that moment; the table `checklist` keeps who settled a line, and how to take
 * that back, or who waived it, and why.  What stays open when a user goes is
 * still listed afterwards. */
#pragma once
#include "app/users/user.h"

enum line_state {
    LINE_OPEN,
    LINE_SETTLED,
    LINE_NOTHING,  /* there is nothing to do */
    LINE_OPTIONAL, /* never counts as open */
    LINE_WAIVED,   /* open, and somebody said why it may stay so */
};

struct checklist_line {
    const char *key;
    const char *title, *about; /* what it is, how it stands; each line fills these in */
    enum line_state state;
    const char *action; /* the button of an open or optional line, or NULL */
    const char *done;   /* the tag of a settled one */
    bool can_undo, may; /* may: the actor may settle it */
    bool together;
    const char *by, *reason; /* who settled or waived it here, or NULL; why, or "" */
    int64_t at;
    bool hands_over; /* open: what to do has pages of its own, those of app/handovers */
};

enum { CHECKLIST_LINES = 12 };
struct checklist {
    size_t n;
    struct checklist_line at[CHECKLIST_LINES];
    int64_t settled, of; /* without the optional ones; nothing to do is settled, waived is */
    int64_t waived;
    int64_t open, together; /* open; and how many of them 'Settle everything' would do */
};

/* As it stands now, for active users and for deactivated ones.  Asks nothing. */
enum status checklist_lines(struct cx *, const struct user *, struct checklist *out);

/* Ask for USERS_DEACTIVATE and the line's own permission.  NOT_FOUND for lines
 * that do not exist or have no button; settled already, or undone already, is
 * fine.  The key "everything" settles all that may be settled together and is not waived.
 * *lines: how many were settled. */
enum status checklist_settle_line(struct cx *, const struct user *, const char *key,
                                  int64_t *lines);
enum status checklist_undo_line(struct cx *, const struct user *, const char *key);

/* An open line may stay as it is, for a reason.  Asks for the same.  INVALID
 * without a reason (the field "reason-KEY"); what is not open, or waived
 * already, is fine and stays as it is.  Taken back by checklist_undo_line();
 * settling takes its place, and so does having nothing to do any more. */
enum status checklist_waive_line(struct cx *, const struct user *, const char *key,
                                 const char *reason);

/* A new beginning: what was settled before can no longer be taken back. */
enum status checklist_forget(struct cx *, struct id user);

/* --- for lines_*.c ------------------------------------------------------------- */

/* `undo`: what settling left for taking back, or NULL. */
typedef enum status line_state_function(struct cx *, const struct user *, const char *undo,
                                        struct checklist_line *);
typedef enum status line_settle_function(struct cx *, const struct user *, const char **undo);
typedef enum status line_undo_function(struct cx *, const struct user *, const char *undo);

line_state_function booking_state, invitations_state, appointments_state, reminders_state,
    topup_state, webhooks_state, keys_state, devices_state, export_state, kept_state;
line_settle_function booking_settle, invitations_settle, reminders_settle, topup_settle,
    webhooks_settle, keys_settle, export_settle, kept_settle;
line_undo_function booking_undo, invitations_undo, reminders_undo, topup_undo, webhooks_undo,
    export_undo, kept_undo;

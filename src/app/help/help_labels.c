/* help_labels.c - labels of other pages, in a file of its own because their
 * catalogues share keys with ours. */
#include "app/help/help.h"

#include "app/departures/booking.text.h"
#include "app/departures/departures.text.h"
#include "app/help/help_names.text.h"
#include "app/integrations/keys.text.h"
#include "app/notes/notes.text.h"
#include "app/patients/patients.text.h"

struct help_labels help_labels(struct cx *cx)
{
    const char *name = SAY(help_the_user);
    return (struct help_labels){
        .deactivate = SAY(deactivate_button),
        .activate = SAY(activate_button),
        .read_only = SAY(read_only_link),
        .tell = SAY(tell, name),
        .note = SAY(note_label),
        .lower = SAY(lower_button),
        .import_csv = SAY(patients_import),
        .write_note = SAY(notes_write),
        .save_note = SAY(note_save_draft),
        .sign_note = SAY(note_save_sign),
        .attach = SAY(attachment_add),
        .new_key = SAY(key_new),
        .key_scopes = SAY(key_scopes),
        .make_key = SAY(key_make),
        .key_docs = SAY(keys_docs),
        .lines = { SAY(booking_line), SAY(invitations_title), SAY(appointments_title),
                   SAY(reminders_title), SAY(topup_title), SAY(hooks_title), SAY(keys_line),
                   SAY(devices_title), SAY(export_title, name), SAY(kept_title, name) },
    };
}

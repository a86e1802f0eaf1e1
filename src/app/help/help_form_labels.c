/* help_form_labels.c - labels of the form for users, see help_labels.c */
#include "app/help/help.h"

#include "app/staff/user_form.text.h"

struct help_form_labels help_form_labels(struct cx *cx)
{
    return (struct help_form_labels){
        .title = SAY(title_label),
        .first_name = SAY(first_name_label),
        .last_name = SAY(last_name_label),
        .role = SAY(role_label),
        .profession = SAY(profession_label),
        .registration = SAY(registration_label),
        .email = SAY(email_label),
        .email_again = SAY(email_again_label),
        .way = SAY(entry_label),
        .password = SAY(entry_password),
        .invitation = SAY(entry_invitation),
        .link = SAY(entry_link),
        .level = SAY(level_label),
        .locations = SAY(section_locations),
        .first_day = SAY(first_day_label),
        .last_day = SAY(last_day_label),
    };
}

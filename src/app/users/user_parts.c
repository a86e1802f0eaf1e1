/* user_parts.c - see user_parts.h */
#include "app/users/user_parts.h"

#include "app/users/access_words.h"
#include "app/users/profession.h"
#include "base/say.h"

#include "app/users/access_words.text.h"

static bool is_area(enum user_part part)
{
    return part >= PART_AREAS && part < PART_SETTINGS;
}

static enum area area_of(enum user_part part)
{
    return (enum area)(part - PART_AREAS);
}

static enum setting setting_of(enum user_part part)
{
    return (enum setting)(part - PART_SETTINGS);
}

const char *user_part_key(enum user_part part)
{
    switch (part) {
    case PART_TITLE: return "title";
    case PART_FIRST_NAME: return "first_name";
    case PART_LAST_NAME: return "last_name";
    case PART_PROFESSION: return "profession";
    case PART_REGISTRATION: return "registration_number";
    case PART_LEVEL: return "level";
    case PART_LOCATIONS: return "locations";
    case PART_OWNER: return "owner";
    default: return is_area(part) ? areas[area_of(part)].key : settings[setting_of(part)].key;
    }
}

const char *user_part_label(struct cx *cx, enum user_part part)
{
    switch (part) {
    case PART_TITLE: return SAY(change_title);
    case PART_FIRST_NAME: return SAY(change_first_name);
    case PART_LAST_NAME: return SAY(change_last_name);
    case PART_PROFESSION: return SAY(change_profession);
    case PART_REGISTRATION: return SAY(change_registration);
    case PART_LEVEL: return SAY(change_level);
    case PART_LOCATIONS: return SAY(change_locations);
    case PART_OWNER: return SAY(change_owner);
    default:
        return is_area(part) ? SAY(change_area, areas[area_of(part)].label(cx))
                             : settings[setting_of(part)].label(cx);
    }
}

static const char *on_off(struct cx *cx, bool on)
{
    return on ? SAY(change_on) : SAY(change_off);
}

static const char *level_words(struct cx *cx, const struct access *a)
{
    const char *role = role_label(a->role)(cx);
    return a->level < LEVEL_COUNT ? SAY(list_comma, role, levels[a->level].label(cx)) : role;
}

static const char *area_words(struct cx *cx, const struct access *a, enum area area)
{
    signed char reach = a->others[area];
    return reach == FOLLOWS ? SAY(change_follows) : reach_label((enum reach)reach)(cx);
}

const char *user_part_words(struct cx *cx, const struct user_draft *d, enum user_part part)
{
    const struct access *a = &d->access;
    switch (part) {
    case PART_TITLE: return d->title;
    case PART_FIRST_NAME: return d->first_name;
    case PART_LAST_NAME: return d->last_name;
    case PART_PROFESSION: return profession_words(cx, d->profession);
    case PART_REGISTRATION: return d->registration_number;
    case PART_LEVEL: return level_words(cx, a);
    case PART_LOCATIONS: return a->all_locations ? SAY(where_all_new) : draft_locations(cx, d);
    case PART_OWNER: return on_off(cx, a->owner);
    default:
        return is_area(part) ? area_words(cx, a, area_of(part))
                             : on_off(cx, a->set[setting_of(part)]);
    }
}

void user_part_take(struct user_draft *to, const struct user_draft *from, enum user_part part)
{
    struct access *a = &to->access;
    const struct access *b = &from->access;
    switch (part) {
    case PART_TITLE: to->title = from->title; break;
    case PART_FIRST_NAME: to->first_name = from->first_name; break;
    case PART_LAST_NAME: to->last_name = from->last_name; break;
    case PART_PROFESSION: to->profession = from->profession; break;
    case PART_REGISTRATION: to->registration_number = from->registration_number; break;
    case PART_LEVEL:
        a->role = b->role;
        a->level = b->level;
        break;
    case PART_LOCATIONS:
        a->all_locations = b->all_locations;
        a->locations = b->locations;
        to->locations = from->locations;
        to->locations_n = from->locations_n;
        break;
    case PART_OWNER: a->owner = b->owner; break;
    default:
        if (is_area(part))
            a->others[area_of(part)] = b->others[area_of(part)];
        else
            a->set[setting_of(part)] = b->set[setting_of(part)];
    }
}

/* rules.c - see rules.h */
#include "access/rules.h"

bool rule_anything(const struct actor *actor, const struct subject *subject, const char **why)
{
    (void)actor, (void)subject, (void)why;
    return true;
}

/* Anybody with Full Access may correct an owner's name; what an owner may do
 * is lowered by that owner only, so no colleague can push another out. */
bool rule_owners_self(const struct actor *actor, const struct subject *subject, const char **why)
{
    *why = "owner";
    return !subject->owner || !subject->lowers || id_same(actor->user, subject->user);
}

bool rule_deactivation(const struct actor *actor, const struct subject *subject, const char **why)
{
    *why = "self";
    if (id_same(actor->user, subject->user)) return false;
    *why = "full";
    return !subject->full;
}

/* Who knows patients under a pseudonym cannot write their names. */
bool rule_named(const struct actor *actor, const struct subject *subject, const char **why)
{
    (void)subject;
    *why = "names";
    return !(actor->reach & REACH_PSEUDONYMS);
}

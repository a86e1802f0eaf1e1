/* rules.h - what must hold between an actor and a subject besides reach.
 * Each rule is pure: facts in, answer and reason out.  `why` gets a stable key
 * that pages turn into a sentence (access.text: why_KEY). */
#pragma once
#include "access/access.h"

typedef bool rule_function(const struct actor *, const struct subject *, const char **why);

rule_function rule_anything;     /* the reach alone decides */
rule_function rule_owners_self;  /* an Account Owner's level and ownership: only he himself (rule 3) */
rule_function rule_named;        /* patients' names are not hidden from the actor */
rule_function rule_deactivation; /* not a Full Access user, not oneself (rule 2; leaving is not this) */

#!/bin/sh
# mutants.sh - makes one deliberate mistake at a time and expects to be caught.
#
# Works on a copy of the sources.  A mistake is caught by the compiler, the
# layering check or the unit tests.  When a mistake reaches production, it
# joins the list.     mutants.sh [PART-OF-A-NAME]
# With MUTANTS=fit nothing is built: does each mistake still fit the sources?
set -u
here=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0 only=${1:-}

mkdir "$work/copy"
(cd "$here" && tar cf - --exclude=./build/asan --exclude=./build/tsan --exclude=./var --exclude=node_modules \
    --exclude=./.git .) | tar xf - -C "$work/copy"
cd "$work/copy" || exit 1

# caught FILE: the tests of the part it belongs to first, since one of them mostly knows.
caught() {
    near=$(dirname "${1#*/}")
    tools/layers.sh > "$work/out" 2>&1 || return 0
    make -s build/release/unit-tests > "$work/out" 2>&1 || return 0
    STOP_AT_FIRST=1 build/release/unit-tests "$near" > "$work/out" 2>&1 || return 0
    STOP_AT_FIRST=1 build/release/unit-tests > "$work/out" 2>&1 || return 0
    return 1
}

# try NAME FILE SED-EXPRESSION
try() {
    case $1 in *"$only"*) ;; *) return ;; esac
    cp -p "$2" "$work/original"
    sed -i "$3" "$2"
    if cmp -s "$2" "$work/original"; then
        echo "FAIL $1: the mistake no longer fits $2"
        failed=$((failed + 1))
    elif [ "${MUTANTS:-}" = fit ] || caught "$2"; then
        passed=$((passed + 1))
    else
        echo "FAIL $1: nobody noticed"
        failed=$((failed + 1))
    fi
    cp "$work/original" "$2"
    touch "$2"
}

try "a statement forgets the practice" src/app/locations/location.c \
    '0,/WHERE practice_id = \$1 AND id = \$2/s//WHERE id = $2/'
try "the wall forgets who is asking" src/db/wall.c 's/sqlite3_result_text(out, wall->practice,/sqlite3_result_text(out, wall->practice ? "south" : NULL,/'
try "the wall lets rows of others be changed" src/db/wall.c 's/sqlite3_result_int(out, !own \&\& !wall->above)/sqlite3_result_int(out, !own \&\& wall->above)/'
try "the wall can be read around" src/db/wall.c 's/    if (!wall->target) return false;/    if (!wall->target) return true;/'
try "the practice stays after the statement" src/db/sqlite.c 's/^    wall_leave(wall);$//'
try "a table without a wall" migrations/0002_work.sql 's/^CREATE TABLE help_answers/CREATE TABLE notes (id TEXT NOT NULL PRIMARY KEY);\n&/'
try "an ignored status" src/app/sign_in/sign_in.c 's/    TRY(session_finish(cx, cx->actor.session));/    session_finish(cx, cx->actor.session);/'
try "a route without a permission" src/web/routes.def 's/^\(PAGE("\/g\/:g\/settings\/audit", *\)HISTORY_VIEW,/\1/'
try "the audit log open to every member" src/web/routes.def 's/^\(PAGE("\/g\/:g\/settings\/audit", *\)HISTORY_VIEW/\1MEMBER/'
try "text made at run time as a statement" src/app/sessions/session.c \
    's/SQL_GLOBAL("UPDATE sessions SET ended_at = \$2 WHERE id = \$1"/arena_print(cx->mem, "%s", "UPDATE sessions SET ended_at = $2 WHERE id = $1"/'
try "the domain includes the web" src/app/people/person.c 's,#include "db/db.h",#include "db/db.h"\n#include "web/web.h",'
try "a page includes the database" src/app/sign_in/session_web.c 's,#include "web/page.h",#include "web/page.h"\n#include "db/db.h",'
try "a template writes a pointer" src/web/page.html '0,/{{ v->practice_name }}/s//{{ v }}/'
try "a level reaches more" src/access/levels.def 's/^REACH(NOTES,        EN,       EN,/REACH(NOTES,        EN,       EE,/'
try "Read Only forgets the own records" src/access/access.c 's/own = at_most(own, VIEW), others = at_most(others, VIEW)/others = at_most(others, VIEW)/'
try "hidden names leave clinical notes open" src/access/access.c 's/if (area == AREA_NOTES \&\& pseudonyms(a))/if (false)/'
try "an attachment is found through any note" src/app/notes/attachment.c 's/ WHERE practice_id = \$1 AND note_id = \$2 AND removed_at/ WHERE practice_id = $1 AND $2 = $2 AND removed_at/'
try "a deactivated user still reaches" src/access/access.c 's/if (!a->active || a->level/if (a->level/'
try "Full Access can be deactivated" src/access/rules.c 's/    return !subject->full;/    return true;/'
try "one can deactivate oneself" src/access/rules.c 's/if (id_same(actor->user, subject->user)) return false;/(void)actor;/'
try "owners are lowered by others" src/access/rules.c 's/return !subject->owner || .*/return true;/'
try "one gives what one has not got" src/access/access.c 's/enum reach limit = self ? reach_others(had, area) : reach_others(actor->reach, area);/enum reach limit = EDIT; (void)actor;/'
try "entering a group without an active user" src/web/visit.c 's/    if (!is_active(t, row)) {/    if (false) {/'
try "somebody new gets in before the first day" src/app/users/user.c 's/bool later = d->starts_at > cx->now;/bool later = false;/'
try "somebody is booked before the first day" src/app/users/presence.c 's/return back \&\& /return (back || true) \&\& /'
try "somebody is booked after the last day" src/app/users/presence.c 's/    if (p->active \&\& !gone) return true;/    if (p->active) return true;/'
try "a plan that was refused counts" src/app/users/presence.h 's/ AND d.refused = .*"$/"/'
try "a series goes on beyond the last day" src/app/calendar/series.c 's/else if (!(why = placed_away(cx, \&p)))/else if (!why)/'
try "patients are offered times after the last day" src/app/calendar/free.c 's/if (!again \&\& presence_holds(\&f->here, start))/if (!again)/'
try "an invitation is open beyond the last day of its access" src/app/invitations/invitation.c 's/d->ends_at \&\& d->ends_at < end ?/d->ends_at == 1 ?/'
try "accepting an invitation forgets its last day" src/app/staff/term.c 's/return d->ends_at ? plan_make_at(cx, u, PLAN_DEACTIVATE, d->ends_at) : OK;/return OK;/'
try "whoever closes a location decides about what is not theirs" src/app/closing/closing.c 's/if (line->may \&\& reaches_others(cx, (\*info)->permission)) return OK;/return OK;/'
try "an old session enters again" src/web/visit.c 's/ended_here || v->signed_in_at <= cell_int(t, row, "access_ended_at")/ended_here/'
try "a device that was signed out of a group enters it again" src/web/visit.c 's/bool ended_here = cell_int(t, row, "here_at") < 0;/bool ended_here = false;/'
try "a decision about access overwrites another" src/app/reviews/decide.c 's/    if (line->version != c->version)$/    if (false)/'
try "a review is signed before everybody is decided about" src/app/reviews/review.c 's/    if (all.open) return fail/    if (false) return fail/'
try "failed sign-ins of before somebody came" src/app/checkup/lines.c 's/ AND a.at >= u.created_at//'
try "the form token is not looked at" src/web/dispatch.c 's/bool foreign = .*/return OK;/'
try "the idle time is not looked at" src/web/visit.c 's/if (cell_int(t, 0, "seen_at") <= cx->now - MINUTES(idle_minutes(t))) return true;/(void)idle_minutes;/'
try "the absolute time is not looked at" src/web/visit.c 's/" AND s.signed_in_at > \$2" GUESSED),/" AND $2 > 0"),/'
try "a session of a group's provider opens other groups" src/web/visit.c 's/if (id_some(v->only) \&\& !id_same(v->only, cell_id(t, row, "practice_id")))/if (false)/'
try "what outlives the access is for whoever has left" src/app/exports/left.c 's/\&\& out->outlives/\&\& true/'
try "a session of a group's provider opens what is the person's own" src/web/dispatch.c 's/    return fail_because(cx, FORBIDDEN, "only", "This session opens one group alone.");/    return OK;/'
try "who is deactivated gets a session from a provider" src/app/sso/identity.c 's/    if (strcmp(cell_text(\&t, 0, "status"), "active") != 0) return OK;//'
try "a provider's old sign-in confirms" src/app/sso/identity.c 's/c->signed_in_at >= since - SECONDS(TOKEN_SKEW)/true/'
try "a token chooses its algorithm" src/app/sso/jws.c 's/    if (strcmp(member(\&header, "alg"), jws_names\[algorithm\]) != 0) return JWS_ALGORITHM;//'
try "a token is for anybody" src/app/sso/token.c 's/named |= strcmp(o->at\[i\].text, client) == 0;/named = true;/'
try "a token of another sign-in" src/app/sso/token.c 's/    if (!text_same_constant_time(text_of(\&o, "nonce"), e->nonce)) return TOKEN_NONCE;//'
try "any browser is known" src/app/sessions/known_device.c 's/else if (cell_int(&t, 0, "since") < cx->now)/else if (cx->now)/'
try "a disowned browser stays known" src/app/sessions/known_device.c 's/" OR known_devices.disowned_at > 0 RETURNING/" RETURNING/'
try "a change of the email is taken back for ever" src/app/own_email/email_change.c 's/out->confirmed_at > cx->now - DAYS(EMAIL_UNDO_DAYS)/true/'
try "an email that can be taken back is given away" src/app/people/person.c 's/    return kept ? fail/    return false ? fail/'
try "a browser is remembered for anybody" src/app/sessions/remembered.c 's/" AND person_id = \$2 AND ends_at > \$3"/" AND $2 <> $1 AND ends_at > $3"/'
try "a remembered browser is remembered for ever" src/app/sessions/remembered.c 's/" AND person_id = \$2 AND ends_at > \$3"/" AND person_id = $2 AND $3 > 0"/'
try "a remembered browser proves who is there" src/app/sessions/session.c 's/way == REMEMBERED ? 0 : cx->now/cx->now/'
try "a group does not allow it and a browser is remembered" src/app/second_step/required.c 's/if (all.at\[i\].state == SECOND_CLOSED/if (false/'
try "an ended session works" src/web/visit.c 's/ WHERE s.token_hash = \$1 AND s.ended_at IS NULL"/ WHERE s.token_hash = $1"/'
try "a commit without a sync" src/db/sqlite.c 's/PRAGMA synchronous = FULL/PRAGMA synchronous = NORMAL/'
try "a failed task is committed" src/db/batch.c 's/if (db_back(task->cx) != OK) return false;/(void)!db_release(task->cx);/'
try "a used link works again" src/app/sessions/link.c 's/\*open = cell_bool(&t, 0, "unused") \&\& /*open = /'
try "an expired link works" src/app/sessions/link.c 's/ \&\& out->expires_at > cx->now;/;/'
try "the password is not compared" src/app/sign_in/sign_in.c 's/bool same = person \&\& proof->right/bool same = person/'
try "failures are not counted" src/app/sign_in/sign_in.c 's/^    TRY(tries_wrong(cx, &pair_rule, failed->pair));$//'
try "strangers keep a browser of the person's own waiting" src/app/sign_in/sign_in.c 's/^    if (browser) failed->pair = .*$//'
try "an email that is taken back leaves a way in" src/app/own_email/email_change.c 's/^    TRY(second_step_take_back(cx, .*$//'
try "an email that is taken back leaves a key" src/app/own_email/email_change.c 's/^        status = keys_take_back(cx, since);$//'
try "an email that is taken back leaves a calendar address" src/app/own_email/email_change.c 's/^        if (status == OK) status = feed_take_back(cx, since);$//'
try "an old proof connects an account" src/app/sso/identity.c 's/proved_at <= cx->now - MINUTES(CONNECT_MINUTES)/proved_at < 0/'
try "a used proof confirms again" src/app/sessions/challenge.c 's/SET used_at = \$5 WHERE hash/SET used_at = 0 * $5 WHERE hash/'
try "an old proof is fresh" src/web/visit.c 's/proved_at > cx->now - MINUTES(PROOF_MINUTES)/proved_at > 0/'
try "one alone lets in who has lost the second step" src/app/lost_step/lost_step.c 's/if (s->own || s->mine)/if (s->mine)/'
try "a group is not asked about a lost second step" src/app/lost_step/lost_step.c 's/out->all = out->all && g->agreed;/out->all = g->agreed;/'
try "where a group opens from is not looked at" src/web/visit.c 's/if (!\*list || !v->signed_in || tells) return OK;/return OK;/'
try "a form for a closed group brings a password along" src/app/sign_in/onward_web.c 's/return !strstr(name, "password") && /return /'
try "a code gets in twice" src/app/second_step/second_step.c 's/" WHERE id = \$1 AND last_step < \$2"/" WHERE id = $1 AND last_step <= $2"/'
try "who asks for all records agrees alone" src/app/exports/group_export.c 's/if (id_same(x->user, cx->actor.user))$/if (false)/'
try "anybody takes an export" src/app/exports/export.c 's/x.user_id = \$2 AND x.scope = \$3"$/$2 <> $3"/'
try "a booking by a stranger's browser" src/app/booking/request.c 's/" AND visitor_hash = \$3"),/" AND $3 <> $2"),/'
try "a room is booked twice" src/app/calendar/booking.c 's/^    if (t.rows == 0) return OK;$/    return OK;/'
try "a record forgets the calendar's rule" src/app/calendar/appointment.c 's/ AND " CALENDAR_SEEN("a") " ORDER BY a.starts_at DESC/ AND $2 = $2 ORDER BY a.starts_at DESC/'
try "a list of patients says what the calendar does not" src/app/patients/rows.c 's/    rule\[2\] = value_int(reach_limited(reach));/    rule[2] = value_int(reach_limited(reach) \&\& !t);/'
try "a report forgets the restriction" src/app/reports/pivot.c 's/        bool here = !limited;/        bool here = !limited || i < all.n;/'
try "a journal forgets the restriction" src/app/reports/journal.c 's/    bool limited = reach_limited(cx->actor.reach);/    bool limited = reach_limited(cx->actor.reach) \&\& !j;/'
try "a late report takes back that a phone has it" src/app/reminders/delivery.c "s/ AND (report IS NULL OR report <> 'delivered')//"
try "what the network refused is paid for" src/app/reminders/delivery.c 's/return t.rows ? credits_return(cx, cell_text(\&t, 0, "spent")) : OK;/return OK;/'
try "an owner is made by anybody with Full Access" src/app/ownership/ownership.c 's/    if (cx->actor.owner) return OK;/    return OK;/'
try "a key outlives its day" src/web/api_key.c 's/ AND k.expires_at > \$2"/ AND $2 > 0"/'
try "the audit row forgets the row before" src/app/audit/event.c 's/row->before_hash = head.rows ? cell_text(&head, 0, "hash") : "";/row->before_hash = "";/'
try "an import is anybody's" src/app/imports/import.c 's/i.id = \$2 AND i.user_id = \$3 AND i.kind/i.id = $2 AND $3 IS NOT NULL AND i.kind/'
try "an import keeps its cells when it is over" src/app/imports/import.c "s/SET cells = '' WHERE/SET cells = cells WHERE/"
try "an import runs without access" src/app/imports/work.c 's/^    return import_gate(cx, i->kind);/    return OK;/'
try "an import of the same file adds again" src/app/imports/patients.c 's/ TRY(find_key(cx, r, p, p->by_name));/ (void)p->by_name;/'
try "an import mends rows that are fine" src/app/imports/mend.c 's/^        if (problem_words(cx, p->verdicts\[r\]))/        if (p->verdicts[r])/'
try "a stream that nobody confirmed stays open" src/server/streams.c 's/o->facts.standing != STANDS/*last_words/'
try "a stream outlives a deactivation" src/web/stream.c 's/ return ACCESS_OVER;/ return STANDS;/'
try "a stream's standing goes by the session alone" src/web/stream.c 's/ || strcmp(s->practice.text, practice) != 0//'
try "a stream counts as activity" src/server/pages.c 's/rq.visit \&\& !stream/rq.visit/'
try "a change between looking and opening is missed" src/server/streams.c 's/answered \&\& h->moment != moment/answered \&\& 0/'

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

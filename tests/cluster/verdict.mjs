// verdict.mjs - holds the history of what was asked and answered against what is there in the end.
import { check, equal } from '../cli/lib.mjs';

// The whole state that counts, read past Linden: `ask` runs one statement as the superuser.
export function stateOf(ask) {
  const rows = sql => JSON.parse(ask(`SELECT coalesce(json_agg(t), '[]') FROM (${sql}) t`));
  return {
    users: rows(`SELECT p.slug, e.email, u.id, u.status, u.level, u.owner FROM users u JOIN practices p ON p.id = u.practice_id JOIN people e ON e.id = u.person_id`),
    invitations: rows('SELECT p.slug, i.id, i.email_key AS email, i.state, i.user_id FROM invitations i JOIN practices p ON p.id = i.practice_id'),
    audit: rows(`SELECT p.slug, a.seq, a.kind, a.about_id, a.changes FROM audit a JOIN practices p ON p.id = a.practice_id ORDER BY p.slug, a.seq`),
    jobs: rows('SELECT kind, about, tries, last_problem FROM jobs WHERE run_at < 1000000 * extract(epoch FROM now()) + 60000000'),
  };
}

const by = (list, key) => {
  const map = new Map();
  for (const item of list) map.set(item[key], [...(map.get(item[key]) || []), item]);
  return map;
};
const count = (list, test) => list.filter(test).length;

export class Verdict {
  // `owners`: the addresses that were owners when the record began; `kills`: when a Linden node was killed.
  constructor({ history, state, letters, owners, kills }) {
    Object.assign(this, { history, state, letters, owners, kills });
    this.asked = by(history, 'who');
    this.logged = by(state.audit, 'about_id');
    this.users = new Map(state.users.map(u => [u.email, u]));
  }

  of(who, kind) { return (this.asked.get(who) || []).filter(h => h.kind === kind); }
  log(id, kind) { return count(this.logged.get(id) || [], a => a.kind === kind); }

  // How often a thing happened: at least what was acknowledged, at most what was asked for.
  between(n, asked, what) {
    const sure = count(asked, h => h.outcome === 'ok'), most = sure + count(asked, h => h.outcome === 'unknown');
    check(n >= sure, `acknowledged ${sure} times, there ${n} times: ${what}`);
    check(n <= most, `asked for ${most} times, there ${n} times: ${what}`);
  }

  // Nothing acknowledged is lost, nothing is there that was refused, and the log knows all of it.
  changesAreThere() {
    const invitations = by(this.state.invitations, 'email');
    for (const [who, asked] of this.asked) {
      const invited = invitations.get(who) || [], user = this.users.get(who);
      this.between(invited.length, this.of(who, 'invite'), `invitation of ${who}`);
      for (const i of invited) equal(this.log(i.id, 'invitation.sent'), 1, `sent, in the log, ${who}:`);
      this.between(count(invited, i => i.state === 'accepted'), this.of(who, 'join'), `joining of ${who}`);
      if (asked.some(h => h.kind === 'join')) equal(Boolean(user), invited.some(i => i.state === 'accepted'), `a user for ${who}:`);
      if (!user) continue;
      this.between(this.log(user.id, 'user.deactivated'), this.of(who, 'deactivate'), `deactivation of ${who}`);
      this.between(this.log(user.id, 'user.activated'), this.of(who, 'activate'), `activation of ${who}`);
      const gone = this.log(user.id, 'user.deactivated') > this.log(user.id, 'user.activated');
      equal(user.status, gone ? 'deactivated' : 'active', `${who} by the log:`);
      const changes = [...this.of(who, 'lower'), ...this.of(who, 'raise')];
      if (this.owners.includes(who)) this.between(this.log(user.id, 'user.access_changed'), changes, `changes of ${who}'s access`);
    }
  }

  invitationsWorkOnce() {
    for (const who of this.asked.keys()) {
      check(count(this.of(who, 'join'), h => h.outcome === 'ok') <= 1, `the invitation of ${who} let two in`);
      const invited = this.state.invitations.filter(i => i.email === who);
      for (const i of invited) check(this.log(i.id, 'invitation.accepted') <= 1, `the invitation of ${who} was accepted twice`);
      check(count(this.state.users, u => u.email === who) <= 1, `${who} is there twice`);
    }
  }

  // Asked after the deactivation was acknowledged, on whatever node: refused.  Activating again revives no session.
  nobodyIsServedWhoWasDeactivated() {
    let asked = 0;
    for (const who of this.asked.keys()) {
      const end = Math.min(...this.of(who, 'deactivate').filter(h => h.outcome === 'ok').map(h => h.end));
      for (const look of this.of(who, 'look').filter(l => l.begin > end)) {
        asked++;
        check(look.status !== 200, `${who} was served on ${look.at}, asked ${Math.round(look.begin - end)} ms after the deactivation was acknowledged`);
      }
    }
    return asked;
  }

  // Those who may look are let in: nobody is signed out by a node that fails or a clock that is wrong.
  nobodyIsSignedOut() {
    for (const who of this.asked.keys()) {
      const begin = Math.min(...this.of(who, 'deactivate').map(h => h.begin));
      const refused = this.of(who, 'look').find(l => l.end < begin && l.status > 0 && l.status < 500 && l.status !== 200);
      check(!refused, `${who} was refused on ${refused?.at} with ${refused?.status} before anybody deactivated them`);
    }
    const out = this.history.find(h => h.out);
    check(!out, `${out?.kind} of ${out?.who}: the session had ended`);
  }

  // Step by step through the log of each group.
  alwaysAnOwner() {
    let steps = 0;
    for (const [slug, rows] of by(this.state.audit, 'slug')) {
      let owners = 1; // whom the group was made for
      for (const row of rows.filter(r => r.kind === 'user.access_changed'))
        for (const change of JSON.parse(row.changes).filter(c => c.field === 'Account Owner')) {
          owners += change.after === 'On' ? 1 : -1;
          steps++;
          check(owners >= 1, `${slug} had no owner after entry ${row.seq}`);
        }
      const now = count(this.state.users, u => u.slug === slug && u.owner && u.level === 'full' && u.status === 'active');
      equal(now, owners, `owners of ${slug}, and by its log:`);
    }
    return steps;
  }

  // A node that is killed after the mail server took a letter and before it heard
  // so can but send it again, under the same Message-ID: those are counted apart.
  nothingIsMailedTwice() {
    let atKills = 0;
    const once = [];
    for (const [id, same] of by(this.letters, 'id')) {
      const cut = same.length === 2 && this.kills.some(at => at > same[0].at && at < same[0].at + 100);
      if (cut) atKills++;
      else equal(same.length, 1, `deliveries of ${id} (${same[0].subject}) to ${same[0].to}:`);
      once.push(same[0]);
    }
    for (const who of this.asked.keys()) {
      const got = subject => count(once, l => l.to === who && subject.test(l.subject)), user = this.users.get(who);
      const invited = this.state.invitations.filter(i => i.email === who).length;
      equal(got(/invites you/), invited, `invitations by mail to ${who}:`);
      if (!user) continue;
      // Whoever was activated again before the letter left is sent none.
      const ended = got(/has ended$/), left = this.log(user.id, 'user.deactivated');
      if (this.log(user.id, 'user.activated')) check(ended <= left, `${ended} letters about the end to ${who}`);
      else equal(ended, left, `letters about the end to ${who}:`);
    }
    return `${once.length} letters, ${atKills} of them once more by a node that was killed as they left`;
  }

  // The longest time without an answer that something was done, in seconds.
  // What went through the balancer meanwhile was answered, all of it: how much.
  nobodyNotices(from, to) {
    const asked = this.history.filter(h => ['read', 'save'].includes(h.kind) && h.end > from && h.begin < to);
    const bad = asked.filter(h => h.outcome !== 'ok');
    check(!bad.length, `${bad.length} of ${asked.length}: ${bad.slice(0, 5).map(h => `${h.kind} ${h.status}`).join(', ')}`);
    check(asked.length > 10, `only ${asked.length}`);
    return asked.length;
  }
  outage(from, to, kinds) {
    const done = this.history.filter(h => kinds.includes(h.kind) && h.outcome === 'ok' && h.end > from && h.end < to).map(h => h.end).sort((a, b) => a - b);
    let longest = 0, last = from;
    for (const end of [...done, to]) {
      longest = Math.max(longest, end - last);
      last = end;
    }
    return longest / 1000;
  }
}

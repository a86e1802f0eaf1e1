// group.mjs - a practice group at work on all nodes at once, and the history of it.
//
// Two things go on.  People are invited, join over the link of their letter
// (twice at the same moment, on two nodes), look at their group on every node,
// are deactivated, and sometimes activated again.  And three owners give up
// their Full Access at the same moment, each on another node, until one is left,
// who gives it back.  Whatever was asked for stands in the history with the
// moments at which it was asked and answered.
import { PASSWORD, sleep } from '../cli/lib.mjs';
import { Person } from './person.mjs';

const pick = list => list[Math.floor(Math.random() * list.length)];
const idIn = page => /\/settings\/users\/([0-9a-z]{26})"/.exec(page.slice(page.indexOf('<tbody')))?.[1];
const LETTER_WAIT = 120000;

export class Group {
  // `world`: { nodes: [port], web: port, postbox, history: [], stopping }
  constructor(world, slug, ownerEmail) {
    Object.assign(this, { world, slug, n: 0 });
    this.base = `/g/${slug}/settings`;
    this.owner = new Person(ownerEmail);
    this.owners = [this.owner];
  }

  // Mostly through the balancer, as people come; sometimes at a node itself.
  port() { return Math.random() < 0.6 ? this.world.web : pick(this.world.nodes); }

  note(kind, entry) {
    const { status, begin, end, outcome, out } = entry;
    const line = { kind, group: this.slug, at: entry.at, who: entry.who, status, begin, end, outcome, out };
    this.world.history.push(line);
    return line;
  }

  async invite(email, lastName, level) {
    const said = await this.owner.post(this.port(), `${this.base}/users`, {
      first_name: 'Ann', last_name: lastName, role_type: 'administrator', level, boxes_for: '', all_locations: '1',
      email, email_again: email, entry: 'invitation' });
    return this.note('invite', { ...said, who: email });
  }

  // Somebody holds the link of a letter twice: both answers, one of which may be a person who is in now.
  async join(email, token) {
    const ports = [...this.world.nodes].sort(() => Math.random() - 0.5).slice(0, 2);
    const twins = await Promise.all(ports.map(async port => {
      const person = new Person(email);
      person.form_token = await person.token(port, `/invitations/${token}`);
      return { person, port };
    }));
    if (!twins.every(t => t.person.form_token)) return null;
    const said = await Promise.all(twins.map(({ person, port }) =>
      person.post(port, `/invitations/${token}/sign-in`, { new_password: PASSWORD, new_password_again: PASSWORD, email })));
    said.forEach((s, i) => this.note('join', { ...s, who: email, at: ports[i] }));
    const first = said.findIndex(s => s.outcome === 'ok');
    return first < 0 ? null : twins[first].person;
  }

  async newcomer(level) {
    const n = ++this.n, lastName = `Q${this.slug.replace(/\W/g, '')}n${n}`, email = `${lastName.toLowerCase()}@x.example`;
    if ((await this.invite(email, lastName, level)).outcome !== 'ok') return null;
    const letter = await this.world.postbox.first(email, /invites you/, LETTER_WAIT);
    const person = letter?.token && await this.join(email, letter.token);
    if (!person) return null;
    const list = await this.owner.ask(this.port(), `${this.base}/users?filtered=1&text=${lastName}`);
    person.form_token = await person.token(pick(this.world.nodes), '/me'); // of the session that began by joining
    return Object.assign(person, { lastName, id: idIn(list.body) });
  }

  // Looks at the group again and again on one node.
  async look(person, port, state) {
    while (!state.over) {
      const said = await person.ask(port, `/g/${this.slug}/`);
      this.note('look', { ...said, who: person.email, at: port });
      await sleep(40 + Math.random() * 60);
    }
  }

  // The whole life of a user.
  async life() {
    const person = await this.newcomer('office');
    if (!person?.id) return void await sleep(500);
    const state = { over: false };
    const looks = this.world.nodes.map(port => this.look(person, port, state));
    await sleep(300 + Math.random() * 700);
    const left = this.note('deactivate', { who: person.email,
      ...await this.owner.post(this.port(), `${this.base}/users/${person.id}/deactivate`, { tell: '1', note: '' }) });
    await sleep(500);
    if (left.outcome === 'ok' && Math.random() < 0.5) {
      this.note('activate', { who: person.email,
        ...await this.owner.post(this.port(), `${this.base}/users/${person.id}/activate`, { access: 'before' }) });
      await sleep(500);
    }
    state.over = true;
    await Promise.all(looks);
  }

  // The owner goes on through the balancer: how long is nothing to be seen, or saved?
  async read() {
    while (!this.world.stopping) {
      const said = await this.owner.ask(this.world.web, `/g/${this.slug}/`);
      this.note('read', { ...said, who: this.owner.email, outcome: said.status === 200 ? 'ok' : 'unknown' });
      await sleep(100);
    }
  }
  async save() {
    while (!this.world.stopping) {
      const said = await this.owner.post(this.world.web, '/me/preferences', { theme: pick(['light', 'dark']), density: 'comfortable', clock: '24' });
      this.note('save', { ...said, who: this.owner.email });
      await sleep(100);
    }
  }

  async lives() {
    while (!this.world.stopping) {
      await this.life();
      await sleep(50);
    }
  }

  // --- owners ---------------------------------------------------------------

  async begin() {
    if (!await this.owner.signIn(pick(this.world.nodes), PASSWORD)) throw new Error(`${this.owner.email} could not sign in`);
    const page = await this.owner.ask(this.world.nodes[0], `${this.base}/users`);
    this.owner.id = idIn(page.body);
    this.owner.lastName = 'Berg';
    while (this.owners.length < 3) {
      const next = await this.newcomer('full');
      if (!next?.id) throw new Error(`${this.slug}: an owner could not be made`);
      const said = await this.setLevel(this.owner, next, true, pick(this.world.nodes));
      if (said?.outcome !== 'ok') throw new Error(`${this.slug}: ${next.email} could not be made an owner: ${said?.status}`);
      this.owners.push(next);
    }
  }

  // An owner becomes an ordinary user, or the other way round; null if the page
  // did not come, or there is nothing to change.
  async setLevel(by, whom, owner, port) {
    const path = `${this.base}/users/${whom.id}`, page = await by.ask(port, path);
    const version = /name="version" value="(\d+)"/.exec(page.body)?.[1];
    const is = !/name="owner"/.test(page.body) || /name="owner"[^>]* checked/.test(page.body); // no box: an owner, to others
    if (!version || owner === is) return null;
    const said = await by.post(port, path, { first_name: 'Ann', last_name: whom.lastName, role_type: 'administrator',
      level: owner ? 'full' : 'office', boxes_for: '', all_locations: '1', version, reviewed: '1', ...(owner && { owner: '1' }) });
    return this.note(owner ? 'raise' : 'lower', { ...said, who: whom.email, at: port });
  }

  // All three step down at once; who is still an owner then makes the others owners again.
  async tussle() {
    while (!this.world.stopping) {
      await Promise.all(this.owners.map((o, i) => this.setLevel(o, o, false, this.world.nodes[(i + this.n) % 3])));
      for (const by of this.owners)
        for (const whom of this.owners) if (whom !== by) await this.setLevel(by, whom, true, this.port());
      await sleep(300);
    }
  }
}

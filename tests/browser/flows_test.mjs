// flows_test.mjs - a day's work by role: what each sees, what is not offered, and what is refused when the form is
// sent by hand all the same.  Everybody tries the same with the record of one patient, who is Beatriz Lima's.
import { spawnSync } from 'node:child_process';
import { Linden, check, equal, open, signIn, test } from './lib.mjs';
import { OWN, fieldsOf, post } from './steps.mjs';

/* E: sees and changes, V: sees, -: neither.  door: may at least open the calendar, the list of invoices and so on. */
const ROLES = [
  { who: 'the owner', email: 'amara.okafor@northside.example', patient: 'E', notes: 'E', calendar: 'E', invoices: 'E', reports: 'V', users: 'E', locations: 'E' },
  { who: 'a manager', email: 'freya@northside.example', patient: 'E', notes: 'E', calendar: 'E', invoices: 'E', reports: 'V', users: 'E', locations: 'E' },
  { who: 'her practitioner, Clinical Access', email: 'beatriz.lima@northside.example', patient: 'E', notes: 'E', calendar: 'E', invoices: 'E', reports: 'V', users: 'V', locations: 'V' },
  { who: 'another practitioner, Clinical Access', email: 'kim@northside.example', level: 'Clinical Access', patient: 'E', notes: 'V', writes: true, calendar: 'E', invoices: 'E', reports: '-', users: 'V', locations: 'V' },
  { who: 'a practitioner, Contact Access elsewhere', email: 'hana.suzuki@northside.example', patient: '-', notes: '-', calendar: '-', invoices: '-', reports: '-', users: 'V', locations: 'V' },
  { who: 'a practitioner, Personal Access', email: 'noa@northside.example', level: 'Personal Access', patient: '-', notes: '-', calendar: '-', invoices: '-', reports: '-', users: 'V', locations: 'V' },
  { who: 'a leaver, Read Only', email: 'chen.wei@northside.example', patient: '-', notes: '-', calendar: '-', invoices: '-', reports: '-', users: 'V', locations: 'V', readOnly: true },
  { who: 'an administrator, Clinical Access', email: 'robin@northside.example', patient: 'E', notes: 'V', calendar: 'E', invoices: 'E', reports: '-', users: 'V', locations: 'V' },
  { who: 'the front desk', email: 'liam@northside.example', patient: 'E', notes: '-', calendar: 'V', invoices: 'E', reports: '-', users: 'V', locations: 'V' },
  { who: 'a bookkeeper', email: 'g.papadakis@ledger.example', patient: 'V', notes: '-', calendar: 'E', invoices: 'E', reports: 'V', users: 'V', locations: 'V', hidden: true },
];
const DAY = '2031-03-17';

const hidden = (html, name) => new RegExp(`name="${name}"[^>]*value="([^"]*)"`).exec(html)?.[1];
const text = async (page, path) => (await page.request.get(path)).text();

async function sent(page, G, to, fields, what) {
  const made = await post(page, G, to, fields);
  equal(made.status(), 303, `${what || to} ${/<ul>[\s\S]*?<\/ul>/.exec(await made.text())?.[0] || ''}`);
  return made.headers().location;
}

async function person(l, email, password) {
  const page = await open(l, { script: false });
  await signIn(page, email, password);
  return page;
}

/* The demo, two practitioners more at the same place, and Xenia Xylander with all that is kept of somebody. */
async function clinic() {
  const l = await Linden.start();
  equal(l.cli(['demo', 'seed']).status, 0);
  const keeper = await person(l, 'g.papadakis@ledger.example'), G = new URL(keeper.url()).pathname; // is in no other
  await keeper.context().close();
  const owner = await person(l, 'amara.okafor@northside.example'), beatriz = await person(l, 'beatriz.lima@northside.example');
  await beatriz.goto(`${G}patients/new`);
  const riverside = await beatriz.getByLabel('Riverside', { exact: true }).inputValue();
  const her = await beatriz.locator('#practitioner option', { hasText: 'Beatriz Lima' }).getAttribute('value');
  for (const { email, level } of ROLES.filter(role => role.level))
    await join(l, owner, G, { first: email.split('@')[0], last: 'Newcomer', role: 'Practitioner', email, level }, riverside);
  const X = await sent(beatriz, G, `${G}patients`, { first_name: 'Xenia', last_name: 'Xylander', locations: riverside, practitioner: her });
  const N = await sent(beatriz, G, `${X}/notes`, { text: 'Stiff in the mornings.', sign: '1' });
  const visit = { location: riverside, practitioner: her, patient: X.split('/').at(-1), minutes: '30' };
  await sent(beatriz, G, `${G}calendar`, { ...visit, date: DAY, time: '09:00' });
  const A = /href="([^"]*\/calendar\/[0-9a-z]{26})"/.exec(await text(beatriz, `${X}/appointments`))[1];
  const I = (await sent(beatriz, G, `${X}/invoices`, { practitioner: her, location: riverside })).replace(/\/edit$/, '');
  await sent(beatriz, G, I, { 'description-1': 'Tape', 'price-1': '33', version: '1' });
  await sent(beatriz, G, `${I}/issue`, { version: '2' });
  await beatriz.context().close();
  return { l, owner, G, X, N, A, I, riverside, visit };
}

async function join(l, owner, G, who, place) {
  const { all_locations: _, ...fields } = fieldsOf({ ...who, profession: 'Psychologist', registration: '53 004 085 616' });
  await sent(owner, G, `${G}settings/users`, { ...fields, locations: place }, who.email);
  const mail = await l.mail(who.email, 'Choose your password'), path = new URL(mail.link).pathname, visitor = await open(l);
  await sent(visitor, path, path, { new_password: OWN, new_password_again: OWN });
  l.secrets.add(OWN);
  await visitor.context().close();
}

/* What is sent by hand; `mark` is written where it can be looked for afterwards. */
const ACTS = {
  patient: async (page, c, mark) => post(page, c.G, c.X, { first_name: 'Xenia', last_name: 'Xylander', address: mark,
    locations: c.riverside, version: hidden(await text(c.owner, `${c.X}/edit`), 'version') }),
  notes: (page, c, mark) => post(page, c.G, `${c.X}/notes`, { text: mark, sign: '1' }),
  calendar: (page, c, mark, nth) => post(page, c.G, `${c.G}calendar`, { ...c.visit, date: `2031-04-${10 + nth}`, time: '10:00', note: mark }),
  invoices: async (page, c, mark) => {
    const form = await text(c.owner, `${c.I}/payment`);
    return post(page, c.G, `${c.I}/payment`, { amount: '1', way: 'card', note: mark, on_day: hidden(form, 'on_day'), version: hidden(form, 'version') });
  },
  users: (page, c, mark) => post(page, c.G, `${c.G}settings/users`,
    fieldsOf({ first: 'Somebody', last: mark, role: 'Administrator', email: `${mark}@new.example`, level: 'Office Access' })),
  locations: (page, c, mark) => post(page, c.G, `${c.G}settings/locations`, { name: mark, time_zone: 'Australia/Melbourne' }),
};

/* The pages about Xenia, and the control that changes something. */
const pages = c => ({
  patient: [[c.X, 'link', 'Edit']],
  notes: [[`${c.X}/notes`, 'link', 'Write a note'], [c.N, 'link', 'Amend…']],
  calendar: [[c.A, 'link', 'Move…'], [c.A, 'button', 'Arrived']],
  invoices: [[c.I, 'link', 'Note a payment']],
});

/* Nothing is offered that would be refused, and what is refused says who can, or why. */
async function looks(page, c, role) {
  for (const [part, list] of Object.entries(pages(c)))
    for (const [path, kind, name] of list) {
      const there = (await page.goto(path)).status(), controls = await page.getByRole(kind, { name, exact: true }).count();
      const sees = role[part] !== '-' && (part === 'calendar' || part === 'invoices' || role.patient !== '-');
      const writes = role[part] === 'E' || (role.writes && name === 'Write a note');
      equal(there, sees ? 200 : 403, `${role.who}, ${path}:`);
      equal(controls, sees && writes ? 1 : 0, `${role.who}, "${name}" on ${path}:`);
      if (sees) continue;
      await page.getByRole('heading', { level: 1, name: 'You cannot open this page' }).waitFor();
      const why = await page.locator('main').innerText();
      check(/People with Full Access can:|outside your access|does not include this|are hidden from you|Why can't I see this\?/.test(why), `${role.who}, ${path} says: ${why}`);
      check(!/Xenia|Xylander|Stiff/.test(await page.content()), `${role.who}, ${path}: nothing of her`);
    }
  await page.goto(`${c.G}calendar?view=day&date=${DAY}&location=${c.riverside}`);
  const name = role.hidden ? /PX-\d{6}/ : /X\. Xylander/;
  equal(name.test(await page.locator('main').innerText()), role.calendar !== '-' && role.patient !== '-', `${role.who}, the day:`);
  equal((await page.goto(`${c.G}reports`)).status(), role.reports === 'V' ? 200 : 403, `${role.who}, reports:`);
  await page.goto(`${c.G}settings/users`);
  equal(await page.getByRole('link', { name: 'Add user' }).count(), role.users === 'E' ? 1 : 0, `${role.who}, "Add user":`);
  equal(/can change users\./.test(await page.locator('main').innerText()), role.users !== 'E', `${role.who} reads who can:`);
  await page.goto(`${c.G}settings/locations`);
  equal(await page.getByRole('link', { name: 'Add location' }).count(), role.locations === 'E' ? 1 : 0, `${role.who}, "Add location":`);
}

async function tries(page, c, role, nth) {
  for (const [part, act] of Object.entries(ACTS)) {
    const may = role[part] === 'E' || (part === 'notes' && role.writes === true), mark = `${part}-by-${nth}-hand`;
    const answer = await act(page, c, mark, nth), body = await answer.text();
    equal(answer.status(), may ? 303 : 403, `${role.who} sends ${part}: ${/<h1.*?<\/h1>.*?<\/section>/s.exec(body)?.[0] || ''}`);
    if (!may) check(body.includes('You cannot open this page'), `${role.who} sends ${part}: ${body.slice(0, 500)}`);
    /* An address goes when the next one is written, and a note of somebody unnamed is not taken. */
    if (!may || !(part === 'patient' || (role.hidden && part === 'calendar'))) c.marks.push({ mark, may, who: role.who });
  }
}

test('each role works on one record as far as it goes, and what is sent beyond is refused and changes nothing', async () => {
  const c = { ...await clinic(), marks: [] };
  for (const [nth, role] of ROLES.entries()) {
    const page = await person(c.l, role.email, role.level && OWN);
    await looks(page, c, role);
    await tries(page, c, role, nth);
    await page.context().close();
  }
  const kept = c.l.everythingKept();
  for (const { mark, may, who } of c.marks) equal(kept.includes(mark), may, `${who}: ${mark} is kept,`);
});

test('a leaver with Read Only looks at all that was theirs, and no page has a button that changes it', async () => {
  const { l, G } = await clinic();
  const page = await person(l, 'chen.wei@northside.example');
  await page.goto(`${G}patients`);
  const X = new URL(await page.locator('main table.list tbody a').first().getAttribute('href'), page.url()).pathname;
  await page.goto(`${G}invoices?show=all`);
  const I = new URL(await page.locator('main table.list tbody a').first().getAttribute('href'), page.url()).pathname;
  await page.goto(`${X}/appointments`);
  const A = new URL(await page.locator('main table.list tbody a').first().getAttribute('href'), page.url()).pathname;
  for (const path of [G, `${G}calendar`, `${G}calendar?view=week`, `${G}calendar?view=list`, A, `${G}patients`, X, `${X}/appointments`, `${X}/notes`,
    `${X}/invoices`, `${G}invoices`, I, `${G}credits`, `${G}settings/users`, `${G}settings/locations`, `${G}settings/reminders`,
    `${G}settings/online-booking`, `${G}settings/directory`, `${G}settings/integrations`]) {
    equal((await page.goto(path)).status(), 200, path);
    equal(await page.locator('.strip').innerText(), 'You have read-only access. You can look at everything you could before, but not change it.', path);
    const forms = await page.locator('main form[method=post]:not([role=search])').evaluateAll(all => all.map(f => f.getAttribute('action')));
    equal(forms.filter(to => !to.endsWith('/guide')).join(), '', `${path}: forms that would change something`);
    for (const name of [/^New /, /^Add /, 'Edit', 'Move…', 'Write a note', 'Note a payment'])
      equal(await page.getByRole('main').getByRole('link', { name, exact: true }).count(), 0, `${path}: ${name}`);
  }
  await page.goto(I);
  for (const [to, fields] of [[`${X}/notes`, { text: 'late-note', sign: '1' }], [`${X}/archive`, {}], [`${A}/state`, { state: 'arrived', version: '1' }],
    [`${A}/cancel`, { reason: 'late-end', version: '1' }], [`${I}/payment`, { amount: '1', way: 'card', note: 'late-money', version: '1' }]]) {
    const answer = await post(page, G, to, fields);
    equal(answer.status(), 403, to);
  }
  check(!/late-(note|end|money)/.test(l.everythingKept()), 'nothing of it is kept');
});

/* Who is in the demo: first and last name of every patient, and the short form of calendars. */
async function names(owner, G) {
  const found = new Set(), staff = await text(owner, `${G}settings/users`);
  for (let path = `${G}patients`; path;) {
    const html = await text(owner, path);
    for (const [, name] of html.matchAll(/<tr data-row><td><b><a[^>]*><bdi>([^<]+)</g)) found.add(name.replace(/^(Mr|Ms|Mrs|Mx|Dr|Miss) /, ''));
    path = /href="([^"]+)" rel="next"/.exec(html)?.[1].replaceAll('&amp;', '&');
  }
  check(found.size > 100, `${found.size} names`);
  const known = new Set();
  for (const name of found) {
    const [first, ...rest] = name.replaceAll('&#39;', "'").split(' '), last = rest.join(' ');
    for (const one of [`${first} ${last}`, `${first[0]} ${last}`, ...(last.length > 4 && !staff.includes(last) ? [last] : [])]) known.add(one);
  }
  return known;
}

/* The first of these names in a text, as one word or two. */
function named(known, said) {
  const words = said.replaceAll('&#39;', "'").match(/[\p{L}'’-]+/gu) || [];
  return words.map((word, i) => [word, `${word} ${words[i + 1]}`]).flat().find(word => known.has(word));
}

test('a bookkeeper meets no patient by name: in pages, searches, files and their names', async () => {
  const { l, G, owner, X, A, I, riverside } = await clinic();
  const all = await names(owner, G), page = await person(l, 'g.papadakis@ledger.example');
  const clean = (what, said) => equal(named(all, said), undefined, `${what}:`);
  for (const path of [X, `${G}calendar?date=${DAY}&view=list&location=${riverside}`, `${G}invoices`, `${I}`]) check(named(all, await text(owner, path)), `the owner reads names on ${path}`);
  const today = new Date().toISOString().slice(0, 10), year = today.slice(0, 4);
  const paths = ['', 'patients', 'patients?archived=1', 'calendar', 'calendar?view=week', 'calendar?view=list', `calendar?date=${DAY}&location=${riverside}`, 'calendar/new', 'calendar/waiting',
    'invoices', 'invoices?show=open', 'invoices?show=closed', 'reports', 'reports/income', 'reports/appointments.csv', 'reports/income.csv', 'credits', 'settings/reminders/sent', 'find'];
  for (const path of [...paths.map(path => G + path), X, `${X}/appointments`, `${X}/invoices`, A, I, `${I}/payment`, `${I}/pdf`, `${I}/mail`]) {
    const answer = await page.request.get(path), head = JSON.stringify(answer.headers());
    check([200, 403].includes(answer.status()), `${path}: ${answer.status()}`);
    clean(`${path}, its head,`, head);
    clean(path, path.endsWith('/pdf') ? paper(await answer.body()) : await answer.text());
  }
  check(/PX-\d{6}/.test(paper(await (await page.request.get(`${I}/pdf`)).body())), 'the paper has the code');
  for (const [to, fields] of [[`${G}patients/search`, { text: 'xylander' }], [`${G}patients/search`, { text: '100' }], [`${G}find`, { text: 'xenia' }], [`${G}find`, { text: '1001' }],
    [`${G}calendar/new`, { text: 'xylander' }], [`${G}reports/accounting`, { from: `${year}-01-01`, until: today, names: '1' }]]) {
    const answer = await post(page, G, to, fields), said = await answer.text();
    equal(answer.status(), 200, `${to}: ${said.slice(0, 300)}`);
    clean(`${to} ${JSON.stringify(fields)}`, said.replaceAll(`value="${fields.text}"`, ''));
    clean(`${to}, its head,`, JSON.stringify(answer.headers()));
  }
  await page.goto(X);
  await page.getByText('Names, dates of birth and contact details are hidden from you.').waitFor();
});

/* What a PDF says, read by another program. */
function paper(bytes) {
  const ran = spawnSync('pdftotext', ['-layout', '-', '-'], { input: bytes, encoding: 'utf8' });
  equal(ran.status, 0, ran.stderr);
  return ran.stdout;
}

// steps.mjs - what people do in many tests, found by the words they read.
import { PASSWORD, PATIENCE, check, equal, open, signIn } from './lib.mjs';
import { sleep } from '../cli/lib.mjs';

export const AMARA = 'amara@northside.example';
export const OWN = 'quiet rivers carry paper boats';
export const TEMPORARY = 'orange-kettle-window-thirty';

export const inside = (l, path = '') => `/g/${l.northside.slug}/${path}`;
export const users = l => inside(l, 'settings/users');

/* Amara, the owner, before the users of the practice group. */
export async function amara(l, options) {
  const page = await open(l, options);
  await signIn(page, AMARA);
  await page.goto(users(l));
  return page;
}

export const BEATRIZ = { title: 'Dr', first: 'Beatriz', last: 'Lima', role: 'Practitioner', profession: 'Psychologist',
  registration: '53 004 085 616', email: 'beatriz@lima.example', level: 'Clinical Access', locations: ['Riverside'] };
export const GEORGE = { first: 'George', last: 'Tan', role: 'Administrator', email: 'george@tan.example',
  level: 'Office Access', locations: ['Harbour St'] };
export const FREYA = { first: 'Freya', last: 'Nilsson', role: 'Administrator', email: 'freya@nilsson.example',
  level: 'Full Access', locations: [] };

/* Fills the form for a user as it stands in a page or a dialog. */
export async function fillUser(where, who) {
  const field = label => where.getByLabel(label, { exact: true });
  if (who.title) await where.getByLabel(/^Title/).selectOption(who.title);
  await field('First name').fill(who.first);
  await field('Last name').fill(who.last);
  await where.getByRole('radio', { name: new RegExp(`^${who.role}`) }).check();
  if (who.profession) await field('Profession').selectOption(who.profession);
  if (who.registration) await field('Registration number').fill(who.registration);
  await field('Email').fill(who.email);
  await field('Confirm email').fill(who.email);
  if (who.entry) await where.getByRole('radio', { name: who.entry }).check();
  if (who.password) {
    await field('Temporary password').fill(who.password);
    await field('Confirm password').fill(who.password);
  }
  await field('Access level').selectOption(who.level);
  for (const name of who.locations) await where.getByLabel(name, { exact: true }).check();
}

/* The form for a new user: in a dialog with script, as a page without. */
export async function openAddUser(page) {
  await page.getByRole('link', { name: 'Add user' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a user to' });
  const where = page.script ? dialog : page.getByRole('main');
  await where.getByRole('heading', { name: 'Add a user to' }).waitFor();
  return where;
}

export async function addUser(page, who) {
  const where = await openAddUser(page);
  await fillUser(where, who);
  await where.getByRole('button', { name: 'Save', exact: true }).click();
  await row(page, who).waitFor();
}

/* Somebody's line in the list. */
export const row = (page, who) => page.getByRole('row').filter({ hasText: `${who.first} ${who.last}` });

export async function says(page, words) {
  await page.getByText(words).first().waitFor();
}

/* What the form of a page would send, sent without drawing the page. */
export async function post(page, from, to, fields) {
  const html = await (await page.request.get(from)).text();
  const token = /name="form_token" value="([^"]+)"/.exec(html);
  check(token, `${from} has no form`);
  const body = new URLSearchParams({ form_token: token[1] });
  for (const [name, value] of Object.entries(fields)) for (const one of [value].flat()) body.append(name, one);
  return page.request.post(to, { data: body.toString(), maxRedirects: 0,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' } });
}

export const fieldsOf = who => ({ title: who.title || '', first_name: who.first, last_name: who.last,
  role_type: who.role.toLowerCase(), profession: (who.profession || '').toLowerCase(), registration_number: who.registration || '',
  email: who.email, email_again: who.email, entry: who.password ? 'password' : 'link', password: who.password || '',
  password_again: who.password || '', level: who.level.split(' ')[0].toLowerCase(), boxes_for: '',
  all_locations: '1' });

/* A user is there and has a password of the own; nothing of it is drawn. */
export async function member(l, by, who, password = OWN) {
  const made = await post(by, `${users(l)}/new`, users(l), fieldsOf(who));
  equal(made.status(), 303, `adding ${who.first}: ${/<ul>[\s\S]*?<\/ul>/.exec(await made.text())?.[0] || ''}`);
  const mail = await l.mail(who.email, 'Choose your password');
  const visitor = await open(l);
  const path = new URL(mail.link).pathname;
  const chosen = await post(visitor, path, path, { new_password: password, new_password_again: password });
  equal(chosen.status(), 303, `${who.first} chooses a password:`);
  l.secrets.add(password);
  await visitor.context().close();
}

/* Walks with Tab until this has the focus. */
export async function tabTo(page, target, key = 'Tab') {
  await target.waitFor();
  for (let i = 0; i < 150; i++) {
    if (await target.evaluate(e => e === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`the keyboard never reaches ${target}`);
}

export async function hasFocus(locator, what) {
  for (const end = Date.now() + PATIENCE; Date.now() < end; await sleep(50))
    if (await locator.evaluate(e => e === document.activeElement)) return;
  throw new Error(`${what}: the focus is on ${await locator.page().evaluate(() => document.activeElement.outerHTML.slice(0, 200))}`);
}

/* Adds by keyboard: every field is reached with Tab and filled with keys. */
export async function typeUser(page, where, who) {
  const field = label => where.getByLabel(label, { exact: true });
  const type = async (target, text) => { await tabTo(page, target); await page.keyboard.type(text); };
  if (who.title) await type(where.getByLabel(/^Title/), who.title);
  await type(field('First name'), who.first);
  await type(field('Last name'), who.last);
  await tabTo(page, where.getByRole('radio', { name: /^Practitioner/ }));
  await page.keyboard.press(who.role === 'Practitioner' ? 'Space' : 'ArrowDown');
  if (who.profession) await type(field('Profession'), who.profession);
  if (who.registration) await type(field('Registration number'), who.registration);
  await type(field('Email'), who.email);
  await type(field('Confirm email'), who.email);
  if (who.password) {
    await type(field('Temporary password'), who.password);
    await type(field('Confirm password'), who.password);
  }
  await type(field('Access level'), who.level);
  for (const name of who.locations) {
    await tabTo(page, field(name));
    await page.keyboard.press('Space');
  }
}

/* The addresses of what must be sound, with a title and one first heading. */
export async function errorSummary(page, where = page) {
  const heading = where.getByRole('heading', { name: 'There is a problem' });
  await heading.waitFor();
  return where.locator('[data-errsum]');
}

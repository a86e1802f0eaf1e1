// group_test.mjs - making groups, letting somebody in when mail is down, the demo.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PASSWORD, ask, check, equal, matches, signIn, test, tokenIn, until, sql } from './lib.mjs';

const slug = ran => JSON.parse(ran.out).slug;

test('group create makes a person, a group, its locations and its owner, who can sign in', async place => {
  const ran = place.group('Northside Allied Health', 'Olga@Northside.Example', ['--location', 'Riverside', '--location', 'Harbour St', '--time-zone', 'Australia/Melbourne', '--url', 'https://linden.example']);
  equal(ran.code, 0, ran.err);
  equal(ran.err, '');
  const made = JSON.parse(ran.out);
  equal(made.slug, 'northside-allied-health');
  equal(made.url, 'https://linden.example/g/northside-allied-health/');
  for (const id of ['practice_id', 'user_id', 'person_id']) matches(made[id], /^[0-9a-z]{26}$/, id);
  equal(statSync(place.data).mode & 0o777, 0o700);
  if (!place.db) equal(statSync(join(place.data, 'linden.db')).mode & 0o777, 0o600);
  const server = await place.serve();
  const cookie = await signIn(server.url, 'olga@northside.example');
  const locations = (await ask(server.url, `/g/${made.slug}/settings/locations`, { cookie })).body;
  check(locations.includes('Riverside') && locations.includes('Harbour St'), 'both locations');
  check(!locations.includes('Main location'), 'no other location');
  equal((await ask(server.url, `/g/${made.slug}/settings/users/new`, { cookie })).status, 200);
  equal(await server.stop(), 0);
});

test('without --location there is one called Main location', async place => {
  const made = place.group();
  const server = await place.serve();
  const cookie = await signIn(server.url, 'olga@northside.example');
  matches((await ask(server.url, `/g/${slug(made)}/settings/locations`, { cookie })).body, /Main location/);
  await server.stop();
});

test('slugs come from the name and are never shared', place => {
  equal(slug(place.group('Bäckerstraße & Co', 'a@x.example')), 'backerstrasse-co');
  equal(slug(place.group("Hannah's", 'b@x.example')), 'hannahs');
  equal(slug(place.group("Hannah’s", 'c@x.example')).startsWith('hannah'), true);
  equal(slug(place.group('北部診療所', 'd@x.example')), 'group');
  equal(slug(place.group('東部診療所', 'e@x.example')), 'group-2');
});

test('a person who is there already keeps the password, and is told so', async place => {
  place.group('First', 'olga@x.example');
  const words = ['group', 'create', '--name', 'Second', '--owner-email', 'OLGA@x.example', '--owner-first', 'Olga', '--owner-last', 'Berg'];
  const ran = place.run([...words, '--password-stdin'], { input: 'another-maple-harbour-quiet\n' });
  equal(ran.code, 0, ran.err);
  matches(ran.err, /has a sign-in already, so the password was not applied/);
  matches(ran.out, /^Made Second at http/);
  equal(place.run([...words.map(w => w === 'Second' ? 'Third' : w)]).code, 0, 'without any password');
  const server = await place.serve();
  await signIn(server.url, 'olga@x.example');
  await server.stop();
});

test('what is wrong with a new group is said in sentences, exit code 6, and nothing is made', place => {
  for (const [change, input, sentence] of [
    [{}, 'short', /the password is too short: use 15 characters or more/],
    [{}, 'aaaaaaaaaaaaaaaaaaaa', /the password is a pattern/],
    [{}, 'linden-linden-linden', /the password is/],
    [{}, '', /the password is too short|is new: give a password/],
    [{}, 'two\nlines-of-a-password', /on one line/],
    [{ '--owner-email': 'olga' }, PASSWORD, /needs one @/],
    [{ '--owner-last': ' ' }, PASSWORD, /the last name is empty/],
    [{ '--name': '' }, PASSWORD, /the name of the group is empty/],
    [{ '--name': 'A\nBcc: x' }, PASSWORD, /characters that cannot be used/],
    [{ '--time-zone': 'Mars/Olympus' }, PASSWORD, /there is no time zone Mars\/Olympus/],
    [{ '--location': '\u202ex' }, PASSWORD, /the name of a location has characters/],
  ]) {
    const given = { '--name': 'North', '--owner-email': 'o@x.example', '--owner-first': 'O', '--owner-last': 'B', ...change };
    const ran = place.run(['group', 'create', ...Object.entries(given).flat(), '--password-stdin'], { input });
    equal(ran.code, 6, JSON.stringify(change) + ran.err);
    matches(ran.err, sentence);
    equal(ran.out, '');
  }
  equal(place.run(['group', 'create', '--name', 'N', '--owner-email', 'o@x.example', '--owner-first', 'O', '--owner-last', 'B']).code, 6, 'no password');
  matches(place.run(['audit', 'verify']).out, /: 0 rows/);
});

test('a reset link works once, and only for who is there', async place => {
  place.group();
  equal(place.run(['person', 'reset-link', '--email', 'nobody@x.example']).code, 3);
  const ran = place.run(['person', 'reset-link', '--email', 'olga@northside.example', '--url', 'https://linden.example']);
  equal(ran.code, 0, ran.err);
  matches(ran.out, /^https:\/\/linden\.example\/password-reset\/[\w-]{43}\n$/);
  const path = new URL(ran.out.trim()).pathname, server = await place.serve();
  const page = await ask(server.url, path);
  equal(page.status, 200);
  const cookie = page.headers['set-cookie'][0].split(';')[0], fresh = 'violet-anchor-quilt-thirteen';
  const form = { form_token: tokenIn(page.body), new_password: fresh, new_password_again: fresh };
  equal((await ask(server.url, path, { method: 'POST', cookie, form })).status, 303);
  await signIn(server.url, 'olga@northside.example', fresh);
  check((await ask(server.url, path, { method: 'POST', cookie, form })).status !== 303, 'a second time');
  await server.stop();
});

test('the demo is there after one run, and the same after two', async place => {
  const first = place.run(['demo', 'seed']);
  equal(first.code, 0, first.err);
  matches(first.out, /Everybody's password: quiet-harbour-maple-lamp/);
  matches(first.out, /Mail lands in: +\.\/var\/mail/);
  const kept = () => place.db ? sql(place.db, 'SELECT count(*), max(hash) FROM audit') : readFileSync(join(place.data, 'linden.db'), 'latin1');
  const before = kept();
  const second = place.run(['demo', 'seed']);
  equal(second.code, 0);
  matches(second.out, /nothing was changed/);
  check(before === kept(), 'the database is the same, byte for byte');
  const server = await place.serve();
  const cookie = await signIn(server.url, 'amara.okafor@northside.example');
  const page = (await ask(server.url, '/g/northside-allied-health/settings/users', { cookie })).body;
  for (const name of ['Beatriz Lima', 'Chen Wei', 'Ingrid Haaland', 'José Ferreira', 'Kavya Rao', 'Harbour Street Clinic']) check(page.includes(name), name);
  const books = await signIn(server.url, 'g.papadakis@ledger.example'), patients = '/g/northside-allied-health/patients';
  const [named, coded] = await Promise.all([cookie, books].map(async cookie => (await ask(server.url, patients, { cookie })).body));
  check(/Abbott/.test(named) && !/PX-\d/.test(named), 'the owner sees names');
  check(/PX-\d{6}/.test(coded) && !/Abbott/.test(coded), 'the bookkeeper sees codes');
  await until(() => existsSync(join(place.data, 'mail')) && readdirSync(join(place.data, 'mail')).filter(f => f.endsWith('.eml')).length >= 3, 'mails of the invitations');
  equal(await server.stop(), 0);
  matches(place.run(['audit', 'verify']).out, /The audit log is whole/);
});

test('a group that has shut itself out is opened from everywhere', async place => {
  place.group();
  const group = ['--group', 'northside'];
  equal(place.run(['group', 'networks', ...group]).out, 'everywhere\n');
  const server = await place.serve();
  const cookie = await signIn(server.url, 'olga@northside.example');
  const security = '/g/northside/settings/security';
  const page = await ask(server.url, security, { cookie });
  const save = networks => ask(server.url, `${security}/networks`, { method: 'POST', cookie,
    form: { form_token: tokenIn(page.body), version: /name="version" value="(\d+)"/.exec(page.body)[1], networks } });
  equal((await save('203.0.113.0/24')).status, 422);
  equal((await save('127.0.0.1')).status, 303);
  equal((await ask(server.url, security, { cookie })).status, 200);
  equal(await server.stop(), 0);
  matches(place.run(['group', 'networks', ...group, '--json']).out, /\{"networks": ?"127\.0\.0\.1"\}/);
  equal(place.run(['group', 'networks', ...group, '--remove']).out, 'everywhere\n');
  equal(place.run(['group', 'networks', ...group]).out, 'everywhere\n');
  equal(place.run(['group', 'networks', '--group', 'nowhere']).code, 3);
});

// import_crash_test.mjs - the server is killed while a file is staged, checked and imported.
//
// Whatever the moment, the import goes on where it was, or is asked for again: in the end every
// row of the file is one patient.  CRASHES=20 in the environment kills oftener.
import { request } from 'node:http';
import { ask, equal, matches, signIn, sleep, test, tokenIn, until } from './lib.mjs';

const ROUNDS = Number(process.env.CRASHES || 2), ROWS = 700;
const OWNER = 'olga@northside.example';
const file = round => ['No,Surname,Name', ...Array.from({ length: ROWS }, (_, i) => `${round}-${i},Q${round},N${i}`)].join('\n');

// Sent, and whatever comes of it.
function throwAt(url, path, cookie, form) {
  const body = new URLSearchParams(form).toString();
  const headers = { cookie, 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) };
  request(new URL(path, url), { method: 'POST', headers, agent: false }, answer => answer.resume().on('error', () => {})).on('error', () => {}).end(body);
}

// One practice, in which things are asked for again until they have happened.
class Practice {
  constructor(place, slug) {
    Object.assign(this, { place, base: `/g/${slug}/patients` });
  }

  async serve() {
    this.server = await this.place.serve();
    this.cookie ||= (await signIn(this.server.url, OWNER)).split('; ').find(c => c.startsWith('linden='));
    this.form_token ||= tokenIn((await this.get('/me')).body);
  }

  get(path) {
    return ask(this.server.url, path, { cookie: this.cookie });
  }

  // Killed a moment after it was asked for.
  async ask(path, form, moment) {
    throwAt(this.server.url, path, this.cookie, { form_token: this.form_token, ...form });
    await sleep(Math.random() * moment);
    equal(await this.server.stop('SIGKILL'), 'SIGKILL');
    const verified = this.place.run(['audit', 'verify']);
    equal(verified.code, 0, verified.out + verified.err);
    await this.serve();
  }

  post(path, form) {
    return ask(this.server.url, path, { method: 'POST', cookie: this.cookie, form: { form_token: this.form_token, ...form } });
  }

  // The names of all, page by page.
  async patients() {
    const all = [];
    for (let next = this.base; next; ) {
      const page = (await this.get(next)).body;
      all.push(...[...page.matchAll(/<a class="plain" href="[^"]*"><bdi>([^<]*)/g)].map(found => found[1]));
      next = /<a class="btn s" href="([^"]+)" rel="next"/.exec(page)?.[1].replaceAll('&amp;', '&');
    }
    return all;
  }

  // The page of the import once it says so.
  shows(path, words) {
    return until(async () => { const page = (await this.get(path)).body; return words.test(page) && page; }, words, 60000);
  }
}

async function columns(practice, path) {
  const page = (await practice.get(path)).body;
  return { 'column-0': 'number', 'column-1': 'last_name', 'column-2': 'first_name', locations: /name="locations" value="([^"]+)"/.exec(page)[1] };
}

async function bring(practice, text, kill) {
  const made = await practice.post(`${practice.base}/import`, { text });
  equal(made.status, 303, made.body);
  const path = made.headers.location, meant = await columns(practice, path);
  if (kill) await practice.ask(`${path}/columns`, meant, 60);
  if (/What is in each column/.test((await practice.get(path)).body)) equal((await practice.post(`${path}/columns`, meant)).status, 303);
  const page = await practice.shows(path, /What would happen/);
  if (!/\/start"/.test(page)) return page;
  if (kill) await practice.ask(`${path}/start`, {}, 400);
  if (/What would happen/.test((await practice.get(path)).body)) equal((await practice.post(`${path}/start`, {})).status, 303);
  return practice.shows(path, /The import is finished/);
}

test(`kill -9 while a file is staged, checked and imported, ${ROUNDS} times: every row is one patient`, async place => {
  const made = place.group('Northside', OWNER, ['--location', 'Riverside']);
  equal(made.code, 0, made.err);
  const practice = new Practice(place, JSON.parse(made.out).slug);
  await practice.serve();
  for (let round = 0; round < ROUNDS; round++) {
    const text = file(round);
    await practice.ask(`${practice.base}/import`, { text }, 40);
    matches(await bring(practice, text, true), new RegExp(`${ROWS} patients were added`));
    matches(await bring(practice, text, false), new RegExp(`${ROWS} are already here`));
  }
  const patients = await practice.patients();
  equal(patients.length, ROUNDS * ROWS, 'patients:');
  equal(new Set(patients).size, ROUNDS * ROWS, 'different names:');
  equal(await practice.server.stop(), 0);
});

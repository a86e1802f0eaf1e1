// leaving_crash_test.mjs - the server is killed while appointments are handed over, and while an
// export is made.
//
// Whatever the moment, both go on where they were: each appointment is moved once, with one
// letter about all; nothing can be taken before the archive is whole, and it holds each record once.
import { request } from 'node:http';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask, check, equal, matches, signIn, sleep, test, tokenIn, until } from './lib.mjs';

const SLUG = '/g/northside-allied-health';

class Someone {
  constructor(place, email) {
    Object.assign(this, { place, email });
  }

  async begin() {
    this.cookie = (await signIn(this.place.server.url, this.email)).split('; ').find(c => c.startsWith('linden='));
    this.form_token = tokenIn((await this.get('/me')).body);
    return this;
  }

  get(path) {
    return ask(this.place.server.url, path, { cookie: this.cookie });
  }

  post(path, form = {}) {
    return ask(this.place.server.url, path, { method: 'POST', cookie: this.cookie, form: { form_token: this.form_token, ...form } });
  }

  shows(path, words) {
    // What failed is tried again after 1, 2 and 4 minutes; why it did is in the log.
    let page;
    return until(async () => words.test(page = (await this.get(path)).body) && page, words, 500000).catch(error => {
      const log = this.place.server.err.split('\n').filter(l => /"event":"(job|broken|started_over)/.test(l)).slice(-5);
      throw new Error(`${error.message}; ${log.join(' ')}; there was ${page.replace(/<[^>]*>|\s+/g, ' ').slice(0, 600)}`);
    });
  }

  // The bytes of what a form answers.
  bytes(path, form) {
    const body = new URLSearchParams({ form_token: this.form_token, ...form }).toString();
    const headers = { cookie: this.cookie, 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) };
    return new Promise((done, failed) => {
      request(new URL(path, this.place.server.url), { method: 'POST', headers, agent: false }, answer => {
        const all = [];
        answer.on('data', some => all.push(some)).on('end', () => done(Buffer.concat(all))).on('error', failed);
      }).on('error', failed).end(body);
    });
  }
}

// Killed a moment later, and started again.
async function kill(place, moment) {
  await sleep(Math.random() * moment);
  equal(await place.server.stop('SIGKILL'), 'SIGKILL');
  const verified = place.run(['audit', 'verify']);
  equal(verified.code, 0, verified.out + verified.err);
  place.server = await place.serve();
}

async function idOf(who, name) {
  const page = (await who.get(`${SLUG}/settings/users`)).body;
  return new RegExp(`href="${SLUG}/settings/users/(\\w+)"[^>]*>(?:<[^>]*>)*[^<]*${name}`).exec(page)[1];
}

test('kill -9 while appointments are handed over, and while an export is made: nothing twice, nothing half', async place => {
  equal(place.run(['demo', 'seed']).code, 0);
  place.server = await place.serve();
  const freya = await new Someone(place, 'freya@northside.example').begin();
  const beatriz = await idOf(freya, 'Beatriz Lima'), user = `${SLUG}/settings/users/${beatriz}`;

  const made = await freya.post(`${user}/hand-over`);
  equal(made.status, 303, made.body);
  const path = made.headers.location;
  const n = Number(/Move (\d+) appointments/.exec((await freya.get(`${path}/check`)).body)[1]);
  equal((await freya.post(`${path}/start`)).status, 303);
  for (let i = 0; i < 3; i++) await kill(place, 60);
  matches(await freya.shows(path, /appointments were moved/), new RegExp(`${n} appointments were moved`));
  const files = () => readdirSync(join(place.data, 'mail')).filter(f => f.endsWith('.eml')); // beside what was cut short
  const letters = () => files().map(f => readFileSync(join(place.data, 'mail', f), 'utf8')).filter(t => /appointments moved to you/.test(t));
  await until(() => letters().length > 0, 'the letter');
  equal(letters().length, 1, 'letters:');
  matches(letters()[0], new RegExp(`${n} appointments moved to you`));

  equal((await freya.post(`${user}/checklist/export`)).status, 303);
  const hers = await new Someone(place, 'beatriz.lima@northside.example').begin(), data = `${SLUG}/my-data`;
  equal((await hers.post(data)).status, 303);
  for (let i = 0; i < 3; i++) {
    if (/Preparing your export/.test((await hers.get(data)).body)) {
      const early = await hers.post(`${data}/link`);
      check(early.status === 409 || early.status === 200, 'not before it is whole');
      if (early.status === 409) check(!/name="link"/.test(early.body), 'no link to what is half');
    }
    await kill(place, 200);
  }
  await hers.shows(data, /Your export is ready/);
  const link = /name="link" value="([^"]+)"/.exec((await hers.post(`${data}/link`)).body)[1];
  const file = join(place.folder, 'own.zip');
  writeFileSync(file, await hers.bytes(`${data}/archive`, { link }));
  equal(spawnSync('unzip', ['-tqq', file]).status, 0, 'unzip:');
  const inside = name => spawnSync('unzip', ['-p', file, name], { encoding: 'utf8', maxBuffer: 1 << 26 }).stdout;
  const records = JSON.parse(inside('manifest.json')).records;
  const bundle = JSON.parse(inside('fhir/bundle.json')).entry;
  equal(bundle.length, 1 + records.patients + records.appointments + records.notes, 'resources:');
  equal(new Set(bundle.map(e => e.fullUrl)).size, bundle.length, 'different ones:');
  equal(await place.server.stop(), 0);
});

// lib.mjs - tests of the command line: a folder for each, the real program, no browser.
// With LINDEN_TEST_DB (tools/pg.sh) each gets a PostgreSQL database of its own besides.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const root = new URL('../../', import.meta.url).pathname;
export const binary = resolve(root, process.env.LINDEN || 'build/linden');
export const PASSWORD = 'quiet-harbour-maple-lamp';
const tests = [];
const running = new Set();

export const server = process.env.LINDEN_TEST_DB;
export const test = (name, run) => tests.push({ name, run });
// What is about a file, or about a server.
export const onSqlite = (name, run) => server || test(name, run);
export const onPostgres = (name, run) => server && test(name, run);

// The cluster under the tests: stop, kill, start, and what else tools/pg.sh says.  False: not on this machine.
export function cluster(word) {
  const ran = spawnSync('sh', ['-c', `${process.env.LINDEN_TEST_PG} ${word}`], { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
  if (ran.status !== 0 && ran.status !== 77) throw new Error(`the cluster does not ${word}: ${ran.stderr}`);
  return ran.status === 0;
}
export function sql(url, statement) {
  const ran = spawnSync('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1', url, '-c', statement], { encoding: 'utf8' });
  if (ran.status !== 0) throw new Error(`psql: ${ran.stderr}`);
  return ran.stdout.trim();
}
let databases = 0;
export function newDatabase(options = '', at = server) {
  const name = `cli_${process.pid}_${++databases}`;
  sql(`${at}&dbname=postgres`, `CREATE DATABASE ${name} TEMPLATE template0 ${options}`);
  return `${at}&dbname=${name}`;
}
// One that has its tables: a copy of the first, which the program made.
let migrated;
export function migratedDatabase() {
  if (!migrated) {
    const url = newDatabase();
    const ran = spawnSync(binary, ['db', 'migrate', '--data', tmpdir()], { encoding: 'utf8', env: { ...process.env, LINDEN_DB: url } });
    if (ran.status !== 0) throw new Error(`db migrate: ${ran.stderr}`);
    migrated = /dbname=(\w+)/.exec(url)[1];
  }
  const name = `cli_${process.pid}_${++databases}`;
  sql(`${server}&dbname=postgres`, `CREATE DATABASE ${name} TEMPLATE ${migrated}`);
  return `${server}&dbname=${name}`;
}
export function dropDatabase(url) {
  sql(`${server}&dbname=postgres`, `DROP DATABASE IF EXISTS ${/dbname=(\w+)/.exec(url)[1]} WITH (FORCE)`);
}

// Another user's transaction that has done `statement` and stays open.
export async function hold(url, statement) {
  sql(url, "DO $$ BEGIN CREATE ROLE holder LOGIN SUPERUSER; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
  const psql = spawn('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1', url.replace('linden@', 'holder@')]);
  const ended = new Promise(done => psql.on('exit', done));
  let out = '';
  psql.stdout.on('data', bytes => out += bytes);
  running.add(psql);
  psql.stdin.write(`BEGIN; ${statement}; SELECT 'it is held';\n`);
  await until(() => /it is held/.test(out), statement);
  return { release: () => (psql.stdin.end('COMMIT;\n'), ended) };
}

// Whoever adds a row to the table waits there, until it is released.
export async function stopAt(url, table) {
  sql(url, `CREATE FUNCTION wait_here() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(42); RETURN NEW; END $$;
    CREATE TRIGGER wait_here BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION wait_here()`);
  const holder = await hold(url, 'SELECT pg_advisory_xact_lock(42)');
  const reached = () => sql(url.replace(/dbname=\w+/, 'dbname=postgres'),
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = 42") !== '0';
  // The tables are free when the transaction that waited has ended.
  return { reached, release: async () => { await holder.release(); await until(() => !reached(), 'its end'); sql(url, 'DROP FUNCTION wait_here() CASCADE'); } };
}

// Runs until `sign`, which is shown standard error, says so, and is killed then: how it ended.
export async function killed(place, words, sign) {
  const child = spawn(binary, words, { cwd: place.folder, env: place.environment() });
  running.add(child);
  let err = '';
  child.stderr.on('data', bytes => err += bytes);
  const ended = new Promise(done => child.on('exit', (code, signal) => done(signal || code)));
  await until(() => sign(err) || child.exitCode !== null, 'the middle of it');
  child.kill('SIGKILL');
  return ended;
}

export async function runAll(only) {
  let passed = 0, failed = 0;
  for (const t of tests) {
    if (only.length && !only.some(part => t.name.includes(part))) continue;
    const folder = mkdtempSync(join(tmpdir(), 'linden-cli-')), began = Date.now();
    try {
      await t.run(new Place(folder));
      passed++;
    } catch (error) {
      failed++;
      console.log(`FAIL ${t.name}\n  ${String(error.stack).split('\n').slice(0, 8).join('\n  ')}`);
    }
    for (const child of running) child.kill('SIGKILL');
    running.clear();
    rmSync(folder, { recursive: true, force: true });
    if (process.env.TIMES) console.log(`${Date.now() - began} ms  ${t.name}`);
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed;
}

export function equal(got, wanted, what = '') {
  if (got !== wanted) throw new Error(`${what} got ${JSON.stringify(got)}, wanted ${JSON.stringify(wanted)}`);
}
export function matches(text, pattern, what = '') {
  if (!pattern.test(text)) throw new Error(`${what} ${JSON.stringify(text)} does not match ${pattern}`);
}
export function check(condition, what) {
  if (!condition) throw new Error(what);
}
export const sleep = ms => new Promise(done => setTimeout(done, ms));
export async function until(question, what, ms = 10000) {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(30)) {
    const answer = await question();
    if (answer) return answer;
  }
  throw new Error(`waited in vain for: ${what}`);
}

// A folder of its own, in which the program runs.
class Place {
  constructor(folder) {
    this.folder = folder;
    this.data = join(folder, 'var');
    this.program = binary;
    if (server) this.db = newDatabase();
  }

  environment(more) {
    const env = { ...process.env };
    for (const name of Object.keys(env)) if (name.startsWith('LINDEN')) delete env[name];
    return { ...env, ...(this.db && { LINDEN_DB: this.db }), ...more };
  }

  // Runs to the end: { code, out, err }.
  run(words, { input = '', env = {} } = {}) {
    const ran = spawnSync(this.program, words, { cwd: this.folder, input, encoding: 'utf8', env: this.environment(env), timeout: 300000 });
    return { code: ran.status, out: ran.stdout, err: ran.stderr };
  }

  group(name = 'Northside', email = 'olga@northside.example', more = []) {
    return this.run(['group', 'create', '--name', name, '--owner-email', email, '--owner-first', 'Olga',
      '--owner-last', 'Berg', '--password-stdin', '--json', ...more], { input: `${PASSWORD}\n` });
  }

  // A running server: { url, child, lines, stop() }.
  async serve(more = [], env = {}) {
    const listen = more.includes('--listen') ? [] : ['--listen', '127.0.0.1:0'];
    const child = spawn(this.program, ['serve', ...listen, ...more], { cwd: this.folder, env: this.environment(env) });
    running.add(child);
    const server = { child, out: '', err: '' };
    child.stdout.on('data', bytes => server.out += bytes);
    child.stderr.on('data', bytes => server.err += bytes);
    server.ended = new Promise(done => child.on('exit', (code, signal) => { running.delete(child); done(signal || code); }));
    await until(() => /listens on/.test(server.out) || child.exitCode !== null, 'the address');
    if (child.exitCode !== null) throw new Error(`serve ended with ${child.exitCode}: ${server.err}`);
    server.url = /listens on (\S+)/.exec(server.out)[1];
    server.stop = async (signal = 'SIGTERM') => { child.kill(signal); return server.ended; };
    return server;
  }
}

// A database that no command works on: one sentence, exit code 1, and no password in it.
export function refused(place, db, sentence) {
  for (const words of [['serve', '--listen', '127.0.0.1:0'], ['db', 'migrate'], ['db', 'check']]) {
    const ran = place.run(words, { env: { LINDEN_DB: db } });
    equal(ran.code, 1, `${words.join(' ')}: ${ran.out}${ran.err}`);
    matches(ran.err, sentence, words.join(' '));
    equal(ran.err.trim().split('\n').length, 1, ran.err);
    check(!/secret-word/.test(ran.err + ran.out), 'the password is shown');
  }
}

// One request without following anything: { status, headers, body }.
export function ask(url, path, { method = 'GET', form, cookie, more = {} } = {}) {
  const body = form ? new URLSearchParams(form).toString() : undefined;
  const headers = { ...more, ...(cookie && { cookie }), ...(form && { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) }) };
  const where = url.startsWith('unix:') ? { socketPath: url.slice(5), path, headers: { host: 'localhost', ...headers } } : new URL(path, url);
  return new Promise((done, failed) => {
    const options = { method, headers, agent: false };
    const sent = url.startsWith('unix:') ? request({ ...where, ...options, headers: where.headers }, answer) : request(where, options, answer);
    function answer(rs) {
      let text = '';
      rs.on('data', bytes => text += bytes);
      rs.on('end', () => done({ status: rs.statusCode, headers: rs.headers, body: text }));
    }
    sent.on('error', failed);
    sent.end(body);
  });
}

const cookieOf = (answer, before = '') => [before, ...(answer.headers['set-cookie'] || []).map(c => c.split(';')[0])].filter(Boolean).join('; ');
export const tokenIn = body => /name="form_token" value="([^"]+)"/.exec(body)?.[1];

// The cookie of a fresh session.
export async function signIn(url, email, password = PASSWORD) {
  const page = await ask(url, '/sign-in');
  const cookie = cookieOf(page);
  const answer = await ask(url, '/sign-in', { method: 'POST', cookie, form: { form_token: tokenIn(page.body), email, password } });
  equal(answer.status, 303, 'signing in:');
  return cookieOf(answer);
}

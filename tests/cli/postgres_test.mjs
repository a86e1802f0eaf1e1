// postgres_test.mjs - a PostgreSQL that is away, refuses, is too old, or cut off.  More weather in tests/weather.
import { createConnection, createServer } from 'node:net';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ask, check, cluster, equal, matches, newDatabase, onPostgres, refused, server, signIn, sleep, sql, tokenIn, until } from './lib.mjs';

const OWNER = 'olga@northside.example', PLACES = '/g/northside/settings/locations';

onPostgres('every statement of the program fits the tables, and the audit log is whole', place => {
  equal(place.group().code, 0);
  const checked = place.run(['db', 'check']);
  equal(checked.code, 0, checked.err);
  matches(checked.out, /^The database \S+ at \S+ is sound, and \d{3} statements fit it$/m);
  matches(place.run(['audit', 'verify']).out, /The audit log is whole/);
});

async function addLocation(linden, cookie, name) {
  const form = { form_token: tokenIn((await ask(linden.url, `${PLACES}/new`, { cookie })).body), name, time_zone: 'UTC' };
  return ask(linden.url, PLACES, { method: 'POST', cookie, form });
}

onPostgres('away at the start: serve says so and waits, and begins when it is there', async place => {
  place.group();
  cluster('stop');
  let linden;
  try {
    linden = await place.serve();
    equal((await ask(linden.url, '/healthz')).status, 200);
    equal((await ask(linden.url, '/readyz')).status, 503);
    const page = await ask(linden.url, '/sign-in');
    equal(page.status, 503);
    matches(page.body, /waits for its database/);
    await until(() => /linden: the database \S+ at \S+ does not answer .*; waiting for it/.test(linden.err), 'the sentence');
  } finally {
    cluster('start');
  }
  await until(async () => (await ask(linden.url, '/readyz')).status === 200, 'the database');
  await signIn(linden.url, OWNER);
  equal(await linden.stop(), 0);
});

onPostgres('away in the middle: pages say so, nothing is half-done, and all goes on by itself', async place => {
  place.group();
  const linden = await place.serve();
  const cookie = await signIn(linden.url, OWNER);
  const token = tokenIn((await ask(linden.url, `${PLACES}/new`, { cookie })).body);
  const form = { form_token: token, name: 'Hilltop', time_zone: 'UTC' };
  cluster('kill');
  try {
    const page = await ask(linden.url, PLACES, { cookie });
    equal(page.status, 503);
    matches(page.body, /cannot reach its database/);
    const sent = await ask(linden.url, PLACES, { method: 'POST', cookie, form });
    equal(sent.status, 503);
    matches(sent.body, /cannot reach its database/);
    equal((await ask(linden.url, '/readyz')).status, 503);
  } finally {
    cluster('start');
  }
  await until(async () => (await ask(linden.url, PLACES, { method: 'POST', cookie, form })).status === 303, 'the form, sent once more', 20000);
  equal(sql(place.db, "SELECT count(*) FROM locations WHERE name = 'Hilltop'"), '1');
  equal(sql(place.db, "SELECT count(*) FROM audit WHERE kind = 'location.added' AND about_name = 'Hilltop'"), '1');
  equal(await linden.stop(), 0);
  matches(place.run(['audit', 'verify']).out, /The audit log is whole/);
});

/* --- what waiting does not help --------------------------------------------------------- */

onPostgres('a wrong password, a user and a database that are not there: one sentence, exit code 1', place => {
  if (!sql(place.db, "SELECT 1 FROM pg_roles WHERE rolname = 'locked'")) sql(place.db, "CREATE ROLE locked LOGIN PASSWORD 'right'");
  refused(place, place.db.replace('linden@', 'locked:secret-word@'), /^linden: the database \S+ at \S+ does not accept this user and password/);
  refused(place, place.db.replace('linden@', 'nobody_here@'), /does not accept this user and password/);
  refused(place, `${server}&dbname=not_there`, /^linden: there is no database not_there at /);
});

onPostgres('another encoding: one sentence, exit code 1', place => {
  refused(place, newDatabase("ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc"), /keeps text as LATIN1; Linden needs UTF8/);
});

onPostgres('tables of a newer version: one sentence, exit code 1', place => {
  equal(place.run(['db', 'migrate']).code, 0);
  sql(place.db, "INSERT INTO schema_migrations VALUES ('9999_later', 'x', '9999_later', 1)");
  refused(place, place.db, /^linden: This database was made by a newer version of Linden \(it has the change 9999_later\)/);
});

onPostgres('a URL that is none: one sentence, exit code 2, and no password in it', place => {
  const ran = place.run(['db', 'check', '--db', 'postgres://linden:secret-word@[::1/x']);
  equal(ran.code, 2, ran.err);
  matches(ran.err, /this is no address like postgres:\/\//);
  check(!/secret-word/.test(ran.err), ran.err);
});

// Speaks just enough of the protocol to be asked who it is.
function impostor(version) {
  const message = (type, ...parts) => {
    const body = Buffer.concat(parts.map(p => Buffer.isBuffer(p) ? p : Buffer.from(p)));
    const head = Buffer.alloc(5);
    head.write(type);
    head.writeInt32BE(body.length + 4, 1);
    return Buffer.concat([head, body]);
  };
  const int = (n, bytes) => { const b = Buffer.alloc(bytes); b.writeIntBE(n, 0, bytes); return b; };
  const said = { server_version: version, server_encoding: 'UTF8', client_encoding: 'UTF8', in_hot_standby: 'off', default_transaction_read_only: 'off' };
  return createServer(socket => socket.on('error', () => {}).on('data', bytes => {
    if (bytes.length === 8) return socket.write('N'); // no TLS
    if (bytes[0] === 0) socket.write(Buffer.concat([message('R', int(0, 4)),
      ...Object.entries(said).map(([k, v]) => message('S', `${k}\0${v}\0`)), message('K', int(7, 4), int(1, 4)), message('Z', 'I')]));
  }));
}

onPostgres('an old version: one sentence, exit code 1', async place => {
  const listening = impostor('14.9');
  await new Promise(done => listening.listen(0, '127.0.0.1', done));
  const { spawn } = await import('node:child_process');
  const child = spawn(process.env.LINDEN || new URL('../../build/linden', import.meta.url).pathname, ['db', 'migrate'],
    { cwd: place.folder, env: place.environment({ LINDEN_DB: `postgres://x@127.0.0.1:${listening.address().port}/x` }) });
  let err = '';
  child.stderr.on('data', bytes => err += bytes);
  equal(await new Promise(done => child.on('exit', done)), 1, err);
  matches(err, /is PostgreSQL 14; Linden needs 15 or newer/);
  listening.close();
});

/* --- a connection that is cut while COMMIT is under way ------------------------------------ */

// Passes everything on, until a transaction that said `word` commits: then the
// line is cut, before the server hears of it or after it has answered.
function cutter(socketOfServer, word) {
  const state = { mode: '', cuts: 0 };
  const proxy = createServer(client => {
    const upstream = createConnection(socketOfServer);
    let marked = false, cutting = false;
    const end = () => { client.destroy(); upstream.destroy(); };
    client.on('error', end).on('close', end).on('data', bytes => {
      marked ||= bytes.includes(word);
      if (state.mode && marked && bytes.includes('\0commit\0')) { // the statement prepared for it
        state.cuts++;
        if (state.mode === 'before') { state.mode = ''; return end(); }
        cutting = true;
        state.mode = '';
      }
      upstream.write(bytes);
    });
    upstream.on('error', end).on('close', end).on('data', bytes => cutting ? end() : client.write(bytes));
  });
  return { proxy, state };
}

onPostgres('a connection cut during COMMIT: what was saved is not saved twice, what was not is', async place => {
  place.group();
  const folder = join(place.folder, 's'), socket = /host=([^&]+)/.exec(server)[1];
  mkdirSync(folder);
  const { proxy, state } = cutter(join(socket, '.s.PGSQL.5432'), 'Hilltop');
  await new Promise(done => proxy.listen(join(folder, '.s.PGSQL.5432'), done));
  const linden = await place.serve([], { LINDEN_DB: place.db.replace(/host=[^&]+/, `host=${folder}`) });
  const cookie = await signIn(linden.url, OWNER);
  for (const mode of ['before', 'after']) {
    state.mode = mode;
    const answer = await addLocation(linden, cookie, `Hilltop ${mode}`);
    equal(answer.status, 303, `cut ${mode}: ${answer.body}`);
    equal(sql(place.db, `SELECT count(*) FROM locations WHERE name = 'Hilltop ${mode}'`), '1', mode);
    equal(sql(place.db, `SELECT count(*) FROM audit WHERE about_name = 'Hilltop ${mode}'`), '1', mode);
  }
  equal(state.cuts, 2);
  equal(await linden.stop(), 0);
  proxy.close();
  matches(place.run(['audit', 'verify']).out, /The audit log is whole/);
});

/* --- several nodes ---------------------------------------------------------------------------- */

onPostgres('two nodes start at once on an empty database, and a job of a node that dies is done by the other', async place => {
  const [one, two] = await Promise.all([place.serve(), place.serve(['--data', join(place.folder, 'other')])]);
  equal(place.group().code, 0);
  const cookie = await signIn(one.url, OWNER);
  equal((await ask(two.url, PLACES, { cookie })).status, 200);
  equal((await addLocation(two, cookie, 'Hilltop')).status, 303);
  matches((await ask(one.url, PLACES, { cookie })).body, /Hilltop/);
  await one.stop('SIGKILL');
  sql(place.db, "UPDATE jobs SET run_at = 1, last_problem = 'interrupted' WHERE kind = 'people.clean_up'");
  await until(() => sql(place.db, "SELECT count(*) FROM jobs WHERE kind = 'people.clean_up' AND run_at > 1") === '1', 'the job, taken by the other');
  await sleep(100);
  equal(await two.stop(), 0);
});

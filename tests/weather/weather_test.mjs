// weather_test.mjs - what goes wrong with a PostgreSQL and around it, done to real ones: read-only copies, full disks, poolers.
import { closeSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { ask, check, cluster, equal, matches, newDatabase, refused, runAll, server, signIn, sql, test, tokenIn, until } from '../cli/lib.mjs';

const OWNER = 'olga@northside.example', PLACES = '/g/northside/settings/locations';
const FOLDER = /host=([^&]+)/.exec(server)[1];
const database = place => /dbname=(\w+)/.exec(place.db)[1];
const behind = (place, ...hosts) => `postgres://linden@/${database(place)}?host=${hosts.join(',')}`;

async function addLocation(linden, cookie, name) {
  const page = await ask(linden.url, `${PLACES}/new`, { cookie });
  equal(page.status, 200, /<h1[^>]*>.*?<.main>/s.exec(page.body)?.[0]);
  const form = { form_token: tokenIn(page.body), name, time_zone: 'UTC' };
  return ask(linden.url, PLACES, { method: 'POST', cookie, form });
}
const count = place => Number(sql(place.db, "SELECT count(*) FROM locations WHERE name LIKE 'Hilltop%'"));

/* --- a copy that follows ---------------------------------------------------------------- */

async function withStandby(place, run) {
  cluster('standby');
  const copy = join(FOLDER, 'standby');
  try {
    await until(() => sql(place.db, "SELECT count(*) FROM pg_stat_replication WHERE replay_lsn = pg_current_wal_lsn()") === '1', 'the copy');
    await run(copy);
  } finally {
    cluster('standby-stop');
  }
}

test('a read-only copy is refused, and beside the one that writes it is passed over', async place => {
  equal(place.group().code, 0);
  await withStandby(place, async copy => {
    refused(place, behind(place, copy), /^linden: the database \S+ at \S+ is a read-only copy: name the server that writes/);
    const linden = await place.serve([], { LINDEN_DB: behind(place, copy, FOLDER) });
    equal((await addLocation(linden, await signIn(linden.url, OWNER), 'Hilltop')).status, 303);
    equal(await linden.stop(), 0);
  });
});

test('the server is lost and its copy promoted: nothing is saved between, and all goes on by itself', async place => {
  equal(place.group().code, 0);
  const linden = await place.serve([], { LINDEN_DB: place.db }), cookie = await signIn(linden.url, OWNER);
  await linden.stop();
  let after;
  await withStandby(place, async copy => {
    const both = await place.serve([], { LINDEN_DB: behind(place, FOLDER, copy) });
    equal((await addLocation(both, cookie, 'Hilltop before')).status, 303);
    await until(() => sql(behind(place, copy), "SELECT count(*) FROM locations WHERE name = 'Hilltop before'") === '1', 'the copy to follow');
    cluster('kill');
    try {
      await until(async () => (await ask(both.url, '/readyz')).status === 503, 'being unready');
      const answer = await ask(both.url, PLACES, { cookie });
      equal(answer.status, 503); // the copy can be read, and is not: it may be old
      matches(answer.body, /cannot reach its database/);
      cluster('promote');
      await until(async () => (await ask(both.url, '/readyz')).status === 200, 'the promoted copy', 30000);
      after = await addLocation(both, cookie, 'Hilltop after');
      equal(after.status, 303);
      equal(sql(behind(place, copy), "SELECT count(*) FROM locations WHERE name LIKE 'Hilltop%'"), '2');
      equal(await both.stop(), 0);
      matches(place.run(['audit', 'verify'], { env: { LINDEN_DB: behind(place, copy) } }).out, /The audit log is whole/);
    } finally {
      cluster('start');
    }
  });
  equal(count(place), 1, 'the server that was lost has what it had:');
});

/* --- full disks ---------------------------------------------------------------------------- */

const SMALL = `${server}/small`, disk = name => join(FOLDER, 'small', name);

function fill(name) {
  const file = openSync(join(disk(name), 'filler'), 'w');
  try {
    for (let size = 1 << 20; size >= 1; size >>= 1)
      try { for (;;) if (writeSync(file, Buffer.alloc(size)) < size) break; } catch (error) { if (error.code !== 'ENOSPC') throw error; }
  } finally {
    closeSync(file);
  }
}
const empty = name => rmSync(join(disk(name), 'filler'), { force: true });

// Adds until it is told that there is no room: how many were saved.
async function addUntilFull(linden, cookie, wanted) {
  for (let n = 0; n < 3000; n++) {
    const answer = await addLocation(linden, cookie, `Hilltop ${n}`);
    if (answer.status === 303) continue;
    equal(answer.status, 503);
    matches(answer.body, wanted);
    return n;
  }
  throw new Error('the disk is never full');
}

// Files of WAL are written over once a checkpoint has passed them, and several lie ready: from here
// on there is none, and all but one are behind.
function useUpWal(place) {
  sql(place.db, "ALTER SYSTEM SET max_wal_size = '1GB'");
  sql(place.db, 'SELECT pg_reload_conf()');
  const ready = () => {
    const current = sql(place.db, 'SELECT pg_walfile_name(pg_current_wal_insert_lsn())');
    return readdirSync(disk('wal')).filter(f => /^[0-9A-F]{24}$/.test(f) && f > current).length;
  };
  while (ready() > 1) sql(place.db, "SELECT pg_switch_wal() FROM pg_logical_emit_message(false, '', 'next')");
}

if (cluster('small')) {
  test('the disk of the data is full: pages can be read, what would change says why not, and it ends by itself', async place => {
    place.db = newDatabase('', SMALL);
    equal(place.group().code, 0);
    const linden = await place.serve(), cookie = await signIn(linden.url, OWNER);
    fill('data');
    let saved;
    try {
      saved = await addUntilFull(linden, cookie, /cannot save changes at the moment. You can go on reading/);
      equal((await ask(linden.url, PLACES, { cookie })).status, 200);
      equal((await ask(linden.url, '/g/northside/settings/users', { cookie })).status, 200);
      equal((await ask(linden.url, '/readyz')).status, 200);
    } finally {
      empty('data');
    }
    equal(count(place), saved, 'what was saved:');
    equal((await addLocation(linden, cookie, 'Hilltop at last')).status, 303);
    equal(count(place), saved + 1);
    equal(await linden.stop(), 0);
    matches(place.run(['audit', 'verify']).out, /The audit log is whole/);
  });

  // PostgreSQL ends itself then: what it cannot write down it must not do.
  test('the disk of the WAL is full: nothing acknowledged is lost, and all goes on once there is room', async place => {
    place.db = newDatabase('', SMALL);
    equal(place.group().code, 0);
    const linden = await place.serve(), cookie = await signIn(linden.url, OWNER);
    fill('wal');
    useUpWal(place);
    let saved;
    try {
      saved = await addUntilFull(linden, cookie, /cannot reach its database|cannot save changes|lost at the very moment of saving/);
      equal((await ask(linden.url, '/healthz')).status, 200);
    } finally {
      empty('wal');
      cluster('small-restart');
    }
    await until(async () => (await ask(linden.url, '/readyz')).status === 200, 'the database', 30000);
    const there = count(place);
    check(there === saved || there === saved + 1, `${saved} were acknowledged, ${there} are there`);
    equal((await addLocation(linden, cookie, 'Hilltop at last')).status, 303);
    equal(await linden.stop(), 0);
    matches(place.run(['audit', 'verify']).out, /The audit log is whole/);
  });
} else {
  console.log('NOTE no file system can be mounted here: the full disk is a pretended one');
  test('a full disk, pretended: pages can be read, what would change says why not', async place => {
    equal(place.group().code, 0);
    const linden = await place.serve(), cookie = await signIn(linden.url, OWNER);
    sql(place.db, `CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
      CREATE TRIGGER full_disk BEFORE INSERT ON locations EXECUTE FUNCTION full_disk()`);
    equal(await addUntilFull(linden, cookie, /cannot save changes at the moment. You can go on reading/), 0);
    equal((await ask(linden.url, PLACES, { cookie })).status, 200);
    sql(place.db, 'DROP FUNCTION full_disk() CASCADE');
    equal((await addLocation(linden, cookie, 'Hilltop')).status, 303);
    equal(await linden.stop(), 0);
  });
}

/* --- a pooler -------------------------------------------------------------------------------- */

for (const mode of ['transaction', 'session', 'statement'])
  test(`PgBouncer in front, one ${mode} after the other: one sentence, exit code 1`, place => {
    for (const [lets_through, sentence] of [['', /^linden: what answers for the database \S+ at \S+ is no PostgreSQL server but something in front of it \(.*\): connect to the server itself$/m],
      ['options', /^linden: there is a connection pooler in front of the database \S+ at \S+; Linden keeps a pool of its own and prepared statements in it: connect to the server itself$/m]]) {
      cluster(`bouncer ${mode} ${lets_through}`);
      try {
        refused(place, behind(place, join(FOLDER, 'bouncer')), sentence);
      } finally {
        cluster('bouncer-stop');
      }
    }
  });

process.exit(await runAll(process.argv.slice(2)) ? 1 : 0);

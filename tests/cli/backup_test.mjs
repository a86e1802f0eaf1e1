// backup_test.mjs - copies of the database, putting them back, and the audit log.
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask, check, equal, killed, matches, newDatabase, onPostgres, onSqlite, signIn, sql, stopAt, test } from './lib.mjs';

test('a backup is made beside a running server, for its owner only, and never over a file', async place => {
  place.group();
  const server = await place.serve();
  await signIn(server.url, 'olga@northside.example');
  const file = join(place.folder, 'monday.db');
  equal(place.run(['db', 'backup', file]).code, 0);
  equal(statSync(file).mode & 0o777, 0o600);
  check(!existsSync(`${file}-wal`) && !existsSync(`${file}.part`), 'one file');
  const again = place.run(['db', 'backup', file]);
  equal(again.code, 5);
  matches(again.err, /is there already/);
  equal(place.run(['db', 'backup', join(place.folder, 'no/such/folder.db')]).code, 1);
  await server.stop();
});

test('a restore brings the old data back, keeps the newer beside it, and ends every session', async place => {
  place.group();
  const file = join(place.folder, 'monday.db');
  let server = await place.serve();
  const cookie = await signIn(server.url, 'olga@northside.example');
  equal((await ask(server.url, '/me', { cookie })).status, 200);
  place.run(['db', 'backup', file]);
  equal(place.group('Later', 'later@x.example').code, 0);
  const refused = place.run(['db', 'restore', file]);
  equal(refused.code, 5, 'while the server runs');
  matches(refused.err, /stop it first/);
  await server.stop();
  const ran = place.run(['db', 'restore', file]);
  equal(ran.code, 0, ran.err);
  matches(ran.out, /Everybody was signed out: 1 session ended/);
  const [old] = readdirSync(place.data).filter(f => /^linden\.db\.before-\d{8}T\d{6}Z(-\d+)?$/.test(f));
  check(old && ran.out.includes(old), 'the old database');
  server = await place.serve();
  equal((await ask(server.url, '/me', { cookie })).status, 303, 'the old session');
  equal((await ask(server.url, '/me', { cookie: await signIn(server.url, 'olga@northside.example') })).status, 200);
  await server.stop();
  equal(place.run(['person', 'reset-link', '--email', 'later@x.example']).code, 3, 'what came after the backup');
  matches(place.run(['audit', 'verify']).out, /is whole/);
  matches(place.run(['db', 'check']).out, /is sound/);
});

// What stands in it: each table with its rows and hash.
let reads = 0;
function tables(place, where = place.db || 'sqlite:var') {
  const ran = place.run(['db', 'copy', '--from', where, '--to', `sqlite:read-${++reads}.db`, '--json']);
  equal(ran.code, 0, ran.err);
  return JSON.stringify(JSON.parse(ran.out).tables);
}

test('what is no backup is refused, and the database stays', place => {
  place.group();
  const before = tables(place), file = join(place.folder, 'x');
  writeFileSync(file, 'not a database at all'.repeat(300));
  equal(place.run(['db', 'restore', file]).code, 6);
  equal(place.run(['db', 'restore', join(place.folder, 'missing')]).code, 3);
  const backup = join(place.folder, 'b.db');
  place.run(['db', 'backup', backup]);
  const damaged = readFileSync(backup);
  damaged.fill(0x5a, 4096 * 3, 4096 * 8);
  writeFileSync(backup, damaged);
  check(place.run(['db', 'restore', backup]).code !== 0, 'a damaged one');
  equal(tables(place), before, 'the database is as it was:');
  equal(readdirSync(place.data).filter(f => /restored|before/.test(f)).length, 0);
});

onPostgres('a backup of PostgreSQL holds the same as a move, and is restored on either engine', async place => {
  equal(place.run(['demo', 'seed']).code, 0);
  const linden = await place.serve();
  await signIn(linden.url, 'freya@northside.example');
  await linden.stop();
  const before = tables(place);
  equal(place.run(['db', 'backup', 'b.db']).code, 0);
  equal(tables(place, 'sqlite:b.db'), before);
  const file = place.run(['db', 'restore', 'b.db', '--db', 'sqlite:other/linden.db', '--data', 'other']);
  equal(file.code, 0, file.err);
  const empty = newDatabase();
  const server = place.run(['db', 'restore', 'b.db', '--db', empty]);
  equal(server.code, 0, server.err);
  check(!/that was there/.test(server.out), 'nothing was there');
  for (const [where, said] of [['sqlite:other/linden.db', file], [empty, server]]) {
    matches(said.out, /Everybody was signed out: 1 session ended/);
    matches(place.run(['audit', 'verify', '--db', where]).out, /is whole/, where);
    matches(place.run(['db', 'check', '--db', where]).out, /is sound/, where);
  }
  sql(empty, "UPDATE people SET first_name = 'Changed'");
  const changed = tables(place, empty), again = place.run(['db', 'restore', 'b.db', '--db', empty]);
  equal(again.code, 0, again.err);
  const old = /The database that was there is now (\S+)/.exec(again.out)[1];
  equal(tables(place, `sqlite:${old}`), changed);
});

onPostgres('a restore that is killed in the middle changes nothing; started again it ends right', async place => {
  equal(place.run(['demo', 'seed']).code, 0);
  equal(place.run(['db', 'backup', 'b.db']).code, 0);
  sql(place.db, "UPDATE people SET first_name = 'Later'");
  const before = tables(place), stop = await stopAt(place.db, 'users');
  equal(await killed(place, ['db', 'restore', 'b.db'], stop.reached), 'SIGKILL');
  await stop.release();
  equal(tables(place), before);
  const again = place.run(['db', 'restore', 'b.db']);
  equal(again.code, 0, again.err);
  const old = /The database that was there is now (\S+)/.exec(again.out)[1];
  equal(tables(place, `sqlite:${old}`), before);
  equal(sql(place.db, "SELECT count(*) FROM people WHERE first_name = 'Later'"), '0');
});

onPostgres('a restore that cannot be finished changes nothing and leaves nothing behind', async place => {
  equal(place.run(['demo', 'seed']).code, 0);
  equal(place.run(['db', 'backup', 'b.db']).code, 0);
  sql(place.db, "UPDATE people SET first_name = 'Later'");
  const before = tables(place);
  sql(place.db, `CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
    CREATE TRIGGER full_disk BEFORE INSERT ON users EXECUTE FUNCTION full_disk()`);
  const ran = place.run(['db', 'restore', 'b.db']);
  equal(ran.code, 1);
  matches(ran.err, /^linden: the disk of the database is full\n$/);
  sql(place.db, 'DROP FUNCTION full_disk() CASCADE');
  equal(tables(place), before);
  equal(readdirSync(place.data).filter(f => /linden\.db/.test(f)).join(), '');
  equal(place.run(['db', 'restore', 'b.db']).code, 0);
});

onSqlite('audit verify names the first bad row, and with an anchor notices a tail that was cut off', place => {
  place.group();
  const anchor = place.run(['audit', 'anchor']);
  equal(anchor.code, 0);
  matches(anchor.out, /^\S+ \d+ \S+$/m);
  writeFileSync(join(place.folder, 'anchor.txt'), anchor.out);
  equal(place.run(['audit', 'verify', '--anchor', 'anchor.txt']).code, 0);
  equal(place.run(['audit', 'verify', '--anchor', '-'], { input: anchor.out }).code, 0);
  const path = join(place.data, 'linden.db'), bytes = readFileSync(path), at = bytes.indexOf('Olga Berg');
  check(at > 0, 'the name of the owner stands in the log');
  for (let i = at; i >= 0; i = bytes.indexOf('Olga Berg', i + 1)) bytes.write('Olga Burg', i);
  writeFileSync(path, bytes);
  const bad = place.run(['audit', 'verify']);
  equal(bad.code, 1);
  matches(bad.out, /^Northside, row \d+: /m);
  matches(bad.err, /not what was written/);
  equal(place.run(['audit', 'verify', '--anchor', '-'], { input: 'nonsense\n' }).code > 0, true);
});

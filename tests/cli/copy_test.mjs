// copy_test.mjs - linden db copy: there and back on either engine, cut short, refused.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { ask, binary, check, equal, hold, killed, matches, newDatabase, onPostgres, onSqlite, root, server, signIn, sql, stopAt, test, tokenIn } from './lib.mjs';

const OWNER = 'olga@northside.example';
const copy = (place, from, to, options) => place.run(['db', 'copy', '--from', from, '--to', to], options);
const here = place => place.db || 'sqlite:var';
let made = 0;
const elsewhere = () => server ? newDatabase() : `sqlite:elsewhere-${++made}/linden.db`;

// What stands in it: each table with its rows and hash.
function tables(place, where) {
  const ran = place.run(['db', 'copy', '--from', where, '--to', `sqlite:read-${++made}.db`, '--json']);
  equal(ran.code, 0, ran.err);
  return JSON.stringify(JSON.parse(ran.out).tables);
}

// Changes bytes of a file: what nobody else can do to it without a tool.
function change(file, before, after) {
  const bytes = readFileSync(file);
  let n = 0;
  for (let i = bytes.indexOf(before); i >= 0; i = bytes.indexOf(before, i + 1), n++) bytes.write(after, i);
  check(n > 0, `${before} stands in ${file}`);
  writeFileSync(file, bytes);
}

test('an installation moves to a file and from there to a new database: the same in every table, sessions included', async place => {
  equal(place.run(['demo', 'seed']).code, 0);
  equal(place.group('Other', OWNER).code, 0);
  let linden = await place.serve();
  const cookie = await signIn(linden.url, OWNER);
  await linden.stop();
  const before = tables(place, here(place)), next = elsewhere();
  equal(copy(place, here(place), 'sqlite:between.db').code, 0);
  equal(copy(place, 'sqlite:between.db', next).code, 0);
  equal(tables(place, next), before);
  equal(tables(place, here(place)), before, 'the old one stays as it was:');
  for (const where of ['sqlite:between.db', next]) {
    matches(place.run(['audit', 'verify', '--db', where]).out, /^The audit log is whole: \d+ rows in 4 chains$/m, where);
    matches(place.run(['db', 'check', '--db', where]).out, /is sound/, where);
    linden = await place.serve(['--db', where, '--data', `data-${++made}`]);
    const page = await ask(linden.url, '/g/other/settings/locations/new', { cookie });
    equal(page.status, 200, `the session in ${where}:`);
    const form = { form_token: tokenIn(page.body), name: 'Hilltop', time_zone: 'UTC' };
    equal((await ask(linden.url, '/g/other/settings/locations', { method: 'POST', cookie, form })).status, 303, where);
    equal(await linden.stop(), 0);
    matches(place.run(['audit', 'verify', '--db', where]).out, /is whole/, where);
  }
});

test('copy says what it does: a line a table, a sentence, and one document', place => {
  place.group();
  const ran = place.run(['db', 'copy', '--from', here(place), '--to', 'sqlite:file.db', '--json']);
  equal(ran.code, 0, ran.err);
  const answer = JSON.parse(ran.out);
  equal(Object.keys(answer).join(), 'from,to,copied,rows,tables');
  equal(answer.to, 'file.db');
  equal(answer.copied, true);
  equal(answer.rows, answer.tables.reduce((sum, t) => sum + t.rows, 0));
  const users = answer.tables.find(t => t.table === 'users');
  equal(users.rows, 1);
  matches(users.hash, /^[0-9a-f]{64}$/);
  matches(ran.err, /^  users +1 row$/m);
  equal(ran.err.trim().split('\n').length, answer.tables.length);
  const again = copy(place, here(place), 'sqlite:file.db');
  equal(again.code, 0);
  matches(again.out, /was in file\.db already, and nothing was changed\nAll \d+ tables with \d+ rows were compared: both hold the same\n$/);
});

/* --- cut short ------------------------------------------------------------------------- */

onPostgres('killed in the middle of writing into PostgreSQL, nothing is there; started again it ends right', async place => {
  equal(place.run(['demo', 'seed', '--db', 'sqlite:var/linden.db']).code, 0);
  equal(place.run(['db', 'migrate']).code, 0);
  const stop = await stopAt(place.db, 'invitations');
  equal(await killed(place, ['db', 'copy', '--from', 'sqlite:var', '--to', place.db], stop.reached), 'SIGKILL');
  await stop.release();
  equal(sql(place.db, 'SELECT count(*) FROM people'), '0');
  const again = copy(place, 'sqlite:var', place.db);
  equal(again.code, 0, again.err);
  matches(again.out, /^Copied /);
  equal(tables(place, place.db), tables(place, 'sqlite:var'));
});

onPostgres('killed in the middle of reading from PostgreSQL, the file holds nothing; started again it ends right', async place => {
  equal(place.run(['demo', 'seed']).code, 0);
  const holder = await hold(place.db, 'LOCK TABLE invitations IN ACCESS EXCLUSIVE MODE');
  equal(await killed(place, ['db', 'copy', '--from', place.db, '--to', 'sqlite:file.db'], err => /^  users /m.test(err)), 'SIGKILL');
  await holder.release();
  const again = copy(place, place.db, 'sqlite:file.db');
  equal(again.code, 0, again.err);
  matches(again.out, /^Copied /);
  matches(place.run(['db', 'check', '--db', 'sqlite:file.db']).out, /is sound/);
});

onSqlite('killed whenever: the file holds nothing or everything, and started again it ends right', async place => {
  equal(place.run(['demo', 'seed']).code, 0);
  const wanted = tables(place, 'sqlite:var');
  for (let lines = 1; lines <= 24; lines += 6) {
    const to = `sqlite:cut-${lines}.db`;
    await killed(place, ['db', 'copy', '--from', 'sqlite:var', '--to', to], err => err.split('\n').length > lines);
    const again = copy(place, 'sqlite:var', to);
    equal(again.code, 0, again.err);
    equal(tables(place, to), wanted);
    matches(place.run(['audit', 'verify', '--db', to]).out, /is whole/);
  }
});

/* --- refused ---------------------------------------------------------------------------- */

test('a target that holds something else is left alone; a row changed by hand is found', place => {
  equal(place.group().code, 0);
  const to = elsewhere();
  equal(copy(place, here(place), to).code, 0);
  if (server) sql(to, "UPDATE people SET last_name = 'Burg'");
  else change(join(place.folder, to.slice(7)), 'Berg', 'Burg');
  const before = tables(place, to), changed = copy(place, here(place), to);
  equal(changed.code, 5);
  matches(changed.err, /^linden: .* is not empty and holds something else \(look at the table \w+\): copy into an empty database$/m);
  equal(changed.out, '');
  equal(tables(place, to), before);
  equal(place.group('Other', 'x@x.example').code, 0);
  const other = copy(place, here(place), to);
  equal(other.code, 5);
  equal(tables(place, to), before);
});

onPostgres('a database with tables of something else is refused, and stays as it is', place => {
  place.group('Northside', OWNER, ['--db', 'sqlite:var/linden.db']);
  sql(place.db, 'CREATE TABLE wp_posts (id BIGINT PRIMARY KEY)');
  const ran = copy(place, 'sqlite:var', place.db);
  equal(ran.code, 5);
  matches(ran.err, /it holds tables that are not Linden's \(wp_posts\)\n$/);
  equal(sql(place.db, "SELECT string_agg(tablename, ',') FROM pg_tables WHERE schemaname = 'public'"), 'wp_posts');
});

test('what is served is not copied, from or to', async place => {
  place.group();
  const linden = await place.serve(), sentence = server ? /is in use \(\d+ other connections? of its user\): stop Linden on every node first/ : /another linden serves the data folder .*: stop it first/;
  const from = copy(place, here(place), 'sqlite:file.db');
  equal(from.code, 5);
  matches(from.err, sentence);
  check(!existsSync(join(place.folder, 'file.db')), 'nothing was made');
  equal(place.run(['db', 'backup', 'backup.db']).code, 0);
  equal(copy(place, 'sqlite:backup.db', 'sqlite:file.db').code, 0, 'a backup can be copied meanwhile:');
  const to = copy(place, 'sqlite:backup.db', here(place));
  equal(to.code, 5);
  matches(to.err, sentence);
  equal(await linden.stop(), 0);
  equal(copy(place, here(place), 'sqlite:other.db').code, 0);
});

test('other tables than those of this program: neither older nor newer ones are copied', place => {
  place.group();
  const last = readdirSync(join(root, 'migrations')).filter(f => f.endsWith('.sql')).sort().at(-1).replace('.sql', '');
  equal(copy(place, here(place), 'sqlite:file.db').code, 0);
  change(join(place.folder, 'file.db'), last, `9${last.slice(1)}`);
  const newer = copy(place, 'sqlite:file.db', elsewhere());
  equal(newer.code, 1);
  matches(newer.err, /^linden: file\.db: This database was made by a newer version of Linden \(it has the change 9\d{3}_/);
  if (!server) return;
  // Made by a newer version, and this one can serve it.
  sql(place.db, `INSERT INTO schema_migrations VALUES ('9999_later', 'x', '${last}', 1)`);
  equal(place.run(['db', 'check']).code, 0);
  for (const words of [['copy', '--from', place.db, '--to', 'sqlite:else.db'], ['backup', 'else.db']]) {
    const later = place.run(['db', ...words]);
    equal(later.code, 1);
    matches(later.err, /This database was made by a newer version of Linden \(it has the change 9999_later\)/);
    check(!existsSync(join(place.folder, 'else.db')), 'nothing was made');
  }
  sql(place.db, `DELETE FROM schema_migrations WHERE name >= '${last}'`);
  const older = copy(place, place.db, 'sqlite:else.db');
  equal(older.code, 1);
  matches(older.err, new RegExp(`^linden: cli_\\S+ at \\S+: the database lacks the change ${last}: 'linden db migrate' makes it\n$`));
});

test('a wrong word, a missing file, no database at all: one sentence, and never a password', place => {
  place.group();
  writeFileSync(join(place.folder, 'x'), 'nothing of the kind');
  for (const [from, to, code, sentence] of [
    ['var', 'sqlite:y', 2, /^linden: --from: this is neither postgres:\/\/… nor sqlite:PATH\n$/],
    ['sqlite:var', 'postgres:me:secret-word@x', 2, /^linden: --to: this is neither/],
    ['sqlite:var', 'postgres://me:secret-word@/x?nonsense=1', 2, /^linden: --to: this is no address like/],
    [here(place), here(place), 2, /are the same database/],
    ['sqlite:missing.db', 'sqlite:y', 3, /^linden: missing\.db: No such file/],
    ['sqlite:x', 'sqlite:y', 6, /^linden: x is no database\n$/],
    ['postgres://me:secret-word@127.0.0.1:1/x', 'sqlite:y', 1, /^linden: the database x at 127\.0\.0\.1:1 does not answer/],
  ]) {
    const ran = copy(place, from, to);
    equal(ran.code, code, ran.err);
    matches(ran.err, sentence);
    equal(ran.out, '');
    check(!/secret-word/.test(ran.err), ran.err);
    check(!existsSync(join(place.folder, 'y')), 'nothing was made');
  }
});

onPostgres('who may not make tables there is told so, and nothing is there', place => {
  place.group('Northside', OWNER, ['--db', 'sqlite:var/linden.db']);
  if (!sql(place.db, "SELECT 1 FROM pg_roles WHERE rolname = 'guest'")) sql(place.db, 'CREATE ROLE guest LOGIN');
  const ran = copy(place, 'sqlite:var', place.db.replace('linden@', 'guest@'));
  equal(ran.code, 1);
  matches(ran.err, /^linden: cli_\S+ at \S+: the user may not make tables in the database \(permission denied for schema public\)\n$/);
  equal(sql(place.db, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), '0');
});

onPostgres('a full disk of the server, and a text it cannot keep: nothing is there, and afterwards all is', place => {
  place.group('Northside', OWNER, ['--db', 'sqlite:var/linden.db']);
  place.run(['db', 'migrate']);
  sql(place.db, `CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
    CREATE TRIGGER full_disk BEFORE INSERT ON users EXECUTE FUNCTION full_disk()`);
  const full = copy(place, 'sqlite:var', place.db);
  equal(full.code, 1);
  matches(full.err, /: the disk of the database is full\n$/);
  equal(sql(place.db, 'SELECT count(*) FROM people'), '0');
  sql(place.db, 'DROP FUNCTION full_disk() CASCADE');
  equal(copy(place, 'sqlite:var', 'sqlite:odd.db').code, 0);
  change(join(place.folder, 'odd.db'), 'Berg', 'Be\0g');
  const odd = copy(place, 'sqlite:odd.db', place.db);
  equal(odd.code, 6, odd.err);
  matches(odd.err, /the table \w+ holds a text that PostgreSQL cannot keep: it has a zero byte or is no UTF-8\n$/);
  equal(sql(place.db, 'SELECT count(*) FROM people'), '0');
  equal(copy(place, 'sqlite:var', place.db).code, 0);
});

test('a disk that takes no more: a sentence, and afterwards all is there', place => {
  equal(place.run(['demo', 'seed']).code, 0);
  const words = ['db', 'copy', '--from', here(place), '--to', 'sqlite:file.db'];
  const few = spawnSync('sh', ['-c', `trap '' XFSZ; ulimit -f 100; exec "$@"`, 'sh', binary, ...words],
    { cwd: place.folder, env: place.environment(), encoding: 'utf8' });
  equal(few.status, 1, few.stderr);
  matches(few.stderr, /^linden: file\.db: .*disk/m);
  equal(place.run(words).code, 0);
  equal(tables(place, 'sqlite:file.db'), tables(place, here(place)));
});

// A form with one file, as browsers send it.
async function attach(url, note, cookie, name, bytes) {
  const token = tokenIn((await ask(url, note, { cookie })).body);
  const form = new FormData();
  form.append('form_token', token);
  form.append('files', new Blob([bytes]), name);
  return (await fetch(new URL(`${note}/attachments`, url), { method: 'POST', headers: { cookie }, body: form, redirect: 'manual' })).status;
}

// Every file that hangs on a note, as it is saved.
async function attached(url, note, cookie) {
  const page = (await ask(url, note, { cookie })).body, files = [];
  for (const [, path] of page.matchAll(/href="([^"]+\/attachments\/[^"]+)"/g))
    files.push(Buffer.from(await (await fetch(new URL(path, url), { headers: { cookie } })).arrayBuffer()));
  return files;
}

test('what hangs on a note is the same after a backup, a restore and a copy', async place => {
  equal(place.run(['demo', 'seed']).code, 0);
  const owner = 'amara.okafor@northside.example', inside = '/g/northside-allied-health';
  let linden = await place.serve();
  const cookie = await signIn(linden.url, owner);
  const save = async (path, form) => {
    const made = await ask(linden.url, `${inside}/${path}`, { method: 'POST', cookie, form: { ...form, form_token: tokenIn((await ask(linden.url, `${inside}/${path}/new`, { cookie })).body) } });
    equal(made.status, 303, path);
    return made.headers.location.replace(`${inside}/`, '');
  };
  const form = (await ask(linden.url, `${inside}/patients/new`, { cookie })).body;
  const patient = await save('patients', { first_name: 'Ann', last_name: 'Aster', locations: /name="locations" value="([^"]+)"/.exec(form)[1] });
  const note = `${inside}/${await save(`${patient}/notes`, { text: 'See the letter' })}`;
  const bytes = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(200000)]);
  equal(await attach(linden.url, note, cookie, 'letter.pdf', bytes), 303);
  equal(await attach(linden.url, note, cookie, 'short.txt', Buffer.from('All well.')), 303);
  await linden.stop();

  const next = elsewhere(), file = join(place.folder, 'monday.db');
  equal(place.run(['db', 'backup', file]).code, 0);
  equal(copy(place, here(place), 'sqlite:between.db').code, 0);
  equal(copy(place, 'sqlite:between.db', next).code, 0);
  const restored = place.run(['db', 'restore', file]);
  equal(restored.code, 0, restored.err);
  for (const [i, where] of [here(place), 'sqlite:between.db', next].entries()) {
    linden = await place.serve(i ? ['--db', where, '--data', `data-files-${i}`] : []);
    const again = await signIn(linden.url, owner), files = await attached(linden.url, note, again);
    equal(files.length, 2, where);
    check(files.some(f => f.equals(bytes)) && files.some(f => f.equals(Buffer.from('All well.'))), where);
    equal(await linden.stop(), 0);
  }
});

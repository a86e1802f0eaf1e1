// upgrade_test.mjs - a new version comes while the old one works: first it adds (expands), then it takes away (contracts).
//
// The new versions are real ones: this program, linked with one and with two changes of the tables more.
import { resolve } from 'node:path';
import { ask, binary, check, equal, matches, root, runAll, signIn, sql, test, until } from '../cli/lib.mjs';
import { People } from './people.mjs';

const OLGA = 'olga@northside.example', PLACES = '/g/northside/settings/locations';
const OLD = binary, EXPANDED = resolve(root, 'build/release/later/1'), CONTRACTED = resolve(root, 'build/release/later/2');

function as(place, program) {
  place.program = program;
  return place;
}
// A node stops as it does behind a proxy: that is told first.
const node = (place, program, letter) => as(place, program).serve(['--data', letter, '--leave', '2']);
async function stopped(people, server) {
  equal(await server.stop(), 0, server.err);
  await people.leave(server);
}
const tooNew = (ran, what) => {
  equal(ran.code, 1, `${what}: ${ran.out}${ran.err}`);
  matches(ran.err, /^linden: This database was made by a newer version of Linden \(it has the change 9002_contracts\)\. Use that version, or restore an older backup\.$/m, what);
};
const columns = place => sql(place.db, "SELECT string_agg(column_name, ' ') FROM information_schema.columns WHERE table_name = 'locations'");

test('two nodes are upgraded one after the other, and back, and no request fails', async place => {
  equal(as(place, OLD).group().code, 0);
  let a = await node(place, OLD, 'a'), b = await node(place, OLD, 'b');
  const people = await People.begin([a, b], OLGA);
  await people.more();
  await stopped(people, b);
  b = await node(place, EXPANDED, 'b'); // while the other one works
  people.join(b);
  equal(sql(place.db, "SELECT relforcerowsecurity AND relrowsecurity FROM pg_class WHERE relname = 'shelves'"), 't', 'the wall around a new table:');
  await until(() => people.ready().length === 2, 'both versions');
  await people.more(); // both versions, side by side
  await stopped(people, a);
  a = await node(place, OLD, 'a'); // and back, on the new tables
  people.join(a);
  await until(() => people.ready().length === 2, 'both versions');
  await people.more();
  await stopped(people, a);
  await people.more();
  a = await node(place, EXPANDED, 'a');
  people.join(a);
  await until(() => people.ready().length === 2, 'the new version twice');
  await people.more();
  await people.end();
  equal(Number(sql(place.db, "SELECT count(*) FROM locations WHERE name LIKE 'Place %'")), people.saved.length, 'what was saved:');
  for (const server of [a, b]) equal(await server.stop(), 0);
  const checked = as(place, OLD).run(['db', 'check']);
  equal(checked.code, 0, checked.err);
  matches(place.run(['audit', 'verify']).out, /The audit log is whole/);
});

test('what would break a program at work waits until that has stopped, and those that can go on', async place => {
  equal(as(place, OLD).group().code, 0);
  const old = await node(place, OLD, 'a'), expanded = await node(place, EXPANDED, 'b');
  const people = await People.begin([old, expanded], OLGA);
  await people.more();
  const refused = as(place, CONTRACTED).run(['db', 'migrate']);
  equal(refused.code, 1, refused.out);
  matches(refused.err, /^linden: a program that knows the tables only up to 0\d+_\w+ still works on the database \S+ at \S+, and could not go on: stop it first$/m);
  matches(columns(place), /short_name/);
  const contracted = await node(place, CONTRACTED, 'c');
  await until(() => /could not go on: stop it first; waiting for it/.test(contracted.err), 'the sentence');
  equal((await ask(contracted.url, '/readyz')).status, 503);
  people.join(contracted);
  await people.more();
  matches(columns(place), /short_name/);
  await stopped(people, old);
  await until(() => people.ready().length === 2, 'the newest version');
  await people.more();
  check(!/short_name/.test(columns(place)), 'the change was not made');
  await people.end();
  for (const words of [['db', 'migrate'], ['db', 'check'], ['serve', '--data', 'a', '--listen', '127.0.0.1:0']])
    tooNew(as(place, OLD).run(words), words.join(' '));
  for (const server of [expanded, contracted]) equal(await server.stop(), 0);
});

test('a node that slept through a change it cannot go on with serves nothing any more', async place => {
  equal(as(place, OLD).group().code, 0);
  const old = await node(place, OLD, 'a'), cookie = await signIn(old.url, OLGA);
  old.child.kill('SIGSTOP');
  sql(place.db, 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()');
  const made = as(place, CONTRACTED).run(['db', 'migrate']);
  equal(made.code, 0, made.err);
  old.child.kill('SIGCONT');
  await until(async () => (await ask(old.url, '/readyz')).status === 503, 'the end of being ready');
  equal((await ask(old.url, PLACES, { cookie })).status, 503);
  equal((await ask(old.url, PLACES, { cookie, method: 'POST', form: { name: 'Nowhere', time_zone: 'UTC' } })).status, 503);
  await until(() => /made by a newer version of Linden/.test(old.err), 'the sentence in the log');
  await old.stop();
});

test('on SQLite an older version takes a file of a newer one only if that says so', place => {
  delete place.db;
  equal(as(place, EXPANDED).group().code, 0);
  for (const words of [['db', 'migrate'], ['db', 'check']]) equal(as(place, OLD).run(words).code, 0, words.join(' '));
  equal(as(place, OLD).group('Southside', 'zoe@southside.example').code, 0);
  equal(as(place, CONTRACTED).run(['db', 'migrate']).code, 0);
  equal(as(place, EXPANDED).run(['db', 'migrate']).code, 0);
  tooNew(as(place, OLD).run(['db', 'migrate']), 'db migrate');
});

process.exit(await runAll(process.argv.slice(2)) ? 1 : 0);

// recipes_test.mjs - the recipes of docs/operations.md for PostgreSQL, line by line as they stand there.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { binary, check, equal, matches, onPostgres, root, server, signIn, sql } from './lib.mjs';

const guide = readFileSync(join(root, 'docs/operations.md'), 'utf8');

// The lines of the n-th block of shell under a heading.
function recipe(heading, n = 0) {
  const section = guide.split(new RegExp(`^##+ ${heading}$`, 'm'))[1]?.split(/^##+ /m)[0];
  const blocks = [...(section || '').matchAll(/```sh\n([^]*?)```/g)].map(m => m[1].replace(/\\\n/g, '').trim().split('\n'));
  check(blocks[n], `there is no recipe ${n} under "${heading}"`);
  return blocks[n];
}

// A machine on which sudo becomes nobody else, the data folder is the test's, and all
// that is called linden in the server is called `name`.
function machine(place, name) {
  const bin = join(place.folder, 'bin'), socket = /host=([^&]+)/.exec(server)[1];
  mkdirSync(bin, { recursive: true });
  for (const [tool, words] of [['sudo', '[ "$1" != -u ] || shift 2; exec "$@"'], ['systemctl', 'exit 0'], ['linden', `exec ${binary} "$@"`]]) {
    writeFileSync(join(bin, tool), `#!/bin/sh\n${words}\n`);
    chmodSync(join(bin, tool), 0o755);
  }
  const env = { ...place.environment(), PATH: `${bin}:${process.env.PATH}`, PGHOST: socket, PGUSER: 'linden', PGDATABASE: 'postgres' };
  delete env.LINDEN_DB;
  const url = `postgres://${name}@/${name}?host=${socket}`;
  const run = line => {
    const own = line.replaceAll('postgres://linden@db.example/linden', url).replaceAll('/var/lib/linden', place.data).replace('--pwprompt ', '');
    const words = /-u postgres/.test(own) ? own.replace(/\blinden(?=\b|_node|_above)(?!\.sql)/g, name) : own;
    return spawnSync('sh', ['-c', words], { cwd: place.folder, env, encoding: 'utf8' });
  };
  return { url, run, follow: lines => lines.forEach(line => { const ran = run(line); equal(ran.status, 0, `${line}: ${ran.stderr}`); }) };
}

const hashes = (place, url) => {
  const ran = place.run(['db', 'copy', '--from', url, '--to', `sqlite:${Math.random()}.db`, '--json']);
  equal(ran.code, 0, ran.err);
  return JSON.stringify(JSON.parse(ran.out).tables);
};

onPostgres('the guide: a database with roles that own nothing, an installation moved into it, a dump and its return', async place => {
  const setup = recipe('PostgreSQL in place of SQLite'), move = recipe('Moving from SQLite to PostgreSQL, and back');
  const dump = recipe('Backups of a PostgreSQL'), back = recipe('Backups of a PostgreSQL', 1);
  const name = `clinic${process.pid}`, here = machine(place, name);
  equal(place.run(['demo', 'seed', '--db', `sqlite:${place.data}/linden.db`]).code, 0);
  here.follow(setup);
  here.follow(move);
  matches(readFileSync(join(place.data, 'linden.conf'), 'utf8'), /^db = postgres:\/\/clinic/m);
  const settings = { LINDEN_DB: '', LINDEN_DATA: place.data };
  const linden = await place.serve([], settings);
  await signIn(linden.url, 'freya@northside.example');
  equal(await linden.stop(), 0);
  matches(place.run(['doctor'], { env: settings }).out, /^  ok    database clinic\d+ at /m);
  equal(sql(here.url, 'SELECT count(*) FROM users'), '0', 'the owner of the tables sees, without the roles:');

  here.follow(dump);
  const before = hashes(place, here.url);
  sql(`${server}&dbname=postgres`, `DROP DATABASE ${name}`);
  for (const role of ['', '_node', '_above']) sql(`${server}&dbname=postgres`, `DROP ROLE ${name}${role}`);
  here.follow(setup.filter(line => !/^linden db migrate/.test(line)));
  here.follow(back);
  equal(hashes(place, here.url), before);
  matches(place.run(['audit', 'verify', '--db', here.url]).out, /is whole/);

  // Under another name: its policies are for roles of the old one.
  sql(`${server}&dbname=postgres`, `ALTER DATABASE ${name} RENAME TO ${name}b`);
  const renamed = here.url.replace(`/${name}?`, `/${name}b?`), run = (...words) => place.run([...words, '--db', renamed]);
  const open = run('db', 'check'), refused = run('db', 'migrate');
  equal(open.code, 1);
  matches(open.err, /has no wall between practice groups: 'linden db migrate' builds it\n$/);
  equal(refused.code, 1);
  matches(refused.err, new RegExp(`has no roles ${name}b_node and ${name}b_above for this program`));
  sql(`${server}&dbname=postgres`, `CREATE ROLE ${name}b_node; CREATE ROLE ${name}b_above; GRANT ${name}b_node, ${name}b_above TO ${name}`);
  equal(run('db', 'migrate').code, 0);
  equal(run('db', 'check').code, 0);
  equal(hashes(place, renamed), before);
});

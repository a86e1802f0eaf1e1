// lib.mjs - two nodes that share nothing but a PostgreSQL, and people who have signed in there.
import { spawnSync } from 'node:child_process';
import { PASSWORD, ask, check, equal, signIn, tokenIn } from '../cli/lib.mjs';

export const SERVER = process.env.LINDEN_TEST_DB;
export const NEW = 'quiet rivers carry paper boats';
let databases = 0;

export function sql(url, text) {
  const ran = spawnSync('psql', ['-X', '-q', '-t', '-A', '-v', 'ON_ERROR_STOP=1', '-d', url, '-c', text], { encoding: 'utf8' });
  equal(ran.status, 0, `${text}: ${ran.stderr}`);
  return ran.stdout.trim();
}

/* Two nodes on a database of their own; a group in it, its owner, and Ben, who has signed in. */
export async function twoNodes(place) {
  const name = `nodes${process.pid}_${databases++}`, url = SERVER.replace('@/', `@/${name}`);
  sql(SERVER.replace('@/', '@/postgres'), `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`);
  const group = place.group('Northside', 'olga@northside.example', ['--db', url, '--location', 'Riverside']);
  equal(group.code, 0, group.err);
  const slug = JSON.parse(group.out).slug;
  const nodes = [];
  for (const data of ['a', 'b']) nodes.push(await place.serve(['--data', data, '--db', url]));
  const olga = await signIn(nodes[0].url, 'olga@northside.example');
  const all = { url, slug, nodes, olga, users: `/g/${slug}/settings/users` };
  await addBen(all);
  return all;
}

export async function post(node, path, cookie, form, from = path) {
  const token = tokenIn((await ask(node.url, from, { cookie })).body);
  check(token, `${from} has no form`);
  return ask(node.url, path, { method: 'POST', cookie, form: { form_token: token, ...form } });
}

export async function add(all, first, last, role) {
  const email = `${first.toLowerCase()}@northside.example`;
  const made = await post(all.nodes[0], all.users, all.olga, { first_name: first, last_name: last,
    email, email_again: email, entry: 'password', password: PASSWORD, password_again: PASSWORD,
    boxes_for: '', all_locations: '1', ...role }, `${all.users}/new`);
  equal(made.status, 303, `adding ${first}: ${/class="err"[^>]*>([^<]*)/.exec(made.body)?.[1]}`);
  const temporary = await signIn(all.nodes[0].url, email);
  equal((await post(all.nodes[0], '/sign-in/choose-password', temporary, { new_password: NEW, new_password_again: NEW })).status, 303);
  return { id: sql(all.url, `SELECT id FROM users WHERE last_name = '${last}'`), cookie: await signIn(all.nodes[1].url, email, NEW) };
}

async function addBen(all) {
  const ben = await add(all, 'Ben', 'Brandt', { role_type: 'administrator', level: 'office' });
  all.id = ben.id;
  all.ben = ben.cookie;
}

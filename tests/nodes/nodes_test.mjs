// nodes_test.mjs - two nodes share nothing but a PostgreSQL: what one does, open pages of the other hear.
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { ask, check, equal, runAll, signIn, sleep, test, tokenIn, until } from '../cli/lib.mjs';
import { NEW, SERVER, add, post, sql, twoNodes } from './lib.mjs';
import './records.mjs';
import './sign_in.mjs';

/* When something is said to the database, it says itself what time it was: psql takes long to come and to go. */
const NOW = 'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint';
function at(url, text) {
  const psql = spawn('psql', ['-X', '-q', '-t', '-A', '-v', 'ON_ERROR_STOP=1', '-d', url, '-c', `${NOW}`, '-c', text]);
  let out = '';
  psql.stdout.on('data', bytes => out += bytes);
  return new Promise((done, failed) => psql.on('close', code => code ? failed(new Error(text)) : done(Number(out.trim().split('\n')[0]))));
}

/* How long a node takes meanwhile to ask its database for nothing, at the most: on a busy machine all takes longer by that. */
function pace(node) {
  let slowest = 0, over = false;
  const asking = (async () => {
    while (!over) {
      const began = Date.now();
      await ask(node.url, '/readyz');
      slowest = Math.max(slowest, Date.now() - began);
      await sleep(10);
    }
  })();
  return async () => { over = true; await asking; return slowest; };
}

/* An open page: what it was told so far, and when it was over. */
async function listen(node, slug, cookie, query = '') {
  const socket = connect(Number(new URL(node.url).port), '127.0.0.1'), page = { text: '', over: 0, socket };
  socket.setEncoding('utf8');
  socket.on('data', text => page.text += text);
  socket.on('close', () => page.over = Date.now());
  socket.on('error', () => {});
  socket.write(`GET /g/${slug}/events${query} HTTP/1.1\r\nHost: x\r\nCookie: ${cookie}\r\n\r\n`);
  await until(() => page.text.includes('retry: '), 'an open stream');
  return page;
}

const connections = url => Number(sql(url, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%linden'"));
const deactivate = (all, node) => post(node, `${all.users}/${all.id}/deactivate`, all.olga, {});
const middle = list => [...list].sort((a, b) => a - b)[list.length >> 1];

test('a deactivation on one node ends open pages on the other, at once', async place => {
  const all = await twoNodes(place), took = [];
  await until(() => connections(all.url) === 2, 'both nodes to listen');
  for (let i = 0; i < 5; i++) {
    const ben = await listen(all.nodes[1], all.slug, all.ben), olga = await listen(all.nodes[1], all.slug, all.olga);
    const began = Date.now(), slowest = pace(all.nodes[1]);
    equal((await deactivate(all, all.nodes[0])).status, 303);
    await until(() => ben.over, 'the end of the stream');
    check(ben.text.endsWith('event: ended\ndata: access\n\n'), ben.text);
    took.push(ben.over - began - await slowest());
    equal(olga.over, 0, 'the stream of somebody else:');
    olga.socket.destroy();
    equal((await post(all.nodes[0], `${all.users}/${all.id}/activate`, all.olga, { access: 'before' })).status, 303);
    all.ben = await signIn(all.nodes[1].url, 'ben@northside.example', NEW);
  }
  check(middle(took) < 400 && Math.max(...took) < 1000, `milliseconds: ${took}`);
});

/* All that somebody can hold: a session, an open page, a key, a calendar's address, the link of an export. */
async function holdings(all, node, who) {
  const g = `/g/${all.slug}`, held = { cookie: who.cookie };
  const form = (await ask(node.url, `${g}/settings/integrations/keys/new`, { cookie: who.cookie })).body;
  const scopes = [...form.matchAll(/<select[^>]*name="(scope-[a-z]+)"/g)].map(([, name]) => [name, '1']);
  const made = await post(node, `${g}/settings/integrations/keys`, who.cookie,
    { name: 'Sync', days: '30', ...Object.fromEntries(scopes) }, `${g}/settings/integrations/keys/new`);
  held.key = /lnd_[\w-]{43}/.exec(made.body)?.[0];
  check(held.key, `no key: ${made.status}`);
  const feed = await post(node, `${g}/calendar/feed`, who.cookie, {});
  held.feed = /\/feeds\/[\w-]+\/linden\.ics/.exec(feed.body)?.[0];
  check(held.feed, `no address of the calendar: ${feed.status}`);
  sql(all.url, `UPDATE users SET export_own = 1, version = version + 1 WHERE id = '${who.id}'`);
  equal((await post(node, `${g}/my-data`, who.cookie, {})).status, 303, 'asking for an export:');
  await until(() => sql(all.url, "SELECT count(*) FROM exports WHERE state = 'ready'") === '1', 'the export');
  held.link = /name="link" value="([^"]+)"/.exec((await post(node, `${g}/my-data/link`, who.cookie, {}, `${g}/my-data`)).body)?.[1];
  check(held.link, 'no link');
  return held;
}

/* What each of them is answered on a node; the link only where it is not to be used up. */
async function opens(all, node, held) {
  const g = `/g/${all.slug}`;
  return {
    page: (await ask(node.url, `${g}/calendar`, { cookie: held.cookie })).status,
    key: (await fetch(`${node.url}/api/v1/groups/${all.slug}/users`, { headers: { authorization: `Bearer ${held.key}` } })).status,
    feed: (await fetch(node.url + held.feed)).status,
  };
}

test('nothing that somebody held opens anything on either node once the deactivation is committed', async place => {
  const all = await twoNodes(place), [a, b] = all.nodes;
  const cora = await add(all, 'Cora', 'Chen', { role_type: 'practitioner', level: 'clinical',
    profession: 'physiotherapist', registration_number: 'PHY0001234567' });
  const held = await holdings(all, b, cora);
  for (const node of all.nodes) equal(JSON.stringify(await opens(all, node, held)), '{"page":200,"key":200,"feed":200}', node.url);
  const token = tokenIn((await ask(b.url, `/g/${all.slug}/my-data`, { cookie: held.cookie })).body);
  const page = await listen(b, all.slug, held.cookie);
  equal((await post(a, `${all.users}/${cora.id}/deactivate`, all.olga, {})).status, 303);
  for (const node of [b, a]) equal(JSON.stringify(await opens(all, node, held)), '{"page":403,"key":401,"feed":404}', node.url);
  for (const node of [b, a])
    equal((await ask(node.url, `/g/${all.slug}/my-data/archive`, { method: 'POST', cookie: held.cookie, form: { form_token: token, link: held.link } })).status, 403, 'the link of the export:');
  equal(sql(all.url, 'SELECT count(*) FROM export_pieces'), '0', 'what is left of the archive:');
  await until(() => page.over, 'the end of the stream');
  equal((await post(a, `${all.users}/${cora.id}/activate`, all.olga, { access: 'before' })).status, 303);
  for (const node of all.nodes) equal(JSON.stringify(await opens(all, node, held)), '{"page":403,"key":401,"feed":404}', 'activating brings nothing back:');
});

test('what is committed without a word is found within a second', async place => {
  const all = await twoNodes(place), person = `(SELECT person_id FROM users WHERE id = '${all.id}')`;
  for (const [change, why, back] of [
    [`UPDATE users SET status = 'deactivated' WHERE id = '${all.id}'`, 'access', `UPDATE users SET status = 'active' WHERE id = '${all.id}'`],
    [`UPDATE sessions SET seen_at = seen_at - 3600000000 WHERE person_id = ${person}`, 'session', `UPDATE sessions SET seen_at = seen_at + 3600000000 WHERE person_id = ${person}`],
    [`UPDATE sessions SET ended_at = 1 WHERE person_id = ${person}`, 'session', ''],
  ]) {
    const ben = await listen(all.nodes[1], all.slug, all.ben), slowest = pace(all.nodes[1]);
    const began = await at(all.url, change);
    await until(() => ben.over, 'the end of the stream');
    check(ben.text.endsWith(`event: ended\ndata: ${why}\n\n`), ben.text);
    const more = await slowest();
    check(ben.over - began < 1000 + more, `after ${ben.over - began} ms, and ${more} of them for nothing`);
    if (back) sql(all.url, back);
  }
});

test('a node whose connection to hear on was cut hears again', async place => {
  const all = await twoNodes(place);
  await until(() => connections(all.url) === 2, 'both nodes to listen');
  sql(all.url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%linden' AND pid <> pg_backend_pid()");
  await until(() => connections(all.url) === 2, 'both nodes to listen again');
  const olga = await listen(all.nodes[1], all.slug, all.olga, '?about=users&since=0');
  await sleep(700); // what it missed
  const before = olga.text.length, ben = await listen(all.nodes[1], all.slug, all.ben, '?about=users&since=0');
  equal((await deactivate(all, all.nodes[0])).status, 303);
  await until(() => ben.over, 'the end of the stream');
  equal(olga.text.slice(before).includes('changes'), false, 'her own change:');
});

test('changes are counted across nodes', async place => {
  const all = await twoNodes(place);
  const last = sql(all.url, "SELECT seq FROM audit_heads WHERE practice_id <> ''");
  const ben = await listen(all.nodes[1], all.slug, all.ben, `?about=users&since=${last}`);
  const made = await post(all.nodes[0], all.users, all.olga, { first_name: 'Gina', last_name: 'Papas',
    role_type: 'administrator', email: 'gina@northside.example', email_again: 'gina@northside.example', entry: 'link',
    password: '', password_again: '', level: 'office', boxes_for: '', all_locations: '1' }, `${all.users}/new`);
  equal(made.status, 303);
  await until(() => ben.text.includes('event: changes\ndata: 1\n'), 'the change');
});

test('without a database no stream goes on, and nobody is told what nobody knows', async place => {
  const all = await twoNodes(place), server = SERVER.replace('@/', '@/postgres');
  const name = sql(all.url, 'SELECT current_database()');
  const ben = await listen(all.nodes[1], all.slug, all.ben), slowest = pace(all.nodes[0]);
  sql(server, `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
  const began = await at(server, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);
  await until(() => ben.over, 'the end of the stream');
  check(!ben.text.includes('event:'), ben.text);
  const more = await slowest();
  check(ben.over - began < 3000 + more, `after ${ben.over - began} ms, and ${more} of them for nothing`);
});

test('a database that does not answer ends streams as well', async place => {
  const all = await twoNodes(place);
  const ben = await listen(all.nodes[1], all.slug, all.ben), slowest = pace(all.nodes[0]);
  const holding = at(all.url, 'BEGIN; LOCK TABLE users; SELECT pg_sleep(6)');
  await until(() => ben.over, 'the end of the stream');
  check(!ben.text.includes('event:'), ben.text);
  const more = await slowest(), began = await holding;
  check(ben.over - began < 4000 + more, `after ${ben.over - began} ms, and ${more} of them for nothing`);
  (await listen(all.nodes[1], all.slug, all.ben)).socket.destroy(); // and then they are there again
});

process.exit(await runAll(process.argv.slice(2)) ? 1 : 0);

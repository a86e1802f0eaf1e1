// webhooks_test.mjs - messages that arrive at a real program, signatures checked by somebody else's library.
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createRequire } from 'node:module';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask, check, equal, matches, root, signIn, test, tokenIn, until } from './lib.mjs';

const { Webhook } = createRequire(join(root, 'tests/browser/package.json'))('standardwebhooks');
const GROUP = '/g/northside/settings/';

// A program that is told: `answer` says how it answers; what came stands in `got`.
async function receiver(answer, tls) {
  const got = [];
  const take = (rq, rs) => {
    let body = '';
    rq.on('data', bytes => body += bytes);
    rq.on('end', () => {
      const message = { path: rq.url, headers: rq.headers, body, at: Date.now() };
      got.push(message);
      answer(message, rs, got.length);
    });
  };
  const server = tls ? createTlsServer(tls, take) : createServer(take);
  let connections = 0;
  server.on('connection', () => connections++);
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  return { got, connections: () => connections, port: server.address().port, close: () => { server.closeAllConnections(); server.close(); } };
}

// Somebody at the pages.
async function owner(place, more) {
  place.group();
  const server = await place.serve(more);
  const cookie = await signIn(server.url, 'olga@northside.example');
  const get = async path => (await ask(server.url, `${GROUP}${path}`, { cookie })).body;
  const form_token = tokenIn(await get('locations/new'));
  const post = (path, form = {}) => ask(server.url, `${GROUP}${path}`, { method: 'POST', cookie, form: { form_token, ...form } });
  const connect = async url => {
    const made = await post('integrations/webhooks', { url, events: 'location.added' });
    equal(made.status, 200, made.body);
    return { secret: /whsec_[\w+/=]+/.exec(made.body)[0], path: /integrations\/webhooks\/\w{20,}/.exec(made.body)[0] };
  };
  const happen = async name => equal((await post('locations', { name, time_zone: 'UTC' })).status, 303);
  return { server, get, post, connect, happen };
}
const patient = 40000; // ms: messages are looked for every five seconds

test('a webhook arrives signed, comes again until it is taken, and once more when asked', async place => {
  const program = await receiver((message, rs, nth) => {
    rs.writeHead(nth === 1 ? 500 : 200, { 'content-type': 'text/html' });
    rs.end(nth === 1 ? '<script>alert(1)</script>' : 'ok');
  });
  const { server, get, post, connect, happen } = await owner(place, ['--webhooks', 'any']);
  const { secret, path } = await connect(`http://127.0.0.1:${program.port}/in?key=sesame`);
  await happen('Hillside');
  await until(() => program.got.length === 1, 'the message', patient);

  const [first] = program.got;
  equal(first.path, '/in?key=sesame');
  equal(first.headers['content-type'], 'application/json');
  const hook = new Webhook(secret);
  const told = hook.verify(first.body, first.headers); // throws unless all is right
  equal(told.type, 'location.added');
  equal(Object.keys(told.data).sort().join(), 'by_user_id,id,practice_id');
  check(!first.body.includes('Hillside'), 'ids and nothing else');
  check(Math.abs(Date.parse(told.timestamp) - first.at) < 120000, told.timestamp);
  for (const [what, change] of [['body', m => ({ ...m, body: m.body.replace('added', 'moved') })],
    ['id', m => ({ ...m, headers: { ...m.headers, 'webhook-id': `${m.headers['webhook-id']}x` } })],
    ['moment', m => ({ ...m, headers: { ...m.headers, 'webhook-timestamp': String(Number(m.headers['webhook-timestamp']) + 1) } })]]) {
    let refused = false;
    const changed = change(first);
    try { hook.verify(changed.body, changed.headers); } catch { refused = true; }
    check(refused, `another ${what} has the same signature`);
  }

  // What it answered is shown, as text; then somebody has it sent again at once.
  const page = await until(async () => { const body = await get(path); return /500 <bdi>/.test(body) && body; }, 'the answer', patient);
  matches(page, /500 <bdi>&lt;script&gt;alert\(1\)&lt;\/script&gt;<\/bdi>/);
  const message = /messages\/(\w{20,})/.exec(page)[1];
  equal(message, first.headers['webhook-id']);
  equal((await post(`${path}/messages/${message}`)).status, 303);
  await until(() => program.got.length === 2, 'the message once more', patient);
  equal(program.got[1].headers['webhook-id'], message);
  equal(program.got[1].body, first.body);
  hook.verify(program.got[1].body, program.got[1].headers);
  await until(async () => /200 <bdi>ok/.test(await get(path)), 'that it was taken', patient);

  // Disabled, it hears of nothing; its removal leaves nothing.
  equal((await post(`${path}/disable`)).status, 303);
  await happen('Lakeside');
  equal((await post(`${path}/enable`)).status, 303);
  equal((await post(`${path}/test`)).status, 303);
  await until(() => program.got.length === 3, 'a test', patient);
  equal(JSON.parse(program.got[2].body).type, 'webhook.test');
  equal((await post(`${path}/removal`)).status, 303);
  check(!server.err.includes('sesame') && !server.out.includes(secret), 'the log knows no secret');
  equal(await server.stop(), 0);
  program.close();
});

test('a webhook goes nowhere else: no redirect, no wrong certificate, no private address, no long wait', async place => {
  const elsewhere = await receiver((message, rs) => rs.end('got it'));
  const folder = mkdtempSync(join(tmpdir(), 'linden-tls-'));
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1',
    '-keyout', join(folder, 'key'), '-out', join(folder, 'cert')], { stdio: 'ignore' });
  const tls = await receiver((message, rs) => rs.end('got it'), { key: readFileSync(join(folder, 'key')), cert: readFileSync(join(folder, 'cert')) });
  const turning = await receiver((message, rs) => { rs.writeHead(307, { location: `http://127.0.0.1:${elsewhere.port}/` }); rs.end('over there'); });
  const endless = await receiver((message, rs) => { rs.writeHead(200); rs.on('error', () => {}); const more = () => rs.destroyed || rs.write('x'.repeat(4096), more); more(); });
  const silent = await receiver(() => {});
  const { server, get, connect, happen } = await owner(place, ['--webhooks', 'any']);
  const hooks = {};
  for (const [name, url] of Object.entries({ turning: `http://127.0.0.1:${turning.port}/`, tls: `https://127.0.0.1:${tls.port}/`,
    endless: `http://127.0.0.1:${endless.port}/`, silent: `http://127.0.0.1:${silent.port}/` })) hooks[name] = (await connect(url)).path;
  await happen('Hillside');
  const answer = (name, pattern) => until(async () => pattern.test(await get(hooks[name])), `${name}: ${pattern}`, 2 * patient);
  await answer('turning', /307 <bdi>over there<\/bdi>/);
  await answer('tls', /<bdi>[^<]*certificate[^<]*<\/bdi>/i);
  await answer('endless', /200 <bdi>x{300}<\/bdi>/);
  await answer('silent', /<bdi>[^<]*timed out[^<]*<\/bdi>/i);
  equal(elsewhere.got.length, 0);
  equal(tls.got.length, 0);
  equal(await server.stop(), 0);

  // The same database, and a host that allows public addresses only: not even a name that leads here is connected to.
  const before = [silent.connections(), tls.connections()].join();
  check(tls.connections() > 0, 'there was a connection to the wrong certificate');
  const strict = await place.serve();
  const cookie = await signIn(strict.url, 'olga@northside.example');
  const page = await ask(strict.url, `${GROUP}${hooks.silent}`, { cookie });
  const message = /messages\/(\w{20,})/.exec(page.body)[1];
  const again = await ask(strict.url, `${GROUP}${hooks.silent}/messages/${message}`, { method: 'POST', cookie, form: { form_token: tokenIn(page.body) } });
  equal(again.status, 303);
  await until(async () => /none that is called/.test((await ask(strict.url, `${GROUP}${hooks.silent}`, { cookie })).body), 'the refusal', patient);
  const post = (path, form) => ask(strict.url, `${GROUP}${path}`, { method: 'POST', cookie, form: { form_token: tokenIn(page.body), ...form } });
  const made = await post('integrations/webhooks', { url: `https://inside.localhost:${tls.port}/`, events: 'location.added' });
  const named = /integrations\/webhooks\/\w{20,}/.exec(made.body)[0];
  equal((await post(`${named}/test`)).status, 303);
  await until(async () => /private network/.test((await ask(strict.url, `${GROUP}${named}`, { cookie })).body), 'the refusal of a name', patient);
  equal([silent.connections(), tls.connections()].join(), before);
  equal(await strict.stop(), 0);
  for (const r of [elsewhere, tls, turning, endless, silent]) r.close();
  rmSync(folder, { recursive: true, force: true });
});

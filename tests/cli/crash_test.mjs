// crash_test.mjs - the real server is killed in the middle of writing, and started again.
//
// Clients add, invite and deactivate people over connections that stay open,
// and note what was acknowledged.  Whatever the moment: what was acknowledged
// is there, with its entry in the audit log and its letter; what was not is
// there as a whole or not at all.  CRASHES=50 in the environment kills oftener.
import { Agent, request } from 'node:http';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ask, check, equal, matches, signIn, sleep, test, tokenIn, until } from './lib.mjs';

const ROUNDS = Number(process.env.CRASHES || 6), CLIENTS = 4, MOST = 40;
const OWNER = 'olga@northside.example';

// One request of a client that keeps its connection; null if the server died before it answered.
function send(agent, url, path, cookie, form) {
  const body = form && new URLSearchParams(form).toString();
  const headers = { cookie, ...(body && { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) }) };
  return new Promise(done => {
    const sent = request(new URL(path, url), { method: body ? 'POST' : 'GET', headers, agent }, answer => {
      let text = '';
      answer.on('data', bytes => text += bytes);
      answer.on('end', () => done(answer.complete ? { status: answer.statusCode, body: text } : null));
      answer.on('error', () => done(null));
    });
    sent.on('error', () => done(null));
    sent.end(body);
  });
}

const userIn = page => /\/settings\/users\/([0-9a-z]{26})"/.exec(page)?.[1];

// Works until the server is gone.  `people`: name -> { email, how, added, left }, each true (acknowledged),
// false (asked for; nobody knows) or undefined.
async function client(url, users, cookie, form_token, letter, people, acknowledged) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let i = 0; i < MOST; i++) {
    const name = `Q${letter}${String(i).padStart(3, '0')}`, how = i % 3 === 1 ? 'invitation' : 'link';
    const email = `${name.toLowerCase()}@x.example`;
    const person = people[name] = { email, how, added: false };
    const added = await send(agent, url, users, cookie, { form_token, first_name: 'Ann', last_name: name, role_type: 'administrator',
      level: 'office', boxes_for: '', all_locations: '1', email, email_again: email, entry: how });
    if (!added) break;
    equal(added.status, 303, `adding ${name}:`);
    person.added = true;
    acknowledged();
    if (i % 3 !== 2) continue;
    const list = await send(agent, url, `${users}?filtered=1&text=${name}`, cookie);
    if (!list) break;
    const id = userIn(list.body.slice(list.body.indexOf('<tbody')));
    check(id, `${name} was acknowledged and is not in the list`);
    person.left = false;
    const left = await send(agent, url, `${users}/${id}/deactivate`, cookie, { form_token, tell: '1', note: '' });
    if (!left) break;
    equal(left.status, 303, `deactivating ${name}:`);
    person.left = true;
  }
  agent.destroy();
}

const unfold = text => text.replace(/=\r?\n/g, '').replace(/=3D/g, '=');

function readLetters(folder) {
  const files = existsSync(folder) ? readdirSync(folder).filter(f => f.endsWith('.eml')) : [];
  const letters = files.map(f => {
    const text = readFileSync(join(folder, f), 'utf8');
    return { id: /^Message-ID: (.*)$/mi.exec(text)[1], to: /^To: .*?([^\s<>]+@[^\s<>]+?)>?\r?$/m.exec(text)[1],
      subject: /^Subject: (.*?)\r?$/m.exec(text)[1], links: [...new Set(unfold(text).match(/\/(?:set-up|invitations)\/[\w-]{43}/g))] };
  });
  equal(new Set(letters.map(l => l.id)).size, letters.length, 'letters with the same Message-ID:');
  return letters;
}

const rows = page => (/<tbody>(.*?)<\/tbody>/s.exec(page)?.[1].match(/<tr/g) || []).length;

// What is there about one person: { user, left, invited } in the list, and how often each stands in the log.
async function found(url, base, cookie, name) {
  const list = (await ask(url, `${base}/users?filtered=1&text=${name}&deactivated=1&status=all`, { cookie })).body;
  const table = list.slice(list.indexOf('<tbody'));
  const log = async action => rows((await ask(url, `${base}/audit?action=${action}&q=${name}`, { cookie })).body);
  const id = userIn(table);
  const page = id && (await ask(url, `${base}/users/${id}/deactivate`, { cookie })).body;
  return { user: Boolean(id), left: Boolean(id && /is deactivated/.test(page)), invited: !id && table.includes(name),
    logged: { 'user.added': await log('user.added'), 'user.deactivated': await log('user.deactivated'), 'invitation.sent': await log('invitation.sent') } };
}

async function compare(url, base, cookie, name, person, letters) {
  const is = await found(url, base, cookie, name), what = `${name} (${JSON.stringify(person)}): ${JSON.stringify(is)}`;
  const here = person.how === 'link' ? is.user : is.invited;
  check(here || !person.added, `acknowledged and gone: ${what}`);
  check(is.left || !person.left, `deactivated and back: ${what}`);
  check(!(is.left && person.left === undefined), `deactivated by nobody: ${what}`);
  equal(is.logged['user.added'], Number(is.user), `added, and in the log: ${what}`);
  equal(is.logged['invitation.sent'], Number(is.invited), `invited, and in the log: ${what}`);
  equal(is.logged['user.deactivated'], Number(is.left), `deactivated, and in the log: ${what}`);
  const got = letters.filter(l => l.to === person.email);
  const first = got.filter(l => /invites you|Choose your password/.test(l.subject)), last = got.filter(l => /has ended/.test(l.subject));
  // Whoever was deactivated before the first letter left is sent none.
  check(first.length === Number(here) || (is.left && first.length === 0), `${first.length} first letters: ${what}`);
  equal(last.length, Number(is.left), `letters about the end: ${what}`);
  for (const letter of first) {
    equal(letter.links.length, 1, `links in a letter: ${what}`);
    if (!is.left) equal((await ask(url, letter.links[0])).status, 200, `the link of ${what}`);
  }
}

async function eventually(holds, end = Date.now() + 30000) {
  try { return await holds(); } catch (error) { if (Date.now() > end) throw error; }
  await sleep(400);
  return eventually(holds, end);
}

test(`kill -9 in the middle of mixed writes, ${ROUNDS} times: nothing acknowledged is lost, nothing is torn`, async place => {
  const mail = join(place.data, 'mail');
  let changes = 0, unknown = 0;
  for (let round = 0; round < ROUNDS || (unknown === 0 && round < ROUNDS * 4); round++) {
    const made = place.group(`Round ${round}`, OWNER);
    equal(made.code, 0, made.err);
    const base = `/g/${JSON.parse(made.out).slug}/settings`, people = {};
    let server = await place.serve();
    const cookie = (await signIn(server.url, OWNER)).split('; ').find(c => c.startsWith('linden='));
    const form_token = tokenIn((await ask(server.url, '/me', { cookie })).body);
    // Killed a moment after so many changes, long before any client is through: all are asking.
    let left = 1 + Math.floor(Math.random() * MOST * CLIENTS / 2);
    const enough = new Promise((done, failed) => {
      const clients = Array.from({ length: CLIENTS }, (_, i) =>
        client(server.url, `${base}/users`, cookie, form_token, `${'ABCDEFGH'[i]}${round}x`, people, () => --left === 0 && done(clients)));
      Promise.all(clients).then(() => failed(new Error('the clients ended before the server')), failed);
    });
    const clients = await enough;
    await sleep(Math.random() * 10);
    equal(await server.stop('SIGKILL'), 'SIGKILL');
    await Promise.all(clients);
    changes += Object.values(people).filter(p => p.added).length;
    unknown += Object.values(people).filter(p => !p.added || p.left === false).length;
    const verified = place.run(['audit', 'verify']);
    equal(verified.code, 0, verified.out + verified.err);

    server = await place.serve();
    equal((await ask(server.url, '/me', { cookie })).status, 200, 'the session of before');
    let count = -1; // the queue is likely to be empty once nothing comes any more; else what is missing comes
    await until(async () => { const before = count; await sleep(400); return before === (count = readLetters(mail).length); }, 'the last letter', 30000);
    for (const [name, person] of Object.entries(people)) await eventually(() => compare(server.url, base, cookie, name, person, readLetters(mail)));
    equal(await server.stop(), 0);
    matches(place.run(['audit', 'verify']).out, /The audit log is whole/);
  }
  check(changes >= ROUNDS * 4, `only ${changes} changes were acknowledged`);
  check(unknown > 0, 'no request was ever cut off');
});

// serve_test.mjs - starting, stopping, logs, jobs; nothing is lost on the way.
import { existsSync, readFileSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ask, check, equal, matches, signIn, sleep, test, tokenIn, until } from './lib.mjs';

test('serve makes its folder, says where it listens, is ready, and ends cleanly', async place => {
  const server = await place.serve(['--data', 'deep/er/data']);
  matches(server.out, /^Linden listens on http:\/\/127\.0\.0\.1:\d+\n$/);
  equal((await ask(server.url, '/healthz')).status, 200);
  equal((await ask(server.url, '/readyz')).status, 200);
  equal((await ask(server.url, '/g/nowhere/settings/users')).status, 303);
  equal(statSync(join(place.folder, 'deep/er/data')).mode & 0o777, 0o700);
  equal(await server.stop('SIGINT'), 0);
});

test('the data folder is served once', async place => {
  const server = await place.serve();
  const second = place.run(['serve', '--listen', '127.0.0.1:0']);
  equal(second.code, 5);
  equal(second.err, 'linden: another linden serves the data folder ./var: stop it first\n');
  await server.stop();
  await (await place.serve()).stop();
});

test('an address in use is a sentence and exit code 1', async place => {
  const server = await place.serve();
  const ran = place.run(['serve', '--data', 'other', '--listen', server.url.slice(7)]);
  equal(ran.code, 1);
  matches(ran.err, /linden: cannot listen on 127\.0\.0\.1:\d+: .*in use/);
  await server.stop();
});

test('tables of places are read where they are named, and one that is none keeps nobody from serving', async place => {
  const [good, bad] = ['geoip', 'bad'].map(name => join(place.folder, name));
  writeFileSync(good, '16777216,16777471,AU');
  writeFileSync(bad, 'hello\n');
  const server = await place.serve(['--places', good], {});
  equal(/places/.test(server.err), false, server.err);
  equal(await server.stop(), 0);
  matches(place.run(['doctor'], { env: { LINDEN_PLACES: good } }).out, /^  ok    table of places \S+geoip, 0 days old$/m);
  const other = await place.serve(['--places', bad, '--places', good]);
  matches(other.err, /^linden: \S+bad: line 1 is no range like 16777216,16777471,AU; addresses are shown without the places it says$/m);
  equal((await ask(other.url, '/healthz')).status, 200);
  equal(await other.stop(), 0);
  const { out, code } = place.run(['doctor', '--places', bad, '--places', join(place.folder, 'none')]);
  equal(code, 1);
  matches(out, /WRONG table of places \S+bad, 0 days old: line 1 is no range like/);
  matches(out, /WRONG table of places \S+none: it cannot be read: No such file or directory/);
});

test('a local socket can be listened on', async place => {
  const path = join(place.folder, 'socket');
  const server = await place.serve(['--listen', `unix:${path}`, '--trusted-proxy', 'unix']);
  equal((await ask(`unix:${path}`, '/healthz')).status, 200);
  equal(await server.stop(), 0);
});

test('the log goes on in a new file after SIGHUP, one line of JSON a request, without secrets', async place => {
  place.group();
  const log = join(place.folder, 'linden.log');
  const server = await place.serve(['--log', log]);
  await signIn(server.url, 'olga@northside.example');
  await ask(server.url, '/password-reset/0123456789012345678901234567890123456789abc');
  await until(() => /password-reset/.test(readFileSync(log, 'utf8')), 'a line in the log');
  renameSync(log, `${log}.1`);
  server.child.kill('SIGHUP');
  await until(() => existsSync(log), 'a new log');
  await ask(server.url, '/healthz');
  equal(await server.stop(), 0);
  const lines = `${readFileSync(`${log}.1`, 'utf8')}${readFileSync(log, 'utf8')}`.trim().split('\n').map(l => JSON.parse(l));
  check(lines.some(l => l.event === 'ready') && lines.at(-1).event === 'stopped', 'first and last');
  const requests = lines.filter(l => l.event === 'request');
  check(requests.length >= 4 && requests.every(l => l.method && Number.isInteger(l.status) && Number.isInteger(l.us)), 'requests');
  check(!JSON.stringify(lines).match(/0123456789|maple|olga/), 'a secret or a name in the log');
  check(!readFileSync(log, 'utf8').includes('"event":"ready"') && readFileSync(log, 'utf8').includes('log_opened_again'), 'the new file has the new lines');
  equal(statSync(log).mode & 0o027, 0);
});

test('the service manager hears when it is ready, alive, and stopping', async place => {
  // Datagrams between local sockets are beyond Node; perl is on every Debian.
  const path = join(place.folder, 'notify'), heard = join(place.folder, 'heard');
  const ear = spawn('perl', ['-MSocket', '-e', `
    socket(S, AF_UNIX, SOCK_DGRAM, 0) and bind(S, pack_sockaddr_un($ARGV[0])) or die; alarm 30;
    while (defined recv(S, $w, 200, 0)) { open F, '>>', $ARGV[1]; print F "$w\n"; close F; last if $w eq 'STOPPING=1' }`,
    path, heard]);
  await until(() => existsSync(path), 'the ear');
  const server = await place.serve([], { NOTIFY_SOCKET: path, WATCHDOG_USEC: '200000' });
  await until(() => existsSync(heard) && /READY=1\n(.*\n)*WATCHDOG=1/.test(readFileSync(heard, 'utf8')), 'signs of life');
  await server.stop();
  await until(() => /STOPPING=1/.test(readFileSync(heard, 'utf8')), 'the end');
  ear.kill();
});

// Mails of password resets: each answered request must bring exactly one.
test('SIGTERM in the middle of work loses no request that was answered, and no mail', async place => {
  const people = 12, mail = join(place.data, 'mail');
  for (let i = 0; i < people; i++) equal(place.group(`Group ${i}`, `p${i}@x.example`).code, 0);
  let server = await place.serve();
  const page = await ask(server.url, '/password-reset');
  const cookie = page.headers['set-cookie'][0].split(';')[0], form_token = tokenIn(page.body);
  const accepted = [];
  let begun;
  const first = new Promise(done => begun = done);
  const asking = Array.from({ length: people }, (_, i) =>
    sleep(i * 4).then(() => ask(server.url, '/password-reset', { method: 'POST', cookie, form: { form_token, email: `p${i}@x.example` } }))
      .then(answer => { if (answer.status < 400) { accepted.push(i); begun(); } }, () => {}));
  await Promise.race([first, Promise.all(asking)]);
  equal(await server.stop(), 0);
  await Promise.all(asking);
  check(accepted.length > 0, 'some request was answered');
  server = await place.serve();
  const letters = () => existsSync(mail) ? readdirSync(mail).filter(f => f.endsWith('.eml')).map(f => readFileSync(join(mail, f), 'utf8')).filter(t => /\/password-reset\//.test(t.replace(/=\r?\n/g, ''))) : [];
  await until(() => letters().length >= accepted.length, `${accepted.length} mails`, 20000);
  await server.stop();
  for (const i of accepted) equal(letters().filter(t => t.includes(`p${i}@x.example`)).length, 1, `mails to p${i}:`);
});

test('commands that write run beside the server', async place => {
  const server = await place.serve();
  equal(place.group().code, 0);
  await signIn(server.url, 'olga@northside.example');
  equal(place.run(['db', 'check']).code, 0);
  await server.stop();
});

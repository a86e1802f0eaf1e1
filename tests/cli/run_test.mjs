// run_test.mjs - what make run does after building, twice.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ask, binary, check, equal, root, signIn, test, tokenIn, until, onSqlite } from './lib.mjs';

async function run(place) {
  const env = { ...process.env, LINDEN_DATA: place.data, LINDEN_LISTEN: '127.0.0.1:0' };
  const child = spawn(join(root, 'tools/run.sh'), { env });
  let out = '';
  child.stdout.on('data', bytes => out += bytes);
  const ended = new Promise(done => child.on('exit', done));
  await until(() => /listens on/.test(out), 'the address');
  return { out, url: /listens on (\S+)/.exec(out)[1], stop: () => (child.kill(), ended) };
}

onSqlite('make run says where, whom to sign in as and where mail lands; the second time keeps the data', async place => {
  if (!binary.endsWith('build/linden')) return; // run.sh runs that one
  const path = '/g/northside-allied-health/settings/locations';
  const first = await run(place);
  check(/amara\.okafor@northside\.example/.test(first.out) && /password: quiet-harbour-maple-lamp/.test(first.out), first.out);
  check(first.out.includes(`Mail lands in:        ${place.data}/mail`), first.out);
  const cookie = await signIn(first.url, 'amara.okafor@northside.example');
  const form = { form_token: tokenIn((await ask(first.url, `${path}/new`, { cookie })).body), name: 'Hilltop', time_zone: 'Australia/Melbourne' };
  equal((await ask(first.url, path, { method: 'POST', cookie, form })).status, 303);
  equal(await first.stop(), 0);
  const second = await run(place);
  check(/nothing was changed/.test(second.out), second.out);
  const page = await ask(second.url, path, { cookie });
  check(page.status === 200 && page.body.includes('Hilltop'), 'the location, and the session');
  equal(await second.stop(), 0);
});

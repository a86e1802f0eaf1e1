// second_step_test.mjs - the key beside the database, what doctor says of it, and the host's way to remove a second step.
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { PASSWORD, ask, check, equal, matches, signIn, test, tokenIn } from './lib.mjs';

const OLGA = 'olga@northside.example';

function code(secret, later = 0) {
  const bits = [...secret.replaceAll(' ', '')].map(c => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + later));
  const digest = createHmac('sha1', Buffer.from(bits.match(/.{8}/g).map(b => parseInt(b, 2)))).update(counter).digest();
  return String((digest.readUInt32BE(digest[19] & 15) & 0x7fffffff) % 1000000).padStart(6, '0');
}

test('the key is made beside the database, doctor says whether it fits, the host removes a second step', async place => {
  place.group();
  const key = join(place.data, 'linden.key');
  matches(place.run(['doctor']).out, /ok +key of authenticator apps, file .*linden\.key; linden serve makes it/);
  check(!existsSync(key), 'doctor makes nothing');
  let server = await place.serve();
  equal(statSync(key).mode & 0o777, 0o600);
  const made = readFileSync(key, 'utf8');
  matches(made, /^[\w-]{43}\n$/);
  const cookie = await signIn(server.url, OLGA);
  const token = tokenIn((await ask(server.url, '/me/sign-in/apps/new', { cookie })).body);
  const begun = await ask(server.url, '/me/sign-in/apps', { method: 'POST', cookie, form: { form_token: token, name: 'Phone', password: PASSWORD } });
  equal(begun.status, 303, begun.body);
  const page = await ask(server.url, begun.headers.location, { cookie });
  const secret = /<p class="once" dir="ltr">([A-Z2-7 ]+)</.exec(page.body)[1];
  const proven = await ask(server.url, begun.headers.location, { method: 'POST', cookie, form: { form_token: token, code: code(secret) } });
  equal(proven.status, 200, proven.body);
  equal(await server.stop(), 0);

  matches(place.run(['doctor']).out, /ok +key of authenticator apps, file .*linden\.key$/m);
  equal(place.run(['person', 'second-step', '--email', OLGA]).out, '1 authenticator app, 10 recovery codes left\n');
  const backup = place.run(['db', 'backup', join(place.folder, 'copy.db')]);
  equal(backup.code, 0, backup.err);
  const copy = readFileSync(join(place.folder, 'copy.db'), 'latin1');
  check(copy.includes('Phone'), 'the backup knows the app');
  for (const hidden of [made.trim(), secret.replaceAll(' ', '')]) check(!copy.includes(hidden), 'the backup holds no secret');

  // Another key, none, and what is no key: the server goes on.
  renameSync(key, `${key}.old`);
  server = await place.serve();
  check(readFileSync(key, 'utf8') !== made, 'a new one is made');
  equal(await server.stop(), 0);
  matches(place.run(['doctor']).out, /WRONG key of authenticator apps, file .*: it opens 0 of 1 secrets; put the old key there/);
  writeFileSync(key, 'rubbish\n');
  matches(place.run(['doctor']).out, /WRONG key of authenticator apps, .*holds no key: 43 letters on one line/);
  server = await place.serve();
  equal((await ask(server.url, '/sign-in')).status, 200);
  equal(await server.stop(), 0);
  const named = join(place.folder, 'shared.key');
  server = await place.serve(['--key', named]);
  equal(await server.stop(), 0);
  check(!existsSync(named), 'one that was named is never made');
  writeFileSync(named, made, { mode: 0o600 });
  matches(place.run(['doctor', '--key', named]).out, /ok +key of authenticator apps, file .*shared\.key$/m);

  equal(place.run(['person', 'second-step', '--email', 'nobody@x.example']).code, 3);
  const removed = place.run(['person', 'second-step', '--email', OLGA, '--remove', '--json']);
  equal(removed.out, '{"apps":0,"recovery_codes":0}\n', removed.err);
  equal(place.run(['person', 'second-step', '--email', OLGA, '--remove']).code, 3);
  equal(place.run(['person', 'second-step', '--email', OLGA]).out, 'There is no second step\n');
});

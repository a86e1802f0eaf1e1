// sign_in.mjs - guessing, and codes that are good once, at two nodes at the same moment.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask, check, equal, test, tokenIn } from '../cli/lib.mjs';
import { code } from '../browser/totp.mjs';
import { NEW, post, sql, twoNodes } from './lib.mjs';

const BEN = 'ben@northside.example', MANY = 24;
const cookieOf = answer => (answer.headers['set-cookie'] ?? []).map(c => c.split(';')[0]).join('; ');

/* Ben has an app; the nodes have one key, as the guide for several machines says. */
async function withApp(place) {
  const all = await twoNodes(place);
  equal(await all.nodes[1].stop(), 0);
  copyFileSync(join(place.folder, 'a/linden.key'), join(place.folder, 'b/linden.key'));
  all.nodes[1] = await place.serve(['--data', 'b', '--db', all.url]);
  const begun = await post(all.nodes[0], '/me/sign-in/apps', all.ben, { name: 'Phone', password: NEW }, '/me/sign-in/apps/new');
  const page = await ask(all.nodes[0].url, begun.headers.location, { cookie: all.ben });
  all.secret = /<p class="once" dir="ltr">([A-Z2-7 ]+)</.exec(page.body)[1];
  equal((await post(all.nodes[1], begun.headers.location, all.ben, { code: code(all.secret, -1) })).status, 200, 'the app is proven at the other node:');
  return all;
}

/* The page to sign in, filled in and not yet sent. */
async function filledIn(node, password) {
  const page = await ask(node.url, '/sign-in');
  const form = { form_token: tokenIn(page.body), email: BEN, password };
  return () => ask(node.url, '/sign-in', { method: 'POST', cookie: cookieOf(page), form });
}

/* A session that waits for a code, and the code filled in. */
async function halfIn(all, node, typed) {
  const signedIn = await (await filledIn(node, NEW))();
  equal(signedIn.headers.location, '/sign-in/second-step', 'the right password:');
  const cookie = cookieOf(signedIn), page = await ask(node.url, '/sign-in/second-step', { cookie });
  return () => ask(node.url, '/sign-in/second-step', { method: 'POST', cookie, form: { form_token: tokenIn(page.body), code: typed() } });
}

/* Made ready one after another, and sent to both nodes at once: how many were answered how. */
async function atOnce(all, ready) {
  const waiting = [];
  for (let i = 0; i < MANY; i++) waiting.push(await ready(all.nodes[i % 2]));
  const count = {};
  for (const answer of await Promise.all(waiting.map(send => send()))) count[answer.status] = (count[answer.status] ?? 0) + 1;
  return count;
}

test('of many who use one code at both nodes at once, one gets in', async place => {
  const all = await withApp(place);
  let typed;
  const count = await atOnce(all, node => halfIn(all, node, () => typed ??= code(all.secret)));
  equal(count[303], 1, JSON.stringify(count));
  equal(sql(all.url, `SELECT count(*) FROM sessions WHERE person_id = (SELECT person_id FROM users WHERE id = '${all.id}') AND waits_for = 0 AND ended_at IS NULL`),
    '2', 'the session in which the app was added, and one:');
});

test('of many wrong codes and passwords at both nodes at once, five of each are looked at', async place => {
  const all = await withApp(place);
  const codes = await atOnce(all, node => halfIn(all, node, () => 'aaaa-aaaa-aaaa-aaaa'));
  equal(JSON.stringify(codes), JSON.stringify({ 422: 5, 429: MANY - 5 }), 'codes:');
  const passwords = await atOnce(all, node => filledIn(node, 'not his at all'));
  equal(JSON.stringify(passwords), JSON.stringify({ 422: 5, 429: MANY - 5 }), 'passwords:');
  check(Number(sql(all.url, 'SELECT max(n) FROM tries')) === 5, 'no more is counted');
});

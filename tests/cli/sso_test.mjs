// sso_test.mjs - single sign-on: a provider that behaves, and one that does everything it must not.
import { createHmac } from 'node:crypto';
import { ask, check, equal, matches, PASSWORD, sleep, test, tokenIn, until } from './lib.mjs';
import { Provider, b64, makeKey, publicPem, seconds, token } from './provider.mjs';

const GROUP = '/g/northside', DOOR = '/sso/northside', SETTINGS = `${GROUP}/settings/integrations/single-sign-on`, OWN = `${GROUP}/single-sign-on`;

// A browser that keeps its cookies and follows nothing, at a desk of its own: failures slow an address down.
let desks = 0;
class Person {
  constructor(url) { this.url = url; this.jar = new Map(); this.address = `198.51.100.${++desks % 250 + 1}`; }
  async ask(path, options = {}) {
    const cookie = [...this.jar].map(([k, v]) => `${k}=${v}`).join('; ');
    const answer = await ask(this.url, path, { ...options, cookie, more: { 'x-forwarded-for': this.address } });
    for (const line of answer.headers['set-cookie'] || []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      if (value && !/Max-Age=0/.test(line)) this.jar.set(name, value); else this.jar.delete(name);
    }
    return answer;
  }
  get(path) { return this.ask(path); }
  // The form of a page, with what stands hidden in it.
  async post(path, form = {}, from = path) {
    const body = typeof from === 'string' ? (await this.get(from)).body : from.body;
    const hidden = Object.fromEntries([...body.matchAll(/<input type="hidden" name="(code|state|iss|error)" value="([^"]*)"/g)].map(m => [m[1], m[2].replace(/&amp;/g, '&')]));
    return this.ask(path, { method: 'POST', form: { form_token: tokenIn(body), ...hidden, ...form } });
  }
  async password(email = 'olga@northside.example') {
    equal((await this.post('/sign-in', { email, password: PASSWORD })).status, 303, 'the password');
    return this;
  }
  // Through the provider; `change` is what comes back in the address.  The answer to the last form.
  async arrive(provider, { change = {}, start = `${DOOR}/start`, form = {}, detour } = {}) {
    const begun = await this.get(start);
    equal(begun.status, 303, begun.body);
    const back = provider.authorize(begun.headers.location, change);
    const page = await this.get(back);
    equal(page.status, 200, page.body);
    matches(page.body, /data-go/);
    if (detour) await detour();
    return this.post(`${DOOR}/back`, form, page);
  }
  async inside() { return (await this.get(`${GROUP}/`)).status === 200; }
  clear() { this.jar.clear(); return this; }
}

async function setUp(place, alg = 'RS256', change = p => p) {
  place.group();
  const provider = change(await Provider.start(alg));
  const server = await place.serve(['--webhooks', 'any', '--trusted-proxy', '127.0.0.1']);
  const olga = await new Person(server.url).password();
  const form = { name: 'Acme', issuer: provider.issuer, client: provider.client, client_password: provider.secret, algorithm: alg };
  return { provider, server, olga, form, person: () => new Person(server.url) };
}
async function connected(place, alg, change) {
  const all = await setUp(place, alg, change);
  const saved = await all.olga.post(SETTINGS, all.form);
  equal(saved.status, 303, saved.body);
  const start = /href="([^"]*single-sign-on\/start[^"]*)"/.exec((await all.olga.get(OWN)).body)[1];
  const made = await all.olga.arrive(all.provider, { start });
  equal(made.headers.location, OWN, made.body);
  return all;
}
const end = async ({ provider, server }) => {
  check(!server.err.includes(provider.secret) && !server.out.includes(provider.secret), 'the log knows the secret');
  equal(await server.stop(), 0);
  provider.close();
};

for (const alg of ['RS256', 'PS256', 'ES256', 'EdDSA'])
  test(`single sign-on is set up, connected and used, signed with ${alg}`, async place => {
    const all = await connected(place, alg);
    const { provider, person, olga } = all;
    matches((await olga.get(OWN)).body, /Connected/);
    check(!(await olga.get(SETTINGS)).body.includes(provider.secret), 'the secret is shown');
    const visitor = person();
    matches((await visitor.get(DOOR)).body, /Continue with Acme/);
    matches((await visitor.get('/sign-in?next=/g/northside/calendar')).body, /Continue with Acme/);
    check(!/Continue with/.test((await visitor.get('/sign-in')).body), 'a door for everybody');
    const arrived = await visitor.arrive(provider, { start: `${DOOR}/start?next=/g/northside/settings/users` });
    equal(arrived.headers.location, '/g/northside/settings/users', arrived.body);
    const asked = provider.last;
    equal(`${asked.response_type} ${asked.scope} ${asked.code_challenge_method} ${asked.client_id}`, `code openid S256 ${provider.client}`);
    check(asked.nonce.length === 43 && asked.code_challenge.length === 43 && asked.state.length > 80, 'nonce, challenge and state');
    check(await visitor.inside(), 'inside');
    equal(provider.asked.keys, 1, 'keys are kept:');
    // What is Olga's own, above the groups, stays shut.
    for (const path of ['/me', '/me/sign-in', '/me/devices', '/groups', '/me/invitations', '/me/preferences']) {
      const page = await visitor.get(path);
      equal(page.status, 403, path);
      matches(page.body, /This needs your own sign-in/);
    }
    equal((await visitor.post('/me/sign-in/password', { current_password: PASSWORD, new_password: 'another-harbour-maple-lamp' }, `${GROUP}/`)).status, 403);
    // The browser remembers the door.
    equal((await visitor.post('/sign-out', {}, `${GROUP}/`)).status, 303);
    matches((await visitor.get('/sign-in')).body, /Continue with Acme/);
    matches((await olga.get(`${GROUP}/settings/audit`)).body, /signed in through single sign-on/);
    await end(all);
  });

const words = page => page.body.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');

test('single sign-on refuses every answer that is not right, and says why in the audit log', async place => {
  const all = await connected(place);
  const { provider, olga, person } = all;
  const other = makeKey('RS256', 'one'), small = makeKey('ES256', 'two');
  provider.published.push(small.public, { ...makeKey('RS256', 'enc').public, use: 'enc' });
  const plain = (claims, header = {}) => `${b64({ alg: 'none', ...header })}.${b64(claims)}.`;
  const shared = (claims, key) => { const said = `${b64({ alg: 'HS256', kid: 'one' })}.${b64(claims)}`; return `${said}.${createHmac('sha256', key).update(said).digest('base64url')}`; };
  const bent = how => claims => token(provider.key, { ...claims, ...how });
  const without = name => ({ [name]: gone, ...claims }) => token(provider.key, claims);
  const now = seconds();
  const hostile = {
    'another issuer': [
      ['of another provider', bent({ iss: 'https://other.example' })],
      ['with a slash more', bent({ iss: `${provider.issuer}/` })],
      ['of nobody', without('iss')]],
    'for another program': [
      ['for another', bent({ aud: 'somebody else' })],
      ['for others, too, and made for them', bent({ aud: [provider.client, 'else'], azp: 'else' })],
      ['for others, too, and made for nobody', bent({ aud: [provider.client, 'else'] })],
      ['made for another one', bent({ azp: 'else' })],
      ['for no program', without('aud')],
      ['for a number', bent({ aud: [7] })],
      ['for part of a name', bent({ aud: provider.client.slice(0, -1) })]],
    'for another sign-in': [
      ['another nonce', bent({ nonce: 'x'.repeat(43) })],
      ['no nonce', without('nonce')],
      ['a nonce that is none', bent({ nonce: ['x'] })]],
    'expired, or not valid now': [
      ['expired', bent({ exp: now - 120 })],
      ['no end', without('exp')],
      ['an end that is a text', bent({ exp: String(now + 300) })],
      ['an end that is no whole number', bent({ exp: now + 300.5 })],
      ['not yet', bent({ nbf: now + 300 })],
      ['made tomorrow', bent({ iat: now + 86400 })],
      ['made long ago', bent({ iat: now - 3600 })],
      ['never made', without('iat')]],
    'no subject': [
      ['no subject', without('sub')],
      ['an empty one', bent({ sub: '' })],
      ['a long one', bent({ sub: 'x'.repeat(256) })],
      ['one with a line break', bent({ sub: 'sub-olga\n' })],
      ['a number', bent({ sub: 7 })]],
    'a token for something else': [
      ['for signing out', bent({ events: { 'http://schemas.openid.net/event/backchannel-logout': {} } })],
      ['an access token', claims => token(provider.key, claims, { typ: 'at+jwt' })]],
    'another algorithm': [
      ['no signature', plain],
      ['no signature, with a key', claims => plain(claims, { kid: 'one' })],
      ['NONE', claims => plain(claims, { alg: 'NONE' })],
      ['the public key as a shared secret', claims => shared(claims, publicPem(provider.key))],
      ['the client secret as a shared secret', claims => shared(claims, provider.secret)],
      ['one that the provider has, too', claims => token(small, claims)],
      ['PSS', claims => token({ ...provider.key, alg: 'PS256' }, claims)],
      ['no algorithm', claims => token(provider.key, claims, { alg: undefined })]],
    'a wrong signature': [
      ['another key under the same name', claims => token(other, claims)],
      ['PSS that says it is not', claims => token({ ...provider.key, alg: 'PS256' }, claims, { alg: 'RS256' })],
      ['a changed subject', claims => { const [h, , s] = token(provider.key, claims).split('.'); return `${h}.${b64({ ...claims, sub: 'sub-other' })}.${s}`; }],
      ['a key of its own', claims => token(other, claims, { jwk: other.public })],
      ['an empty one', claims => token(provider.key, claims).replace(/[^.]*$/, '')]],
    'an unknown key': [
      ['unknown', claims => token({ ...other, kid: 'three' }, claims)],
      ['for something else', claims => token(provider.key, claims, { kid: 'enc' })],
      ['of another kind', claims => token(provider.key, claims, { kid: 'two' })]],
    'it is no token': [
      ['what must be understood', claims => token(provider.key, claims, { crit: ['exp'] })],
      ['one letter less', claims => token(provider.key, claims).slice(0, -1)],
      ['claims twice', claims => { const said = token({ ...provider.key }, `{"sub":"x",${JSON.stringify(claims).slice(1)}`); return said; }],
      ['no token at all', () => 'hello'],
      ['four parts', claims => `${token(provider.key, claims)}.x`],
      ['a long one', bent({ more: 'x'.repeat(40000) })]],
  };
  let n = 0;
  for (const [why, forgeries] of Object.entries(hostile))
    for (const [what, forge] of forgeries) {
      provider.forge = forge;
      const visitor = person();
      const answer = await visitor.arrive(provider);
      equal(answer.status, 422, `${why}, ${what}:`);
      matches(words(answer), new RegExp(`You are not signed in .*\\(${why}\\)`), what);
      check(!visitor.jar.has('linden') && !await visitor.inside(), `${what}: inside`);
      const latest = /When Who What happened From .*? Refused a sign-in through Acme (.*?) 198/.exec(words(await olga.get(`${GROUP}/settings/audit`)));
      equal(latest && latest[1], why, `${what}: remembered`);
      n++;
    }
  check(n > 45, 'all of them');
  provider.forge = null;
  equal((await person().arrive(provider)).status, 303, 'the right one is taken:');
  await end(all);
});

test('single sign-on takes a state and a code once, from the browser that asked, and from the provider that was asked', async place => {
  const all = await connected(place);
  const { provider, person } = all;
  const refused = async (answer, visitor, sentence, what) => {
    equal(answer.status, 422, what);
    matches(words(answer), sentence, what);
    check(!visitor.jar.has('linden'), `${what}: signed in`);
  };
  // A mixed-up issuer, and none where one was promised (RFC 9207): nobody is given the code.
  let visitor = person(), before = provider.asked.token;
  await refused(await visitor.arrive(provider, { change: { iss: 'https://honest.example' } }), visitor, /did not come from Acme/, 'another issuer');
  visitor = person();
  await refused(await visitor.arrive(provider, { change: { iss: null } }), visitor, /did not come from Acme/, 'no issuer');
  visitor = person();
  await refused(await visitor.arrive(provider, { change: { code: null, error: 'access_denied' } }), visitor, /Acme did not sign you in/, 'an error');
  for (const state of ['', 'x', null]) {
    visitor = person();
    await refused(await visitor.arrive(provider, { change: { state } }), visitor, /Start again/, `state ${state}`);
  }
  visitor = person();
  const begun = await visitor.get(`${DOOR}/start`);
  const state = new URL(begun.headers.location).searchParams.get('state');
  for (let at = 0; at < state.length - 1; at += 7) {
    const bent = state.slice(0, at) + (state[at] === 'A' ? 'B' : 'A') + state.slice(at + 1);
    await refused(await visitor.arrive(provider, { change: { state: bent } }), visitor, /Start again/, `a letter of the state at ${at}`);
  }
  equal(provider.asked.token, before, 'nobody was given a code:');
  // Another browser brings what this one was given.
  const back = provider.authorize(begun.headers.location), thief = person();
  await thief.get(DOOR);
  await refused(await thief.post(`${DOOR}/back`, {}, back), thief, /Start again/, 'another browser');
  // A code of another sign-in, and one that was used.
  visitor = person();
  const stolen = new URL(`http://x${provider.authorize((await person().get(`${DOOR}/start`)).headers.location)}`).searchParams.get('code');
  await refused(await visitor.arrive(provider, { change: { code: stolen } }), visitor, /could not be asked/, 'a code that was made for another verifier');
  // The same form twice.
  visitor = person();
  let page;
  const right = await visitor.arrive(provider, { detour: () => {} });
  equal(right.status, 303);
  visitor = person();
  const again = await visitor.get(`${DOOR}/start`);
  page = await visitor.get(provider.authorize(again.headers.location));
  const twin = person();
  twin.jar = new Map(visitor.jar);
  twin.address = visitor.address;
  equal((await visitor.post(`${DOOR}/back`, {}, page)).status, 303, 'once:');
  await refused(await twin.post(`${DOOR}/back`, {}, page), twin, /was done already/, 'twice');
  // Who has signed in meanwhile, with a password, is not changed.
  visitor = person();
  const started = await visitor.get(`${DOOR}/start`);
  await visitor.password();
  const kept = visitor.jar.get('linden');
  equal((await visitor.post(`${DOOR}/back`, {}, provider.authorize(started.headers.location))).status, 422);
  equal(visitor.jar.get('linden'), kept);
  // Connecting begins with one's own button alone.
  equal((await visitor.get(`${OWN}/start`)).headers.location, OWN);
  equal((await visitor.get(`${OWN}/start?go=${'A'.repeat(43)}`)).headers.location, OWN);
  await end(all);
});

test('single sign-on adds nobody, whatever the provider says of an email, and connects nobody by it', async place => {
  const all = await connected(place);
  const { provider, person, olga } = all;
  for (const email_verified of [true, false, 'true', undefined]) {
    provider.subject = 'sub-stranger';
    provider.forge = claims => token(provider.key, { ...claims, email: 'olga@northside.example', email_verified });
    const visitor = person(), answer = await visitor.arrive(provider);
    equal(answer.status, 422, 'a stranger with her email:');
    matches(words(answer), /nobody in Northside is connected with that account/);
    check(!visitor.jar.has('linden'), 'signed in');
  }
  provider.forge = claims => token(provider.key, { ...claims, email: 'new@northside.example', email_verified: true });
  equal((await person().arrive(provider)).status, 422);
  check(!/new@northside/.test((await olga.get(`${GROUP}/settings/users`)).body), 'somebody was added');
  // Guessing slows down, for whoever does it alone.
  const guesser = person();
  let slow = 0;
  for (let i = 0; i < 25 && !slow; i++) slow = /Too many tries/.test((await guesser.arrive(provider)).body) ? i : 0;
  check(slow > 15, `slowed down after ${slow}`);
  const before = provider.asked.token;
  await guesser.arrive(provider);
  equal(provider.asked.token, before, 'and the provider is not asked:');
  provider.forge = null;
  provider.subject = 'sub-olga';
  equal((await person().arrive(provider)).status, 303, 'others go on:');
  await end(all);
});

test('single sign-on asks for new keys when one is unknown, every few seconds', async place => {
  const all = await connected(place);
  const { provider, person } = all;
  const next = makeKey('RS256', 'two');
  provider.key = next;
  equal((await person().arrive(provider)).status, 422, 'nobody knows it:');
  equal(provider.asked.keys, 1, 'too soon after it was set up:');
  await sleep(15500);
  provider.published = null;
  for (let i = 0; i < 3; i++) equal((await person().arrive(provider)).status, 422, 'the provider is down:');
  equal(provider.asked.keys, 2, 'and asked once:');
  await sleep(15500);
  provider.published = [next.public];
  equal((await person().arrive(provider)).status, 303, 'the new key:');
  equal(provider.asked.keys, 3);
  equal((await person().arrive(provider)).status, 303);
  provider.forge = claims => token({ ...next, kid: 'made up' }, claims);
  for (let i = 0; i < 3; i++) equal((await person().arrive(provider)).status, 422);
  equal(provider.asked.keys, 3, 'strangers make it ask for none:');
  await end(all);
});

test('single sign-on is over when the provider says so, and only then', async place => {
  const all = await connected(place);
  const { provider, person, olga, server } = all;
  const out = logout_token => ask(server.url, `${DOOR}/out`, { method: 'POST', form: { logout_token } });
  const inside = async () => { const p = person(); equal((await p.arrive(provider)).status, 303); return p; };
  let visitor = await inside();
  const other = makeKey('RS256', 'one'), gone = undefined;
  const wrong = { 'another key': provider.logoutToken({}, {}, other), 'another issuer': provider.logoutToken({ iss: 'https://x.example' }),
    'for another program': provider.logoutToken({ aud: 'else' }), 'a nonce': provider.logoutToken({ nonce: 'x' }), 'no event': provider.logoutToken({ events: gone }),
    'another event': provider.logoutToken({ events: { 'http://x.example': {} } }), 'events as a text': provider.logoutToken({ events: 'http://schemas.openid.net/event/backchannel-logout' }),
    'nobody': provider.logoutToken({ sub: gone, sid: gone }), 'no id': provider.logoutToken({ jti: gone }), 'expired': provider.logoutToken({ exp: seconds() - 120 }),
    'old': provider.logoutToken({ iat: seconds() - 3600, exp: seconds() + 60 }), 'an ID token': provider.idToken({ nonce: 'x' }), 'nothing': '',
    'unsigned': `${b64({ alg: 'none', typ: 'logout+jwt' })}.${b64({ iss: provider.issuer })}.` };
  for (const [what, text] of Object.entries(wrong)) {
    const answer = await out(text);
    equal(`${answer.status} ${answer.body}`, '400 invalid_request\n', what);
    check(await visitor.inside(), `${what}: out`);
  }
  equal((await out(provider.logoutToken({ sub: 'sub-else', sid: gone }))).status, 200);
  equal((await out(provider.logoutToken({ sid: 'sid-else' }))).status, 200);
  check(await visitor.inside(), 'somebody else signed out');
  const right = provider.logoutToken();
  equal((await out(right)).status, 200);
  check(!await visitor.inside(), 'still inside');
  check(await olga.inside(), 'what is her own goes on');
  // The same once more ends nothing that began since; the session alone does, and so does the person alone.
  visitor = await inside();
  equal((await out(right)).status, 200);
  check(await visitor.inside(), 'an old message again');
  equal((await out(provider.logoutToken({ sub: gone }))).status, 200);
  check(!await visitor.inside(), 'by its session');
  visitor = await inside();
  equal((await out(provider.logoutToken({ sid: gone }))).status, 200);
  check(!await visitor.inside(), 'by its person');
  // Disconnected by Olga; then taken away altogether.
  visitor = await inside();
  equal((await olga.post(`${OWN}/end`, {}, OWN)).status, 303);
  check(!await visitor.inside(), 'disconnected');
  equal((await person().arrive(provider)).status, 422, 'disconnected:');
  const start = /href="([^"]*single-sign-on\/start[^"]*)"/.exec((await olga.get(OWN)).body)[1];
  equal((await olga.arrive(provider, { start })).status, 303);
  visitor = await inside();
  const begun = await person().get(`${DOOR}/start`);
  equal((await olga.post(`${SETTINGS}/removal`, {}, SETTINGS)).status, 303);
  check(!await visitor.inside(), 'taken away');
  equal((await visitor.get(DOOR)).status, 404);
  equal((await visitor.get(provider.authorize(begun.headers.location))).status, 404);
  check(await olga.inside(), 'her own way in goes on');
  await end(all);
});

test('a provider that cannot be used is not set up, and one that is silent keeps nobody waiting', async place => {
  const all = await setUp(place);
  const { provider, olga, form, person } = all;
  const whole = { ...provider.document };
  const wrong = [
    [{ issuer: 'http://login.example' }, {}, /must begin with https/], [{ issuer: 'ftp://x' }, {}, /Enter an address/], [{ issuer: `${provider.issuer}/?a` }, {}, /without a question mark/],
    [{ issuer: `${provider.issuer}/other` }, {}, /There is no provider at this address: HTTP 404/], [{ name: '' }, {}, /Enter a name/], [{ client: '' }, {}, /Enter the client ID/],
    [{ client_password: '' }, {}, /Enter the client secret/], [{ algorithm: 'HS256' }, {}, /Choose one of these/], [{ algorithm: 'none' }, {}, /Choose one of these/],
    [{}, { issuer: 'https://other.example' }, /another issuer/], [{}, { response_types_supported: ['id_token'] }, /authorization code flow/],
    [{}, { code_challenge_methods_supported: ['plain'] }, /PKCE/], [{}, { id_token_signing_alg_values_supported: ['HS256'] }, /does not sign with RS256/],
    [{}, { token_endpoint: 'http://10.0.0.1/token' }, /an address that is not called/], [{}, { token_endpoint: undefined }, /an address that is not called/],
    [{}, { token_endpoint_auth_methods_supported: ['private_key_jwt'] }, /neither as a header nor in the form/], [{}, { jwks_uri: `${provider.issuer}/none` }, /publishes no key/],
    [{ algorithm: 'ES256' }, {}, /publishes no key/]];
  for (const [fields, document, sentence] of wrong) {
    provider.document = { ...whole, ...document };
    const page = await olga.post(SETTINGS, { ...form, ...fields });
    equal(page.status, 422, `${sentence}`);
    matches(words(page), sentence);
    check(!page.body.includes(provider.secret), 'the secret comes back');
  }
  equal((await person().get(DOOR)).status, 404, 'nothing was set up:');
  provider.document = { ...whole, token_endpoint_auth_methods_supported: ['client_secret_post'] };
  provider.post = true;
  equal((await olga.post(SETTINGS, form)).status, 303);
  const start = /href="([^"]*single-sign-on\/start[^"]*)"/.exec((await olga.get(OWN)).body)[1];
  equal((await olga.arrive(provider, { start })).status, 303, 'with the secret in the form:');
  // The secret stays when its field is empty, and only for this issuer.
  equal((await olga.post(SETTINGS, { ...form, name: 'Acme Ltd', client_password: '' })).status, 303);
  equal((await person().arrive(provider)).status, 303, 'with the secret as it was:');
  provider.silent = true;
  const waiting = person().arrive(provider), since = Date.now();
  await until(() => provider.asked.token >= 3, 'the question');
  for (let i = 0; i < 20; i++) equal((await olga.get(`${GROUP}/`)).status, 200);
  equal((await olga.post('/me/preferences', { theme: 'dark', density: 'compact', clock: '24' })).status, 303);
  check(Date.now() - since < 5000, 'others wait');
  const answer = await waiting;
  equal(answer.status, 422);
  matches(words(answer), /could not be asked who you are/);
  check(Date.now() - since < 15000, 'it waits too long');
  await end(all);
});

test('a silent provider of one group keeps no other group waiting', async place => {
  place.group('Southside', 'zoe@southside.example');
  const all = await connected(place), other = await Provider.start();
  const { provider, person, form } = all;
  const zoe = await person().password('zoe@southside.example');
  provider.silent = true;
  const before = provider.asked.token, since = Date.now();
  const waiting = Array.from({ length: 9 }, () => person().arrive(provider));
  await until(() => provider.asked.token >= before + 6, 'six questions');
  equal((await zoe.post('/g/southside/settings/integrations/single-sign-on', { ...form, issuer: other.issuer })).status, 303);
  equal(other.asked.discovery, 1);
  check(Date.now() - since < 5000, 'Southside waits');
  const statuses = (await Promise.all(waiting)).map(answer => answer.status).sort();
  equal(statuses.join(' '), '422 422 422 422 422 422 503 503 503');
  equal(provider.asked.token, before + 6, 'it is asked six times at once:');
  other.close();
  await end(all);
});

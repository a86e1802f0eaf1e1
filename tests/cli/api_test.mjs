// api_test.mjs - the API over a socket: what it answers is what its OpenAPI document says.
import { createRequire } from 'node:module';
import { ask, check, equal, matches, root, signIn, test, tokenIn } from './lib.mjs';

const from = createRequire(`${root}tests/browser/package.json`);

// As far as each area of the page goes.
const scopes = html => [...html.matchAll(/<select[^>]*name="(scope-[a-z]+)"[^>]*>(.*?)<\/select>/gs)]
  .map(([, name, options]) => [name, String(options.match(/<option/g).length - 1)]);

// A key of freya's, made on the pages as she would; and the group's address.
async function keyOf(server) {
  const cookie = await signIn(server.url, 'freya@northside.example');
  const group = /\/g\/([^/"]+)\//.exec((await ask(server.url, '/groups', { cookie })).body)[1];
  const page = await ask(server.url, `/g/${group}/settings/integrations/keys/new`, { cookie });
  const made = await ask(server.url, `/g/${group}/settings/integrations/keys`, { method: 'POST', cookie,
    form: { form_token: tokenIn(page.body), name: 'Sync', days: '30', ...Object.fromEntries(scopes(page.body)) } });
  return { group, key: /lnd_[\w-]{43}/.exec(made.body)[0] };
}

test('the OpenAPI document is valid, and every operation answers what it says', async place => {
  const { Validator } = await import(from.resolve('@seriousme/openapi-schema-validator'));
  const Ajv = from('ajv/dist/2020').default, formats = from('ajv-formats').default;
  equal(place.run(['demo', 'seed']).code, 0);
  const server = await place.serve();
  const openapi = await (await fetch(`${server.url}/api/v1/openapi.json`)).json();
  const verdict = await new Validator().validate(structuredClone(openapi));
  check(verdict.valid, `not valid: ${JSON.stringify(verdict.errors)}`);
  equal(openapi.openapi, '3.1.0');

  // As it says, and nothing besides.
  for (const schema of Object.values(openapi.components.schemas)) schema.additionalProperties = false;
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats(ajv);
  ajv.addSchema({ $id: 'api', components: openapi.components });
  const schemaOf = (path, method, status) => {
    const responses = openapi.paths[path][method].responses;
    const answer = responses[status] || openapi.components.responses.Problem;
    return Object.values(answer.content || {})[0]?.schema;
  };
  const fits = (schema, body, what) => {
    const wanted = JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"api#/components'));
    const validate = ajv.compile(wanted);
    check(validate(body), `${what}: ${JSON.stringify(validate.errors)} in ${JSON.stringify(body).slice(0, 400)}`);
  };

  const { group, key } = await keyOf(server);
  const met = new Set();
  const call = async (method, path, { id, line, query = '', body, match, once } = {}) => {
    const address = path.replace('{g}', group).replace('{id}', id).replace(/\{(line|kind)\}/, line);
    const answer = await fetch(`${server.url}/api/v1${address}${query}`, { method: method.toUpperCase(),
      headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': method === 'patch' ? 'application/merge-patch+json' : 'application/json' }), ...(match && { 'if-match': match }), ...(once && { 'idempotency-key': once }) },
      body: body && JSON.stringify(body) });
    const text = await answer.text();
    const what = `${method} ${address}${query} ${answer.status}`;
    const schema = schemaOf(path, method, answer.status);
    check(Boolean(schema) === Boolean(text), `${what}: ${text}`);
    if (schema) fits(schema, JSON.parse(text), what);
    check(/r=\d+/.test(answer.headers.get('ratelimit')), 'RateLimit');
    if (answer.ok) met.add(`${method} ${path}`);
    return { status: answer.status, etag: answer.headers.get('etag'), replay: answer.headers.get('idempotent-replay'), dry: answer.headers.get('dry-run'), text, json: text && JSON.parse(text) };
  };
  const first = async (path, query) => {
    const list = await call('get', path, { query });
    equal(list.status, 200, path);
    check(list.json.data.length > 0, `${path} is empty`);
    return list.json.data[0].id;
  };
  const G = '/groups/{g}';
  await call('get', `${G}/users/{id}`, { id: await first(`${G}/users`, '?limit=3&status=all') });
  const location = await first(`${G}/locations`);
  await call('get', `${G}/locations/{id}`, { id: location });
  const patient = await first(`${G}/patients`);
  const one = await call('get', `${G}/patients/{id}`, { id: patient });
  await call('post', `${G}/patients/search`, { body: { text: one.json.last_name } });
  const from_ = new Date(Date.now() - 40 * 864e5).toISOString();
  const to = new Date(Date.now() + 40 * 864e5).toISOString();
  await call('get', `${G}/appointments/{id}`, { id: await first(`${G}/appointments`, `?location=${location}&from=${from_}&to=${to}`) });

  const soon = new Date(Math.ceil(Date.now() / 36e5) * 36e5 + 60 * 864e5).toISOString();
  const booked = await call('post', `${G}/appointments`, { once: 'book', body: { location, starts_at: soon, minutes: 20, label: 'Call' } });
  equal(`${booked.status} ${booked.json.needs_practitioner}`, '201 true');
  const visit = { id: booked.json.id };
  const moved = await call('patch', `${G}/appointments/{id}`, { ...visit, match: booked.etag, body: { minutes: 30, note: 'Back door' } });
  equal(`${moved.status} ${moved.json.label} ${moved.json.note}`, '200 Call Back door');
  equal((await call('patch', `${G}/appointments/{id}`, { ...visit, match: booked.etag, body: { note: null } })).json.current.note, 'Back door');
  const over = await call('post', `${G}/appointments/{id}/cancellation`, { ...visit, once: 'end', body: { reason: 'Not needed' } });
  equal(`${over.status} ${over.json.state}`, '200 cancelled');

  const asked = { once: 'ida-1', body: { first_name: 'Ida', last_name: 'Invited', email: 'ida@new.example',
    role_type: 'administrator', level: 'office', locations: [location] } };
  equal((await call('post', `${G}/invitations`, { body: asked.body })).status, 400);
  const invited = await call('post', `${G}/invitations`, asked);
  equal(invited.status, 201, JSON.stringify(invited.json));
  equal(invited.replay, null);
  const again = await call('post', `${G}/invitations`, asked);
  equal(`${again.status} ${again.replay} ${again.etag} ${again.text}`, `201 true ${invited.etag} ${invited.text}`);
  equal((await call('post', `${G}/invitations`, { ...asked, body: { ...asked.body, level: 'full' } })).status, 422);
  const id = invited.json.id;
  await first(`${G}/invitations`);
  equal((await call('get', `${G}/invitations/{id}`, { id })).etag, invited.etag);
  equal((await call('delete', `${G}/invitations/{id}`, { id })).status, 428);
  const late = await call('delete', `${G}/invitations/{id}`, { id, match: '"77.x"' });
  equal(`${late.status} ${late.json.current.email}`, '412 ida@new.example');
  const sent = await call('post', `${G}/invitations/{id}/deliveries`, { id, match: invited.etag, once: 'ida-2' });
  equal(sent.status, 201, JSON.stringify(sent.json));
  const trial = await call('delete', `${G}/invitations/{id}`, { id, match: sent.etag, query: '?dry_run=true' });
  equal(`${trial.status} ${trial.dry}`, '204 true');
  equal((await call('delete', `${G}/invitations/{id}`, { id, match: sent.etag })).status, 204);

  const users = (await call('get', `${G}/users`)).json.data;
  const leaver = users.find(u => u.level === 'contact');
  const before = await call('get', `${G}/users/{id}`, { id: leaver.id });
  const titled = await call('patch', `${G}/users/{id}`, { id: leaver.id, match: before.etag, body: { title: 'Dr' } });
  equal(`${titled.status} ${titled.json.title} ${titled.json.last_name}`, `200 Dr ${leaver.last_name}`);
  const checklist = `${G}/users/{id}/deactivation-checklist`;
  const lines = await call('get', checklist, { id: leaver.id });
  const open = lines.json.lines.find(l => l.state === 'open');
  check(open, 'a line is open');
  const item = { id: leaver.id, line: open.key };
  const waived = await call('post', `${checklist}/items/{line}/waiver`, { ...item, body: { reason: 'Later' } });
  equal(waived.json.lines.find(l => l.key === open.key).state, 'waived');
  equal((await call('delete', `${checklist}/items/{line}/waiver`, { ...item, match: waived.etag })).status, 200);
  const permit = { id: leaver.id, line: 'export' };
  const settled = await call('post', `${checklist}/items/{line}/settlement`, { ...permit, once: 'allow' });
  equal(settled.json.lines.find(l => l.key === 'export').state, 'settled');
  equal((await call('delete', `${checklist}/items/{line}/settlement`, { ...permit, match: settled.etag })).status, 200);
  const now = await call('get', `${G}/users/{id}`, { id: leaver.id });
  const day = new Date(Math.ceil(Date.now() / 6e4) * 6e4 + 864e5).toISOString();
  const planned = await call('post', `${G}/users/{id}/deactivation`, { id: leaver.id, body: { effective_at: day }, once: 'plan' });
  equal(`${planned.status} ${new Date(planned.json.plans[0].effective_at).toISOString()}`, `201 ${day}`);
  equal((await call('delete', `${G}/users/{id}/plans/{kind}`, { id: leaver.id, line: 'deactivate', match: planned.etag })).status, 200);
  const tried = await call('post', `${G}/users/{id}/deactivation`, { id: leaver.id, query: '?dry_run=true' });
  equal(`${tried.status} ${tried.dry} ${tried.json.status}`, '200 true deactivated');
  const gone = await call('post', `${G}/users/{id}/deactivation`, { id: leaver.id, body: { notify: false }, match: now.etag, once: 'out' });
  equal(gone.status, 201, JSON.stringify(gone.json));
  const back = await call('delete', `${G}/users/{id}/deactivation`, { id: leaver.id, match: gone.etag });
  equal(back.status, 200, JSON.stringify(back.json));
  equal((await call('post', `${G}/users/{id}/deactivation`, { id: leaver.id, once: 'out-2' })).status, 201);
  const least = await call('post', `${G}/users/{id}/activation`, { id: leaver.id, once: 'in', body: { level: 'personal', read_only: true, until: day } });
  equal(`${least.status} ${least.json.level} ${least.json.read_only} ${least.json.plans.length}`, '201 personal true 1');

  // Problems, too; and nothing of the document was left out.
  equal((await call('get', `${G}/users`, { query: '?sort=x' })).status, 400);
  equal((await call('get', `${G}/users/{id}`, { id: 'nobody' })).status, 404);
  for (const [path, methods] of Object.entries(openapi.paths))
    for (const method of Object.keys(methods)) check(met.has(`${method} ${path}`), `nobody called ${method} ${path}`);
  check(!server.err.includes(key.slice(4)), 'the key stands in the log');
});

test('a key that asks too often waits, methods and bodies are looked at, and no cookie or address counts', async place => {
  equal(place.run(['demo', 'seed']).code, 0);
  const server = await place.serve();
  const { group, key } = await keyOf(server);
  const address = `${server.url}/api/v1/groups/${group}/locations`;
  const headers = { authorization: `Bearer ${key}` };
  equal((await fetch(address)).status, 401);
  equal((await fetch(`${address}?key=${key}`)).status, 401);
  const patch = await fetch(address, { method: 'PATCH', headers }); // here, and PUT nowhere
  equal((await fetch(address, { method: 'PUT', headers })).status, 405);
  equal(patch.status, 405);
  equal(patch.headers.get('content-type'), 'application/problem+json');
  equal((await fetch(`${server.url}/g/${group}/settings/users`, { method: 'DELETE', headers })).status, 405);
  let status = 0, tries = 0;
  while (status !== 429 && tries++ < 1300) ({ status } = await fetch(address, { headers })); // two minutes may be met
  equal(status, 429);
  matches(String(tries), /^(?:[6-9]\d\d|1[0-3]\d\d)$/, 'how many were let through:');
  const waits = await fetch(address, { headers });
  if (waits.status === 429) check(waits.headers.get('retry-after'), 'Retry-After');
  equal((await fetch(address, { headers: { authorization: 'Bearer other' } })).status, 401); // others go on
});

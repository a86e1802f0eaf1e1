// records.mjs - the records of a practice on two nodes: what one desk does, the other sees with its next click.
import { ask, check, equal, test, tokenIn } from '../cli/lib.mjs';
import { NEW, add, post, sql, twoNodes } from './lib.mjs';

/* Two desks, one at each node, and the practitioner whose column they book in. */
async function desks(place) {
  const all = await twoNodes(place);
  all.g = `/g/${all.slug}`;
  all.cora = await add(all, 'Cora', 'Chen', { role_type: 'practitioner', level: 'clinical',
    profession: 'physiotherapist', registration_number: 'PHY0001234567' });
  all.place = sql(all.url, 'SELECT id FROM locations');
  return all;
}

async function addPatient(all, node, cookie, first, last) {
  const made = await post(node, `${all.g}/patients`, cookie,
    { first_name: first, last_name: last, birth_date: '1 2 1980', locations: all.place, practitioner: all.cora.id }, `${all.g}/patients/new`);
  equal(made.status, 303, `adding ${first}:`);
  return sql(all.url, `SELECT id FROM patients WHERE last_name = '${last}'`);
}

/* A form filled in at both nodes, and sent at the same moment. */
async function both(all, cookies, path, form, from = path) {
  const ready = [];
  for (const [i, node] of all.nodes.entries())
    ready.push({ node, cookie: cookies[i], token: tokenIn((await ask(node.url, from, { cookie: cookies[i] })).body) });
  const said = await Promise.all(ready.map(r => ask(r.node.url, path, { method: 'POST', cookie: r.cookie, form: { form_token: r.token, ...form } })));
  return said.map(s => s.status).sort().join();
}

test('a patient added at one node is found at the other, changed there, and whoever comes late is told', async place => {
  const all = await desks(place), [a, b] = all.nodes, path = `${all.g}/patients`;
  const anna = await addPatient(all, a, all.olga, 'Anna', 'Aster');
  const found = await post(b, `${path}/search`, all.ben, { text: 'aster ann' }, path);
  check(found.body.includes(anna), 'the search of the other node');
  const opened = await ask(a.url, `${path}/${anna}/edit`, { cookie: all.olga });
  const version = /name="version" value="([^"]+)"/.exec(opened.body)[1], was = /name="was" value="([^"]*)"/.exec(opened.body)?.[1] ?? '';
  const details = { first_name: 'Anna', last_name: 'Aster', birth_date: '1 2 1980', locations: all.place };
  equal((await post(b, `${path}/${anna}`, all.ben, { ...details, version, was, phone: '03 5550 7777' }, `${path}/${anna}/edit`)).status, 303);
  equal((await post(a, `${path}/${anna}`, all.olga, { ...details, version, was, phone: '03 5550 8888' }, `${path}/${anna}/edit`)).status, 409);
  check((await ask(a.url, `${path}/${anna}`, { cookie: all.olga })).body.includes('03 5550 7777'), 'what was saved');
});

test('two nodes book one time once, number invoices without a gap, and take a payment once', async place => {
  const all = await desks(place), desk = [all.olga, all.ben];
  const anna = await addPatient(all, all.nodes[0], all.olga, 'Anna', 'Aster');
  for (let hour = 8; hour < 14; hour++)
    equal(await both(all, desk, `${all.g}/calendar`, { location: all.place, practitioner: all.cora.id, patient: anna, date: '2031-03-18', time: `${hour}:00`, minutes: '30' },
      `${all.g}/calendar/new`), '303,409', `at ${hour}:00:`);
  equal(sql(all.url, 'SELECT count(*) FROM appointments'), '6', 'appointments:');

  const drafts = [];
  for (let i = 0; i < 6; i++) {
    const made = await post(all.nodes[i % 2], `${all.g}/patients/${anna}/invoices`, desk[i % 2], { practitioner: all.cora.id, location: all.place }, `${all.g}/patients/${anna}/invoices/new`);
    equal(made.status, 303, 'a draft:');
    drafts.push(/invoices\/([^/?]+)/.exec(made.headers.location)[1]);
    const at = `${all.g}/invoices/${drafts[i]}`;
    equal((await post(all.nodes[i % 2], at, desk[i % 2], { 'description-1': 'Tape', 'price-1': '40', version: '1' }, `${at}/edit`)).status, 303, 'its lines:');
  }
  const issued = await Promise.all(drafts.map((id, i) => post(all.nodes[i % 2], `${all.g}/invoices/${id}/issue`, desk[i % 2], { version: '2' }, `${all.g}/invoices/${id}`)));
  equal(issued.map(x => x.status).join(), '303,303,303,303,303,303', 'issued:');
  equal(sql(all.url, "SELECT string_agg(CAST(number AS TEXT), ',' ORDER BY number) FROM invoices"), '1,2,3,4,5,6', 'numbers:');

  const bill = `${all.g}/invoices/${drafts[0]}`;
  const form = (await ask(all.nodes[0].url, `${bill}/payment`, { cookie: all.olga })).body;
  const version = /name="version" value="([^"]+)"/.exec(form)[1];
  equal(await both(all, desk, `${bill}/payment`, { amount: '40', way: 'cash', on_day: '', note: '', version }, `${bill}/payment`), '303,409', 'paid:');
  equal(sql(all.url, "SELECT count(*) FROM invoice_entries WHERE kind = 'payment'"), '1', 'payments:');
});

test('a record that is given, opened in an emergency or closed at one node is so at the other with the next request', async place => {
  const all = await desks(place), [a, b] = all.nodes;
  const dan = await add(all, 'Dan', 'Diaz', { role_type: 'practitioner', level: 'personal', profession: 'physiotherapist', registration_number: 'PHY0007654321' });
  const anna = await addPatient(all, a, all.olga, 'Anna', 'Aster'), record = `${all.g}/patients/${anna}`;
  const opens = async node => (await ask(node.url, record, { cookie: dan.cookie })).status;
  const seen = async () => Number(sql(all.url, `SELECT count(*) FROM looked_at x JOIN looks l ON l.practice_id = x.practice_id AND l.id = x.look_id WHERE x.patient_id = '${anna}' AND l.user_id = '${dan.id}' AND x.how = 'opened'`));
  equal(await opens(b), 403, 'before:');
  equal(await seen(), 0, 'looks that were refused are not looks that opened:');
  equal((await post(a, `${record}/grants`, all.olga, { user: dan.id, reach: '2' }, record)).status, 303);
  equal(await opens(b), 200, 'given at the other node:');
  equal(await opens(a), 200);
  equal((await post(b, `${record}/grants/${dan.id}/end`, all.olga, {}, record)).status, 303);
  equal(await opens(a), 403, 'ended at the other node:');
  equal(await opens(b), 403);
  equal((await post(a, `${record}/emergency`, dan.cookie, { reason: 'She fainted in the hall', password: NEW })).status, 303);
  equal(await opens(b), 200, 'in an emergency that was begun at the other node:');
  equal((await post(b, `${all.g}/emergencies/end`, dan.cookie, {}, record)).status, 303);
  equal(await opens(a), 403, 'ended early at the other node:');
  equal(await seen(), 4, 'what was opened is written down, whichever node showed it, the page with the button to end it as well:');
});

test('the gateway says to either node what a phone has', async place => {
  const all = await desks(place), token = 'tHe-wAy-of-a-report-is-forty-three-letters0';
  const anna = await addPatient(all, all.nodes[0], all.olga, 'Anna', 'Aster');
  equal((await post(all.nodes[0], `${all.g}/calendar`, all.olga, { location: all.place, practitioner: all.cora.id, patient: anna, date: '2031-03-18', time: '9:00', minutes: '30' }, `${all.g}/calendar/new`)).status, 303);
  const hash = 'MYOGf2xpLKTByzeXR6Xn8--vo9WbWUVGTXoyAg-mSCE'; // its BLAKE2b-256
  sql(all.url, `INSERT INTO reminders (practice_id, id, appointment_id, channel, starts_at, state, at, report_hash)
    SELECT practice_id, 'r-one', id, 'text', starts_at, 'sent', 1, '${hash}' FROM appointments`);
  const says = async (node, method, said) => (await ask(node.url, `/text-messages/${token}?said=${said}`, { method })).status;
  const stands = () => sql(all.url, "SELECT COALESCE(report, '') FROM reminders");
  equal(await says(all.nodes[0], 'HEAD', 1), 405, 'looking whether there is such an address:');
  equal(stands(), '');
  equal(await says(all.nodes[1], 'GET', 2), 200);
  equal(stands(), 'missed');
  equal(await says(all.nodes[0], 'GET', 1), 200);
  equal(stands(), 'delivered');
});

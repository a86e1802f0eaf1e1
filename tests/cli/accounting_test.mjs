// accounting_test.mjs - the accounting journal, read by hledger and compared with the report of income.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask, check, equal, matches, signIn, test, tokenIn } from './lib.mjs';

const GROUP = '/g/northside-allied-health/', REPORTS = `${GROUP}reports/`;
const cents = text => Math.round(Number(text) * 100);

function hledger(file, words) {
  const ran = spawnSync('hledger', ['-f', file, ...words], { encoding: 'utf8', maxBuffer: 1 << 26, env: { ...process.env, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' } });
  equal(ran.status, 0, `hledger ${words.join(' ')}: ${ran.stderr}`);
  return ran.stdout;
}

// Entries as hledger understands them: { day, title, tags, money: { account: cents } }.
const entries = file => JSON.parse(hledger(file, ['print', '-O', 'json'])).map(t => ({
  day: t.tdate,
  title: t.tdescription,
  tags: Object.fromEntries(t.ttags),
  money: Object.fromEntries(t.tpostings.map(p => {
    equal(p.pamount.length, 1, 'one currency:');
    const { acommodity, aquantity: { decimalMantissa, decimalPlaces } } = p.pamount[0];
    equal(acommodity, 'AUD');
    return [p.paccount, decimalMantissa * 10 ** (2 - decimalPlaces)];
  })),
}));

// The lines of a CSV without line breaks in its cells.
const csv = text => text.trim().split('\r\n').map(line => [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)]
  .map(m => m[1].replace(/^"|"$/g, '').replaceAll('""', '"')).slice(0, line.match(/"/) ? undefined : line.split(',').length));

// What each kind of entry adds to the figures of the report.
function figures(e) {
  const m = account => e.money[account] || 0;
  const received = Object.entries(e.money).filter(([a]) => a.startsWith('assets:received:')).reduce((sum, [, n]) => sum + n, 0);
  switch (e.tags.kind) {
    case 'invoice': return { invoiced: -m('income:services') - m('liabilities:tax'), tax: -m('liabilities:tax') };
    case 'payment': return { received };
    case 'refund': return { refunded: -received };
    case 'credit': return { credited: m('income:credited') + m('liabilities:tax') };
  }
  throw new Error(`an entry of kind ${e.tags.kind}`);
}
const NAMES = ['invoiced', 'tax', 'received', 'refunded', 'kept', 'credited'];
function rowsOf(all) {
  const rows = new Map();
  for (const e of all) {
    const key = [e.day.slice(0, 7), e.tags.practitioner, e.tags.location].join('|');
    const row = rows.get(key) || Object.fromEntries(NAMES.map(n => [n, 0]));
    for (const [name, n] of Object.entries(figures(e))) row[name] += n;
    row.kept = row.received - row.refunded;
    rows.set(key, row);
  }
  return rows;
}

const fieldsIn = body => Object.fromEntries([...body.matchAll(/<input [^>]*>/g)].map(m => m[0])
  .filter(tag => !/type="(checkbox|radio|submit)"/.test(tag) || / checked/.test(tag))
  .map(tag => [/name="([^"]+)"/.exec(tag)?.[1], /value="([^"]*)"/.exec(tag)?.[1] ?? '']).filter(([name]) => name));

test('hledger reads the accounting journal, and its sums are those of the report of income', async place => {
  equal(place.run(['demo', 'seed']).code, 0);
  const server = await place.serve();
  const cookie = await signIn(server.url, 'amara.okafor@northside.example');
  const get = async path => ask(server.url, path, { cookie });
  const post = async (path, form) => ask(server.url, path, { method: 'POST', cookie, form });
  const page = (await get(`${REPORTS}accounting`)).body;
  const form_token = tokenIn(page), typed = fieldsIn(page);
  matches(typed.from, /^\d{4}-\d\d-01$/);

  // Something is given back, and a patient has a name that would mean much in a journal.
  const list = (await get(`${GROUP}invoices?show=paid`)).body;
  const id = /\/g\/northside-allied-health\/invoices\/([\w-]{20,})/.exec(list)[1];
  const refund = fieldsIn((await get(`${GROUP}invoices/${id}/refund`)).body);
  equal((await post(`${GROUP}invoices/${id}/refund`, { ...refund, form_token, amount: '12.34', way: 'card', note: '' })).status, 303);
  const patient = /\/g\/northside-allied-health\/patients\/([\w-]{20,})/.exec((await get(`${GROUP}invoices/${id}`)).body)[1];
  const edit = await get(`${GROUP}patients/${patient}/edit`);
  const evil = await post(`${GROUP}patients/${patient}`, { ...fieldsIn(edit.body), form_token, last_name: 'Lee; kind: invoice, due: 1999-01-01  AUD 99.00 [1999-01-01] | (x)' });
  equal(evil.status, 303, evil.body);

  // And one with tax is paid in part, and the rest of it written off.
  const start = (await get(`${GROUP}patients/${patient}/invoices/new`)).body;
  const choice = name => new RegExp(`<select[^>]*name="${name}"[^>]*>.*?<option value="([\\w-]{20,})"`, 's').exec(start)[1];
  const made = await post(`${GROUP}patients/${patient}/invoices`, { form_token, practitioner: choice('practitioner'), location: choice('location') });
  equal(made.status, 303, made.body);
  const draft = /invoices\/([\w-]{20,})/.exec(made.headers.location)[1], invoice = `${GROUP}invoices/${draft}`;
  const act = async (what, form) => {
    const shown = (await get(what ? `${invoice}/${what}` : `${invoice}/edit`)).body;
    const done = await post(what ? `${invoice}/${what}` : invoice, { version: fieldsIn(shown).version, form_token, ...form });
    equal(done.status, 303, done.body);
  };
  await act('', { 'description-1': 'Tape', 'quantity-1': '3', 'price-1': '33.35', 'rate-1': '10' });
  const ready = fieldsIn((await get(invoice)).body);
  equal((await post(`${invoice}/issue`, { form_token, version: ready.version })).status, 303);
  await act('payment', { amount: '50.01', way: 'cash', on_day: '', note: '' });
  await act('credit', { note: 'Broken' });

  // Twelve months, this one among them, as the report has them.
  const first = new Date(`${typed.until}T00:00:00Z`);
  const month = n => new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + n, 1)).toISOString().slice(0, 10);
  const last = new Date(Date.parse(month(2)) - 86400000).toISOString().slice(0, 10);
  const form = { form_token, from: month(-10), until: last };
  const plain = await post(`${REPORTS}accounting`, form);
  equal(plain.status, 200, plain.body);
  matches(plain.headers['content-disposition'], /^attachment; filename="\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.journal"$/);
  equal(Buffer.byteLength(plain.body), Number(plain.headers['content-length']));
  const file = join(place.folder, 'practice.journal');
  writeFileSync(file, plain.body);
  hledger(file, ['check', '--strict', 'ordereddates']);

  const all = entries(file);
  for (const kind of ['invoice', 'payment', 'refund', 'credit']) check(all.some(e => e.tags.kind === kind), `there is no ${kind}`);
  check(all.every(e => !('patient' in e.tags)), 'nobody is named');
  check(all.some(e => e.tags.tax === 'GST'), 'there is tax');
  const numbers = all.filter(e => e.tags.kind === 'invoice').map(e => Number(e.tags.invoice)).sort((a, b) => a - b);
  equal(numbers.at(-1) - numbers[0] + 1, numbers.length, 'every number once:');

  // Row by row: month, practitioner, location.
  const report = csv((await get(`${REPORTS}income.csv?period=12-months`)).body).slice(1).filter(r => r.length > 1);
  check(report.length > 3, 'the report has rows');
  const rows = rowsOf(all);
  equal(rows.size, report.length, 'rows:');
  for (const [m, practitioner, location, currency, ...n] of report) {
    equal(currency, 'AUD');
    const row = rows.get([m, practitioner, location].join('|'));
    check(row, `the journal has nothing of ${m}, ${practitioner}, ${location}`);
    NAMES.forEach((name, i) => equal(row[name], cents(n[i]), `${m} ${practitioner} ${location} ${name}:`));
  }
  // And by its own sums.
  const sum = i => report.reduce((all, row) => all + cents(row[4 + i]), 0);
  const balance = Object.fromEntries(csv(hledger(file, ['balance', '--no-elide', '--flat', '-O', 'csv', '--layout', 'bare']).replaceAll('\n', '\r\n'))
    .map(([account, , amount]) => [account, cents(amount)]));
  const received = Object.entries(balance).filter(([a]) => a.startsWith('assets:received:')).reduce((all, [, n]) => all + n, 0);
  equal(received, sum(4), 'received less refunds:');
  equal(balance['assets:receivable'], sum(0) - sum(4) - sum(5), 'what is open:');
  equal(-balance['income:services'] - balance['liabilities:tax'] - balance['income:credited'], sum(0) - sum(5), 'earned, and its tax:');

  // With names: the same money, and no name is more than a name.
  const named = await post(`${REPORTS}accounting`, { ...form, names: '1' });
  writeFileSync(file, named.body);
  hledger(file, ['check', '--strict', 'ordereddates']);
  const again = entries(file);
  equal(again.length, all.length);
  again.forEach((e, i) => {
    const { patient, ...tags } = e.tags;
    equal(JSON.stringify({ ...e, tags }), JSON.stringify(all[i]));
    matches(patient, /^[\p{L}\p{N}'.() -]+$/u);
  });
  check(again.some(e => e.tags.patient.includes('Lee kind invoice due 1999-01-01 AUD 99.00 1999-01-01 (x)')), 'the name is there, and harmless');
  equal(await server.stop(), 0);
});

// leaving_test.mjs - what somebody who leaves hands over and takes along; the archive is read by other programs.
import { Fhir } from 'fhir';
import ICAL from 'ical.js';
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Linden, check, equal, open, signIn, sound, test } from './lib.mjs';

// With script the page goes on by itself; without, its link asks again.
async function reach(page, there, script) {
  while (!script && !await there.count()) await page.getByRole('link', { name: 'Look again' }).click();
  await there.first().waitFor();
}

async function toChecklist(page, name) {
  await page.getByLabel('Main').getByRole('link', { name: 'Users' }).click();
  await page.getByRole('row').filter({ hasText: name }).getByRole('link', { name: /^Deactivate/ }).first().click();
  await page.getByText('Before you deactivate').waitFor();
}

test('appointments are handed over, without script', async () => {
  const l = await Linden.start();
  equal(l.cli(['demo', 'seed']).status, 0);
  const page = await open(l, { script: false });
  await signIn(page, 'freya@northside.example');
  await page.getByRole('link', { name: 'Settings', exact: true }).click();
  await toChecklist(page, 'Beatriz Lima');
  await page.getByRole('link', { name: /^Hand over/ }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  const next = page.locator('button[value=next]');
  while (await next.textContent() !== 'Continue') await next.click();
  await next.click();
  const move = page.getByRole('button', { name: /^Move \d+ appointments?$/ });
  const n = Number(/\d+/.exec(await move.textContent())[0]);
  check(n > 0, 'somebody is free for some');
  await move.click();
  await reach(page, page.getByRole('heading', { name: `${n} appointments were moved` }), false);
  await page.getByRole('button', { name: 'Take it back' }).click();
  await reach(page, page.getByRole('heading', { name: `${n} appointments were moved back` }), false);
});

/* RFC 4180, as somebody else reads it. */
function rows(text) {
  const all = [[]];
  for (const m of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    if (m.index === text.length) break;
    all.at(-1).push(m[1] !== undefined ? m[1].replaceAll('""', '"') : m[2]);
    if (m[3] === '\r\n') all.push([]);
  }
  all.pop();
  return all;
}

function readArchive(file) {
  const folder = mkdtempSync(join(tmpdir(), 'linden-export-'));
  execFileSync('unzip', ['-qq', file, '-d', folder]);
  const text = name => readFileSync(join(folder, name), 'utf8');
  const manifest = JSON.parse(text('manifest.json'));
  for (const f of manifest.files) {
    const bytes = readFileSync(join(folder, f.name));
    equal(bytes.length, f.bytes, f.name);
    equal(createHash('sha256').update(bytes).digest('hex'), f.sha256, f.name);
  }
  return { folder, text, manifest };
}

function agree({ text, manifest }) {
  for (const what of ['patients', 'notes', 'appointments', 'invoices', 'payments'])
    equal(rows(text(`${what}.csv`)).length - 1, manifest.records[what] ?? 0, what);
  const bundle = JSON.parse(text('fhir/bundle.json'));
  const of = type => bundle.entry.filter(e => e.resource.resourceType === type);
  equal(of('Practitioner').length, 1);
  equal(of('Patient').length, manifest.records.patients);
  equal(of('Appointment').length, manifest.records.appointments);
  equal(of('DocumentReference').length, manifest.records.notes ?? 0);
  const judge = b => new Fhir().validate(b, { errorOnUnexpected: true });
  check(!judge({ ...bundle, type: 'heap' }).valid, 'the validator finds what is wrong');
  const faults = judge(bundle).messages.filter(m => m.severity !== 'info'); // it knows no list of media types, and says so
  equal(JSON.stringify(faults), '[]', 'FHIR R4');
  const known = new Set(bundle.entry.map(e => e.fullUrl));
  equal(known.size, bundle.entry.length, 'no address stands twice');
  for (const [, urn] of text('fhir/bundle.json').matchAll(/"reference":"([^"]*)"/g)) check(known.has(urn), urn);
  const calendar = new ICAL.Component(ICAL.parse(text('calendar.ics')));
  const ids = rows(text('appointments.csv')).slice(1).map(r => r.at(-1)).sort();
  const uids = calendar.getAllSubcomponents('vevent').map(v => v.getFirstPropertyValue('uid').replace('@linden', ''));
  equal(uids.sort().join(), ids.join(), 'the calendar has the same appointments');
}

test('own records are taken along, once somebody with Full Access allows it', async () => {
  const l = await Linden.start();
  equal(l.cli(['demo', 'seed']).status, 0);
  const page = await open(l);
  await signIn(page, 'freya@northside.example');
  await page.getByRole('link', { name: 'Settings', exact: true }).click();
  await toChecklist(page, 'Beatriz Lima');
  await page.getByRole('button', { name: /^Allow for 30 days/ }).click();
  await page.getByText('Allowed until').waitFor();

  const hers = await open(l);
  await signIn(hers, 'beatriz.lima@northside.example');
  await hers.goto('/me');
  await hers.getByRole('link', { name: /^Export my data/ }).click();
  await sound(hers, 'asking for an export');
  await hers.getByRole('button', { name: 'Prepare my export' }).click();
  await reach(hers, hers.getByRole('heading', { name: 'Your export is ready' }), true);
  await sound(hers, 'an export is ready');
  await hers.getByRole('button', { name: 'Get the link' }).click();
  await hers.getByRole('heading', { name: 'Download your data' }).waitFor();
  l.secrets.add(await hers.locator('input[name=link]').inputValue());
  await sound(hers, 'the link');
  const coming = hers.waitForEvent('download');
  await hers.getByRole('button', { name: 'Download' }).click();
  const archive = readArchive(await (await coming).path());
  check(archive.manifest.records.appointments > 10 && archive.manifest.records.patients > 1, 'it holds records');
  agree(archive);
  rmSync(archive.folder, { recursive: true });
});

test('what outlives the access is taken from the own pages after leaving', async () => {
  const l = await Linden.start();
  equal(l.cli(['demo', 'seed']).status, 0);
  const page = await open(l, { script: false }), hers = await open(l);
  await signIn(page, 'freya@northside.example');
  await page.getByRole('link', { name: 'Settings', exact: true }).click();
  await toChecklist(page, 'Beatriz Lima');
  await page.getByRole('button', { name: /^Keep it for them/ }).click();
  await page.getByText('has prepared no archive yet').waitFor();
  await signIn(hers, 'beatriz.lima@northside.example');
  await hers.goto('/me');
  await hers.getByRole('link', { name: /^Export my data/ }).click();
  await hers.getByRole('button', { name: 'Prepare my export' }).click();
  await reach(hers, hers.getByRole('heading', { name: 'Your export is ready' }), true);
  await page.reload();
  await page.getByText('An archive is ready.').waitFor();
  await page.getByRole('button', { name: 'Deactivate', exact: true }).click();
  await page.getByText('is deactivated.').waitFor();

  const kept = `/me/data/${new URL(hers.url()).pathname.split('/')[2]}`;
  equal((await hers.goto(kept)).status(), 403, 'the session of before:');
  await hers.context().clearCookies();
  await signIn(hers, 'beatriz.lima@northside.example');
  await hers.getByRole('link', { name: /^Take it along/ }).click();
  await sound(hers, 'what is kept');
  await hers.getByRole('button', { name: 'Get the link' }).click();
  await hers.getByRole('heading', { name: 'Download your data' }).waitFor();
  l.secrets.add(await hers.locator('input[name=link]').inputValue());
  const coming = hers.waitForEvent('download');
  await hers.getByRole('button', { name: 'Download' }).click();
  const archive = readArchive(await (await coming).path());
  check(archive.manifest.records.appointments > 10, 'it holds records');
  rmSync(archive.folder, { recursive: true });
});

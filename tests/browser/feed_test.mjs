// feed_test.mjs - one's calendar in other programs, read by a library that is not ours.
import ICAL from 'ical.js';
import { Linden, check, equal, open, signIn, sound, test } from './lib.mjs';
import { AMARA, inside } from './steps.mjs';

const ZONES = { Riverside: 'Australia/Sydney', 'Harbour St': 'Australia/Lord_Howe', Telehealth: 'Europe/London' };
const LONG = 'Comma, semicolon; backslash \\ and a \u{1f33f} in a line of \u5c71\u7530 that is longer than it may be';

/* A form of the site, sent without its page. */
async function send(page, l, path, form) {
  const form_token = await page.locator('input[name=form_token]').first().inputValue();
  return page.request.post(inside(l, path), { form: { form_token, ...form }, maxRedirects: 0 });
}

async function places(page, l) {
  for (const [name, zone] of Object.entries(ZONES)) {
    await page.goto(inside(l, 'settings/locations'));
    await page.getByRole('link', { name, exact: true }).click();
    await page.getByLabel('Time zone').selectOption(zone);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('saved').first().waitFor();
  }
}

/* Nine o'clock there on the first of each month to come. */
async function book(page, l, zones) {
  await page.goto(inside(l, 'calendar/new'));
  const choices = await page.locator('select[name=location] option').evaluateAll(all => all.map(o => [o.label, o.value]));
  const practitioner = await page.locator('select[name=practitioner] option', { hasText: 'Okafor' }).getAttribute('value');
  const now = new Date();
  for (const [name, location] of choices)
    for (let month = 1; month <= 11; month++) {
      const date = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + month, 1)).toISOString().slice(0, 10);
      const label = month === 1 ? LONG : `${zones[name]} ${month}`;
      const answer = await send(page, l, 'calendar', { location, practitioner, date, time: '09:00', minutes: '30', label, anyway: '1' });
      equal(answer.status(), 303, `${name} ${date}`);
    }
}

const clock = (date, timeZone) => new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(date);

test('another program reads nine o\'clock as nine o\'clock in every zone all year', async () => {
  const l = await Linden.start();
  const page = await open(l);
  await signIn(page, AMARA);
  await places(page, l);
  await book(page, l, ZONES);
  await page.goto(inside(l, 'calendar/feed'));
  await sound(page, 'before there is an address');
  await page.getByRole('button', { name: 'Make an address' }).click();
  const address = await page.locator('#address').textContent();
  await sound(page, 'the address');
  l.secrets.add(/feeds\/([^/]+)/.exec(address)[1]);
  await page.goto(inside(l, 'calendar/feed'));
  equal(await page.locator('#address').count(), 0);

  const path = l.url + new URL(address).pathname;
  const answer = await fetch(path);
  equal(answer.headers.get('content-type'), 'text/calendar; charset=utf-8');
  const text = await answer.text();
  for (const line of text.split('\r\n')) check(Buffer.byteLength(line) <= 75 && !line.includes('\n'), line);
  const calendar = new ICAL.Component(ICAL.parse(text));
  const events = calendar.getAllSubcomponents('vevent').map(v => new ICAL.Event(v));
  equal(events.length, 33);
  equal(new Set(events.map(e => e.uid)).size, 33);
  for (const e of events) {
    equal(clock(e.startDate.toJSDate(), ZONES[e.location]), '09:00', `${e.location} ${e.startDate}`);
    equal(clock(e.endDate.toJSDate(), ZONES[e.location]), '09:30');
    check(e.summary === LONG || e.summary.startsWith(ZONES[e.location]), e.summary);
  }
  equal(events.filter(e => e.summary === LONG).length, 3);
  for (const zone of Object.values(ZONES)) /* summer and winter were both there */
    check(new Set(events.filter(e => ZONES[e.location] === zone).map(e => e.startDate.toString().slice(11, 16))).size === 2, zone);

  const etag = answer.headers.get('etag');
  const again = await fetch(path, { headers: { 'If-None-Match': etag } });
  equal(again.status, 304);
  equal(await again.text(), '');
  await page.getByRole('button', { name: 'Remove the address' }).click();
  await page.getByText('The address is removed.').waitFor();
  equal((await fetch(path)).status, 404);
});

// article_test.mjs - a whole departure, with something real behind every line of the checklist, while a patient is booking.
import { Linden, check, equal, open, signIn, sound, test } from './lib.mjs';
import { says } from './steps.mjs';

const BEATRIZ = 'beatriz.lima@northside.example';
let G; // the address of the demo's group

/* What she has set up for herself: an own reminder setting, a key, a calendar's address; own credits come with the demo. */
async function ownThings(l, page) {
  await page.goto(`${G}/settings/reminders`);
  await page.getByRole('row', { name: /Lima/ }).getByRole('link', { name: /^Set your own|^Change/ }).click();
  await page.getByLabel('How long before by email').fill('5');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText(/own reminder setting now/).waitFor();
  await page.goto(`${G}/settings/integrations/keys/new`);
  await page.getByLabel('Name').fill('Phone');
  await page.locator('select[name=scope-calendar]').selectOption({ index: 1 });
  await page.getByRole('button', { name: 'Make the key' }).click();
  const key = /lnd_[\w-]{43}/.exec(await page.getByText(/lnd_/).or(page.locator('input[value^=lnd_]')).first().evaluate(e => e.value || e.textContent))[0];
  l.secrets.add(key);
  await page.goto(`${G}/calendar/feed`);
  await page.getByRole('button', { name: 'Make an address' }).click();
  const feed = new URL(await page.locator('#address').textContent()).pathname;
  l.secrets.add(feed.split('/')[2]);
  return { key, feed };
}

const keyStatus = async (l, key) => (await fetch(`${l.url}/api/v1/groups/${G.slice(3)}/users`, { headers: { authorization: `Bearer ${key}` } })).status;

async function keepATime(patient) {
  await patient.goto(`/book/${G.slice(3)}`);
  await patient.getByRole('link', { name: /^Book.*Lima/ }).first().click();
  await patient.getByRole('link', { name: /^Continue/ }).first().click();
  await patient.getByRole('radio').last().check();
  await patient.getByRole('button', { name: 'Continue' }).click();
  await says(patient, 'This time is kept for you until');
  await patient.getByLabel('Last name').fill('Olsen');
  await patient.getByLabel('Date of birth').fill('2 1 1990');
  await patient.getByLabel('Email').fill('olaf@olsen.example');
  await patient.getByLabel('Phone').fill('03 5550 1234');
  await patient.getByRole('button', { name: 'Continue' }).click();
  await patient.getByRole('heading', { name: 'Check and book', exact: true }).waitFor();
}

const line = (dialog, title) => dialog.locator('ul.tasks > li').filter({ hasText: title });

test('the whole article, with something real behind every line, while a patient is booking', async () => {
  const l = await Linden.start();
  equal(l.cli(['demo', 'seed']).status, 0);
  const hers = await open(l), patient = await open(l, { script: false }), page = await open(l);
  await signIn(hers, BEATRIZ);
  G = /\/g\/[^/]+/.exec(hers.url())[0];
  const { key, feed } = await ownThings(l, hers);
  equal(`${await keyStatus(l, key)} ${(await fetch(l.url + feed)).status}`, '403 200', 'key and calendar before:'); // the key is for the calendar only
  await keepATime(patient);

  await signIn(page, 'freya@northside.example');
  await page.goto(`${G}/settings/users`);
  await page.getByRole('link', { name: /^Deactivate .*Beatriz Lima/ }).click();
  const dialog = page.getByRole('dialog');
  const open_ = ['Online booking and directory profile', 'Future appointments', 'Individual reminder setting', 'Credits auto top-up', 'API keys'];
  for (const title of open_) await says(line(dialog, title), 'To do:');
  await says(dialog, '1 request is not confirmed yet');
  await sound(page, 'the list with everything open');

  // In place, one by one, with a reason, together, and what may be given.
  await line(dialog, 'API keys').getByRole('button', { name: /^Disable now/ }).click();
  await says(line(dialog, 'API keys'), 'Disabled');
  equal(await keyStatus(l, key), 401, 'the key at once:');
  await line(dialog, 'Future appointments').getByText('Waive…').click();
  await line(dialog, 'Future appointments').getByLabel('Why it may stay as it is').fill('Kavya takes them over next week');
  await line(dialog, 'Future appointments').getByRole('button', { name: /^Waive/ }).click();
  await says(line(dialog, 'Future appointments'), 'Kavya takes them over next week');
  await dialog.getByRole('button', { name: 'Settle everything' }).click();
  for (const title of ['Online booking and directory profile', 'Individual reminder setting', 'Credits auto top-up']) await says(line(dialog, title), 'Done:');
  await line(dialog, 'Individual reminder setting').getByRole('button', { name: /^Undo/ }).click();
  await says(line(dialog, 'Individual reminder setting'), 'To do:');
  await dialog.getByRole('button', { name: /^Allow for 30 days/ }).click();
  await says(dialog, 'Allowed until');
  await says(dialog, '1 item is still open. You can deactivate now and settle it later.');
  await patient.getByRole('button', { name: 'Book this appointment' }).click();
  await says(patient, 'This practitioner does not take online bookings.');

  await dialog.getByRole('button', { name: 'Deactivate', exact: true }).click();
  await says(page, 'is deactivated.');
  equal((await hers.goto(`${G}/calendar`)).status(), 403, 'her next page:');
  equal((await fetch(l.url + feed)).status, 404, 'the calendar in her phone:');
  const rows = await page.locator('table.list tbody tr').evaluateAll(all => all.map(tr => [tr.classList.contains('off'), tr.innerText]));
  const gone = rows.findIndex(([, text]) => text.includes('Beatriz Lima'));
  check(rows[gone][0] && rows.slice(gone).every(([off]) => off), 'her name is grey, among those at the end');
  await patient.goto(`/book/${G.slice(3)}`);
  check(!(await patient.locator('body').innerText()).includes('Lima'), 'on no public page');

  // What stayed open is on the home page, is settled afterwards, and all of it is a record to sign.
  await page.goto(`${G}/`);
  await says(page, '1 thing is left to settle for Beatriz Lima.');
  await page.goto(`${G}/settings/users/departures`);
  await page.getByRole('link', { name: /^Settle.*Beatriz Lima/ }).click();
  await line(page.getByRole('dialog'), 'Individual reminder setting').getByRole('button', { name: /^Remove, use group setting/ }).click();
  await says(line(page.getByRole('dialog'), 'Individual reminder setting'), 'Done:');
  await page.goto(`${G}/settings/users`);
  await page.getByRole('link', { name: /Beatriz Lima/ }).first().click();
  const user = new URL(page.url()).pathname;
  await page.goto(`${user}/record`);
  for (const words of ['Freya Nilsson', 'Kavya takes them over next week', 'API keys', 'Online booking and directory profile']) await says(page, words);
  await sound(page, 'the record');
  await page.getByRole('button', { name: 'Sign' }).first().click();
  await says(page, 'Signed');

  // And back, by the pencil.
  await page.goto(`${G}/settings/users`);
  await page.getByRole('link', { name: /^Edit .*Beatriz Lima/ }).click();
  await page.getByRole('link', { name: 'Activate user' }).first().click();
  await page.getByRole('button', { name: 'Activate user' }).click();
  await says(page, 'is active again');
  equal((await hers.goto(`${G}/calendar`)).status(), 403, 'her old session:');
  equal(`${await keyStatus(l, key)} ${(await fetch(l.url + feed)).status}`, '401 404', 'key and calendar after:');
  await patient.goto(`/book/${G.slice(3)}`);
  check(!(await patient.locator('body').innerText()).includes('Lima'), 'online booking stays off');
});

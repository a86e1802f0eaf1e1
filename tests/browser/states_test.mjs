// states_test.mjs - when nobody answers, something breaks or takes long: what was entered stays, and words say so.
import { Linden, equal, sound, test } from './lib.mjs';
import { amara, hasFocus, inside, says } from './steps.mjs';

const OFFLINE = 'You are offline. Changes are not saved yet.';
const field = (where, label) => where.getByLabel(label);

/* The program ends as if its machine was gone, and another one begins at the same address. */
async function gone(l) {
  l.listen = new URL(l.url).host;
  await l.end('SIGKILL');
}

test('a page whose server is gone says so, holds its form, and goes on when there is one again', async () => {
  const l = await Linden.start();
  const page = await amara(l);
  await Promise.all([page.waitForResponse(url => url.url().includes('/events')), page.goto(inside(l, 'patients/new'))]); // it listens
  await field(page, 'First name').fill('Ann');
  await field(page, 'Last name').fill('Aster');
  await field(page, 'Riverside').check();
  await gone(l);
  const strip = page.locator('main').getByRole('alert').filter({ hasText: OFFLINE });
  await strip.waitFor();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await hasFocus(strip, 'a form that is held');
  equal(new URL(page.url()).pathname, inside(l, 'patients/new'), 'still there:');
  equal(await field(page, 'Last name').inputValue(), 'Aster', 'what was entered');
  await sound(page, 'a page without a server');
  await l.serve();
  await strip.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await says(page, 'is added.');
});

test('a dialog whose server is gone keeps what was entered and sends it later', async () => {
  const l = await Linden.start();
  const page = await amara(l);
  await page.goto(inside(l, 'calendar?date=2027-03-15'));
  await page.getByRole('link', { name: 'New appointment', exact: true }).click();
  const form = page.getByRole('dialog').locator('#booking');
  await field(form, 'Keep the time free for').fill('Team');
  await field(form, 'Time of day').fill('09:30');
  await form.getByLabel('Minutes (optional)').fill('30');
  await gone(l);
  const book = page.getByRole('dialog').getByRole('button', { name: 'Book', exact: true });
  await book.click();
  await page.getByRole('dialog').getByText(OFFLINE).waitFor();
  equal(await field(form, 'Keep the time free for').inputValue(), 'Team');
  await l.serve();
  await book.click();
  await says(page, 'Booked for');
});

test('what breaks on the other side loses nothing, and what takes long says so', async () => {
  const l = await Linden.start();
  const page = await amara(l);
  await page.clock.install();
  await page.goto(inside(l, 'calendar?date=2027-03-15'));
  await page.getByRole('link', { name: 'New appointment', exact: true }).click();
  const dialog = page.getByRole('dialog'), form = dialog.locator('#booking');
  await field(form, 'Keep the time free for').fill('Team');
  await field(form, 'Time of day').fill('09:30');
  await form.getByLabel('Minutes (optional)').fill('30');
  const to = url => url.pathname === inside(l, 'calendar');
  await page.route(to, route => route.request().method() === 'POST' ? route.fulfill({ status: 500, body: '<h1>Broken</h1>', contentType: 'text/html', headers: { 'X-Request-Id': '7F3K-2Q' } }) : route.continue());
  await dialog.getByRole('button', { name: 'Book', exact: true }).click();
  await dialog.getByText('Something went wrong on our side. Nothing you entered is lost. Try again. Reference 7F3K-2Q').waitFor();
  equal(await field(form, 'Keep the time free for').inputValue(), 'Team');
  await sound(page, 'a dialog whose form was not taken');
  await page.unroute(to);

  let go, held = new Promise(done => { go = done; });
  await page.route(to, async route => { await held; await route.continue(); });
  await dialog.getByRole('button', { name: 'Book', exact: true }).click();
  await page.waitForFunction(() => document.querySelector('dialog').getAttribute('aria-busy') === 'true');
  const words = dialog.getByRole('status').filter({ hasText: 'Still working. You can keep waiting or try again.' });
  await page.clock.runFor(5000);
  equal(await words.count(), 0, 'after five seconds');
  await page.clock.runFor(6000);
  await words.waitFor();
  await sound(page, 'a dialog that waits');
  go();
  await page.clock.runFor(1000);
  await says(page, 'Booked for');
});

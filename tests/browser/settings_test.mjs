// settings_test.mjs - locations, the practice group, and what the log says of it.
import { Linden, check, equal, open, signIn, sound, test } from './lib.mjs';

for (const script of [true, false])
  test(`a location is added, found wanting, and shown, script ${script ? 'on' : 'off'}`, async () => {
    const l = await Linden.start();
    const page = await open(l, { script });
    await signIn(page, 'amara@northside.example');
    await page.goto(`/g/${l.northside.slug}/settings/locations`);
    await page.getByRole('link', { name: 'Add location' }).click();
    const form = script ? page.locator('dialog') : page.locator('main');
    await form.getByLabel('Open hours').fill('Mon to Fri 8:00 to 18:00\nSat 9:00 to 12:00');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByRole('heading', { name: 'There is a problem' }).waitFor();
    equal(await form.getByLabel('Open hours').inputValue(), 'Mon to Fri 8:00 to 18:00\nSat 9:00 to 12:00');
    if (script) await sound(page, 'a location with a fault');
    await form.getByLabel('Name', { exact: true }).fill('Hill');
    await form.getByLabel('Time zone').selectOption('Australia/Perth');
    await form.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Hill is added.').waitFor();
    await page.getByText('Sat 9:00 to 12:00').waitFor();
  });

test('of two who change the practice group at once, the second chooses', async () => {
  const l = await Linden.start();
  const first = await open(l), second = await open(l);
  for (const page of [first, second]) {
    await signIn(page, 'amara@northside.example');
    await page.goto(`/g/${l.northside.slug}/settings/group`);
  }
  await first.getByLabel(/^Sign out after/).fill('10');
  await first.getByRole('button', { name: 'Save' }).click();
  await first.getByText('are saved').waitFor();
  await second.getByLabel(/^Sign out after/).fill('20');
  await second.getByRole('button', { name: 'Save' }).click();
  await second.getByRole('heading', { name: 'Someone was faster' }).waitFor();
  await sound(second, 'two versions');
  const row = await second.getByRole('row', { name: /^Sign out after/ }).innerText();
  check(row.includes('20') && row.includes('10'), `the row says: ${row}`);
  await second.getByRole('button', { name: 'Save' }).click();
  await second.getByText('are saved').waitFor();
  await second.goto(`/g/${l.northside.slug}/settings/audit`);
  const log = await second.locator('main').innerText();
  check(log.includes('Changed the details of Northside Allied Health'), 'the log tells');
  check(log.includes('10 minutes') && log.includes('20 minutes'), 'before and after');
});

test('the list on the home page goes and comes back', async () => {
  const l = await Linden.start();
  const page = await open(l);
  await signIn(page, 'amara@northside.example');
  const list = page.getByRole('heading', { name: 'Set up Northside Allied Health' });
  await list.waitFor();
  await page.getByRole('button', { name: 'Hide this list' }).click();
  await page.getByRole('heading', { name: 'Needs attention' }).waitFor();
  equal(await list.count(), 0, 'lists shown:');
  await page.getByRole('link', { name: 'Help', exact: true }).click();
  await page.getByRole('button', { name: 'Show the set-up list again' }).click();
  await list.waitFor();
});

// reminders_test.mjs - saying when patients are reminded, for all and for one.
import { Linden, check, equal, open, signIn, sound, test } from './lib.mjs';

for (const script of [true, false])
  test(`reminders are switched on, one takes an own setting and loses it, script ${script ? 'on' : 'off'}`, async () => {
    const l = await Linden.start();
    const page = await open(l, { script });
    await signIn(page, 'amara@northside.example');
    await page.goto(`/g/${l.northside.slug}/settings/`);
    await page.getByRole('main').getByRole('link', { name: /^Reminders/ }).click();
    await page.getByText('Nobody is reminded').waitFor();
    await page.getByLabel('Remind by email').check();
    await page.getByLabel('How long before by email').fill('20');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'There is a problem' }).waitFor();
    equal(await page.getByLabel('How long before by email').inputValue(), '20');
    await page.getByLabel('How long before by email').fill('2');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The group setting is saved.').waitFor();
    await page.getByText('By email 2 days before').first().waitFor();
    check(await page.getByText('This installation sends no text messages').count() === 1, 'no gateway, and the page says so');
    await page.getByRole('row', { name: /Okafor/ }).getByRole('link', { name: /^Set your own/ }).click();
    await page.getByRole('heading', { name: /^Reminders for/ }).waitFor();
    await page.getByLabel('How long before by email').fill('5');
    await page.getByLabel('Hours or days (email)').selectOption('hours');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText(/Okafor has an own reminder setting now/).waitFor();
    const row = page.getByRole('row', { name: /Okafor/ });
    check((await row.innerText()).includes('By email 5 hours before'), 'the row says what holds');
    if (script) await sound(page, 'reminders');
    await row.getByRole('button', { name: 'Remove own setting' }).click();
    await page.getByText(/Okafor uses the group setting again/).waitFor();
    await page.getByRole('link', { name: 'Reminders that were sent' }).click();
    await page.getByRole('heading', { name: 'Reminders that were sent' }).waitFor();
  });

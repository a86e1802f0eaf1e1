// credits_test.mjs - buying credits by bank transfer, auto top-up, and credits of one's own.
import { Linden, check, equal, open, signIn, sound, test } from './lib.mjs';

for (const script of [true, false])
  test(`credits are asked for, paid, topped up, and taken for oneself, script ${script ? 'on' : 'off'}`, async () => {
    const l = await Linden.start();
    const page = await open(l, { script });
    await signIn(page, 'amara@northside.example');
    await page.goto(`/g/${l.northside.slug}/credits`);
    await page.getByRole('link', { name: 'Buy credits' }).click();
    await page.getByLabel('How many').fill('a few');
    await page.getByRole('button', { name: 'Ask for credits' }).click();
    await page.getByRole('heading', { name: 'There is a problem' }).waitFor();
    equal(await page.getByLabel('How many').inputValue(), 'a few');
    await page.getByLabel('How many').fill('50');
    await page.getByRole('button', { name: 'Ask for credits' }).click();
    await page.getByText('50 credits are asked for. Here is how to pay.').waitFor();
    check(/LN-[0-9A-Z]{8}/.test(await page.getByRole('heading', { level: 1 }).innerText()), 'a reference');
    await page.getByRole('button', { name: 'The money came' }).click();
    await page.getByText('50 credits were added.').waitFor();
    await page.getByRole('main').getByRole('link', { name: 'Credits', exact: true }).click();
    await page.getByText('50 credits', { exact: true }).waitFor();
    if (script) await sound(page, 'credits');
    await page.getByRole('link', { name: 'Change', exact: true }).click();
    await page.getByLabel('Buy credits by itself').check();
    await page.getByLabel('At most in a month').fill('10');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Enter at least as many as are bought at once').first().waitFor();
    await page.getByLabel('At most in a month').fill('200');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Buys 100 when 30 or fewer are left, at most 200 a month').waitFor();
    await page.getByRole('row', { name: /Okafor/ }).getByRole('link', { name: /^See/ }).click();
    await page.getByRole('button', { name: 'Use own credits' }).click();
    await page.getByRole('heading', { name: 'Own balance' }).waitFor();
    await page.getByRole('button', { name: "Use the group's credits" }).click();
    await page.getByText(/Okafor uses the group's credits again/).waitFor();
  });

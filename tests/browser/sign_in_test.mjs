// sign_in_test.mjs - getting in and out.
import { Linden, check, equal, open, signIn, sound, test } from './lib.mjs';

for (const script of [true, false])
  test(`signing in and out, script ${script ? 'on' : 'off'}`, async () => {
    const l = await Linden.start();
    const page = await open(l, { script });
    await page.goto('/');
    equal(new URL(page.url()).pathname, '/sign-in');
    if (script) await sound(page, 'sign-in');
    await signIn(page, 'amara@northside.example');
    equal(new URL(page.url()).pathname, `/g/${l.northside.slug}/`);
    check((await page.title()).includes('Northside Allied Health'), 'the group stands in the title');
    if (script) await sound(page, 'home');
    await page.getByRole('button', { name: /^Your menu/ }).click(); // a popover needs no script
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL('**/sign-in');
    await page.goto(`/g/${l.northside.slug}/`);
    equal(new URL(page.url()).pathname, '/sign-in');
  });

test('a wrong password says so next to the field, keeps the email, and moves focus there', async () => {
  const l = await Linden.start();
  const page = await open(l);
  await page.goto('/sign-in');
  await page.getByLabel('Email', { exact: true }).fill('amara@northside.example');
  await page.getByLabel('Password', { exact: true }).fill('not the right one');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'There is a problem' }).waitFor();
  check((await page.title()).startsWith('Error: '), 'the title begins with Error');
  equal(await page.getByLabel('Email', { exact: true }).inputValue(), 'amara@northside.example');
  check(await page.evaluate(() => document.activeElement.hasAttribute('data-errsum')), 'focus is on the summary');
  await sound(page, 'sign-in with a fault');
});

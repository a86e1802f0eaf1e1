// ownership_test.mjs - an owner names a deputy and hands over to somebody else; nothing needs script.
import { Linden, equal, open, signIn, sound, test } from './lib.mjs';

test('the ownership is handed over, without script', async () => {
  const l = await Linden.start();
  equal(l.cli(['demo', 'seed']).status, 0);
  const freya = await open(l);
  await signIn(freya, 'freya@northside.example');
  const group = /\/g\/[^/]+/.exec(freya.url())[0];
  const page = await open(l, { script: false });
  await signIn(page, 'amara.okafor@northside.example');
  await page.goto(`${group}/settings/`);
  await page.getByRole('link', { name: 'Ownership', exact: true }).click();
  await page.getByRole('combobox', { name: 'Deputy' }).selectOption({ label: 'Freya Nilsson' });
  await page.getByRole('button', { name: 'Name deputy' }).click();
  await page.getByText('Freya Nilsson is deputy now').waitFor();
  await page.getByRole('link', { name: 'Hand over…' }).click();
  await page.getByRole('button', { name: 'Hand over' }).click();
  await page.getByText('There is a problem').waitFor();
  await page.getByRole('radio', { name: /Freya Nilsson/ }).check();
  await page.getByRole('button', { name: 'Hand over' }).click();
  await page.getByText('Freya Nilsson is an Account Owner now, and you are none any more.').waitFor();
  await freya.goto(`${group}/settings/ownership`);
  await freya.getByRole('listitem').filter({ hasText: 'Freya Nilsson' }).getByText('You', { exact: true }).waitFor();
  await freya.getByText('There is no deputy.').waitFor();
  await sound(freya, 'the ownership');
  await freya.getByRole('link', { name: 'Hand over…' }).click();
  await sound(freya, 'handing over');
});

// matrix_test.mjs - who can see and change what, on one page.
import { Linden, equal, soundEverywhere, test } from './lib.mjs';
import { BEATRIZ, GEORGE, amara, inside, member } from './steps.mjs';

for (const script of [true, false])
  test(`the access matrix is reached from the users, filtered, and leads to a user, script ${script ? 'on' : 'off'}`, async () => {
    const l = await Linden.start();
    const page = await amara(l, { script });
    await member(l, page, GEORGE);
    await member(l, page, { ...BEATRIZ, password: undefined });
    await page.reload();
    await page.getByRole('link', { name: 'Access matrix' }).click();
    await page.getByRole('heading', { name: 'Access matrix' }).waitFor();
    const rows = page.locator('table.matrix tbody tr');
    equal(await rows.count(), 3);
    equal(await rows.filter({ hasText: 'George Tan' }).getByRole('cell').nth(2).innerText(), 'Hidden', 'clinical notes');
    await page.getByLabel('Role type').selectOption('Administrator');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.waitForURL(/role=administrator/);
    equal(await rows.count(), 1);
    if (script) await soundEverywhere(l, await page.context().cookies(), [inside(l, 'settings/access-matrix')]);
    await rows.getByRole('link', { name: 'George Tan' }).click();
    await page.getByRole('heading', { name: /George Tan/ }).waitFor();
  });

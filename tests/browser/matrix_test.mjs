// matrix_test.mjs - who can see and change what, on one page and as a file.
import { readFileSync } from 'node:fs';
import { Linden, check, equal, soundEverywhere, test } from './lib.mjs';
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
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download as CSV' }).click()]);
    const lines = readFileSync(await file.path(), 'utf8').trim().split('\r\n');
    check(/^access-\d{4}-\d\d-\d\d\.csv$/.test(file.suggestedFilename()) && lines.length === 2 && lines[1].startsWith('George Tan,Administrator,Office Access,'), lines.join('\n'));
    await page.getByRole('link', { name: 'By level', exact: true }).click();
    await page.waitForURL(/by=level/);
    equal((await rows.getByRole('rowheader').allInnerTexts()).map(name => name.split('\n')[0]).join(), 'Office Access,Clinical Access,Full Access', 'of administrators');
    if (script) await soundEverywhere(l, await page.context().cookies(), ['settings/access-matrix', 'settings/access-matrix?by=level'].map(path => inside(l, path)));
    await rows.getByRole('link', { name: 'Office Access' }).click();
    await page.waitForURL(/settings\/users\?/);
    await page.getByRole('row', { name: /George Tan/ }).waitFor();
    equal(await page.getByRole('row', { name: /Beatriz Lima/ }).count(), 0, 'others of another level');
    await page.goto(inside(l, 'settings/access-matrix?by=level'));
    await page.getByRole('link', { name: 'By user', exact: true }).click();
    await page.waitForURL(url => !url.search.includes('by='));
    await rows.getByRole('link', { name: 'George Tan' }).click();
    await page.getByRole('heading', { name: /George Tan/ }).waitFor();
  });

for (const script of [true, false])
  test(`who can see an area at a location is asked below the matrix and said as a sentence, a picture and a list, script ${script ? 'on' : 'off'}`, async () => {
    const l = await Linden.start();
    const page = await amara(l, { script });
    await member(l, page, GEORGE);
    await member(l, page, { ...BEATRIZ, password: undefined });
    await page.goto(inside(l, 'settings/access-matrix'));
    await page.getByLabel('Who can see', { exact: true }).focus();
    await page.keyboard.type('Clin');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    equal(await page.evaluate(() => document.activeElement.textContent), 'Ask', 'by keyboard');
    await page.keyboard.press('Enter');
    await page.waitForURL(/area=notes/);
    const answer = page.getByRole('region', { name: 'Who can see…', exact: true });
    await answer.getByText(/^2 users can see Clinical notes at .+/).first().waitFor();
    check(await answer.evaluate(el => el.getBoundingClientRect().top < innerHeight), 'the answer is in view');
    equal((await answer.locator('tbody td:first-child').allInnerTexts()).sort().join(), 'Amara Okafor,Beatriz Lima');
    const picture = answer.getByRole('img', { name: 'Who sees how much, as a picture' });
    equal(await picture.locator('path').count(), 2, 'a curve for each');
    check(/^2 users can see/.test(await picture.locator('desc').textContent()), 'the picture says it in words');
    if (script) await soundEverywhere(l, await page.context().cookies(), [page.url().replace(l.url, '').replace(/#.*/, '')]);
    await answer.getByLabel('Who can see', { exact: true }).selectOption('Patients');
    await answer.getByRole('button', { name: 'Ask' }).click();
    await page.waitForURL(/area=patients/);
    await answer.getByText(/^3 users can see Patients at .+/).first().waitFor();
    await answer.getByRole('link', { name: 'George Tan' }).click();
    await page.getByRole('heading', { name: /George Tan/ }).waitFor();
  });

// reports_test.mjs - figures of a practice group, as a page and as a file.
import { readFileSync } from 'node:fs';
import { Linden, check, equal, open, signIn, sound, test } from './lib.mjs';

for (const script of [true, false])
  test(`reports are shown, narrowed down and downloaded, script ${script ? 'on' : 'off'}`, async () => {
    const l = await Linden.start();
    equal(l.cli(['demo', 'seed']).status, 0);
    const page = await open(l, { script });
    await signIn(page, 'g.papadakis@ledger.example'); // keeps the books, and never sees a name
    await page.getByRole('link', { name: 'Reports', exact: true }).click();
    await page.getByRole('heading', { name: 'Reports', exact: true }).waitFor();
    await page.getByRole('img', { name: 'Appointments a month' }).waitFor();
    await page.getByText('Show as a table').click();
    equal(await page.getByRole('table', { name: 'Appointments a month' }).getByRole('row').count(), 14, 'a year, head and foot');
    if (script) await sound(page, 'reports');
    await page.getByLabel('Period').selectOption('Last month');
    await page.getByLabel('Practitioner', { exact: true }).selectOption({ label: 'Ms Beatriz Lima' });
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.waitForURL(/period=last-month/);
    const by = page.getByRole('table', { name: 'By practitioner' }).locator('tbody tr');
    equal(await by.count(), 1);
    const all = Number(await by.getByRole('cell').first().innerText());
    check(all > 0, 'Beatriz had appointments last month');
    const link = page.getByRole('link', { name: 'Download as CSV' });
    const file = await page.request.get(new URL(await link.getAttribute('href'), page.url()).href);
    const lines = (await file.text()).trim().split('\r\n').slice(1).map(line => line.split(','));
    check(lines.every(cells => cells[1] === 'Ms Beatriz Lima'), 'only hers');
    equal(lines.reduce((sum, cells) => sum + Number(cells[3]), 0), all, 'the same figure in the file');
    await page.getByRole('link', { name: 'Income', exact: true }).click();
    await page.getByRole('heading', { name: 'Income', exact: true }).waitFor();
    equal(await page.getByLabel('Period').inputValue(), 'last-month', 'what was chosen stays');
    await page.getByLabel('Period').selectOption('Last 12 months');
    await page.getByLabel('Practitioner', { exact: true }).selectOption('All practitioners');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.waitForURL(/income\?period=12-months/);
    if (script) await sound(page, 'income');
    await page.getByRole('link', { name: 'Accounting', exact: true }).click();
    await page.getByRole('heading', { name: 'Download a journal' }).waitFor();
    if (script) await sound(page, 'accounting');
    const from = await page.getByLabel('From', { exact: true }).inputValue();
    await page.getByLabel('Say for whom each invoice is').check();
    const [journal] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download', exact: true }).click()]);
    check(journal.suggestedFilename().startsWith(from) && journal.suggestedFilename().endsWith('.journal'), journal.suggestedFilename());
    const entries = readFileSync(await journal.path(), 'utf8');
    check(entries.startsWith(`; Accounting journal from ${from}`) && /\n {4}; patient: PX-\d{6}\n/.test(entries), entries.slice(0, 500));
  });

// import_test.mjs - patients come in as a file, with and without script.
import { Linden, check, equal, open, signIn, sound, test } from './lib.mjs';

const FILE = [
  'Patient No;Surname;First Name;DOB;Mobile;Town;Remarks',
  '9001;Zieliński;Ola;03/04/1990;0400 111 222;Ballarat;=1+1',
  '9002;Zimmer;"Per ""Pelle""";12/05/1985;0400 111 333;Ballarat;',
  '9003;;Nobody;12/05/1985;;;',
  '9003;Zorn;Una;31/02/1985;;;',
].join('\r\n');

for (const script of [true, false])
  test(`patients are imported, script ${script ? 'on' : 'off'}`, async () => {
    const l = await Linden.start();
    equal(l.cli(['demo', 'seed']).status, 0);
    const page = await open(l, { script });
    await signIn(page, 'freya@northside.example');
    await page.getByRole('link', { name: 'Patients', exact: true }).click();
    await page.getByRole('link', { name: 'Import CSV' }).click();
    if (script) await sound(page, 'import');
    await page.getByLabel('Or the table as text').fill(FILE);
    await page.getByRole('button', { name: 'Next: match columns' }).click();

    await page.getByRole('heading', { name: 'What is in each column?' }).waitFor();
    equal(await page.getByLabel('What is in DOB?').inputValue(), 'birth_date', 'a heading that is known');
    equal(await page.getByLabel('What is in Remarks?').inputValue(), '', 'and one that is not');
    if (script) await sound(page, 'columns');
    await page.getByRole('button', { name: 'Check the rows' }).click();
    await page.getByRole('heading', { name: 'There is a problem' }).waitFor();
    await page.getByLabel(/^Day first/).check();
    await page.getByLabel('Riverside').check();
    await page.getByRole('button', { name: 'Check the rows' }).click();

    await reach(page, 'What would happen', script);
    check(await page.getByText('2 new patients').isVisible(), 'the new ones are counted');
    check(await page.getByText('The date of birth is no day of the calendar').isVisible(), 'problems are named');
    if (script) await sound(page, 'what would happen');
    await page.getByRole('link', { name: 'Mend them here' }).click();
    const row = page.getByRole('group', { name: 'Row 5' });
    equal(await row.getByLabel('DOB').inputValue(), '31/02/1985', 'as it stands in the file');
    if (script) await sound(page, 'rows with problems');
    await row.getByLabel('DOB').fill('28/02/1985');
    await page.getByRole('button', { name: 'Check again' }).click();
    await reach(page, 'What would happen', script);
    await page.getByRole('button', { name: 'Import 3 patients' }).click();
    await reach(page, 'The import is finished', script);
    check(await page.getByText('3 patients were added').isVisible(), 'what came of it');
    if (script) await sound(page, 'finished');
    await page.getByRole('link', { name: 'To the patients' }).click();
    await page.getByRole('searchbox', { name: 'Find patients' }).fill('zielinski ola');
    await page.getByRole('searchbox', { name: 'Find patients' }).press('Enter');
    await page.getByRole('link', { name: 'Ola Zieliński' }).click();
    await page.getByText('3 Apr 1990').waitFor();
    check(await page.getByText('Ballarat').isVisible(), 'the address came along');
  });

// With script the page goes on by itself; without, its link asks again.
async function reach(page, heading, script) {
  const there = page.getByRole('heading', { name: heading });
  while (!script && !await there.count()) await page.getByRole('link', { name: 'Look again' }).click();
  await there.waitFor();
}

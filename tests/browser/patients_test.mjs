// patients_test.mjs - patients, by those who work with them.
import { Linden, check, equal, open, signIn, sound, soundEverywhere, test } from './lib.mjs';
import { AMARA, inside } from './steps.mjs';

const ROWS = 'main table.list tbody tr';

async function add(page, l, first, last, born, phone, more = async () => {}) {
  await page.goto(inside(l, 'patients/new'));
  await page.getByLabel('First name').fill(first);
  await page.getByLabel('Last name').fill(last);
  await page.getByLabel('Date of birth').fill(born);
  await page.getByLabel('Phone (optional)', { exact: true }).fill(phone);
  await page.getByLabel('Riverside', { exact: true }).check();
  await more();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.waitForLoadState();
}

async function owner(l, options) {
  const page = await open(l, options);
  await signIn(page, AMARA);
  return page;
}

for (const script of [true, false]) {
  const how = script ? 'with script' : 'without script';

  test(`a patient is added, found, archived and restored, ${how}`, async () => {
    const l = await Linden.start();
    const page = await owner(l, { script });
    await page.goto(inside(l));
    await page.getByRole('link', { name: 'Patients', exact: true }).click();
    await page.getByText('The patients of your practice appear here').waitFor();
    await page.getByRole('link', { name: 'Add patient' }).click();
    await add(page, l, 'Åse', "O'Neill-Łuczak", '27 3 1980', '03 5550 0142');
    await page.getByText('Patient 1001 is added.').waitFor();
    equal(await page.title(), 'Patient record – Northside Allied Health – Linden');
    for (const words of ['oneill', 'luczak ase', '27/3/1980', '5550 0142', '1001']) {
      await page.goto(inside(l, 'patients'));
      await page.getByRole('searchbox', { name: 'Find patients' }).fill(words);
      if (!script) await page.getByRole('button', { name: 'Find' }).click();
      await page.getByText('1 patient found').waitFor();
      equal(await page.locator(ROWS).count(), 1, words);
      check(!decodeURIComponent(page.url()).includes(words), `${words} stands in the address`);
    }
    await page.getByRole('searchbox', { name: 'Find patients' }).fill('zzzz');
    if (!script) await page.getByRole('button', { name: 'Find' }).click();
    await page.getByText('No patients match what you entered.').waitFor();
    await page.goto(inside(l, 'patients'));
    await page.getByRole('link', { name: /Åse/ }).first().click();
    const looks = page.getByRole('region', { name: 'Who saw this record' });
    for (const how of ['opened it', 'found it in a search', 'saw it in a list'])
      await looks.getByText(how).first().waitFor();
    await page.getByRole('button', { name: 'Archive' }).click();
    await page.getByText('Patient 1001 is archived.').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Patient 1001 is in the list again.').waitFor();
  });
}

test('who seems to be there already is warned about, and two records become one', async () => {
  const l = await Linden.start();
  const page = await owner(l);
  await add(page, l, 'Anna', 'Aster', '27 3 1980', '03 5550 0142');
  await page.getByText('Patient 1001 is added.').waitFor();
  await add(page, l, 'Ana', 'Aster', '27 3 1980', '');
  await page.getByText('There may be a record of this patient already').waitFor();
  equal(await page.getByLabel('First name').inputValue(), 'Ana');
  await sound(page, 'the warning');
  await page.getByLabel('This is another person').check();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Patient 1002 is added.').waitFor();
  await page.getByRole('link', { name: 'Merge' }).click();
  await sound(page, 'choosing the other record');
  await page.getByRole('link', { name: 'Compare with patient 1001' }).click();
  await sound(page, 'both records');
  await page.getByRole('button', { name: 'Merge', exact: true }).click();
  await page.getByText('Patient 1001 is merged into this record.').waitFor();
  await page.goto(inside(l, 'patients'));
  equal(await page.locator(ROWS).count(), 1);
});

test('fields that stand side by side stay in line when one of them has a fault', async () => {
  const l = await Linden.start();
  const page = await owner(l);
  await page.goto(inside(l, 'patients/new'));
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('There is a problem').waitFor();
  for (const [left, right] of [['first_name', 'last_name'], ['birth_date', 'gender']])
    for (const part of [`label[for=%]`, `#%`]) {
      const [a, b] = await Promise.all([left, right].map(name => page.locator(part.replace('%', name)).boundingBox()));
      check(a.x < b.x && Math.abs(part.startsWith('label') ? a.y - b.y : a.y + a.height - b.y - b.height) < 1, `${left}, ${right}: ${part}`);
    }
  equal(await page.locator('.set').first().evaluate(set => getComputedStyle(set).borderBlockStartWidth), '0px');
});

test('a narrow list says nothing of what is not known', async () => {
  const l = await Linden.start();
  const page = await owner(l, { width: 390 });
  await add(page, l, 'Anna', 'Aster', '27 3 1980', '');
  await page.getByText('Patient 1001 is added.').waitFor();
  await page.goto(inside(l, 'patients'));
  equal(await page.locator(`${ROWS} td:visible`).count(), 3); // name, number, birth
});

test('pages of patients are sound at every width, in light and dark', async () => {
  const l = await Linden.start();
  const page = await owner(l);
  await add(page, l, 'Anna', 'Aster', '27 3 1980', '03 5550 0142');
  await page.getByText('Patient 1001 is added.').waitFor();
  const record = new URL(page.url()).pathname;
  const paths = [inside(l, 'patients'), inside(l, 'patients/new'), record, `${record}/edit`, `${record}/merge`, `${record}/appointments`];
  await soundEverywhere(l, await page.context().cookies(), paths);
});

// help_test.mjs - the steps of the help, followed to the letter: labels come out of the articles.
import { Linden, check, equal, open, signIn, sound, soundEverywhere, test } from './lib.mjs';

async function article(page, title) {
  await page.getByRole('navigation', { name: 'Help' }).getByRole('link', { name: 'Help' }).click();
  await page.getByRole('heading', { name: 'Help', level: 1 }).waitFor();
  await page.getByRole('link', { name: title, exact: true }).click();
  await page.getByRole('heading', { name: title, level: 1 }).waitFor();
  return page.locator('article ol.steps-list b').evaluateAll(all => all.map(b => b.textContent.trim()));
}

/* Step 1 of both: Settings > Users. */
async function toUsers(page, labels) {
  equal(labels.slice(0, 2).join(' > '), 'Settings > Users');
  await page.getByRole('link', { name: labels[0], exact: true }).click();
  await page.getByRole('heading', { name: labels[0], level: 1 }).waitFor();
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: labels[1], exact: true }).click();
  await page.getByRole('heading', { name: labels[1], level: 1 }).waitFor();
}

for (const script of [true, false]) {
  test(`the article about adding a user can be followed, script ${script ? 'on' : 'off'}`, async () => {
    const l = await Linden.start();
    const page = await open(l, { script });
    await signIn(page, 'amara@northside.example');
    const labels = (await article(page, 'Add a user')).flatMap(x => x.split(', '));
    await toUsers(page, labels);
    const [, , add, ...rest] = labels;
    await page.getByRole('link', { name: add, exact: true }).first().click();
    const values = { 'Title': 'Dr', 'First name': 'Ingrid', 'Last name': 'Haaland', 'Profession': 'Physiotherapist',
      'Registration number': 'PHY0001234567', 'Email': 'ingrid@haaland.example', 'Confirm email': 'ingrid@haaland.example',
      'Access level': 'Personal Access' };
    const form = script ? page.locator('dialog') : page.locator('main');
    await form.getByLabel('Last name', { exact: true }).waitFor();
    for (const label of rest.slice(0, -1)) {
      const field = form.getByLabel(label, { exact: true });
      if (label === 'Role type') await form.getByLabel('Practitioner').check();
      else if (label === 'I set a temporary password') await form.getByLabel(label).check();
      else if (label === 'Locations') await form.getByLabel('Riverside').check();
      else if (label === 'Title') await form.getByLabel(/^Title/).first().selectOption(values[label]);
      else if (values[label] && await field.evaluate(e => e.tagName) === 'SELECT') await field.selectOption({ label: values[label] });
      else if (values[label]) await field.fill(values[label]);
      else check(await form.getByText(label).count(), `nothing on the form is called "${label}"`);
    }
    await form.getByLabel('Temporary password', { exact: true }).fill('copper-window-tiger-moss');
    await form.getByLabel('Confirm password', { exact: true }).fill('copper-window-tiger-moss');
    await form.getByRole('button', { name: rest.at(-1), exact: true }).click();
    await page.getByText('Ingrid Haaland is added').waitFor();
    const welcome = await l.mail('ingrid@haaland.example', 'added you');
    check(!welcome.text.includes('copper-window'), 'the temporary password is never mailed');
  });

  test(`the article about deactivating a user can be followed, script ${script ? 'on' : 'off'}`, async () => {
    const l = await Linden.start();
    equal(l.cli(['demo', 'seed']).status, 0);
    const page = await open(l, { script });
    await signIn(page, 'freya@northside.example');
    const labels = await article(page, 'Deactivate a user');
    await toUsers(page, labels);
    const [, , tell, note, deactivate] = labels;
    await page.getByRole('link', { name: 'Deactivate Ms Beatriz Lima' }).click();
    const box = script ? page.locator('dialog') : page.locator('main');
    await box.getByRole('heading', { name: 'Deactivate Beatriz Lima?' }).waitFor();
    const [before, after] = tell.split('…');
    await box.getByLabel(new RegExp(`^${before.trim()} Beatriz.* ${after.trim()}`)).check();
    await box.getByLabel(note).fill('Moved away');
    await box.getByRole('button', { name: deactivate, exact: true }).click();
    await page.getByText('Beatriz Lima is deactivated').waitFor();
    const row = page.locator('tr.off', { hasText: 'Beatriz Lima' });
    equal(await row.count(), 1, 'grey rows of Beatriz:');
    await row.getByRole('link', { name: 'Edit Ms Beatriz Lima' }).click();
    await page.getByText('Activate user').first().waitFor();
  });
}

test('an article asks whether it helped, and the host can read the answers', async () => {
  const l = await Linden.start();
  const page = await open(l);
  await signIn(page, 'amara@northside.example');
  await article(page, 'Access levels and settings');
  await sound(page, 'access levels');
  await page.getByLabel('Comment').fill('The table is good');
  await page.getByRole('button', { name: 'No', exact: true }).click();
  await page.getByText('Thank you').waitFor();
  const answers = l.cli(['help-answers']);
  check(answers.stdout.includes('The table is good'), `the host reads: ${answers.stdout}${answers.stderr}`);
});

test('help, home, settings, locations and the log are sound at every width', async () => {
  const l = await Linden.start();
  const page = await open(l);
  await signIn(page, 'amara@northside.example');
  const g = `/g/${l.northside.slug}`;
  await soundEverywhere(l, await page.context().cookies(), [`${g}/`, `${g}/help`, `${g}/help/add-user`,
    `${g}/help/deactivate-user`, `${g}/help/access-levels`, `${g}/settings/`, `${g}/settings/group`,
    `${g}/settings/locations`, `${g}/settings/locations/new`, `${g}/settings/audit`, `${g}/nothing`]);
});

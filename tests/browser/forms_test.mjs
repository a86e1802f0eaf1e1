// forms_test.mjs - what is wrong is said at the field, with the input kept; in dialogs as on pages.
import { Linden, check, equal, open, signIn, sound, test } from './lib.mjs';
import { AMARA, BEATRIZ, GEORGE, TEMPORARY, addUser, amara, fillUser, inside, member, openAddUser, says, users } from './steps.mjs';

/* Presses the button and looks at what every form must do with bad input. */
async function refused(page, where, button, messages, status = 422) {
  const [answer] = await Promise.all([
    page.waitForResponse(r => r.request().method() === 'POST' && !/preview|challenge/.test(r.url())),
    where.getByRole('button', { name: button, exact: true }).click(),
  ]);
  equal(answer.status(), status, `${button}:`);
  const summary = where.locator('[data-errsum]');
  await summary.getByRole('heading', { name: 'There is a problem' }).waitFor();
  if (page.script) {
    check(await page.evaluate(() => document.activeElement.hasAttribute('data-errsum')), 'the focus is on the summary');
    if (!await page.getByRole('dialog').count()) check((await page.title()).startsWith('Error: '), 'the title begins with Error');
  }
  for (const [field, message] of Object.entries(messages)) {
    const link = summary.getByRole('link', { name: message });
    await link.waitFor();
    const id = (await link.getAttribute('href')).slice(1);
    const at = where.locator(`[id="${id}"]`);
    equal(await at.count(), 1, `${message} leads to one field:`);
    if (!page.script) continue;
    await link.click();
    check(await at.evaluate(e => e === document.activeElement || e.contains(document.activeElement)), `"${message}" leads to ${field}`);
    const described = await at.evaluate(e => [e, e.closest('fieldset')].filter(Boolean)
      .flatMap(x => (x.getAttribute('aria-describedby') || '').split(' ')).map(i => i && document.getElementById(i)?.textContent).join(' ')
      + (document.getElementById(`${e.name}-err`)?.textContent || ''));
    check(described.includes(message), `${field} is not described by "${message}": ${described}`);
  }
  return answer;
}

for (const script of [true, false])
  test(`every fault of a new user is said at its field and the input is kept, script ${script ? 'on' : 'off'}`, async () => {
    const l = await Linden.start();
    const page = await amara(l, { script });
    let form = await openAddUser(page);
    await refused(page, form, 'Save', {
      'First name': 'Enter a first name', 'Last name': 'Enter a last name', 'Profession': 'Choose a profession', 'Email': 'Enter an email address', 'Access level': 'Choose an access level' });
    if (script) await sound(page, 'an empty form');
    l.secrets.add(TEMPORARY);
    await fillUser(form, { ...BEATRIZ, profession: '', registration: '', locations: [], password: TEMPORARY });
    await form.getByLabel('Confirm email', { exact: true }).fill('beatriz@lina.example');
    await form.getByLabel('Confirm password', { exact: true }).fill('something else entirely');
    await refused(page, form, 'Save', {
      'Profession': 'Choose a profession', 'Registration number': 'Enter the registration number',
      'Confirm email': 'The two email addresses are different', 'Confirm password': 'The two passwords are different',
      'Locations': 'Choose at least one location for a practitioner' });
    const value = label => form.getByLabel(label, { exact: true }).inputValue();
    equal(await value('First name'), 'Beatriz');
    equal(await value('Email'), BEATRIZ.email);
    equal(await value('Confirm email'), 'beatriz@lina.example');
    equal(await value('Temporary password'), '', 'passwords come back empty:');
    equal(await value('Confirm password'), '');
    equal(await form.getByRole('radio', { name: /^Practitioner/ }).isChecked(), true);
    check(!(await page.content()).includes(TEMPORARY), 'the password is nowhere in the page');
    if (script) await sound(page, 'a form with faults');
    for (const [password, message] of [['short', 'Use at least 15 characters'], ['Beatriz.Northside.Lima', 'This password is made of names'],
      ['aaaaaaaaaaaaaaaaaaaa', 'This password is a repetition']]) {
      await form.getByLabel('Temporary password', { exact: true }).fill(password);
      await form.getByLabel('Confirm password', { exact: true }).fill(password);
      await refused(page, form, 'Save', { 'Temporary password': message });
    }
    await fillUser(form, { ...BEATRIZ, password: TEMPORARY });
    await form.getByRole('button', { name: 'Save', exact: true }).click();
    await says(page, 'Beatriz Lima is added.');
    form = await openAddUser(page);
    await fillUser(form, BEATRIZ);
    await refused(page, form, 'Save', { 'Email': 'beatriz@lima.example is already a user of this group' });
  });

test('who has an invitation or was deactivated is not added a second time', async () => {
  const l = await Linden.start();
  const page = await amara(l);
  await addUser(page, GEORGE);
  let form = await openAddUser(page);
  await fillUser(form, GEORGE);
  await refused(page, form, 'Save', { 'Email': 'george@tan.example already has an invitation, open until' });
  await page.goto(users(l));
  await member(l, page, BEATRIZ);
  await page.goto(users(l));
  await page.getByRole('link', { name: 'Deactivate Dr Beatriz Lima' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Deactivate', exact: true }).click();
  await says(page, 'is deactivated.');
  form = await openAddUser(page);
  await fillUser(form, BEATRIZ);
  await refused(page, form, 'Save', { 'Email': 'beatriz@lima.example was deactivated on' });
  await sound(page, 'the way to activating');
  await form.getByRole('link', { name: 'Activate user', exact: true }).click();
  await page.getByRole('heading', { name: 'Activate Beatriz Lima?' }).waitFor();
});

test("a user's page says what is wrong, too", async () => {
  const l = await Linden.start();
  const page = await amara(l);
  await member(l, page, GEORGE);
  await page.goto(users(l));
  await page.getByRole('link', { name: 'Edit George Tan' }).click();
  const form = page.getByRole('main');
  await form.getByLabel('First name', { exact: true }).fill('');
  await form.getByLabel('Last name', { exact: true }).fill('x'.repeat(120));
  await refused(page, form, 'Save', { 'First name': 'Enter a first name', 'Last name': 'Use at most 100 characters' });
  equal((await form.getByLabel('Last name', { exact: true }).inputValue()).length, 120, 'the input is kept:');
  await sound(page, "a user's page with faults");
});

test('the last of the owners cannot be lowered', async () => {
  const l = await Linden.start();
  const page = await amara(l);
  await page.getByRole('link', { name: /^Edit .*Amara Okafor/ }).click();
  await page.getByLabel('Account Owner', { exact: true }).uncheck();
  await page.getByLabel('Access level', { exact: true }).selectOption('Clinical Access');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const refuse = page.locator('[data-errsum]');
  const review = page.getByRole('button', { name: /^Save \d+ changes?$/ });
  await refuse.or(review).first().waitFor();
  if (await review.count()) await review.click();
  await refuse.waitFor();
  check(/needs at least one/.test(await refuse.innerText()), `it says: ${await refuse.innerText()}`);
  await sound(page, 'the last owner');
  await page.goto(users(l));
  check((await page.getByRole('row').filter({ hasText: 'Amara' }).innerText()).includes('Full Access'), 'nothing was changed');
});

test('signing in and resetting say what is missing', async () => {
  const l = await Linden.start();
  const page = await open(l);
  await page.goto('/sign-in');
  await refused(page, page.getByRole('main'), 'Sign in', { 'Email': 'Enter an email address', 'Password': 'Enter your password' });
  await page.goto('/password-reset');
  await refused(page, page.getByRole('main'), 'Send the link', { 'Email': 'Enter an email address' });
  await page.getByLabel('Email', { exact: true }).fill('nobody');
  await refused(page, page.getByRole('main'), 'Send the link', { 'Email': 'Enter an email address like name@practice.example' });
  equal(await page.getByLabel('Email', { exact: true }).inputValue(), 'nobody');
});

test('the practice group and an article say what is missing', async () => {
  const l = await Linden.start();
  const page = await open(l);
  await signIn(page, AMARA);
  await page.goto(inside(l, 'settings/group'));
  await page.getByLabel('Name', { exact: true }).fill('');
  await page.getByLabel(/^Sign out after/).fill('90');
  await refused(page, page.getByRole('main'), 'Save', { 'Name': 'Enter the name of the practice group', 'Minutes': 'Choose between 5 and 60 minutes' });
  equal(await page.getByLabel(/^Sign out after/).inputValue(), '90', 'the input is kept:');
  await sound(page, 'a practice group with faults');
});

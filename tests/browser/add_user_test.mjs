// add_user_test.mjs - somebody new is added, signs in with the temporary password, and chooses an own one.
import { Linden, check, equal, open, signIn, sound, test } from './lib.mjs';
import { BEATRIZ, GEORGE, OWN, TEMPORARY, addUser, amara, fillUser, hasFocus, inside, openAddUser, row, says, tabTo, typeUser,
  users } from './steps.mjs';

/* From the welcome letter to the own password, in a browser of their own. */
async function comesIn(l, who, script) {
  const page = await open(l, { script, width: 390 });
  await signIn(page, who.email, TEMPORARY);
  equal(new URL(page.url()).pathname, '/sign-in/choose-password');
  await says(page, 'Amara Okafor at Northside Allied Health set it.');
  for (const path of [inside(l), users(l), '/me', '/me/devices', '/groups', inside(l, 'help')]) {
    await page.goto(path);
    equal(new URL(page.url()).pathname, '/sign-in/choose-password', `${path} leads back:`);
  }
  if (script) await sound(page, 'choosing an own password');
  const choose = async password => {
    await page.getByLabel('New password', { exact: true }).fill(password);
    await page.getByLabel('New password again').fill(password);
    await page.getByRole('button', { name: 'Save and continue' }).click();
  };
  await choose(TEMPORARY);
  await says(page, 'Choose a password that is different from the temporary one.');
  equal(await page.getByLabel('New password', { exact: true }).inputValue(), '', 'passwords come back empty:');
  if (script) await sound(page, 'choosing an own password with a fault');
  await choose(OWN);
  await page.waitForURL(`**${inside(l)}`);
  await says(page, 'Your password is saved.');
  await page.getByRole('heading', { name: 'Find your way at Northside Allied Health' }).waitFor();
  return page;
}

for (const how of ['in the dialog', 'on the page without script'])
  test(`a user with a temporary password is added ${how}, welcomed, and comes in with an own password`, async () => {
    const script = how === 'in the dialog';
    const l = await Linden.start();
    const page = await amara(l, { script });
    const where = await openAddUser(page);
    equal(new URL(page.url()).pathname, script ? users(l) : `${users(l)}/new`);
    if (script) await hasFocus(where.getByLabel(/^Title/), 'the dialog begins at its first field');
    await fillUser(where, { ...BEATRIZ, password: TEMPORARY });
    l.secrets.add(TEMPORARY).add(OWN);
    if (script) await sound(page, 'the dialog, filled in');
    await where.getByRole('button', { name: 'Save', exact: true }).click();
    await says(page, 'Beatriz Lima is added. We sent a welcome email to beatriz@lima.example.');
    equal(new URL(page.url()).pathname, users(l));
    const line = await row(page, BEATRIZ).innerText();
    for (const words of ['Dr Beatriz Lima', 'Psychologist', 'Clinical Access', 'Riverside', 'Never signed in', 'Temporary password expires'])
      check(line.includes(words), `her line says ${words}: ${line}`);
    await hasFocus(row(page, BEATRIZ).getByRole('link', { name: /Beatriz Lima/ }).first(), 'her name, after adding');
    check(line.includes('Just changed.'), 'marked in words, too');
    if (script) await sound(page, 'users after adding');
    const welcome = await l.mail(BEATRIZ.email, 'Amara Okafor added you to Northside Allied Health');
    check(welcome.text.includes('Clinical Access'), 'the welcome letter says what she may do');

    const own = await comesIn(l, BEATRIZ, script);
    const later = await open(l, { script });
    await later.goto('/sign-in');
    await later.getByLabel('Email', { exact: true }).fill(BEATRIZ.email);
    await later.getByLabel('Password', { exact: true }).fill(TEMPORARY);
    await later.getByRole('button', { name: 'Sign in', exact: true }).click();
    await later.getByRole('link', { name: 'The email or password is not right. Try again or reset your password.' }).waitFor();
    await signIn(later, BEATRIZ.email, OWN);

    await own.goto('/me/sign-in');
    await says(own, 'Not confirmed');
    await own.goto(new URL(welcome.link).pathname);
    await own.getByRole('button', { name: 'Confirm my email address' }).click();
    await own.goto('/me/sign-in');
    await own.getByText('Confirmed', { exact: true }).waitFor();

    for (const path of [users(l), inside(l, 'settings/audit')]) {
      await page.goto(path);
      check(!(await page.content()).includes(TEMPORARY), `${path} does not know the temporary password`);
    }
    await page.goto(users(l));
    check(!(await row(page, BEATRIZ).innerText()).includes('Never signed in'), 'the list knows that she was here');
    await page.getByRole('link', { name: 'Edit Dr Beatriz Lima' }).click();
    await page.getByRole('heading', { name: 'Dr Beatriz Lima' }).waitFor();
    check(!(await page.content()).includes(TEMPORARY), 'nor does her page');
  });

/* Days of the practice, as a field for a day takes them and as people read them. */
const dayIn = n => new Date(Date.now() + n * 864e5);
const typed = at => at.toLocaleDateString('en-CA', { timeZone: 'Australia/Melbourne' });
const read = at => at.toLocaleDateString('en-GB', { timeZone: 'Australia/Melbourne', day: 'numeric', month: 'short', year: 'numeric' })
  .replace('Sept', 'Sep');

for (const script of [true, false])
  test(`somebody who comes for a while has a first and a last day, script ${script ? 'on' : 'off'}`, async () => {
    const l = await Linden.start(), from = dayIn(9), until = dayIn(30);
    const page = await amara(l, { script });
    const where = await openAddUser(page);
    await fillUser(where, { ...BEATRIZ, entry: /link to choose/ });
    await where.getByLabel(/^First day/).fill(typed(until));
    await where.getByLabel(/^Last day/).fill(typed(from));
    await where.getByRole('button', { name: 'Save', exact: true }).click();
    await where.getByRole('link', { name: 'Choose a day that is not before the first day' }).waitFor();
    equal(await where.getByLabel(/^First day/).inputValue(), typed(until), 'what was entered is there:');
    await where.getByLabel(/^First day/).fill(typed(from));
    await where.getByLabel(/^Last day/).fill(typed(until));
    if (script) {
      await where.getByText(`From ${read(from)} until the end of ${read(until)}.`).waitFor();
      await sound(page, 'the dialog with days');
    }
    await where.getByRole('button', { name: 'Save', exact: true }).click();
    await says(page, 'Beatriz Lima is added.');
    const line = await row(page, BEATRIZ).innerText();
    for (const words of ['Not active yet', `Will be active from ${read(from)}`, `Will be deactivated on ${read(until)}`])
      check(line.includes(words), `her line says ${words}: ${line}`);
    const mail = await l.mail(BEATRIZ.email, 'Choose your password');
    await l.mail(BEATRIZ.email, 'You can use Northside Allied Health soon');
    const own = await open(l, { script, width: 390 });
    await own.goto(new URL(mail.link).pathname);
    await own.getByLabel('New password', { exact: true }).fill(OWN);
    await own.getByLabel('New password again').fill(OWN);
    l.secrets.add(OWN);
    await own.getByRole('button', { name: 'Save and continue' }).click();
    await says(own, 'Your password is saved.');
    await signIn(own, BEATRIZ.email, OWN);
    await own.goto(inside(l));
    await says(own, 'Your access to Northside Allied Health has not begun.');
    if (script) await sound(own, 'before the first day');
    await page.getByRole('link', { name: /Beatriz Lima/ }).first().click();
    await says(page, 'Planned by Amara Okafor.');
    if (script) await sound(page, 'somebody who is not active yet');
    await page.getByRole('link', { name: 'Activate user' }).click();
    await page.getByRole('button', { name: 'Activate user', exact: true }).last().click();
    await says(page, 'Beatriz Lima is active');
    await own.goto(inside(l));
    await own.getByRole('heading', { name: 'Find your way at Northside Allied Health' }).waitFor();
  });

test('a user is added with the keyboard alone', async () => {
  const l = await Linden.start();
  const page = await amara(l);
  const opener = page.getByRole('link', { name: 'Add user' });
  await tabTo(page, opener);
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Add a user to Northside Allied Health' });
  await dialog.waitFor();
  await hasFocus(dialog.getByLabel(/^Title/), 'the dialog begins at its first field');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await hasFocus(opener, 'closing gives the focus back');
  await page.keyboard.press('Enter');
  await dialog.waitFor();
  await dialog.getByLabel('First name').waitFor();
  await typeUser(page, dialog, { ...BEATRIZ, password: TEMPORARY });
  await tabTo(page, dialog.getByRole('button', { name: 'Save', exact: true }));
  await page.keyboard.press('Enter');
  await says(page, 'Beatriz Lima is added.');
  await l.mail(BEATRIZ.email, 'added you');
});

test('a dialog opens again however soon after it was closed', async () => {
  const l = await Linden.start();
  const page = await amara(l), dialog = page.getByRole('dialog', { name: 'Add a user to Northside Allied Health' });
  await page.getByRole('link', { name: 'Add user' }).click();
  await dialog.waitFor();
  await page.getByRole('link', { name: 'Add user', includeHidden: true }).evaluate(link => {
    document.querySelector('dialog').close();
    link.click(); // before the page hears that it was closed
  });
  await dialog.getByLabel('First name').waitFor();
});

test('unsaved input is asked about once before the dialog closes', async () => {
  const l = await Linden.start();
  const page = await amara(l);
  await page.goto(inside(l, 'settings/locations'));
  await page.getByRole('link', { name: 'Add location' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a location' });
  await dialog.getByLabel('Name', { exact: true }).fill('Hill');
  await page.keyboard.press('Escape');
  await says(page, 'Leave without saving? What you entered will be lost.');
  await sound(page, 'the question about unsaved input');
  await dialog.getByRole('button', { name: 'Stay' }).click();
  equal(await dialog.getByLabel('Name', { exact: true }).inputValue(), 'Hill');
  await dialog.getByRole('link', { name: 'Cancel' }).click();
  await dialog.getByRole('button', { name: 'Leave without saving' }).click();
  await dialog.waitFor({ state: 'detached' });
  equal(new URL(page.url()).pathname, inside(l, 'settings/locations'));
});

for (const script of [true, false])
  test(`a half-filled form is kept without passwords and taken up again, script ${script ? 'on' : 'off'}`, async () => {
    const l = await Linden.start();
    const page = await amara(l, { script });
    const field = (where, label) => where.getByLabel(label, { exact: true });
    let where = await openAddUser(page);
    await field(where, 'First name').fill('Beatriz');
    await field(where, 'Last name').fill('Lima');
    await field(where, 'Access level').selectOption('Clinical Access');
    await field(where, 'Riverside').check();
    await field(where, 'Temporary password').fill(TEMPORARY);
    l.secrets.add(TEMPORARY);
    if (script) {
      const kept = page.waitForResponse(r => r.url().endsWith('/draft'));
      await page.keyboard.press('Escape');
      equal((await kept).status(), 200);
      check(!(await kept).request().postData().includes('password='), 'no password is sent');
      await where.waitFor({ state: 'detached' });
    } else {
      await where.getByRole('button', { name: 'Cancel' }).click();
      await says(page, 'What you entered for Beatriz Lima is kept for 12 hours, without passwords.');
    }
    where = await openAddUser(page);
    equal(await field(where, 'First name').inputValue(), '');
    if (script) await sound(page, 'the form with something kept');
    await where.getByRole('button', { name: 'Continue with Beatriz Lima' }).click();
    await where.getByRole('button', { name: 'Continue with Beatriz Lima' }).waitFor({ state: 'detached' });
    if (script) equal(new URL(page.url()).pathname, users(l), 'still in the dialog:');
    equal(await field(where, 'First name').inputValue(), 'Beatriz');
    equal(await field(where, 'Access level').inputValue(), 'clinical');
    equal(await field(where, 'Riverside').isChecked(), true);
    equal(await field(where, 'Temporary password').inputValue(), '');
    await fillUser(where, { ...BEATRIZ, locations: [] });
    await where.getByRole('button', { name: 'Save', exact: true }).click();
    await row(page, BEATRIZ).waitFor();
    where = await openAddUser(page);
    equal(await where.getByRole('button', { name: 'Start again' }).count(), 0, 'done is done:');
    await field(where, 'Last name').fill('Tan');
    const kept = script && page.waitForResponse(r => r.url().endsWith('/draft') && r.ok());
    await where.getByRole('button', { name: script ? 'Close' : 'Cancel' }).click();
    await kept;
    where = await openAddUser(page);
    await where.getByRole('button', { name: 'Start again' }).click();
    await where.getByRole('button', { name: 'Start again' }).waitFor({ state: 'detached' });
    equal(await field(where, 'Last name').inputValue(), '');
  });

test('the suggested password can be copied by keyboard', async () => {
  const l = await Linden.start();
  const page = await amara(l);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const dialog = await openAddUser(page);
  const words = await dialog.locator('#suggestion').innerText();
  await tabTo(page, dialog.getByRole('button', { name: 'Copy' }));
  await page.keyboard.press('Enter');
  await dialog.getByRole('status').filter({ hasText: 'Copied' }).waitFor();
  equal(await page.evaluate(() => navigator.clipboard.readText()), words);
});

for (const script of [true, false])
  test(`a set-up link lets somebody new choose a password, script ${script ? 'on' : 'off'}`, async () => {
    const l = await Linden.start();
    const page = await amara(l, { script });
    await addUser(page, { ...GEORGE, entry: /^Send them a link/ });
    await says(page, 'George Tan is added. We sent a link to choose a password to george@tan.example.');
    const mail = await l.mail(GEORGE.email, 'Choose your password for Northside Allied Health');
    const path = new URL(mail.link).pathname;
    const own = await open(l, { script });
    for (let i = 0; i < 2; i++) {
      await own.goto(path);
      await own.getByRole('heading', { name: 'Choose your own password' }).waitFor();
    }
    if (script) await sound(own, 'set-up');
    l.secrets.add(OWN);
    await own.getByLabel('New password', { exact: true }).fill(OWN);
    await own.getByLabel('New password again').fill(OWN);
    await own.getByRole('button', { name: 'Save and continue' }).click();
    await own.waitForURL(url => !url.pathname.startsWith('/set-up'));
    if (new URL(own.url()).pathname === '/sign-in') await signIn(own, GEORGE.email, OWN);
    await own.goto('/me/sign-in');
    await own.getByText('Confirmed', { exact: true }).waitFor();
    await own.goto(path);
    await says(own, 'This link has expired or was used.');
    if (script) await sound(own, 'a used set-up link');
  });

test('the access form follows the level, keeps changes by hand, and says in sentences what comes of it', async () => {
  const l = await Linden.start();
  const page = await amara(l);
  const form = await openAddUser(page);
  const box = label => form.getByLabel(label, { exact: true });
  const level = box('Access level'), reads = box("See others' clinical notes"), writes = box("Edit others' clinical notes");
  await form.getByRole('radio', { name: /^Practitioner/ }).check();
  await form.getByLabel('First name', { exact: true }).fill('Ingrid');
  await level.selectOption('Clinical Access');
  equal(await reads.isChecked(), true);
  equal(await writes.isChecked(), false);
  await form.getByRole('heading', { name: 'What Ingrid will be able to do' }).waitFor();
  await says(form, 'Not: add or change users');
  await says(form, 'Sees no appointments or patients without a location');
  await box('Riverside').check();
  await says(form, "See others' clinical notes");
  await writes.check();
  await says(form, '1 changed from the level');
  await form.getByText("See others' clinical notes").and(form.locator('aside *')).waitFor({ state: 'detached' });
  await reads.uncheck();
  equal(await writes.isChecked(), false, 'editing needs seeing:');
  await form.getByRole('button', { name: "Use this level's settings" }).click();
  equal(await reads.isChecked(), true, 'the level is put back:');
  await box('Read Only Access').check();
  await says(form, '(look only)');
  await form.getByRole('radio', { name: /^Administrator/ }).check();
  await form.getByLabel('Registration number', { exact: true }).waitFor({ state: 'hidden' });
  const offered = await level.evaluate(s => [...s.options].filter(o => !o.disabled).map(o => o.textContent));
  check(offered.includes('Office Access') && !offered.includes('Personal Access'), `administrators are offered ${offered}`);
  await sound(page, 'the access form');
});

test("without script, 'Use this level's settings' fills the boxes in", async () => {
  const l = await Linden.start();
  const page = await amara(l, { script: false });
  const form = await openAddUser(page);
  await fillUser(form, BEATRIZ);
  await form.getByRole('button', { name: "Use this level's settings" }).click();
  equal(await form.getByLabel("See others' clinical notes", { exact: true }).isChecked(), true);
  equal(await form.getByLabel("Edit others' clinical notes", { exact: true }).isChecked(), false);
  equal(await form.getByLabel('Confirm email', { exact: true }).inputValue(), BEATRIZ.email, 'the input is kept:');
  await says(form, "See others' clinical notes");
  await form.getByRole('button', { name: 'Save', exact: true }).click();
  await says(page, 'We sent Beatriz Lima an invitation.');
});

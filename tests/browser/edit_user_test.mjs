// edit_user_test.mjs - a user's page: changes are reviewed, and nobody overwrites what another just saved.
import { Linden, check, equal, open, signIn, sound, soundEverywhere, test } from './lib.mjs';
import { BEATRIZ, FREYA, GEORGE, OWN, amara, inside, member, post, row, says, tabTo, users } from './steps.mjs';

const edit = async (page, name) => {
  await page.getByRole('link', { name: `Edit ${name}`, exact: true }).click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
};
const save = page => page.getByRole('button', { name: 'Save', exact: true }).click();

for (const script of [true, false])
  test(`a change of access is shown before and after, saved, mailed and logged, script ${script ? 'on' : 'off'}`, async () => {
    const l = await Linden.start();
    const page = await amara(l, { script });
    await member(l, page, GEORGE);
    await page.goto(users(l));
    await edit(page, 'George Tan');
    if (script) await sound(page, "a user's page");
    await page.getByLabel('Access level', { exact: true }).selectOption('Clinical Access');
    if (!script) await page.getByRole('button', { name: "Use this level's settings" }).click();
    await page.getByLabel('Read Only Access', { exact: true }).check();
    await save(page);
    await page.getByRole('heading', { name: 'Review changes to George Tan' }).waitFor();
    if (script) await sound(page, 'the review');
    const line = page.getByRole('row', { name: /^Access level/ });
    const words = (await line.innerText()).replace(/\s+/g, ' ');
    check(/Office Access.*Clinical Access/.test(words), `the review says: ${words}`);
    await says(page, '“Now” takes effect at once.');
    await page.getByRole('button', { name: 'Back to editing' }).click();
    await page.getByRole('heading', { level: 1, name: 'George Tan' }).waitFor();
    equal(await page.getByLabel('Read Only Access', { exact: true }).isChecked(), true, 'back to editing keeps the change:');
    await save(page);
    await page.getByRole('button', { name: /^Save \d+ changes?$/ }).click();
    await says(page, 'George Tan is saved.');
    const mail = await l.mail(GEORGE.email, 'Your access at Northside Allied Health changed');
    check(mail.text.includes('Clinical Access'), 'the letter says what he has now');
    await page.goto(users(l));
    const now = await row(page, GEORGE).innerText();
    check(now.includes('Clinical Access') && now.includes('Read only'), `his line says: ${now}`);
    await page.goto(inside(l, 'settings/audit'));
    const log = await page.getByRole('row').filter({ hasText: 'Changed the access of George Tan' }).innerText();
    check(log.includes('Office Access') && log.includes('Clinical Access'), `the log says: ${log}`);
    const own = await open(l, { script });
    await signIn(own, GEORGE.email, OWN);
    await says(own, 'You have read-only access.');
  });

for (const script of [true, false])
  test(`a change of access waits for its day and is taken back, script ${script ? 'on' : 'off'}`, async () => {
    const l = await Linden.start();
    const page = await amara(l, { script });
    await member(l, page, GEORGE);
    await page.goto(users(l));
    await edit(page, 'George Tan');
    await page.getByRole('link', { name: 'Change access on a date' }).click();
    await page.getByLabel('Access level', { exact: true }).selectOption('Clinical Access');
    if (!script) await page.getByRole('button', { name: "Use this level's settings" }).click();
    await save(page);
    await page.getByRole('heading', { name: 'Review changes to George Tan' }).waitFor();
    equal(await page.getByRole('radio', { name: /^On a date/ }).isChecked(), true, 'the date is asked for:');
    await page.getByRole('button', { name: /^Save \d+ changes?$/ }).click();
    await page.getByRole('link', { name: 'Enter the day' }).waitFor();
    if (script) await sound(page, 'the review without a day');
    await page.getByLabel(/^Day/).fill(new Date(Date.now() + 9 * 864e5).toISOString().slice(0, 10));
    await page.getByRole('button', { name: /^Save \d+ changes?$/ }).click();
    await says(page, /Access changes on .+ at 0:00\./);
    await says(page, 'Planned by Amara Okafor.');
    if (script) await sound(page, "a user's page with a planned change");
    check((await l.mail(GEORGE.email, 'Your access to Northside Allied Health will change')).text.includes('Clinical Access'),
      'the letter says what will be');
    await page.goto(users(l));
    const line = await row(page, GEORGE).innerText();
    check(line.includes('Office Access') && line.includes('Access changes on'), `his line says: ${line}`);
    await edit(page, 'George Tan');
    await page.getByRole('button', { name: 'Take back' }).click();
    await says(page, 'What was planned for George Tan is taken back.');
    equal(await page.getByText('Access changes on').count(), 0, 'nothing is planned:');
    await l.mail(GEORGE.email, 'Your access to Northside Allied Health stays as it is');
  });

test('a change of the name alone needs no review, with the keyboard alone', async () => {
  const l = await Linden.start();
  const page = await amara(l);
  await member(l, page, BEATRIZ);
  await page.goto(users(l));
  await tabTo(page, page.getByRole('link', { name: 'Edit Dr Beatriz Lima' }));
  await page.keyboard.press('Enter');
  const last = page.getByLabel('Last name', { exact: true });
  await tabTo(page, last);
  await page.keyboard.press('Control+a');
  await page.keyboard.type('Lima Duarte');
  await page.keyboard.press('Enter');
  await says(page, 'Beatriz Lima Duarte is saved.');
});

test('the role type is changed, and the level starts anew', async () => {
  const l = await Linden.start();
  const page = await amara(l);
  await member(l, page, GEORGE);
  await page.goto(users(l));
  await edit(page, 'George Tan');
  await page.getByRole('radio', { name: /^Practitioner/ }).check();
  await save(page);
  const summary = page.locator('[data-errsum]');
  await summary.waitFor();
  check((await summary.innerText()).includes('Choose a profession'), 'a practitioner needs a profession');
  await page.getByLabel('Profession', { exact: true }).selectOption('Podiatrist');
  await page.getByLabel('Registration number', { exact: true }).fill('77 888 999 000');
  await page.getByLabel('Access level', { exact: true }).selectOption('Personal Access');
  await save(page);
  await page.getByRole('heading', { name: 'Review changes to George Tan' }).waitFor();
  const role = (await page.getByRole('row', { name: /^Role type/ }).innerText()).replace(/\s+/g, ' ');
  check(/Administrator.*Practitioner/.test(role), `the review says: ${role}`);
  await page.getByRole('button', { name: /^Save \d+ changes?$/ }).click();
  await says(page, 'George Tan is saved.');
  await page.goto(users(l));
  const line = await row(page, GEORGE).innerText();
  check(line.includes('Practitioner') && line.includes('Personal Access'), line);
});

for (const script of [true, false])
  test(`of two who change one user, the second chooses between both versions and loses nothing, script ${script ? 'on' : 'off'}`, async () => {
    const l = await Linden.start();
    const page = await amara(l, { script });
    await member(l, page, GEORGE);
    await member(l, page, FREYA);
    const other = await open(l, { script });
    await signIn(other, FREYA.email, OWN);
    for (const p of [page, other]) {
      await p.goto(users(l));
      await edit(p, 'George Tan');
    }
    await other.getByLabel('Title', { exact: false }).selectOption('Dr');
    await other.getByLabel('First name', { exact: true }).fill('Giorgos');
    await other.getByLabel('Last name', { exact: true }).fill('Tanaka');
    await save(other);
    await says(other, 'Giorgos Tanaka is saved.');
    await page.getByLabel('First name', { exact: true }).fill('Georg');
    await page.getByLabel('Last name', { exact: true }).fill('Tan-Ong');
    const [answer] = await Promise.all([page.waitForResponse(r => r.request().method() === 'POST' && !r.url().includes('preview')), save(page)]);
    equal(answer.status(), 409);
    await page.getByRole('heading', { name: 'Someone was faster' }).waitFor();
    const line = await page.getByRole('row', { name: /^Last name/ }).innerText();
    check(line.includes('Tan-Ong') && line.includes('Tanaka'), `both versions: ${line}`);
    await says(page, 'Freya Nilsson');
    await says(page, 'stay as saved: Title.');
    if (script) await sound(page, 'two versions of a user');
    /* By keyboard: the saved first name, then back to the form and on from there. */
    await page.getByRole('radio', { name: 'First name You entered Georg' }).focus();
    await page.keyboard.press('ArrowRight');
    check(await page.getByRole('radio', { name: 'First name Now saved Giorgos' }).isChecked(), 'the arrow chooses');
    await page.getByRole('button', { name: 'Back to editing' }).click();
    await page.getByRole('heading', { name: 'George Tan' }).or(page.getByRole('heading', { name: /Giorgos/ })).first().waitFor();
    equal(await page.getByLabel('First name', { exact: true }).inputValue(), 'Giorgos', 'the choice:');
    equal(await page.getByLabel('Last name', { exact: true }).inputValue(), 'Tan-Ong', 'the input:');
    await save(page);
    await says(page, 'Giorgos Tan-Ong is saved.');
    check((await page.getByRole('row', { name: /Giorgos Tan-Ong/ }).innerText()).includes('Dr'), 'what the other alone changed stays');
  });

for (const script of [true, false])
  test(`a user's page has a tab for what happened to and by that user, script ${script ? 'on' : 'off'}`, async () => {
    const l = await Linden.start();
    const page = await amara(l, { script });
    await member(l, page, GEORGE);
    await page.goto(users(l));
    await edit(page, 'George Tan');
    await tabTo(page, page.getByRole('link', { name: 'Activity' }));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'What happened to George' }).waitFor();
    await page.getByRole('row').filter({ hasText: 'Added George Tan' }).waitFor();
    if (script) await sound(page, "a user's activity");
    await page.getByRole('link', { name: 'What George did' }).click();
    await says(page, 'Nothing yet.');
    await page.getByRole('link', { name: 'Details and access' }).click();
    await page.getByLabel('Last name', { exact: true }).waitFor();
  });

test('nobody without Full Access changes users by any path, and ids of another group do not exist', async () => {
  const l = await Linden.start();
  const page = await amara(l);
  await member(l, page, GEORGE);
  const other = l.create('Harbourside Clinic', 'hana@harbourside.example', 'Hana', 'Sato', ['Pier']);
  await page.goto(users(l));
  const georges = await page.getByRole('link', { name: 'Edit George Tan' }).getAttribute('href');
  const own = await open(l);
  await signIn(own, GEORGE.email, OWN);
  await own.goto(users(l));
  await own.getByRole('heading', { name: 'People in this practice' }).waitFor();
  await says(own, 'Amara Okafor can change users.');
  equal(await own.getByRole('link', { name: 'Add user' }).count(), 0);
  await sound(own, 'people in this practice');
  for (const path of [`${users(l)}/new`, `${georges}/deactivate`, `${georges}/activate`, inside(l, 'settings/audit')]) {
    const answer = await own.goto(path);
    equal(answer.status(), 403, `${path} for George:`);
  }
  await sound(own, 'the page that says no');
  equal((await post(own, '/me', users(l), { first_name: 'X' })).status(), 403);
  equal((await post(own, '/me', georges, { level: 'full' })).status(), 403);
  const hana = await open(l);
  await signIn(hana, other.email);
  const texts = new Set();
  for (const path of [users(l), georges.replace('/g/northside-allied-health', `/g/${other.slug}`), `/g/${other.slug}/settings/users/nonsense`, '/g/nowhere/']) {
    const answer = await hana.goto(path);
    equal(answer.status(), 404, `${path} for Hana:`);
    texts.add((await hana.locator('main').innerText()).replace(/\s+/g, ' '));
  }
  equal(texts.size, 1, 'one and the same page:');
  await sound(hana, 'not found');
});

test("every action of a user's page does what it says", async () => {
  const l = await Linden.start();
  const page = await amara(l);
  await member(l, page, BEATRIZ);
  const own = await open(l);
  await signIn(own, BEATRIZ.email, OWN);
  await page.goto(users(l));
  await edit(page, 'Dr Beatriz Lima');
  await says(page, '1 signed-in device');
  await page.getByRole('button', { name: 'Sign out of this group everywhere' }).click();
  await says(page, 'Beatriz Lima is signed out of this group. 1 session ended.');
  await own.getByRole('link', { name: 'Sign in', exact: true }).click(); // the open page has covered itself
  await says(own, 'Sign in once more to go in');
  await sound(own, 'the page that asks to sign in again');
  await page.getByRole('button', { name: 'Send password reset' }).click();
  await says(page, 'We sent Beatriz Lima a link to choose a new password.');
  await l.mail(BEATRIZ.email, 'Reset your password');
  await soundEverywhere(l, await page.context().cookies(), [new URL(page.url()).pathname]);
});

// deactivate_test.mjs - leaving: deactivated by others, by oneself, and coming back.
import { Linden, check, equal, open, signIn, sound, soundEverywhere, test } from './lib.mjs';
import { AMARA, BEATRIZ, FREYA, GEORGE, OWN, addUser, amara, hasFocus, inside, member, post, row, says, tabTo, users } from './steps.mjs';

const dialogOf = page => page.script ? page.getByRole('dialog') : page.getByRole('main');

async function openDeactivate(page, l, name) {
  await page.goto(users(l));
  await page.getByRole('link', { name: `Deactivate ${name}`, exact: true }).click();
  const where = dialogOf(page);
  await where.getByRole('heading', { name: /^Deactivate .*\?$/ }).waitFor();
  return where;
}

async function deactivate(page, l, name) {
  const where = await openDeactivate(page, l, name);
  await where.getByRole('button', { name: 'Deactivate', exact: true }).click();
  await says(page, 'is deactivated.');
}

for (const script of [true, false])
  test(`a user is deactivated, is out with the next click, comes back by Undo or on the user's page, script ${script ? 'on' : 'off'}`, async () => {
    const l = await Linden.start();
    const page = await amara(l, { script });
    await member(l, page, BEATRIZ);
    await member(l, page, GEORGE);
    const own = await open(l, { script });
    await signIn(own, BEATRIZ.email, OWN);
    await own.goto(users(l));
    await says(own, 'George Tan');

    const where = await openDeactivate(page, l, 'Dr Beatriz Lima');
    equal(new URL(page.url()).pathname.endsWith('/deactivate'), !script);
    if (script) await hasFocus(where.getByRole('heading', { name: 'Deactivate Beatriz Lima?' }), 'a question begins at its heading');
    await says(where, 'on the 1 signed-in device, at once');
    await says(where, 'The calendar and patient records stay here.');
    await says(where, 'This does not affect other practice groups.');
    await says(where, 'Leaving but still needs to look things up?');
    if (script) await sound(page, 'deactivating');
    await where.getByLabel('Note for the audit log').fill('Moved to the coast');
    await where.getByRole('button', { name: /^Allow/ }).click();
    await where.getByText('Allowed', { exact: true }).waitFor();
    equal(await where.getByLabel('Note for the audit log').inputValue(), 'Moved to the coast', 'settling a line keeps the note:');
    await where.getByRole('button', { name: /^Undo/ }).click();
    await where.getByRole('button', { name: /^Allow/ }).waitFor();
    equal(await where.getByLabel('Tell Beatriz by email').isChecked(), true);
    await where.getByLabel('Note for the audit log').fill('Moved to the coast');
    await where.getByRole('button', { name: 'Deactivate', exact: true }).click();
    await says(page, 'Beatriz Lima is deactivated. 1 session ended.');
    equal(new URL(page.url()).pathname, users(l));
    const grey = page.getByRole('row').last();
    check((await grey.innerText()).includes('Beatriz Lima') && (await grey.innerText()).includes('by Amara Okafor'), 'grey, at the end');
    equal(await grey.getByRole('link', { name: /^Deactivate/ }).count(), 0);
    if (script) await sound(page, 'users with a deactivated one');
    await l.mail(BEATRIZ.email, 'Your access to Northside Allied Health has ended');

    /* With script the open page has covered itself. */
    await own.getByRole('link', { name: script ? 'Continue' : 'Help', exact: true }).click();
    await own.getByRole('heading', { name: 'You no longer have access' }).waitFor();
    await says(own, 'Amara Okafor ended it on');
    if (script) await sound(own, 'the page of an ended access');
    await own.goBack();
    await own.getByRole('heading', { name: 'You no longer have access' }).waitFor();
    check(!(await own.locator('body').innerText()).includes('George Tan'), 'going back shows nothing');

    await page.getByRole('button', { name: 'Undo' }).click();
    await says(page, 'Beatriz Lima is active again.');
    await own.goto(inside(l));
    await says(own, 'Sign in once more to go in');
    const again = await open(l, { script });
    await signIn(again, BEATRIZ.email, OWN);
    await again.getByRole('heading', { name: /^Good .*, Beatriz/ }).waitFor();

    await deactivate(page, l, 'Dr Beatriz Lima');
    await again.goto(inside(l));
    await again.getByRole('heading', { name: 'You no longer have access' }).waitFor();
    await page.getByRole('link', { name: /^Edit Dr Beatriz Lima/ }).click();
    await page.getByRole('heading', { level: 1, name: 'Dr Beatriz Lima' }).waitFor();
    if (script) await sound(page, "a deactivated user's page");
    await page.getByRole('link', { name: 'Activate user' }).click();
    const activate = dialogOf(page);
    await activate.getByRole('heading', { name: 'Activate Beatriz Lima?' }).waitFor();
    equal(await activate.getByRole('radio', { name: /^With the access as before/ }).isChecked(), true);
    if (script) await sound(page, 'activating');
    await activate.getByRole('button', { name: 'Activate user' }).click();
    await says(page, 'Beatriz Lima is active again.');
    await l.mail(BEATRIZ.email, 'You can use Northside Allied Health again');
    await again.goto(inside(l));
    await says(again, 'Sign in once more to go in');
    const third = await open(l, { script });
    await signIn(third, BEATRIZ.email, OWN);
    await third.getByRole('heading', { name: /^Good .*, Beatriz/ }).waitFor();
    await page.goto(inside(l, 'settings/audit'));
    await says(page, 'Moved to the coast');
  });

for (const script of [true, false])
  test(`a departure is planned, taken back, done with a line waived, and signed off, script ${script ? 'on' : 'off'}`, async () => {
    const l = await Linden.start();
    equal(l.cli(['demo', 'seed']).status, 0);
    const page = await open(l, { script });
    await signIn(page, 'freya@northside.example');
    const G = new URL(page.url()).pathname.replace(/\/$/, '');
    const question = async () => {
      await page.goto(`${G}/settings/users`);
      await page.getByRole('link', { name: 'Deactivate Ms Beatriz Lima', exact: true }).click();
      return dialogOf(page);
    };
    let where = await question();
    await where.getByLabel('On a date').check();
    await where.getByRole('button', { name: 'Deactivate', exact: true }).click();
    await says(where, 'Enter the day');
    await where.locator('#date').fill('2027-11-30');
    await where.getByRole('button', { name: 'Deactivate', exact: true }).click();
    await says(page, 'Beatriz Lima will be deactivated on 30 Nov 2027 at 23:59.');
    if (script) await sound(page, 'a user who is to go');
    await page.getByRole('main').getByRole('button', { name: 'Take back' }).click();
    await says(page, 'What was planned for Beatriz Lima is taken back.');

    where = await question();
    const line = where.getByRole('listitem').filter({ hasText: 'Credits auto top-up' });
    await line.getByText('Waive…').click();
    await line.getByLabel('Why it may stay as it is').fill('The bank ends it');
    await line.getByRole('button', { name: /^Waive/ }).click();
    await says(where, 'Waived by Freya Nilsson on');
    if (script) await sound(page, 'a line that is waived');
    await where.getByRole('button', { name: 'Deactivate', exact: true }).click();
    await says(page, 'Beatriz Lima is deactivated.');
    await page.goto(`${G}/settings/users/departures`);
    await says(page, 'Beatriz Lima');
    await page.getByRole('link', { name: /^Record.*Beatriz Lima/ }).click();
    await says(page, 'Future appointments');
    await says(page, 'Nobody has signed it off yet.');
    if (script) await sound(page, 'the record of a departure');
    await page.getByLabel('Remark').fill('Talked it through');
    await page.getByRole('button', { name: 'Sign off' }).click();
    await says(page, 'It still stands as it was signed.');
    await says(page, 'Talked it through');
  });

test('a user is deactivated with the keyboard alone', async () => {
  const l = await Linden.start();
  const page = await amara(l);
  await member(l, page, GEORGE);
  await page.goto(users(l));
  const opener = page.getByRole('link', { name: 'Deactivate George Tan', exact: true });
  await tabTo(page, opener);
  await page.keyboard.press('Enter');
  const heading = page.getByRole('dialog').getByRole('heading', { name: 'Deactivate George Tan?' });
  await hasFocus(heading, 'a question begins at its heading');
  await page.keyboard.press('Enter'); // does nothing there
  await page.waitForTimeout(200);
  equal(await heading.isVisible(), true);
  await page.keyboard.press('Escape');
  await heading.waitFor({ state: 'detached' });
  await hasFocus(opener, 'Escape gives the focus back');
  await page.keyboard.press('Enter');
  await heading.waitFor();
  await tabTo(page, page.getByRole('dialog').getByLabel('Tell George by email'));
  await page.keyboard.press('Space');
  await tabTo(page, page.getByRole('dialog').getByRole('button', { name: 'Deactivate', exact: true }));
  await page.keyboard.press('Space');
  await says(page, 'George Tan is deactivated.');
  await page.waitForTimeout(300);
  check(!l.mails().some(m => m.subject.includes('has ended')), 'whoever is not to be told is not told');
});

test('the other practice group in the same cookie lives on, and Back after a remote sign-out shows nothing', async () => {
  const l = await Linden.start();
  const harbour = l.create('Harbourside Clinic', 'hana@harbourside.example', 'Hana', 'Sato', ['Pier']);
  const HANA = { ...BEATRIZ, title: '', first: 'Hana', last: 'Sato', email: harbour.email };
  const page = await amara(l);
  await member(l, page, GEORGE);
  await page.goto(users(l));
  await addUser(page, HANA);
  const own = await open(l);
  await signIn(own, harbour.email);
  await own.goto('/me/invitations');
  await own.getByRole('button', { name: 'Accept and join' }).click();
  await says(own, 'You have joined');
  await own.goto(users(l));
  await says(own, 'George Tan');
  await deactivate(page, l, 'Hana Sato');
  await own.getByRole('link', { name: 'Continue', exact: true }).click();
  await says(own, 'Amara Okafor ended it on');
  await says(own, 'Your other groups are not affected.');
  await own.getByRole('link', { name: /Harbourside Clinic/ }).first().click();
  await own.getByRole('heading', { name: /^Good .*, Hana/ }).waitFor();
  await own.goto(`/g/${harbour.slug}/settings/users`);
  await says(own, harbour.email);

  const remote = await open(l);
  await signIn(remote, harbour.email);
  await own.getByRole('link', { name: 'Help', exact: true }).click();
  await own.getByRole('heading', { name: 'Help', level: 1 }).waitFor();
  await remote.goto('/me/devices');
  await remote.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await says(remote, '1 other device is signed out.');
  let seen = '';
  own.on('framenavigated', () => own.locator('body').innerText().then(text => { seen += text; }).catch(() => {}));
  await own.goBack().catch(() => {});
  await own.waitForURL('**/sign-in**');
  check(!(seen + await own.locator('body').innerText()).includes(harbour.email), 'going back shows nothing of the list');
});

test('Full Access is lowered first, and then deactivated', async () => {
  const l = await Linden.start();
  const page = await amara(l);
  await member(l, page, FREYA);
  await page.goto(users(l));
  equal(await page.getByRole('link', { name: /^Deactivate .*Amara/ }).count(), 0, 'nobody deactivates the own user: links');
  await page.getByRole('link', { name: /^Deactivate Freya Nilsson/ }).click({ force: true });
  const dialog = page.getByRole('dialog');
  await says(dialog, 'Freya Nilsson has Full Access. Lower the access level first, then deactivate.');
  equal(await dialog.getByRole('button', { name: 'Deactivate' }).count(), 0);
  await sound(page, 'why Freya cannot be deactivated');
  const link = await dialog.getByRole('link', { name: 'Lower access and continue' }).getAttribute('href');
  const path = `${new URL(link, l.url).pathname}/deactivate`;
  check((await post(page, `${users(l)}/new`, path, { tell: '1' })).status() >= 400, 'nor by a form of our own');
  await dialog.getByRole('link', { name: 'Lower access and continue' }).click();
  await page.getByRole('heading', { level: 1, name: 'Freya Nilsson' }).waitFor();
  await page.getByLabel('Access level', { exact: true }).selectOption('Office Access');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('button', { name: /^Save \d+ changes?$/ }).click();
  await page.getByRole('heading', { name: 'Deactivate Freya Nilsson?' }).or(page.getByText('Freya Nilsson is saved.')).first().waitFor();
  await deactivate(page, l, 'Freya Nilsson');
});

for (const script of [true, false])
  test(`somebody leaves a practice group alone, and those with Full Access are told, script ${script ? 'on' : 'off'}`, async () => {
    const l = await Linden.start();
    const page = await amara(l);
    await member(l, page, GEORGE);
    const own = await open(l, { script });
    await signIn(own, GEORGE.email, OWN);
    await own.goto('/me');
    await own.getByRole('link', { name: /^Leave… ?Northside/ }).click();
    const where = own.locator('[data-sheet-body], dialog').filter({ hasText: 'Leave Northside Allied Health?' }).first();
    await says(where, 'You will be signed out of Northside Allied Health');
    if (script) await sound(own, 'leaving');
    await where.getByRole('button', { name: 'Leave Northside Allied Health' }).click();
    await says(own, 'You have left Northside Allied Health.');
    await l.mail(AMARA, 'George Tan left the practice group');
    await own.goto(inside(l));
    await own.getByRole('heading', { name: 'You no longer have access' }).waitFor();
    await page.goto('/me');
    await page.getByRole('link', { name: /^Leave… ?Northside/ }).click();
    await says(page, 'You are the only Account Owner. Hand the ownership over first, then lower your access level and leave.');
  });

test('read-only access is offered instead', async () => {
  const l = await Linden.start();
  const page = await amara(l);
  await member(l, page, BEATRIZ);
  const where = await openDeactivate(page, l, 'Dr Beatriz Lima');
  await where.getByRole('link', { name: 'Give read-only access instead' }).click();
  await page.getByRole('heading', { level: 1, name: 'Dr Beatriz Lima' }).waitFor();
  equal(await page.getByLabel('Read Only Access', { exact: true }).isChecked(), true);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('button', { name: /^Save \d+ changes?$/ }).click();
  await says(page, 'Beatriz Lima is saved.');
  await page.goto(users(l));
  const line = await row(page, BEATRIZ).innerText();
  check(line.includes('Personal Access') && line.includes('Read only'), line);
});

test('two who deactivate the same user: the second is told who was first', async () => {
  const l = await Linden.start();
  const page = await amara(l);
  await member(l, page, GEORGE);
  await member(l, page, FREYA);
  const freya = await open(l);
  await signIn(freya, FREYA.email, OWN);
  const mine = await openDeactivate(page, l, 'George Tan'), hers = await openDeactivate(freya, l, 'George Tan');
  await mine.getByRole('button', { name: 'Deactivate', exact: true }).click();
  await says(page, 'George Tan is deactivated.');
  await hers.getByRole('button', { name: 'Deactivate', exact: true }).click();
  await says(freya, /Amara Okafor deactivated George Tan/);
  await sound(freya, 'deactivated by somebody else already');
});

test('the pages of deactivating and activating are sound at every width', async () => {
  const l = await Linden.start();
  const page = await amara(l);
  await member(l, page, BEATRIZ);
  await member(l, page, GEORGE);
  await deactivate(page, l, 'George Tan');
  const path = async name => new URL(await page.getByRole('link', { name }).first().getAttribute('href'), l.url).pathname;
  const gone = await path(/^Edit George Tan/), there = await path('Edit Dr Beatriz Lima');
  await soundEverywhere(l, await page.context().cookies(), [users(l), `${users(l)}/new`, gone, `${gone}/activate`, `${gone}/deactivate`,
    `${there}/deactivate`, inside(l, 'leave')]);
});

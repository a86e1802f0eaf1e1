// list_test.mjs - many users: filters, pages, and single keys.
import { Linden, check, equal, sound, test } from './lib.mjs';
import { BEATRIZ, GEORGE, addUser, amara, fieldsOf, fillUser, hasFocus, inside, member, post, row, says, tabTo, users } from './steps.mjs';

/* 120 users, added the way the form adds them. */
async function crowd(l, page) {
  for (let i = 1; i <= 120; i++) {
    const n = String(i).padStart(3, '0'), even = i % 2 === 0;
    const answer = await post(page, `${users(l)}/new`, users(l), fieldsOf({ first: `Person${n}`, last: `Row${n}`,
      role: even ? 'Administrator' : 'Practitioner', profession: even ? '' : 'Nurse', registration: even ? '' : `R ${n}`,
      email: `person${n}@crowd.example`, level: even ? 'Office Access' : 'Clinical Access' }));
    equal(answer.status(), 303, `person ${n}:`);
  }
}

for (const script of [true, false])
  test(`120 users are filtered and leafed through, script ${script ? 'on' : 'off'}`, async () => {
    const l = await Linden.start();
    const page = await amara(l, { script });
    await crowd(l, page);
    await page.goto(users(l));
    await says(page, '121 active');
    const people = page.getByRole('row').filter({ hasText: /Person\d|Amara/ });
    equal(await people.count(), 50);
    await says(page, 'Page 1 of 3');
    if (script) await sound(page, 'the first of three pages');
    await page.getByRole('link', { name: 'Show 50 more' }).click();
    await says(page, 'Page 2 of 3');
    await page.getByRole('link', { name: 'Show 50 more' }).click();
    await says(page, 'Page 3 of 3');
    equal(await people.count(), 21);
    await page.getByRole('link', { name: 'Previous page' }).click();
    await says(page, 'Page 2 of 3');
    await page.getByLabel('Filter users').fill('row03');
    await page.keyboard.press('Enter');
    await page.waitForURL('**text=row03**');
    equal(await people.count(), 10);
    await page.getByLabel('Filter users').fill('');
    await page.getByRole('search').getByLabel(/^(Role|Filter by role)$/).selectOption('Administrators');
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.waitForURL('**role=administrator**');
    await says(page, 'Page 1 of 2');
    equal(await page.getByRole('row').filter({ hasText: 'Practitioner' }).count(), 0);
    await page.getByRole('link', { name: 'Show 50 more' }).click();
    await says(page, 'Page 2 of 2');
    equal(await page.getByRole('row').filter({ hasText: 'Practitioner' }).count(), 0, 'the filter holds on the next page:');
    await page.getByLabel('Filter users').fill('nobody at all');
    await page.keyboard.press('Enter');
    await says(page, "No users match 'nobody at all'.");
    if (script) await sound(page, 'nobody found');
    await page.getByRole('link', { name: 'Clear filters' }).click();
    await says(page, 'Page 1 of 3');
  });

test('single keys move through the list, edit, deactivate and help, and can be switched off', async () => {
  const l = await Linden.start();
  const page = await amara(l);
  await member(l, page, BEATRIZ);
  await member(l, page, GEORGE);
  await page.goto(users(l));
  const filter = page.getByLabel('Filter users');
  await page.keyboard.press('/');
  await hasFocus(filter, '/ goes to the filter');
  await page.keyboard.type('jx/e?');
  equal(await filter.inputValue(), 'jx/e?', 'inside a field they are letters:');
  await page.goto(users(l));
  const nameOf = () => page.evaluate(() => document.activeElement.closest('tr')?.innerText.split('\n').find(x => / /.test(x)) || '');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  check((await nameOf()).includes('Amara') || (await nameOf()).includes('Beatriz'), `j j is at ${await nameOf()}`);
  while (!(await nameOf()).includes('George')) {
    const before = await nameOf();
    await page.keyboard.press('j');
    if (await nameOf() === before) break;
  }
  check((await nameOf()).includes('George'), `the last j is at ${await nameOf()}`);
  await page.keyboard.press('k');
  check(!(await nameOf()).includes('George'), 'k goes back');
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await page.getByRole('dialog').getByRole('heading', { name: 'Deactivate George Tan?' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await tabTo(page, row(page, GEORGE).getByRole('link', { name: 'Edit George Tan' }));
  await page.keyboard.press('e');
  await page.getByRole('heading', { level: 1, name: 'George Tan' }).waitFor();
  await page.goto(users(l));
  await page.keyboard.press('a');
  await page.getByRole('dialog', { name: 'Add a user to' }).getByLabel('First name', { exact: true }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.goto(users(l));
  await page.keyboard.press('g');
  await page.keyboard.press('h');
  await page.waitForURL(`**${inside(l)}`);
  await page.keyboard.press('g');
  await page.keyboard.press('u');
  await page.waitForURL(`**${users(l)}`);
  await page.keyboard.press('g');
  await page.keyboard.press('a');
  await page.waitForURL(`**${inside(l, 'settings/audit')}`);
  await page.keyboard.press('?');
  await page.getByRole('heading', { name: 'Keyboard shortcuts' }).waitFor();
  await says(page, 'Go to the audit log');
  await page.getByRole('link', { name: 'Switch them off' }).click();
  await page.getByLabel('Keyboard shortcuts').uncheck();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await says(page, 'Your preferences are saved.');
  await page.goto(users(l));
  for (const key of ['/', 'j', 'a', '?']) await page.keyboard.press(key);
  await page.waitForTimeout(300);
  equal(new URL(page.url()).pathname, users(l), 'nothing happens:');
  equal(await page.getByRole('dialog').count(), 0);
  equal(await page.evaluate(() => document.activeElement.tagName), 'BODY');
});

test('Ctrl Enter sends the form in which one is', async () => {
  const l = await Linden.start();
  const page = await amara(l);
  await page.goto(inside(l, 'settings/group'));
  await page.getByLabel(/^Sign out after/).fill('15');
  await page.keyboard.press('Control+Enter');
  await says(page, 'are saved');
});

test('the practice group limits how many users are added in an hour, and says so', async () => {
  const l = await Linden.start();
  const page = await amara(l);
  await page.goto(inside(l, 'settings/group'));
  await page.getByLabel('Users that can be added in an hour').fill('1');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await says(page, 'are saved');
  await page.goto(users(l));
  await addUser(page, GEORGE);
  await page.getByRole('link', { name: 'Add user' }).click();
  const form = page.getByRole('dialog', { name: 'Add a user to' });
  await fillUser(form, BEATRIZ);
  await form.getByRole('button', { name: 'Save', exact: true }).click();
  await says(form, 'This group has added one user in the last hour, which is the limit.');
  equal(await form.getByLabel('First name', { exact: true }).inputValue(), 'Beatriz', 'the input is kept:');
  await sound(page, 'the limit is reached');
});

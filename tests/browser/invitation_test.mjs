// invitation_test.mjs - invitations, from both sides; and one email in two practice groups.
import { Linden, PASSWORD, check, equal, open, signIn, sound, soundEverywhere, test } from './lib.mjs';
import { AMARA, BEATRIZ, GEORGE, OWN, TEMPORARY, addUser, amara, hasFocus, inside, row, says, tabTo, users } from './steps.mjs';

const HANA = { first: 'Hana', last: 'Sato', role: 'Practitioner', email: 'hana@harbourside.example', level: 'Personal Access',
  profession: 'Dietitian', registration: '11 222 333 444', locations: ['Riverside'] };

/* Hana owns another practice group, so she has a sign-in already. */
async function withHana(options) {
  const l = await Linden.start(options);
  l.harbourside = l.create('Harbourside Clinic', HANA.email, 'Hana', 'Sato', ['Pier']);
  return l;
}

for (const script of [true, false]) {
  test(`without a password somebody new is invited and sets up a sign-in through the letter, script ${script ? 'on' : 'off'}`, async () => {
    const l = await Linden.start();
    const page = await amara(l, { script });
    await addUser(page, BEATRIZ);
    await says(page, 'We sent Beatriz Lima an invitation. It is open for 7 days.');
    check((await row(page, BEATRIZ).innerText()).includes('Pending'), 'her line says Pending');
    if (script) await sound(page, 'users with an invitation');
    const mail = await l.mail(BEATRIZ.email, 'Northside Allied Health invites you to join');
    const path = new URL(mail.link).pathname;
    const own = await open(l, { script });
    for (let i = 0; i < 2; i++) { // opening it changes nothing, however often
      await own.goto(path);
      await own.getByRole('heading', { name: 'Northside Allied Health invites you to join' }).waitFor();
    }
    await says(own, 'Your other groups cannot be seen by Northside Allied Health.');
    if (script) await sound(own, 'the invitation of somebody new');
    const choose = async password => {
      await own.getByLabel('New password', { exact: true }).fill(password);
      await own.getByLabel('New password again').fill(password);
      await own.getByRole('button', { name: 'Accept and join' }).click();
    };
    await choose('short');
    await own.getByRole('heading', { name: 'There is a problem' }).waitFor();
    if (script) await sound(own, 'the invitation with a fault');
    l.secrets.add(OWN);
    await choose(OWN);
    await says(own, 'You have joined Northside Allied Health.');
    equal(new URL(own.url()).pathname, inside(l), 'a newcomer is at home at once:');
    await own.getByRole('heading', { name: /^Good .*, Beatriz/ }).waitFor();
    await l.mail(AMARA, 'Beatriz Lima has joined');
    await page.goto(users(l));
    check((await row(page, BEATRIZ).innerText()).includes('Clinical Access'), 'she is in the list');
    await own.goto(path);
    check(!(await own.getByRole('button', { name: 'Accept and join' }).count()), 'the link is used up');
  });

  test(`a known person is invited whatever was typed, and accepts on the user page, script ${script ? 'on' : 'off'}`, async () => {
    const l = await withHana();
    const page = await amara(l, { script });
    await addUser(page, { ...HANA, password: TEMPORARY });
    l.secrets.add(TEMPORARY);
    await says(page, 'Hana already uses Linden, so we sent an invitation. The temporary password was not used.');
    check(!(await page.content()).includes('Harbourside'), 'nobody learns where else she works');
    const own = await open(l, { script });
    await own.goto('/sign-in');
    await own.getByLabel('Email', { exact: true }).fill(HANA.email);
    await own.getByLabel('Password', { exact: true }).fill(TEMPORARY);
    await own.getByRole('button', { name: 'Sign in', exact: true }).click();
    await own.getByRole('link', { name: 'The email or password is not right.' }).waitFor();
    await signIn(own, HANA.email, PASSWORD);
    await says(own, 'You have an invitation to another practice group.');
    await own.getByRole('link', { name: 'See and answer' }).click();
    const strip = own.getByRole('region', { name: 'Northside Allied Health' });
    await says(strip, 'You would have Personal Access at Riverside.');
    if (script) await sound(own, 'my user page with an invitation');
    if (script) {
      await tabTo(own, strip.getByRole('button', { name: 'Accept and join' }));
      await own.keyboard.press('Enter');
    } else await strip.getByRole('button', { name: 'Accept and join' }).click();
    await says(own, 'You have joined Northside Allied Health.');
    await l.mail(AMARA, 'Hana Sato has joined');
    await own.goto(inside(l));
    await own.getByRole('heading', { name: /^Good .*, Hana/ }).waitFor();
  });

  test(`an invitation is declined with a note, taken back, and accepted, script ${script ? 'on' : 'off'}`, async () => {
    const l = await withHana();
    const page = await amara(l, { script });
    await addUser(page, HANA);
    const own = await open(l, { script, width: 390 });
    await signIn(own, HANA.email);
    await own.goto('/me/invitations');
    if (script) await sound(own, 'my invitations');
    const strip = own.getByRole('region', { name: 'Northside Allied Health' });
    await strip.getByText('Add a note to Amara Okafor').click();
    await strip.getByLabel('Note to Amara Okafor (optional)').fill('Not this year');
    await strip.getByRole('button', { name: 'Decline' }).click();
    await says(own, 'You declined the invitation to Northside Allied Health.');
    const letter = await l.mail(AMARA, 'Hana Sato declined the invitation');
    check(letter.text.includes('Not this year'), 'the letter has the note');
    await page.goto(users(l));
    check((await row(page, HANA).innerText()).includes('Declined'), 'her line says Declined');
    await own.goto('/me/invitations');
    if (script) await sound(own, 'an invitation that was declined');
    await own.getByRole('button', { name: 'Undo' }).first().click();
    await says(own, 'The invitation to Northside Allied Health is open again.');
    await own.goto('/me/invitations');
    await strip.getByRole('button', { name: 'Accept and join' }).click();
    await says(own, 'You have joined Northside Allied Health.');
  });
}

test('an invitation is sent again, and the old link ends; withdrawn, the new one ends too', async () => {
  const l = await Linden.start();
  const page = await amara(l);
  await addUser(page, GEORGE);
  const first = await l.mail(GEORGE.email, 'invites you to join');
  await page.getByRole('button', { name: 'Send again to George Tan' }).click();
  await says(page, 'We sent George Tan an invitation. It is open for 7 days.');
  const second = await l.mail(GEORGE.email, 'invites you to join', 2);
  check(first.link !== second.link, 'the link is a new one');
  const own = await open(l);
  await own.goto(new URL(first.link).pathname);
  await says(own, 'This link has expired or was used.');
  await own.goto(new URL(second.link).pathname);
  await own.getByRole('button', { name: 'Accept and join' }).waitFor();
  await page.getByRole('button', { name: 'Withdraw the invitation for George Tan' }).click();
  await says(page, 'The invitation for George Tan is withdrawn.');
  await own.reload();
  await says(own, 'Northside Allied Health withdrew this invitation.');
  await sound(own, 'a withdrawn invitation');
});

test('an invitation does not open to another address, nor to a sign-in whose address is not proven', async () => {
  const l = await withHana();
  const page = await amara(l);
  await addUser(page, { ...GEORGE, password: TEMPORARY }); // added with a password by Amara: proven by nobody
  const zoe = await open(l);
  await signIn(zoe, HANA.email);
  await zoe.goto(`/g/${l.harbourside.slug}/settings/users`);
  await addUser(zoe, { ...GEORGE, locations: ['Pier'] });
  const mail = await l.mail(GEORGE.email, 'Harbourside Clinic invites you');
  await zoe.goto(new URL(mail.link).pathname);
  await says(zoe, 'This invitation is for g…@tan.example. Sign in with that address.');
  await sound(zoe, 'an invitation for somebody else');
  const own = await open(l);
  await signIn(own, GEORGE.email, TEMPORARY);
  l.secrets.add(OWN);
  await own.getByLabel('New password', { exact: true }).fill(OWN);
  await own.getByLabel('New password again').fill(OWN);
  await own.getByRole('button', { name: 'Save and continue' }).click();
  await own.waitForURL(`**${inside(l)}`);
  await own.goto('/me/invitations');
  await says(own, 'confirm your email address');
  equal(await own.getByRole('button', { name: 'Accept and join' }).count(), 0);
  await sound(own, 'an invitation before the address is proven');
  await own.getByRole('button', { name: 'Send the link again' }).first().click();
  const proof = await l.mail(GEORGE.email, 'Confirm your email address');
  await own.goto(new URL(proof.link).pathname);
  await own.getByRole('button', { name: 'Confirm my email address' }).click();
  await own.goto('/me/invitations');
  await own.getByRole('button', { name: 'Accept and join' }).click();
  await says(own, 'You have joined Harbourside Clinic.');
});

test('one email in two practice groups: switching needs no sign-in, and two tabs never mix', async () => {
  const l = await withHana();
  const page = await amara(l);
  await addUser(page, HANA);
  await addUser(page, BEATRIZ);
  const one = await open(l);
  await signIn(one, HANA.email);
  await one.goto('/me/invitations');
  await one.getByRole('button', { name: 'Accept and join' }).click();
  await says(one, 'You have joined');
  await one.goto(`/g/${l.harbourside.slug}/settings/users`);
  await addUser(one, { ...GEORGE, locations: ['Pier'] });
  const two = await one.context().newPage();
  Object.assign(two, { linden: l, script: true, complaints: [] });
  await two.goto(`/g/${l.harbourside.slug}/`);
  await two.getByRole('button', { name: /Switch practice group/ }).click();
  await sound(two, 'the switcher, open');
  await two.getByRole('link', { name: /^Northside Allied Health/ }).click();
  await two.waitForURL(`**${inside(l)}`);
  check((await two.title()).includes('Northside Allied Health'), 'the group stands in the title');
  const secrets = { north: ['Beatriz', 'beatriz@lima.example', 'Riverside', AMARA], harbour: ['George', 'george@tan.example', 'Pier'] };
  for (const [tab, slug, own, other] of [[one, l.harbourside.slug, secrets.harbour, secrets.north],
    [two, l.northside.slug, ['Amara'], secrets.harbour], [one, l.harbourside.slug, secrets.harbour, secrets.north]])
    for (const path of ['', 'settings/users', 'settings/locations', 'settings/', 'help', 'settings/users?filtered=1&text=e&deactivated=1']) {
      await tab.goto(`/g/${slug}/${path}`);
      const html = await tab.content();
      for (const word of other) check(!html.includes(word), `${slug}/${path} says ${word}`);
      if (path === 'settings/users') for (const word of own) check(html.includes(word), `${slug}/${path} does not say ${word}`);
    }
  await one.goto(`/g/${l.harbourside.slug}/settings/users`);
  await two.goto(users(l));
  await two.getByRole('heading', { name: 'People in this practice' }).waitFor(); // Personal Access there, owner here
  await addUser(one, { ...BEATRIZ, locations: ['Pier'] });
  check((await one.locator('main').innerText()).includes('2 invitations'), 'saved where its tab is');
  const card = two.getByRole('link', { name: /^Switch to this group ?: Harbourside Clinic/ });
  await tabTo(two, card);
  await two.keyboard.press('Enter');
  await two.waitForURL(`**/g/${l.harbourside.slug}/`);
  await two.getByRole('button', { name: /Switch practice group/ }).focus();
  await two.keyboard.press('Enter');
  await two.getByRole('link', { name: /^Northside Allied Health/ }).waitFor();
  await two.keyboard.press('Escape');
  await two.getByRole('link', { name: /^Northside Allied Health/ }).waitFor({ state: 'hidden' });
  await hasFocus(two.getByRole('button', { name: /Switch practice group/ }), 'closing the switcher gives the focus back');
  await soundEverywhere(l, await one.context().cookies(), [`/g/${l.harbourside.slug}/settings/users`, users(l), '/groups', '/me']);
});

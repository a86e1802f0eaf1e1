// own_test.mjs - the person's own pages, and getting in again through a mailed link.
import { Linden, PASSWORD, check, equal, open, signIn, sound, soundEverywhere, test } from './lib.mjs';

const AMARA = 'amara@northside.example', OWN = 'quiet rivers carry paper boats';

for (const script of [true, false])
  test(`a forgotten password is replaced through a mailed link, script ${script ? 'on' : 'off'}`, async () => {
    const l = await Linden.start();
    const desk = await open(l, { script });
    await signIn(desk, AMARA);
    const page = await open(l, { script, width: 390 });
    await page.goto('/sign-in');
    await page.getByRole('link', { name: 'Reset your password' }).click();
    if (script) await sound(page, 'reset');
    await page.getByLabel('Email', { exact: true }).fill(AMARA);
    await page.getByRole('button', { name: 'Send the link' }).click();
    await page.getByText('If that address has a sign-in, we have sent a link. It works for 60 minutes.').waitFor();
    const mail = await l.mail(AMARA, 'Reset your password');
    const path = new URL(mail.link).pathname;
    await page.goto(path);
    if (script) await sound(page, 'new password');
    await page.getByLabel('New password', { exact: true }).fill('short');
    await page.getByLabel('New password again').fill('short');
    await page.getByRole('button', { name: 'Save password' }).click();
    await page.getByRole('heading', { name: 'There is a problem' }).waitFor();
    if (script) await sound(page, 'new password with a fault');
    await page.getByLabel('New password', { exact: true }).fill(OWN);
    await page.getByLabel('New password again').fill(OWN);
    await page.getByRole('button', { name: 'Save password' }).click();
    await page.getByText('Your password is saved.').waitFor();
    equal(new URL(page.url()).pathname, '/sign-in', 'nobody is signed in by it:');
    await desk.goto('/me');
    equal(new URL(desk.url()).pathname, '/sign-in', 'other devices are signed out:');
    await signIn(page, AMARA, OWN);
    await page.goto(path);
    await page.getByText('This link has expired or was used. Get a new one.').waitFor();
    equal(await page.getByLabel('Email', { exact: true }).inputValue(), AMARA);
    if (script) await sound(page, 'a used link');
    await l.mail(AMARA, 'Your password was changed');
  });

test('the password is changed on my user page, and other devices are signed out', async () => {
  const l = await Linden.start();
  const other = await open(l), page = await open(l);
  await signIn(other, AMARA);
  await signIn(page, AMARA);
  await page.getByRole('button', { name: /^Your menu/ }).click();
  await page.getByRole('link', { name: 'My user page' }).click();
  await page.getByRole('heading', { name: 'My user page' }).waitFor();
  await page.getByRole('link', { name: 'Change password' }).click();
  await page.getByLabel('Current password').fill('not the right one');
  await page.getByLabel('New password', { exact: true }).fill(OWN);
  await page.getByLabel('New password again').fill(OWN);
  await page.getByRole('button', { name: 'Save password' }).click();
  await page.getByRole('link', { name: 'The current password is not right' }).waitFor();
  equal(await page.getByLabel('New password', { exact: true }).inputValue(), '', 'passwords come back empty:');
  await page.getByLabel('Current password').fill(PASSWORD);
  await page.getByLabel('New password', { exact: true }).fill(OWN);
  await page.getByLabel('New password again').fill(OWN);
  await page.getByRole('button', { name: 'Save password' }).click();
  await page.getByText('You were signed out on all other devices.').waitFor();
  await other.goto('/me');
  equal(new URL(other.url()).pathname, '/sign-in');
});

test('another device is signed out from here', async () => {
  const l = await Linden.start();
  const other = await open(l), page = await open(l);
  await signIn(other, AMARA);
  await signIn(page, AMARA);
  await page.goto('/me/devices');
  await page.getByRole('row', { name: /This device/ }).waitFor();
  await page.getByRole('button', { name: /^Sign out Chrome/ }).click();
  await page.getByText('Chrome on Linux is signed out.').waitFor();
  await other.goto('/me');
  equal(new URL(other.url()).pathname, '/sign-in');
});

for (const script of [true, false])
  test(`a sign-in that was somebody else's is ended through the letter, script ${script ? 'on' : 'off'}`, async () => {
    const l = await Linden.start();
    const desk = await open(l, { script });
    await signIn(desk, AMARA);
    const stranger = await open(l, { script }), mail = await open(l, { script, width: 390 });
    await signIn(stranger, AMARA);
    const told = await l.mail(AMARA, 'New sign-in: Chrome on Linux');
    await mail.goto(new URL(told.link).pathname);
    await mail.getByRole('heading', { name: 'Was this sign-in not yours?' }).waitFor();
    if (script) await sound(mail, 'not me');
    await mail.getByRole('button', { name: 'It was not me' }).click();
    await mail.getByText('Chrome on Linux is signed out. We have sent a link to choose a new password.').waitFor();
    await l.mail(AMARA, 'Reset your password');
    await stranger.goto('/me');
    equal(new URL(stranger.url()).pathname, '/sign-in');
    await desk.goto('/me/devices');
    equal(new URL(desk.url()).pathname, '/me/devices', 'the own device stays:');
    await mail.goto(new URL(told.link).pathname);
    await mail.getByText('This link has expired or was used.').waitFor();
    if (script) await sound(mail, 'not me, used');
  });

test('"Not you?" on my user page ends the device and leads to a new password', async () => {
  const l = await Linden.start();
  const stranger = await open(l), page = await open(l);
  await signIn(stranger, AMARA);
  await signIn(page, AMARA);
  await page.goto('/me/devices');
  await sound(page, 'devices');
  await page.getByRole('button', { name: /^Not you\? Chrome/ }).click();
  await page.getByText('Chrome on Linux is signed out. Whoever was there may know your password').waitFor();
  await page.getByLabel('Current password').waitFor();
  await stranger.goto('/me');
  equal(new URL(stranger.url()).pathname, '/sign-in');
});

for (const script of [true, false])
  test(`the email is changed and taken back, script ${script ? 'on' : 'off'}`, async () => {
    const l = await Linden.start(), NEW = 'amara@new.example';
    const page = await open(l, { script, width: script ? 1280 : 390 }), mail = await open(l, { script, width: 390 });
    await signIn(page, AMARA);
    await page.goto('/me/sign-in');
    await page.getByRole('link', { name: 'Change your email' }).click();
    await page.getByLabel('New email').fill('nowhere');
    await page.getByRole('button', { name: 'Send the link' }).click();
    await page.getByRole('link', { name: /Enter an email address like/ }).waitFor();
    if (script) await sound(page, 'change the email');
    await page.getByLabel('New email').fill(NEW);
    await page.getByRole('button', { name: 'Send the link' }).click();
    await page.getByText(`We have sent a link to ${NEW}.`).waitFor();
    const confirm = await l.mail(NEW, 'Confirm your new email');
    await l.mail(AMARA, 'Your sign-in email is changing');
    await mail.goto(new URL(confirm.link).pathname);
    await mail.getByText('Sign in first').waitFor();
    if (script) await sound(mail, 'confirm the email, signed out');
    await page.goto(new URL(confirm.link).pathname);
    if (script) await sound(page, 'confirm the email');
    await page.getByRole('button', { name: 'Use this email' }).click();
    await page.getByText(`You sign in with ${NEW} from now on.`).waitFor();
    const told = await l.mail(AMARA, 'Your sign-in email was changed');
    await mail.goto(new URL(told.link).pathname);
    await mail.getByRole('heading', { name: 'Was this change not yours?' }).waitFor();
    if (script) await sound(mail, 'take the email back');
    await mail.getByRole('button', { name: 'Keep the old email' }).click();
    await mail.getByText(`You sign in with ${AMARA}, as before.`).waitFor();
    await page.goto('/me');
    equal(new URL(page.url()).pathname, '/sign-in');
    await mail.goto(new URL(told.link).pathname);
    await mail.getByText('This link has expired or was used.').waitFor();
    if (script) await sound(mail, 'take the email back, used');
    await signIn(page, AMARA);
  });

test('preferences change the look of every page', async () => {
  const l = await Linden.start();
  const page = await open(l, { script: false });
  await signIn(page, AMARA);
  await page.goto('/me/preferences');
  await page.getByLabel('Appearance').selectOption('Dark');
  await page.getByLabel('Density').selectOption('Compact');
  await page.getByLabel('Keyboard shortcuts').uncheck();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Your preferences are saved.').waitFor();
  await page.goto(`/g/${l.northside.slug}/`);
  const root = page.locator('html');
  equal(await root.getAttribute('data-theme'), 'dark');
  equal(await root.getAttribute('data-density'), 'compact');
  equal(await root.getAttribute('data-shortcuts'), 'off');
});

test('the own pages are sound at every width, light and dark', async () => {
  const l = await Linden.start();
  const page = await open(l);
  await signIn(page, AMARA);
  const paths = ['/me', '/me/sign-in', '/me/devices', '/me/preferences', '/groups'];
  for (const path of paths) {
    await page.goto(path);
    check((await page.title()).endsWith('Linden'), `${path} has a title`);
  }
  await soundEverywhere(l, await page.context().cookies(), paths);
});

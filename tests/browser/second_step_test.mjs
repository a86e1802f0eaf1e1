// second_step_test.mjs - an authenticator app: added, asked for, lost, removed.
import { readFileSync } from 'node:fs';
import { Linden, PASSWORD, check, equal, open, signIn, sound, test } from './lib.mjs';
import { code } from './totp.mjs';

const AMARA = 'amara@northside.example';

const path = page => new URL(page.url()).pathname;

for (const script of [true, false])
  test(`a second step with the keyboard alone, script ${script ? 'on' : 'off'}`, async () => {
    const l = await Linden.start();
    const page = await open(l, { script, width: script ? 1280 : 390 });
    const type = async (label, text) => { await page.getByLabel(label, { exact: true }).focus(); await page.keyboard.type(text); };
    const press = async (role, name) => { await page.getByRole(role, { name, exact: true }).focus(); await page.keyboard.press('Enter'); };
    await signIn(page, AMARA);
    await page.goto('/me/sign-in');
    await press('link', 'Add an authenticator app');
    if (script) await sound(page, 'add an app');
    await type('Name', 'My phone');
    await type('Your password', PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Connect the app' }).waitFor();
    await page.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor();
    if (script) await sound(page, 'connect the app');
    const secret = await page.locator('.once').innerText();
    await type('6-digit code', code(secret));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor();
    if (script) await sound(page, 'recovery codes');
    const codes = await page.locator('.codes li').allInnerTexts();
    equal(codes.length, 10);
    await page.emulateMedia({ media: 'print' });
    check(await page.getByText(codes[9]).isVisible(), 'the codes are on paper');
    check(!await page.getByRole('link', { name: 'I have kept them' }).isVisible(), 'buttons are not');
    await page.emulateMedia({ media: 'screen' });
    const [file] = await Promise.all([page.waitForEvent('download'), press('button', 'Download as a file')]);
    equal(file.suggestedFilename(), 'linden-recovery-codes.txt');
    equal(readFileSync(await file.path(), 'utf8'), `Your recovery codes\r\nLinden, for ${AMARA}\r\n\r\n${codes.map(c => c + '\r\n').join('')}`);
    await press('link', 'I have kept them');
    await page.getByText('10 recovery codes are left.').waitFor();
    await l.mail(AMARA, 'Your second step was changed');

    const other = await open(l, { script });
    await other.goto('/me/devices');
    await other.getByLabel('Email', { exact: true }).fill(AMARA);
    await other.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await other.getByRole('button', { name: 'Sign in', exact: true }).click();
    await other.getByRole('heading', { name: 'Second step' }).waitFor();
    if (script) await sound(other, 'second step');
    await other.goto('/me');
    equal(path(other), '/sign-in/second-step', 'nothing opens before the code:');
    await other.goto('/me/devices');
    await other.getByLabel('6-digit code').fill('1');
    await other.getByRole('button', { name: 'Continue' }).click();
    await other.getByRole('link', { name: /This code is not right/ }).waitFor();
    await other.getByLabel('6-digit code').fill(code(secret, 1));
    await other.getByRole('button', { name: 'Continue' }).click();
    await other.getByRole('heading', { name: 'Devices and sessions' }).waitFor();
    equal(path(other), '/me/devices', 'where it was going:');

    const lost = await open(l, { script });
    await lost.goto('/sign-in');
    await lost.getByLabel('Email', { exact: true }).fill(AMARA);
    await lost.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await lost.getByRole('button', { name: 'Sign in', exact: true }).click();
    await lost.getByRole('link', { name: 'Use a recovery code' }).click();
    await lost.getByLabel('Recovery code').fill(codes[0].toUpperCase());
    await lost.getByRole('button', { name: 'Continue' }).click();
    await lost.waitForURL('**/g/**');
    await lost.goto('/me/sign-in');
    await lost.getByText('9 recovery codes are left.').waitFor();
    await lost.getByRole('link', { name: 'Remove My phone' }).click();
    if (script) await sound(lost, 'remove an app');
    await lost.getByLabel('Your password').fill(PASSWORD);
    await lost.getByLabel('Code of your app').fill(codes[1]);
    await lost.getByRole('button', { name: 'Remove the app' }).click();
    await lost.getByText('My phone is removed.').waitFor();
    const plain = await open(l, { script });
    await signIn(plain, AMARA);
    equal(path(plain), `/g/${l.northside.slug}/`, 'the password is enough again:');
  });

for (const script of [true, false])
  test(`a browser is remembered and forgotten, script ${script ? 'on' : 'off'}`, async () => {
    const l = await Linden.start();
    const page = await open(l, { script, width: script ? 1280 : 390 });
    const again = async () => {
      await page.getByRole('button', { name: /^Your menu/ }).click();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.waitForURL('**/sign-in');
      await page.getByLabel('Email', { exact: true }).fill(AMARA);
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    };
    await signIn(page, AMARA);
    await page.goto('/me/sign-in/apps/new');
    await page.getByLabel('Name', { exact: true }).fill('My phone');
    await page.getByLabel('Your password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Continue' }).click();
    const secret = await page.locator('.once').innerText();
    await page.getByLabel('6-digit code').fill(code(secret));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor();
    await again();
    await page.getByRole('heading', { name: 'Second step' }).waitFor();
    await page.getByLabel('Remember this browser for 30 days').check();
    if (script) await sound(page, 'second step with a tick');
    await page.getByLabel('6-digit code').fill('1');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('link', { name: /This code is not right/ }).waitFor();
    check(await page.getByLabel('Remember this browser for 30 days').isChecked(), 'the tick is kept');
    await page.getByLabel('6-digit code').fill(code(secret, 1));
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.waitForURL('**/g/**');
    await again();
    await page.waitForURL('**/g/**');
    await page.goto(`/g/${l.northside.slug}/reports/appointments.csv`);
    await page.getByText('You signed in without a code').waitFor();
    if (script) await sound(page, 'the code is asked for');
    await page.goto('/me/devices');
    await page.getByRole('heading', { name: 'Remembered browsers' }).waitFor();
    if (script) await sound(page, 'remembered browsers');
    await page.getByRole('button', { name: 'Forget Chrome on Linux' }).click();
    await page.getByText('Chrome on Linux is forgotten.').waitFor();
    await again();
    await page.getByRole('heading', { name: 'Second step' }).waitFor();
  });

// passkeys_test.mjs - a passkey of Chromium's own virtual authenticator: made, used in every place, removed.
import { createServer } from 'node:net';
import { Linden, PASSWORD, check, equal, open, signIn, sound, test } from './lib.mjs';

const AMARA = 'amara@northside.example';

/* Passkeys belong to names, and not to numbers. */
async function named() {
  const free = createServer();
  await new Promise(done => free.listen(0, '127.0.0.1', done));
  const { port } = free.address();
  await new Promise(done => free.close(done));
  const url = `http://localhost:${port}`;
  return Linden.start({ listen: `127.0.0.1:${port}`, url, serve: ['--url', url] });
}

/* An authenticator of this page, which answers by itself.  Looking at a page with sound() takes it away. */
async function authenticator(page, verified, credential) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', { options: {
    protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: verified,
    automaticPresenceSimulation: true,
  } });
  if (credential) await cdp.send('WebAuthn.addCredential', { authenticatorId, credential });
  return async () => (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials;
}

test('a passkey is added, signs in by itself, is the second step, and is removed', async () => {
  const l = await named();
  const page = await open(l);
  await signIn(page, AMARA);
  await page.goto('/me/sign-in');
  await page.getByRole('link', { name: 'Add a passkey' }).click();
  await sound(page, 'add a passkey');
  await page.getByLabel('Name', { exact: true }).fill('My laptop');
  await page.getByLabel('Your password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('heading', { name: 'Make the passkey' }).waitFor();
  await sound(page, 'make the passkey');
  const made = await authenticator(page, true);
  await page.getByRole('button', { name: 'Make the passkey' }).click();
  await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor();
  const first = await made();
  equal(first.length, 1);
  await page.getByRole('link', { name: 'I have kept them' }).click();
  await page.getByText('10 recovery codes are left.').waitFor();
  await sound(page, 'signing in, with a passkey');
  await l.mail(AMARA, 'Your passkeys were changed');

  const other = await open(l);
  await other.goto('/sign-in?next=/me/devices');
  await authenticator(other, false, first[0]);
  await other.getByRole('button', { name: 'Use a passkey' }).click();
  await other.getByText('No passkey was used.').waitFor();
  await sound(other, 'sign in, a passkey was not used');
  const used = await authenticator(other, true, first[0]);
  await other.getByRole('button', { name: 'Use a passkey' }).click();
  await other.getByRole('heading', { name: 'Devices and sessions' }).waitFor();
  const second = await used();

  const third = await open(l);
  await third.goto('/sign-in');
  await third.getByLabel('Email', { exact: true }).fill(AMARA);
  await third.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await third.getByRole('button', { name: 'Sign in', exact: true }).click();
  await third.getByRole('heading', { name: 'Second step' }).waitFor();
  await sound(third, 'second step with a passkey');
  await authenticator(third, true, second[0]);
  await third.getByRole('button', { name: 'Use a passkey' }).click();
  await third.waitForURL('**/g/**');
  await third.goto('/me/sign-in');
  await third.getByRole('link', { name: 'Remove My laptop' }).click();
  await sound(third, 'remove a passkey');
  await third.getByLabel('Your password').fill(PASSWORD);
  await third.getByRole('button', { name: 'Remove the passkey' }).click();
  await third.getByText('My laptop is removed.').waitFor();
});

test('the browser offers a passkey by itself on the page to sign in', async () => {
  const l = await named();
  const page = await open(l);
  await signIn(page, AMARA);
  await page.goto('/me/sign-in/passkeys/new');
  await page.getByLabel('Name', { exact: true }).fill('My laptop');
  await page.getByLabel('Your password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Continue' }).click();
  const made = await authenticator(page, true);
  await page.getByRole('button', { name: 'Make the passkey' }).click();
  await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor();
  const [credential] = await made();
  const other = await open(l);
  await authenticator(other, true, credential);
  await other.goto('/sign-in');
  await other.waitForURL('**/g/**');
});

test('without script a passkey is said to need it, and everything else is there', async () => {
  const l = await Linden.start();
  const page = await open(l, { script: false, width: 390 });
  await page.goto('/sign-in');
  await page.getByText('Passkeys need a browser that knows them, and scripts.').waitFor();
  check(!await page.getByRole('button', { name: 'Use a passkey' }).isVisible(), 'no button that does nothing');
  await signIn(page, AMARA);
  await page.goto('/me/sign-in/passkeys/new');
  await page.getByText('Passkeys need a browser that knows them, and scripts.').waitFor();
});

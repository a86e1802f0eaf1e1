// security_test.mjs - a practice group requires a second step.
import { Linden, PASSWORD, check, equal, open, signIn, sound, test } from './lib.mjs';
import { AMARA, GEORGE, OWN, amara, inside, member } from './steps.mjs';
import { code } from './totp.mjs';

const path = page => new URL(page.url()).pathname;

async function addApp(page, password) {
  await page.getByRole('link', { name: 'Add an authenticator app' }).click();
  await page.getByLabel('Name', { exact: true }).fill('My phone');
  await page.getByLabel('Your password').fill(password);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('6-digit code').fill(code(await page.locator('.once').innerText()));
  await page.getByRole('button', { name: 'Add the app' }).click();
  await page.getByRole('link', { name: 'I have kept them' }).click();
}

test('a second step is required from today on, and whoever signs in is led to it', async () => {
  const l = await Linden.start();
  const page = await amara(l), plain = await open(l, { script: false, width: 390 });
  await member(l, page, GEORGE);
  await signIn(plain, GEORGE.email, OWN);
  await page.goto(inside(l, 'settings/security'));
  await sound(page, 'security');
  await page.getByText('2 of 2 active users.').waitFor();
  await page.getByRole('link', { name: 'George Tan' }).waitFor();
  await page.goto('/me/sign-in');
  await addApp(page, PASSWORD);
  await page.goto(inside(l, 'settings/security'));
  await page.getByText('1 of 2 active users.').waitFor();
  await page.getByRole('radio', { name: /^All need it/ }).check();
  const day = new Intl.DateTimeFormat('en-CA').format(new Date());
  await page.getByLabel('Required from').fill('yesterday');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('heading', { name: 'There is a problem' }).waitFor();
  equal(await page.getByLabel('Required from').inputValue(), 'yesterday');
  await sound(page, 'security with a fault');
  await page.getByLabel('Required from').fill(day);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('1 person without one is told by email.').waitFor();
  await l.mail(GEORGE.email, 'requires a second step now');
  /* Where George is at work already, a line says so; where he signs in he is led. */
  await plain.goto(inside(l));
  await plain.getByText('You can go on without one until').waitFor();
  const george = await open(l, { width: 390 });
  await signIn(george, GEORGE.email, OWN);
  await george.getByRole('heading', { name: 'Set up your second step' }).waitFor();
  await sound(george, 'set up the second step');
  await george.goto(inside(l, 'help'));
  equal(path(george), '/me/second-step', 'closed:');
  check(!await george.getByRole('link', { name: 'Not now' }).isVisible(), 'it cannot be put off');
  /* A form that meets the closed group goes along, and is sent at the end. */
  await george.evaluate(([action, token]) => {
    const form = document.createElement('form');
    form.method = 'post';
    form.action = action;
    for (const [name, value] of [['form_token', token], ['names', '1']]) {
      const field = document.createElement('input');
      field.name = name;
      field.value = value;
      form.append(field);
    }
    document.body.append(form);
    form.submit();
  }, [inside(l, 'calendar/feed'), await george.locator('[name=form_token]').first().inputValue()]);
  await george.getByRole('heading', { name: 'A second step is required' }).waitFor();
  await george.getByText('What you entered is kept').waitFor();
  await sound(george, 'a form that waits');
  if (process.env.SHOTS) await george.screenshot({ path: `${process.env.SHOTS}/waits-390.png`, fullPage: true });
  await george.getByLabel('Name', { exact: true }).fill('My phone');
  await george.getByLabel('Your password').fill(OWN);
  await george.getByRole('button', { name: 'Add an authenticator app' }).click();
  await george.getByLabel('6-digit code').fill(code(await george.locator('.once').innerText()));
  await george.getByRole('button', { name: 'Add the app' }).click();
  await george.getByRole('heading', { name: 'Your recovery codes' }).waitFor();
  await sound(george, 'codes, and a form that waits');
  if (process.env.SHOTS) await george.screenshot({ path: `${process.env.SHOTS}/codes-390.png`, fullPage: true });
  await george.getByRole('button', { name: 'I have kept them: send it' }).click();
  await george.getByText('/feeds/').first().waitFor();
  await george.goto(inside(l, 'help'));
  equal(path(george), inside(l, 'help'), 'open:');
});

test('the security check-up finds who has no second step and asks by email', async () => {
  const l = await Linden.start();
  const page = await amara(l), plain = await open(l, { script: false, width: 390 });
  await member(l, page, GEORGE);
  await page.goto(inside(l, 'settings/'));
  await page.getByRole('link', { name: 'Security check-up' }).click();
  await sound(page, 'check-up');
  await page.getByRole('button', { name: /^Ask by email.*George Tan/ }).click();
  await page.getByText('George Tan is asked by email to set up a second step.').waitFor();
  await l.mail(GEORGE.email, 'asks you to set up a second step');
  await page.getByRole('button', { name: /^Ask by email.*George Tan/ }).click();
  await page.getByText('George Tan was asked in the last 24 hours already.').waitFor();
  await signIn(plain, GEORGE.email, OWN);
  await plain.goto(inside(l, 'settings/check-up'));
  await plain.getByRole('heading', { name: 'Security check-up' }).count().then(n => equal(n, 0, 'shown to office:'));
});

test('security: a review of access is gone through by two, signed, and downloaded', async () => {
  const l = await Linden.start();
  const page = await amara(l);
  await member(l, page, GEORGE);
  await page.goto(inside(l, 'settings/'));
  await page.getByRole('link', { name: 'Access reviews' }).click();
  await sound(page, 'access reviews');
  await page.getByRole('button', { name: 'Begin a review' }).click();
  await page.getByRole('heading', { name: /^Access review of/ }).waitFor();
  await sound(page, 'an open review');
  const plain = await open(l, { script: false, width: 390 });
  await signIn(plain, AMARA);
  await plain.goto(path(page));
  await page.getByRole('button', { name: /^Keep.*George Tan/ }).click();
  await page.getByText('The decision is saved.').waitFor();
  /* What the other page shows is of before. */
  await plain.getByRole('button', { name: /^Deactivate.*George Tan/ }).click();
  await plain.getByText('has decided about George Tan meanwhile: Keep').waitFor();
  await page.getByRole('button', { name: 'Sign the review' }).click();
  await page.getByText('1 person is still to be decided about.').first().waitFor();
  await page.getByRole('button', { name: /^Keep.*Amara/ }).first().click();
  await page.getByText('The decision is saved.').waitFor();
  await page.getByLabel('Note').fill('Fourth quarter');
  await page.getByRole('button', { name: 'Sign the review' }).click();
  await page.getByText('The review is signed.').waitFor();
  await sound(page, 'a signed review');
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download as PDF' }).click()]);
  check(/^access-review-\d{4}-\d\d-\d\d\.pdf$/.test(file.suggestedFilename()), file.suggestedFilename());
});

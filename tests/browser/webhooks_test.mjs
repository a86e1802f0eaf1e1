// webhooks_test.mjs - connecting a program that is told what happens, and taking it away.
import { Linden, check, equal, open, signIn, sound, test } from './lib.mjs';
import { AMARA, inside } from './steps.mjs';

for (const script of [true, false])
  test(`a webhook is connected, looked at and disabled, script ${script ? 'on' : 'off'}`, async () => {
    const l = await Linden.start();
    const page = await open(l, { script });
    const look = async what => script && sound(page, what);
    await signIn(page, AMARA);
    await page.goto(inside(l, 'settings/integrations'));
    await page.getByRole('link', { name: 'Open webhooks' }).click();
    await page.getByText('No program is told of anything.').waitFor();
    await look('no webhook');
    await page.getByRole('link', { name: 'Connect a webhook' }).click();
    await page.getByLabel('Address', { exact: true }).fill('https://192.168.0.1/hooks');
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.getByRole('link', { name: /This address is on a private network/ }).waitFor();
    await look('a private address');
    equal(await page.getByLabel('Address', { exact: true }).inputValue(), 'https://192.168.0.1/hooks');
    await page.getByLabel('Address', { exact: true }).fill('https://hooks.invalid/linden?key=sesame');
    await page.getByLabel('user.added').check();
    await page.getByLabel('location.added').check();
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    const secret = await page.locator('.once').textContent();
    check(/^whsec_[\w+/]{43}=$/.test(secret), secret);
    l.secrets.add(secret);
    await look('the secret');
    await page.getByRole('link', { name: 'Done' }).click();
    await page.getByText('https://hooks.invalid/linden?key=sesame').waitFor();
    check(!(await page.content()).includes(secret), 'it is shown once');
    await page.getByRole('button', { name: 'Send a test message' }).click();
    await page.getByText('A test message is on its way.').waitFor();
    await page.getByRole('cell', { name: 'webhook.test', exact: true }).waitFor();
    await look('a webhook');
    await page.getByRole('link', { name: 'Webhooks', exact: true }).click();
    await look('the list');
    await page.getByRole('button', { name: 'Disable hooks.invalid' }).click();
    await page.getByText('The webhook is off. Nothing is sent any more.').waitFor();
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('No program is told of anything.').waitFor();
  });

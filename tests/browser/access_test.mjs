// access_test.mjs - into a record that is closed: in an emergency, and by asking for it.
import { Linden, equal, open, signIn, soundEverywhere, test } from './lib.mjs';
import { BEATRIZ, OWN, amara, inside, member, post, says } from './steps.mjs';

const field = (page, label) => page.getByLabel(label, { exact: true });
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

/* Personal Access: the own patients only. */
const HANA = { ...BEATRIZ, title: '', first: 'Hana', last: 'Suzuki', email: 'hana@suzuki.example', level: 'Personal Access' };

/* A patient whom Hana Suzuki does not reach. */
async function closed(page, l) {
  await member(l, page, HANA);
  const html = await (await page.request.get(inside(l, 'patients/new'))).text();
  const made = await post(page, inside(l, 'patients/new'), inside(l, 'patients'),
    { first_name: 'Ann', last_name: 'Aster', locations: /name="locations" value="([^"]+)"/.exec(html)[1] });
  return made.headers().location;
}

for (const script of [true, false])
  test(`a closed record is opened in an emergency, asked for and granted, script ${script ? 'on' : 'off'}`, async () => {
    const l = await Linden.start();
    const page = await amara(l, { script });
    const record = await closed(page, l);
    const hana = await open(l, { script });
    await signIn(hana, HANA.email, OWN);
    if ((await hana.goto(record)).status() === 200) throw new Error('Hana reaches the record');
    await hana.getByRole('link', { name: 'Open the record in an emergency' }).click();
    await field(hana, 'Reason').fill('Ann fainted');
    await field(hana, 'Your password').fill('something else altogether');
    await press(hana, 'Open the record');
    await hana.getByRole('link', { name: 'This is not your password' }).waitFor();
    equal(await field(hana, 'Reason').inputValue(), 'Ann fainted');
    await field(hana, 'Your password').fill(OWN);
    await press(hana, 'Open the record');
    await hana.getByRole('heading', { name: 'Ann Aster' }).waitFor();
    if (script) await soundEverywhere(l, await hana.context().cookies(), [record, inside(l, 'emergencies')]);
    await press(hana, 'End it now');
    await says(hana, 'Emergency access has ended.');

    await hana.goto(record);
    await hana.getByRole('link', { name: 'Ask for access' }).click();
    await press(hana, 'Send request');
    await hana.getByRole('link', { name: 'Enter why you need access' }).waitFor();
    await field(hana, 'Reason').fill('Standing in on Thursday');
    await press(hana, 'Send request');
    await says(hana, 'Your request is sent.');
    const ask = new URL(hana.url()).pathname;

    await page.goto(inside(l, ''));
    await page.getByRole('link', { name: /Hana Suzuki asks for access/ }).click();
    await page.getByText('Standing in on Thursday').waitFor();
    if (script) await soundEverywhere(l, await page.context().cookies(), [ask, inside(l, 'access-requests')]);
    await press(page, 'Grant');
    await says(page, /^Hana Suzuki has access until/);
    equal((await hana.goto(record)).status(), 200);
  });

test('Full Access sees how much more somebody will see, and views as them', async () => {
  const l = await Linden.start();
  const page = await amara(l);
  const record = await closed(page, l);
  await page.goto(inside(l, 'settings/users'));
  await page.getByRole('link', { name: 'Edit Hana Suzuki' }).click();
  await page.getByRole('link', { name: 'View as this user' }).click();
  await press(page, 'Start viewing');
  await page.getByText('You are viewing as Hana Suzuki. Nothing can be changed.').waitFor();
  equal((await page.goto(record)).status(), 403);
  equal(await page.getByText('Aster').count(), 0, 'the name of the patient');
  await soundEverywhere(l, await page.context().cookies(), [inside(l, ''), record, inside(l, 'patients')]);
  await press(page, 'Stop viewing');
  await says(page, 'You are yourself again.');
  equal((await page.goto(record)).status(), 200);
});

// explain_test.mjs - why somebody can or cannot see a record.
import { Linden, equal, open, signIn, soundEverywhere, test } from './lib.mjs';
import { GEORGE, OWN, amara, inside, member, post } from './steps.mjs';

for (const script of [true, false])
  test(`a refused page leads to why, and Full Access asks about everybody, script ${script ? 'on' : 'off'}`, async () => {
    const l = await Linden.start();
    const page = await amara(l, { script });
    await member(l, page, GEORGE);
    const html = await (await page.request.get(inside(l, 'patients/new'))).text();
    const made = await post(page, inside(l, 'patients/new'), inside(l, 'patients'),
      { first_name: 'Ann', last_name: 'Aster', locations: /name="locations" value="([^"]+)"/.exec(html)[1] });
    const record = made.headers().location;
    await page.goto(record);
    await page.getByText('2 people can open this record').click();
    await page.getByText('George Tan: See and edit, Office Access').waitFor();
    await page.getByLabel('User', { exact: true }).selectOption({ label: 'George Tan' });
    await page.getByLabel('Access', { exact: true }).selectOption('0');
    await page.getByRole('region', { name: 'Access to this patient' }).getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('George Tan: ').first().waitFor();
    await page.getByText('1 person can open this record').click();
    equal(await page.getByText('George Tan: See and edit').count(), 0, 'access that was taken away');

    const other = await open(l, { script });
    await signIn(other, GEORGE.email, OWN);
    equal((await other.goto(record)).status(), 403);
    await other.getByRole('link', { name: "Why can't I see this?" }).click();
    await other.getByRole('heading', { name: "Why can or can't you see this?" }).waitFor();
    await other.getByText('Access to this patient was taken away from this user.').first().waitFor();
    equal(await other.getByText('Aster').count(), 0, 'the name of the patient');

    await page.getByRole('link', { name: "Why can or can't somebody see this?" }).click();
    await page.getByLabel('User', { exact: true }).selectOption({ label: 'George Tan' });
    await page.getByRole('button', { name: 'Explain' }).click();
    await page.getByRole('heading', { name: "Why can or can't George Tan see this?" }).waitFor();
    if (script) await soundEverywhere(l, await page.context().cookies(), [new URL(page.url()).pathname + new URL(page.url()).search]);
    await page.getByRole('link', { name: 'Back to the record' }).click();
    await page.getByRole('heading', { name: 'Ann Aster' }).waitFor();
  });

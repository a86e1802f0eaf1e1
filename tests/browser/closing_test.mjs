// closing_test.mjs - the list of a location that closes: waived, taken back, and its record signed off.
import { Linden, check, equal, sound, test } from './lib.mjs';
import { amara, hasFocus, inside, post, says, tabTo } from './steps.mjs';

for (const script of [true, false])
  test(`a line of the list of a closing location is waived, taken back and signed off, script ${script ? 'on' : 'off'}`, async () => {
    const l = await Linden.start();
    const page = await amara(l, { script });
    await page.goto(inside(l, 'settings/locations'));
    await page.getByRole('link', { name: /Riverside/ }).first().click();
    await page.getByRole('heading', { level: 1, name: 'Riverside' }).waitFor();
    const here = new URL(page.url()).pathname;
    equal((await post(page, `${here}/rooms/new`, `${here}/rooms`, { room_name: 'Garden room' })).status(), 303, 'adding a room:');
    await page.getByRole('link', { name: 'Look through the list' }).click();
    await page.getByRole('heading', { level: 1, name: 'Before Riverside closes' }).waitFor();
    if (script) await sound(page, 'the list of a closing');
    const line = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: /Rooms/ }) });
    const open = line.locator('summary');
    if (script) {
      await tabTo(page, open);
      await page.keyboard.press('Enter');
    } else await open.click();
    await line.getByRole('button', { name: /^Waive/ }).click();
    await page.getByRole('link', { name: 'Say why it may stay as it is' }).click();
    const why = page.getByLabel('Why it may stay as it is').first();
    await hasFocus(why, 'the fault leads to its field');
    if (script) await sound(page, 'a waiver without a reason');
    await why.fill('We only move next door');
    await page.keyboard.press('Enter');
    await says(page, 'Waived by Amara Okafor on');
    await says(page, 'We only move next door');
    await page.getByRole('link', { name: 'Record, for signing off and printing' }).click();
    await page.getByRole('heading', { level: 1, name: 'Record of the closing of Riverside' }).waitFor();
    if (script) await sound(page, 'the record of a closing');
    await says(page, 'We only move next door');
    await page.getByLabel(/^Remark/).fill('Seen by all');
    await page.getByRole('button', { name: 'Sign off' }).click();
    await says(page, 'It still stands as it was signed.');
    await page.getByRole('link', { name: 'Back to the list' }).click();
    await page.getByRole('button', { name: /^Take back/ }).click();
    await says(page, 'Taken back. What nobody has changed since is as it was.');
    equal(await page.getByText('Waived by').count(), 0, 'waived:');
    await page.getByRole('link', { name: 'Record, for signing off and printing' }).click();
    await says(page, 'It stands differently now');
    await page.goto(inside(l, 'settings/audit'));
    const log = await page.getByRole('main').innerText();
    for (const words of ['Waived a line of the list for closing', 'Took back a line of the list for closing', 'Signed off the closing of'])
      check(log.includes(words), `the log says ${words}`);
  });

// calendar_test.mjs - the calendar, by those who work with it all day.
import { Linden, PASSWORD, check, equal, open, signIn, sound, soundEverywhere, test } from './lib.mjs';
import { AMARA, BEATRIZ, fieldsOf, inside, post, users } from './steps.mjs';

const DAY = '2027-03-15', GRID = '.cal .ap';

async function owner(l, options) {
  const page = await open(l, options);
  await signIn(page, AMARA);
  return page;
}

async function patient(page, l, first, last) {
  await page.goto(inside(l, 'patients/new'));
  await page.getByLabel('First name').fill(first);
  await page.getByLabel('Last name').fill(last);
  await page.getByLabel('Riverside', { exact: true }).check();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('is added.').waitFor();
}

const day = (l, view = 'day') => inside(l, `calendar?view=${view}&date=${DAY}`);

/* From the day: the form, whom, when, and the button. */
async function book(page, script, words, time, minutes) {
  await page.getByRole('link', { name: 'New appointment', exact: true }).click();
  const form = page.locator('#booking');
  await form.getByLabel('Patient', { exact: true }).fill(words);
  if (!script) await form.getByRole('button', { name: 'Find' }).click();
  await page.locator('#booking input[type=radio]:checked').waitFor();
  await page.locator('#booking').getByLabel('Minutes (optional)').fill(minutes);
  await page.locator('#booking').getByLabel('Time of day').fill(time);
  await page.getByRole('button', { name: 'Book', exact: true }).click();
}

for (const script of [true, false]) {
  const how = script ? 'with script' : 'without script';

  test(`an appointment is booked, moved, noted and cancelled, ${how}`, async () => {
    const l = await Linden.start();
    const page = await owner(l, { script });
    await patient(page, l, 'Anna', 'Aster');
    await patient(page, l, 'Bert', 'Birch');
    await page.goto(day(l));
    await page.getByText('No appointments on Mon 15 Mar 2027').waitFor();
    await book(page, script, 'aster', '09:30', '30');
    await page.getByText('Booked for Mon 15 Mar 2027, 9:30 to 10:00.').waitFor();
    check(!page.url().includes('ster'), 'the name stands in the address');
    await page.locator(GRID, { hasText: '9:30 A. Aster' }).waitFor();

    await page.goto(day(l));
    await book(page, script, 'birch', '09:45', '30');
    await page.getByText('has an appointment from 9:30 to 10:00 already').waitFor();
    if (script) await sound(page, 'two at once');
    await page.getByLabel('Book anyway').check();
    await page.getByRole('button', { name: 'Book', exact: true }).click();
    await page.locator(GRID, { hasText: '9:45 B. Birch' }).waitFor();

    await page.locator(GRID, { hasText: 'A. Aster' }).click();
    await page.getByRole('button', { name: 'Arrived' }).click();
    await page.getByText('The appointment is saved.').waitFor();
    await page.locator(GRID, { hasText: 'Arrived' }).click();
    await page.getByRole('link', { name: 'Move…' }).click();
    await page.locator('#change').getByLabel('Time of day').fill('14:00');
    await page.getByRole('button', { name: 'Move', exact: true }).click();
    await page.getByText('The appointment is moved.').waitFor();
    await page.locator(GRID, { hasText: '14:00 A. Aster' }).click();
    await page.getByRole('link', { name: 'Cancel appointment…' }).click();
    await page.getByRole('button', { name: 'Cancel appointment' }).click();
    await page.getByRole('link', { name: 'Enter why it is cancelled' }).waitFor();
    await page.getByLabel('Why').fill('Unwell');
    await page.getByRole('button', { name: 'Cancel appointment' }).click();
    await page.getByText('The appointment is cancelled.').waitFor();
    equal(await page.locator(GRID).count(), 1);
    await page.locator('summary', { hasText: '1 cancelled' }).waitFor();
  });
}

test('a series is booked as far as it fits, and its later ones are cancelled, without script', async () => {
  const l = await Linden.start();
  const page = await owner(l, { script: false });
  await page.goto(inside(l, 'calendar/new?date=2027-03-22'));
  await page.getByLabel('Keep the time free for').fill('Supervision');
  await page.getByLabel('Minutes (optional)').fill('60');
  await page.getByLabel('Time of day').fill('09:00');
  await page.getByRole('button', { name: 'Book', exact: true }).click();
  await page.getByText('Booked for Mon 22 Mar 2027').waitFor();
  await page.goto(inside(l, `calendar/new?date=${DAY}`));
  await page.getByLabel('Keep the time free for').fill('Team');
  await page.getByLabel('Minutes (optional)').fill('30');
  await page.getByLabel('Time of day').fill('09:00');
  await page.getByLabel('Repeats').selectOption('1');
  await page.getByLabel('How many times').fill('4');
  await page.getByRole('button', { name: 'Book', exact: true }).click();
  await page.getByText('One of 4 cannot be as chosen').waitFor();
  await page.getByLabel('Only those that fit').check();
  await page.getByRole('button', { name: 'Book', exact: true }).click();
  await page.getByText('3 appointments are booked, the first for Mon 15 Mar 2027').waitFor();
  await page.locator(GRID, { hasText: 'Team' }).click();
  await page.getByText('1 of 3').waitFor();
  await page.getByRole('link', { name: 'Cancel appointment…' }).click();
  await page.getByLabel('This one and the 2 later ones').check();
  await page.getByLabel('Why').fill('No more');
  await page.getByRole('button', { name: 'Cancel appointment' }).click();
  await page.getByText('3 appointments are cancelled.').waitFor();
});

test('an appointment that is dragged asks first and then moves', async () => {
  const l = await Linden.start();
  const page = await owner(l);
  await page.goto(inside(l, `calendar/new?date=${DAY}`));
  await page.getByLabel('Keep the time free for').fill('Team');
  await page.getByLabel('Minutes (optional)').fill('30');
  await page.getByLabel('Time of day').fill('09:00');
  await page.getByRole('button', { name: 'Book', exact: true }).click();
  const one = page.locator(GRID, { hasText: '9:00 Team' });
  const lane = await page.locator('.lane', { has: page.locator('.ap') }).boundingBox(), from = await one.boundingBox();
  const drop = async () => {
    await page.mouse.move(from.x + 20, from.y + 6);
    await page.mouse.down();
    await page.mouse.move(from.x + 20, from.y + 40, { steps: 4 });
    await page.mouse.move(from.x + 20, from.y + 6 + 1.5 * lane.height / 10, { steps: 4 });
    await page.mouse.up();
    await page.getByRole('dialog').getByLabel('Time of day').waitFor();
  };
  await drop();
  equal(await page.getByRole('dialog').getByLabel('Time of day').inputValue(), '10:30');
  await page.getByRole('dialog').getByRole('link', { name: 'Cancel', exact: true }).click();
  await one.waitFor(); /* where it was */
  await drop();
  await page.getByRole('button', { name: 'Move', exact: true }).click();
  await page.getByText('The appointment is moved.').waitFor();
  await page.locator(GRID, { hasText: '10:30 Team' }).waitFor();
});

test('a room is added, booked once at a time, and dragged into in a day of rooms', async () => {
  const l = await Linden.start();
  const page = await owner(l);
  await page.goto(inside(l, 'settings/locations'));
  await page.getByRole('link', { name: 'Riverside', exact: true }).click();
  for (const name of ['Room 2', 'Room 1']) {
    await page.getByRole('link', { name: 'Add room' }).click();
    await page.locator('#room').getByLabel('Name').fill(name);
    await page.locator('button[form=room]').click();
    await page.getByText(`${name} is added.`).waitFor();
  }
  await page.getByRole('button', { name: 'Move Room 1 up' }).click();
  await page.getByText('Room 1 is moved up.').waitFor();
  await sound(page, 'rooms of a location');
  const kept = async (label, room) => {
    await page.goto(inside(l, `calendar/new?date=${DAY}`));
    await page.getByLabel('Keep the time free for').fill(label);
    await page.getByLabel('Minutes (optional)').fill('30');
    await page.getByLabel('Time of day').fill('09:00');
    await page.getByLabel('Location').selectOption({ label: 'Riverside' });
    await page.getByLabel('Room (optional)').selectOption({ label: `Riverside, ${room}` });
    await page.getByLabel('Practitioner').selectOption({ label: 'Needs a practitioner' });
    await page.getByRole('button', { name: 'Book', exact: true }).click();
  };
  await kept('Team', 'Room 1');
  await page.getByText('Booked for').waitFor();
  await kept('Cleaning', 'Room 1');
  await page.getByRole('link', { name: 'Room 1 is taken from 9:00 to 9:30' }).waitFor();
  await sound(page, 'a room that is taken');
  await page.getByLabel('Room (optional)').selectOption({ label: 'Riverside, Room 2' });
  await page.getByRole('button', { name: 'Book', exact: true }).click();
  await page.getByText('Booked for').waitFor();
  await page.getByRole('link', { name: 'Rooms', exact: true }).click();
  const lane = name => page.getByRole('list', { name, exact: true });
  await lane('Room 1').getByText('Team').waitFor();
  await page.waitForLoadState(); /* dragging is the script's */
  const from = await lane('Room 2').locator('.ap', { hasText: 'Cleaning' }).boundingBox(), to = await lane('Room 1').boundingBox();
  await page.mouse.move(from.x + 20, from.y + 6);
  await page.mouse.down();
  await page.mouse.move(from.x + 20, from.y + 40, { steps: 4 });
  await page.mouse.move(to.x + 40, from.y + 6 + to.height / 10, { steps: 4 });
  await page.mouse.up();
  await page.getByRole('dialog').getByLabel('Time of day').waitFor();
  equal(await page.getByRole('dialog').getByLabel('Time of day').inputValue(), '10:00');
  await page.getByRole('button', { name: 'Move', exact: true }).click();
  await page.getByText('The appointment is moved.').waitFor();
  await page.getByRole('link', { name: 'Rooms', exact: true }).click();
  await lane('Room 1').getByText('Cleaning').waitFor();
  await sound(page, 'a day of rooms');
});

for (const script of [true, false])
  test(`of a day some practitioners are chosen, and the choice goes along, script ${script ? 'on' : 'off'}`, async () => {
    const l = await Linden.start();
    equal(l.cli(['demo', 'seed']).status, 0);
    const page = await open(l, { script });
    await signIn(page, 'g.papadakis@ledger.example');
    await page.getByRole('link', { name: 'Calendar', exact: true }).click();
    await page.getByLabel('Location', { exact: true }).selectOption('Riverside');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.waitForURL(/location=/);
    const heads = page.locator('.cal > .h h2'), all = await heads.allInnerTexts();
    check(all.length > 2, `columns: ${all}`);
    const [one, other] = all.filter(name => !name.startsWith('Needs'));
    await page.getByText('All practitioners').click();
    if (script) await sound(page, 'practitioners to choose from');
    for (const name of [one, other]) await page.getByRole('checkbox', { name, exact: true }).check();
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.getByText('2 practitioners').waitFor();
    equal((await heads.allInnerTexts()).join(), [one, other].join());
    await page.getByRole('link', { name: 'After', exact: true }).click();
    await page.waitForURL(/date=/);
    equal((await heads.allInnerTexts()).join(), [one, other].join(), 'the next day');
    await page.getByRole('link', { name: 'Week', exact: true }).click();
    await page.getByRole('heading', { name: /^Week of/ }).waitFor();
    equal(await page.getByLabel('Practitioner', { exact: true }).locator('option:checked').innerText(), one);
  });

test('an open calendar shows after a minute what others booked, unless somebody is at work in it', async () => {
  const l = await Linden.start();
  const page = await owner(l), other = await owner(l, { script: false });
  await page.clock.install();
  await page.goto(day(l));
  await page.getByText('No appointments on Mon 15 Mar 2027').waitFor();
  await other.goto(inside(l, 'calendar/new'));
  const place = await other.getByLabel('Location', { exact: true }).locator('option').first().getAttribute('value');
  const whom = await other.getByLabel('Practitioner', { exact: true }).locator('option').first().getAttribute('value');
  const book = async (label, time) => equal((await post(other, inside(l, 'calendar/new'), inside(l, 'calendar'),
    { location: place, practitioner: whom, label, date: DAY, time, minutes: '30' })).status(), 303, label);
  await book('Team', '09:00');
  await page.clock.runFor(59000);
  equal(await page.locator(GRID).count(), 0, 'before a minute is over');
  await page.clock.runFor(2000);
  await page.locator(GRID, { hasText: 'Team' }).waitFor();
  await page.locator(GRID, { hasText: 'Team' }).focus();
  await book('Cleaning', '11:00');
  await page.clock.runFor(61000);
  equal(await page.locator(GRID).count(), 1, 'nothing moves under the focus');
  await page.getByRole('link', { name: 'Today', exact: true }).focus();
  await page.clock.runFor(61000);
  await page.locator(GRID, { hasText: 'Cleaning' }).waitFor();
  await sound(page, 'a calendar that was renewed');
});

for (const script of [true, false])
  test(`somebody whose first day is to come is booked ahead, and not before it, ${script ? 'with script' : 'without script'}`, async () => {
    const l = await Linden.start();
    const page = await owner(l, { script });
    await patient(page, l, 'Anna', 'Aster');
    equal((await post(page, `${users(l)}/new`, users(l), { ...fieldsOf(BEATRIZ), first_day: DAY, last_day: '2027-03-16' })).status(), 303);
    const column = page.locator('.cal h2', { hasText: 'Dr Beatriz Lima' });
    await page.goto(inside(l, 'calendar?date=2027-03-12'));
    equal(await column.count(), 0, 'no column before the first day');
    await page.goto(day(l));
    await column.waitFor();
    await page.getByRole('link', { name: 'New appointment', exact: true }).click();
    const form = page.locator('#booking');
    await form.getByLabel('Patient', { exact: true }).fill('aster');
    if (!script) await form.getByRole('button', { name: 'Find' }).click();
    await page.locator('#booking input[type=radio]:checked').waitFor();
    await form.getByLabel('Practitioner').selectOption('Dr Beatriz Lima (from 15 Mar 2027)');
    await form.getByLabel('Minutes (optional)').fill('30');
    await form.getByLabel('Time of day').fill('09:30');
    for (const [date, words] of [['2027-03-12', 'Dr Beatriz Lima can be booked from 15 Mar 2027 on.'],
      ['2027-03-17', 'Dr Beatriz Lima can be booked until 16 Mar 2027']]) {
      await form.locator('input[name=date]').fill(date);
      await page.getByRole('button', { name: 'Book', exact: true }).click();
      await page.getByText(words).first().waitFor();
      if (script) await sound(page, 'a day that is none of theirs');
    }
    await form.locator('input[name=date]').fill(DAY);
    await page.getByRole('button', { name: 'Book', exact: true }).click();
    await page.getByText('Booked for Mon 15 Mar 2027, 9:30 to 10:00.').waitFor();
    await page.locator(GRID, { hasText: '9:30 A. Aster' }).waitFor();
    equal(await page.getByText('Needs a practitioner').count(), 0, 'it needs nobody else');
  });

test('single keys lead through the calendar', async () => {
  const l = await Linden.start();
  const page = await owner(l);
  await page.goto(inside(l));
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await page.waitForURL(/\/calendar$/);
  await page.goto(day(l));
  await page.keyboard.press('ArrowRight');
  await page.getByRole('heading', { level: 1, name: 'Tue 16 Mar 2027' }).waitFor();
  await page.keyboard.press('ArrowLeft');
  await page.getByRole('heading', { level: 1, name: 'Mon 15 Mar 2027' }).waitFor();
  await page.keyboard.press('w');
  await page.getByRole('heading', { level: 1, name: 'Week of 15 Mar 2027' }).waitFor();
  await page.keyboard.press('l');
  await page.waitForURL(/view=list/);
  await page.keyboard.press('d');
  await page.waitForURL(/view=day/);
  await page.keyboard.press('t');
  await page.waitForURL(url => !url.href.includes(DAY));
  await page.keyboard.press('a');
  await page.getByRole('dialog').getByRole('heading', { name: 'New appointment' }).waitFor();
});

test('the calendar is sound at every width, in light and dark', async () => {
  const l = await Linden.start();
  const page = await owner(l);
  await patient(page, l, 'Anna', 'Aster');
  await page.goto(day(l));
  await book(page, true, 'aster', '09:30', '30');
  await page.getByText('Booked for').waitFor();
  const one = await page.locator(GRID).first().getAttribute('href');
  await soundEverywhere(l, await page.context().cookies(),
    [day(l), day(l, 'week'), day(l, 'list'), inside(l, `calendar/new?date=${DAY}`), one, `${one}/move`, `${one}/edit`, `${one}/cancel`]);
});

test('another group has another calendar, and no word of this one', async () => {
  const l = await Linden.start();
  l.create('Elsewhere', 'eve@elsewhere.example', 'Eve', 'Else', ['There']);
  const page = await open(l);
  await signIn(page, 'eve@elsewhere.example', PASSWORD);
  equal((await page.goto(day(l))).status(), 404);
  equal((await page.goto(inside(l, 'calendar/new'))).status(), 404);
});

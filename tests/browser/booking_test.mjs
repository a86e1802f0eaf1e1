// booking_test.mjs - a patient books online in one browser while the practitioner is deactivated in another.
import { Linden, check, equal, open, sound, test } from './lib.mjs';
import { BEATRIZ, OWN, amara, inside, member, says, users } from './steps.mjs';

async function setUp(l, page) {
  await member(l, page, BEATRIZ, OWN);
  await page.goto(inside(l, 'settings/appointment-types/new'));
  await page.getByLabel('Name').fill('First visit');
  await page.getByRole('button', { name: 'Save' }).click();
  await says(page, 'First visit');
  await page.goto(inside(l, 'settings/users'));
  const id = (await page.getByRole('link', { name: 'Dr Beatriz Lima', exact: true }).first().getAttribute('href')).split('/').pop();
  await page.goto(inside(l, 'calendar/hours') + `?practitioner=${id}`);
  for (const day of ['Mon', 'Tue', 'Wed', 'Thu', 'Fri']) await page.getByLabel(day).first().fill('8:00 to 17:00');
  await page.getByRole('button', { name: /^Save/ }).click();
  await page.getByRole('status').or(page.getByRole('alert')).first().waitFor();
  await page.goto(inside(l, 'settings/online-booking'));
  await page.getByRole('row', { name: /Beatriz Lima/ }).getByRole('link', { name: /^Change/ }).click();
  await page.getByRole('group', { name: 'Who sees it' }).getByLabel('Everybody').check();
  await page.getByRole('group', { name: 'Takes bookings' }).getByLabel('Of everybody').check();
  await page.getByLabel('First visit').check();
  await sound(page, 'online booking of one practitioner');
  await page.getByRole('button', { name: 'Save' }).click();
  await says(page, 'Patients can book Dr Beatriz Lima at Riverside, up to 2 hours before.');
}

async function step(l, patient, email, last) {
  await patient.goto(`/book/${l.northside.slug}`);
  await patient.getByRole('link', { name: /^Book.*Dr Beatriz Lima, Riverside/ }).click();
  await patient.getByRole('radio').last().check(); // days away, so whoever is told of it has the time to book it
  await patient.getByRole('button', { name: 'Continue' }).click();
  await details(patient, email, last);
}

async function details(patient, email, last) {
  await says(patient, 'This time is kept for you until');
  await patient.getByLabel('Last name').fill(last);
  await patient.getByLabel('Date of birth').fill('2 1 1990');
  await patient.getByLabel('Email').fill(email);
  await patient.getByLabel('Phone').fill('03 5550 1234');
  await patient.getByRole('button', { name: 'Continue' }).click();
  await patient.getByRole('heading', { name: 'Check and book', exact: true }).waitFor();
}

test('a patient books online, and while the next one does the practitioner is deactivated: nothing half-booked', async () => {
  const l = await Linden.start({ locations: ['Riverside'] });
  const page = await amara(l, { script: true });
  await setUp(l, page);
  const patient = await open(l, { script: false });
  await step(l, patient, 'nora@nelson.example', 'Nelson');
  await patient.getByRole('button', { name: 'Book this appointment' }).click();
  await patient.getByRole('heading', { name: 'Your appointment is booked' }).waitFor();
  const mail = await l.mail('nora@nelson.example', 'Your appointment at Northside Allied Health');
  check(mail, 'a confirmation came');

  await step(l, patient, 'olaf@olsen.example', 'Olsen');
  await page.goto(users(l));
  await page.getByRole('link', { name: 'Deactivate Dr Beatriz Lima', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await says(dialog, 'Riverside: takes bookings, everybody sees the profile.');
  await says(dialog, '1 request is not confirmed yet');
  await dialog.getByRole('button', { name: 'Deactivate', exact: true }).click();
  await says(page, 'is deactivated.');
  await patient.getByRole('button', { name: 'Book this appointment' }).click();
  await says(patient, 'This practitioner does not take online bookings.');
  await patient.goto(`/book/${l.northside.slug}`);
  check(!(await patient.locator('body').innerText()).includes('Beatriz'), 'on no public page');
  await l.mail('olaf@olsen.example', 'Your booking at Northside Allied Health was not made');
  await page.goto(inside(l, 'patients'));
  await says(page, 'Nelson');
  equal(await page.getByText('Olsen').count(), 0, 'no record was made:');
});

test('who finds no time waits, and without a script books the time that another one gives back', async () => {
  const l = await Linden.start({ locations: ['Riverside'] });
  const page = await amara(l, { script: true });
  await setUp(l, page);
  const nora = await open(l, { script: false }), wanda = await open(l, { script: false });
  await step(l, nora, 'nora@nelson.example', 'Nelson');
  await nora.getByRole('button', { name: 'Book this appointment' }).click();
  await nora.getByRole('heading', { name: 'Your appointment is booked' }).waitFor();

  await wanda.goto(`/book/${l.northside.slug}`);
  await wanda.getByRole('link', { name: /^Book.*Dr Beatriz Lima, Riverside/ }).click();
  await wanda.getByRole('link', { name: 'No time that suits you? Join the waiting list' }).click();
  await page.goto(wanda.url()); // looked through where scripts run
  await sound(page, 'joining the waiting list');
  await wanda.getByLabel('Until').fill(new Date(Date.now() + 20 * 86400000).toISOString().slice(0, 10));
  await wanda.getByLabel('Your name').fill('Wanda Wells');
  await wanda.getByLabel('Email').fill('wanda@wells.example');
  await wanda.getByRole('button', { name: 'Join the waiting list' }).click();
  await says(wanda, 'Confirm with its link within 24 hours');
  await wanda.goto((await l.mail('wanda@wells.example', 'Confirm your place on the waiting list')).link);
  await page.goto(wanda.url());
  await sound(page, 'the place on the waiting list');
  await wanda.getByRole('button', { name: 'Confirm' }).click();
  await says(wanda, 'Nothing is kept for you at the moment.');
  await page.goto(inside(l, 'calendar'));
  await page.getByRole('link', { name: 'Waiting list of online booking' }).click();
  await says(page, 'wanda@wells.example');
  await sound(page, 'the waiting list');

  await nora.goto((await l.mail('nora@nelson.example', 'Your appointment at')).link);
  await nora.getByRole('button', { name: 'Cancel the appointment' }).click();
  await wanda.goto((await l.mail('wanda@wells.example', 'A time has become free')).link);
  await wanda.getByRole('button', { name: 'Go on to book it' }).click();
  await details(wanda, 'wanda@wells.example', 'Wells');
  await wanda.getByRole('button', { name: 'Book this appointment' }).click();
  await wanda.getByRole('heading', { name: 'Your appointment is booked' }).waitFor();
});

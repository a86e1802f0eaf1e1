// roles_test.mjs - what each role of the demo meets: where they may go, what they may do, whose names they read.
import { Linden, check, equal, open, signIn, test } from './lib.mjs';
import { hasFocus } from './steps.mjs';

const REPORTS = ['Home', 'Calendar', 'Patients', 'Invoices', 'Credits', 'Reports', 'Settings'];
const PLAIN = REPORTS.filter(name => name !== 'Reports');
const ROLES = [
  { who: 'the owner', email: 'amara.okafor@northside.example', nav: REPORTS, adds: ['patient', 'appointment', 'user'] },
  { who: 'a manager', email: 'freya@northside.example', nav: REPORTS, adds: ['patient', 'appointment', 'user'] },
  { who: 'a practitioner with Clinical Access', email: 'beatriz.lima@northside.example', nav: REPORTS, adds: ['patient', 'appointment'] },
  { who: 'a practitioner with Contact Access', email: 'hana.suzuki@northside.example', nav: PLAIN, adds: ['patient', 'appointment'] },
  { who: 'a practitioner about to leave', email: 'chen.wei@northside.example', nav: PLAIN, adds: [], strip: 'You have read-only access.' },
  { who: 'an administrator with Clinical Access', email: 'robin@northside.example', nav: PLAIN, adds: ['patient', 'appointment'] },
  { who: 'the front desk', email: 'liam@northside.example', nav: PLAIN, adds: ['patient', 'appointment'] },
  { who: 'a bookkeeper', email: 'g.papadakis@ledger.example', nav: REPORTS, adds: ['appointment'], hidden: true },
];
const ADDING = { patient: 'patients/new', appointment: 'calendar/new', user: 'settings/users/new' };

/* A program with the demo in it, and the way into its clinic. */
async function demo() {
  const l = await Linden.start();
  equal(l.cli(['demo', 'seed']).status, 0);
  const page = await open(l, { script: false });
  await signIn(page, 'g.papadakis@ledger.example'); // is in no other
  return { l, G: new URL(page.url()).pathname };
}

test('each role is led to what is open to it, and stands before closed doors elsewhere', async () => {
  const { l, G } = await demo();
  for (const role of ROLES) {
    const page = await open(l, { script: false });
    await signIn(page, role.email);
    await page.goto(G);
    const links = page.getByRole('navigation', { name: 'Main' }).getByRole('link');
    equal((await links.allInnerTexts()).join(), role.nav.join(), `${role.who}, the menu`);
    equal(await page.locator('.strip').count(), role.strip ? 1 : 0, `${role.who}, strips`);
    if (role.strip) check((await page.locator('.strip').innerText()).startsWith(role.strip), `${role.who} is told`);
    for (const [what, path] of Object.entries(ADDING))
      equal((await page.goto(G + path)).status(), role.adds.includes(what) ? 200 : 403, `${role.who} adds ${what}:`);
    for (const [name, path] of [['Reports', 'reports'], ['Patients', 'patients'], ['Calendar', 'calendar'], ['Invoices', 'invoices'], ['Credits', 'credits']])
      equal((await page.goto(G + path)).status(), role.nav.includes(name) ? 200 : 403, `${role.who}, ${name}:`);
    await page.goto(`${G}patients`);
    const first = await page.locator('main table.list tbody tr b').first().innerText();
    equal(/^PX-\d{6}$/.test(first), !!role.hidden, `${role.who} reads ${first}:`);
    await page.context().close();
  }
});

test('the front desk goes from anywhere to anything with the keyboard alone', async () => {
  const { l, G } = await demo();
  const page = await open(l);
  await signIn(page, 'robin@northside.example');
  await page.goto(G);
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog', { name: 'Find' }).waitFor();
  await page.keyboard.type('new app');
  await page.getByRole('dialog').getByRole('link', { name: 'New appointment' }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/calendar\/new/);
  await page.getByRole('heading', { name: 'New appointment' }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog', { name: 'Find' }).waitFor();
  await page.keyboard.type('abbott aiko');
  const found = page.getByRole('dialog').getByRole('link', { name: 'Aiko Abbott' });
  await found.waitFor();
  await page.keyboard.press('ArrowDown');
  equal(await found.evaluate(link => link === document.activeElement), true, 'the arrow leads to the first result');
  await page.keyboard.press('ArrowUp');
  equal(await page.getByRole('searchbox').evaluate(field => field === document.activeElement), true, 'and back to the field');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog', { name: 'Find' }).waitFor();
  await page.keyboard.type('abbott aiko');
  await page.keyboard.press('Enter'); // before the answer is there: it waits for it
  await page.waitForURL(/\/patients\/[^/]+$/);
  check((await page.locator('main').innerText()).includes('Aiko Abbott'), 'the record is open');
});

/* The keyboard, counting what is pressed from one mark to the next: of somebody who types 55 words a minute five keys
 * take a second (Card, Moran and Newell's keystroke-level model), so that ten seconds are fifty keys. */
const TEN_SECONDS = 50;
function counted(page) {
  let keys = 0, since = Date.now();
  return {
    press: key => { keys++; return page.keyboard.press(key); },
    type: text => { keys += text.length; return page.keyboard.type(text); },
    done(what) {
      console.log(`NOTE ${what}: ${keys} keys, ${((Date.now() - since) / 1000).toFixed(1)} s on this machine`);
      check(keys <= TEN_SECONDS, `to ${what} takes ${keys} keys, which is more than ten seconds`);
      keys = 0, since = Date.now();
    },
  };
}

/* Tab after Tab until it has the focus. */
async function reach(page, keyboard, locator) {
  for (let i = 0; i < 120; i++) {
    if (await locator.evaluateAll(all => all.includes(document.activeElement))) return;
    await keyboard.press('Tab');
  }
  throw new Error(`the keyboard never reaches ${locator}`);
}

/* Past the menu, by the first link of the page. */
async function skip(page, keyboard) {
  await keyboard.press('Tab');
  await focused(page.getByRole('link', { name: 'Skip to main content' }));
  await keyboard.press('Enter');
}

const focused = locator => hasFocus(locator, 'the keyboard goes on');

test('the front desk finds a patient, books, moves and takes a payment with the keyboard alone', async () => {
  const { l, G } = await demo();
  const page = await open(l);
  const keyboard = counted(page);
  await signIn(page, 'robin@northside.example');
  await page.goto(G);
  const press = async name => { await skip(page, keyboard); await reach(page, keyboard, page.getByRole('button', { name, exact: true })); await keyboard.press('Enter'); };
  const follow = async name => { await skip(page, keyboard); await reach(page, keyboard, page.getByRole('link', { name, exact: true })); await keyboard.press('Enter'); };
  await keyboard.press('Control+k');
  await page.getByRole('dialog', { name: 'Find' }).waitFor();
  await keyboard.type('abbott aiko');
  await keyboard.press('Enter');
  await page.waitForURL(/\/patients\/[^/]+$/);
  keyboard.done('find a patient');

  await keyboard.press('a');
  await page.getByRole('heading', { name: 'New appointment' }).waitFor();
  await page.getByRole('radio', { name: /Aiko Abbott/, checked: true }).waitFor();
  await skip(page, keyboard);
  await reach(page, keyboard, page.getByLabel('Practitioner', { exact: true }));
  await keyboard.type('Dr Am');
  const free = page.getByRole('region', { name: 'First free times' }).getByRole('button').first();
  await free.waitFor();
  await reach(page, keyboard, free);
  await keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('#booking [name=time]').value);
  await focused(page.getByRole('button', { name: 'Book', exact: true }));
  await keyboard.press('Enter');
  await page.getByText(/^Booked for/).waitFor();
  keyboard.done('book');

  const booked = page.locator('.cal .ap', { hasText: 'A. Abbott' }).first();
  await focused(booked); /* what was booked is where one goes on */
  await keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Appointment' }).waitFor();
  await keyboard.press('m');
  await page.locator('#change').waitFor();
  await skip(page, keyboard);
  await reach(page, keyboard, page.locator('#change').getByLabel('Date'));
  await keyboard.type('03172031'); // nobody is busy then
  await reach(page, keyboard, page.locator('#change').getByLabel('Time of day'));
  await keyboard.type('0900AM');
  await keyboard.press('Control+Enter');
  await page.getByText('The appointment is moved.').waitFor();
  keyboard.done('move');

  await focused(booked);
  await keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Appointment' }).waitFor();
  await keyboard.press('i');
  await page.getByRole('heading', { name: 'New invoice' }).waitFor();
  await press('Make a draft');
  await page.getByText('The draft is begun.').waitFor();
  await press('Issue');
  await page.getByText('is issued.').waitFor();
  await follow('Note a payment');
  await page.waitForURL(/\/payment$/);
  await page.getByRole('button', { name: 'Note the payment' }).waitFor();
  await skip(page, keyboard);
  await reach(page, keyboard, page.getByLabel('Amount'));
  equal(await page.getByLabel('Amount').inputValue(), '180.00', 'what is left is proposed');
  await keyboard.press('Control+Enter');
  await page.getByText('The payment is noted.').waitFor();
  await page.locator('.tag', { hasText: 'Paid' }).first().waitFor();
  keyboard.done('take a payment');
});

for (const script of [true, false])
  test(`the finder leads a bookkeeper to numbers and to no name, script ${script ? 'on' : 'off'}`, async () => {
    const { l, G } = await demo();
    const page = await open(l, { script });
    await signIn(page, 'g.papadakis@ledger.example');
    await page.goto(G);
    await page.getByRole('link', { name: 'Find a patient, a person or a page' }).click();
    const field = page.getByRole('searchbox', { name: 'Find a patient, a person or a page' });
    const find = async words => {
      await field.fill(words);
      if (!script) await page.getByRole('button', { name: 'Find', exact: true }).click();
    };
    await find('abbott');
    await page.getByText('Nothing that you can open fits this.').last().waitFor();
    await find('1001');
    await page.getByRole('link', { name: /^PX-\d{6}/ }).waitFor();
    check(!page.url().includes('1001'), 'what is looked for stands in no address');
    await page.getByRole('link', { name: /^PX-\d{6}/ }).click();
    await page.waitForURL(/\/patients\/[^/]+$/);
  });

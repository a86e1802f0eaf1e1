// invoices_test.mjs - an invoice from the first line to the last cent.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Linden, check, equal, open, soundEverywhere, test } from './lib.mjs';
import { Postbox } from '../cluster/postbox.mjs';
import { until } from '../cli/lib.mjs';
import { amara, inside, post, says } from './steps.mjs';

const field = (page, label) => page.getByLabel(label, { exact: true });
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
const follow = (page, name) => page.getByRole('link', { name, exact: true }).click();

/* A patient at Riverside; the address of the record. */
async function patient(page, l, email = '') {
  const html = await (await page.request.get(inside(l, 'patients/new'))).text();
  const made = await post(page, inside(l, 'patients/new'), inside(l, 'patients'),
    { first_name: 'Ann', last_name: 'Aster', email, locations: /name="locations" value="([^"]+)"/.exec(html)[1] });
  equal(made.status(), 303);
  return made.headers().location;
}

/* An invoice over 33.00 of this patient; its address. */
async function issued(page, record) {
  const html = await (await page.request.get(`${record}/invoices/new`)).text();
  const choice = name => new RegExp(`name="${name}".*?<option value="([^"]+)"`, 's').exec(html)[1];
  const made = await post(page, `${record}/invoices/new`, `${record}/invoices`,
    { practitioner: choice('practitioner'), location: choice('location') });
  const invoice = made.headers().location.replace(/\/edit$/, '');
  const edited = await post(page, `${invoice}/edit`, invoice,
    { 'description-1': 'Tape', 'price-1': '33', version: '1' });
  equal(edited.status(), 303);
  equal((await post(page, invoice, `${invoice}/issue`, { version: '2' })).status(), 303);
  return invoice;
}

/* What a PDF says, read by another program. */
function words(bytes) {
  const ran = spawnSync('pdftotext', ['-layout', '-', '-'], { input: bytes, encoding: 'utf8' });
  equal(ran.status, 0, ran.stderr);
  return ran.stdout;
}

for (const script of [true, false])
  test(`an invoice is written, issued, paid in part and written off, script ${script ? 'on' : 'off'}`, async () => {
    const l = await Linden.start();
    const page = await amara(l, { script });
    const record = await patient(page, l);
    await page.goto(`${record}/invoices`);
    await page.getByText('No invoices for this patient.').waitFor();
    await follow(page, 'New invoice');
    await press(page, 'Make a draft');
    await page.getByRole('link', { name: 'Choose a practitioner' }).waitFor(); /* There is a problem */
    await field(page, 'Practitioner').selectOption({ index: 1 });
    await field(page, 'Location').selectOption({ index: 1 });
    await press(page, 'Make a draft');
    await page.locator('#description-1').fill('Tape');
    await page.locator('#price-1').fill('33.35');
    await page.locator('#rate-1').fill('ten');
    await press(page, 'Save');
    await page.getByRole('link', { name: /Enter a rate like 10/ }).waitFor();
    equal(await page.locator('#price-1').inputValue(), '33.35');
    await page.locator('#rate-1').fill('10');
    await press(page, 'Save');
    await says(page, 'The draft is saved.');
    const invoice = new URL(page.url()).pathname;
    await page.getByText('AUD 36.69').waitFor(); /* 33.35 and 3.34 */
    await press(page, 'Issue');
    await says(page, 'Invoice 1 is issued.');
    await follow(page, 'Note a payment');
    await field(page, 'Amount').fill('36.70');
    await press(page, 'Note the payment');
    await page.getByRole('link', { name: /Only AUD 36.69 are left/ }).waitFor();
    await field(page, 'Amount').fill('30');
    await press(page, 'Note the payment');
    await says(page, 'The payment is noted.');
    if (script)
      await soundEverywhere(l, await page.context().cookies(), [inside(l, 'invoices'), invoice, `${invoice}/payment`,
        `${invoice}/credit`, `${record}/invoices`, `${record}/invoices/new`, inside(l, 'settings/invoicing')]);
    await follow(page, 'Write off the rest…');
    await field(page, 'Reason').fill('Moved away');
    await press(page, 'Write off the rest');
    await says(page, 'The rest is written off.');
    const [file] = await Promise.all([page.waitForEvent('download'), follow(page, 'PDF')]);
    equal(file.suggestedFilename(), 'invoice-1.pdf');
    const text = words(readFileSync(await file.path()));
    for (const part of ['Invoice 1', 'Ann Aster', 'Northside Allied Health', 'Tape', 'AUD 36.69', 'Written off',
      'credit note 1', 'Page 1 of 1'])
      check(text.includes(part), `${part} in ${text}`);
    await page.goto(inside(l, 'invoices?show=closed'));
    await page.locator('td .tag').getByText('Written off').waitFor();
  });

test('where the library of the PDF is missing, the page and doctor say so and all else goes on', async () => {
  const broken = mkdtempSync(join(tmpdir(), 'linden-no-pango-'));
  try {
    writeFileSync(join(broken, 'libpangocairo-1.0.so.0'), '');
    const l = await Linden.start({ env: { LD_LIBRARY_PATH: broken } });
    const page = await amara(l);
    const record = await patient(page, l);
    const invoice = await issued(page, record);
    await page.goto(`${invoice}/pdf`);
    await page.getByText('PDF files cannot be made on this installation yet').waitFor();
    await follow(page, 'Back to the invoice');
    await page.getByRole('heading', { name: 'Invoice 1' }).waitFor();
    check(/WRONG invoices as PDF: libpangocairo-1\.0\.so\.0 cannot be opened/.test(l.cli(['doctor']).stdout), 'doctor');
  } finally {
    rmSync(broken, { recursive: true });
  }
});

test('an invoice goes to the patient through a mail server, and its link opens it until it is withdrawn', async () => {
  const box = await new Postbox().open();
  try {
    const l = await Linden.start({ serve: ['--mail', box.url] });
    const page = await amara(l);
    const record = await patient(page, l, 'ann@aster.example');
    const invoice = await issued(page, record);
    await page.goto(invoice);
    await follow(page, 'Send to the patient');
    await page.getByText('ann@aster.example').waitFor();
    await soundEverywhere(l, await page.context().cookies(), [`${invoice}/mail`]);
    await press(page, 'Send');
    await says(page, 'The invoice is on its way.');
    await until(() => box.letters.length === 1, 'the mail');
    const [letter] = box.letters;
    equal(letter.to, 'ann@aster.example');
    equal(letter.subject, 'Invoice 1 from Northside Allied Health');
    const visitor = await open(l, { script: false });
    const got = await visitor.goto(`/invoices/${letter.token}`);
    equal(got.status(), 200);
    equal(got.headers()['cache-control'], 'no-store');
    equal(got.headers()['referrer-policy'], 'no-referrer');
    check(/noindex/.test(got.headers()['x-robots-tag']), 'no search engine');
    await visitor.getByText('Ann Aster').waitFor();
    const [file] = await Promise.all([visitor.waitForEvent('download'), follow(visitor, 'Save as PDF')]);
    const text = words(readFileSync(await file.path()));
    check(text.includes('Ann Aster') && text.includes('AUD 33.00'), text);
    await soundEverywhere(l, [], [`/invoices/${letter.token}`, '/invoices/none']);
    await until(async () => (await page.goto(invoice), await page.getByText('Sent', { exact: true }).count()), 'sent');
    await press(page, 'Withdraw the link');
    await says(page, 'The link is withdrawn.');
    equal((await visitor.goto(`/invoices/${letter.token}`)).status(), 410);
    await visitor.getByText('This link opens nothing any more').waitFor();
  } finally {
    box.close();
  }
});

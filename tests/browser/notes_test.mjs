// notes_test.mjs - clinical notes, by those who write and read them.
import { readFileSync } from 'node:fs';
import { Linden, equal, open, signIn, soundEverywhere, test } from './lib.mjs';
import { FREYA, OWN, amara, inside, member, post, says } from './steps.mjs';

const field = (page, label) => page.getByLabel(label, { exact: true });
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

/* A patient at Riverside; the address of the record. */
async function patient(page, l) {
  const made = await post(page, inside(l, 'patients/new'), inside(l, 'patients'),
    { first_name: 'Ann', last_name: 'Aster', locations: await place(page, l) });
  equal(made.status(), 303);
  return made.headers().location;
}

async function place(page, l) {
  const html = await (await page.request.get(inside(l, 'patients/new'))).text();
  return /name="locations" value="([^"]+)"/.exec(html)[1];
}

for (const script of [true, false])
  test(`a note is drafted, signed, amended and read by others, script ${script ? 'on' : 'off'}`, async () => {
    const l = await Linden.start();
    const page = await amara(l, { script });
    await member(l, page, FREYA);
    const record = await patient(page, l);
    await page.goto(record);
    await page.getByRole('link', { name: 'Clinical notes' }).click();
    await page.getByText('No clinical notes yet.').waitFor();
    await page.getByRole('link', { name: 'Write a note' }).click();
    await press(page, 'Save draft');
    await page.getByRole('link', { name: 'Write the note' }).waitFor(); /* There is a problem */
    await field(page, 'Title (optional)').fill('First visit');
    await field(page, 'Note').fill('Stiff in the mornings.\n\nPlan: exercises.');
    await press(page, 'Save draft');
    await says(page, 'The draft is saved.');
    const note = new URL(page.url()).pathname;

    const other = await open(l, { script });
    await signIn(other, FREYA.email, OWN);
    await other.goto(`${record}/notes`);
    await other.getByText('No clinical notes yet.').waitFor();
    equal((await other.goto(note)).status(), 404, 'a draft of somebody else');

    await page.getByRole('link', { name: 'Edit', exact: true }).click();
    await press(page, 'Sign');
    await says(page, 'The note is signed.');
    await other.goto(`${record}/notes`);
    await other.getByText('Plan: exercises.').waitFor();
    await other.getByRole('link', { name: /^Open “First visit”/ }).click();
    await other.getByRole('link', { name: 'Amend…' }).click();
    await field(other, 'Note').fill('Stiff in the evenings.');
    await field(other, 'Reason for the change').fill('Misheard');
    await press(other, 'Save amendment');
    await says(other, 'The amendment is saved.');
    await other.getByText('Misheard').waitFor();
    await other.getByText('Stiff in the mornings.').waitFor();
    if (script) await soundEverywhere(l, await other.context().cookies(), [record, `${record}/notes`, note, `${note}/edit`, `${record}/notes/new`]);

    await page.goto(note);
    await press(page, 'Make private');
    await says(page, 'Only you can read the note now.');
    equal((await other.goto(note)).status(), 404, 'a private one');
  });

test('two who amend one note are shown both versions', async () => {
  const l = await Linden.start();
  const page = await amara(l);
  await member(l, page, FREYA);
  const record = await patient(page, l);
  await page.goto(`${record}/notes/new`);
  await field(page, 'Note').fill('One');
  await press(page, 'Sign');
  const note = new URL(page.url()).pathname;
  const other = await open(l);
  await signIn(other, FREYA.email, OWN);
  for (const p of [page, other]) await p.goto(`${note}/edit`);
  for (const [p, text] of [[page, 'Two'], [other, 'Three']]) {
    await field(p, 'Note').fill(text);
    await field(p, 'Reason for the change').fill('Because');
    await press(p, 'Save amendment');
  }
  await other.getByRole('radio', { name: /Three/ }).check();
  await other.getByRole('button', { name: /^Save/ }).click();
  await says(other, 'The amendment is saved.');
  await other.getByText('Two').waitFor();
});

for (const script of [true, false])
  test(`files hang on a note and come back as they were, script ${script ? 'on' : 'off'}`, async () => {
    const l = await Linden.start();
    const page = await amara(l, { script });
    const record = await patient(page, l);
    const choose = (name, bytes) => page.getByLabel('Files').setInputFiles({ name, mimeType: 'application/octet-stream', buffer: bytes });
    const pdf = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(200000, 'Lorem \0 ipsum')]);
    await page.goto(`${record}/notes/new`);
    await field(page, 'Note').fill('Letter from the hospital');
    await press(page, 'Save draft');
    await says(page, 'The draft is saved.');
    const note = new URL(page.url()).pathname;

    await choose('letter.png', Buffer.from('<html><script>alert(1)</script>'));
    await press(page, 'Attach');
    await page.getByRole('link', { name: /“letter.png” is not a PDF/ }).waitFor();
    await choose('letter.pdf', pdf);
    await press(page, 'Attach');
    await says(page, 'The note has its attachments.');
    const saving = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Save “letter.pdf”' }).click();
    const saved = await saving;
    equal(saved.suggestedFilename(), 'letter.pdf');
    equal(Buffer.compare(readFileSync(await saved.path()), pdf), 0, 'the bytes');

    await page.getByRole('link', { name: 'Edit', exact: true }).click();
    await press(page, 'Sign');
    await says(page, 'The note is signed.');
    await field(page, 'Reason for attaching').fill('The result came');
    await choose('long.txt', Buffer.alloc(11 << 20, 'a'));
    await press(page, 'Attach');
    await page.getByRole('link', { name: '“long.txt” is larger than 10 MB' }).waitFor();
    equal(await field(page, 'Reason for attaching').inputValue(), 'The result came');
    await choose('result.txt', Buffer.from('All well.'));
    await press(page, 'Attach');
    await says(page, 'The note has its attachments.');
    await page.getByText('with edition 2').waitFor();
    if (script) await soundEverywhere(l, await page.context().cookies(), [note]);
  });

// print_test.mjs - what comes out of the printer: the content and who printed it, and nothing to click on.
import { Linden, check, equal, open, signIn, test } from './lib.mjs';

/* The first link in the list of a page. */
async function first(page, path) {
  await page.goto(path);
  return page.locator('main table.list tbody tr a').first().getAttribute('href');
}

test('what is printed says by whom, and has no frame and no button around it', async () => {
  const l = await Linden.start();
  equal(l.cli(['demo', 'seed']).status, 0);
  const other = await open(l), page = await open(l);
  await signIn(other, 'freya@northside.example'); // is in no other
  const G = new URL(other.url()).pathname;
  await signIn(page, 'amara.okafor@northside.example'); // an owner reads the audit log
  await page.emulateMedia({ media: 'print' });
  const patient = await first(page, `${G}patients`), invoice = await first(page, `${G}invoices`);
  for (const path of ['calendar', 'calendar?view=list', 'calendar?view=week', 'patients', 'invoices', 'reports', 'settings/users', 'settings/access-matrix', 'settings/reminders/sent', 'credits', 'settings/audit'].map(x => G + x).concat(patient, `${patient}/notes`, `${patient}/appointments`, invoice)) {
    await page.setViewportSize(path.endsWith('-matrix') ? { width: 1047, height: 718 } : { width: 718, height: 1047 }); // A4 with margins of 1 cm
    await page.goto(path);
    const seen = await page.evaluate(() => {
      const shown = e => e.checkVisibility() && e.getClientRects().length > 0;
      const all = what => [...document.querySelectorAll(what)].filter(shown);
      return {
        frame: all('.sidebar, .topbar, .skip, .strip').length,
        buttons: all('button, .btn, input[type=submit]').map(e => e.textContent.trim()),
        heading: all('h1').length, words: document.querySelector('main').innerText.trim().length,
        by: all('.print-only').map(e => e.textContent).join(' '),
        wide: all('main, main *').filter(e => !e.closest('.vh') && (e.getBoundingClientRect().right > innerWidth + 1 || (e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX !== 'visible'))).map(e => `${e.tagName}.${e.className}`).slice(0, 3).join(),
        tables: all('table.list').every(e => getComputedStyle(e).display === 'table'),
        cut: all('.cal, .ap').filter(e => e.scrollHeight > e.clientHeight + 1 && getComputedStyle(e).overflow !== 'visible').length,
      };
    });
    equal(seen.frame, 0, `${path}, frame:`);
    equal(seen.buttons.join(), '', `${path}, buttons:`);
    equal(seen.heading, 1, `${path}, headings:`);
    check(/Northside Allied Health\. Printed by Amara Okafor on /.test(seen.by), `${path} does not say who printed it: ${seen.by}`);
    check(seen.words > 100, `${path} prints nothing`);
    equal(seen.cut, 0, `${path}, cut off:`);
    check(seen.tables, `${path} prints cards in place of a table`);
    equal(seen.wide, '', `${path}, wider than the paper:`);
    if (!path.endsWith('-matrix')) continue;
    const paper = (await page.pdf({ format: 'A4', preferCSSPageSize: true, margin: { top: '1cm', bottom: '1cm', left: '1cm', right: '1cm' } })).toString('latin1');
    equal(paper.match(/\/Type\s*\/Page\b/g).length, 1, `${path}, sheets:`);
  }
});

test('where a group hides names on paper, its calendars print initials, and the list for paper has no name at all', async () => {
  const l = await Linden.start();
  equal(l.cli(['demo', 'seed']).status, 0);
  const page = await open(l);
  await signIn(page, 'freya@northside.example'); // is in no other group
  const G = new URL(page.url()).pathname;
  let names = [], on; // a day on which somebody works at this place: not each is one
  for (let ahead = 0; names.length <= 3 && ahead < 7; ahead++) {
    on = new Date(Date.now() + ahead * 86400000).toISOString().slice(0, 10);
    await page.goto(`${G}calendar?view=list&date=${on}`);
    names = (await page.locator('main table.list tbody td:nth-child(2)').allInnerTexts()).filter(name => name !== 'Lunch' && / /.test(name));
  }
  check(names.length > 3, `hardly anybody is there: ${names}`);
  await page.goto(`${G}settings/group`);
  await page.getByLabel('Hide names on paper').check();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('are saved').waitFor();
  const bare = async what => {
    const text = await page.locator('main').innerText();
    for (const name of names) check(!text.includes(name) && !text.includes(name.split(' ').pop()), `${what} says ${name}`);
    check(/\b[A-Z]{2}\b/.test(text), `${what} has no initials`);
  };
  for (const view of ['day', 'week', 'rooms', 'list']) {
    await page.emulateMedia({ media: 'screen' });
    await page.goto(`${G}calendar?view=${view}&date=${on}`);
    if (view === 'list') check((await page.locator('main').innerText()).includes(names[0]), 'names are gone from the screen, too');
    await page.emulateMedia({ media: 'print' });
    await bare(view);
  }
  await page.emulateMedia({ media: 'screen' });
  await page.getByRole('link', { name: 'List for paper, without names' }).click();
  await page.getByText("For paper: patients' initials only.").waitFor();
  await bare('the list for paper');
  const source = await page.content();
  for (const name of names) check(!source.includes(name), `the page has ${name}`);
});

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
  const page = await open(l);
  await signIn(page, 'freya@northside.example');
  const G = new URL(page.url()).pathname;
  await page.emulateMedia({ media: 'print' });
  const patient = await first(page, `${G}patients`), invoice = await first(page, `${G}invoices`);
  for (const path of ['calendar', 'calendar?view=list', 'calendar?view=week', 'patients', 'invoices', 'reports', 'settings/users', 'settings/access', 'settings/audit'].map(x => G + x).concat(patient, `${patient}/notes`, invoice)) {
    await page.goto(path);
    const seen = await page.evaluate(() => {
      const shown = e => e.checkVisibility() && e.getClientRects().length > 0;
      const all = what => [...document.querySelectorAll(what)].filter(shown);
      return {
        frame: all('.sidebar, .topbar, .skip, .strip').length,
        buttons: all('button, .btn, input[type=submit]').map(e => e.textContent.trim()),
        heading: all('h1').length, words: document.querySelector('main').innerText.trim().length,
        by: all('.print-only').map(e => e.textContent).join(' '),
        cut: all('.cal, .ap').filter(e => e.scrollHeight > e.clientHeight + 1 && getComputedStyle(e).overflow !== 'visible').length,
      };
    });
    equal(seen.frame, 0, `${path}, frame:`);
    equal(seen.buttons.join(), '', `${path}, buttons:`);
    equal(seen.heading, 1, `${path}, headings:`);
    check(/Northside Allied Health\. Printed by Freya \S+ on /.test(seen.by), `${path} does not say who printed it: ${seen.by}`);
    check(seen.words > 100, `${path} prints nothing`);
    equal(seen.cut, 0, `${path}, cut off:`);
  }
});

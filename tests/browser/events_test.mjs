// events_test.mjs - an open page hears what happens elsewhere: it covers itself, and lists say that they are old.
import { Linden, check, equal, open, signIn, sound, test } from './lib.mjs';
import { BEATRIZ, GEORGE, OWN, addUser, amara, fieldsOf, hasFocus, inside, member, post, says, tabTo, users } from './steps.mjs';

/* Once the page listens. */
const listens = page => page.waitForResponse(r => new URL(r.url()).pathname.endsWith('/events') && r.status() === 200);

async function goTo(page, path) {
  const opened = listens(page);
  await page.goto(path);
  await opened;
}

async function idOf(page, l, name) {
  const html = await (await page.request.get(users(l))).text();
  const at = html.indexOf(`aria-label="Deactivate ${name}"`);
  check(at > 0, `${name} is not in the list`);
  return /users\/([0-9a-z-]+)\/deactivate/i.exec(html.slice(0, at).slice(-200))[1];
}

async function deactivate(page, l, name) {
  const path = `${users(l)}/${await idOf(page, l, name)}/deactivate`;
  equal((await post(page, path, path, {})).status(), 303, `deactivating ${name}:`);
}

const bare = async page => (await page.locator('body').innerText()).replace(/\s+/g, ' ').trim();

test('the open page of a deactivated user covers itself at once, whatever lies over it', async () => {
  const l = await Linden.start();
  const page = await amara(l);
  await member(l, page, BEATRIZ);
  await member(l, page, GEORGE);
  const own = await open(l), wide = await open(l, { dark: true, width: 390 });
  await signIn(own, BEATRIZ.email, OWN);
  await goTo(own, users(l));
  await says(own, 'George Tan');
  await signIn(wide, BEATRIZ.email, OWN);
  await goTo(wide, inside(l, 'leave'));
  const asked = [];
  for (const p of [own, wide]) p.on('request', r => asked.push(r.url()));
  await deactivate(page, l, 'Dr Beatriz Lima');
  for (const p of [own, wide]) await p.getByRole('heading', { name: 'You no longer have access', level: 1 }).waitFor();
  equal(asked.join(' '), '', 'it is told; what it asked for:'); // how soon, tests/nodes measures
  equal(await bare(own), 'Linden You no longer have access You no longer have access to Northside Allied Health. ' +
    'Your other groups are not affected. Continue', 'nothing of the page is left:');
  check(!(await own.content()).includes('George Tan'), 'nothing of the list is left in the document');
  await hasFocus(own.getByRole('heading', { level: 1 }), 'the heading is read first');
  equal(await own.title(), 'You no longer have access');
  await sound(own, 'a page that covered itself');
  await sound(wide, 'a page that covered itself, small and dark');
  await own.keyboard.press('Escape');
  equal(await own.getByRole('heading').count(), 1, 'Escape brings nothing back: headings');
  await tabTo(own, own.getByRole('link', { name: 'Continue' }));
  await own.keyboard.press('Enter');
  await says(own, 'Amara Okafor ended it on');
  await own.goBack();
  await own.getByRole('heading', { name: 'You no longer have access' }).waitFor();
  check(!(await own.content()).includes('George Tan'), 'going back shows nothing');
});

test('whoever is signed out of the group on one device is covered there at once, and nowhere else', async () => {
  const l = await Linden.start();
  const page = await amara(l);
  await member(l, page, BEATRIZ);
  const lost = await open(l), kept = await open(l);
  for (const p of [lost, kept]) {
    await signIn(p, BEATRIZ.email, OWN);
    await goTo(p, users(l));
  }
  await page.goto(inside(l, 'settings/devices'));
  await page.getByRole('link', { name: 'Beatriz Lima' }).first().click();
  await page.getByRole('heading', { name: 'Where Beatriz Lima is signed in', level: 1 }).waitFor();
  await sound(page, 'where a user is signed in');
  await page.setViewportSize({ width: 390, height: 800 });
  await sound(page, 'the same, small');
  await says(page, '127.0.0.1');
  const buttons = page.getByRole('button', { name: /^Sign out Beatriz Lima/ });
  equal(await buttons.count(), 2, 'devices:');
  await tabTo(page, buttons.last()); // the first one signed in was used before the second
  await page.keyboard.press('Enter');
  await says(page, 'Beatriz Lima is signed out of this group on');
  await lost.getByRole('heading', { name: 'Your session ended', level: 1 }).waitFor();
  check(!(await lost.content()).includes('Amara'), 'nothing of the list is left in the document');
  await kept.goto(users(l));
  await says(kept, 'Amara Okafor');
  await page.goto(inside(l, 'settings/audit'));
  await says(page, 'Signed Beatriz Lima out of this group on one device');
});

test('a dialog over the page goes with it', async () => {
  const l = await Linden.start();
  const page = await amara(l);
  await member(l, page, { ...BEATRIZ, role: 'Administrator', profession: '', registration: '', level: 'Full Access', locations: [] });
  const own = await open(l);
  await signIn(own, BEATRIZ.email, OWN);
  await goTo(own, users(l));
  await own.getByRole('link', { name: 'Add user' }).click();
  const dialog = own.getByRole('dialog');
  await dialog.getByLabel('First name', { exact: true }).fill('Secretive');
  const remote = await open(l);
  await signIn(remote, BEATRIZ.email, OWN);
  await remote.goto('/me/devices');
  await remote.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await own.getByRole('heading', { name: 'Your session ended', level: 1 }).waitFor();
  equal(await own.getByRole('dialog').count(), 0, 'dialogs:');
  equal(await bare(own), 'Linden Your session ended Sign in to carry on. Sign in');
  await sound(own, 'a page whose session ended');
  await own.getByRole('link', { name: 'Sign in' }).click();
  await own.waitForURL('**/sign-in?next=**');
  await own.getByLabel('Email', { exact: true }).fill(BEATRIZ.email);
  await own.getByLabel('Password', { exact: true }).fill(OWN);
  await own.getByRole('button', { name: 'Sign in', exact: true }).click();
  await own.waitForURL(`**${users(l)}`); // where it was
});

test('the list of users says what others changed, and not what one changed oneself', async () => {
  const l = await Linden.start();
  const page = await amara(l);
  await member(l, page, BEATRIZ);
  await member(l, page, { ...GEORGE, level: 'Full Access', locations: [] });
  const own = await open(l);
  await signIn(own, GEORGE.email, OWN);
  await goTo(page, users(l));
  const line = page.locator('[data-changes]');
  equal(await line.isVisible(), false, 'before anything has happened:');
  await deactivate(own, l, 'Dr Beatriz Lima');
  await says(page, '1 change since you opened this page.');
  check(await page.getByRole('link', { name: 'Deactivate Dr Beatriz Lima' }).count() === 1, 'no row moves by itself');
  await sound(page, 'the list with a change');
  equal((await post(own, `${users(l)}/new`, users(l), fieldsOf({ ...BEATRIZ, email: 'two@lima.example' }))).status(), 303);
  await says(page, '2 changes since you opened this page.');
  equal(await line.evaluate(e => e.closest('[role=status]') !== null), true, 'it is read out');

  /* what was missed while the page could not be seen adds up, too */
  await page.evaluate(() => {
    Object.defineProperty(document, 'hidden', { value: true, configurable: true });
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  });
  equal((await post(own, `${users(l)}/new`, users(l), fieldsOf({ ...BEATRIZ, email: 'three@lima.example' }))).status(), 303);
  await page.waitForTimeout(500);
  await says(page, '2 changes since you opened this page.');
  await page.evaluate(() => {
    delete document.hidden;
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  });
  await says(page, '3 changes since you opened this page.');
  await tabTo(page, page.getByRole('link', { name: 'Refresh' }));
  const again = listens(page);
  await page.keyboard.press('Enter');
  await page.getByText('two@lima.example').first().waitFor();
  equal(await page.locator('[data-changes]').isVisible(), false, 'after a refresh:');

  await again;
  await addUser(page, { ...BEATRIZ, first: 'Bea', email: 'four@lima.example' });
  await page.waitForTimeout(1500);
  equal(await page.locator('[data-changes]').isVisible(), false, "one's own changes:");
});

test('without script a list has no line, and a page stays as it is', async () => {
  const l = await Linden.start();
  const page = await amara(l, { script: false });
  equal(await page.locator('[data-changes]').isVisible(), false);
  await says(page, 'Amara Okafor');
});

test('a page whose stream is refused asks whether it still may be seen', async () => {
  const l = await Linden.start();
  const page = await amara(l);
  await member(l, page, BEATRIZ);
  const own = await open(l);
  await signIn(own, BEATRIZ.email, OWN);
  await own.route('**/events', async route => { // no room for a stream, and meanwhile ...
    await deactivate(page, l, 'Dr Beatriz Lima');
    await route.fulfill({ status: 503 });
  }, { times: 1 });
  await own.goto(inside(l));
  await own.getByRole('heading', { name: 'You no longer have access', level: 1 }).waitFor();
});

test('signing out of a page is no surprise to it', async () => {
  const l = await Linden.start();
  const page = await amara(l);
  await goTo(page, users(l));
  let seen = '';
  await page.exposeFunction('covered', text => { seen += text; });
  await page.evaluate(() => new MutationObserver(() => {
    const h = document.querySelector('body > main h1');
    if (h) covered(h.textContent);
  }).observe(document.body, { childList: true }));
  await page.getByRole('button', { name: /^Your menu/ }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL('**/sign-in**');
  equal(seen, '', 'what stood in the page meanwhile:');
});

test('a stopped server lets open pages go, and they listen to the next one', async () => {
  const l = await Linden.start();
  const page = await amara(l);
  await goTo(page, users(l));
  const began = Date.now();
  await l.end();
  check(Date.now() - began < 5000, `stopping took ${Date.now() - began} ms`);
  await says(page, 'Amara Okafor');
});

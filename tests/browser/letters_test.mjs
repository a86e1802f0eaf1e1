// letters_test.mjs - what is mailed and what is logged: links that do nothing by themselves, and no secret anywhere.
import { Linden, PASSWORD, check, equal, open, signIn, sound, soundEverywhere, test } from './lib.mjs';
import { AMARA, BEATRIZ, GEORGE, OWN, TEMPORARY, addUser, amara, member, says, users } from './steps.mjs';

test('opening the links of letters changes nothing, however often', async () => {
  const l = await Linden.start();
  const page = await amara(l);
  await addUser(page, { ...BEATRIZ, password: TEMPORARY });
  await addUser(page, { ...GEORGE, entry: /^Send them a link/ });
  await addUser(page, { ...GEORGE, first: 'Ines', last: 'Duarte', email: 'ines@duarte.example' });
  const visitor = await open(l);
  await visitor.goto('/password-reset');
  await visitor.getByLabel('Email', { exact: true }).fill(AMARA);
  await visitor.getByRole('button', { name: 'Send the link' }).click();
  const letters = [await l.mail(BEATRIZ.email, 'added you'), await l.mail(GEORGE.email, 'Choose your password'),
    await l.mail('ines@duarte.example', 'invites you'), await l.mail(AMARA, 'Reset your password')];
  const paths = [...new Set(letters.flatMap(m => m.text.match(/https?:\/\/\S+\/[A-Za-z0-9_-]{43}/g) || []).map(x => new URL(x).pathname))];
  check(paths.length >= 4, `links: ${paths.length}`);
  const scanner = await open(l, { script: false });
  const texts = [];
  for (let round = 0; round < 2; round++)
    for (const path of paths) {
      equal((await scanner.goto(path)).status(), 200, `${path.replace(/[^/]+$/, '…')}:`);
      check(await scanner.getByRole('button').count() > 0, `${path} has a button that does it`);
      texts.push(await scanner.locator('main').innerText());
    }
  equal(texts.slice(0, paths.length).join('|'), texts.slice(paths.length).join('|'), 'the second time as the first:');
  await page.goto(users(l));
  check((await page.getByRole('row').filter({ hasText: 'Ines Duarte' }).innerText()).includes('Pending'), 'the invitation waits');
  await signIn(await open(l), AMARA, PASSWORD);
  await soundEverywhere(l, [], [...paths, '/sign-in', '/password-reset', `/set-up/${'a'.repeat(43)}`, `/invitations/${'a'.repeat(43)}`,
    `/confirm-email/${'a'.repeat(43)}`, `/password-reset/${'a'.repeat(43)}`, `/unsubscribe/${'a'.repeat(43)}`]);
});

/* What stands in no log, no letter and no database is looked at after every test: see keptQuiet(). */
test('letters to strangers are plain text, too, and say why they came', async () => {
  const l = await Linden.start();
  const page = await amara(l);
  l.secrets.add(TEMPORARY);
  await addUser(page, { ...BEATRIZ, password: TEMPORARY });
  await addUser(page, { ...GEORGE, first: 'Ge "x" <b>', last: 'Tan & Sons', email: 'odd@tan.example' });
  await l.mail('odd@tan.example', 'invites you to join');
  const welcome = await l.mail(BEATRIZ.email, 'added you');
  check(welcome.text.replace(/\s+/g, ' ').includes('You get this email because Amara'), welcome.text);
  check(/temporary/.test(welcome.text) && !welcome.raw.includes(TEMPORARY), 'it names the temporary password and does not hold it');
  check(/^(Auto-Submitted|List-Unsubscribe|Message-ID):/im.test(welcome.raw), 'headers');
  for (const m of l.mails()) {
    check(/Content-Type: text\/plain/i.test(m.raw) && /Content-Type: text\/html/i.test(m.raw), `"${m.subject}" has both parts`);
    check(!/<script|src=|url\(/i.test(m.raw), `"${m.subject}" loads nothing`);
  }
});

test('a password that somebody forgot stands in no letter, and the link works once', async () => {
  const l = await Linden.start();
  const page = await amara(l);
  await member(l, page, GEORGE);
  const own = await open(l);
  await own.goto('/password-reset');
  await own.getByLabel('Email', { exact: true }).fill('stranger@nowhere.example');
  await own.getByRole('button', { name: 'Send the link' }).click();
  await says(own, 'If that address has a sign-in, we have sent a link.');
  await sound(own, 'whether known or not');
  check(!l.mails().some(m => m.to.includes('stranger')), 'strangers get no letter');
  await own.goto('/password-reset');
  await own.getByLabel('Email', { exact: true }).fill(GEORGE.email);
  await own.getByRole('button', { name: 'Send the link' }).click();
  const path = new URL((await l.mail(GEORGE.email, 'Reset your password')).link).pathname;
  await own.goto(path);
  await own.getByLabel('New password', { exact: true }).fill(TEMPORARY);
  await own.getByLabel('New password again').fill(TEMPORARY);
  l.secrets.add(TEMPORARY);
  await own.getByRole('button', { name: 'Save password' }).click();
  await says(own, 'Your password is saved.');
  await own.goto(path);
  await says(own, 'This link has expired or was used. Get a new one.');
  await own.goto('/sign-in');
  await own.getByLabel('Email', { exact: true }).fill(GEORGE.email);
  await own.getByLabel('Password', { exact: true }).fill(OWN);
  await own.getByRole('button', { name: 'Sign in', exact: true }).click();
  await says(own, 'The email or password is not right.');
  await signIn(own, GEORGE.email, TEMPORARY);
});

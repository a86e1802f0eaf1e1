// lib.mjs - a real program, a real browser, and tests that are sentences.
// With LINDEN_TEST_DB (tools/pg.sh) each program gets a PostgreSQL database of its own.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { dropDatabase, migratedDatabase, server, sleep } from '../cli/lib.mjs';

const require = createRequire(import.meta.url);
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
export const binary = process.env.LINDEN || new URL('../../build/linden', import.meta.url).pathname;
export const PASSWORD = 'quiet-harbour-maple-lamp';
export const PATIENCE = 30000; // milliseconds for anything: machines may be busy

/* --- tests --------------------------------------------------------------------- */

const tests = [];
export function test(name, run) {
  tests.push({ name, run });
}

export async function runAll(only) {
  let passed = 0, failed = 0;
  for (const t of tests) {
    if (only.length && !only.some(part => t.name.includes(part))) continue;
    const began = Date.now();
    try {
      await withTimeout(t.run(), 120000);
      for (const l of running) l.keptQuiet();
      passed++;
    } catch (error) {
      failed++;
      console.log(`FAIL ${t.name}\n  ${String(error.stack || error).split('\n').slice(0, 12).join('\n  ')}`);
    } finally {
      await cleanUp();
    }
    if (process.env.TIMES) console.log(`${Date.now() - began} ms  ${t.name}`);
  }
  await browser?.close();
  console.log(`${passed} passed, ${failed} failed`);
  return failed;
}

function withTimeout(promise, ms) {
  let timer;
  const late = new Promise((_, no) => { timer = setTimeout(() => no(new Error(`took longer than ${ms} ms`)), ms); });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

export function equal(got, wanted, what = '') {
  if (got !== wanted) throw new Error(`${what} got ${JSON.stringify(got)}, wanted ${JSON.stringify(wanted)}`);
}

export function check(condition, what) {
  if (!condition) throw new Error(what);
}

/* --- the program ------------------------------------------------------------------ */

const running = new Set(), contexts = new Set();

async function cleanUp() {
  for (const c of contexts) await c.close().catch(() => {});
  contexts.clear();
  for (const l of [...running]) await l.stop();
}

export class Linden {
  /* A practice group with its owner and three locations. */
  static async start(options = {}) {
    const l = new Linden();
    l.dir = mkdtempSync(join(tmpdir(), 'linden-browser-'));
    if (server) l.db = migratedDatabase();
    l.more = options.serve || [];
    l.listen = options.listen || '127.0.0.1:0';
    l.known = options.url; // by another name than the address it listens on
    l.env = options.env || {};
    l.secrets = new Set([PASSWORD]);
    l.northside = l.create('Northside Allied Health', 'amara@northside.example', 'Amara', 'Okafor',
      options.locations || ['Riverside', 'Harbour St', 'Telehealth']);
    await l.serve();
    return l;
  }

  create(name, email, first, last, locations = []) {
    const out = this.cli(['group', 'create', '--name', name, '--owner-email', email, '--owner-first', first,
      '--owner-last', last, ...locations.flatMap(x => ['--location', x]), '--password-stdin', '--json'], PASSWORD + '\n');
    equal(out.status, 0, `group create: ${out.stderr}`);
    return { ...JSON.parse(out.stdout), name, email };
  }

  cli(args, input = '') {
    return spawnSync(binary, [...args, '--data', this.dir], { input, encoding: 'utf8', env: this.environment() });
  }

  environment() {
    const { LINDEN_DB: _, ...env } = process.env;
    return { ...env, ...this.env, ...(this.db ? { LINDEN_DB: this.db } : {}) };
  }

  serve() {
    this.log = '';
    this.process = spawn(binary, ['serve', '--data', this.dir, '--listen', this.listen, ...this.more],
      { env: this.environment() });
    running.add(this);
    return new Promise((ready, gone) => {
      const look = chunk => {
        this.log += chunk;
        const found = /listens on (http:\/\/[^\s"]+)/.exec(this.log);
        if (found) ready(this.url = this.known || found[1]);
      };
      this.process.stdout.on('data', look);
      this.process.stderr.on('data', look);
      this.process.on('exit', code => gone(new Error(`linden ended with ${code}: ${this.log.slice(-400)}`)));
    });
  }

  async end(signal = 'SIGTERM') {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const over = new Promise(done => this.process.on('exit', done));
      this.process.kill(signal);
      await over;
    }
  }

  async stop() {
    running.delete(this);
    await this.end();
    if (this.db) dropDatabase(this.db);
    rmSync(this.dir, { recursive: true, force: true });
  }

  /* After every test: passwords, sessions and links stand in no log; passwords and sessions in no letter,
   * not in the database either; and every letter can be read as plain text. */
  keptQuiet() {
    const letters = this.mails();
    for (const secret of [...this.secrets, ...letters.flatMap(m => m.tokens)])
      check(!this.log.includes(secret), `the log holds a secret: ${secret}`);
    for (const m of letters) {
      for (const secret of this.secrets) check(!(m.raw + m.text).includes(secret), `"${m.subject}" holds a secret`);
      check(/^Content-Type: multipart\/alternative/im.test(m.raw), `"${m.subject}" is not multipart`);
      check(m.text.trim().length > 50, `"${m.subject}" has no plain text`);
      for (const line of m.text.split(/\r?\n/))
        check(line.length <= 78 || /^\S+$/.test(line.trim()), `"${m.subject}" has a wide line: ${line}`);
    }
    const kept = this.everythingKept();
    check(kept.includes('amara@northside.example'), 'the database was not found'); // else nothing was looked at
    for (const secret of this.secrets)
      for (const form of [secret, Buffer.from(secret).toString('hex')]) check(!kept.includes(form), `the database holds a secret: ${secret}`);
  }

  /* The database as one text: the files, or what the server would give back. */
  everythingKept() {
    if (this.db) {
      const dumped = spawnSync('pg_dump', ['--dbname', this.db], { encoding: 'utf8', maxBuffer: 1 << 28 });
      equal(dumped.status, 0, `pg_dump: ${dumped.stderr}`);
      return dumped.stdout;
    }
    return readdirSync(this.dir).filter(f => f.startsWith('linden.db')).map(f => readFileSync(join(this.dir, f), 'latin1')).join('');
  }

  /* Letters so far, oldest first: {to, subject, text, link}. */
  mails() {
    const folder = join(this.dir, 'mail');
    if (!existsSync(folder)) return [];
    return readdirSync(folder).filter(f => f.endsWith('.eml')).sort().map(f => readMail(readFileSync(join(folder, f), 'utf8')));
  }

  /* Waits for a letter to somebody whose subject holds these words; for the last, if there are to be several. */
  async mail(to, words, count = 1) {
    for (const end = Date.now() + PATIENCE; Date.now() < end; await sleep(50)) {
      const found = this.mails().filter(m => m.to.includes(to) && m.subject.includes(words));
      if (found.length >= count) return found.at(-1);
    }
    throw new Error(`no letter "${words}" to ${to}; there are: ${this.mails().map(m => `${m.to}: ${m.subject}`).join('; ')}`);
  }
}

function decodeWords(header) {
  return header.replace(/\?=\s+=\?/g, '?==?').replace(/=\?utf-8\?([qb])\?([^?]*)\?=/gi, (_, how, text) =>
    how.toLowerCase() === 'b' ? Buffer.from(text, 'base64').toString('utf8')
      : quotedPrintable(text.replace(/_/g, ' ')));
}

function quotedPrintable(text) {
  const bytes = text.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

function readMail(raw) {
  const head = raw.slice(0, raw.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ');
  const header = name => decodeWords((new RegExp(`^${name}: (.*)$`, 'im').exec(head) || ['', ''])[1]);
  const part = /Content-Type: text\/plain[\s\S]*?\r\n\r\n([\s\S]*?)\r\n--/i.exec(raw);
  const text = part ? quotedPrintable(part[1]) : '';
  const links = text.match(/https?:\/\/\S+\/[A-Za-z0-9_-]{43}/g) || [];
  return { raw, to: header('To'), from: header('From'), subject: header('Subject'), text,
    link: links[0] || '', tokens: links.map(link => link.slice(-43)) };
}

/* --- the browser -------------------------------------------------------------------- */

let browser;

export async function open(l, options = {}) {
  /* Playwright switches the back/forward cache off, and people do not. */
  browser ||= await chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--disable-features=PreloadTopChromeWebUI'],
  });
  const context = await browser.newContext({
    baseURL: l.url,
    javaScriptEnabled: options.script !== false,
    colorScheme: options.dark ? 'dark' : 'light',
    viewport: { width: options.width || 1280, height: options.height || 800 },
  });
  contexts.add(context);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  Object.assign(page, { linden: l, script: options.script !== false });
  page.complaints = [];
  page.on('console', m => {
    if (/Content.Security.Policy|Trusted.?Type|violat/i.test(m.text())) page.complaints.push(m.text());
  });
  page.on('pageerror', e => page.complaints.push(String(e)));
  return page;
}

export async function signIn(page, email, password = PASSWORD) {
  page.linden.secrets?.add(password);
  await page.goto('/sign-in');
  await page.getByLabel('Email', { exact: true }).fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL(url => !url.pathname.startsWith('/sign-in') || url.pathname.includes('choose-password'));
  for (const cookie of await page.context().cookies()) page.linden.secrets?.add(cookie.value);
}

/* Nothing axe finds, nothing the CSP complains about, no sideways scroll. */
export async function sound(page, what) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth).catch(() => 0);
  check(wide <= 0, `${what}: the page is ${wide} px too wide`);
  equal(page.complaints.join('\n'), '', `${what}: complaints of the browser:`);
  const found = await axe(page);
  equal(found.join('\n'), '', `${what}: axe:`);
}

async function axe(page) {
  const session = await page.context().newCDPSession(page);
  const run = source => session.send('Runtime.evaluate', { expression: source, awaitPromise: true, returnByValue: true });
  if ((await run('typeof axe')).result.value === 'undefined') await run(axeSource);
  await run('scrollTo(0, 0)'); // what has gone under the bar at the top is taken for covered by what stands in it
  const { result, exceptionDetails } = await run(
    `axe.run(document, {runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice'], resultTypes: ['violations']})
      .then(r => JSON.stringify(r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.target.join(' ')).slice(0, 3).join(' | '))))`);
  if (exceptionDetails) throw new Error(`axe did not run: ${exceptionDetails.exception?.description || exceptionDetails.text}`);
  await session.detach();
  return JSON.parse(result.value);
}

/* The same for a list of paths at every width, in light and dark. */
export async function soundEverywhere(l, storage, paths) {
  const page = await open(l);
  await page.context().addCookies(storage);
  for (const path of paths) {
    await page.goto(path);
    for (const width of [1280, 390, 320])
      for (const colorScheme of ['light', 'dark']) {
        await page.setViewportSize({ width, height: 800 });
        await page.emulateMedia({ colorScheme });
        await sound(page, `${path} at ${width}, ${colorScheme}`);
      }
  }
  await page.context().close();
}

// screenshot.mjs - takes docs/screenshot.png from the running program:  node tools/screenshot.mjs
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '../tests/browser/node_modules/playwright-core/index.mjs';

const root = new URL('..', import.meta.url).pathname, data = mkdtempSync(join(tmpdir(), 'linden-screenshot-'));
const linden = join(root, 'build/linden');
spawnSync(linden, ['demo', 'seed', '--data', data]);
const server = spawn(linden, ['serve', '--data', data, '--listen', '127.0.0.1:0', '--log', join(data, 'log')]);
const url = await new Promise(done => server.stdout.on('data', text => done(/listens on (\S+)/.exec(text)[1])));
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
await page.goto(`${url}/sign-in`);
await page.getByLabel('Email').fill('amara.okafor@northside.example');
await page.getByLabel('Password', { exact: true }).fill('quiet-harbour-maple-lamp');
await page.getByRole('button', { name: 'Sign in' }).click();
for (let twice = 0; twice < 2; twice++) await page.goto(`${url}/g/northside-allied-health/settings/users`);
await page.screenshot({ path: join(root, 'docs/screenshot.png') });
await browser.close();
server.on('exit', () => rmSync(data, { recursive: true, force: true }));
server.kill();

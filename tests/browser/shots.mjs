// shots.mjs - pictures of pages to look at:  node shots.mjs URL EMAIL PASSWORD OUT PATH...
// Each path at 1280 and 390, light and dark.
import { mkdirSync } from 'node:fs';
import { open, signIn } from './lib.mjs';

const [url, email, password, out, ...paths] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
const first = await open({ url });
await signIn(first, email, password);
const cookies = await first.context().cookies();
for (const width of [1280, 390])
  for (const dark of [false, true]) {
    const page = await open({ url }, { width, dark });
    if (!process.env.VISITOR) await page.context().addCookies(cookies);
    for (const path of paths) {
      await page.goto(path);
      const name = path.replace(/^\/g\/[^/]+/, '').replace(/[^a-z0-9]+/gi, '-').replace(/^-|-$/g, '') || 'home';
      await page.screenshot({ path: `${out}/${name}-${width}${dark ? '-dark' : ''}.png`, fullPage: true });
    }
  }
process.exit(0);

// run.mjs - runs the tests of the command line:  node tests/cli/run.mjs [PART-OF-A-NAME]...
import { readdirSync } from 'node:fs';
import { runAll } from './lib.mjs';

for (const file of readdirSync(new URL('.', import.meta.url)).sort())
  if (file.endsWith('_test.mjs')) await import(new URL(file, import.meta.url));
process.exit(await runAll(process.argv.slice(2)) ? 1 : 0);

// usage_test.mjs - words, options, exit codes, settings and who won.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, equal, matches, root, test, onSqlite } from './lib.mjs';

test('help lists every command and each explains itself', place => {
  const all = place.run(['help']);
  equal(all.code, 0);
  const names = [...all.out.matchAll(/^  ([a-z]+(?:-[a-z]+)?(?: [a-z-]+)?)  +\S/gm)].map(m => m[1]).filter(n => n !== 'linden serve');
  check(names.length >= 14, `only ${names}`);
  for (const name of names) {
    const help = place.run(['help', ...name.split(' ')]);
    equal(help.code, 0, name);
    matches(help.out, /--data DIR/, name);
    equal(place.run([...name.split(' '), '--help']).out, help.out, name);
    const short = place.run([...name.split(' '), '-h']).out;
    check(!/--data DIR/.test(short) && short.length < help.out.length, `${name} -h is short`);
    const examples = short.split('Examples:\n')[1].split('\n\n')[0].split('\n');
    equal(examples.length, 2, `${name} -h shows two examples:`);
    for (const one of examples) {
      check(one.startsWith(`  linden ${name}`), one);
      check(help.out.includes(one), `the whole help has it, too: ${one}`);
    }
  }
  equal(place.run(['--help']).out, all.out);
  equal(place.run([]).code, 2);
});

test('the man page names the same commands and options as the help', place => {
  const man = readFileSync(join(root, 'man/linden.1'), 'utf8');
  const help = readFileSync(join(root, 'src/cli/options.def'), 'utf8');
  const commands = readFileSync(join(root, 'src/cli/commands.def'), 'utf8');
  const inHelp = [...help.matchAll(/^(?:SETTING|OPTION|FLAG)\( *"([a-z-]+)"/gm)].map(m => m[1]).sort();
  const inMan = [...new Set([...man.matchAll(/\bFl Fl ([a-z-]+)/g)].map(m => m[1]))].sort();
  equal(inMan.filter(o => o !== 'help').join(' '), inHelp.join(' '));
  const words = [...commands.matchAll(/^COMMAND\([a-z_]+, "([a-z -]+)"/gm)].map(m => m[1]).sort();
  const described = [...man.matchAll(/^\.It Cm ([a-z -]+?)(?= Ar| Op|$)/gm)].map(m => m[1].replace(/ Cm /g, ' ')).sort();
  equal(described.join(', '), words.join(', '));
});

test('a wrong word is refused with one sentence, exit code 2 and the nearest right one', place => {
  for (const [words, sentence] of [
    [['serv'], "linden: there is no command 'serv'; did you mean 'linden serve'?"],
    [['group', 'crate'], "linden: there is no command 'group crate'; did you mean 'linden group create'?"],
    [['dance'], "linden: there is no command 'dance'; 'linden help' lists them"],
    [['serve', '--lisen', 'x'], "linden: 'linden serve' has no option --lisen; did you mean --listen?"],
    [['serve', '--email', 'x'], "linden: 'linden serve' has no option --email; did you mean --mail?"],
    [['serve', '--data'], 'linden: --data needs a value: DIR'],
    [['serve', '--data', 'a', '--data', 'b'], 'linden: --data is given twice'],
    [['routes', '--json=yes'], 'linden: --json takes no value'],
    [['serve', 'now'], "linden: 'linden serve' takes no 'now'"],
    [['serve', '-x'], 'linden: there is no option -x; long ones begin with --'],
    [['--data', 'x', 'serve'], 'linden: the command comes first: linden serve --data'],
    [['db', 'backup'], "linden: 'linden db backup' needs FILE"],
    [['person', 'reset-link'], "linden: 'linden person reset-link' needs --email EMAIL"],
    [['person', 'reset-link', '--email', 'nobody'], 'linden: --email nobody: this is no email address'],
    [['serve', '--listen', '8080'], 'linden: --listen 8080 (option): this is neither HOST:PORT nor unix:PATH'],
    [['serve', '--listen', 'x:99999'], 'linden: --listen x:99999 (option): this is neither HOST:PORT nor unix:PATH'],
    [['serve', '--trusted-proxy', '10.0.0.1/8'], "linden: --trusted-proxy 10.0.0.1/8 (option): this is no network like 10.0.0.0/8, no address, and not 'unix'"],
    [['serve', '--mail-from', 'x y'], 'linden: --mail-from x y (option): this is no email address'],
  ]) {
    const ran = place.run(words);
    equal(ran.err, `${sentence}\n`, words.join(' '));
    equal(ran.code, 2, words.join(' '));
    equal(ran.out, '', words.join(' '));
  }
  for (const wrong of [['--url', 'linden.example'], ['--url', 'https://x.example/path'], ['--mail', 'pigeon'], ['--mail', 'smtp://x:y']]) {
    const ran = place.run(['serve', ...wrong]);
    equal(ran.code, 2, wrong.join(' '));
    equal(ran.err.split('\n').length, 2, ran.err);
  }
});

test('an option beats the environment, which beats the file, and doctor says who won', place => {
  mkdirSync(place.data, { mode: 0o700 });
  writeFileSync(join(place.data, 'linden.conf'), '# settings\nurl = https://file.example\nmail-from = file@file.example\nlog = f.log\n');
  writeFileSync(join(place.folder, 'linden.conf'), 'url = https://elsewhere.example\ntrusted_proxy = 10.0.0.0/8, 127.0.0.1\n');
  equal(place.run(['db', 'migrate']).code, 0);
  const env = { LINDEN_URL: 'https://environment.example', LINDEN_MAIL_FROM: 'env@environment.example' };
  const { out, code } = place.run(['doctor', '--url', 'https://option.example'], { env });
  equal(code, 0, out);
  matches(out, /^  url +https:\/\/option\.example  \(option\)$/m);
  matches(out, /^  mail-from +env@environment\.example  \(environment LINDEN_MAIL_FROM\)$/m);
  matches(out, /^  log +f\.log  \(file \.\/var\/linden\.conf\)$/m);
  matches(out, /^  trusted-proxy +10\.0\.0\.0\/8 127\.0\.0\.1  \(file \.\/linden\.conf\)$/m);
  matches(out, /^  listen +127\.0\.0\.1:8080  \(default\)$/m);
  matches(place.run(['doctor']).out, /^  url +https:\/\/file\.example  \(file \.\/var\/linden\.conf\)$/m);
});

test('a file may say where the data is, but only the one outside of it', place => {
  writeFileSync(join(place.folder, 'linden.conf'), 'data = ./elsewhere\n');
  equal(place.run(['db', 'migrate']).code, 0);
  matches(place.run(['doctor']).out, /^  data +\.\/elsewhere  \(file \.\/linden\.conf\)$/m);
  matches(place.run(['doctor', '--data', './other']).out, /^  data +\.\/other  \(option\)$/m);
  writeFileSync(join(place.folder, 'my.conf'), 'data = ./mine\n');
  matches(place.run(['doctor', '--config', 'my.conf']).out, /^  data +\.\/mine  \(file my\.conf\)$/m);
});

test('a key that is none stops every command, and doctor names it', place => {
  writeFileSync(join(place.folder, 'linden.conf'), 'url = https://x.example\ncolour = red\n');
  const ran = place.run(['db', 'migrate']);
  equal(ran.code, 2);
  equal(ran.err, "linden: ./linden.conf:2: there is no setting 'colour'\n");
  const doctor = place.run(['doctor'], { env: { LINDEN_COLOR: 'red' } });
  equal(doctor.code, 1);
  matches(doctor.out, /WRONG .*linden\.conf:2: there is no setting 'colour'/);
  matches(doctor.out, /WRONG environment LINDEN_COLOR: there is no such setting/);
  for (const text of ['url\n', 'url = a\nurl = b\n']) {
    writeFileSync(join(place.folder, 'linden.conf'), text);
    equal(place.run(['db', 'migrate']).code, 2, text);
  }
});

onSqlite('doctor sees what is wrong with folder, database, mail and address', place => {
  equal(place.run(['doctor']).code, 1);
  place.run(['db', 'migrate']);
  equal(place.run(['doctor']).code, 0);
  chmodSync(place.data, 0o755);
  matches(place.run(['doctor']).out, /WRONG data folder \.\/var: others than its owner may look in \(mode 755\)/);
  chmodSync(place.data, 0o700);
  matches(place.run(['doctor', '--url', 'http://linden.example']).out, /WRONG address http:\/\/linden\.example/);
  matches(place.run(['doctor', '--mail', 'pigeon']).out, /WRONG .*pigeon/);
  writeFileSync(join(place.data, 'linden.db'), 'x'.repeat(5000));
  matches(place.run(['doctor']).out, /WRONG database: .*no database/);
  equal(place.run(['db', 'check']).code > 0, true);
});

test('version and routes speak JSON', place => {
  const version = JSON.parse(place.run(['version', '--json']).out);
  equal(version.name, 'linden');
  matches(version.sqlite, /^3\.\d+\.\d+$/);
  equal(place.run(['--version']).out, `linden ${version.version}\n`);
  const routes = JSON.parse(place.run(['routes', '--json']).out);
  check(routes.length > 50, routes.length);
  for (const r of routes) {
    equal(Object.keys(r).join(), 'method,path,permission,handler');
    matches(r.method, /^(GET|POST|PATCH|DELETE)$/);
    matches(r.path, /^\//);
    matches(r.permission, /^[a-z-]+(\.[a-z]+)?$/);
    matches(r.handler, /^[a-z_]+$/);
  }
  check(routes.some(r => r.method === 'POST' && r.path === '/g/:g/settings/users' && r.permission === 'users.add'), 'adding users');
});

// processes.mjs - starts servers for one cluster inside its folder, and ends all of them.
//
// Each has the folder, or one inside it, as its working directory: that is how
// what is left of a run is found again, whoever started it.  PostgreSQL refuses
// to be root, so root starts everything as the user nobody.
import { execFileSync, spawn } from 'node:child_process';
import { chownSync, closeSync, mkdirSync, openSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';

export const sleep = ms => new Promise(done => setTimeout(done, ms));

export async function until(question, what, ms) {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(100)) {
    const answer = await question();
    if (answer) return answer;
  }
  throw new Error(`waited ${ms / 1000} s in vain for: ${what}`);
}

const nobody = () => {
  const [, , uid, gid] = execFileSync('getent', ['passwd', 'nobody'], { encoding: 'utf8' }).split(':');
  return { uid: Number(uid), gid: Number(gid) };
};
export const account = process.getuid() === 0 ? nobody() : {};

export function giveAway(path) {
  if ('uid' in account) chownSync(path, account.uid, account.gid);
}

export function makeFolder(path) {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  giveAway(path);
  return path;
}

export function writeOwn(path, text, mode = 0o600) {
  writeFileSync(path, text, { mode });
  giveAway(path);
}

// Nothing of the caller's environment comes along but what programs need to be found.
const environment = (home, more) => ({ PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: home, LANG: 'C.UTF-8', ...more });

// A server; what it prints goes to `log`.  In a session of its own, so that a
// Ctrl-C in the terminal reaches only us, and we stop things in order.
export function start(command, args, { cwd, log, env = {} }) {
  const out = openSync(log, 'a', 0o600);
  giveAway(log);
  const child = spawn(command, args, { cwd, env: environment(cwd, env), stdio: ['ignore', out, out], detached: true, ...account });
  closeSync(out);
  child.ended = new Promise(done => child.on('exit', (code, signal) => done(signal || code)));
  child.on('error', error => writeFileSync(log, `${error}\n`, { flag: 'a' }));
  return child;
}

// A command that ends by itself: what it prints, or an Error with its complaints.
export function run(command, args, { cwd, env = {}, input } = {}) {
  return execFileSync(command, args, { cwd, env: environment(cwd, env), encoding: 'utf8', input, timeout: 60000, stdio: ['pipe', 'pipe', 'pipe'], ...account });
}

// The ids of all processes at work inside a folder.
export function inside(folder) {
  return readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(Number).filter(pid => {
    try {
      const at = readlinkSync(`/proc/${pid}/cwd`).replace(/ \(deleted\)$/, '');
      return pid !== process.pid && (at === folder || at.startsWith(`${folder}/`));
    } catch { return false; }
  });
}

export function signal(pids, name) {
  for (const pid of pids) try { process.kill(pid, name); } catch (error) { if (error.code !== 'ESRCH') throw error; }
}

// Ends what is left in a folder.  PostgreSQL takes its shared memory along on SIGQUIT.
export async function endAllInside(folder) {
  for (let i = 0; i < 100; i++) {
    const left = inside(folder);
    if (!left.length) break;
    signal(left, i < 20 ? 'SIGQUIT' : 'SIGKILL');
    signal(left, 'SIGCONT');
    await sleep(100);
  }
  const left = inside(folder);
  if (left.length) throw new Error(`processes are left in ${folder}: ${left.join(' ')}`);
}


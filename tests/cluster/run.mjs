// run.mjs - people work on a cluster while parts of it fail; then the history is held against what is there.
//
//   node tests/cluster/run.mjs [--short] [--keep] [PART-OF-A-FAULT]...
//
// --keep leaves the folder of the cluster, with all logs.
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Cluster } from '../../tools/cluster/cluster.mjs';
import { PASSWORD, binary, check, equal, matches, sleep, until } from '../cli/lib.mjs';
import { FAULTS, strike } from './faults.mjs';
import { Group } from './group.mjs';
import { now } from './person.mjs';
import { Postbox } from './postbox.mjs';
import { Verdict, stateOf } from './verdict.mjs';

const short = process.argv.includes('--short'), only = process.argv.slice(2).filter(word => !word.startsWith('--'));
const wanted = fault => only.length ? only.some(part => fault.name.includes(part)) : !short || fault.short;
const say = line => console.log(line);
const WRITES = ['invite', 'join', 'deactivate', 'activate', 'lower', 'raise'];
let passed = 0, failed = 0;

function holds(name, question) {
  try {
    const figure = question();
    passed++;
    say(`ok   ${name}${figure === undefined ? '' : ` (${figure})`}`);
  } catch (error) {
    failed++;
    say(`FAIL ${name}\n  ${error.message}`);
  }
}

function makeGroup(cluster, world, n) {
  const email = `olga${n}@x.example`;
  const made = cluster.linden(cluster.machines[n % 3], ['group', 'create', '--name', `Group ${n}`, '--owner-email', email,
    '--owner-first', 'Olga', '--owner-last', 'Berg', '--password-stdin', '--json'], `${PASSWORD}\n`);
  return new Group(world, JSON.parse(made).slug, email);
}

async function work(cluster, world, faults) {
  const groups = Array.from({ length: short ? 4 : 6 }, (_, n) => makeGroup(cluster, world, n));
  await Promise.all(groups.map(g => g.begin()));
  // Half of the groups take people on and let them go, half have owners who cannot agree.
  const all = groups.flatMap((g, n) => n % 2 ? [g.tussle()] : [g.lives(), g.lives()]);
  all.push(groups[0].read(), groups[0].save());
  await sleep(3000);
  const struck = [];
  for (const fault of faults) struck.push(await strike(cluster, fault, say));
  world.stopping = true;
  await Promise.all(all);
  return { groups, struck };
}

function judge(cluster, world, { groups, struck }, state) {
  const owners = groups.flatMap((g, n) => n % 2 ? g.owners.map(o => o.email) : []);
  const verdict = new Verdict({ history: world.history, state, letters: world.postbox.letters, owners, kills: world.kills });
  for (const { name, from, to } of struck)
    say(`  ${name}: no change for ${verdict.outage(from, to, ['save']).toFixed(1)} s, no page for ${verdict.outage(from, to, ['read']).toFixed(1)} s`);
  const done = kinds => world.history.filter(h => kinds.includes(h.kind) && h.outcome === 'ok').length;
  const cut = world.history.filter(h => h.outcome === 'unknown').length;
  holds('no acknowledged change is lost, none is torn', () => (verdict.changesAreThere(), `${done(WRITES)} acknowledged, ${cut} cut off`));
  holds('no invitation is used twice', () => (verdict.invitationsWorkOnce(), `${done(['join'])} joined`));
  holds('nobody is served after being deactivated', () => `${verdict.nobodyIsServedWhoWasDeactivated()} tried`);
  holds('nobody is signed out before that', () => verdict.nobodyIsSignedOut());
  holds('no group is ever without a Full Access owner', () => `${verdict.alwaysAnOwner()} changes`);
  holds('no mail is sent twice, none is missing', () => verdict.nothingIsMailedTwice());
  for (const { name, from, to } of struck.filter(s => s.harmless))
    holds(`nobody notices: ${name}`, () => `${verdict.nobodyNotices(from, to)} requests`);
  holds('something was done and something was cut off', () => check(done(WRITES) > 50 && cut > 0, `${done(WRITES)} changes, ${cut} cut off`));
}

const postbox = await new Postbox().open();
const cluster = new Cluster({ binary: resolve(binary), mail: postbox.url, clocks: true });
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, async () => { await cluster.down(); process.exit(130); });
try {
  const began = now();
  await cluster.up();
  say(`up after ${((now() - began) / 1000).toFixed(1)} s: ${cluster.folder}`);
  const world = { nodes: cluster.machines.map(m => m.port.linden), web: cluster.port.web, postbox, history: [], kills: cluster.kills, stopping: false };
  const worked = await work(cluster, world, FAULTS.filter(wanted));
  const primary = await until(() => cluster.primary(), 'a primary', 30000);
  const state = () => stateOf(sql => cluster.psql(sql, primary));
  await until(() => !state().jobs.length, 'the last letter', 120000).catch(error => { failed++; say(`FAIL ${error.message}`); });
  if (process.argv.includes('--keep')) writeFileSync(join(cluster.folder, 'history.json'), JSON.stringify({ history: world.history, letters: postbox.letters, state: state(), struck: worked.struck }));
  judge(cluster, world, worked, state());
  holds('the audit log is whole', () => matches(cluster.linden(primary, ['audit', 'verify']), /The audit log is whole/));
  const mended = now(), tls = await until(async () => await cluster.overTls('/sign-in') === 200, 'a page over TLS', 30000).catch(() => false);
  holds('people come in over TLS', () => (check(tls, 'not within 30 s'), `${((now() - mended) / 1000).toFixed(1)} s after the last fault`));
} catch (error) {
  failed++;
  say(`FAIL ${error.stack}`);
} finally {
  if (process.argv.includes('--keep')) say(`kept: ${cluster.folder}`);
  await cluster.down(process.argv.includes('--keep'));
  postbox.close();
}
say(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);

// faults.mjs - what goes wrong while people work, one thing after the other.
import { sleep } from '../cli/lib.mjs';
import { now } from './person.mjs';

const MINUTE = 60;

// `lasts` is how many seconds go by between hurt() and mend(), which gets what hurt() gave;
// `short`: in the short run, too; `harmless`: nobody may notice behind the balancer.
export const FAULTS = [
  { name: 'a clock ten minutes fast', short: true, lasts: 6, hurt: c => { c.skew(c.machine('a'), 10 * MINUTE); }, mend: () => {} },
  { name: 'a Linden node restarted in order', short: true, lasts: 0, harmless: true,
    hurt: c => c.restartLinden(c.machine('a')), mend: () => {} },
  { name: 'kill -9 of a Linden node', short: true, lasts: 4,
    hurt: c => c.killLinden(c.machine('b')), mend: c => c.startLinden(c.machine('b')) },
  { name: 'a Linden node paused', short: true, lasts: 8,
    hurt: c => c.pauseLinden(c.machine('c')), mend: c => c.goOnLinden(c.machine('c')) },
  { name: 'kill -9 of the primary', short: true, lasts: 30,
    hurt: async c => { const m = await c.primary(); c.crashDatabase(m); return m; }, mend: (c, m) => c.startPatroni(m) },
  { name: 'a clock ten minutes slow', lasts: 6, hurt: c => { c.skew(c.machine('b'), -10 * MINUTE); }, mend: () => {} },
  { name: 'the etcd of a minority cut off, with the primary', short: true, lasts: 30,
    hurt: async c => { const m = await c.primary(); c.cutEtcd(m); return m; }, mend: (c, m) => c.mendEtcd(m) },
  // Its PostgreSQL goes on beside the next one: nobody may be told that something was saved there.
  { name: 'the Patroni of the primary paused', lasts: 45,
    hurt: async c => { const m = await c.primary(); c.pausePatroni(m); return m; }, mend: (c, m) => c.goOnPatroni(m) },
  { name: 'the primary paused', lasts: 45,
    hurt: async c => { const m = await c.primary(); c.pauseDatabase(m); return m; }, mend: (c, m) => c.goOnDatabase(m) },
  { name: 'kill -9 of the synchronous standby', lasts: 12,
    hurt: async c => { const m = await c.standby(); c.crashDatabase(m); return m; }, mend: (c, m) => c.startPatroni(m) },
  { name: 'both standbys silent, then kill -9 of the primary', lasts: 40,
    hurt: async c => {
      const primary = await c.primary(), standbys = c.machines.filter(m => m !== primary);
      standbys.forEach(m => c.pauseDatabase(m));
      return { primary, standbys };
    },
    mend: async (c, { primary, standbys }) => {
      c.crashDatabase(primary);
      standbys.forEach(m => c.goOnDatabase(m));
      await sleep(30000);
      c.startPatroni(primary);
    } },
  // COMMIT waits for a standby.  Cut short, the wait ends with "COMMIT" and a
  // warning; if Linden told that as done, it would be lost with the primary.  Its
  // Patroni is paused, so that it does not find out and tell etcd.
  { name: 'both standbys killed, waits cut short, then the primary killed', lasts: 2.5,
    hurt: async c => {
      const primary = await c.primary(), standbys = c.machines.filter(m => m !== primary);
      c.pausePatroni(primary);
      standbys.forEach(m => c.crashDatabase(m));
      return { primary, standbys, timer: setInterval(() => c.cutWaits(primary), 200) };
    },
    mend: async (c, { primary, standbys, timer }) => {
      clearInterval(timer);
      c.crashDatabase(primary);
      standbys.forEach(m => c.startPatroni(m));
      await sleep(30000);
      c.startPatroni(primary);
    } },
  { name: 'clocks put right', lasts: 4, hurt: c => { for (const m of c.machines) c.skew(m, 0); }, mend: () => {} },
];

// Runs one: { name, from, to }, on the clock of the history.
export async function strike(cluster, fault, say) {
  await cluster.whole();
  const from = now();
  say(`  ${fault.name}`);
  const what = await fault.hurt(cluster);
  await sleep(fault.lasts * 1000);
  await fault.mend(cluster, what);
  await cluster.whole(120000);
  await sleep(2000);
  return { name: fault.name, harmless: fault.harmless, from, to: now() };
}

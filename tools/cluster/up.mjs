// up.mjs - make cluster: three machines on loopback, until Ctrl-C or `make cluster-stop`.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Cluster } from './cluster.mjs';
import { endAllInside, sleep } from './processes.mjs';

const root = new URL('../../', import.meta.url).pathname;
const NOTE = `${root}build/cluster.json`; // whose process it is, and which folder

const alive = pid => { try { process.kill(pid, 0); return true; } catch { return false; } };
const note = existsSync(NOTE) ? JSON.parse(readFileSync(NOTE, 'utf8')) : null;
const running = note && alive(note.pid) && readFileSync(`/proc/${note.pid}/cmdline`, 'utf8').includes('cluster/up.mjs');

async function stop() {
  if (!note) return console.log('No cluster is running.');
  if (running) process.kill(note.pid, 'SIGTERM');
  for (let i = 0; running && alive(note.pid) && i < 600; i++) await sleep(100);
  if (existsSync(note.folder)) { // it was killed and could not do it itself
    await endAllInside(note.folder);
    for (const folder of [note.folder, note.etcd]) rmSync(folder, { recursive: true, force: true });
  }
  rmSync(NOTE, { force: true });
  console.log('The cluster is stopped, and nothing of it is left.');
}

async function up() {
  if (running) {
    console.error("A cluster is running: 'make cluster-stop' ends it.");
    process.exit(1);
  }
  if (note) await stop();
  console.log('Starting three etcd, three PostgreSQL under Patroni, HAProxy, nginx and three Linden nodes.');
  const cluster = new Cluster({ binary: `${root}build/linden` });
  mkdirSync(`${root}build`, { recursive: true });
  writeFileSync(NOTE, JSON.stringify({ pid: process.pid, folder: cluster.folder, etcd: cluster.etcd }));
  let ending;
  const end = code => ending ??= (async () => {
    console.log('Stopping.');
    await cluster.down();
    rmSync(NOTE, { force: true });
    process.exit(code);
  })();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end(0));
  try {
    await cluster.up();
    cluster.linden(cluster.machines[0], ['demo', 'seed']);
  } catch (error) {
    console.error(error.message);
    console.error(cluster.complaints());
    return end(1);
  }
  const primary = await cluster.primary();
  console.log(`
Linden is at ${cluster.url} (nginx; the certificate is its own) and at http://127.0.0.1:${cluster.port.web} (HAProxy)
  sign in as amara.okafor@northside.example, password quiet-harbour-maple-lamp
  the nodes are at ${cluster.machines.map(m => `http://127.0.0.1:${m.port.linden}`).join(', ')}
  the primary is ${primary?.name}; who is what:  patronictl -c ${primary?.folder}/patroni.yml list
  configuration, logs and mails are in ${cluster.folder}
Ctrl-C or 'make cluster-stop' ends it; nothing is kept.`);
}

await (process.argv[2] === 'stop' ? stop() : up());

// cluster.mjs - three machines on loopback: etcd, PostgreSQL under Patroni, HAProxy, nginx, Linden.
//
// The configuration is that of deploy/, filled in by deploy/fill.sh as for real
// machines.  What differs: one host with many ports, little memory, and between
// each Patroni and the etcd a relay, so that one machine can be cut off.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { get as httpsGet } from 'node:https';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { freePort, relay } from './ports.mjs';
import { endAllInside, giveAway, inside, makeFolder, run, signal, sleep, start, until, writeOwn } from './processes.mjs';

const root = new URL('../../', import.meta.url).pathname;
const BIN = '/usr/lib/postgresql/15/bin';
const FAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1';

// { status, body } of a GET on loopback; status 0 if there was no answer in time.
export function get(port, path, ms = 1000) {
  return new Promise(done => {
    const asked = request({ host: '127.0.0.1', port, path, timeout: ms, agent: false }, answer => {
      let body = '';
      answer.on('data', bytes => body += bytes);
      answer.on('error', () => done({ status: 0, body: '' }));
      answer.on('end', () => done({ status: answer.statusCode, body }));
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => done({ status: 0, body: '' }));
    asked.end();
  });
}

export class Cluster {
  // `binary` is copied, since nobody may not be able to look where it lies.
  // `mail` is where Linden sends mail, a folder of the cluster's by default.
  // `clocks`: those of the nodes can be put wrong.
  constructor({ binary, mail, clocks = false }) {
    this.folder = mkdtempSync(join(tmpdir(), 'linden-cluster-'));
    giveAway(this.folder);
    // Three etcd and three PostgreSQL on one disk are in each other's way as they
    // are on no real machine; so etcd gets memory for a disk, if there is some.
    this.etcd = makeFolder(existsSync('/dev/shm') ? `/dev/shm/${basename(this.folder)}` : join(this.folder, 'etcd'));
    this.clocks = clocks;
    this.fakes = []; // processes with a clock of ours
    this.kills = []; // when Linden nodes were killed, on performance.now()
    this.mail = mail || `file:${makeFolder(join(this.folder, 'mail'))}`;
    this.machines = ['A', 'B', 'C'].map(letter => {
      const name = letter.toLowerCase(), folder = makeFolder(join(this.folder, name));
      return { letter, name, folder, data: join(folder, 'pg'), relays: [] };
    });
    this.binary = join(this.folder, 'linden');
    copyFileSync(binary, this.binary);
  }

  async up() {
    const settings = await this.settings();
    this.fill(settings);
    await this.startEtcd();
    for (const m of this.machines) this.startPatroni(m);
    this.startHaproxy();
    this.startNginx();
    await this.whole();
    const primary = await this.primary();
    run(`${BIN}/psql`, ['-XqAt', '-v', 'ON_ERROR_STOP=1', '-v', `password=${this.secret.LINDEN}`],
      { cwd: this.folder, env: this.superuser(primary), input: readFileSync(join(root, 'deploy/database.sql'), 'utf8') });
    await until(async () => this.reaches(), 'the database through HAProxy', 20000);
    for (const m of this.machines) await this.startLinden(m);
    return this;
  }

  // Everything ends, PostgreSQL in order; nothing of it stays but, if it is to be kept, the folder.
  async down(keep = false) {
    const all = [...this.machines.flatMap(m => [m.linden, m.patroni, m.etcd]), this.haproxy, this.nginx].filter(Boolean);
    signal(all.map(child => child.pid), 'SIGCONT');
    for (const m of this.machines) m.linden?.kill('SIGTERM');
    await Promise.race([Promise.all(this.machines.map(m => m.linden?.ended)), sleep(5000)]);
    signal(all.map(child => child.pid), 'SIGKILL');
    signal(this.machines.flatMap(m => this.postmaster(m) || []), 'SIGQUIT');
    for (const m of this.machines) for (const r of m.relays) r.close();
    await endAllInside(this.folder);
    // What libfaketime shares of its processes stays when they are killed.
    for (const pid of this.fakes) for (const kind of ['faketime_shm', 'sem.faketime_sem']) rmSync(`/dev/shm/${kind}_${pid}`, { force: true });
    rmSync(this.etcd, { recursive: true, force: true });
    if (!keep) rmSync(this.folder, { recursive: true, force: true });
  }

  // The last lines of every log, for when it does not start.
  complaints() {
    const logs = [this.folder, ...this.machines.map(m => m.folder)].flatMap(f => readdirSync(f).filter(n => n.endsWith('.log')).map(n => join(f, n)));
    return logs.map(log => `--- ${log}\n${readFileSync(log, 'utf8').split('\n').slice(-8).join('\n')}`).join('\n');
  }

  // --- setting up -----------------------------------------------------------

  async settings() {
    const lines = { NETWORK: '127.0.0.0/8', SERVER_NAME: 'localhost', PG_MEMORY: '32MB', MAIL: this.mail };
    for (const m of this.machines) {
      lines[`${m.letter}_HOST`] = '127.0.0.1';
      m.port = {};
      for (const kind of ['peer', 'etcd', 'pg', 'rest', 'linden'])
        lines[`${m.letter}_${kind.toUpperCase()}_PORT`] = m.port[kind] = await freePort();
    }
    this.port = { db: await freePort(), web: await freePort(), tls: await freePort() };
    this.secret = {};
    for (const whose of ['SUPERUSER', 'REPLICATION', 'REWIND', 'REST', 'LINDEN'])
      lines[`${whose}_PASSWORD`] = this.secret[whose] = randomBytes(18).toString('hex');
    lines.DB_LISTEN = `127.0.0.1:${this.port.db}`;
    lines.WEB_LISTEN = `127.0.0.1:${this.port.web}`;
    lines.TLS_LISTEN = `127.0.0.1:${this.port.tls}`;
    lines.URL = this.url = `https://localhost:${this.port.tls}`;
    lines.HAPROXY_SOCKET = join(this.folder, 'haproxy.sock');
    lines.TLS_CERTIFICATE = lines.PG_CERTIFICATE = join(this.folder, 'server.crt');
    lines.TLS_KEY = lines.PG_KEY = join(this.folder, 'server.key');
    return lines;
  }

  // Each machine's files, as deploy/fill.sh writes them.
  fill(lines) {
    run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=localhost',
      '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', lines.TLS_KEY, '-out', lines.TLS_CERTIFICATE], { cwd: this.folder });
    for (const m of this.machines) {
      const own = { ETCD_DATA: join(this.etcd, m.name), PG_DATA: m.data, PG_SOCKETS: m.folder, PG_PASS: join(m.folder, 'pgpass') };
      const settings = join(m.folder, 'settings');
      writeOwn(settings, Object.entries({ ...lines, ...own }).map(([key, value]) => `${key}=${value}\n`).join(''));
      execFileSync(join(root, 'deploy/fill.sh'), [settings, m.letter, m.folder], { stdio: ['ignore', 'ignore', 'inherit'] });
      for (const file of readdirSync(m.folder)) giveAway(join(m.folder, file));
    }
  }

  machine(name) { return this.machines.find(m => m.name === name); }
  log(m, what) { return join(m.folder, `${what}.log`); }

  async startEtcd() {
    for (const m of this.machines) {
      const lines = readFileSync(join(m.folder, 'etcd.env'), 'utf8').split('\n').filter(line => /^ETCD_/.test(line));
      m.env = Object.fromEntries(lines.map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
      m.etcd = start('etcd', [], { cwd: m.folder, log: this.log(m, 'etcd'), env: m.env });
      for (const other of this.machines) m.relays.push(await relay(other.port.etcd));
    }
    for (const m of this.machines)
      await until(async () => (await get(m.port.etcd, '/health')).body.includes('true'), `etcd ${m.name}`, 30000);
  }

  startPatroni(m) {
    const hosts = m.relays.map(r => `127.0.0.1:${r.port}`).join(',');
    m.patroni = start('/usr/bin/patroni', ['patroni.yml'], {
      cwd: m.folder, log: this.log(m, 'patroni'), env: { PATRONI_ETCD_HOSTS: hosts, PATRONI_ETCD_USE_PROXIES: 'on' },
    });
  }

  startHaproxy() {
    const m = this.machines[0]; // the file is the same on all
    this.haproxy = start('haproxy', ['-db', '-f', join(m.folder, 'haproxy.cfg')], { cwd: this.folder, log: join(this.folder, 'haproxy.log') });
  }

  startNginx() {
    const kept = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(kind => `${kind}_temp_path ${this.folder}/nginx-${kind};`).join('\n');
    writeOwn(join(this.folder, 'nginx.conf'), `worker_processes 1; daemon off; pid ${this.folder}/nginx.pid; error_log ${this.folder}/nginx.log;
events { worker_connections 1024; }
http { access_log off; ${kept} include ${this.machines[0].folder}/nginx.conf; }\n`);
    this.nginx = start('nginx', ['-p', this.folder, '-e', `${this.folder}/nginx.log`, '-c', `${this.folder}/nginx.conf`],
      { cwd: this.folder, log: join(this.folder, 'nginx.log') });
  }

  // The status of a page asked for at nginx, its certificate checked; 0 if nobody answers.
  overTls(path) {
    return new Promise(done => {
      const asked = httpsGet(`${this.url}${path}`, { ca: readFileSync(join(this.folder, 'server.crt')), agent: false }, answer => {
        answer.resume();
        done(answer.statusCode);
      });
      asked.on('error', () => done(0));
    });
  }

  superuser(m, database = 'postgres') {
    return { PGHOST: m.folder, PGPORT: m.port.pg, PGUSER: 'postgres', PGPASSWORD: this.secret.SUPERUSER, PGDATABASE: database, PGCONNECT_TIMEOUT: '3' };
  }

  // One statement about Linden's tables, as the superuser on a machine.
  psql(sql, m) {
    return run(`${BIN}/psql`, ['-XqAt', '-v', 'ON_ERROR_STOP=1', '-c', sql], { cwd: this.folder, env: this.superuser(m, 'linden') }).trim();
  }

  reaches() {
    const env = { PGHOST: '127.0.0.1', PGPORT: this.port.db, PGUSER: 'linden', PGPASSWORD: this.secret.LINDEN, PGDATABASE: 'linden', PGCONNECT_TIMEOUT: '3' };
    try { return run(`${BIN}/psql`, ['-XqAt', '-c', 'SELECT 1'], { cwd: this.folder, env }).trim() === '1'; } catch { return false; }
  }

  // A command of Linden's on a machine, to its end: what it prints.
  linden(m, words, input) {
    return run(this.binary, [...words, '--data', join(m.folder, 'linden'), '--config', join(m.folder, 'linden.conf')], { cwd: m.folder, input });
  }

  // The node's clock goes with what stands in its file `clock`, if this is a test.
  async startLinden(m) {
    const clock = this.clocks && {
      LD_PRELOAD: FAKETIME, FAKETIME_TIMESTAMP_FILE: join(m.folder, 'clock'), FAKETIME_CACHE_DURATION: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1',
      FAKETIME_FORCE_MONOTONIC_FIX: '0' };
    if (clock && !existsSync(join(m.folder, 'clock'))) this.skew(m, 0);
    m.linden = start(this.binary, ['serve', '--data', join(m.folder, 'linden'), '--config', join(m.folder, 'linden.conf')],
      { cwd: m.folder, log: this.log(m, 'linden'), env: { ...clock } });
    if (clock) this.fakes.push(m.linden.pid);
    await until(async () => (await get(m.port.linden, '/readyz')).status === 200, `Linden on ${m.name}`, 30000);
  }

  // --- how it stands --------------------------------------------------------

  // What the members say: [{ name, role, state, … }], as Patroni lists them.
  async members() {
    for (const m of this.machines) {
      const answer = await get(m.port.rest, '/cluster', 2000);
      if (answer.status === 200) return JSON.parse(answer.body).members;
    }
    return [];
  }

  // The machine that may be written to, or undefined.
  async primary() {
    for (const m of this.machines) if ((await get(m.port.rest, '/primary')).status === 200) return m;
  }

  // The one that has every change, too.
  async standby() { return this.machine((await this.members()).find(x => x.role === 'sync_standby')?.name); }

  async whole(ms = 90000) {
    await until(async () => {
      const members = await this.members();
      return members.length === 3 && members.filter(x => x.role === 'leader').length === 1
        && members.some(x => x.role === 'sync_standby') && members.every(x => x.role === 'leader' ? x.state === 'running' : /^(running|streaming)$/.test(x.state));
    }, 'one primary, one synchronous standby and a third member', ms);
  }

  postmaster(m) {
    const file = join(m.data, 'postmaster.pid');
    return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) || undefined : undefined;
  }

  // --- faults -----------------------------------------------------------------

  killLinden(m) {
    m.linden.kill('SIGKILL');
    this.kills.push(performance.now());
  }
  // As for an upgrade.
  async restartLinden(m) {
    m.linden.kill('SIGTERM');
    await m.linden.ended;
    await this.startLinden(m);
  }
  pauseLinden(m) { m.linden.kill('SIGSTOP'); }
  goOnLinden(m) { m.linden.kill('SIGCONT'); }

  // In seconds, from now on.
  skew(m, seconds) { writeOwn(join(m.folder, 'clock'), `${seconds < 0 ? '-' : '+'}${Math.abs(seconds)}\n`); }

  // Patroni and all of PostgreSQL on a machine.
  database(m) { return [m.patroni.pid, ...inside(m.data)]; }
  crashDatabase(m) { signal(this.database(m), 'SIGKILL'); }
  pausePatroni(m) { m.patroni.kill('SIGSTOP'); }
  goOnPatroni(m) { m.patroni.kill('SIGCONT'); }
  pauseDatabase(m) { signal(this.database(m), 'SIGSTOP'); }
  goOnDatabase(m) { signal(this.database(m), 'SIGCONT'); }

  // Ends every wait of a COMMIT for the standby, as a time-out or somebody in a hurry would.
  cutWaits(m) { this.psql("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'", m); }

  // This machine's etcd answers nobody, and its Patroni reaches no other.
  cutEtcd(m) {
    m.etcd.kill('SIGSTOP');
    for (const r of m.relays) r.cut();
  }
  mendEtcd(m) {
    m.etcd.kill('SIGCONT');
    for (const r of m.relays) r.mend();
  }
}

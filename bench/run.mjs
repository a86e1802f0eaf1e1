// run.mjs - make bench: measures Linden against what limits it, in one run.
//
// Whatever is compared is measured in turns (A B A B ...), and the middle of
// the rounds counts, so that a busy machine disturbs both alike.  Figures go to
// the screen and to build/bench.json; docs/performance.md says what limits them.
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measurePasskeys } from './passkeys.mjs';
import { measureShared } from './shared.mjs';
import { measureStreams } from './streams.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = join(root, 'build/bench');
const linden = join(root, 'build/linden'), bench = join(root, 'build/release/bench/bench');
const pinned = cpus().length > 1; // the server on one core, wrk on another
const GROUPS = 100000, PATIENTS = 200000, APPOINTMENTS = 2000000, SMALL = 10000, SIGNERS = 200, HASH_THREADS = Math.max(1, Math.floor(cpus().length / 2));
const rows = [], running = new Set();

// --- small things ---------------------------------------------------------------

const middle = (list) => {
    const sorted = [...list].sort((a, b) => a - b), half = sorted.length >> 1;
    return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
};
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const data = (name) => join(folder, name);
const say = (text) => process.stderr.write(`${text}\n`);

function fail(why) {
    say(`bench: ${why}`);
    process.exit(1);
}

function inside(...args) {
    const run = spawnSync(bench, args.map(String), { encoding: 'utf8', maxBuffer: 1 << 24 });
    if (run.status !== 0) fail(`${args.join(' ')}: ${run.stderr}`);
    return run.stdout ? JSON.parse(run.stdout) : null;
}

function row(work, value, unit, against, ratio, reach, holds) {
    const round = (n) => n === null ? null : Number(n.toPrecision(4));
    rows.push({ work, value: round(value), unit, against, ratio: round(ratio), reach, holds });
    say(`  ${work}: ${round(value)} ${unit}${ratio === null ? '' : `, ratio ${round(ratio)}`}`);
}

function freePort() {
    return new Promise((done) => {
        const server = createServer().listen(0, '127.0.0.1', () => {
            const { port } = server.address();
            server.close(() => done(port));
        });
    });
}

const answers = (url) => new Promise((done) => {
    get(url, (rs) => { rs.resume(); rs.on('end', () => done(rs.statusCode)); }).on('error', () => done(0));
});

function body(url, cookie) {
    return new Promise((done) => get(url, { headers: { cookie } }, (rs) => {
        const parts = [];
        rs.on('data', (part) => parts.push(part));
        rs.on('end', () => done({ status: rs.statusCode, bytes: Buffer.concat(parts) }));
    }));
}

// --- servers -------------------------------------------------------------------

function start(command, args) {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    running.add(child);
    child.on('exit', () => running.delete(child));
    return child;
}

async function stop(child) {
    const gone = new Promise((done) => child.on('exit', done));
    child.kill('SIGTERM');
    await gone;
}

process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/* The program and the milliseconds until it said that it listens. */
async function serve(name, more = []) {
    const port = await freePort(), began = process.hrtime.bigint();
    const child = start(linden, ['serve', '--data', data(name), '--listen', `127.0.0.1:${port}`,
        '--log', data(`${name}.log`), ...more]);
    const spoke = await new Promise((done) => {
        child.stdout.once('data', () => done(true));
        child.once('exit', () => done(false));
    });
    const ms = Number(process.hrtime.bigint() - began) / 1e6;
    if (!spoke || await answers(`http://127.0.0.1:${port}/readyz`) !== 200) fail(`${name} is not served`);
    return { child, url: `http://127.0.0.1:${port}`, ms };
}

async function nginx(files) {
    const port = await freePort();
    writeFileSync(data('nginx.conf'), `
worker_processes 1; daemon off; master_process off; pid ${data('nginx.pid')};
error_log ${data('nginx.log')};
events { worker_connections 1024; }
http {
    access_log off; default_type text/html; sendfile on; tcp_nopush on; keepalive_requests 100000000;
    client_body_temp_path ${data('t1')}; proxy_temp_path ${data('t2')}; fastcgi_temp_path ${data('t3')};
    uwsgi_temp_path ${data('t4')}; scgi_temp_path ${data('t5')};
    server { listen 127.0.0.1:${port}; root ${data('files')}; }
}
`);
    mkdirSync(data('files'), { recursive: true });
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(data('files'), name), bytes);
    const child = start('/usr/sbin/nginx', ['-p', folder, '-e', data('nginx.log'), '-c', data('nginx.conf')]);
    for (let i = 0; await answers(`http://127.0.0.1:${port}/${Object.keys(files)[0]}`) !== 200; i++) {
        if (i > 50) fail('nginx does not start');
        await sleep(50);
    }
    return { child, url: `http://127.0.0.1:${port}` };
}

function pin(child, core) {
    if (pinned) spawnSync('taskset', ['-a', '-p', '-c', String(core), String(child.pid)]);
}

/* Processor time of a process so far, in microseconds. */
function used(child) {
    const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10000;
}

/* What others took of the processors since the program began, between 0 and 1. */
function othersShare() {
    const jiffies = () => {
        const [user, nice, system, idle, wait, irq, soft] =
            readFileSync('/proc/stat', 'utf8').split('\n')[0].trim().split(/\s+/).slice(1).map(Number);
        const own = readFileSync('/proc/self/stat', 'utf8').replace(/^.*\) /, '').split(' ');
        const busy = user + nice + system + irq + soft;
        return { busy, all: busy + idle + wait, own: [11, 12, 13, 14].reduce((n, i) => n + Number(own[i]), 0) };
    };
    const first = jiffies();
    return () => {
        const last = jiffies();
        return Math.max(0, (last.busy - first.busy - (last.own - first.own)) / (last.all - first.all));
    };
}

const memory = (child) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) / 1024;

/* wrk for some seconds; `core` -1: wherever there is room. */
function wrk(url, { clients, seconds, core = -1, cookie = '', env = {} }) {
    const args = ['-t1', `-c${clients}`, `-d${seconds}s`, '--timeout', '10s', '-s', join(root, 'bench/wrk.lua'), url];
    const command = pinned && core >= 0 ? ['taskset', '-c', String(core), 'wrk', ...args] : ['wrk', ...args];
    return new Promise((done) => {
        const child = spawn(command[0], command.slice(1), { env: { ...process.env, COOKIE: cookie, ...env } });
        let out = '';
        running.add(child);
        child.stdout.on('data', (part) => { out += part; });
        child.on('close', (code) => {
            running.delete(child);
            if (code !== 0) fail(`wrk ${url} ended with ${code}`);
            const figures = JSON.parse(out.trim().split('\n').pop());
            if (figures.errors || figures.bad) fail(`wrk ${url}: ${JSON.stringify(figures)}`);
            done({ ...figures, rate: figures.requests / figures.seconds });
        });
    });
}

// --- rows ----------------------------------------------------------------------

/* Requests a second on one core, and processor time a request, of both in turn. */
async function pageAndFile(server, web, path, cookie, file, rounds) {
    const ours = [], theirs = [], ratios = [], cpu = [];
    for (let i = 0; i <= rounds; i++) {
        const before = used(server.child);
        const a = await wrk(server.url + path, { clients: 16, seconds: 3, core: 1, cookie });
        const spent = (used(server.child) - before) / a.requests / 1000;
        const b = await wrk(`${web.url}/${file}`, { clients: 16, seconds: 2, core: 1 });
        if (i === 0) continue; // warming up
        ours.push(a.rate), theirs.push(b.rate), ratios.push(a.rate / b.rate), cpu.push(spent);
    }
    return { ours: middle(ours), theirs: middle(theirs), ratio: middle(ratios), cpu: middle(cpu) };
}

/* What is left of a page that is not made: the stylesheet, which is as long, from memory. */
async function frontAlone(server, page) {
    const path = /\/assets\/app\.[0-9a-f]+\.css/.exec(page)[0];
    const size = (await body(server.url + path, '')).bytes.length;
    const spent = [];
    for (let i = 0; i <= 3; i++) {
        const before = used(server.child);
        const { requests } = await wrk(server.url + path, { clients: 16, seconds: 2, core: 1 });
        if (i > 0) spent.push((used(server.child) - before) / requests / 1000);
    }
    row('the front alone, processor', middle(spent), 'ms/request', `${(size / 1024).toFixed(0)} KB that are not made`, null,
        'report', null);
}

async function pages(server) {
    const cookie = (slug) => `linden=${inside('cookie', slug).token}`;
    const path = (slug) => `/g/${slug}/settings/users`;
    const small = await body(server.url + path('twenty'), cookie('twenty'));
    const large = await body(server.url + path('large'), cookie('large'));
    if (small.status !== 200 || large.status !== 200) fail('the users page is not there');
    const web = await nginx({ 'small.html': small.bytes, 'large.html': large.bytes });
    pin(server.child, 0), pin(web.child, 0);
    const kb = (page) => (page.bytes.length / 1024).toFixed(0);
    let m = await pageAndFile(server, web, path('twenty'), cookie('twenty'), 'small.html', 5);
    row('users page, 20 rows', m.ours, 'requests/s',
        `nginx, a file of ${kb(small)} KB: ${m.theirs.toFixed(0)} requests/s`, m.ratio, '>= 0.12', m.ratio >= 0.12);
    row('users page, 20 rows, processor', m.cpu, 'ms/request', null, null, '<= 0.07', m.cpu <= 0.07);
    await frontAlone(server, small.bytes.toString());
    m = await pageAndFile(server, web, path('large'), cookie('large'), 'large.html', 3);
    row('users page, 50 rows of 10,000', m.ours, 'requests/s',
        `nginx, a file of ${kb(large)} KB: ${m.theirs.toFixed(0)} requests/s`, m.ratio, 'report', null);
    row('users page, 50 rows of 10,000, processor', m.cpu, 'ms/request', null, null, '<= 0.15', m.cpu <= 0.15);
    await stop(web.child);
}

/* From a browser that is known, as nearly all sign-ins are: of the others there is a letter to write. */
const DEVICE = 'A'.repeat(43);
const signIns = (server, seconds, clients = 8) => {
    const visitor = inside('cookie', 'a visitor');
    return wrk(`${server.url}/sign-in`, { clients, seconds, cookie: `linden-visitor=${visitor.token}; linden-device=${DEVICE}`,
        env: { FORM: visitor.form, SIGNERS: String(SIGNERS) } });
};

async function signingIn(server) {
    const rates = [], hashes = [], ratios = [];
    for (let i = 0; i <= 5; i++) {
        const before = inside('hash', 1.5).us;
        const rate = (await signIns(server, 5)).rate; // the one under way at the end does not count
        const us = (before + inside('hash', 1.5).us) / 2;
        if (i === 0) continue;
        rates.push(rate), hashes.push(us), ratios.push(rate / (HASH_THREADS * 1e6 / us));
    }
    const ratio = middle(ratios);
    row('sign-in', middle(rates), 'sign-ins/s',
        `${HASH_THREADS} hash thread / ${(middle(hashes) / 1000).toFixed(2)} ms a hash`, ratio, '>= 0.95', ratio >= 0.95);
}

async function pagesDuringSignIns(server) {
    const url = `${server.url}/g/twenty/settings/users`, cookie = `linden=${inside('cookie', 'twenty').token}`;
    const quiet = [], busy = [];
    for (let i = 0; i < 3; i++) {
        quiet.push((await wrk(url, { clients: 4, seconds: 3, cookie })).p99 / 1000);
        const load = signIns(server, 5);
        await sleep(800);
        busy.push((await wrk(url, { clients: 4, seconds: 3, cookie })).p99 / 1000);
        await load;
    }
    const a = middle(quiet), b = middle(busy);
    row('users page p99 while sign-ins saturate the pool', b, 'ms', `without them: ${a.toFixed(2)} ms`, b / a,
        '<= 10 ms or <= 2', b <= 10 || b / a <= 2);
}

async function passkeys() {
    const origin = 'http://localhost', server = await serve('run', ['--url', origin]);
    const ms = await measurePasskeys({ url: server.url, origin, used: () => used(server.child), times: 1000,
        email: 'user0.0@signers.example', password: 'quiet-harbour-maple-lamp' });
    await stop(server.child);
    row('sign-in with a passkey, processor', ms, 'ms/sign-in', 'its page and its challenge are in it', null, '<= 1', ms <= 1);
}

/* What second steps, devices, networks, proofs and providers cost a page that has nothing to do with them. */
function trust() {
    const m = inside('trust', data('mixed'), 'twenty');
    if (m.statements !== m.fewer) fail(`${m.statements - m.fewer} statements more for signing in`);
    row('signing in as a clinic can trust, users page', m.with / 1000, 'ms/request',
        `without its columns and checks: ${(m.without / 1000).toFixed(3)} ms, ${m.fewer} statements, too`,
        m.ratio, '<= 1.03', m.ratio <= 1.03);
}

function wall() {
    for (const [slug, page] of [['twenty', '20 rows'], ['large', '50 rows of 10,000']]) {
        const m = inside('wall', data('mixed'), slug);
        row(`the wall, users page, ${page}`, m.with / 1000, 'ms/request', `without it: ${(m.without / 1000).toFixed(3)} ms`,
            m.ratio, '<= 1.1', m.ratio <= 1.1);
    }
    const ratios = [], walled = [], open = [];
    for (let i = 0; i <= 4; i++) {
        const [a, b] = ['invite', 'invite-open'].map((what) => {
            copyFileSync(data('mixed/linden.db'), data('invite/linden.db'));
            const rate = inside(what, data('invite'), 2).per_second;
            for (const end of ['-wal', '-shm']) rmSync(data(`invite/linden.db${end}`), { force: true });
            return rate;
        });
        if (i === 0) continue;
        walled.push(a), open.push(b), ratios.push(a / b);
    }
    row('the wall, invite', middle(walled), 'invitations/s', `without it: ${middle(open).toFixed(0)}/s`,
        middle(ratios), 'report', null);
}

async function openPages() {
    const most = 1000, server = await serve('run'), cookies = new Map();
    const cookie = (slug) => cookies.get(slug) || cookies.set(slug, inside('cookie', slug)).get(slug);
    for (let i = 0; i < most; i++) cookie(`spread${i}`);
    const m = await measureStreams({ url: server.url, most, cookie, used: () => used(server.child),
        memory: () => memory(server.child) });
    await stop(server.child);
    row('1,000 open pages, looked at twice a second', m.share * 100, '% of a core', null, null, '<= 2', m.share <= 0.02);
    row('memory of an open page', m.kb, 'KB', null, null, '<= 16', m.kb <= 16);
    row('signed out elsewhere until its page is told, 1,000 open', middle(m.told), 'ms', null, null, '<= 250',
        middle(m.told) <= 250);
}

function inviting() {
    const ours = [], theirs = [], ratios = [];
    for (let i = 0; i <= 4; i++) {
        copyFileSync(data('mixed/linden.db'), data('invite/linden.db'));
        copyFileSync(data('mixed/linden.db'), data('bare/linden.db'));
        const a = inside('invite', data('invite'), 2).per_second;
        const b = inside('bare', data('bare'), 2).per_second;
        for (const name of ['invite', 'bare'])
            for (const end of ['-wal', '-shm']) rmSync(data(`${name}/linden.db${end}`), { force: true });
        if (i === 0) continue;
        ours.push(a), theirs.push(b), ratios.push(a / b);
    }
    const ratio = middle(ratios);
    row('invite, durable, 1,000 groups', middle(ours), 'invitations/s',
        `the same rows written bare: ${middle(theirs).toFixed(0)}/s`, ratio, '>= 0.4', ratio >= 0.4);
}

/* With what they show written down durably, as the server does it. */
function patients() {
    say(`Making ${PATIENTS.toLocaleString('en')} patients ...`);
    inside('seed-patients', data('patients'), PATIENTS);
    const m = inside('patients', data('patients'), PATIENTS);
    row('search among 200,000 patients, p99', m.p99 / 1000, 'ms', null, null, '<= 15', m.p99 <= 15000);
    row('search among 200,000 patients, processor', m.cpu / 1000, 'ms/request', null, null, '<= 1', m.cpu <= 1000);
    row('list of patients under Location Restriction', m.restricted / 1000, 'ms/request',
        `without it: ${(m.list / 1000).toFixed(3)} ms`, m.restricted / m.list, '<= 1.3', m.restricted / m.list <= 1.3);
}

/* Also with what they show written down, which is another row a patient. */
function calendar() {
    say(`Making ${APPOINTMENTS.toLocaleString('en')} appointments beside ${SMALL.toLocaleString('en')} small groups ...`);
    inside('seed-calendar', data('calendar'), PATIENTS, APPOINTMENTS, SMALL);
    inside('seed-calendar', data('alone'), 0, 0, 1);
    const m = inside('calendar', data('calendar'), data('alone'), SMALL);
    row(`a day of 20 practitioners, ${m.shown} of 2,000,000 appointments`, m.read / 1000, 'ms/request',
        `written down who was shown: ${(m.recorded / 1000).toFixed(3)} ms`, null, '<= 1', m.read <= 1000);
    const alone = `such a group alone: ${(m.alone / 1000).toFixed(3)} ms`;
    row('a day of 16 appointments in a small group beside it', m.same / 1000, 'ms/request', alone, m.same / m.alone, '<= 1.2',
        m.same / m.alone <= 1.2);
    row('the same, another small group every time', m.any / 1000, 'ms/request', alone, m.any / m.alone, 'report', null);
    row('report of a month of 500 users, 160,000 appointments', m.report / 1000, 'ms', null, null, '<= 300', m.report <= 300000);
}

function oneAndMany() {
    say(`Making ${GROUPS.toLocaleString('en')} groups of 10 ...`);
    inside('seed-groups', data('one'), 1, 10);
    inside('seed-groups', data('many'), GROUPS, 10);
    const m = inside('many', data('one'), data('many'), GROUPS);
    const alone = `a group of 10 alone: ${(m.one / 1000).toFixed(3)} ms`;
    row('users page of 10 among 1,000,000 users', m.same / 1000, 'ms/request', alone, m.same / m.one, '<= 1.2',
        m.same / m.one <= 1.2);
    row('the same, another group every time', m.any / 1000, 'ms/request', alone, m.any / m.one, 'report', null);
}

async function starting() {
    const times = [];
    let resident = 0;
    for (let i = 0; i < 11; i++) {
        const server = await serve('empty');
        if (i > 0) times.push(server.ms);
        if (i === 10) {
            await sleep(1000);
            resident = memory(server.child);
        }
        await stop(server.child);
    }
    row('idle memory', resident, 'MB', null, null, '<= 10', resident <= 10);
    row('start to ready', middle(times), 'ms', null, null, '<= 50', middle(times) <= 50);
    copyFileSync(linden, data('linden'));
    spawnSync('strip', [data('linden')]);
    const size = statSync(data('linden')).size / 1e6;
    row('binary, stripped', size, 'MB', null, null, '<= 6', size <= 6);
}

function table() {
    const cells = rows.map((r) => [r.work, `${r.value} ${r.unit}`, r.against ?? '', r.ratio === null ? '' : String(r.ratio),
        r.reach, r.holds === null ? '' : r.holds ? 'yes' : 'NO']);
    cells.unshift(['work', 'value', 'against', 'ratio', 'reach', 'holds']);
    const widths = cells[0].map((_, i) => Math.max(...cells.map((line) => line[i].length)));
    return cells.map((line) => line.map((text, i) => text.padEnd(widths[i])).join('  ').trimEnd()).join('\n');
}

function statements() {
    const lines = [];
    for (const slug of ['twenty', 'large']) {
        const m = inside('statements', data('mixed'), slug);
        const sum = m.statements.reduce((us, s) => us + s.us, 0);
        lines.push(`users page of ${slug}: ${m.us} us in process, ${m.bytes} bytes; after the last row ${m.html} us`,
            `  ${sum.toFixed(2)} us in the database:`);
        for (const s of m.statements)
            lines.push(`  ${s.us.toFixed(2).padStart(8)} us  ${s.calls} x ${s.rows} rows  ${s.file}:${s.line}  ${s.sql.slice(0, 70)}`);
    }
    writeFileSync(join(root, 'build/bench-statements.txt'), `${lines.join('\n')}\n`);
}

const began = Date.now(), others = othersShare();
rmSync(folder, { recursive: true, force: true });
for (const name of ['mixed', 'run', 'empty', 'one', 'many', 'invite', 'bare', 'patients', 'calendar', 'alone']) mkdirSync(data(name), { recursive: true });
say('Making a database ...');
inside('seed', data('mixed'));
copyFileSync(data('mixed/linden.db'), data('run/linden.db'));
say('Measuring, a few minutes ...');
await starting();
const server = await serve('run');
await signingIn(server);
await pagesDuringSignIns(server);
await pages(server);
await stop(server.child);
await passkeys();
await openPages();
const session = inside('session', data('mixed')).us / 1000;
row('session check and rights', session, 'ms/request', null, null, '<= 0.03', session <= 0.03);
trust();
statements();
wall();
inviting();
await measureShared({ inside, serve, stop, pin, pinned, wrk, middle, row, data, cores: cpus().length });
oneAndMany();
patients();
calendar();
for (const name of ['one', 'many', 'invite', 'bare', 'patients', 'calendar', 'alone']) rmSync(data(name), { recursive: true, force: true });
writeFileSync(join(root, 'build/bench.json'), `${JSON.stringify(rows, null, 2)}\n`);
console.log(`\n${table()}\n\n${cpus().length} cores, ${cpus()[0].model.trim()}; took ${Math.round((Date.now() - began) / 1000)} s.`);
if (others() > 0.1)
    console.log(`Other programs used ${Math.round(others() * 100)} % of the processors meanwhile: measure again when it is quiet.`);
console.log('The same in build/bench.json, the users page statement by statement in build/bench-statements.txt.');

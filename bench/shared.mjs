// shared.mjs - the same work on a PostgreSQL of this machine, and on two nodes.
//
// The cluster is a temporary one whose commits reach the disk.  It gets the cores
// of the server, as SQLite does, which is part of it.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const ROUNDS = 3, CONNECTIONS = 8;

/* Ends with the child's input: it is gone when this program is. */
function startCluster() {
    const child = spawn(join(root, 'tools/pg.sh'), ['--durable', 'sh', '-c', 'echo "$LINDEN_TEST_DB"; cat'],
        { stdio: ['pipe', 'pipe', 'inherit'] });
    return new Promise((done, failed) => {
        child.stdout.once('data', (said) => done({
            child, host: /host=([^\s&]+)/.exec(String(said))[1],
            url: (name) => `${String(said).trim()}&dbname=${name}`,
        }));
        child.once('exit', () => failed(new Error('PostgreSQL does not start')));
    });
}

const stopCluster = ({ child }) => new Promise((done) => {
    child.removeAllListeners('exit');
    child.on('exit', done);
    child.stdin.end();
});

function psql(cluster, name, text) {
    const run = spawnSync('psql', ['-qAt', '-v', 'ON_ERROR_STOP=1', '-c', text, cluster.url(name)], { encoding: 'utf8' });
    if (run.status !== 0) throw new Error(run.stderr);
    return run.stdout.trim();
}

const postmaster = (cluster) => readFileSync(join(cluster.host, 'data/postmaster.pid'), 'utf8').split('\n')[0];

/* Processes that are there, and those that they start. */
function pinAll(cluster, cores) {
    const pid = postmaster(cluster);
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    for (const each of [pid, ...children]) spawnSync('taskset', ['-a', '-p', '-c', cores, each]);
}

async function pages({ inside, serve, stop, pin, pinned, wrk, middle, row }, cluster) {
    const path = '/g/twenty/settings/users', cookie = `linden=${inside('cookie', 'twenty').token}`;
    if (pinned) pinAll(cluster, '0');
    const ours = await serve('pages', ['--db', cluster.url('pages')]), file = await serve('run');
    pin(ours.child, 0), pin(file.child, 0);
    const a = [], b = [], ratios = [];
    for (let i = 0; i <= ROUNDS; i++) {
        const there = (await wrk(ours.url + path, { clients: 16, seconds: 3, core: 1, cookie })).rate;
        const here = (await wrk(file.url + path, { clients: 16, seconds: 2, core: 1, cookie })).rate;
        if (i > 0) a.push(there), b.push(here), ratios.push(there / here); // else warming up
    }
    await stop(file.child), await stop(ours.child);
    row('users page, 20 rows, PostgreSQL', middle(a), 'requests/s', `SQLite: ${middle(b).toFixed(0)} requests/s`,
        middle(ratios), '>= 0.3', middle(ratios) >= 0.3);
    const bare = inside('floor', cluster.url('pages'), 'twenty');
    row('its statements alone, asked by hand', bare.with / 1000, 'ms/request',
        `${bare.statements} statements, without the wall: ${(bare.without / 1000).toFixed(3)} ms`, bare.with / bare.without,
        'report', null);
    const m = inside('shared-wall', cluster.url('pages'), 'twenty');
    row('the wall on PostgreSQL, users page', m.with / 1000, 'ms/request', `without it: ${(m.without / 1000).toFixed(3)} ms`,
        m.ratio, '<= 1.1', m.ratio <= 1.1);
    const t = inside('trust', cluster.url('pages'), 'twenty');
    row('signing in as a clinic can trust, PostgreSQL', t.with / 1000, 'ms/request',
        `without its columns and checks: ${(t.without / 1000).toFixed(3)} ms`, t.ratio, 'report', null);
    const trips = inside('trips', cluster.url('pages'), 'twenty');
    for (const [page, n] of Object.entries(trips))
        row(`waits for PostgreSQL, ${page.replace('/g/twenty', '/g/…')}`, n, 'a page', null, null, '<= 2', n <= 2);
}

/* Both cores for everything, since that is what nodes compete for. */
async function twoNodes({ inside, serve, stop, wrk, middle, row, cores }, cluster) {
    const path = '/g/twenty/settings/users', cookie = `linden=${inside('cookie', 'twenty').token}`;
    pinAll(cluster, `0-${cores - 1}`);
    const nodes = [];
    for (const name of ['node1', 'node2']) nodes.push(await serve(name, ['--db', cluster.url('pages')]));
    const ask = (node, clients) => wrk(node.url + path, { clients, seconds: 3, cookie });
    const one = [], two = [], ratios = [];
    for (let i = 0; i <= ROUNDS; i++) {
        const alone = (await ask(nodes[0], 16)).rate;
        const both = (await Promise.all(nodes.map((node) => ask(node, 8)))).reduce((sum, { rate }) => sum + rate, 0);
        if (i > 0) one.push(alone), two.push(both), ratios.push(both / alone);
    }
    for (const node of nodes) await stop(node.child);
    row(`users page, two nodes on ${cores} cores`, middle(two), 'requests/s', `one node: ${middle(one).toFixed(0)} requests/s`,
        middle(ratios), '>= 1', middle(ratios) >= 1);
}

function pgbench(cluster, script) {
    const run = spawnSync('pgbench', ['-n', '-M', 'prepared', '-c', String(CONNECTIONS), '-j', '2', '-T', '3', '--max-tries', '10',
        '-f', script, cluster.url('pages')], { encoding: 'utf8' });
    const rate = Number(/tps = ([\d.]+)/.exec(run.stdout)?.[1]);
    if (!rate) throw new Error(run.stderr);
    return rate;
}

/* pgbench writes one row of a hundred bytes and commits, on as many connections; and, in one message and without
   asking anything, the rows of an invitation. */
function inviting({ inside, middle, row, data }, cluster) {
    const script = data('one-row.sql'), a = [], b = [], ratios = [], bare = [], floors = [];
    writeFileSync(script, "INSERT INTO one_row (text) VALUES (repeat('x', 100));\n");
    psql(cluster, 'pages', 'CREATE TABLE one_row (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text TEXT)');
    for (let i = 0; i <= ROUNDS; i++) {
        const ours = inside('invite-shared', cluster.url('pages'), 3, CONNECTIONS).per_second;
        const theirs = pgbench(cluster, script), rows = pgbench(cluster, join(root, 'bench/bare-invite.sql'));
        if (i > 0) a.push(ours), b.push(theirs), ratios.push(ours / theirs), bare.push(rows), floors.push(rows / theirs);
    }
    row('invite, PostgreSQL, 1,000 groups', middle(a), 'invitations/s',
        `pgbench, one row, durable: ${middle(b).toFixed(0)} transactions/s`, middle(ratios), '>= 0.3', middle(ratios) >= 0.3);
    row('the same rows, written bare by pgbench', middle(bare), 'transactions/s',
        `one row, durable: ${middle(b).toFixed(0)} transactions/s`, middle(floors), 'report', null);
}

export async function measureShared(tools) {
    for (const name of ['pages', 'node1', 'node2']) mkdirSync(tools.data(name), { recursive: true });
    const cluster = await startCluster();
    try {
        psql(cluster, 'postgres', 'CREATE DATABASE pages');
        tools.inside('seed-shared', cluster.url('pages'));
        await pages(tools, cluster);
        await twoNodes(tools, cluster);
        inviting(tools, cluster);
    } finally {
        await stopCluster(cluster);
    }
}

// streams.mjs - what open pages cost: so many event streams, each of a session and a group of its own.
import { request } from 'node:http';
import { connect } from 'node:net';

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/* Opens one and waits for its first words. */
function open(port, slug, token) {
    return new Promise((done, failed) => {
        const socket = connect(port, '127.0.0.1');
        let heard = '';
        socket.setEncoding('latin1');
        socket.on('error', failed);
        socket.on('data', (text) => {
            heard += text;
            if (heard.includes('retry: ')) done(socket);
            else if (heard.includes('\r\n\r\n') && !heard.startsWith('HTTP/1.1 200')) failed(new Error(heard));
        });
        socket.write(`GET /g/${slug}/events HTTP/1.1\r\nHost: x\r\nCookie: linden=${token}\r\n\r\n`);
    });
}

/* Signs one session out; milliseconds until its open page was told. */
function signOut(port, socket, { token, form }) {
    const began = process.hrtime.bigint(), body = `form_token=${form}`;
    return new Promise((done, failed) => {
        socket.on('data', (text) => {
            if (text.includes('event: ended')) done(Number(process.hrtime.bigint() - began) / 1e6);
        });
        const rq = request({ port, host: '127.0.0.1', path: '/sign-out', method: 'POST', headers: {
            cookie: `linden=${token}`, 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length } });
        rq.on('error', failed);
        rq.on('response', (rs) => { rs.resume(); if (rs.statusCode !== 303) failed(new Error(`signing out: ${rs.statusCode}`)); });
        rq.end(body);
    });
}

/* `used` and `memory` ask about the server's process, `cookie` for a group's token and form token. */
export async function measureStreams({ url, most, used, memory, cookie }) {
    const port = Number(new URL(url).port), sockets = [], before = memory();
    for (let i = 0; i < most; i++) sockets.push(await open(port, `spread${i}`, cookie(`spread${i}`).token));
    await sleep(2000);
    const kb = (memory() - before) * 1024 / most, spent = used(), began = process.hrtime.bigint();
    await sleep(10000);
    const share = (used() - spent) / (Number(process.hrtime.bigint() - began) / 1e3);
    const told = [];
    for (let i = 0; i < Math.min(50, most); i++) {
        told.push(await signOut(port, sockets[i], cookie(`spread${i}`)));
        await sleep(100);
    }
    for (const socket of sockets) socket.destroy();
    await sleep(1500);
    return { kb, share, told };
}

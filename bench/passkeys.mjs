// passkeys.mjs - what a sign-in with a passkey takes of the server's processor: its page, the
// challenge, and the form with the answer, each a request of its own.
//
// The key is made here, and added and used as a browser would: ECDSA over P-256, which is what
// most authenticators have.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { Agent, request } from 'node:http';

const hash = (bytes) => createHash('sha256').update(bytes).digest();
const b64 = (bytes) => Buffer.from(bytes).toString('base64url');

/* A browser: its cookies, and one connection. */
function visitor(url) {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 }), cookies = new Map();
    const ask = (method, path, fields) => new Promise((done, failed) => {
        const body = fields ? new URLSearchParams(fields).toString() : '';
        const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
        const rq = request(url + path, { method, agent, headers: fields ? { cookie, 'content-length': body.length,
            'content-type': 'application/x-www-form-urlencoded' } : { cookie } }, (rs) => {
            let text = '';
            for (const each of rs.headers['set-cookie'] ?? []) {
                const [, name, value] = /^([^=]+)=([^;]*)/.exec(each);
                cookies.set(name, value);
            }
            rs.on('data', (part) => { text += part; });
            rs.on('end', () => done({ status: rs.statusCode, text }));
        });
        rq.on('error', failed);
        rq.end(body);
    });
    return { ask, cookies, end: () => agent.destroy() };
}

const between = (text, before) => text.split(before)[1]?.split('"')[0] ?? '';
const tokenOf = (page) => between(page.text, 'name="form_token" value="');

function wants(page, status, what) {
    if (page.status !== status) throw new Error(`${what} answers ${page.status}`);
    return page;
}

function newKey(origin) {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { x, y } = publicKey.export({ format: 'jwk' }), id = randomBytes(16);
    const cose = Buffer.concat([Buffer.from('a5010203262001215820', 'hex'), Buffer.from(x, 'base64url'),
        Buffer.from('225820', 'hex'), Buffer.from(y, 'base64url')]);
    const party = hash(new URL(origin).hostname);
    let counter = 0;
    const client = (type, challenge) =>
        JSON.stringify({ type: `webauthn.${type}`, challenge, origin, crossOrigin: false });
    const data = (flags) => {
        const count = Buffer.alloc(4);
        count.writeUInt32BE(counter++);
        return Buffer.concat([party, Buffer.from([flags]), count]);
    };
    const form = (challenge, said, bytes, more) => ({ proof_challenge: challenge, proof_credential: b64(id),
        proof_client: b64(said), proof_data: b64(bytes), ...more });
    return {
        made(challenge) {
            const bytes = Buffer.concat([data(0x45), Buffer.alloc(16), Buffer.from([0, id.length]), id, cose]);
            return form(challenge, client('create', challenge), bytes,
                { proof_signature: '', proof_user: '', proof_algorithm: '-7' });
        },
        answer(challenge, user) {
            const said = client('get', challenge), bytes = data(5);
            return form(challenge, said, bytes, { proof_algorithm: '', proof_user: user,
                proof_signature: b64(sign('sha256', Buffer.concat([bytes, hash(said)]), privateKey)) });
        },
    };
}

/* Milliseconds of the server's processor for each of `times` sign-ins, one after the other. */
export async function measurePasskeys({ url, origin, used, email, password, times }) {
    const desk = visitor(url), key = newKey(origin);
    let page = await desk.ask('GET', '/sign-in');
    wants(await desk.ask('POST', '/sign-in', { form_token: tokenOf(page), next: '', email, password }), 303, 'signing in');
    page = wants(await desk.ask('GET', '/me/sign-in/passkeys/new'), 200, 'adding a passkey');
    const form_token = tokenOf(page);
    page = wants(await desk.ask('POST', '/me/sign-in/passkeys', { form_token, name: 'Key', password }), 200, 'confirming');
    const user = between(page.text, 'data-user="');
    wants(await desk.ask('POST', '/me/sign-in/passkeys/new', { form_token, name: 'Key',
        ...key.made(between(page.text, 'data-value="')) }), 200, 'making a passkey');
    const signIn = async () => {
        for (const name of desk.cookies.keys()) if (name !== 'linden-device') desk.cookies.delete(name);
        const token = tokenOf(await desk.ask('GET', '/sign-in'));
        const ask = wants(await desk.ask('POST', '/passkeys/challenge', { form_token: token }), 200, 'a challenge');
        wants(await desk.ask('POST', '/sign-in/passkey', { form_token: token, next: '',
            ...key.answer(between(ask.text, 'data-value="'), user) }), 303, 'signing in with a passkey');
    };
    for (let i = 0; i < 20; i++) await signIn(); // warming up
    const before = used();
    for (let i = 0; i < times; i++) await signIn();
    const ms = (used() - before) / times / 1000;
    desk.end();
    return ms;
}

// person.mjs - a person at a browser without script: cookies, forms, and when each request began and ended.
import { request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { tokenIn } from '../cli/lib.mjs';

export { tokenIn };
export const now = () => performance.now();
let addresses = 0;

export class Person {
  constructor(email) {
    this.email = email;
    this.cookies = new Map();
    const n = ++addresses; // of their own: wrong passwords of others slow nobody down
    this.address = `10.${n >> 16 & 255}.${n >> 8 & 255}.${n & 255}`;
  }

  // One request to a port of this machine, without following anything.
  // Status 0: nobody answered, and nobody knows what became of it.
  ask(port, path, form) {
    const body = form && new URLSearchParams(form).toString(), begin = now();
    const headers = {
      host: 'localhost', 'x-forwarded-proto': 'https', 'x-forwarded-for': this.address,
      cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      ...(form && { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) }),
    };
    return new Promise(done => {
      const nothing = () => done({ status: 0, body: '', headers: {}, begin, end: now() });
      const sent = request({ host: '127.0.0.1', port, path, method: form ? 'POST' : 'GET', headers, agent: false, timeout: 45000 }, answer => {
        let text = '';
        answer.on('data', bytes => text += bytes);
        answer.on('error', nothing);
        answer.on('end', () => {
          if (!answer.complete) return nothing();
          for (const line of answer.headers['set-cookie'] || []) this.keep(line);
          done({ status: answer.statusCode, body: text, headers: answer.headers, begin, end: now() });
        });
      });
      sent.on('timeout', () => sent.destroy());
      sent.on('error', nothing);
      sent.end(body);
    });
  }

  keep(line) {
    const [pair] = line.split(';'), at = pair.indexOf('=');
    this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
  }

  // The token that forms of this session carry, out of any page.
  async token(port, path) {
    const page = await this.ask(port, path);
    return tokenIn(page.body);
  }

  async signIn(port, password) {
    const form_token = await this.token(port, '/sign-in');
    const answer = form_token && await this.ask(port, '/sign-in', { form_token, email: this.email, password });
    if (!answer || answer.status !== 303) return false;
    this.form_token = await this.token(port, '/me');
    return Boolean(this.form_token);
  }

  // A form of a session that is signed in: 'ok' was done, 'no' was refused, 'unknown' nobody can tell.
  async post(port, path, form) {
    const answer = await this.ask(port, path, { form_token: this.form_token, ...form });
    const out = answer.status === 303 && /^\/sign-in/.test(answer.headers.location);
    const outcome = answer.status === 0 || answer.status >= 500 ? 'unknown' : answer.status === 303 && !out ? 'ok' : 'no';
    return { ...answer, outcome, out };
  }
}

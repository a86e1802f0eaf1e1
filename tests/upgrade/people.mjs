// people.mjs - people at work on several nodes, through what a proxy does: it asks /readyz, and nothing twice.
import { Agent, request } from 'node:http';
import { PASSWORD, check, signIn, sleep, tokenIn, until } from '../cli/lib.mjs';

const ASK_EVERY = 100; // milliseconds; HAProxy's are 500 and 1000
const PLACES = '/g/northside/settings/locations', USERS = '/g/northside/settings/users';

export class People {
  /* `nodes` are servers of tests/cli/lib.mjs; who works is signed in already. */
  static async begin(nodes, email, count = 6) {
    const people = new People();
    Object.assign(people, { nodes: new Map(), failures: [], done: 0, saved: [], stopping: false });
    for (const node of nodes) people.join(node);
    await until(() => people.ready().length === nodes.length, 'the nodes');
    const cookies = [];
    for (let n = 0; n < count; n++) cookies.push(await signIn(nodes[0].url, email, PASSWORD));
    people.work = Promise.all(cookies.map((cookie, n) => people.works(cookie, n)));
    return people;
  }

  join(node) {
    const known = { agent: new Agent({ keepAlive: true }), ready: false };
    this.nodes.set(node, known);
    known.asking = (async () => {
      while (!this.stopping && this.nodes.has(node)) {
        const answer = await this.send(node, '/readyz').catch(() => ({ status: 0 }));
        known.ready = answer.status === 200;
        await sleep(ASK_EVERY);
      }
    })();
  }

  /* It has stopped. */
  async leave(node) {
    this.nodes.delete(node);
  }

  ready() {
    return [...this.nodes].filter(([, known]) => known.ready).map(([node]) => node);
  }

  send(node, path, { cookie, form } = {}) {
    const body = form && new URLSearchParams(form).toString();
    const headers = { cookie: cookie || '', ...(body && { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) }) };
    return new Promise((answered, failed) => {
      const sent = request(new URL(path, node.url), { method: body ? 'POST' : 'GET', headers, agent: this.nodes.get(node)?.agent }, answer => {
        let text = '';
        answer.on('data', bytes => text += bytes);
        answer.on('end', () => answered({ status: answer.statusCode, body: text }));
        answer.on('error', failed);
      });
      sent.on('error', failed);
      sent.end(body);
    });
  }

  async ask(path, wanted, more) {
    const all = this.ready(), node = all[this.done++ % all.length];
    if (!node) return this.failures.push(`${path}: no node is ready`) && null;
    const answer = await this.send(node, path, more).catch(error => ({ status: String(error), body: '' }));
    if (answer.status !== wanted) this.failures.push(`${node.url}${path}: ${answer.status} ${/<h1[^>]*>(.*?)<\/h1>/s.exec(answer.body)?.[1]}`);
    return answer;
  }

  async works(cookie, n) {
    for (let i = 0; !this.stopping; i++) {
      await this.ask(USERS, 200, { cookie });
      const page = await this.ask(`${PLACES}/new`, 200, { cookie });
      const form_token = tokenIn(page?.body || ''), name = `Place ${n} ${i}`;
      if (!form_token) { await sleep(20); continue; }
      const answer = await this.ask(PLACES, 303, { cookie, form: { form_token, name, time_zone: 'UTC' } });
      if (answer?.status === 303) this.saved.push(name);
    }
  }

  /* So many more answers. */
  async more(count = 60) {
    const wanted = this.done + count;
    await until(() => this.done >= wanted, 'people at work', 60000);
  }

  async end() {
    this.stopping = true;
    await this.work;
    for (const known of this.nodes.values()) { await known.asking; known.agent.destroy(); }
    check(this.saved.length > 20, `only ${this.saved.length} were saved`);
    check(!this.failures.length, `${this.failures.length} of ${this.done} requests failed: ${this.failures.slice(0, 5).join('; ')}`);
  }
}

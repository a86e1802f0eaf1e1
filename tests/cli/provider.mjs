// provider.mjs - a sign-in provider (OpenID Connect) that says whatever a test wants it to say.
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID, sign as signBytes, constants } from 'node:crypto';
import { createServer } from 'node:http';

const b64 = what => Buffer.from(typeof what === 'string' ? what : JSON.stringify(what)).toString('base64url');
const seconds = () => Math.floor(Date.now() / 1000);

// A key pair for an algorithm, as the set publishes it.
export function makeKey(alg, kid) {
  const pair = { RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }), PS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
    ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }), EdDSA: () => generateKeyPairSync('ed25519') }[alg]();
  return { alg, kid, secret: pair.privateKey, public: { ...pair.publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg } };
}

const SIGNERS = {
  RS256: (key, text) => signBytes('sha256', text, key),
  PS256: (key, text) => signBytes('sha256', text, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }),
  ES256: (key, text) => signBytes('sha256', text, { key, dsaEncoding: 'ieee-p1363' }),
  EdDSA: (key, text) => signBytes(null, text, key),
};
export function token(key, claims, header = {}) {
  const said = `${b64({ alg: key.alg, kid: key.kid, typ: 'JWT', ...header })}.${b64(claims)}`;
  return `${said}.${SIGNERS[key.alg](key.secret, Buffer.from(said)).toString('base64url')}`;
}

export class Provider {
  static async start(alg = 'RS256', client = 'linden & sons', secret = 's:e+c r&et/é') {
    const p = new Provider();
    Object.assign(p, { alg, client, secret, key: makeKey(alg, 'one'), subject: 'sub-olga', codes: new Map(), asked: { token: 0, keys: 0, discovery: 0 } });
    p.published = [p.key.public];
    p.server = createServer((rq, rs) => p.take(rq, rs));
    await new Promise(done => p.server.listen(0, '127.0.0.1', done));
    p.issuer = `http://127.0.0.1:${p.server.address().port}`;
    p.document = { issuer: p.issuer, authorization_endpoint: `${p.issuer}/auth`, token_endpoint: `${p.issuer}/token`, jwks_uri: `${p.issuer}/keys`,
      response_types_supported: ['code'], id_token_signing_alg_values_supported: ['RS256', 'PS256', 'ES256', 'EdDSA'], code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true, claims_supported: [{ odd: [1, 2, { x: null }] }] };
    return p;
  }
  close() { this.server.closeAllConnections(); this.server.close(); }

  // Somebody's browser arrives at /auth: where it is sent back to.
  authorize(url, change = {}) {
    const asked = Object.fromEntries(new URL(url).searchParams);
    const code = randomUUID();
    this.codes.set(code, asked);
    this.last = asked;
    const back = new URL(asked.redirect_uri);
    for (const [name, value] of Object.entries({ code, state: asked.state, iss: this.issuer, ...change })) if (value !== null) back.searchParams.set(name, value);
    return back.pathname + back.search;
  }
  claims(asked) {
    return { iss: this.issuer, sub: this.subject, aud: this.client, exp: seconds() + 300, iat: seconds(), nonce: asked.nonce, sid: 'sid-1', auth_time: seconds(),
      email: 'olga@northside.example', email_verified: false, groups: ['a', 'b'], address: { country: 'AU' } };
  }
  idToken(asked) {
    if (this.forge) return this.forge(this.claims(asked), asked);
    return token(this.key, this.claims(asked));
  }
  logoutToken(change = {}, header = { typ: 'logout+jwt' }, key = this.key) {
    const claims = { iss: this.issuer, aud: this.client, iat: seconds(), exp: seconds() + 60, jti: randomUUID(), sub: this.subject, sid: 'sid-1',
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} }, ...change };
    for (const name of Object.keys(claims)) if (claims[name] === undefined) delete claims[name];
    return token(key, claims, header);
  }

  take(rq, rs) {
    let body = '';
    const json = (status, what) => { rs.writeHead(status, { 'content-type': 'application/json' }); rs.end(JSON.stringify(what)); };
    rq.on('data', bytes => body += bytes);
    rq.on('end', () => {
      if (rq.url === '/.well-known/openid-configuration') { this.asked.discovery++; return json(200, this.document); }
      if (rq.url === '/keys') { this.asked.keys++; return this.published ? json(200, { keys: this.published }) : json(503, {}); }
      if (rq.url === '/token') {
        this.asked.token++;
        if (this.silent) return;
        const form = new URLSearchParams(body), asked = this.codes.get(form.get('code'));
        this.codes.delete(form.get('code'));
        const pair = `${encodeURIComponent(this.client)}:${encodeURIComponent(this.secret)}`.replace(/[!'()*]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
        const shown = this.post ? form.get('client_id') === this.client && form.get('client_secret') === this.secret
          : rq.headers.authorization === `Basic ${Buffer.from(pair).toString('base64')}`;
        if (!shown) return json(401, { error: 'invalid_client' });
        const challenge = asked && createHash('sha256').update(form.get('code_verifier') || '').digest('base64url');
        if (!asked || challenge !== asked.code_challenge || form.get('redirect_uri') !== asked.redirect_uri || form.get('grant_type') !== 'authorization_code')
          return json(400, { error: 'invalid_grant' });
        return json(200, { access_token: 'unused', token_type: 'Bearer', expires_in: 60, id_token: this.idToken(asked) });
      }
      json(404, {});
    });
  }
}
export const publicPem = key => createPublicKey(createPrivateKey(key.secret.export({ type: 'pkcs8', format: 'pem' }))).export({ type: 'spki', format: 'pem' });
export { b64, seconds };

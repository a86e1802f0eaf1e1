// sso_test.mjs - single sign-on with a real OpenID provider, oidc-provider, as the other side.
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import Oidc from 'oidc-provider';
import { Linden, check, equal, open, signIn, sound, test } from './lib.mjs';
import { AMARA, inside } from './steps.mjs';

const key = (kind, options, alg) => ({ ...generateKeyPairSync(kind, options).privateKey.export({ format: 'jwk' }), use: 'sig', alg, kid: alg });

// Its own pages: whoever comes signs in with any name, and agrees.
async function provider(l, alg) {
  const server = createServer();
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  const issuer = `http://127.0.0.1:${server.address().port}`, door = `${l.url}/sso/${l.northside.slug}`;
  const quiet = console.warn;
  console.warn = () => {};
  const oidc = new Oidc(issuer, {
    clients: [{ client_id: 'linden', client_secret: 'swordfish & chips', redirect_uris: [`${door}/back`], id_token_signed_response_alg: alg,
      backchannel_logout_uri: `${door}/out`, backchannel_logout_session_required: true, require_auth_time: true }],
    features: {
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        logoutSource: (context, form) => { context.body = `<!doctype html><title>Out</title>${form}<button form="op.logoutForm" name="logout" value="yes">Yes, sign me out</button>`; },
        postLogoutSuccessSource: context => { context.body = '<!doctype html><title>Out</title>Sign-out Success'; },
      },
    },
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'ES256', 'EdDSA'] },
    pkce: { required: () => true },
    jwks: { keys: [key('rsa', { modulusLength: 2048 }, 'RS256'), key('ec', { namedCurve: 'P-256' }, 'ES256'), key('ed25519', {}, 'EdDSA')] },
    findAccount: (context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
    cookies: { keys: ['of a test'] },
  });
  console.warn = quiet;
  const failed = [];
  for (const event of ['server_error', 'grant.error', 'authorization.error', 'backchannel.error']) oidc.on(event, (...all) => failed.push(`${event}: ${all.find(x => x instanceof Error)}`));
  server.on('request', oidc.callback());
  return { issuer, failed, close: () => { server.closeAllConnections(); server.close(); } };
}

// At the provider's pages, as `name`.
async function there(page, op, name, agrees = true) {
  await page.waitForURL(url => url.href.startsWith(op.issuer));
  await page.locator('input[name=login]').fill(name);
  await page.locator('input[name=password]').fill('anything');
  await page.locator('button[type=submit]').click();
  if (agrees) await page.getByRole('button', { name: 'Continue' }).click(); // once for each session there
}
const back = async (page, script, name = 'Continue') => script || page.getByRole('button', { name, exact: true }).click();

async function connected(l, op, script, look, alg) {
  const page = await open(l, { script });
  await signIn(page, AMARA);
  await page.goto(inside(l, 'settings/integrations'));
  await page.getByRole('link', { name: 'Open single sign-on' }).click();
  await look(page, 'no provider');
  await page.getByLabel('Name', { exact: true }).fill('Acme');
  await page.getByLabel('Issuer').fill('https://192.168.0.1');
  await page.getByLabel('Client ID').fill('linden');
  await page.getByLabel('Client secret').fill('swordfish & chips');
  l.secrets.add('swordfish & chips');
  await page.getByLabel('Issuer').fill(`${op.issuer}/nothing`);
  await page.getByRole('button', { name: 'Check and save' }).click();
  await page.getByRole('link', { name: /There is no provider at this address/ }).waitFor();
  await look(page, 'no provider there');
  equal(await page.getByLabel('Client secret').inputValue(), '');
  await page.getByLabel('Client secret').fill('swordfish & chips');
  await page.getByLabel('Signature').selectOption(alg);
  await page.getByLabel('Issuer').fill(op.issuer);
  await page.getByRole('button', { name: 'Check and save' }).click();
  await page.getByText('Single sign-on is set up.').waitFor();
  await look(page, 'set up');
  await page.goto(inside(l, 'settings/'));
  await page.getByRole('link', { name: 'Your single sign-on' }).click();
  await look(page, 'not connected');
  await page.getByRole('link', { name: 'Connect Acme' }).click();
  await there(page, op, 'amara-at-acme');
  await back(page, script);
  await page.getByText('You are connected with Acme.').waitFor();
  await look(page, 'connected');
  return page;
}

for (const [script, alg] of [[true, 'RS256'], [false, 'ES256'], [true, 'EdDSA']])
  test(`a real provider signs in, confirms and signs out, ${alg}, script ${script ? 'on' : 'off'}`, async () => {
    const l = await Linden.start({ serve: ['--webhooks', 'any'] });
    const op = await provider(l, alg);
    const look = async (page, what) => script && sound(page, what);
    const own = await connected(l, op, script, look, alg);

    const page = await open(l, { script });
    await page.goto(inside(l, 'settings/users'));
    await page.getByRole('link', { name: 'Continue with Acme' }).waitFor();
    await look(page, 'the sign-in page');
    await page.goto(`/sso/${l.northside.slug}`);
    await look(page, 'the door');
    await page.goto(inside(l, 'settings/users'));
    await page.getByRole('link', { name: 'Continue with Acme' }).click();
    await there(page, op, 'amara-at-acme');
    await back(page, script);
    await page.getByRole('heading', { name: 'Users', exact: true }).waitFor();
    check(page.url().endsWith(inside(l, 'settings/users')), page.url());
    await page.goto('/me');
    await page.getByRole('heading', { name: 'This needs your own sign-in' }).waitFor();
    await look(page, 'what is not open');

    // Somebody else at the provider is nobody here.
    const stranger = await open(l, { script });
    await stranger.goto(`/sso/${l.northside.slug}`);
    await stranger.getByRole('link', { name: 'Continue with Acme' }).click();
    await there(stranger, op, AMARA);
    await back(stranger, script);
    await stranger.getByText(/nobody in Northside Allied Health is connected with that account/).waitFor();
    await look(stranger, 'a stranger');

    // Confirming, at the provider, which asks anew.
    await page.goto(inside(l, ''));
    await page.goto(inside(l, `single-sign-on/again?next=${encodeURIComponent(inside(l, 'settings/locations'))}`));
    await there(page, op, 'amara-at-acme', false);
    await back(page, script);
    await page.getByText('It is confirmed.').waitFor();

    // Signing out there covers the page that is open here.
    await page.goto(inside(l, 'settings/users'));
    const tab = await page.context().newPage();
    await tab.goto(`${op.issuer}/session/end`);
    await tab.getByRole('button', { name: /Yes, sign me out/ }).click();
    await tab.getByText(/Sign-out Success/i).waitFor();
    if (script) await page.getByRole('heading', { name: 'Your session ended' }).waitFor();
    for (let i = 0; i < 50 && !page.url().includes('/sign-in'); i++) {
      await new Promise(done => setTimeout(done, 100));
      await page.goto(inside(l, 'settings/users'));
    }
    check(page.url().includes('/sign-in'), 'the session is over');
    // What is her own goes on.
    await own.goto('/me');
    await own.getByRole('heading', { name: 'My user page' }).waitFor();
    equal(op.failed.join('\n'), '');
    op.close();
  });

/* passkeys.js - asks the browser for a passkey, and sends what it answers as a form.
 *
 * USE   <button data-passkey="use" data-from="URL" data-failed="WORDS" hidden> in a form with
 *       fields proof_challenge, proof_credential, proof_client, proof_data, proof_signature and
 *       proof_user: posts the form's token to URL, whose answer holds [data-value] (the challenge),
 *       data-party, data-allowed (ids, with blanks between) and data-verify. With data-autofill
 *       passkeys are offered in the field with autocomplete=webauthn as soon as the page is there.
 * MAKE  <button data-passkey="make"> with data-value, data-party, data-user, data-email, data-name
 *       and data-known; the form has proof_algorithm, too.
 * What went wrong is said in the form's [data-said].
 * GO    form[data-go], with what a group's provider for signing in has answered, is sent at once. */
(() => {
'use strict';
/* Not again, when somebody comes back by the Back button. */
const goes = document.querySelector('form[data-go]'), [way] = performance.getEntriesByType('navigation');
if (goes && !(way && way.type === 'back_forward')) goes.submit();

if (!window.PublicKeyCredential || !navigator.credentials) return;
const MINUTE = 60000;
const text = bytes => btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const bytes = t => Uint8Array.from(atob(t.replaceAll('-', '+').replaceAll('_', '/')), c => c.charCodeAt(0));
const keys = ids => (ids || '').split(' ').filter(Boolean).map(id => ({ type: 'public-key', id: bytes(id) }));
let asking = null; /* a browser answers one question at a time */

function challenge(button) {
  return new Promise((done, failed) => {
    const x = new XMLHttpRequest();
    x.open('POST', button.dataset.from);
    x.responseType = 'document';
    x.onload = () => {
      const found = x.response && x.response.querySelector('[data-value]');
      found ? done(found.dataset) : failed();
    };
    x.onerror = failed;
    x.send(new URLSearchParams({ form_token: button.form.elements.form_token.value }));
  });
}

function send(form, values) {
  for (const [name, value] of Object.entries(values)) form.elements['proof_' + name].value = value;
  form.requestSubmit();
}

function ask() {
  if (asking) asking.abort();
  asking = new AbortController();
  return asking.signal;
}

async function use(button, mediation) {
  const c = await challenge(button), signal = ask();
  const got = await navigator.credentials.get({ mediation, signal, publicKey: {
    challenge: bytes(c.value), rpId: c.party, allowCredentials: keys(c.allowed), userVerification: c.verify, timeout: 5 * MINUTE,
  } });
  const r = got.response;
  send(button.form, { challenge: c.value, credential: text(got.rawId), client: text(r.clientDataJSON), data: text(r.authenticatorData),
    signature: text(r.signature), user: r.userHandle ? new TextDecoder().decode(r.userHandle) : '' });
}

async function make(button) {
  const d = button.dataset;
  const made = await navigator.credentials.create({ signal: ask(), publicKey: {
    challenge: bytes(d.value), rp: { id: d.party, name: 'Linden' },
    user: { id: new TextEncoder().encode(d.user), name: d.email, displayName: d.name },
    pubKeyCredParams: [-7, -8, -257].map(alg => ({ type: 'public-key', alg })), excludeCredentials: keys(d.known),
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
    attestation: 'none', timeout: 5 * MINUTE,
  } });
  const r = made.response;
  send(button.form, { challenge: d.value, credential: text(made.rawId), client: text(r.clientDataJSON),
    data: text(r.getAuthenticatorData()), algorithm: r.getPublicKeyAlgorithm() });
}

addEventListener('click', e => {
  const button = e.target.closest('[data-passkey]');
  if (!button) return;
  const said = button.form.querySelector('[data-said]');
  said.textContent = '';
  (button.dataset.passkey === 'make' ? make(button) : use(button)).catch(() => { said.textContent = button.dataset.failed; });
});

/* A challenge is good for ten minutes, and a page to sign in stays open for longer. */
async function offer() {
  const button = document.querySelector('[data-passkey][data-autofill]');
  const can = PublicKeyCredential.isConditionalMediationAvailable;
  if (!button || !can || !await can.call(PublicKeyCredential)) return;
  use(button, 'conditional').catch(() => {});
  setTimeout(offer, 9 * MINUTE);
}
offer();
})();

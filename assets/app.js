/* app.js - makes plain pages quicker.  Everything works without it.
 *
 * It writes no HTML and no words: pages arrive parsed (XMLHttpRequest with
 * responseType "document", which Trusted Types allow), words stand in the page.
 *
 * SHEETS    <a data-sheet href="/x">  or data-sheet="wide": /x opens in a dialog. The request
 *           has the header X-Linden-Fragment: 1; of the answer the children of
 *           [data-sheet-body] are taken (.sheet-h, form.sheet-b, .sheet-f). Without one the
 *           browser goes to the page. Forms inside are sent the same way. If the answer's address
 *           is the sheet's or the form's, and it has a [data-sheet-body], it takes the place of
 *           the old one; otherwise, or with the header X-Linden-Location, the browser goes there.
 *           form[data-page] leaves the sheet: its answer is a page.
 *           [data-close] closes. <template id="ask-leave"> with [data-stay] and [data-leave] asks
 *           once about unsaved input, unless form[data-draft="URL"] is sent there, without
 *           passwords, to be kept; <template id="failed"> and id="offline" are shown above a
 *           form that could not be sent.
 * ERRORS    [data-errsum] takes focus when it arrives.
 * PASSWORD  <button type="button" data-reveal="ID" aria-pressed="false" hidden>
 * PASSKEYS  [data-passkey] (passkeys.js) is there where the browser knows them, [data-no-passkeys] where not.
 * COPY      <button type="button" data-copy="ID" data-done="Copied" hidden> <span role="status">
 * ACCESS    form[data-access], in it: radios [data-role] (the value is the role type);
 *           select[data-levels] whose options have data-preset-ROLE="box box" for each role type
 *           that has them; checkboxes [data-box="patients-edit"], data-needs="patients-see" on
 *           those that need another; in their labels .chg[hidden]; once [data-changed hidden] and
 *           role=status [data-announce], both with data-one and data-other, where {n} is a number
 *           (changed from the level; of your changes kept) and data-also, data-also-off with
 *           {name}; input[data-boxes-for], which says whose preset the boxes follow,
 *           "ROLE.LEVEL"; button[data-preset-back], which submits without script. Such a form begins
 *           with <button class="vh" tabindex="-1" aria-hidden="true">, so that Enter means Save.
 * WITHIN    select[data-within=NAME], whose option[data-of=VALUE] are offered while NAME has that value.
 * PREVIEW   form[data-preview="URL"] posts itself there 400 ms after a change, without
 *           passwords, and takes [data-preview-out] out of the answer. With role=search that is
 *           all it does: sending it is no way to another page, and its input nothing to lose.
 * GUARD     form[data-guard]: leaving the page with unsaved input asks.
 * KEYS      [data-filter] /   [data-help] ?   tr[data-row] j k   [data-key=e] in the row or the
 *           sheet or page ("ArrowLeft" and "ArrowRight", too)   [data-go=u] g u   Ctrl Enter sends.   <html data-shortcuts="off"> keeps only
 *           the last.
 * DRAG      a[data-move] in .lane[data-lane="ID"][data-day] of [data-from][data-to] (minutes): where it is dropped, the
 *           sheet HREF/move opens with date, time and practitioner (or data-as) filled in, and asks.
 * FINDER    a[data-palette][data-sheet=palette] opens with Ctrl K.  In [data-finder], with a form of role=search
 *           and a [data-preview-out]: arrows lead through the links found, Enter goes to the first.
 * IDLE      <html data-shade="5" data-idle="30"> minutes; <template id="shade"> covers the page
 *           until a key or the pointer; <template id="idle"> with [data-stay] warns 2 minutes
 *           before the sign-out.
 * EVENTS    <html data-events="URL?since=NUMBER"> is a stream of events, listened to while the page
 *           can be seen. "ended" puts <template id="gone-DATA"> in the place of the page;
 *           "changes" add up in [data-changes hidden] span, with data-one, data-other ({n}) and,
 *           for what is no number, data-many. */
(() => {
'use strict';
const root = document.documentElement, minute = 60000;
const $ = (what, where = document) => where.querySelector(what);
const all = (what, where = document) => [...where.querySelectorAll(what)];
const on = (type, what, capture) => addEventListener(type, what, capture);
const copy = id => { const t = document.getElementById(id); return t && t.content.firstElementChild.cloneNode(true); };
const plain = url => { const u = new URL(url, location.href); u.hash = ''; return u.href; };
const plural = (place, n) => fill(n === 1 ? place.dataset.one : place.dataset.other, { n });
const fill = (text, values) => (text || '').replace(/\{(\w+)\}/g, (_, key) => values[key]);

let contact = Date.now(), active = contact;

/* Ask the server; done(document or null, status, address, number of the request). */
function ask(method, url, body, done) {
  const x = new XMLHttpRequest();
  x.open(method, url);
  x.responseType = 'document';
  if (method === 'POST' || body !== null) x.setRequestHeader('X-Linden-Fragment', '1');
  x.onload = () => {
    contact = Date.now();
    const to = x.getResponseHeader('X-Linden-Location');
    to ? go(to) : done(x.response, x.status, x.responseURL, x.getResponseHeader('X-Request-Id'));
  };
  x.onerror = () => done(null, 0, url);
  x.send(body || null);
  return x;
}

function go(url) {
  leaving = true;
  const stays = url.includes('#') && plain(url) === plain(location.href);
  location.assign(url);
  if (stays) location.reload(); /* only then: asked for twice, the strip that says what was done would be gone */
}

const notes = new WeakMap(); /* what we remember of a form; its own properties may be its fields */
const note = form => notes.get(form) || (notes.set(form, {}), notes.get(form));
const fields = (form, submitter) => new URLSearchParams(new FormData(form, submitter));
const unsecret = form => { /* fields but passwords */
  const data = fields(form);
  for (const p of all('input[type=password]', form)) data.delete(p.name);
  return data;
};

/* ---- sheets ---- */
const title = document.title;
let sheet = null, leaving = false;

function ready(where) {
  for (const b of all('button[data-reveal]' + (navigator.clipboard ? ',[data-copy]' : ''), where)) b.hidden = false;
  if (window.PublicKeyCredential) {
    for (const b of all('[data-passkey]', where)) b.hidden = false;
    for (const words of all('[data-no-passkeys]', where)) words.hidden = true;
  }
  for (const b of all('[data-finder] form button', where)) b.hidden = true; /* it finds by itself */
  for (const f of all('form[data-access]', where)) access(f);
  for (const s of all('select[data-within]', where)) within(s);
  const sum = $('[data-errsum]', where);
  if (sum) sum.focus();
  return !!sum;
}

/* Put the part of an answer into the sheet; false if it holds none. */
function show(doc, status) {
  let part = doc && $('[data-sheet-body]', doc);
  if (part) sheet.replaceChildren(...part.childNodes);
  else if (doc && status >= 400 && $('main', doc)) {
    part = document.createElement('div');
    part.className = 'sheet-b';
    part.tabIndex = -1;
    part.append(...$('main', doc).childNodes);
    sheet.replaceChildren(...all(':scope > .sheet-h', sheet), part);
  } else return false;
  sheet.dirty = sheet.asked = false;
  document.title = status < 400 ? title : doc.title;
  const heading = $('h1,h2,h3', sheet);
  if (heading) {
    heading.id ||= 'sheet-heading';
    sheet.setAttribute('aria-labelledby', heading.id);
  }
  return true;
}

function settle() {
  if (ready(sheet)) return;
  const first = $('[autofocus]', sheet) || (!$('.btn.danger', sheet) && $('.sheet-b :is(input:not([type=hidden]),select,textarea)', sheet));
  const target = first || $('h1,h2,h3', sheet);
  if (!target) return;
  if (target !== first) target.tabIndex = -1;
  target.focus();
}

function open(link, href = link.href) {
  const url = plain(href);
  link.setAttribute('aria-busy', 'true');
  ask('GET', url, '', (doc, status, at) => {
    link.removeAttribute('aria-busy');
    if (sheet) return;
    sheet = document.createElement('dialog');
    sheet.className = 'sheet ' + link.dataset.sheet;
    if (status !== 200 || plain(at) !== url || !show(doc, status)) { sheet = null; return go(href); }
    Object.assign(sheet, { url, opener: link });
    sheet.addEventListener('cancel', e => { if (!may_close()) e.preventDefault(); });
    sheet.addEventListener('close', closed);
    document.body.append(sheet);
    sheet.showModal();
    settle();
  });
}

function may_close() {
  const banner = !leaving && sheet.dirty && !sheet.asked && !$('[data-draft]', sheet) && copy('ask-leave');
  if (!banner) return true;
  sheet.asked = true;
  tell(banner);
  return false;
}

function tell(banner) {
  ($('.sheet-b', sheet) || sheet).prepend(banner);
  banner.tabIndex = -1;
  banner.focus();
}

function closed(e) { /* the event comes later: a key may have come before it */
  if (e.target !== sheet) return;
  const opener = sheet.opener, form = $('form[data-draft]', sheet);
  if (form && sheet.dirty) ask('POST', form.dataset.draft, unsecret(form), () => {});
  sheet.remove();
  sheet = null;
  document.title = title;
  const target = opener.isConnected ? opener : $('main h1');
  if (target) target.focus();
}

function send(form, submitter) {
  const action = plain(submitter && submitter.getAttribute('formaction') || form.getAttribute('action') || sheet.url);
  const mine = sheet;
  sheet.setAttribute('aria-busy', 'true');
  ask('POST', action, fields(form, submitter), (doc, status, at, number) => {
    note(form).sent = 0;
    if (sheet !== mine) return;
    sheet.removeAttribute('aria-busy');
    const here = [sheet.url, action].includes(plain(at));
    const has = doc && $('[data-sheet-body]', doc);
    for (const old of all('[data-trouble]', sheet)) old.remove();
    if (status >= 500 || !status) {
      const banner = copy(status ? 'failed' : 'offline');
      if (!banner) return status && show(doc, status);
      const reference = number && $('[data-reference]', banner);
      if (reference) reference.textContent = fill(reference.dataset.reference, { number });
      banner.dataset.trouble = '';
      tell(banner);
    } else if (status >= 400 ? show(doc, status) : here && has && show(doc, status)) {
      sheet.dirty = status >= 400 && !!has;
      settle();
    } else go(at);
  });
}

/* ---- a list that depends on another ---- */
function within(list) {
  const other = list.form.elements[list.dataset.within];
  for (const o of list.options) o.hidden = o.disabled = !!o.dataset.of && o.dataset.of !== other.value;
  if (!list.selectedOptions[0] || list.selectedOptions[0].disabled) list.value = '';
}
on('change', e => {
  const form = e.target.form;
  for (const s of form ? all('select[data-within]', form) : []) if (s.dataset.within === e.target.name) within(s);
});

/* ---- access: levels, boxes, what changed ---- */
function access(form) {
  const levels = $('select[data-levels]', form), boxes = all('[data-box]', form);
  if (!levels) return;
  const role = () => ($('[data-role]:checked', form) || $('[data-role]', form) || {}).value;
  const preset_of = option => option && option.getAttribute('data-preset-' + role());
  const words = text => new Set((text || '').split(/\s+/));
  const followed = $('[data-boxes-for]', form);
  const say = $('[data-announce]', form), count = $('[data-changed]', form);
  const label = box => { const l = box.closest('label'); return (l && ($('span', l) || l).textContent || '').trim(); };
  let preset;

  function fit() { /* only the levels that the role type has */
    for (const o of levels.options) o.hidden = o.disabled = o.value !== '' && preset_of(o) === null;
    const now = levels.selectedOptions[0];
    if (now && now.disabled) levels.value = ([...levels.options].find(o => !o.disabled) || now).value;
  }
  function mark() {
    let n = 0;
    for (const b of boxes) {
      const changed = b.checked !== preset.has(b.dataset.box);
      const tag = $('.chg', b.closest('label') || form);
      if (tag) tag.hidden = !changed;
      n += changed;
    }
    if (count) { count.hidden = !n; count.textContent = plural(count, n); }
    const back = $('[data-preset-back]', form);
    if (back) back.hidden = !n;
  }
  function take(keep) {
    const next = words(preset_of(levels.selectedOptions[0]));
    let kept = 0;
    for (const b of boxes) {
      const wanted = next.has(b.dataset.box);
      if (!keep || b.checked === preset.has(b.dataset.box)) b.checked = wanted;
      else kept += b.checked !== wanted;
    }
    preset = next;
    if (followed) followed.value = levels.value && role() + '.' + levels.value;
    if (say) say.textContent = kept ? plural(say, kept) : '';
    mark();
  }
  form.addEventListener('change', e => {
    const box = e.target;
    if (box === levels) take(true);
    else if (box.matches('[data-role]')) { fit(); take(true); }
    else if (box.matches('[data-box]')) {
      const other = box.checked ? boxes.filter(b => b.dataset.box === box.dataset.needs && !b.checked)
                                : boxes.filter(b => b.dataset.needs === box.dataset.box && b.checked);
      for (const b of other) b.checked = box.checked;
      if (say) say.textContent = other.map(b => fill(box.checked ? say.dataset.also : say.dataset.alsoOff, { name: label(b) })).join(' ');
      mark();
    }
  });
  form.addEventListener('click', e => {
    if (!e.target.closest('[data-preset-back]')) return;
    e.preventDefault();
    take(false);
    changed(form);
    levels.focus();
  });
  fit();
  preset = words(preset_of(levels.selectedOptions[0]));
  mark();
}

/* ---- preview, unsaved input ---- */
function preview(form) {
  const own = note(form);
  clearTimeout(own.timer);
  own.late = true;
  own.timer = setTimeout(() => {
    const out = $('[data-preview-out]', form.closest('dialog') || document);
    if (!out) return;
    out.setAttribute('aria-busy', 'true');
    if (own.asking) own.asking.abort();
    own.asking = ask('POST', form.dataset.preview, unsecret(form), (doc, status) => {
      out.removeAttribute('aria-busy');
      const fresh = doc && status < 400 && $('[data-preview-out]', doc);
      if (!fresh) return;
      own.late = false;
      const at = out.contains(document.activeElement) && document.activeElement.id;
      out.replaceChildren(...fresh.childNodes);
      if (at) document.getElementById(at)?.focus();
      if (own.entered) first(form);
    });
  }, form.closest('[data-finder]') ? 120 : 400);
}

/* Enter in a finder goes to the first result, of what was typed last. */
function first(form) {
  const own = note(form), link = $('[data-preview-out] a', form.parentNode);
  own.entered = own.late;
  if (!own.late && link) link.click();
}

/* What one looks for is nothing that could be lost. */
const looks = form => form.matches('[role=search]');

function changed(form) {
  note(form).dirty = !looks(form);
  if (sheet?.contains(form) && !looks(form)) sheet.dirty = true;
  if (form.dataset.preview) preview(form);
}
on('input', e => { if (e.target.form && e.target.form.method === 'post') changed(e.target.form); });
on('beforeunload', e => { if (!leaving && all('form[data-guard]').some(f => note(f).dirty)) e.preventDefault(); });

/* ---- clicks and submits ---- */
on('click', e => {
  if (sheet && !sheet.open) closed({ target: sheet });
  const at = what => e.target.closest(what), link = at('a[data-sheet]'), reveal = at('[data-reveal]');
  if (link && !sheet && !e.defaultPrevented && !(e.metaKey || e.ctrlKey || e.shiftKey || e.button)) {
    e.preventDefault();
    if (!link.hasAttribute('aria-busy')) open(link);
  } else if (reveal) {
    const input = document.getElementById(reveal.dataset.reveal), shown = input.type === 'password';
    input.type = shown ? 'text' : 'password';
    reveal.setAttribute('aria-pressed', shown);
  } else if (at('[data-copy]')) {
    const b = at('[data-copy]');
    navigator.clipboard.writeText(document.getElementById(b.dataset.copy).textContent)
      .then(() => { b.nextElementSibling.textContent = b.dataset.done; });
  } else if (sheet && at('[data-close]')) {
    e.preventDefault();
    if (may_close()) sheet.close();
  } else if (sheet && at('[data-stay]')) {
    at('[data-stay]').closest('.sheet-b > *').remove();
    sheet.asked = false;
  } else if (sheet && at('[data-leave]')) sheet.close();
});

on('submit', e => {
  const form = e.target;
  if (e.defaultPrevented || form.method !== 'post') return;
  if (looks(form) && form.dataset.preview) return e.preventDefault(), form.closest('[data-finder]') ? first(form) : preview(form);
  if (Date.now() - (note(form).sent || 0) < 10000) return e.preventDefault(); /* a second click */
  note(form).sent = Date.now();
  if (sheet?.contains(form) && !('page' in form.dataset)) {
    e.preventDefault();
    send(form, e.submitter);
  } else leaving = true;
});

on('pageshow', e => {
  if (!e.persisted) return;
  root.hidden = true; /* who signed out meanwhile sees nothing */
  location.reload();
});

/* ---- dragging an appointment: to the dialog that moves it ---- */
let drag = null;
const under = (e, what) => e.target.closest && e.target.closest(what);
on('dragstart', e => {
  const moved = under(e, 'a[data-move]');
  drag = moved && { moved, above: e.clientY - moved.getBoundingClientRect().top };
});
on('dragend', () => { drag = null; });
on('dragover', e => {
  const lane = drag && under(e, '.lane[data-lane]');
  if (lane && getComputedStyle(lane).display === 'grid') e.preventDefault();
});
on('drop', e => {
  const lane = drag && under(e, '.lane[data-lane]');
  if (!lane) return;
  e.preventDefault();
  const box = lane.getBoundingClientRect(), from = +lane.parentNode.dataset.from, to = +lane.parentNode.dataset.to;
  const rows = (e.clientY - drag.above - box.top) / box.height * (to - from) / 5;
  const minute = Math.min(to - 5, Math.max(from, from + 5 * Math.round(rows)));
  const two = n => String(n).padStart(2, '0');
  const asked = { date: lane.dataset.day, time: `${two(Math.floor(minute / 60))}:${two(minute % 60)}`, [lane.dataset.as || 'practitioner']: lane.dataset.lane };
  if (!sheet) open(drag.moved, `${drag.moved.href}/move?${new URLSearchParams(asked)}`);
});

/* ---- keys ---- */
let before = '';
/* Arrows lead through what a finder found, and back to its field; Escape is the end, whatever is typed. */
function walk(e) {
  const finder = e.target.closest && e.target.closest('[data-finder]'), step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
  if (finder && sheet && e.key === 'Escape') return e.preventDefault(), sheet.close(), closed({ target: sheet }), true;
  if (!finder || !step) return false;
  const links = all('[data-preview-out] a', finder), at = links.indexOf(e.target) + step;
  (at < 0 ? $('input[type=search]', finder) : links[Math.min(at, links.length - 1)])?.focus();
  e.preventDefault();
  return true;
}
on('keydown', e => {
  const finder = e.key === 'k' && (e.ctrlKey || e.metaKey) && !e.shiftKey && !e.altKey && $('[data-palette]');
  if (finder) return e.preventDefault(), sheet || finder.click();
  if (walk(e)) return;
  const field = e.target.closest && e.target.closest('input,textarea,select,[contenteditable]');
  if (e.key === 'Enter' && (e.ctrlKey || e.metaKey) && field && field.form) {
    e.preventDefault();
    return field.form.requestSubmit();
  }
  if (sheet && !sheet.open) closed({ target: sheet });
  if (root.dataset.shortcuts === 'off' || field || e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented) return;
  const where = sheet || document, rows = all('tr[data-row]', where), row = document.activeElement.closest('tr[data-row]');
  const key = /^([a-z]|Arrow(Left|Right))$/.test(e.key) && !(e.key[1] && e.target.matches('[tabindex]:not(main)')) ? e.key : '', moves = { j: 1, k: -1 }[key], went = before === 'g';
  let target = null, step = e.key === '/' || (moves && !went);
  if (went) target = key && $(`[data-go=${key}]`, where);
  else if (e.key === '/') target = $('[data-filter]', where);
  else if (e.key === '?') target = $('[data-help]', where);
  else if (moves) target = rows.length && $('a,button', rows[Math.max(0, Math.min(rows.length - 1, rows.indexOf(row) + moves))]);
  else if (key) target = row && $(`[data-key=${key}]`, row) || all(`[data-key=${key}]`, where).find(b => !b.closest('tr[data-row]'));
  before = went ? '' : key;
  if (!target) return;
  e.preventDefault();
  step ? target.focus() : target.click();
});

/* ---- a screen that nobody looks at ---- */
let shade = null, warning = null;
function cover(id, name) {
  const d = document.createElement('dialog'), inside = copy(id);
  if (!inside) return null;
  d.className = name;
  d.append(inside);
  const heading = $('h1,h2,h3', d);
  if (heading) { heading.id = id + '-heading'; d.setAttribute('aria-labelledby', heading.id); }
  document.body.append(d);
  d.showModal();
  return d;
}
function lift(e) {
  active = Date.now();
  if (!shade) return;
  if (e.type === 'keydown') { e.preventDefault(); e.stopPropagation(); }
  shade.close();
  shade.remove();
  shade = null;
}
for (const type of ['keydown', 'pointerdown', 'pointermove', 'wheel']) on(type, lift, true);

function tick() {
  const now = Date.now(), { shade: cover_after, idle } = root.dataset;
  if (cover_after && !shade && now - active > cover_after * minute) shade = cover('shade', 'shade');
  if (!idle) return;
  const left = contact + idle * minute - now;
  if (left < 0 && !all('form').some(f => note(f).dirty)) { leaving = true; contact = now; location.reload(); }
  if (left > 2 * minute || left < 0 || warning) return;
  warning = cover('idle', 'ask');
  if (!warning) return;
  warning.addEventListener('click', e => {
    if (e.target.closest('[data-stay]')) { e.preventDefault(); warning.close(); }
  });
  warning.addEventListener('close', () => {
    warning.remove();
    warning = null;
    ask('GET', location.href, null, (doc, status, at) => { if (plain(at) !== plain(location.href)) go(at); });
  });
}
if (root.dataset.shade || root.dataset.idle) setInterval(tick, 5000);

/* ---- what happens elsewhere ---- */
let stream = null, again = 0, news = 0, source = root.dataset.events;

/* Nothing of the page stays, whatever lay over it; but what was just sent may have ended it. */
function gone(why, late) {
  if (!late && (leaving || $('dialog[aria-busy]'))) return setTimeout(gone, 1000, why, true);
  const page = copy('gone-' + why);
  source = '';
  listen();
  if (!page) { root.hidden = true; return location.reload(); }
  delete root.dataset.shade;
  delete root.dataset.idle;
  $('a', page).href = location.pathname + location.search;
  document.body.replaceChildren(page);
  document.title = $('h1').textContent;
  $('h1').focus();
}

/* A browser does not say why it gave a stream up, so: may this page still listen? */
function recheck() {
  const x = new XMLHttpRequest();
  x.open('GET', source);
  x.setRequestHeader('X-Linden-Fragment', '1');
  x.onloadend = () => {
    if (x.status === 403 || x.status === 404) gone(x.status === 403 ? x.response : 'access');
    else again = setTimeout(x.status === 204 ? listen : recheck, 10000);
  };
  x.send();
}

function listen() {
  clearTimeout(again);
  if (stream) stream.close();
  stream = null;
  if (!source || document.hidden) return;
  stream = new EventSource(source);
  stream.addEventListener('ended', e => gone(e.data));
  stream.addEventListener('changes', e => {
    const line = $('[data-changes]');
    source = source.replace(/\d+$/, e.lastEventId);
    news += +e.data;
    $('span', line).textContent = news > 0 ? plural(line, news) : line.dataset.many;
    line.hidden = false;
  });
  stream.onerror = e => { dispatchEvent(new Event('offline')); if (e.target.readyState > 1) recheck(); };
}
on('visibilitychange', listen);
again = setTimeout(listen, 500);

ready(document);
})();

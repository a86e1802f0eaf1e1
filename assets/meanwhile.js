/* meanwhile.js - what happens to a page that stays open.  Everything works without it; see app.js.
 *
 * PROGRESS  [data-progress] is asked for again every 2 seconds while somebody is there; when it is
 *           gone from the answer, the page is opened anew.
 * REFRESH   [data-refresh=60] is asked for again every 60 seconds while somebody is there, unless the
 *           focus is in it, or something lies over it or is dragged.
 * SLOW      above what is aria-busy for 10 seconds <template id="slow"> says so.
 * OFFLINE   when nobody answers, <template id="offline"> stands above the page until somebody does, and
 *           forms of the page are held: what was entered stays.  app.js says "offline" when its stream broke. */
(() => {
'use strict';
const $ = (what, where = document) => where.querySelector(what);
const all = (what, where = document) => [...where.querySelectorAll(what)];
const on = (type, what) => addEventListener(type, what, true);
const minute = 60000, source = document.documentElement.dataset.events;
let active = Date.now(), dragged = false, leaving = false;
for (const type of ['keydown', 'pointerdown', 'pointermove', 'wheel']) on(type, () => { active = Date.now(); });
on('dragstart', () => { dragged = true; });
on('dragend', () => { dragged = false; });
on('pagehide', () => { leaving = true; });

function ask(url, kind, done) {
  const x = new XMLHttpRequest();
  x.open('GET', url);
  if (kind) x.responseType = kind;
  else x.setRequestHeader('X-Linden-Fragment', '1');
  x.onloadend = () => done(x);
  x.send();
}

/* ---- what takes its time ---- */
function progress() {
  if (!$('[data-progress]')) return;
  setTimeout(() => {
    if (leaving || document.hidden || Date.now() - active > 5 * minute) return progress();
    ask(location.href, 'document', x => {
      const out = $('[data-progress]'), fresh = x.response && $('[data-progress]', x.response);
      if (fresh) out.replaceChildren(...fresh.childNodes);
      else if (x.status && x.status < 400) return location.assign(location.href.split('#')[0]);
      progress();
    });
  }, 2000);
}
progress();

/* ---- what others change ---- */
function refresh() {
  const out = $('[data-refresh]');
  const left = () => leaving || dragged || document.hidden || $('dialog[open]') || out.contains(document.activeElement) || Date.now() - active > 5 * minute;
  if (out) setTimeout(() => {
    if (left()) return refresh();
    ask(location.href, 'document', x => {
      const fresh = x.status === 200 && x.responseURL === location.href.split('#')[0] && $('[data-refresh]', x.response);
      if (fresh && !left()) renew(out, fresh);
      refresh();
    });
  }, out.dataset.refresh * 1000);
}

/* What scrolls inside stays where it was, and what is open stays open. */
function renew(out, fresh) {
  const { scrollTop, scrollLeft } = $('[tabindex]', out) || out, open = all('details', out).map(d => d.open);
  out.replaceChildren(...fresh.childNodes);
  Object.assign($('[tabindex]', out) || out, { scrollTop, scrollLeft });
  all('details', out).forEach((d, i) => { d.open = open[i]; });
}
refresh();

/* ---- what takes long ---- */
const waiting = new WeakMap();
function slow(place) {
  clearTimeout(waiting.get(place)?.timer);
  waiting.get(place)?.words.remove();
  if (place.getAttribute('aria-busy') !== 'true' || place.localName === 'a' || !$('#slow')) return;
  const words = $('#slow').content.firstElementChild.cloneNode(true);
  waiting.set(place, { words, timer: setTimeout(() => ($('.sheet-b', place) || place).prepend(words), 10000) });
}
new MutationObserver(seen => seen.forEach(one => slow(one.target)))
  .observe(document, { subtree: true, attributeFilter: ['aria-busy'] });

/* ---- nobody answers ---- */
let away = null;
const knock = () => ask(source || location.href, '', x => lost(!x.status || x.status > 501));

function lost(now) {
  const words = $('#offline');
  if (now && !away && !leaving && words) {
    away = words.content.firstElementChild.cloneNode(true);
    away.tabIndex = -1;
    $('main').prepend(away);
  } else if (!now && away) {
    away.remove();
    away = null;
  }
  if (away) setTimeout(knock, 3000);
}
on('offline', () => { if (!away) setTimeout(knock, 500); });
on('submit', e => {
  if (!away || e.target.method !== 'post' || e.target.closest('dialog')) return;
  e.preventDefault();
  away.focus();
});
})();

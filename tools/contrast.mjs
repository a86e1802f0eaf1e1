/* contrast.mjs - are the colours of assets/app.css far enough apart?  node tools/contrast.mjs
 * Text 4.5:1, controls and focus 3:1 (WCAG 2.2 AA), in light and in dark. */
import { readFileSync } from 'node:fs';

const css = readFileSync(new URL('../assets/app.css', import.meta.url), 'utf8');
const tokens = {};
for (const [, name, light, dark] of css.matchAll(/--([\w-]+):\s*light-dark\((#\w{6}), (#\w{6})\)/g))
    tokens[name] = { light, dark };

const grounds = ['bg', 'surface', 'sunken'];
const pairs = [];
for (const ground of grounds) {
    for (const text of ['text', 'muted', 'brand', 'brand-hi', 'danger-tx', 'ok-tx', 'warn-tx', 'info-tx'])
        pairs.push([text, ground, 4.5]);
    for (const control of ['line-ctl', 'focus', 'brand', 'danger', 'ok', 'warn-ln'])
        pairs.push([control, ground, 3]);
}
pairs.push(['off', 'surface', 4.5], ['off', 'bg', 4.5], ['off', 'sunken', 4.5]);
for (const kind of ['brand', 'danger', 'warn', 'ok', 'info']) pairs.push([`${kind}-tx`, `${kind}-bg`, 4.5]);
for (const kind of ['brand', 'danger'])
    pairs.push([`on-${kind}`, kind, 4.5], [`on-${kind}`, `${kind}-hi`, 4.5]);
pairs.push(['text', 'brand-bg', 4.5], ['brand', 'brand-bg', 3], ['focus', 'brand-bg', 3]);

const luminance = hex => {
    const [r, g, b] = [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16) / 255)
        .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a, b) => {
    const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
};

let passed = 0, failed = 0;
for (const [front, back, least] of pairs)
    for (const theme of ['light', 'dark']) {
        const missing = [front, back].filter(name => !tokens[name]);
        const ratio = missing.length ? 0 : contrast(tokens[front][theme], tokens[back][theme]);
        if (ratio >= least) { passed++; continue; }
        failed++;
        console.log(`FAIL ${theme}: ${front} on ${back} is ${ratio.toFixed(2)}:1, wanted ${least}:1`, ...missing);
    }
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;

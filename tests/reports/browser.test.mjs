// Every report.html in a browser: what axe-core finds, whether it asks anything of anyone, whether
// it fits. REPORTS names the folder that sample_reports filled.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { openBrowser, themes, widths } from './browser.mjs';

const reports = resolve(process.env.REPORTS);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
// The large one is looked at for its size only; the others in full.
const large = 'large.html';
const files = readdirSync(reports).filter((name) => name.endsWith('.html'));

let browser;
before(async () => {
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
});

async function open(name, theme, width) {
  const page = await browser.context.newPage();
  const asked = [];
  const trouble = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('console', (message) => trouble.push(message.text()));
  page.on('pageerror', (error) => trouble.push(String(error)));
  page.on('dialog', (dialog) => {
    trouble.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  await page.emulateMedia({ colorScheme: theme });
  await page.setViewportSize({ width, height: 900 });
  const url = pathToFileURL(join(reports, name)).href;
  await page.goto(url);
  return { page, url, asked, trouble };
}

// What axe-core says of the page with everything unfolded, as lines a person can act on.
async function violations(page) {
  await page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true;
  });
  await page.evaluate(axe);
  const result = await page.evaluate(() =>
    globalThis.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      resultTypes: ['violations'],
    }),
  );
  return result.violations.map(
    (found) => `${found.id}: ${found.help}: ${found.nodes.slice(0, 3).map((n) => n.html.slice(0, 200)).join(' | ')}`,
  );
}

const overflow = (page) =>
  page.evaluate(() => {
    const wide = document.documentElement.clientWidth;
    // These are cut at their own edge.
    const inside = (e) => e.closest('.unseen, .skip, svg, .graph .subject, .graph .meta') !== null;
    const culprits = [...document.querySelectorAll('body *')]
      .filter((e) => !inside(e) && e.getBoundingClientRect().right > wide + 1)
      .slice(0, 3)
      .map((e) => e.outerHTML.slice(0, 160));
    return { scrolls: document.documentElement.scrollWidth > wide, culprits };
  });

for (const name of files) {
  for (const theme of themes) {
    for (const width of widths) {
      if (name === large && theme === 'dark') continue;
      test(`${name}, ${theme}, ${width} px`, async (t) => {
        const { page, url, asked, trouble } = await open(name, theme, width);
        await t.test('asks nothing of any server', () => {
          assert.deepEqual(asked.filter((one) => one !== url && !one.startsWith('data:')), []);
        });
        await t.test('fits the window', async () => {
          assert.deepEqual(await overflow(page), { scrolls: false, culprits: [] });
        });
        if (name !== large) {
          await t.test('has no fault that axe-core knows', async () => {
            assert.deepEqual(await violations(page), []);
          });
          await t.test('fits the window unfolded', async () => {
            assert.deepEqual(await overflow(page), { scrolls: false, culprits: [] });
          });
        }
        assert.deepEqual(trouble, []);
        await page.close();
      });
    }
  }
}

test('foreign text makes no element of its own', async () => {
  const { page } = await open('hostile.html', 'light', 1280);
  const counted = await page.evaluate(() => ({
    foreignElements: document.querySelectorAll(
      'script, img, iframe, object, embed, form, input, b, button, base',
    ).length,
    handlers: [...document.querySelectorAll('*')].filter((e) =>
      [...e.attributes].some((a) => a.name.startsWith('on')),
    ).length,
    schemes: [...new Set([...document.querySelectorAll('a[href]')].map((a) => a.protocol))].sort(),
    mains: document.querySelectorAll('main').length,
    outside: [...document.body.children].map((e) => e.className),
  }));
  assert.deepEqual(counted, {
    foreignElements: 0,
    handlers: 0,
    schemes: ['file:', 'https:'],
    mains: 1,
    outside: ['skip', 'page'],
  });
  await page.close();
});

test('the page forbids itself everything but its own style', async () => {
  const { page } = await open('synced.html', 'light', 1280);
  const policy = await page.getAttribute('meta[http-equiv="Content-Security-Policy"]', 'content');
  assert.match(policy, /^default-src 'none'; style-src 'unsafe-inline'; img-src data:/);
  await page.close();
});

test('the keyboard reaches every link and every fold, in the order of the page', async () => {
  const { page } = await open('diverged.html', 'light', 1280);
  const expected = await page.evaluate(() => {
    const shown = (e) => e.checkVisibility({ contentVisibilityAuto: true });
    return [...document.querySelectorAll('a[href], summary')].filter(shown).map((e) => e.textContent);
  });
  const reached = [];
  for (let i = 0; i < expected.length; i += 1) {
    await page.keyboard.press('Tab');
    reached.push(await page.evaluate(() => document.activeElement.textContent));
  }
  assert.deepEqual(reached, expected);
  assert.equal(reached[0], 'Skip to the report');
  await page.close();
});

test('on paper the folded lists are unfolded, in dark ink', async () => {
  const { page } = await open('synced.html', 'dark', 1280);
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  const printed = await page.evaluate(() => ({
    ground: getComputedStyle(document.body).backgroundColor,
    ink: getComputedStyle(document.body).color,
    commits: document.querySelector('.commits li').checkVisibility(),
  }));
  assert.deepEqual(printed, { ground: 'rgb(255, 255, 255)', ink: 'rgb(0, 0, 0)', commits: true });
  await page.close();
});

// Takes pictures of report pages, for people:
//   node screenshots.mjs FOLDER_OF_REPORTS FOLDER_OF_PICTURES [SAMPLE,…]
// UNFOLD=1 shows what is folded too.
import { mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openBrowser, themes, widths } from './browser.mjs';

const kPart = 1400; // pixels: a long page is cut into pictures that can be looked at

const [reports, pictures, only] = process.argv.slice(2);
mkdirSync(pictures, { recursive: true });
const browser = await openBrowser();
const page = await browser.context.newPage();
for (const file of readdirSync(reports).filter((name) => name.endsWith('.html'))) {
  const sample = file.replace('.html', '');
  if (only && !only.split(',').includes(sample)) continue;
  for (const theme of themes) {
    for (const width of widths) {
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize({ width, height: 900 });
      await page.goto(pathToFileURL(resolve(reports, file)).href);
      if (process.env.UNFOLD) {
        await page.evaluate(() => {
          for (const details of document.querySelectorAll('details')) details.open = true;
        });
      }
      const scrollHeight = await page.evaluate(() => document.documentElement.scrollHeight);
      for (let y = 0, part = 1; y < scrollHeight; y += kPart, part += 1) {
        await page.screenshot({
          path: join(pictures, `${sample}-${theme}-${width}-${part}.png`),
          fullPage: true,
          clip: { x: 0, y, width, height: Math.min(kPart, scrollHeight - y) },
        });
      }
    }
  }
}
await browser.close();

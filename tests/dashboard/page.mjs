// The page in Chromium, while an editor's server works. Prints TAP.
//
//     node tests/dashboard/page.mjs SWITCHYARD FAKE-MODEL MODULES
//
// MODULES: the folder with playwright-core.
import { resolve } from 'node:path';
import { Editor, Home, launch, until } from './world.mjs';

const [program, fake, modules] = process.argv.slice(2).map((path) => resolve(path));
const TEXT = `import os, \n\n\ndef area(radius):\n    return radi\n\n\ndef last(rows):\n    # nothing of \n    pass\n`;
const [IMPORT, BODY, COMMENT] = [0, 4, 8];
const SCRIPT = {
  exact: { text: 'system', usage: { in: 1000, out: 20 } },
  other: { text: 'us * 2', usage: { in: 10, out: 5 } },
};
const configuration = (endpoint) => ({
  providers: [
    {
      name: 'cloud',
      type: 'openai',
      dialect: 'openai-text',
      endpoint: `${endpoint}/v1`,
      models: [
        { id: 'exact', cost_per_million: { input: 250000, output: 500000 } },
        { id: 'other', cost_per_million: { input: 100000, output: 100000 } },
        { id: 'status-401' },
      ],
    },
  ],
  routes: [
    { class: 'import', model: 'exact' },
    { class: 'comment', models: ['status-401', 'other'] },
    { default: 'other' },
  ],
  rules: [{ condition: 'input_length > 8000', action: 'exclude_model:exact' }],
  budgets: [{ for: 'all', per: 'month', dollars: 2000 }],
  cache: { enabled: false },
  debounce_ms: 0,
  draft_ms: 'never',
  deadline_ms: 20000,
});

let number = 0;
let failed = 0;

function report(good, name, note = '') {
  number++;
  console.log(`${good ? 'ok' : 'not ok'} ${number} - ${name}`);
  if (good) return;
  failed++;
  for (const line of String(note).split('\n')) console.log(`# ${line}`);
}

const trim = (text) => text.replace(/\s+/g, ' ').trim();

class Page {
  constructor(page) {
    this.page = page;
    this.troubles = [];
    this.elsewhere = [];
  }

  async open(address) {
    const { page } = this;
    page.on('console', (m) => m.type() === 'error' && this.troubles.push(m.text()));
    page.on('pageerror', (error) => this.troubles.push(error.message));
    page.on('request', (r) => r.url().startsWith(address) || this.elsewhere.push(r.url()));
    await page.goto(address);
  }

  text(selector) {
    return this.page.locator(selector).first().innerText().then(trim).catch(() => '');
  }

  /** The rows of a table, as texts of their cells. */
  rows(id) {
    return this.page.locator(`#${id} tbody > tr:not(.opened)`).evaluateAll((rows) =>
      rows.map((row) => [...row.cells].map((cell) => cell.innerText.replace(/\s+/g, ' ').trim())),
    );
  }

  async row(id, first) {
    return (await this.rows(id)).find(([name]) => name === first);
  }

  async sum(title) {
    const all = await this.page.locator('#sums > div').allInnerTexts();
    return all.map(trim).find((text) => text.startsWith(title)) ?? '';
  }

  async sees(what, name) {
    report(await until(what), name, await this.text('main'));
  }
}

async function beginsEmpty(p) {
  await p.sees(async () => /Nothing was recorded yet/.test(await p.text('#empty')) || /Nothing in this time/.test(await p.text('#empty')), 'an empty history is said to be one');
  report(/switchyard complete FILE:LINE:COL/.test(await p.text('#empty')), 'and what to do');
  await p.sees(async () => (await p.text('#live')) === 'Live', 'it says that it is live');
  await p.sees(async () => (await p.rows('now')).length === 4, 'the models are there');
}

async function figuresMove(p, editor) {
  for (let i = 0; i < 3; i++) await editor.complete(IMPORT);
  await p.sees(async () => /^Completions 3 /.test(await p.sum('Completions')), 'completions are counted while they are made');
  report(!(await p.page.locator('#empty').isVisible()), 'nothing is said of an empty history');
  await p.sees(async () => /^Cost \$780\.00 /.test(await p.sum('Cost')), 'their cost is right');
  await p.sees(async () => (await p.row('groups', 'exact'))?.slice(1, 3).join() === '3,3', 'and their model');
  const item = await editor.complete(BODY);
  await p.sees(async () => /^Completions 4 /.test(await p.sum('Completions')), 'one more is one more');
  await editor.accept(item);
  await p.sees(async () => /^Accepted .* 1 of \d judged, 1 as a whole/.test(await p.sum('Accepted')), 'what is accepted is counted');
  await editor.complete(COMMENT);
  await p.sees(async () => (await p.row('failures', 'the service refused the key'))?.[1] === '1', 'failures are counted by kind');
  await p.sees(async () => (await p.row('budgets', 'all, a month'))?.slice(1, 3).join() === '$1217.00,$783.00', 'the budget goes down');
}

async function groups(p) {
  for (const [by, wanted] of [
    ['Class', 'import,body,comment'],
    ['Language', 'python'],
    ['Editor', 'tested'],
    ['Route', 'routes[0]'],
  ]) {
    await p.page.getByRole('radio', { name: by, exact: true }).check();
    await p.sees(
      async () => {
        const names = (await p.rows('groups')).map(([name]) => name);
        return wanted.split(',').every((name) => names.includes(name));
      },
      `calls by ${by.toLowerCase()}`,
    );
  }
  await p.page.getByRole('radio', { name: 'Model', exact: true }).check();
}

async function filters(p) {
  await until(async () => (await p.page.locator('select[name=class] option').count()) > 3);
  await p.page.selectOption('select[name=class]', 'import');
  await p.sees(async () => /^Completions 3 /.test(await p.sum('Completions')), 'a class alone');
  await p.sees(async () => (await p.rows('decisions')).length === 3, 'and its decisions');
  await p.page.selectOption('select[name=model]', 'other');
  await p.sees(async () => /Nothing in this time and with these filters/.test(await p.text('#empty')), 'nothing is left by two that exclude each other');
  await p.page.getByRole('button', { name: 'Show all' }).click();
  await p.sees(async () => /^Completions 5 /.test(await p.sum('Completions')), 'all of them again');
  const [download] = await Promise.all([
    p.page.waitForEvent('download'),
    p.page.locator('#decisions-csv').click(),
  ]);
  report(download.suggestedFilename() === 'switchyard-completions.csv', 'they are exported');
}

async function opensByKeyboard(p) {
  const row = p.page.locator('#decisions .opener').nth(4);
  await row.focus();
  await p.page.keyboard.press('Enter');
  const detail = p.page.locator('#decisions tr.opened:visible');
  await p.sees(async () => /Candidates/.test(await detail.innerText().catch(() => '')), 'a row opens by a key');
  const text = trim(await detail.innerText());
  report(/exact \(cloud\)/.test(text) && /builtin/.test(text), 'into candidates', text);
  report(/rules\[0\] input_length > 8000 exclude_model:exact no/.test(text), 'rules', text);
  report(/depth 0/.test(text), 'and features', text);
  report((await row.getAttribute('aria-expanded')) === 'true', 'which is said to who can not see it');
  return { row, detail };
}

async function staysOpen(p, editor, { row, detail }) {
  await editor.complete(IMPORT);
  await p.sees(async () => /^Completions 6 /.test(await p.sum('Completions')), 'it goes on');
  report(await detail.isVisible(), 'what is open stays open');
  report(await row.page().evaluate(() => document.activeElement.classList.contains('opener')), 'and the focus where it is');
  await p.page.keyboard.press('Enter');
  report(await until(async () => (await detail.count()) === 0), 'until it is closed');
}

async function charts(p) {
  for (const id of ['first', 'total', 'cost']) {
    const chart = p.page.locator(`#${id} canvas`);
    await p.sees(async () => chart.isVisible(), `there is a chart: ${id}`);
    const label = await p.page.locator(`#${id} [role=img]`).getAttribute('aria-label');
    report(/exact/.test(label), 'which says what it shows', label);
    await p.page.locator(`#${id} summary`).click();
    const text = await p.text(`#${id} table:not(.u-legend)`);
    report(/exact/.test(text), 'and is there as a table', text);
    await p.page.locator(`#${id} .plot`).focus();
    await p.page.keyboard.press('ArrowRight');
    const legend = await until(async () => /(ms|s|\$\d\S*)( |$)/.test(await p.text(`#${id} .u-legend`)));
    report(legend, 'with values by arrow keys', await p.text(`#${id} .u-legend`));
  }
}

async function isAccessible(p) {
  for (const role of ['banner', 'main', 'contentinfo'])
    report((await p.page.getByRole(role).count()) === 1, `one landmark: ${role}`);
  const unnamed = await p.page.evaluate(() =>
    [...document.querySelectorAll('section, [role=region], form')].filter(
      (e) => !e.hidden && !e.getAttribute('aria-label') && !document.getElementById(e.getAttribute('aria-labelledby'))?.textContent,
    ).length,
  );
  report(unnamed === 0, 'all parts have names', unnamed);
  await p.page.evaluate(() => {
    document.body.setAttribute('tabindex', '-1');
    document.body.focus();
  });
  await p.page.keyboard.press('Tab');
  report(/Skip to the figures/.test(await p.page.evaluate(() => document.activeElement.textContent)), 'the first tab skips to the figures');
  const levels = await p.page.locator('h1, h2, h3').evaluateAll((all) => all.map((h) => Number(h.tagName[1])));
  report(levels.every((level, i) => !i || level <= levels[i - 1] + 1), 'headings skip no level', levels);
}

/** The contrast of what is written, by WCAG 2.2 (1.4.3: 4.5 to 1). */
async function canBeRead(p, scheme) {
  await p.page.emulateMedia({ colorScheme: scheme });
  const worst = await p.page.evaluate(() => {
    const light = (text) => {
      const [r, g, b] = text.match(/[\d.]+/g).map((n) => n / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (e) => {
      for (; e; e = e.parentElement) {
        const colour = getComputedStyle(e).backgroundColor;
        if (!/, 0\)$/.test(colour)) return colour;
      }
      return 'rgb(255, 255, 255)';
    };
    const all = [...document.querySelectorAll('body *')].filter((e) => e.checkVisibility() && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()));
    return all
      .map((e) => {
        const [a, b] = [light(getComputedStyle(e).color), light(behind(e))].sort((x, y) => y - x);
        return [(a + 0.05) / (b + 0.05), `${e.tagName}.${e.className} ${e.textContent.slice(0, 40)}`];
      })
      .sort((x, y) => x[0] - y[0])[0];
  });
  report(worst[0] >= 4.5, `all text can be read: ${scheme}`, worst);
}

async function fits(p, width) {
  await p.page.setViewportSize({ width, height: 800 });
  const wide = await until(async () =>
    p.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
  );
  report(wide, `it fits into a window of ${width}`);
}

/** A page of another origin, and one whose name was bound anew to us. */
async function othersGetNothing(browser, address, elsewhere) {
  const page = await browser.newPage();
  const rebound = await page.goto(address.replace('127.0.0.1', 'attacker.example'));
  report(rebound.status() === 421, 'a name bound anew gets nothing', rebound.status());
  await page.goto(elsewhere);
  const tried = await page.evaluate(async (theirs) => {
    const refused = () => 'refused';
    const answer = ({ type, status }) => `${type} ${status}`;
    const script = document.createElement('script');
    script.src = `${theirs}uplot.js`;
    const run = new Promise((done) => {
      script.onload = () => done('run');
      script.onerror = () => done('refused');
    });
    document.documentElement.append(script);
    return {
      read: await fetch(`${theirs}report.json`).then(answer, refused),
      blind: await fetch(`${theirs}report.json`, { mode: 'no-cors' }).then(answer, refused),
      posted: await fetch(theirs, { method: 'POST', body: 'x', mode: 'no-cors' }).then(answer, refused),
      run: await run,
    };
  }, address);
  for (const [how, what] of Object.entries(tried))
    report(what === 'refused', `another site gets nothing: ${how}`, what);
  await page.evaluate((theirs) => {
    const frame = document.createElement('iframe');
    frame.src = theirs;
    document.documentElement.append(frame);
    return new Promise((done) => (frame.onload = done));
  }, address);
  const frames = page.frames().map((frame) => frame.url());
  report(!frames.some((url) => url.startsWith(address)), 'nor a frame of it', frames);
  await page.close();
}

async function endIsSaid(p, home) {
  home.panel.kill('SIGTERM');
  report((await home.panel.ended) === 0, 'it ends while pages are open');
  await p.sees(async () => /Not connected/.test(await p.text('#live')), 'which they say');
}

async function main() {
  const home = new Home(program);
  const browser = await launch(modules);
  try {
    const endpoint = await home.models(fake, SCRIPT);
    home.configure(configuration(endpoint));
    const editor = new Editor(home, TEXT);
    await editor.open();
    const p = new Page(await browser.newPage());
    const address = await home.dashboard();
    await p.open(address);
    await beginsEmpty(p);
    await figuresMove(p, editor);
    await groups(p);
    await filters(p);
    await staysOpen(p, editor, await opensByKeyboard(p));
    await charts(p);
    await isAccessible(p);
    for (const scheme of ['light', 'dark']) await canBeRead(p, scheme);
    for (const width of [1280, 700, 340]) await fits(p, width);
    report(!p.troubles.length, 'nothing went wrong on the page', p.troubles.join('\n'));
    report(!p.elsewhere.length, 'and nothing was asked of anybody else', p.elsewhere.join('\n'));
    await othersGetNothing(browser, address, endpoint);
    await endIsSaid(p, home);
    await editor.close();
  } catch (error) {
    report(false, 'the test comes to its end', error.stack);
  } finally {
    await browser.close();
    await home.stop();
  }
  console.log(`1..${number}`);
  process.exit(failed ? 1 : 0);
}

await main();

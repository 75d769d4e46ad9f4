// The documentation's pictures of the dashboard, over a week that is made up
// (week.py).
//
//     node tests/dashboard/pictures.mjs FOLDER SWITCHYARD MODULES
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Home, launch, until } from './world.mjs';

const [folder, program, modules] = process.argv.slice(2).map((path) => resolve(path));
const here = dirname(fileURLToPath(import.meta.url));
const VIEWS = [
  ['dashboard-light', 'light', 1280, 940],
  ['dashboard-dark', 'dark', 1280, 940],
  ['dashboard-narrow', 'light', 390, 940],
];

/** Nothing is asked of these: the week is over. */
const configuration = {
  providers: [
    { type: 'codestral', rpm: 60, auth: { key: '${PICTURE_KEY}' } },
    { type: 'openai', auth: { key: '${PICTURE_KEY}' }, models: [{ id: 'gpt-5-mini' }] },
    { type: 'ollama', max_concurrent: 2, models: [{ id: 'qwen2.5-coder:1.5b-base' }] },
  ],
  routes: [
    { class: 'body', model: 'codestral-latest' },
    { default: 'qwen2.5-coder:1.5b-base' },
  ],
  budgets: [{ for: 'all', per: 'month', dollars: 20 }],
};

function run(home, ...words) {
  const done = spawnSync(words[0], words.slice(1), { cwd: home.folder, env: home.env, encoding: 'utf8' });
  if (done.status) throw new Error(`${words.join(' ')}: ${done.stderr}`);
}

async function picture(browser, address, [name, colorScheme, width, height]) {
  const context = await browser.newContext({
    colorScheme,
    viewport: { width, height },
    locale: 'en-GB',
  });
  const page = await context.newPage();
  await page.goto(address);
  await page.selectOption('select[name=range]', 'week');
  const drawn = await until(async () =>
    /Completions\s+[1-9],/.test(await page.locator('#sums').innerText()) &&
    (await page.locator('canvas').count()) === 3 &&
    !(await page.locator('#empty').isVisible()),
  );
  if (!drawn) throw new Error('the page shows nothing');
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await context.close();
}

const home = new Home(program);
const browser = await launch(modules);
try {
  home.env.PICTURE_KEY = 'not-a-key-of-anybody';
  writeFileSync(join(home.folder, 'a.py'), 'import os\nimport sys\n\n\ndef size(path):\n    return os.path\n\n\ndef last(path):\n    return o');
  run(home, program, 'complete', 'a.py:10:13'); // makes the history
  home.configure(configuration);
  run(home, 'python3', join(here, 'week.py'), home.history);
  const address = await home.dashboard();
  for (const view of VIEWS) await picture(browser, address, view);
} finally {
  await browser.close();
  await home.stop();
}

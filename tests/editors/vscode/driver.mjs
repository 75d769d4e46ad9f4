// The extension as a user has it, by keys and eyes.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { machineFile, settingsFile, until, Workbench } from './workbench.mjs';
import {
  finish,
  FOLDER,
  installProgram,
  Models,
  read,
  report,
  servers,
  SWITCHYARD,
  VSIX,
  WORK,
  write,
} from './world.mjs';

const CONFIG = join(WORK, 'config', 'switchyard', 'config.json');
const FILE = join(FOLDER, 'averages.py');
const PATHS = installProgram();
const KEY = 'sk-of-the-tests-7f3a';

const lines = () => read(FILE).split('\n');

/** Empty while VS Code is writing it, and where it is not there. */
function parsed(path) {
  try {
    return JSON.parse(read(path));
  } catch {
    return {};
  }
}

const settings = () => parsed(settingsFile(WORK));

function configure(port) {
  const endpoint = `http://127.0.0.1:${port}/v1`;
  write(
    CONFIG,
    JSON.stringify({
      providers: [
        {
          name: 'fake',
          type: 'vllm',
          endpoint,
          models: [{ id: 'steady' }, { id: 'other' }, { id: 'never' }],
        },
        {
          name: 'guarded',
          type: 'openai',
          dialect: 'openai-text',
          endpoint,
          auth: { key: '${TESTS_API_KEY}' },
          models: [{ id: 'locked', cost_per_token: 0.002 }],
        },
      ],
      routes: [
        { pattern: '^ *wait', model: 'never' },
        { pattern: '^ *guard', models: ['locked', 'steady'] },
        { default: 'steady' },
      ],
      deadline_ms: 20000,
    }),
  );
}

/** A new line in the body of the function. */
async function newLine(code, after) {
  await code.go(after);
  await code.press('Enter');
}

async function starts(code) {
  const found = await until(async () =>
    code.page.getByText('Found: your configuration').count(),
  );
  report(
    found,
    'the walkthrough opens at the first start, and says what was found',
  );
  report(
    await until(async () => /Switchyard · \$0/.test(await code.bar())),
    "the status bar shows today's cost",
    await code.bar(),
  );
}

async function acceptsAll(code) {
  await code.open('averages.py');
  await code.go(5);
  await code.type('    return ');
  report(
    await code.untilGhost('total / count'),
    'typing brings ghost text',
    await code.ghost(),
  );
  const bar = await until(async () =>
    /steady · body · \$0/.test(await code.bar()),
  );
  report(bar, 'the status bar shows model, class and cost', await code.bar());
  await code.press('Tab', 'Control+s');
  const saved = await until(() => lines()[4] === '    return total / count');
  report(saved, 'Tab takes it, and the file holds it', read(FILE));
}

async function acceptsWord(code) {
  await newLine(code, 5);
  await code.type('x = ');
  await code.untilGhost('total / count');
  await code.press('Control+ArrowRight');
  report(
    await code.untilGhost(' / count'),
    'Ctrl+Right takes a word and leaves the rest',
    await code.ghost(),
  );
  await code.press('Escape', 'Control+s');
  const saved = await until(() => /^ +x = total$/.test(lines()[5]));
  report(saved, 'and the file holds the word', read(FILE));
}

async function cancelsByTyping(code, models) {
  await newLine(code, 6);
  await code.type('wait = ');
  const asked = await until(
    () => models.events({ event: 'request', model: 'never' })[0],
  );
  report(asked, 'a model that never answers is asked', models.told());
  await code.type('1');
  const gone = await until(() =>
    models.events({ event: 'disconnect' }).some(({ n }) => n === asked?.n),
  );
  report(gone, 'typing on cancels what it was asked', models.told());
  await code.press('Home', 'Shift+End', 'Delete');
}

async function turnsOff(code, models) {
  await code.menu();
  await code.choose('Turn off for Python');
  report(
    await until(() => settings()['switchyard.languages']?.python === false),
    'the menu turns it off for this language',
    read(settingsFile(WORK)),
  );
  const before = models.events({ event: 'request' }).length;
  await code.focus();
  await newLine(code, 6);
  await code.type('off = ');
  await code.command('Switchyard: Complete Here');
  report(
    await until(async () =>
      (await code.toasts()).some((text) => /it is off for python/.test(text)),
    ),
    'asked by hand it says that it is off',
    (await code.toasts()).join('\n'),
  );
  report(
    models.events({ event: 'request' }).length === before,
    'and no model is asked',
    models.told(),
  );
  await code.command('Switchyard: Turn On or Off for This Language');
  report(
    await until(() => settings()['switchyard.languages']?.python === undefined),
    'and on again',
    read(settingsFile(WORK)),
  );
  await turnsOffElsewhere(code);
  await code.command('Notifications: Clear All Notifications');
}

/** Off, the status bar shows no figures. */
async function switches(code, row, says, name) {
  await code.menu();
  await code.choose(row);
  const on = row.startsWith('Turn on');
  const done = await until(
    async () => says() && /\$/.test(await code.bar()) === on,
  );
  report(done, name, await code.bar());
}

async function turnsOffElsewhere(code) {
  const file = join(FOLDER, '.vscode', 'settings.json');
  const here = () => parsed(file)['switchyard.enabled'];
  const everywhere = () => settings()['switchyard.enabled'];
  const steps = [
    ['Turn off in this workspace', () => here() === false],
    ['Turn on in this workspace', () => here() === undefined],
    ['Turn off everywhere', () => everywhere() === false],
    ['Turn on everywhere', () => everywhere() === undefined],
  ];
  for (const [row, says] of steps)
    await switches(code, row, says, `the menu: ${row.toLowerCase()}`);
}

async function explains(code) {
  await code.go(5);
  await code.menu();
  await code.choose('Explain this decision');
  const text = await until(async () => {
    const seen = await code.document('Decision.md');
    return (
      /# body → steady/.test(seen) &&
      /1: \*\*steady\*\* \(fake\), named by routes\[2\]/.test(seen) &&
      seen
    );
  });
  report(
    text,
    'the menu explains the decision',
    await code.document('Decision.md'),
  );
  await code.focus();
}

async function chooses(code, models) {
  await code.command('Switchyard: Choose a Model for This Language and Class');
  await code.choose('other');
  const route = await until(() => settings()['switchyard.routes']?.[0]);
  report(
    route?.model === 'other' &&
      route?.class === 'body' &&
      route?.language === 'python',
    'a chosen model becomes a route in the settings',
    read(settingsFile(WORK)),
  );
  await newLine(code, 5);
  await code.type('y = ');
  report(
    await until(
      () => models.events({ event: 'request', model: 'other' }).length,
    ),
    'and is asked',
    models.told(),
  );
  report(
    await until(async () => /other · body/.test(await code.bar())),
    'and shown',
    await code.bar(),
  );
  await code.press('Escape');
  await code.command('Switchyard: Choose a Model for This Language and Class');
  await code.choose('As the route table has it');
  report(
    await until(() => !settings()['switchyard.routes']),
    'until the table decides again',
    read(settingsFile(WORK)),
  );
}

async function showsFound(code) {
  await code.command('Switchyard: Show What Was Found on This Machine');
  const seen = await until(async () => {
    const text = await code.document('Models and keys.md');
    return (
      /steady.* \(fake, this machine\)/.test(text) &&
      /`MISTRAL_API_KEY` \(not set\) adds codestral-latest of Mistral,/.test(
        text,
      )
    );
  });
  report(
    seen,
    'which models there are, and which key would add what',
    await code.document('Models and keys.md'),
  );
  await code.focus();
}

async function keepsKeys(code, models) {
  await code.command('Switchyard: Set or Remove a Key');
  await code.choose('Another variable');
  await code.answer(
    'The variable that your configuration names',
    'TESTS_API_KEY',
  );
  const [before] = servers();
  await code.answer('TESTS_API_KEY', KEY);
  report(
    await until(() => servers().length === 1 && servers()[0] !== before),
    'a key starts the server anew',
    servers(),
  );
  await code.focus();
  await newLine(code, 5);
  await until(async () => /\$/.test(await code.bar()));
  await code.type('guard = ');
  const sent = await until(
    () => models.events({ event: 'request', model: 'locked' })[0],
  );
  report(
    JSON.stringify(sent ?? '').includes(`Bearer ${KEY}`),
    'and reaches its service by way of the environment',
    models.told(),
  );
  const elsewhere = spawnSync('grep', ['-rlF', KEY, WORK], {
    encoding: 'utf8',
  }).stdout;
  report(!elsewhere, 'and stands in no file', elsewhere);
}

async function showsPanel(code) {
  const live = /switchyard dashboard/.test(
    spawnSync(SWITCHYARD, ['--help'], { encoding: 'utf8' }).stdout,
  );
  await code.menu();
  await code.choose('Panel');
  const seen = await until(async () =>
    live
      ? code.page.locator('.terminal-wrapper').count()
      : /has no command "dashboard"/.test(await code.document('Figures.md')),
  );
  report(
    seen,
    live
      ? 'the panel runs'
      : 'without a live panel its figures are shown, and that it is missing',
    await code.document('Figures.md'),
  );
  await code.focus();
  await code.command('Switchyard: Show Models, Health and Costs');
  report(
    await until(async () =>
      / 1 were accepted whole/.test(await code.document('Figures.md')),
    ),
    'the server was told of what was accepted',
    await code.document('Figures.md'),
  );
  await code.focus();
}

async function restarts(code, models) {
  await code.command('Notifications: Clear All Notifications');
  const [before] = servers();
  process.kill(before, 'SIGKILL');
  const said = () =>
    code
      .toasts()
      .then(
        (texts) => texts.filter((text) => /ended by itself/.test(text)).length,
      );
  report(
    await until(() => servers().some((pid) => pid !== before)),
    'a server that was killed is started again',
    servers(),
  );
  report(
    (await until(said)) === 1,
    'which is said',
    (await code.toasts()).join('\n'),
  );
  process.kill(servers()[0], 'SIGKILL');
  report(
    await until(() => servers().some((pid) => pid !== before)),
    'and once more',
  );
  await code.focus();
  await newLine(code, 5);
  await code.type('again = ');
  report(
    await code.untilGhost('total / count'),
    'and the ghost text is back',
    await code.ghost(),
  );
  report(
    (await said()) === 1,
    'and it was said once',
    (await code.toasts()).join('\n'),
  );
}

async function addsService(code) {
  await code.command('Switchyard: Set or Remove a Key');
  await code.choose('Mistral Codestral');
  await code.answer('CODESTRAL_API_KEY', KEY);
  await code.button('Add It');
  const row = await until(async () =>
    /"providers":\[ \{ "type": "codestral" \},/.test(
      await code.document('config.json'),
    ),
  );
  report(
    row,
    'the row of a service is added where its key was given',
    await code.document('config.json'),
  );
  report(
    !read(CONFIG).includes('"codestral"'),
    'and the file is left to be saved',
    read(CONFIG),
  );
}

/** VS Code may look while the file is written, and see nothing of it. */
async function setPath(path, hasCome) {
  for (let tries = 5; tries; tries--) {
    write(machineFile(WORK), JSON.stringify({ 'switchyard.path': path }));
    if (await until(hasCome, 5000)) return true;
  }
  return false;
}

async function missesProgram(code) {
  const nowhere = join(WORK, 'nowhere', 'switchyard');
  const toasts = async (pattern) =>
    (await code.toasts()).filter((text) => pattern.test(text)).length;
  const said = await setPath(nowhere, () =>
    toasts(/nowhere\/switchyard, which is no program that can be run/),
  );
  report(
    said,
    'a program that is not there is named',
    (await code.toasts()).join('\n'),
  );
  report(
    await until(() => servers().length === 0),
    'and no other takes its place',
    servers(),
  );
  const given = await setPath('/bin/false', () =>
    toasts(/ended 5 times within three minutes, .*: code 1/),
  );
  report(
    given,
    'a program that only ends is given up',
    (await code.toasts()).join('\n'),
  );
  report(
    (await toasts(/ended|connection/)) === 1,
    'which is said once',
    (await code.toasts()).join('\n'),
  );
  report(
    await until(async () => /Switchyard$/.test((await code.bar()).trim())),
    'and the status bar shows no figures',
    await code.bar(),
  );
}

/**
 * Nothing configured, a model server on this machine, and a workspace that is
 * not trusted: which model it has is not its choice.
 */
async function finds() {
  const models = await Models.start(
    {
      'qwen2.5-coder:1.5b-base': { text: 'total - count' },
      'llama3:8b': { text: 'no' },
    },
    '--serve',
    'ollama',
  );
  const home = join(WORK, 'wary');
  write(
    join(FOLDER, '.vscode', 'settings.json'),
    JSON.stringify({ 'switchyard.routes': [{ default: 'llama3:8b' }] }),
  );
  const code = await Workbench.start({
    vsix: VSIX,
    work: home,
    folder: FOLDER,
    trust: false,
    settings: { 'security.workspace.trust.startupPrompt': 'never' },
    env: {
      PATH: PATHS,
      XDG_CONFIG_HOME: join(home, 'config'),
      SWITCHYARD_DISCOVER: `http://127.0.0.1:${models.port}`,
    },
  });
  try {
    report(
      await until(() => code.page.getByText('Found: Ollama').count()),
      'a model server on this machine is found',
    );
    await code.open('averages.py');
    await newLine(code, 5);
    await code.type('wary = ');
    report(
      await code.untilGhost('total - count'),
      'a workspace that is not trusted is completed',
      await code.ghost(),
    );
    report(
      !models.events({
        event: 'request',
        path: '/api/generate',
        model: 'llama3:8b',
      }).length,
      'by models that are not its choice',
      models.told(),
    );
  } finally {
    await code.end();
    models.end();
  }
}

const models = await Models.start({
  steady: { text: 'total / count' },
  other: { text: 'total * count' },
  never: { behave: 'hang' },
  locked: { text: 'total + count', usage: { in: 100, out: 10, cached: 0 } },
});
let code;
try {
  write(
    FILE,
    'import csv\n\n\ndef mean(total, count):\n\n\n\nprint(mean(6, 3))\n',
  );
  configure(models.port);
  code = await Workbench.start({
    vsix: VSIX,
    work: WORK,
    folder: FOLDER,
    env: { PATH: PATHS },
  });
  await starts(code);
  await acceptsAll(code);
  await acceptsWord(code);
  await cancelsByTyping(code, models);
  await turnsOff(code, models);
  await explains(code);
  await chooses(code, models);
  await showsFound(code);
  await showsPanel(code);
  await keepsKeys(code, models);
  await restarts(code, models);
  await addsService(code);
  await missesProgram(code);
  await code.end();
  report(
    await until(() => servers().length === 0),
    'the server ends with the editor',
    servers(),
  );
  await finds();
} catch (error) {
  report(false, 'the driver', error.stack);
  if (process.env.SCREEN)
    await code?.page.screenshot({ path: process.env.SCREEN });
} finally {
  await code?.end();
  models.end();
  finish();
}

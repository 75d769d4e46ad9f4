// The status bar's menu, and the commands behind it.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { settingsFile, until } from './workbench.mjs';
import {
  FOLDER,
  Models,
  parsed,
  read,
  report,
  settings,
  SWITCHYARD,
  WORK,
} from './world.mjs';

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

const isOf =
  (text) =>
  ({ body }) =>
    JSON.stringify(body).includes(text);

export async function turnsOff(code, models) {
  await code.menu();
  await code.choose('Turn off for Python');
  report(
    await until(() => settings()['switchyard.languages']?.python === false),
    'the menu turns it off for this language',
    read(settingsFile(WORK)),
  );
  // The file tells before the extension hears of it.
  await until(async () => !/\$/.test(await code.bar()));
  await code.focus();
  await code.newLine(6);
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
    !models.events({ event: 'request' }).some(isOf('off = ')),
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

export async function explains(code) {
  await code.go(5);
  await code.menu();
  await code.choose('Explain this decision');
  const text = await until(async () => {
    const seen = await code.document('Decision.md');
    return (
      /# body → steady/.test(seen) &&
      /1: \*\*steady\*\* \(fake\), named by routes\[3\]/.test(seen) &&
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

export async function chooses(code, models) {
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
  await code.newLine(5);
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

export async function showsFound(code) {
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

export async function showsPanel(code) {
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

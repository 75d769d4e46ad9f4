// What is found where nothing is configured, and who decides on it.
import { join } from 'node:path';
import { until, Workbench } from './workbench.mjs';
import { FOLDER, Models, PATHS, report, VSIX, WORK, write } from './world.mjs';

export async function starts(code) {
  // Before it VS Code itself has to come up, and to start its extensions.
  const found = await until(
    async () => code.page.getByText('Found: your configuration').count(),
    180_000,
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

/** Where there is no configuration yet, a key begins one. */
async function offersFile(code) {
  await code.command('Switchyard: Set or Remove a Key');
  await code.choose('Mistral Codestral');
  await code.answer('CODESTRAL_API_KEY', 'sk-another');
  await code.button('Add It');
  const begins =
    '{"discover":true,"providers":[{"type":"codestral"}],' +
    '"routes":[{"default":"codestral-latest"}]}';
  const shown = async () =>
    (await code.document('config.json')).replaceAll(' ', '');
  report(
    await until(async () => (await shown()) === begins),
    'a key begins a configuration where there is none',
    await shown(),
  );
}

/** A busy machine may be looked at again only when ten seconds are over. */
function looksAgain(code) {
  const found = () => code.page.getByText('Found: Ollama').count();
  return until(async () => {
    if (await until(found, 3000)) return true;
    await code.command('Switchyard: Show What Was Found on This Machine');
    return false;
  }, 60_000);
}

/**
 * Nothing configured, a model server on this machine, and a workspace that is
 * not trusted: which model it has is not its choice.
 */
export async function finds() {
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
    settings: {
      'security.workspace.trust.startupPrompt': 'never',
      'switchyard.deadlineMs': 20000,
    },
    env: {
      PATH: PATHS,
      XDG_CONFIG_HOME: join(home, 'config'),
      SWITCHYARD_DISCOVER: `http://127.0.0.1:${models.port}`,
    },
  });
  try {
    report(await looksAgain(code), 'a model server on this machine is found');
    await code.open('averages.py');
    await code.newLine(5);
    report(
      await code.untilSuggested(6, 'wary = ', 'total - count'),
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
    await offersFile(code);
  } finally {
    await code.end();
    models.end();
  }
}

// The extension as a user has it, by keys and eyes.
import { missesProgram, restarts } from './failures.mjs';
import { finds, starts } from './found.mjs';
import { addsService, keepsKeys } from './keys.mjs';
import {
  chooses,
  explains,
  showsFound,
  showsPanel,
  turnsOff,
} from './menus.mjs';
import { until, Workbench } from './workbench.mjs';
import {
  CONFIG,
  FILE,
  finish,
  FOLDER,
  Models,
  PATHS,
  report,
  servers,
  VSIX,
  WORK,
  write,
} from './world.mjs';
import {
  acceptsAll,
  acceptsWord,
  cancelsByTyping,
  replacesDraft,
} from './writing.mjs';

function configure(port) {
  const endpoint = `http://127.0.0.1:${port}/v1`;
  write(
    CONFIG,
    // A comment is no list of providers.
    '// "providers": [ and so on:\n' +
      JSON.stringify({
        providers: [
          {
            name: 'fake',
            type: 'vllm',
            endpoint,
            models: ['steady', 'other', 'never', 'late'].map((id) => ({ id })),
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
          {
            pattern: '= me$',
            trigger: 'automatic',
            model: 'late',
            draft_ms: 0,
            deadline_ms: 120000,
          },
          { default: 'steady' },
        ],
        deadline_ms: 20000,
        draft_ms: 'never',
        prefetch: 'off',
      }),
  );
}

const models = await Models.start({
  steady: { text: 'total / count' },
  other: { text: 'total * count' },
  never: { behave: 'hang' },
  late: { behave: 'told', text: 'an(total, count)' },
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
  await replacesDraft(code, models);
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
} finally {
  await code?.end();
  models.end();
  finish();
}

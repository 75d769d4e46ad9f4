// Keys, and the services that they are for.
import { spawnSync } from 'node:child_process';
import { until } from './workbench.mjs';
import { CONFIG, read, report, servers, WORK } from './world.mjs';

const KEY = 'sk-of-the-tests-7f3a';

export async function keepsKeys(code, models) {
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
  await code.newLine(5);
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

export async function addsService(code) {
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

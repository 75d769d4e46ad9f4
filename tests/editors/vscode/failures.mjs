// Servers that end, programs that are none.
import { join } from 'node:path';
import { machineFile, until } from './workbench.mjs';
import { report, servers, WORK, write } from './world.mjs';

export async function restarts(code, models) {
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
  const [second] = servers();
  process.kill(second, 'SIGKILL');
  report(
    await until(() =>
      servers().some((pid) => pid !== before && pid !== second),
    ),
    'and once more',
  );
  await code.focus();
  await code.newLine(5);
  report(
    await code.untilSuggested(6, 'again = ', 'total / count'),
    'and the ghost text is back',
    await code.ghost(),
  );
  // It goes away by itself.
  report(
    (await said()) <= 1,
    'and it was said once',
    (await code.toasts()).join('\n'),
  );
}

/** VS Code may look while the file is written, and see nothing of it. */
async function setPath(path, hasCome) {
  for (let tries = 12; tries; tries--) {
    write(machineFile(WORK), JSON.stringify({ 'switchyard.path': path }));
    if (await until(hasCome, 5000)) return true;
  }
  return false;
}

export async function missesProgram(code) {
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

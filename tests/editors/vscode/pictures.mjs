// The README's pictures of VS Code, from a real run: the files and the routes
// of the demo, and the built-in model.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { until, Workbench } from './workbench.mjs';
import { FOLDER, PATHS, read, VSIX, WORK, write } from './world.mjs';

const DEMO = new URL('../../demo/', import.meta.url).pathname;
const LIMIT = 200 * 1024;
const LOOK = {
  'workbench.colorTheme': 'Default Dark Modern',
  'workbench.activityBar.location': 'hidden',
  'workbench.layoutControl.enabled': false,
  'breadcrumbs.enabled': false,
  'editor.fontSize': 13,
  'switchyard.path': '',
};

/** averages.py up to the place where the demo completes the body. */
function cutFile() {
  const text = read(join(DEMO, 'averages.py'));
  return text.slice(0, text.indexOf('    with '));
}

async function shoot(code, name) {
  const path = join(process.env.PICTURES, name);
  await code.page.screenshot({ path });
  const { size } = statSync(path);
  if (size > LIMIT)
    throw new Error(`${name} has ${size} bytes, which is more than ${LIMIT}`);
  console.log(`${path}: ${size} bytes`);
}

let code;
try {
  write(join(FOLDER, 'averages.py'), cutFile());
  write(join(FOLDER, 'sales.py'), read(join(DEMO, 'sales.py')));
  write(
    join(WORK, 'config', 'switchyard', 'config.json'),
    read(join(DEMO, 'config.json')),
  );
  const size = { width: 900, height: 500 };
  code = await Workbench.start({
    vsix: VSIX,
    work: WORK,
    folder: FOLDER,
    env: { PATH: PATHS },
    settings: LOOK,
    size,
  });
  if (
    !(await until(() =>
      code.page.getByText('Found: your configuration').count(),
    ))
  )
    throw new Error('there is no walkthrough');
  await code.press('Control+w');
  await code.open('sales.py');
  await code.open('averages.py');
  await code.press('Control+b', 'Control+End');
  await code.type('    with ');
  if (!(await until(async () => /open\(/.test(await code.ghost()))))
    throw new Error('there is no ghost text');
  if (
    !(await until(async () => /balanced-model · body/.test(await code.bar())))
  )
    throw new Error('the status bar does not tell');
  await shoot(code, 'vscode.png');
  await code.menu();
  await shoot(code, 'vscode-menu.png');
} catch (error) {
  console.error(`the pictures: ${error.message}`);
  process.exitCode = 1;
} finally {
  await code?.end();
}

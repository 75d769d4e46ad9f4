// What a user writes, and takes of what is suggested.
import { until } from './workbench.mjs';
import { FILE, read, report } from './world.mjs';

const lines = () => read(FILE).split('\n');

export async function acceptsAll(code) {
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

export async function acceptsWord(code) {
  await code.newLine(5);
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

export async function cancelsByTyping(code, models) {
  await code.newLine(6);
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

/** Asked again as it was, by itself: by hand it would be another route's. */
export async function replacesDraft(code, models) {
  await code.newLine(5);
  await code.type('x = me');
  report(
    await code.untilGhost('an'),
    'the built-in model has its text first',
    await code.ghost(),
  );
  const asked = await until(
    () => models.events({ event: 'request', model: 'late' })[0],
  );
  report(asked, 'while another is asked', models.told());
  models.goOn();
  const seen = new Set();
  const better = await until(async () => {
    seen.add(await code.ghost());
    return seen.has('an(total, count)');
  });
  report(better, 'whose text takes its place', [...seen].join('\n'));
  report(!seen.has(''), 'which is not empty in between', [...seen].join('\n'));
  await code.press('Escape', 'Home', 'Shift+End', 'Delete');
}

// Real VS Code, as it runs in a browser: its server, headless Chromium, and
// what a user's hands and eyes do there. Everything waits by looking again.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const LIMIT_MS = 60_000; // on a machine that is busy with other things, too
const LOOK_MS = 25;

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Look until `what` gives something true; undefined when it never does. */
export async function until(what, limit = LIMIT_MS) {
  for (const end = Date.now() + limit; Date.now() < end; await pause(LOOK_MS)) {
    const seen = await what();
    if (seen) return seen;
  }
  return undefined;
}

function chromium() {
  const places = [
    process.env.CHROMIUM,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ];
  const found = places.find((place) => place && existsSync(place));
  if (!found)
    throw new Error('there is no chromium; .ci/packages test installs it');
  return found;
}

// No telemetry, no tips, nothing that moves by itself.
const SETTINGS = {
  'telemetry.telemetryLevel': 'off',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'git.enabled': false,
  'editor.cursorBlinking': 'solid',
  'editor.wordBasedSuggestions': 'off',
  'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
  'editor.autoClosingBrackets': 'never',
  'editor.minimap.enabled': false,
  'chat.commandCenter.enabled': false,
  'window.commandCenter': false,
};

const BAR = '.statusbar-item[id="switchyard.switchyard.switchyard.status"]';

/** Where VS Code keeps the user's settings. */
export const settingsFile = (work) =>
  join(work, 'code', 'data', 'User', 'settings.json');

/** And those that only the machine may have. */
export const machineFile = (work) =>
  join(work, 'code', 'data', 'Machine', 'settings.json');

export class Workbench {
  /**
   * `vsix`: the extension; `work`: where all that VS Code keeps goes;
   * `folder`: to open. VS Code itself is in $CODE, on the Node of this run.
   */
  static async start({
    vsix,
    work,
    folder,
    env = {},
    settings = {},
    size,
    trust = true,
  }) {
    const self = new Workbench();
    self.work = work;
    self.env = { ...process.env, ...env };
    self.arguments = [
      '--accept-server-license-terms',
      '--server-data-dir',
      join(work, 'code'),
      '--extensions-dir',
      join(work, 'extensions'),
    ];
    self.main = [
      process.execPath,
      join(process.env.CODE, 'vscode', 'out', 'server-main.js'),
    ];
    mkdirSync(join(settingsFile(work), '..'), { recursive: true });
    mkdirSync(join(work, 'extensions'), { recursive: true });
    writeFileSync(
      settingsFile(work),
      JSON.stringify({ ...SETTINGS, ...settings }, null, 2),
    );
    await self.install(vsix);
    const port = await self.serve(trust);
    await self.browse(
      `http://127.0.0.1:${port}/?folder=${encodeURIComponent(folder)}`,
      size,
    );
    return self;
  }

  run(extra) {
    const [node, main] = this.main;
    return spawn(node, [main, ...this.arguments, ...extra], {
      env: this.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  async install(vsix) {
    const child = this.run(['--install-extension', vsix]);
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    await new Promise((resolve) => child.once('close', resolve));
    if (!/successfully installed/.test(output))
      throw new Error(`the extension can't be installed: ${output}`);
  }

  async serve(trust) {
    this.server = this.run([
      '--host',
      '127.0.0.1',
      '--port',
      '0',
      '--without-connection-token',
      '--telemetry-level',
      'off',
      '--force-disable-user-env',
      ...(trust ? ['--disable-workspace-trust'] : []),
    ]);
    let output = '';
    this.server.stderr.on('data', (data) => (output += data));
    this.server.stdout.on('data', (data) => (output += data));
    const port = await until(
      () => /agent listening on (\d+)/.exec(output)?.[1],
    );
    if (!port) throw new Error(`VS Code does not start: ${output}`);
    return port;
  }

  async browse(url, size = { width: 1400, height: 1100 }) {
    const { chromium: engine } = createRequire(join(process.env.CODE, 'x.js'))(
      'playwright-core',
    );
    const quiet = [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-dev-shm-usage',
    ];
    this.browser = await engine.launch({
      executablePath: chromium(),
      args: ['--no-sandbox', ...quiet],
    });
    const context = await this.browser.newContext({
      viewport: size,
      serviceWorkers: 'allow',
    });
    this.page = await context.newPage();
    this.page.setDefaultTimeout(LIMIT_MS);
    await this.page.goto(url);
    await this.page.locator('.monaco-workbench').waitFor();
  }

  async end() {
    await this.browser?.close().catch(() => {});
    // Its extension host ends when it does.
    for (const signal of ['SIGTERM', 'SIGKILL']) {
      this.server?.kill(signal);
      if (
        !this.server ||
        (await until(
          () => this.server.exitCode !== null || this.server.signalCode,
          3000,
        ))
      )
        return;
    }
  }

  // --- hands

  press(...keys) {
    return keys.reduce(
      (before, key) => before.then(() => this.page.keyboard.press(key)),
      Promise.resolve(),
    );
  }

  type(text) {
    return this.page.keyboard.type(text, { delay: 15 });
  }

  /** A file of the opened folder, by the explorer, on the left. */
  async open(name) {
    await this.focus();
    await this.page
      .locator('.explorer-folders-view .label-name', { hasText: name })
      .dblclick();
    await this.page.locator('.tab.active', { hasText: name }).waitFor();
    await this.focus();
  }

  /** Back to the code, where the cursor was. */
  focus() {
    return this.press('Control+1');
  }

  /**
   * To the end of the line, counted from 1. What is typed before the code has
   * the focus again is lost: then once more.
   */
  async go(line) {
    const input = this.page.locator('.quick-input-widget input');
    const there = async () => {
      await this.focus();
      await this.press('Control+g');
      if (!(await until(() => input.isVisible(), 3000))) return false;
      await input.fill(`:${line}`, { timeout: 3000 }).catch(() => {});
      await input.press('Enter', { timeout: 3000 }).catch(() => {});
      return until(() => this.writesAt(line), 3000);
    };
    if (!(await until(there)))
      throw new Error(`the cursor does not come to line ${line}`);
    await this.press('End');
  }

  /** Whether what is typed now goes into the code, at this line. */
  async writesAt(line) {
    const place = await this.page
      .locator('.statusbar-item[id="status.editor.selection"]')
      .innerText({ timeout: 1000 })
      .catch(() => '');
    return (
      place.includes(`Ln ${line},`) &&
      this.page.evaluate(() =>
        Boolean(document.activeElement?.closest('.editor-instance')),
      )
    );
  }

  /** One more below that, with its indentation. */
  async newLine(after) {
    await this.go(after);
    await this.press('Enter');
  }

  /** The list closes when something else takes the focus: then once more. */
  async command(title) {
    const input = this.page.locator('.quick-input-widget input');
    const row = this.page.locator(
      '.quick-input-list .monaco-list-row.focused',
      { hasText: title },
    );
    const listed = async () => {
      await this.press('F1');
      if (!(await until(() => input.isVisible(), 3000))) return false;
      await input.fill(`>${title}`, { timeout: 3000 }).catch(() => {});
      return until(() => row.isVisible(), 3000);
    };
    if (!(await until(listed)))
      throw new Error(`there is no command "${title}"`);
    await this.press('Enter');
  }

  /** What the status bar's item opens. */
  async menu() {
    await this.page.locator(BAR).click();
    await this.page
      .locator('.quick-input-title', { hasText: 'Switchyard' })
      .waitFor();
  }

  /** A row of the list that is open; those below are drawn when looked for. */
  async choose(text) {
    const input = this.page.locator('.quick-input-widget input');
    await input.fill(text);
    await this.page
      .locator('.quick-input-list .monaco-list-row.focused', { hasText: text })
      .waitFor();
    await input.press('Enter');
  }

  /** Into the box that is open, until it is taken. */
  async answer(title, text) {
    const box = this.page.locator('.quick-input-title', { hasText: title });
    const input = this.page.locator('.quick-input-widget input');
    await box.waitFor();
    const taken = async () => {
      await input.fill(text, { timeout: 1000 }).catch(() => {});
      await input.press('Enter', { timeout: 1000 }).catch(() => {});
      return until(async () => !(await box.isVisible()), 1000);
    };
    if (!(await until(taken))) throw new Error(`"${title}" takes no answer`);
  }

  /** Of a notification. */
  button(title) {
    return this.page
      .locator('.notification-toast .monaco-button', { hasText: title })
      .click();
  }

  // --- eyes

  ghost() {
    return this.page
      .locator('.ghost-text-decoration, .ghost-text')
      .allInnerTexts()
      .then((texts) => texts.join('').replaceAll('\u00a0', ' '));
  }

  untilGhost(text) {
    return until(async () => (await this.ghost()) === text);
  }

  /**
   * The walkthrough may come late and take the focus, and with it the ghost
   * text, and a server that was started again may not serve yet: then the line
   * is typed once more, as a user would.
   */
  untilSuggested(line, text, ghost) {
    return until(async () => {
      await this.go(line);
      await this.press('Shift+Home', 'Delete');
      await this.type(text);
      return until(async () => (await this.ghost()) === ghost, 15_000);
    }, 90_000);
  }

  bar() {
    return this.page
      .locator(BAR)
      .innerText({ timeout: 1000 })
      .catch(() => '');
  }

  /** The text of the document with this title, without its line ends. */
  async document(title) {
    const group = this.page.locator('.editor-group-container', {
      has: this.page.locator('.tab.active', { hasText: title }),
    });
    const lines = await group.locator('.view-line').evaluateAll((all) =>
      all
        .map((line) => [parseFloat(line.style.top), line.innerText])
        .sort((a, b) => a[0] - b[0])
        .map(([, text]) => text),
    );
    return lines.join('').replace(/\s+/g, ' ');
  }

  toasts() {
    return this.page
      .locator('.notification-toast .notification-list-item-message')
      .allInnerTexts();
  }
}

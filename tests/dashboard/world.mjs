// What the page's test and its pictures share: a user's home, a model server,
// an editor's server, the dashboard, and Chromium.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const LIMIT_MS = 60_000; // on a machine that is busy with other things, too

/** Look until `what` gives something true; undefined when it never does. */
export async function until(what, limit = LIMIT_MS) {
  for (const end = Date.now() + limit; Date.now() < end; ) {
    const seen = await what();
    if (seen) return seen;
    await new Promise((done) => setTimeout(done, 25));
  }
  return undefined;
}

/** A child's first line of output that matches. */
function line(child, pattern) {
  return new Promise((found, failed) => {
    let text = '';
    child.stdout.on('data', (piece) => {
      text += piece;
      const match = pattern.exec(text);
      if (match) found(match);
    });
    child.on('exit', (code) => failed(new Error(`it ended with ${code}: ${text}`)));
  });
}

export class Home {
  constructor(program) {
    this.program = program;
    this.folder = mkdtempSync(join(tmpdir(), 'dashboard-page-'));
    this.children = [];
    const env = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^XDG_|_proxy$/i.test(name)),
    );
    this.env = {
      ...env,
      HOME: this.folder,
      XDG_CONFIG_HOME: join(this.folder, 'config'),
      XDG_STATE_HOME: join(this.folder, 'state'),
      XDG_CACHE_HOME: join(this.folder, 'cache'),
      SWITCHYARD_DISCOVER: 'off',
      SWITCHYARD_WARM_UP: 'off',
    };
  }

  get history() {
    return join(this.folder, 'state', 'switchyard', 'history.db');
  }

  configure(config) {
    mkdirSync(join(this.folder, 'config', 'switchyard'), { recursive: true });
    writeFileSync(
      join(this.folder, 'config', 'switchyard', 'config.json'),
      JSON.stringify(config),
    );
  }

  start(program, ...words) {
    const child = spawn(program, words, {
      cwd: this.folder,
      env: this.env,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.ended = new Promise((done) => child.on('exit', done));
    this.children.push(child);
    return child;
  }

  /** The fake model server's address. */
  async models(program, script) {
    const file = join(this.folder, 'script.json');
    writeFileSync(file, JSON.stringify(script));
    const [, port] = await line(this.start(program, '--script', file), /port (\d+)/);
    return `http://127.0.0.1:${port}`;
  }

  /** The dashboard's address; it ends when its input does. */
  async dashboard() {
    this.panel = this.start(this.program, 'dashboard');
    const [address] = await line(this.panel, /http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\//);
    return address;
  }

  async stop() {
    for (const child of this.children) child.stdin.end();
    await Promise.all(this.children.map((child) => child.ended));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A language server with one document, asked as editors ask. */
export class Editor {
  constructor(home, text) {
    this.child = home.start(home.program, '--stdio');
    this.answers = new Map();
    this.last = 0;
    this.bytes = Buffer.alloc(0);
    this.uri = `file://${home.folder}/report.py`;
    this.text = text;
    this.child.stdout.on('data', (piece) => this.#take(piece));
  }

  async open() {
    await this.ask('initialize', {
      processId: null,
      clientInfo: { name: 'tested' },
      rootUri: null,
      capabilities: { textDocument: { inlineCompletion: {} } },
    });
    this.send({ method: 'initialized', params: {} });
    this.send({
      method: 'textDocument/didOpen',
      params: {
        textDocument: { uri: this.uri, languageId: 'python', version: 1, text: this.text },
      },
    });
  }

  #take(piece) {
    this.bytes = Buffer.concat([this.bytes, piece]);
    for (;;) {
      const end = this.bytes.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/\d+/.exec(this.bytes.subarray(0, end))[0]);
      if (this.bytes.length < end + 4 + length) return;
      const message = JSON.parse(this.bytes.subarray(end + 4, end + 4 + length));
      this.bytes = this.bytes.subarray(end + 4 + length);
      if (!message.method) this.answers.get(message.id)?.(message);
    }
  }

  send(message) {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    this.child.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.child.stdin.write(body);
  }

  ask(method, params) {
    const id = ++this.last;
    this.send({ id, method, params });
    return new Promise((done) => this.answers.set(id, done));
  }

  /** The text that is offered at the end of this line. */
  async complete(number) {
    const place = {
      textDocument: { uri: this.uri },
      position: { line: number, character: this.text.split('\n')[number].length },
    };
    const { result } = await this.ask('textDocument/inlineCompletion', {
      ...place,
      context: { triggerKind: 1 },
    });
    return result?.items?.[0];
  }

  async accept(item) {
    await this.ask('workspace/executeCommand', item.command);
  }

  async close() {
    await this.ask('shutdown');
    this.send({ method: 'exit' });
    await this.child.ended;
  }
}

function findChromium() {
  const places = [
    process.env.CHROMIUM,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ];
  const found = places.find((place) => place && existsSync(place));
  if (!found) throw new Error('there is no chromium; .ci/packages test installs it');
  return found;
}

/** `modules`: the folder that playwright-core is in. */
export function launch(modules) {
  const { chromium } = createRequire(join(modules, 'package.json'))('playwright-core');
  return chromium.launch({
    executablePath: findChromium(),
    args: ['--no-sandbox', '--host-resolver-rules=MAP attacker.example 127.0.0.1'],
  });
}

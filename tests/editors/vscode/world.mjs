// What is there around VS Code: a workspace, a configuration, model servers,
// the processes of the server; and the report.
import { spawn } from 'node:child_process';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { settingsFile, until } from './workbench.mjs';

export const { SWITCHYARD, FAKE, VSIX, WORK } = process.env;
export const FOLDER = join(WORK, 'sales');
export const FILE = join(FOLDER, 'averages.py');
export const CONFIG = join(WORK, 'config', 'switchyard', 'config.json');

export function write(path, content) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

export const read = (path) => readFileSync(path, 'utf8');

/** Empty while VS Code is writing it, and where it is not there. */
export function parsed(path) {
  try {
    return JSON.parse(read(path));
  } catch {
    return {};
  }
}

export const settings = () => parsed(settingsFile(WORK));

/** `switchyard` in the PATH, by a name that tells its processes from others. */
function installProgram() {
  mkdirSync(join(WORK, 'bin'), { recursive: true });
  symlinkSync(SWITCHYARD, join(WORK, 'bin', 'switchyard'));
  return `${join(WORK, 'bin')}:${process.env.PATH}`;
}

export const PATHS = installProgram();

/** Processes of the server that VS Code has started. */
export function servers() {
  const isServer = (pid) => {
    try {
      return read(`/proc/${pid}/cmdline`).startsWith(
        `${join(WORK, 'bin', 'switchyard')}\0--stdio`,
      );
    } catch {
      return false; // it has ended
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && isServer(name))
    .map(Number);
}

/** The fake model server, and what it tells of requests. */
export class Models {
  static async start(script, ...options) {
    const self = new Models();
    self.script = JSON.stringify(script);
    write(join(WORK, 'script.json'), self.script);
    self.child = spawn(
      FAKE,
      ['--script', join(WORK, 'script.json'), ...options],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    self.output = '';
    self.child.stdout.on('data', (data) => (self.output += data));
    self.port = await until(() => /^port (\d+)/m.exec(self.output)?.[1]);
    return self;
  }

  events(match) {
    const lines = this.output
      .split('\n')
      .slice(0, -1)
      .filter((line) => line.startsWith('{'));
    return lines
      .map((line) => JSON.parse(line))
      .filter((event) =>
        Object.entries(match).every(([key, value]) => event[key] === value),
      );
  }

  /** What "told" holds is answered. */
  goOn() {
    this.child.stdin.write(`${this.script}\n`);
  }

  /** For people. */
  told() {
    return this.events({})
      .map(({ event, n, model, path }) => [event, n, path, model].join(' '))
      .slice(-20)
      .join('\n');
  }

  end() {
    this.child.stdin.end();
  }
}

let number = 0;
let failed = false;

export function report(good, name, detail) {
  console.log(`${good ? 'ok' : 'not ok'} ${++number} - ${name}`);
  if (good) return;
  failed = true;
  console.log(`# ${String(detail ?? '').replaceAll('\n', '\n# ')}`);
}

export function finish() {
  console.log(`1..${number}`);
  process.exitCode = failed ? 1 : 0;
}

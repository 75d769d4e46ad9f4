/** Where the program `switchyard` is, and what it prints. */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import * as settings from './settings';

const NAME = 'switchyard';
const LIMIT_MS = 10_000;

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

export function atHome(path: string): string {
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : path;
}

/**
 * The one that the settings name, else the one in the PATH, else the one that
 * came with the extension. A named one that can't be run is not replaced by
 * another: that would be a program that nobody chose.
 */
export async function findProgram(
  extension: string,
): Promise<string | undefined> {
  const named = settings.programPath();
  if (named)
    return (await isProgram(atHome(named))) ? atHome(named) : undefined;
  const folders = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder);
  for (const path of [
    ...folders.map((folder) => join(folder, NAME)),
    join(extension, 'bin', NAME),
  ])
    if (await isProgram(path)) return path;
  return undefined;
}

export function missingSentence(): string {
  const named = settings.programPath();
  return named
    ? `switchyard.path is ${named}, which is no program that can be run.`
    : 'The program "switchyard" is not in the PATH, and the setting switchyard.path names none.';
}

/** What a command prints; rejects when it ends badly or takes too long. */
export function run(
  program: string,
  args: string[],
  env: NodeJS.ProcessEnv,
): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      program,
      args,
      { env, timeout: LIMIT_MS, maxBuffer: 4 << 20 },
      (error, stdout, stderr) =>
        error
          ? reject(new Error(stderr.trim() || error.message))
          : resolve(stdout),
    );
  });
}

/** Whether --help lists the command: programs differ in age. */
export async function hasCommand(
  program: string,
  command: string,
): Promise<boolean> {
  const help = await run(program, ['--help'], process.env);
  return new RegExp(`^\\s+switchyard ${command}\\b`, 'm').test(help);
}

export function configPath(): string {
  const named = settings.configFile();
  if (named) return atHome(named);
  const home = process.env.XDG_CONFIG_HOME || join(homedir(), '.config');
  return join(home, 'switchyard', 'config.json');
}

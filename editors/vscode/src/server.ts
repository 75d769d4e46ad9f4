/**
 * The server: found, started, told of settings, and started again when it
 * ends by itself.
 *
 *   MISSING <--not found-- STARTING --initialized--> RUNNING
 *                            |  ^                       |
 *                  too often |  +----- it ended --------+
 *                            v
 *                          FAILED
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import {
  EventEmitter,
  type ExtensionContext,
  type LogOutputChannel,
} from 'vscode';
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  RevealOutputChannelOn,
  type LanguageClientOptions,
  type Middleware,
} from 'vscode-languageclient/node';
import type { Keys } from './keys';
import { atHome, findProgram, missingSentence } from './program';
import { say } from './say';
import * as settings from './settings';

export type ServerState = 'starting' | 'running' | 'missing' | 'failed';

const ENDS_MAX = 5;
const ENDS_WITHIN_MS = 3 * 60_000;
const START_MS = 15_000;
const END_MS = 500;
const GRACE_MS = 2_000;
/** The server's own lines on stderr. */
const LINE = /^switchyard: (error|warn|info|debug|trace) (.*)$/;
type Level = 'error' | 'warn' | 'info' | 'debug' | 'trace';

/** "SIGKILL", "code 1"; undefined: it did not. Its output ends a moment before. */
async function howEnded(
  child: ChildProcess | undefined,
): Promise<string | undefined> {
  const hasEnded = () =>
    child && (child.exitCode !== null || child.signalCode !== null);
  if (child && !hasEnded())
    await Promise.race([
      new Promise((resolve) => child.once('exit', resolve)),
      new Promise((resolve) => setTimeout(resolve, END_MS)),
    ]);
  return hasEnded()
    ? (child?.signalCode ?? `code ${child?.exitCode}`)
    : undefined;
}

/** The library pops up whatever fails; here it is said once, in one place. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

export class Server {
  state: ServerState = 'starting';
  program: string | undefined;
  client: LanguageClient | undefined;
  private child: ChildProcess | undefined;
  private lastLine = '';
  private ends: number[] = [];
  private work: Promise<void> = Promise.resolve();
  private readonly changed = new EventEmitter<ServerState>();
  readonly onDidChangeState = this.changed.event;

  constructor(
    private readonly context: ExtensionContext,
    private readonly keys: Keys,
    private readonly log: LogOutputChannel,
    private readonly middleware: Middleware,
    /** Before it starts. */
    private readonly prepare: (client: LanguageClient) => void,
  ) {}

  /** Start it, also anew. */
  restart(): Promise<void> {
    return this.after(async () => {
      await this.end();
      this.ends = [];
      await this.begin();
    });
  }

  stop(): Promise<void> {
    return this.after(() => this.end());
  }

  tellSettings(): void {
    if (this.state !== 'running') return;
    void this.client?.sendNotification('workspace/didChangeConfiguration', {
      settings: { switchyard: settings.forServer() },
    });
  }

  /** One of the server's own requests; undefined when there is no answer. */
  async ask<T>(method: string, params?: unknown): Promise<T | undefined> {
    if (this.state !== 'running' || !this.client) return undefined;
    try {
      return await this.client.sendRequest<T>(method, params);
    } catch (error) {
      this.log.warn(`${method}: ${String(error)}`);
      return undefined;
    }
  }

  /** Starts and stops never overlap. */
  private after(step: () => Promise<void>): Promise<void> {
    this.work = this.work
      .then(step)
      .catch((error) => this.log.error(String(error)));
    return this.work;
  }

  private enter(next: ServerState): void {
    this.log.debug(`${this.state} -> ${next}`);
    this.state = next;
    this.changed.fire(next);
  }

  private async begin(): Promise<void> {
    for (;;) {
      this.enter('starting');
      this.program = await findProgram(this.context.extensionPath);
      if (!this.program) {
        this.enter('missing');
        void say(
          'warning',
          missingSentence(),
          'switchyard.choosePath',
          'switchyard.walkthrough',
        );
        return;
      }
      if (await this.starts(this.program)) return;
      await this.end();
      if (this.endedTooOften()) return;
    }
  }

  private async starts(program: string): Promise<boolean> {
    const client = new QuietClient(
      'switchyard',
      'Switchyard',
      () => this.launch(program),
      this.options(),
    );
    this.client = client;
    this.prepare(client);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () =>
          reject(new Error(`it did not answer within ${START_MS / 1000} s`)),
        START_MS,
      );
    });
    try {
      await Promise.race([client.start(), late]);
      // It also returns when the connection was closed meanwhile.
      if (!client.isRunning()) throw new Error('it ended at its start');
    } catch (error) {
      this.log.error(String(error));
      this.lastLine ||= (await howEnded(this.child)) ?? String(error);
      return false;
    } finally {
      clearTimeout(timer);
    }
    this.log.info(`${program} runs as process ${this.child?.pid}`);
    this.enter('running');
    return true;
  }

  private async launch(program: string): Promise<ChildProcess> {
    const file = settings.configFile();
    const args = [
      '--stdio',
      '--log',
      settings.logLevel(),
      ...(file ? ['--config', atHome(file)] : []),
    ];
    const child = spawn(program, args, { env: await this.keys.environment() });
    this.child = child;
    this.lastLine = '';
    await new Promise((resolve, reject) =>
      child.once('spawn', resolve).once('error', reject),
    );
    child.on('error', (error) => this.log.error(String(error)));
    return child;
  }

  private options(): LanguageClientOptions {
    return {
      documentSelector: [{ scheme: 'file' }, { scheme: 'untitled' }],
      outputChannel: this.log,
      traceOutputChannel: this.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: () => settings.forServer(),
      initializationFailedHandler: () => false,
      stdioOptions: {
        stderr: (stream) => this.relay(stream),
        stdout: () => undefined,
      }, // stdout: the protocol's
      middleware: this.middleware,
      errorHandler: {
        // What fails for good ends the connection as well.
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        // The library would start it again by itself, and say so each time.
        closed: () => {
          if (this.state === 'running') void this.after(() => this.ended());
          return { action: CloseAction.DoNotRestart, handled: true };
        },
      },
    };
  }

  /** Its lines keep their level. */
  private relay(stream: Readable): void {
    createInterface({ input: stream }).on('line', (line) => {
      const [, level, text] = LINE.exec(line) ?? [];
      this.log[(level as Level | undefined) ?? 'info'](text ?? line);
      this.lastLine = text ?? line;
    });
  }

  /** It ended by itself: a new one takes its place, and that is said once. */
  private async ended(): Promise<void> {
    const how = (await howEnded(this.child)) ?? 'its output was closed';
    this.log.error(`the server ended: ${how}`);
    await this.end();
    if (this.endedTooOften()) return;
    await this.begin();
    if (this.state === 'running' && this.ends.length === 1)
      void say(
        'warning',
        `The server ended by itself (${how}), and was started again.`,
        'switchyard.log',
      );
  }

  private endedTooOften(): boolean {
    const now = Date.now();
    this.ends = [...this.ends.filter((end) => now - end < ENDS_WITHIN_MS), now];
    if (this.ends.length < ENDS_MAX) return false;
    this.enter('failed');
    const sentence = `The server ended ${this.ends.length} times within three minutes, and is not started again`;
    void say(
      'error',
      this.lastLine ? `${sentence}: ${this.lastLine}` : `${sentence}.`,
      'switchyard.restart',
      'switchyard.log',
    );
    return true;
  }

  /** Shut it down as LSP has it; what never got that far, or is left of it
   * then, is killed. */
  private async end(): Promise<void> {
    const { client, child } = this;
    this.client = undefined;
    this.child = undefined;
    if (this.state !== 'running') child?.kill('SIGKILL');
    await client
      ?.dispose(GRACE_MS)
      .catch((error) => this.log.debug(String(error)));
    if (child && child.exitCode === null && child.signalCode === null)
      child.kill('SIGKILL');
  }
}

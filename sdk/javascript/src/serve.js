// The protocol's side of a plug-in: JSON-RPC 2.0, framed as in LSP, over stdio.
import fs from 'node:fs';
import path from 'node:path';
import util from 'node:util';
import { frame, Frames } from './framing.js';
import { BaseRouter, Choice, ModelAdapter, Monitor, ServiceError, Stop, Task, Usage } from './plugin.js';

const PROTOCOL = 1;
const METHOD_NOT_FOUND = -32601;
const INVALID_PARAMS = -32602;
const INTERNAL_ERROR = -32603;
const REQUEST_FAILED = -32803;
const REQUEST_CANCELLED = -32800;

/** A request that can't be carried out, with its code. */
class Wrong extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** Thrown where a completion goes on that nobody wants any more. */
class Cancelled extends Error {}

function nameOf(model) {
  if (typeof model === 'string') return model;
  if (model && typeof model.model === 'string') return model.model;
  throw new TypeError(`selectModel() gave ${util.inspect(model)} where the name of a model belongs`);
}

/** The result of "router/select" for what selectModel() gave. */
export function choiceJson(selection) {
  if (selection === null || selection === undefined) return null;
  const choice = selection instanceof Choice ? selection : new Choice(selection);
  const result = { models: choice.models.map(nameOf) };
  if (choice.reason !== undefined) result.reason = choice.reason;
  return result;
}

/** Rejects when the signal aborts; the generator is told to end. */
async function nextUnless(signal, pieces) {
  if (signal.aborted) throw new Cancelled();
  let abort;
  const aborted = new Promise((_, reject) => {
    abort = () => reject(new Cancelled());
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([pieces.next(), aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

class Server {
  #running = new Map(); // id -> AbortController
  #answers = new Set();

  constructor(plugins, write) {
    this.router = plugins.find((p) => p instanceof BaseRouter);
    this.adapter = plugins.find((p) => p instanceof ModelAdapter);
    this.monitor = plugins.find((p) => p instanceof Monitor);
    this.write = write;
    this.handlers = {
      initialize: (_id, params) => this.initialize(params),
      'router/select': (_id, params) => this.select(params),
      'adapter/complete': (id, params) => this.complete(id, params),
      'adapter/health': (_id, params) => this.health(params),
      'monitor/records': (_id, params) => this.records(params),
    };
  }

  send(message) {
    this.write(frame({ ...message, jsonrpc: '2.0' }));
  }

  // --- requests

  initialize(params) {
    if (params.protocol !== PROTOCOL) {
      throw new Wrong(INVALID_PARAMS,
        `this plug-in speaks protocol ${PROTOCOL}, not ${params.protocol}`);
    }
    const roles = ['router', 'adapter', 'monitor'].filter((role) => this[role]);
    return { protocol: PROTOCOL, roles };
  }

  want(role) {
    if (!this[role]) throw new Wrong(METHOD_NOT_FOUND, `this plug-in is no ${role}`);
    return this[role];
  }

  async select({ task, candidates, deadline_ms: deadlineMs }) {
    return choiceJson(await this.want('router').selectModel(new Task(task, candidates, deadlineMs)));
  }

  async complete(id, params) {
    const { signal } = this.#running.get(id);
    const prompt = { ...params.prompt, model: params.model, deadline_ms: params.deadline_ms, signal };
    const usage = {};
    let stop = 'end';
    const pieces = this.want('adapter').complete(prompt)[Symbol.asyncIterator]();
    try {
      for (;;) {
        const { done, value: piece } = await nextUnless(signal, pieces);
        if (done) break;
        if (piece instanceof Usage) {
          if (piece.tokensIn !== undefined) usage.tokens_in = piece.tokensIn;
          if (piece.tokensOut !== undefined) usage.tokens_out = piece.tokensOut;
          if (piece.tokensCached !== undefined) usage.tokens_cached = piece.tokensCached;
        } else if (piece instanceof Stop) {
          stop = piece.reason;
        } else if (typeof piece === 'string') {
          this.send({ method: 'adapter/text', params: { id, text: piece } });
        } else {
          throw new TypeError(`complete() gave ${util.inspect(piece)} where a text belongs`);
        }
      }
    } catch (e) {
      if (e instanceof Cancelled) Promise.resolve(pieces.return?.()).catch(() => {});
      throw e;
    }
    return Object.keys(usage).length ? { stop, usage } : { stop };
  }

  async health({ model }) {
    await this.want('adapter').health(model);
    return null;
  }

  async records({ records, lost }) {
    await this.want('monitor').onRecords(records, lost);
    return null;
  }

  // --- answers

  errorOf(e) {
    if (e instanceof Cancelled) return { code: REQUEST_CANCELLED, message: 'it was cancelled' };
    if (e instanceof Wrong) return { code: e.code, message: e.message };
    if (e instanceof ServiceError) {
      const data = { kind: e.kind };
      if (e.retryAfter !== undefined) data.retry_after = e.retryAfter;
      return { code: REQUEST_FAILED, message: e.message, data };
    }
    console.error(e); // the plug-in's own: it is told, and goes on
    return { code: INTERNAL_ERROR, message: e instanceof Error ? `${e.name}: ${e.message}` : String(e) };
  }

  async answer(id, method, params) {
    const controller = new AbortController();
    this.#running.set(id, controller);
    try {
      if (!Object.hasOwn(this.handlers, method)) {
        throw new Wrong(METHOD_NOT_FOUND, `there is no method "${method}"`);
      }
      const result = await this.handlers[method](id, params);
      this.send({ id, result });
    } catch (e) {
      this.send({ id, error: this.errorOf(controller.signal.aborted ? new Cancelled() : e) });
    } finally {
      this.#running.delete(id);
    }
  }

  /** False: that was the last one. */
  dispatch(message) {
    const { id, method, params = {} } = message;
    if (id === undefined) {
      if (method === '$/cancelRequest') this.#running.get(params.id)?.abort();
      return method !== 'exit';
    }
    if (method === undefined) return true;
    const answer = this.answer(id, method, params).finally(() => this.#answers.delete(answer));
    this.#answers.add(answer);
    return true;
  }

  /** What is under way comes to its end; completions are cancelled. */
  async end() {
    if (this.adapter) for (const controller of this.#running.values()) controller.abort();
    await Promise.allSettled([...this.#answers]);
  }
}

/** All of it, to a pipe that may be full for a while. */
function writeAll(fd, data) {
  for (let at = 0; at < data.length;) {
    try {
      at += fs.writeSync(fd, data, at);
    } catch (e) {
      if (e.code !== 'EAGAIN') throw e;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

function check(plugins) {
  const bases = [BaseRouter, ModelAdapter, Monitor];
  for (const base of bases) {
    if (plugins.filter((p) => p instanceof base).length > 1) {
      throw new TypeError(`a plug-in has one ${base.name}`);
    }
  }
  if (!plugins.length || !plugins.every((p) => bases.some((base) => p instanceof base))) {
    throw new TypeError('run() takes a BaseRouter, a ModelAdapter, a Monitor, or several of these');
  }
}

/** Serve until the server ends: the last line of a plug-in. */
export function run(...plugins) {
  check(plugins);
  if (process.stdin.isTTY) {
    console.error('This is a plug-in for Switchyard, which starts it: name it under "plugins" in its ' +
      `configuration. To try it: npx switchyard-sdk test ${path.basename(process.argv[1] ?? '')}`);
    process.exit(1);
  }
  // Whatever prints, prints to stderr.
  process.stdout.write = process.stderr.write.bind(process.stderr);
  const server = new Server(plugins, (data) => writeAll(1, data));
  const frames = new Frames();
  let over = false;
  const end = async () => {
    if (over) return;
    over = true;
    await server.end().catch(() => {});
    for (const plugin of plugins) await plugin.close();
    process.exit(0);
  };
  process.stdin.on('data', (chunk) => {
    for (const message of frames.feed(chunk)) {
      if (!over && !server.dispatch(message)) end();
    }
  });
  process.stdin.on('end', end);
}

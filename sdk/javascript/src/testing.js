// A router against recorded tasks, without the server: it is started and asked
// as the server does, and each choice stands beside the order without it.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { frame, Frames, NoHeader } from './framing.js';
import { BaseRouter } from './plugin.js';
import { run } from './serve.js';

const TASKS = new URL('./tasks.jsonl', import.meta.url);

// The server's patience: with "initialize", and behind a router's deadline.
const START_MS = 10000;
const HANG_MS = 5000;

/** For the user: a sentence, and the end. */
export class Failure extends Error {}

/** The plug-in, as a process. */
class Peer {
  #waiting = new Map();
  #last = 0;
  hangs = false;

  constructor(command) {
    this.process = spawn(command[0], command.slice(1), { stdio: ['pipe', 'pipe', 'inherit'] });
    const frames = new Frames({ strict: true });
    this.ended = new Promise((resolve) => this.process.on('close', (code) => {
      this.#fail(`the plug-in ended with ${code}`);
      resolve(code);
    }));
    this.process.stdin.on('error', () => {}); // its end says it
    this.process.stdout.on('data', (chunk) => {
      try {
        for (const message of frames.feed(chunk)) this.#waiting.get(message.id)?.resolve(message);
      } catch (e) {
        if (!(e instanceof NoHeader || e instanceof SyntaxError)) throw e;
        this.#fail(`it wrote to stdout, where the protocol has its place: ${e.message}`);
        this.process.kill();
      }
    });
  }

  #fail(sentence) {
    for (const { reject } of this.#waiting.values()) reject(new Failure(sentence));
  }

  /** Its answer; or an error, and `hangs`. */
  ask(method, params, ms) {
    const id = ++this.#last;
    const answer = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    const timer = setTimeout(() => {
      this.hangs = true;
      this.#waiting.get(id).resolve({ error: { message: `no answer within ${ms / 1000} s, after ` +
        'which the server ends a plug-in' } });
      this.process.kill('SIGKILL');
    }, ms);
    this.process.stdin.write(frame({ jsonrpc: '2.0', id, method, params }));
    return answer.finally(() => {
      clearTimeout(timer);
      this.#waiting.delete(id);
    });
  }

  async end() {
    const timer = setTimeout(() => {
      this.process.kill('SIGKILL');
      console.error(`it did not end within ${HANG_MS / 1000} s of "exit", and was killed`);
    }, HANG_MS);
    this.process.stdin.end(frame({ jsonrpc: '2.0', method: 'exit' }));
    await this.ended;
    clearTimeout(timer);
  }
}

function readTasks(file) {
  const lines = fs.readFileSync(file, 'utf8').split('\n');
  return lines.flatMap((line, i) => {
    if (!line.trim()) return [];
    try {
      const params = JSON.parse(line);
      if (params.task && params.candidates[0].model) return [params];
    } catch {
      // said below
    }
    throw new Failure(`${file}:${i + 1}: a line is {"task": {…}, "candidates": [{…}, …]}`);
  });
}

/** A candidate of which nothing is known but its name. */
function unknown(like, name) {
  const blanks = { string: '', boolean: false };
  const blank = Object.entries(like).map(([k, v]) => [k, blanks[typeof v] ?? null]);
  return { ...Object.fromEntries(blank), model: name, health: 'closed' };
}

function addModels(params, models) {
  const added = models.filter((name) => params.candidates.every((c) => c.model !== name))
    .map((name) => unknown(params.candidates[0], name));
  return { ...params, candidates: [...params.candidates, ...added] };
}

async function decide(peer, params, deadlineMs) {
  const started = performance.now();
  const answer = await peer.ask('router/select', { deadline_ms: deadlineMs, ...params },
    deadlineMs + HANG_MS);
  const ms = performance.now() - started;
  const names = params.candidates.map((c) => c.model);
  const chosen = answer.result?.models ?? [];
  const fit = chosen.filter((name) => names.includes(name));
  let error = answer.error?.message ?? null;
  if (chosen.length && !fit.length) {
    error = `it chose ${chosen.join(', ')}, which may not be asked now`;
  }
  return {
    task: params.task,
    without: names[0],
    model: fit[0] ?? names[0],
    chosen,
    strange: chosen.filter((name) => !names.includes(name)),
    reason: answer.result?.reason ?? null,
    error,
    ms: Math.round(ms * 1000) / 1000,
    late: ms > deadlineMs,
  };
}

function row(d) {
  const note = d.error ?? (d.late ? 'late' : d.reason ?? '');
  return [d.task.class ?? '', d.task.language ?? '', String(d.task.tokens ?? ''), d.without,
    d.model + (d.model === d.without ? '' : ' *'), d.ms.toFixed(1), note];
}

function printTable(decisions) {
  const rows = [['class', 'language', 'tokens', 'without it', 'the router', 'ms', ''],
    ...decisions.map(row)];
  const widths = [0, 1, 2, 3, 4, 5].map((i) => Math.max(...rows.map((r) => r[i].length)));
  for (const r of rows) {
    const cells = widths.map((w, i) => (i === 2 || i === 5 ? r[i].padStart(w) : r[i].padEnd(w)));
    console.log([...cells, r[6]].join('  ').trimEnd());
  }
}

function printSummary(decisions, deadlineMs) {
  const times = decisions.map((d) => d.ms).sort((a, b) => a - b);
  const count = (test) => decisions.filter(test).length;
  console.log(`\n${decisions.length} tasks: ${count((d) => d.model !== d.without)} go to another model, ` +
    `${count((d) => d.error !== null)} failed, ${count((d) => d.late)} were later than ` +
    `${deadlineMs} ms; median ${times[times.length >> 1].toFixed(1)} ms, ` +
    `slowest ${times.at(-1).toFixed(1)} ms`);
  const strange = [...new Set(decisions.flatMap((d) => d.strange))].sort();
  if (strange.length) {
    console.log(`The tasks have no model ${strange.join(', ')}; where you have it, add it with: ` +
      strange.map((name) => `--model ${name}`).join(' '));
  }
}

/** 0: it chose in time, each time. */
export async function test(command, { tasks = TASKS, models = [], deadlineMs = 20, json = false } = {}) {
  const recorded = readTasks(tasks).map((params) => addModels(params, models));
  if (!recorded.length) throw new Failure(`${tasks} holds no tasks`);
  const peer = new Peer(command);
  const decisions = [];
  try {
    const hello = await peer.ask('initialize', { protocol: 1, name: path.basename(command.at(-1)) },
      START_MS);
    if (hello.error) throw new Failure(`"initialize": ${hello.error.message}`);
    if (!hello.result?.roles.includes('router')) {
      throw new Failure('it is no router: there is nothing to choose for it');
    }
    for (const params of recorded) {
      decisions.push(await decide(peer, params, deadlineMs));
      if (peer.hangs) break;
    }
  } finally {
    await peer.end();
  }
  if (json) {
    console.log(JSON.stringify(decisions, null, 2));
  } else {
    printTable(decisions);
    printSummary(decisions, deadlineMs);
  }
  return decisions.some((d) => d.error !== null || d.late) ? 1 : 0;
}

/** Leaves each choice as it is, and writes down what it was asked. */
class Recorder extends BaseRouter {
  constructor(file) {
    super();
    this.file = fs.openSync(file, 'a');
  }

  selectModel({ candidates, deadlineMs: _, ...task }) {
    fs.writeSync(this.file, `${JSON.stringify({ task, candidates })}\n`);
    return null;
  }

  close() {
    fs.closeSync(this.file);
  }
}

export function record(file) {
  run(new Recorder(file));
}

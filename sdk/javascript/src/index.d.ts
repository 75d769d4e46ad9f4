/** Routers, model adapters and monitors for Switchyard. */

/** Why a service can't answer: the closed list. */
export type Failure =
  | 'refused' | 'prompt_size' | 'model' | 'auth' | 'forbidden' | 'credit' | 'filter'
  | 'rate_limit' | 'rate_tokens' | 'rate_day' | 'overloaded' | 'loading' | 'provider'
  | 'answer' | 'too_large' | 'broke_off' | 'silent' | 'stalled' | 'timeout' | 'network'
  | 'connect' | 'tls';
export const FAILURES: readonly Failure[];

/** A model that may be asked: the columns that `switchyard help conditions`
 * lists. null is what nobody knows. */
export interface Candidate {
  readonly model: string;
  readonly provider: string;
  readonly type: string;
  readonly tags: string;
  readonly local: boolean;
  readonly own: boolean;
  readonly fim: boolean;
  readonly health: string;
  readonly warm: boolean;
  readonly max_context: number | null;
  readonly cost_input: number | null;
  readonly cost_output: number | null;
  readonly expected_out: number | null;
  readonly expected_cost: number | null;
  readonly ttft_ms: number | null;
  readonly ttft_p95_ms: number | null;
  readonly avg_ms: number | null;
  readonly p95_ms: number | null;
  readonly success_rate: number | null;
  readonly accept_rate: number | null;
  readonly retain_rate: number | null;
  readonly in_flight: number | null;
  readonly queue: number | null;
  readonly rpm_left: number | null;
  readonly tpm_left: number | null;
  readonly budget_left: number | null;
  readonly calls: number | null;
  readonly [column: string]: unknown;
}

/** A completion that is wanted: its features, as `switchyard help conditions`
 * lists them, and who may be asked, in the order that they are asked in
 * without a router. */
export class Task {
  readonly class: string;
  readonly trigger: 'automatic' | 'invoked';
  readonly language: string;
  readonly path: string;
  readonly filename: string;
  readonly extension: string;
  readonly privacy: string;
  readonly project: string;
  readonly branch: string;
  readonly tokens: number;
  readonly input_length: number;
  readonly prefix_bytes: number;
  readonly suffix_bytes: number;
  readonly indent: number;
  readonly depth: number;
  readonly imports: number;
  readonly file_lines: number;
  readonly error_nodes: number;
  readonly in_test: boolean;
  readonly multiline: boolean;
  readonly in_error: boolean;
  readonly hour: number;
  readonly weekday: number;
  readonly typing_speed: number | null;
  readonly recent_accept_rate: number | null;
  /** Only where the configuration grants the text. */
  readonly line_prefix?: string;
  readonly line_suffix?: string;
  readonly prefix?: string;
  readonly suffix?: string;
  readonly candidates: readonly Candidate[];
  readonly deadlineMs: number;
  readonly [feature: string]: unknown;
  /** The one with this name; undefined when it may not be asked now. */
  candidate(model: string): Candidate | undefined;
}

/** Models in order, with a reason for people who ask why. */
export class Choice {
  constructor(models: string | Candidate | readonly (string | Candidate)[], options?: { reason?: string });
  readonly models: readonly (string | Candidate)[];
  readonly reason?: string;
}

export type Selection = null | undefined | string | Candidate | Choice | readonly (string | Candidate)[];

/** Chooses among the candidates of each completion. */
export class BaseRouter {
  /** A model, several in order, a Choice, or null for the usual order. What is
   * not named stays behind what is; what is late is left out. */
  selectModel(task: Task): Selection | Promise<Selection>;
  /** A model by its name in the configuration. Where it may not be asked now,
   * the usual order serves. */
  getModel(name: string): string;
  /** Before the process ends. */
  close(): void | Promise<void>;
}

/** What a model is asked. */
export interface Prompt {
  readonly model: string;
  readonly prefix: string;
  readonly suffix: string;
  readonly language: string;
  readonly path: string;
  readonly stop?: readonly string[];
  readonly max_tokens: number;
  readonly temperature: number;
  readonly deadline_ms: number;
  /** Aborts when nobody wants the rest. */
  readonly signal: AbortSignal;
}

/** Yield it from complete(): what the service counted so far. */
export class Usage {
  constructor(counts?: { tokensIn?: number; tokensOut?: number; tokensCached?: number });
  readonly tokensIn?: number;
  readonly tokensOut?: number;
  readonly tokensCached?: number;
}

/** Yield it from complete(): why the text ends. */
export class Stop {
  constructor(reason: 'end' | 'length' | 'filter');
  readonly reason: 'end' | 'length' | 'filter';
}

/** Throw it where the service does not answer; `retryAfter` are the seconds
 * that it asks to be left alone. */
export class ServiceError extends Error {
  constructor(kind: Failure, message?: string, options?: { retryAfter?: number });
  readonly kind: Failure;
  readonly retryAfter?: number;
}

/** A service of another kind, whose models stand in routes like any. */
export class ModelAdapter {
  /** An async generator of the text's pieces, with a Usage or a Stop among
   * them. Its return() is called when nobody wants the rest. */
  complete(prompt: Prompt): AsyncIterable<string | Usage | Stop>;
  /** Throw a ServiceError when `model` would not answer now; it should cost
   * nothing. */
  health(model: string): void | Promise<void>;
  /** Before the process ends. */
  close(): void | Promise<void>;
}

/** A completion that is over; its members are in docs/plugins.md. */
export interface Record {
  readonly [member: string]: unknown;
}

/** Gets the record of each completion that is over. */
export class Monitor {
  /** Several at once; `lost` were dropped before them, because this was slow.
   * Hands each to onRecord(). */
  onRecords(records: readonly Record[], lost: number): void | Promise<void>;
  /** One of them. */
  onRecord(record: Record): void;
  /** Before the process ends. */
  close(): void | Promise<void>;
}

/** Serve until the server ends: the last line of a plug-in. Each of the
 * `plugins` has a role; two of the same are one too many. */
export function run(...plugins: (BaseRouter | ModelAdapter | Monitor)[]): void;

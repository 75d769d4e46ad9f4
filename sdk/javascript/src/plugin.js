// What a plug-in is made of: three classes to inherit from, and what they get.

/** Why a service can't answer: the closed list. */
export const FAILURES = Object.freeze([
  'refused', 'prompt_size', 'model', 'auth', 'forbidden', 'credit', 'filter',
  'rate_limit', 'rate_tokens', 'rate_day', 'overloaded', 'loading', 'provider',
  'answer', 'too_large', 'broke_off', 'silent', 'stalled', 'timeout', 'network',
  'connect', 'tls']);

/** Models in order, with a reason for people who ask why. */
export class Choice {
  constructor(models, { reason } = {}) {
    this.models = Array.isArray(models) ? models : [models];
    this.reason = reason;
  }
}

/** A completion that is wanted: its features, and who may be asked. */
export class Task {
  constructor(features, candidates, deadlineMs) {
    Object.assign(this, features);
    this.candidates = candidates;
    this.deadlineMs = deadlineMs;
  }

  /** The candidate with this name; undefined when it may not be asked now. */
  candidate(model) {
    return this.candidates.find((c) => c.model === model);
  }
}

export class BaseRouter {
  /** A model, several in order, a Choice, or null for the usual order. */
  selectModel(_task) {
    return null;
  }

  /** A model by its name in the configuration. */
  getModel(name) {
    return name;
  }

  close() {}
}

/** Yield it from complete(): what the service counted so far. */
export class Usage {
  constructor({ tokensIn, tokensOut, tokensCached } = {}) {
    Object.assign(this, { tokensIn, tokensOut, tokensCached });
  }
}

/** Yield it from complete(): why the text ends. */
export class Stop {
  constructor(reason) {
    if (!['end', 'length', 'filter'].includes(reason)) {
      throw new RangeError(`there is no reason "${reason}" to stop; ` +
        'known: "end", "length", "filter"');
    }
    this.reason = reason;
  }
}

/** Throw it where the service does not answer. */
export class ServiceError extends Error {
  constructor(kind, message, { retryAfter } = {}) {
    if (!FAILURES.includes(kind)) {
      throw new RangeError(`there is no failure "${kind}"; known: ` +
        [...FAILURES].sort().join(', '));
    }
    super(message || kind);
    this.name = 'ServiceError';
    this.kind = kind;
    this.retryAfter = retryAfter;
  }
}

export class ModelAdapter {
  /** An async generator of the text's pieces; prompt.signal aborts it. */
  complete(_prompt) {
    throw new Error('a ModelAdapter has a method complete(prompt)');
  }

  /** Throw a ServiceError when `model` would not answer now. */
  health(_model) {}

  close() {}
}

export class Monitor {
  /** Several records at once; `lost` were dropped before them. */
  onRecords(records, _lost) {
    for (const record of records) this.onRecord(record);
  }

  /** One of them. */
  onRecord(_record) {}

  close() {}
}

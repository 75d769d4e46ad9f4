/**
 * What Switchyard's server tells beside LSP (docs/protocol.md), and what its
 * commands print with --json: as far as it is shown here.
 */
export interface Tally {
  calls: number;
  unpricedCalls: number;
  tokensIn: number;
  tokensOut: number;
  cost: number;
}

export interface ModelStatus {
  model: string;
  provider: string;
  local: boolean;
  health: string;
  restsMs?: number;
  restsBecause?: string;
  requestsLeft?: number;
  tokensLeft?: number;
  today?: Tally;
}

export interface Budget {
  for: string;
  per: string;
  dollars: number;
  spent: number;
  budgetLeft: number;
  then: string;
  usedUp: boolean;
}

export interface Last {
  uri: string;
  class: string;
  model: string;
  provider: string;
  route: number;
  outcome: 'text' | 'empty' | 'silent' | 'late';
  cached: boolean;
  ms: number;
  cost?: number;
}

export interface Status {
  models: ModelStatus[];
  last?: Last;
  today: Tally;
  budgets?: Budget[];
  requests: number;
  shown: number;
  accepted: number;
}

export interface Candidate {
  model: string;
  provider: string;
  rank?: number;
  reason?: string;
  excluded?: string | boolean;
}

export interface Explanation {
  class: string;
  language: string;
  path: string[];
  in: string[];
  features: Record<string, unknown>;
  privacy: { tier: string; by: string };
  route: { index: number; name: string } & Record<string, unknown>;
  rules: {
    index: number;
    condition: string;
    action: string;
    applied: boolean;
  }[];
  candidates: Candidate[];
  model: string;
}

/** A row of `switchyard models --services --json`. */
export interface Service {
  type: string;
  title: string;
  local: boolean;
  auth?: { variable?: string };
  /** Keys of the provider's row that have no default. */
  needs: string[];
  default_model?: string;
}

/** The built-in model's name, which is always there. */
export const BUILTIN = 'builtin';

/**
 * What is shown as a document: Markdown, in lists rather than tables, which
 * read well as they stand also where there is little room.
 */
import { basename } from 'node:path';
import type {
  Budget,
  Candidate,
  Explanation,
  Last,
  ModelStatus,
  Service,
  Status,
} from './protocol';

export function money(dollars: number): string {
  if (dollars === 0) return '$0';
  return dollars < 0.01
    ? `$${dollars.toPrecision(2)}`
    : `$${dollars.toFixed(2)}`;
}

/** One that stands in the text as it is, on one line. */
const plain = (value: unknown): string =>
  String(value ?? '').replace(/\s+/g, ' ');

const list = (rows: string[]): string =>
  rows.map((row) => `- ${row}`).join('\n');

const section = (title: string, rows: string[]): string[] =>
  rows.length ? [`## ${title}`, list(rows)] : [];

const document = (parts: string[]): string =>
  parts.filter((part) => part).join('\n\n') + '\n';

/** "averages.py, line 12, column 9", counted from 1 as the editor shows it. */
export function placeOf(path: string, line: number, character: number): string {
  return `${basename(path)}, line ${line + 1}, column ${character + 1}`;
}

export function sentenceOf(last: Last): string {
  const cost =
    last.cost === undefined ? 'at an unknown price' : `for ${money(last.cost)}`;
  const outcome = {
    text: last.cached
      ? 'answered from memory'
      : `answered in ${Math.round(last.ms)} ms, ${cost}`,
    empty: 'had nothing to suggest',
    silent: 'was not asked: a rule wanted silence',
    late: 'was too late',
  }[last.outcome];
  return `${last.model || 'no model'} ${outcome}`;
}

function candidate(c: Candidate): string {
  return `${c.excluded ? 'left out' : c.rank}: **${c.model}** (${c.provider}), ${plain(c.reason)}`;
}

function routeOptions(route: Explanation['route']): string[] {
  return Object.entries(route)
    .filter(([key]) => !['index', 'name', 'default'].includes(key))
    .map(([key, value]) => `${key}: ${plain(value)}`);
}

export function explanation(
  e: Explanation,
  place: string,
  last: Last | undefined,
): string {
  return document([
    `# ${e.class} → ${e.model}`,
    `${place}. Nothing was sent to find this out.`,
    ...section('Which model', e.candidates.map(candidate)),
    ...section(`Which route: ${e.route.name}`, routeOptions(e.route)),
    ...section(
      'Which rules',
      e.rules.map(
        (r) =>
          `rules[${r.index}], ${r.applied ? 'held' : 'did not hold'}: \`${plain(r.condition)}\` → ${plain(r.action)}`,
      ),
    ),
    ...section('Where the cursor is', [
      `class: ${e.class}`,
      `language: ${e.language}`,
      `inside: ${e.in.map(plain).join(' › ') || 'nothing'}`,
      `syntax: ${e.path.join(' › ')}`,
      `the text of the file may go: ${e.privacy.tier} (${plain(e.privacy.by)})`,
    ]),
    ...section(
      'The last completion here',
      last ? [`of class ${last.class}: ${sentenceOf(last)}`] : [],
    ),
    ...section(
      'What conditions may name',
      Object.entries(e.features).map(
        ([name, value]) => `${name}: ${plain(value)}`,
      ),
    ),
  ]);
}

function health(m: ModelStatus): string {
  if (!m.restsMs) return m.health;
  return `${m.health}, left alone for ${Math.ceil(m.restsMs / 1000)} s, because ${m.restsBecause}`;
}

function model(m: ModelStatus): string {
  const today = m.today
    ? `; today ${m.today.calls} calls, ${money(m.today.cost)}`
    : '';
  return `**${m.model}** (${m.provider}, ${m.local ? 'this machine' : 'elsewhere'}): ${health(m)}${today}`;
}

function budget(b: Budget): string {
  const end = b.usedUp ? 'used up' : `${money(b.budgetLeft)} left`;
  return `${b.for}: ${money(b.spent)} of ${money(b.dollars)} this ${b.per}, ${end}; then ${b.then}`;
}

export function status(s: Status, note: string): string {
  const t = s.today;
  const unpriced = t.unpricedCalls
    ? [`${t.unpricedCalls} further calls, whose price is unknown`]
    : [];
  return document([
    '# Models, health and costs',
    note,
    ...section('Models', s.models.map(model)),
    ...section('Today', [
      `${t.calls} calls, ${money(t.cost)}`,
      ...unpriced,
      `${t.tokensIn} tokens sent, ${t.tokensOut} received`,
    ]),
    ...section('Budgets', (s.budgets ?? []).map(budget)),
    ...section('Since the server has started', [
      `${s.requests} completions were asked for, ${s.shown} had a text, ${s.accepted} were accepted whole`,
    ]),
  ]);
}

/** What the configuration says of it, under "providers". */
export function providerRow(s: Service): string {
  const needs = s.needs.map((key) => `, "${key}": ""`).join('');
  return `{ "type": "${s.type}"${needs} }`;
}

function keyRow(s: Service, whereabouts: (name: string) => string): string {
  const name = s.auth?.variable ?? '';
  const adds = s.default_model ?? 'the models that you name';
  return `\`${name}\` (${whereabouts(name)}) adds ${adds} of ${s.title}, with \`${providerRow(s)}\``;
}

/** What is there now, and which key would add what. */
export function found(
  s: Status | undefined,
  services: Service[],
  whereabouts: (name: string) => string,
): string {
  const models = s?.models ?? [];
  const keyed = services.filter((service) => service.auth?.variable);
  return document([
    '# Models and keys',
    models.length > 1
      ? ''
      : 'No model server was found on this machine, and none is configured: the built-in model answers alone.',
    ...section('Models that answer now', models.map(model)),
    ...section(
      'What a key would add',
      keyed.map((service) => keyRow(service, whereabouts)),
    ),
    '"Switchyard: Set or Remove a Key…" keeps a key here, and adds the row to "providers" in your configuration.',
  ]);
}

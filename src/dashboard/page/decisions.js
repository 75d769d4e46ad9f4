// The last completions, a row each; a row opens into why it went as it did.
import { count, find, make, money, moment, share, table, time } from './dom.js';

const columns = [
  { title: 'Class', cell: (c) => c.class },
  { title: 'Language', minor: true, cell: (c) => c.language },
  { title: 'Route', minor: true, cell: (c) => c.route ?? '' },
  { title: 'Model', cell: (c) => c.model || make('span', { class: 'faint' }, 'none') },
  { title: 'Outcome', cell: outcome },
  { title: 'Text after', number: true, minor: true, cell: (c) => milliseconds(c.first_us) },
  { title: 'All after', number: true, cell: (c) => milliseconds(c.total_us) },
  { title: 'Cost', number: true, cell: (c) => money(c.cost) },
  { title: 'Accepted', number: true, minor: true, cell: (c) => share(c.accepted) },
  { title: 'Editor', minor: true, cell: (c) => c.editor },
  { title: 'Project', minor: true, cell: (c) => c.project },
];

const milliseconds = (us) => time(us == null ? null : us / 1000);

function outcome(c) {
  const how = c.cached ? ', from memory' : c.joined ? ', joined' : '';
  const failed = c.failure in words.failures;
  const calls = failed ? `, ${c.calls} call${c.calls === 1 ? '' : 's'}` : '';
  return make('span', { class: failed ? 'warn' : null }, `${c.outcome}${how}${calls}`);
}

const rows = new Map(); // id -> {completion, line, button, detail}
let ask = async () => null;
let words = { errors: {}, failures: {} };

// --- what a row opens into

function list(title, items, item) {
  return items?.length
    ? make('div', {}, make('h3', {}, title), make('ol', {}, ...items.map((i) => make('li', {}, item(i)))))
    : null;
}

function attempts(c) {
  return c.attempts?.length
    ? make(
        'div',
        {},
        make('h3', {}, 'Asked'),
        table(
          [
            { title: 'Model', head: true, cell: (a) => a.model },
            { title: 'Ended', long: true, cell: (a) => (a.outcome === 'OK' ? 'answered' : (words.failures[a.outcome] ?? words.errors[a.outcome] ?? a.outcome)) },
            { title: 'Text after', number: true, cell: (a) => milliseconds(a.first_us) },
            { title: 'All after', number: true, cell: (a) => milliseconds(a.total_us) },
            { title: 'Tokens', number: true, cell: (a) => [a.estimated ? 'about ' : '', count(a.tokens_in), ' + ', count(a.tokens_out)] },
            { title: 'Cost', number: true, cell: (a) => money(a.cost) },
          ],
          c.attempts,
        ),
      )
    : make('p', {}, c.cached ? 'No model was asked: it was in memory.' : 'No model was asked.');
}

function rules(decision) {
  return decision.rules?.length
    ? make(
        'div',
        {},
        make('h3', {}, 'Rules'),
        table(
          [
            { title: 'Rule', head: true, cell: (r) => `rules[${r.index}]` },
            { title: 'Condition', long: true, cell: (r) => make('code', {}, String(r.condition)) },
            { title: 'Action', long: true, cell: (r) => make('code', {}, String(r.action)) },
            { title: 'Applied', cell: (r) => make('span', { class: r.applied ? 'good' : 'faint' }, r.applied ? 'yes' : 'no') },
          ],
          decision.rules,
        ),
      )
    : null;
}

function features(decision) {
  const pairs = Object.entries(decision.features ?? {});
  return pairs.length
    ? make(
        'div',
        {},
        make('h3', {}, 'Features'),
        make(
          'dl',
          { class: 'features' },
          ...pairs.map(([name, value]) =>
            make('div', {}, make('dt', {}, name), make('dd', {}, value === null ? 'unknown' : String(value))),
          ),
        ),
      )
    : null;
}

function reasons(c, decision) {
  const { privacy, hedge, skipped } = decision;
  return [
    `Route: ${c.route ?? 'none'}.`,
    privacy && `May leave to: ${privacy.tier} (${privacy.by}).`,
    skipped && `Skipped: ${skipped}.`,
    hedge &&
      (hedge.with
        ? `${hedge.with} is asked too, when ${hedge.of} has no text after ${Math.round(hedge.after_ms)} ms.`
        : `None is asked beside ${hedge.of}: ${hedge.reason}.`),
  ]
    .filter(Boolean)
    .join(' ');
}

function explanation(c) {
  const decision = c.decision ?? {};
  return [
    make('p', {}, reasons(c, decision)),
    make(
      'div',
      { class: 'columns' },
      attempts(c),
      list('Candidates', decision.candidates, (i) => `${i.model} (${i.provider}): ${i.reason ?? ''}${i.excluded ? `, left out: ${i.excluded}` : ''}`),
      rules(decision),
      features(decision),
    ),
  ];
}

async function open(row) {
  row.button.setAttribute('aria-expanded', 'true');
  row.detail.hidden = false;
  const cell = row.detail.firstChild;
  const c = await ask(row.completion.id);
  cell.replaceChildren(...(c ? explanation(c) : [make('p', {}, 'The history does not have it any more.')]));
}

function toggle(row) {
  if (row.detail.hidden) return open(row);
  row.button.setAttribute('aria-expanded', 'false');
  row.detail.hidden = true;
}

// --- the list

function cells(c) {
  return columns.map((column) =>
    make('td', { class: [column.number && 'n', column.minor && 'minor'].filter(Boolean).join(' ') || null }, ...[column.cell(c)].flat()),
  );
}

function makeRow(c) {
  const row = { completion: c };
  row.button = make(
    'button',
    { class: 'opener', type: 'button', 'aria-expanded': 'false', 'aria-controls': `why-${c.id}`, onclick: () => toggle(row) },
    moment(c.wall_us / 1000),
  );
  row.line = make('tr', {}, make('th', { scope: 'row' }, row.button), ...cells(c));
  row.detail = make(
    'tr',
    { class: 'opened', id: `why-${c.id}`, hidden: true },
    make('td', { colspan: columns.length + 1 }, 'Reading…'),
  );
  return row;
}

/** What becomes known of it later changes the cells, not the button. */
function refresh(row, c) {
  if (JSON.stringify(c) === JSON.stringify(row.completion)) return;
  row.completion = c;
  row.line.replaceChildren(row.line.firstChild, ...cells(c));
  if (!row.detail.hidden) open(row);
}

const body = make('tbody');

/** `question(id)` gives a completion as a whole; `sentences` are those of kinds. */
export function startDecisions(question, sentences) {
  ask = question;
  words = sentences;
  const head = table([{ title: 'Time' }, ...columns], []);
  head.tBodies[0].replaceWith(body);
  find('decisions').replaceChildren(head);
}

/** What is open, or has the focus, stays until it is neither. */
export function showDecisions(completions) {
  const ids = new Set(completions.map((c) => c.id));
  for (const [id, row] of rows)
    if (!ids.has(id) && row.detail.hidden && row.button !== document.activeElement) {
      row.line.remove();
      row.detail.remove();
      rows.delete(id);
    }
  for (const c of completions)
    if (rows.has(c.id)) refresh(rows.get(c.id), c);
    else rows.set(c.id, makeRow(c));
  const order = [...rows.values()].sort(
    (a, b) => b.completion.wall_us - a.completion.wall_us || (a.completion.id.length - b.completion.id.length || (a.completion.id < b.completion.id ? 1 : -1)),
  );
  let at = body.firstChild;
  for (const row of order) {
    if (row.line === at) {
      at = row.detail.nextSibling;
      continue;
    }
    body.insertBefore(row.line, at);
    body.insertBefore(row.detail, at);
  }
}

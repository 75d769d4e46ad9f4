// Sums, groups and failures.
import { count, find, make, money, moneyText, share, table, time, timeText } from './dom.js';
import { swatch } from './charts.js';

function sum(title, value, note) {
  return make(
    'div',
    {},
    make('dt', {}, title),
    make('dd', {}, value, make('small', {}, note)),
  );
}

const part = (n, of) => (of ? n / of : null);

export function showSums(total) {
  const failed = part(total.failures, total.calls);
  find('sums').replaceChildren(
    sum(
      'Completions',
      count(total.completions),
      `${count(total.texts)} with a text, ${count(total.superseded)} overtaken by the next key`,
    ),
    sum(
      'Time to text',
      time(total.text_p50_ms),
      total.text_p95_ms == null ? 'nobody knows' : `19 of 20 within ${timeText(total.text_p95_ms)}`,
    ),
    sum(
      'Accepted',
      share(total.accept_rate),
      `${count(total.accepted)} of ${count(total.judged)} judged, ${count(total.accepted_whole)} as a whole`,
    ),
    sum('Kept', share(total.retain_rate_5min), 'of what was accepted is there 5 min later'),
    sum('Cost', money(total.cost_usd), total.unpriced ? `and ${count(total.unpriced)} calls of unknown price` : 'of all calls'),
    sum('Saved by routing', money(total.saved_usd), 'against your dearest model'),
    sum('Failed calls', share(failed), `${count(total.failures)} of ${count(total.calls)}`),
    sum(
      'Calls avoided',
      count(total.avoided),
      `${count(total.cached)} from memory, ${count(total.joined)} joined another`,
    ),
  );
}

/** A bar beside a number that is there, too. */
function bar(value, most) {
  const inner = make('span', { class: 'bar' });
  inner.style.width = `${most ? (100 * value) / most : 0}%`;
  return make('span', { class: 'track', 'aria-hidden': true }, inner);
}

const nobody = { model: 'no model', class: 'unknown', language: 'unknown', editor: 'unknown', project: 'none', route: 'none' };

export function showGroups(report, by) {
  const { rows } = report;
  const most = Math.max(...rows.map((row) => row.calls + row.completions), 0);
  const name = (row) =>
    row.others ? 'all others' : row[by] || make('span', { class: 'faint' }, nobody[by]);
  find('groups').replaceChildren(
    table(
      [
        {
          title: by[0].toUpperCase() + by.slice(1),
          head: true,
          cell: (row) => [by === 'model' && row.model ? swatch(row.model) : '', name(row)],
        },
        {
          title: 'Completions',
          number: true,
          cell: (row) => count(row.completions),
        },
        {
          title: 'Calls',
          number: true,
          cell: (row) => count(row.calls),
        },
        { title: '', minor: true, cell: (row) => bar(row.calls + row.completions, most) },
        { title: 'Accepted', number: true, cell: (row) => share(row.accept_rate) },
        { title: 'Judged', number: true, minor: true, cell: (row) => count(row.judged) },
        { title: 'Kept 30 s', number: true, minor: true, cell: (row) => share(row.retain_rate_30s) },
        { title: 'Kept 5 min', number: true, cell: (row) => share(row.retain_rate_5min) },
        { title: 'Text, half', number: true, cell: (row) => time(row.text_p50_ms) },
        { title: '19 of 20', number: true, minor: true, cell: (row) => time(row.text_p95_ms) },
        { title: 'Avoided', number: true, minor: true, cell: (row) => count(row.avoided) },
        { title: 'Failed', number: true, cell: (row) => share(part(row.failures, row.calls)) },
        { title: 'Tokens in', number: true, minor: true, cell: (row) => count(row.tokens_in) },
        { title: 'out', number: true, minor: true, cell: (row) => count(row.tokens_out) },
        { title: 'Cost', number: true, cell: (row) => money(row.cost_usd) },
        { title: 'Saved', number: true, minor: true, cell: (row) => money(row.saved_usd) },
      ],
      rows,
    ),
  );
}

/** Kinds down, with the models that had them. */
export function showFailures(report, sentences) {
  const kinds = Object.entries(report.total.errors).sort((a, b) => b[1] - a[1]);
  const most = kinds[0]?.[1] ?? 0;
  const whose = (kind) =>
    report.rows
      .filter((row) => row.errors[kind])
      .map((row) => `${row.model || 'no model'} ${row.errors[kind]}`)
      .join(', ');
  find('failures').replaceChildren(
    kinds.length
      ? table(
          [
            { title: 'Kind', head: true, long: true, cell: ([kind]) => sentences[kind] ?? kind },
            { title: 'Calls', number: true, cell: ([, n]) => count(n) },
            { title: '', minor: true, cell: ([, n]) => bar(n, most) },
            { title: 'Of', long: true, cell: ([kind]) => whose(kind) },
          ],
          kinds,
        )
      : make('p', { class: 'faint' }, 'no call failed in this time'),
  );
}

export function costNote(total) {
  find('cost-note').replaceChildren(
    total.saved_usd > 0
      ? `Routing saved ${moneyText(total.saved_usd)} against your dearest model.`
      : 'What calls took, as far as their prices are known.',
  );
}

// Elements, and words for numbers. Text is always put in as text.

/** An element; `properties` are attributes, but `on…` are listeners. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties))
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value !== false && value != null)
      element.setAttribute(name, value === true ? '' : value);
  element.append(...children.filter((child) => child != null));
  return element;
}

export const find = (id) => document.getElementById(id);

/** `columns`: {title, cell(row), number?, head?, minor?, long?}. */
export function table(columns, rows, caption) {
  const className = (column) =>
    [column.number && 'n', column.minor && 'minor', column.long && 'long']
      .filter(Boolean)
      .join(' ') || null;
  const cell = (column, row) =>
    make(
      column.head ? 'th' : 'td',
      { class: className(column), scope: column.head && 'row' },
      ...[column.cell(row)].flat(),
    );
  return make(
    'table',
    {},
    caption && make('caption', {}, caption),
    make(
      'thead',
      {},
      make(
        'tr',
        {},
        ...columns.map((column) =>
          make('th', { scope: 'col', class: className(column) }, column.title),
        ),
      ),
    ),
    make(
      'tbody',
      {},
      ...rows.map((row) =>
        make('tr', {}, ...columns.map((column) => cell(column, row))),
      ),
    ),
  );
}

/** What nobody knows is a dash, which is read out as what it means. */
const unknown = () =>
  make('span', { class: 'faint', 'aria-label': 'unknown' }, '–');
const known = (value, text) => (value == null ? unknown() : text(value));

const whole = new Intl.NumberFormat('en');
export const count = (value) => known(value, (n) => whole.format(n));

export const share = (value) =>
  known(value, (n) => `${(100 * n).toFixed(n > 0 && n < 0.1 ? 1 : 0)} %`);

export function timeText(ms) {
  if (ms >= 10000) return `${(ms / 1000).toFixed(0)} s`;
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  return ms >= 10 || ms === 0 ? `${ms.toFixed(0)} ms` : `${ms.toFixed(1)} ms`;
}
export const time = (ms) => known(ms, timeText);

/** Four digits that count, as the commands have it. */
export function moneyText(dollars) {
  if (dollars === 0) return '$0';
  const digits =
    Math.abs(dollars) >= 1
      ? 2
      : Math.min(12, 3 - Math.floor(Math.log10(Math.abs(dollars))));
  const text = dollars.toFixed(digits);
  return `$${dollars >= 1 ? text : text.replace(/0+$/, '')}`;
}
export const money = (dollars) => known(dollars, moneyText);

const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const date = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
});

/** The time of day, with the day where it is another one. */
export function moment(ms) {
  const when = new Date(ms);
  const today = new Date().toDateString() === when.toDateString();
  return make(
    'time',
    { datetime: when.toISOString() },
    today ? clock.format(when) : `${date.format(when)}, ${clock.format(when)}`,
  );
}

// Charts of uPlot's, each with its figures as a table below.
import { make, moneyText, table, timeText } from './dom.js';

const HEIGHT = 210;
const MOST = 8; // as many models have a colour and a line

/** A model keeps its colour while the page is open. */
const places = new Map();
export function colourName(model) {
  if (!places.has(model)) places.set(model, places.size);
  return `--series-${(places.get(model) % MOST) + 1}`;
}

/** Canvas knows no variables. */
const colour = (name) =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export function swatch(model) {
  const mark = make('span', { class: 'swatch', 'aria-hidden': true });
  mark.style.background = `var(${colourName(model)})`;
  return mark;
}

/** Arrow keys move the cursor as the mouse does; the legend tells the values. */
function byKeyboard(plot, event) {
  const x = plot.data[0];
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!step || !x.length) return;
  event.preventDefault();
  const at = plot.cursor.idx ?? (step > 0 ? -1 : x.length);
  const next = Math.min(x.length - 1, Math.max(0, at + step));
  plot.setCursor({ left: plot.valToPos(x[next], 'x'), top: 10 });
}

function axes(text) {
  const line = { stroke: colour('--line'), width: 1 };
  const common = { stroke: colour('--faint'), grid: line, ticks: line };
  return [
    { ...common },
    { ...common, size: 70, values: (_, ticks) => ticks.map(text) },
  ];
}

/** A chart in `place`; show() replaces what it shows. */
function chart(place, title) {
  const box = make('div', {
    class: 'plot',
    tabindex: 0,
    role: 'img',
    'aria-label': title,
  });
  const cells = make('div', {
    class: 'wide tall',
    role: 'region',
    'aria-label': `${title}, as a table`,
    tabindex: 0,
  });
  const words = make('details', {}, make('summary', {}, 'As a table'), cells);
  let plot = null;
  let last = null;
  const width = () => Math.max(240, box.clientWidth);
  const draw = () => {
    plot?.destroy();
    plot = null;
    const options = last?.options();
    if (options)
      plot = new uPlot(
        { ...options, width: width(), height: HEIGHT },
        last.data,
        box,
      );
  };
  new ResizeObserver(() => plot?.setSize({ width: width(), height: HEIGHT })).observe(box);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  box.addEventListener('keydown', (event) => plot && byKeyboard(plot, event));
  return (shown) => {
    const empty = !shown.data[0].length;
    const same = plot && last && last.key === shown.key && !empty;
    last = empty ? null : shown;
    if (!words.isConnected) place.replaceChildren(box, words);
    box.setAttribute('aria-label', `${title}: ${shown.summary}`);
    cells.replaceChildren(shown.table);
    words.hidden = empty;
    if (same) plot.setData(shown.data);
    else draw();
    if (empty) box.replaceChildren(make('p', { class: 'faint' }, shown.summary));
    else box.querySelector(':scope > p')?.remove();
  };
}

/** The models with most calls, and the times in order. */
function frame(rows, weight) {
  const sums = new Map();
  for (const row of rows)
    if (row.model) sums.set(row.model, (sums.get(row.model) ?? 0) + weight(row));
  const models = [...sums]
    .filter(([, sum]) => sum > 0)
    .sort((a, b) => b[1] - a[1])
    .slice(0, MOST)
    .map(([model]) => model);
  const times = [...new Set(rows.filter((row) => models.includes(row.model)).map((row) => row.began_us))].sort((a, b) => a - b);
  const cells = new Map(rows.map((row) => [`${row.model}\n${row.began_us}`, row]));
  return { models, times, at: (model, began) => cells.get(`${model}\n${began}`) };
}

function timeColumn(bucket) {
  return {
    title: bucket === 'day' ? 'Day' : 'From',
    head: true,
    cell: (row) => row[bucket],
  };
}

/** `figure` is "first" or "total". */
export function latencyChart(place, title, figure) {
  const show = chart(place, title);
  const parts = [
    ['p50', {}],
    ['p95', { dash: [5, 4], width: 1 }],
  ];
  return (rows, bucket, range) => {
    const weight = (row) => (row[`${figure}_p50_ms`] == null ? 0 : row.calls);
    const { models, times, at } = frame(rows, weight);
    const lines = models.flatMap((model) =>
      parts.map(([part, look]) => ({ model, part, look })),
    );
    const value = (line, began) =>
      at(line.model, began)?.[`${figure}_${line.part}_ms`] ?? null;
    const cells = rows.filter(weight);
    show({
      key: JSON.stringify([models, range.key]),
      data: [
        times.map((began) => began / 1e6),
        ...lines.map((line) => times.map((began) => value(line, began))),
      ],
      options: () => ({
        scales: { x: { range: (_, first) => range.seconds(first) }, y: { range: (_, __, max) => [0, max * 1.1] } },
        axes: axes(timeText),
        series: [
          {},
          ...lines.map(({ model, part, look }) => ({
            label: `${model} ${part}`,
            stroke: colour(colourName(model)),
            width: 2,
            spanGaps: true,
            points: { show: times.length < 60, size: 5 },
            value: (_, ms) => (ms == null ? '–' : timeText(ms)),
            ...look,
          })),
        ],
      }),
      summary: models.length
        ? `${times.length} points in time of ${models.join(', ')}`
        : 'no call had text in this time',
      table: table(
        [
          timeColumn(bucket),
          { title: 'Model', cell: (row) => row.model },
          { title: 'Calls', number: true, cell: (row) => row.calls },
          ...['p50', 'p95', 'p99'].map((part) => ({
            title: part,
            number: true,
            cell: (row) => timeText(row[`${figure}_${part}_ms`]),
          })),
        ],
        cells,
      ),
    });
  };
}

/** Bars that stand on each other: the sums are drawn, the highest first. */
export function costChart(place, title) {
  const show = chart(place, title);
  return (rows, range) => {
    const { models, times, at } = frame(rows, (row) => row.cost_usd ?? 0);
    const value = (model, began) => at(model, began)?.cost_usd ?? 0;
    const sums = models.map((_, i) =>
      times.map((began) =>
        models.slice(i).reduce((sum, model) => sum + value(model, began), 0),
      ),
    );
    const all = sums[0]?.reduce((a, b) => a + b, 0) ?? 0;
    show({
      key: JSON.stringify([models, range.key]),
      data: [times.map((began) => began / 1e6), ...sums],
      options: () => ({
        scales: {
          x: { range: (_, min, max) => [min - 43200, max + 43200] },
          y: { range: (_, __, max) => [0, max * 1.1 || 1] },
        },
        axes: axes(moneyText),
        series: [
          { value: '{DD} {MMM}' },
          ...models.map((model) => ({
            label: model,
            stroke: colour(colourName(model)),
            fill: colour(colourName(model)),
            width: 0,
            paths: uPlot.paths.bars({ size: [0.6, 60] }),
            points: { show: false },
            value: (plot, _, __, at) =>
              at == null ? '–' : moneyText(value(model, Math.round(plot.data[0][at] * 1e6))),
          })),
        ],
      }),
      summary: all
        ? `${moneyText(all)} in all, of ${models.join(', ')}`
        : 'nothing with a known price was spent in this time',
      table: table(
        [
          timeColumn('day'),
          { title: 'Model', cell: (row) => row.model },
          { title: 'Cost', number: true, cell: (row) => moneyText(row.cost_usd) },
          { title: 'Tokens in', number: true, cell: (row) => row.tokens_in },
          { title: 'Tokens out', number: true, cell: (row) => row.tokens_out },
        ],
        rows.filter((row) => row.cost_usd > 0),
      ),
    });
  };
}

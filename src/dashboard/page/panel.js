// What is shown, and when it is asked for anew.
import { costChart, latencyChart, colourName } from './charts.js';
import { showDecisions, startDecisions } from './decisions.js';
import { find, make } from './dom.js';
import { costNote, showFailures, showGroups, showSums } from './figures.js';
import { showNow } from './now.js';

const PAUSE_MS = 1000; // between two readings of the history
const FILTERS_MS = 10000; // likewise, of what filters may name
const LIST = 50;
const ranges = {
  hour: { ms: 3600e3, bucket: 'minute' },
  day: { ms: 86400e3, bucket: 'hour' },
  week: { ms: 7 * 86400e3, bucket: 'hour' },
  month: { ms: 30 * 86400e3, bucket: 'day' },
  all: { ms: Infinity, bucket: 'day' },
};
const filters = find('filters');
const names = ['model', 'class', 'language', 'project'];
const charts = {
  first: latencyChart(find('first'), 'Time to text', 'first'),
  total: latencyChart(find('total'), 'Time to the whole answer', 'total'),
  cost: costChart(find('cost'), 'Cost by day and model'),
};
let words = { errors: {}, failures: {}, history: '' };
let filtersRead = -FILTERS_MS;
let recorded = true; // whether the configuration has a history at all

// --- asking

class Refused extends Error {
  constructor(status, sentence) {
    super(sentence);
    this.status = status;
  }
}

async function get(path) {
  const answer = await fetch(path, { cache: 'no-store' });
  if (!answer.ok) throw new Refused(answer.status, (await answer.text()).trim());
  return answer.json();
}

/** The filters as parameters; `more` are others. */
function parameters(more, filtered = true) {
  const form = new FormData(filters);
  const { ms } = ranges[form.get('range')];
  const all = new URLSearchParams(more);
  if (ms < Infinity) all.set('since', Math.round(Date.now() - ms));
  for (const name of filtered ? names : [])
    if (form.get(name)) all.set(name, form.get(name));
  return all;
}

const report = (by, filtered) =>
  get(`report.json?${parameters({ by }, filtered)}`);

// --- showing

/** The span of time that charts have: that of the filter, up to now, and all
 * of the hour or day that it begins in. */
function rangeOf(name) {
  const { ms } = ranges[name];
  return {
    key: name,
    seconds: (first) => {
      const now = Date.now() / 1000;
      const span = ms < Infinity ? ms / 1000 : 3600;
      return [Math.min(now - span, first - span / 100), now + span / 100];
    },
  };
}

function fillFilter(name, rows) {
  const select = filters.elements[name];
  const wanted = select.value;
  const values = rows.map((row) => row[name]).filter(Boolean).sort();
  if (wanted && !values.includes(wanted)) values.push(wanted);
  const now = [...select.options].slice(1).map((option) => option.value);
  if (JSON.stringify(now) === JSON.stringify(values)) return;
  select.replaceChildren(
    select.options[0],
    ...values.map((value) => make('option', { value }, value)),
  );
  select.value = wanted;
}

function exportLinks(by) {
  const figures = parameters({ by });
  const completions = parameters({ limit: 10000 });
  find('groups-csv').href = `report.csv?${figures}`;
  find('groups-json').href = `report.json?${figures}`;
  find('decisions-csv').href = `completions.csv?${completions}`;
  find('decisions-json').href = `completions.json?${completions}`;
}

const step = (...parts) => make('li', {}, ...parts);
const code = (text) => make('code', {}, text);

/** Nothing was ever recorded, or nothing of what is asked for. */
function showEmpty(completions) {
  const place = find('empty');
  place.hidden = completions > 0;
  if (completions > 0) return;
  const filtered = names.some((name) => filters.elements[name].value) || filters.elements.range.value !== 'all';
  place.replaceChildren(
    make('h2', { id: 'empty-title' }, filtered ? 'Nothing in this time and with these filters' : 'Nothing was recorded yet'),
    !recorded
      ? make('p', {}, 'The configuration has ', code('"history": false'), ': nothing is recorded. Without it, completions are, as names and figures.')
      : make(
          'ul',
          {},
          step('Open a file in an editor that has Switchyard as a language server, and type: each completion appears here a second later.'),
          step('Or ask for one in a shell: ', code('switchyard complete FILE:LINE:COL')),
          step('What is recorded stands in ', code(words.history), '; figures of before are there with "All there is".'),
        ),
  );
}

async function readAll() {
  const range = filters.elements.range.value;
  const by = new FormData(find('by')).get('by');
  const { bucket } = ranges[range];
  const [groups, models, times, days, list] = await Promise.all([
    report(by),
    report('model'),
    report(`${bucket},model`),
    bucket === 'day' ? null : report('day,model'),
    get(`completions.json?${parameters({ limit: LIST })}`),
  ]);
  return { range, by, bucket, groups, models, times, days: days ?? times, list };
}

function show(all) {
  const { total } = all.models;
  for (const row of all.models.rows) if (row.model) colourName(row.model);
  const range = rangeOf(all.range);
  showEmpty(total.completions + total.calls);
  showSums(total);
  costNote(total);
  showGroups(all.groups, all.by);
  showFailures(all.models, words.failures);
  charts.first(all.times.rows, all.bucket, range);
  charts.total(all.times.rows, all.bucket, range);
  charts.cost(all.days.rows, range);
  showDecisions(all.list);
  exportLinks(all.by);
  trouble(
    [all.groups, all.models, all.times].some((r) => r.cut)
      ? `There is more than can be read in time: the figures begin at ${new Date(all.models.since_us / 1000).toLocaleString()}.`
      : '',
  );
}

function trouble(text) {
  find('trouble').hidden = !text;
  find('trouble').textContent = text;
}

// --- when

let reading = false;
let wanted = false;

/** One reading at a time, and a pause that grows with how long it takes. */
async function refresh() {
  wanted = true;
  if (reading) return;
  reading = true;
  while (wanted) {
    wanted = false;
    const began = performance.now();
    try {
      show(await readAll());
    } catch (error) {
      if (error instanceof Refused && error.status === 404) showEmpty(0);
      else if (error instanceof Refused) trouble(error.message);
    }
    const took = performance.now() - began;
    await new Promise((done) => setTimeout(done, Math.max(PAUSE_MS, 4 * took)));
  }
  reading = false;
}

/** What there is to choose from changes seldom. */
async function readFilters(now = true) {
  const since = performance.now() - filtersRead;
  if (!now && since < FILTERS_MS) return;
  filtersRead = performance.now();
  try {
    const reports = await Promise.all(names.map((name) => report(name, false)));
    names.forEach((name, i) => fillFilter(name, reports[i].rows));
  } catch {
    // There is no history yet: nothing to choose from.
  }
}

/** Said once, when it changes: a screen reader reads it out. */
function say(text, state) {
  const live = find('live');
  if (live.textContent === text) return;
  live.textContent = text;
  live.className = state;
}

function listen() {
  const events = new EventSource('events');
  events.addEventListener('open', () => say('Live', 'on'));
  events.addEventListener('error', () =>
    say('Not connected: switchyard dashboard has ended, or is being started again', 'off'),
  );
  events.addEventListener('now', (event) => {
    const now = JSON.parse(event.data);
    recorded = now.history !== false;
    showNow(now);
  });
  events.addEventListener('history', () => {
    refresh();
    readFilters(false);
  });
  return events;
}

/** A page that nobody sees asks for nothing. */
function start() {
  let events = listen();
  document.addEventListener('visibilitychange', () => {
    events.close();
    if (document.hidden) return;
    events = listen();
    refresh();
  });
  addEventListener('pagehide', () => events.close());
  filters.addEventListener('change', () => {
    refresh();
    readFilters();
  });
  filters.addEventListener('reset', () =>
    setTimeout(() => {
      filters.elements.range.value = 'all';
      refresh();
      readFilters();
    }),
  );
  find('by').addEventListener('change', refresh);
  refresh();
  readFilters();
}

words = await get('words.json');
startDecisions(
  (id) => get(`completion.json?id=${id}`).catch(() => null),
  words,
);
start();

// How the models do at this moment, and the budgets.
import { count, find, make, money, moment, share, table, time } from './dom.js';
import { swatch } from './charts.js';

const words = { closed: 'well', open: 'left alone', 'half-open': 'being tried' };

function health(model) {
  const class_ = { closed: 'good', open: 'bad', 'half-open': 'warn' }[model.health];
  if (model.unasked) return make('span', { class: 'warn' }, `is ${model.unasked}`);
  const text = make('span', { class: class_ }, words[model.health] ?? model.health);
  return model.rests_until
    ? [text, ': ', model.rests_because, ', until ', moment(model.rests_until)]
    : text;
}

/** "12 of 60", or "any" where nothing limits it. */
const left = (value, limit) =>
  value == null ? make('span', { class: 'faint' }, 'any') : `${count(value)}${limit ? ` of ${count(limit)}` : ''}`;

export function showNow(now) {
  find('now').replaceChildren(
    table(
      [
        { title: 'Model', head: true, cell: (m) => [swatch(m.model), m.model] },
        { title: 'Provider', minor: true, cell: (m) => m.provider },
        { title: 'Health', long: true, cell: health },
        {
          title: 'Under way',
          number: true,
          cell: (m) => `${count(m.in_flight)}${m.max_concurrent ? ` of ${count(m.max_concurrent)}` : ''}`,
        },
        { title: 'Waiting', number: true, cell: (m) => count(m.queue) },
        { title: 'Requests left', number: true, cell: (m) => left(m.rpm_left, m.rpm) },
        { title: 'Tokens left', number: true, minor: true, cell: (m) => left(m.tpm_left, m.tpm) },
        { title: 'Budget left', number: true, minor: true, cell: (m) => (m.budget_left == null ? make('span', { class: 'faint' }, 'any') : money(m.budget_left)) },
        { title: 'Text, usually', number: true, minor: true, cell: (m) => time(m.learned?.ttft_ms) },
        { title: 'Succeeds', number: true, minor: true, cell: (m) => share(m.learned?.success_rate) },
      ],
      now.models ?? [],
    ),
  );
  showBudgets(now.budgets ?? []);
}

const then = {
  free_only: 'only free models are asked',
  cheapest: 'the cheapest is asked',
  stop: 'none of them is asked',
};

function showBudgets(budgets) {
  find('budgets').replaceChildren(
    ...(budgets.length
      ? [
          make('h3', {}, 'Budgets'),
          table(
            [
              { title: 'For', head: true, cell: (b) => `${b.for}, a ${b.per}` },
              {
                title: 'Left',
                number: true,
                cell: (b) =>
                  make(
                    'span',
                    { class: b.spent >= b.dollars ? 'bad' : b.spent >= b.dollars * b.warn_at ? 'warn' : 'good' },
                    money(Math.max(0, b.dollars - b.spent)),
                  ),
              },
              { title: 'Spent', number: true, cell: (b) => money(b.spent) },
              { title: 'Of', number: true, cell: (b) => money(b.dollars) },
              { title: 'When it is used up', minor: true, cell: (b) => then[b.then] ?? b.then },
            ],
            budgets,
          ),
        ]
      : []),
  );
}

// Counts completions by model, and pushes to a Prometheus Pushgateway.
//
//     {"plugins": [{"name": "push", "monitor": true,
//                   "command": ["node", "/path/pushgateway-monitor.mjs", "http://127.0.0.1:9091"]}]}
import { Monitor, run } from 'switchyard-sdk';

const add = (counts, labels, n) => counts.set(labels, (counts.get(labels) ?? 0) + n);
const lines = (name, counts) => [...counts].sort()
  .map(([labels, n]) => `${name}{${labels}} ${n}`);

class PushgatewayMonitor extends Monitor {
  completions = new Map();
  cost = new Map();
  lost = 0;

  constructor(url) {
    super();
    this.url = `${url.replace(/\/$/, '')}/metrics/job/switchyard`;
  }

  async onRecords(records, lost) {
    await super.onRecords(records, lost);
    this.lost += lost;
    await this.push();
  }

  onRecord(record) {
    add(this.completions, `model="${record.model}",outcome="${record.outcome}"`, 1);
    if (record.cost !== null) add(this.cost, `model="${record.model}"`, record.cost);
  }

  text() {
    return [
      '# TYPE switchyard_completions_total counter',
      ...lines('switchyard_completions_total', this.completions),
      '# TYPE switchyard_cost_dollars_total counter',
      ...lines('switchyard_cost_dollars_total', this.cost),
      '# TYPE switchyard_lost_records_total counter',
      `switchyard_lost_records_total ${this.lost}`,
    ].map((line) => `${line}\n`).join('');
  }

  async push() {
    try {
      const answer = await fetch(this.url, {
        method: 'PUT',
        body: this.text(),
        headers: { 'content-type': 'text/plain; version=0.0.4' },
        signal: AbortSignal.timeout(10000),
      });
      await answer.body?.cancel();
    } catch (e) {
      console.error(`${this.url}: ${e.cause?.message ?? e.message}`); // the next push has it all
    }
  }
}

run(new PushgatewayMonitor(process.argv[2]));

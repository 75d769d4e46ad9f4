// The plug-in of the transcripts, in JavaScript; fixture.py is the same one.
import { setTimeout } from 'node:timers/promises';
import {
  BaseRouter, Choice, ModelAdapter, Monitor, ServiceError, Stop, Usage, run,
} from 'switchyard-sdk';

class Router extends BaseRouter {
  selectModel(task) {
    console.log('this is no message');
    switch (task.language) {
      case 'rust': return this.getModel('rust-specialized');
      case 'python': return new Choice(task.candidates.map((c) => c.model).sort().reverse(),
        { reason: `${task.candidates.length} to choose from` });
      case 'c': return task.candidates.reduce((a, b) => (b.expected_cost < a.expected_cost ? b : a));
      case 'go': return [task.candidate('two'), 'one'];
      case 'java': throw new RangeError('no coffee');
      case 'lua': return 7;
      default: return super.selectModel(task);
    }
  }
}

class Adapter extends ModelAdapter {
  async *complete(prompt) {
    if (prompt.prefix === 'wait') {
      yield 'first';
      await setTimeout(1e6, undefined, { signal: prompt.signal });
    }
    if (prompt.prefix === 'limit') {
      throw new ServiceError('rate_limit', 'come back later', { retryAfter: 2.5 });
    }
    if (prompt.prefix === 'break') {
      yield 'half';
      throw new ServiceError('overloaded');
    }
    if (prompt.prefix === 'bug') yield 7;
    yield prompt.language;
    yield ' é\u{1f680} ';
    yield new Usage({ tokensIn: prompt.prefix.length });
    yield new Usage({ tokensOut: 3 });
    if (prompt.prefix === 'cut') yield new Stop('length');
  }

  health(model) {
    if (model !== 'well') throw new ServiceError('model', `there is no ${model}`);
  }
}

class Writer extends Monitor {
  seen = 0;

  onRecords(records, lost) {
    if (lost) throw new Error(`${lost} were lost, ${this.seen} were seen`);
    super.onRecords(records, lost);
  }

  onRecord(record) {
    this.seen += record.cost;
  }
}

run(new Router(), new Adapter(), new Writer());

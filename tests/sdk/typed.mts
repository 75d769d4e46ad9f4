// A plug-in in TypeScript, which knows the SDK as it was installed; what the
// declarations have to refuse stands behind @ts-expect-error.
import {
  BaseRouter, Choice, FAILURES, ModelAdapter, Monitor, ServiceError, Stop, Usage, run,
  type Candidate, type Failure, type Prompt, type Record, type Selection, type Task,
} from 'switchyard-sdk';

class Router extends BaseRouter {
  override async selectModel(task: Task): Promise<Selection> {
    if (task.language === 'rust') return this.getModel('rust-specialized');
    const known: readonly Candidate[] = task.candidates.filter((c) => (c.avg_ms ?? 0) < 900);
    const second: Candidate | undefined = known[1];
    // @ts-expect-error avg_ms is null where nobody knows it
    const wrong: number = task.candidates[0]!.avg_ms;
    // @ts-expect-error there are two triggers
    if (task.trigger === 'sometimes') return wrong.toFixed();
    return second ? new Choice([second, 'builtin'], { reason: 'the second' }) : super.selectModel(task);
  }
}

class Adapter extends ModelAdapter {
  override async *complete(prompt: Prompt): AsyncGenerator<string | Usage | Stop> {
    const kind: Failure = FAILURES[0] ?? 'refused';
    if (prompt.signal.aborted) throw new ServiceError(kind, 'no', { retryAfter: 2 });
    yield prompt.prefix;
    yield new Usage({ tokensIn: 1 });
    // @ts-expect-error there is no such reason
    yield new Stop('tired');
    // @ts-expect-error there is no such failure
    throw new ServiceError('bored');
  }

  override async health(model: string): Promise<void> {
    if (!model) throw new ServiceError('model');
  }
}

class Writer extends Monitor {
  override onRecord(record: Record): void {
    console.log(record['model'], record['cost']);
  }
}

// @ts-expect-error a number has no role
if (process.argv[2] === 'never') run(7);

run(new Router(), new Adapter(), new Writer());

// The cheapest model whose usual answer comes within a second and a half.
//
//     {"plugins": [{"name": "cost", "command": ["node", "/path/cost-router.mjs"]}],
//      "routes": [{"router": "cost"}]}
import { BaseRouter, Choice, run } from 'switchyard-sdk';

const PATIENCE_MS = 1500;

/** What nobody knows the price of comes last. */
const price = (candidate) => candidate.expected_cost ?? Infinity;

class CostRouter extends BaseRouter {
  selectModel(task) {
    // The built-in model costs nothing, and closes every chain anyway.
    const others = task.candidates.filter((c) => c.type !== 'builtin');
    const quick = others.filter((c) => c.avg_ms === null || c.avg_ms <= PATIENCE_MS);
    const ranked = (quick.length ? quick : others)
      .sort((a, b) => (price(a) < price(b) ? -1 : price(a) > price(b) ? 1 : 0));
    return new Choice(ranked, { reason: `the cheapest of ${ranked.length} that are quick enough` });
  }
}

run(new CostRouter());

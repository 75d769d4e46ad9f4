"""The cheapest model whose usual answer comes within a second and a half.

    {"plugins": [{"name": "cost", "command": ["python3", "/path/cost_router.py"]}],
     "routes": [{"router": "cost"}]}
"""
from switchyard_sdk import BaseRouter, Choice, run

PATIENCE_MS = 1500


def price(candidate):
    """What nobody knows the price of comes last."""
    cost = candidate.expected_cost
    return (cost is None, cost or 0)


class CostRouter(BaseRouter):
    def select_model(self, task):
        # The built-in model costs nothing, and closes every chain anyway.
        others = [c for c in task.candidates if c.type != "builtin"]
        quick = [c for c in others if c.avg_ms is None or c.avg_ms <= PATIENCE_MS]
        ranked = sorted(quick or others, key=price)
        return Choice(*ranked, reason=f"the cheapest of {len(ranked)} that are quick enough")


if __name__ == "__main__":
    run(CostRouter())

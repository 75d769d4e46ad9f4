"""Counts completions by model, and pushes to a Prometheus Pushgateway.

    {"plugins": [{"name": "push", "monitor": true,
                  "command": ["python3", "/path/pushgateway_monitor.py", "http://127.0.0.1:9091"]}]}
"""
import collections
import sys
import urllib.request

from switchyard_sdk import Monitor, run


class PushgatewayMonitor(Monitor):
    def __init__(self, url):
        self.url = url.rstrip("/") + "/metrics/job/switchyard"
        self.completions = collections.Counter()
        self.cost = collections.Counter()
        self.lost = 0

    def on_records(self, records, lost):
        super().on_records(records, lost)
        self.lost += lost
        self.push()

    def on_record(self, record):
        labels = f'model="{record.model}",outcome="{record.outcome}"'
        self.completions[labels] += 1
        if record.cost is not None:
            self.cost[f'model="{record.model}"'] += record.cost

    def text(self):
        yield "# TYPE switchyard_completions_total counter"
        for labels, n in sorted(self.completions.items()):
            yield f"switchyard_completions_total{{{labels}}} {n}"
        yield "# TYPE switchyard_cost_dollars_total counter"
        for labels, dollars in sorted(self.cost.items()):
            yield f"switchyard_cost_dollars_total{{{labels}}} {dollars:.9g}"
        yield "# TYPE switchyard_lost_records_total counter"
        yield f"switchyard_lost_records_total {self.lost}"

    def push(self):
        body = "".join(line + "\n" for line in self.text()).encode()
        request = urllib.request.Request(self.url, body, method="PUT",
                                         headers={"Content-Type": "text/plain; version=0.0.4"})
        try:
            urllib.request.urlopen(request, timeout=10).close()
        except OSError as error:
            print(f"{self.url}: {error}")  # to the log; the next push has it all


if __name__ == "__main__":
    run(PushgatewayMonitor(sys.argv[1]))

"""A line of CSV for each completion that is over.

    {"plugins": [{"name": "csv", "monitor": true,
                  "command": ["python3", "/path/csv_monitor.py", "/path/completions.csv"]}]}
"""
import csv
import sys

from switchyard_sdk import Monitor, run

COLUMNS = ("time", "language", "class", "route", "model", "outcome", "tokens_in", "tokens_out",
           "cost", "total_ms")


class CsvMonitor(Monitor):
    def __init__(self, path):
        self.file = open(path, "a", newline="", encoding="utf-8")
        self.rows = csv.writer(self.file)
        if self.file.tell() == 0:
            self.rows.writerow(COLUMNS)

    def on_records(self, records, lost):
        super().on_records(records, lost)
        self.file.flush()

    def on_record(self, record):
        self.rows.writerow([record.get(column) for column in COLUMNS])

    def close(self):
        self.file.close()


if __name__ == "__main__":
    run(CsvMonitor(sys.argv[1]))

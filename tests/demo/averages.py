"""Averages of a CSV file with the columns Name, Age and Score, as JSON."""

import csv
import json
import sys


def calculate_averages(file_path):
    """Average every numeric column of a CSV file, by the column's name."""
    sums = {}
    counts = {}
    with open(file_path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            for name, value in row.items():
                try:
                    sums[name] = sums.get(name, 0.0) + float(value)
                except ValueError:
                    continue
                counts[name] = counts.get(name, 0) + 1
    return {f"avg_{name.lower()}": sums[name] / counts[name] for name in sums}


def main():
    print(json.dumps(calculate_averages(sys.argv[1]), indent=2))


if __name__ == "__main__":
    main()

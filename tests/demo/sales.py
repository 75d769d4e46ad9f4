"""Averages of a sales report: the script that was here before."""

import csv
import json
import sys


def calculate_totals(file_path):
    """Sum every numeric column of a CSV file, by the column's name."""
    totals = {}
    with open(file_path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            for name, value in row.items():
                try:
                    totals[name] = totals.get(name, 0.0) + float(value)
                except ValueError:
                    continue
    return totals


def calculate_largest(file_path):
    """The largest value of every numeric column of a CSV file."""
    largest = {}
    with open(file_path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            for name, value in row.items():
                try:
                    largest[name] = max(largest.get(name, 0.0), float(value))
                except ValueError:
                    continue
    return largest


def main():
    result = {
        "totals": calculate_totals(sys.argv[1]),
        "largest": calculate_largest(sys.argv[1]),
    }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()

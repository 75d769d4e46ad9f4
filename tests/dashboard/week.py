#!/usr/bin/env python3
"""Fills a history with a week that nobody had, for the pictures: what is in it
is made up, with times and prices such as services publish.

    tests/dashboard/week.py HISTORY.db
"""
import json
import random
import sqlite3
import sys
import time

# name, provider, milliseconds to the first text, dollars for a token in and
# out, how often it is asked
MODELS = [("codestral-latest", "codestral", 210, 0.3e-6, 0.9e-6, 5),
          ("qwen2.5-coder:1.5b-base", "ollama", 95, 0, 0, 4),
          ("gpt-5-mini", "openai", 430, 0.25e-6, 2e-6, 2),
          ("builtin", "builtin", 0.4, 0, 0, 2)]
CLASSES = {"body": 10, "function_definition": 4, "import": 3, "comment": 2, "string": 2, "top_level": 2,
           "class_body": 1}
LANGUAGES = {"python": 8, "typescript": 4, "go": 3, "c": 2}
EDITORS = {"neovim": 6, "vscode": 4, "emacs": 1}
FAILURES = ["ERR_RATE_LIMIT", "ERR_RATE_LIMIT", "ERR_TIMEOUT", "ERR_NETWORK", "ERR_OVERLOADED"]
DAY = 86400


def choose(weights):
    return random.choices(list(weights), list(weights.values()))[0]


def moments(now):
    """Somebody works by day, less at noon, and little at the week's end."""
    for back in range(7):
        day = time.localtime(now - back * DAY)
        for _ in range(60 if day.tm_wday > 4 else 620):
            hour = random.triangular(8, 19, random.choice([10.5, 15.5]))
            moment = time.mktime((*day[:3], 0, 0, 0, 0, 0, -1)) + hour * 3600
            yield moment
    for _ in range(180):  # and just now
        yield now - random.random() ** 2 * 3600


def decision(model, provider, tokens):
    return json.dumps({
        "features": {"tokens": tokens, "input_length": tokens * 4, "depth": random.randint(1, 5), "indent": 8,
                     "in_test": False, "multiline": random.random() < 0.4, "file_lines": random.randint(60, 900),
                     "typing_speed": round(random.uniform(2, 7), 1), "recent_accept_rate": 0.36},
        "privacy": {"tier": "anywhere", "by": "the default"},
        "rules": [{"index": 0, "condition": "input_length > 8000", "action": "exclude_model:gpt-5-mini",
                   "applied": tokens > 2000}],
        "candidates": [{"model": model, "provider": provider, "rank": 1, "reason": "the route names it"},
                       {"model": "builtin", "provider": "builtin", "rank": 2, "reason": "it closes every chain"}]})


def insert(db, table, row):
    names = ", ".join(row)
    db.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(row))})", list(row.values()))


def attempt(db, completion, place, wall, outcome, model, figures):
    insert(db, "attempt", {"completion": completion, "place": place, "wall_us": wall, "model": model[0],
                           "provider": model[1], "outcome": outcome, "estimated": 0, "whole": 1, **figures})


def completion(db, number, moment):
    model = random.choices(MODELS, [m[5] for m in MODELS])[0]
    wall = int(moment * 1e6)
    ident = (wall << 11 & ((1 << 63) - 1)) + number * 2048
    overtaken, cached = random.random() < 0.22, random.random() < 0.09
    first = int(model[2] * 1000 * random.lognormvariate(0, 0.3) * (1.3 if 14 < time.localtime(moment).tm_hour < 17 else 1))
    total = int(first * random.uniform(1.3, 2.2))
    tokens, out = random.randint(400, 2600), random.randint(6, 70)
    cost = 0 if cached else tokens * model[3] + out * model[4]
    taken = None
    if not overtaken and random.random() < 0.85:
        taken = random.choices([1.0, round(random.uniform(0.2, 0.8), 2), 0.0], [33, 6, 61])[0]
    insert(db, "completion", {
        "id": ident, "wall_us": wall, "editor": choose(EDITORS), "language": choose(LANGUAGES),
        "class": choose(CLASSES), "trigger": "automatic", "route": f"routes[{MODELS.index(model)}]",
        "project": random.choice(["reports", "reports", "site"]), "model": "" if overtaken else model[0],
        "provider": "" if overtaken else model[1], "outcome": "superseded" if overtaken else "text",
        "cached": int(cached and not overtaken), "joined": 0, "input_length": tokens * 4,
        "characters": None if overtaken else out * 4, "estimated": 0, "tokens_in": tokens, "tokens_out": out,
        "cost": cost, "saved": None if overtaken else max(0, tokens * 0.3e-6 + out * 0.9e-6 - cost),
        "first_us": None if overtaken or cached else first, "total_us": 300 if cached else total,
        "shown": None if taken is None else 1, "accepted": taken,
        "retained_30s": random.uniform(0.85, 1) if taken else None,
        "retained_5min": random.uniform(0.7, 1) if taken else None})
    insert(db, "decision", {"completion": ident, "text": decision(model[0], model[1], tokens)})
    if cached and not overtaken:
        return
    place = 0
    if model[1] != "builtin" and random.random() < 0.025:
        attempt(db, ident, 0, wall, random.choice(FAILURES), random.choice(MODELS[:3:2]), {"total_us": 900000})
        place = 1
    figures = {"tokens_in": tokens, "tokens_out": out, "cost": cost}
    if not overtaken:
        figures |= {"first_us": first, "total_us": total}
    attempt(db, ident, place, wall, "ERR_SUPERSEDED" if overtaken else "OK", model, figures)


def main():
    random.seed(7)
    db = sqlite3.connect(sys.argv[1])
    now = time.time()
    with db:
        db.execute("DELETE FROM attempt")
        db.execute("DELETE FROM decision")
        db.execute("DELETE FROM completion")
        for number, moment in enumerate(m for m in moments(now) if m < now):
            completion(db, number, moment)
    db.close()


if __name__ == "__main__":
    main()

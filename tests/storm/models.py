"""Model servers that misbehave, and configurations, good and broken."""
import json

BEHAVIOURS = [
    "normal", "echo", "no-stream", "hang", "late", "drip", "hold", "reset", "reset-mid",
    "reset-reused", "close", "close-mid", "close-after", "garbage", "malformed",
    "error-in-stream", "bad-utf8", "huge", "huge-header", "many-headers", "gzip-bomb",
    "status-302", "status-400", "status-401", "status-404", "status-429", "status-500",
    "status-503", "status-204"]

# What no buffer may ever get, among what it may.
TEXTS = [
    "total += item.price\n    return total", "name, age: int = 0):\n    return name\n",
    "\u202ereturn evil\u2066 // hidden", "x\u200by\ufeff = \u00ad1", "a\x07b\x1b[31mred\x1b[0m",
    "one\r\ntwo\r\n", "line\rline", "\u2028sep\u2029", "tab\tbetween\t", "\u2800blank",
    "```python\nvalue = 1\n```\n", "Here is the code:\n```\nreturn 1\n```", "<|fim_middle|>x",
    "\N{GRINNING FACE} + '\N{COMBINING ACUTE ACCENT}e'", "((((((", "}}}}\n}}", "'" * 40, "\n" * 300,
    " " * 5000, "word" * 4000, "    " * 20 + "deep\n" * 50, "\U000e0041\U000e0042tag",
    "x" * 70000, "end", "", " ", "\t", "\0nul"]

PROVIDERS = {
    "v": {"type": "vllm", "endpoint": "{fake}"},
    "o": {"type": "ollama", "endpoint": "{fake}"},
    "c": {"type": "api-gateway", "endpoint": "{fake}/v1/chat/completions", "dialect": "openai-chat"},
    "m": {"type": "mistral", "endpoint": "{fake}", "auth": {"key": "${STORM_KEY}"}},
}
LLAMA = ["normal", "hold", "drip", "reset-mid", "malformed", "close-mid"]
CLASSES = ["import", "comment", "string", "function_definition", "class_definition", "body",
           "class_body", "top_level"]
DEADLINE_MS = 600  # the longest of any route


def script(rng):
    """For the fake model server: texts, each in pieces of any size."""
    models = {}
    for i, text in enumerate(TEXTS):
        models[f"t{i}"] = {"text": text, "pieces": rng.choice([1, 3, 8, 100]),
                           "behave": rng.choice(["normal", "normal", "drip", "no-stream"]),
                           "ms": rng.choice([0, 1, 5])}
    for name in ("late", "drip"):
        models[f"slow-{name}"] = {"behave": name, "ms": rng.choice([5, 40, 150])}
    return models


def providers(fake):
    ids = BEHAVIOURS + [f"t{i}" for i in range(len(TEXTS))] + ["slow-late", "slow-drip"]
    found = []
    for name, provider in PROVIDERS.items():
        found.append({"name": name, **json.loads(json.dumps(provider).replace("{fake}", fake)),
                      "models": [{"id": i, "name": f"{name}-{i}"} for i in ids]})
    for behaviour in LLAMA:
        found.append({"name": f"l-{behaviour}", "type": "llama.cpp",
                      "endpoint": f"{fake}/m/{behaviour}",
                      "models": [{"id": behaviour, "name": f"l-{behaviour}"}]})
    return found


def names():
    return [m["name"] for p in providers("http://127.0.0.1:1") for m in p["models"]] + ["builtin"]


def route(rng):
    models = rng.choices(names(), k=rng.choice([1, 1, 2, 3, 6]))
    r = {"models": list(dict.fromkeys(models)), "deadline_ms": rng.choice([1, 50, 200, DEADLINE_MS]),
         "debounce_ms": rng.choice([0, 0, 0, 10, 50, 60000])}
    matcher = rng.random()
    if matcher < 0.4:
        r["class"] = rng.sample(CLASSES, rng.randint(1, 3))
    elif matcher < 0.6:
        r["pattern"] = rng.choice(["e", "^\\s", "[aeiou]{2}", "(a+)+$", "\\($", "=$"])
    elif matcher < 0.7:
        r["language"] = rng.choice(["python", "c", ["javascript", "json"]])
    elif matcher < 0.8:
        r["trigger"] = rng.choice(["automatic", "invoked"])
    if rng.random() < 0.3:
        r["multiline"] = rng.choice(["always", "never", "auto"])
    return r


def routes(rng):
    """Each request may meet another model: the last route is for the rest."""
    some = [route(rng) for _ in range(rng.randint(2, 12))]
    last = {"models": rng.sample(names(), 2), "deadline_ms": DEADLINE_MS, "debounce_ms": 0}
    return some + [last]


def config(rng, fake):
    return {"providers": providers(fake), "routes": routes(rng), "deadline_ms": DEADLINE_MS,
            "debounce_ms": 0, "builtin": {"threshold": rng.choice([0, 0.1, 0.3])},
            "cache": rng.choice([{}, {"max_bytes": 4096}, {"max_bytes": 65536}, {"enabled": False}])}


def config_text(rng, fake):
    """As it is written to the file; broken at times."""
    text = json.dumps(config(rng, fake))
    how = rng.random()
    if how < 0.75:
        return text
    return rng.choice([
        text[:rng.randrange(len(text))], "", "[]", "{", "null", '{"routes": 7}', "\0\0", "[" * 5000,
        '{"routes": [{"model": "nobody"}]}', '{"routes": [{"pattern": "("}]}', "// all gone\n{}",
        text.replace("models", "modles"), '{"deadline_ms": -1, "debounce_ms": 1e99}'])


def settings(rng):
    """Of workspace/didChangeConfiguration."""
    return rng.choice([
        None, {}, {"switchyard": {}}, {"switchyard": None}, [], 7, {"switchyard": {"routes": routes(rng)}},
        {"routes": routes(rng)}, {"switchyard": {"providers": [{"type": "openai"}]}},
        {"switchyard": {"routes": [{"model": "nobody"}]}}, {"switchyard": {"cache": {"enabled": False}}},
        {"switchyard": {"routes": "x", "max_tokens": 1}}])

"""A storm: editors at their worst, by a seed.

Random edits, requests, cancels, opens and closes over a few documents, in
chunks that end anywhere, while models answer, fail, drip and hang. Whatever
comes, every request gets exactly one answer, the server's texts are the
editor's, and it ends when it is told to.
"""
import json
import pathlib
import random
import shutil
import tempfile

from peers import Failure, Fake, Server

STEPS = 400
MODELS = ["normal", "drip", "hold", "hang", "late", "reset", "reset-mid", "status-500",
          "malformed", "close-mid", "bad-utf8", "error-in-stream", "huge"]
PIECES = ["return ", "total", "x", "(", ")", "\n", "\r\n", "\r", "    ", "'", '"""', "é", "😀", "e\u0301",
          "def f(a):\n", "import os\n", "# ", "{", "}", ".", " = ", "\0", "\u202e", "return total / count"]
NAMES = ["a.py", "b.c", "c.rs", "d.html", "notes", "e.tsx"]


def split_lines(text):
    """Where LSP's lines start, and where they end before their end characters."""
    lines, start, i = [], 0, 0
    while i < len(text):
        if text[i] in "\r\n":
            end = i
            i += 2 if text[i:i + 2] == "\r\n" else 1
            lines.append((start, end))
            start = i
        else:
            i += 1
    return lines + [(start, len(text))]


def units(text):
    return len(text.encode("utf-16-le")) // 2


class Storm:
    def __init__(self, server, random_source, folder):
        self.server, self.random, self.folder = server, random_source, folder
        self.texts, self.version = {}, 0
        self.sent, self.answered = {}, set()
        self.out = b""

    def uri(self, name):
        return f"file://{self.folder}/{name}"

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.out += b"Content-Length: %d\r\n\r\n" % len(body) + body
        if self.random.random() < 0.7:
            cut = self.random.randrange(len(self.out) + 1)
            self.server.write(self.out[:cut])
            self.out = self.out[cut:]

    def flush(self):
        self.server.write(self.out)
        self.out = b""

    def ask(self, method, params):
        number = len(self.sent) + 1
        number = str(number) if self.random.random() < 0.3 else number
        self.sent[json.dumps(number)] = method
        self.send({"id": number, "method": method, "params": params})
        return number

    def place(self, text):
        """An offset and its position."""
        lines = split_lines(text)
        row = self.random.randrange(len(lines))
        start, end = lines[row]
        offset = self.random.randint(start, end)
        return offset, {"line": row, "character": units(text[start:offset])}

    # --- what may happen

    def open(self):
        name = self.random.choice(NAMES)
        self.texts[name] = "".join(self.random.choices(PIECES, k=self.random.randrange(30)))
        self.version += 1
        self.send({"method": "textDocument/didOpen", "params": {"textDocument": {
            "uri": self.uri(name), "languageId": "", "version": self.version, "text": self.texts[name]}}})

    def close(self):
        if len(self.texts) > 1:
            name = self.random.choice(list(self.texts))
            del self.texts[name]
            self.send({"method": "textDocument/didClose", "params": {"textDocument": {"uri": self.uri(name)}}})

    def edit(self):
        name = self.random.choice(list(self.texts))
        changes = []
        for _ in range(self.random.choice([1, 1, 1, 3])):
            text = self.texts[name]
            with_text = "".join(self.random.choices(PIECES, k=self.random.randrange(3)))
            if self.random.random() < 0.05:
                changes.append({"text": with_text})
                self.texts[name] = with_text
                continue
            (a, start), (b, end) = self.place(text), self.place(text)
            if self.random.random() < 0.6:
                b, end = a, start
            changes.append({"range": {"start": start, "end": end}, "text": with_text})
            self.texts[name] = text[:min(a, b)] + with_text + text[max(a, b):]
        self.version += self.random.randrange(3)
        self.send({"method": "textDocument/didChange", "params": {
            "textDocument": {"uri": self.uri(name), "version": self.version}, "contentChanges": changes}})

    def complete(self):
        name = self.random.choice(list(self.texts))
        method = self.random.choice(["textDocument/completion", "textDocument/inlineCompletion"])
        _, at = self.place(self.texts[name])
        number = self.ask(method, {"textDocument": {"uri": self.uri(name)}, "position": at,
                                   "context": {"triggerKind": self.random.randrange(4)}})
        chance = self.random.random()
        if chance < 0.3:
            self.send({"method": "$/cancelRequest", "params": {"id": number}})
        elif chance < 0.7:
            self.flush()
            self.take_until(json.dumps(number))

    def type_along(self):
        name = self.random.choice(list(self.texts))
        offset, at = self.place(self.texts[name])
        for letter in "return t":
            number = self.ask("textDocument/inlineCompletion", {
                "textDocument": {"uri": self.uri(name)}, "position": at, "context": {"triggerKind": 0}})
            if self.random.random() < 0.2:
                self.flush()
                self.take_until(json.dumps(number))
            self.send({"method": "textDocument/didChange", "params": {
                "textDocument": {"uri": self.uri(name), "version": self.version},
                "contentChanges": [{"range": {"start": at, "end": at}, "text": letter}]}})
            text = self.texts[name]
            self.texts[name] = text[:offset] + letter + text[offset:]
            offset += 1
            at = {"line": at["line"], "character": at["character"] + 1}

    def cancel_any(self):
        self.send({"method": "$/cancelRequest", "params": {"id": self.random.randrange(1, 2 * STEPS)}})

    def save(self):
        self.send({"method": "textDocument/didSave", "params": {"textDocument": {"uri": self.uri("x")}}})

    def explain(self):
        name = self.random.choice(list(self.texts))
        _, at = self.place(self.texts[name])
        self.ask("switchyard/explain", {"textDocument": {"uri": self.uri(name)}, "position": at})

    def nonsense(self):
        self.ask(self.random.choice(["no/such", "initialize", "workspace/executeCommand"]), None)

    def blow(self):
        events = [self.open, self.close, self.edit, self.edit, self.edit, self.complete, self.complete, self.complete,
                  self.type_along, self.cancel_any, self.save, self.explain, self.nonsense]
        self.ask("initialize", {"rootUri": f"file://{self.folder}", "capabilities": {
            "textDocument": {"inlineCompletion": {}}}})
        self.open()
        for _ in range(STEPS):
            self.random.choice(events)()

    # --- what has to come of it

    def take_until(self, key):
        """Take answers until the one to `key`, which is returned."""
        while True:
            message = self.server.next(f"the answer to {key}")
            if message is None:
                raise Failure("the server is gone")
            if "method" in message:
                continue
            got = json.dumps(message["id"])
            if got not in self.sent or got in self.answered:
                raise Failure(f"an answer that nobody waits for: {message}")
            self.answered.add(got)
            if got == key:
                return message

    def check_texts(self):
        for name, text in self.texts.items():
            for row, (start, end) in enumerate(split_lines(text)):
                number = self.ask("switchyard/explain", {"textDocument": {"uri": self.uri(name)}, "position": {
                    "line": row, "character": 1 << 20}})
                self.flush()
                answer = self.take_until(json.dumps(number))
                line = answer["result"]["features"]["line_prefix"]
                if line != text[start:end].replace("\0", "\1"):  # cJSON holds no NUL
                    raise Failure(f"line {row} of {name} is {line!r}, not {text[start:end]!r}")

    def end(self):
        number = self.ask("shutdown", None)
        self.send({"method": "exit"})
        self.flush()
        self.take_until(json.dumps(number))
        missing = [f"{k}: {m}" for k, m in self.sent.items() if k not in self.answered]
        if missing:
            raise Failure(f"no answer to {missing}")
        if self.server.wait() != 0:
            raise Failure("it did not end with 0")
        if self.server.next("the end") is not None:
            raise Failure("it said more than it was asked for")


def blow(seed, switchyard, fake_program):
    """A sentence about what went wrong, or None."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="storm-"))
    fake = Fake(fake_program, ["--drip-ms", "2", "--late-ms", "20", "--piece", "8"])
    source = random.Random(seed)
    models = source.sample(MODELS, len(MODELS))
    config = folder / "config" / "switchyard" / "config.json"
    config.parent.mkdir(parents=True)
    config.write_text(json.dumps({
        "providers": [{"name": "fake", "type": "vllm", "endpoint": fake.url,
                       "models": [{"id": m} for m in models]}],
        "routes": [{"pattern": "[a-z]$", "models": models[:4]}, {"class": "body", "models": models[4:8]},
                   {"default": models[8], "models": models[8:]}],
        "debounce_ms": 1, "deadline_ms": 40}))
    server = Server(switchyard, folder)
    storm = Storm(server, source, folder)
    try:
        storm.blow()
        storm.check_texts()
        storm.end()
        return None
    except Exception as error:
        return f"storm {seed}: {error!r}\n{server.said()[-4000:]}"
    finally:
        server.stop()
        fake.stop()
        shutil.rmtree(folder, ignore_errors=True)

"""An editor whose user has no plan."""
import copy
import re
import time

from buffer import Buffer
from judge import METHOD, PARAMS, judge
from peers import Failure
import models

LATE_S = 20.0  # beyond the deadline: how soon answers are there is measured by benches
PASTES = ["\n", "\r\n", "\r", "\t", "    ", "(", ")", "{", "}", "\"", "'", "\"\"\"", "/*", "*/", "#",
          "def f(a, b):\n    ", "for (;;) {\n", "import ", "}\n\n", "\N{GRINNING FACE}", "e\u0301", "\u202e",
          "\0", "\ud800", "\ufeff", "\N{CJK UNIFIED IDEOGRAPH-4E2D}\N{CJK UNIFIED IDEOGRAPH-6587}", "<?php ", "`", "\\", "<<EOF\n",
          "x" * 3000, "a b\n" * 400, "[" * 200, "f\"{", "r#\"", "'''"]
WORDS = ["re", "return", "self", "value", "im", "if", "tot", "=", ".", " ", "na\u00efve", "0x1f", ", "]


class Open:
    """An open document."""

    def __init__(self, uri, language, text, encoding, rng):
        self.uri, self.language = uri, language
        self.buffer = Buffer(text, encoding)
        self.version = rng.randrange(10)
        self.cursor = self.buffer.any_offset(rng)
        self.touched = 0  # counts what outdates a request
        self.out_of_step = False
        self.past = []  # texts to go back to
        self.offered = None  # the rest of an item, and where


class Asked:
    """A request that waits for its one answer."""

    def __init__(self, kind, doc=None, errors=(), multiline=True):
        self.kind, self.doc, self.errors = kind, doc, errors
        self.sent = time.monotonic()
        self.cancelled = False
        self.selected = None
        self.multiline = multiline
        if doc:
            self.buffer = copy.copy(doc.buffer)
            self.offset = doc.cursor
            self.touched = doc.touched
            self.buffer_out_of_step = doc.out_of_step

    def outdated(self):
        return self.doc.touched != self.touched


class Editor:
    def __init__(self, link, rng, files, fake, folder, encoding):
        self.link, self.rng, self.files, self.fake = link, rng, files, fake
        self.folder, self.encoding = folder, encoding
        self.docs = {}
        self.waiting, self.answered = {}, set()
        self.done = []  # the last things done, for who has to find out
        self.last_id = 0
        self.command = None
        self.multiline = True
        self.items = self.answers = 0
        self.worst = 0.0

    # --- sending

    def send(self, message):
        self.done = self.done[-30:] + [str(message)[:300]]
        self.link.send(message, self.rng.random() < 0.5 or "\\ud" in ascii(message))

    def notify(self, method, params):
        self.send({"method": method, "params": params})

    def request(self, method, params, asked):
        self.last_id += 1
        number = self.last_id if self.rng.random() < 0.7 else f"s\u00e9\"{self.last_id}"
        self.waiting[number] = asked
        self.send({"id": number, "method": method, "params": params})
        asked.sent = time.monotonic()
        return number

    # --- receiving

    def listen(self, wait_s=0.0):
        for came, message in self.link.take(wait_s):
            if "id" in message and "method" not in message:
                self.take_answer(came, message)
            elif message.get("method") == "window/workDoneProgress/create":
                self.link.send({"id": message["id"], "result": None}, False)
            elif message.get("method") not in ("window/showMessage", "window/logMessage",
                                               "$/logTrace", "$/progress"):
                raise Failure(f"an unexpected message {message!r:.300}")

    def take_answer(self, came, message):
        number = message["id"]
        asked = self.waiting.pop(number, None)
        if not asked:
            again = "a second answer" if number in self.answered else "an answer to nobody"
            raise Failure(f"{again}: {message!r:.300}")
        self.answered.add(number)
        self.answers += 1
        try:
            text = judge(asked, message)
        except (KeyError, TypeError) as error:
            raise Failure(f"the answer to {asked.kind} lacks {error}: {message!r:.300}") from None
        except Failure as error:
            raise Failure(f"the answer to {asked.kind}: {error}") from None
        self.note_time(came - asked.sent, asked)
        if asked.kind == "initialize":
            self.command = message["result"]["capabilities"]["executeCommandProvider"]["commands"][0]
        if text is not None:
            self.items += 1
            if not asked.outdated():
                typed = len(asked.buffer.prefix(asked.offset))
                asked.doc.offered = (asked.offset, text, typed)

    def note_time(self, took, asked):
        allowed = LATE_S + models.DEADLINE_MS / 1000
        self.worst = max(self.worst, took)
        if took > allowed:
            raise Failure(f"the answer to {asked.kind} took {took:.2f} s; {allowed:.2f} s are allowed")

    def settle(self):
        """Until everything is answered."""
        limit = time.monotonic() + LATE_S + models.DEADLINE_MS / 1000 + 1
        while self.waiting:
            self.listen(0.1)
            if time.monotonic() > limit:
                kinds = [a.kind for a in self.waiting.values()]
                raise Failure(f"no answer to {kinds}")

    # --- documents

    def any_doc(self):
        return self.rng.choice(list(self.docs.values())) if self.docs else None

    def open_one(self):
        name, language, text = self.rng.choice(self.files)
        uri = f"file://{self.folder}/{name}"
        if self.rng.random() < 0.1:
            language = self.rng.choice(["", "nonsense", "python"])
        if self.rng.random() < 0.2:
            text = re.sub("\n", lambda _: self.rng.choice(["\r\n", "\n", "\r"]), text)
        elif self.rng.random() < 0.1:
            text = text.replace("\n", "\r\n")
        if uri in self.docs:
            self.docs[uri].touched += 1
        doc = Open(uri, language, text, self.encoding, self.rng)
        self.docs[uri] = doc
        self.notify("textDocument/didOpen", {"textDocument": {
            "uri": uri, "languageId": language, "version": doc.version, "text": text}})

    def close_one(self, doc):
        doc.touched += 1
        del self.docs[doc.uri]
        self.notify("textDocument/didClose", {"textDocument": {"uri": doc.uri}})

    def change(self, doc, changes):
        doc.touched += 1
        doc.version += self.rng.choice([1, 1, 1, 5])
        self.notify("textDocument/didChange", {
            "textDocument": {"uri": doc.uri, "version": doc.version}, "contentChanges": changes})

    def edit(self, doc, start, end, text, note=True):
        """One entry of contentChanges; the buffer is changed."""
        b = doc.buffer
        first, last = b.position(start), b.position(end)
        if end == len(b.text) and self.rng.random() < 0.3:
            last = {"line": len(b.starts) + self.rng.randrange(9), "character": self.rng.randrange(99)}
        elif end in b.ends and self.rng.random() < 0.2:
            last = last | {"character": last["character"] + self.rng.randrange(1 << 31)}
        if self.rng.random() < 0.05:
            first, last = last, first
        change = {"range": {"start": first, "end": last}, "text": text}
        if self.rng.random() < 0.3:
            change["rangeLength"] = b.units(b.text[start:end])
        if note:
            doc.past = doc.past[-20:] + [b.text]
        b.splice(start, end, text)
        doc.cursor = start + len(text)
        doc.cursor -= b.text[doc.cursor - 1:doc.cursor + 1] == "\r\n"
        doc.offered = None
        return change

    def replace_whole(self, doc, text):
        doc.past = doc.past[-20:] + [doc.buffer.text]
        doc.buffer.set(text)
        doc.cursor = doc.buffer.any_offset(self.rng)
        doc.out_of_step = False
        doc.offered = None
        self.change(doc, [{"text": text}])

    # --- what it does; each takes a document

    def type_word(self, doc):
        for c in self.rng.choice(WORDS):
            self.change(doc, [self.edit(doc, doc.cursor, doc.cursor, c)])
            if self.rng.random() < 0.3:
                self.ask_inline(doc)

    def paste(self, doc):
        at = doc.cursor if self.rng.random() < 0.7 else doc.buffer.any_offset(self.rng)
        text = self.rng.choice(PASTES)
        if self.rng.random() < 0.02:
            text = self.rng.choice(self.files)[2]
        self.change(doc, [self.edit(doc, at, at, text)])

    def delete(self, doc):
        a, b = doc.cursor, doc.buffer.any_offset(self.rng)
        if self.rng.random() < 0.8:
            b = max(0, a - self.rng.randint(1, 6))
            b -= doc.buffer.text[b - 1:b + 1] == "\r\n" if b else 0
        self.change(doc, [self.edit(doc, min(a, b), max(a, b), "")])

    def several(self, doc):
        """Many cursors: one message, each change on top of the one before."""
        self.change(doc, [
            self.edit(doc, at, at, self.rng.choice(WORDS)) for at in
            (doc.buffer.any_offset(self.rng) for _ in range(self.rng.randint(0, 5)))])

    def undo(self, doc):
        if not doc.past:
            return
        text = doc.past.pop(self.rng.randrange(-min(3, len(doc.past)), 0))
        if self.rng.random() < 0.5:
            self.replace_whole(doc, text)
        else:
            whole = len(doc.buffer.text)
            self.change(doc, [self.edit(doc, 0, whole, text, note=False)])

    def fall_out_of_step(self, doc):
        """What no server can make sense of: the text stays as it was, or is
        changed though the length contradicts."""
        bad = self.rng.choice([
            {"range": {"start": {"line": -1, "character": 0}}, "text": "x"}, {"text": 7}, {}, None,
            {"range": {"start": {"line": 0}, "end": 5}, "text": "y"}])
        if self.rng.random() < 0.5:
            bad = self.edit(doc, doc.cursor, doc.cursor, "z")
            bad["rangeLength"] = 77777777
        doc.out_of_step = True
        self.change(doc, [bad])

    def move(self, doc):
        doc.cursor = doc.buffer.any_offset(self.rng)

    def type_along(self, doc):
        """What was offered, a few keys of it, whole, or with a mistake."""
        if not doc.offered or doc.offered[0] != doc.cursor:
            return
        _, text, _ = doc.offered
        prefix = doc.buffer.prefix(doc.cursor)
        rest = next((text[n:] for n in range(len(text), 0, -1) if prefix.endswith(text[:n])), text)
        rest = rest[:self.rng.choice([1, 2, 5, 1000])]
        if self.rng.random() < 0.2:
            rest = rest[:-1] + "!"
        for part in [rest] if self.rng.random() < 0.3 else rest[:20]:
            self.change(doc, [self.edit(doc, doc.cursor, doc.cursor, part)])
            if self.rng.random() < 0.5:
                self.ask_inline(doc)

    def point(self, doc):
        return {"textDocument": {"uri": doc.uri}, "position": doc.buffer.position(doc.cursor)}

    def ask_inline(self, doc):
        asked = Asked("inline", doc)
        params = self.point(doc) | {"context": {"triggerKind": self.rng.choice([0, 1, 2])}}
        if self.rng.random() < 0.1:
            params["context"]["selectedCompletionInfo"] = self.selection(doc, asked)
        doc.touched += 1
        asked.touched = doc.touched
        return self.request("textDocument/inlineCompletion", params, asked)

    def selection(self, doc, asked):
        b, at = doc.buffer, doc.cursor
        word = re.search(r"\w*$", b.prefix(at))[0]
        start = b.position(at - len(word))
        if self.rng.random() < 0.3:
            start = b.position(b.any_offset(self.rng))
        else:
            asked.selected = word + self.rng.choice(["x", "alue", ""])
        return {"range": {"start": start, "end": b.position(at)},
                "text": asked.selected or self.rng.choice(["", "zzz"])}

    def ask_menu(self, doc):
        asked = Asked("menu", doc, multiline=self.multiline)
        params = self.point(doc)
        if self.rng.random() < 0.7:
            params["context"] = {"triggerKind": self.rng.choice([1, 2, 3]), "triggerCharacter": "."}
        doc.touched += 1
        asked.touched = doc.touched
        return self.request("textDocument/completion", params, asked)

    def ask_explain(self, doc):
        self.request("switchyard/explain", self.point(doc), Asked("explain", doc))

    def ask_status(self, _):
        self.request("switchyard/status", None, Asked("status"))

    def ask_nonsense(self, doc):
        method, params, error = self.rng.choice([
            ("textDocument/hover", self.point(doc), METHOD), ("x" * 300, [1, 2], METHOD),
            ("textDocument/completion", {}, PARAMS), ("textDocument/inlineCompletion", None, PARAMS),
            ("textDocument/completion", {"textDocument": {"uri": doc.uri}, "position": {"line": -1}}, PARAMS),
            ("switchyard/explain", {"textDocument": {"uri": "file:///none"}, "position": {
                "line": 0, "character": 0}}, PARAMS),
            ("workspace/executeCommand", {"command": "rm"}, PARAMS)])
        self.request(method, params, Asked("nonsense", errors=(error,)))

    def run_command(self, _):
        arguments = self.rng.choice([[], ["7"], [7], None, [{"a": []}], ["9" * 40]])
        self.request("workspace/executeCommand", {"command": self.command, "arguments": arguments},
                     Asked("command"))

    def cancel(self, doc):
        number = self.rng.choice([0, "0", None, [], self.last_id + 5])
        if self.waiting and self.rng.random() < 0.8:
            number = self.rng.choice(list(self.waiting))
            self.waiting[number].cancelled = True
        for _ in range(self.rng.choice([1, 1, 2])):
            self.notify("$/cancelRequest", {"id": number})

    def ask_and_cancel(self, doc):
        number = self.ask_inline(doc)
        self.waiting[number].cancelled = True
        if self.rng.random() < 0.5:
            self.listen(self.rng.choice([0.001, 0.01, 0.05]))
        self.notify("$/cancelRequest", {"id": number})

    def close_or_open(self, doc):
        if len(self.docs) > 2 and self.rng.random() < 0.5:
            self.close_one(doc)
        else:
            self.open_one()

    def replace(self, doc):
        self.replace_whole(doc, self.rng.choice([self.rng.choice(self.files)[2], "", doc.buffer.text, "x"]))

    def configure(self, doc):
        path = self.folder.parent / "config" / "switchyard" / "config.json"
        draft = path.with_suffix(".draft")
        draft.write_text(models.config_text(self.rng, self.fake))
        draft.replace(path)
        self.notify("textDocument/didSave", {"textDocument": {"uri": doc.uri}})

    def push_settings(self, _):
        self.notify("workspace/didChangeConfiguration", {"settings": models.settings(self.rng)})

    def chatter(self, doc):
        self.notify(*self.rng.choice([
            ("$/setTrace", {"value": self.rng.choice(["off", "messages", 7])}), ("$/unknown", {}),
            ("workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": []}}),
            ("textDocument/didClose", {"textDocument": {"uri": "file:///none"}}),
            ("textDocument/didChange", {"textDocument": {"uri": "file:///none"}, "contentChanges": [{"text": ""}]}),
            ("textDocument/didOpen", {"textDocument": {"uri": ""}}), ("initialized", {}),
            ("textDocument/didShowCompletion", {"item": {}}), ("textDocument/didOpen", None)]))

    def pause(self, _):
        self.listen(self.rng.choice([0.001, 0.01, 0.05, 0.2]))

    def ask_and_wait(self, doc):
        number = self.ask_inline(doc) if self.rng.random() < 0.7 else self.ask_menu(doc)
        for _ in range(5):
            if number in self.waiting:
                self.listen(0.05)

    ACTIONS = [
        (type_word, 20), (paste, 6), (delete, 8), (several, 3), (undo, 3), (fall_out_of_step, 0.3),
        (move, 6), (type_along, 12), (ask_inline, 8), (ask_menu, 6), (ask_and_wait, 14), (ask_explain, 4), (ask_status, 1),
        (ask_nonsense, 1), (run_command, 1), (cancel, 4), (ask_and_cancel, 4), (close_or_open, 1.5),
        (replace, 1), (configure, 0.5), (push_settings, 0.5), (chatter, 1), (pause, 12)]

    def step(self):
        action = self.rng.choices(*zip(*self.ACTIONS))[0]
        doc = self.any_doc()
        if doc:
            action(self, doc)
        else:
            self.open_one()
        self.listen()

    # --- a whole session

    def begin(self, params):
        self.request("initialize", params, Asked("initialize"))
        self.settle()
        self.notify("initialized", {})
        for _ in range(4):
            self.open_one()

    def compare(self):
        """Every document, line by line, or many of its lines."""
        self.settle()
        for doc in list(self.docs.values()):
            ends = doc.buffer.ends
            lines = range(len(ends)) if len(ends) < 60 else self.rng.sample(range(len(ends)), 60)
            for line in lines:
                doc.cursor = ends[line]
                self.ask_explain(doc)
                while len(self.waiting) >= 12:
                    self.listen(0.1)
                self.listen()
            self.settle()

    def finish(self):
        """Requests may wait still: each is answered before the shutdown is."""
        self.request("shutdown", None, Asked("shutdown"))
        for asked in self.waiting.values():
            asked.cancelled = asked.cancelled or asked.kind == "explain"
            if asked.doc:
                asked.doc.touched += 1
        self.settle()
        self.notify("exit", None)
        code = self.link.end()
        self.listen()
        if code != 0:
            raise Failure(f"the server ended with {code}")

#!/usr/bin/env python3
"""A language's server that does as it is told, well or badly.

    tests/wrap/inner.py [WORD ...]

It tells what it gets in the pipe that the environment's INNER_LOG names, a line
of JSON for each message and each start, and answers every request with an
echo: {"echo": METHOD, "params": PARAMS}. Completions are two items, "alpha"
and "beta"; the file's name may say otherwise:

    slow      not before the document changes
    many      20,000 items       list     a list without an object
    none      null               empty    an empty list
    twin      an item "same()"   fails    an error

Words change how it begins:

    refuse    initialize is answered with an error      mute   with nothing
    die       it ends before it answers                 inline it serves that, too
    utf-8     counts in bytes    resolve    it resolves items
    full      wants whole texts  lives N    the Nth start and later ones die
    hints     prints lines that are no message, before and between
    lingers   ends neither on exit nor at the end of its input

What a request "test/…" does:

    crash     ends with status 3              kill       by a signal
    hang      reads and writes no more        stall      answers no more
    garbage   N lines that are no message, then the echo
    huge      announces a message of N bytes, and writes it
    large     answers with N bytes
    ask       sends METHOD as a request, and answers with the answer
    flood     N notifications, then the echo
    twice     answers twice                   late       answers with the next one
    says      PARAMS is the message to send
"""
import json
import os
import signal
import sys

WORDS = sys.argv[1:]
LOG = os.environ.get("INNER_LOG")
LOG = LOG and os.fdopen(os.open(LOG, os.O_WRONLY), "w")
STARTS = os.environ.get("INNER_LOG", "") + ".starts"
out = sys.stdout.buffer


def tell(event):
    if LOG:
        LOG.write(json.dumps(event) + "\n")
        LOG.flush()


def send(message):
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    out.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
    out.flush()


def receive():
    length = 0
    while True:
        line = sys.stdin.buffer.readline()
        if not line:
            return None
        if line == b"\r\n":
            body = sys.stdin.buffer.read(length)
            return json.loads(body) if len(body) == length else None
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])


def starts():
    """How often it was started, this time included."""
    with open(STARTS, "a+") as file:
        file.write("x")
        file.flush()
        file.seek(0)
        return len(file.read())


def capabilities():
    c = {"positionEncoding": "utf-8" if "utf-8" in WORDS else "utf-16",
         "textDocumentSync": 1 if "full" in WORDS else 2,
         "hoverProvider": True, "unknownProvider": {"kept": [1, 2.5, None]},
         "completionProvider": {"triggerCharacters": [":"],
                                "resolveProvider": "resolve" in WORDS},
         "executeCommandProvider": {"commands": ["inner.do"]}}
    if "inline" in WORDS:
        c["inlineCompletionProvider"] = {"of": "the inner one"}
    return c


def item(label):
    return {"label": label, "sortText": "5", "data": {"of": label}}


def completions(uri):
    kind = uri.rpartition("/")[2].partition(".")[0]
    if kind == "many":
        return {"isIncomplete": False, "items": [item(f"item{n}") for n in range(20000)]}
    if kind == "list":
        return [item("alpha"), item("beta")]
    if kind == "none":
        return None
    if kind == "empty":
        return {"isIncomplete": False, "items": []}
    if kind == "twin":
        return {"isIncomplete": False, "items": [
            {"label": " same", "textEdit": {"newText": "same()", "range": {}}}]}
    return {"isIncomplete": False, "itemDefaults": {"insertTextFormat": 2},
            "items": [item("alpha"), item("beta")]}


class Inner:
    def __init__(self):
        self.number = 0
        self.asked = {}   # ours -> the request that waits for it
        self.later = []   # answers for later
        self.slow = []    # completions that wait for a change

    def ask(self, method, params, of):
        self.number += 1
        self.asked[self.number] = of
        send({"id": self.number, "method": method, "params": params})

    def answer(self, request, result):
        send({"id": request["id"], "result": result})

    def do_test(self, word, request):
        params = request.get("params") or {}
        count = params.get("n", 1) if isinstance(params, dict) else 1
        echo = {"echo": request["method"], "params": params}
        if word == "crash":
            os._exit(3)
        elif word == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        elif word == "hang":
            signal.pause()
        elif word == "stall":
            while receive() is not None:
                pass
        elif word == "garbage":
            for n in range(count):
                out.write(b"warning %d: all is well\nContent-Length: 2\r\n\r\n[]" % n)
            out.flush()
            self.answer(request, echo)
        elif word == "huge":
            out.write(b"Content-Length: %d\r\n\r\n" % count)
            try:
                for _ in range(count >> 16):
                    out.write(b" " * (1 << 16))
                out.flush()
            except BrokenPipeError:
                pass
        elif word == "large":
            self.answer(request, "x" * count)
        elif word == "ask":
            self.ask(params["method"], params["params"], request)
        elif word == "flood":
            for n in range(count):
                send({"method": "test/noise", "params": {"n": n, "text": "y" * 1000}})
            self.answer(request, echo)
        elif word == "twice":
            self.answer(request, echo)
            self.answer(request, "again")
        elif word == "late":
            self.later.append((request, echo))
        elif word == "says":
            send(params)
            self.answer(request, None)
        else:
            self.answer(request, echo)

    def do_request(self, message):
        method, params = message["method"], message.get("params")
        if method not in ("test/crash", "test/kill"):
            for request, result in self.later:
                self.answer(request, result)
            self.later = []
        if method.startswith("test/"):
            self.do_test(method[5:], message)
        elif method == "$/switchyard/alive":
            send({"id": message["id"], "error": {"code": -32601, "message": "unknown"}})
        elif method == "shutdown":
            self.answer(message, None)
        elif method == "textDocument/completion":
            uri = params["textDocument"]["uri"]
            if "/slow." in uri:
                self.slow.append(message)
            elif "/fails." in uri:
                send({"id": message["id"], "error": {"code": -32803, "message": "no idea"}})
            else:
                self.answer(message, completions(uri))
        elif method == "textDocument/inlineCompletion":
            self.answer(message, {"items": [{"insertText": "inner's own"}]})
        else:
            self.answer(message, {"echo": method, "params": params})

    def do_cancel(self, params):
        for request, _ in self.later:
            if request["id"] == params["id"]:
                send({"id": request["id"], "error": {"code": -32800, "message": "cancelled"}})
        self.later = [l for l in self.later if l[0]["id"] != params["id"]]

    def handle(self, message):
        if "method" not in message:
            request = self.asked.pop(message["id"])
            self.answer(request, {k: v for k, v in message.items() if k in ("result", "error")})
        elif "id" in message:
            self.do_request(message)
        elif message["method"] == "test/hang":
            signal.pause()
        elif message["method"] == "$/cancelRequest":
            self.do_cancel(message["params"])
        elif message["method"] == "textDocument/didChange":
            for request in self.slow:
                self.answer(request, completions(""))
            self.slow = []


def main():
    number = starts() if LOG else 1
    tell({"event": "start", "number": number, "pid": os.getpid()})
    if "hints" in WORDS:
        out.write(b"inner 1.0 is ready\n")
        out.flush()
    if "lives" in WORDS and number >= int(WORDS[WORDS.index("lives") + 1]):
        sys.exit(4)
    inner = Inner()
    while (message := receive()) is not None:
        tell({"event": "message", **message})
        method = message.get("method")
        if method == "initialize":
            if "die" in WORDS:
                sys.exit(2)
            if "mute" in WORDS:
                continue
            if "refuse" in WORDS:
                send({"id": message["id"], "error": {"code": -32000, "message": "no licence"}})
                continue
            inner.answer(message, {"capabilities": capabilities(),
                                   "serverInfo": {"name": "inner", "version": "1"}})
        elif method == "exit":
            break
        else:
            inner.handle(message)
    tell({"event": "end"})
    if "lingers" in WORDS:
        signal.pause()


if __name__ == "__main__":
    main()

"""Every example of both SDKs, started by the real server."""
import contextlib
import csv
import http.server
import json
import pathlib
import shutil
import subprocess
import tempfile
import threading
import time

from peers import LIMIT_S, Failure, Fake, Server, clean_environment

HERE = pathlib.Path(__file__).resolve().parent
REPO = HERE.parent.parent
SDK = REPO / "sdk"
ENV = ["PATH", "HOME", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "TOY_URL", "TOY_KEY"]
TEXTS = {"own": {"text": "own_text"}, "cheap": {"text": "cheap_text"}, "dear": {"text": "dear_text"},
         "slow": {"text": "slow_text"}, "rust-specialized": {"text": "rust_text"}}


def command(language, name):
    if language == "python":
        return ["python3", str(SDK / "python/examples" / f"{name.replace('-', '_')}.py")]
    return ["node", str(SDK / "javascript/examples" / f"{name}.mjs")]


class Service(http.server.ThreadingHTTPServer):
    """The toy service of the adapter, and a Pushgateway."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.limited = False
        self.health = 200
        self.hang = False
        self.asked = []
        self.pushed = []
        self.left = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def do_POST(self):
        self.server.asked.append((self.headers["Authorization"], json.loads(self.body())))
        if self.server.limited:
            self.send_response(429)
            self.send_header("Retry-After", "30")
            self.end_headers()
            return
        try:
            self.write()
        except ConnectionError:  # as well as at an end that is in order
            self.server.left.set()

    def write(self):
        self.send_response(200)
        self.end_headers()
        for piece in ({"text": "toy_"}, {"text": "text"}):
            self.wfile.write(json.dumps(piece).encode() + b"\n")
            self.wfile.flush()
            if self.server.hang:
                self.rfile.read(1)  # until the adapter closes its end
                self.server.left.set()
                return
        self.wfile.write(b'{"in": 12, "out": 3}\n')

    def do_PUT(self):
        self.server.pushed.append((self.path, self.body().decode()))
        self.send_response(200)
        self.end_headers()

    def do_GET(self):
        self.send_response(self.server.health if self.path == "/health" else 404)
        self.end_headers()


class Editor:
    """A session with the server."""

    def __init__(self, switchyard, root, config, env=()):
        path = root / "config" / "switchyard" / "config.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps({"debounce_ms": 0, "deadline_ms": 20000, "warm_up": True,
                                    "cache": {"enabled": False}, "health_checks": "off", **config}))
        self.root = root
        self.env = {"PYTHONPATH": str(SDK / "python"), "PYTHONDONTWRITEBYTECODE": "1", **dict(env)}
        self.command = [switchyard, "models", "--probe", "--json", "--config", str(path)]
        self.server = Server(switchyard, root, self.env)
        self.last = 0
        self.told = []
        self.ask("initialize", {"processId": None, "rootUri": root.as_uri(), "capabilities": {
            "general": {"positionEncodings": ["utf-8"]}, "textDocument": {"inlineCompletion": {}}}})
        self.tell("initialized", {})

    def write(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.server.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    def tell(self, method, params):
        self.write({"method": method, "params": params})

    def begin(self, method, params):
        self.last += 1
        self.write({"id": self.last, "method": method, "params": params})
        return self.last

    def answer(self, id):
        while True:
            message = self.server.next(f"the answer to {id}")
            if message is None:
                raise Failure("the server ended")
            if message.get("id") == id:
                return message
            self.told.append(message)

    def ask(self, method, params):
        return self.answer(self.begin(method, params))["result"]

    def status(self):
        return self.ask("switchyard/status", None)

    def probe(self, model):
        """What "switchyard models --probe" says of a model: by what, and how it is."""
        done = subprocess.run(self.command, env=clean_environment(self.root) | self.env,
                              stdout=subprocess.PIPE, timeout=LIMIT_S, check=False)
        row = next(r for r in json.loads(done.stdout) if r["model"] == model)
        return row["probed_by"], row.get("reason", row["health"])

    def until(self, what, test):
        """Until `test` gives something, asking the server all the while."""
        limit = time.monotonic() + LIMIT_S
        while time.monotonic() < limit:
            status = self.status()
            if found := test(status):
                return found
        raise Failure(f"no {what} within {LIMIT_S} s; told were {self.told}; status {status}")

    def wait_for_plugins(self):
        self.until("plug-in that is up",
                   lambda s: all(p["state"] == "up" for p in s["plugins"]))

    def begin_completion(self, name, language, text):
        uri = f"file:///{name}"
        self.tell("textDocument/didOpen", {"textDocument": {
            "uri": uri, "languageId": language, "version": 1, "text": text}})
        return self.begin("textDocument/inlineCompletion", {
            "textDocument": {"uri": uri}, "context": {"triggerKind": 1},
            "position": {"line": 0, "character": len(text)}})

    def complete(self, name, language, text="x = "):
        answer = self.answer(self.begin_completion(name, language, text))
        items = answer["result"]["items"]
        return items[0]["insertText"] if items else None

    def end(self):
        self.ask("shutdown", None)
        self.tell("exit", None)
        if code := self.server.wait():
            raise Failure(f"the server ended with {code}")


@contextlib.contextmanager
def session(switchyard, fake_program, make_config, env=()):
    root = pathlib.Path(tempfile.mkdtemp(prefix="sdk-"))
    script = root / "script.json"
    script.write_text(json.dumps(TEXTS))
    fake = Fake(fake_program, ["--script", str(script)])
    editor = None
    try:
        editor = Editor(switchyard, root, make_config(fake.url), env)
        yield editor, root
        editor.end()
    finally:
        if editor:
            editor.server.process.kill()
        fake.stop()
        shutil.rmtree(root, ignore_errors=True)


def expect(got, wanted):
    if got != wanted:
        raise Failure(f"got {got!r}, wanted {wanted!r}")


def plugin(name, words, **more):
    return {"name": name, "command": words, "env": ENV, "deadline_ms": 10000, **more}


def models(url, *rows):
    return {"name": "fake", "type": "vllm", "endpoint": url, "models": list(rows)}


TOY = {"name": "toy", "type": "plugin", "plugin": "toy", "models": [{"id": "toy-1", "cost_per_token": 0}]}


# --- the examples

def language_router(run, language):
    def config(url):
        return {"plugins": [plugin("by-language", command(language, "language-router"))],
                "providers": [models(url, {"id": "own"}, {"id": "rust-specialized"})],
                "routes": [{"router": "by-language"}]}
    with run(config) as (editor, _):
        editor.wait_for_plugins()
        expect(editor.complete("a.rs", "rust", "let x = "), "rust_text")
        expect(editor.complete("a.py", "python"), "own_text")


def cost_router(run, language):
    def config(url):
        return {"plugins": [plugin("cost", command(language, "cost-router"))],
                "providers": [models(
                    url, {"id": "dear", "cost_per_token": 0.01},
                    {"id": "slow", "cost_per_token": 0.0001, "performance": {"avg_response": 9}},
                    {"id": "cheap", "cost_per_token": 0.001})],
                "routes": [{"models": ["dear", "slow", "cheap"], "router": "cost"}]}
    with run(config) as (editor, _):
        editor.wait_for_plugins()
        expect(editor.complete("a.py", "python"), "cheap_text")
        explained = editor.ask("switchyard/explain", {
            "textDocument": {"uri": "file:///a.py"}, "position": {"line": 0, "character": 4}})
        expect(explained["router"],
               'the router "cost" chose: the cheapest of 2 that are quick enough')


def office_hours_router(run, language):
    toy = Service()

    def config(url):
        return {"plugins": [plugin("hours", command(language, "office-hours-router")),
                            plugin("toy", command(language, "http-adapter"))],
                "providers": [models(url, {"id": "own"}), TOY],
                "routes": [{"models": ["own", "toy-1"], "router": "hours", "fail_over": "anywhere"}]}

    def is_open():
        now = time.localtime()
        return now.tm_wday < 5 and 9 <= now.tm_hour < 18

    with run(config, {"TOY_URL": toy.url}) as (editor, _):
        editor.wait_for_plugins()
        before = is_open()
        got = editor.complete("a.py", "python")
        if is_open() == before:
            expect(got, "own_text" if before else "toy_text")


def adapter(run, language):
    toy = Service()

    def config(url):
        return {"plugins": [plugin("toy", command(language, "http-adapter"))],
                "providers": [TOY, models(url, {"id": "own"})],
                "routes": [{"models": ["toy-1", "own"]}]}

    with run(config, {"TOY_URL": toy.url, "TOY_KEY": "secret-of-the-toy"}) as (editor, _):
        # Not waited for: a completion may be what starts it.
        expect(editor.complete("a.py", "python"), "toy_text")
        key, asked = toy.asked[0]
        expect(key, "Bearer secret-of-the-toy")
        expect((asked["model"], asked["before"]), ("toy-1", "x = "))
        today = editor.status()["today"]
        expect((today["tokensIn"], today["tokensOut"], today["estimatedCalls"]), (12, 3, 0))
        expect(editor.probe("toy-1"), ("health", "ok"))
        # Cancelled, its service sees that nobody listens.
        toy.hang = True
        id = editor.begin_completion("b.py", "python", "y = ")
        editor.until("request at the service", lambda _: len(toy.asked) == 2)
        editor.tell("$/cancelRequest", {"id": id})
        editor.answer(id)
        if not toy.left.wait(LIMIT_S):
            raise Failure("the service was not left")
        # Limited, the next model answers, and the adapter's rests as long.
        toy.hang, toy.limited = False, True
        began = time.monotonic()
        expect(editor.complete("c.py", "python", "z = "), "own_text")
        toy.health = 503
        expect(editor.probe("toy-1"), ("health", "HTTP 503"))
        row = next(m for m in editor.status()["models"] if m["model"] == "toy-1")
        if not 29000 - (time.monotonic() - began) * 1000 < row["restsMs"] <= 30000:
            raise Failure(f"it rests for {row['restsMs']} ms")


def csv_monitor(run, language):
    def config(url):
        path = pathlib.Path(tempfile.gettempdir()) / f"sdk-{time.monotonic_ns()}.csv"
        config.path = path
        return {"plugins": [plugin("csv", [*command(language, "csv-monitor"), str(path)], monitor=True)],
                "providers": [models(url, {"id": "own"})], "routes": [{"default": "own"}]}
    for _ in range(3):  # at the end it has half a second, and the machine may be busy
        with run(config) as (editor, _):
            expect(editor.complete("a.py", "python"), "own_text")
            editor.until("line in the file", lambda _: config.path.exists()
                         and config.path.read_text().count("\n") > 1)
            # The last one goes out at the end.
            expect(editor.complete("b.py", "python"), "own_text")
        with open(config.path, newline="") as file:
            rows = list(csv.DictReader(file))
        config.path.unlink()
        if len(rows) == 2:
            break
    expect([(r["language"], r["model"], r["outcome"], r["route"]) for r in rows],
           [("python", "own", "text", "routes[0]")] * 2)


def pushgateway_monitor(run, language):
    gateway = Service()

    def config(url):
        return {"plugins": [plugin("push", [*command(language, "pushgateway-monitor"), gateway.url],
                                   monitor=True)],
                "providers": [models(url, {"id": "own", "cost_per_token": 0.5})],
                "routes": [{"default": "own"}]}
    with run(config) as (editor, _):
        expect(editor.complete("a.py", "python"), "own_text")
        path, text = editor.until("push", lambda _: gateway.pushed and gateway.pushed[-1])
    expect(path, "/metrics/job/switchyard")
    lines = text.splitlines()
    for wanted in ('switchyard_completions_total{model="own",outcome="text"} 1',
                   "switchyard_lost_records_total 0"):
        if wanted not in lines:
            raise Failure(f"no {wanted!r} in {lines}")


EXAMPLES = {"language-router": language_router, "cost-router": cost_router,
            "office-hours-router": office_hours_router, "http-adapter": adapter,
            "csv-monitor": csv_monitor, "pushgateway-monitor": pushgateway_monitor}


def no_other():
    """A new example without a test is a mistake."""
    for language, pattern in (("python", "*.py"), ("javascript", "*.mjs")):
        names = {p.stem.replace("_", "-") for p in (SDK / language / "examples").glob(pattern)}
        expect(sorted(names), sorted(EXAMPLES))


def tests(switchyard, fake):
    def run(config, env=()):
        return session(switchyard, fake, config, env)
    yield "each example has its test", no_other
    for language in ("python", "javascript"):
        for name, test in EXAMPLES.items():
            yield (f"{language}: {name} serves the server",
                   lambda t=test, lang=language: t(run, lang))

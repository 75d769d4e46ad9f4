"""The two peers of a session: the server as a child, and the fake model server.

All waiting has a limit and none of it is a sleep.
"""
import json
import os
import pathlib
import queue
import re
import select
import socket
import subprocess
import threading
import time

LIMIT_S = 60
TESTS = pathlib.Path(__file__).resolve().parent.parent
CERTIFICATES = TESTS.parent / "build" / "tls"
SANITIZER = re.compile(rb"ERROR: \w+Sanitizer|runtime error:")


class Failure(Exception):
    pass


def matches(pattern, value, found):
    """Objects may have more members than the pattern. "*" is anything,
    "~REGEX" is searched, "=NAME" keeps the value in `found`."""
    if pattern == "*":
        return True
    if isinstance(pattern, str) and pattern.startswith("~"):
        return isinstance(value, str) and re.search(pattern[1:], value) is not None
    if isinstance(pattern, str) and re.fullmatch(r"=[A-Z]+", pattern):
        found[pattern[1:]] = value
        return True
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(
            key in value and matches(item, value[key], found) for key, item in pattern.items())
    if isinstance(pattern, list):
        return (isinstance(value, list) and len(value) == len(pattern)
                and all(matches(p, v, found) for p, v in zip(pattern, value)))
    return type(pattern) is type(value) and pattern == value


class Reader(threading.Thread):
    """Whole messages from a descriptor into a queue; None at its end. It may
    be told to stop reading, to go on, and to close its end of the pipe."""

    def __init__(self, fd):
        super().__init__(daemon=True)
        self.fd = fd
        self.messages = queue.Queue()
        self.order, self.orders = os.pipe()
        self.told = threading.Event()
        self.bytes = b""
        self.start()

    def tell(self, order):
        """"s": stop, "g": go on, "c": close. Returns once it is so."""
        self.told.clear()
        os.write(self.orders, order.encode())
        if not self.told.wait(LIMIT_S):
            raise Failure("the reader does not listen")

    def run(self):
        reading = True
        try:
            while True:
                wanted = [self.order, self.fd] if reading else [self.order]
                ready, _, _ = select.select(wanted, [], [])
                if self.order in ready:
                    order = os.read(self.order, 1)
                    if order == b"c":
                        os.close(self.fd)
                        return
                    reading = order == b"g"
                    self.told.set()
                    continue
                chunk = os.read(self.fd, 1 << 16)
                if not chunk:
                    if self.bytes:
                        raise Failure(f"the output ends with {self.bytes[:200]!r}")
                    return
                self.bytes += chunk
                self.take_frames()
        except Exception as error:  # the queue carries it to the test
            self.messages.put(error)
        finally:
            self.messages.put(None)
            self.told.set()

    def take_frames(self):
        while b"\r\n\r\n" in self.bytes:
            head, _, rest = self.bytes.partition(b"\r\n\r\n")
            length = re.fullmatch(rb"Content-Length: (\d+)", head)
            if not length:
                raise Failure(f"an unexpected header {head!r}")
            if len(rest) < int(length[1]):
                return
            body, self.bytes = rest[:int(length[1])], rest[int(length[1]):]
            message = json.loads(body)
            if message.get("jsonrpc") != "2.0":
                raise Failure(f"it is not JSON-RPC 2.0: {body!r}")
            self.messages.put(message)


class Server:
    """switchyard --stdio, with the folder `root` as its user's home."""

    def __init__(self, program, root, env=(), arguments=()):
        env = clean_environment(root) | dict(env)
        self.process = subprocess.Popen(
            [program, "--stdio", *arguments], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)
        self.input = self.process.stdin.fileno()
        os.set_blocking(self.input, False)
        self.reader = Reader(os.dup(self.process.stdout.fileno()))
        self.process.stdout.close()
        self.errors = []
        self.stderr = threading.Thread(
            target=lambda: self.errors.extend(self.process.stderr), daemon=True)
        self.stderr.start()

    def write(self, data):
        view = memoryview(data)
        while view:
            _, ready, _ = select.select([], [self.input], [], LIMIT_S)
            if not ready:
                raise Failure(f"the server has not read for {LIMIT_S} s; "
                              f"{len(view)} bytes are left")
            try:
                view = view[os.write(self.input, view):]
            except BrokenPipeError:
                raise Failure("the server does not read any more") from None

    def next(self, what):
        try:
            message = self.reader.messages.get(timeout=LIMIT_S)
        except queue.Empty:
            raise Failure(f"nothing came within {LIMIT_S} s; wanted {what}") from None
        if isinstance(message, Exception):
            raise message
        return message

    def wait(self):
        """The exit code, what it wrote to stderr being harmless."""
        try:
            code = self.process.wait(timeout=LIMIT_S)
        except subprocess.TimeoutExpired:
            raise Failure("the server did not end") from None
        self.stderr.join(LIMIT_S)
        if any(map(SANITIZER.search, self.errors)):
            raise Failure("a sanitizer complains")
        return code

    def said(self):
        return b"".join(self.errors).decode("utf-8", "replace")

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


class Events:
    """What a peer tells of, in order."""

    def __init__(self):
        self.events = queue.Queue()
        self.told = []

    def tell(self, event):
        self.told.append(event)
        self.events.put(event)

    def wait(self, pattern, found):
        """The next event like this; those before it are passed over."""
        seen = []
        limit = time.monotonic() + LIMIT_S
        while True:
            try:
                event = self.events.get(timeout=max(0, limit - time.monotonic()))
            except queue.Empty:
                event = None
            if event is None:
                raise Failure(f"there was no event {json.dumps(pattern)}; "
                              f"it told of {seen}")
            if matches(pattern, event, found):
                return
            seen.append({k: v for k, v in event.items() if k not in ("body", "headers")})


class Fake(Events):
    """The fake model server, or one that is started and ended like it: it
    prints its port, then its events, and ends when its stdin is closed."""

    url_form = "http://127.0.0.1:{}"

    def __init__(self, program, options=()):
        super().__init__()
        command = [program] if isinstance(program, str) else program
        self.process = subprocess.Popen([*command, *options], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)
        self.port = int(self.process.stdout.readline().split()[1])
        self.url = self.url_form.format(self.port)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            self.tell(json.loads(line))
        self.events.put(None)

    def replace(self, script):
        """From here on it answers by this; what "told" holds it answers now."""
        self.process.stdin.write(json.dumps(script).encode() + b"\n")
        self.process.stdin.flush()

    def stop(self):
        """From here on `told` holds all that it ever told."""
        self.process.stdin.close()
        self.process.wait(timeout=LIMIT_S)
        self.reader.join(LIMIT_S)


class Tls(Fake):
    """A model server behind TLS (tests/tls/server.mjs)."""

    url_form = "https://localhost:{}"

    def __init__(self, options=()):
        super().__init__(["node", str(TESTS / "tls" / "server.mjs"), str(CERTIFICATES)], options)


class Grpc(Fake):
    """A server of gRPC (tests/grpc/server.mjs)."""

    url_form = "localhost:{}"

    def __init__(self, options=()):
        super().__init__(["node", str(TESTS / "grpc" / "server.mjs"),
                          str(TESTS.parent / "build" / "grpc")], options)


class Inner(Events):
    """A language's server that stands behind ours (tests/wrap/inner.py): it is
    started by it, and tells what it gets through a named pipe."""

    def __init__(self, root, words):
        super().__init__()
        self.pipe = root / "inner"
        os.mkfifo(self.pipe)
        self.fd = os.open(self.pipe, os.O_RDWR)
        self.arguments = ["--wrap", "--", "python3", str(TESTS / "wrap" / "inner.py"), *words]
        self.env = {"INNER_LOG": str(self.pipe)}
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        data = b""
        while b"\0" not in data:
            data += os.read(self.fd, 1 << 16)
            *lines, data = data.split(b"\n")
            for line in lines:
                self.tell(json.loads(line))

    def stop(self):
        os.write(self.fd, b"\0")


class Proxy(Events):
    """Tunnels every CONNECT to one port, whatever it asks for."""

    def __init__(self, port):
        super().__init__()
        self.port_behind = port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        head = b""
        while b"\r\n\r\n" not in head:
            piece = client.recv(4096)
            if not piece:
                return
            head += piece
        line, *headers = head.decode().split("\r\n")
        self.tell({"event": "connect", "line": line, "head": head.decode()})
        behind = socket.create_connection(("127.0.0.1", self.port_behind))
        client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        threading.Thread(target=self.copy, args=(behind, client), daemon=True).start()
        self.copy(client, behind)

    @staticmethod
    def copy(source, sink):
        try:
            while data := source.recv(1 << 16):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def stop(self):
        self.listener.close()


def clean_environment(root):
    """What a program started by a user whose home is `root` sees."""
    env = {k: v for k, v in os.environ.items()
           if not k.lower().endswith("_proxy") and not k.startswith("XDG_")
           and k not in ("CURL_CA_BUNDLE", "SSL_CERT_FILE")}
    return env | {"SWITCHYARD_DISCOVER": "off", "SWITCHYARD_WARM_UP": "off",
                  "SWITCHYARD_PREFETCH": "off",
                  "HOME": str(root),
                  "XDG_CONFIG_HOME": str(root / "config"),
                  "XDG_STATE_HOME": str(root / "state"),
                  "XDG_CACHE_HOME": str(root / "cache")}

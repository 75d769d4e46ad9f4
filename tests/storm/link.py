"""The server as a child: bytes in any chunks, answers with the time they came."""
import json
import os
import pathlib
import select
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "sessions"))
from peers import Failure, SANITIZER, clean_environment  # noqa: E402

END_S = 60


class Link:
    def __init__(self, program, root, rng, env):
        self.rng = rng
        self.process = subprocess.Popen(
            [program, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=(root / "stderr").open("wb"), env=clean_environment(root) | env)
        self.errors = root / "stderr"
        self.input, self.output = self.process.stdin.fileno(), self.process.stdout.fileno()
        os.set_blocking(self.input, False)
        os.set_blocking(self.output, False)
        self.bytes = b""
        self.messages = []
        self.open = True

    def send(self, message, ascii_only):
        body = json.dumps({"jsonrpc": "2.0", **message}, ensure_ascii=ascii_only)
        data = body.encode("utf-8")
        data = b"Content-Length: %d\r\n\r\n" % len(data) + data
        for chunk in self.chunks(data):
            self.write(chunk)

    def chunks(self, data):
        how = self.rng.random()
        if how < 0.7 or len(data) > 1 << 16:
            return [data]
        if how < 0.73 and len(data) < 2000:
            return [data[i:i + 1] for i in range(len(data))]
        cuts = sorted(self.rng.sample(range(len(data)), self.rng.randint(1, 4)))
        return [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)])]

    def write(self, data):
        """Reads meanwhile: an editor that did not could wait for ever."""
        limit = time.monotonic() + END_S
        view = memoryview(data)
        while view:
            ready_in, ready_out, _ = select.select(
                [self.output] if self.open else [], [self.input], [], END_S)
            if ready_in:
                self.read()
            if ready_out:
                try:
                    view = view[os.write(self.input, view):]
                except BrokenPipeError:
                    raise Failure("the server does not read any more") from None
            if time.monotonic() > limit:
                raise Failure(f"the server does not read; {len(view)} bytes are left")

    def read(self):
        try:
            chunk = os.read(self.output, 1 << 20)
        except BlockingIOError:
            return
        self.open = bool(chunk)
        self.bytes += chunk
        while b"\r\n\r\n" in self.bytes:
            head, _, rest = self.bytes.partition(b"\r\n\r\n")
            length = int(head.removeprefix(b"Content-Length: "))
            if len(rest) < length:
                return
            body, self.bytes = rest[:length], rest[length:]
            # Not "replace": what is sent has to be UTF-8.
            self.messages.append((time.monotonic(), json.loads(body.decode("utf-8"))))

    def take(self, wait_s=0.0):
        """Messages that are there, or come within `wait_s`."""
        if not self.messages and self.open:
            ready, _, _ = select.select([self.output], [], [], wait_s)
            if ready:
                self.read()
        taken, self.messages = self.messages, []
        return taken

    def end(self):
        """The exit code, once all that was said is read."""
        limit = time.monotonic() + END_S
        while self.open and time.monotonic() < limit:
            select.select([self.output], [], [], 0.1)
            self.read()
        try:
            code = self.process.wait(timeout=END_S)
        except subprocess.TimeoutExpired:
            raise Failure("the server did not end") from None
        said = self.errors.read_bytes()
        if SANITIZER.search(said) or b"Assertion" in said:
            raise Failure("a sanitizer or an assertion complains")
        return code

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

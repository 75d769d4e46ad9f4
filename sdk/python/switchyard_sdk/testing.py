"""A router against recorded tasks, without the server: it is started and asked
as the server does, and each choice stands beside the order without it."""
from __future__ import annotations

import json
import os
import pathlib
import queue
import subprocess
import sys
import threading
import time
from typing import Any, Dict, Iterator, List, Optional, Sequence, Union

from .plugin import BaseRouter, Task
from .serve import run

TASKS = pathlib.Path(__file__).with_name("tasks.jsonl")


# The server's patience: with "initialize", and behind a router's deadline.
START_S, HANG_S = 10, 5


class Peer:
    """The plug-in, as a process."""

    def __init__(self, command: List[str]) -> None:
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.heard: queue.Queue[Union[Dict[str, Any], SystemExit]] = queue.Queue()
        self.last = 0
        self.hangs = False
        threading.Thread(target=self.read, daemon=True).start()

    def ask(self, method: str, params: Dict[str, Any], seconds: float) -> Dict[str, Any]:
        """Its answer; or an error, and `hangs`."""
        self.last += 1
        self.send({"jsonrpc": "2.0", "id": self.last, "method": method, "params": params})
        until = time.monotonic() + seconds
        while True:
            try:
                message = self.heard.get(timeout=max(0, until - time.monotonic()))
            except queue.Empty:
                self.process.kill()
                self.hangs = True
                return {"error": {"message": f"no answer within {seconds:g} s, after which the "
                                             "server ends a plug-in"}}
            if isinstance(message, SystemExit):
                raise message
            if message.get("id") == self.last:
                return message

    def read(self) -> None:
        try:
            while True:
                self.heard.put(self.receive())
        except SystemExit as end:
            self.heard.put(end)
        except ValueError as error:
            self.heard.put(SystemExit(f"it wrote what is no message: {error}"))

    def send(self, message: Dict[str, Any]) -> None:
        body = json.dumps(message, separators=(",", ":")).encode()
        assert self.process.stdin
        try:
            self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
            self.process.stdin.flush()
        except BrokenPipeError:
            self.fail()

    def receive(self) -> Dict[str, Any]:
        length = 0
        assert self.process.stdout
        while True:
            line = self.process.stdout.readline()
            if not line:
                self.fail()
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
            elif not line.strip():
                break
            else:
                sys.exit("it wrote to stdout, where the protocol has its place: "
                         f"{line.decode(errors='replace').rstrip()}")
        message = json.loads(self.process.stdout.read(length))
        return message if isinstance(message, dict) else {}

    def fail(self) -> None:
        sys.exit(f"the plug-in ended with {self.process.wait()}")

    def end(self) -> None:
        self.send({"jsonrpc": "2.0", "method": "exit"})
        assert self.process.stdin
        self.process.stdin.close()
        try:
            self.process.wait(HANG_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            print(f"it did not end within {HANG_S} s of \"exit\", and was killed", file=sys.stderr)


def read_tasks(path: pathlib.Path) -> Iterator[Dict[str, Any]]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            params = json.loads(line)
            params["task"], params["candidates"][0]["model"]
        except (ValueError, LookupError, TypeError):
            sys.exit(f"{path}:{number}: a line is {{\"task\": {{…}}, \"candidates\": [{{…}}, …]}}")
        yield params


def unknown(like: Dict[str, Any], name: str) -> Dict[str, Any]:
    """A candidate of which nothing is known but its name."""
    blank = {k: "" if isinstance(v, str) else False if isinstance(v, bool) else None
             for k, v in like.items()}
    return {**blank, "model": name, "health": "closed"}


def add_models(params: Dict[str, Any], models: Sequence[str]) -> Dict[str, Any]:
    candidates = params["candidates"]
    there = {c["model"] for c in candidates}
    added = [unknown(candidates[0], name) for name in models if name not in there]
    return {**params, "candidates": candidates + added}


def decide(peer: Peer, params: Dict[str, Any], deadline_ms: int) -> Dict[str, Any]:
    started = time.perf_counter()
    answer = peer.ask("router/select", {"deadline_ms": deadline_ms, **params},
                      deadline_ms / 1000 + HANG_S)
    ms = (time.perf_counter() - started) * 1000
    names = [c["model"] for c in params["candidates"]]
    error = answer.get("error", {}).get("message")
    result = answer.get("result")
    chosen = result["models"] if result else []
    fit = [name for name in chosen if name in names]
    if chosen and not fit:
        error = f"it chose {', '.join(chosen)}, which may not be asked now"
    return {"task": params["task"], "without": names[0], "model": fit[0] if fit else names[0],
            "chosen": chosen, "strange": [name for name in chosen if name not in names],
            "reason": (result or {}).get("reason"), "error": error, "ms": round(ms, 3), "late": ms > deadline_ms}


def row(d: Dict[str, Any]) -> List[str]:
    task = d["task"]
    note = d["error"] or ("late" if d["late"] else d["reason"] or "")
    return [str(task.get("class", "")), str(task.get("language", "")), str(task.get("tokens", "")),
            d["without"], d["model"] + (" *" if d["model"] != d["without"] else ""),
            f"{d['ms']:.1f}", note]


def print_table(decisions: List[Dict[str, Any]]) -> None:
    rows = [["class", "language", "tokens", "without it", "the router", "ms", ""]]
    rows += [row(d) for d in decisions]
    widths = [max(len(r[i]) for r in rows) for i in range(6)]
    for r in rows:
        cells = [c.rjust(w) if i in (2, 5) else c.ljust(w)
                 for i, (c, w) in enumerate(zip(r, widths))]
        print("  ".join(cells + [r[6]]).rstrip())


def print_summary(decisions: List[Dict[str, Any]], deadline_ms: int) -> None:
    times = sorted(d["ms"] for d in decisions)
    changed = sum(d["model"] != d["without"] for d in decisions)
    late = sum(d["late"] for d in decisions)
    failed = sum(d["error"] is not None for d in decisions)
    print(f"\n{len(decisions)} tasks: {changed} go to another model, {failed} failed, {late} were "
          f"later than {deadline_ms} ms; median {times[len(times) // 2]:.1f} ms, "
          f"slowest {times[-1]:.1f} ms")
    strange = sorted({name for d in decisions for name in d["strange"]})
    if strange:
        print(f"The tasks have no model {', '.join(strange)}; where you have it, add it with: "
              + " ".join(f"--model {name}" for name in strange))


def test(command: List[str], tasks: Optional[str], models: Sequence[str], deadline_ms: int,
         as_json: bool) -> int:
    """0: it chose in time, each time."""
    path = pathlib.Path(tasks) if tasks else TASKS
    recorded = [add_models(params, models) for params in read_tasks(path)]
    if not recorded:
        sys.exit(f"{path} holds no tasks")
    peer = Peer(command)
    hello = peer.ask("initialize", {"protocol": 1, "name": os.path.basename(command[-1])}, START_S)
    if "error" in hello:
        peer.process.kill()
        sys.exit(f"\"initialize\": {hello['error'].get('message')}")
    if "router" not in hello.get("result", {}).get("roles", []):
        peer.end()
        sys.exit("it is no router: there is nothing to choose for it")
    decisions = []
    for params in recorded:
        decisions.append(decide(peer, params, deadline_ms))
        if peer.hangs:
            break
    else:
        peer.end()
    if as_json:
        print(json.dumps(decisions, indent=2))
    else:
        print_table(decisions)
        print_summary(decisions, deadline_ms)
    return 1 if any(d["error"] is not None or d["late"] for d in decisions) else 0


class Recorder(BaseRouter):
    """Leaves each choice as it is, and writes down what it was asked."""

    def __init__(self, path: str) -> None:
        self.file = open(path, "a", encoding="utf-8")

    def select_model(self, task: Task) -> None:
        line = {"task": task.to_dict(), "candidates": [c.to_dict() for c in task.candidates]}
        self.file.write(json.dumps(line, separators=(",", ":")) + "\n")
        self.file.flush()

    def close(self) -> None:
        self.file.close()


def record(path: str) -> None:
    run(Recorder(path))

#!/usr/bin/env python3
"""A plug-in that does what it should not. It knows nothing of the SDK.

    odd.py WAY

Each WAY is a function below; what it does is in its first line.
"""
import json
import os
import sys
import time


def read():
    length = 0
    while (line := sys.stdin.buffer.readline().strip()):
        name, _, value = line.partition(b":")
        length = int(value)
    if not length:
        sys.exit(0)
    return json.loads(sys.stdin.buffer.read(length))


def frame(body):
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def send(message):
    os.write(1, frame(json.dumps({"jsonrpc": "2.0", **message}).encode()))


def answer(message, result):
    send({"id": message["id"], "result": result})


def hello(roles=("router", "adapter", "monitor")):
    answer(read(), {"protocol": 1, "roles": list(roles)})


def asked():
    """Requests, and what the server tells beside them."""
    while True:
        message = read()
        if message.get("method") == "exit":
            sys.exit(0)
        if "id" in message:
            yield message


def last(message):
    """The usual order, the other way round, before the built-in model."""
    models = [c["model"] for c in message["params"]["candidates"]]
    return {"models": [m for m in reversed(models) if m != "builtin"]}


def good():
    """Chooses the last candidate."""
    hello()
    for message in asked():
        answer(message, last(message))


def prints():
    """Prints a line to stdout before each answer."""
    hello()
    for message in asked():
        os.write(1, b"I am here, debugging\n")
        answer(message, last(message))


def logs():
    """Prints a line that looks like a header, before each answer."""
    hello()
    for message in asked():
        os.write(1, b"DEBUG: chose the last one\n")
        answer(message, last(message))


def twice():
    """Answers twice."""
    hello()
    for message in asked():
        answer(message, last(message))
        answer(message, last(message))


def floods():
    """Writes without end once it is asked."""
    hello()
    for message in asked():
        answer(message, last(message))
        while True:
            send({"method": "adapter/text", "params": {"id": 7, "text": "x" * 1000}})


def raw():
    """Writes bytes without a line's end for ever."""
    hello()
    for _ in asked():
        while True:
            os.write(1, b"x" * 65536)


def writes():
    """An adapter that writes without end for the first request."""
    hello()
    for message in asked():
        while True:
            send({"method": "adapter/text", "params": {"id": message["id"], "text": "x + " * 100}})


def hangs():
    """Does not answer, and reads nothing more."""
    hello()
    for _ in asked():
        time.sleep(1000)


def late():
    """Never answers, but goes on reading."""
    hello()
    for message in asked():
        if message["method"] != "router/select":
            answer(message, None)


def mute():
    """Does not even say hello."""
    time.sleep(1000)


def dies():
    """Ends at the start, with a complaint."""
    print("no such module: nonsense", file=sys.stderr)
    sys.exit(3)


def dies_asked():
    """Ends when it is asked."""
    hello()
    for _ in asked():
        print("that was too much", file=sys.stderr, flush=True)
        os._exit(4)


def forks():
    """Leaves a child behind that keeps its pipes, and ends."""
    hello()
    for _ in asked():
        if os.fork() == 0:
            time.sleep(1000)
        os._exit(5)


def types():
    """Answers with what is no choice."""
    hello()
    for message in asked():
        answer(message, {"models": {"a": 1}})


def unknown():
    """Chooses a model that there is not."""
    hello()
    for message in asked():
        answer(message, {"models": ["nobody"]})


def huge():
    """Announces a gigabyte, and writes of it what is taken."""
    hello()
    for _ in asked():
        os.write(1, b"Content-Length: 1073741824\r\n\r\n")
        while True:
            os.write(1, b"y" * 65536)


def no_json():
    """Frames what is no JSON."""
    hello()
    for message in asked():
        os.write(1, frame(b"{\"id\": nonsense"))
        answer(message, last(message))


def asks():
    """Sends a request of its own."""
    hello()
    for message in asked():
        send({"id": "q", "method": "window/showMessage", "params": {}})
        answer(message, last(message))


def no_role():
    """Offers nothing."""
    hello(())
    for _ in asked():
        pass


def monitor_only():
    """Is no router."""
    hello(("monitor",))
    for message in asked():
        answer(message, None)


def environment():
    """Chooses by the names of its environment's variables, which it logs."""
    hello()
    print("variables:", *sorted(os.environ), file=sys.stderr, flush=True)
    for message in asked():
        answer(message, last(message))


def text():
    """Logs the names of what it is told about the task."""
    hello()
    for message in asked():
        task = message["params"]["task"]
        kinds = [k for k in ("line_prefix", "line_suffix", "prefix", "suffix") if k in task]
        print("sees:", *kinds or ["nothing"], file=sys.stderr, flush=True)
        answer(message, last(message))


if __name__ == "__main__":
    globals()[sys.argv[1].replace("-", "_")]()

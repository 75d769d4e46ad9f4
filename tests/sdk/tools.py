"""The commands of both SDKs: a router against recorded tasks, and recording."""
import concurrent.futures
import json
import os
import pathlib
import subprocess
import tempfile

from peers import LIMIT_S, Failure

REPO = pathlib.Path(__file__).resolve().parent.parent.parent
PATIENCE = ["--deadline-ms", "20000"]  # this machine may be busy
TOOLS = {"python": (["python3", "-m", "switchyard_sdk"], "sdk/python/examples/{}_router.py"),
         "javascript": (["npx", "--offline", "switchyard-sdk"], "sdk/javascript/examples/{}-router.mjs")}
STATIC = {
    "python": "from switchyard_sdk import BaseRouter, run\n\n\nclass R(BaseRouter):\n"
              "    def select_model(self, task):\n        BODY\n\n\nrun(R())\n",
    "javascript": "import { BaseRouter, run } from 'switchyard-sdk';\n\nclass R extends BaseRouter {\n"
                  "  selectModel(task) {\n    BODY\n  }\n}\n\nrun(new R());\n"}
DIES = {"python": "raise SystemExit(7)", "javascript": "process.exit(7);"}
HANGS = {"python": "import time; time.sleep(600)",
         "javascript": "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);"}
# Before run() turns what is printed away to stderr.
PRINTS = {"python": "print('DEBUG: here', flush=True)\n", "javascript": "console.log('DEBUG: here');\n"}
TWO = {"python": "return task.candidates[1:3]", "javascript": "return task.candidates.slice(1, 3);"}


def tool(language, *arguments, stdin=None):
    env = dict(os.environ, PYTHONPATH=str(REPO / "sdk/python"), PYTHONDONTWRITEBYTECODE="1")
    # npx finds the package where it was installed, as a user's would be.
    return subprocess.run([*TOOLS[language][0], *map(str, arguments)], env=env, input=stdin,
                          cwd=REPO / "build/sdk", stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=4 * LIMIT_S, check=False)


def want(done, code, *texts):
    out = (done.stdout + done.stderr).decode()
    if done.returncode != code or not all(t in out for t in texts):
        raise Failure(f"it ended with {done.returncode}, wanted {code} and {texts}:\n{out[-3000:]}")
    return done.stdout


def example(language, name):
    return REPO / TOOLS[language][1].format(name)


def router(language, body, name="one-line"):
    """A router of one line, beside the installed package."""
    suffix = {"python": ".py", "javascript": ".mjs"}[language]
    path = REPO / "build/sdk" / f"{name}{suffix}"
    path.write_text(STATIC[language].replace("BODY", body[language]))
    return path


def good(language):
    n = len((REPO / "sdk/javascript/src/tasks.jsonl").read_text().splitlines())
    out = want(tool(language, "test", example(language, "cost"), "--json", *PATIENCE), 0)
    decisions = json.loads(out)
    if len(decisions) != n or any(not d["reason"] or d["error"] for d in decisions):
        raise Failure(f"{len(decisions)} of {n}: {decisions[0]}")
    want(tool(language, "test", router(language, TWO), *PATIENCE), 0,
         f"{n} tasks: {n} go to another model, 0 failed, 0 were later than 20000 ms",
         "without it", " *")


def bad(language):
    # A model that is not among the recorded candidates, for one language.
    want(tool(language, "test", example(language, "language"), *PATIENCE), 1,
         "it chose rust-specialized, which may not be asked now", "2 failed",
         "The tasks have no model rust-specialized", "--model rust-specialized")
    out = want(tool(language, "test", example(language, "language"), "--json",
                    "--model", "rust-specialized", "--model", "builtin", *PATIENCE), 0)
    models = [d["model"] for d in json.loads(out)]
    if models.count("rust-specialized") != 2:
        raise Failure(f"they go to {models}")
    want(tool(language, "test", router(language, DIES), *PATIENCE), 1, "the plug-in ended with 7")
    path = router(language, TWO)
    path.write_text(PRINTS[language] + path.read_text())
    want(tool(language, "test", path), 1,
         "it wrote to stdout, where the protocol has its place: DEBUG: here")
    want(tool(language, "test"), 2)


def hangs(language):
    """At a choice, at its end, and before it has begun."""
    chooses = router(language, HANGS, "hangs-choosing")
    starts = router(language, TWO, "hangs-starting")
    starts.write_text(HANGS[language] + "\n" + starts.read_text())
    ends = router(language, TWO, "hangs-ending")
    close = {"python": f"    def close(self):\n        {HANGS['python']}\n\n\nrun(",
             "javascript": f"R.prototype.close = () => {{ {HANGS['javascript']} }};\nrun("}
    ends.write_text(ends.read_text().replace("run(", close[language]))
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(tool, language, "test", path, *options) for path, options in (
            (chooses, ["--deadline-ms", "20"]), (starts, []), (ends, PATIENCE))]
        want(asked[0].result(), 1, "no answer within 5.02 s, after which the server ends a plug-in",
             "1 tasks: 0 go to another model, 1 failed, 1 were later than 20 ms")
        want(asked[1].result(), 1,
             '"initialize": no answer within 10 s, after which the server ends a plug-in')
        want(asked[2].result(), 0, 'it did not end within 5 s of "exit", and was killed')


def record(language):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "tasks.jsonl")
        task = {"task": {"language": "c", "class": "body"}, "candidates": [{"model": "a"}, {"model": "b"}]}
        stdin = b"".join(
            b"Content-Length: %d\r\n\r\n%b" % (len(body), body) for body in (
                json.dumps({"jsonrpc": "2.0", **m}).encode() for m in (
                    {"id": 1, "method": "initialize", "params": {"protocol": 1, "name": "it"}},
                    {"id": 2, "method": "router/select", "params": {**task, "deadline_ms": 20}},
                    {"method": "exit"})))
        want(tool(language, "record", path, stdin=stdin), 0, '"result":null')
        if json.loads(path.read_text()) != task:
            raise Failure(f"it wrote {path.read_text()}")
        want(tool(language, "test", router(language, {
            "python": 'return "b"', "javascript": "return 'b';"}), "--tasks", path, *PATIENCE), 0,
            "1 tasks: 1 go to another model")
        path.write_text("{}\n")
        want(tool(language, "test", example(language, "cost"), "--tasks", path), 1,
             'tasks.jsonl:1: a line is {"task"')


def tests():
    for language in TOOLS:
        for name, test in (("tries a router", good), ("says what is wrong with one", bad),
                           ("ends one that hangs", hangs), ("records tasks", record)):
            yield f"{language}: the command {name}", lambda t=test, lang=language: t(lang)

"""Both SDKs as packages: what is in them, and that a plug-in of a user's, far
from the sources, runs with what was installed and knows its types."""
import ast
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import zipfile

import examples
from peers import LIMIT_S, Failure

HERE = pathlib.Path(__file__).resolve().parent
REPO = HERE.parent.parent
PYTHON = REPO / "sdk/python"
BUILT = REPO / "build/sdk-python"
INSTALLED = BUILT / "installed/bin"
NPM = REPO / "build/sdk"
TSC = REPO / "build/vscode/node_modules/.bin/tsc"
TYPES = REPO / "build/vscode/node_modules/@types"
OLDEST = (3, 9)  # as pyproject.toml has it
# The README's model; and this machine may be busy.
OURS = ["--model", "rust-specialized", "--deadline-ms", "20000"]
STRICT = ["--strict", "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes",
          "--noImplicitOverride", "--noUnusedLocals", "--target", "es2022",
          "--module", "nodenext", "--moduleResolution", "nodenext",
          "--typeRoots", str(TYPES), "--types", "node"]


def output(command, folder, code=0):
    """What it prints, with nothing of the sources in its environment."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    done = subprocess.run(list(map(str, command)), cwd=folder, env=env, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=4 * LIMIT_S,
                          check=False)
    text = done.stdout.decode()
    if done.returncode != code:
        raise Failure(f"{command[0]} ended with {done.returncode}, wanted {code}:\n{text[-3000:]}")
    return text


def want(text, *parts):
    for part in parts:
        if part not in text:
            raise Failure(f"no {part!r} in:\n{text[-3000:]}")


def snippet(readme, language):
    """The first example of a README, as someone copies it."""
    return re.search(rf"```{language}\n(.*?)```", readme.read_text(), re.DOTALL)[1]


# --- Python

def wheel():
    sources = {f"switchyard_sdk/{p.name}" for p in (PYTHON / "switchyard_sdk").iterdir()
               if p.is_file()}
    (path,) = BUILT.glob("*.whl")
    with zipfile.ZipFile(path) as package:
        names = {n for n in package.namelist() if ".dist-info/" not in n}
        tasks = package.read("switchyard_sdk/tasks.jsonl")
        metadata = package.read(next(n for n in package.namelist() if n.endswith("/METADATA")))
    examples.expect(sorted(names), sorted(sources))
    want("\n".join(names), "switchyard_sdk/py.typed")
    examples.expect(tasks, (REPO / "sdk/javascript/src/tasks.jsonl").read_bytes())
    want(metadata.decode(), f"Requires-Python: >={OLDEST[0]}.{OLDEST[1]}\n")
    if "Requires-Dist" in metadata.decode():
        raise Failure("it depends on something")


def python_alone(folder):
    (folder / "my_router.py").write_text(snippet(PYTHON / "README.md", "python"))
    for tool in ([INSTALLED / "python", "-m", "switchyard_sdk"], [INSTALLED / "switchyard-sdk"]):
        text = output([*tool, "test", "my_router.py", *OURS], folder)
        want(text, "rust-specialized *", "2 go to another model, 0 failed")


def python_served(folder, switchyard, fake):
    path = folder / "my_router.py"
    path.write_text(snippet(PYTHON / "README.md", "python"))

    def config(url):  # with the variables that a plug-in gets unless told
        return {"plugins": [{"name": "by-language", "deadline_ms": 10000,
                             "command": [str(INSTALLED / "python"), str(path)]}],
                "providers": [examples.models(url, {"id": "own"}, {"id": "rust-specialized"})],
                "routes": [{"router": "by-language"}]}
    with examples.session(switchyard, fake, config) as (editor, _):
        editor.wait_for_plugins()
        examples.expect(editor.complete("a.rs", "rust", "let x = "), "rust_text")
        examples.expect(editor.complete("a.py", "python"), "own_text")


def python_types(folder):
    mypy = ["mypy", "--strict", "--python-version", ".".join(map(str, OLDEST)),
            "--cache-dir", folder / "cache", "--python-executable", INSTALLED / "python"]
    output([*mypy, "-p", "switchyard_sdk"], folder)
    shutil.copy(HERE / "my_router.py", folder)
    output([*mypy, "my_router.py"], folder)
    (folder / "wrong.py").write_text(
        "from switchyard_sdk import BaseRouter, Stop, Task\n\n\nclass R(BaseRouter):\n"
        "    def select_model(self, task: Task) -> int:\n        return 7\n\n\nStop(7)\n")
    want(output([*mypy, "wrong.py"], folder, 1), 'wrong.py:5: error: Return type "int"',
         'wrong.py:9: error: Argument 1 to "Stop"')


def python_oldest():
    files = [*PYTHON.glob("*/*.py")]
    for path in files:
        ast.parse(path.read_text(), str(path), feature_version=OLDEST)
    examples.expect(len(files) > 8, True)
    try:
        ast.parse("match x:\n    case _: pass\n", feature_version=OLDEST)
    except SyntaxError:
        return
    raise Failure("this Python does not tell what is too new")


# --- JavaScript

def typescript(_folder):
    output([TSC, *STRICT, "typed.mts"], NPM)
    text = output(["npx", "--offline", "switchyard-sdk", "test", "typed.mjs", *OURS], NPM)
    want(text, "rust-specialized *", " 0 failed", "the second")


def declared():
    """All that there is, and nothing else."""
    package = NPM / "node_modules/switchyard-sdk"
    declarations = (package / "src/index.d.ts").read_text()
    declared = re.findall(r"^export (?:class|const|function) (\w+)", declarations, re.MULTILINE)
    there = output(["node", "--input-type=module", "-e",
                    "import * as sdk from 'switchyard-sdk';"
                    "console.log(JSON.stringify(Object.keys(sdk)))"], NPM)
    examples.expect(sorted(declared), sorted(json.loads(there)))


def javascript_alone():
    (NPM / "my_router.mjs").write_text(snippet(REPO / "sdk/javascript/README.md", "js"))
    text = output(["npx", "--offline", "switchyard-sdk", "test", "my_router.mjs", *OURS], NPM)
    want(text, "rust-specialized *", "2 go to another model, 0 failed")


def elsewhere(test, *more):
    def run():
        with tempfile.TemporaryDirectory() as folder:
            test(pathlib.Path(folder), *more)
    return run


def tests(switchyard, fake):
    yield "the wheel has all of the SDK for Python", wheel
    yield "python: the README's router is tried with what pip installed", elsewhere(python_alone)
    yield ("python: the README's router serves the server with what pip installed",
           elsewhere(python_served, switchyard, fake))
    yield "python: mypy accepts the SDK and knows its types", elsewhere(python_types)
    yield "python: nothing is too new for the oldest Python", python_oldest
    yield "javascript: tsc knows the SDK's types, and what it makes runs", elsewhere(typescript)
    yield "javascript: what there is is declared", declared
    yield "javascript: the README's router is tried with what npm installed", javascript_alone

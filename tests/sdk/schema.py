"""Messages against docs/plugins.schema.json."""
import json
import pathlib

import jsonschema

PATH = pathlib.Path(__file__).resolve().parent.parent.parent / "docs/plugins.schema.json"
SCHEMA = json.loads(PATH.read_text())


def validator(name):
    return jsonschema.Draft202012Validator({**SCHEMA, "anyOf": [{"$ref": f"#/$defs/{name}"}]})


def check(name, message):
    best = jsonschema.exceptions.best_match(validator(name).iter_errors(message))
    if best:
        raise AssertionError(f"{json.dumps(message)[:500]} is not as {name} has it: {best.message}")


def check_sent(message):
    """The transcripts also hold what an SDK has to refuse."""
    if message["method"] not in ("router/nonsense", "some/notification"):
        check("fromServer", message)


def check_heard(message):
    check("fromPlugin", message)


WRONG = [
    ("fromPlugin", {"jsonrpc": "2.0", "id": 1, "result": {"models": "one"}}),
    ("fromPlugin", {"jsonrpc": "2.0", "id": 0, "result": None}),
    ("fromPlugin", {"jsonrpc": "2.0", "id": "1", "result": None}),
    ("fromPlugin", {"jsonrpc": "2.0", "id": 1}),
    ("fromPlugin", {"jsonrpc": "2.0", "id": 1, "result": None, "error": {"code": 1, "message": ""}}),
    ("fromPlugin", {"jsonrpc": "2.0", "id": 1, "result": {"stop": "tired"}}),
    ("fromPlugin", {"jsonrpc": "2.0", "id": 1, "result": {"stop": "end", "usage": {"tokensIn": 1}}}),
    ("fromPlugin", {"jsonrpc": "2.0", "id": 1, "result": {"protocol": 2, "roles": ["router"]}}),
    ("fromPlugin", {"jsonrpc": "2.0", "id": 1, "error": {"code": 1, "message": "",
                                                         "data": {"kind": "bad mood"}}}),
    ("fromPlugin", {"jsonrpc": "2.0", "method": "adapter/text", "params": {"id": 1, "text": 7}}),
    ("fromPlugin", {"jsonrpc": "2.0", "id": 1, "method": "window/showMessage", "params": {}}),
    ("fromServer", {"jsonrpc": "2.0", "id": 1, "method": "router/select", "params": {"task": {}}}),
    ("fromServer", {"jsonrpc": "2.0", "id": 1, "method": "exit"}),
]


def test():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for name, message in WRONG:
        if not any(True for _ in validator(name).iter_errors(message)):
            raise AssertionError(f"{json.dumps(message)} is as {name} has it")

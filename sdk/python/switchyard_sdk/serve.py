"""The protocol's side of a plug-in: JSON-RPC 2.0, framed as in LSP, over stdio."""
from __future__ import annotations

import asyncio
import inspect
import json
import os
import re
import sys
import traceback
from typing import Any, Awaitable, Callable, Dict, Iterator, List, Optional, Union

from .plugin import (BaseRouter, Candidate, Choice, ModelAdapter, Monitor, Prompt, Record,
                     ServiceError, Stop, Task, Usage)

PROTOCOL = 1
METHOD_NOT_FOUND, INVALID_PARAMS, INTERNAL_ERROR = -32601, -32602, -32603
REQUEST_FAILED, REQUEST_CANCELLED = -32803, -32800

Plugin = Union[BaseRouter, ModelAdapter, Monitor]


class _Wrong(Exception):
    """A request that can't be carried out, with its code."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def _name(model: Any) -> str:
    if isinstance(model, Candidate):
        return str(model.model)
    if isinstance(model, str):
        return model
    raise TypeError(f"select_model() gave {model!r} where the name of a model belongs")


def choice_json(selection: Any) -> Optional[Dict[str, Any]]:
    """The result of "router/select" for what select_model() gave."""
    if selection is None:
        return None
    choice = selection
    if not isinstance(choice, Choice):
        one = isinstance(selection, (str, Candidate))
        choice = Choice(*([selection] if one else selection))
    result: Dict[str, Any] = {"models": [_name(m) for m in choice.models]}
    if choice.reason is not None:
        result["reason"] = choice.reason
    return result


class Frames:
    """Cuts chunks, however they come, into messages."""

    def __init__(self) -> None:
        self.data = bytearray()

    def feed(self, chunk: bytes) -> Iterator[Dict[str, Any]]:
        self.data += chunk
        while (head := self.data.find(b"\r\n\r\n")) >= 0:
            length = re.search(rb"(?im)^content-length:[ \t]*(\d+)", self.data[:head])
            end = head + 4 + (int(length[1]) if length else 0)
            if len(self.data) < end:
                return
            body = bytes(self.data[head + 4:end])
            del self.data[:end]
            message = json.loads(body)
            if isinstance(message, dict):
                yield message


class Server:
    """What can be answered at once is, without a task: a router's choice is a
    matter of microseconds."""

    def __init__(self, plugins: List[Plugin], out: int) -> None:
        self.router = next((p for p in plugins if isinstance(p, BaseRouter)), None)
        self.adapter = next((p for p in plugins if isinstance(p, ModelAdapter)), None)
        self.monitor = next((p for p in plugins if isinstance(p, Monitor)), None)
        self.out = out
        self.running: Dict[Any, "asyncio.Task[None]"] = {}
        self.prompts: Dict[Any, Prompt] = {}
        self.handlers = {
            "initialize": self.initialize, "router/select": self.select,
            "adapter/complete": self.complete, "adapter/health": self.health,
            "monitor/records": self.records}

    def send(self, message: Dict[str, Any]) -> None:
        message["jsonrpc"] = "2.0"
        body = json.dumps(message, separators=(",", ":")).encode()
        data = memoryview(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        while data:
            data = data[os.write(self.out, data):]

    # --- requests: each gives its result, or an awaitable of it

    def initialize(self, _id: Any, params: Dict[str, Any]) -> Any:
        if params.get("protocol") != PROTOCOL:
            raise _Wrong(INVALID_PARAMS, f"this plug-in speaks protocol {PROTOCOL}, "
                                         f"not {params.get('protocol')!r}")
        roles = (("router", self.router), ("adapter", self.adapter), ("monitor", self.monitor))
        return {"protocol": PROTOCOL, "roles": [name for name, plugin in roles if plugin]}

    def want(self, plugin: Any, role: str) -> Any:
        if plugin is None:
            raise _Wrong(METHOD_NOT_FOUND, f"this plug-in is no {role}")
        return plugin

    def select(self, _id: Any, params: Dict[str, Any]) -> Any:
        task = Task(params["task"], params["candidates"], params["deadline_ms"])
        return _then(choice_json, self.want(self.router, "router").select_model(task))

    async def complete(self, id: Any, params: Dict[str, Any]) -> Any:
        prompt = Prompt(dict(params["prompt"], model=params["model"],
                             deadline_ms=params["deadline_ms"]))
        usage: Dict[str, int] = {}
        stop = "end"
        self.prompts[id] = prompt
        async for piece in self.want(self.adapter, "adapter").complete(prompt):
            if isinstance(piece, Usage):
                usage.update({k: v for k, v in vars(piece).items() if v is not None})
            elif isinstance(piece, Stop):
                stop = piece.reason
            elif isinstance(piece, str):
                self.send({"method": "adapter/text", "params": {"id": id, "text": piece}})
                await asyncio.sleep(0)  # others have their turn, and a cancel comes through
            else:
                raise TypeError(f"complete() gave {piece!r} where a text belongs")
        return {"stop": stop, "usage": usage} if usage else {"stop": stop}

    def health(self, _id: Any, params: Dict[str, Any]) -> Any:
        return _then(_nothing, self.want(self.adapter, "adapter").health(params["model"]))

    def records(self, _id: Any, params: Dict[str, Any]) -> Any:
        records = [Record(r) for r in params["records"]]
        monitor = self.want(self.monitor, "monitor")
        return _then(_nothing, monitor.on_records(records, params["lost"]))

    # --- answers

    def error_of(self, e: BaseException) -> Dict[str, Any]:
        if isinstance(e, asyncio.CancelledError):
            return {"code": REQUEST_CANCELLED, "message": "it was cancelled"}
        if isinstance(e, _Wrong):
            return {"code": e.code, "message": str(e)}
        if isinstance(e, ServiceError):
            data: Dict[str, Any] = {"kind": e.kind}
            if e.retry_after is not None:
                data["retry_after"] = e.retry_after
            return {"code": REQUEST_FAILED, "message": str(e), "data": data}
        # The plug-in's own: it is told, and goes on.
        traceback.print_exception(type(e), e, e.__traceback__)
        return {"code": INTERNAL_ERROR, "message": f"{type(e).__name__}: {e}"}

    async def finish(self, id: Any, result: Awaitable[Any]) -> None:
        try:
            message = {"id": id, "result": await result}
        except (Exception, asyncio.CancelledError) as e:
            message = {"id": id, "error": self.error_of(e)}
        self.prompts.pop(id, None)
        self.running.pop(id, None)
        self.send(message)

    def answer(self, id: Any, method: str, params: Any) -> None:
        try:
            if method not in self.handlers:
                raise _Wrong(METHOD_NOT_FOUND, f'there is no method "{method}"')
            result = self.handlers[method](id, params)
            if inspect.isawaitable(result):
                self.running[id] = asyncio.ensure_future(self.finish(id, result))
                return
            message = {"id": id, "result": result}
        except Exception as e:
            message = {"id": id, "error": self.error_of(e)}
        self.send(message)

    def cancel(self, id: Any) -> None:
        if id in self.prompts:
            self.prompts[id].cancelled = True
        if id in self.running:
            self.running[id].cancel()

    def dispatch(self, message: Dict[str, Any]) -> bool:
        """False: that was the last one."""
        method, params = message.get("method"), message.get("params") or {}
        if "id" not in message:
            if method == "$/cancelRequest":
                self.cancel(params.get("id"))
            return method != "exit"
        if method is not None:
            self.answer(message["id"], method, params)
        return True

    async def serve(self, stdin: int) -> None:
        loop = asyncio.get_running_loop()
        frames = Frames()
        over = loop.create_future()

        def read() -> None:
            try:
                chunk = os.read(stdin, 1 << 16)
            except BlockingIOError:
                return
            if not chunk or not all(map(self.dispatch, frames.feed(chunk))):
                loop.remove_reader(stdin)
                over.set_result(None)

        os.set_blocking(stdin, False)
        loop.add_reader(stdin, read)
        await over
        for id in list(self.prompts):
            self.cancel(id)
        await asyncio.gather(*self.running.values(), return_exceptions=True)


def _nothing(_: Any) -> None:
    return None


def _then(use: Callable[[Any], Any], result: Any) -> Any:
    """`use` of the result, or of what it will be."""
    if not inspect.isawaitable(result):
        return use(result)

    async def wait() -> Any:
        return use(await result)

    return wait()


def run(*plugins: Plugin) -> None:
    """Serve until the server ends: the last line of a plug-in. Each of the
    `plugins` has a role; two of the same are one too many."""
    for base in (BaseRouter, ModelAdapter, Monitor):
        if sum(isinstance(p, base) for p in plugins) > 1:
            raise TypeError(f"a plug-in has one {base.__name__}")
    if not plugins or not all(isinstance(p, (BaseRouter, ModelAdapter, Monitor)) for p in plugins):
        raise TypeError("run() takes a BaseRouter, a ModelAdapter, a Monitor, or several of these")
    if os.isatty(0):
        sys.exit("This is a plug-in for Switchyard, which starts it: name it under \"plugins\" in "
                 f"its configuration. To try it: python3 -m switchyard_sdk test {sys.argv[0]}")
    # Whatever prints, a program that is started here too, prints to stderr.
    stdin, out = os.dup(0), os.dup(1)
    with open(os.devnull) as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    try:
        asyncio.run(Server(list(plugins), out).serve(stdin))
    except (BrokenPipeError, KeyboardInterrupt):
        pass
    finally:
        for plugin in plugins:
            plugin.close()

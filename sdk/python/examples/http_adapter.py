"""An adapter for a service that answers a POST with a line of JSON a piece:

    {"text": "…"}            a piece
    {"in": 12, "out": 34}    what it counted, at the end
    {"error": "…"}           instead, when it can't

    {"plugins": [{"name": "toy", "command": ["python3", "/path/http_adapter.py"],
                  "env": ["PATH", "TOY_URL", "TOY_KEY"]}],
     "providers": [{"type": "plugin", "name": "toy", "plugin": "toy", "models": [{"id": "toy-1"}]}]}
"""
import asyncio
import json
import os
import urllib.parse

from switchyard_sdk import ModelAdapter, ServiceError, Usage, run

KINDS = {400: "refused", 401: "auth", 403: "forbidden", 404: "model", 413: "prompt_size",
         429: "rate_limit", 503: "overloaded"}


class HttpAdapter(ModelAdapter):
    def __init__(self, url, key):
        self.url = urllib.parse.urlsplit(url)
        self.key = key

    async def open(self, method, path, body=b""):
        """The stream behind the head of a good answer, and its other end."""
        try:
            reader, writer = await asyncio.open_connection(self.url.hostname, self.url.port or 80)
        except OSError as error:
            raise ServiceError("connect", str(error)) from None
        writer.write(f"{method} {path} HTTP/1.0\r\nHost: {self.url.netloc}\r\n"
                     f"Authorization: Bearer {self.key}\r\nContent-Type: application/json\r\n"
                     f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        status = int((await reader.readline()).split()[1])
        wait = None
        while (line := (await reader.readline()).strip()):
            name, _, value = line.decode().partition(":")
            if name.lower() == "retry-after":
                wait = float(value)
        if status != 200:
            writer.close()
            raise ServiceError(KINDS.get(status, "provider"), f"HTTP {status}", retry_after=wait)
        return reader, writer

    async def complete(self, prompt):
        body = json.dumps({"model": prompt.model, "before": prompt.prefix, "after": prompt.suffix,
                           "most": prompt.max_tokens}).encode()
        reader, writer = await self.open("POST", "/write", body)
        try:
            async for line in reader:
                piece = json.loads(line)
                if "error" in piece:
                    raise ServiceError("provider", piece["error"])
                if "text" in piece:
                    yield piece["text"]
                else:
                    yield Usage(tokens_in=piece["in"], tokens_out=piece["out"])
        finally:
            writer.close()

    async def health(self, model):
        _, writer = await self.open("GET", "/health")
        writer.close()


if __name__ == "__main__":
    run(HttpAdapter(os.environ["TOY_URL"], os.environ.get("TOY_KEY", "")))

"""A service of bad will on loopback: /KIND/… answers POSTs in the framing and
the words of the dialect that asked, and then goes wrong as KIND says."""
import itertools
import json
import socket
import struct
import threading
import zlib

GOOD = "the_answer + 1"
ENOUGH = 256 << 20  # bytes of an answer without end: nobody may read so many


def aws_message(name, payload):
    headers = b"".join(
        bytes([len(key)]) + key + b"\x07" + struct.pack(">H", len(value)) + value
        for key, value in ((b":event-type", name), (b":message-type", b"event")))
    head = struct.pack(">II", 16 + len(headers) + len(payload), len(headers))
    whole = head + struct.pack(">I", zlib.crc32(head)) + headers + payload
    return whole + struct.pack(">I", zlib.crc32(whole))


def sse(payload):
    return b"data: " + payload + b"\n\n"


FRAMINGS = {
    "sse": ("text/event-stream", sse),
    "lines": ("application/x-ndjson", lambda payload: payload + b"\n"),
    "aws": ("application/vnd.amazon.eventstream",
            lambda payload: aws_message(b"contentBlockDelta", payload)),
    "whole": ("application/json", lambda payload: payload),
}

# type: (end of the path, framing, a piece of a stream, a whole answer); % is
# the text, as JSON.
DIALECTS = {
    "vllm": ("/v1/completions", "sse", '{"choices":[{"index":0,"text":%}]}',
             '{"choices":[{"index":0,"text":%,"finish_reason":"stop"}]}'),
    "groq": ("/chat/completions", "sse", '{"choices":[{"index":0,"delta":{"content":%}}]}',
             '{"choices":[{"index":0,"message":{"content":%},"finish_reason":"stop"}]}'),
    "mistral": ("/fim/completions", "sse", '{"choices":[{"index":0,"delta":{"content":%}}]}',
                '{"choices":[{"index":0,"message":{"content":%},"finish_reason":"stop"}]}'),
    "llama.cpp": ("/infill", "sse", '{"content":%,"stop":false}', '{"content":%,"stop":true}'),
    "ollama": ("/api/generate", "lines", '{"response":%,"done":false}',
               '{"response":%,"done":true,"done_reason":"stop"}'),
    "anthropic": ("/messages", "sse",
                  '{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":%}}',
                  '{"type":"message","content":[{"type":"text","text":%}],"stop_reason":"end_turn"}'),
    "gemini": (":streamGenerateContent", "sse", '{"candidates":[{"content":{"parts":[{"text":%}]}}]}',
               '{"candidates":[{"content":{"parts":[{"text":%}]},"finishReason":"STOP"}]}'),
    "tabby": ("/v1/completions", "whole", None, '{"id":"c","choices":[{"index":0,"text":%}]}'),
    "cohere": ("/v2/chat", "sse", '{"type":"content-delta","delta":{"message":{"content":{"text":%}}}}',
               '{"finish_reason":"COMPLETE","message":{"content":[{"type":"text","text":%}]}}'),
    "bedrock": ("/converse-stream", "aws", '{"contentBlockIndex":0,"delta":{"text":%}}',
                '{"output":{"message":{"content":[{"text":%}]}},"stopReason":"end_turn"}'),
}


def fill(pattern, text):
    return pattern.replace("%", json.dumps(text, ensure_ascii=False)).encode()


def repeat(unit):
    """`unit` again and again, in blocks of about 64 KiB."""
    block = unit * max(1, (64 << 10) // len(unit))
    for _ in range(ENOUGH // len(block)):
        yield block


def bomb():
    """Zeros, packed a thousandfold."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    zeros = bytes(1 << 20)
    for _ in range(ENOUGH >> 20):
        yield packer.compress(zeros)


# Each gives (headers, blocks) for the framing `frame`, a text piece `piece`
# and a whole answer `whole`, both functions of the text.
def not_json(frame, piece, whole):
    return {}, [frame(b'{"choices": oops, "content"')]


def html(frame, piece, whole):
    return {}, [b"<html><body>Please log in</body></html>\n"]


def array(frame, piece, whole):
    return {}, [frame(b"[" + b"0," * (125 << 10) + b"0]")]


def deep(frame, piece, whole):
    return {}, [frame(b"[" * (100 << 10))]


def huge(frame, piece, whole):
    """One frame without end."""
    if frame is FRAMINGS["aws"][1]:
        head = struct.pack(">II", 0x7FFFFFFF, 0)
        first = head + struct.pack(">I", zlib.crc32(head))
    else:
        first = b'data: {"a":"' if frame is sse else b'{"a":"'
    return {}, itertools.chain([first], repeat(b"x"))


def endless(frame, piece, whole):
    return {}, repeat(frame((piece or whole)("a long line that goes on ")))


def empty(frame, piece, whole):
    return {}, repeat(frame((piece or whole)("")))


def packed(frame, piece, whole):
    return {"Content-Encoding": "gzip"}, bomb()


def bad_utf8(frame, piece, whole):
    return {}, [frame((piece or whole)("(2)").replace(b"(2)", b"\xc3\xff\xfe"))]


def nul(frame, piece, whole):
    return {}, [frame((piece or whole)("(2)").replace(b"(2)", b"a\x00b"))]


def long_header(frame, piece, whole):
    return {"X-Huge": "x" * (1 << 20)}, [frame(whole("x"))]


def many_headers(frame, piece, whole):
    return {f"X-Many-{n}": "x" * 60 for n in range(16 << 10)}, [frame(whole("x"))]


def damaged(frame, piece, whole):
    good = frame((piece or whole)("text"))
    return {}, [good[:-1] + bytes([good[-1] ^ 1])]


KINDS = {f.__name__: f for f in (
    not_json, html, array, deep, huge, endless, empty, packed, bad_utf8, nul,
    long_header, many_headers)}


def respond(connection, path):
    kind, form = path.split("/")[1:3]
    for end, framing, piece, whole in DIALECTS.values():
        if path.endswith(end) or end in path:
            break
    if kind == "good":
        kind, form = None, "whole"
    content_type, frame = FRAMINGS["whole" if form == "whole" else framing]
    make_piece = None if form == "whole" or not piece else lambda text: fill(piece, text)
    if kind:
        make = damaged if kind == "damaged" else KINDS[kind]
        headers, blocks = make(frame, make_piece, lambda text: fill(whole, text))
    else:
        headers, blocks = {}, [fill(whole, GOOD)]
    headers = {"Content-Type": content_type, "Connection": "close", **headers}
    connection.sendall(b"HTTP/1.1 200 OK\r\n" + b"".join(
        f"{k}: {v}\r\n".encode() for k, v in headers.items()) + b"\r\n")
    for block in blocks:
        connection.sendall(block)


def serve(connection):
    with connection:
        data = b""
        while b"\r\n\r\n" not in data:
            more = connection.recv(1 << 16)
            if not more:
                return
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        length = next((int(line.split(b":")[1]) for line in head.split(b"\r\n")
                       if line.lower().startswith(b"content-length:")), 0)
        while len(body) < length:
            body += connection.recv(1 << 16)
        try:
            respond(connection, head.split(b" ")[1].decode().partition("?")[0])
            connection.shutdown(socket.SHUT_WR)
            connection.recv(1)
        except OSError:
            pass  # the client has had enough, as it should


def start():
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)

    def accept():
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return listener.getsockname()[1]

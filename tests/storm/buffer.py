"""A text as an editor holds it: what the server's must be equal to."""
import re

LINE_END = re.compile(r"\r\n|\r|\n")
UNITS = {"utf-8": lambda s: len(s.encode()),
         "utf-16": lambda s: len(s.encode("utf-16-le")) // 2,
         "utf-32": len}


def as_received(text):
    """What JSON keeps of it: the server puts U+0001 for NUL, which its JSON
    library can't hold, and U+FFFD for half a surrogate pair."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text.replace("\0", "\1"))


class Buffer:
    def __init__(self, text, encoding):
        self.encoding = encoding
        self.set(text)

    def set(self, text):
        self.text = as_received(text)
        ends = list(LINE_END.finditer(self.text))
        self.starts = [0] + [m.end() for m in ends]
        self.ends = [m.start() for m in ends] + [len(self.text)]

    def splice(self, start, end, text):
        self.set(self.text[:start] + text + self.text[end:])

    def line_of(self, offset):
        low, high = 0, len(self.starts) - 1
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self.starts[middle] <= offset else (low, middle - 1)
        return low

    def units(self, text):
        return UNITS[self.encoding](text)

    def bytes(self, start, end):
        return len(self.text[start:end].encode())

    def prefix(self, offset):
        return self.text[self.starts[self.line_of(offset)]:offset]

    def suffix(self, offset):
        return self.text[offset:self.ends[self.line_of(offset)]]

    def position(self, offset):
        return {"line": self.line_of(offset), "character": self.units(self.prefix(offset))}

    def offset(self, position):
        """None where there is no such position."""
        line = position["line"]
        if not 0 <= line < len(self.starts):
            return None
        at, rest = self.starts[line], position["character"]
        while rest > 0 and at < self.ends[line]:
            rest -= self.units(self.text[at])
            at += 1
        return at if rest == 0 else None

    def any_offset(self, rng):
        """Anywhere that has a position: not between CR and LF."""
        at = rng.randrange(len(self.text) + 1)
        return at - (self.text[at - 1:at + 1] == "\r\n")

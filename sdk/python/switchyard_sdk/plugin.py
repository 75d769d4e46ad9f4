"""What a plug-in is made of: three classes to inherit from, and what they get."""
from __future__ import annotations

from typing import Any, AsyncIterator, Awaitable, Dict, Iterator, List, Optional, Sequence, Union

#: Why a service can't answer: the closed list. Switchyard's docs/failures.md
#: tells what follows from each.
FAILURES = frozenset((
    "refused", "prompt_size", "model", "auth", "forbidden", "credit", "filter",
    "rate_limit", "rate_tokens", "rate_day", "overloaded", "loading", "provider",
    "answer", "too_large", "broke_off", "silent", "stalled", "timeout", "network",
    "connect", "tls"))


class _Row:
    """The members of a JSON object as attributes; one that is not there is
    None, so that a plug-in works with servers that know fewer."""

    def __init__(self, members: Dict[str, Any]) -> None:
        self._members = members

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._members.get(name)

    def __getitem__(self, name: str) -> Any:
        return self._members[name]

    def __contains__(self, name: object) -> bool:
        return name in self._members

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def get(self, name: str, default: Any = None) -> Any:
        return self._members.get(name, default)

    def to_dict(self) -> Dict[str, Any]:
        """A copy, for logging or writing."""
        return dict(self._members)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._members!r})"


class Candidate(_Row):
    """A model that may be asked: the columns that conditions know (`switchyard
    help conditions`), such as `model`, `expected_cost`, `avg_ms`, `own`."""


class Task(_Row):
    """A completion that is wanted: its features as conditions know them, such
    as `language`, `class` (as `task["class"]`), `tokens`; its candidates, in
    the order that they are asked in without a router; and `deadline_ms`."""

    candidates: List[Candidate]
    deadline_ms: int

    def __init__(self, members: Dict[str, Any], candidates: Sequence[Dict[str, Any]],
                 deadline_ms: int) -> None:
        super().__init__(members)
        self.candidates = [Candidate(c) for c in candidates]
        self.deadline_ms = deadline_ms

    def candidate(self, model: str) -> Optional[Candidate]:
        """The one with this name; None when it may not be asked now."""
        return next((c for c in self.candidates if c.model == model), None)


class Choice:
    """Models in order, with a reason for people who ask why."""

    def __init__(self, *models: Union[str, Candidate], reason: Optional[str] = None) -> None:
        self.models = models
        self.reason = reason


Selection = Union[None, str, Candidate, Choice, Sequence[Union[str, Candidate]]]


class BaseRouter:
    """Chooses among the candidates of each completion."""

    def select_model(self, task: Task) -> Union[Selection, Awaitable[Selection]]:
        """A model, several in order, a Choice, or None for the usual order.
        May be a coroutine. What is not named stays behind what is, as it was;
        what is late is left out, see "deadline_ms"."""
        return None

    def get_model(self, name: str) -> str:
        """A model by its name in the configuration. Whether it may be asked
        now the server knows; where it may not, the usual order serves."""
        return name

    def close(self) -> None:
        """Before the process ends."""


class Prompt(_Row):
    """What a model is asked: `model`, `prefix`, `suffix`, `language`, `path`,
    `stop`, `max_tokens`, `temperature`, `deadline_ms`."""

    #: Nobody wants it any more; complete() is also cancelled then.
    cancelled = False


class Usage:
    """Yield it from complete(): what the service counted so far."""

    def __init__(self, tokens_in: Optional[int] = None, tokens_out: Optional[int] = None,
                 tokens_cached: Optional[int] = None) -> None:
        self.tokens_in = tokens_in
        self.tokens_out = tokens_out
        self.tokens_cached = tokens_cached


class Stop:
    """Yield it from complete(): why the text ends, "end" (the usual one),
    "length" or "filter"."""

    def __init__(self, reason: str) -> None:
        if reason not in ("end", "length", "filter"):
            raise ValueError(f'there is no reason "{reason}" to stop; '
                             'known: "end", "length", "filter"')
        self.reason = reason


class ServiceError(Exception):
    """Raise it where the service does not answer: `kind` is one of FAILURES,
    `retry_after` the seconds that it asks to be left alone."""

    def __init__(self, kind: str, message: str = "", retry_after: Optional[float] = None) -> None:
        if kind not in FAILURES:
            raise ValueError(f'there is no failure "{kind}"; known: {", ".join(sorted(FAILURES))}')
        super().__init__(message or kind)
        self.kind = kind
        self.retry_after = retry_after


class ModelAdapter:
    """A service of another kind, whose models stand in routes like any."""

    def complete(self, prompt: Prompt) -> AsyncIterator[Union[str, Usage, Stop]]:
        """An async generator of the text's pieces, with a Usage or a Stop
        among them. It is cancelled (asyncio.CancelledError) when nobody wants
        the rest."""
        raise NotImplementedError("a ModelAdapter has a method complete(prompt)")

    def health(self, model: str) -> Union[None, Awaitable[None]]:
        """Raise a ServiceError when `model` would not answer now. May be a
        coroutine; it should cost nothing."""
        return None

    def close(self) -> None:
        """Before the process ends."""


class Record(_Row):
    """A completion that is over: `time`, `language`, `class`, `route`, `model`,
    `outcome`, `cost`, `total_ms`, `attempts` and more (docs/plugins.md)."""


class Monitor:
    """Gets the record of each completion that is over."""

    def on_records(self, records: List[Record], lost: int) -> Union[None, Awaitable[None]]:
        """Several at once; `lost` were dropped before them, because this was
        slow. May be a coroutine. Hands each to on_record()."""
        for record in records:
            self.on_record(record)
        return None

    def on_record(self, record: Record) -> None:
        """One of them."""

    def close(self) -> None:
        """Before the process ends."""

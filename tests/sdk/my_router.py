"""A typed router of a user's, which knows the SDK as it was installed."""
from __future__ import annotations

from typing import AsyncIterator, List, Union

from switchyard_sdk import (BaseRouter, Candidate, Choice, ModelAdapter, Monitor, Prompt, Record,
                            ServiceError, Stop, Task, Usage, run)


class Router(BaseRouter):
    def select_model(self, task: Task) -> Union[Choice, str, None]:
        if task.language == "rust":
            return self.get_model("rust-specialized")
        own: List[Candidate] = [c for c in task.candidates if c.own]
        return Choice(*own, reason=f"{len(own)} of our own") if own else None


class Adapter(ModelAdapter):
    async def complete(self, prompt: Prompt) -> AsyncIterator[Union[str, Usage, Stop]]:
        if not prompt.prefix:
            raise ServiceError("refused", "there is nothing to go on", retry_after=1.5)
        yield "text"
        yield Usage(tokens_in=1)
        yield Stop("length")

    async def health(self, model: str) -> None:
        return None


class Writer(Monitor):
    def on_record(self, record: Record) -> None:
        print(record.get("model"), record.to_dict())


run(Router(), Adapter(), Writer())

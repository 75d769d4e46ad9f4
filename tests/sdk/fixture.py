"""The plug-in of the transcripts, in Python; fixture.mjs is the same one."""
import asyncio

from switchyard_sdk import (BaseRouter, Choice, ModelAdapter, Monitor, ServiceError, Stop, Usage,
                            run)


class Router(BaseRouter):
    def select_model(self, task):
        print("this is no message")
        if task.language == "rust":
            return self.get_model("rust-specialized")
        if task.language == "python":
            return Choice(*sorted((c.model for c in task.candidates), reverse=True),
                          reason=f"{len(task.candidates)} to choose from")
        if task.language == "c":
            return min(task.candidates, key=lambda c: c.expected_cost)
        if task.language == "go":
            return [task.candidate("two"), "one"]
        if task.language == "java":
            raise ValueError("no coffee")
        if task.language == "lua":
            return 7
        return super().select_model(task)


class Adapter(ModelAdapter):
    async def complete(self, prompt):
        if prompt.prefix == "wait":
            yield "first"
            await asyncio.sleep(1000)
        if prompt.prefix == "limit":
            raise ServiceError("rate_limit", "come back later", retry_after=2.5)
        if prompt.prefix == "break":
            yield "half"
            raise ServiceError("overloaded")
        if prompt.prefix == "bug":
            yield 7
        yield prompt.language
        yield " é\U0001f680 "
        yield Usage(tokens_in=len(prompt.prefix))
        yield Usage(tokens_out=3)
        if prompt.prefix == "cut":
            yield Stop("length")

    def health(self, model):
        if model != "well":
            raise ServiceError("model", f"there is no {model}")


class Writer(Monitor):
    seen = 0

    def on_records(self, records, lost):
        if lost:
            raise RuntimeError(f"{lost} were lost, {self.seen} were seen")
        super().on_records(records, lost)

    def on_record(self, record):
        self.seen += record.cost


run(Router(), Adapter(), Writer())

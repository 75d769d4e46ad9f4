"""The least that a plug-in can do."""
from switchyard_sdk import BaseRouter, ModelAdapter, run


class Router(BaseRouter):
    def select_model(self, task):
        return "m4"


class Adapter(ModelAdapter):
    async def complete(self, prompt):
        for _ in range(2500):
            yield "xxxxxxxx"


run(Router(), Adapter())

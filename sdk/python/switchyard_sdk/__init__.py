"""Routers, model adapters and monitors for Switchyard.

    from switchyard_sdk import BaseRouter, run

    class RustRouter(BaseRouter):
        def select_model(self, task):
            return "rust-specialized" if task.language == "rust" else None

    run(RustRouter())

The protocol below it is described in docs/plugins.md of Switchyard.
"""
from .plugin import (BaseRouter, Candidate, Choice, ModelAdapter, Monitor, Prompt, Record,
                     ServiceError, Stop, Task, Usage, FAILURES)
from .serve import run

__all__ = ["BaseRouter", "Candidate", "Choice", "FAILURES", "ModelAdapter", "Monitor",
           "Prompt", "Record", "ServiceError", "Stop", "Task", "Usage", "run"]

"""Tasks in this process, one after the other: for looking into a file with a debugger. Nothing limits them."""

from __future__ import annotations

import dataclasses
import importlib
import time
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Self

from raingan.apart.tasks import Job, Outcome, Task, TaskEnd
from raingan.workfolder import system_place, temporary_files_in


class InProcess:
    """Run tasks in this process; see `raingan.apart.tasks.Runner`."""

    def __init__(self, job: Job) -> None:
        self._folder = job.folder
        module, _, factory = job.factory.partition(":")
        self._work = getattr(importlib.import_module(module), factory)(job.setup)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is left to end."""

    def run(self, tasks: Iterable[Task], at_most: int | None = None) -> Iterator[list[Outcome]]:
        """Yield one outcome at a time."""
        for task in tasks:
            begun = time.monotonic()
            try:
                with temporary_files_in(self._folder or system_place()):
                    payload = self._work(task.payload, lambda number: None)
                outcome = Outcome(task.number, TaskEnd.DONE, payload)
            except MemoryError:
                outcome = Outcome(task.number, TaskEnd.MEMORY)
            except Exception as error:
                outcome = Outcome(task.number, TaskEnd.CRASH, values={"error": f"{type(error).__name__}: {error}"})
            yield [dataclasses.replace(outcome, seconds=time.monotonic() - begun)]

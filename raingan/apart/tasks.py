"""What goes into a runner and comes out of it: bytes, numbers and reasons, nothing that a hostile file could forge.

    tasks -> Runner.run -> outcomes, in the order in which they end

A job is named, not handed over: "package.module:factory". Each process imports it and calls `factory(setup)` once,
then the reader it returns for every task. The same name works in a process beside this one and on another machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import TracebackType
from typing import Protocol, Self

BeginPage = Callable[[int], None]
"""Tells that a page is begun: the limit of a page starts anew."""

PAGES_READ = 0
"""Told in place of a page: all are read, and what they mean is worked out. The outcome then says so ("read")."""

Work = Callable[[bytes, BeginPage], bytes]
"""What a factory returns: payload of a task in, payload of its outcome out."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one task may cost before its process is ended. Defaults fit scans on an old office computer."""

    file_seconds: float = 3_600.0  # a 1,000-page scan takes 10 to 20 minutes on two cores, three times that on old ones
    page_seconds: float = 120.0  # between two pages begun, also until the first; a page of noise takes 5
    memory_bytes: int = 2 * 2**30  # address space of each process; a noisy scan peaks at 0.6 GB resident, 1.4 GB in all
    result_bytes: int = 256 * 2**20  # of one outcome; a report takes 20 KB, its line pictures 3 KB each


@dataclass(frozen=True, slots=True)
class Job:
    """What to run on each task."""

    factory: str  # "package.module:name", called as name(setup) -> Work
    setup: bytes = b""
    preload: tuple[str, ...] = ()  # modules imported before the first task
    # What only some tasks need: once one has imported the module, it is imported for all following tasks, and
    # "package.module:function" called, if it is named, so that they find everything ready.
    later: tuple[tuple[str, str], ...] = ()
    # "package.module:function", tells of a payload whether it may share a process with others; "" if none may.
    fit: str = ""
    folder: str = ""  # for what a task writes meanwhile; "" is where the system keeps temporary files


@dataclass(frozen=True, slots=True)
class Task:
    """One file to work on."""

    number: int  # given back with the outcome; counts within one run
    payload: bytes = field(repr=False)
    light: bool = False  # may share a process with others, see `raingan.apart.together`


class TaskEnd(StrEnum):
    """How a task ended."""

    DONE = "done"
    CRASH = "crash"  # a signal or an exit of its own
    FILE_TIME = "file-time"
    PAGE_TIME = "page-time"
    MEMORY = "memory"
    LOST = "lost"  # nothing to do with the file: its worker or machine went away; may be tried again


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one task ended; `payload` is what the work returned, empty unless done."""

    number: int
    how: TaskEnd
    payload: bytes = field(default=b"", repr=False)
    values: Mapping[str, str] = field(
        default_factory=dict
    )  # "signal": "SIGSEGV", "exit": "7", "page": "3", "limit": "120", "read": "yes"
    seconds: float = 0.0  # from its start to its end, by the clock
    shared: bool = False  # worked on by a process that had other tasks too, and could have been told wrong by one


class Runner(Protocol):
    """Runs tasks somewhere: in this process, in processes beside it, on a cluster."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End every process, also those at work."""

    def run(self, tasks: Iterable[Task], at_most: int | None = None) -> Iterator[list[Outcome]]:
        """Yield what has ended, a list at a time, never empty; every task has one outcome.

        A task is taken from `tasks` only when a place for it is free, and free places are filled before a list is
        yielded, so that the caller can write results down while the next tasks run. `at_most` tasks run at a time.
        """

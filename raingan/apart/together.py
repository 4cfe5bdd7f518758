"""Several small tasks to one process: a fork costs as much as reading a small text does.

    tasks -> Together -> groups -> Crew (a fork each) -> outcomes of groups -> Together -> outcomes

A fork reads the files of its group one after the other. Whatever ends it badly (a crash, a limit, an error, an answer
that makes no sense) says nothing of any of them: each is then read again in a process of its own, with the limits of
one. So a file still costs only itself, and how it ends is told as if it had always been alone. Who finds no sense in
an answer of a group (`Outcome.shared`) has its task read again too.

What is given up: a file that took hold of the process would see the others of its group, and could answer for them.
Nothing said by a fork is believed to be well-formed, but what is well-formed and false cannot be told. So only such
tasks share a process whose bytes are taken apart by Python code (texts, web pages, Word; zlib, expat and the regular
expressions are the C in it), never what PDFium, an image library or a program of its own reads. Who makes a task says
by `light` that it looks like one; the fork looks at the bytes before it touches any, and refuses what is not.
"""

from __future__ import annotations

import base64
import contextlib
import importlib
import json
import signal
import struct
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from types import TracebackType
from typing import Any, Self

from raingan.apart.tasks import BeginPage, Job, Outcome, Runner, Task, TaskEnd, Work

LIGHT_BYTES = 200_000
"""A task with a larger payload has a process of its own: there the fork is a small part of the cost."""

_MOST = 8  # tasks of a group: the fork is then a tenth of what they cost, and little is read again when one ends badly
_BYTES = 4 * LIGHT_BYTES  # of a group; they are kept until it has ended
_SECONDS = 20.0  # by the clock for all of a group, a hundred times what it takes: what is slower is read alone

_MARK = b"\0together\0"  # begins the payload of a group; that of a task begins with its line of JSON
_LENGTH = struct.Struct("<I")


def together(job: Job) -> Job:
    """Return the job that also does groups of what `job.fit` lets share a process."""
    setup = json.dumps([job.factory, base64.b64encode(job.setup).decode(), job.fit])
    return replace(job, factory=f"{__name__}:worker", setup=setup.encode())


def worker(setup: bytes) -> Work:
    """Return what does a task or a group of them; raises what the job itself raises."""
    factory, inner, fit_name = json.loads(setup)
    work: Work = _named(factory)(base64.b64decode(inner))
    fit: Callable[[bytes], bool] = _named(fit_name)

    def work_or_group(payload: bytes, begin_page: BeginPage) -> bytes:
        if not payload.startswith(_MARK):
            return work(payload, begin_page)
        signal.setitimer(signal.ITIMER_REAL, _SECONDS)  # ends the process
        payloads = _apart(payload[len(_MARK) :])
        if not all(map(fit, payloads)):  # before any of them is read
            raise ValueError("not all of a group may share a process")
        answers = []
        for one in payloads:
            begin_page(1)
            answers.append(work(one, begin_page))
        signal.setitimer(signal.ITIMER_REAL, 0)
        return _joined(answers)

    return work_or_group


class Together:
    """Run light tasks in groups on a runner that does jobs made by `together`."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._numbers = count(1)
        self._under_way: dict[int, Sequence[Task]] = {}
        self._again: deque[Task] = deque()  # of groups that ended badly

    def __enter__(self) -> Self:
        self._runner.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.__exit__(kind, error, trace)

    def run(self, tasks: Iterable[Task], at_most: int | None = None) -> Iterator[list[Outcome]]:
        """Yield what has ended, as `Runner` says; tasks are taken a group at a time."""
        self._under_way, self._again = {}, deque()
        yield from self._outcomes(self._runner.run(self._grouped(iter(tasks)), at_most))
        while self._again:
            yield from self._outcomes(self._runner.run(self._left(), at_most))

    def _grouped(self, tasks: Iterator[Task]) -> Iterator[Task]:
        group: list[Task] = []
        size = 0
        for task in tasks:
            yield from self._left()
            length = len(task.payload)
            if not task.light or length > LIGHT_BYTES:
                yield self._sent([task])
                continue
            if size + length > _BYTES:
                yield self._sent(group)
                group, size = [], 0
            group.append(task)
            size += length
            if len(group) == _MOST:
                yield self._sent(group)
                group, size = [], 0
        if group:
            yield self._sent(group)
        yield from self._left()

    def _left(self) -> Iterator[Task]:
        while self._again:
            yield self._sent([self._again.popleft()])

    def _sent(self, group: Sequence[Task]) -> Task:
        """Make one task of a group, or of one task that is given as it is."""
        number = next(self._numbers)
        if len(group) == 1:
            self._under_way[number] = [replace(group[0], payload=b"")]  # can be large, and is needed no longer
            return Task(number, group[0].payload)
        self._under_way[number] = group
        return Task(number, _MARK + _joined([task.payload for task in group]))

    def _outcomes(self, ended: Iterator[list[Outcome]]) -> Iterator[list[Outcome]]:
        for outcomes in ended:
            told = [one for outcome in outcomes for one in self._told(outcome)]
            if told:
                yield told

    def _told(self, outcome: Outcome) -> list[Outcome]:
        """Return the outcomes of a group's tasks; none if they are to be read again, each alone."""
        group = self._under_way.pop(outcome.number)
        if len(group) == 1:
            return [replace(outcome, number=group[0].number)]
        answers = []
        if outcome.how is TaskEnd.DONE:
            with contextlib.suppress(ValueError):
                answers = _apart(outcome.payload)
        if len(answers) != len(group):
            self._again += group
            return []
        seconds = outcome.seconds / len(group)
        return [
            Outcome(task.number, TaskEnd.DONE, answer, seconds=seconds, shared=True)
            for task, answer in zip(group, answers, strict=True)
        ]


def _joined(parts: Iterable[bytes]) -> bytes:
    return b"".join(piece for part in parts for piece in (_LENGTH.pack(len(part)), part))


def _apart(joined: bytes) -> list[bytes]:
    """Take joined parts apart; raises ValueError for anything else."""
    parts = []
    at = 0
    while at < len(joined):
        end = at + _LENGTH.size
        if end > len(joined):
            raise ValueError("it ends within a length")
        (length,) = _LENGTH.unpack_from(joined, at)
        at = end + length
        if at > len(joined):
            raise ValueError("it ends within a part")
        parts.append(joined[end:at])
    return parts


def _named(name: str) -> Any:
    """Return what "package.module:name" stands for."""
    module, _, attribute = name.partition(":")
    return getattr(importlib.import_module(module), attribute)

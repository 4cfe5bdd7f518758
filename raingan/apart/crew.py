"""Workers beside this process: as many tasks at a time as there are workers, each with limits of its own.

    Crew -> worker process (keeper.py), kept -> fork, one a task, thrown away

One thread, no locks: it waits for whoever speaks next, or for the next limit to run out.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import Any, Self

from raingan.apart.keeper import FORKS
from raingan.apart.launch import Launched, launch
from raingan.apart.tasks import PAGES_READ, Bounds, Job, Outcome, Task, TaskEnd
from raingan.apart.wire import (
    BEGUN,
    DONE,
    ENDED,
    FAILED,
    MANY,
    PAGE,
    READY,
    SEATS,
    STOP,
    TASK,
    heard,
    heard_number,
    said,
)
from raingan.model.errors import CannotStart

# A worker that is told to stop a task does so at once; one that does not is ended itself.
_SECONDS_TO_STOP = 5.0
# Time to leave by itself, when the crew goes.
_SECONDS_TO_LEAVE = 2.0
# A worker imports for a second, on an old computer with a virus scanner for twenty.
_SECONDS_TO_START = 120.0
# Workers that end before they are ready, one after the other: the next would do no better.
_FALSE_STARTS = 3
# Where tasks share a process, it is replaced now and then: libraries gather what they never give back.
_TASKS_OF_A_PROCESS = 100
_WRONG_EXIT = 0xC0000000


@dataclass(slots=True)
class _Worker:
    process: subprocess.Popen[bytes]
    pipe: Connection
    begun: float  # when it was started, or was given its task; seconds of the monotonic clock
    ready: bool = False
    task: Task | None = None
    child: int | None = None  # process that does the work
    job: int | None = None  # Windows: handle of what holds it and all that it starts
    page: int | None = None
    read: bool = False  # past its last page
    paged: float = 0.0  # when that page, or the task, was begun
    stopped: TaskEnd | None = None  # why it was told to stop
    seats: int = 1  # processes that may work on its task
    told: int = 1  # of them, to the task
    useful: int | None = None  # how many its task could use; None where it has not said so
    served: int = 0
    values: dict[str, str] = field(default_factory=dict)


class Crew:
    """Run tasks in processes beside this one; see `raingan.apart.tasks.Runner`."""

    def __init__(
        self,
        job: Job,
        workers: int,
        bounds: Bounds | None = None,
        meanwhile: Callable[[], None] | None = None,
        ahead: Launched | None = None,
    ) -> None:
        """`meanwhile` is called once, while the first workers start: for what this process will need later.

        The first worker is the process that was launched `ahead`, where there is one.
        """
        self._job = job
        self._meanwhile = meanwhile
        self._places = workers
        self._bounds = bounds or Bounds()
        self._workers: list[_Worker] = []
        self._false_starts = 0
        self._lendable = 0  # places, once there are no more tasks
        if ahead is not None:
            self._told(ahead)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._dismiss(list(self._workers))

    def run(self, tasks: Iterable[Task], at_most: int | None = None) -> Iterator[list[Outcome]]:
        """Yield what has ended; raises `CannotStart`."""
        waiting = iter(tasks)
        places = min(self._places, at_most or self._places)
        self._lendable = 0
        try:
            dry = False
            while True:
                dry = dry or not self._fill(waiting, places)
                self._lendable = places if dry else 0
                if self._meanwhile is not None and any(not worker.ready for worker in self._workers):
                    meanwhile, self._meanwhile = self._meanwhile, None
                    meanwhile()
                outcomes = self._wait()
                dry = dry or not self._fill(waiting, places)
                if outcomes:
                    yield outcomes
                elif dry and not any(worker.task for worker in self._workers):
                    return
        finally:
            self._dismiss([worker for worker in self._workers if worker.task is not None])

    def abandon(self) -> None:
        """End every worker at once, from any thread: what they do is lost, and `run` says so."""
        for worker in list(self._workers):
            worker.process.kill()

    # --- giving

    def _fill(self, waiting: Iterator[Task], places: int) -> bool:
        """Give a task to everyone who is free; say whether there may be more."""
        while sum(worker.task is not None for worker in self._workers) < places:
            task = next(waiting, None)
            if task is None:
                return False
            worker = self._idle() or self._start()
            worker.task = task
            if worker.ready:
                self._give(worker)
        return True

    def _idle(self) -> _Worker | None:
        """Return a worker that is free, and drop those that have gone meanwhile."""
        for worker in [worker for worker in self._workers if worker.task is None]:
            if worker.process.poll() is None:
                return worker
            self._drop(worker)
        return None

    def _give(self, worker: _Worker) -> None:
        assert worker.task is not None
        worker.served += 1
        worker.begun = worker.paged = time.monotonic()
        worker.child = worker.page = worker.stopped = None
        worker.read = False
        worker.seats = worker.told = 1
        worker.useful = None
        try:
            worker.pipe.send_bytes(TASK)
            worker.pipe.send_bytes(worker.task.payload)
        except OSError:  # it has gone, or stands still: the pipe will say that it has gone
            worker.process.kill()
        worker.task = dataclasses.replace(worker.task, payload=b"")  # its bytes are needed no longer

    def _lend(self) -> None:
        """Give places that no task is left for to tasks that can use several, in turns; each keeps what it has."""
        busy = [worker for worker in self._workers if worker.task is not None]
        free = self._lendable - sum(worker.seats for worker in busy)
        while free > 0 and (wanting := [worker for worker in busy if worker.seats < (worker.useful or 1)]):
            min(wanting, key=lambda worker: worker.seats).seats += 1
            free -= 1
        for worker in busy:
            if worker.told != worker.seats:
                worker.told = worker.seats
                with contextlib.suppress(OSError):  # it has gone: the pipe will say so
                    worker.pipe.send_bytes(said(SEATS, worker.seats))

    def _start(self) -> _Worker:
        try:
            return self._told(launch(self._job.preload))
        except OSError as error:  # no more processes, no more open files
            raise CannotStart(error) from error

    def _told(self, launched: Launched) -> _Worker:
        launched.tell(self._job, self._bounds, FORKS)
        worker = _Worker(launched.process, launched.pipe, time.monotonic())
        self._workers.append(worker)
        return worker

    # --- hearing

    def _wait(self) -> list[Outcome]:
        """Wait until somebody has ended, or nobody is at work; return who has."""
        outcomes: list[Outcome] = []
        while not outcomes:
            busy = [worker for worker in self._workers if worker.task is not None]
            if not busy:
                break
            self._lend()
            now = time.monotonic()
            nearest = min(self._limit(worker)[0] for worker in busy)
            speaking = wait([worker.pipe for worker in busy], max(0.0, nearest - now))
            for worker in busy:
                speaks = worker.pipe in speaking
                outcome = (self._hear(worker) if speaks else None) or self._look_at_the_clock(worker, speaks)
                if outcome is not None:
                    outcomes.append(outcome)
        return outcomes

    def _hear(self, worker: _Worker) -> Outcome | None:
        try:
            message = worker.pipe.recv_bytes(self._bounds.result_bytes + 1)
            kind = message[:1]
            if kind == READY:
                worker.ready = True
                worker.job = heard_number(message) if message[1:] else None
                self._false_starts = 0
                self._give(worker)
            elif kind == BEGUN:
                worker.child = heard_number(message)
                worker.begun = worker.paged = time.monotonic()
            elif kind == PAGE:
                number = heard_number(message)
                worker.read = worker.read or number == PAGES_READ
                worker.page = worker.page if number == PAGES_READ else number
                worker.paged = worker.paged if worker.stopped else time.monotonic()
            elif kind == MANY and worker.useful is None:  # who asks without end is answered once
                worker.useful, worker.told = heard_number(message), 0
            elif kind == DONE:
                return self._end(worker, TaskEnd.DONE, payload=message[1:])
            elif kind == ENDED:
                return self._explain(worker, heard(message))
            elif kind == FAILED:
                worker.values["error"] = message[1:].decode("utf-8", "replace")
        except (EOFError, OSError, ValueError):
            return self._gone(worker)
        return None

    def _explain(self, worker: _Worker, why: Any) -> Outcome:
        """Say how a task ended whose worker is well."""
        if worker.stopped is not None:
            return self._end(worker, worker.stopped)
        told = {str(key): value for key, value in why.items()} if isinstance(why, dict) else {}
        memory = told.pop("memory", False) is True
        values = {_printable(key): _printable(value) for key, value in told.items()}
        return self._end(worker, TaskEnd.MEMORY if memory else TaskEnd.CRASH, values)

    def _gone(self, worker: _Worker) -> Outcome | None:
        """Say what became of the task of a worker that is no more; another one takes its place."""
        self._drop(worker)
        code = worker.process.returncode
        if not worker.ready:
            self._false_starts += 1
            if self._false_starts >= _FALSE_STARTS:
                raise CannotStart(worker.values.get("error") or f"exit {code}")
            return self._end(worker, TaskEnd.LOST)
        if worker.child is None:  # it never came to the task
            return self._end(worker, TaskEnd.LOST)
        if worker.stopped is not None:
            return self._end(worker, worker.stopped)
        if FORKS:  # not the doing of the task: that runs in a fork
            return self._end(worker, TaskEnd.LOST)
        # Windows gives a crash as an exit code of this kind: 0xC0000005 for a wrong address.
        return self._end(worker, TaskEnd.CRASH, {"signal": f"{code:#x}"} if code > _WRONG_EXIT else {"exit": str(code)})

    def _end(
        self, worker: _Worker, how: TaskEnd, values: Mapping[str, str] | None = None, payload: bytes = b""
    ) -> Outcome:
        assert worker.task is not None
        number, worker.task = worker.task.number, None
        told = dict(values or {})
        if worker.page is not None:
            told["page"] = str(worker.page)
        if worker.read:
            told["read"] = "yes"
        worn = how is not TaskEnd.DONE or worker.served >= _TASKS_OF_A_PROCESS
        if not FORKS and worn and worker in self._workers:
            self._drop(worker)
        return Outcome(number, how, payload, told, time.monotonic() - worker.begun)

    # --- limits

    def _limit(self, worker: _Worker, speaks: bool = False) -> tuple[float, TaskEnd]:
        """Return when a worker's time is up, and which limit that is.

        Who speaks may have begun a page that is not heard of yet, but may not tell of pages without end.
        """
        if worker.stopped is not None:
            return worker.paged + _SECONDS_TO_STOP, worker.stopped
        if worker.child is None:  # it starts, or makes ready what earlier tasks have needed
            return worker.begun + _SECONDS_TO_START, TaskEnd.LOST
        file = worker.begun + self._bounds.file_seconds
        page = worker.paged + self._bounds.page_seconds
        return (page, TaskEnd.PAGE_TIME) if page < file and not speaks else (file, TaskEnd.FILE_TIME)

    def _look_at_the_clock(self, worker: _Worker, speaks: bool) -> Outcome | None:
        limit, how = self._limit(worker, speaks)
        if time.monotonic() < limit:
            return None
        if worker.stopped is None and worker.child is not None and FORKS:
            worker.stopped, worker.paged = how, time.monotonic()
            with contextlib.suppress(OSError):
                worker.pipe.send_bytes(said(STOP))
            return None
        worker.stopped = how  # it does not answer
        return self._gone(worker)

    def _drop(self, worker: _Worker) -> None:
        """End a worker and what it does, at once."""
        self._workers.remove(worker)
        _kill(worker)
        worker.pipe.close()

    def _dismiss(self, workers: list[_Worker]) -> None:
        """End workers and what they do, and let them clear up behind their tasks, which only they can do wholly."""
        for worker in workers:
            self._workers.remove(worker)
            worker.pipe.close()
        limit = time.monotonic() + _SECONDS_TO_LEAVE
        for worker in workers:
            if FORKS or worker.task is None:  # else it is at work itself, and hears nothing
                with contextlib.suppress(subprocess.TimeoutExpired):
                    worker.process.wait(max(0.0, limit - time.monotonic()))
            _kill(worker)


def _kill(worker: _Worker) -> None:
    """End a worker's process and its fork, if they are still there."""
    if worker.process.poll() is None:
        worker.process.kill()
        worker.process.wait()
    if worker.job is not None:
        from raingan.apart.windows import close

        close(worker.job)
        worker.job = None
    # The fork of a keeper that was killed dies too on Linux, but not what it has started; elsewhere neither does.
    if FORKS and worker.child is not None and worker.task is not None and worker.process.returncode != 0:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(worker.child, signal.SIGKILL)


def _printable(value: object) -> str:
    """Return a word of a worker, short and such that every file and terminal takes it."""
    return str(value)[:300].encode("utf-8", "replace").decode("utf-8")

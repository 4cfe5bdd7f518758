"""Tasks on the workers of a Dask cluster, each in the same isolation as on one machine (`raingan.cluster.worker`).

    tasks -> window -> scheduler -> worker: crew -> outcome, as bytes

Dask gives the task of a worker that died to another one; it has no time limit for a task, the crews have. Tasks go
only to workers that have this very edition of the program: same rules, same bytes. Scheduler and workers must be
trusted, and their network closed: Dask itself speaks pickle.
"""

from __future__ import annotations

import contextlib
import json
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from raingan.apart.tasks import Bounds, Job, Outcome, Task, TaskEnd
from raingan.cluster.worker import about, dismiss, this_edition, unpack_outcome, work
from raingan.model.errors import InputError

_CONNECT_SECONDS = 15
_ASK_SECONDS = 60  # a worker imports the program for a few seconds, from a network drive for many
# Tasks for each thread of the workers: one at work, one at hand, so that no thread waits for the wire.
_TASKS_PER_THREAD = 2
# Payloads under way; they lie in the memory of the scheduler until their task has ended.
_BYTES_UNDER_WAY = 512 * 2**20
_TRIES = 3  # of a task whose worker went away
_LOOK_SECONDS = 2.0  # how often workers that came and went are looked for
_PATIENCE_SECONDS = 120.0  # without any worker; a nanny starts one anew within some seconds
_POLL_SECONDS = 0.02

Tell = Callable[[str, Mapping[str, str]], None]
"""Called with a code of the message table and its values for what a user should know and cannot see."""


@dataclass(slots=True)
class _UnderWay:
    """A task that was handed to the cluster."""

    task: Task
    workers: frozenset[str] = frozenset()  # that may take it
    tries: int = 0
    begun: float = field(default_factory=time.monotonic)


class Cluster:
    """Run tasks on an existing Dask cluster, `tcp://scheduler:8786`; see `raingan.apart.tasks.Runner`."""

    def __init__(self, address: str, job: Job, bounds: Bounds | None = None, tell: Tell | None = None) -> None:
        """Take what to run and where; nothing is asked of the cluster before the block begins."""
        self._address = address
        self._job = job
        self._bounds = bounds or Bounds()
        self._tell = tell or (lambda code, values: None)
        self._client: Any = None
        self._fit: dict[str, int] = {}  # threads of every worker that may be used
        self._unfit: set[str] = set()
        self._looked = 0.0
        self._last_fit = 0.0

    def __enter__(self) -> Self:
        """Connect; raises `InputError` where there is no scheduler, or no worker that can be used."""
        try:
            from distributed import Client
        except ImportError:
            raise InputError("missing-package", file=self._address, packages="distributed") from None
        try:
            with warnings.catch_warnings():
                # Dask warns of other versions of libraries; we compare what matters ourselves.
                warnings.simplefilter("ignore")
                self._client = Client(
                    self._address,
                    timeout=_CONNECT_SECONDS,
                    set_as_default=False,
                    name="raingan",
                    direct_to_workers=False,
                )
        except Exception as error:  # of sockets, TLS, versions: whatever the library raises
            raise InputError("cluster-unreachable", file=self._address, error=_say(error)) from None
        self._last_fit = time.monotonic()
        try:
            self._look_for_workers(at_start=True)
        except InputError:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client is None:
            return
        client, self._client = self._client, None
        # A cluster that has gone is no reason to fail now.
        with contextlib.suppress(Exception):
            if self._fit:
                client.run(dismiss, workers=self._alive(client, self._fit), on_error="ignore")
        with contextlib.suppress(Exception):
            client.close(timeout=_CONNECT_SECONDS)

    def run(self, tasks: Iterable[Task], at_most: int | None = None) -> Iterator[list[Outcome]]:
        """Yield what has ended; raises `InputError` where no worker is left."""
        from distributed import as_completed

        waiting = iter(tasks)
        again: deque[_UnderWay] = deque()
        under_way: dict[Any, _UnderWay] = {}  # by future
        answers = as_completed([], loop=self._client.loop, with_results=True, raise_errors=False)
        dry = False
        try:
            while True:
                dry = self._fill(waiting, again, under_way, answers, at_most, dry)
                if dry and not under_way and not again:
                    return
                outcomes = []
                for future, answer in answers.next_batch(block=False):
                    item = under_way.pop(future, None)
                    if item is None:
                        continue  # was given to another worker meanwhile
                    outcome = self._outcome(item, future, answer)
                    if outcome is None:
                        again.append(item)
                    else:
                        outcomes.append(outcome)
                    future.release()
                if time.monotonic() - self._looked > _LOOK_SECONDS:
                    self._look_for_workers()
                    self._take_back(under_way, again)
                if outcomes:
                    dry = self._fill(waiting, again, under_way, answers, at_most, dry)
                    yield outcomes
                elif not answers.has_ready():
                    time.sleep(_POLL_SECONDS)
        finally:
            self._cancel(list(under_way))

    # --- tasks

    def _fill(
        self,
        waiting: Iterator[Task],
        again: deque[_UnderWay],
        under_way: dict[Any, _UnderWay],
        answers: Any,
        at_most: int | None,
        dry: bool,
    ) -> bool:
        """Hand out tasks as long as there are places; say whether all are handed out."""
        places = sum(self._fit.values()) * _TASKS_PER_THREAD
        places = min(places, at_most or places)
        size = sum(len(item.task.payload) for item in under_way.values())
        while len(under_way) < places and (size < _BYTES_UNDER_WAY or not under_way):
            if again:
                item = again.popleft()
            elif dry:
                return True
            else:
                task = next(waiting, None)
                if task is None:
                    dry = True
                    continue
                item = _UnderWay(task)
            future = self._submit(item)
            under_way[future] = item
            answers.add(future)
            size += len(item.task.payload)
        return dry

    def _submit(self, item: _UnderWay) -> Any:
        item.workers = frozenset(self._fit)
        item.tries += 1
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Sending large graph", category=UserWarning)
            return self._client.submit(
                work,
                this_edition(),
                self._job,
                self._bounds,
                item.task.payload,
                pure=False,
                retries=_TRIES - 1,
                workers=sorted(item.workers),
                allow_other_workers=False,
            )

    def _outcome(self, item: _UnderWay, future: Any, answer: object) -> Outcome | None:
        """Return how a task ended; None where it is to be tried on another worker."""
        number = item.task.number
        if future.status != "finished":
            # KilledWorker, a task that was forgotten, an error of Dask itself: nothing that the file did.
            if item.tries < _TRIES:
                return None
            error = answer[1] if isinstance(answer, tuple) and len(answer) > 1 else answer
            return Outcome(number, TaskEnd.LOST, values={"error": _say(error)}, seconds=time.monotonic() - item.begun)
        try:
            outcome = unpack_outcome(number, answer, self._bounds.result_bytes)
        except (ValueError, TypeError, KeyError) as error:
            return Outcome(number, TaskEnd.LOST, values={"error": f"not a result: {_say(error)}"})
        unfit = outcome.values.get("unfit")
        if unfit is not None and item.tries < _TRIES:
            return None
        return outcome

    def _take_back(self, under_way: dict[Any, _UnderWay], again: deque[_UnderWay]) -> None:
        """Take tasks back whose workers are all gone: no other worker would be given them."""
        for future, item in list(under_way.items()):
            if not item.workers & self._fit.keys():
                del under_way[future]
                item.tries -= 1  # it was never begun, or its worker died: Dask counts those itself
                again.append(item)
                self._cancel([future])

    def _cancel(self, futures: list[Any]) -> None:
        if self._client is None or not futures:
            return
        with contextlib.suppress(Exception):  # a scheduler that has gone
            self._client.cancel(futures, force=True)

    # --- workers

    def _look_for_workers(self, at_start: bool = False) -> None:
        """Find out which workers are there and may be used; raises `InputError` where there have been none for long."""
        self._looked = time.monotonic()
        try:
            threads = {
                address: int(told["nthreads"])
                for address, told in self._client.scheduler_info(n_workers=-1)["workers"].items()
            }
        except Exception as error:
            if at_start:
                raise InputError("cluster-unreachable", file=self._address, error=_say(error)) from None
            threads = {}
        self._fit = {address: count for address, count in threads.items() if address in self._fit}
        self._unfit &= threads.keys()
        new = [address for address in threads if address not in self._fit and address not in self._unfit]
        for address, why in self._asked(new).items():
            if why is None:
                self._fit[address] = threads[address]
            else:
                self._unfit.add(address)
                self._tell("worker-unused", {"worker": address, "error": why})
        if self._fit:
            self._last_fit = time.monotonic()
        elif at_start or time.monotonic() - self._last_fit > _PATIENCE_SECONDS:
            raise InputError("cluster-no-workers", file=self._address, count=len(threads))

    def _asked(self, workers: list[str]) -> dict[str, str | None]:
        """Ask workers for their edition; say of each why it cannot be used, or None."""
        if not workers:
            return {}
        try:
            answers = self._client.run(about, workers=workers, on_error="return")
        except Exception as error:  # one that cannot even load the question spoils it for all
            if len(workers) == 1:
                return {workers[0]: _say(error)}
            return {worker: why for each in workers for worker, why in self._asked([each]).items()}
        return {worker: _unfit_for(answers.get(worker)) for worker in workers}

    @staticmethod
    def _alive(client: Any, workers: Iterable[str]) -> list[str]:
        return sorted(set(workers) & client.scheduler_info(n_workers=-1)["workers"].keys())


def _unfit_for(answer: object) -> str | None:
    """Say why a worker that answered so cannot be used, or None."""
    if not isinstance(answer, str):
        return _say(answer)
    try:
        told = json.loads(answer)
        edition, version = told["edition"], str(told["version"])[:40]
    except (ValueError, KeyError, TypeError):
        return "it does not tell its version"
    if edition == this_edition():
        return None
    return f"it has version {version}, in another edition than here"


def _say(error: object) -> str:
    if isinstance(error, BaseException):
        error = f"{type(error).__name__}: {error}"
    return " ".join(str(error).split())[:300]

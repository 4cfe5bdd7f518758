"""What runs on a worker of a cluster: the same crews as on one machine, kept between tasks.

Each thread of the worker that has a task borrows a crew of one place. Crews end when the client dismisses them, when
nobody has borrowed them for a while, and with the worker.
"""

from __future__ import annotations

import atexit
import contextlib
import dataclasses
import hashlib
import json
import platform
import threading
from collections.abc import Iterator
from functools import cache

from raingan.apart.crew import Crew
from raingan.apart.tasks import Bounds, Job, Outcome, Task, TaskEnd
from raingan.fingerprint import Stage, files_of, program_fingerprint
from raingan.version import program_version
from raingan.workfolder import WorkFolder

# A client that went without a word leaves its crews: 100 MB each, several times that once they have read scans.
_IDLE_SECONDS = 600.0

Setting = tuple[Job, Bounds]


def work(edition: str, job: Job, bounds: Bounds, payload: bytes) -> bytes:
    """Run one task; return its outcome as `pack_outcome` writes it, also where this worker is not fit for it."""
    if edition != this_edition():
        return pack_outcome(Outcome(0, TaskEnd.LOST, values={"unfit": "version"}))
    try:
        with _FOLDER_LOCK:
            job = dataclasses.replace(job, folder=str(_folder().path))
        with _CREWS.borrowed((job, bounds)) as crew:
            ended = [outcome for outcomes in crew.run([Task(0, payload)]) for outcome in outcomes]
    except Exception as error:  # a crew that cannot start here may start on another worker
        return pack_outcome(Outcome(0, TaskEnd.LOST, values={"unfit": f"{type(error).__name__}: {error}"[:300]}))
    return pack_outcome(ended[0])


_FOLDER_LOCK = threading.Lock()


@cache
def _folder() -> WorkFolder:
    """Return the folder of this worker for what its tasks write meanwhile."""
    folder = WorkFolder()
    atexit.register(folder.close)
    return folder


def about() -> str:
    """Tell which edition of the program this worker has, for people and for comparing."""
    return json.dumps({"version": program_version(), "edition": this_edition()})


def dismiss() -> None:
    """End every crew of this worker, also those at work: the client goes."""
    _CREWS.end_all()


@cache
def this_edition() -> str:
    """Return one short text for all that decides results, and for our own code: both sides must speak the same."""
    # The same code is the same edition, from whichever commit it was built.
    ours = hashlib.sha256(f"{platform.python_version()} {program_fingerprint()}".encode())
    for name, data in files_of(Stage(("raingan",), without=("raingan/build.txt",))):
        ours.update(f"{name}\0{len(data)}\0".encode() + data)
    return ours.hexdigest()


def pack_outcome(outcome: Outcome) -> bytes:
    """Return an outcome as a line of JSON with the payload behind it."""
    told = {"how": outcome.how.value, "values": dict(outcome.values), "seconds": outcome.seconds}
    return b"".join((json.dumps(told).encode(), b"\n", outcome.payload))


def unpack_outcome(number: int, data: object, most: int) -> Outcome:
    """Return the outcome of a task from what a worker sent; raises ValueError for anything else."""
    if not isinstance(data, bytes):
        raise ValueError("no bytes")
    end = data.index(b"\n")
    if len(data) - end - 1 > most:
        raise ValueError("larger than results may be")
    told = json.loads(data[:end])
    if not isinstance(told, dict) or not isinstance(told.get("values"), dict):
        raise ValueError("no outcome")
    values = {str(key): str(value) for key, value in told["values"].items()}
    return Outcome(number, TaskEnd(str(told.get("how"))), data[end + 1 :], values, float(told.get("seconds", 0.0)))


class _Crews:
    """The crews of this process, each in use by one thread at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: dict[Setting, list[Crew]] = {}
        self._busy: list[Crew] = []
        self._timer: threading.Timer | None = None

    @contextlib.contextmanager
    def borrowed(self, setting: Setting) -> Iterator[Crew]:
        with self._lock:
            others = [crew for key, crews in self._idle.items() if key != setting for crew in crews]
            mine = self._idle.get(setting, [])
            crew = mine.pop() if mine else Crew(setting[0], 1, setting[1])
            self._idle = {setting: mine}
            self._busy.append(crew)
        _end(others)  # of an earlier client
        sound = False
        try:
            yield crew
            sound = True
        finally:
            with self._lock:
                keep = sound and crew in self._busy
                if crew in self._busy:
                    self._busy.remove(crew)
                if keep:
                    self._idle.setdefault(setting, []).append(crew)
                self._wind_up()
            if not keep:
                _end([crew])

    def end_all(self) -> None:
        with self._lock:
            idle, busy = [crew for crews in self._idle.values() for crew in crews], self._busy
            self._idle, self._busy = {}, []
            if self._timer is not None:
                self._timer.cancel()
        _end(idle)
        for crew in busy:
            crew.abandon()  # the thread that borrowed it hears that its worker is gone, and ends it

    def _end_idle(self) -> None:
        with self._lock:
            idle = [crew for crews in self._idle.values() for crew in crews]
            self._idle = {}
        _end(idle)

    def _wind_up(self) -> None:
        """Start the wait for the next borrower anew; the lock is held."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = threading.Timer(_IDLE_SECONDS, self._end_idle)
        self._timer.daemon = True
        self._timer.start()


def _end(crews: list[Crew]) -> None:
    for crew in crews:
        crew.__exit__(None, None, None)


_CREWS = _Crews()
atexit.register(dismiss)

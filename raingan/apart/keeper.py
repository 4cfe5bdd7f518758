"""The program of a worker: a clean process that has everything imported, and lets each task run in a fork of itself.

The fork does the dangerous work and is thrown away; the keeper only listens, to its parent and to the fork, so that
neither a crash nor a hang of the fork stops it. When the parent goes, the keeper ends the fork and goes too. Where
there is no fork (Windows), the keeper does the work itself and its parent starts another in its place when it ends.
"""

from __future__ import annotations

import base64
import contextlib
import gc
import importlib
import json
import os
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, NoReturn

from raingan.apart.hands import SEATS_AT_MOST, Hands, lending
from raingan.apart.linux import adopt_orphans, children, ends_with, give_memory_back, untouched
from raingan.apart.tasks import Bounds, Job, Work
from raingan.apart.wire import (
    BEGUN,
    DONE,
    ENDED,
    FAILED,
    MANY,
    MODULES,
    PAGE,
    READY,
    SEATS,
    STOP,
    TASK,
    FrameReader,
    end_of_pipe,
    heard,
    heard_number,
    said,
    tell,
)

FORKS = hasattr(os, "fork")
"""Whether each task gets a process of its own."""

_DETAIL = 300  # characters of an error
_NO_ANSWER = 70  # exit code of a fork that could not say what happened to it
# A fork that has closed its pipe is about to end by itself, and its own exit code is the better reason.
_SECONDS_TO_EXIT = 1.0
# Programs end at once when they are killed, but for those that wait for a disk.
_SECONDS_TO_END = 2.0


def main(preload: Sequence[str]) -> None:
    """Import, hear on standard input what to do (`launch.Launched`), and serve the parent until it goes away."""
    gc.disable()  # nearly all that is made now stays: looking through it again and again takes a tenth of the time
    with contextlib.suppress(Exception):  # it fails once more where that can be told
        for name in preload:
            importlib.import_module(name)
    line = sys.stdin.readline()
    if line:  # else there is nothing to do, or who launched this has gone
        _serve(json.loads(line))


def _serve(told: dict[str, Any]) -> None:
    parent = end_of_pipe(told["pipe"])
    job = Job(
        told["factory"],
        base64.b64decode(told["setup"]),
        tuple(told["preload"]),
        tuple(map(tuple, told["later"])),
        folder=told["folder"],
    )
    tempfile.tempdir = job.folder or None
    bounds = Bounds(**told["bounds"])
    job_handle: int | None = None  # Windows only
    try:
        work = _prepared(job)
        if told["forks"]:
            adopt_orphans()
        else:
            from raingan.apart.windows import bind

            job_handle = bind(bounds.memory_bytes, told["parent"])
    except BaseException:
        parent.send_bytes(FAILED + traceback.format_exc()[-2_000:].encode("utf-8", "replace"))
        return
    with contextlib.suppress(EOFError, OSError):  # the parent has gone
        parent.send_bytes(said(READY, job_handle))
        while True:
            if parent.recv_bytes() != TASK:
                continue  # told to stop a task that has ended by itself
            if told["forks"]:
                _in_a_fork(work, parent, job, bounds)
            else:
                _here(work, parent.recv_bytes(), parent)


def _prepared(job: Job) -> Work:
    """Import all that a task needs, and put it out of reach of the collector: a fork then shares it unchanged."""
    for name in job.preload:
        importlib.import_module(name)
    work: Work = _named(job.factory)(job.setup)
    gc.freeze()
    gc.enable()
    give_memory_back()
    return work


# --- a task in a fork


def _in_a_fork(work: Work, parent: Connection, job: Job, bounds: Bounds) -> None:
    payload = parent.recv_bytes()
    reader, writer = os.pipe()
    seats, seats_told = os.pipe()
    keeper = os.getpid()
    child = os.fork()
    if child == 0:
        parent.close()
        os.close(reader)
        os.close(seats_told)
        _child(keeper, work, payload, writer, Hands(seats, writer, bounds.result_bytes), job, bounds)
    os.close(writer)
    os.close(seats)
    del payload
    frames = FrameReader(reader, bounds.result_bytes)
    needed: set[str] = set()
    try:
        parent.send_bytes(said(BEGUN, child))
        answered = _relay(child, frames, parent, seats_told, needed)
    finally:
        os.close(seats_told)
        status, resident = _end(child)
    while not answered and frames.open:  # what it said before it ended
        answered = _hand_on(frames, parent, needed)
    os.close(reader)
    if not answered:
        _clear(job.folder, child)
        parent.send_bytes(said(ENDED, _why(status, resident, bounds)))
    _get_ready(needed, job)


def _child(keeper: int, work: Work, payload: bytes, writer: int, hands: Hands, job: Job, bounds: Bounds) -> NoReturn:
    """Do the work and leave, whatever happens."""
    code = _NO_ANSWER
    missing = [module for module, _ in job.later if module not in sys.modules]
    try:
        os.setsid()
        _shut_in(bounds, keeper)
        kind, rest = DONE, b""
        try:
            with lending(hands):
                rest = work(payload, lambda number: tell(writer, PAGE, str(int(number)).encode()))
        except MemoryError:
            kind, rest = ENDED, b'{"memory": true}'
        except Exception as error:
            kind, rest = ENDED, said(b"", {"error": f"{type(error).__name__}: {error}"[:_DETAIL]})
        needed = [module for module in missing if module in sys.modules]
        if needed:
            tell(writer, MODULES, said(b"", needed))
        tell(writer, kind, rest)
        code = 0
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 1
    except BaseException:
        pass
    finally:
        os._exit(code)


def _shut_in(bounds: Bounds, keeper: int) -> None:
    """Limit this process, and let nothing it prints reach the user."""
    import resource

    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    if sys.platform != "darwin":  # there it limits nothing, and may be refused
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        memory = bounds.memory_bytes if most == resource.RLIM_INFINITY else min(bounds.memory_bytes, most)
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not ends_with(keeper):
        os._exit(_NO_ANSWER)


def _relay(child: int, frames: FrameReader, parent: Connection, seats_told: int, needed: set[str]) -> bool:
    """Hand on what the fork says until it has answered, ended, or is to be stopped; say whether it has answered."""
    os.set_blocking(seats_told, False)  # nothing makes a fork listen
    ended = _sentinel(child)
    watched: list[Any] = [parent, frames, *ended]
    seconds: float | None = None
    try:
        while True:
            ready: list[Any] = wait(watched, seconds)
            if parent in ready:
                message = parent.recv_bytes()
                if message[:1] == STOP:
                    return False
                if message[:1] == SEATS:
                    _tell_seats(seats_told, heard_number(message))
            if frames in ready and _hand_on(frames, parent, needed):
                return True
            if not ready or any(handle in ready for handle in ended):
                return False
            if not frames.open and seconds is None:
                if not ended:
                    return False
                watched.remove(frames)
                seconds = _SECONDS_TO_EXIT
    finally:
        for handle in ended:
            os.close(handle)


def _tell_seats(handle: int, count: int) -> None:
    """Tell a fork by one byte, which is written whole or not at all, how many processes may work on its task."""
    with contextlib.suppress(OSError):  # it has gone, or does not listen
        os.write(handle, bytes([min(count, SEATS_AT_MOST)]))


def _sentinel(child: int) -> list[int]:
    """Return what can be waited for to hear of the end of a process, also while another one holds its pipe open."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # an old system, or a container that forbids it
            return [os.pidfd_open(child)]
    return []


def _hand_on(frames: FrameReader, parent: Connection, needed: set[str]) -> bool:
    """Hand on what the fork has said by now, as far as it is well-formed; say whether it was an answer."""
    try:
        messages = frames.hear()
    except ValueError:
        parent.send_bytes(said(ENDED, {"error": "its result is longer than allowed"}))
        return True
    for message in map(_checked, messages):
        kind = message[:1]
        if kind == MODULES:
            needed.update(heard(message))
        elif kind in (PAGE, MANY, DONE, ENDED):
            parent.send_bytes(message)
        if kind in (DONE, ENDED):
            return True
    return False


def _checked(message: bytes) -> bytes:
    """Return a message of a fork, or what to say instead of one that makes no sense: it is not the keeper's fault."""
    try:
        if message[:1] in (PAGE, MANY):
            heard_number(message)
        elif message[:1] == ENDED and not isinstance(heard(message), dict):
            raise ValueError("no reasons")
        elif message[:1] == MODULES and not _are_names(heard(message)):
            raise ValueError("no modules")
    except ValueError as error:
        return said(ENDED, {"error": f"its process told nonsense: {error}"[:_DETAIL]})
    return message


def _are_names(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def _get_ready(needed: set[str], job: Job) -> None:
    """Make ready for all following tasks what one has needed."""
    missing = [(module, ready) for module, ready in job.later if module in needed and module not in sys.modules]
    with contextlib.suppress(Exception):  # what cannot be made ready fails where it is needed
        for module, ready in missing:
            importlib.import_module(module)
            if ready:
                _named(ready)()
    if missing:
        gc.collect()
        gc.freeze()
        give_memory_back()


def _named(name: str) -> Any:
    """Return what "package.module:name" stands for."""
    module, _, attribute = name.partition(":")
    return getattr(importlib.import_module(module), attribute)


def _end(child: int) -> tuple[int, int]:
    """End the fork and everything it has started; return its status and the most memory it held, in bytes."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)  # it may have had no time to lead a group of its own
    _, status, usage = os.wait4(child, 0)
    _end_orphans()
    return status, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _clear(folder: str, child: int) -> None:
    """Remove what a fork that was ended has left behind, by its number in the name: a copy of a report, a profile."""
    with contextlib.suppress(OSError):
        for left in Path(folder).glob(f"*-{child}-*") if folder else ():
            shutil.rmtree(left, ignore_errors=True)


def _end_orphans() -> None:
    """End what the fork has left behind; a program that cannot be ended is given up."""
    limit = time.monotonic() + _SECONDS_TO_END
    with contextlib.suppress(ChildProcessError):  # there is none
        while time.monotonic() < limit:
            ended, _ = os.waitpid(-1, os.WNOHANG)
            if ended == 0:
                for orphan in children():
                    with contextlib.suppress(OSError):
                        os.kill(orphan, signal.SIGKILL)
                time.sleep(0.001)


def _why(status: int, resident: int, bounds: Bounds) -> dict[str, object]:
    """Say why a fork ended without an answer."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        name = signal.Signals(number).name if number in {int(known) for known in signal.Signals} else str(number)
        # C code that is refused memory often does not ask whether it got any. What counts for the limit is what it has
        # asked for, touched or not: what it never touched has this process too, of which it is a copy.
        asked = resident + untouched()
        return {"signal": name, "memory": resident > bounds.memory_bytes * 0.7 or asked > bounds.memory_bytes * 0.85}
    return {"exit": str(os.WEXITSTATUS(status))}


# --- where there is no fork


def _here(work: Work, payload: bytes, parent: Connection) -> None:
    def begin_page(number: int) -> None:
        parent.send_bytes(said(PAGE, number))

    parent.send_bytes(said(BEGUN, os.getpid()))
    try:
        answer = DONE + work(payload, begin_page)
    except MemoryError:
        answer = said(ENDED, {"memory": True})
    except Exception as error:
        answer = said(ENDED, {"error": f"{type(error).__name__}: {error}"[:_DETAIL]})
    parent.send_bytes(answer)

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
import signal
import sys
import traceback
from multiprocessing.connection import Connection, Pipe, wait
from pathlib import Path
from typing import Any

from raingan.apart.parts import Bounds, Job, Work
from raingan.apart.wire import (
    BEGUN,
    DONE,
    ENDED,
    FAILED,
    MODULES,
    PAGE,
    READY,
    STOP,
    TASK,
    end_of_pipe,
    heard,
    heard_number,
    said,
)

FORKS = hasattr(os, "fork")
"""Whether each task gets a process of its own."""

_DETAIL = 300  # characters of an error


def main(told: dict[str, Any]) -> None:
    """Serve the parent until it goes away; `told` is what `Crew` writes to a worker's standard input."""
    parent = end_of_pipe(told["pipe"])
    job = Job(
        told["factory"], base64.b64decode(told["setup"]), tuple(told["preload"]), tuple(map(tuple, told["later"]))
    )
    bounds = Bounds(**told["bounds"])
    try:
        work = _prepared(job)
    except BaseException:
        parent.send_bytes(FAILED + traceback.format_exc()[-2_000:].encode("utf-8", "replace"))
        return
    if told["forks"]:
        _adopt_orphans()
    else:
        from raingan.apart.windows import bind

        bind(bounds.memory_bytes)
    parent.send_bytes(READY)
    with contextlib.suppress(EOFError, OSError):  # the parent has gone
        while True:
            message = parent.recv_bytes()
            if message[:1] == TASK:
                if told["forks"]:
                    _in_a_fork(work, message[1:], parent, job, bounds)
                else:
                    _here(work, message[1:], parent)


def _prepared(job: Job) -> Work:
    """Import all that a task needs, and put it out of reach of the collector: a fork then shares it unchanged."""
    for name in job.preload:
        importlib.import_module(name)
    work: Work = _named(job.factory)(job.setup)
    gc.collect()
    gc.freeze()
    return work


# --- a task in a fork


def _in_a_fork(work: Work, payload: bytes, parent: Connection, job: Job, bounds: Bounds) -> None:
    reader, writer = Pipe(duplex=False)
    keeper = os.getpid()
    child = os.fork()
    if child == 0:
        parent.close()
        reader.close()
        _child(work, payload, writer, job, bounds, keeper)
    writer.close()
    del payload
    needed: list[bytes] = []
    try:
        parent.send_bytes(said(BEGUN, child))
        answered = _relay(reader, parent, needed, bounds)
    finally:
        status, resident = _end(child)
        reader.close()
    if not answered:
        parent.send_bytes(said(ENDED, _why(status, resident, bounds)))
    for message in needed:  # now that the answer is out: no task's time is spent on it
        _get_ready(message, job)


def _child(work: Work, payload: bytes, writer: Connection, job: Job, bounds: Bounds, keeper: int) -> None:
    """Do the work and leave, whatever happens."""
    code = 70
    try:
        os.setsid()
        _shut_in(bounds)
        if os.getppid() != keeper:  # it went before this process could ask to go with it
            return

        def begin_page(number: int) -> None:
            writer.send_bytes(said(PAGE, number))

        try:
            answer = DONE + work(payload, begin_page)
        except MemoryError:
            answer = said(ENDED, {"memory": True})
        except Exception as error:
            answer = said(ENDED, {"error": f"{type(error).__name__}: {error}"[:_DETAIL]})
        if any(module in sys.modules for module, _ in job.later):
            writer.send_bytes(said(MODULES, [module for module, _ in job.later if module in sys.modules]))
        writer.send_bytes(answer)
        code = 0
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 1
    except BaseException:
        pass
    finally:
        os._exit(code)


def _shut_in(bounds: Bounds) -> None:
    """Limit this process, and let nothing it prints reach the user."""
    import resource

    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    # On macOS the system takes this limit and does not keep to it.
    resource.setrlimit(resource.RLIMIT_AS, (bounds.memory_bytes, bounds.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _ask_linux(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _relay(reader: Connection, parent: Connection, needed: list[bytes], bounds: Bounds) -> bool:
    """Hand on what the fork says until it has answered, ended, or is to be stopped; say whether it has answered.

    What it says of modules is kept in `needed`.
    """
    while True:
        ready = wait([parent, reader])
        if parent in ready and parent.recv_bytes()[:1] == STOP:
            return False
        if reader not in ready:
            continue
        try:
            message = reader.recv_bytes(bounds.result_bytes)
        except EOFError:
            return False
        except OSError:  # longer than it may be
            parent.send_bytes(said(ENDED, {"error": f"its result has more than {bounds.result_bytes} bytes"}))
            return True
        message = _checked(message)
        kind = message[:1]
        if kind == MODULES:
            needed[:] = [message]
        elif kind in (PAGE, DONE, ENDED):
            parent.send_bytes(message)
        if kind in (DONE, ENDED):
            return True


def _checked(message: bytes) -> bytes:
    """Return a message of a fork, or what to say instead of one that makes no sense: it is not the keeper's fault."""
    try:
        if message[:1] == PAGE:
            heard_number(message)
        elif message[:1] == ENDED and not isinstance(heard(message), dict):
            raise ValueError("no reasons")
    except ValueError as error:
        return said(ENDED, {"error": f"its process told nonsense: {error}"[:_DETAIL]})
    return message


def _get_ready(message: bytes, job: Job) -> None:
    """Make ready for all following tasks what one has needed."""
    with contextlib.suppress(Exception):  # what cannot be made ready fails where it is needed
        needed = heard(message)
        for module, ready in job.later:
            if module in needed and module not in sys.modules:
                importlib.import_module(module)
                _named(ready)()
        gc.freeze()


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
    while orphans := _children():
        for orphan in orphans:
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(orphan, signal.SIGKILL)
                os.waitpid(orphan, 0)
    return status, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _why(status: int, resident: int, bounds: Bounds) -> dict[str, object]:
    """Say why a fork ended without an answer."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        name = signal.Signals(number).name if number in {int(known) for known in signal.Signals} else str(number)
        # C code that is refused memory often does not ask whether it got any.
        return {"signal": name, "memory": resident > bounds.memory_bytes * 0.7}
    return {"exit": str(os.WEXITSTATUS(status))}


# --- what Linux can do so that nothing is left

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


def _ask_linux(option: int, value: int) -> None:
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _adopt_orphans() -> None:
    """Become the parent of what a fork leaves behind, in whatever session it hides."""
    _ask_linux(_PR_SET_CHILD_SUBREAPER, 1)


def _children() -> list[int]:
    try:
        me = os.getpid()
        return [int(number) for number in Path(f"/proc/{me}/task/{me}/children").read_text("ascii").split()]
    except (OSError, ValueError):
        return []


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


if __name__ == "__main__":
    main(json.loads(sys.stdin.readline()))

"""Readers that misbehave by the name of the file, around the real one; and the command line that uses them.

A file named "hang.txt" or "2-hang.txt" hangs; names that mean nothing are read. Where the environment names a file in
`READ_LOG`, the name of every file that is read is added there, behind "kept" where its pages were kept.
"""

from __future__ import annotations

import ctypes
import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath

import raingan.convert
import raingan.work
from raingan.apart.tasks import PAGES_READ, BeginPage, Job, Work
from raingan.fingerprint import FormText
from raingan.model.codec import pack
from raingan.model.records import FileResult, Kind, Report, State
from raingan.settings import Settings
from raingan.work import pack_result

REAL, QUICK = "tests.app.archive_faults:real", "tests.app.archive_faults:quick"
"""Factories: the reader of the program, and one that makes a report of each file in no time."""


def real(setup: bytes) -> Work:
    return _misbehaving(raingan.work.reader(setup))


def quick(setup: bytes) -> Work:
    def work(payload: bytes, begin_page: BeginPage) -> bytes:
        head, _, data = payload.partition(b"\n")
        name, sha256 = json.loads(head)
        text = data.decode("utf-8", "replace")
        report = Report(name, sha256, None, "text", "bma-indicator", agency=text, indicator_name=text)
        file = FileResult(name, State.DONE, sha256=sha256, size=len(data), kind=Kind.TEXT, reports=1)
        return pack_result(file, [pack(report)])

    return _misbehaving(work)


def _misbehaving(work: Work) -> Work:
    def faulty(payload: bytes, begin_page: BeginPage) -> bytes:
        name, _, *kept = json.loads(payload[: payload.index(b"\n")])
        _note(f"kept {name}" if kept else name)
        fault = _FAULTS.get(PurePosixPath(name).stem.rpartition("-")[2])
        answer = fault(begin_page) if fault is not None else None
        return work(payload, begin_page) if answer is None else answer

    return faulty


def _note(name: str) -> None:
    """Add a name to the log; where there are more than `READ_AT_MOST` by then, be at work until everything is ended."""
    log = os.environ.get("READ_LOG")
    if log:
        with Path(log).open("a", encoding="utf-8") as stream:
            stream.write(f"{name}\n")
        most = os.environ.get("READ_AT_MOST")
        if most and len(Path(log).read_text(encoding="utf-8").splitlines()) > int(most):
            time.sleep(600)


# --- faults


def segfault(begin_page: BeginPage) -> None:
    ctypes.string_at(0)


def leave(begin_page: BeginPage) -> None:
    os._exit(7)


def understand(begin_page: BeginPage) -> None:
    """End behind the last page, where it is worked out what they mean."""
    begin_page(PAGES_READ)
    os._exit(7)


def hang(begin_page: BeginPage) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    begin_page(4)
    subprocess.Popen(["sleep", "67.25"])
    time.sleep(600)


def hangs_in_c(begin_page: BeginPage) -> None:
    """Hold the interpreter's lock for ever."""
    ctypes.PyDLL(None).sleep(600)


def long(begin_page: BeginPage) -> None:
    for page in range(1, 1_000):
        begin_page(page)
        time.sleep(0.2)


def pages_without_end(begin_page: BeginPage) -> None:
    """Tell of pages faster than anybody can listen."""
    while True:
        begin_page(1)


def hungry(begin_page: BeginPage) -> None:
    pieces = []
    while True:
        pieces.append(bytes(10_000_000))  # not touched: the limit is met at once, on a busy machine too


def chatty(begin_page: BeginPage) -> None:
    print("a library talks", flush=True)
    os.write(1, b"so does its C code\n")


def garbage(begin_page: BeginPage) -> bytes:
    return b"\x00\x01\x02 no result"


def bad_report(begin_page: BeginPage) -> bytes:
    """Answer with a result whose report is none."""
    return pack_result(FileResult("x", State.DONE, kind=Kind.TEXT, reports=1), [b"no report"])


def bad_reason(begin_page: BeginPage) -> bytes:
    """Answer with a code that nobody knows."""
    return pack_result(FileResult("x", State.FAILED, "no such reason"), [])


def kill_keeper(begin_page: BeginPage) -> None:
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(600)


def kill_keeper_once(begin_page: BeginPage) -> None:
    """Take the worker away the first time only."""
    mark = Path(os.environ["READ_LOG"] + "-once")
    if not mark.exists():
        mark.touch()
        kill_keeper(begin_page)


def kill_run(begin_page: BeginPage) -> None:
    """End everything at once, as a file does that takes the machine with it; its worker where that is no run."""
    _hold()
    os.kill(int(os.environ.get("RUN_PROCESS", os.getppid())), signal.SIGKILL)
    time.sleep(600)


def slow(begin_page: BeginPage) -> None:
    _hold()


def _hold() -> None:
    """Be at work until the test ends everything, where it says so."""
    if "HOLD" in os.environ:
        time.sleep(600)


def wait(begin_page: BeginPage) -> None:
    """Be at work until somebody ends everything; the second time be good."""
    mark = Path(os.environ["READ_LOG"] + "-wait")
    if not mark.exists():
        mark.touch()
        time.sleep(600)


_FAULTS: dict[str, Callable[[BeginPage], bytes | None]] = {
    function.__name__: function
    for function in (
        *(
            segfault,
            leave,
            understand,
            hang,
            hangs_in_c,
            long,
            pages_without_end,
            hungry,
            chatty,
            garbage,
            bad_report,
            bad_reason,
        ),
        *(kill_keeper, kill_keeper_once, kill_run, slow, wait),
    )
}


# --- the command line with one of these readers


def use(factory: str) -> Callable[[Settings, Sequence[FormText], bool], Job]:
    """Return what tells the program of its reader, with this factory in its place."""
    before = raingan.work.job_of

    def job_of(settings: Settings, forms: Sequence[FormText], keep_pages: bool) -> Job:
        job = before(settings, forms, keep_pages)
        if factory == QUICK:  # what is counted there are files at work, each in a process of its own
            return dataclasses.replace(job, factory=factory, preload=(), fit="")
        return dataclasses.replace(job, factory=factory)

    return job_of


def _limit_files() -> None:
    """Keep this process from writing files larger than the environment says: what a full disk is to sqlite."""
    if "FILE_BYTES" in os.environ:
        import resource

        most = int(os.environ["FILE_BYTES"])
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


if __name__ == "__main__":
    from raingan.cli import main

    os.environ["RUN_PROCESS"] = str(os.getpid())
    _limit_files()
    raingan.convert.job_of = use(QUICK)
    sys.exit(main())

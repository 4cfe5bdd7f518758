"""Work that goes wrong in every way, for the tests of isolation. A payload is the name of a fault and its argument."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from raingan.apart.hands import ReadAhead, lent
from raingan.apart.tasks import BeginPage, Work
from raingan.apart.wire import MANY, tell


def factory(setup: bytes) -> Work:
    def work(payload: bytes, begin_page: BeginPage) -> bytes:
        name, _, argument = payload.decode().partition(":")
        return setup + _FAULTS[name](argument, begin_page)

    return work


def bad_factory(setup: bytes) -> Work:
    raise RuntimeError("this factory never works")


def good(argument: str, begin_page: BeginPage) -> bytes:
    begin_page(1)
    return argument.encode()


def slow(argument: str, begin_page: BeginPage) -> bytes:
    for page in range(1, 1 + int(argument)):
        begin_page(page)
        time.sleep(0.2)
    return argument.encode()


def busy(argument: str, begin_page: BeginPage) -> bytes:
    """Use the processor for so many milliseconds."""
    end = time.process_time() + int(argument) / 1000
    while time.process_time() < end:
        pass
    return argument.encode()


def process(argument: str, begin_page: BeginPage) -> bytes:
    return str(os.getpid()).encode()


def keeper(argument: str, begin_page: BeginPage) -> bytes:
    return str(os.getppid()).encode()


def segfault(argument: str, begin_page: BeginPage) -> bytes:
    ctypes.string_at(0)
    return b""


def leave(argument: str, begin_page: BeginPage) -> bytes:
    os._exit(int(argument))


def leave_politely(argument: str, begin_page: BeginPage) -> bytes:
    sys.exit(int(argument))


def raises(argument: str, begin_page: BeginPage) -> bytes:
    raise ValueError(argument)


def hang(argument: str, begin_page: BeginPage) -> bytes:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    begin_page(int(argument or 1))
    while True:
        time.sleep(60)


def hang_in_c(argument: str, begin_page: BeginPage) -> bytes:
    """Hold the interpreter's lock for ever."""
    begin_page(1)
    while True:
        ctypes.PyDLL(None).sleep(60)


def eat_memory(argument: str, begin_page: BeginPage) -> bytes:
    pieces = []
    while True:
        pieces.append(bytes(10_000_000))


def eat_memory_in_c(argument: str, begin_page: BeginPage) -> bytes:
    """Do what C code does that never asks whether it got its memory."""
    library = ctypes.CDLL(None)
    library.malloc.restype = ctypes.c_void_p
    while True:
        ctypes.memset(library.malloc(10_000_000), 1, 10_000_000)


def asked_for(argument: str, begin_page: BeginPage) -> bytes:
    """Tell how many bytes this process has asked the system for."""
    return str(int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")).encode()


def abort_holding(argument: str, begin_page: BeginPage) -> bytes:
    """Do what C++ does that is refused memory, with so many bytes in hand."""
    library = ctypes.CDLL(None)
    library.malloc.restype = ctypes.c_void_p
    size = int(argument)
    ctypes.memset(library.malloc(size), 1, size)
    os.abort()


def print_much(argument: str, begin_page: BeginPage) -> bytes:
    for _ in range(200):
        os.write(1, b"out" * 10_000)
        os.write(2, b"err" * 10_000)
    print("out", flush=True)
    return b"printed"


def return_much(argument: str, begin_page: BeginPage) -> bytes:
    return bytes(int(argument))


def kill_keeper(argument: str, begin_page: BeginPage) -> bytes:
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(60)
    return b""


def tell_pages_without_end(argument: str, begin_page: BeginPage) -> bytes:
    """Tell of pages faster than anybody can listen."""
    while True:
        begin_page(1)


def forge(argument: str, begin_page: BeginPage) -> bytes:
    """Write bytes of one's own where the keeper listens: a message, or anything else."""
    for number in range(3, 100):
        with contextlib.suppress(OSError):
            if stat.S_ISFIFO(os.fstat(number).st_mode):
                os.write(number, FORGED[argument])
    time.sleep(60)
    return b""


def _message(data: bytes) -> bytes:
    return len(data).to_bytes(8, "little") + data


FORGED = {
    "infinite": _message(b"PInfinity"),
    "deep": _message(b"P" + b"[" * 100_000),
    "deep-end": _message(b"E" + b"[" * 100_000),
    "list": _message(b"E[1]"),
    "long-number": _message(b"P" + b"9" * 5_000),
    "text": _message(b"P\xff"),
    "surrogate": _message(b'E{"error": "\\ud800", "page": {"a": 1}}'),
    "empty": _message(b"") * 3,
    "module": _message(b'L{"a": 1}') + _message(b"L[[[") + _message(b"L5"),
    "module-zero": _message(b"L0"),
    "huge": b"\xff" * 12,
    "half": (4_096).to_bytes(8, "little") + b"half",
}


def start_and_hang(argument: str, begin_page: BeginPage) -> bytes:
    """Start a program that is found by its argument, and hang."""
    subprocess.Popen(["sleep", argument])
    return hang("", begin_page)


def start_hidden_and_hang(argument: str, begin_page: BeginPage) -> bytes:
    start_hidden(argument, begin_page)
    return hang("", begin_page)


def start_hidden(argument: str, begin_page: BeginPage) -> bytes:
    """Leave a program behind in a session of its own."""
    subprocess.Popen(["setsid", "sleep", argument], start_new_session=True)
    return b"started"


def close_everything(argument: str, begin_page: BeginPage) -> bytes:
    os.closerange(0, 1000)
    return b"never heard"


def block_signals(argument: str, begin_page: BeginPage) -> bytes:
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, signal.NSIG))
    return hang("", begin_page)


def hold_the_pipe(argument: str, begin_page: BeginPage) -> bytes:
    """Leave a copy of this process behind, which has the pipe open, and crash."""
    if os.fork() == 0:
        os.setsid()
        time.sleep(60)
    return segfault("", begin_page)


def get_ready_slowly() -> None:
    time.sleep(3)


def import_later(argument: str, begin_page: BeginPage) -> bytes:
    """Tell whether the module was there and how often `note` was called, and import it."""
    there = argument in sys.modules
    __import__(argument)
    return f"{there} {len(_noted)}".encode()


_noted: list[bool] = []


def note() -> None:
    _noted.append(True)


def pages(argument: str, begin_page: BeginPage) -> bytes:
    """Read pages as readers do, and tell who has read each: "9 seats=3 5=leave:7" are nine pages, the fifth of which
    meets a fault; after the first the task waits until three processes may work on it.
    """
    count, *told = argument.split()
    faults = dict(entry.split("=", 1) for entry in told)
    seats = int(faults.pop("seats", "1"))

    def read(number: int) -> bytes:
        name, _, rest = faults.get(str(number), "good").partition(":")
        with working(faults.get("log", "")):
            _FAULTS[name](rest, lambda page: None)
        return f"{number} {os.getpid()}".encode()

    hands = lent()
    assert hands is not None
    found = [f"0 {os.getpid()}".encode()]
    with ReadAhead(hands, read) as ahead:
        for number in range(1, int(count) + 1):
            begin_page(number)
            found.append(ahead.take(number) or read(number))
            if number < int(count):
                ahead.expect(number + 1, int(count))
                while hands.hear(0.1) < seats:
                    pass
                ahead.expect(number + 1, int(count))
    return b"\n".join(found)


@contextlib.contextmanager
def working(log: str) -> Iterator[None]:
    """Note the begin and the end of work in a file that all processes write to."""
    handle = os.open(log or os.devnull, os.O_WRONLY | os.O_APPEND)
    os.write(handle, b"+%d\n" % os.getpid())
    yield
    os.write(handle, b"-%d\n" % os.getpid())
    os.close(handle)


def noted(argument: str, begin_page: BeginPage) -> bytes:
    """Work for a moment, and note it."""
    with working(argument):
        return busy("5", begin_page)


def touch(argument: str, begin_page: BeginPage) -> bytes:
    """Make a file and crash."""
    Path(argument).touch()
    return segfault("", begin_page)


def leave_after(argument: str, begin_page: BeginPage) -> bytes:
    """Wait for a file and leave."""
    while not Path(argument).exists():
        time.sleep(0.01)
    return leave("7", begin_page)


def kill_parent_and_hang(argument: str, begin_page: BeginPage) -> bytes:
    """Kill the process that this one helps."""
    os.kill(os.getppid(), signal.SIGKILL)
    return hang("", begin_page)


def kill_grandparent_and_hang(argument: str, begin_page: BeginPage) -> bytes:
    """Kill the keeper of the process that this one helps."""
    status = Path(f"/proc/{os.getppid()}/stat").read_text()
    os.kill(int(status.rpartition(")")[2].split()[1]), signal.SIGKILL)
    return hang("", begin_page)


def only_in_helpers(argument: str, begin_page: BeginPage) -> bytes:
    """Meet a fault where this process is not that of the task, which leads its group."""
    return b"" if os.getpid() == os.getpgrp() else _FAULTS[argument](argument, begin_page)


def tell_much(argument: str, begin_page: BeginPage) -> bytes:
    """Write more to everybody who listens than anybody takes."""
    for number in range(3, 100):
        with contextlib.suppress(OSError):
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                os.write(number, (2**30).to_bytes(4, "big") + b"much")
    return hang("", begin_page)


def ask_without_end(argument: str, begin_page: BeginPage) -> bytes:
    """Ask for helpers faster than anybody can answer."""
    hands = lent()
    assert hands is not None
    while True:
        tell(hands._writer, MANY, b"9")


# --- in company


def may_share(payload: bytes) -> bool:
    return not payload.startswith(b"alone")


def alone(argument: str, begin_page: BeginPage) -> bytes:
    return argument.encode()


def note_down(argument: str, begin_page: BeginPage) -> bytes:
    """Write down which process does this."""
    with Path(argument).open("a", encoding="ascii") as stream:
        stream.write(f"{os.getpid()}\n")
    return b"noted"


def hasty_worker(setup: bytes) -> Work:
    """Give groups a moment only."""
    import raingan.apart.together

    raingan.apart.together._SECONDS = 0.3
    return raingan.apart.together.worker(setup)


_FAULTS = {name: value for name, value in list(globals().items()) if getattr(value, "__module__", "") == __name__}

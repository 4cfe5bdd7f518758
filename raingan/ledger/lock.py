"""One run at a time: an OS lock on a file beside the ledger, which ends with the process however that ends."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from raingan.model.errors import LedgerError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_OF_SQLITE = ("", "-wal", "-shm", "-journal")
_OF_PEOPLE = ("-decisions", "-review", "-decisions-rescued")
LEDGER_FILES = (*_OF_SQLITE, "-lock", *(f"{name}{end}" for name in _OF_PEOPLE for end in _OF_SQLITE))
"""What is added to the name of a ledger for the files that belong to it."""

# Who asks whether a run is on holds the lock for a moment: no reason to send a run away.
_SECONDS_TO_GET = 0.5
_SECONDS_BETWEEN = 0.02
_SECONDS_TO_HOLD = 30.0  # who holds a file writes one line
_SECONDS_BETWEEN_HOLDS = 0.001
# Windows keeps others from reading a locked byte: lock one far behind what is written.
_LOCKED_BYTE = 2**30
_TOLD_BYTES = 200

# Locks of this process, by descriptor: a forked child must not keep them when its parent is killed.
_held: dict[int, Path] = {}


class Lock:
    """The right to write one ledger. The file holds who has it, for whoever comes second."""

    def __init__(self, ledger: Path) -> None:
        self._ledger = ledger
        self._path = lock_path(ledger)
        self._descriptor = -1

    def take(self) -> None:
        """Take the lock; raises `LedgerError` where another run has it, or where there can be none."""
        until = time.monotonic() + _SECONDS_TO_GET
        while not self._took():
            if time.monotonic() > until:
                process, since = _told(self._path)
                raise LedgerError("ledger-in-use", path=self._ledger, process=process, since=since)
            time.sleep(_SECONDS_BETWEEN)
        _held[self._descriptor] = self._ledger
        text = f"{os.getpid()}\n{datetime.now().astimezone():%Y-%m-%d %H:%M}\n"
        try:
            os.ftruncate(self._descriptor, 0)
            os.write(self._descriptor, text.encode())
        except OSError as error:
            self.release()
            raise LedgerError("ledger-not-writable", path=self._ledger, error=error.strerror or error) from error

    def release(self) -> None:
        """Let go, and leave no file behind."""
        descriptor, self._descriptor = self._descriptor, -1
        if _held.pop(descriptor, None) is None:
            return
        if sys.platform == "win32":  # an open file cannot be removed there; one that somebody has just opened stays
            _unlock(descriptor)
            os.close(descriptor)
            with suppress(OSError):
                self._path.unlink()
        else:
            with suppress(OSError):
                self._path.unlink()
            os.close(descriptor)

    def _took(self) -> bool:
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
        try:
            descriptor = os.open(self._path, flags, 0o600)
        except PermissionError as error:
            if sys.platform == "win32" and self._path.exists():
                return False  # being removed by its last owner
            raise LedgerError("ledger-not-writable", path=self._ledger, error=error.strerror or error) from error
        except OSError as error:
            raise LedgerError("ledger-not-writable", path=self._ledger, error=error.strerror or error) from error
        taken = False
        try:
            # The last owner may have removed the file between the two steps: its lock keeps nobody out.
            taken = _locked(descriptor, self._ledger) and _is_there(descriptor, self._path)
        finally:
            if not taken:
                os.close(descriptor)
        self._descriptor = descriptor if taken else -1
        return taken


def keep_locked(path: Path) -> int | None:
    """Lock a file that is there until `let_go`, or until this process ends; None where another has it, or none can."""
    try:
        descriptor = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0))
    except OSError:
        return None
    with suppress(LedgerError):  # a file system without locks
        if _locked(descriptor, path):
            _held[descriptor] = path
            return descriptor
    os.close(descriptor)
    return None


def let_go(descriptor: int) -> None:
    """Let go of a file that `keep_locked` has locked."""
    if _held.pop(descriptor, None) is None:
        return
    if sys.platform == "win32":
        _unlock(descriptor)
    os.close(descriptor)


def lock_path(ledger: Path) -> Path:
    """Return where the lock of a ledger lies."""
    return ledger.with_name(f"{ledger.name}-lock")


def is_held(ledger: Path) -> bool:
    """Say whether a run has this ledger now."""
    if is_held_here(ledger):
        return True
    try:
        descriptor = os.open(lock_path(ledger), os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        return False
    try:
        return not _locked(descriptor, ledger, shared=True)
    except LedgerError:
        return False
    finally:
        os.close(descriptor)


def is_held_here(ledger: Path) -> bool:
    """Say whether this process itself has the ledger."""
    return any(
        other == ledger or (other.exists() and ledger.exists() and other.samefile(ledger)) for other in _held.values()
    )


@contextmanager
def holding(descriptor: int, path: Path) -> Iterator[None]:
    """Keep others out of an open file as long as the block lasts; raises `LedgerError` where they do not let go."""
    until = time.monotonic() + _SECONDS_TO_HOLD
    while not _locked(descriptor, path):
        if time.monotonic() > until:
            raise LedgerError("ledger-cannot-write", path=path, error="another program holds it")
        time.sleep(_SECONDS_BETWEEN_HOLDS)
    try:
        yield
    finally:
        _unlock(descriptor)


def _told(path: Path) -> tuple[str, str]:
    """Return what the lock's owner wrote: process and since when."""
    with suppress(OSError):
        lines = path.read_bytes()[:_TOLD_BYTES].decode("ascii", "replace").split("\n")
        if len(lines) > 1 and lines[0].isdigit():
            return lines[0], lines[1]
    return "?", "?"


def _is_there(descriptor: int, path: Path) -> bool:
    if sys.platform == "win32":
        return True
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


if sys.platform == "win32":

    def _locked(descriptor: int, ledger: Path, shared: bool = False) -> bool:
        """Lock without waiting; False where another has it."""
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(descriptor, 0, os.SEEK_SET)
        return True

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        with suppress(OSError):
            msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:

    def _locked(descriptor: int, ledger: Path, shared: bool = False) -> bool:
        """Lock without waiting; False where another has it."""
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                return False
            raise LedgerError("ledger-no-lock", path=ledger, error=error.strerror or error) from error
        return True

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)

    def _close_all() -> None:
        while _held:
            os.close(_held.popitem()[0])

    os.register_at_fork(after_in_child=_close_all)

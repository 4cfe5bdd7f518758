"""A file that is only ever added to, whole at every moment: a plain copy holds all that was kept before it began.

Each line is `<mark> <JSON object>`, UTF-8. The mark is a hash of the line and of the mark before it, so that a line
which was changed, lost or moved is noticed. Behind the last whole line may stand what a write that was cut off has
left: nobody was told that it is kept, and the next writer takes it away. Several processes may have the file open.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from raingan.ledger.database import OWNER_ONLY
from raingan.ledger.lock import holding
from raingan.model.errors import LedgerError

_MARK_BYTES = 8
_MARK_LENGTH = 2 * _MARK_BYTES
_READ_BYTES = 2**20
_FULL = frozenset((errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)))
_FORBIDDEN = frozenset((errno.EACCES, errno.EPERM, errno.EROFS))


class Lines:
    """The lines of one file; `kind` and `version` stand in its first one. One thread at a time.

    Methods raise `LedgerError`: codes "decisions-..." for what the file holds, "ledger-..." for what the disk says.
    """

    def __init__(self, path: Path, kind: str, version: int, *, writable: bool) -> None:
        self.path = path
        self.mark = ""
        """Mark of the last whole line that was read; "" before any."""
        self._kind, self._version, self._writable = kind, version, writable
        self._handle = -1
        self._end = 0  # of the last whole line
        with _telling(path):
            self._attach()

    def close(self) -> None:
        """Let go of the file."""
        handle, self._handle = self._handle, -1
        if handle >= 0:
            os.close(handle)

    def is_there(self) -> bool:
        """Say whether the file lies under its name, or none was made yet."""
        if self._handle < 0:
            return self._end == 0
        try:
            return os.path.samestat(os.fstat(self._handle), self.path.stat())
        except FileNotFoundError:
            return False

    def is_deleted(self) -> bool:
        """Say whether the file lies under no name at all any more."""
        return self._handle >= 0 and os.fstat(self._handle).st_nlink == 0

    def new(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the lines, mark and object, that were added behind the last one that this has yielded."""
        with _telling(self.path):
            if self._handle < 0:
                self._attach()
            if self._handle < 0 or os.fstat(self._handle).st_size == self._end:
                return
            data = b"".join(_pieces(self._handle, self._end, None))
        yield from self._taken_apart(data)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other writers out as long as the block lasts; makes the file. Ask for `new` inside."""
        while True:
            with _telling(self.path):
                if self._handle < 0:
                    self._attach(make=True)
            with holding(self._handle, self.path):
                if self.is_there():
                    yield
                    return
            if self._end:  # moved away while it was open: nobody would find what is written now
                raise LedgerError("ledger-cannot-write", path=self.path, error="it is gone")
            self.close()  # whoever made it could write nothing, and took it away

    def add(self, *records: dict[str, Any]) -> None:
        """Add lines, durable when this returns, or none; only inside `alone`, and behind all of `new`."""
        lines, mark = list[bytes](), self.mark
        for record in (*(() if self._end else (self._head(),)), *records):
            body = _dumped(record)
            mark = _mark_of(mark, body)
            lines.append(b"%s %s\n" % (mark.encode(), body))
        data = b"".join(lines)
        with _telling(self.path):
            try:
                os.ftruncate(self._handle, self._end)  # what was cut off
                os.lseek(self._handle, self._end, os.SEEK_SET)
                _write(self._handle, data)
                _sync(self._handle)
            except BaseException:
                with suppress(OSError):
                    os.ftruncate(self._handle, self._end)
                    if not self._end:
                        self.path.unlink()
                raise
        self._end += len(data)
        self.mark = mark

    def copy_to(self, path: Path) -> None:
        """Write all whole lines that were read to a new file, wherever this one lies by now."""
        with _telling(path):
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), OWNER_ONLY)
            try:
                for data in _pieces(self._handle, 0, self._end):
                    _write(handle, data)
                _sync(handle)
            finally:
                os.close(handle)
            sync_folder(path.parent)

    def _head(self) -> dict[str, Any]:
        return {"raingan": self._kind, "version": self._version}

    def _attach(self, make: bool = False) -> None:
        flags = (os.O_RDWR if self._writable else os.O_RDONLY) | getattr(os, "O_BINARY", 0)
        with suppress(FileNotFoundError):
            self._handle = os.open(self.path, flags)
        if self._handle < 0 and make:
            self._handle = os.open(self.path, flags | os.O_CREAT, OWNER_ONLY)
            sync_folder(self.path.parent)

    def _taken_apart(self, data: bytes) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the whole lines of what stands behind the last one."""
        if not self._end:
            self._check_first(data)
        start = 0
        while (end := data.find(b"\n", start)) >= 0:
            line = data[start:end]
            record = self._taken(line)
            if record is None:
                # Where the disk had not come to all of a write when it was cut off stand zeros.
                if b"\0" in line and (data.find(b"\n", end + 1) < 0 or not self._end):
                    return
                raise self._broken("a line was changed or lost")
            self._end += len(line) + 1
            start = end + 1
            yield self.mark, record

    def _check_first(self, data: bytes) -> None:
        """Refuse a file of another kind or of a later version."""
        line, is_whole, _ = data.partition(b"\n")
        if not is_whole:
            body = _dumped(self._head())
            if (_mark_of("", body).encode() + b" " + body).startswith(line) or not line.strip(b"\0"):
                return  # being written, or cut off
        record = self._taken(line)
        self.mark = ""
        if record is None and b"\0" in line and line[_MARK_LENGTH:].startswith(b' {"raingan"'):
            return
        if record is None or record.get("raingan") != self._kind:
            raise LedgerError(f"{self._kind}-foreign", path=self.path)
        if record.get("version") != self._version:
            told = {"theirs": record.get("version"), "ours": self._version}
            raise LedgerError(f"{self._kind}-newer", path=self.path, **told)

    def _taken(self, line: bytes) -> dict[str, Any] | None:
        """Return what a line holds, and go on to its mark; None where it is not whole."""
        mark, body = line[:_MARK_LENGTH].decode("ascii", "replace"), line[_MARK_LENGTH + 1 :]
        if line[_MARK_LENGTH : _MARK_LENGTH + 1] != b" " or _mark_of(self.mark, body) != mark:
            return None
        try:
            record = json.loads(body.decode("utf-8", "surrogatepass"))
        except (ValueError, RecursionError) as error:
            raise self._broken(error) from error
        if not isinstance(record, dict):
            raise self._broken("a line is no record")
        self.mark = mark
        return record

    def _broken(self, error: object) -> LedgerError:
        return LedgerError(f"{self._kind}-broken", path=self.path, error=error)


def sync_folder(folder: Path) -> None:
    """Have a name that was made in a folder reach the disk."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some file systems cannot, and need not
            os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    """Turn what the disk says into a `LedgerError` that says what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise LedgerError("ledger-disk-full", path=path, folder=path.parent) from error
        code = "ledger-not-writable" if error.errno in _FORBIDDEN else "ledger-cannot-write"
        raise LedgerError(code, path=path, error=error) from error


def _dumped(record: dict[str, Any]) -> bytes:
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"), check_circular=False)
    return text.encode("utf-8", "surrogatepass")


def _mark_of(before: str, body: bytes) -> str:
    return hashlib.blake2b(before.encode() + body, digest_size=_MARK_BYTES).hexdigest()


def _pieces(handle: int, start: int, end: int | None) -> Iterator[bytes]:
    """Yield the bytes from one place to another, None: to the end of the file."""
    while end is None or start < end:
        os.lseek(handle, start, os.SEEK_SET)
        data = os.read(handle, _READ_BYTES if end is None else min(_READ_BYTES, end - start))
        if not data:
            return
        start += len(data)
        yield data


def _write(handle: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]


def _sync(handle: int) -> None:
    if sys.platform == "darwin":  # else its disk may hold writes back
        import fcntl

        fcntl.fcntl(handle, fcntl.F_FULLFSYNC)
    elif sys.platform == "win32":
        os.fsync(handle)
    else:
        os.fdatasync(handle)

"""The folder for what a run needs meanwhile: one for each run, removed with it, by the next run where it was killed.

A file in it is locked as long as its run lives, however that ends: what nobody has locked belongs to nobody.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from raingan.ledger.lock import keep_locked, let_go

PREFIX = ".raingan-"
_LOCK, _NEW = "lock", "new-lock"
_SAYS = b"Raingan is at work here, or was killed; then its next run removes this folder.\n"


class WorkFolder:
    """A folder of this run alone (mode 0700), beside what it writes; without a place, where the system keeps such."""

    def __init__(self, beside: Path | None = None) -> None:
        """Make it; raises `OSError`."""
        if beside is None:
            clear(None)
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=beside or system_place()))
        # Whoever clears up sees the lock under its name only once it is locked.
        lock = self.path / (_LOCK if sys.platform == "win32" else _NEW)
        lock.write_bytes(_SAYS)
        self._handle = keep_locked(lock)
        if lock.name == _NEW and self._handle is not None:
            lock.rename(self.path / _LOCK)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Remove it with all that lies in it."""
        _remove(self.path, self._handle)


def clear(*places: Path | None) -> None:
    """Remove what runs that were killed have left in these folders; None is where the system keeps such."""
    for place in {os.path.realpath(place or system_place()) for place in places}:
        with suppress(OSError), os.scandir(place) as entries:
            left = [entry.path for entry in entries if entry.name.startswith(PREFIX)]
            for folder in map(Path, left):
                if _is_ours(folder) and (handle := keep_locked(folder / _LOCK)) is not None:
                    _remove(folder, handle)


def system_place() -> str:
    """Return the folder that the system keeps for temporary files, and have `tempfile` take it as well.

    `tempfile` itself tries its candidates by writing a file into them, which a process killed just then leaves behind.
    """
    if tempfile.tempdir is None:
        named = (os.environ.get(name) for name in ("TMPDIR", "TEMP", "TMP"))
        places = (str(Path(place).absolute()) for place in (*named, *_USUAL) if place)
        tempfile.tempdir = next(filter(_can_be_written_in, places), None)
    return tempfile.gettempdir()


_USUAL = () if sys.platform == "win32" else ("/tmp", "/var/tmp")  # as `tempfile` has them


def _can_be_written_in(place: str) -> bool:
    return Path(place).is_dir() and os.access(place, os.W_OK | os.X_OK)


@contextmanager
def temporary_files_in(folder: Path | str) -> Iterator[None]:
    """Have all temporary files of this process made in a folder."""
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before


def _is_ours(folder: Path) -> bool:
    with suppress(OSError):
        mine = sys.platform == "win32" or folder.lstat().st_uid == os.getuid()
        lock = folder / _LOCK
        return mine and not folder.is_symlink() and not lock.is_symlink() and lock.read_bytes() == _SAYS
    return False


def _remove(folder: Path, handle: int | None) -> None:
    """Remove a folder, its lock last: what could not be removed now, the next run will."""
    with suppress(OSError):
        for entry in list(folder.iterdir()):
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry, ignore_errors=True)
            elif entry.name != _LOCK:
                with suppress(OSError):
                    entry.unlink()
        is_empty = [entry.name for entry in folder.iterdir()] in ([_LOCK], [])
        if sys.platform == "win32" and handle is not None:  # an open file cannot be removed there
            let_go(handle)
            handle = None
        if is_empty:
            (folder / _LOCK).unlink(missing_ok=True)
            folder.rmdir()
    if handle is not None:
        let_go(handle)

"""What a review can do without, in a file of its own beside the ledger: how far each report is, and who has which.

It may be deleted at any time: the first is worked out anew from the decisions, the second lasts two minutes. Therefore
it lies apart from the decisions, and no write to it is waited for until it is on the disk.
"""

from __future__ import annotations

import os
import socket
import sqlite3
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from raingan.ledger.database import FileFormat, close_whole, open_shared, telling, uri_of, whole
from raingan.model.errors import LedgerError
from raingan.review.decisions import ReportId
from raingan.review.names import same_person

SCRATCH_SUFFIX = "-review"
LEASE_SECONDS = 120.0
"""So long a report is one reviewer's after the page last said that it is open; it says so every 30 seconds."""

# Names are bytes (UTF-8, lone surrogates as they are): sqlite takes no text that is not Unicode.
_SCHEMA = """
CREATE TABLE progress (
    content BLOB NOT NULL, place INTEGER NOT NULL, open INTEGER NOT NULL, worst INTEGER, codes TEXT NOT NULL,
    stale INTEGER NOT NULL, waiting INTEGER NOT NULL, untouched INTEGER NOT NULL, person BLOB, session TEXT,
    PRIMARY KEY (content, place)) WITHOUT ROWID;
CREATE TABLE leases (
    content BLOB NOT NULL, place INTEGER NOT NULL, session TEXT NOT NULL, reviewer BLOB NOT NULL, until REAL NOT NULL,
    holder TEXT NOT NULL, PRIMARY KEY (content, place)) WITHOUT ROWID;
CREATE TABLE known (results TEXT NOT NULL, mark TEXT NOT NULL);
"""
_FORMAT = FileFormat("scratch", 0x52474E52, 1, _SCHEMA)  # "RGNR"
_OURS_TO_DELETE = frozenset(("scratch-broken", "scratch-newer"))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the review of one report is, for the queue."""

    report: ReportId
    open: int  # flags
    worst: int | None  # severity of the worst of them
    codes: tuple[str, ...]
    stale: int  # fields
    waiting: int  # fields that a second person has to confirm
    untouched: int  # fields that are open or stale
    person: str | None  # who decided all of those that wait, as `names.person` folds the name
    session: str | None  # where all of those were decided


class Scratch:
    """Keep what can be done without. Several processes may have it open, and several threads one of these."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._database = self._opened()

    def close(self) -> None:
        """Let go of the file; one that tells nothing goes."""
        with self._lock:
            is_empty = False
            with suppress(sqlite3.Error):
                self._database.execute("DELETE FROM leases WHERE until <= ?", (time.time(),))
                is_empty = not any(
                    self._database.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()
                    for table in ("progress", "leases")
                )
            close_whole(self._database)
            if is_empty and not self.path.with_name(f"{self.path.name}-wal").exists():  # nobody else has it open
                with suppress(OSError):
                    self.path.unlink()

    def _opened(self) -> sqlite3.Connection:
        try:
            connection = open_shared(self.path, _FORMAT)
        except LedgerError as error:
            if error.code not in _OURS_TO_DELETE:
                raise
            for end in ("", "-wal", "-shm", "-journal"):
                self.path.with_name(self.path.name + end).unlink(missing_ok=True)
            connection = open_shared(self.path, _FORMAT)
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    # --- who has which report

    def take(self, report: ReportId, session: str, reviewer: str, opening: bool = False) -> str | None:
        """Take a report for a session, or keep it; return the reviewer who has it, None where it is yours now.

        What a process had that is no more is free. With `opening`, because a person opens it now, it comes along from
        another session of the same name: of a browser that was closed.
        """
        now = time.time()
        with self._writing():
            query = "SELECT session, reviewer, until, holder FROM leases WHERE content = ? AND place = ?"
            row = self._database.execute(query, key_of(report)).fetchone()
            if row is not None and row[0] != session and row[2] > now and _is_alive(str(row[3])):
                reviewer_now = _text(row[1])
                if not (opening and same_person(reviewer_now, reviewer)):
                    return reviewer_now
            self._database.execute("DELETE FROM leases WHERE until <= ?", (now,))
            values = (*key_of(report), session, _bytes(reviewer), now + LEASE_SECONDS, _this_process())
            self._database.execute("INSERT OR REPLACE INTO leases VALUES (?, ?, ?, ?, ?, ?)", values)
        return None

    def release(self, report: ReportId, session: str) -> None:
        """Let others have a report, where this session has it."""
        with self._writing():
            query = "DELETE FROM leases WHERE content = ? AND place = ? AND session = ?"
            self._database.execute(query, (*key_of(report), session))

    def forget_the_dead(self) -> None:
        """Let go what processes had that are no more."""
        with self._writing():
            holders = [str(holder) for (holder,) in self._database.execute("SELECT DISTINCT holder FROM leases")]
            gone = [(holder,) for holder in holders if not _is_alive(holder)]
            self._database.executemany("DELETE FROM leases WHERE holder = ?", gone)

    # --- how far each report is

    @contextmanager
    def together_with(self, ledger: Path) -> Iterator[sqlite3.Connection]:
        """Hold this file with the ledger attached, as `ledger`, to read the two together."""
        with self._telling():
            if not any(row[1] == "ledger" for row in self._database.execute("PRAGMA database_list")):
                self._database.execute("ATTACH ? AS ledger", (uri_of(ledger, "ro"),))
            yield self._database

    def known(self) -> tuple[str, str] | None:
        """Return the results of the ledger that the progress was worked out for, and the mark of the last decision."""
        with self._telling():
            row = self._database.execute("SELECT results, mark FROM known").fetchone()
        return None if row is None else (str(row[0]), str(row[1]))

    def set_progress(self, rows: Iterable[Progress], results: str, mark: str, anew: bool) -> None:
        """Remember how far reports are; `anew`: in place of all that was remembered."""
        with self._writing():
            if anew:
                self._database.execute("DELETE FROM progress")
            self._database.execute("DELETE FROM known")
            self._database.execute("INSERT INTO known VALUES (?, ?)", (results, mark))
            self._database.executemany(
                "INSERT OR REPLACE INTO progress VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", map(_row, rows)
            )

    # ---

    @contextmanager
    def _telling(self) -> Iterator[None]:
        with self._lock, telling(self.path, _FORMAT.name):
            yield

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Do all of the block or nothing."""
        with self._telling(), whole(self._database):
            yield


def _row(row: Progress) -> tuple[Any, ...]:
    counts = (row.open, row.worst, " ".join(row.codes), row.stale, row.waiting, row.untouched)
    return (*key_of(row.report), *counts, None if row.person is None else _bytes(row.person), row.session)


def key_of(report: ReportId) -> tuple[bytes, int]:
    """Return a report as the tables name it."""
    return bytes.fromhex(report.content), report.place


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")


# --- who is still there


def _this_process() -> str:
    return f"{socket.gethostname()} {os.getpid()} {_began(os.getpid())}"


def _is_alive(holder: str) -> bool:
    """Say whether a process is still there, as far as that can be seen from here."""
    host, _, rest = holder.rpartition(" ")[0].rpartition(" ")
    began = holder.rpartition(" ")[2]
    if sys.platform == "win32" or host != socket.gethostname() or not rest.isdecimal():
        return True
    process = int(rest)
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return _began(process) == began


def _began(process: int) -> str:
    """Return when a process began, where the system tells: its number may be another's by now."""
    try:
        told = Path(f"/proc/{process}/stat").read_bytes().rpartition(b")")[2].split()
        return "ended" if told[0] in (b"Z", b"X") else told[19].decode()
    except (OSError, IndexError):
        return "?"

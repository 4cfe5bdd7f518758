"""The decisions on the reports of a ledger, in a file of their own beside it: durable when they are acknowledged.

Rows are only ever added. The ledger can be thrown away and made anew from the files; what people decided cannot, so it
does not lie in there. Two servers, or a server and `raingan apply`, may write it at the same time.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from raingan.ledger.database import FileFormat, open_shared, open_to_read, telling, uri_of
from raingan.model.errors import LedgerError
from raingan.review.decisions import Action, Decision, ReportId
from raingan.review.names import same_person

DECISIONS_SUFFIX = "-decisions"
LEASE_SECONDS = 120.0
"""So long a report is one reviewer's after the page last said that it is open; it says so every 30 seconds."""

# Texts that come from reports are bytes (UTF-8, lone surrogates as they are): sqlite takes no text that is not Unicode.
_SCHEMA = """
CREATE TABLE decisions (
    number INTEGER PRIMARY KEY AUTOINCREMENT, content BLOB NOT NULL, place INTEGER NOT NULL, field TEXT NOT NULL,
    action TEXT NOT NULL, reviewer BLOB NOT NULL, at TEXT NOT NULL, machine BLOB, value BLOB, note BLOB NOT NULL,
    codes TEXT NOT NULL, about INTEGER, source TEXT NOT NULL, seen TEXT NOT NULL);
CREATE INDEX decisions_report ON decisions (content, place, number);
CREATE TABLE progress (
    content BLOB NOT NULL, place INTEGER NOT NULL, open INTEGER NOT NULL, worst INTEGER, codes TEXT NOT NULL,
    stale INTEGER NOT NULL, waiting INTEGER NOT NULL, untouched INTEGER NOT NULL, decider BLOB,
    PRIMARY KEY (content, place)) WITHOUT ROWID;
CREATE TABLE leases (
    content BLOB NOT NULL, place INTEGER NOT NULL, session TEXT NOT NULL, reviewer BLOB NOT NULL, until REAL NOT NULL,
    PRIMARY KEY (content, place)) WITHOUT ROWID;
CREATE TABLE dossiers (
    content BLOB NOT NULL, place INTEGER NOT NULL, path BLOB NOT NULL, PRIMARY KEY (content, place)) WITHOUT ROWID;
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""

_FORMAT = FileFormat("decisions", 0x5247444E, 1, _SCHEMA)  # "RGDN"

_COLUMNS = "number, content, place, field, action, reviewer, at, machine, value, note, codes, about, source, seen"


def decisions_beside(ledger: Path) -> Path:
    """Return where the decisions on the reports of a ledger lie."""
    return ledger.with_name(f"{ledger.name}{DECISIONS_SUFFIX}")


class Decisions:
    """Keep decisions. Several processes may have them open, and several threads one of these.

    Each method is one transaction; it raises `raingan.ledger.LedgerError` where the file cannot be read or written.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._database = connection
        self._lock = threading.RLock()

    @classmethod
    def open(cls, path: Path) -> Decisions:
        """Open the file, or make it."""
        return cls(path, open_shared(path, _FORMAT))

    @classmethod
    def look(cls, path: Path) -> Decisions | None:
        """Open the file to read it; None where there is none."""
        return cls(path, open_to_read(path, _FORMAT)) if path.exists() else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._database.close()

    # --- decisions

    def add(self, *decisions: Decision) -> tuple[Decision, ...]:
        """Keep decisions, all or none, durable when this returns; return them with their numbers."""
        with self._writing():
            kept = []
            for decision in decisions:
                row = self._database.execute(
                    f"INSERT INTO decisions ({_COLUMNS}) VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    _row(decision),
                )
                kept.append(replace(decision, number=row.lastrowid or 0))
            return tuple(kept)

    def of(self, report: ReportId) -> tuple[Decision, ...]:
        """Return every row on a report, oldest first."""
        query = f"SELECT {_COLUMNS} FROM decisions WHERE content = ? AND place = ? ORDER BY number"
        with self._reading():
            rows = self._database.execute(query, _key(report)).fetchall()
            return tuple(_decision(row) for row in rows)

    def last(self) -> int:
        """Return the number of the newest row; 0 where there is none."""
        return int(self._value("SELECT max(number) FROM decisions") or 0)

    def reports(self) -> Iterator[ReportId]:
        """Yield every report that somebody has decided or noted something about."""
        with self._reading():
            rows = self._database.execute("SELECT DISTINCT content, place FROM decisions").fetchall()
        return (_report(*row) for row in rows)

    def places_of(self, content: str) -> frozenset[int]:
        """Return the places of the decided reports of one file."""
        query = "SELECT DISTINCT place FROM decisions WHERE content = ?"
        with self._reading():
            return frozenset(place for (place,) in self._database.execute(query, (bytes.fromhex(content),)))

    # --- four eyes

    @property
    def four_eyes(self) -> bool:
        """Whether a second person has to confirm; kept in the file, so that every output knows."""
        return bool(self._value("SELECT value FROM settings WHERE name = 'four-eyes'") == "yes")

    def set_four_eyes(self, asked: bool) -> None:
        """Ask for a second person from now on, or no longer."""
        self._set("four-eyes", "yes" if asked else "no")

    def fingerprint(self) -> str:
        """Return a text that changes when anything changes that the outputs tell."""
        with self._reading():
            dossiers = self._database.execute("SELECT * FROM dossiers ORDER BY content, place").fetchall()
            there = [Path(_text(path)).is_file() for _, _, path in dossiers]
            digest = hashlib.sha256(repr([self.four_eyes, dossiers, there]).encode())
            # Every row, not their number alone: another file of as many may have taken this one's place.
            for row in self._database.execute(f"SELECT {_COLUMNS} FROM decisions ORDER BY number"):
                digest.update(repr(row).encode())
        return digest.hexdigest()

    # --- pages for auditors

    def remember_dossier(self, report: ReportId, path: Path) -> None:
        """Remember where the page for auditors of a report was written."""
        row = (*_key(report), _bytes(str(path.absolute())))
        with self._writing():
            self._database.execute("INSERT OR REPLACE INTO dossiers VALUES (?, ?, ?)", row)

    def dossier(self, report: ReportId) -> str | None:
        """Return where the page for auditors of a report lies, where it still does."""
        path = self._value("SELECT path FROM dossiers WHERE content = ? AND place = ?", *_key(report))
        return _text(path) if path is not None and Path(_text(path)).is_file() else None

    def has_dossiers(self) -> bool:
        """Say whether any page for auditors was written."""
        return self._value("SELECT 1 FROM dossiers LIMIT 1") is not None

    # --- who has which report

    def take(self, report: ReportId, session: str, reviewer: str, opening: bool = False) -> str | None:
        """Take a report for a session, or keep it; return the reviewer who has it, None where it is yours now.

        With `opening`, because a person opens it now, it comes along from another session of the same name: of a
        browser that was closed, or of a server that was killed.
        """
        now = time.time()
        with self._writing():
            query = "SELECT session, reviewer, until FROM leases WHERE content = ? AND place = ?"
            row = self._database.execute(query, _key(report)).fetchone()
            if row is not None and row[0] != session and row[2] > now:
                holder = _text(row[1])
                if not (opening and same_person(holder, reviewer)):
                    return holder
            self._database.execute("DELETE FROM leases WHERE until <= ?", (now,))
            values = (*_key(report), session, _bytes(reviewer), now + LEASE_SECONDS)
            self._database.execute("INSERT OR REPLACE INTO leases VALUES (?, ?, ?, ?, ?)", values)
        return None

    def release(self, report: ReportId, session: str) -> None:
        """Let others have a report, where this session has it."""
        with self._writing():
            query = "DELETE FROM leases WHERE content = ? AND place = ? AND session = ?"
            self._database.execute(query, (*_key(report), session))

    # --- for the queue (`raingan.review.queue`), which joins this file to the ledger

    @contextmanager
    def together_with(self, ledger: Path) -> Iterator[sqlite3.Connection]:
        """Hold this file with the ledger attached, as `ledger`, to read the two together."""
        with self._reading():
            if not any(row[1] == "ledger" for row in self._database.execute("PRAGMA database_list")):
                self._database.execute("ATTACH ? AS ledger", (uri_of(ledger, "ro"),))
            yield self._database

    def set_progress(self, rows: Iterable[Progress], results: str | None = None) -> None:
        """Remember how far reports are; with `results`, in place of all that was remembered, for those results."""
        with self._writing():
            if results is not None:
                self._database.execute("DELETE FROM progress")
                self._database.execute("INSERT OR REPLACE INTO settings VALUES ('results', ?)", (results,))
            self._database.executemany(
                "INSERT OR REPLACE INTO progress VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    (
                        *_key(row.report),
                        row.open,
                        row.worst,
                        _codes(row.codes),
                        row.stale,
                        row.waiting,
                        row.untouched,
                        _optional(row.decider),
                    )
                    for row in rows
                ),
            )

    def progress_results(self) -> str | None:
        """Return the results of the ledger that the progress was worked out for."""
        value = self._value("SELECT value FROM settings WHERE name = 'results'")
        return None if value is None else str(value)

    # ---

    def _set(self, name: str, value: str) -> None:
        with self._writing():
            self._database.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, value))

    def _value(self, query: str, *values: object) -> Any:
        with self._reading():
            row = self._database.execute(query, values).fetchone()
        return None if row is None else row[0]

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Tell of what cannot be right: the file may come from anybody."""
        try:
            with self._lock, telling(self.path, _FORMAT.name):
                yield
        except (ValueError, TypeError, AttributeError, OverflowError) as error:
            raise LedgerError("decisions-broken", path=self.path, error=error) from error

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Do all of the block or nothing."""
        with self._lock, telling(self.path, _FORMAT.name):
            if not self.path.exists():  # moved away while it was open: nobody would find what is written now
                raise LedgerError("ledger-cannot-write", path=self.path, error="it is gone")
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    with suppress(sqlite3.Error):
                        self._database.execute("ROLLBACK")
                raise


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
    decider: str | None  # who decided all of those that wait


def _row(decision: Decision) -> tuple[object, ...]:
    return (
        *_key(decision.report),
        decision.field,
        decision.action.value,
        _bytes(decision.reviewer),
        decision.at,
        _optional(decision.machine),
        _optional(decision.value),
        _bytes(decision.note),
        _codes(decision.codes),
        decision.about,
        decision.source,
        _codes(decision.seen),
    )


def _decision(row: Any) -> Decision:
    number, content, place, path, action, reviewer, at, machine, value, note, codes, about, source, seen = row
    return Decision(
        report=_report(content, place),
        field=str(path),
        action=Action(action),
        reviewer=_text(reviewer),
        at=str(at),
        machine=None if machine is None else _text(machine),
        value=None if value is None else _text(value),
        note=_text(note),
        codes=tuple(str(codes).split()),
        about=None if about is None else int(about),
        source=str(source),
        number=number,
        seen=tuple(str(seen).split()),
    )


def _key(report: ReportId) -> tuple[bytes, int]:
    return bytes.fromhex(report.content), report.place


def _report(content: bytes, place: int) -> ReportId:
    return ReportId(content.hex(), int(place))


def _codes(codes: Iterable[str]) -> str:
    return " ".join(codes)


def _optional(text: str | None) -> bytes | None:
    return None if text is None else _bytes(text)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")

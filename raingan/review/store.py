"""The decisions on the reports of a ledger, in a file of their own beside it: durable when they are acknowledged.

Rows are only ever added (`raingan.review.lines`). The ledger can be thrown away and made anew from the files; what
people decided cannot, so it does not lie in there. Two servers, or one and `raingan apply`, may write it at a time.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import fields, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from raingan.model.errors import LedgerError
from raingan.review.decisions import Action, Decision, ReportId
from raingan.review.earlier import carry_over, earlier_records, is_earlier, write_anew
from raingan.review.lines import Lines
from raingan.review.scratch import LEASE_SECONDS, SCRATCH_SUFFIX, Progress, Scratch

__all__ = ["DECISIONS_SUFFIX", "LEASE_SECONDS", "Decisions", "decisions_beside"]

DECISIONS_SUFFIX = "-decisions"
RESCUED_SUFFIX = "-rescued"

_KIND, _VERSION = "decisions", 2  # 1 was a database of sqlite
_OFTEN_THE_SAME = 40  # characters: names, fields and codes are kept once


def decisions_beside(ledger: Path) -> Path:
    """Return where the decisions on the reports of a ledger lie."""
    return ledger.with_name(f"{ledger.name}{DECISIONS_SUFFIX}")


class Decisions:
    """Keep decisions. Several processes may have them open, and several threads one of these.

    No file is made before there is something to keep. Methods raise `raingan.ledger.LedgerError` where the file cannot
    be read or written; nothing is kept then.
    """

    def __init__(self, path: Path, lines: Lines | None, records: Iterable[Mapping[str, Any]] = ()) -> None:
        self.path = path
        self._lines = lines
        self._lock = threading.RLock()
        self._scratch: Scratch | None = None
        self._rows: dict[str, dict[int, list[Decision]]] = {}  # by content, then by place
        self._order: list[ReportId] = []  # of each row
        self._marks = {"": 0}  # of each line: how many rows stood in the file then
        self._last = 0
        self._broken = ""
        self._four_eyes = False
        self._dossiers: dict[ReportId, str] = {}
        with self._reading():
            for record in records:
                self._take_in(record)

    @classmethod
    def open(cls, path: Path) -> Decisions:
        """Open the file to add to it; one of an earlier version is carried over."""
        try:
            if is_earlier(path):
                cls._earlier(path).close()  # tells of rows that cannot be
                carry_over(path, _KIND, _VERSION)
        except OSError as error:
            raise LedgerError("ledger-not-writable", path=path, error=error) from error
        return cls(path, Lines(path, _KIND, _VERSION, writable=True))

    @classmethod
    def look(cls, path: Path) -> Decisions | None:
        """Open the file to read it; None where there is none."""
        try:
            if is_earlier(path):
                return cls._earlier(path)
        except OSError as error:
            raise LedgerError("ledger-unreadable", path=path, error=error) from error
        return cls(path, Lines(path, _KIND, _VERSION, writable=False)) if path.exists() else None

    @classmethod
    def _earlier(cls, path: Path) -> Decisions:
        try:
            return cls(path, None, earlier_records(path))
        except (ValueError, TypeError, AttributeError) as error:
            raise LedgerError("decisions-broken", path=path, error=error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._lines is not None:
                self._lines.close()
            if self._scratch is not None:
                self._scratch.close()

    # --- decisions

    def add(self, *decisions: Decision) -> tuple[Decision, ...]:
        """Keep decisions, all or none, durable when this returns; return them with their numbers."""
        with self._telling():
            for row in decisions:
                _decision(_record(row))  # what could not be read again is not written
        with self._writing() as lines:
            kept = tuple(replace(row, number=number) for number, row in enumerate(decisions, self._last + 1))
            record = {"rows": [_record(row) for row in kept]}
            lines.add(record)
            self._take_in(record)
        return kept

    def of(self, report: ReportId) -> tuple[Decision, ...]:
        """Return every row on a report, oldest first."""
        with self._reading():
            return tuple(self._rows.get(report.content, {}).get(report.place, ()))

    def last(self) -> int:
        """Return the number of the newest row; 0 where there is none."""
        with self._reading():
            return self._last

    def reports(self) -> Iterator[ReportId]:
        """Yield every report that somebody has decided or noted something about."""
        with self._reading():
            return iter(dict.fromkeys(self._order))

    def places_of(self, content: str) -> frozenset[int]:
        """Return the places of the decided reports of one file."""
        with self._reading():
            return frozenset(self._rows.get(content, ()))

    def since(self, mark: str | None) -> tuple[list[ReportId] | None, str]:
        """Return the reports that rows were added about after a line, by its mark, and the mark of the last line now.

        None in their place where no line has that mark.
        """
        with self._reading():
            now = "" if self._lines is None else self._lines.mark
            start = None if mark is None else self._marks.get(mark)
            return None if start is None else list(dict.fromkeys(self._order[start:])), now

    # --- four eyes

    @property
    def four_eyes(self) -> bool:
        """Whether a second person has to confirm; kept in the file, so that every output knows."""
        with self._reading():
            return self._four_eyes

    def set_four_eyes(self, asked: bool) -> None:
        """Ask for a second person from now on, or no longer."""
        if self.four_eyes != asked:
            self._add({"four-eyes": asked})

    def fingerprint(self) -> str:
        """Return a text that changes when anything changes that the outputs tell."""
        with self._reading():
            dossiers = sorted((str(report), path, Path(path).is_file()) for report, path in self._dossiers.items())
            digest = hashlib.sha256(repr([self._four_eyes, dossiers]).encode())
            # Every row, not their number alone: another file of as many may have taken this one's place.
            for places in self._rows.values():
                for rows in places.values():
                    digest.update(repr(rows).encode())
        return digest.hexdigest()

    # --- pages for auditors

    def remember_dossier(self, report: ReportId, path: Path) -> None:
        """Remember where the page for auditors of a report was written."""
        told = str(path.absolute())
        with self._reading():
            is_known = self._dossiers.get(report) == told
        if not is_known:
            self._add({"dossier": {"report": str(report), "path": told}})

    def dossier(self, report: ReportId) -> str | None:
        """Return where the page for auditors of a report lies, where it still does."""
        with self._reading():
            path = self._dossiers.get(report)
        return path if path is not None and Path(path).is_file() else None

    def dossiers(self) -> tuple[str, ...]:
        """Return where all pages for auditors were written."""
        with self._reading():
            return tuple(dict.fromkeys(self._dossiers.values()))

    def has_dossiers(self) -> bool:
        """Say whether any page for auditors was written."""
        with self._reading():
            return bool(self._dossiers)

    # --- whether they are kept

    def copy_to(self, path: Path) -> None:
        """Write all decisions as they stand now to a new file."""
        with self._reading():
            if self._lines is None:
                write_anew(path, _KIND, _VERSION, earlier_records(self.path))
            else:
                self._lines.copy_to(path)

    def is_kept(self) -> bool:
        """Say whether all that was added still lies in the file of that name."""
        with self._lock:
            return self._lines is None or self._lines.is_there()

    def rescue(self) -> Path | None:
        """Write what a file that was deleted under us held to a new one beside it; None where that was not needed."""
        with self._lock:
            if self._lines is None or not self._order or not self._lines.is_deleted():
                return None
            path, number = self.path.with_name(f"{self.path.name}{RESCUED_SUFFIX}"), 1
            while os.path.lexists(path):
                number += 1
                path = self.path.with_name(f"{self.path.name}{RESCUED_SUFFIX}-{number}")
            self._lines.copy_to(path)
            return path

    # --- what can be done without: who has which report, and how far each is

    @property
    def scratch(self) -> Scratch:
        """The file that holds it, made when it is first needed."""
        with self._lock:
            if self._scratch is None:
                name = self.path.name.removesuffix(DECISIONS_SUFFIX)
                self._scratch = Scratch(self.path.with_name(f"{name}{SCRATCH_SUFFIX}"))
            return self._scratch

    def take(self, report: ReportId, session: str, reviewer: str, opening: bool = False) -> str | None:
        """Take a report for a session, or keep it, as `Scratch.take` tells."""
        return self.scratch.take(report, session, reviewer, opening)

    def release(self, report: ReportId, session: str) -> None:
        """Let others have a report, where this session has it."""
        self.scratch.release(report, session)

    def together_with(self, ledger: Path) -> AbstractContextManager[sqlite3.Connection]:
        """Hold how far each report is with the ledger attached, as `ledger`, to read the two together."""
        return self.scratch.together_with(ledger)

    def set_progress(self, rows: Iterable[Progress], results: str, mark: str, anew: bool) -> None:
        """Remember how far reports are."""
        self.scratch.set_progress(rows, results, mark, anew)

    # ---

    def _add(self, record: dict[str, Any]) -> None:
        with self._writing() as lines:
            lines.add(record)
            self._take_in(record)

    def _catch_up(self) -> None:
        """Take in what others have added."""
        if self._lines is None:
            return
        if self._broken:  # what stands behind a row that cannot be is not known
            raise ValueError(self._broken)
        for mark, record in self._lines.new():
            try:
                self._take_in(record)
            except Exception as error:
                self._broken = str(error)
                raise
            self._marks[mark] = len(self._order)

    def _take_in(self, record: Mapping[str, Any]) -> None:
        for told in record.get("rows", ()):
            row = _decision(told)
            if row.number <= self._last:
                raise ValueError("a number was given twice")
            self._last = row.number
            self._order.append(row.report)
            self._rows.setdefault(row.report.content, {}).setdefault(row.report.place, []).append(row)
        if "four-eyes" in record:
            self._four_eyes = record["four-eyes"] is True
        if "dossier" in record:
            told = record["dossier"]
            self._dossiers[ReportId.parse(_text(told["report"]))] = _text(told["path"])

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Tell of what cannot be right: the file may come from anybody."""
        try:
            with self._lock:
                yield
        except (ValueError, TypeError, AttributeError, OverflowError, LookupError) as error:
            raise LedgerError("decisions-broken", path=self.path, error=error) from error

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with self._telling():
            self._catch_up()
            yield

    @contextmanager
    def _writing(self) -> Iterator[Lines]:
        with self._telling():
            if self._lines is None:
                raise ValueError("the decisions were opened to be read")
            with self._lines.alone():
                self._catch_up()
                yield self._lines
                self._marks[self._lines.mark] = len(self._order)


# --- a row as it stands in the file: what is as usual is left out

_USUAL = {item.name: item.default for item in fields(Decision)} | {"codes": (), "seen": ()}


def _record(row: Decision) -> dict[str, Any]:
    told = {"number": row.number, "report": str(row.report)}
    for item in fields(Decision):
        value = getattr(row, item.name)
        if item.name not in told and value != _USUAL[item.name]:
            told[item.name] = list(value) if isinstance(value, tuple) else value
    return told


def _decision(told: Mapping[str, Any]) -> Decision:
    number, about = told["number"], told.get("about")
    if type(number) is not int or not (about is None or type(about) is int):
        raise ValueError("no number of a row")
    optional = {key: _text(told[key]) for key in ("machine", "value") if key in told}
    usual = {key: _text(told[key]) for key in ("note", "source", "session") if key in told}
    return Decision(
        report=ReportId.parse(_text(told["report"])),
        field=_text(told["field"]),
        action=Action(told["action"]),
        reviewer=_text(told["reviewer"]),
        at=_text(told["at"]),
        number=number,
        about=about,
        codes=tuple(map(_text, told.get("codes", ()))),
        seen=tuple(map(_text, told.get("seen", ()))),
        **optional,
        **usual,
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("no text")
    return sys.intern(value) if len(value) < _OFTEN_THE_SAME else value

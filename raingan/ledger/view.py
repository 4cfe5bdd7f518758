"""The ledger as it can be read, also while a run writes it."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from raingan.kept import Kept
from raingan.ledger.database import OWNER_ONLY, open_to_read, telling
from raingan.ledger.entries import Pages, Reading, Run
from raingan.model.codec import OtherShape, unpack
from raingan.model.errors import LedgerError
from raingan.model.records import FileResult, Flag, Report, State
from raingan.model.stages import ComparedReport, promoted

_READING = "SELECT state, reason, tries, reports, pages, file FROM readings WHERE key = ?"

_PAGES = """
SELECT p.document, p.pictures, s.found, p.file, p.tries
FROM pages p LEFT JOIN sections s ON s.content = p.content AND s.rules = ?3 WHERE p.content = ?1 AND p.rules = ?2
"""

_PAGES_SIZE = """
SELECT (SELECT total(coalesce(length(document), 0) + coalesce(length(pictures), 0)) FROM pages)
     + (SELECT total(length(found)) FROM sections)
"""

_FILES = """
SELECT l.name, l.path, l.sha256, l.size, l.file, r.file, coalesce(r.reports, 0)
FROM listing l LEFT JOIN readings r ON r.key = l.key WHERE l.run = ? ORDER BY l.position
"""

# CROSS JOIN keeps the order of the loops, and so the order of the rows without sorting them.
_REPORTS = """
SELECT l.name, p.place, p.data
FROM listing l CROSS JOIN readings r ON r.key = l.key CROSS JOIN reports p ON p.reading = r.id
WHERE l.run = ? ORDER BY l.position, p.place
"""

_REPORT = """
SELECT l.name, l.path, q.number, p.data, r.mark
FROM listing l INDEXED BY listing_content JOIN readings r ON r.key = l.key
JOIN reports p ON p.reading = r.id AND p.place = ?2
LEFT JOIN queue q ON q.content = l.sha256 AND q.place = p.place
WHERE l.sha256 = ?1 AND l.run = ?3 AND l.key IS NOT NULL ORDER BY l.position LIMIT 1
"""

_STATES = """
SELECT l.name, coalesce(r.state, l.state), coalesce(r.reason, l.reason), coalesce(r.file, l.file),
       coalesce(r.reports, 0), l.sha256
FROM listing l LEFT JOIN readings r ON r.key = l.key WHERE l.run = ? ORDER BY l.position
"""

_RESULTS = """
SELECT l.name, l.path, l.sha256, l.size, l.file, r.mark
FROM listing l LEFT JOIN readings r ON r.key = l.key WHERE l.run = ? ORDER BY l.position
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """One input of a listing, as its columns tell it."""

    name: str
    state: State | None  # None: not read yet
    reason: str | None
    packed: bytes | None  # FileResult
    content: str | None = None  # sha256, hex


@dataclass(frozen=True, slots=True)
class FoundReport:
    """One report of the listing, with its flags from across reports; they have no sentences yet."""

    number: int | None  # in the workbook, from 1; None while a run has not compared the reports yet
    report: ComparedReport
    path: str | None  # of its file on disk, or its address


class View:
    """Read a ledger. Every method raises `LedgerError` where the file is broken."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._database = connection

    @classmethod
    def look(cls, path: Path) -> View:
        """Open a ledger to read it, without a lock, also while a run writes; raises `LedgerError`."""
        return View(path, open_to_read(path))

    def copy_to(self, path: Path) -> None:
        """Write the ledger as it stands now to a new file, one that is whole by itself; raises `OSError` too."""
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY))
        with self._reading(), closing(sqlite3.connect(path, isolation_level=None)) as copy:
            self._database.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")

    def outputs(self) -> list[Path]:
        """Return the outputs that were written from this ledger."""
        with self._reading():
            rows = self._database.execute("SELECT path FROM outputs ORDER BY path")
            return [Path(_text(path)) for (path,) in rows]

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def steady(self) -> Iterator[None]:
        """Let the ledger look the same throughout the block, whatever a run writes meanwhile."""
        with telling(self.path):
            self._database.execute("BEGIN")
        try:
            yield
        finally:
            with telling(self.path):
                self._database.execute("COMMIT")

    # --- readings

    def find(self, key: bytes) -> Reading | None:
        """Return what is known of a content, or None where it has to be read."""
        with self._reading():
            row = self._database.execute(_READING, (key,)).fetchone()
            if row is None:
                return None
            state, reason, tries, reports, pages, file = row
            return Reading(key, State(state), reason, tries, reports, pages, unpack(FileResult, file))

    def pages(self, content: bytes, rules: str, sections_rules: str) -> Pages | None:
        """Return what was read of a content by these rules; None where it has to be read.

        Sections are there where they were found by these rules. What cannot be right is as good as nothing.
        """
        row = self._row(_PAGES, content, rules, sections_rules)
        if row is None:
            return None
        document, pictures, found, file, tries = row
        parts = [b"" if part is None else part for part in (document, pictures, found)]
        if not all(isinstance(part, bytes) for part in parts) or type(tries) is not int:
            return None
        try:
            failed = None if file is None else unpack(FileResult, file)
        except (ValueError, TypeError):
            return None
        kept = Kept(*parts)
        return Pages(content, rules, sections_rules, kept, tries, failed) if kept.document or failed else None

    def pages_size(self) -> int:
        """Return how many bytes the pages take that are kept."""
        return int(self._row(_PAGES_SIZE)[0] or 0)

    # --- the listing

    def files(self) -> Iterator[FileResult]:
        """Yield every input of the listing in walk order, under the listing's names; memory stays flat.

        One that read well but whose reports were flagged later is to be reviewed.
        """
        with self._reading():
            flagged = _Flagged(self._database.execute("SELECT DISTINCT number FROM flags ORDER BY number"))
            rows = self._database.execute(_FILES, (self.listing_run(),))
            for name, path, sha256, size, own, read, reports in rows:
                later = flagged.among_next(reports)
                if own is not None:
                    yield unpack(FileResult, own)
                    continue
                result = unpack(FileResult, read)
                yield dataclasses.replace(
                    result,
                    file=_text(name),
                    path=None if path is None else _text(path),
                    sha256=result.sha256 or (sha256 and sha256.hex()),
                    size=size if result.size is None else result.size,
                    state=State.REVIEW if later and result.state is State.DONE else result.state,
                )

    def reports(self) -> Iterator[tuple[int, ComparedReport]]:
        """Yield (number from 0, report) in walk order, with the flags found across reports; memory stays flat."""
        with self._reading():
            flags = self._database.execute("SELECT number, data FROM flags ORDER BY number, place")
            following = next(flags, None)
            rows = self._database.execute(_REPORTS, (self.listing_run(),))
            for number, (name, place, data) in enumerate(rows):
                report = unpack(Report, data)
                later: list[Flag] = []
                while following is not None and following[0] <= number:
                    later.append(unpack(Flag, following[1]))
                    following = next(flags, None)
                flags_of_all = (*report.flags, *later)
                yield number, promoted(ComparedReport, report, file=_text(name), flags=flags_of_all, report_index=place)

    def report(self, content: str, place: int) -> FoundReport | None:
        """Return the report at a place, from 0, of the listed file with this content (sha256, hex); None for none."""
        row = self._row(_REPORT, bytes.fromhex(content), place, self.listing_run())
        if row is None:
            return None
        name, path, number, data, _ = row
        with self._reading():
            report = unpack(Report, data)
            query = "SELECT data FROM flags WHERE number = ? ORDER BY place"
            later = [unpack(Flag, flag) for (flag,) in self._database.execute(query, (number,))]
        compared = promoted(ComparedReport, report, file=_text(name), flags=(*report.flags, *later), report_index=place)
        return FoundReport(None if number is None else number + 1, compared, None if path is None else _text(path))

    def places(self, content: str) -> int:
        """Return how many reports the listed file with this content has; 0 where it is not listed."""
        query = (
            "SELECT r.reports FROM listing l INDEXED BY listing_content JOIN readings r ON r.key = l.key "
            "WHERE l.sha256 = ? AND l.run = ? AND l.key IS NOT NULL LIMIT 1"
        )
        row = self._row(query, bytes.fromhex(content), self.listing_run())
        return 0 if row is None else int(row[0])

    def at_number(self, number: int) -> tuple[str, int] | None:
        """Return content (sha256, hex) and place of the report with that number in the workbook, from 1."""
        row = self._row("SELECT content, place FROM queue WHERE number = ?", number - 1)
        return None if row is None else (row[0].hex(), int(row[1]))

    def with_name(self, name: str) -> list[tuple[str, int]]:
        """Return content and place of the reports of the file with that name."""
        data = name.encode("utf-8", "surrogatepass")
        with self._reading():
            rows = self._database.execute("SELECT content, place FROM queue WHERE name = ? ORDER BY number", (data,))
            return [(content.hex(), int(place)) for content, place in rows]

    def results(self) -> str | None:
        """Return what the numbers of reports and the flags across them were worked out for; None while a run reads."""
        row = self._row("SELECT results FROM compared")
        return None if row is None else str(row[0])

    def told(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the inputs, as the user gave them, and the ids of the forms of the last run that came to its end."""
        row = self._row("SELECT inputs, forms FROM told")
        with self._reading():
            inputs, forms = ("[]", "[]") if row is None else (_text(row[0]), _text(row[1]))
            return tuple(map(str, json.loads(inputs))), tuple(map(str, json.loads(forms)))

    def listed_names(self, most: int) -> tuple[int, list[str]]:
        """Return how many inputs the listing has, and the names of at most so many of them, evenly chosen."""
        run = self.listing_run()
        (count,) = self._row("SELECT count(*) FROM listing WHERE run = ?", run)
        step = -(-count // most) or 1
        query = "SELECT name FROM listing WHERE run = ? AND position % ? = 0 ORDER BY position"
        with self._reading():
            return count, [_text(name) for (name,) in self._database.execute(query, (run, step))]

    def seen(self, run: int) -> Iterator[Seen]:
        """Yield the inputs of a run's listing in walk order, unread ones too, without unpacking anything."""
        with self._reading():
            numbers: Iterable[Any] = ()
            if run == self.listing_run():
                numbers = self._database.execute("SELECT DISTINCT number FROM flags ORDER BY number")
            flagged = _Flagged(numbers)
            for name, told, reason, packed, reports, sha256 in self._database.execute(_STATES, (run,)):
                later = flagged.among_next(reports)
                state = None if told is None else State(told)
                state = State.REVIEW if later and state is State.DONE else state
                yield Seen(_text(name), state, reason, packed, None if sha256 is None else sha256.hex())

    def states(self) -> Counter[State]:
        """Count the inputs of the listing by state, without unpacking anything."""
        return Counter(seen.state for seen in self.seen(self.listing_run()) if seen.state is not None)

    def listing_run(self) -> int:
        """Return the number of the run whose listing `files` and `reports` tell: the last one that came to its end."""
        row = self._row("SELECT max(id) FROM runs WHERE complete")
        return row[0] or 0

    def gone(self) -> tuple[str, ...]:
        """Return the inputs of the listing before this one that are no more, in its order."""
        with self._reading():
            return tuple(_text(name) for (name,) in self._database.execute("SELECT name FROM gone ORDER BY position"))

    def results_fingerprint(self) -> str:
        """Return a text that changes when anything changes that the outputs tell: inputs, order, names, readings."""
        digest = hashlib.sha256()
        with self._reading():
            for row in self._database.execute(_RESULTS, (self.listing_run(),)):
                digest.update(repr(row).encode())
        return digest.hexdigest()

    # --- runs

    def runs(self) -> list[Run]:
        """Return the runs, the last one first."""
        query = "SELECT id, started, seen, ended, how, expected, found, read, pages FROM runs ORDER BY id DESC"
        with self._reading():
            return [Run(*row) for row in self._database.execute(query)]

    def unlisted(self) -> int:
        """Count the readings that no listing names: of files that changed or went, or of other rules."""
        return int(
            self._row("SELECT count(*) FROM readings WHERE key NOT IN (SELECT key FROM listing WHERE key NOT NULL)")[0]
        )

    def _row(self, query: str, *values: object) -> Any:
        with self._reading():
            return self._database.execute(query, values).fetchone()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Tell of what cannot be right: a ledger may come from anybody."""
        try:
            with telling(self.path):
                yield
        except OtherShape as error:
            raise LedgerError("ledger-older", path=self.path) from error
        except (ValueError, TypeError, AttributeError, OverflowError) as error:
            raise LedgerError("ledger-broken", path=self.path, error=error) from error


class _Flagged:
    """The numbers of flagged reports, in order, walked along with the files they came from."""

    def __init__(self, rows: Iterable[tuple[int]]) -> None:
        self._numbers = (number for (number,) in rows)
        self._following = next(self._numbers, None)
        self._passed = 0

    def among_next(self, count: int) -> bool:
        """Say whether one of the next `count` reports is flagged."""
        self._passed += count
        found = False
        while self._following is not None and self._following < self._passed:
            found = True
            self._following = next(self._numbers, None)
        return found


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")

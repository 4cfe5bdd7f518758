"""Results of a run on their way to the outputs, on disk, so that memory does not grow with the archive."""

from __future__ import annotations

import dataclasses
import pickle
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from raingan.records import FileResult, Flag, Report, State

_SCHEMA = """
CREATE TABLE files (id INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE reports (id INTEGER PRIMARY KEY, file INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE flags (report INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE contents (sha256 TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID;
"""


class Spool:
    """Files and reports in the order they were read; flags that only show across reports come later."""

    def __init__(self, folder: Path) -> None:
        self._database = sqlite3.connect(folder / "spool.sqlite")
        # The spool dies with the run: nothing in it has to survive a crash.
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.executescript(_SCHEMA)
        self._reports = 0

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def first_with(self, sha256: str, name: str) -> str | None:
        """Return the name of an earlier file of the same content, or None and remember this one."""
        row = self._database.execute("SELECT name FROM contents WHERE sha256 = ?", (sha256,)).fetchone()
        if row is not None:
            return str(row[0])
        self._database.execute("INSERT INTO contents VALUES (?, ?)", (sha256, name))
        return None

    def add(self, result: FileResult, reports: Iterable[Report]) -> list[int]:
        """Keep one file and its reports; return the reports' numbers, counted from 0 over the run."""
        cursor = self._database.execute("INSERT INTO files (data) VALUES (?)", (pickle.dumps(result, 5),))
        numbers = []
        for report in reports:
            self._database.execute(
                "INSERT INTO reports VALUES (?, ?, ?)", (self._reports, cursor.lastrowid, pickle.dumps(report, 5))
            )
            numbers.append(self._reports)
            self._reports += 1
        return numbers

    def add_flags(self, flags: Iterable[tuple[int, Flag]]) -> None:
        """Keep flags found across reports, by report number."""
        rows = ((number, pickle.dumps(flag, 5)) for number, flag in flags)
        self._database.executemany("INSERT INTO flags VALUES (?, ?)", rows)
        self._database.execute("CREATE INDEX flags_of ON flags (report)")

    def reports(self, finish: Callable[[Flag], Flag]) -> Iterator[Report]:
        """Yield every report with all its flags; `finish` gives each flag its sentence."""
        for number, data in self._database.execute("SELECT id, data FROM reports ORDER BY id"):
            report: Report = pickle.loads(data)
            later = self._database.execute("SELECT data FROM flags WHERE report = ? ORDER BY rowid", (number,))
            flags = [*report.flags, *(pickle.loads(row[0]) for row in later)]
            yield dataclasses.replace(report, flags=tuple(finish(flag) for flag in flags))

    def files(self, finish: Callable[[FileResult], FileResult]) -> Iterator[FileResult]:
        """Yield every file; one that read well but whose reports were flagged later is to be reviewed."""
        query = """
            SELECT data, EXISTS (
                SELECT 1 FROM reports JOIN flags ON flags.report = reports.id WHERE reports.file = files.id
            ) FROM files ORDER BY id
        """
        self._database.execute("CREATE INDEX IF NOT EXISTS reports_of ON reports (file)")
        for data, flagged in self._database.execute(query):
            result: FileResult = pickle.loads(data)
            if flagged and result.state is State.DONE:
                result = dataclasses.replace(result, state=State.REVIEW)
            yield finish(result)

"""The ledger as a run writes it."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

from raingan.ledger.database import close_whole, open_to_write, telling, whole
from raingan.ledger.entries import (
    CUT_OFF,
    ENDS_PROCESS,
    POISONED,
    POISONED_AFTER,
    SUSPECT_AFTER,
    Changes,
    Ended,
    ListedInput,
    Pages,
    QueueRow,
)
from raingan.ledger.lock import Lock
from raingan.ledger.view import View, _text
from raingan.model.codec import pack, unpack
from raingan.model.errors import LedgerError
from raingan.model.records import FileResult, Flag, State

_MARK_BYTES = 16  # of what a reading gave


class Ledger(View):
    """Keep what a run learns. One process writes, in one thread; `record` is durable when it returns."""

    def __init__(self, path: Path, connection: sqlite3.Connection, lock: Lock) -> None:
        super().__init__(path, connection)
        self._lock = lock
        self._opened = path.stat()
        self._run = 0
        self._position = 0  # of the next input
        self._first: dict[bytes, str] = {}  # names of contents that are not written down yet
        self._complete = False
        self._results: str | None = None  # fingerprint, once it is known
        self._across = ""  # rules of what is found between reports
        self.is_older = False  # it was made by an earlier version: its files are read once more

    @classmethod
    def open(cls, path: Path, create: bool = True, lasting: bool = True, across: str = "") -> Ledger:
        """Open or make a ledger and begin a run; raises `LedgerError` (in use, not ours, broken, newer, disk full).

        What was at work when an earlier run was cut off is counted as one interruption each. `across` is the
        fingerprint of what is found between reports: under another one they are compared anew.

        One that is not `lasting` goes with its run: it is as safe against errors, not against kills and power cuts, and
        spares the disk.
        """
        if not path.parent.is_dir():
            raise LedgerError("ledger-no-folder", path=path, folder=path.parent)
        if not create and not path.exists():
            raise LedgerError("ledger-missing", path=path)
        lock = Lock(path)
        lock.take()
        try:
            connection, is_older = open_to_write(path, create, lasting)
            ledger = cls(path, connection, lock)
            ledger._across, ledger.is_older = across, is_older
            try:
                ledger._begin()
            except BaseException:
                close_whole(ledger._database)
                raise
        except BaseException:
            lock.release()
            raise
        return ledger

    def is_there(self) -> bool:
        """Say whether the file that is written still lies under its name: nothing keeps others from removing it."""
        try:
            return os.path.samestat(self.path.stat(), self._opened)
        except OSError:
            return False

    def close(self, finished: bool = False) -> None:
        """End the run and let go of the file; what is still at work is forgotten, not counted as interrupted."""
        how = "finished" if finished and self._complete else "interrupted"
        try:
            # What was acknowledged is on the disk; a full one must not hide why the run ends.
            with suppress(LedgerError), self._writing():
                self._database.execute("DELETE FROM flights")
                self._database.execute("UPDATE runs SET ended = ?, how = ? WHERE id = ?", (time.time(), how, self._run))
        finally:
            try:
                with suppress(sqlite3.Error):
                    close_whole(self._database)
            finally:
                self._lock.release()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close(finished=kind is None)

    # --- a run

    def _begin(self) -> None:
        """Begin a run: take the traces of runs that were cut off, and make room for a new listing."""
        run = self._database.execute
        with self._reading(), self._writing():
            run("UPDATE runs SET ended = seen, how = 'interrupted' WHERE ended IS NULL")
            run(
                "INSERT INTO interruptions SELECT key, NOT alone, alone FROM flights WHERE true "
                "ON CONFLICT DO UPDATE SET together = together + excluded.together, alone = alone + excluded.alone"
            )
            poisoned = run(
                "SELECT key, content, rules, i.together, i.alone FROM flights JOIN interruptions i USING (key) "
                "WHERE i.alone >= ?",
                (SUSPECT_AFTER,),
            ).fetchall()
            for key, content, rules, together, alone in poisoned:
                file = FileResult("", State.FAILED, CUT_OFF, {"count": str(together + alone)})
                self._keep(key, file, (), 0, 0.0)
                if content is not None:
                    self._keep_pages(Pages(content, rules, "", failed=file))
            run("DELETE FROM flights")
            run("DELETE FROM listing WHERE run <> ?", (self.listing_run(),))
            now = time.time()
            insert = "INSERT INTO runs (started, seen, how, found, read, pages, complete) VALUES (?, ?, ?, 0, 0, 0, 0)"
            self._run = run(insert, (now, now, "running")).lastrowid or 0

    def listing_run(self) -> int:
        """Return the number of the run whose listing `files` and `reports` tell."""
        return self._run if self._complete else super().listing_run()

    def first_with(self, sha256: str, name: str) -> str | None:
        """Return the name of an earlier input of this run with the same content, or None and remember this one.

        It is remembered until it is written down as listed with its content and a key, and found there afterwards.
        """
        content = bytes.fromhex(sha256)
        known = self._first.get(content)
        if known is not None:
            return known
        row = self._row(
            "SELECT name FROM listing INDEXED BY listing_content WHERE sha256 = ? AND run = ? AND key IS NOT NULL "
            "ORDER BY position LIMIT 1",
            content,
            self._run,
        )
        if row is not None:
            return _text(row[0])
        self._first[content] = name
        return None

    def is_suspect(self, key: bytes) -> bool:
        """Say whether runs were cut off again and again while this was at work: read it last, and alone."""
        row = self._row("SELECT together + alone FROM interruptions WHERE key = ?", key)
        return row is not None and row[0] >= SUSPECT_AFTER

    # --- writing

    def record(self, changes: Changes) -> None:
        """Write down what happened, all of it or nothing, durable when this returns; `LedgerError` (disk full)."""
        pages = 0
        self._results = None
        with self._writing():
            self._database.executemany(
                "INSERT INTO listing VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (self._row_of(listed, place) for place, listed in enumerate(changes.listed, start=self._position)),
            )
            self._database.executemany(
                "INSERT OR REPLACE INTO flights VALUES (?, ?, ?, ?)",
                ((flight.key, flight.alone, flight.content, flight.rules) for flight in changes.begun),
            )
            for key, unread in changes.unread:
                assert unread.failed is not None
                self._keep(key, unread.failed, (), unread.tries, 0.0)
            for ended in changes.outcomes:
                pages += self._end(ended)
            self._database.execute(
                "UPDATE runs SET seen = ?, expected = coalesce(?, expected), found = found + ?, read = read + ?, "
                "pages = pages + ? WHERE id = ?",
                (time.time(), changes.expected, len(changes.listed), len(changes.outcomes), pages, self._run),
            )
        self._position += len(changes.listed)
        for listed in changes.listed:
            if listed.sha256 is not None and listed.key is not None:
                self._first.pop(bytes.fromhex(listed.sha256), None)

    def _row_of(self, listed: ListedInput, position: int) -> tuple[object, ...]:
        return (
            self._run,
            position,
            _bytes(listed.name),
            None if listed.path is None else _bytes(listed.path),
            None if listed.sha256 is None else bytes.fromhex(listed.sha256),
            listed.size,
            listed.key,
            listed.state,
            listed.reason,
            listed.file,
        )

    def _end(self, ended: Ended) -> int:
        """Keep how a reading ended; return its pages."""
        file = unpack(FileResult, ended.file)
        tries = 0
        if file.reason in ENDS_PROCESS:
            row = self._database.execute("SELECT tries + 1 FROM readings WHERE key = ?", (ended.key,)).fetchone()
            tries = 1 if row is None else row[0]
            if tries >= POISONED_AFTER:
                values = {**file.reason_values, "why": file.reason or "", "count": str(tries)}
                file = dataclasses.replace(file, reason=POISONED, reason_values=values)
        self._keep(ended.key, file, ended.reports, tries, ended.seconds)
        if ended.pages is not None:
            failed = None if ended.is_read else file
            self._keep_pages(dataclasses.replace(ended.pages, failed=failed, tries=tries))
        self._database.execute("DELETE FROM flights WHERE key = ?", (ended.key,))
        self._database.execute("DELETE FROM interruptions WHERE key = ?", (ended.key,))
        return file.pages or 1  # a file without pages counts as one, as everywhere in the progress

    def _keep(self, key: bytes, file: FileResult, reports: tuple[bytes, ...], tries: int, seconds: float) -> None:
        """Keep a reading in place of an earlier one."""
        run = self._database.execute
        # Without a name: the same content gives the same bytes, whatever it was called when it was read.
        packed = pack(_nameless(file))
        digest = hashlib.blake2b(packed, digest_size=_MARK_BYTES)
        for data in reports:
            digest.update(data)
        run("DELETE FROM reports WHERE reading IN (SELECT id FROM readings WHERE key = ?)", (key,))
        run("DELETE FROM readings WHERE key = ?", (key,))
        kept = run(
            "INSERT INTO readings (key, state, reason, tries, reports, pages, seconds, mark, file) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (key, file.state, file.reason, tries, len(reports), file.pages, seconds, digest.digest(), packed),
        )
        self._database.executemany(
            "INSERT INTO reports VALUES (?, ?, ?)",
            ((kept.lastrowid, place, data) for place, data in enumerate(reports)),
        )

    def _keep_pages(self, pages: Pages) -> None:
        """Keep what was read of a content in place of what was kept of it before."""
        run = self._database.execute
        kept, content = pages.kept, (pages.content,)
        if pages.failed is None and not kept.document:
            if not kept.found:  # it is read, and not to be kept
                run("DELETE FROM pages WHERE content = ?", content)
        else:
            file = None if pages.failed is None else pack(_nameless(pages.failed))
            row = (pages.content, pages.rules, kept.document or None, kept.pictures or None, file, pages.tries)
            run("INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?, ?, ?)", row)
            run("DELETE FROM sections WHERE content = ?", content)
        if kept.found:
            run("INSERT OR REPLACE INTO sections VALUES (?, ?, ?)", (pages.content, pages.sections_rules, kept.found))

    def forget_pages(self, content: bytes) -> None:
        """Drop pages that were kept and cannot be used."""
        with self._writing():
            for table in ("pages", "sections"):
                self._database.execute(f"DELETE FROM {table} WHERE content = ?", (content,))

    def drop_pages(self) -> None:
        """Drop all pages that are kept, and give their room back to the disk; why files cannot be read stays."""
        if not self.pages_size():
            return
        with self._writing():
            self._database.execute("DELETE FROM pages WHERE document IS NOT NULL")
            self._database.execute("DELETE FROM sections")
        # Needs room for the rest once more: where that is not to be had, the file stays as large as it is.
        with suppress(sqlite3.Error):
            self._database.execute("VACUUM")

    def finish_listing(self) -> None:
        """Tell that every input is listed and read: this listing takes the place of the one before."""
        self._complete, self._results = True, None
        try:
            with self._reading(), self._writing():
                self._finish()
        except BaseException:
            self._complete = False
            raise

    def _finish(self) -> None:
        run = self._database.execute
        (unread,) = run(
            "SELECT count(*) FROM listing l WHERE run = ? AND key IS NOT NULL "
            "AND NOT EXISTS (SELECT 1 FROM readings r WHERE r.key = l.key)",
            (self._run,),
        ).fetchone()
        if unread:
            raise RuntimeError(f"{unread} inputs are listed and were never read")
        run("DELETE FROM gone")
        run(
            "INSERT INTO gone SELECT position, name FROM listing WHERE run <> ?1 "
            "AND name NOT IN (SELECT name FROM listing WHERE run = ?1)",
            (self._run,),
        )
        run("DELETE FROM listing WHERE run <> ?", (self._run,))
        run("UPDATE runs SET complete = (id = ?)", (self._run,))
        if not self.is_compared():
            for table in ("flags", "compared", "queue"):
                run(f"DELETE FROM {table}")

    def results_fingerprint(self) -> str:
        """Return a text that changes when anything changes that the outputs tell: inputs, order, names, readings."""
        if self._results is None:
            self._results = super().results_fingerprint()
        return self._results

    # --- across reports, and what was written

    def is_compared(self) -> bool:
        """Say whether `set_later_flags` was called for just these results, under the same rules."""
        row = self._row("SELECT results FROM compared")
        return row is not None and row[0] == self._compared()

    def _compared(self) -> str:
        return f"{self.results_fingerprint()} {self._across}".rstrip()

    def set_later_flags(self, flags: Iterable[tuple[int, Flag]], severity: Callable[[str], int]) -> None:
        """Keep the flags found across reports, by report number, in place of earlier ones; and count them in the queue.

        `severity` tells how bad a code is, from 1.
        """
        with self._reading(), self._writing():
            self._database.execute("DELETE FROM flags")
            self._database.execute("DELETE FROM compared")
            for place, (number, flag) in enumerate(flags):
                self._database.execute("INSERT INTO flags VALUES (?, ?, ?)", (number, place, pack(flag)))
                self._queue_later(number, flag.code, severity(flag.code))
            self._database.execute("INSERT INTO compared VALUES (?)", (self._compared(),))

    def set_queue(self, rows: Iterable[QueueRow]) -> None:
        """Keep what a review asks of every report, in their order, in place of what was kept before.

        Comes before `set_later_flags`, which adds its own to the rows.
        """
        with self._reading(), self._writing():
            self._database.execute("DELETE FROM queue")
            # One content under two names that ask for two readers (a page saved as text too) is reviewed once, and
            # what is decided counts for both where both read the same.
            self._database.executemany(
                "INSERT OR IGNORE INTO queue VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    (
                        row.number,
                        bytes.fromhex(row.content),
                        row.place,
                        _bytes(row.name),
                        None if row.agency is None else _bytes(row.agency),
                        row.year,
                        None if row.indicator is None else _bytes(row.indicator),
                        row.flags,
                        row.worst,
                        " ".join(row.codes),
                    )
                    for row in rows
                ),
            )

    def _queue_later(self, number: int, code: str, severity: int) -> None:
        """Add a flag found across reports to the queue's row of its report."""
        row = self._row("SELECT codes, worst FROM queue WHERE number = ?", number)
        if row is None:
            return
        codes = row[0] if code in row[0].split() else f"{row[0]} {code}".strip()
        worst = severity if row[1] is None else min(row[1], severity)
        self._database.execute(
            "UPDATE queue SET flags = flags + 1, worst = ?, codes = ? WHERE number = ?", (worst, codes, number)
        )

    def tell(self, inputs: Sequence[str], forms: Sequence[str]) -> None:
        """Keep what the outputs say of the run: its inputs as the user gave them, and the ids of its forms."""
        if self.told() == (tuple(inputs), tuple(forms)):
            return
        with self._reading(), self._writing():
            self._database.execute("DELETE FROM told")
            row = (_bytes(json.dumps(list(inputs))), _bytes(json.dumps(list(forms))))
            self._database.execute("INSERT INTO told VALUES (?, ?)", row)

    def output_is_current(self, path: Path, fingerprint: str) -> bool:
        """Say whether a file (or folder of tables) is, to the byte, what was written there for this fingerprint."""
        row = self._row("SELECT fingerprint, sha256 FROM outputs WHERE path = ?", _bytes(os.path.realpath(path)))
        return row is not None and row[0] == fingerprint and row[1] == _content(path)

    def set_output(self, path: Path, fingerprint: str) -> None:
        """Remember what was written: the content as it lies there now."""
        with self._reading(), self._writing():
            self._database.execute(
                "INSERT OR REPLACE INTO outputs VALUES (?, ?, ?)",
                (_bytes(os.path.realpath(path)), fingerprint, _content(path)),
            )

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Do all of the block or nothing."""
        with telling(self.path), whole(self._database):
            yield


def _nameless(file: FileResult) -> FileResult:
    return dataclasses.replace(file, file="", path=None)


def _content(path: Path) -> str:
    """Return the digest of a file, or of the names and contents of the files in a folder; "" where there is nothing."""
    try:
        if not path.is_dir():
            with path.open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest()
        told = [f"{entry.name}\0{_content(entry)}\0" for entry in sorted(path.iterdir())]
    except OSError:
        return ""
    return hashlib.sha256("".join(told).encode("utf-8", "surrogatepass")).hexdigest()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")

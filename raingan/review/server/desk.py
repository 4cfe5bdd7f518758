"""What the pages are made from and where decisions go: the ledger, the decisions, the queue and the pictures.

sqlite's connections are shared by all threads of the server, one request at a time: each of their questions takes
milliseconds. Pictures take longer, come from a process apart, and are waited for outside of the lock.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from raingan.ledger import View
from raingan.model.errors import LedgerError
from raingan.model.stages import ComparedReport
from raingan.review.decisions import Decision, ReportId, Standing
from raingan.review.pages.shown import FileRef, Image, Shown
from raingan.review.queue import Entry, Filter, Left, Queue
from raingan.review.server.decide import Gesture, decisions_of
from raingan.review.server.errors import Refusal
from raingan.review.server.sessions import Session
from raingan.review.settle import open_flags, standings
from raingan.review.store import Decisions, decisions_beside

log = logging.getLogger("raingan.review")

_TRIES = 20  # to get a report of the queue that nobody takes at the same moment


class PageSource(Protocol):
    """What draws pages; raises `PageError`."""

    def show(self, file: FileRef, report: ComparedReport) -> Shown:
        """Return how a report can be shown."""

    def picture(self, file: FileRef, page: int, width: int) -> Image:
        """Return the picture of a page, about so many pixels wide."""


@dataclass(frozen=True, slots=True)
class Opened:
    """One report with where its review stands."""

    id: ReportId
    number: int | None  # in the workbook, from 1
    report: ComparedReport
    file: FileRef
    rows: tuple[Decision, ...]
    standings: tuple[Standing, ...]

    @property
    def open(self) -> int:
        """How many flags are left in it."""
        return len(open_flags(self.standings))


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of the queue, and what can be filtered by."""

    entries: list[Entry]
    left: Left
    agencies: list[str]
    years: list[int]
    codes: list[str]
    complete: bool  # False while a run reads the archive: the queue is then empty or old


class Desk:
    """Everything that a request may ask of the ledger and its decisions. Threads may share it."""

    def __init__(self, ledger: Path, pages: PageSource, four_eyes: bool | None = None) -> None:
        self._ledger = ledger
        self.pages = pages
        self._lock = threading.RLock()
        self._taken: dict[ReportId, str] = {}
        self._identity: tuple[int, int] | None = None
        self._open()
        try:
            if four_eyes is not None:
                self._decisions.set_four_eyes(four_eyes)
            self._queue.refresh()
        except BaseException:
            self._let_go()
            raise

    def close(self) -> None:
        """Let others have what was taken here, and let go of the files."""
        with self._lock:
            with suppress(LedgerError):
                for report, session in self._taken.items():
                    self._decisions.release(report, session)
            self._let_go()

    def kept(self) -> tuple[bool, Path, Path | None]:
        """Say whether all that was decided here lies in its file, where that is, and what it was saved to if not."""
        with self._lock:
            path, rescued = self._decisions.path, None
            is_kept = self._decisions.is_kept()
            if not is_kept:
                with suppress(LedgerError):
                    rescued = self._decisions.rescue()
            return is_kept, path, rescued

    # --- what is asked

    @property
    def four_eyes(self) -> bool:
        """Whether a second person has to confirm."""
        with self._working():
            return self._decisions.four_eyes

    def queue_page(self, wanted: Filter, start: int, count: int) -> QueuePage:
        """Return a page of the queue."""
        with self._working():
            self._queue.refresh()
            return QueuePage(
                entries=self._queue.entries(wanted, start, count),
                left=self._queue.left(wanted),
                agencies=self._queue.agencies(),
                years=self._queue.years(),
                codes=self._queue.codes(),
                complete=self._view.results() is not None,
            )

    def agencies(self) -> list[str]:
        """Return every agency."""
        with self._working():
            return self._queue.agencies()

    def left(self) -> Left:
        """Count what is left in the whole ledger."""
        with self._working():
            return self._queue.left(Filter())

    def opened(self, report: ReportId) -> Opened | None:
        """Return a report as it stands now; None where the ledger does not list it."""
        with self._working():
            return self._opened(report)

    def take(self, report: ReportId, session: Session, opening: bool = False) -> str | None:
        """Take a report, or keep it; return who has it where that is somebody else.

        Who opens it has it from their own other page too, which can only look from then on.
        """
        with self._working():
            return self._take(report, session, opening)

    def release(self, report: ReportId, session: Session) -> None:
        """Let others have a report."""
        with self._working():
            self._decisions.release(report, session.id)
            self._taken.pop(report, None)

    def next(self, wanted: Filter, after: ReportId | None, session: Session) -> ReportId | None:
        """Take the report that comes next in the queue and return it; None where nothing is left."""
        with self._working():
            self._queue.refresh()
            for _ in range(_TRIES):
                report = self._queue.following(wanted, after, session.id, session.reviewer)
                if report is None or self._take(report, session) is None:
                    return report
            return None  # another server takes each of them before we do

    def decide(self, report: ReportId, gestures: Sequence[Gesture], session: Session) -> tuple[Opened, tuple[int, ...]]:
        """Keep what a person decided, all or nothing, durable when this returns; return the report and the rows.

        Raises `Refusal` where the report is another's, the machine reads something else by now, or a gesture
        makes no sense.
        """
        with self._working():
            before = self._opened(report)
            if before is None:
                raise Refusal(404, "report")
            other = self._take(report, session)
            if other is not None:
                raise Refusal(423, "taken", reviewer=other)
            at = datetime.now().astimezone().isoformat(timespec="seconds")
            made = decisions_of(before.report, before.id, before.rows, before.standings, gestures, session, at)
            kept = self._decisions.add(*made)
            after = self._opened(report)
            try:
                self._queue.refresh()
            except LedgerError as error:  # what was decided is kept; the queue is worked out when it is next asked for
                log.error("the queue could not be told of a decision: %s", error)
            return after or before, tuple(row.number for row in kept)

    # --- with the lock held

    def _opened(self, report: ReportId) -> Opened | None:
        found = self._view.report(report.content, report.place)
        if found is None:
            return None
        rows = self._decisions.of(report)
        return Opened(
            report,
            found.number,
            found.report,
            FileRef(found.report.file, found.path, report.content),
            rows,
            standings(found.report, rows, self._decisions.four_eyes),
        )

    def _take(self, report: ReportId, session: Session, opening: bool = False) -> str | None:
        other = self._decisions.take(report, session.id, session.reviewer, opening)
        if other is None:
            self._taken[report] = session.id
        return other

    def _open(self) -> None:
        identity = self._identity_now()
        self._view = View.look(self._ledger)
        try:
            self._decisions = Decisions.open(decisions_beside(self._ledger))
        except BaseException:
            self._view.close()
            raise
        self._queue = Queue(self._view, self._decisions)
        self._identity = identity

    def _let_go(self) -> None:
        self._decisions.close()
        self._view.close()

    def _identity_now(self) -> tuple[int, int] | None:
        try:
            told = self._ledger.stat()
        except OSError:
            return None
        return told.st_dev, told.st_ino

    @contextmanager
    def _working(self) -> Iterator[None]:
        """Let one request in; open the ledger again where another file has taken its place."""
        with self._lock:
            now = self._identity_now()
            if now is not None and now != self._identity:
                self._identity = None  # should it not open now, the next request tries again
                self._let_go()
                self._open()
            yield

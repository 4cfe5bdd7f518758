"""Pages on demand: the process apart that draws them, and what is kept of its answers."""

from __future__ import annotations

import math
import queue
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock, Thread
from types import TracebackType
from typing import Any, Self

from raingan.apart.crew import Crew
from raingan.apart.tasks import Bounds, Job, Outcome, Task, TaskEnd
from raingan.model.errors import CannotStart, PageError
from raingan.model.records import Box, Limits, Source
from raingan.model.stages import ComparedReport
from raingan.review.decisions import Field
from raingan.review.fields import fields_of
from raingan.review.pages.find import Finder
from raingan.review.pages.shown import FileRef, Image, Sheet, Shown, TextLine
from raingan.review.pages.work import OFFICE, job_of, pack, unpack
from raingan.workfolder import WorkFolder

WIDTHS = (800, 1200, 1600, 2400)
"""Widths in pixels that pictures are made at; others are taken up to the next."""

# Nobody waits longer before a screen; a page of noise at 600 dpi takes 3 s.
_BOUNDS = Bounds(file_seconds=60.0, page_seconds=60.0, result_bytes=64 * 2**20)
_TRIES = 2
_PROCESSES = 2  # one draws what is looked at while the other draws what comes next
_PICTURES_KEPT = 32 * 2**20  # bytes: some fifty pages
_SHOWN_KEPT = 64  # reports
_PAPERS_KEPT = 32  # Word files laid out, 50 KB a page; files of other kinds count too, for next to nothing
_PAGES_AT_MOST = 500  # of one report; the longest seen has 12
_CODE = 40  # letters of a reason; the longest has 20
_SIDE = 100_000.0  # points; PDF allows 14,400


class Pages:
    """Show files: their pages as pictures, or their lines. Any thread may ask."""

    def __init__(self, limits: Limits | None = None, job: Job | None = None, bounds: Bounds = _BOUNDS) -> None:
        """Take what a file may hold, and what takes it apart: `work.reader` with its usual bounds."""
        self._limits = limits or Limits()
        self._finder = Finder(self._limits)
        self._crews = [Crew(job or job_of(self._limits), 1, bounds) for _ in range(_PROCESSES)]
        self._free: queue.Queue[Crew] = queue.Queue()
        for crew in self._crews:
            self._free.put(crew)
        # Of LibreOffice: what a process that is ended leaves behind goes with us.
        self._folder = WorkFolder()
        self._closed = False
        self._lock = Lock()
        self._pictures: OrderedDict[tuple[str, int, int], Image] = OrderedDict()
        self._shown: OrderedDict[tuple[str, int], tuple[object, Shown]] = OrderedDict()
        self._papers: OrderedDict[str, bytes | None] = OrderedDict()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def folder(self) -> Path:
        """A folder for this process alone, which goes with it."""
        return self._folder.path

    def warm_up(self) -> None:
        """Start the processes before anybody waits for them; returns at once."""
        head = {"do": "show", "name": "warm.txt", "sha256": "", "place": 0, "pages": None, "fields": []}

        def start() -> None:
            with suppress(CannotStart):  # told to the first who asks
                self._done(pack(head, b"warm"))

        for _ in self._crews:
            Thread(target=start, daemon=True).start()

    def close(self) -> None:
        """End the processes, also what they do just now."""
        self._closed = True
        for crew in self._crews:
            crew.abandon()  # who waits for it hears that it is gone, and gives it back
        for crew in [self._free.get() for _ in self._crews]:
            crew.__exit__(None, None, None)
            self._free.put(crew)  # for who asks too late, and is refused
        self._folder.close()

    def show(self, file: FileRef, report: ComparedReport) -> Shown:
        """Return how a report can be shown; `PageError` where its file cannot be."""
        key = (file.sha256, report.report_index)
        read = (report.pages, report.read_by, report.origin, report.dates, report.orders, report.quantities)
        with self._lock:
            if key in self._shown and self._shown[key][0] == read:
                self._shown.move_to_end(key)
                return self._shown[key][1]
        data = self._finder.bytes_of(file)
        paper = self._paper(file, data)
        shown = Shown() if paper is None else self._asked_to_show(file, report, paper, "show laid out")
        if not shown.sheets:
            shown = self._asked_to_show(file, report, data, "show")
        with self._lock:
            self._shown[key] = read, shown
            if len(self._shown) > _SHOWN_KEPT:
                self._shown.popitem(last=False)
        return shown

    def _asked_to_show(self, file: FileRef, report: ComparedReport, data: bytes, do: str) -> Shown:
        fields = fields_of(report)
        pages = report.pages
        if pages is not None and pages[1] - pages[0] >= _PAGES_AT_MOST:
            pages = (pages[0], pages[0] + _PAGES_AT_MOST - 1)
        wanted = [(path, origin.text, None) for path, origin in report.origin.items()]
        items = [(item.path, item.printed or "", item.section) for item in fields if item.section is not None]
        told, _ = self._ask(
            file,
            {
                "do": do,
                "place": report.report_index,
                "pages": pages,
                "pictured": report.read_by != "text",
                "fields": [*wanted, *items],
            },
            data,
        )
        try:
            return _shown(told, report, fields)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise PageError("page-crash", file=file.name) from error

    def _paper(self, file: FileRef, data: bytes) -> bytes | None:
        """Return a Word file as LibreOffice lays it out, a PDF; None for other kinds, and where that cannot be done."""
        from extract.intake.triage import look

        with self._lock:
            if file.sha256 in self._papers:
                self._papers.move_to_end(file.sha256)
                return self._papers[file.sha256]
        paper: bytes | None = None
        if look(Source(file.name, data, file.sha256)).kind in OFFICE:
            try:
                paper = self._ask(file, {"do": "lay out", "folder": str(self._folder.path)}, data)[1]
            except PageError:
                paper = None  # the text is shown instead
        with self._lock:
            self._papers[file.sha256] = paper
            while len(self._papers) > _PAPERS_KEPT:
                self._papers.popitem(last=False)
        return paper

    def picture(self, file: FileRef, page: int, width: int) -> Image:
        """Return a page's picture, about `width` pixels wide; `PageError` where it cannot be drawn."""
        width = next((step for step in WIDTHS if step >= width), WIDTHS[-1])
        key = (file.sha256, page, width)
        with self._lock:
            if key in self._pictures:
                self._pictures.move_to_end(key)
                return self._pictures[key]
        bare = self._finder.bytes_of(file)
        paper = self._paper(file, bare)
        told, data = self._ask(file, {"do": "draw", "page": page, "width": width}, bare if paper is None else paper)
        media_type, across, down = told.get("media_type"), told.get("width"), told.get("height")
        if media_type not in ("image/png", "image/jpeg") or not isinstance(across, int) or not isinstance(down, int):
            raise PageError("page-crash", file=file.name)
        image = Image(data, media_type, across, down)
        with self._lock:
            self._pictures[key] = image
            while len(self._pictures) > 1 and sum(len(kept.data) for kept in self._pictures.values()) > _PICTURES_KEPT:
                self._pictures.popitem(last=False)
        return image

    def _ask(self, file: FileRef, head: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
        payload = pack({**head, "name": file.name, "sha256": file.sha256}, data)
        try:
            outcome = self._done(payload)
        except CannotStart as error:
            raise PageError("page-no-process", error=error) from error
        if outcome.how is TaskEnd.DONE:
            try:
                told, answer = unpack(outcome.payload)
            except ValueError as error:
                raise PageError("page-crash", file=file.name) from error
            if told.get("error") == "too-large":
                raise PageError("page-too-large", file=file.name)
            if "error" in told:
                raise PageError("page-undrawable", file=file.name, code=str(told["error"])[:_CODE])
            return told, answer
        slow = outcome.how in (TaskEnd.FILE_TIME, TaskEnd.PAGE_TIME)
        raise PageError("page-slow" if slow else "page-crash", file=file.name)

    def _done(self, payload: bytes) -> Outcome:
        """Have a free process do a task, twice where the process is lost for no reason that lies in the task."""
        crew = self._free.get()
        try:
            for _ in range(_TRIES):
                if self._closed:
                    raise CannotStart("closed")
                (outcome,) = [outcome for ended in crew.run([Task(0, payload)]) for outcome in ended]
                if outcome.how is not TaskEnd.LOST:
                    break
            return outcome
        finally:
            self._free.put(crew)


def _shown(told: dict[str, Any], report: ComparedReport, fields: Sequence[Field]) -> Shown:
    """Take an answer apart without believing it."""
    if "lines" in told:
        read_at: dict[str, list[str]] = {}
        for field in fields:
            read_at.setdefault(field.path if field.section else _place_of(report, field.path), []).append(field.path)
        return Shown(lines=tuple(_line(text, places, read_at) for text, places in told["lines"]))
    sheets = tuple(_sheet(*item) for item in told["sheets"])
    boxes = {str(path): _box(*place, sheets=sheets) for path, place in told.get("places", {}).items()}
    places = {
        field.path: boxes.get(field.path) or boxes.get(_place_of(report, field.section or field.path))
        for field in fields
    }
    return Shown(sheets, places={path: place for path, place in places.items() if place is not None})


def _place_of(report: ComparedReport, path: str) -> str:
    """Return the nearest path above a field that the record tells a place for: "target" for "target.value"."""
    above = path
    while above and above not in report.origin:
        above = above.rpartition(".")[0]
    return above or path


def _line(text: object, places: Sequence[str], read_at: Mapping[str, Sequence[str]]) -> TextLine:
    plain = str(text).encode("utf-8", "replace").decode("utf-8")
    return TextLine(plain, tuple(path for place in places for path in read_at.get(place, ())))


def _box(page: int, box: Sequence[float], *, sheets: Sequence[Sheet]) -> tuple[int, Box]:
    x0, top, x1, bottom = (float(edge) for edge in box)
    if page not in {sheet.number for sheet in sheets} or not all(abs(edge) < _SIDE for edge in (x0, top, x1, bottom)):
        raise ValueError("no place")
    return int(page), (x0, top, x1, bottom)


def _sheet(number: int, width: float, height: float, turned: int) -> Sheet:
    if not all(math.isfinite(side) and 0 < side < _SIDE for side in (width, height)) or turned not in (0, 90, 180, 270):
        raise ValueError("no page")
    return Sheet(int(number), float(width), float(height), int(turned))

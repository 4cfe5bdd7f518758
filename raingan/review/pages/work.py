"""What the process apart does: sizes of pages, their pictures, lines of texts. Bytes in, bytes out."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from raingan.apart.tasks import BeginPage, Job, Work
from raingan.model.errors import InputError
from raingan.model.records import Kind, Limits, OcrEngine, Source
from raingan.review.pages.places import Span, Wanted, find_boxes, find_items, find_same, numbered, search, spans_of

if TYPE_CHECKING:
    from extract.sections.forms import Form

_PRELOAD = (
    "extract.reading.show",
    "extract.reading.document",
    "PIL.JpegImagePlugin",
    "PIL.PngImagePlugin",
    "PIL.TiffImagePlugin",
)
# What only texts, and only scans need: 1 s and 0.2 s, once.
_LATER = (
    ("extract.sections.find", "raingan.review.pages.work:warm_lines"),
    ("extract.reading.scan.straighten", "raingan.review.pages.work:warm_scans"),
)
OFFICE = frozenset((Kind.DOCX, Kind.DOC, Kind.RTF, Kind.ODT))
"""Kinds that LibreOffice can lay out."""

_OFFICE_SECONDS = 20.0  # nobody waits longer for a picture; the text is there without
_LINES_AT_MOST = 4_000  # of a file, about 80 reports; of a longer one those around the report
_LINES_AROUND = 40


def job_of(limits: Limits) -> Job:
    """Return the job that shows files."""
    limits = dataclasses.replace(limits, office_seconds=min(limits.office_seconds, _OFFICE_SECONDS))
    setup = json.dumps(dataclasses.asdict(limits)).encode()
    return Job("raingan.review.pages.work:reader", setup, preload=_PRELOAD, later=_LATER)


def pack(head: dict[str, Any], data: bytes) -> bytes:
    """Return a message: a line of JSON and bytes behind it."""
    return b"".join((json.dumps(head).encode(), b"\n", data))


def unpack(message: bytes) -> tuple[dict[str, Any], bytes]:
    """Take a message apart; raises ValueError where it is none."""
    end = message.find(b"\n")
    try:
        head = json.loads(message[: max(end, 0)])
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if not isinstance(head, dict):
        raise ValueError("no message")
    return head, message[end + 1 :]


def reader(setup: bytes) -> Work:
    """Return what answers one request; `setup` is that of `job_of`."""
    from extract.reading.pace import heard_by
    from extract.reading.show import draw

    limits = Limits(**json.loads(setup))
    draw(_warm("report.pdf"), limits, 1, 800)  # what is built at first use is then shared by all forks

    def work(payload: bytes, begin_page: BeginPage) -> bytes:
        head, data = unpack(payload)
        begin_page(int(head.get("page", 1)))
        source = Source(head["name"], data, head["sha256"])
        try:
            with heard_by(begin_page):
                return _answer(source, limits, head)
        except InputError as error:
            return pack({"error": error.code, "values": error.values}, b"")

    return work


def warm_lines() -> None:
    """Read a report of our own, for the same reason."""
    _lines(_warm("report.txt"), Limits(), 0, [])


def warm_scans() -> None:
    """Find out which way up a scan of our own lies."""
    from extract.reading.show import page_shapes

    page_shapes(_warm("scan.png"), Limits(), [1], pictured=True)


def _warm(name: str) -> Source:
    return Source(name, files("raingan").joinpath("warm", name).read_bytes(), "")


@cache
def _forms() -> tuple[Form, ...]:
    from extract.sections.forms import load_forms

    return tuple(load_forms(()))


def _answer(source: Source, limits: Limits, head: dict[str, Any]) -> bytes:
    from extract.reading.show import PAGED, draw, kind_of

    if head["do"] == "draw":
        data, media_type, (width, height) = draw(source, limits, head["page"], head["width"])
        return pack({"media_type": media_type, "width": width, "height": height}, data)
    if head["do"] == "lay out":
        from extract.reading.office.read import laid_out

        return pack({}, laid_out(source, kind_of(source), limits, head["folder"]))
    wanted = [Wanted(*item) for item in head["fields"]]
    if head["do"] == "show laid out":
        return pack(_laid_out(source, limits, head["place"], wanted), b"")
    if kind_of(source) in PAGED:
        return pack(_sheets(source, limits, head["pages"], head["pictured"]), b"")
    return pack(_lines(source, limits, head["place"], wanted), b"")


def _sheets(source: Source, limits: Limits, pages: Sequence[int] | None, pictured: bool) -> dict[str, Any]:
    from extract.reading.show import page_shapes

    first, last = pages or (1, 1)
    shapes = page_shapes(source, limits, range(first, last + 1), pictured)
    return {"sheets": [[shape.number, shape.width, shape.height, shape.turned] for shape in shapes]}


def _laid_out(source: Source, limits: Limits, place: int, wanted: Sequence[Wanted]) -> dict[str, Any]:
    """Return the sheets of a report in what LibreOffice has made of its file; none where the report is not in it."""
    from extract.reading.document import read_document
    from extract.sections.find import find_reports

    document = read_document(source, limits, OcrEngine.OFF)
    report = find_same(find_reports(document, _forms()), place, wanted)
    if report is None:
        return {"sheets": [], "places": {}}
    pages = [page for page in document.pages if report.first_page <= page.number <= report.last_page]
    places = find_boxes([line for page in pages for line in page.lines], report, wanted)
    return {"sheets": [[page.number, page.width, page.height, 0] for page in pages], "places": places}


def _lines(source: Source, limits: Limits, place: int, wanted: Sequence[Wanted]) -> dict[str, Any]:
    """Return the lines of a file, each with the fields that stand in it."""
    from extract.reading.document import read_document
    from extract.sections.find import find_reports

    document, lines = numbered(read_document(source, limits, OcrEngine.OFF))
    texts = [line.raw or line.text for line in lines]
    report = find_same(find_reports(document, _forms()), place, wanted)
    spans = search(texts, wanted) if report is None else spans_of(report)
    spans |= find_items(texts, wanted, spans)
    fields: list[list[str]] = [[] for _ in lines]
    for path, (start, end) in spans.items():
        for index in range(start, end + 1):
            fields[index].append(path)
    shown = _window(len(lines), spans)
    return {"lines": [[texts[index], fields[index]] for index in shown]}


def _window(count: int, spans: dict[str, Span]) -> range:
    """Return the lines to show: all, or of a very long file those around the report."""
    if count <= _LINES_AT_MOST:
        return range(count)
    first = min((span[0] for span in spans.values()), default=0)
    last = max((span[1] for span in spans.values()), default=0)
    start = max(first - _LINES_AROUND, 0)
    return range(start, min(last + _LINES_AROUND, start + _LINES_AT_MOST, count))

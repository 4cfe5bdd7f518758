"""One PDF file into a document."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from extract.pdf.gate import fault_of
from extract.pdf.layer import TextPage, shapes
from extract.pdf.lines import lines_of, rules_of
from extract.pdf.margins import split_margins
from extract.pdf.repair import rows_of
from extract.pdf.sound import rows_of_words, words_of
from extract.pdf.ticks import with_ticks
from raingan.records import Document, InputError, Kind, Limits, Line, Page, PageState, Problem, Source

READER = "pdf/1"


def read_pdf(source: Source, limits: Limits) -> Document:
    """Read a PDF; raise `InputError` where it cannot be opened at all."""
    pages: list[Page] = []
    problems: list[Problem] = []
    with _opened(source) as document:
        count = len(document)
        if count == 0:
            raise InputError("no-pages")
        if count > limits.pages:
            raise InputError("too-large", what="pages", size=count, limit=limits.pages)
        values_start: float | None = None
        for number in range(1, count + 1):
            page, problem, values_start = _read_page(document, number, limits, values_start)
            pages.append(page)
            if problem is not None:
                problems.append(problem)
    bodies = split_margins([(page.lines, page.height) for page in pages])
    finished = tuple(
        Page(page.number, body, page.state, page.reason, page.width, page.height, margins)
        for page, (body, margins) in zip(pages, bodies, strict=True)
    )
    return Document(Kind.PDF, READER, finished, tuple(problems))


@contextlib.contextmanager
def _opened(source: Source) -> Iterator[Any]:
    import pypdfium2
    import pypdfium2.raw as pdfium

    try:
        document = pypdfium2.PdfDocument(source.data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD or "password" in str(error).lower():
            raise InputError("password") from error
        raise InputError("broken-file", error=str(error)) from error
    try:
        yield document
    finally:
        document.close()


def _read_page(
    document: Any, number: int, limits: Limits, values_start: float | None
) -> tuple[Page, Problem | None, float | None]:
    """Read one page; also return where the values of a table without rules begin on it, for the next page."""
    import pypdfium2

    try:
        page = document[number - 1]
    except pypdfium2.PdfiumError as error:
        return _unread(number), Problem("page-failed", number, {"error": str(error)}), None
    try:
        read, start = _read_open_page(page.raw, number, limits, values_start)
        return read, None, start
    except (pypdfium2.PdfiumError, ValueError) as error:
        return _unread(number), Problem("page-failed", number, {"error": str(error)}), None
    except _OverLimit as error:
        values = {"what": "characters on the page", "size": str(error.size), "limit": str(limits.page_chars)}
        return _unread(number), Problem("too-large", number, values), None
    finally:
        page.close()


class _OverLimit(Exception):
    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


def _unread(number: int) -> Page:
    return Page(number, (), PageState.NEEDS_OCR, "page-failed")


def _read_open_page(page: Any, number: int, limits: Limits, values_start: float | None) -> tuple[Page, float | None]:
    with TextPage(page) as layer:
        if layer.count > limits.page_chars:
            raise _OverLimit(layer.count)
        text = layer.text()
        width, height = layer.width, layer.height
        if not text.strip():
            picture = _has_objects(page)
            state = PageState.NEEDS_OCR if picture else PageState.BLANK
            return Page(number, (), state, "picture" if picture else None, width, height), None
        drawn = shapes(page, limits.page_objects)
        words = words_of(layer, text)
        if words is not None:
            rows = rows_of_words(with_ticks(words, drawn))
        else:
            rows = rows_of(with_ticks(layer.glyphs(text), drawn))
        lines, start = lines_of(rows, rules_of(drawn), number, values_start)
    fault = fault_of([line.text for line in lines])
    if fault is None and _is_picture_with_stamp(page, lines, width, height):
        fault = "picture"
    if fault is not None:
        return Page(number, (), PageState.NEEDS_OCR, fault, width, height), None
    return Page(number, tuple(lines), PageState.TEXT, None, width, height), start


def _has_objects(page: Any) -> bool:
    import pypdfium2.raw as pdfium

    return bool(pdfium.FPDFPage_CountObjects(page) > 0)


# A scan under which somebody typed a page number or a stamp is still a scan.
_FEW_CHARACTERS = 60
_MOST_OF_PAGE = 0.6


def _is_picture_with_stamp(page: Any, lines: list[Line], width: float, height: float) -> bool:
    """Tell whether a page is a picture with hardly any text: a printed page number over a scan."""
    if sum(len(line.text) for line in lines) > _FEW_CHARACTERS:
        return False
    return _largest_image(page) > _MOST_OF_PAGE * width * height


def _largest_image(page: Any) -> float:
    """Area of the largest picture on the page, square points."""
    import ctypes

    import pypdfium2.raw as pdfium

    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    largest = 0.0
    for index in range(min(pdfium.FPDFPage_CountObjects(page), 1000)):
        item = pdfium.FPDFPage_GetObject(page, index)
        if pdfium.FPDFPageObj_GetType(item) != pdfium.FPDF_PAGEOBJ_IMAGE:
            continue
        if pdfium.FPDFPageObj_GetBounds(item, left, bottom, right, top):
            largest = max(largest, (right.value - left.value) * (top.value - bottom.value))
    return largest

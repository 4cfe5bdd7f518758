"""One PDF file into a document."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from extract.pdf.gate import fault_of
from extract.pdf.layer import TextPage, shapes
from extract.pdf.lines import Rules, lines_of, rules_of
from extract.pdf.margins import split_margins
from extract.pdf.repair import rows_of
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
        for number in range(1, count + 1):
            page, problem = _read_page(document, number, limits)
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


def _read_page(document: Any, number: int, limits: Limits) -> tuple[Page, Problem | None]:
    import pypdfium2

    try:
        page = document[number - 1]
    except pypdfium2.PdfiumError as error:
        return _unread(number), Problem("page-failed", number, {"error": str(error)})
    try:
        return _read_open_page(page.raw, number, limits), None
    except (pypdfium2.PdfiumError, ValueError) as error:
        return _unread(number), Problem("page-failed", number, {"error": str(error)})
    except _OverLimit as error:
        values = {"what": "characters on the page", "size": str(error.size), "limit": str(limits.page_chars)}
        return _unread(number), Problem("too-large", number, values)
    finally:
        page.close()


class _OverLimit(Exception):
    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


def _unread(number: int) -> Page:
    return Page(number, (), PageState.NEEDS_OCR, "page-failed")


def _read_open_page(page: Any, number: int, limits: Limits) -> Page:
    with TextPage(page) as layer:
        if layer.count > limits.page_chars:
            raise _OverLimit(layer.count)
        text = layer.text()
        if not text.strip():
            picture = _has_objects(page)
            state = PageState.NEEDS_OCR if picture else PageState.BLANK
            return Page(number, (), state, "picture" if picture else None, layer.width, layer.height)
        drawn = shapes(page, limits.page_objects)
        lines = _lines(layer, text, drawn, number)
        width, height = layer.width, layer.height
    fault = fault_of([line.text for line in lines])
    if fault is not None:
        return Page(number, (), PageState.NEEDS_OCR, fault, width, height)
    if _is_picture_with_stamp(page, lines, width, height):
        return Page(number, (), PageState.NEEDS_OCR, "picture", width, height)
    return Page(number, tuple(lines), PageState.TEXT, None, width, height)


def _lines(layer: TextPage, text: str, drawn: list[Any], number: int) -> list[Line]:
    rules: Rules = rules_of(drawn)
    glyphs = with_ticks(layer.glyphs(text), drawn)
    return lines_of(rows_of(glyphs), rules, number)


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

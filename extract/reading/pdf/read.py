"""One PDF file into a document."""

from __future__ import annotations

import contextlib
import dataclasses
import re
from collections.abc import Iterator
from typing import Any

from extract.page.carried import with_tables_carried
from extract.page.glyphs import Glyph
from extract.page.halves import cut_between, lines_of_sheet
from extract.page.margins import split_margins
from extract.page.pieces import lines_from
from extract.page.placed import told_on_lines
from extract.page.rows import Row
from extract.page.told import wording
from extract.reading.ahead import PageRead, pages_in_turn
from extract.reading.pdf.gate import fault_of
from extract.reading.pdf.hidden_letters import LETTER_AS_MARK
from extract.reading.pdf.layer import TextPage, drawn_objects, has_outlines, picture_area, shapes
from extract.reading.pdf.pictures import TooManyPixels, picture_of
from extract.reading.pdf.raised import join_raised
from extract.reading.pdf.repair import rows_of
from extract.reading.pdf.sound import rows_of_words, words_of
from extract.reading.pdf.ticks import with_ticks
from extract.reading.pdf.turned import apart, main_turn, turned_lines
from extract.reading.pdf.witness.annotations import is_written_on
from extract.reading.pdf.witness.digits import DIGITS_LIE
from extract.reading.pdf.witness.look import Looking, look
from extract.reading.pdf.witness.objects import forms_on
from extract.reading.scan.engines import EngineMaker, problems_of, read_page
from raingan.model.errors import InputError
from raingan.model.records import Document, Kind, Limits, Line, Page, PageState, Problem, Source, Witness

READER = "pdf/3"
_USUAL = Looking()

_EMPTY_TREE = re.compile(rb"/Count\s+0\b")
_A_PAGE = re.compile(rb"/Type\s*/Page\b(?!s)|/ObjStm\b")
_END = b"%%EOF"
_END_WITHIN = 4096  # bytes; some mailers append to a file


def read_pdf(
    source: Source, limits: Limits, engine: EngineMaker | None = None, witness: Witness = Witness.DOUBT
) -> Document:
    """Read a PDF, page by page as text or as a picture; raise `InputError` where it cannot be opened at all.

    Without an engine, pages whose text cannot be used are left unread.
    """
    pages: list[Page] = []
    problems: list[Problem] = []
    characters = 0
    with opened(source) as document:
        count = len(document)
        if count == 0:
            raise InputError("no-pages")
        if count > limits.pages:
            raise InputError("too-large", what="pages", size=count, limit=limits.pages)
        by = Looking(witness, engine)
        for read in pages_in_turn(count, lambda number, start: _read_page(document, number, limits, start, by)):
            pages.append(read.page)
            problems += problems_of(read.page)
            characters += sum(len(line.text) for line in read.page.lines)
            if characters > limits.text_chars:
                raise InputError("too-large", what="characters", size=characters, limit=limits.text_chars)
            if read.problem is not None:
                problems.append(read.problem)
        pages = _with_digits_doubted(document, pages, limits, by)
    if _END not in source.data[-_END_WITHIN:]:
        problems.insert(0, Problem("truncated-file"))
    bodies = split_margins([(page.lines, page.level[1] if page.level else page.height) for page in pages])
    finished = with_tables_carried(
        dataclasses.replace(page, lines=body, margins=(*margins, *page.margins))
        for page, (body, margins) in zip(pages, bodies, strict=True)
    )
    return Document(Kind.PDF, READER, finished, tuple(problems))


_ENCRYPTED = b"/Encrypt"


@contextlib.contextmanager
def opened(source: Source) -> Iterator[Any]:
    """Open a PDF in PDFium; raise `InputError` where it cannot be opened."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    try:
        document = pypdfium2.PdfDocument(source.data)
        document.init_forms()  # does nothing where there are none; fields are drawn as viewers show them
    except pypdfium2.PdfiumError as error:
        # PDFium's last error may be an earlier file's: only an encrypted file can want a password.
        if _ENCRYPTED in source.data and getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD:
            raise InputError("password") from error
        if _EMPTY_TREE.search(source.data) and not _A_PAGE.search(source.data):
            raise InputError("no-pages") from error  # PDFium calls such a file broken
        raise InputError("broken-file", error=str(error)) from error
    try:
        yield document
    finally:
        document.close()


def _read_page(document: Any, number: int, limits: Limits, values_start: float | None, by: Looking) -> PageRead:
    """Read one page; `values_start` is where the values of a table without rules began on the page before."""
    import pypdfium2

    try:
        page = document[number - 1]
    except pypdfium2.PdfiumError as error:
        return PageRead(_unread(number), Problem("page-failed", number, {"error": str(error)}))
    try:
        read, start = _read_open_page(page.raw, number, limits, values_start, page.formenv, by)
        if read.state is PageState.NEEDS_OCR and by.engine is not None:
            picture = picture_of(page, drawn_objects(page.raw, limits.page_objects), limits)
            scanned = read_page(picture, number, by.engine)
            return PageRead(
                dataclasses.replace(scanned, margins=(*scanned.margins, *read.margins)), _why_its_picture(read)
            )
        return PageRead(read, _hidden_throughout(read), start)
    except (pypdfium2.PdfiumError, ValueError) as error:
        return PageRead(_unread(number), Problem("page-failed", number, {"error": str(error)}))
    except _OverLimit as error:
        values = {"what": "characters on the page", "size": str(error.size), "limit": str(limits.page_chars)}
        return PageRead(_unread(number), Problem("too-large", number, values))
    except TooManyPixels as error:
        values = {"what": "pixels", "size": error.size, "limit": str(limits.picture_bytes)}
        return PageRead(_unread(number), Problem("too-large", number, values))
    finally:
        page.close()


def _with_digits_doubted(document: Any, pages: list[Page], limits: Limits, by: Looking) -> list[Page]:
    """Read the other pages again with a doubt in their digits, where those of one page are not what they say."""
    lying = {page.number for page in pages for line in page.lines for told in line.told if told.code == DIGITS_LIE}
    if not lying or by.digits_doubted:
        return pages
    doubting = dataclasses.replace(by, digits_doubted=True)
    return [
        page
        if page.number in lying or page.state is not PageState.TEXT or page.engine is not None
        else _read_page(document, page.number, limits, None, doubting).page
        for page in pages
    ]


def _why_its_picture(page: Page) -> Problem | None:
    """Tell of a page with a layer of text that its picture was read instead, and what stands typed on it."""
    if page.margins:
        return Problem("typed-apart", page.number, {"text": wording(" / ".join(line.text for line in page.margins))})
    return Problem("layer-not-believed", page.number) if page.reason == "layer-not-believed" else None


def _hidden_throughout(page: Page) -> Problem | None:
    """Tell of text that nobody sees on a page without a line that could tell it."""
    if page.lines or not page.hidden:
        return None
    return Problem("hidden-text", page.number, {"text": wording(" / ".join(line.text for line in page.hidden))})


def is_pictured(page: Any, number: int, limits: Limits) -> bool:
    """Say whether an open page is read from its picture, having no text or none that can be used."""
    try:
        return _read_open_page(page, number, limits, None)[0].state is PageState.NEEDS_OCR
    except (_OverLimit, ValueError):
        return False


def turn_read(page: Any, number: int, limits: Limits) -> int:
    """Return by how many right angles clockwise an open page is turned before its text is read, and places told."""
    with TextPage(page) as layer:
        if layer.count > limits.page_chars or not _has_turned_type(layer):
            return 0
        text = layer.text()
        turn = main_turn(layer.glyphs(text)) if words_of(layer, text) is None else 0
    return 0 if turn and is_pictured(page, number, limits) else turn


def _has_turned_type(layer: TextPage) -> bool:
    """Say whether any of some characters spread over a page is turned: where most are, one of so many is."""
    return any(layer.type_of(index)[1] for index in range(0, layer.count, max(layer.count // _LOOKED_AT, 1)))


_LOOKED_AT = 40  # characters


class _OverLimit(Exception):
    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


def _unread(number: int) -> Page:
    return Page(number, (), PageState.NEEDS_OCR, "page-failed")


def _read_open_page(
    page: Any,
    number: int,
    limits: Limits,
    values_start: float | None,
    form: Any = None,
    by: Looking = _USUAL,
) -> tuple[Page, float | None]:
    with TextPage(page) as layer:
        if layer.count > limits.page_chars:
            raise _OverLimit(layer.count)
        text = layer.text()
        width, height = layer.width, layer.height
        objects = drawn_objects(page, limits.page_objects)
        pictures = picture_area(objects) / max(width * height, 1.0)
        if not text.strip():
            picture = pictures > _LEAST_PICTURE or has_outlines(objects)
            if picture:
                return Page(number, (), PageState.NEEDS_OCR, "picture", width, height), None
            if not is_written_on(page):
                return Page(number, (), PageState.BLANK, None, width, height), None
        drawn = shapes(page, objects)
        over_picture = pictures > _MOST_OF_PAGE
        seen = look(page, form, layer, text, number, objects, drawn, limits, over_picture, by)
        if seen.is_picture:
            return Page(number, (), PageState.NEEDS_OCR, "layer-not-believed", width, height, tuple(seen.typed)), None
        text = seen.text
        if seen.strikes:
            drawn = [shape for shape in drawn if shape not in seen.strikes]
        words = words_of(layer, text)
        aside: list[Line] = []
        if words is not None:
            glyphs = words + seen.written
        else:
            glyphs = layer.glyphs(text)
            if turn := main_turn(glyphs):
                layer.turn(turn)
                width, height = layer.width, layer.height
                glyphs, drawn = layer.glyphs(text), shapes(page, objects, layer.quarter_turns)
            glyphs, turned = apart(glyphs)
            glyphs += seen.written
            aside = turned_lines(turned, number)
        cut = cut_between(glyphs, drawn, forms_on(layer, objects), width, height)
        glyphs = with_ticks(glyphs, drawn)
        lines, arranged = lines_of_sheet(
            glyphs, _rows_of_glyphs if words is None else rows_of_words, drawn, cut, number, values_start
        )
        aside += lines_from(arranged.aside, number)
    if any(LETTER_AS_MARK in line.repairs and "\ufffd" in line.text for line in lines):
        fault: str | None = "ill-formed"
    else:
        fault = fault_of([line.text for line in lines], text, over_picture)
    if fault is None and over_picture and _has_little_text(lines):
        fault = "picture"
    if fault is not None:
        return Page(number, (), PageState.NEEDS_OCR, fault, width, height), None
    read = Page(
        *(number, tuple(told_on_lines(lines, seen.told)), PageState.TEXT, None, width, height, tuple(aside)),
        tables=arranged.tables,
        hidden=tuple(seen.hidden),
    )
    return read, arranged.values_start


def _rows_of_glyphs(glyphs: list[Glyph]) -> list[Row]:
    return join_raised(rows_of(glyphs))


# A page without text is blank if it shows no more than rules, a frame, or a speck.
_LEAST_PICTURE = 0.005  # share of the page
# A scan under which somebody typed a page number or a stamp is still a scan.
_FEW_CHARACTERS = 60
_MOST_OF_PAGE = 0.6


def _has_little_text(lines: list[Line]) -> bool:
    return sum(len(line.text) for line in lines) <= _FEW_CHARACTERS

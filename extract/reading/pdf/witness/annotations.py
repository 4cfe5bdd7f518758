"""What lies on a page without being part of it: values of form fields, typed notes, comments, stamps, strokes.

All of it comes from the document's own dictionaries. What a viewer does not show (hidden, no view) is passed over.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from extract.page.line_text import clean
from extract.page.symbols import EMPTY, TICKED
from extract.page.told import note_here, part_not_read, wording
from extract.reading.pdf.layer import TextPage
from raingan.model.records import Box, Problem

_MOST = 2_000  # annotations of one page; forms have some hundreds of fields
_LONGEST = 20_000  # characters of one value

_TEXT, _FREE_TEXT, _LINE, _SQUARE, _POLYLINE = 1, 3, 4, 5, 8  # PDFium's numbers of subtypes
_HIGHLIGHT, _UNDERLINE, _SQUIGGLY, _STRIKEOUT, _STAMP, _CARET, _INK, _FILE, _WIDGET = 9, 10, 11, 12, 13, 14, 15, 17, 20
_REDACT = 28
_UNSEEN = 0x01 | 0x02 | 0x20  # flags: invisible, hidden, no view
_CHECK_BOX, _RADIO, _COMBO, _LIST, _TEXT_FIELD = 2, 3, 4, 5, 6  # PDFium's numbers of fields
_PASSWORD = 1 << 13  # flag of a text field
_COVERING = frozenset((_FREE_TEXT, _SQUARE, 6, 7, _STAMP, _INK, _WIDGET, _REDACT))
_COMMENTED = frozenset((_TEXT, _HIGHLIGHT, _UNDERLINE, _SQUIGGLY, _STAMP, _CARET, _SQUARE, 6, 7))


@dataclass(frozen=True, slots=True)
class Written:
    """A text that somebody wrote into a field or typed on the page."""

    text: str
    box: Box
    is_tick: bool = False


@dataclass(slots=True)
class Annotations:
    """What lies on one page; boxes are in points from the top left of the page as shown."""

    written: list[Written] = field(default_factory=list)
    told: list[tuple[Problem, Box]] = field(default_factory=list)
    covering: list[Box] = field(default_factory=list)  # what may hide print
    struck: list[Box] = field(default_factory=list)  # what is struck out by an annotation
    strokes: list[Box] = field(default_factory=list)  # lines of a pen


def annotations_of(page: Any, form: Any, layer: TextPage) -> Annotations | None:
    """Return what lies on a page, None where that is nothing."""
    import pypdfium2.raw as pdfium

    count = pdfium.FPDFPage_GetAnnotCount(page)
    if count <= 0:
        return None
    found = Annotations()
    for at in range(min(count, _MOST)):
        annotation = pdfium.FPDFPage_GetAnnot(page, at)
        if not annotation:
            continue
        try:
            if not pdfium.FPDFAnnot_GetFlags(annotation) & _UNSEEN:
                _look_at(annotation, form, layer, found)
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)
    return found


def is_written_on(page: Any) -> bool:
    """Tell whether a page has fields or notes, which may say something where the page itself is blank."""
    import pypdfium2.raw as pdfium

    return bool(pdfium.FPDFPage_GetAnnotCount(page) > 0)


def _look_at(annotation: Any, form: Any, layer: TextPage, found: Annotations) -> None:
    import pypdfium2.raw as pdfium

    kind = pdfium.FPDFAnnot_GetSubtype(annotation)
    edges = pdfium.FS_RECTF()
    if not pdfium.FPDFAnnot_GetRect(annotation, edges):
        return
    box = _shown(layer, edges.left, edges.top, edges.right, edges.bottom)
    if kind in _COVERING:
        found.covering.append(box)
    contents = _string(annotation, b"Contents")
    if kind == _WIDGET:
        if form:
            found.written += _field(annotation, form, box)
    elif kind == _FREE_TEXT:
        if contents.strip():
            found.written.append(Written(contents, box))
            found.told.append((Problem("typed-note", values={"text": wording(contents)}), box))
    elif kind == _STRIKEOUT:
        found.struck += list(_quads(annotation, layer)) or [box]
        if contents.strip():
            found.told.append((note_here(contents), box))
    elif kind in (_LINE, _POLYLINE, _INK):
        found.strokes.append(box)
    elif kind == _FILE:
        found.told.append((part_not_read("an-embedded-file"), box))
    elif kind in _COMMENTED:
        text = contents or (_string(annotation, b"Name") if kind == _STAMP else "")
        if text.strip() or kind == _STAMP:
            found.told.append((note_here(text or "?"), box))


def _field(annotation: Any, form: Any, box: Box) -> Iterator[Written]:
    """Return the value of a form's field."""
    import pypdfium2.raw as pdfium

    kind = pdfium.FPDFAnnot_GetFormFieldType(form, annotation)
    if kind in (_CHECK_BOX, _RADIO):
        yield Written(TICKED if pdfium.FPDFAnnot_IsChecked(form, annotation) else EMPTY, box, is_tick=True)
    elif kind in (_COMBO, _LIST):
        chosen = list(_chosen(annotation, form)) or [_value(annotation, form)]
        if text := ", ".join(filter(None, chosen)):
            yield Written(text, box)
    elif kind == _TEXT_FIELD and not pdfium.FPDFAnnot_GetFormFieldFlags(form, annotation) & _PASSWORD:
        text = _value(annotation, form)
        yield from [Written(text, box)] if text else []


def _chosen(annotation: Any, form: Any) -> Iterator[str]:
    """Labels of the options that are chosen: the value itself may be a code that nobody sees."""
    import pypdfium2.raw as pdfium

    for at in range(min(pdfium.FPDFAnnot_GetOptionCount(form, annotation), _MOST)):
        if pdfium.FPDFAnnot_IsOptionSelected(form, annotation, at):
            yield _asked(
                lambda buffer, size, at=at: pdfium.FPDFAnnot_GetOptionLabel(form, annotation, at, buffer, size)
            )


def _value(annotation: Any, form: Any) -> str:
    import pypdfium2.raw as pdfium

    return _asked(lambda buffer, size: pdfium.FPDFAnnot_GetFormFieldValue(form, annotation, buffer, size))


def _string(annotation: Any, key: bytes) -> str:
    import pypdfium2.raw as pdfium

    return _asked(lambda buffer, size: pdfium.FPDFAnnot_GetStringValue(annotation, key, buffer, size))


def _asked(ask: Any) -> str:
    """Ask PDFium for a text: first for its length in bytes, the closing zero included."""
    size = min(ask(None, 0), 2 * _LONGEST)
    if size <= 2:
        return ""
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    ask(buffer, size)
    read = bytes(buffer)[: size - 2].decode("utf-16-le", "replace")
    return "\n".join(clean(line).strip() for line in read.replace("\r\n", "\n").replace("\r", "\n").split("\n")).strip()


def _quads(annotation: Any, layer: TextPage) -> Iterator[Box]:
    """Return the boxes of the pieces of text that an annotation marks."""
    import pypdfium2.raw as pdfium

    points = pdfium.FS_QUADPOINTSF()
    for at in range(min(pdfium.FPDFAnnot_CountAttachmentPoints(annotation), _MOST)):
        if pdfium.FPDFAnnot_GetAttachmentPoints(annotation, at, points):
            xs = (points.x1, points.x2, points.x3, points.x4)
            ys = (points.y1, points.y2, points.y3, points.y4)
            yield _shown(layer, min(xs), max(ys), max(xs), min(ys))


def _shown(layer: TextPage, left: float, top: float, right: float, bottom: float) -> Box:
    if layer.to_page is None:
        return left, layer.height - top, right, layer.height - bottom
    (ax, ay), (bx, by) = layer.to_page(left, top), layer.to_page(right, bottom)
    return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)

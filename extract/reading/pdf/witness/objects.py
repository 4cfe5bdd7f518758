"""The objects of a page in the order in which they are painted, and which text object a character belongs to."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

from extract.reading.pdf.calls import calls
from extract.reading.pdf.coordinates import Matrix, combined
from extract.reading.pdf.layer import Drawn, TextPage, corners_of
from raingan.model.records import Box

_DEEPEST_FORM = 4


@dataclass(frozen=True, slots=True)
class Painted:
    """One object of a page, those inside form objects too."""

    item: Any
    kind: int  # PDFium's number
    order: int  # of painting
    outer: Matrix | None  # of the form object around it


def painted_objects(page: Any, limit: int) -> list[Painted]:
    """Return the objects of a page in painting order; at most `limit` are looked at."""
    found: list[Painted] = []
    _walk(page, True, None, 0, limit, found)
    return found


def _walk(holder: Any, is_page: bool, outer: Matrix | None, depth: int, limit: int, found: list[Painted]) -> None:
    import pypdfium2.raw as pdfium

    count = (pdfium.FPDFPage_CountObjects if is_page else pdfium.FPDFFormObj_CountObjects)(holder)
    get = calls().object_of_page if is_page else calls().object_of_form
    address = ctypes.cast(holder, ctypes.c_void_p)
    addresses = list(map(get, repeat(address), range(min(max(count, 0), limit - len(found)))))
    for at, kind in zip(addresses, map(calls().kind, addresses), strict=True):
        if len(found) >= limit:
            return
        item = ctypes.cast(at, pdfium.FPDF_PAGEOBJECT)
        if kind != pdfium.FPDF_PAGEOBJ_FORM:
            found.append(Painted(item, kind, len(found), outer))
        elif depth < _DEEPEST_FORM:
            matrix = pdfium.FS_MATRIX()
            inner = outer
            if pdfium.FPDFPageObj_GetMatrix(item, matrix):
                inner = combined((matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f), outer)
            _walk(item, False, inner, depth + 1, limit, found)


def address_of(item: Any) -> int:
    """Return what tells one object from another."""
    return ctypes.cast(item, ctypes.c_void_p).value or 0


def text_objects_of(layer: TextPage, indices: Iterable[int]) -> list[int]:
    """Return the addresses of the text objects that draw some characters; 0 where there is none."""
    import pypdfium2.raw as pdfium

    return [address_of(pdfium.FPDFText_GetTextObject(layer.handle, index)) for index in indices]


def fonts_of(layer: TextPage, indices: Iterable[int]) -> list[int]:
    """Return what tells apart the fonts in which some characters are set; 0 where PDFium names none."""
    import pypdfium2.raw as pdfium

    found = []
    for index in indices:
        item = pdfium.FPDFText_GetTextObject(layer.handle, index)
        found.append(address_of(pdfium.FPDFTextObj_GetFont(item)) if item else 0)
    return found


def forms_on(layer: TextPage, drawn: Sequence[Drawn]) -> list[Box]:
    """Return the boxes of the form objects that stand on a page themselves."""
    import pypdfium2.raw as pdfium

    own = [(item, outer) for item, kind, outer in drawn if kind == pdfium.FPDF_PAGEOBJ_FORM and outer is None]
    return _boxes(layer, own) if own else []


def boxes_of(layer: TextPage, painted: Sequence[Painted]) -> list[Box]:
    """Return the boxes of objects in points from the top left of the page as shown; an empty one where it has none."""
    return _boxes(layer, [(one.item, one.outer) for one in painted])


def _boxes(layer: TextPage, items: Sequence[tuple[Any, Matrix | None]]) -> list[Box]:
    found = []
    for item, outer in items:
        corners = corners_of(item, outer)
        if corners is None:
            found.append((0.0, 0.0, 0.0, 0.0))
            continue
        (ax, ay), (bx, by) = [
            layer.to_page(x, y) if layer.to_page is not None else (x, layer.height - y) for x, y in corners
        ]
        found.append((min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)))
    return found


def moved_characters(layer: TextPage, text: str, painted: Sequence[Painted]) -> dict[int, Matrix]:
    """Find characters that PDFium places without the matrix of the form object around them, and that matrix.

    It does so where a text says beside its glyphs what it means (ActualText); every such character has the pen of its
    whole object for origin.
    """
    import pypdfium2.raw as pdfium

    pens: dict[int, tuple[tuple[float, float], Matrix]] = {}
    for one in painted:
        own = pdfium.FS_MATRIX()
        if one.kind != pdfium.FPDF_PAGEOBJ_TEXT or one.outer is None or _is_still(one.outer):
            continue
        if pdfium.FPDFPageObj_GetMatrix(one.item, own):
            pens[address_of(one.item)] = ((own.e, own.f), one.outer)
    moved: dict[int, Matrix] = {}
    if pens:
        for index, owner in enumerate(text_objects_of(layer, range(len(text)))):
            if owner in pens:
                pen, matrix = pens[owner]
                x, y = layer.origin(index)
                if abs(x - pen[0]) < _STILL and abs(y - pen[1]) < _STILL:
                    moved[index] = matrix
    return moved


_STILL = 0.01  # points


def _is_still(matrix: Matrix) -> bool:
    return max(abs(value - still) for value, still in zip(matrix, (1, 0, 0, 1, 0, 0), strict=True)) < _STILL

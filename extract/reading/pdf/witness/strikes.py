"""Text that a line goes through does not count: which letters of a page are struck out."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from extract.page.glyphs import Shape
from extract.reading.pdf.coordinates import applied, combined
from extract.reading.pdf.layer import Drawn, TextPage
from extract.reading.pdf.witness.audit import is_base
from extract.reading.pdf.witness.letters import Letters
from raingan.model.records import Box

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]
    Indices = NDArray[np.int64]

Stroke = tuple[float, float, float, float]
"""Left end and right end: x, y, x, y in points from the top left of the page as shown."""

_THICKEST = 0.4  # of a letter's height; a bar that is thicker hides what is under it
_LOWEST, _HIGHEST = 0.2, 0.85  # of a letter's height, over the baseline: lines under text are lower
_BEYOND = 1.3  # letter heights by which a line may reach beyond what it strikes; a rule of a table goes on
_SLANT = 0.8  # points by which a slanted stroke rises and goes on
_ENDS = 2  # points of a straight stroke
_MOST_PATHS = 400  # of a page whose strokes are looked at: a chart, a map have more
_STEEPEST = 1.8  # letter heights that a stroke through one row rises
_MOST_CROSSED = 0.6  # share of the letters between its ends
_LEAST_OF_LETTER = 0.6  # of a letter's width that has to be struck


def struck_letters(letters: Letters, shapes: Sequence[Shape], annotated: Sequence[Box]) -> tuple[Flags, list[Shape]]:
    """Mark letters through which a line goes, by a shape or an annotation; return also the shapes that do it."""
    struck = np.zeros(len(letters), bool)
    used: list[Shape] = []
    level = [shape for shape in shapes if shape.width > 2 * shape.height]
    if not (level or annotated) or not len(letters):
        return struck, used
    base = np.flatnonzero(is_base(letters))
    if not len(base):
        return struck, used
    tallest = float((letters.bottom - letters.top)[base].max())
    lines = [shape for shape in level if shape.height <= _THICKEST * tallest]
    for line in _joined(lines):
        own = _struck_by(letters, base, line)
        if own is not None:
            struck[own] = True
            used += [shape for shape in lines if _within(shape, line)]
    for x0, top, x1, bottom in annotated:
        middle = (letters.x0 + letters.x1) / 2
        centre = (letters.top + letters.bottom) / 2
        height = (bottom - top) / 2
        struck |= (x0 < middle) & (middle < x1) & (top - 0.2 * height < centre) & (centre < bottom + 0.2 * height)
    return struck, used


def slanted_strokes(layer: TextPage, drawn: Sequence[Drawn]) -> list[Stroke]:
    """Return the straight strokes of a page that are neither level nor upright, as points of the page as shown."""
    import pypdfium2.raw as pdfium

    paths = [(item, outer) for item, kind, outer in drawn if kind == pdfium.FPDF_PAGEOBJ_PATH]
    found: list[Stroke] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    own = pdfium.FS_MATRIX()
    for item, outer in paths if len(paths) <= _MOST_PATHS else []:
        if pdfium.FPDFPath_CountSegments(item) != _ENDS:
            continue
        matrix = outer
        if pdfium.FPDFPageObj_GetMatrix(item, own):
            matrix = combined((own.a, own.b, own.c, own.d, own.e, own.f), outer)
        ends = []
        for at in range(_ENDS):
            pdfium.FPDFPathSegment_GetPoint(pdfium.FPDFPath_GetPathSegment(item, at), x, y)
            place = (x.value, y.value) if matrix is None else applied(matrix, x.value, y.value)
            ends.append(layer.to_page(*place) if layer.to_page is not None else (place[0], layer.height - place[1]))
        (ax, ay), (bx, by) = sorted(ends)
        if bx - ax > _SLANT and abs(by - ay) > _SLANT:
            found.append((ax, ay, bx, by))
    return found


def crossed_out(letters: Letters, strokes: Sequence[Stroke]) -> Flags:
    """Mark the letters of a row that a slanted stroke goes through from one end to the other."""
    crossed = np.zeros(len(letters), bool)
    base = np.flatnonzero(is_base(letters))
    for x0, y0, x1, y1 in strokes if len(base) else []:
        middle = (letters.x0[base] + letters.x1[base]) / 2
        level = y0 + (y1 - y0) * (middle - x0) / (x1 - x0)
        under = (middle > x0) & (middle < x1)
        hit = base[under & (letters.top[base] < level) & (level < letters.y[base])]
        if not len(hit):
            continue
        height = float(np.median(letters.y[hit] - letters.top[hit]))
        row = base[under & (np.abs(letters.y[base] - np.median(letters.y[hit])) < height / 2)]
        ends = (float(letters.x0[row].min()) - x0, x1 - float(letters.x1[row].max()))
        if abs(y1 - y0) <= _STEEPEST * height and len(hit) >= _MOST_CROSSED * len(row) and max(ends) < _BEYOND * height:
            crossed[row] = True
    return crossed


def _joined(lines: Sequence[Shape]) -> list[Box]:
    """Join lines that go on where another ends: producers draw one for each word, or each letter."""
    joined: list[list[float]] = []
    for line in sorted(lines, key=lambda line: (round(line.top, 1), line.x0)):
        last = joined[-1] if joined else None
        if last is not None and abs(line.top - last[1]) < 0.5 and line.x0 - last[2] < 2.0 and line.x1 > last[2]:
            last[2], last[3] = line.x1, max(last[3], line.bottom)
        else:
            joined.append([line.x0, line.top, line.x1, line.bottom])
    return [(x0, top, x1, bottom) for x0, top, x1, bottom in joined]


def _within(line: Shape, level: Box) -> bool:
    return level[0] <= line.x0 and line.x1 <= level[2] and abs(line.top - level[1]) < 0.6


def _struck_by(letters: Letters, base: Indices, level: Box) -> Indices | None:
    """Return the letters that a level line strikes, None where it is a rule."""
    x0, top, x1, bottom = level
    y = (top + bottom) / 2
    height = letters.y[base] - letters.top[base]
    over = letters.y[base] - y
    shared = np.minimum(letters.x1[base], x1) - np.maximum(letters.x0[base], x0)
    through = (
        (over > _LOWEST * height)
        & (over < _HIGHEST * height)
        & (bottom - top <= _THICKEST * height)
        & (shared > _LEAST_OF_LETTER * (letters.x1[base] - letters.x0[base]))
    )
    hit = base[through]
    if not len(hit):
        return None
    reach = _BEYOND * float(np.median(letters.bottom[hit] - letters.top[hit]))
    if letters.x0[hit].min() - x0 > reach or x1 - letters.x1[hit].max() > reach:
        return None
    # Marks and points between the struck letters go with them.
    line = np.abs(letters.y - np.median(letters.y[hit])) < 0.5 * reach
    middle = (letters.x0 + letters.x1) / 2
    inside = line & (middle > x0 - 0.5) & (middle < x1 + 0.5)
    inside[hit] = True
    return np.flatnonzero(inside)

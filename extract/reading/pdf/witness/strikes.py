"""Text that a line goes through does not count: which letters of a page are struck out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from extract.page.glyphs import Shape
from extract.reading.pdf.witness.audit import is_base
from extract.reading.pdf.witness.letters import Letters
from raingan.model.records import Box

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]
    Indices = NDArray[np.int64]

_THICKEST = 0.4  # of a letter's height; a bar that is thicker hides what is under it
_LOWEST, _HIGHEST = 0.2, 0.85  # of a letter's height, over the baseline: lines under text are lower
_BEYOND = 1.3  # letter heights by which a line may reach beyond what it strikes; a rule of a table goes on
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

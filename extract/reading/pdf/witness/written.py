"""Stands what was typed into fields and notes on the lines of the page, as words among its words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from extract.page.glyphs import Glyph
from extract.reading.pdf.layer import TextPage
from extract.reading.pdf.witness.annotations import Written
from extract.reading.pdf.witness.audit import is_base
from extract.thai.letters import MARK_CLASS

if TYPE_CHECKING:
    from extract.reading.pdf.witness.letters import Letters

_LETTER = 0.5  # of the type size: how wide a letter is taken to be, where only order counts
_SPACE = 0.35
_SMALLEST, _LARGEST = 6.0, 16.0  # points of type in a field without print beside it
_BASELINE = 0.25  # of a line's height, over its lower edge
_LEADING = 1.25


def words_written(written: Sequence[Written], layer: TextPage, letters: Letters) -> list[Glyph]:
    """Return glyphs for what was written: one for each word, on the baseline of the print beside it."""
    words: list[Glyph] = []
    base = is_base(letters)
    for one in written:
        x0, top, x1, bottom = one.box
        if x1 <= x0 or bottom <= top or _stands_there(one, letters):
            continue
        rows = one.text.split("\n")
        height = (bottom - top) / len(rows)
        for number, row in enumerate(rows):
            upper = top + number * height
            y, size = _line_beside(layer, letters, base, (x0, upper, x1, upper + height))
            if one.is_tick:
                words.append(_glyph(row, x0, x1, top, bottom, y, size, len(words), layer))
            else:
                words += _words(row, x0, x1, y, size, len(words), layer)
    return words


def _line_beside(
    layer: TextPage, letters: Letters, base: np.ndarray[tuple[int], np.dtype[np.bool_]], box: tuple[float, ...]
) -> tuple[float, float]:
    """Return baseline and type size of the print nearest to a place at its height; else what fits into the place."""
    x0, top, x1, bottom = box
    # Print of the row reaches into the place by most of its own height.
    shared = np.minimum(letters.bottom, bottom) - np.maximum(letters.top, top)
    level = np.flatnonzero(base & (shared > 0.5 * np.minimum(letters.bottom - letters.top, bottom - top)))
    if len(level):
        away = np.maximum(np.maximum(x0 - letters.x1[level], letters.x0[level] - x1), 0.0)
        nearest = int(level[int(away.argmin())])
        return float(letters.y[nearest]), layer.type_of(int(letters.at[nearest]))[0]
    height = bottom - top
    return bottom - _BASELINE * height, min(max(height / _LEADING, _SMALLEST), _LARGEST)


def _words(row: str, x0: float, x1: float, y: float, size: float, count: int, layer: TextPage) -> Iterator[Glyph]:
    parts = row.split()
    wide = [_LETTER * size * sum(not MARK_CLASS.match(character) for character in part) for part in parts]
    needed = sum(wide) + _SPACE * size * max(len(parts) - 1, 0)
    squeeze = min(1.0, (x1 - x0) / needed) if needed else 1.0
    x = x0
    for at, (part, width) in enumerate(zip(parts, wide, strict=True)):
        end = x + width * squeeze
        yield _glyph(part, x, end, y - 0.7 * size, y, y, size, count + at, layer)
        x = end + _SPACE * size


def _glyph(
    text: str, x0: float, x1: float, top: float, bottom: float, y: float, size: float, count: int, layer: TextPage
) -> Glyph:
    index = layer.count + 10 * (count + 1)  # behind all print, and next to nothing
    return Glyph(text, x0, y, x0, top, x1, bottom, size, index, index, text)


def _stands_there(one: Written, letters: Letters) -> bool:
    """Tell whether the page itself prints the same in that place: a form that was filled and printed flat."""
    x0, top, x1, bottom = one.box
    x, y = (letters.x0 + letters.x1) / 2, (letters.top + letters.bottom) / 2
    inside = np.flatnonzero((x0 < x) & (x < x1) & (top < y) & (y < bottom))
    printed = "".join(map(chr, letters.code[inside].tolist()))
    return bool(printed) and printed == "".join(one.text.split())

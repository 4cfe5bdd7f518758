"""The second witness: places of a page read from its picture by the recogniser of scans, where the layer fails.

Imported where there is something to read, and never for a sound page: the recogniser takes a second to load.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from extract.reading.pdf.witness.drawing import PageDrawing
from extract.reading.pdf.witness.letters import Letters
from extract.reading.scan.engines import EngineMaker, read_page
from extract.reading.scan.handover import LineCut, Picture
from raingan.model.records import Box, PageState

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Indices = NDArray[np.int64]

_DPI = 300.0  # of a line; letters of 12 points are 28 pixels high
_PART_DPI = 200.0  # of a picture in the page
_ABOVE, _BELOW = 1.1, 0.7  # heights of a letter over and under it that a line's marks take
_AROUND = 6.0  # points of paper left and right of a line
_LOW = (
    0x01,
    0x02,
    0x04,
    0x07,
    0x08,
    0x0A,
    *range(0x14, 0x1B),
    0x1C,
    0x1E,
    0x21,
    0x22,
    0x23,
    0x25,
    0x27,
    0x2A,
    0x2B,
    0x2D,
)
"""Consonants without ascender, from U+0E00 on: as high as what the recogniser calls the body of a line."""
_BODY_OF_DIGIT = 0.85  # of a digit's height, where a line has no such consonant
_EDGE = 1.0  # points of paper left and right of a strip between words
_SURE_OF_EACH = 0.8  # confidence of each character of such a strip
_SURE = 0.9  # mean confidence of a line in a picture; drawings that are no text have less
_LEAST_READ = 2  # letters and digits of a line in a picture


@dataclass(frozen=True, slots=True)
class Spot:
    """One character as the recogniser reads it, and where it stands: points from the left."""

    text: str
    x0: float
    x1: float
    confidence: float


class Eye:
    """Reads places of one page."""

    def __init__(self, drawing: PageDrawing, engine: EngineMaker) -> None:
        self._drawing, self._engine = drawing, engine

    def read_line(self, letters: Letters, row: Indices) -> list[Spot]:
        """Read the line on which some letters stand."""
        low = row[np.isin(letters.code[row], [0x0E00 + letter for letter in _LOW])]
        y = float(np.median(letters.y[row]))
        heights = (
            letters.y[low] - letters.top[low] if len(low) else _BODY_OF_DIGIT * (letters.y[row] - letters.top[row])
        )
        body = max(float(np.median(heights)), 1.0)
        x0, x1 = float(letters.x0[row].min()) - _AROUND, float(letters.x1[row].max()) + _AROUND
        top = y - body * (1 + _ABOVE)
        pixels = self._drawing.draw_part((x0, top, x1, y + body * _BELOW), _DPI)
        scale = _DPI / 72
        height, width = pixels.shape
        baseline = (y - top) * scale
        cut = LineCut(pixels, 0.0, 0.0, baseline - body * scale, baseline, (0.0, 0.0, float(width), float(height)))
        reading = self._engine().read([cut])[0]
        return [
            Spot(glyph.text, x0 + glyph.x0 / scale, x0 + glyph.x1 / scale, glyph.confidence) for glyph in reading.glyphs
        ]

    def read_strip(self, box: Box) -> str:
        """Read one line by the place of letters that it covers; empty where it is no text."""
        x0, top, x1, bottom = box
        height = bottom - top
        around = (x0 - _EDGE, top - height, x1 + _EDGE, bottom + height)
        pixels = self._drawing.draw_part(around, _DPI)
        scale = _DPI / 72
        rows, columns = pixels.shape
        cut = LineCut(
            *(pixels, 0.0, 0.0, (2 - _BODY_OF_DIGIT) * height * scale, 2 * height * scale),
            (0.0, 0.0, float(columns), float(rows)),
        )
        glyphs = self._engine().read([cut])[0].glyphs
        read = [glyph for glyph in glyphs if glyph.text.strip()]
        if not read or min(glyph.confidence for glyph in read) < _SURE_OF_EACH:
            return ""
        return "".join(glyph.text for glyph in glyphs).strip()

    def read_part(self, box: Box, number: int) -> list[tuple[str, Box]]:
        """Read what a part of the page says; nothing where it is no text."""
        x0, top, x1, bottom = box
        picture = Picture(self._drawing.draw_part(box, _PART_DPI), _PART_DPI, x1 - x0, bottom - top)
        page = read_page(picture, number, self._engine)
        if page.state is not PageState.TEXT:
            return []
        found = []
        for line in page.lines:
            letters = sum(character.isalnum() for character in line.text)
            if (line.confidence or 0.0) >= _SURE and letters >= _LEAST_READ and line.place is not None:
                a, b, c, d = line.place
                found.append((line.text, (x0 + a, top + b, x0 + c, top + d)))
        return found


def said_at(spots: Sequence[Spot], x0: float, x1: float) -> Spot | None:
    """Return what stands between two edges: the character whose middle is nearest to theirs, and within them."""
    middle = (x0 + x1) / 2
    inside = [spot for spot in spots if spot.text.strip() and x0 - 1.0 <= (spot.x0 + spot.x1) / 2 <= x1 + 1.0]
    return min(inside, key=lambda spot: abs((spot.x0 + spot.x1) / 2 - middle), default=None)

"""How high a row must be for its wrapped texts.

Excel fits rows that bring no height when it opens a file, LibreOffice does not: texts would overlap. So rows bring
the height that an automatic fit would give, a little generously, and still count as automatic.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_LINE = 13.5  # points, of the default font with Thai marks above and below
_PADDING = 2.0
_TALLER = 1.12  # Noto Sans Thai, which stands in for Tahoma on Linux, has lines of 15 points
_LEAST, _MOST = 15.0, 409.0  # Excel's highest row
# Lines break between words, so their ends stay empty: for Thai about one character in twelve.
_FILLED = 0.92
# Thai vowels and marks that stand over or under another character take no room in the line.
_NO_WIDTH = re.compile("[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]+")


def capacity(width: float) -> int:
    """Return how many characters a line of a column holds."""
    return max(1, int(width * _FILLED))


def row_height(values: Sequence[object], capacities: Sequence[tuple[int, int]]) -> float | None:
    """Return the height in points, None for a row of one line; `capacities` are column index and characters a line."""
    most = 1
    for index, room in capacities:
        text = values[index]
        if isinstance(text, str) and (len(text) > room or "\n" in text):
            lines = line_count(text, room)
            if lines > most:
                most = lines
    return None if most == 1 else min(max(most * _LINE + _PADDING, _LEAST), _MOST)


def fixed_height(fitted: float | None, least: float) -> float:
    """Return the height of a row that no program will fit again: with room for a font of taller lines."""
    return round(min(max((fitted or _LEAST) * _TALLER, least), _MOST), 2)


def line_count(text: str, room: int) -> int:
    """Return how many lines a text takes where one holds `room` characters."""
    enough = int(_MOST / _LINE) + 1  # what lies beyond the highest row is not counted
    lines = 0
    for paragraph in text[: enough * room * 4].split("\n", enough):
        if len(paragraph) > room:
            lines += -(-len(_NO_WIDTH.sub("", paragraph)) // room) or 1
        else:
            lines += 1
    return lines

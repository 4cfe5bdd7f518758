"""Lines that hold print of two sizes: where the size changes, and the line cut there into one picture for each.

A line is scaled by its letters to what the recogniser knows. Small words behind a large figure are read as digits when
the figure gives the scale, and the figure loses its commas when the words do.
"""

from __future__ import annotations

import statistics
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from extract.reading.scan.cutting import cut_row
from extract.reading.scan.line_rows import Row, row_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extract.reading.scan.components import Components, Ints
    from extract.reading.scan.handover import Engine, LineCut, Pixels, Reading

_RATIO = 1.25  # of the heights of letters on both sides; digits of one size with Thai letters have up to 1.45
_LEAST = 4  # letters on each side
_GAP = 0.3  # body heights between the sizes
_BAND = 0.25  # body heights over and under the letters in which a letter's middle lies
_LETTER = 0.3  # body heights: lower parts are marks and points
_MOST = 200  # lines of a page that are looked at
_SURE = 0.992  # mean confidence of a line read well as a whole; of two sizes 0.68 to 0.99
_MOST_WRONG = 0.25  # of the letters are of the other side's size


def with_sizes(
    pixels: Pixels,
    parts: Components,
    owner: Ints,
    rows: list[Row],
    removed: Pixels,
    cuts: dict[int, LineCut],
    paper: int,
) -> dict[int, LineCut]:
    """Give each cut of a row of two sizes the cuts of its parts; rows and cuts have the same numbers."""
    for index in list(cuts)[:_MOST]:
        members = np.flatnonzero(owner == index)
        place = _change(parts, members, rows[index])
        if place is None:
            continue
        both = []
        for side in (parts.x0[members] < place, parts.x0[members] >= place):
            chosen = members[side]
            mine = np.where(owner == index, -1, owner)
            mine[chosen] = index
            high = parts.height[chosen] >= _LETTER * rows[index].body
            row = row_of(parts, chosen[high], float(np.median(parts.height[chosen[high]])))
            both.append(cut_row(pixels, parts, mine, index, row, chosen, removed, paper))
        cuts[index] = replace(cuts[index], parts=(both[0], both[1]))
    return cuts


def _change(parts: Components, members: Ints, row: Row) -> float | None:
    """Return where the size of the letters changes most, None where it does not."""
    middle = (parts.y0[members] + parts.y1[members]) / 2
    fits = (middle >= row.top - _BAND * row.body) & (middle <= row.bottom + _BAND * row.body)
    letters = members[fits & (parts.height[members] >= _LETTER * row.body)]
    letters = letters[np.argsort(parts.x0[letters], kind="stable")]
    if len(letters) < 2 * _LEAST:
        return None
    left, reached = parts.x0[letters], np.maximum.accumulate(parts.x1[letters])
    heights = parts.height[letters]
    best, place = _MOST_WRONG * len(letters), None
    for at in np.flatnonzero(left[1:] - reached[:-1] >= _GAP * row.body) + 1:
        if not _LEAST <= at <= len(letters) - _LEAST:
            continue
        before, behind = float(np.median(heights[:at])), float(np.median(heights[at:]))
        if max(before, behind) < _RATIO * min(before, behind):
            continue
        larger = heights > (before * behind) ** 0.5
        wrong = int(
            np.count_nonzero(larger[:at] != (before > behind)) + np.count_nonzero(larger[at:] == (before > behind))
        )
        if wrong <= best:
            best, place = wrong, float(left[at])
    return place


def at_own_sizes(
    cuts: Sequence[LineCut], readings: Sequence[Reading], engine: Engine
) -> tuple[list[LineCut], list[Reading]]:
    """Put the parts of a line in its place where both together read better than the whole."""
    chosen: list[tuple[LineCut, Reading]] = []
    for cut, reading in zip(cuts, readings, strict=True):
        whole = confidence_of(reading)
        doubted = cut.parts if whole < _SURE else ()
        pairs = list(zip(doubted, engine.read(doubted), strict=True))
        better = pairs and confidence_of(*(part for _, part in pairs)) > whole
        chosen += pairs if better else [(cut, reading)]
    return [cut for cut, _ in chosen], [reading for _, reading in chosen]


def confidence_of(*readings: Reading) -> float:
    """Mean confidence of what can be seen, 0.0 where nothing was read."""
    seen = [glyph.confidence for reading in readings for glyph in reading.glyphs if glyph.text.strip()]
    return statistics.fmean(seen) if seen else 0.0

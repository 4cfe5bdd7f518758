"""Tables without rules: a column of labels and a column of values, found by where their lines begin.

Saved web pages printed by an office program have such tables: no line is drawn, and a label stands in the middle of
its value's height, so that reading by height alone would put it between two lines of its value.
"""

from __future__ import annotations

import statistics
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from extract.page.rows import Base, Row

_GUTTER = 1.2  # type sizes of room between label and value at least
_SAME_START = 1.5  # points by which lines of one column may begin apart
_LEAST_PAIRS = 4  # labels with a value on their own baseline that make a table
_LEAST_LABEL = 3.0  # type sizes: narrower left pieces are list numbers
_SAME_BASELINE = 2.0  # points
_BLOCK_GAP = 1.2  # leading over the usual one that begins another row of the table; Chromium with little padding: 1.29

Cell = tuple[float, float, float, float]


@dataclass(slots=True)
class Segment:
    """Part of a row without a wide gap in it."""

    row: Row
    bases: list[Base]
    x0: float
    x1: float


def segments_of(row: Row, bases: list[Base]) -> list[Segment]:
    """Cut bases where there is more room than any space takes."""
    parts: list[list[Base]] = []
    last_x1: float | None = None
    for base in bases:
        if base.text.strip():
            if last_x1 is None or base.glyph.x0 - last_x1 > _GUTTER * row.size:
                parts.append([])
            last_x1 = base.glyph.x1
        if parts:
            parts[-1].append(base)
    return [_segment(row, part) for part in parts]


def _segment(row: Row, bases: list[Base]) -> Segment:
    inked = [base for base in bases if base.text.strip()]
    return Segment(row, bases, min(base.glyph.x0 for base in inked), max(base.glyph.x1 for base in inked))


def unruled_cells(
    rows: list[tuple[Row, list[Base]]], start_before: float | None
) -> tuple[list[tuple[Segment, Cell]], float | None]:
    """Return every segment of the label and value columns with its cell, and where the values begin (None: no table).

    `start_before` is where they began on the page before: a table that goes on may show too few pairs to be found
    anew. Rows that run across both columns are left out: they stand outside of the table.
    """
    cut = [segments_of(row, bases) for row, bases in rows]
    start = _value_start(cut)
    if start is None and start_before is not None and _goes_on(cut, start_before):
        start = start_before
    if start is None:
        return [], None
    found: list[tuple[Segment, Cell]] = []
    region: list[Segment] = []
    for segments in cut:
        if segments and all(_in_column(segment, start) for segment in segments):
            region.extend(segments)
        else:
            found += _cells_of(region, start)
            region = []
    return found + _cells_of(region, start), start


def _value_start(cut: list[list[Segment]]) -> float | None:
    """Where the values begin: the place at which the second segments of most rows start."""
    starts = Counter(round(segments[1].x0 / _SAME_START) for segments in cut if len(segments) == 2)
    if not starts:
        return None
    slot = max(starts, key=lambda key: (starts[key] + starts[key - 1] + starts[key + 1], -key))
    start = slot * _SAME_START
    pairs = [
        segments
        for segments in cut
        if len(segments) == 2 and abs(segments[1].x0 - start) <= 2 * _SAME_START and _in_column(segments[0], start)
    ]
    if len(pairs) < _LEAST_PAIRS:
        return None
    widths = [(label.x1 - label.x0) / max(label.row.size, 1.0) for label, _ in pairs]
    if statistics.median(widths) < _LEAST_LABEL:
        return None
    lefts = [label.x0 for label, _ in pairs]
    return start if max(lefts) - min(lefts) < 4 * _SAME_START else None


def _goes_on(cut: list[list[Segment]], start: float) -> bool:
    """Tell whether a page goes on with the columns of the page before: some lines begin where its values did."""
    return sum(any(abs(segment.x0 - start) <= 2 * _SAME_START for segment in row) for row in cut) >= 2


def _in_column(segment: Segment, start: float) -> bool:
    is_value = segment.x0 >= start - 2 * _SAME_START
    return is_value or segment.x1 <= start - 0.5 * segment.row.size


def _cells_of(region: list[Segment], start: float) -> list[tuple[Segment, Cell]]:
    """Group the values of a stretch of the table into rows, and give each label the row it stands beside."""
    values = [segment for segment in region if segment.x0 >= start - 2 * _SAME_START]
    labels = [segment for segment in region if segment.x0 < start - 2 * _SAME_START]
    if not values or not labels:
        return []
    blocks = _blocks(values, labels)
    left, right = min(label.x0 for label in labels), max(value.x1 for value in values)
    found: list[tuple[Segment, Cell]] = []
    bounds = []
    for block in blocks:
        top = block[0].row.y - block[0].row.size
        bottom = block[-1].row.y + 0.3 * block[-1].row.size
        bounds.append((round(top, 1), round(bottom, 1)))
        found += [(segment, (round(start, 1), *_ends(bounds[-1], right))) for segment in block]
    for label in labels:
        middle = label.row.y - 0.35 * label.row.size
        top, bottom = min(bounds, key=lambda ends: max(ends[0] - middle, middle - ends[1], 0.0))
        found.append((label, (round(left, 1), top, round(start, 1), bottom)))
    return found


def _ends(bounds: tuple[float, float], right: float) -> tuple[float, float, float]:
    return bounds[0], round(right, 1), bounds[1]


def _blocks(values: list[Segment], labels: list[Segment]) -> list[list[Segment]]:
    baselines = [label.row.y for label in labels]
    centred = any(all(abs(y - value.row.y) > _SAME_BASELINE for value in values) for y in baselines)
    gaps = [second.row.y - first.row.y for first, second in pairwise(values)]
    leading = min((gap for gap in gaps if gap > _SAME_BASELINE), default=0.0)
    blocks = [[values[0]]]
    for value, gap in zip(values[1:], gaps, strict=True):
        labelled = any(abs(y - value.row.y) <= _SAME_BASELINE for y in baselines)
        begins = gap > _BLOCK_GAP * leading if centred else labelled
        if begins and gap > _SAME_BASELINE:
            blocks.append([value])
        else:
            blocks[-1].append(value)
    return blocks

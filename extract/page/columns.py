"""Tables without rules: a column of labels and a column of values, found by where their lines begin.

Saved web pages printed by an office program have such tables: no line is drawn, and a label stands in the middle of
its value's height, so that reading by height alone would put it between two lines of its value.
"""

from __future__ import annotations

import re
import statistics
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from extract.page.rows import Base, Row

_GUTTER = 1.2  # type sizes of room between label and value at least
_SAME_START = 1.5  # points by which lines of one column may begin apart
_LEAST_PAIRS = 4  # labels with a value on their own baseline that make a table
_LEAST_LABEL = 3.0  # type sizes: narrower left pieces are list numbers
_SAME_BASELINE = 2.0  # points
_FULL = 0.8  # of the widest label: a line as wide as that may go on below
_PROSE_GUTTER, _PROSE_WIDTH = 3.0, 9.0  # type sizes: between columns of prose, and what their lines measure at least
_NEXT_LINE = 2.0  # type sizes to a line that may go on with the one above
_NUMBERED = re.compile(r"\d|\W|[\u0e01-\u0e2e][.)]")
_ENDS = (":", "=")  # of labels
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
    """Group the values of a stretch of the table into rows, and give each label the row it stands beside.

    A label that stands beside no value, a heading between rows, is left out.
    """
    values = [segment for segment in region if segment.x0 >= start - 2 * _SAME_START]
    labels = [segment for segment in region if segment.x0 < start - 2 * _SAME_START]
    if not values or not labels:
        return []
    pairs = _pairs(labels, values)
    if _is_prose(pairs, start):
        rows = [(values, labels)]
    elif _is_centred(pairs, labels, values):
        rows = _rows_around(pairs, labels, values)
    else:
        rows = _rows_begun_by(pairs, labels, values)
    left, right = round(min(label.x0 for label in labels), 1), round(max(value.x1 for value in values), 1)
    found: list[tuple[Segment, Cell]] = []
    for own_values, own_labels in rows:
        top, bottom = (round(end, 1) for end in _reach(own_values))
        found += [(value, (round(start, 1), top, right, bottom)) for value in own_values]
        found += [(label, (left, top, round(start, 1), bottom)) for label in own_labels]
    return found


_TableRow = tuple[list[Segment], list[Segment]]
"""The values of a row and its labels, each from the top."""


def _reach(values: list[Segment]) -> tuple[float, float]:
    return values[0].row.y - values[0].row.size, values[-1].row.y + 0.3 * values[-1].row.size


def _pairs(labels: list[Segment], values: list[Segment]) -> list[tuple[Segment, Segment]]:
    """Labels and the first value on the line of each."""
    heights = [value.row.y for value in values]
    pairs = []
    for label in labels:
        at = bisect_left(heights, label.row.y - _SAME_BASELINE)
        if at < len(values) and heights[at] <= label.row.y + _SAME_BASELINE:
            pairs.append((label, values[at]))
    return pairs


def _is_prose(pairs: list[tuple[Segment, Segment]], start: float) -> bool:
    """Tell two columns of prose: lines as wide as their column on both sides, and few that begin as a row would."""
    if not pairs:
        return False
    size = statistics.median(value.row.size for _, value in pairs)
    if start - max(label.x1 for label, _ in pairs) > _PROSE_GUTTER * size:
        return False
    for side in zip(*pairs, strict=True):
        widths = [segment.x1 - segment.x0 for segment in side]
        if statistics.median(widths) < max(_PROSE_WIDTH * size, _FULL * max(widths)):
            return False
    rows = sum(
        _text(label).endswith(_ENDS) or any(_NUMBERED.match(_text(segment)) for segment in (label, value))
        for label, value in pairs
    )
    return rows < len(pairs) / 2


def _text(segment: Segment) -> str:
    return "".join(base.text for base in segment.bases).strip()


def _is_centred(pairs: list[tuple[Segment, Segment]], labels: list[Segment], values: list[Segment]) -> bool:
    """Tell whether labels stand at the middle of their values' height, and not at its beginning."""
    paired = {id(label) for label, _ in pairs}
    heights = [value.row.y for value in values]
    for label in labels:
        at = bisect_left(heights, label.row.y - label.row.size)
        if id(label) not in paired and at < len(values) and heights[at] < label.row.y + label.row.size:
            return True
    own = {id(value) for _, value in pairs}
    return any(id(block[0]) not in own and sum(id(value) in own for value in block) == 1 for block in _apart(values))


def _apart(values: list[Segment]) -> list[list[Segment]]:
    """Part values where more room lies between two than between lines of one."""
    gaps = [second.row.y - first.row.y for first, second in pairwise(values)]
    leading = min((gap for gap in gaps if gap > _SAME_BASELINE), default=0.0)
    blocks = [[values[0]]]
    for value, gap in zip(values[1:], gaps, strict=True):
        if gap > max(_BLOCK_GAP * leading, _SAME_BASELINE):
            blocks.append([value])
        else:
            blocks[-1].append(value)
    return blocks


def _rows_around(pairs: list[tuple[Segment, Segment]], labels: list[Segment], values: list[Segment]) -> list[_TableRow]:
    """Part values by the room between them, several with a label on their own line too; labels go to the nearest."""
    own = {id(value) for _, value in pairs}
    rows: list[_TableRow] = []
    for block in _apart(values):
        begins = [value for value in block if id(value) in own]
        if len(begins) < 2:
            rows.append((block, []))
            continue
        middles = [(first.row.y + second.row.y) / 2 for first, second in pairwise(begins)]
        parts: list[_TableRow] = [([], []) for _ in begins]
        for value in block:
            parts[bisect_left(middles, value.row.y)][0].append(value)
        rows += parts
    ends = [_reach(block) for block, _ in rows]
    for label in labels:
        middle = label.row.y - 0.35 * label.row.size
        away = [max(top - middle, middle - bottom, 0.0) for top, bottom in ends]
        rows[away.index(min(away))][1].append(label)
    return rows


def _rows_begun_by(
    pairs: list[tuple[Segment, Segment]], labels: list[Segment], values: list[Segment]
) -> list[_TableRow]:
    """Begin a row with each value that has a label on its line.

    A label that fills its column may go on under itself; any other one without a value ends the row.
    """
    left = min(label.x0 for label in labels)
    full = left + _FULL * (max(label.x1 for label in labels) - left)
    own = {id(value): label for label, value in pairs}
    paired = {id(label) for label, _ in pairs}
    rows: list[_TableRow] = []
    last: Segment | None = None  # the last line of a label; None behind a heading
    ordered = [*((value.row.y, 0, value) for value in values), *((label.row.y, 1, label) for label in labels)]
    for _, is_label, segment in sorted(ordered, key=lambda item: item[:2]):
        if not is_label:
            if id(segment) in own:
                last = own[id(segment)]
                rows.append(([segment], [last]))
            elif last is None or not rows:
                rows.append(([segment], []))
            else:
                rows[-1][0].append(segment)
        elif id(segment) not in paired:
            if last is not None and _goes_on_below(last, segment, full):
                rows[-1][1].append(segment)
                last = segment
            else:
                last = None
    return rows


def _goes_on_below(last: Segment, segment: Segment, full: float) -> bool:
    """Tell whether a label was broken there because its column is full."""
    near = segment.row.y - last.row.y < _NEXT_LINE * last.row.size
    begins = _text(last).endswith(_ENDS) or _NUMBERED.match(_text(segment)) is not None
    return near and last.x1 >= full and not begins

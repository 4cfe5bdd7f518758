"""Small figures above and under the line: the exponent of a unit, the mark of a footnote.

They stand on baselines of their own. Left there they would be lines between the lines; put back without a sign they
would lengthen the figure before them: 20 with a footnote 1 is not 201.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from extract.page.rows import Base, Row
from extract.page.symbols import raised

_SMALLER = 0.87  # of the line's type; browsers set 0.83, office programs 0.58
_FARTHEST = 0.65  # type sizes between the baselines
_LEAST_SHIFT = 0.12
_REACH = 0.35  # type sizes of room between the figure and what it belongs to
_SPACE = 0.2  # type sizes of room that are a space
_MOST = 12  # characters; more of small type is a line
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def join_raised(rows: list[Row]) -> list[Row]:
    """Put small figures back behind the letters that they belong to; rows from top to bottom."""
    kept = []
    for at, row in enumerate(rows):
        line = _line_of(row, rows[max(at - 2, 0) : at + 3])
        if line is None:
            kept.append(row)
        else:
            line.bases.extend(row.bases)
            line.bases.sort(key=lambda base: (base.glyph.x, base.glyph.index))
    for row in kept:
        if any(base.glyph.size < _SMALLER * row.size for base in row.bases):
            _mark(row)
    return kept


def _line_of(row: Row, neighbours: list[Row]) -> Row | None:
    """The line that all of a row's small figures cling to."""
    if len(row.bases) > _MOST:
        return None
    for line in neighbours:
        if row.size < _SMALLER * line.size and abs(row.y - line.y) < _FARTHEST * line.size:
            small = [base for base in row.bases if base.text.strip()]
            if all(_clings(base, line, small) for base in small):
                return line
    return None


def _clings(base: Base, line: Row, others: list[Base]) -> bool:
    """Tell whether a figure stands right behind a letter of the line, or behind another small figure."""
    ends = (other.glyph.x1 for other in (*line.bases, *others) if other is not base and other.glyph.x < base.glyph.x)
    room = min((base.glyph.x0 - end for end in ends if base.glyph.x0 - end > -_REACH * line.size), default=None)
    return room is not None and room < _REACH * line.size


def _mark(row: Row) -> None:
    """Write raised and lowered figures as such, and give the row the baseline of its letters."""
    baselines = [base.glyph.y for base in row.bases if base.glyph.size >= _SMALLER * row.size]
    if not baselines:  # the letter that gave the row its size was left out: it repeated a smaller one
        return
    row.y = statistics.median(baselines)
    for first, end in _small_runs(row):
        before = row.bases[first - 1] if first else None
        after = row.bases[end] if end < len(row.bases) else None
        rooms = [
            right.glyph.x0 - left.glyph.x1
            for left, right in ((before, row.bases[first]), (row.bases[end - 1], after))
            if left is not None and right is not None
        ]
        if not any(room < _REACH * row.size for room in rooms):
            continue  # a note beside the line
        for base in row.bases[first:end]:
            _shift(row, before, base)
            before = base
        if after is not None and rooms[-1] > _SPACE * row.size and _is_shifted(row, row.bases[end - 1]):
            after.space_before = True


def _small_runs(row: Row) -> Iterator[tuple[int, int]]:
    """Yield (first, end) of small letters in a row that stand together."""
    first = None
    for at, base in enumerate([*row.bases, None]):
        small = base is not None and base.glyph.size < _SMALLER * row.size
        apart = first is not None and base is not None and at > first
        if apart and base is not None and base.glyph.x0 - row.bases[at - 1].glyph.x1 > _REACH * row.size:
            yield first or 0, at
            first = None
        if small and first is None:
            first = at
        elif not small and first is not None:
            yield first, at
            first = None


def _is_shifted(row: Row, base: Base) -> bool:
    return abs(row.y - base.glyph.y) > _LEAST_SHIFT * row.size


def _shift(row: Row, before: Base | None, base: Base) -> None:
    if not _is_shifted(row, base):
        return
    after_digit = before is not None and before.text[-1:].isdigit()
    if base.glyph.y < row.y:
        base.text = raised(base.text)
        base.space_before = after_digit and base.text.isdecimal()
    elif after_digit:
        base.text = base.text.translate(_LOWERED)

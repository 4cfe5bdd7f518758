"""Answers that were typed a little above or below the label they stand behind: one line to the eye."""

from __future__ import annotations

from collections.abc import Sequence

from extract.page.rows import Row

# Type sizes.
_FARTHEST = 0.6  # between the baselines of one line; lines of one text stand 1.0 and more apart
_AMBIGUOUS = 1.0  # another line as near as that on the other side may as well be the label's
_NEAR = 3.0  # of room between a label and its answer, where no sign says that one follows
_OVERLAP = 0.3  # by which they may reach into each other
_ENDS = (":", "=", ".", "\u2026", "_")  # of what an answer follows


def join_uneven(rows: Sequence[Row]) -> list[Row]:
    """Join rows that stand beside each other with baselines that differ by less than lines do; from the top."""
    ordered = sorted(rows, key=lambda row: row.y)
    gone: set[int] = set()
    for at, row in enumerate(ordered):
        if at in gone:
            continue
        for other in (at - 1, at + 1):
            if 0 <= other < len(ordered) and other not in gone and _answers(ordered, at, other):
                _take_in(row, ordered[other])
                gone.add(other)
    return [row for at, row in enumerate(ordered) if at not in gone]


def _answers(rows: Sequence[Row], at: int, other: int) -> bool:
    """Tell whether one row is the answer behind another one."""
    label, answer = rows[at], rows[other]
    size = min(label.size, answer.size)
    if abs(label.y - answer.y) > _FARTHEST * size or answer.x0 < label.x1 - _OVERLAP * size:
        return False
    if answer.x0 - label.x1 > _NEAR * size and not _text(label).endswith(_ENDS):
        return False
    # Beside a label in the middle of its value's height stands a line above and one below.
    opposite = 2 * at - other
    if not 0 <= opposite < len(rows) or abs(rows[opposite].y - label.y) > _AMBIGUOUS * size:
        return True
    return rows[opposite].x1 <= answer.x0


def _text(row: Row) -> str:
    return "".join(base.text for base in row.bases).strip()


def _take_in(row: Row, other: Row) -> None:
    """Put the letters of a row behind those of another one, on its baseline."""
    other.bases[0].space_before = not row.bases[-1].text.endswith(" ")
    row.bases += other.bases
    row.bases.sort(key=lambda base: (base.glyph.x, base.glyph.index))
    row.size = max(row.size, other.size)

"""Rows of letters: which parts of the ink are letters of one line, and between which heights its letters stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from extract.reading.scan.components import Bools, Components, Floats, Ints

WIDE_GAP = 2.0  # body heights: letters further apart stand in different columns; spaces between words reach 1.5
JOINED_GAP = 1.5  # body heights of white between ink, signs and marks counted, within one line
LEAST_BODY = 0.45  # of the page's body height: raised signs have 0.6
SPECK, SPECK_REACH = 0.3, 5.0  # body heights: what is smaller and further from any line is dirt, not a full stop
MOST_ROWS = 2_000
MOST_MERGED = 600  # a page of prose has 60, a dense table 300; more are a picture
FINE = 8.0  # cells of the drawing board in a body height
UPPER_SHARE = 0.36  # of the space between two lines belongs to the marks of the upper one
MOST_PAIRS = 8_000_000

Uprights = Sequence[tuple[float, float, float]]


@dataclass(slots=True)
class Row:
    """Letters of one line, in one column or cell; pixels of the page."""

    x0: float
    x1: float
    top: float  # of letters without marks
    bottom: float  # the baseline
    strength: float  # width of its letters together
    sure: bool  # enough letters to trust top and bottom

    @property
    def body(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def group(parts: Components, chosen: Ints, gap: Floats, rise: Floats, uprights: Uprights, body: float) -> list[Ints]:
    """Group parts that stand side by side: `gap` is half the white a part bridges, `rise` half the band it fills.

    No group reaches across an upright rule.
    """
    if not len(chosen):
        return []
    scale = FINE / body
    high, wide = (np.array(parts.labels.shape) * scale).astype(int) + 2
    board = np.zeros((int(high), int(wide)), np.uint8)
    middle = (parts.y0[chosen] + parts.y1[chosen]) / 2
    left = np.maximum(0, (parts.x0[chosen] - gap) * scale).astype(int).tolist()
    right = ((parts.x1[chosen] + gap) * scale).astype(int).tolist()
    top = np.maximum(0, (middle - rise) * scale).astype(int).tolist()
    bottom = ((middle + rise) * scale).astype(int).tolist()
    for x0, y0, x1, y1 in zip(left, top, right, bottom, strict=True):
        board[y0 : y1 + 1, x0 : x1 + 1] = 1
    for x, y0, y1 in uprights:
        column = int(x * scale)
        board[max(0, int((y0 - body / 2) * scale)) : int((y1 + body / 2) * scale) + 1, max(0, column) : column + 1] = 0
    _, labels = cv2.connectedComponents(board, connectivity=4)
    across = np.minimum(((parts.x0[chosen] + parts.x1[chosen]) / 2 * scale).astype(int), int(wide) - 1)
    down = np.minimum((middle * scale).astype(int), int(high) - 1)
    number = np.asarray(labels)[down, across]
    order = np.argsort(number, kind="stable")
    ends = np.flatnonzero(np.diff(number[order])) + 1
    return [np.asarray(piece, dtype=np.int64) for piece in np.split(chosen[order], ends)]


def find_rows(parts: Components, body: float, uprights: Uprights) -> list[Row]:
    """Find the rows of letters, small and large, from parts of about letter size."""
    high, wide = parts.height, parts.width
    live = parts.area > 0
    letters = np.flatnonzero(live & (high >= 0.55 * body) & (high <= 2.3 * body) & (wide <= 14 * body))
    size = np.clip(high[letters], body, 2 * body)
    groups = group(parts, letters, size * WIDE_GAP / 2, 0.2 * high[letters], uprights, body)
    rows = [row_of(parts, members, body) for members in groups]
    large = np.flatnonzero(live & (high > 2.3 * body) & (high <= 7 * body) & (wide <= 2.0 * high))
    size = high[large]
    for members in group(parts, large, size * 0.6, 0.2 * size, uprights, body):
        row = row_of(parts, members, body)
        level = np.abs(parts.y1[members] - row.bottom) < 0.2 * row.body
        if len(members) >= 3 and level.mean() > 0.6 and not _stands_over(row, rows):
            rows.append(row)
    rows = [row for row in rows if row.body >= LEAST_BODY * body]
    rows.sort(key=lambda row: (-row.strength, row.top, row.x0))
    return _settle(_without_marks(rows[:MOST_ROWS]), body)


def row_of(parts: Components, members: Ints, body: float) -> Row:
    """Measure a row: where most letters end below is the baseline, where most of those begin is the top."""
    tops, bottoms = parts.y0[members], parts.y1[members]
    width = parts.width[members]
    weight = np.minimum(width, 2 * body)
    if len(members) > 300:
        tops, bottoms, weight = tops[:300], bottoms[:300], weight[:300]
    # letters define the size, not the parts of marks: of two sizes the taller half counts
    tall = bottoms - tops >= 0.7 * float(np.median(bottoms - tops))
    tops, bottoms, weight = tops[tall], bottoms[tall], weight[tall]
    near = max(1.2, 0.07 * body)
    baseline, _ = _mode(bottoms, weight, near)
    on_line = np.abs(bottoms - baseline) <= 1.6 * near
    top, count = _mode(tops[on_line], weight[on_line], near, expected=baseline - body)
    span = parts.x0[members].min(), parts.x1[members].max()
    return Row(float(span[0]), float(span[1]), top, baseline, float(width.sum()), count >= 4)


def _mode(values: Floats, weight: Floats, near: float, expected: float | None = None) -> tuple[float, int]:
    """Find where most values lie, and how many do; a well-filled place as expected goes before a fuller one."""
    close = np.abs(values[:, None] - values[None, :]) <= near
    fill = (close * weight[None, :]).sum(axis=1)
    if expected is not None:
        usual = np.abs(values - expected) <= 1.3 * near
        fill = np.where(usual & (fill >= 0.35 * fill.max()), fill + fill.max(), fill)
    best = int(fill.argmax())
    members = close[best]
    return float(np.average(values[members], weights=weight[members])), int(members.sum())


def _stands_over(row: Row, rows: list[Row]) -> bool:
    """Tell whether a row of very tall parts is two lines run together."""
    inside = [
        other
        for other in rows
        if min(other.x1, row.x1) - max(other.x0, row.x0) > 0.3 * (row.x1 - row.x0)
        and row.top - 0.3 * row.body < other.middle < row.bottom + 0.2 * row.body
        and other.strength > 0.5 * row.strength
    ]
    return len(inside) > 1


def _without_marks(rows: list[Row]) -> list[Row]:
    """Leave out rows that are the marks over or under the letters of another one."""
    if len(rows) < 2:
        return rows
    x0, x1 = np.array([row.x0 for row in rows]), np.array([row.x1 for row in rows])
    middle, body = np.array([row.middle for row in rows]), np.array([row.body for row in rows])
    kept: list[int] = []
    for number, row in enumerate(rows):  # strongest first
        stronger = np.array(kept, dtype=np.int64)
        over = np.minimum(x1[stronger], row.x1) - np.maximum(x0[stronger], row.x0)
        beside = over >= 0.5 * (row.x1 - row.x0)
        reach = 1.35 * np.maximum(body[stronger], 0.8 * row.body)
        if not np.any(beside & (np.abs(middle[stronger] - row.middle) < reach)):
            kept.append(number)
    return [rows[number] for number in kept]


def _settle(rows: list[Row], body: float) -> list[Row]:
    """Give rows of few letters the size of their neighbours: a digit alone is taller than the letters are."""
    sure = [row for row in rows if row.sure]
    for row in rows:
        if row.sure or not sure:
            if not row.sure and 0.75 * body <= row.body <= 1.7 * body:
                row.top = row.bottom - body
            continue
        refit(row, sure)
    return rows


def refit(row: Row, sure: list[Row]) -> None:
    """Take the size, and on a common line the baseline, from the nearest row that has them for sure."""

    def away(other: Row) -> float:
        aside = max(0.0, other.x0 - row.x1, row.x0 - other.x1)
        return abs(other.bottom - row.bottom) * 2 + 0.3 * aside

    nearest = min(sure, key=away)
    overlap = min(nearest.bottom, row.bottom) - max(nearest.top, row.top)
    if 0.75 <= row.body / nearest.body <= 1.75:
        if abs(nearest.bottom - row.bottom) < 0.35 * nearest.body and overlap > 0:
            row.bottom = nearest.bottom
        row.top = row.bottom - nearest.body


def own_rows(parts: Components, rows: list[Row], uprights: Uprights) -> Ints:
    """Tell for each part which row it belongs to, -1 for none."""
    owner = np.full(len(parts.area), -1, dtype=np.int64)
    live = np.flatnonzero(parts.area > 0)
    if not rows or not len(live):
        return owner
    most = max(1, MOST_PAIRS // len(rows))
    if len(live) > most:
        live = live[np.argsort(-parts.area[live], kind="stable")[:most]]
    for piece in np.array_split(live, max(1, len(live) * len(rows) // 500_000)):
        owner[piece] = _nearest(parts, piece, rows, uprights)
    return owner


def _nearest(parts: Components, chosen: Ints, rows: list[Row], uprights: Uprights) -> Ints:
    x0, x1 = parts.x0[chosen][:, None], parts.x1[chosen][:, None]
    y0, y1 = parts.y0[chosen][:, None], parts.y1[chosen][:, None]
    left, right = np.array([row.x0 for row in rows])[None], np.array([row.x1 for row in rows])[None]
    top, bottom = np.array([row.top for row in rows])[None], np.array([row.bottom for row in rows])[None]
    body = bottom - top
    aside = np.maximum(0, np.maximum(left - x1, x0 - right)) / body
    middle = (y0 + y1) / 2
    covered = np.minimum(y1, bottom) - np.maximum(y0, top) >= 0.35 * np.minimum(body, y1 - y0)
    above, below = np.maximum(0, top - middle) / body, np.maximum(0, middle - bottom) / body
    cost = np.where(covered, 0.25 * (above + below), above / (1 - UPPER_SHARE) + below / UPPER_SHARE)
    cost = cost + 0.5 * np.maximum(0, aside - 0.3)
    # a mark stands over or under letters; what stands beside a line stands on its height
    far = (aside > WIDE_GAP) | (above > 1.7) | (below > 0.95) | ((aside > 0.6) & ~covered & (above + below > 0.25))
    cost = np.where(far, np.inf, cost)
    best = cost.argmin(axis=1)
    place = np.arange(len(chosen))
    owner = np.where(np.isfinite(cost[place, best]), best, -1)
    _unlink_across(uprights, chosen, parts, rows, owner, aside[place, best] > 0)
    return owner


def _unlink_across(
    uprights: Uprights, chosen: Ints, parts: Components, rows: list[Row], owner: Ints, aside: Bools
) -> None:
    """Take parts from rows that stand on the other side of an upright rule."""
    if not uprights:
        return
    for place in np.flatnonzero(aside & (owner >= 0)).tolist():
        row, number = rows[int(owner[place])], int(chosen[place])
        middle, height = (parts.x0[number] + parts.x1[number]) / 2, (parts.y0[number] + parts.y1[number]) / 2
        low, high = sorted((middle, row.x0 if middle < row.x0 else row.x1))
        if any(low < x < high and y0 <= height <= y1 for x, y0, y1 in uprights):
            owner[place] = -1


def find_leftovers(parts: Components, free: Ints, rows: list[Row], uprights: Uprights, body: float) -> list[Row]:
    """Make rows of what no row took: lone colons, dashes, bullets and dotted leaders."""
    sure = [row for row in rows if row.sure] or rows
    found: list[Row] = []
    size = np.full(len(free), 0.6 * body)
    rise = parts.height[free] / 2 + 0.3 * body
    for members in group(parts, free, size, rise, uprights, body):
        x0, y0 = float(parts.x0[members].min()), float(parts.y0[members].min())
        x1, y1 = float(parts.x1[members].max()), float(parts.y1[members].max())
        extent = max(x1 - x0, y1 - y0)
        if extent < 0.14 * body or y1 - y0 > 7 * body:
            continue
        row = _place(x0, y0, x1, y1, body)
        level = [
            other for other in sure if other.top - 0.3 * other.body < (y0 + y1) / 2 < other.bottom + 0.3 * other.body
        ]
        if extent < SPECK * body and not any(max(o.x0 - x1, x0 - o.x1) < SPECK_REACH * body for o in level):
            continue
        if level and y1 - y0 <= 2 * body:
            nearest = min(level, key=lambda other: max(other.x0 - x1, x0 - other.x1))
            row.top, row.bottom = nearest.top, nearest.bottom
        found.append(row)
    found.sort(key=lambda row: -row.strength)
    return found[: max(0, MOST_ROWS - len(rows))]


def _place(x0: float, y0: float, x1: float, y1: float, body: float) -> Row:
    """Guess between which heights a letter would stand beside a small sign that stands alone."""
    high, wide = y1 - y0, x1 - x0
    if high > 1.7 * body:
        bottom, size = y1, max(body, 0.7 * high)
    elif high < 0.35 * body and wide > 1.6 * high:  # a dash stands at half height
        bottom, size = (y0 + y1) / 2 + body / 2, body
    elif high < 0.7 * body and wide < 1.6 * high:  # a bullet or asterisk; a full stop comes out a little high
        bottom, size = (y0 + y1) / 2 + (0.15 if high < 0.3 * body else 0.5) * body, body
    else:
        bottom, size = y1, body
    return Row(x0, x1, bottom - size, bottom, wide, False)


def merge_rows(parts: Components, owner: Ints, rows: list[Row], uprights: Uprights) -> Ints:
    """Join rows that stand on one line with less than a wide gap between their ink; gives the owners anew.

    Letters are grouped before signs: "1 : - text" comes here as two rows, its colon and dash owned by either.
    """
    used = np.flatnonzero(owner >= 0)
    count = len(rows)
    if not 1 < count <= MOST_MERGED:
        return owner
    left, right = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(left, owner[used], parts.x0[used])
    np.maximum.at(right, owner[used], parts.x1[used])
    leads = np.arange(count)
    for number in sorted(np.flatnonzero(np.isfinite(left)).tolist(), key=lambda index: (left[index], index)):
        row = rows[number]
        for other in _beside(rows, row, left, right, leads, number):
            lead = rows[other]
            if any(
                min(right[other], left[number]) - 1 < x < max(right[other], left[number]) + 1 and y0 <= row.middle <= y1
                for x, y0, y1 in uprights
            ):
                continue
            first = lead if lead.strength >= row.strength else row
            lead.top, lead.bottom = first.top, first.bottom
            lead.strength, lead.sure = lead.strength + row.strength, lead.sure or row.sure
            lead.x0, lead.x1 = min(lead.x0, row.x0), max(lead.x1, row.x1)
            right[other] = max(right[other], right[number])
            leads[number] = other
            break
    fresh = owner.copy()
    fresh[used] = leads[owner[used]]
    return fresh


def _beside(rows: list[Row], row: Row, left: Floats, right: Floats, leads: Ints, number: int) -> list[int]:
    """List the rows that end shortly before this one begins, on its line, the nearest first."""
    gap = left[number] - right
    near = (gap <= JOINED_GAP * row.body) & (left < left[number] + 1e-6) & (gap > -1.0 * row.body)
    near &= leads == np.arange(len(rows))
    near[number] = False
    found = []
    for index in np.flatnonzero(near).tolist():
        other = rows[index]
        size = max(other.body, row.body)
        level = abs(other.bottom - row.bottom) < 0.3 * size and abs(other.top - row.top) < 0.45 * size
        if level and (gap[index] > -0.3 * size or min(other.strength, row.strength) < 3 * size):
            found.append(index)
    return sorted(found, key=lambda index: abs(gap[index]))

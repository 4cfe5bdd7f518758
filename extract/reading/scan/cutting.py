"""Cutting: parts that touch two lines are split, and each row becomes a picture of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from extract.reading.scan.handover import LineCut
from extract.reading.scan.line_rows import UPPER_SHARE, Row

if TYPE_CHECKING:
    from collections.abc import Iterable

    from extract.reading.scan.components import Components, Ints
    from extract.reading.scan.handover import Pixels

SIDE = 0.5  # body heights of paper left and right of the ink
ABOVE, BELOW = 1.25, 0.85  # body heights shown over the letters and under them, at least
TALL = 2.3  # body heights: a taller part belongs to more than one line, or to a drawing
MOST_SPLITS = 500
NOT_TEXT = -2


def split_tall(parts: Components, owner: Ints, rows: list[Row], body: float) -> Ints:
    """Share parts that reach over two lines among them; drawings belong to no line. Gives the owners anew."""
    tall = np.flatnonzero((parts.area > 0) & (parts.height > TALL * body))
    added: list[tuple[int, tuple[int, int, int, int], int]] = []
    fresh = len(parts.area)
    for number in tall[np.argsort(-parts.area[tall], kind="stable")][:MOST_SPLITS].tolist():
        touched = _touched(parts, number, rows)
        if len(touched) == 1 and parts.height[number] <= TALL * rows[touched[0]].body:
            owner[number] = touched[0]
            continue
        if not touched:
            if parts.height[number] > 7 * body:
                owner[number] = NOT_TEXT
            continue
        box = tuple(int(edge[number]) for edge in (parts.x0, parts.y0, parts.x1, parts.y1))
        x0, y0, x1, y1 = box
        piece = parts.labels[y0:y1, x0:x1]
        mine = piece == number
        owner[number] = NOT_TEXT
        for index, (start, end) in zip(touched, _zones([rows[i] for i in touched]), strict=True):
            a, b = max(0, int(start) - y0), max(0, int(end) - y0)
            band = mine[a:b]
            if band.any():
                piece[a:b][band] = fresh
                added.append((index, (x0, y0 + a, x1, min(y1, y0 + b)), int(band.sum())))
                fresh += 1
    if not added:
        return owner
    boxes = np.array([box for _, box, _ in added], dtype=np.float64)
    parts.x0, parts.y0 = np.append(parts.x0, boxes[:, 0]), np.append(parts.y0, boxes[:, 1])
    parts.x1, parts.y1 = np.append(parts.x1, boxes[:, 2]), np.append(parts.y1, boxes[:, 3])
    parts.area = np.append(parts.area, [float(area) for _, _, area in added])
    return np.append(owner, [index for index, _, _ in added])


def _touched(parts: Components, number: int, rows: list[Row]) -> list[int]:
    """List the rows whose letters a tall part overlaps, from the top."""
    x0, x1, y0, y1 = (float(edge[number]) for edge in (parts.x0, parts.x1, parts.y0, parts.y1))
    found = [
        index
        for index, row in enumerate(rows)
        if min(x1, row.x1 + row.body) - max(x0, row.x0 - row.body) > 0
        and min(y1, row.bottom) - max(y0, row.top) > 0.3 * row.body
    ]
    return sorted(found, key=lambda index: rows[index].top)


def _zones(rows: list[Row]) -> list[tuple[float, float]]:
    """Tell from which height to which the ink of a shared part goes to each row."""
    zones = []
    for place, row in enumerate(rows):
        start, end = row.top - 1.5 * row.body, row.bottom + 0.7 * row.body
        if place and rows[place - 1].bottom < row.top:
            upper = rows[place - 1]
            start = max(start, upper.bottom + UPPER_SHARE * (row.top - upper.bottom))
        if place + 1 < len(rows) and rows[place + 1].top > row.bottom:
            end = min(end, row.bottom + UPPER_SHARE * (rows[place + 1].top - row.bottom))
        zones.append((start, end))
    return zones


def cut_rows(
    pixels: Pixels, parts: Components, owner: Ints, rows: list[Row], removed: Pixels, paper: int
) -> dict[int, LineCut]:
    """Cut a picture of each row that owns ink, by its number; ink of others and removed drawings become paper."""
    owned = owner >= 0
    numbers, whose = np.flatnonzero(owned), owner[owned]
    numbers = numbers[np.argsort(whose, kind="stable")]
    ends = np.searchsorted(np.sort(whose), np.arange(len(rows) + 1))
    cuts = {}
    for index, row in enumerate(rows):
        members = numbers[ends[index] : ends[index + 1]]
        if len(members):
            cuts[index] = cut_row(pixels, parts, owner, index, row, members, removed, paper)
    return cuts


def cut_row(
    pixels: Pixels, parts: Components, owner: Ints, index: int, row: Row, members: Ints, removed: Pixels, paper: int
) -> LineCut:
    """Cut a picture of a row that owns some ink."""
    box = (
        *(float(edge[members].min()) for edge in (parts.x0, parts.y0)),
        *(float(edge[members].max()) for edge in (parts.x1, parts.y1)),
    )
    return _cut(pixels, parts, owner, index, row, box, removed, paper)


def in_order(cuts: Iterable[LineCut]) -> list[LineCut]:
    """Sort from the top, and cuts whose baselines are level within half a body height from the left."""
    ordered: list[LineCut] = []
    line: list[LineCut] = []
    first = 0.0
    for cut in sorted(cuts, key=lambda cut: (cut.y + cut.body_bottom, cut.x)):
        baseline = cut.y + cut.body_bottom
        if line and baseline - first > 0.5 * (cut.body_bottom - cut.body_top):
            ordered += sorted(line, key=lambda each: each.x)
            line = []
        if not line:
            first = baseline
        line.append(cut)
    return ordered + sorted(line, key=lambda each: each.x)


def _cut(
    pixels: Pixels,
    parts: Components,
    owner: Ints,
    index: int,
    row: Row,
    box: tuple[float, ...],
    removed: Pixels,
    paper: int,
) -> LineCut:
    high, wide = pixels.shape
    body = max(4.0, row.body)
    x0, x1 = int(box[0] - SIDE * body), int(np.ceil(box[2] + SIDE * body))
    y0 = int(max(min(row.top - ABOVE * body, box[1] - 2), row.top - 2.5 * body))
    y1 = int(np.ceil(min(max(row.bottom + BELOW * body, box[3] + 2), row.bottom + 2 * body)))
    a, b, c, d = max(0, y0), min(high, y1), max(0, x0), min(wide, x1)
    owners = owner[parts.labels[a:b, c:d]]
    mine = (owners == index).astype(np.uint8)
    gone = removed[a:b, c:d] > 0
    foreign = ((owners != index) & (owners != -1)) | gone
    near_mine = cv2.dilate(mine, np.ones((3, 3), np.uint8)) > 0
    wash = (cv2.dilate(foreign.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0) & ~near_mine
    out = np.full((y1 - y0, x1 - x0), paper, np.uint8)
    inside = out[a - y0 : b - y0, c - x0 : d - x0]
    inside[:] = pixels[a:b, c:d]
    inside[wash | (foreign & (mine == 0))] = paper
    edges = (float(box[0]), float(box[1]), float(box[2]), float(box[3]))
    return LineCut(out, float(x0), float(y0), row.top - y0, row.bottom - y0, edges)

"""Tick boxes drawn on a page: square outlines of about the height of a letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from extract.reading.scan.components import Bools, Ints
from extract.reading.scan.handover import TickBox

if TYPE_CHECKING:
    from extract.reading.scan.components import Components
    from extract.reading.scan.handover import Pixels

LEAST, MOST = 0.8, 2.4  # side of a box, body heights
WORD_SIDE = 1.35  # body heights: a smaller box could be a bold letter, and must not look or stand like one
SHARP = 0.55  # of the corner of a small box is ink: 0.67 and more in the samples, letters have a corner of 0.25
_FAINT, _LEAST_FAINT = 220, 0.045  # grey of pencil, and its share of a box: ticks 0.06 to 0.08, empty boxes 0.0
_FAINT_CONFIDENCE = 0.6  # of a tick that only a faint stroke makes: a person has to look
MOST_CANDIDATES = 2_000
SIDE_COVER = 0.93  # of a side in one row of pixels: 1.0 where printed; letters d, o, p of the samples reach 0.8


def find_ticks(ink: Pixels, parts: Components, body: float, grey: Pixels) -> tuple[list[TickBox], list[int]]:
    """Find tick boxes; also the numbers of the parts that they are drawn with. `grey` is the page, 255 its paper."""
    high, wide = parts.height, parts.width
    fit = (parts.area > 0) & (high >= LEAST * body) & (wide >= LEAST * body) & (high <= 3.2 * body)
    fit &= (wide <= 3.6 * body) & (parts.area >= 2.2 * np.minimum(high, wide))
    found: list[TickBox] = []
    drawn: list[int] = []
    for number in np.flatnonzero(fit)[:MOST_CANDIDATES].tolist():
        x0, y0, x1, y1 = (int(edge[number]) for edge in (parts.x0, parts.y0, parts.x1, parts.y1))
        shape = parts.labels[y0:y1, x0:x1] == number
        square = _square(shape, body)
        if square is None:
            continue
        left, top, right, bottom = square
        inside, stroke = _filled(ink, (x0 + left, y0 + top, x0 + right, y0 + bottom))
        outside = 1.0 - (right - left) * (bottom - top) / max(1, shape.size)
        ticked = inside > 0.05 or outside > 0.25
        doubt = abs(inside - 0.05)
        if inside > 0.55 and stroke > 0.3:
            continue  # a bullet or a bold letter, not an outline
        side = min(right - left, bottom - top)
        if side < WORD_SIDE * body and (stroke > 0.17 or _in_word(parts, number, body)):
            continue
        confidence = 0.99 if doubt > 0.03 else 0.6 + 10 * doubt
        if not ticked and _is_marked_faintly(grey[y0 + top : y0 + bottom, x0 + left : x0 + right]):
            ticked, confidence = True, _FAINT_CONFIDENCE
        box = (float(x0 + left), float(y0 + top), float(x0 + right), float(y0 + bottom))
        found.append(TickBox(box, ticked, min(0.99, confidence)))
        drawn.append(number)
        drawn += _within(parts, box, body)
    return found, drawn


def _square(shape: Bools, body: float) -> tuple[int, int, int, int] | None:
    """Find the outline in one part: (left, top, right, bottom), or None where it has no four straight sides."""
    rows, columns = shape.sum(axis=1), shape.sum(axis=0)
    # A broad tick that stands out of the box has rows and columns as long as the sides of a small one.
    for least in (0.7 * LEAST * body, LEAST * body):
        if (square := _sides(shape, rows, columns, least, body)) is not None:
            return square
    return None


def _sides(shape: Bools, rows: Ints, columns: Ints, least: float, body: float) -> tuple[int, int, int, int] | None:
    """Find the outline whose sides are the outermost rows and columns of at least that many pixels."""
    # Methods, not numpy's functions: letters come here by the hundred, and each call counts.
    flat, steep = (rows >= least).nonzero()[0], (columns >= least).nonzero()[0]
    if len(flat) < 2 or len(steep) < 2:
        return None
    # a tick may stand out of the box: the outermost long rows and columns are its sides
    top, bottom, left, right = int(flat[0]), int(flat[-1]) + 1, int(steep[0]), int(steep[-1]) + 1
    wide, high = right - left, bottom - top
    if not (LEAST * body <= min(wide, high) and high <= MOST * body and 0.78 <= wide / high <= 1.28):
        return None
    inner = shape[top:bottom, left:right]
    band = max(2, round(0.16 * min(wide, high)))
    sides = (
        inner[:band].any(axis=0),
        inner[-band:].any(axis=0),
        inner[:, :band].any(axis=1),
        inner[:, -band:].any(axis=1),
    )
    if min(float(side.mean()) for side in sides) < 0.93:
        return None
    straight = (
        inner[:band].mean(axis=1).max(),
        inner[-band:].mean(axis=1).max(),
        inner[:, :band].mean(axis=0).max(),
        inner[:, -band:].mean(axis=0).max(),
    )
    if min(straight) < SIDE_COVER - 0.08 or sum(straight) / 4 < SIDE_COVER:
        return None
    corner = max(2, round(0.12 * min(wide, high)))
    corners = (
        inner[:corner, :corner],
        inner[:corner, -corner:],
        inner[-corner:, :corner],
        inner[-corner:, -corner:],
    )
    sharp = SHARP if min(wide, high) < WORD_SIDE * body else SHARP / 2
    if min(float(piece.mean()) for piece in corners) < sharp:
        return None
    return left, top, right, bottom


def _in_word(parts: Components, number: int, body: float) -> bool:
    """Tell whether letters stand close on both sides."""
    level = np.minimum(parts.y1, parts.y1[number]) - np.maximum(parts.y0, parts.y0[number]) > 0.6 * body
    level &= parts.area > 0
    level[number] = False
    before = parts.x0[number] - parts.x1[level & (parts.x0 < parts.x0[number])]
    after = parts.x0[level & (parts.x1 > parts.x1[number])] - parts.x1[number]
    close = 0.35 * body
    return bool(np.any((before < close) & (before > -close)) and np.any((after < close) & (after > -close)))


def _filled(ink: Pixels, box: tuple[int, int, int, int]) -> tuple[float, float]:
    """Measure how much of the inside is ink, and how thick the outline is, as a part of the side."""
    x0, y0, x1, y1 = box
    inner = ink[y0:y1, x0:x1]
    side = min(inner.shape)
    margin = max(2, round(0.22 * side))
    core = inner[margin:-margin, margin:-margin]
    lead = inner[:, : side // 2]
    solid = lead.mean(axis=0) > 0.8
    stroke = float(np.argmin(solid)) if not solid.all() else float(len(solid))
    return (float(core.mean()) if core.size else 1.0), stroke / side


def _is_marked_faintly(box: Pixels) -> bool:
    """Tell whether a thin pencil went through a box: too light to be ink, where an empty one is bare paper."""
    margin = max(2, round(0.22 * min(box.shape)))
    core = box[margin:-margin, margin:-margin]
    return bool(core.size) and float((core < _FAINT).mean()) >= _LEAST_FAINT


def _within(parts: Components, box: tuple[float, float, float, float], body: float) -> list[int]:
    """List the parts that lie in a box: a tick that does not touch its outline."""
    x0, y0, x1, y1 = box
    middle_x, middle_y = (parts.x0 + parts.x1) / 2, (parts.y0 + parts.y1) / 2
    inside = (parts.area > 0) & (middle_x > x0) & (middle_x < x1) & (middle_y > y0 - 0.4 * body) & (middle_y < y1)
    inside &= (parts.width < 2.5 * (x1 - x0)) & (parts.height < 2.5 * (y1 - y0))
    overlap = np.minimum(parts.y1, y1) - np.maximum(parts.y0, y0)
    inside &= overlap > 0.5 * parts.height
    return [int(number) for number in np.flatnonzero(inside)]

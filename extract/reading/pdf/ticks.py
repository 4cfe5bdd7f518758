"""Tick boxes that are drawn: squares, with or without a mark inside, as characters in the text."""

from __future__ import annotations

from dataclasses import dataclass

from extract.page.glyphs import LARGEST_TICK, Glyph, Shape
from extract.page.symbols import CHARACTERS, CHECK, EMPTY, TICKED

_SMALLEST = 4.0  # points
_SPECK = 1.0  # points; dots of a leader are smaller
# More than any form has: a pattern, a map, a chart.
_MOST_SMALL, _MOST_BOXES = 3000, 200
_LEAST_FILLED, _MOST_FILLED = 0.35, 1.1  # shares of the box's width
_SQUARENESS = 0.25  # how far width and height may differ, as a share
# Characters that tick a drawn box when they stand in it.
_MARKS = frozenset(f"{CHECK}\u2714\u2717\u2718\u00d7xX/\u221a{TICKED}vV\u2022\u25cf\u25a0")
_BOXES = frozenset((TICKED, EMPTY))
_MEANT = {chr(code): text for code, text in CHARACTERS.items()}


@dataclass(slots=True)
class _Box:
    shape: Shape
    ticked: bool = False


def with_ticks(glyphs: list[Glyph], shapes: list[Shape]) -> list[Glyph]:
    """Put every drawn tick box into the glyphs as U+2611 or U+2610; a mark inside one is taken out."""
    for glyph in glyphs:
        if glyph.text in _MEANT:
            glyph.text = _MEANT[glyph.text]
    boxes = _boxes(shapes)
    if not boxes:
        return glyphs
    kept = []
    for glyph in glyphs:
        box = _around(glyph, boxes) if glyph.text in _MARKS or glyph.text in _BOXES else None
        if box is None:
            kept.append(glyph)
        else:
            box.ticked = box.ticked or glyph.text != EMPTY
    drawn = [_as_glyph(box, kept) for box in boxes]
    return kept + [glyph for glyph in drawn if glyph is not None]


def _boxes(shapes: list[Shape]) -> list[_Box]:
    """Squares, each once, ticked where another small path crosses them."""
    small = [shape for shape in shapes if _SPECK < max(shape.width, shape.height) <= LARGEST_TICK * 1.6]
    if len(small) > _MOST_SMALL:
        return []
    boxes: list[_Box] = []
    marks = [shape for shape in small if not shape.upright]
    for shape in small:
        if (shape.solid or shape.dark) and not any(_ticks(mark, shape) for mark in marks):
            continue  # a bullet, or a ground of colour
        if _is_box(shape) and not any(_same(shape, box.shape) for box in boxes):
            boxes.append(_Box(shape))
            if len(boxes) > _MOST_BOXES:
                return []
    for box in boxes:
        box.ticked = any(_ticks(shape, box.shape) for shape in small)
    return boxes


def _is_box(shape: Shape) -> bool:
    if not shape.upright or not (
        _SMALLEST <= shape.width <= LARGEST_TICK and _SMALLEST <= shape.height <= LARGEST_TICK
    ):
        return False
    return abs(shape.width - shape.height) <= _SQUARENESS * max(shape.width, shape.height)


def _same(first: Shape, second: Shape) -> bool:
    """Tell whether two squares are one box drawn twice, or a border and its inside."""
    centres = (
        (first.x0 + first.x1 - second.x0 - second.x1) / 2,
        (first.top + first.bottom - second.top - second.bottom) / 2,
    )
    return max(abs(centre) for centre in centres) < 0.25 * min(first.width, second.width)


def _ticks(shape: Shape, box: Shape) -> bool:
    """Tell whether a path is a mark in a box: slanted strokes whose middle lies within it."""
    if shape.upright:
        # A smaller dark figure fills the box.
        fills = _LEAST_FILLED * box.width < min(shape.width, shape.height) < _MOST_FILLED * box.width
        return shape.dark and fills and _same(shape, box)
    x, y = (shape.x0 + shape.x1) / 2, (shape.top + shape.bottom) / 2
    margin = 0.2 * box.width
    inside = box.x0 - margin < x < box.x1 + margin and box.top - margin < y < box.bottom + margin
    return inside and max(shape.width, shape.height) > 0.3 * box.width


def _around(glyph: Glyph, boxes: list[_Box]) -> _Box | None:
    x, y = (glyph.x0 + glyph.x1) / 2, (glyph.top + glyph.bottom) / 2
    for box in boxes:
        if box.shape.x0 <= x <= box.shape.x1 and box.shape.top <= y <= box.shape.bottom:
            return box
    return None


def _as_glyph(box: _Box, glyphs: list[Glyph]) -> Glyph | None:
    """Stand the box on the baseline of the text beside it; a square with no text beside it is an ornament."""
    shape = box.shape
    middle = (shape.top + shape.bottom) / 2
    beside = [
        glyph
        for glyph in glyphs
        if glyph.text.strip()
        and glyph.y - 1.1 * glyph.size < middle < glyph.y + 0.35 * glyph.size
        and -2 * glyph.size < glyph.x0 - shape.x1 < 3 * glyph.size
    ]
    if not beside:
        return None
    nearest = min(beside, key=lambda glyph: abs(glyph.x0 - shape.x1))
    return Glyph(
        TICKED if box.ticked else EMPTY,
        shape.x0,
        nearest.y,
        shape.x0,
        shape.top,
        shape.x1,
        shape.bottom,
        nearest.size,
        nearest.index,
        nearest.index,
    )

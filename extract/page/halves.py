"""Sheets on which two pages stand side by side, as printers set them: where they are cut apart."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import replace

from extract.page.glyphs import Glyph, Shape
from extract.page.pieces import Arranged, lines_of, rules_of
from extract.page.rows import Row
from raingan.model.records import Box, Line

_LYING = 1.2  # times as wide as high
_STEP = 2.0  # points in which the sheet's width is looked at
_MIDDLE = 0.1  # of the width between the middle of the sheet and that of the gutter
_LEAST_GUTTER = 16.0  # points: margins of two pages, made smaller
_SMALL_TYPE = 10.0  # points; pages set side by side are printed at 0.65 to 0.71 of their size
_LEAST_ROWS = 8  # of print on each side, where nothing else tells of two pages
_LONG_ROWS = 3  # of those, as wide as prose
_LONG = 0.6  # of the side's print


def cut_between(
    glyphs: Sequence[Glyph], shapes: Sequence[Shape], forms: Sequence[Box], width: float, height: float
) -> float | None:
    """Return where a sheet is cut into its two pages, points from the left; None where it is one page.

    `forms` are the boxes of the form objects that its print stands in: programs that impose pages make one for each.
    """
    if width < _LYING * height:
        return None
    gutter = _between(forms, width) or _gutter(glyphs, width)
    if gutter is None:
        return None
    left, right = gutter
    middle = (left + right) / 2
    if any(shape.x0 < left - 1 and shape.x1 > right + 1 for shape in shapes if shape.height < shape.width):
        return None  # a rule or a frame goes across
    sides = [[glyph for glyph in glyphs if (glyph.x0 < middle) is before] for before in (True, False)]
    if not all(sides) or any(glyph.x1 > middle for glyph in sides[0]):
        return None
    if _between(forms, width) is not None:
        return middle
    size = statistics.median(glyph.size for glyph in glyphs)
    return middle if size < _SMALL_TYPE and all(map(_is_a_page, sides)) else None


def _between(forms: Sequence[Box], width: float) -> tuple[float, float] | None:
    """Return the strip between form objects on both sides of the sheet."""
    left = [form for form in forms if (form[0] + form[2]) / 2 < width / 2]
    right = [form for form in forms if (form[0] + form[2]) / 2 >= width / 2]
    if not left or not right:
        return None
    edges = (max(form[2] for form in left), min(form[0] for form in right))
    return edges if edges[0] < edges[1] and abs(sum(edges) / 2 - width / 2) < _MIDDLE * width else None


def _gutter(glyphs: Sequence[Glyph], width: float) -> tuple[float, float] | None:
    """Return the edges of the widest strip near the middle in which nothing is printed."""
    taken = bytearray(int(width / _STEP) + 2)
    for glyph in glyphs:
        if glyph.text.strip():
            first, last = max(int(glyph.x0 / _STEP), 0), min(int(glyph.x1 / _STEP), len(taken) - 1)
            for at in range(first, last + 1):
                taken[at] = 1
    best: tuple[int, int] | None = None
    start = None
    for at in range(len(taken)):
        if not taken[at]:
            start = at if start is None else start
        elif start is not None:
            best = _wider(best, (start, at), width)
            start = None
    if best is None or (best[1] - best[0]) * _STEP < _LEAST_GUTTER:
        return None
    return best[0] * _STEP, best[1] * _STEP


def _wider(best: tuple[int, int] | None, found: tuple[int, int], width: float) -> tuple[int, int] | None:
    middle = (found[0] + found[1]) / 2 * _STEP
    if found[0] == 0 or abs(middle - width / 2) > _MIDDLE * width:
        return best
    return found if best is None or found[1] - found[0] > best[1] - best[0] else best


def _is_a_page(glyphs: Sequence[Glyph]) -> bool:
    """Tell whether one side alone looks like a page: rows enough, some of them as wide as prose."""
    rows: dict[int, list[float]] = {}
    for glyph in glyphs:
        edges = rows.setdefault(round(glyph.y / 2), [glyph.x0, glyph.x1])
        edges[0], edges[1] = min(edges[0], glyph.x0), max(edges[1], glyph.x1)
    across = max(edges[1] for edges in rows.values()) - min(edges[0] for edges in rows.values())
    long = sum(edges[1] - edges[0] > _LONG * across for edges in rows.values())
    return len(rows) >= _LEAST_ROWS and long >= _LONG_ROWS


def lines_of_sheet(
    glyphs: list[Glyph],
    rows_of: Callable[[list[Glyph]], list[Row]],
    shapes: list[Shape],
    cut: float | None,
    number: int,
    values_before: float | None,
) -> tuple[list[Line], Arranged]:
    """Return the lines of a sheet, of a cut one the left page's first, and how they were arranged."""
    if cut is None:
        return lines_of(rows_of(glyphs), rules_of(shapes), number, values_before)
    found: list[Line] = []
    whole = Arranged((), (), values_before)
    for is_left in (True, False):
        own = [glyph for glyph in glyphs if (glyph.x0 < cut) is is_left]
        drawn = [shape for shape in shapes if ((shape.x0 + shape.x1) / 2 < cut) is is_left]
        lines, arranged = lines_of(rows_of(own), rules_of(drawn), number, whole.values_start)
        before = len(whole.tables)
        tables = [replace(table, number=table.number + before) for table in arranged.tables]
        found += [
            line if line.cell is None else replace(line, cell=(line.cell[0] + before, *line.cell[1:])) for line in lines
        ]
        whole = replace(
            arranged,
            pieces=(*whole.pieces, *arranged.pieces),
            tables=(*whole.tables, *tables),
            aside=(*whole.aside, *arranged.aside),
        )
    return found, whole

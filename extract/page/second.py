"""A second opinion on the cells of a table: pdfplumber's geometry, given our rulings; it parses nothing.

Its way is another than ours: it looks for the smallest rectangles between crossings that rules connect. Importing it
takes 0.12 s and 20 MB (pdfminer comes with it), so it is asked about tables alone of which our own geometry is unsure.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from extract.page.tables import Grid, Rule
from raingan.model.records import Box

_TOLERANCE = 3.0  # points, its own default: rules within it are one, and meet
_MOST_EDGES = 200  # it looks at every pair of crossings: 80 rules of 60 rows and 20 columns take 0.12 s


def edges_of(upright: Sequence[Rule], level: Sequence[Rule]) -> list[dict[str, Any]]:
    """Return rules as pdfplumber's edges."""
    edges: list[dict[str, Any]] = []
    for x, top, bottom in upright:
        edges.append({"orientation": "v", "x0": x, "x1": x, "top": top, "bottom": bottom, "height": bottom - top})
    for y, left, right in level:
        edges.append({"orientation": "h", "x0": left, "x1": right, "top": y, "bottom": y, "width": right - left})
    return edges


def boxes_of(edges: list[dict[str, Any]]) -> list[list[Box]]:
    """Return the boxes of the cells that pdfplumber sees, table by table."""
    from pdfplumber import table as plumber

    edges = plumber.merge_edges(edges, *[_TOLERANCE] * 4) if edges else []
    crossings = plumber.edges_to_intersections(edges, _TOLERANCE, _TOLERANCE)
    tables: list[list[Box]] = plumber.cells_to_tables(plumber.intersections_to_cells(crossings))
    return tables


def agrees(grid: Grid, places: set[tuple[int, int]], upright: Sequence[Rule], level: Sequence[Rule]) -> bool:
    """Tell whether pdfplumber sees the cells with text of a table, given by row and column, as we do."""
    left, top, right, bottom = grid.box
    near = _TOLERANCE
    sides = [rule for rule in upright if left - near <= rule[0] <= right + near and rule[2] > top and rule[1] < bottom]
    floors = [rule for rule in level if top - near <= rule[0] <= bottom + near and rule[2] > left and rule[1] < right]
    if len(sides) + len(floors) > _MOST_EDGES:
        return False
    # An open side is drawn nowhere: it is given, for without it there would be no cell at all.
    sides += [(left, top, bottom), (right, top, bottom)]
    floors += [(top, left, right), (bottom, left, right)]
    seen = [box for boxes in boxes_of(edges_of(sides, floors)) for box in boxes]
    return all(
        any(max(abs(one - other) for one, other in zip(cell.box, box, strict=True)) <= 2 * near for box in seen)
        for cell in grid.cells
        if (cell.row, cell.column) in places
    )

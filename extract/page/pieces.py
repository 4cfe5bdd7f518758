"""Rows of letters as lines in reading order: cells of ruled tables cell by cell, everything else from the top."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from extract.page.columns import Cell, unruled_cells
from extract.page.glyphs import Shape
from extract.page.rows import Base, Row, text_of
from raingan.model.records import Line

_THIN = 3.0  # points; thicker bars are fills
_SHORTEST_RULE = 8.0
_REACH = 1.5  # points by which rules that meet may miss each other
ASCENT, DESCENT = 0.78, 0.26  # of the type size, over and under the baseline: a line's box

Rule = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class RuledLines:
    """Ruling lines of a page: upright ones as (x, top, bottom), level ones as (y, left, right), both sorted."""

    upright: tuple[tuple[float, float, float], ...]
    level: tuple[tuple[float, float, float], ...]


def rules_of(shapes: list[Shape]) -> RuledLines:
    """Return the ruling lines among the drawn shapes; a stroked rectangle gives its four sides."""
    upright: list[tuple[float, float, float]] = []
    level: list[tuple[float, float, float]] = []
    for shape in shapes:
        if shape.width <= _THIN and shape.height >= _SHORTEST_RULE:
            upright.append(((shape.x0 + shape.x1) / 2, shape.top, shape.bottom))
        elif shape.height <= _THIN and shape.width >= _SHORTEST_RULE:
            level.append(((shape.top + shape.bottom) / 2, shape.x0, shape.x1))
        elif not shape.filled and shape.width > 24 and shape.height > _SHORTEST_RULE and shape.upright:
            upright += [(x, shape.top, shape.bottom) for x in (shape.x0, shape.x1)]
            level += [(y, shape.x0, shape.x1) for y in (shape.top, shape.bottom)]
    return RuledLines(tuple(sorted(upright)), tuple(sorted(level)))


@dataclass(slots=True)
class Piece:
    """Part of a row that stands in one cell, or a whole row."""

    row: Row
    bases: list[Base]
    cell: Cell | None
    place: tuple[int, int, int] | None = None  # table, row and column of the cell
    edges: tuple[float, float] | None = None  # of the cell, or of the text outside of tables


def lines_of(
    rows: list[Row], rules: RuledLines, page_number: int, values_before: float | None = None
) -> tuple[list[Line], float | None]:
    """Return the lines of a page in reading order, and where the values of a table without rules begin.

    `values_before` is that place on the page before.
    """
    pieces, values_start = pieces_of(rows, rules, values_before)
    lines = []
    for piece in pieces:
        text, raw, repairs = text_of(piece.bases)
        if not text.strip():
            continue
        lines.append(
            Line(
                text,
                page_number,
                box_of(piece),
                raw=raw,
                repairs=repairs,
                edges=piece.edges,
                cell=piece.place,
                size=round(piece.row.size, 2),
            )
        )
    return lines, values_start


def box_of(piece: Piece) -> tuple[float, float, float, float]:
    """Box of a piece with something on it: its ink across, the type's own height around the baseline."""
    inked = [base for base in piece.bases if base.text.strip()]
    x0, x1 = min(base.glyph.x0 for base in inked), max(base.glyph.x1 for base in inked)
    y, size = piece.row.y, piece.row.size
    return (round(x0, 2), round(y - ASCENT * size, 2), round(x1, 2), round(y + DESCENT * size, 2))


def pieces_of(
    rows: list[Row], rules: RuledLines, values_before: float | None = None
) -> tuple[list[Piece], float | None]:
    """Cut rows into the pieces that stand in one cell each, in reading order; the rest as for `lines_of`."""
    pieces, values_start = _with_unruled_tables([piece for row in rows for piece in _pieces(row, rules)], values_before)
    cells = sorted({piece.cell for piece in pieces if piece.cell is not None}, key=lambda cell: (cell[1], cell[0]))
    places = _places(cells)
    edges = _edges([piece for piece in pieces if piece.cell is None])

    def order(piece: Piece) -> tuple[float, float, float]:
        if piece.cell is None:
            return (piece.row.y, piece.bases[0].glyph.x0, piece.row.y)
        return (places[piece.cell][1], piece.cell[0], piece.row.y)

    for piece in pieces:
        cell = piece.cell
        piece.place = None if cell is None else places[cell][0]
        piece.edges = edges if cell is None else (round(cell[0], 1), round(cell[2], 1))
    return sorted(pieces, key=order), values_start


def _with_unruled_tables(pieces: list[Piece], values_before: float | None) -> tuple[list[Piece], float | None]:
    """Cut the rows outside of ruled tables into label and value cells where they stand in such columns."""
    free = [piece for piece in pieces if piece.cell is None]
    placed, start = unruled_cells([(piece.row, piece.bases) for piece in free], values_before)
    if not placed:
        return pieces, start
    in_table = {id(segment.row) for segment, _ in placed}
    kept = [piece for piece in pieces if piece.cell is not None or id(piece.row) not in in_table]
    return kept + [Piece(segment.row, segment.bases, cell) for segment, cell in placed], start


def _pieces(row: Row, rules: RuledLines) -> list[Piece]:
    """Cut a row at the upright rules that cross it."""
    middle = row.y - 0.3 * row.size
    sides = [rule for rule in rules.upright if rule[1] - _REACH <= middle <= rule[2] + _REACH]
    if len(sides) < 2:
        return [Piece(row, row.bases, None)]
    crossing = [rule[0] for rule in sides]
    groups: dict[int, list[Base]] = {}
    for base in row.bases:
        at = (base.glyph.x0 + base.glyph.x1) / 2 if base.glyph.x1 > base.glyph.x0 else base.glyph.x
        groups.setdefault(bisect_left(crossing, at), []).append(base)
    pieces = []
    for at, bases in groups.items():
        if not any(base.text.strip() for base in bases):
            continue
        cell = _cell(sides[at - 1], sides[at], middle, rules) if 0 < at < len(sides) else None
        pieces.append(Piece(row, bases, cell))
    return pieces


def _cell(left: Rule, right: Rule, y: float, rules: RuledLines) -> Cell | None:
    """The cell around a place between two upright rules.

    Where a page ends in the middle of a row, no level rule closes the cell: it reaches as far as its sides do.
    """
    centre = (left[0] + right[0]) / 2
    spanning = [at for at, x0, x1 in rules.level if x0 - _REACH <= centre <= x1 + _REACH]
    if not spanning:
        return None
    at = bisect_left(spanning, y)
    top = spanning[at - 1] if at else max(left[1], right[1])
    bottom = spanning[at] if at < len(spanning) else min(left[2], right[2])
    return (round(left[0], 1), round(top, 1), round(right[0], 1), round(bottom, 1))


def _places(cells: list[Cell]) -> dict[Cell, tuple[tuple[int, int, int], float]]:
    """Number the cells: (table, row, column), and the top of their row for the reading order.

    Cells whose tops lie together make a row; a row that begins where none ended begins another table. Columns are
    numbered by their left edges over the whole page, so that a row that a page break left without its label keeps
    its values in the second column.
    """
    lefts: list[float] = []
    for left in sorted({cell[0] for cell in cells}):
        if not lefts or left - lefts[-1] > 2 * _REACH:
            lefts.append(left)
    places: dict[Cell, tuple[tuple[int, int, int], float]] = {}
    table, row, row_top, reached = 0, 0, float("-inf"), float("-inf")
    for cell in cells:
        if cell[1] - row_top > 2 * _REACH:
            if cell[1] - reached > 2 * _REACH:
                table, row = table + 1, 0
            row, row_top = row + 1, cell[1]
        reached = max(reached, cell[3])
        column = bisect_right(lefts, cell[0] + _REACH)
        places[cell] = ((table, row, column), row_top)
    return places


def _edges(free: list[Piece]) -> tuple[float, float] | None:
    """Where the text outside of tables was set: the ends of its outermost lines."""
    if not free:
        return None
    left = min(piece.bases[0].glyph.x0 for piece in free)
    return (round(left, 1), round(max(max(base.glyph.x1 for base in piece.bases) for piece in free), 1))

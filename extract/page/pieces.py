"""Rows of letters as lines in reading order: cells of ruled tables cell by cell, everything else from the top."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from extract.page.columns import Cell, unruled_cells
from extract.page.glyphs import LARGEST_TICK, Shape
from extract.page.ordering import PageTables, Placed
from extract.page.rows import Base, Row, text_of
from extract.page.second import agrees
from extract.page.tables import Rule, grids_of
from extract.page.uneven import join_uneven
from raingan.model.records import Box, Line, Table

_THIN = 3.0  # points; thicker bars are fills
_SHORTEST_RULE = 8.0
_LINE = 2  # segments of a line
_FEWEST_DOTS, _MOST_DOTS = 4, 20_000  # of a dotted rule, and of a page: a table of 60 rows has some ten thousand
_DOT_GAP = 3.0  # points between dots of one rule
_REACH = 1.5  # points by which rules that meet may miss each other
_MIDDLE = 0.3  # of the type size, over the baseline: the middle of letters
_TIGHT = 0.08  # of the type size: room between letters of a word; cells leave some points on both sides of a rule
ASCENT, DESCENT = 0.78, 0.26  # of the type size, over and under the baseline: a line's box


@dataclass(frozen=True, slots=True)
class RuledLines:
    """Ruling lines of a page: upright ones as (x, top, bottom), level ones as (y, left, right), both sorted."""

    upright: tuple[Rule, ...]
    level: tuple[Rule, ...]


def rules_of(shapes: list[Shape]) -> RuledLines:
    """Return the ruling lines among the drawn shapes; a stroked rectangle gives its four sides."""
    upright: list[Rule] = []
    level: list[Rule] = []
    dots: list[Shape] = []
    for shape in shapes:
        width, height = shape.width, shape.height
        if width <= _THIN and height >= _SHORTEST_RULE:
            upright.append(((shape.x0 + shape.x1) / 2, shape.top, shape.bottom))
        elif height <= _THIN and width >= _SHORTEST_RULE:
            level.append(((shape.top + shape.bottom) / 2, shape.x0, shape.x1))
        elif width <= _THIN or height <= _THIN:
            dots.append(shape)
        elif shape.segments == _LINE and shape.upright:  # a thick one, whose box has room around it
            upright += [((shape.x0 + shape.x1) / 2, shape.top, shape.bottom)] if height > width else []
            level += [((shape.top + shape.bottom) / 2, shape.x0, shape.x1)] if width > height else []
        elif not shape.filled and shape.upright and min(width, height) > _SHORTEST_RULE and not _may_be_a_tick(shape):
            upright += [(x, shape.top, shape.bottom) for x in (shape.x0, shape.x1)]
            level += [(y, shape.x0, shape.x1) for y in (shape.top, shape.bottom)]
    if _FEWEST_DOTS <= len(dots) <= _MOST_DOTS:
        tall = [((dot.x0 + dot.x1) / 2, dot.top, dot.bottom) for dot in dots if dot.height >= dot.width]
        wide = [((dot.top + dot.bottom) / 2, dot.x0, dot.x1) for dot in dots if dot.width >= dot.height]
        upright += _dotted(tall)
        level += [rule for rule in _dotted(wide) if _ends_at_rules(rule, upright)]
    return RuledLines(tuple(sorted(upright)), tuple(sorted(level)))


def _may_be_a_tick(shape: Shape) -> bool:
    return max(shape.width, shape.height) <= LARGEST_TICK


def _dotted(dots: list[Rule]) -> list[Rule]:
    """Return the rules that are drawn dot by dot."""
    found: list[Rule] = []
    run: list[Rule] = []
    for dot in sorted((round(place, 1), start, end) for place, start, end in dots):
        if run and (dot[0] != run[-1][0] or dot[1] - run[-1][2] > _DOT_GAP):
            found += _rule_of(run)
            run = []
        run.append(dot)
    return found + _rule_of(run)


def _ends_at_rules(level: Rule, upright: list[Rule]) -> bool:
    """Tell a dotted rule of a table, which goes from upright to upright, from a line to write on."""
    y, *ends = level
    near = _DOT_GAP + _REACH
    return all(
        any(abs(x - end) <= near and top - near <= y <= bottom + near for x, top, bottom in upright) for end in ends
    )


def _rule_of(run: list[Rule]) -> list[Rule]:
    whole = len(run) >= _FEWEST_DOTS and run[-1][2] - run[0][1] >= _SHORTEST_RULE
    return [(run[0][0], run[0][1], run[-1][2])] if whole else []


@dataclass(slots=True)
class Piece:
    """Part of a row that stands in one cell, or a whole row."""

    row: Row
    bases: list[Base]
    cell: Cell | None = None  # of a table without rules
    ruled: Placed | None = None  # where it stands in a table with rules
    place: tuple[int, int, int] | None = None  # table, row and column of the cell
    edges: tuple[float, float] | None = None  # of the cell, or of the text outside of tables
    cuts_word: bool = False  # a rule goes through a word of the row


@dataclass(frozen=True, slots=True)
class Arranged:
    """The pieces of a page in reading order, and its tables."""

    pieces: tuple[Piece, ...]
    tables: tuple[Table, ...]  # those with rules
    values_start: float | None  # where the values of a table without rules begin
    aside: tuple[Piece, ...] = ()  # boxed notes in the page's margin


def lines_of(
    rows: list[Row], rules: RuledLines, page_number: int, values_before: float | None = None
) -> tuple[list[Line], Arranged]:
    """Return the lines of a page in reading order, and how they were arranged.

    `values_before` is where the values of a table without rules began on the page before.
    """
    arranged = arrange(rows, rules, values_before)
    return lines_from(arranged.pieces, page_number), arranged


def lines_from(pieces: Iterable[Piece], page_number: int) -> list[Line]:
    """Return pieces as lines; those without anything to see are left out."""
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
    return lines


def box_of(piece: Piece) -> tuple[float, float, float, float]:
    """Box of a piece with something on it: its ink across, the type's own height around the baseline."""
    x0, x1 = _ends_of(piece)
    y, size = piece.row.y, piece.row.size
    return (round(x0, 2), round(y - ASCENT * size, 2), round(x1, 2), round(y + DESCENT * size, 2))


def arrange(rows: list[Row], rules: RuledLines, values_before: float | None = None) -> Arranged:
    """Cut rows into the pieces that stand in one cell each, and put them into reading order; as for `lines_of`."""
    grids = grids_of(rules.upright, rules.level, [_row_box(row) for row in rows]) if rules.upright else []
    page = PageTables(grids)
    cut = _joined([piece for row in rows for piece in _pieces(row, rules, page)])
    cut, aside = _without_notes(cut, page)
    pieces, values_start = _with_unruled_tables(cut, values_before)
    cells = {piece.cell for piece in pieces if piece.cell is not None}
    unruled = _places(sorted(cells, key=lambda cell: (cell[1], cell[0])))
    tops: dict[int, float] = {}
    for (table, _, _), top in unruled.values():
        tops[table] = min(top, tops.get(table, top))
    filled: dict[int, set[tuple[int, int]]] = {}
    for piece in pieces:
        if piece.ruled is not None:
            filled.setdefault(piece.ruled.grid, set()).add((piece.ruled.cell.row, piece.ruled.cell.column))
    unsure = {
        index
        for index, places in filled.items()
        if grids[index].unsure and not agrees(grids[index], places, rules.upright, rules.level)
    } | {piece.ruled.grid for piece in pieces if piece.ruled is not None and piece.cuts_word}
    tables, numbers, unruled_numbers = page.numbered(set(filled), tops, unsure)
    edges = _edges([piece for piece in pieces if piece.cell is None and piece.ruled is None])

    def order(piece: Piece) -> tuple[float, ...]:
        if piece.ruled is not None:
            return (*piece.ruled.order, piece.row.y)
        if piece.cell is not None:
            return (unruled[piece.cell][1], piece.cell[0], piece.row.y)
        return (piece.row.y, piece.bases[0].glyph.x0, piece.row.y)

    for piece in pieces:
        piece.edges = edges
        if piece.ruled is not None:
            cell = piece.ruled.cell
            piece.place = (numbers[piece.ruled.grid], cell.row, cell.column)
            piece.edges = (cell.box[0], cell.box[2])
        elif piece.cell is not None:
            (table, row, column), _ = unruled[piece.cell]
            piece.place = (unruled_numbers[table], row, column)
            piece.edges = (round(piece.cell[0], 1), round(piece.cell[2], 1))
    return Arranged(tuple(sorted(pieces, key=order)), tables, values_start, tuple(aside))


def _row_box(row: Row) -> Box:
    return row.x0, row.y - ASCENT * row.size, row.x1, row.y + DESCENT * row.size


def _without_notes(pieces: list[Piece], page: PageTables) -> tuple[list[Piece], list[Piece]]:
    """Part off what stands in boxes of one cell beyond all other text, to the left or right: notes in the margin."""
    boxes = {at: grid.box for at, grid in enumerate(page.grids) if len(grid.cells) == 1}
    text = [piece for piece in pieces if piece.ruled is None or piece.ruled.grid not in boxes]
    if not boxes or not text:
        return pieces, []
    left = min(_ends_of(piece)[0] for piece in text)
    right = max(_ends_of(piece)[1] for piece in text)
    notes = {at for at, box in boxes.items() if box[0] >= right - _REACH or box[2] <= left + _REACH}
    aside = [piece for piece in pieces if piece.ruled is not None and piece.ruled.grid in notes]
    return [piece for piece in pieces if piece.ruled is None or piece.ruled.grid not in notes], aside


def _ends_of(piece: Piece) -> tuple[float, float]:
    inked = [base.glyph for base in piece.bases if base.text.strip()]
    return min(glyph.x0 for glyph in inked), max(glyph.x1 for glyph in inked)


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Join whole rows outside of tables whose baselines differ a little, as what was typed behind a label."""
    free = [piece for piece in pieces if piece.ruled is None and piece.bases is piece.row.bases]
    kept = join_uneven([piece.row for piece in free])
    if len(kept) == len(free):
        return pieces
    left = set(map(id, kept))
    return [piece for piece in pieces if piece.bases is not piece.row.bases or piece.ruled or id(piece.row) in left]


def _with_unruled_tables(pieces: list[Piece], values_before: float | None) -> tuple[list[Piece], float | None]:
    """Cut the rows outside of ruled tables into label and value cells where they stand in such columns."""
    free = [piece for piece in pieces if piece.ruled is None]
    placed, start = unruled_cells([(piece.row, piece.bases) for piece in free], values_before)
    if not placed:
        return pieces, start
    in_table = {id(segment.row) for segment, _ in placed}
    kept = [piece for piece in pieces if piece.ruled is not None or id(piece.row) not in in_table]
    return kept + [Piece(segment.row, segment.bases, cell) for segment, cell in placed], start


def _pieces(row: Row, rules: RuledLines, page: PageTables) -> list[Piece]:
    """Cut a row at the upright rules that cross it."""
    middle = row.y - _MIDDLE * row.size
    crossing = [x for x, top, bottom in rules.upright if top - _REACH <= middle <= bottom + _REACH]
    # One rule alone parts nothing but a table: it may be a mark of changes along the paper's edge.
    if not crossing or (len(crossing) == 1 and page.at(crossing[0], middle) is None):
        return [Piece(row, row.bases)]
    groups: dict[int, list[Base]] = {}
    for base in row.bases:
        at = (base.glyph.x0 + base.glyph.x1) / 2 if base.glyph.x1 > base.glyph.x0 else base.glyph.x
        groups.setdefault(bisect_left(crossing, at), []).append(base)
    pieces = [Piece(row, bases) for bases in groups.values() if any(base.text.strip() for base in bases)]
    cuts_word = any(_goes_through_a_word(x, row) for x in crossing)
    for piece in pieces if page.grids else []:
        piece.ruled = page.at(_middle_of(piece), middle)
        piece.cuts_word = cuts_word
    return pieces


def _goes_through_a_word(x: float, row: Row) -> bool:
    """Tell whether letters on both sides of a rule stand as close as in one word: no cell is set so tight."""
    before = max((base.glyph.x1 for base in row.bases if base.text.strip() and base.glyph.x0 < x), default=None)
    behind = [base for base in row.bases if base.text.strip() and base.glyph.x0 >= x]
    if before is None or (before <= x and not behind):
        return False
    following = min(behind, key=lambda base: base.glyph.x0) if behind else None
    tight = _TIGHT * row.size
    crossed = before - x > tight
    touching = following is not None and not following.space_before and following.glyph.x0 - before < tight
    return crossed or touching


def _middle_of(piece: Piece) -> float:
    return sum(_ends_of(piece)) / 2


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

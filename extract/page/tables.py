"""Tables from ruling lines: which rules belong together, which cells they leave, with rows, columns and spans.

The same code serves text layers and scans. Rules that meet make one table, so that two tables of a page stay apart.
Between all places of a table's rules lie the smallest boxes that a cell could be; boxes with no rule between them
are one cell. A table may lack its outer sides: then the ends of the rules that stick out are its sides.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from raingan.model.records import Box, TableCell

Rule = tuple[float, float, float]
"""Place across, start and end: (x, top, bottom) of an upright rule, (y, left, right) of a level one; points."""

# Points.
_REACH = 3.0  # by which rules that meet may miss each other; tables set 4.5 apart are two
_ONE_RULE = 1.0  # across which pieces of one rule lie
_DOUBLE = 3.0  # between rules that are one side: double borders, a border for each of two cells 2 pixels apart
_DOUBLE_AT_MOST = 4.5  # between the first and the last of them: a hatch is no rule
_ALIKE = 3.0  # within which rules end alike
_STICKS_OUT = 8.0  # by which a rule goes on beyond the last one across it: less holds no letter

_WALL = 0.5  # share of a box's side that a rule covers where it parts two cells
_UNSURE = (0.15, 0.85)  # shares that leave it open whether it does
_MOST_RULES = 1_500  # of a page, pieces joined; a table of 60 rows and 20 columns has 82, a map thousands
_MOST_BOXES = 20_000  # of one table
_MOST_TEXT = 0.8  # of a page's rows in one box: a frame around the page


@dataclass(frozen=True, slots=True)
class Grid:
    """One table: the places of its rules, its cells, and which cell each smallest box belongs to."""

    xs: tuple[float, ...]  # of the sides of columns
    ys: tuple[float, ...]
    cells: tuple[TableCell, ...]  # row by row
    owners: tuple[int, ...]  # index of the cell for each box between neighbouring places, row by row; -1 for none
    unsure: bool = False  # a rule that ends halfway, or boxes that make no rectangle: cells may be cut otherwise

    @property
    def box(self) -> Box:
        """The whole table."""
        return self.xs[0], self.ys[0], self.xs[-1], self.ys[-1]

    def at(self, x: float, y: float) -> TableCell | None:
        """Return the cell around a place."""
        if not (self.xs[0] <= x <= self.xs[-1] and self.ys[0] - _REACH <= y <= self.ys[-1] + _REACH):
            return None
        column = min(max(bisect_right(self.xs, x) - 1, 0), len(self.xs) - 2)
        row = min(max(bisect_right(self.ys, y) - 1, 0), len(self.ys) - 2)
        owner = self.owners[row * (len(self.xs) - 1) + column]
        return self.cells[owner] if owner >= 0 else None


def grids_of(upright: Sequence[Rule], level: Sequence[Rule], rows: Sequence[Box]) -> list[Grid]:
    """Return the tables that rules make, in reading order; `rows` are the boxes of the page's lines of text.

    A box alone is a table of one cell; frames around other tables or around nearly all text are none.
    """
    if not upright or not level:
        return []
    sides, floors = joined(upright), joined(level)
    if len(sides) + len(floors) > _MOST_RULES:
        return []
    grids = [grid for group in _groups(sides, floors) if (grid := _grid(*group, rows)) is not None]
    return _in_reading_order(_without_frames(grids, rows))


# --- rules


def joined(rules: Iterable[Rule], gap: float = _REACH) -> list[Rule]:
    """Join the pieces of rules: those on one line, with less than a gap between them."""
    found: list[Rule] = []
    for line in _clusters(sorted(rules), _ONE_RULE, _ONE_RULE):
        pieces = sorted((start, end, at) for at, start, end in line)
        place = sum(rule[0] for rule in line) / len(line)
        reached, begun = pieces[0][1], pieces[0][0]
        for start, end, _ in pieces[1:]:
            if start - reached > gap:
                found.append((place, begun, reached))
                begun, reached = start, end
            reached = max(reached, end)
        found.append((place, begun, reached))
    return sorted(found)


def _clusters(rules: Sequence[Rule], apart: float, at_most: float) -> list[list[Rule]]:
    """Put sorted rules that lie side by side together."""
    clusters: list[list[Rule]] = []
    for rule in rules:
        last = clusters[-1] if clusters else None
        if last is not None and rule[0] - last[-1][0] <= apart and rule[0] - last[0][0] <= at_most:
            last.append(rule)
        else:
            clusters.append([rule])
    return clusters


def _groups(sides: Sequence[Rule], floors: Sequence[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Part the rules into those that hang together: upright and level ones that meet."""
    parent = list(range(len(sides) + len(floors)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    heights = [floor[0] for floor in floors]
    for number, (x, top, bottom) in enumerate(sides):
        first, last = bisect_left(heights, top - _REACH), bisect_right(heights, bottom + _REACH)
        for index in range(first, last):
            if floors[index][1] - _REACH <= x <= floors[index][2] + _REACH:
                parent[root(len(sides) + index)] = root(number)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for number, rule in enumerate(sides):
        groups.setdefault(root(number), ([], []))[0].append(rule)
    for index, rule in enumerate(floors):
        groups.setdefault(root(len(sides) + index), ([], []))[1].append(rule)
    return [group for group in groups.values() if group[0] and group[1]]


# --- cells of one table


def _grid(sides: list[Rule], floors: list[Rule], text: Sequence[Box]) -> Grid | None:
    """Return the cells between rules that hang together; None where they enclose nothing."""
    columns, rows = _places(sides, floors), _places(floors, sides)
    if any(not places[at][1] for places in (columns, rows) for at in (0, -1)):
        # A table that is open on one side may be so on others, where one rule alone sticks out.
        columns, rows = _places(sides, floors, 1), _places(floors, sides, 1)
        columns, rows = _with_text(columns, rows, text)
    wide, high = len(columns) - 1, len(rows) - 1
    if wide < 1 or high < 1 or wide * high > _MOST_BOXES:
        return None
    xs, ys = [place for place, _ in columns], [place for place, _ in rows]
    right = [_covered(rules, ys) for _, rules in columns]  # [side][row]: share of the side that a rule covers
    below = [_covered(rules, xs) for _, rules in rows]  # [floor][column]
    for shares in (right[0], right[-1], below[0], below[-1]):
        # What sticks out of a table on one side goes as far as its neighbours do.
        if not any(share >= _WALL for share in shares):
            shares[:] = [1.0] * len(shares)
    boxes = _Boxes(wide, high)
    for row in range(high):
        for column in range(wide):
            if column + 1 < wide and right[column + 1][row] < _WALL:
                boxes.join(row, column, row, column + 1)
            if row + 1 < high and below[row + 1][column] < _WALL:
                boxes.join(row, column, row + 1, column)
    parts, ragged = boxes.rectangles()
    kept = [part for part in parts if _open_sides(part, right, below) < 2]
    if not kept:
        return None
    unsure = ragged or any(
        _UNSURE[0] < share < _UNSURE[1] for shares in (*right[1:-1], *below[1:-1]) for share in shares
    )
    return _numbered(kept, xs, ys, unsure)


_Place = tuple[float, list[Rule]]
"""Where rules of a table stand beside each other, and those rules."""


def _places(rules: list[Rule], across: list[Rule], least: int = 2) -> list[_Place]:
    """Where a table's rules stand, with the rules there; an open side, beyond which others go on, has none."""
    clusters = _clusters(sorted(rules), _DOUBLE, _DOUBLE_AT_MOST)
    places = [(sum(rule[0] for rule in cluster) / len(cluster), cluster) for cluster in clusters]
    first = _common_end([rule[1] for rule in across], places[0][0], -1, least)
    last = _common_end([rule[2] for rule in across], places[-1][0], 1, least)
    return [*([(first, [])] if first is not None else []), *places, *([(last, [])] if last is not None else [])]


def _common_end(ends: list[float], limit: float, way: int, least: int) -> float | None:
    """The furthest place beyond a limit at which some rules end alike."""
    beyond = sorted((end for end in ends if (end - limit) * way > _STICKS_OUT), key=lambda end: -end * way)
    last = (beyond[at + least - 1] for at in range(len(beyond) - least + 1))
    return next((first for first, end in zip(beyond, last, strict=False) if abs(first - end) <= _ALIKE), None)


def _with_text(columns: list[_Place], rows: list[_Place], text: Sequence[Box]) -> tuple[list[_Place], list[_Place]]:
    """Leave out open sides that no text stands in: the ends of rules that stick out for no reason."""

    def is_bare(left: float, top: float, right: float, bottom: float) -> bool:
        return not any(box[0] < right and box[2] > left and top <= (box[1] + box[3]) / 2 <= bottom for box in text)

    while len(rows) > 2 and not rows[0][1] and is_bare(columns[0][0], rows[0][0], columns[-1][0], rows[1][0]):
        rows = rows[1:]
    while len(rows) > 2 and not rows[-1][1] and is_bare(columns[0][0], rows[-2][0], columns[-1][0], rows[-1][0]):
        rows = rows[:-1]
    while len(columns) > 2 and not columns[0][1] and is_bare(columns[0][0], rows[0][0], columns[1][0], rows[-1][0]):
        columns = columns[1:]
    while len(columns) > 2 and not columns[-1][1] and is_bare(columns[-2][0], rows[0][0], columns[-1][0], rows[-1][0]):
        columns = columns[:-1]
    return columns, rows


def _covered(rules: list[Rule], places: Sequence[float]) -> list[float]:
    """Share of each stretch between neighbouring places that rules cover."""
    shares = []
    pieces = joined((0.0, start, end) for _, start, end in rules)
    for first, last in pairwise(places):
        covered = sum(max(0.0, min(end, last) - max(start, first)) for _, start, end in pieces)
        shares.append(covered / max(last - first, 1e-6))
    return shares


_Part = tuple[int, int, int, int]
"""First row and column of a cell, and those behind its last; from 0."""


def _open_sides(part: _Part, right: list[list[float]], below: list[list[float]]) -> int:
    """Count the sides of a part that no rule closes: the corner that a cross table leaves out has two."""
    top, left, bottom, end = part
    rows, columns = range(top, bottom), range(left, end)
    sides = (
        [right[left][row] for row in rows],
        [right[end][row] for row in rows],
        [below[top][column] for column in columns],
        [below[bottom][column] for column in columns],
    )
    return sum(sum(side) / len(side) < _WALL for side in sides)


class _Boxes:
    """The smallest boxes between rules, joined where nothing parts them."""

    def __init__(self, wide: int, high: int) -> None:
        self._wide = wide
        self._parent = list(range(wide * high))

    def _root(self, at: int) -> int:
        while self._parent[at] != at:
            self._parent[at] = self._parent[self._parent[at]]
            at = self._parent[at]
        return at

    def join(self, row: int, column: int, other_row: int, other_column: int) -> None:
        """Make two boxes one."""
        first = self._root(row * self._wide + column)
        self._parent[self._root(other_row * self._wide + other_column)] = first

    def rectangles(self) -> tuple[list[_Part], bool]:
        """Return the cells, and whether one of them was no rectangle: it is cut into stretches of rows."""
        members: dict[int, list[tuple[int, int]]] = {}
        for at in range(len(self._parent)):
            members.setdefault(self._root(at), []).append(divmod(at, self._wide))
        parts: list[_Part] = []
        ragged = False
        for boxes in members.values():
            rows, columns = [row for row, _ in boxes], [column for _, column in boxes]
            part = (min(rows), min(columns), max(rows) + 1, max(columns) + 1)
            if (part[2] - part[0]) * (part[3] - part[1]) == len(boxes):
                parts.append(part)
            else:
                ragged = True
                parts += _stretches(boxes)
        return sorted(parts), ragged


def _stretches(boxes: list[tuple[int, int]]) -> list[_Part]:
    """Cut a figure into rectangles: runs of each row, with those of the same width below."""
    runs: list[_Part] = []
    for row, column in sorted(boxes):
        if runs and runs[-1][0] == row and runs[-1][3] == column:
            runs[-1] = (row, runs[-1][1], row + 1, column + 1)
        else:
            runs.append((row, column, row + 1, column + 1))
    parts: list[_Part] = []
    for run in runs:
        above = next((at for at, part in enumerate(parts) if part[1::2] == run[1::2] and part[2] == run[0]), None)
        if above is None:
            parts.append(run)
        else:
            parts[above] = (*parts[above][:2], *run[2:])
    return parts


def _numbered(parts: list[_Part], xs: list[float], ys: list[float], unsure: bool) -> Grid:
    """Make cells of parts; a place of rules at which no cell begins or ends is no row and no column."""
    rows = sorted({edge for part in parts for edge in part[::2]})
    columns = sorted({edge for part in parts for edge in part[1::2]})
    row_of, column_of = {edge: at for at, edge in enumerate(rows)}, {edge: at for at, edge in enumerate(columns)}
    wide = len(columns) - 1
    cells: list[TableCell] = []
    owners = [-1] * (wide * (len(rows) - 1))
    for part in sorted(parts):
        top, left, bottom, right = row_of[part[0]], column_of[part[1]], row_of[part[2]], column_of[part[3]]
        box = (round(xs[part[1]], 1), round(ys[part[0]], 1), round(xs[part[3]], 1), round(ys[part[2]], 1))
        for row in range(top, bottom):
            owners[row * wide + left : row * wide + right] = [len(cells)] * (right - left)
        cells.append(TableCell(top + 1, left + 1, bottom - top, right - left, box))
    places = tuple(round(xs[edge], 1) for edge in columns), tuple(round(ys[edge], 1) for edge in rows)
    return Grid(*places, tuple(cells), tuple(owners), unsure)


# --- tables of a page


def _without_frames(grids: list[Grid], rows: Sequence[Box]) -> list[Grid]:
    """Leave out boxes around other tables, or around most of the text: text in them stands on the page."""
    kept = []
    for grid in grids:
        if len(grid.cells) > 1:
            kept.append(grid)
        elif not any(other is not grid and _holds(grid.box, other.box) for other in grids):
            inside = sum(_holds(grid.box, row) for row in rows)
            if inside and inside <= _MOST_TEXT * len(rows):
                kept.append(grid)
    return kept


def _holds(outer: Box, inner: Box) -> bool:
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3] and outer[2] - outer[0] > inner[2] - inner[0]


def _in_reading_order(grids: list[Grid]) -> list[Grid]:
    """From the top; tables beside each other from the left."""
    bands: list[list[Grid]] = []
    for grid in sorted(grids, key=lambda grid: (grid.ys[0], grid.xs[0])):
        if bands and all(are_beside(grid, other) for other in bands[-1]):
            bands[-1].append(grid)
        else:
            bands.append([grid])
    return [grid for band in bands for grid in sorted(band, key=lambda grid: grid.xs[0])]


def are_beside(first: Grid, second: Grid) -> bool:
    """Tell whether two tables stand beside each other for most of the lower one's height."""
    apart = first.xs[0] >= second.xs[-1] or second.xs[0] >= first.xs[-1]
    overlap = min(first.ys[-1], second.ys[-1]) - max(first.ys[0], second.ys[0])
    return apart and overlap > 0.5 * min(first.ys[-1] - first.ys[0], second.ys[-1] - second.ys[0])

"""Where a place of a page stands among its tables: in which cell, and at which turn it is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from extract.page.tables import Grid, are_beside
from raingan.model.records import Table, TableCell

Order = tuple[float, ...]
"""When something is read: compared number by number. Text outside of tables has (height, left)."""


@dataclass(frozen=True, slots=True)
class Placed:
    """The cell around a place."""

    grid: int  # index of its table
    cell: TableCell
    order: Order  # of the cell


class PageTables:
    """The ruled tables of a page, in reading order.

    Rows of a table are read where they stand in the text. Tables beside each other are read one after the other, from
    the height at which the first begins; a table inside a cell is read at its height in that cell.
    """

    def __init__(self, grids: Sequence[Grid]) -> None:
        self.grids = grids
        self._sizes = [(grid.xs[-1] - grid.xs[0]) * (grid.ys[-1] - grid.ys[0]) for grid in grids]
        self._turns: dict[int, Order] = {}

    def at(self, x: float, y: float) -> Placed | None:
        """Return the cell around a place, the innermost one."""
        around = [(index, cell) for index, grid in enumerate(self.grids) if (cell := grid.at(x, y)) is not None]
        if not around:
            return None
        index, cell = min(around, key=lambda found: self._sizes[found[0]])
        return Placed(index, cell, self._order(index, cell))

    def numbered(
        self, used: Set[int], unruled: Mapping[int, float], unsure: Set[int]
    ) -> tuple[tuple[Table, ...], dict[int, int], dict[int, int]]:
        """Number the tables with text in them, those without rules among them by the heights at which they begin.

        `unsure` are those whose rules leave open which places are one cell. Returns the ruled tables, and the numbers
        of both by what they are known by.
        """
        begins = [(self.grids[index].ys[0], 0, index) for index in sorted(used)]
        for at, (_, _, index) in enumerate(begins):  # one beside another comes behind it, whatever its height
            begins[at] = (max(begins[at][0], begins[at - 1][0]) if at else begins[at][0], 0, index)
        begins += [(top, 1, table) for table, top in unruled.items()]
        numbers: tuple[dict[int, int], dict[int, int]] = ({}, {})
        for number, (_, kind, name) in enumerate(sorted(begins), start=1):
            numbers[kind][name] = number
        tables = tuple(
            Table(numbers[0][index], self.grids[index].box, self.grids[index].cells, unsure=index in unsure)
            for index in sorted(used)
        )
        return tables, *numbers

    def _order(self, index: int, cell: TableCell) -> Order:
        return (*self._turn(index), self.grids[index].ys[cell.row - 1], cell.box[0])

    def _turn(self, index: int) -> Order:
        """What stands before the order of a table's cells."""
        if index not in self._turns:
            self._turns[index] = self._turn_of(index)
        return self._turns[index]

    def _turn_of(self, index: int) -> Order:
        own = self.grids[index]
        x, y = (own.xs[0] + own.xs[-1]) / 2, (own.ys[0] + own.ys[-1]) / 2
        around = [
            (self._sizes[at], at, cell)
            for at, grid in enumerate(self.grids)
            if self._sizes[at] > self._sizes[index] and (cell := grid.at(x, y)) is not None
        ]
        if around:
            _, outer, cell = min(around, key=lambda found: found[:2])
            return self._order(outer, cell)
        beside = [grid for grid in self.grids if grid is own or are_beside(grid, own)]
        return (min(grid.ys[0] for grid in beside), own.xs[0]) if len(beside) > 1 else ()

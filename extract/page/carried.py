"""Tables that go on over a page: the last thing of one page and the first of the next, with the same columns."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

from raingan.model.records import Line, Page, Table, TableCell

# Points.
_SHIFT = 12.0  # sideways between two pages: sheets lie differently in a scanner
_ALIKE = 4.0  # between places of one column, once shifted
_OVER = 3.0  # by which a line beside a table's end may reach into its height


def with_tables_carried(pages: Iterable[Page]) -> tuple[Page, ...]:
    """Mark tables that continue one of the page before, and number their columns as there.

    A part may have fewer rules than the table it continues: the columns of a head with groups, a row without label.
    """
    carried: list[Page] = []
    for page in pages:
        before = carried[-1] if carried else None
        last = None if before is None or before.number != page.number - 1 else _last_table(before)
        first = _first_table(page) if last is not None else None
        columns = _same_columns(last, first) if last is not None and first is not None else None
        if first is not None and columns is not None:
            page = _continued(page, first, columns)
        carried.append(page)
    return tuple(carried)


def _last_table(page: Page) -> Table | None:
    """The table that a page ends with, None where text stands below it."""
    table = max(page.tables, key=lambda table: table.box[3], default=None)
    if table is None or any(line.box and line.box[1] > table.box[3] - _OVER for line in _others(page, table)):
        return None
    return table


def _first_table(page: Page) -> Table | None:
    """The table that a page begins with, None where text stands above it."""
    table = min(page.tables, key=lambda table: table.box[1], default=None)
    if table is None or any(line.box and line.box[3] < table.box[1] + _OVER for line in _others(page, table)):
        return None
    return table


def _others(page: Page, table: Table) -> list[Line]:
    return [line for line in page.lines if line.cell is None or line.cell[0] != table.number]


def _edges(table: Table) -> list[float]:
    """Where the columns of a table begin, and where the last ends; index 0 is the first column's."""
    begins = dict(sorted({cell.column: cell.box[0] for cell in table.cells}.items(), reverse=True))
    ends = {cell.column + cell.column_span: cell.box[2] for cell in table.cells}
    return [place for _, place in sorted({**ends, **begins}.items())]


def _same_columns(first: Table, second: Table) -> list[int] | None:
    """Which edge of the first table each edge of the second is; None where one is none of them."""
    here, there = _edges(first), _edges(second)
    shift = there[0] - here[0]
    if len(there) < 3 or abs(shift) > _SHIFT:  # a box that goes on has no columns to tell it by
        return None
    found: list[int] = []
    for edge in there:
        nearest = min(range(len(here)), key=lambda at: abs(here[at] + shift - edge))
        if abs(here[nearest] + shift - edge) > _ALIKE or nearest in found:
            return None
        found.append(nearest)
    return found if found[-1] == len(here) - 1 else None


def _continued(page: Page, table: Table, columns: Sequence[int]) -> Page:
    def renumbered(cell: TableCell) -> TableCell:
        first, end = columns[cell.column - 1], columns[cell.column - 1 + cell.column_span]
        return dataclasses.replace(cell, column=first + 1, column_span=end - first)

    def moved(line: Line) -> Line:
        if line.cell is None or line.cell[0] != table.number:
            return line
        return dataclasses.replace(line, cell=(*line.cell[:2], columns[line.cell[2] - 1] + 1))

    carried = dataclasses.replace(table, cells=tuple(map(renumbered, table.cells)), continues=True)
    tables = tuple(carried if other is table else other for other in page.tables)
    lines = page.lines if list(columns) == list(range(len(columns))) else tuple(map(moved, page.lines))
    return dataclasses.replace(page, lines=lines, tables=tables)

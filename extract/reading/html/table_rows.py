"""Rows and columns of tables in web pages."""

from __future__ import annotations

import re
from collections.abc import Mapping

# Columns for which cells that reach down are remembered: reports have a dozen, hostile pages a million.
_SPAN_COLUMNS = 64
_MOST_SPAN = 1_000


class _Table:
    __slots__ = ("column", "in_cell", "next_column", "number", "reach", "row")

    def __init__(self, number: int) -> None:
        self.number = number
        self.row = 0
        self.column = 0
        self.next_column = 1
        self.in_cell = False
        self.reach: dict[int, int] = {}  # column -> last row that a cell from above reaches


class TableState:
    """The tables open at one place of a page."""

    def __init__(self, depth_limit: int) -> None:
        self._open: list[_Table] = []
        self._count = 0
        self._depth_limit = depth_limit
        self._too_deep = 0

    @property
    def cell(self) -> tuple[int, int, int] | None:
        """Table, row and column of the innermost open cell, each from 1."""
        for table in reversed(self._open):
            if table.in_cell:
                return table.number, table.row, table.column
        return None

    @property
    def depth(self) -> int:
        """How many tables are open."""
        return len(self._open)

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take the start tag of a table, row or cell."""
        if name == "table":
            if len(self._open) >= self._depth_limit:
                self._too_deep += 1
                return
            self._count += 1
            self._open.append(_Table(self._count))
        elif self._open and not self._too_deep:
            table = self._open[-1]
            table.in_cell = False
            if name == "tr":
                table.row += 1
                table.next_column = 1
            elif name in ("td", "th"):
                _begin_cell(table, attributes)

    def end(self, name: str) -> None:
        """Take the end tag of a table, row or cell."""
        if name == "table" and self._too_deep:
            self._too_deep -= 1
        elif name == "table" and self._open:
            self._open.pop()
        elif self._open and not self._too_deep:
            self._open[-1].in_cell = False


def _begin_cell(table: _Table, attributes: Mapping[str, str]) -> None:
    table.row = max(table.row, 1)
    column = table.next_column
    while table.reach.get(column, 0) >= table.row:
        column += 1
    wide = _span(attributes.get("colspan"))
    last = table.row + _span(attributes.get("rowspan")) - 1
    if last > table.row:
        for reached in range(column, min(column + wide, _SPAN_COLUMNS)):
            table.reach[reached] = last
    table.column = column
    table.next_column = column + wide
    table.in_cell = True


def _span(text: str | None) -> int:
    found = re.match(r"\s*([0-9]{1,6})", text, re.ASCII) if text else None
    return 1 if found is None else max(1, min(_MOST_SPAN, int(found[1])))

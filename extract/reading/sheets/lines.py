"""From cells to lines: one line for each line of a cell, with its place; what is told goes to the cell's line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from extract.page.line_text import make_line
from extract.page.told import hidden_text, with_told
from extract.reading.text.read import plain_page
from raingan.model.errors import InputError
from raingan.model.records import Limits, Line, Page, Problem

MOST_ROWS = 20_000  # of one sheet; the largest list of indicators of a ministry has some hundreds
_MOST_CELLS = 400_000  # of one sheet
_MOST_HIDDEN = 20  # hidden rows of a sheet that are told one by one


@dataclass(slots=True)
class SheetCell:
    """One cell that holds something."""

    row: int  # from 1
    column: int
    text: str
    told: list[Problem] = field(default_factory=list)
    hidden: bool = False  # its row or column is not shown


class Counter:
    """Counts what a workbook holds, and refuses what is over the limits."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._characters = 0
        self._cells = 0

    def new_sheet(self) -> None:
        """Begin to count a sheet."""
        self._cells = 0

    def take(self, cell: SheetCell, rows: int) -> None:
        """Count one cell, the latest of so many rows; raise `InputError` where it is one too many."""
        self._cells += 1
        self._characters += len(cell.text)
        if rows > MOST_ROWS:
            raise InputError("too-large", what="rows", size=f"> {MOST_ROWS}", limit=MOST_ROWS)
        if self._cells > _MOST_CELLS:
            raise InputError("too-large", what="cells", size=f"> {_MOST_CELLS}", limit=_MOST_CELLS)
        if self._characters > self._limits.text_chars:
            limit = self._limits.text_chars
            raise InputError("too-large", what="characters", size=self._characters, limit=limit)


def sheet_page(cells: Iterable[SheetCell], number: int, counter: Counter, before: Iterable[Problem] = ()) -> Page:
    """Make the page of one sheet; `before` is told of it as a whole."""
    counter.new_sheet()
    return plain_page(with_told([*before, *_parts(cells, number, counter)]), number)


def _parts(cells: Iterable[SheetCell], page: int, counter: Counter) -> Iterator[Line | Problem]:
    rows, row, told_rows = 0, 0, 0
    hidden: list[str] = []
    for cell in cells:
        if cell.row != row:
            yield from _told_of(hidden) if told_rows < _MOST_HIDDEN else ()
            told_rows += bool(hidden)
            hidden.clear()
            rows, row = rows + 1, cell.row
        counter.take(cell, rows)
        if cell.hidden:
            hidden.append(cell.text)
            continue
        for text in cell.text.split("\n"):
            line = make_line(text, page, paragraph_end=True, cell=(1, cell.row, cell.column))
            if line is not None:
                yield line
        yield from cell.told
    yield from _told_of(hidden) if told_rows < _MOST_HIDDEN else ()


def _told_of(hidden: list[str]) -> list[Problem]:
    text = " ".join(hidden)
    return [hidden_text(text)] if any(character.isdigit() for character in text) else []

"""Text whose columns are set apart: CSV files, and what was copied from a sheet or a table (tabs)."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from extract.page.line_text import make_line
from raingan.model.records import Line

# What a list or a heading begins with, set apart by a tab too: "1.<tab>text" is one text.
_LIST_MARK = re.compile(r"\s*(?:[(\[]?[0-9\u0e50-\u0e59.]{1,8}[)\].]?|[-\u2013\u2022*\u25cf\u25aa:]{1,2})\s*")
# A label and its value: the tab says no more than a space does, and lines below may go on with the value.
_BEHIND_COLON = re.compile(r"[^\t]*:[^\S\n\t]*\t[^\t]*")
_BETWEEN = re.compile(r"\S[^\S\n\t]*\t\s*\S")
_LEAST_ROWS = 3
_SHARE = 0.2  # of the lines that hold text: sections of prose have none
_SURE_ROWS, _SURE_SHARE = 5, 0.9  # where nothing but the text says that commas set columns apart
_LONGEST_CELL = 20_000  # characters; a quotation mark that is never closed takes all that follows

Row = list[str]


def lines_of_columns(text: str, page: int, named_csv: bool) -> list[Line] | None:
    """Return the cells of a text in columns as lines, None where it is ordinary text."""
    rows = _tabbed(text) or _separated(text, named_csv)
    return None if rows is None else list(_lines(rows, page))


def _tabbed(text: str) -> list[Row] | None:
    if "\t" not in text:
        return None
    held = [line for line in text.splitlines() if line.strip()]
    quoted = '\t"' in text  # as a cell of several lines is
    rows = sum(
        1
        for line in held
        if _BETWEEN.search(line)
        and len(_joined(line.split("\t"))) > 1
        and (quoted or not _BEHIND_COLON.fullmatch(line))
    )
    if rows < _LEAST_ROWS or rows < _SHARE * len(held):
        return None
    return [_joined(row) for row in _parsed(text, "\t") or [line.split("\t") for line in text.splitlines()]]


def _separated(text: str, named_csv: bool) -> list[Row] | None:
    if not named_csv and not text.count(",") >= _SURE_ROWS:
        return None
    for separator in (",", ";") if named_csv else (",",):
        rows = _parsed(text, separator)
        if rows is not None and _is_table(rows, named_csv):
            return rows
    return None


def _is_table(rows: Sequence[Row], named_csv: bool) -> bool:
    held = [row for row in rows if any(cell.strip() for cell in row)]
    several = [row for row in held if len(row) > 1]
    if named_csv:
        return len(several) >= _LEAST_ROWS
    widths = Counter(map(len, several))
    alike = max(widths.values(), default=0)
    # Prose has a space behind a comma, a table has none.
    prose = sum(cell.startswith(" ") for row in several for cell in row[1:])
    return alike >= _SURE_ROWS and alike >= _SURE_SHARE * len(held) and prose == 0


def _parsed(text: str, separator: str) -> list[Row] | None:
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error:  # a cell too long, or a NUL
        return None
    return None if any(len(cell) > _LONGEST_CELL for row in rows for cell in row) else rows


def _joined(row: Sequence[str]) -> Row:
    """Return a row whose first cell is no mere list mark."""
    if len(row) > 1 and row[0].strip() and row[1].strip() and _LIST_MARK.fullmatch(row[0]):
        return [f"{row[0].strip()} {row[1].strip()}", *row[2:]]
    return list(row)


def _lines(rows: Sequence[Row], page: int) -> Iterator[Line]:
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row, start=1):
            place = (1, number, column) if len(row) > 1 else None
            for part in cell.splitlines():
                line = make_line(part, page, paragraph_end=True, cell=place)
                if line is not None:
                    yield line

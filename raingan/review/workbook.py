"""What people typed into a workbook's sheet of flags, read without believing it.

A workbook comes back from an office: saved by Excel or LibreOffice, sorted, filtered, or made by somebody else to do
harm. Nothing in it is computed, followed or opened.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from raingan.records import InputError, Limits
from raingan.review.parts import Refused

TABLE = "flags"
KEYS = ("row_id", "path", "code", "value", "decision", "reviewed_value", "reviewer", "note")
_TYPED = ("decision", "reviewed_value", "reviewer", "note")
_NEEDED = frozenset(("row_id", "path", "code", *_TYPED))

_COLUMNS_AT_MOST = 200  # of a sheet; ours has 22
_ROWS_AT_MOST = 1_048_576  # Excel's
_EMPTY_AT_MOST = 10_000  # rows without anything, one after the other; programs that clear a column leave a thousand
_TEXT_LENGTH = 100_000  # characters of a cell; Excel's limit is 32,767


@dataclass(frozen=True, slots=True)
class TypedRow:
    """A row of the sheet of flags in which something was typed."""

    sheet: str
    row: int
    report: str  # id, as it stands there
    path: str
    code: str
    shown: str  # the machine's value as the workbook showed it
    decision: str
    value: object  # as the cell holds it: str, int, float, bool, datetime, None
    is_formula: bool
    reviewer: str
    note: str


def typed_rows(path: Path, limits: Limits | None = None) -> Iterator[TypedRow]:
    """Yield every row in which somebody typed; raises `Refused` where it is no workbook that this program wrote."""
    book = _opened(path, limits or Limits())
    try:
        found = False
        for sheet in book.worksheets:
            columns = None
            empty = 0
            for number, cells in enumerate(sheet.iter_rows(max_col=_COLUMNS_AT_MOST), 1):
                if number == 1:
                    columns = _columns([cell.value for cell in cells])
                    if columns is None:
                        break
                    found = True
                    continue
                assert columns is not None
                row = _row(sheet.title, number, cells, columns)
                empty = 0 if any(cell.value is not None for cell in cells) else empty + 1
                if row is not None:
                    yield row
                if empty > _EMPTY_AT_MOST or number > _ROWS_AT_MOST:
                    break
        if not found:
            raise Refused("apply-foreign", path=path)
    except _DAMAGED as error:
        raise Refused("apply-broken", path=path, error=type(error).__name__) from error
    finally:
        book.close()


# What openpyxl and its XML parser raise for files that are not what they say.
_DAMAGED = (KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, EOFError, SyntaxError)


def _opened(path: Path, limits: Limits) -> Any:
    """Open a workbook to read, after the guards against bombs that every archive passes."""
    import openpyxl

    from extract.archive import Budget, files_in, open_archive, read_member

    try:
        size = path.stat().st_size
        if size > limits.file_bytes:
            raise Refused("apply-large", path=path)
        data = path.read_bytes()
    except OSError as error:
        raise Refused("apply-missing", path=path, error=error.strerror or error) from error
    try:
        with open_archive(data, limits) as archive:
            budget = Budget.of(limits)
            for _, entry in files_in(archive):
                read_member(archive, entry, limits, budget)
    except InputError as error:
        raise Refused("apply-broken", path=path, error=error.code) from error
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of parts that openpyxl does not know, which are no matter here
        try:
            return openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        except _DAMAGED as error:
            raise Refused("apply-broken", path=path, error=type(error).__name__) from error


def _columns(titles: Sequence[object]) -> Mapping[str, int] | None:
    """Return where each of `KEYS` stands, by the titles in either language; None for another sheet."""
    from export.layout import plans

    by_title = {title: column.key for column in plans()[TABLE].columns for title in column.title}
    found: dict[str, int] = {}
    for index, title in enumerate(titles):
        key = by_title.get(title) if isinstance(title, str) else None
        if key in KEYS:
            found.setdefault(str(key), index)
    return found if set(found) >= _NEEDED else None


def _row(sheet: str, number: int, cells: Sequence[Any], columns: Mapping[str, int]) -> TypedRow | None:
    def at(key: str) -> Any:
        index = columns.get(key)
        return None if index is None or index >= len(cells) else cells[index]

    def text(key: str) -> str:
        cell = at(key)
        return "" if cell is None or cell.value is None else str(cell.value)[:_TEXT_LENGTH].strip()

    if not any(text(key) for key in _TYPED):
        return None
    value = at("reviewed_value")
    return TypedRow(
        sheet=sheet,
        row=number,
        report=text("row_id"),
        path=text("path"),
        code=text("code"),
        shown=text("value"),
        decision=text("decision"),
        value=None if value is None else value.value,
        is_formula=any(getattr(at(key), "data_type", None) == "f" for key in _TYPED),
        reviewer=text("reviewer"),
        note=text("note"),
    )


def typed_text(value: object) -> str:
    """Return what a cell holds as a person would type it: Excel may have made a number or a day of it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float):
        # A double has 15 digits that a person typed; what comes behind them is noise: 0.1 + 0.2.
        return format(Decimal(f"{value:.15g}"), "f")
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()  # of either era: the year tells
    return str(value)[:_TEXT_LENGTH].strip()

"""What people typed into a workbook's sheet of flags, read without believing it.

A workbook comes back from an office: saved by Excel or LibreOffice, sorted, filtered, or made by somebody else to do
harm. Nothing in it is computed, followed or opened.
"""

from __future__ import annotations

import warnings
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

from raingan.model.errors import InputError, Refused
from raingan.model.records import Limits
from raingan.review.decisions import FieldKind

TABLE = "flags"
KEYS = ("row_id", "path", "code", "value", "printed", "decision", "reviewed_value", "reviewer", "note")
_TYPED = ("decision", "reviewed_value", "reviewer", "note")

_COLUMNS_AT_MOST = 200  # of a sheet; ours has 26
_ROWS_AT_MOST = 1_048_576  # Excel's
_EMPTY_AT_MOST = 10_000  # rows without anything, one after the other; programs that clear a column leave a thousand
_TEXT_LENGTH = 100_000  # characters of a cell; Excel's limit is 32,767

# The contents of 100,000 reports make a sheet of 1 GB, which packs to a fifth; sheets are read in passing, other parts
# whole.
_LIMITS = Limits(file_bytes=2 * 2**30, zip_bytes=8 * 2**30)
_WHOLE_PART_BYTES = 2**30
_SHEETS = "xl/worksheets/"

# Years that a day in a cell is taken for. "15/3/64" becomes 1964 in Excel: what lies before is not what was typed.
_CHRISTIAN_YEARS = range(1990, 2101)
_BUDDHIST_YEARS = range(2533, 2644)
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class TypedRow:
    """A row of the sheet of flags in which something was typed."""

    sheet: str
    row: int
    report: str  # id, as it stands there
    path: str
    code: str
    shown: str  # the value as the workbook showed it
    printed: str  # the wording as printed, as the workbook showed it
    decision: str
    value: object  # as the cell holds it: str, int, float, bool, datetime, None
    is_percent: bool  # the cell shows 0.8 as 80 %
    is_formula: bool  # or the error that one ended with
    reviewer: str
    note: str


def typed_rows(path: Path) -> tuple[TypedRow, ...]:
    """Return every row in which somebody typed; raises `Refused` where it is no workbook that this program wrote."""
    try:
        with path.open("rb") as stream, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts that openpyxl does not know, which are no matter here
            if path.stat().st_size > _LIMITS.file_bytes:
                raise Refused("apply-large", path=path)
            return _read(path, stream)
    except _DAMAGED as error:
        raise Refused("apply-broken", path=path, error=type(error).__name__) from error
    except OSError as error:
        raise Refused("apply-missing", path=path, error=error.strerror or error) from error


# What zipfile, openpyxl and its XML parser raise for files that are not what they say.
_DAMAGED = (
    *(KeyError, ValueError, TypeError, AttributeError, IndexError, ArithmeticError, EOFError, SyntaxError),
    *(RuntimeError, MemoryError, AssertionError, zipfile.BadZipFile, zlib.error),
)


def _read(path: Path, stream: BinaryIO) -> tuple[TypedRow, ...]:
    import openpyxl

    _guard(path, stream)
    try:
        book = openpyxl.load_workbook(stream, read_only=True, data_only=False, keep_links=False)
    except OSError as error:  # a zip without a workbook
        raise Refused("apply-broken", path=path, error=type(error).__name__) from error
    try:
        found = [rows for sheet in book.worksheets if (rows := _rows_of(sheet)) is not None]
    finally:
        book.close()
    if not found:
        raise Refused("apply-foreign", path=path)
    return tuple(row for rows in found for row in rows)


def _guard(path: Path, stream: BinaryIO) -> None:
    """Refuse bombs by what the parts say of their sizes: `zipfile` hands out no byte more than that."""
    from extract.intake.archive import bomb_ratio, files_in, open_archive

    try:
        whole = 0
        for name, entry in files_in(open_archive(stream, _LIMITS)):
            whole += entry.file_size
            large = whole > _LIMITS.zip_bytes or (
                entry.file_size > _WHOLE_PART_BYTES and not name.lstrip("/").startswith(_SHEETS)
            )
            if large or bomb_ratio(entry, entry.file_size, _LIMITS) is not None:
                raise Refused("apply-large", path=path)
    except InputError as error:
        raise Refused("apply-broken", path=path, error=error.code) from error
    stream.seek(0)


def _rows_of(sheet: Any) -> list[TypedRow] | None:
    """Return the rows of a sheet of flags in which somebody typed; None for another sheet."""
    sheet.reset_dimensions()  # what a sheet says of its size may be less than it has
    rows = enumerate(sheet.iter_rows(max_col=_COLUMNS_AT_MOST), 1)
    columns = _columns([cell.value for cell in next(rows, (1, ()))[1]])
    if columns is None:
        return None
    found = []
    empty = 0
    for number, cells in rows:
        row = _row(sheet.title, number, cells, columns)
        if row is not None:
            found.append(row)
            empty = 0
        else:
            empty = 0 if any(cell.value is not None for cell in cells) else empty + 1
        if empty > _EMPTY_AT_MOST or number > _ROWS_AT_MOST:
            break
    return found


def _columns(titles: Sequence[object]) -> Mapping[str, int] | None:
    """Return where each of `KEYS` stands, by the titles in either language; None for another sheet."""
    from export.layout import plans

    by_title = {title: column.key for column in plans()[TABLE].columns for title in column.title}
    found: dict[str, int] = {}
    for index, title in enumerate(titles):
        key = by_title.get(title) if isinstance(title, str) else None
        if key in KEYS:
            found.setdefault(str(key), index)
    return found if len(found) == len(KEYS) else None


def _row(sheet: str, number: int, cells: Sequence[Any], columns: Mapping[str, int]) -> TypedRow | None:
    def at(key: str) -> Any:
        index = columns.get(key)
        return None if index is None or index >= len(cells) else cells[index]

    def text(key: str) -> str:
        cell = at(key)
        return "" if cell is None or cell.value is None else _text(cell.value)

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
        printed=text("printed"),
        decision=text("decision"),
        value=None if value is None else value.value,
        is_percent="%" in str(getattr(value, "number_format", "")),
        is_formula=any(getattr(at(key), "data_type", None) in ("f", "e") for key in _TYPED),
        reviewer=text("reviewer"),
        note=text("note"),
    )


def typed_text(row: TypedRow, kind: FieldKind) -> str:
    """Return the value of a row as a person would type it; raises `Refused` where Excel made something else of it."""
    value = row.value
    if isinstance(value, (date, time, timedelta)):
        if kind not in (FieldKind.DATE, FieldKind.DAY) or not isinstance(value, date):
            raise Refused("apply-made-date", text=value)
        return _day(value.date() if isinstance(value, datetime) else value)
    if isinstance(value, (bool, int, float)):
        if kind is FieldKind.TEXT or isinstance(value, bool):  # "1.10" became 1.1, "007" became 7
            raise Refused("apply-made-number", text=value)
        if row.is_percent:
            raise Refused("apply-percent", text=value, shown=_plain(value * 100))
        return _plain(value)
    return "" if value is None else _text(value)


def _day(day: date) -> str:
    """Return a day in a cell as ISO 8601, of either era: the year tells."""
    if day.year not in _CHRISTIAN_YEARS and day.year not in _BUDDHIST_YEARS:
        raise Refused("apply-date-year", text=day.isoformat())
    if day.day <= _MONTHS and day.day != day.month:  # Excel in English takes 3/4 for 4 March, in Thai for 3 April
        raise Refused("apply-day-or-month", text=day.isoformat(), other=f"{day.year}-{day.day:02}-{day.month:02}")
    return day.isoformat()


def _plain(number: float) -> str:
    # A double has 15 digits that a person typed; what comes behind them is noise: 0.1 + 0.2.
    return format(Decimal(f"{number:.15g}"), "f") if isinstance(number, float) else str(number)


def _text(value: object) -> str:
    return str(value)[:_TEXT_LENGTH].replace("_x000D_", "").strip()  # how XML of spreadsheets writes a line end's CR

"""CSV tables: a folder with one file a table, for programs and for spreadsheets that open them safely."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from datetime import date
from decimal import Decimal
from pathlib import Path

from export.layout import plans
from export.rows import RowMaker
from export.text import clean, is_risky, plain_number
from raingan.model.records import RunInfo
from raingan.model.stages import ToldFile, ToldReport

TABLES = ("reports", "quarters", "sections", "dates", "orders", "quantities", "flags", "reviews", "files")
"""Names of the tables, and of their files without suffix."""


def write_csv(path: Path, reports: Iterable[ToldReport], files: Iterable[ToldFile], run: RunInfo) -> None:
    """Make the folder `path` with a file for each of `TABLES`; raises OSError.

    UTF-8 with the mark that Excel looks for, CRLF line ends, ISO dates, codes instead of words. A text that a
    spreadsheet could take for a formula gets an apostrophe before it; numbers stay numbers.
    """
    path.mkdir()
    maker = RowMaker(run)
    with ExitStack() as stack:
        writers = {}
        for table in TABLES:
            stream = stack.enter_context((path / f"{table}.csv").open("w", encoding="utf-8-sig", newline=""))
            writer = writers[table] = csv.writer(stream, lineterminator="\r\n")
            writer.writerow(columns_of(table))
        kept = {table: plans()[table].data_columns for table in TABLES}
        for number, report in enumerate(reports, 1):
            for row in maker.rows_of_report(number, report):
                writers[row.table].writerow(_fields(row.values, kept[row.table]))
        for number, file in enumerate(files, 1):
            for row in maker.rows_of_file(number, file):
                writers[row.table].writerow(_fields(row.values, kept[row.table]))


def columns_of(table: str) -> list[str]:
    """Return the first line of a table; nothing for a name that is none."""
    plan = plans().get(table)
    return [] if plan is None else [plan.columns[index].key for index in plan.data_columns]


def _fields(values: Sequence[object], columns: Sequence[int]) -> list[str]:
    return [csv_field(values[index]) for index in columns]


def csv_field(value: object) -> str:
    """Return a value as text for CSV: nothing for None, plain digits for numbers, texts made safe."""
    if value is None:
        return ""
    if isinstance(value, str):
        text = clean(value)
        return "'" + text if is_risky(text) or is_risky(value) else text
    if isinstance(value, Decimal):
        return plain_number(value)
    if isinstance(value, int | date):  # a moment too: "2026-11-23 10:14:05"
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in a table")

"""CSV tables: a folder with one file a table, for programs and for spreadsheets that open them safely."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from datetime import date
from decimal import Decimal
from pathlib import Path

from export.layout import plans
from export.questions import QUESTIONS, question_rows
from export.rows import RowMaker
from export.text import clean, divided_safely, is_risky, plain_number
from raingan.model.questions import Question
from raingan.model.records import RunInfo
from raingan.model.stages import ToldFile, ToldReport

TABLES = ("reports", "questions", "quarters", "sections", "dates", "orders", "quantities", "flags", "reviews", "files")
"""Names of the tables, and of their files without suffix."""


def write_csv(
    path: Path,
    reports: Iterable[ToldReport],
    files: Iterable[ToldFile],
    run: RunInfo,
    questions: Iterable[Question] = (),
) -> None:
    """Make the folder `path` with a file for each of `TABLES`; raises OSError.

    Reports are iterated first, then files, then questions, each once.

    UTF-8 with the mark that Excel looks for, CRLF line ends, ISO dates, codes instead of words. Every text is quoted,
    numbers and days are not. What a spreadsheet could take for a formula gets an apostrophe before it, also within a
    text: semicolons, tabs and line ends divide fields for who chooses so, and quotes then count for nothing.
    """
    path.mkdir()
    maker = RowMaker(run)
    with ExitStack() as stack:
        writers = {}
        for table in TABLES:
            stream = stack.enter_context((path / f"{table}.csv").open("w", encoding="utf-8-sig", newline=""))
            writers[table] = stream
            stream.write(csv_line(columns_of(table)))
        kept = {table: plans()[table].data_columns for table in TABLES}
        for number, report in enumerate(reports, 1):
            for row in maker.rows_of_report(number, report):
                writers[row.table].write(csv_line(row.values[index] for index in kept[row.table]))
        for number, file in enumerate(files, 1):
            for row in maker.rows_of_file(number, file):
                writers[row.table].write(csv_line(row.values[index] for index in kept[row.table]))
        for values in question_rows(questions, maker.words):
            writers[QUESTIONS].write(csv_line(values[index] for index in kept[QUESTIONS]))


def columns_of(table: str) -> list[str]:
    """Return the first line of a table; nothing for a name that is none."""
    plan = plans().get(table)
    return [] if plan is None else [plan.columns[index].key for index in plan.data_columns]


def csv_line(values: Iterable[object]) -> str:
    """Return a row of a table, with its line end."""
    return ",".join(map(_written, values)) + "\r\n"


def _written(value: object) -> str:
    field = csv_field(value)
    return '"' + field.replace('"', '""') + '"' if isinstance(value, str) else field


def csv_field(value: object) -> str:
    """Return a value as text for CSV: nothing for None, plain digits for numbers, texts made safe."""
    if value is None:
        return ""
    if isinstance(value, str):
        text = clean(value)
        return "'" + divided_safely(text) if is_risky(text) or is_risky(value) else divided_safely(text)
    if isinstance(value, Decimal):
        return plain_number(value)
    if isinstance(value, int | date):  # a moment too: "2026-11-23 10:14:05"
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in a table")

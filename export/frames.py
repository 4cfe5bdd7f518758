"""The same tables as pandas data frames."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from export.csvtables import TABLES
from export.filling import Values
from export.layout import Column, plans
from export.questions import QUESTIONS, question_rows
from export.rows import RowMaker
from raingan.model.questions import Question
from raingan.model.records import RunInfo
from raingan.model.stages import ToldFile, ToldReport

if TYPE_CHECKING:
    import pandas


def tables(
    reports: Iterable[ToldReport], files: Iterable[ToldFile], run: RunInfo, questions: Iterable[Question] = ()
) -> dict[str, pandas.DataFrame]:
    """Return a frame for each of `export.csvtables.TABLES`; "report" joins them.

    Whole numbers are Int64, numbers Float64, texts and codes string, days datetime64[s]; unknown is NA.
    """
    maker = RowMaker(run)
    rows: dict[str, list[Values]] = {table: [] for table in TABLES}
    for number, report in enumerate(reports, 1):
        for row in maker.rows_of_report(number, report):
            rows[row.table].append(row.values)
    for number, file in enumerate(files, 1):
        for row in maker.rows_of_file(number, file):
            rows[row.table].append(row.values)
    rows[QUESTIONS].extend(question_rows(questions, maker.words))
    return {table: _frame(table, rows[table]) for table in TABLES}


def _frame(table: str, rows: list[Values]) -> pandas.DataFrame:
    import pandas

    plan = plans()[table]
    return pandas.DataFrame(
        {
            plan.columns[index].key: _series(plan.columns[index], [values[index] for values in rows])
            for index in plan.data_columns
        }
    )


def _series(column: Column, values: list[Any]) -> Any:
    import numpy
    import pandas

    if column.type in ("integer", "identifier", "year") or column.words == "severity":
        return pandas.array([pandas.NA if value is None else int(value) for value in values], dtype="Int64")
    if column.type in ("number", "share", "percent"):
        return pandas.array([pandas.NA if value is None else float(value) for value in values], dtype="Float64")
    if column.type in ("date", "moment"):
        # Seconds, not nanoseconds: those end in 1677 and 2262, and a damaged date may lie anywhere.
        # A moment that is none stands as text in the other tables.
        days = [value if isinstance(value, date) else "NaT" for value in values]
        return pandas.Series(numpy.array([numpy.datetime64(day, "s") for day in days], "datetime64[s]"))
    return pandas.array([pandas.NA if value is None else value for value in values], dtype=pandas.StringDtype("python"))

"""Tables with one row for each indicator, as sheets and lists of indicators print them: each row becomes a report.

Asked only where no form fits. The head says what the columns are (`row_heads.toml`); a head over several columns
("result") gives its meaning to those below it ("quarter 1"). What columns hold that are not known is told, and so is a
row without a name; nothing is taken from another column than its own.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import groupby

from extract.sections.layout import Item
from extract.thai.folding import fold
from raingan.model.records import Flag, RawField, RawReport

FORM = "indicator_rows"

_HEAD_ROWS = 40  # of a table looked at for its head
_LEAST_COLUMNS = 3  # that the head of such a table has, the name and a figure among them
_LONGEST_FORM = 5_000  # lines in cells of one table; a report that fills one has some hundreds
_YEAR = re.compile(r"2[45][0-9]{2}")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_DIGIT = re.compile("[0-9\u0e50-\u0e59]")
_LONGEST_FIGURE = 60  # characters of a quarter's cell; what is longer is prose about the quarter
_MEASURES = ("target", "actual")

Row = dict[int, list[Item]]
"""Column -> the lines of its cell."""


@dataclass(slots=True)
class _Head:
    """What the columns of a table are."""

    last: int  # index of its last row
    keys: dict[int, str] = field(default_factory=dict)  # column -> key, or "unit"
    labels: dict[int, str] = field(default_factory=dict)  # column -> as printed


def row_reports(items: Sequence[Item]) -> list[RawReport]:
    """Return a report for each row of the tables that list indicators."""
    found: list[RawReport] = []
    cells = [item for item in items if item.line.cell is not None]
    for page, group in groupby(cells, key=lambda item: (item.line.page, item.line.cell[0] if item.line.cell else 0)):
        rows = _rows(list(group))
        head = _head(rows)
        if head is not None:
            _drop_false_years(head, rows)
            fields = _above([item for item in items if item.line.page == page[0]], rows, head)
            if "fiscal_year" in head.keys.values():  # what stands above a list of several years is no row's own
                fields.pop("fiscal_year", None)
            found += _reports(rows, head, page[0], fields)
    return found


def without_lists(items: Sequence[Item]) -> Sequence[Item]:
    """Return the lines without those of tables far longer than any form: only rows of such a table can be reports."""
    rows = Counter((item.line.page, item.line.cell[0]) for item in items if item.line.cell is not None)
    long = {table for table, cells in rows.items() if cells > _LONGEST_FORM}
    if not long:
        return items
    return [item for item in items if item.line.cell is None or (item.line.page, item.line.cell[0]) not in long]


def _rows(items: Sequence[Item]) -> list[Row]:
    rows: dict[int, Row] = {}
    for item in items:
        if item.line.cell is not None:
            rows.setdefault(item.line.cell[1], {}).setdefault(item.line.cell[2], []).append(item)
    return [rows[number] for number in sorted(rows)]


def _text(row: Row, column: int) -> str:
    return " ".join(item.text for item in row.get(column, ()))


def _head(rows: Sequence[Row]) -> _Head | None:
    for index, row in enumerate(rows[:_HEAD_ROWS]):
        keys = {column: key for column in row if (key := _key_of(_text(row, column))) is not None}
        if "indicator_name" not in keys.values() or len(row) < _LEAST_COLUMNS:
            continue
        head = _Head(index, keys, {column: _text(row, column) for column in row})
        if index + 1 < len(rows):
            _take_second_row(head, row, rows[index + 1])
        figures = {key for key in head.keys.values() if key in _MEASURES or key.startswith("quarter")}
        if figures:
            return head
    return None


def _take_second_row(head: _Head, first: Row, second: Row) -> None:
    """Give columns below a head over several their own meaning: the quarters of a result, the unit of a target."""
    texts = {column: _text(second, column) for column in second}
    quarters = {column: _quarter_of(text) for column, text in texts.items()}
    named = next(column for column, key in head.keys.items() if key == "indicator_name")
    if (
        not texts
        or named in texts
        or any(_DIGIT.search(text) and not quarters[column] for column, text in texts.items())
    ):
        return
    head.last += 1
    for column, text in texts.items():
        group = max((above for above in first if above <= column), default=None)
        over = None if group is None else _key_of(_text(first, group))
        head.labels[column] = text
        if quarters[column] and over == "target":  # a plan by quarters is no result
            head.keys.pop(column, None)
        elif quarters[column]:
            head.keys[column] = f"quarter {quarters[column]}"
        elif _key_of(text) == "unit":
            head.keys[column] = "unit"


def _drop_false_years(head: _Head, rows: Sequence[Row]) -> None:
    """Leave a column of years its key only where each of its cells is one: figures may stand below it, too."""
    named = next(column for column, key in head.keys.items() if key == "indicator_name")
    below = [row for row in rows[head.last + 1 :] if _text(row, named).strip()]
    for column in [column for column, key in head.keys.items() if key == "fiscal_year"]:
        years = [_without_beside(fold(_text(row, column))) for row in below if column in row]
        if not all(map(_YEAR.fullmatch, years)):
            del head.keys[column]


def _key_of(text: str) -> str | None:
    folded = fold(_BRACKETS.sub(" ", text))
    if not folded:
        return None
    quarter = _quarter_of(text)
    if quarter is not None:
        return f"quarter {quarter}"
    found = _labels().get(folded)
    if found is not None:
        return found
    return _labels().get(_without_beside(_YEAR.sub("", folded)))


def _without_beside(folded: str) -> str:
    for word in _beside():
        folded = folded.replace(word, "")
    return folded


def _quarter_of(text: str) -> str | None:
    folded = fold(_BRACKETS.sub(" ", text))
    for word in _folded_list("quarters"):
        if folded.startswith(word) and folded[len(word) :] in ("1", "2", "3", "4"):
            return folded[len(word) :]
    return None


def _above(items: Sequence[Item], rows: Sequence[Row], head: _Head) -> dict[str, RawField]:
    """Return the year and the agency that stand above a table for all of its rows."""
    first = next(iter(rows[head.last].values()))[0]
    found: dict[str, RawField] = {}
    for at, item in enumerate(items):
        if item is first or (
            item.line.cell is not None and first.line.cell is not None and item.line.cell[1] >= first.line.cell[1]
        ):
            break
        if "fiscal_year" not in found and any(word in item.folded for word in _folded_list("year")):
            year = _YEAR.search(item.folded) or (_YEAR.search(items[at + 1].folded) if at + 1 < len(items) else None)
            if year is not None:
                found["fiscal_year"] = _raw("fiscal_year", [item], year[0])
        label = next((word for word in _folded_list("agency") if item.folded.startswith(word)), None)
        if "agency" not in found and label is not None:
            value = item.text.partition(":")[2].strip()
            beside = items[at + 1] if item.folded.rstrip(":") == label and at + 1 < len(items) else None
            if not value and beside is not None and beside.line.cell is not None and item.line.cell is not None:
                value = beside.text if beside.line.cell[:2] == item.line.cell[:2] else ""
            if value:
                found["agency"] = _raw("agency", [item], value)
    return found


def _reports(rows: Sequence[Row], head: _Head, page: int, above: Mapping[str, RawField]) -> Iterator[RawReport]:
    named = next(column for column, key in head.keys.items() if key == "indicator_name")
    last: list[RawReport] = []
    for row in rows[head.last + 1 :]:
        name = _text(row, named)
        figures = any(
            _DIGIT.search(_text(row, column))
            for column, key in head.keys.items()
            if key in _MEASURES or key.startswith("quarter")
        )
        if not figures or any(fold(name).startswith(word) for word in _folded_list("sums")):
            continue  # a group of indicators, a row of sums
        if not name.strip():
            if last:
                flag = Flag(
                    "row-without-name", "file", {"text": " ".join(_text(row, column) for column in sorted(row))}
                )
                last[0] = _with_flag(last[0], flag)
            continue
        yield from last
        last = [_report(row, head, page, above)]
    yield from last


def _report(row: Row, head: _Head, page: int, above: Mapping[str, RawField]) -> RawReport:
    unit_column = next((column for column, key in head.keys.items() if key == "unit"), None)
    unit = _text(row, unit_column).strip() if unit_column is not None else ""
    fields = dict(above)
    flags: list[Flag] = []
    left_out: list[str] = []
    for column in sorted(row):
        key, items = head.keys.get(column), row[column]
        if key is None or key == "unit":
            if key is None:
                label = head.labels.get(column, "")
                left_out.append(f"{label}: {_text(row, column)}" if label else _text(row, column))
            flags += [Flag(problem.code, "file", problem.values) for item in items for problem in item.line.told]
            continue
        raw = _cell_field(key, items, unit or None)
        if raw.key in fields and raw.key not in above:
            values = {"text": f"{fields[raw.key].text}, {raw.text}", "value": fields[raw.key].text}
            flags.append(Flag("value-ambiguous", raw.key, values))
        else:
            fields[raw.key] = raw
        flags += [Flag(problem.code, raw.key, problem.values) for item in items for problem in item.line.told]
    if left_out:
        flags.append(Flag("columns-left-out", "file", {"text": ", ".join(left_out)}))
    return RawReport(FORM, page, page, tuple(fields.values()), (), tuple(flags))


def _cell_field(key: str, items: Sequence[Item], unit: str | None) -> RawField:
    text = " ".join(item.text for item in items)
    if key.startswith("quarter "):
        number = key[-1]
        if len(text) > _LONGEST_FIGURE or not _DIGIT.search(text):
            return _raw(f"quarters.{number}", items, None)
        return _raw(f"quarter_results.{number}.value", items, text, unit)
    if key in _MEASURES:
        return _raw(key, items, text, unit)
    return _raw(key, items, None)


def _raw(key: str, items: Sequence[Item], value: str | None, unit: str | None = None) -> RawField:
    texts = tuple(item.text for item in items)
    return RawField(
        key, texts if value is None else (value,), "\n".join(texts), unit=unit, page=items[0].line.page,
        tokens=tuple(token for item in items for token in item.line.tokens),
    )  # fmt: skip


def _with_flag(report: RawReport, flag: Flag) -> RawReport:
    return RawReport(
        report.form, report.first_page, report.last_page, report.fields, report.missing, (*report.flags, flag)
    )


@cache
def _heads() -> Mapping[str, object]:
    return tomllib.loads(files("extract.sections").joinpath("row_heads.toml").read_text(encoding="utf-8"))


@cache
def _labels() -> Mapping[str, str]:
    columns = _heads()["columns"]
    assert isinstance(columns, dict)
    return {fold(label): key for key, labels in columns.items() for label in labels}


@cache
def _beside() -> tuple[str, ...]:
    return _folded_list("beside")


@cache
def _folded_list(name: str) -> tuple[str, ...]:
    words = _heads()[name]
    assert isinstance(words, list)
    return tuple(sorted(map(fold, words), key=len, reverse=True))

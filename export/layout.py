"""The tables as data: which columns each has, what they are called and mean (`columns.toml`, `words.toml`).

What a column shows of a report, the table of fields knows (`raingan/model/report_fields.toml`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from raingan.model.records import section_field
from raingan.model.report_fields import ReportField, Step, report_fields
from raingan.model.words import LANGUAGES, Entry, entry_of, fill, groups, rows, terms

Pair = tuple[str, str]
"""Thai, English."""

WHOSE = {"agency": 20, "fiscal_year": 9, "indicator_number": 9, "indicator_name": 30}
"""Fields of a report that the rows of its details repeat, with the width of their columns in characters."""

# Characters of the default font, for a column that `columns.toml` does not tell of.
_WIDTHS = {"prose": 24, "text": 14, "word": 14, "number": 12, "year": 12, "date": 15, "share": 12, "identifier": 7}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    key: str
    title: Pair
    type: str  # one of those that the head of `columns.toml` lists
    width: int  # characters of the default font
    meaning: Pair
    unit: Pair | None = None
    label: str | None = None  # on the printed form
    fields: tuple[str, ...] = ()  # key paths of the record, without indexes, whose flags colour this column
    group: str | None = None  # columns that are folded away where all of them are empty
    words: str | None = None  # list of `words.toml` that holds the words of a "word" column
    shows: Step | None = None  # the value of a report that stands in it; None where it is computed
    item: int | None = None  # which of a value of several, from 0
    items_from: int | None = None  # that one and all behind it
    decision_on: str | None = None  # what people decided of this field,
    says: str | None = None  # and which of its values: "machine" or "value"


@dataclass(frozen=True, slots=True)
class TablePlan:
    """One table: a sheet of the workbook, a CSV file, a data frame."""

    table: str
    title: Pair
    about: Pair
    columns: tuple[Column, ...]
    pages_wide: int  # pages side by side in print
    frozen: int  # columns on the left that stay in sight
    shut: frozenset[str] = frozenset()  # groups that are folded away whatever they hold
    of_reports: bool = False  # each row tells whose it is: the columns of `WHOSE`

    @property
    def data_columns(self) -> tuple[int, ...]:
        """Indexes of the columns that hold data; a link or a picture is only for the eye, some are only typed into."""
        others = ("link", "picture", "typed")
        return tuple(index for index, column in enumerate(self.columns) if column.type not in others)

    @property
    def groups(self) -> dict[str, frozenset[int]]:
        """Indexes of the columns of each group."""
        names = {column.group for column in self.columns if column.group is not None}
        return {name: frozenset(i for i, c in enumerate(self.columns) if c.group == name) for name in names}


@cache
def plans() -> Mapping[str, TablePlan]:
    """Return every table by name, in the order of the sheets."""
    return {item["table"]: _plan(item) for item in rows("export", "columns.toml")["table"]}


@cache
def columns_of_path(table: str, path: str) -> tuple[int, ...]:
    """Return the columns that show a key path: the path itself, what lies under it, else what it lies under.

    Indexes in the path do not matter: "dates.3.start" is the column of "dates.start".
    """
    bare = ".".join(part for part in path.split(".") if not part.isdigit())
    columns = plans()[table].columns
    below = tuple(i for i, c in enumerate(columns) if any(f == bare or f.startswith(bare + ".") for f in c.fields))
    if below:
        return below
    return tuple(i for i, c in enumerate(columns) if any(bare.startswith(f + ".") for f in c.fields))


class Words:
    """The words of one language."""

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else LANGUAGES[0]

    def pick(self, pair: Pair) -> str:
        """Return the one of a pair that is in this language."""
        return pair[LANGUAGES.index(self.language)]

    def of(self, name: str, key: str) -> str:
        """Return the word for a code; a code that has none stands for itself."""
        if name == "section":
            return self.field_name(section_field(key))
        entry = _list(name).get(key)
        return key if entry is None else entry.in_(self.language)

    def say(self, name: str, key: str, /, **values: object) -> str:
        """Return a phrase with its values filled in."""
        return fill(_list(name)[key].in_(self.language), values)

    def keys(self, name: str) -> tuple[str, ...]:
        """Return the codes of a list, in order."""
        return tuple(_list(name))

    def readings(self) -> list[tuple[str, str]]:
        """Return the paragraphs on how to read the workbook: name, meaning."""
        items = [
            (entry_of(item["name"]), entry_of(item["meaning"])) for item in rows("export", "words.toml")["reading"]
        ]
        return [(name.in_(self.language), meaning.in_(self.language)) for name, meaning in items]

    def months(self) -> list[str]:
        """Return the twelve short names of months that dates are shown with."""
        return [entry.in_(self.language) for entry in _list("months").values()]

    def field_name(self, path: str) -> str:
        """Return the name of a key path for people: "dates.3" -> "date 4"; an unknown path as it is."""
        column = _column_of(path)
        if column is not None:
            return self.pick(column.title)
        return report_fields().name(path, self.language, sheet=True)


def _list(name: str) -> Mapping[str, Entry]:
    """Return a list of words: one of the workbook's own, or one that it shares."""
    own = groups("export", "words.toml").get(name)
    return terms(name) if own is None else own


def _column_of(path: str) -> Column | None:
    """Return the column that shows just this of a report, unless the sheets have a name of their own for it."""
    step = report_fields().find(path)
    if step is None or step.field.sheet_name is not None:
        return None
    return next((column for column in plans()["reports"].columns if column.shows == step), None)


def _plan(item: dict[str, Any]) -> TablePlan:
    told = [_column(column) for column in item["column"]]
    shown = {column.shows.path for column in told if column.shows is not None}
    missing = [path for path in _values_of(item["table"]) if path not in shown]
    more = [_column({"key": path.replace(".", "_"), "field": path}) for path in missing]
    columns = [*told, *more]
    if whose := item.get("of_reports", False):
        # Behind the report's number; where people type, they come behind what they need for that.
        place = 1 + max(
            index for index, column in enumerate(columns) if column.key == "report" or column.type == "typed"
        )
        columns[place:place] = [_column_of_report(key, width) for key, width in WHOSE.items()]
    return TablePlan(
        table=item["table"],
        title=_pair(item["title"]),
        about=_pair(item["about"]),
        columns=tuple(columns),
        pages_wide=item.get("pages_wide", 1),
        frozen=item.get("frozen", 1),
        shut=frozenset(item.get("shut", ())),
        of_reports=whose,
    )


def _column_of_report(key: str, width: int) -> Column:
    """Return the column of a detail's row that says whose it is; flags on that field do not colour it."""
    shown = _column({"key": key, "field": key, "width": width})
    return replace(shown, fields=(), shows=None, label=None)


def _values_of(table: str) -> Iterator[str]:
    """Yield the key paths of the single values that a table has to show."""
    for entry in report_fields().fields.values():
        if entry.sheet == table and table != "sections":  # where a paragraph is a row
            yield from _values_below(entry, entry.key)


def _values_below(entry: ReportField, path: str) -> Iterator[str]:
    if entry.kind is not None:
        yield path
    for part in entry.parts.values():
        if not (entry.listed and part.key == "section"):  # the rows of all lists tell it
            yield from _values_below(part, f"{path}.{part.key}")


def _column(item: dict[str, Any]) -> Column:
    fields = item.get("field", ())
    fields = (fields,) if isinstance(fields, str) else tuple(fields)
    step = report_fields().find(fields[0]) if len(fields) == 1 else None
    told = {} if step is None else _as_the_field_is(step)
    told |= {key: tuple(value) if isinstance(value, list) else value for key, value in item.items() if key != "field"}
    for key in ("item", "items_from"):
        if key in told:
            told[key] -= 1
    told["label"] = told.get("label") or None
    return Column(**{"width": _WIDTHS.get(told["type"]), **told}, fields=fields, shows=step)


def _as_the_field_is(step: Step) -> dict[str, Any]:
    """Return what a column is by the field that it shows, where `columns.toml` does not tell otherwise."""
    entry, name = step.field, _heading(step.path)
    return {
        "title": name,
        "meaning": name,
        "type": "word" if entry.words else entry.kind and entry.kind.column,
        "words": entry.words,
        "label": report_fields().label(step.path),
    }


def _heading(path: str) -> Pair:
    thai, english = (report_fields().full_name(path, language) for language in LANGUAGES)
    return thai, english[:1].upper() + english[1:]


def _pair(item: list[str]) -> Pair:
    entry = entry_of(item)
    return entry.thai, entry.english

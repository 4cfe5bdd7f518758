"""The tables as data: which columns each has, what they are called and mean (`columns.toml`, `words.toml`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from raingan.model.words import LANGUAGES, Entry, entry_of, fill, groups, rows, terms

Pair = tuple[str, str]
"""Thai, English."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    key: str
    title: Pair
    type: str  # one of those that the head of `columns.toml` lists
    width: int  # characters of the default font
    meaning: Pair
    unit: Pair | None
    label: str | None  # on the printed form
    fields: tuple[str, ...]  # key paths of the record, without indexes, whose flags colour this column
    group: str | None  # columns that are folded away where all of them are empty
    words: str | None  # list of `words.toml` that holds the words of a "word" column


@dataclass(frozen=True, slots=True)
class TablePlan:
    """One table: a sheet of the workbook, a CSV file, a data frame."""

    table: str
    title: Pair
    about: Pair
    columns: tuple[Column, ...]
    pages_wide: int  # pages side by side in print
    frozen: int  # columns on the left that stay in sight

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
        entry = _list(name).get(key)
        if entry is None:
            return self.field_name(key) if name == "section" else key
        return entry.in_(self.language)

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
        bare = ".".join(part for part in path.split(".") if not part.isdigit())
        numbers = [part for part in path.split(".") if part.isdigit()]
        head = bare.partition(".")[0]
        if numbers and head in ("quarters", "quarter_results"):
            return self.say("field", head[:-1], n=numbers[0])
        if numbers and head in ("dates", "orders", "quantities"):
            return self.say("field", head, n=int(numbers[0]) + 1)
        for name in ("section", "field"):
            if bare in _list(name):
                return self.say(name, bare, n="")
        column = _column_of(bare)
        if column is not None:
            return self.pick(column.title)
        while bare:
            if bare in _list("field"):
                return self.say("field", bare, n="")
            bare = bare.rpartition(".")[0]
        return path


def _list(name: str) -> Mapping[str, Entry]:
    """Return a list of words: one of the workbook's own, or one that it shares."""
    own = groups("export", "words.toml").get(name)
    return terms(name) if own is None else own


def _column_of(bare: str) -> Column | None:
    return next((column for column in plans()["reports"].columns if column.fields == (bare,)), None)


def _plan(item: dict[str, Any]) -> TablePlan:
    return TablePlan(
        table=item["table"],
        title=_pair(item["title"]),
        about=_pair(item["about"]),
        columns=tuple(_column(column) for column in item["column"]),
        pages_wide=item.get("pages_wide", 1),
        frozen=item.get("frozen", 1),
    )


def _column(item: dict[str, Any]) -> Column:
    fields = item.get("field", [])
    return Column(
        key=item["key"],
        title=_pair(item["title"]),
        type=item["type"],
        width=item["width"],
        meaning=_pair(item["meaning"]),
        unit=_pair(item["unit"]) if "unit" in item else None,
        label=item.get("label"),
        fields=(fields,) if isinstance(fields, str) else tuple(fields),
        group=item.get("group"),
        words=item.get("words"),
    )


def _pair(item: list[str]) -> Pair:
    entry = entry_of(item)
    return entry.thai, entry.english

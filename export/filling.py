"""Values and columns meet here, by name: nobody else knows in which order the columns of a table stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from export.flagging import share
from export.layout import Column, plans
from export.text import plain_number
from raingan.model.made_functions import made_function
from raingan.model.report_fields import ReportField, report_fields

Value = str | int | Decimal | date | None  # a datetime is a date
Values = Sequence[Value]
Cells = dict[str, Value]
"""Values by the key of their column."""

_Way = Callable[[Any], Value]
_FOR_PEOPLE = ("typed", "picture")  # columns that no value is given for


def row_function(table: str, *above: str) -> Callable[..., Values]:
    """Return what makes the values of a table's rows, in the order of its columns.

    It takes what each of the key paths `above` leads to ("" to the report itself, "dates" to an item of that list),
    and reads from it the columns that show something of it. All others are keywords, named by the column; TypeError
    where one is missing or strange.
    """
    sources = {path: f"source_{number}" for number, path in enumerate(above)}
    known: dict[str, object] = {}
    values, keywords = [], []
    for column in plans()[table].columns:
        place = next((path for path in above if _is_of(column, path)), None)
        if place is not None:
            values.append(_read(column, place, sources[place], known))
        elif column.type in _FOR_PEOPLE:
            values.append("None")
        else:
            values.append(column.key)
            keywords.append(column.key)
    parameters = ", ".join([*sources.values(), "*", *keywords])
    return made_function(parameters, [f"return ({', '.join(values)},)"], known)


def _is_of(column: Column, above: str) -> bool:
    return column.shows is not None and (not above or f"{column.shows.path}.".startswith(f"{above}."))


def _read(column: Column, above: str, source: str, known: dict[str, object]) -> str:
    """Return the expression of a column's value; `known` gets the names that it uses."""
    assert column.shows is not None
    place, may_be_none = source, []
    for step in report_fields().walk(column.shows.path):
        if len(step.path) > len(above):
            place = f"{place}.{step.field.key}"
            if step.field.missing:
                may_be_none.append(place)
        elif step.field.by and step.field.kind is None:  # a record under a key may not be there
            may_be_none.append(place)
    value, way = place, _way(column, column.shows.field)
    if way is not None:
        known[f"cell_{column.key}"] = way
        value = f"cell_{column.key}({place})"
    return f"(None if {' or '.join(f'{one} is None' for one in may_be_none)} else {value})" if may_be_none else value


def _way(column: Column, entry: ReportField) -> _Way | None:
    """Return what makes a cell of a value, None where the value is the cell."""
    name = "" if entry.kind is None else entry.kind.name
    if name == "figures":
        return _figures(column)
    if name == "pages":
        place = column.item or 0
        return lambda pages: None if pages is None else pages[place]
    return _WAYS.get(name)


def _figures(column: Column) -> _Way:
    if column.item is not None:
        place = column.item
        return lambda figures: figures[place] if len(figures) > place else None
    first = column.items_from or 0
    return lambda figures: " / ".join(plain_number(figure) for figure in figures[first:]) or None


_WAYS: Mapping[str, _Way] = {
    "share": lambda value: None if value is None else share(value),
    "date-kind": lambda kind: str(kind.value),
    "wording": lambda text: text or None,
}

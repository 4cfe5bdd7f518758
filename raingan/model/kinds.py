"""Kinds of single values: how each goes to JSON and back, and to the one text by which people judge it and back.

A field of a report names its kind in the table of fields (`report_fields.toml`). What a kind means to a stage of its
own stands there: how it is read in `normalize`, what its cell looks like in `export`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

Way = Callable[[Any], Any]

# A double keeps 15 significant digits; JSON itself sets no limit, so longer numbers are written digit by digit.
_FLOAT_DIGITS = 15
_FLOAT_EXPONENT = 300
_FIGURE_DIGITS = 100  # no figure of a report has more
_DAYS = "/"  # between the first and the last day of a date
_BETWEEN_FIGURES = " / "


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of value. The way to JSON takes None; those to and from text do not."""

    name: str
    column: str | None  # type of its column, as `export/columns.toml` lists them; None where it has none of its own
    typed: str | None  # what people type it as (`FieldKind` of the review); None where nobody may change it
    to_json: Way | None = None  # None: it is plain already
    to_text: Way = str  # canonical
    from_text: Way = str  # of a canonical text; raises ValueError
    empty: Any = None  # where the value is unknown
    parts: tuple[str, ...] = ()  # of the record, where its text stands for several of them


# --- JSON


def _number(value: Decimal | None) -> int | float | Decimal | None:
    """5 -> 5, 5.00 -> 5.0, 57.25 -> 57.25; what neither int nor float holds exactly stays a Decimal."""
    if value is None or not value.is_finite():
        return None
    exponent = int(value.as_tuple().exponent)
    if abs(value.adjusted()) > _FLOAT_EXPONENT or exponent < -_FLOAT_EXPONENT:
        return value
    if exponent >= 0:
        return int(value)
    return float(value) if len(value.as_tuple().digits) <= _FLOAT_DIGITS else value


def _numbers(values: tuple[Decimal, ...]) -> list[object]:
    return [_number(value) for value in values]


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _list(values: tuple[object, ...] | None) -> list[object] | None:
    return None if values is None else list(values)


# --- canonical texts


def _figure_text(value: Decimal) -> str:
    if not value.is_finite() or abs(value.adjusted()) > _FIGURE_DIGITS:  # written out it would be long
        return str(value)
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _figure(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not number.is_finite() or abs(number.adjusted()) > _FIGURE_DIGITS:
        raise ValueError(text)
    return number


def _figures_text(values: tuple[Decimal, ...]) -> str | None:
    return _BETWEEN_FIGURES.join(map(_figure_text, values)) or None


def _figures(text: str) -> tuple[Decimal, ...]:
    return tuple(_figure(figure.strip()) for figure in text.split(_BETWEEN_FIGURES.strip())) if text else ()


def _year(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) == 4):
        raise ValueError(text)
    return int(text)


def _period_text(item: Any) -> str | None:
    start, end = item.start, item.end
    if start is None or end is None:
        return None
    return start.isoformat() if start == end else f"{start.isoformat()}{_DAYS}{end.isoformat()}"


def _period(text: str) -> tuple[date | None, date | None]:
    start, _, end = text.partition(_DAYS)
    first = date.fromisoformat(start) if start else None
    return first, date.fromisoformat(end) if end else first


KINDS = {
    kind.name: kind
    for kind in (
        Kind("prose", "prose", "text"),  # paragraphs, one a line
        Kind("line", "prose", "text"),
        Kind("person", "prose", "text"),  # a line beside a signature
        Kind("code", "text", "text"),  # only names something: kept as text, digits and all
        Kind("wording", "prose", None),  # as printed or as given
        Kind("word", "text", None),  # of our own: the id of a form, a section
        Kind("choice", "text", "choice"),
        Kind("year", "year", "year", None, str, _year),  # Buddhist era
        Kind("figure", "number", "number", _number, _figure_text, _figure),
        Kind("figures", "text", "text", _numbers, _figures_text, _figures, ()),
        Kind("day", "date", "day", _day, date.isoformat, date.fromisoformat),
        Kind("period", None, "date", None, _period_text, _period, (None, None), ("start", "end")),
        Kind("date-kind", "text", None, lambda kind: kind.value),
        Kind("pages", "identifier", None, _list),  # first and last
        Kind("share", "share", None),  # of 1
    )
}
"""Every kind by its name."""

"""What a flag points at: its rows and columns, the page, the wording as printed, the value taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_FLOOR, Decimal, InvalidOperation
from typing import NamedTuple

from export.layout import Words
from export.text import plain_number, shortened
from raingan.model.records import DateMention, Flag, Measure, Order, Quantity, Report, section_field

# Parts of the record that are lists or are kept by quarter: a flag on "dates.3.start" belongs to row "dates.3".
_ROWS = frozenset({"dates", "orders", "quantities", "quarters", "quarter_results"})
_BUDDHIST_ERA = 543
_VALUE_LENGTH = 120  # of a text in the column of values; the wording as printed stands beside it
_NO_FLAGS: Sequence[Flag] = ()
_THOUSANDTH = Decimal("0.001")


class Reading(NamedTuple):
    """What an engine read from a picture, and what the context says instead."""

    text: str | None = None
    confidence: Decimal | None = None
    others: str | None = None
    proposal: str | None = None
    reason: str | None = None


_NO_READING = Reading()


def reading_of(flag: Flag) -> Reading:
    """Return a flag's reading; nothing for a flag on a text that no engine read.

    Messages take parameters of the same names, "text" above all: they count only where the flag has a picture, a
    confidence, other readings or a proposal too.
    """
    values: Mapping[str, str] = flag.values
    if flag.picture is None and not any(values.get(key) for key in ("confidence", "others", "proposal")):
        return _NO_READING
    return Reading(
        values.get("text") or None,
        share(values.get("confidence")),
        values.get("others") or None,
        values.get("proposal") or None,
        values.get("reason") or None,
    )


def share(value: str | float | None) -> Decimal | None:
    """Return a probability in thousandths, rounded down so that 0.9996 does not show as certain; None if it is none."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number.quantize(_THOUSANDTH, ROUND_FLOOR) if number.is_finite() and 0 <= number <= 1 else None


class FlagsOfReport:
    """Flags by the row they belong to."""

    def __init__(self, flags: Sequence[Flag]) -> None:
        self._by_row: dict[str, list[Flag]] = {}
        for flag in flags:
            head, _, rest = flag.field.partition(".")
            row = f"{head}.{rest.partition('.')[0]}" if rest and head in _ROWS else head
            self._by_row.setdefault(row, []).append(flag)

    def of(self, row: str) -> Sequence[Flag]:
        """Return the flags of "dates.3", "quarters.2", "definition" ..., in order."""
        return self._by_row.get(row, _NO_FLAGS)


def page_of(report: Report, path: str) -> int | None:
    """Return the page where a field was read, or the report's first page; None where the source has no pages."""
    key = path
    item = _item(report, path)
    if item is not None:
        key = section_field(item.section)
    while key:
        origin = report.origin.get(key)
        if origin is not None and origin.page is not None:
            return origin.page
        key = key.rpartition(".")[0]
    return None if report.pages is None else report.pages[0]


def printed_text(report: Report, path: str, length: int) -> str | None:
    """Return a field's wording as printed, on one line; a long one ends with a mark that shows it is shortened."""
    item = _item(report, path)
    text: str | None = None
    if isinstance(item, Order):
        text = item.text or item.number
    elif item is not None:
        text = item.text
    elif (measure := _measure(report, path)) is not None:
        text = measure.text
    key = path if item is None else ""
    while text is None and key:
        origin = report.origin.get(key)
        text = None if origin is None else origin.text
        key = key.rpartition(".")[0]
    return shortened(text, length) or None if text else None


def value_text(report: Report, path: str, words: Words) -> str | None:
    """Return the value that the record holds for a short field; None for prose and for what is unknown."""
    item = _item(report, path)
    if isinstance(item, DateMention):
        return _range(_day(item.start, words), _day(item.end, words))
    if isinstance(item, Order):
        return " ".join(part for part in (item.number, _day(item.date, words)) if part)
    if isinstance(item, Quantity):
        return _amount(item.value, item.upper, item.operator, item.unit)
    measure = _measure(report, path)
    if measure is not None:
        return _amount(measure.value, measure.upper, measure.operator, measure.unit)
    value = _attribute(report, path)
    if isinstance(value, Decimal):
        return plain_number(value, ",")
    if path == "level" and isinstance(value, str):
        return words.of("level", value)
    return shortened(str(value), _VALUE_LENGTH) if isinstance(value, str | int) and path not in _PROSE else None


_PROSE = frozenset({"definition", "calculation", "year_summary", "supporting_factors", "obstacles", "evidence"})


def _item(report: Report, path: str) -> DateMention | Order | Quantity | None:
    head, _, rest = path.partition(".")
    if head not in ("dates", "orders", "quantities"):
        return None
    number = rest.partition(".")[0]
    items: Sequence[DateMention | Order | Quantity] = getattr(report, head)
    return items[int(number)] if number.isdecimal() and int(number) < len(items) else None


def _measure(report: Report, path: str) -> Measure | None:
    head = path.partition(".")[0]
    return {"target": report.target, "actual": report.actual}.get(head)


def _attribute(report: Report, path: str) -> object:
    """Follow a key path into the record: "strategy.goal.code", "quarter_results.2.value"."""
    found: object = report
    for part in path.split("."):
        found = found.get(part) if isinstance(found, dict) else getattr(found, part, None)
    return found if not path.startswith("quarters") else None


def _amount(value: Decimal | None, upper: Decimal | None, operator: str | None, unit: str | None) -> str | None:
    if value is None:
        return None
    shown = _range(plain_number(value, ","), None if upper is None else plain_number(upper, ","))
    sign = operator if operator != ".." else None
    return " ".join(part for part in (sign, shown, unit) if part)


def _range(first: str | None, last: str | None) -> str | None:
    return first if last is None or last == first else f"{first or ''} – {last}"


def _day(day: date | None, words: Words) -> str | None:
    return None if day is None else f"{day.day} {words.months()[day.month - 1]} {day.year + _BUDDHIST_ERA}"

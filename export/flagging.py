"""What a flag points at: its rows and columns, the page, the wording as printed, the value taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import ROUND_FLOOR, Decimal, InvalidOperation
from typing import Any, NamedTuple

from export.layout import Words
from export.text import plain_number, shortened
from raingan.model.records import BUDDHIST_ERA, DateMention, Flag, Measure, Order, Quantity, Report, section_field
from raingan.model.report_fields import NOTHING, report_fields

_VALUE_LENGTH = 120  # of a text in the column of values; the wording as printed stands beside it
_NO_FLAGS: Sequence[Flag] = ()
_THOUSANDTH = Decimal("0.001")


class Reading(NamedTuple):
    """What an engine read from a picture, and what the context says instead."""

    read: str | None = None
    confidence: Decimal | None = None
    others: str | None = None
    proposal: str | None = None
    reason: str | None = None


NO_READING = Reading()


def reading_of(flag: Flag) -> Reading:
    """Return a flag's reading; nothing for a flag on a text that no engine read.

    Messages take parameters of the same names, "text" above all: they count only where the flag has a picture, a
    confidence, other readings or a proposal too.
    """
    values: Mapping[str, str] = flag.values
    if flag.picture is None and not any(values.get(key) for key in ("confidence", "others", "proposal")):
        return NO_READING
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
    """Flags by the row they belong to: one on "dates.3.start" to row "dates.3"."""

    def __init__(self, flags: Sequence[Flag]) -> None:
        self._by_row: dict[str, list[Flag]] = {}
        fields = report_fields().fields
        for flag in flags:
            head, _, rest = flag.field.partition(".")
            entry = fields.get(head)
            row = f"{head}.{rest.partition('.')[0]}" if rest and entry is not None and entry.several else head
            self._by_row.setdefault(row, []).append(flag)

    def of(self, row: str) -> Sequence[Flag]:
        """Return the flags of "dates.3", "quarters.2", "definition" ..., in order."""
        return self._by_row.get(row, _NO_FLAGS)


def page_of(report: Report, path: str) -> int | None:
    """Return the page where a field was read, or the report's first page; None where the source has no pages."""
    item = _item(report, path) if "." in path else None
    key = path if item is None else section_field(item.section)
    while key:
        origin = report.origin.get(key)
        if origin is not None and origin.page is not None:
            return origin.page
        key = key.rpartition(".")[0]
    return None if report.pages is None else report.pages[0]


def page_of_flag(report: Report, flag: Flag) -> int | None:
    """Return the page that a flag on the whole report names, else the page of its field."""
    named = flag.values.get("page", "")
    if "." not in flag.field and flag.field not in report.origin and report.pages is not None:
        first, last = report.pages
        if named.isascii() and named.isdecimal() and first <= int(named) <= last:
            return int(named)
    return page_of(report, flag.field)


def printed_text(report: Report, path: str, length: int) -> str | None:
    """Return a field's wording as printed, on one line; a long one ends with a mark that shows it is shortened."""
    text = _printed(report, path)
    if text is None and _item(report, path) is None:
        while path and path not in report.origin:
            path = path.rpartition(".")[0]
        text = report.origin[path].text if path else None
    return shortened(text, length) or None if text else None


def value_text(report: Report, path: str, words: Words) -> str | None:
    """Return the value that the record holds for a short field; None for prose and for what is unknown."""
    fields = report_fields()
    for step in fields.walk(path):
        tell = _TELL.get(step.field.record or "")
        if tell is not None and not step.of_several and (record := fields.take(report, step.path)) is not NOTHING:
            return tell(record, words)
    value, last = fields.take(report, path), fields.find(path)
    if last is None or last.field.kind is None or last.field.kind.name == "prose":
        return None
    if isinstance(value, Decimal):
        return plain_number(value, ",")
    if last.field.words and isinstance(value, str):
        return words.of(last.field.words, value)
    return shortened(str(value), _VALUE_LENGTH) if isinstance(value, str | int) else None


def _item(report: Report, path: str) -> Any:
    """Return the item of a list that a key path leads to or into; None where it does not."""
    fields = report_fields()
    steps = fields.walk(path)[:2]
    if len(steps) < 2 or not steps[0].field.listed or steps[1].number is None:
        return None
    item = fields.take(report, steps[1].path)
    return None if item is NOTHING else item


def _printed(report: Report, path: str) -> str | None:
    fields = report_fields()
    for step in fields.walk(path):
        if step.field.printed and not step.of_several and (record := fields.take(report, step.path)) is not NOTHING:
            return next((text for name in step.field.printed if (text := getattr(record, name))), None)
    return None


def _amount(measure: Measure | Quantity, words: Words) -> str | None:
    value, upper, operator = measure.value, measure.upper, measure.operator
    if value is None:
        return None
    shown = _range(plain_number(value, ","), None if upper is None else plain_number(upper, ","))
    sign = operator if operator != ".." else None
    return " ".join(part for part in (sign, shown, measure.unit) if part)


def _period(mention: DateMention, words: Words) -> str | None:
    return _range(_day(mention.start, words), _day(mention.end, words))


def _order(order: Order, words: Words) -> str | None:
    return " ".join(part for part in (order.number, _day(order.date, words)) if part)


# Records that are told as one value, whichever part of them is flagged.
_TELL: Mapping[str, Callable[[Any, Words], str | None]] = {
    "Measure": _amount,
    "Quantity": _amount,
    "DateMention": _period,
    "Order": _order,
}


def _range(first: str | None, last: str | None) -> str | None:
    return first if last is None or last == first else f"{first or ''} – {last}"


def _day(day: date | None, words: Words) -> str | None:
    return None if day is None else f"{day.day} {words.months()[day.month - 1]} {day.year + BUDDHIST_ERA}"

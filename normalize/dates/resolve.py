"""Expressions as Gregorian days, with a flag for everything that was assumed or cannot be."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

from normalize.dates.chains import Point, Span
from normalize.dates.years import (
    DateContext,
    PrintedYear,
    Year,
    era_name,
    fiscal_span,
    resolve,
    year_in_fiscal_year,
)
from normalize.tables import table
from raingan.model.records import DateKind, Flag

_FISCAL = frozenset({DateKind.FISCAL_YEAR, DateKind.FISCAL_YEAR_RANGE, DateKind.FISCAL_QUARTER, DateKind.FISCAL_HALF})


@dataclass(frozen=True, slots=True)
class Resolved:
    """Both ends, None for a day that does not exist, and what has to be told; the flags' field is left empty."""

    start: date | None
    end: date | None
    flags: tuple[Flag, ...]


def resolve_span(span: Span, text: str, context: DateContext) -> Resolved | None:
    """Return the days of an expression printed as `text`; None if without a year it means nothing."""
    if span.kind in _FISCAL:
        return _fiscal(span, text, context)
    if span.kind in (DateKind.YEAR, DateKind.YEAR_RANGE):
        return _years(span, text, context)
    if span.first.year is None and context.fiscal_year is None:
        return None
    return _days(span, text, context)


def _fiscal(span: Span, text: str, context: DateContext) -> Resolved:
    flags: list[Flag] = []
    first = _year(span.first.year, text, context, None, flags)
    last = first if span.last is None else _year(span.last.year, text, context, None, flags)
    if first.be is None or last.be is None:
        return Resolved(None, None, tuple(flags))
    if span.part is None:
        start, end = fiscal_span(first.be)[0], fiscal_span(last.be)[1]
    else:
        months = 6 if span.kind is DateKind.FISCAL_HALF else 3
        start, end = fiscal_span(first.be, (span.part[0] - 1) * months + 1, span.part[1] * months)
    return _ordered(start, end, text, flags)


def _years(span: Span, text: str, context: DateContext) -> Resolved:
    flags: list[Flag] = []
    first = _year(span.first.year, text, context, None, flags)
    last = first if span.last is None else _year(span.last.year, text, context, None, flags)
    return _ordered(first.first_day(), last.last_day(), text, flags)


def _days(span: Span, text: str, context: DateContext) -> Resolved:
    flags = [Flag("days-listed", "", {"text": text})] if span.unsure else []
    last_point = span.last or span.first
    last_year = _point_year(last_point, text, context, flags)
    first_year = last_year if span.last is None else _point_year(span.first, text, context, flags)
    if span.last is not None and span.first.month is not None and last_point.month is not None:
        backwards = (span.first.month, span.first.day or 0) > (last_point.month, last_point.day or 0)
        if backwards and first_year == last_year and "later" in span.first.year_from and first_year.be is not None:
            # "28 ธันวาคม - 3 มกราคม 2564": the year is printed once, and December lies in the year before.
            first_year = Year(first_year.be - 1, first_year.christian)
            flags.append(_year_flag(text, first_year))
        elif backwards and first_year == last_year and last_point.year_from == "earlier" and last_year.be is not None:
            last_year = Year(last_year.be + 1, last_year.christian)
    start = _first_day(span.first, first_year)
    end = _last_day(last_point, last_year)
    if start is None or end is None:
        if not any(flag.code == "era-conflict" for flag in flags):
            flags.append(Flag("no-such-day", "", {"text": text}))
        return Resolved(None, None, tuple(flags))
    for point, day in ((span.first, start), (span.last, end)):
        if point is not None and point.weekday is not None and day.weekday() != point.weekday:
            flags.append(_weekday_flag(text, day))
    return _ordered(start, end, text, flags)


def _ordered(start: date | None, end: date | None, text: str, flags: list[Flag]) -> Resolved:
    if start is not None and end is not None and start > end:
        flags.append(Flag("range-backwards", "", {"text": text}))
        return Resolved(None, None, tuple(flags))
    if start is None or end is None:
        return Resolved(None, None, tuple(flags))
    return Resolved(start, end, tuple(flags))


def _point_year(point: Point, text: str, context: DateContext, flags: list[Flag]) -> Year:
    if point.year is None:
        assert context.fiscal_year is not None and point.month is not None
        year = year_in_fiscal_year(context.fiscal_year, min(max(point.month, 1), 12))
        flags.append(_year_flag(text, year))
        return year
    year = _year(point.year, text, context, point.month, flags)
    if point.year_from == "earlier":
        flags.append(_year_flag(text, year))
    return year


def _year(printed: PrintedYear | None, text: str, context: DateContext, month: int | None, flags: list[Flag]) -> Year:
    assert printed is not None
    year = resolve(printed, context, month)
    if year.be is None:
        _add(flags, Flag("era-conflict", "", {"text": text}))
    elif year.assumed is not None:
        _add(flags, Flag("era-inferred", "", {"text": text, "era": era_name(year.assumed)}))
    return year


def _add(flags: list[Flag], flag: Flag) -> None:
    if flag not in flags:
        flags.append(flag)


def _year_flag(text: str, year: Year) -> Flag:
    return Flag("year-inferred", "", {"text": text, "year": str(year.be)})


def _weekday_flag(text: str, day: date) -> Flag:
    names = table("dates")["weekdays"]
    values = {
        "text": text,
        "weekday": names["names"][day.weekday()][0],
        "weekday_english": names["english"][day.weekday()],
    }
    return Flag("weekday-mismatch", "", values)


def _first_day(point: Point, year: Year) -> date | None:
    return _day(point.day if point.day is not None else 1, point.month, year)


def _last_day(point: Point, year: Year) -> date | None:
    if point.day is not None or point.month is None:
        return _day(point.day, point.month, year)
    gregorian = year.gregorian(point.month)
    if gregorian is None:
        return None
    return date(gregorian, point.month, calendar.monthrange(gregorian, point.month)[1])


def _day(day: int | None, month: int | None, year: Year) -> date | None:
    if day is None or month is None or not 1 <= month <= 12:
        return None
    gregorian = year.gregorian(month)
    if gregorian is None:
        return None
    try:
        return date(gregorian, month, day)
    except ValueError:
        return None

"""What a date expression is made of, and a chain of days and months completed and cut into spans."""

from __future__ import annotations

from itertools import pairwise

import msgspec
from msgspec.structs import replace

from normalize.dates.tokens import Type
from normalize.dates.years import PrintedYear
from raingan.model.records import DateKind

LAST_DAY = 31
"""Of a month."""


class Point(msgspec.Struct, frozen=True, gc=False):
    """One end of an expression, as printed; None is not printed there."""

    day: int | None = None
    month: int | None = None
    year: PrintedYear | None = None
    weekday: int | None = None
    numeric: bool = False  # 20/11/2561: its month may be no month
    year_from: str = ""  # "later" or "earlier" where the year was taken from a neighbour, "context" where from none


class Span(msgspec.Struct, frozen=True, gc=False):
    """One date expression, unresolved; start and end are positions in the text."""

    kind: DateKind
    start: int
    end: int
    first: Point
    last: Point | None = None
    part: tuple[int, int] | None = None  # first and last quarter, or half twice
    unsure: bool = False  # a figure before "and" that may be no day: "7 และ 14 กุมภาพันธ์"


class Element(msgspec.Struct, frozen=True, gc=False):
    start: int
    end: int
    point: Point
    introduced: bool  # by the word for day, so that a list may begin with it


def rise(elements: list[Element]) -> bool:
    """Tell whether the days up to the first month are days of one month in their order."""
    days = [element.point.day for element in elements[: first_with_month(elements) + 1]]
    known = [day for day in days if day is not None]
    return len(known) == len(days) and known[-1] <= LAST_DAY and all(a < b for a, b in pairwise(known))


def first_with_month(elements: list[Element]) -> int:
    return next(index for index, element in enumerate(elements) if element.point.month is not None)


def complete(elements: list[Element]) -> list[Element] | None:
    """Give every element the month and year that a neighbour prints; None if no element of a month has a year."""
    done: list[Element] = []
    for element in reversed(elements):
        point = element.point
        if done:
            later = done[-1].point
            if point.month is None:
                point = replace(point, month=later.month, year=later.year, year_from=later.year_from)
                element = replace(element, end=done[-1].end)
            elif point.year is None and later.year is not None:
                point = replace(point, year=later.year, year_from=later.year_from or "later")
                element = replace(element, end=done[-1].end)
        done.append(replace(element, point=point))
    done.reverse()
    for index, element in enumerate(done[1:], start=1):
        earlier = done[index - 1].point
        if element.point.year is None and earlier.year is not None:
            done[index] = replace(element, point=replace(element.point, year=earlier.year, year_from="earlier"))
    if done[0].point.year is not None:
        return done
    if any(element.point.day is None for element in done):
        return None  # a month alone may be any year's
    return [replace(element, point=replace(element.point, year_from="context")) for element in done]


def spans_of(elements: list[Element], joints: list[Type]) -> list[Span]:
    spans: list[Span] = []
    index = 0
    while index < len(elements):
        element = elements[index]
        if index < len(joints) and joints[index] is Type.RANGE:
            last = elements[index + 1]
            kind = DateKind.MONTH_RANGE if element.point.day is None and last.point.day is None else DateKind.DAY_RANGE
            spans.append(Span(kind, element.start, max(element.end, last.end), element.point, last.point))
            index += 2
        else:
            kind = DateKind.MONTH if element.point.day is None else DateKind.DAY
            spans.append(Span(kind, element.start, element.end, element.point))
            index += 1
    return spans

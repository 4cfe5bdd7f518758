"""Where the figures of a report that was read from pictures stand: in which field, and in which value of it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from normalize.digits import to_arabic
from normalize.numerals import LONGEST_FIGURE
from normalize.section_findings import Prose
from normalize.units import canonical_unit
from raingan.model.records import Measure, Quantity, RawField, RawReport, ReadToken, Report, section_field
from raingan.model.report_fields import report_fields

TICKS = "\u2610\u2611"
_DIGIT = re.compile("[0-9\u0e50-\u0e59]")
_TWO_DIGITS = re.compile("[0-9\u0e50-\u0e59]{2}")
_CORE = re.compile("[0-9](?:.*[0-9])?")
_LOOK_BACK = 80  # characters
_OVERLAPPING = 24  # values of a section that may lie over one figure: the days of a list share their month
_STRATEGY = ("strategy.issue", "strategy.sub", "strategy.goal")


@dataclass(frozen=True, slots=True)
class FigureSpan:
    """One figure, the text around it, and the value that it belongs to."""

    token: ReadToken
    key: str  # of the raw field: "quarters.2", "target"
    field: str  # key path of the value, for a flag: "dates.3", "target.value"
    kind: str  # "date", "order", "paper", "quantity", "measure", "result", "code", "year", "number", "id", "tick", ""
    text: str  # of the section or the short field, as read
    start: int  # of the figure in it
    end: int
    owner: tuple[int, int] = (0, 0)  # begin and end of the value in the text
    section: str = ""  # one of the report's sections, for prose
    index: int = 0  # of the value in its list

    def with_reading(self, reading: str, begin: int = 0, end: int | None = None) -> str:
        """Return the text, or a part of it, with another reading in place of the figure."""
        stop = len(self.text) if end is None else max(end, self.end)
        return self.text[min(begin, self.start) : self.start] + reading + self.text[self.end : stop]

    @property
    def before(self) -> str:
        """Return the text before the figure in its paragraph, with Arabic digits, as far as words about it stand."""
        return to_arabic(self.text[max(0, self.start - _LOOK_BACK) : self.start]).rpartition("\n")[2]


@dataclass(frozen=True)
class Context:
    """What is known of the report when its figures are judged."""

    report: Report
    places: tuple[FigureSpan, ...]
    sections: tuple[Prose, ...]
    sure: float  # confidence from which a figure needs no witness

    @cached_property
    def witnesses(self) -> dict[str, set[int]]:
        """Figures read surely: their digits, and the places (by number) where they stand."""
        found: dict[str, set[int]] = {}
        for number, place in enumerate(self.places):
            if place.token.confidence >= self.sure:
                found.setdefault(core(place.token.text), set()).add(number)
        return found

    @cached_property
    def stated(self) -> Counter[tuple[str, Decimal]]:
        """How often the report states a value of a unit, as target, actual and the like, or in prose."""
        measures: list[Measure] = [getattr(self.report, key) for key in report_fields().measures]
        values: list[Measure | Quantity] = [*measures, *self.report.quantities]
        return Counter(
            (canonical_unit(item.unit), item.value)
            for item in values
            if item.unit is not None and item.value is not None
        )

    def elsewhere(self, place: FigureSpan, reading: str) -> bool:
        """Tell whether the same figure was read surely at another place."""
        return any(self.places[number] is not place for number in self.witnesses.get(core(reading), ()))


def core(text: str) -> str:
    """Return a figure from its first digit to its last, Arabic and without thousands' commas."""
    match = _CORE.search(to_arabic(text[: 4 * LONGEST_FIGURE]))
    return match[0].replace(",", "") if match else ""


def find_places(report: Report, raw: RawReport, sections: Sequence[Prose]) -> tuple[FigureSpan, ...]:
    """Find the place of every figure of the raw fields, in their order."""
    prose = {section_field(section.name): section for section in sections}
    offsets = _Offsets(sections)
    found: list[FigureSpan] = []
    shown: dict[str, int] = {}
    for item in raw.fields:
        if not item.tokens:
            continue
        section = prose.get(item.key)
        if section is not None:
            text, cursor = section.printed, shown.get(item.key, 0)
        else:
            text, cursor = " ".join(item.paragraphs) or item.text, 0
        values = offsets.of(section) if section is not None else []
        for token in item.tokens:
            start, end = _find(text, token.text, cursor)
            cursor = end
            if section is not None:
                found.append(_in_prose(token, item.key, section, start, end, values))
            else:
                found.append(_in_short_field(report, item, token, text, start, end))
        shown[item.key] = cursor
    return tuple(found)


def _find(text: str, token: str, cursor: int) -> tuple[int, int]:
    """Find a figure from a place on; first where no other digit touches it. An unfound one has no length."""
    first = -1
    place = text.find(token, cursor)
    while place >= 0:
        if first < 0:
            first = place
        end = place + len(token)
        before, behind = text[place - 1 : place], text[end : end + 1]
        if not (_DIGIT.match(before) and _DIGIT.match(token)) and not (
            _DIGIT.match(behind) and _DIGIT.match(token[-1])
        ):
            return place, end
        place = text.find(token, place + 1)
    return (first, first + len(token)) if first >= 0 else (cursor, cursor)


@dataclass(frozen=True, slots=True)
class _Value:
    kind: str
    path: str
    start: int
    end: int
    index: int


class _Offsets:
    """Places and key paths of the values of all sections."""

    def __init__(self, sections: Sequence[Prose]) -> None:
        self._values: dict[str, list[_Value]] = {}
        dates = orders = quantities = 0
        for section in sections:
            values: list[_Value] = []
            for found in section.dates:
                values.append(_Value("date", f"dates.{dates}", found.start, found.end, dates))
                dates += 1
            for citation in section.citations:
                if citation.kind == "order":
                    values.append(_Value("order", f"orders.{orders}", citation.start, citation.end, orders))
                    orders += 1
                else:
                    path = section_field(section.name)
                    values.append(_Value("paper", path, citation.start, citation.end, 0))
            cursor = 0
            for quantity in section.quantities:
                place = section.printed.find(quantity.text, cursor)
                if place >= 0:
                    cursor = place + len(quantity.text)
                    values.append(_Value("quantity", f"quantities.{quantities}", place, cursor, quantities))
                quantities += 1
            self._values[section.name] = sorted(values, key=lambda item: item.start)

    def of(self, section: Prose) -> list[_Value]:
        return self._values[section.name]


def _in_prose(token: ReadToken, key: str, section: Prose, start: int, end: int, values: Sequence[_Value]) -> FigureSpan:
    """The value that a figure lies in: a date before the order or the paper that it dates."""
    last = bisect_left(values, max(end, start + 1), key=lambda item: item.start)
    inside = [value for value in values[max(0, last - _OVERLAPPING) : last] if start < value.end]
    value = min(inside, key=lambda item: (item.end - item.start, item.start), default=None)
    if _is_tick(token):
        return FigureSpan(token, key, key, "tick", section.printed, start, end, (start, end), section.name)
    if value is None:
        return FigureSpan(token, key, key, "", section.printed, start, end, (start, end), section.name)
    owner = (value.start, value.end)
    return FigureSpan(token, key, value.path, value.kind, section.printed, start, end, owner, section.name, value.index)


def _in_short_field(report: Report, item: RawField, token: ReadToken, text: str, start: int, end: int) -> FigureSpan:
    kind, path = "", item.key
    if _is_tick(token):
        kind = "tick"
    elif item.key in report_fields().measures:
        kind, path = "measure", f"{item.key}.value"
    elif item.key in _STRATEGY:
        step = None if report.strategy is None else getattr(report.strategy, item.key.rpartition(".")[2])
        if step is not None:
            is_code = step.code is not None and not _DIGIT.search(text[:start])
            kind, path = ("code", f"{item.key}.code") if is_code else ("", f"{item.key}.text")
    elif item.key == "fiscal_year":
        kind = "year"
    elif item.key == "indicator_name":
        leads = not _DIGIT.search(text[:start]) and report.indicator_number is not None
        kind, path = ("number", "indicator_number") if leads else ("", item.key)
    elif item.key == "indicator_code":
        kind = "id"
    elif item.key.startswith("quarter_results."):
        kind = "result"
    return FigureSpan(token, item.key, report_fields().known_path(report, path), kind, text, start, end, (0, len(text)))


def _is_tick(token: ReadToken) -> bool:
    return any(char in TICKS for char in token.text) and not _DIGIT.search(token.text)

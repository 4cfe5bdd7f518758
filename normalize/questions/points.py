"""What a report is to the comparison: one point of a series, or nothing where its figures are not sure enough.

Two gates. Reading: a target or result with an open flag of severity 1, or read from a picture and confirmed by
nobody, is a matter for review first. Meaning: without agency, year, name and a plain result nothing can be compared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import regex

from normalize.repeats import comparable
from normalize.units import canonical_unit, unit_named
from raingan.model.records import Measure, Report

_WRONG = 1  # severity of flags that say that a figure may be wrong
_CONTRADICTED = 2  # and of those that say that a fiscal year may be
_NUMBERING = regex.compile(r"^[\d.() ]+")
_DIGITS = regex.compile(r"\d+(?:[.,]\d+)*")

Severity = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class Point:
    """A report as a point of its series."""

    number: int  # of the report in the run, from 1
    year: int  # Buddhist era
    agency: str
    indicator_number: str | None
    name: str
    unit: str | None
    percent: bool  # the unit is one of percentages
    direction: str  # "more" is better, "less", or what the words beside the target say
    target: Decimal | None
    result: Decimal
    quarters: tuple[Decimal | None, ...]  # four; empty where the form has none
    wording: str  # of definition and calculation, in a form that can be compared

    @property
    def more(self) -> bool:
        """Say whether more is better, so that target and result can be held against each other."""
        return self.direction == "more"

    @property
    def plain_wording(self) -> str:
        """The wording with all figures alike: those are compared apart, as one digit hardly changes a text."""
        return _DIGITS.sub("0", self.wording)

    @property
    def numbers(self) -> frozenset[str]:
        """All figures of name, definition and calculation: one other digit makes another indicator."""
        return frozenset(_DIGITS.findall(self.wording))


def point_of(number: int, report: Report, severity: Severity, confirmed: frozenset[str] = frozenset()) -> Point | None:
    """Return the point of a report; None where a gate holds it back. `confirmed` are fields that people settled."""
    agency, year, name, result = report.agency, report.fiscal_year, report.indicator_name, report.actual
    if agency is None or year is None or name is None or not _plain(result):
        return None
    if not _sure(report, severity, confirmed):
        return None
    unit = result.unit or report.target.unit
    known = None if unit is None else unit_named(unit)
    return Point(
        number=number,
        year=year,
        agency=agency,
        indicator_number=report.indicator_number,
        name=name,
        unit=None if unit is None else canonical_unit(unit),
        percent=known is not None and known.kind == "percent",
        direction=_direction(report),
        target=report.target.value if _plain(report.target) and _same_unit(report) else None,
        result=result.value or Decimal(0),
        quarters=_quarters(report, severity),
        wording=comparable(" ".join((name, report.definition or "", report.calculation or ""))),
    )


def identity(name: str) -> str:
    """Return a name in a form that is equal for one indicator: without its own number, spaces and case."""
    return comparable(_NUMBERING.sub("", name.strip()))


def _plain(measure: Measure) -> bool:
    value = measure.value
    if value is None or measure.upper is not None:
        return False
    return value.is_finite() and abs(value.adjusted()) < 30


def _same_unit(report: Report) -> bool:
    units = [measure.unit for measure in (report.target, report.actual) if measure.unit is not None]
    return len({canonical_unit(unit) for unit in units}) < 2


def _direction(report: Report) -> str:
    target = report.target
    if target.operator in ("<=", "<"):
        return "less"
    if target.operator not in (None, ">=", ">"):
        return str(target.operator)
    return target.change or report.actual.change or "more"


def _sure(report: Report, severity: Severity, confirmed: frozenset[str]) -> bool:
    for field in ("target", "actual"):
        own = [flag for flag in report.flags if flag.field == field or flag.field.startswith(f"{field}.")]
        if any(severity(flag.code) <= _WRONG for flag in own):
            return False
        origin = report.origin.get(field)
        pictured = origin is not None and origin.confidence is not None
        if pictured and not any(path == field or path.startswith(f"{field}.") for path in confirmed):
            return False
    return not any(severity(flag.code) <= _CONTRADICTED for flag in report.flags if flag.field == "fiscal_year")


def _quarters(report: Report, severity: Severity) -> tuple[Decimal | None, ...]:
    results = report.quarter_results
    flagged = any(flag.field.startswith("quarter_results") and severity(flag.code) <= _WRONG for flag in report.flags)
    if not results or flagged:
        return ()
    values = [None if (result := results.get(key)) is None else result.value for key in ("1", "2", "3", "4")]
    return tuple(values) if any(value is not None for value in values) else ()

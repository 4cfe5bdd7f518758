"""What an auditor should look at in one report: one small function a check, in one table.

Each check takes the report and what is known beside it, and yields flags. Thresholds are constants with
their reasons. A check that would speak of every second report is worth nothing: where a doubt is
ordinary (dates of older papers, plans for the next quarter) it stays silent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from normalize.dates.years import fiscal_span
from normalize.digits import to_arabic
from normalize.figures import has_spaced_group
from normalize.repeats import comparable, paragraphs_for_comparison
from normalize.tables import table
from normalize.units import same_unit, unit_named
from normalize.writing import POWER
from raingan.model.records import BUDDHIST_ERA, DateKind, DateMention, Flag, Measure, Report, section_field
from raingan.model.report_fields import report_fields

# The contradictions seen on real pages are of 20 times (5 against 100 levels) and more; honest results
# reach two or three times their target.
FAR_TIMES = Decimal(5)

# Results are printed with two decimals: below this two figures are the same.
SAME_FIGURE = Decimal("0.005")

# Quarter reports tell of the days around the quarter's end, too: a month later is no longer this quarter.
QUARTER_SLACK = timedelta(days=31)


# How far from its fiscal year, in years, a report's dates can lie. Contracts and building permits run ten years, plans
# of the state twenty to thirty; papers of an office are kept for a working life, laws are cited by a year alone.
_DAYS_AHEAD, _DAYS_BACK = 15, 60
_YEARS_AHEAD, _YEARS_BACK = 40, 150
_ORDERS_AHEAD = 2  # orders of the year after the fiscal year: its last quarter is reported late


Check = Callable[[Report, frozenset[int]], Iterator[Flag]]


def check_report(report: Report, cited_dates: frozenset[int] = frozenset()) -> list[Flag]:
    """Run every check; `cited_dates` are the indices of dates that belong to cited papers."""
    return [flag for check in CHECKS for flag in check(report, cited_dates)]


# --- target and actual ----------------------------------------------------------------------------


def _both_figures(report: Report, cited: frozenset[int]) -> Iterator[Flag]:
    target, actual = report.target.value is not None, report.actual.value is not None
    if target and not actual:
        yield Flag("target-without-actual", "actual")
    if actual and not target:
        yield Flag("actual-without-target", "target")
    if not (target or actual) and report.target.text is None and report.actual.text is None:
        yield Flag("no-figures", "target")


def _agency(report: Report, cited: frozenset[int]) -> Iterator[Flag]:
    """An agency that is not printed may be the one whose orders are cited; it is told, and not taken."""
    if report.agency is not None:
        return
    issuers = list(dict.fromkeys(order.issuer for order in report.orders if order.issuer is not None))
    if len(issuers) == 1:
        yield Flag("agency-suggested", "agency", {"issuer": issuers[0]})
    else:
        yield Flag("agency-unknown", "agency")


def _units(report: Report, cited: frozenset[int]) -> Iterator[Flag]:
    target, actual = report.target.unit, report.actual.unit
    if target is not None and actual is not None and not same_unit(target, actual):
        yield Flag("units-differ", "actual.unit", {"target": target, "actual": actual})


def _unit_and_name(report: Report, cited: frozenset[int]) -> Iterator[Flag]:
    """A name that begins with its unit ("ร้อยละของ...", "ระดับความสำเร็จของ...") is measured in it."""
    name, unit = report.indicator_name or "", unit_named(report.target.unit or report.actual.unit or "")
    expected = next((word for word in table("checks")["named_units"] if name.startswith(word)), None)
    if expected is not None and unit is not None and not same_unit(expected, unit.name):
        yield Flag("unit-against-name", "target.unit", {"unit": unit.name, "expected": expected})


def _range(report: Report, cited: frozenset[int]) -> Iterator[Flag]:
    measures: list[tuple[str, Measure]] = [(key, getattr(report, key)) for key in report_fields().measures]
    figures = [(f"{key}.value", measure.unit, measure.value) for key, measure in measures]
    unit_of_quarters = report.actual.unit or report.target.unit
    for quarter, result in sorted(report.quarter_results.items()):
        figures.append((f"quarter_results.{quarter}.value", unit_of_quarters, result.value))
    for field, printed_unit, value in figures:
        unit = unit_named(printed_unit) if printed_unit is not None else None
        if unit is None or unit.low is None or unit.high is None or value is None:
            continue
        if not unit.low <= value <= unit.high:
            values = {"value": f"{value:f}", "unit": unit.name, "low": str(unit.low), "high": str(unit.high)}
            yield Flag("value-out-of-range" if unit.hard else "value-unusual", field, values)


def _target_zero(report: Report, cited: frozenset[int]) -> Iterator[Flag]:
    if report.target.value == 0:
        yield Flag("target-zero", "target.value")


def _far_from_target(report: Report, cited: frozenset[int]) -> Iterator[Flag]:
    target, actual = _in_base(report.target), _in_base(report.actual)
    if not target or actual is None or not _comparable(report.target, report.actual) or report.direction == "less":
        return
    ratio = actual / target
    if ratio >= FAR_TIMES or ratio <= 1 / FAR_TIMES:
        values = {"actual": f"{actual:f}", "target": f"{target:f}", "ratio": f"{ratio:.2f}"}
        yield Flag("actual-far-from-target", "actual.value", values)


def _in_base(measure: Measure) -> Decimal | None:
    return measure.value if measure.base is None else measure.base


def _comparable(target: Measure, actual: Measure) -> bool:
    """A target with an upper bound ("at most 10") is met by any smaller figure; other units do not compare."""
    if target.operator in ("<=", "<"):
        return False
    return target.unit is None or actual.unit is None or same_unit(target.unit, actual.unit)


# --- quarters and year ----------------------------------------------------------------------------


def _adds_up(report: Report) -> bool:
    """Tell whether the quarters are parts of the year, not results so far: then they may fall."""
    values = [result.value for result in report.quarter_results.values() if result.value is not None]
    actual = report.actual.value
    return len(values) > 1 and actual is not None and abs(sum(values) - actual) <= SAME_FIGURE


def _quarters_falling(report: Report, cited: frozenset[int]) -> Iterator[Flag]:
    if _adds_up(report):
        return
    previous: Decimal | None = None
    for quarter, result in sorted(report.quarter_results.items()):
        if result.value is None:
            continue
        if previous is not None and result.value < previous:
            values = {"quarter": quarter, "value": f"{result.value:f}", "previous": f"{previous:f}"}
            yield Flag("quarter-falling", f"quarter_results.{quarter}.value", values)
        previous = result.value


def _last_quarter(report: Report, cited: frozenset[int]) -> Iterator[Flag]:
    last, actual = report.quarter_results.get("4"), report.actual.value
    if last is None or last.value is None or actual is None or _adds_up(report):
        return
    if abs(last.value - actual) > SAME_FIGURE:
        values = {"value": f"{last.value:f}", "actual": f"{actual:f}"}
        yield Flag("quarter-against-year", "quarter_results.4.value", values)


def _summary(report: Report, cited: frozenset[int]) -> Iterator[Flag]:
    """Compare the year summary's "amounts to N percent" with the printed actual."""
    actual = report.actual
    unit = unit_named(actual.unit) if actual.unit is not None else None
    if actual.value is None or unit is None or unit.kind != "percent":
        return
    figures = [item for item in report.quantities if item.section == "year_summary" and item.unit == unit.name]
    if any(item.value is not None and abs(item.value - actual.value) <= SAME_FIGURE for item in figures):
        return
    text = report.year_summary or ""
    stated = [item for item in figures if _is_stated_result(text, item.text)]
    if len(stated) == 1 and stated[0].value is not None:
        values = {"value": f"{stated[0].value:f}", "actual": f"{actual.value:f}"}
        yield Flag("summary-against-actual", "actual.value", values)


def _is_stated_result(text: str, figure: str) -> bool:
    before = text.partition(to_arabic(figure))[0].rstrip()
    return before.endswith(tuple(table("checks")["result_words"]))


def _cumulated(report: Report, cited: frozenset[int]) -> Iterator[Flag]:
    """The result so far that a quarter's prose tells in the target's unit, where no table of quarters has it."""
    unit = report.target.unit or report.actual.unit
    if unit is None:
        return
    for quarter, text in sorted(report.quarters.items()):
        result = report.quarter_results.get(quarter)
        if text is None or (result is not None and result.value is not None):
            continue
        told = {
            item.value: item.text
            for item in report.quantities
            if item.section == f"quarter_{quarter}"
            and item.value is not None
            and item.unit is not None
            and same_unit(item.unit, unit)
            and _is_cumulated(text, item.text)
        }
        if len(told) == 1:
            yield Flag("quarter-cumulated", f"quarters.{quarter}", {"text": next(iter(told.values()))})


def _is_cumulated(text: str, figure: str) -> bool:
    before = text.partition(to_arabic(figure))[0].rstrip()
    return before.endswith(tuple(table("checks")["cumulated"]))


# --- dates ----------------------------------------------------------------------------------------

_POINTS = (DateKind.DAY, DateKind.DAY_RANGE, DateKind.MONTH, DateKind.MONTH_RANGE)


def _dates(report: Report, cited: frozenset[int]) -> Iterator[Flag]:
    """Days that a quarter's report tells of lie in its year, and not after its quarter."""
    if report.fiscal_year is None:
        return
    first, last = fiscal_span(report.fiscal_year)
    for index, mention in enumerate(report.dates):
        if index in cited or not mention.section.startswith("quarter_") or mention.kind not in _POINTS:
            continue
        if mention.start is None or mention.end is None:
            continue
        field = f"dates.{index}"
        if _is_far(mention, report.fiscal_year):
            continue
        if mention.end < first or mention.start > last:
            values = {"text": mention.text, "fiscal_year": str(report.fiscal_year)}
            yield Flag("date-outside-fiscal-year", field, values)
        elif mention.start > quarter_end(report.fiscal_year, int(mention.section[-1])) + QUARTER_SLACK:
            yield Flag("date-after-quarter", field, {"text": mention.text, "section": section_field(mention.section)})


def _far_years(report: Report, cited: frozenset[int]) -> Iterator[Flag]:
    """Years that no report of that year speaks of: two figures that changed places, a key hit twice."""
    year = report.fiscal_year
    if year is None:
        return
    for index, mention in enumerate(report.dates):
        if _is_far(mention, year):
            yield Flag("year-far", f"dates.{index}", {"text": mention.text, "fiscal_year": str(year)})
    for index, order in enumerate(report.orders):
        printed = order.number.rpartition("/")[2]
        if len(printed) == 4 and printed.isdigit() and not -_ORDERS_AHEAD <= year - int(printed) <= _DAYS_BACK:
            yield Flag("year-far", f"orders.{index}", {"text": order.number, "fiscal_year": str(year)})


def _is_far(mention: DateMention, fiscal_year: int) -> bool:
    if mention.start is None or mention.end is None:
        return False
    ahead, back = (_DAYS_AHEAD, _DAYS_BACK) if mention.kind in _POINTS else (_YEARS_AHEAD, _YEARS_BACK)
    first, last = mention.start.year + BUDDHIST_ERA, mention.end.year + BUDDHIST_ERA
    return last - fiscal_year > ahead or fiscal_year - first > back


def quarter_end(fiscal_year: int, quarter: int) -> date:
    """Return the last day of a fiscal quarter: quarter 1 ends in December."""
    return fiscal_span(fiscal_year, 1, 3 * quarter)[1]


# --- orders, prose, quantities --------------------------------------------------------------------


def _order_dates(report: Report, cited: frozenset[int]) -> Iterator[Flag]:
    """One order has one date; an issuer that is not named may be the same."""
    days: dict[str, dict[str | None, list[tuple[int, date]]]] = {}
    told: dict[tuple[int, str], None] = {}
    for index, order in enumerate(report.orders):
        if order.date is not None:
            issuer = None if order.issuer is None else comparable(order.issuer)
            days.setdefault(order.number, {}).setdefault(issuer, []).append((index, order.date))
    for by_issuer in days.values():
        unnamed = by_issuer.get(None, [])
        for issuer, found in by_issuer.items():
            group = found if issuer is None and len(by_issuer) > 1 else [*found, *(unnamed if issuer else [])]
            distinct = sorted({day for _, day in group})
            if len(distinct) > 1:
                told[max(index for index, _ in group), ", ".join(thai_day(day) for day in distinct)] = None
    for index, dates in told:  # an order without issuer may stand against two that name theirs: once
        yield Flag("order-two-dates", f"orders.{index}", {"number": report.orders[index].number, "dates": dates})


@cache
def _months() -> list[str]:
    months: list[str] = table("checks")["months"]
    return months


def thai_day(day: date) -> str:
    """Write a day as official Thai prose does, in the Buddhist era."""
    return f"{day.day} {_months()[day.month - 1]} {day.year + BUDDHIST_ERA}"


def _repeated_prose(report: Report, cited: frozenset[int]) -> Iterator[Flag]:
    """A paragraph of one quarter that stands word for word in another."""
    first_seen: dict[str, str] = {}
    for quarter, text in sorted(report.quarters.items()):
        repeated: dict[str, None] = {}
        for paragraph in paragraphs_for_comparison(text):
            other = first_seen.setdefault(paragraph, quarter)
            if other != quarter:
                repeated.setdefault(other)
        for other in repeated:
            yield Flag("quarter-repeated", f"quarters.{quarter}", {"section": f"quarters.{other}"})


def _doubtful_quantities(report: Report, cited: frozenset[int]) -> Iterator[Flag]:
    """The doubts that target and actual have, for figures of prose."""
    for index, quantity in enumerate(report.quantities):
        field, values = f"quantities.{index}", {"text": quantity.text}
        if quantity.value is None and quantity.time is None:
            yield Flag("value-unreadable", field, values)
        elif quantity.value is not None and (POWER.search(quantity.text) or has_spaced_group(quantity.text)):
            yield Flag("value-doubtful", field, {**values, "value": f"{quantity.value:f}"})


CHECKS: tuple[Check, ...] = (
    _agency,
    _both_figures,
    _units,
    _unit_and_name,
    _range,
    _target_zero,
    _far_from_target,
    _quarters_falling,
    _last_quarter,
    _summary,
    _cumulated,
    _dates,
    _far_years,
    _order_dates,
    _repeated_prose,
    _doubtful_quantities,
)

"""What the rest of a report says about one reading of a figure: a table of witnesses.

A witness answers, for any reading of the figure at a place, whether it fits (True), contradicts (False), or that the
witness has nothing to say (None). It knows nothing of confidences: `doubts` weighs the answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from normalize.dates import DateContext, FoundDate, locate_dates
from normalize.dates.fiscal import fiscal_year_of, infer_fiscal_year
from normalize.digits import parse_number, to_arabic
from normalize.numerals import find_numerals
from normalize.places import Context, FigureSpan, core
from normalize.snap import understand
from normalize.strategy import parse_item
from normalize.tables import table
from normalize.units import canonical_unit, unit_named
from raingan.model.records import BUDDHIST_ERA, DateMention, Measure

Answer = bool | None
Ask = Callable[[Context, FigureSpan, str], Answer]

_THAI, _ARABIC = re.compile("[\u0e50-\u0e59]"), re.compile("[0-9]")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_LONE_YEAR = re.compile("2[0-9]{3}")
_ORDER_YEAR = re.compile(r"/\s*([0-9]{4}|[0-9]{2})$")
_CODE = re.compile("[0-9]{4}-[0-9]{4}")
_MARK = re.compile(r"(?:^|\n)\s*([(\[]?)([0-9]{1,2})([.)\]]{1,2})(?![0-9])")
_LIST_ITEM = 2_000  # characters within which the next item of a list begins
_NEAR = 60  # characters around a date that may belong to it: weekday, range, list of days
_OLD_ORDERS = 10  # years that an order may be older than the report
_NEAR_YEARS = 1  # years beside the fiscal year that a quarter's prose tells of
_FAR_YEARS = 7  # no plan and no paper of a report lies farther from its year
_SEEN_TWICE = 3  # digits from which a figure that stands twice is no chance
_IMPOSSIBLE = frozenset({"no-such-day", "range-backwards", "era-conflict"})
_BAHT_ROOM = 12  # characters between an amount and the bracket with its words


@dataclass(frozen=True, slots=True)
class Witness:
    """One kind of evidence. Shares were judged on made reports, where readings were drawn at random."""

    name: str  # why-NAME tells it to people
    kinds: frozenset[str]  # of places that it knows; empty for all
    ask: Ask
    misfit: float  # share of true readings that contradict it
    by_chance: float  # share of wrong readings that fit it
    certain: bool = False  # a contradiction is told whatever the confidence
    support: bool = False  # only what fits tells something: silence where no reading fits


# --- how figures are written -------------------------------------------------------------------------


def _one_script(context: Context, place: FigureSpan, reading: str) -> Answer:
    return None if not (_THAI.search(reading) and _ARABIC.search(reading)) else False


def _thousands(context: Context, place: FigureSpan, reading: str) -> Answer:
    """Commas part groups of three digits."""
    figure = _trimmed(reading)
    if "," not in figure or re.search("[^0-9.,]", figure):
        return None
    if place.kind in ("", "date") and re.fullmatch(r"[0-3]?[0-9](?:,[0-3]?[0-9])+|[0-9]{4}(?:,[0-9]{4})+", figure):
        return None  # days or years in a row
    return None if _GROUPED.fullmatch(figure) else False


def _id_format(context: Context, place: FigureSpan, reading: str) -> Answer:
    return None if _CODE.fullmatch(_trimmed(reading)) else False


# --- sequences ---------------------------------------------------------------------------------------


def _list_mark(context: Context, place: FigureSpan, reading: str) -> Answer:
    """A list's numbers follow each other."""
    mark = _mark_at(place, reading)
    if mark is None:
        return None
    style, number = mark
    first = max(0, place.start - _LIST_ITEM)
    before = [int(m[2]) for m in _MARK.finditer(to_arabic(place.text[first : place.start])) if (m[1], m[3]) == style]
    if first and not before:
        return None
    behind = _MARK.search(to_arabic(place.text[place.end : place.end + _LIST_ITEM]))
    following = int(behind[2]) if behind and (behind[1], behind[3]) == style else None
    if not before and following is None:
        return None if number != 1 else True
    expected = before[-1] + 1 if before else 1
    if number == expected:
        return True
    if not before:
        return following == number + 1
    return False if following in (None, expected + 1, 1) else following == number + 1


def _mark_at(place: FigureSpan, reading: str) -> tuple[tuple[str, str], int] | None:
    line_start = place.text.rfind("\n", 0, place.start) + 1
    if place.text[line_start : place.start].strip(" (["):
        return None
    line = to_arabic(place.with_reading(reading, line_start, place.end + 3))
    match = _MARK.match(line)
    return ((match[1], match[3]), int(match[2])) if match else None


# --- dates and years -----------------------------------------------------------------------------------


def _calendar(context: Context, place: FigureSpan, reading: str) -> Answer:
    """The day exists, and a range goes forward; that it does is no evidence, for nearly all wrong days do."""
    found = _dates_with(context, place, reading)
    if not found:
        return False
    return False if any(flag.code in _IMPOSSIBLE for item in found for flag in item.flags) else None


def _weekday(context: Context, place: FigureSpan, reading: str) -> Answer:
    text = place.text[place.owner[0] : place.owner[1]]
    names = table("dates")["weekdays"]["names"]
    if not any(name in text for group in names for name in group):
        return None
    found = _dates_with(context, place, reading)
    return bool(found) and not any(flag.code == "weekday-mismatch" for item in found for flag in item.flags)


def _dates_with(context: Context, place: FigureSpan, reading: str) -> list[FoundDate]:
    """Dates that lie over the figure when it is read so."""
    begin = max(place.text.rfind("\n", 0, place.start) + 1, min(place.owner[0], place.start) - _NEAR)
    stop = place.text.find("\n", place.end)
    end = min(len(place.text) if stop < 0 else stop, max(place.owner[1], place.end) + _NEAR)
    quarter = int(place.section[-1]) if place.section.startswith("quarter_") else None
    text = place.with_reading(reading, begin, end)
    first, found = _located(text, place.start - begin, place.section, context.report.fiscal_year, quarter)
    return [item for item in found if item.start < first + len(reading) and first < item.end]


@lru_cache(maxsize=256)  # three witnesses ask of each date
def _located(
    text: str, first: int, section: str, fiscal_year: int | None, quarter: int | None
) -> tuple[int, tuple[FoundDate, ...]]:
    """Return the dates of a text with its misread months understood, and where a place of it is among them."""
    understood = understand(text, picture=True)
    found = locate_dates(understood.text, section, DateContext(fiscal_year, quarter))
    return understood.forward(first), tuple(found)


def _near_year(context: Context, place: FigureSpan, reading: str) -> Answer:
    """Days that a quarter's report tells of lie in its fiscal year or beside it."""
    year = context.report.fiscal_year
    days = [item.mention.start for item in _dates_with(context, place, reading) if item.mention.start is not None]
    if year is None or not days:
        return None
    most = _NEAR_YEARS if place.section.startswith("quarter_") else _FAR_YEARS
    if not all(abs(fiscal_year_of(day) - year) <= most for day in days):
        return False
    return True if re.fullmatch("[0-9]{4}", _trimmed(reading)) else None  # a day says nothing of its year


def _lone_year(context: Context, place: FigureSpan, reading: str) -> Answer:
    """A figure behind the word for year."""
    if not place.before.rstrip().endswith(_year_words()) or context.report.fiscal_year is None:
        return None
    figure = _trimmed(reading)
    if not re.fullmatch("[0-9]{4}", figure):
        return False
    return abs(int(figure) - context.report.fiscal_year) <= _FAR_YEARS


def _year_words() -> tuple[str, ...]:
    words = table("dates")
    return (*words["words"]["year"], *words["words"]["fiscal_year"], *words["eras"]["be"])


def _fiscal_year(context: Context, place: FigureSpan, reading: str) -> Answer:
    """The printed fiscal year is the one that the dates point to."""
    mentions: list[DateMention] = [item.mention for section in context.sections for item in section.dates]
    inferred = infer_fiscal_year(mentions)
    figure = _trimmed(reading)
    if not re.fullmatch("2[45][0-9]{2}", figure):
        return False
    return None if inferred is None else int(figure) == inferred


def _clock(context: Context, place: FigureSpan, reading: str) -> Answer:
    """Hours go to 24 and minutes to 59."""
    data = table("figures")["clock"]
    if not place.before.rstrip().endswith(tuple(data["before"])):
        return None
    match = re.fullmatch("([0-9]{1,2})[.:]([0-9]{2})", _trimmed(reading))
    return False if match and (int(match[1]) > 24 or int(match[2]) > 59) else None


# --- orders ----------------------------------------------------------------------------------------------


def _order_year(context: Context, place: FigureSpan, reading: str) -> Answer:
    """An order's number ends in its year."""
    order = context.report.orders[place.index] if place.index < len(context.report.orders) else None
    match = _ORDER_YEAR.search(_trimmed(reading))
    if order is None or match is None or "/" not in place.token.text:
        return None
    year = int(match[1]) if len(match[1]) == 4 else 2500 + int(match[1])
    issued = order.date
    if issued is not None and _be_years(issued, year):
        return True
    fiscal = context.report.fiscal_year
    if issued is None:
        return None if fiscal is None else 0 <= fiscal - year + 1 <= _OLD_ORDERS + 1
    return False


def _be_years(day: date, year: int) -> bool:
    return year in (day.year + BUDDHIST_ERA, fiscal_year_of(day))


# --- the plan ----------------------------------------------------------------------------------------------


def _plan(context: Context, place: FigureSpan, reading: str) -> Answer:
    """Codes of the plan nest: 5.2.1 under 5.2 under 5."""
    strategy = context.report.strategy
    item = parse_item(place.with_reading(reading))
    if strategy is None or item is None or item.code is None:
        return False
    codes = [step.code if step else None for step in (strategy.issue, strategy.sub, strategy.goal)]
    depth = ("strategy.issue", "strategy.sub", "strategy.goal").index(place.key)
    above = next((code for code in reversed(codes[:depth]) if code), None)
    below = next((code for code in codes[depth + 1 :] if code), None)
    answers = []
    if above:
        answers.append(item.code.startswith(f"{above}."))
    if below:
        answers.append(below.startswith(f"{item.code}."))
    return all(answers) if answers else None


# --- target, actual, quarters --------------------------------------------------------------------------------


def _unit_range(context: Context, place: FigureSpan, reading: str) -> Answer:
    """A percentage is at most 100, a level at most 5; what lies inside says little.

    In prose a percentage may be of a target and pass 100; assessments and scores have ranges of their own.
    """
    if place.kind == "quantity" or (place.kind == "result" and not place.field.endswith(".value")):
        return None
    unit, value = _unit_of(context, place), parse_number(_trimmed(reading))
    known = None if unit is None else unit_named(unit)
    if known is None or known.low is None or known.high is None or value is None:
        return None
    return False if not known.low <= value <= known.high else None


def _unit_of(context: Context, place: FigureSpan) -> str | None:
    report = context.report
    if place.kind == "quantity":
        return report.quantities[place.index].unit if place.index < len(report.quantities) else None
    if place.kind == "result":
        return report.actual.unit or report.target.unit
    return _measure_at(context, place).unit


def _measure_at(context: Context, place: FigureSpan) -> Measure:
    measure: Measure = getattr(context.report, place.key)
    return measure


def _restated(context: Context, place: FigureSpan, reading: str) -> Answer:
    """The same value stands elsewhere: in the prose, as target or actual, or as the last quarter."""
    value, unit = parse_number(_trimmed(reading)), _unit_of(context, place)
    if value is None:
        return None
    report = context.report
    if place.kind == "quantity":
        own = report.quantities[place.index].value if place.index < len(report.quantities) else None
    else:
        own = _measure_at(context, place).value if place.kind == "measure" else None
    if unit is not None and context.stated[(canonical_unit(unit), value)] > (own == value):
        return True
    return place.kind in ("measure", "result") and any(
        result.value == value
        for quarter, result in report.quarter_results.items()
        if not place.key.startswith(f"quarter_results.{quarter}.")
    )


def _sum_of_quarters(context: Context, place: FigureSpan, reading: str) -> Answer:
    """The year's figure is the last quarter's, or the sum of all four."""
    report, value = context.report, parse_number(_trimmed(reading))
    if value is None or place.key not in ("actual", *(f"quarter_results.{n}.value" for n in "1234")):
        return None
    figures = {key: result.value for key, result in report.quarter_results.items() if result.value is not None}
    year = report.actual.value
    if place.key == "actual":
        year = value
    elif place.key.split(".")[1] in figures:
        figures[place.key.split(".")[1]] = value
    if year is None or len(figures) < 2:
        return None
    return figures.get("4") == year or (len(figures) == 4 and sum(figures.values()) == year)


def _in_words(context: Context, place: FigureSpan, reading: str) -> Answer:
    """An amount that is said again in words behind it, in brackets."""
    said = _said(place)
    if said is None:
        return None
    return parse_number(_trimmed(reading)) == said


def _said(place: FigureSpan) -> Decimal | None:
    behind = place.text[place.end : place.end + 200].partition("\n")[0]
    bracket = behind.find("(")
    if not 0 <= bracket <= _BAHT_ROOM:
        return None
    start, _, value = next(find_numerals(behind[bracket:]), (99, 0, None))
    return value if start <= 2 else None


def _elsewhere(context: Context, place: FigureSpan, reading: str) -> Answer:
    """The same digits were read surely at another place."""
    digits = core(reading)
    return len(re.sub("[^0-9]", "", digits)) >= _SEEN_TWICE and context.elsewhere(place, reading)


def _trimmed(reading: str) -> str:
    """Return a figure with Arabic digits, without the signs around it."""
    return to_arabic(reading).strip(" \t()[]{}.,:;=-–%\"'“”*")


def propose(place: FigureSpan, context: Context, name: str) -> str | None:
    """Return what a witness would have the figure be, where it can tell; Thai digits as the figure has them."""
    proposal: str | None = None
    if name == "thousands":
        whole, point, fraction = _trimmed(place.token.text).partition(".")
        digits = whole.replace(",", "")
        lost = any(len(group) < 3 for group in whole.split(",")[1:])  # a digit, and nobody knows which
        if digits.isdigit() and not lost and "." not in fraction and "," not in fraction:
            proposal = f"{int(digits):,}{point}{fraction}"
    elif name == "in-words" and (said := _said(place)) is not None:
        proposal = f"{said:,f}"
    elif name == "one-script":
        proposal = to_arabic(place.token.text)
    if proposal is None:
        return None
    thai = len(_THAI.findall(place.token.text)) > len(_ARABIC.findall(place.token.text))
    return proposal.translate({48 + digit: 0x0E50 + digit for digit in range(10)}) if thai else proposal


_ANY: frozenset[str] = frozenset()
_DATED = frozenset({"date"})
_FIGURES = frozenset({"measure", "quantity", "result"})

WITNESSES: tuple[Witness, ...] = (
    Witness("one-script", _ANY, _one_script, 0.001, 1.0, certain=True),
    Witness("thousands", _ANY, _thousands, 0.001, 1.0, certain=True),
    Witness("id-format", frozenset({"id"}), _id_format, 0.001, 1.0, certain=True),
    Witness("list-mark", frozenset({"", "quantity", "date"}), _list_mark, 0.02, 0.05),
    Witness("calendar", _DATED, _calendar, 0.002, 1.0),
    Witness("near-year", _DATED, _near_year, 0.03, 0.5),
    Witness("weekday", _DATED, _weekday, 0.03, 0.15),
    Witness("lone-year", frozenset({""}), _lone_year, 0.02, 0.3),
    Witness("fiscal-year", frozenset({"year"}), _fiscal_year, 0.02, 0.02),
    Witness("order-year", frozenset({"order"}), _order_year, 0.05, 0.5),
    Witness("plan", frozenset({"code"}), _plan, 0.005, 0.05),
    Witness("clock", _ANY, _clock, 0.005, 1.0),
    Witness("unit-range", _FIGURES, _unit_range, 0.05, 0.9),
    Witness("restated", _FIGURES, _restated, 0.3, 0.05, support=True),
    Witness("sum-of-quarters", frozenset({"measure", "result"}), _sum_of_quarters, 0.3, 0.03, support=True),
    Witness("in-words", _ANY, _in_words, 0.01, 0.02),
    Witness("elsewhere", _ANY, _elsewhere, 0.3, 0.1, support=True),
)

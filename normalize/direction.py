"""Whether more or less of an indicator is better, as far as the report says.

Its target says it ("ไม่เกินร้อยละ 5"), its name ("(ไม่เกินร้อยละ 5)"), its definition or calculation ("ยิ่งน้อยยิ่งดี"). Where
nothing does, more is better, but for what nobody wants more of (the ill, accidents, complaints): there the direction
is not known, and no outcome is made of the figures.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import regex

from normalize.quantities import find_quantities
from normalize.tables import alternatives, table
from normalize.units import unit_named
from raingan.model.records import Flag, Measure, Quantity, Report

MORE, LESS = "more", "less"

_BY_OPERATOR = {"<=": LESS, "<": LESS, ">=": MORE, ">": MORE}
_SECTIONS = ("definition", "calculation")
# Between the two parts of "ค่ายิ่งน้อย ... ยิ่งดี".
_GAP = r"[^\n]{0,24}?"


def with_direction(report: Report) -> tuple[str | None, list[Flag]]:
    """Return "more", "less" or None for a report's direction, and what has to be told of it."""
    target, actual = report.target, report.actual
    if target.value is None or actual.value is None:
        return MORE, []
    changes = _changes(report)
    if changes is None:
        values = {"target": target.text or "", "actual": actual.text or ""}
        return None, [Flag("changes-differ", "actual.value", values)]
    told = _BY_OPERATOR.get(target.operator or "") or _left(target)
    said = dict(_said(report))
    directions = {*said, *([told] if told else [])}
    if len(directions) > 1 or _one_sided(report):
        return None, [Flag("direction-unknown", "direction", {"text": report.indicator_name or ""})]
    if told is not None or changes:
        return told or MORE, []
    if said:
        direction, source = next(iter(said.items()))
        flag = Flag("direction-inferred", "direction", {"text": source, "direction": direction})
        return direction, [flag] if direction == LESS else []
    if _unwanted(report.indicator_name or "") or _doubted(report):
        return None, [Flag("direction-unknown", "direction", {"text": report.indicator_name or ""})]
    return MORE, []


# --- a rise or a fall ------------------------------------------------------------------------------


def _changes(report: Report) -> frozenset[str] | None:
    """Return what target and actual are amounts of, a rise or a fall; None where they are of both."""
    told = {measure.change for measure in (report.target, report.actual)} - {None}
    told |= {_amount(report)} - {None}
    return None if len(told) > 1 else frozenset(change for change in told if change is not None)


def _one_sided(report: Report) -> bool:
    """Tell whether one figure is an amount of change and the other may be what is left or reached."""
    if _amount(report) is not None:
        return False
    changing = [measure for measure in (report.target, report.actual) if measure.change is not None]
    return len(changing) == 1 and not _is_of_work(changing[0])


def _is_of_work(measure: Measure) -> bool:
    """Tell whether the words of a rise or fall only say what is done: "ลดขยะ 10 ตัน"."""
    data = table("figures")["change"]
    strong = [word for word in (*data["rise"], *data["fall"]) if word not in data["of_work"]]
    return not any(word in (measure.text or "") for word in strong)


def _left(target: Measure) -> str | None:
    return LESS if any(word in (target.text or "") for word in table("directions")["left"]["words"]) else None


def _amount(report: Report) -> str | None:
    """Return the change that the indicator is an amount of: "ร้อยละ...ที่ลดลง"; "ลดลง" alone only in percent."""
    name, data = report.indicator_name or "", table("directions")["amount"]
    told = next((change for change in ("fall", "rise") if any(word in name for word in data[change])), None)
    unit = None if report.target.unit is None else unit_named(report.target.unit)
    percent = unit is not None and unit.kind == "percent"
    return told or ("fall" if percent and any(word in name for word in data["unsure"]) else None)


# --- what name, definition and calculation say -----------------------------------------------------------


def _said(report: Report) -> Iterator[tuple[str, str]]:
    """Yield each direction that the words around the indicator say, with those words."""
    texts = [report.indicator_name or "", *(report.section(name) or "" for name in _SECTIONS)]
    for direction, pattern in _statements():
        match = next((match for text in texts if (match := pattern.search(text)) is not None), None)
        if match is not None:
            yield direction, match.group()
    name = texts[0]
    bound = _bound().search(name)
    if bound is not None:
        yield (MORE if _in_a_clause(name, bound.start()) else LESS), bound.group()
    quantities = [*find_quantities(name, ""), *(item for item in report.quantities if item.section in _SECTIONS)]
    for quantity in quantities:
        told = _BY_OPERATOR.get(quantity.operator or "")
        if told is None or not _is_target(quantity, report.target):
            continue
        if quantity.section or not _in_a_clause(name, name.find(quantity.text)):
            yield told, quantity.text


def _doubted(report: Report) -> bool:
    """Tell whether definition or calculation speak of a fall that may be wished, or of a bound besides the target."""
    if (report.indicator_name or "").startswith(tuple(table("directions")["success"]["begins"])):
        return False
    return any(_doubts().search(report.section(name) or "") for name in _SECTIONS)


@cache
def _doubts() -> regex.Pattern[str]:
    return _any_pair(table("directions")["said"]["doubt"])


def _any_pair(pairs: list[list[str]]) -> regex.Pattern[str]:
    return regex.compile("|".join(regex.escape(a) + (_GAP + regex.escape(b) if b else "") for a, b in pairs))


@cache
def _statements() -> tuple[tuple[str, regex.Pattern[str]], ...]:
    data = table("directions")["said"]
    return tuple((direction, _any_pair(data[direction])) for direction in (LESS, MORE))


@cache
def _bound() -> regex.Pattern[str]:
    data = table("directions")["bound"]
    return regex.compile(rf"{alternatives(data['words'])}\s?{alternatives(data['of'])}")


def _in_a_clause(name: str, place: int) -> bool:
    """Tell whether a bound in a name is of what is counted: "ร้อยละของชุมชนที่มีค่าดัชนีไม่เกินเกณฑ์"."""
    before = name[: max(place, 0)]
    opened = before.rfind("(")
    if opened >= 0 and ")" not in before[opened:]:
        return False
    return any(word in before for word in table("directions")["bound"]["clause"])


def _is_target(quantity: Quantity, target: Measure) -> bool:
    value = target.value if target.base is None else target.base
    return quantity.value == value and quantity.upper is None


def _unwanted(name: str) -> bool:
    data = table("directions")
    if name.startswith(tuple(data["success"]["begins"])):
        return False
    words = data["unwanted"]
    rest = name
    for word in words["words"]:
        rest = rest.replace(word, " ")
    return rest != name and not any(word in rest for word in words["done"])

"""A target or an actual: value, unit and operator out of what is printed.

The printed forms are many ("5 (ระดับ)", "ไม่น้อยกว่าร้อยละ 20", "80.00 %", "(5.20)"), the rule is one: where
the figure can be read in only one way it is taken; where it can be read in several it is taken with a
flag; where it cannot be read it stays None with a flag.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cache

import regex

from normalize.changes import change_of, without_old_value
from normalize.figures import operator_after, operator_before, rate_before
from normalize.numerals import multiplier_at, printed_number, times
from normalize.tables import table
from normalize.units import base_unit, rate_end, same_unit, unit_at, unit_before, unit_named, units_of
from normalize.value_figures import (
    ValueFigure,
    candidates,
    may_be_thousands,
    may_be_year,
    range_or_first,
    value_figures,
)
from normalize.writing import plain_signs, typed_around, understood
from raingan.model.records import Flag, Measure

# A value on the forms is a few words; what is longer is prose, and its first lines are enough to see that.
LONGEST_VALUE = 400

# A unit that no table knows is taken from print if it is a word or two; the longest seen is a name of 28 letters.
LONGEST_UNIT = 40

# Words between an operator and its figure: a filler, a rate, a unit at most.
_MOST_WORDS = 4

_PARENTHESES = regex.compile(r"\(([^()]*+)\)[\s.:;,*]*+$")
_NAMED = regex.compile(r"\s*+\(([^()]*+)\)")
# Signs that typists set around a figure; they say nothing of it. A square bracket is no minus.
_MARKS = regex.compile(r"[\"'\u2018\u2019\u201c\u201d\u2020\u2021\u2022\u2611\u2713\u2714*#\[\]{}|`]++")
_ROUND_SUM = regex.compile(r"(?<=\d)\s?[.,]\s?[-\u2013=](?!\s?\d)(?:\s?[\u0e01-\u0e4e.]++)?+")
# "(-30-)": dashes set around a figure, and parentheses around them; neither is a minus.
_DASHED_ASIDE = regex.compile(r"\(\s?[-\u2013\u2014]\s?(\d[\d,.]*+)\s?[-\u2013\u2014]\s?\)")
_COUNTED = ("count", "scale")


def parse_measure(text: str, unit_hint: str | None = None, field: str = "") -> tuple[Measure, list[Flag]]:
    """Read a printed target or actual; `unit_hint` is the unit printed in its label. Never raises.

    Value and unit are as printed: "187.6 ล้านบาท" is 187.6 of the unit "ล้านบาท".

    The flags' field is `field` + ".value". An empty value has no flag: a check says what is missing.
    """
    printed = text.strip()
    plain = _plain(printed)
    hint = _clean_unit(unit_hint)
    if _is_empty(plain):
        return Measure(unit=hint, text=printed or None), []

    said, old = without_old_value(plain)
    body, bracket = _split_bracket(said)
    figures = value_figures(body)
    if not figures and bracket is not None:
        body, bracket, figures = said, None, value_figures(said)
    measure, code = _choose(body, bracket, figures, hint)
    change = change_of(plain, hint)
    base, name = _base(measure)
    measure = Measure(measure.value, measure.unit, measure.operator, printed, measure.upper, change, base, name)
    if code is None and old is not None and measure.value is not None and old != f"{measure.value:f}":
        code = "value-changed"
    if code is None:
        return measure, []
    values = {"text": printed[:LONGEST_VALUE], "value": "" if measure.value is None else f"{measure.value:f}"}
    return measure, [Flag(code, f"{field}.value", values if old is None else {**values, "old": old})]


def _plain(printed: str) -> str:
    """Return a printed value without what is typed around its figures: dotted lines, dashes, marks."""
    signs = _DASHED_ASIDE.sub(r" \1 ", plain_signs(printed[:LONGEST_VALUE]))
    bare = understood(signs, typed_around(signs)).text
    return " ".join(_MARKS.sub(" ", _ROUND_SUM.sub(f" {table('figures')['money']['unit']}", bare)).split())


def _base(measure: Measure) -> tuple[Decimal | None, str | None]:
    """Return value and unit in the unit's base ("12.5 million baht" in baht); None where they are as printed."""
    known = None if measure.unit is None else base_unit(measure.unit)
    if known is None or measure.value is None or known == (1, measure.unit):
        return None, None
    return times(measure.value, known[0]), known[1]


def _choose(
    body: str, bracket: str | None, figures: Sequence[ValueFigure], hint: str | None
) -> tuple[Measure, str | None]:
    """Return the measure without its text, and the code of the flag it needs."""
    others = _other_figures(bracket)
    taken = candidates(body, figures)
    only_aside = not taken and len(figures) == 1
    if only_aside:
        taken = list(figures)
    if not taken:
        return Measure(unit=hint or _bracket_unit(bracket)), "value-unreadable"
    figure, upper, doubt = range_or_first(body, taken)
    if figure.value is None or (upper is not None and upper.value is None):
        return Measure(unit=hint or _bracket_unit(bracket)), "value-unreadable"

    before = body[: figure.start].rstrip()
    operator = _operator(before)
    after = body[(upper or figure).end :]
    value, top = figure.value, None if upper is None else upper.value
    inner = None if bracket is None else _bracket_value(bracket)
    if inner is not None and inner.value not in (value, top):
        unit, _ = _unit(before, after, None, hint)
        return Measure(value, unit, ".." if upper is not None else operator, None, top), "value-ambiguous"
    competing = any(other not in (value, top) for other in others)
    unit, conflict = _unit(before, after, None if competing else bracket, hint)
    if upper is not None:
        operator = ".."
    else:
        inner_operator = None if inner is None else inner.operator
        operator = operator or inner_operator or _operator_after(after) or _operator(hint or "")
    if doubt or competing:
        return Measure(value, unit, operator, None, top), "value-ambiguous"
    unsure = only_aside or figure.doubt or (conflict and inner is None) or (upper is not None and upper.doubt)
    digits = body[figure.start : figure.end]
    unsure = unsure or may_be_year(digits, unit) or may_be_thousands(digits, unit)
    if figure.dash and value < 0 and _is_counted(unit):
        value, unsure = -value, True  # a dash before what is counted is no minus
    return Measure(value, unit, operator, None, top), "value-doubtful" if unsure else None


def _is_counted(unit: str | None) -> bool:
    known = None if unit is None else unit_named(unit)
    return known is not None and known.kind in _COUNTED


# --- unit and operator ----------------------------------------------------------------------------


def _operator(before: str) -> str | None:
    """Return the operator in the words before a figure; its unit or rate may stand between ("ไม่น้อยกว่าร้อยละ 20")."""
    position = len(before.rstrip())
    for _ in range(_MOST_WORDS):
        found = operator_before(before, position)
        if found is not None and found[1] != "=":
            return found[1]
        if found is not None:
            position -= len(found[0])
        else:
            rate = rate_before(before, position)
            unit = unit_before(before, position) if rate is None else None
            if rate is None and unit is None:
                return None
            position = rate if rate is not None else unit[1] if unit is not None else 0
        position = len(before[:position].rstrip())
    return None


def _operator_after(after: str) -> str | None:
    multiplier = multiplier_at(after, _skip(after, 0))
    position = _skip(after, multiplier[1] if multiplier is not None else 0)
    found = unit_at(after, position)
    return operator_after(after, found[1] if found is not None else position)[1]


def _skip(text: str, position: int) -> int:
    while position < len(text) and text[position] == " ":
        position += 1
    return position


def _unit(before: str, after: str, bracket: str | None, hint: str | None) -> tuple[str | None, bool]:
    """Return the unit, and whether the print names two that differ.

    The label's unit and the one in parentheses are said to be the unit; a word beside the figure may be one.
    """
    beside = _unit_beside(before, after)
    known = beside is not None and unit_named(beside) is not None
    named = hint or _bracket_unit(bracket)
    if named is None or (known and hint is None and unit_named(named) is None):
        return beside, False  # "5 ระดับ (ผ่านเกณฑ์)": a remark
    stated = _unit_beside(named, "") or named
    if hint is not None and unit_named(hint) is None and unit_named(stated) is not None:
        named = stated  # a label with its operator: "ไม่น้อยกว่าร้อยละ"
    conflict = known and beside is not None and not same_unit(beside, named)
    return named, conflict


def _unit_beside(before: str, after: str) -> str | None:
    """Return the unit before the figure (percent, level) or behind it."""
    stem = before.rstrip(" =:")
    for ordinal in ("", *table("figures")["not_a_unit"]["ordinal"]):
        end = len(stem) - len(ordinal)
        ahead = unit_before(stem, end) if stem.endswith(ordinal) else None
        if ahead is not None and ahead[0].kind in ("percent", "scale"):
            return stem[ahead[1] : end].strip()
    position = _skip(after, 0)
    multiplier = multiplier_at(after, position)
    behind = unit_at(after, position if multiplier is None else _skip(after, multiplier[1]))
    if behind is not None:
        return after[position : rate_end(after, behind[1], behind[0])]
    if (rated := rate_end(after, position)) > position:
        return after[position:rated]  # "12.5 ต่อประชากรแสนคน"
    named = _NAMED.match(after)
    if named is not None and unit_named(named.group(1)) is not None:
        return named.group(1).strip()  # "80 (ร้อยละ) ต่อปี"
    word = _without_parentheses(after.strip(" .,;:*+"))
    if 0 < len(word) <= LONGEST_UNIT and not any(character.isdigit() for character in word):
        return None if word.startswith(tuple(table("figures")["not_a_unit"]["openings"])) else word
    # "ระดับความสำเร็จ 5": the words before the figure begin with its scale
    return next((name for name in _scales() if stem.startswith(name)), None)


def _without_parentheses(text: str) -> str:
    """Take off parentheses around the whole, and one whose partner is lost ("5 (ระดับ")."""
    if text.startswith("(") and (text.endswith(")") or ")" not in text):
        return text[1:].removesuffix(")").strip()
    return text.removesuffix(")").strip() if "(" not in text else text


@cache
def _scales() -> tuple[str, ...]:
    """Scales with a range: a level is a level whatever stands between it and its figure."""
    units = [unit_named(name) for name in units_of("scale")]
    return tuple(unit.name for unit in units if unit is not None and unit.low is not None)


def _clean_unit(text: str | None) -> str | None:
    if text is None:
        return None
    unit = " ".join(plain_signs(text[:LONGEST_VALUE]).split()).strip(" :()")
    return unit or None


# --- parentheses and empty values -----------------------------------------------------------------


def _split_bracket(text: str) -> tuple[str, str | None]:
    """Part "5 (ระดับ)" into "5" and "ระดับ"; a figure alone in parentheses stays in the body."""
    match = _PARENTHESES.search(text)
    if match is None:
        return text, None
    inner, head = match.group(1).strip(), text[: match.start()].rstrip()
    if not head or not inner or printed_number(inner.rstrip(",.")) is not None:
        return text, None
    return head, inner


def _other_figures(bracket: str | None) -> list[Decimal]:
    """Return the figures of a remark, which compete with the value: "(ปรับจาก 90)"; a unit's own do not."""
    if bracket is None or not any(map(str.isdigit, bracket)) or _bracket_value(bracket) is not None:
        return []
    if unit_at(bracket, 0) is not None:
        return []  # "(คะแนนเต็ม 5)"
    return [figure.value for figure in candidates(bracket, value_figures(bracket)) if figure.value is not None]


def _bracket_unit(bracket: str | None) -> str | None:
    """Return what stands in parentheses as the unit: as printed, unless it is a measure of its own."""
    if bracket is None:
        return None
    inner = _bracket_value(bracket)
    if inner is not None:
        return inner.unit
    return None if bracket.casefold() in _empty_marks() else bracket


def _bracket_value(bracket: str) -> Measure | None:
    """Return a measure that stands in parentheses ("80 (ไม่น้อยกว่าร้อยละ 80)"), or None if it is a unit."""
    if base_unit(bracket) is not None or rate_end(bracket, 0) == len(bracket):
        return None  # "(ล้านบาท)", "(ต่อประชากรแสนคน)": a unit, though "million" is a figure
    figures = value_figures(bracket)
    if len(figures) != 1 or figures[0].value is None:
        return None
    figure = figures[0]
    beside = _unit_beside(bracket[: figure.start], bracket[figure.end :])
    if beside is None or unit_named(beside) is None:
        return None
    return Measure(figure.value, beside, _operator(bracket[: figure.start]))


@cache
def _empty_marks() -> frozenset[str]:
    return frozenset(mark.casefold() for mark in table("figures")["empty"]["marks"])


def _is_empty(text: str) -> bool:
    inner = text.strip(" .\u2026_()[]").casefold()
    return not inner or inner in _empty_marks()

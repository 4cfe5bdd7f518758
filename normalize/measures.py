"""A target or an actual: value, unit and operator out of what is printed.

The printed forms are many ("5 (ระดับ)", "ไม่น้อยกว่าร้อยละ 20", "80.00 %", "(5.20)"), the rule is one: where
the figure can be read in only one way it is taken; where it can be read in several it is taken with a
flag; where it cannot be read it stays None with a flag.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

import regex

from normalize.digits import to_arabic
from normalize.figures import operator_after, operator_before, rate_before
from normalize.numerals import find_numerals, multiplier_at, parse_numeral, printed_number
from normalize.tables import alternatives, table
from normalize.units import same_unit, unit_at, unit_before, unit_named, units_of
from raingan.model.records import Flag, Measure

# A value on the forms is a few words; what is longer is prose, and its first lines are enough to see that.
LONGEST_VALUE = 400

# A unit that no table knows is taken from print if it is a word or two; the longest seen is a name of 28 letters.
LONGEST_UNIT = 40

# Words between an operator and its figure: a filler, a rate, a unit at most.
_MOST_WORDS = 4

_MINUS = "-\u2212\u2010\u2011\u2012\u2013"
_FIGURE = regex.compile(r"\d[\d,.]*+")
_PARENTHESES = regex.compile(r"\(([^()]*+)\)[\s.:;,*]*+$")
_NAMED = regex.compile(r"\s*+\(([^()]*+)\)")
_NEGATIVE = regex.compile(r"\(\s*+(\d[\d,.]*+)\s*+\)")
_SPACED_GROUPS = regex.compile(r"(?<![\d,.A-Za-z])\d{1,3}(?: \d{3})+(?![\d,.])")
_POINT_FOR_COMMA = regex.compile(r"[1-9]\d{0,2}\.\d{3}")
_YEARS = range(2400, 2700)


@dataclass(frozen=True, slots=True)
class _Figure:
    """One figure found in a printed value."""

    start: int
    end: int
    value: Decimal | None  # None where the digits cannot be read ("1.234.567")
    doubt: bool = False  # readable in more than one way ("1 000", "- 5")


def parse_measure(text: str, unit_hint: str | None = None, field: str = "") -> tuple[Measure, list[Flag]]:
    """Read a printed target or actual; `unit_hint` is the unit printed in its label. Never raises.

    Value and unit are as printed: "187.6 ล้านบาท" is 187.6 of the unit "ล้านบาท".

    The flags' field is `field` + ".value". An empty value has no flag: a check says what is missing.
    """
    printed = text.strip()
    plain = " ".join(to_arabic(printed[:LONGEST_VALUE]).split())
    hint = _clean_unit(unit_hint)
    if _is_empty(plain):
        return Measure(unit=hint, text=printed or None), []

    body, bracket = _split_bracket(plain)
    figures = _figures(body)
    if not figures and bracket is not None:
        body, bracket, figures = plain, None, _figures(plain)
    measure, code = _choose(body, bracket, figures, hint)
    measure = Measure(measure.value, measure.unit, measure.operator, printed, measure.upper)
    if code is None:
        return measure, []
    shown = "" if measure.value is None else f"{measure.value:f}"
    return measure, [Flag(code, f"{field}.value", {"text": printed[:LONGEST_VALUE], "value": shown})]


def _choose(body: str, bracket: str | None, figures: Sequence[_Figure], hint: str | None) -> tuple[Measure, str | None]:
    """Return the measure without its text, and the code of the flag it needs."""
    others = _other_figures(bracket)
    taken = _candidates(body, figures)
    only_aside = not taken and len(figures) == 1
    if only_aside:
        taken = list(figures)
    if not taken:
        return Measure(unit=hint or _bracket_unit(bracket)), "value-unreadable"
    figure, upper, doubt = _range_or_first(body, taken)
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
    unsure = unsure or _may_be_year(body[figure.start : figure.end], unit) or _may_be_thousands(figure, body, unit)
    return Measure(value, unit, operator, None, top), "value-doubtful" if unsure else None


# --- figures --------------------------------------------------------------------------------------


def _figures(text: str) -> list[_Figure]:
    """Find the figures of a value, in order; numbers in words only where there are no digits."""
    found: list[_Figure] = []
    spaced = {match.start(): match for match in _SPACED_GROUPS.finditer(text)}
    position = 0
    while (match := _FIGURE.search(text, position)) is not None:
        if match.start() in spaced:
            group = spaced[match.start()]
            found.append(_Figure(group.start(), group.end(), Decimal(group.group().replace(" ", "")), doubt=True))
            position = group.end()
            continue
        position = match.end()
        found.append(_signed(text, match))
    if found:
        return found
    whole = parse_numeral(text)
    if whole is not None:
        return [_Figure(0, len(text), whole)]
    return [
        _Figure(start, end, value)
        for start, end, value in find_numerals(text)
        if unit_at(text, _skip(text, end)) is not None or _percent_before(text, start)
    ]


def _percent_before(text: str, start: int) -> bool:
    before = unit_before(text, len(text[:start].rstrip()))
    return before is not None and before[0].kind in ("percent", "scale")


def _signed(text: str, match: regex.Match[str]) -> _Figure:
    """Read one run of digits, commas and points, with the sign or the parentheses around it."""
    start, end = match.span()
    digits = match.group().rstrip(",.")
    end = start + len(digits)
    if start and text[start - 1] == "." and (start == 1 or not text[start - 2].isalnum()):
        start, digits = start - 1, "." + digits
    value = printed_number(digits)
    around = _NEGATIVE.match(text, text.rfind("(", 0, start)) if "(" in text[:start] else None
    if value is not None and around is not None and around.start(1) == start and around.end(1) >= end:
        alone = not text[: around.start()].strip()
        return _Figure(around.start(), around.end(), -value if alone else value, doubt=not alone)
    if value is not None and start and text[start - 1] in _MINUS:
        attached = start == 1 or not (text[start - 2].isalnum())
        if attached:
            return _Figure(start - 1, end, -value)
    if value is not None and start > 1 and text[start - 1] == " " and text[:start].strip() in tuple(_MINUS):
        return _Figure(start, end, value, doubt=True)  # a bullet, or a minus set apart
    if value is not None and any(word in text[max(start - 24, 0) : start] for word in _below_nought()):
        return _Figure(start, end, -value)
    return _Figure(start, end, value, doubt=_runs_on(text, start, end))


def _runs_on(text: str, start: int, end: int) -> bool:
    """Tell whether a figure is part of a name, a misread figure or a fraction: "PM2.5", "O.5", "5O", "5½", "±5"."""
    before = text[max(start - 2, 0) : start].rstrip(".")[-1:]
    if before == "\u00b1" or (before.isascii() and before.isalpha()) or (before.isalnum() and text[start - 1] == "."):
        return True
    following = text[end : end + 1]
    if following.isascii() and following.isalpha():
        return unit_at(text, end) is None
    return unicodedata.category(text[end:].lstrip(" ")[:1] or " ") == "No"


def _may_be_year(figure: str, unit: str | None) -> bool:
    """Tell whether a bare figure of four digits has the size of a year of the Buddhist era."""
    return unit is None and len(figure) == 4 and figure.isdigit() and int(figure) in _YEARS


def _may_be_thousands(figure: _Figure, text: str, unit: str | None) -> bool:
    """Tell whether "1.200 people" may be 1,200: what is counted has no thousandths."""
    known = None if unit is None else unit_named(unit)
    return (
        known is not None
        and known.kind == "count"
        and _POINT_FOR_COMMA.fullmatch(text[figure.start : figure.end]) is not None
    )


def _below_nought() -> list[str]:
    words: list[str] = table("figures")["negative"]["words"]
    return words


@cache
def _aside() -> regex.Pattern[str]:
    return regex.compile(alternatives(table("figures")["aside"]["words"]) + r"\s*+$")


def _candidates(text: str, figures: Sequence[_Figure]) -> list[_Figure]:
    """Return the figures that can be the value: no years, quarters or numbers of names."""
    return [
        figure
        for figure in figures
        if not _is_aside(text[max(0, figure.start - 30) : figure.start]) and not _is_dated(text, figure)
    ]


@cache
def _month() -> tuple[regex.Pattern[str], regex.Pattern[str]]:
    """A month at the end of what stands before a figure, and at the beginning of what stands behind it."""
    month = alternatives(name for entry in table("dates")["month"] for name in (*entry["full"], *entry["short"]))
    return regex.compile(month + r"\s*+$"), regex.compile(r"\s*+" + month)


def _is_dated(text: str, figure: _Figure) -> bool:
    """Tell whether a figure is the day or the year beside a month: "30 กันยายน 2564"."""
    before, behind = _month()
    if before.search(text[max(0, figure.start - 20) : figure.start]) is not None:
        return True
    return behind.match(text, figure.end) is not None


def _is_aside(before: str) -> bool:
    """Tell whether the words before a figure make it a year or an ordinal; a level is a value also as an ordinal."""
    match = _aside().search(before)
    if match is None:
        return False
    unit = unit_before(before, match.start())
    return unit is None or unit[0].kind != "scale"


def _range_or_first(text: str, taken: Sequence[_Figure]) -> tuple[_Figure, _Figure | None, bool]:
    """Return the figure, the end of its range if it is one, and whether other figures compete with it."""
    first = taken[0]
    if len(taken) == 1:
        return first, None, False
    second = taken[1]
    gap = text[first.end : second.start].strip()
    low, high = first.value, abs(second.value) if second.value is not None else None
    if low is not None and high is not None and low < high and _is_range_word(text, first.end, second.start, gap):
        upper = _Figure(second.start, second.end, high, second.doubt)
        return first, upper, len(taken) > 2
    return first, None, True


def _is_range_word(text: str, start: int, end: int, gap: str) -> bool:
    if gap in table("figures")["between"]["to"]:
        return True
    if gap:  # "ร้อยละ 20 ถึงร้อยละ 30": the unit again
        for word in table("figures")["between"]["to"]:
            rest = gap.removeprefix(word).strip()
            if rest != gap and rest and unit_named(rest) is not None:
                return True
        return False
    return end > start and text[start:end].strip() == "" and text[end : end + 1] in _MINUS


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
        return after[position : behind[1]]
    named = _NAMED.match(after)
    if named is not None and unit_named(named.group(1)) is not None:
        return named.group(1).strip()  # "80 (ร้อยละ) ต่อปี"
    word = _without_parentheses(after.strip(" .,;:*"))
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
    unit = " ".join(to_arabic(text[:LONGEST_VALUE]).split()).strip(" :()")
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
    return [figure.value for figure in _candidates(bracket, _figures(bracket)) if figure.value is not None]


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
    figures = _figures(bracket)
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

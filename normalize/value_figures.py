"""The figures of a printed value: which there are, with their signs, and which of them is the value.

Digits with commas and points, groups set apart by spaces, a comma for a point, fractions, numbers in words.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

import regex

from normalize.numerals import find_numerals, parse_numeral, printed_number
from normalize.tables import alternatives, table
from normalize.units import rate_end, unit_at, unit_before, unit_named

MINUS = "-\u2212\u2013"
_FIGURE = regex.compile(r"\d[\d,.]*+")
_NEGATIVE = regex.compile(r"\(\s*+(\d[\d,.]*+)\s*+\)")
_SPACED_GROUPS = regex.compile(r"(?<![\d,.A-Za-z])\d{1,3}(?: \d{3})+(?:\.\d+|,\d{1,2})?(?![\d,.])")
_POINT_FOR_COMMA = regex.compile(r"[1-9]\d{0,2}\.\d{3}")
_COMMA_FOR_POINT = regex.compile(r"(\d{1,3}(?:\.\d{3})*+|\d++),(\d{1,2})")
_YEARS = range(2400, 2700)

# "2 1/4", "3/4": of what is measured, not "45/50 people"; larger parts of a whole are shares of a number.
_FRACTION = regex.compile(r"(?<![\d.,/])(?:(\d{1,6}) )?(\d{1,2}) ?/ ?(\d{1,2})(?![\d.,/])")
_LARGEST_PART = 16


@dataclass(frozen=True, slots=True)
class ValueFigure:
    """One figure found in a printed value."""

    start: int
    end: int
    value: Decimal | None  # None where the digits cannot be read ("1.234.567")
    doubt: bool = False  # readable in more than one way ("1 000", "- 5")
    dash: bool = False  # below nought by a dash before it, which may be no minus


def value_figures(text: str) -> list[ValueFigure]:
    """Find the figures of a value, in order; numbers in words only where there are no digits."""
    found: list[ValueFigure] = []
    joined = {item.start: item for item in (*_spaced_groups(text), *_fractions(text))}
    position = 0
    while (match := _FIGURE.search(text, position)) is not None:
        whole = joined.get(match.start())
        if whole is not None:
            found.append(whole)
            position = _behind_unit(text, whole.end)
            continue
        found.append(_signed(text, match))
        position = _behind_unit(text, max(match.end(), found[-1].end))
    if found:
        return found
    whole_text = parse_numeral(text)
    if whole_text is not None:
        return [ValueFigure(0, len(text), whole_text)]
    lone = [ValueFigure(place, place + 1, value) for place, value in _lone_parts(text)]
    return lone or [
        ValueFigure(start, end, value)
        for start, end, value in find_numerals(text)
        if value  # the word for nought is that of a centre, too
        if unit_at(text, _skip(text, end)) is not None or _percent_before(text, start)
    ]


def _behind_unit(text: str, end: int) -> int:
    """Return where the unit behind a figure ends that has a figure of its own: "ม.2", "ต่อ 1,000 การเกิดมีชีพ"."""
    unit = unit_at(text, _skip(text, end))
    place = rate_end(text, unit[1] if unit is not None else end, None if unit is None else unit[0])
    return place if any(map(str.isdigit, text[end:place])) else end


def _spaced_groups(text: str) -> list[ValueFigure]:
    return [
        ValueFigure(match.start(), match.end(), Decimal(match.group().replace(" ", "").replace(",", ".")), doubt=True)
        for match in _SPACED_GROUPS.finditer(text)
    ]


def _fractions(text: str) -> list[ValueFigure]:
    """Find fractions with a stroke: of what is measured, for of what is counted they may be a share ("3/4 people")."""
    found = []
    for match in _FRACTION.finditer(text):
        unit = unit_at(text, _skip(text, match.end()))
        share = fraction_of(int(match[2]), int(match[3]))
        if share is not None and (unit is None or unit[0].kind != "count"):
            value = int(match[1] or 0) + share
            found.append(ValueFigure(match.start(), match.end(), value, doubt=match[1] is None and unit is None))
    return found


def fraction_of(part: int, parts: int) -> Decimal | None:
    """Return a fraction of small numbers, to six places; None where it is a share of some number or more than one."""
    if not 0 < part < parts <= _LARGEST_PART:
        return None
    return round(Decimal(part) / parts, 6).normalize()


def _lone_parts(text: str) -> list[tuple[int, Decimal]]:
    return [(place, value) for place, character in enumerate(text) if (value := part_sign(character)) is not None]


def part_sign(character: str) -> Decimal | None:
    """Return the value of a fraction that is one sign ("¾"), or None; raised and ringed digits are none."""
    if unicodedata.category(character or " ") != "No" or "VULGAR" not in unicodedata.name(character, ""):
        return None
    return Decimal(str(round(unicodedata.numeric(character), 6)))


def _percent_before(text: str, start: int) -> bool:
    before = unit_before(text, len(text[:start].rstrip()))
    return before is not None and before[0].kind in ("percent", "scale")


def _signed(text: str, match: regex.Match[str]) -> ValueFigure:
    """Read one run of digits, commas and points, with the sign or the parentheses around it."""
    start, end = match.span()
    digits = match.group().rstrip(",.")
    end = start + len(digits)
    if start and text[start - 1] == "." and (start == 1 or not text[start - 2].isalnum()):
        start, digits = start - 1, "." + digits
    value, doubt = _printed(digits)
    if value is not None and "." not in digits and (part := part_sign(text[end : end + 1])) is not None:
        value, end = value + part, end + 1  # "2½"
    around = _NEGATIVE.match(text, text.rfind("(", 0, start)) if "(" in text[:start] else None
    if value is not None and around is not None and around.start(1) == start and around.end(1) >= end:
        alone = not text[: around.start()].strip()
        return ValueFigure(around.start(), around.end(), -value if alone else value, doubt=doubt or not alone)
    if value is not None and start and text[start - 1] in MINUS and (start == 1 or not text[start - 2].isalnum()):
        return ValueFigure(start - 1, end, -value, doubt, dash=True)
    if value is not None and start > 1 and text[start - 1] == " " and text[:start].strip() in tuple(MINUS):
        return ValueFigure(start, end, value, doubt=True)  # a bullet, or a minus set apart
    if value is not None and any(word in text[max(start - 24, 0) : start] for word in _below_nought()):
        return ValueFigure(start, end, -value, doubt)
    return ValueFigure(start, end, value, doubt=doubt or _runs_on(text, start, end))


def _printed(digits: str) -> tuple[Decimal | None, bool]:
    """Return the value of digits, and whether a comma was taken for the point ("85,5", "1.250,75")."""
    value = printed_number(digits)
    comma = _COMMA_FOR_POINT.fullmatch(digits) if value is None else None
    if comma is None:
        return value, False
    return printed_number(f"{comma[1].replace('.', '')}.{comma[2]}"), True


def _runs_on(text: str, start: int, end: int) -> bool:
    """Tell whether a figure is part of a name, a misread figure or a power: "PM2.5", "O.5", "5O", "5²", "±5"."""
    before = text[max(start - 2, 0) : start].rstrip(".")[-1:]
    if before == "\u00b1" or (before.isascii() and before.isalpha()) or (before.isalnum() and text[start - 1] == "."):
        return True
    following = text[end : end + 1]
    if following.isascii() and following.isalpha():
        return unit_at(text, end) is None
    return unicodedata.category(text[end:].lstrip(" ")[:1] or " ") == "No"


def may_be_year(figure: str, unit: str | None) -> bool:
    """Tell whether a bare figure of four digits has the size of a year of the Buddhist era."""
    return unit is None and len(figure) == 4 and figure.isdigit() and int(figure) in _YEARS


def may_be_thousands(printed: str, unit: str | None) -> bool:
    """Tell whether "1.200 people" may be 1,200: what is counted has no thousandths."""
    known = None if unit is None else unit_named(unit)
    return known is not None and known.kind == "count" and _POINT_FOR_COMMA.fullmatch(printed) is not None


def _below_nought() -> list[str]:
    words: list[str] = table("figures")["negative"]["words"]
    return words


# --- which of them is the value --------------------------------------------------------------------


@cache
def _aside() -> regex.Pattern[str]:
    return regex.compile(alternatives(table("figures")["aside"]["words"]) + r"\s*+$")


def candidates(text: str, figures: Sequence[ValueFigure]) -> list[ValueFigure]:
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


def _is_dated(text: str, figure: ValueFigure) -> bool:
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


def range_or_first(text: str, taken: Sequence[ValueFigure]) -> tuple[ValueFigure, ValueFigure | None, bool]:
    """Return the figure, the end of its range if it is one, and whether other figures compete with it."""
    first = taken[0]
    if len(taken) == 1:
        return first, None, False
    second = taken[1]
    gap = text[first.end : second.start].strip()
    low, high = first.value, abs(second.value) if second.value is not None else None
    if low is not None and high is not None and low < high and _is_range_word(text, first.end, second.start, gap):
        upper = ValueFigure(second.start, second.end, high, second.doubt)
        return first, upper, len(taken) > 2
    return first, None, True


def _is_range_word(text: str, start: int, end: int, gap: str) -> bool:
    if gap in table("figures")["between"]["to"]:
        return True
    if gap:  # "ร้อยละ 20 ถึงร้อยละ 30", "20% - 30%": the unit again
        for word in table("figures")["between"]["to"]:
            before, found, behind = gap.partition(word)
            named = [part.strip() for part in (before, behind) if part.strip()]
            if found and all(unit_named(part) is not None for part in named):
                return True
        return False
    return end > start and text[start:end].strip() == "" and text[end : end + 1] in MINUS


def _skip(text: str, position: int) -> int:
    while position < len(text) and text[position] == " ":
        position += 1
    return position

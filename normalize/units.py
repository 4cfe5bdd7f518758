"""Units and classifiers: which one stands at a place of a text, and whether two mean the same."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

import regex

from normalize.numerals import multiplier_at
from normalize.tables import Words, alternatives, is_thai_letter, table


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit with its range; `name` is the form the record uses."""

    name: str
    kind: str  # "percent", "money", "area", "count", ... as data/units.toml lists them
    low: Decimal | None = None
    high: Decimal | None = None
    hard: bool = False  # a figure outside the range is wrong, not only odd
    boundary: bool = False  # must not run on into another Thai word
    factor: int = 1  # an abbreviation of "million baht" is worth so many of the unit


@dataclass(frozen=True, slots=True)
class _Units:
    by_form: dict[str, Unit]
    not_before: dict[str, tuple[str, ...]]
    words: Words


@cache
def _units() -> _Units:
    data = table("units")
    by_form: dict[str, Unit] = {}
    for group in data["group"]:
        low, high = group.get("low"), group.get("high")
        for forms in group["units"]:
            unit = Unit(
                name=group.get("name", forms[0]),
                kind=group["kind"],
                low=None if low is None else Decimal(low),
                high=None if high is None else Decimal(high),
                hard=group.get("hard", False),
                boundary=group.get("boundary", False),
                factor=group.get("factor", 1),
            )
            by_form.update((form, unit) for form in forms)
    not_before = {form: tuple(words) for form, words in data["not_before"].items()}
    return _Units(by_form, not_before, Words(by_form))


def unit_named(text: str) -> Unit | None:
    """Return the unit whose written form is the whole text, or None."""
    return _units().by_form.get(text.strip())


def units_of(kind: str) -> tuple[str, ...]:
    """Return the names of all units of a kind, in the order of the table."""
    return tuple(dict.fromkeys(unit.name for unit in _units().by_form.values() if unit.kind == kind))


def unit_forms(kind: str | None = None) -> tuple[str, ...]:
    """Return all written forms of the units of a kind, or of all units, in the order of the table."""
    return tuple(form for form, unit in _units().by_form.items() if kind is None or unit.kind == kind)


def unit_at(text: str, position: int) -> tuple[Unit, int] | None:
    """Return the unit that begins at a position, the longest, and where it ends; None if there is none."""
    units = _units()
    for form in units.words.all_at(text, position):
        unit, end = units.by_form[form], position + len(form)
        if _stands_alone(text, end, form, unit, units):
            return unit, end
    return None


def _stands_alone(text: str, end: int, form: str, unit: Unit, units: _Units) -> bool:
    """Tell whether a unit's form is not just the beginning of another word."""
    following = text[end : end + 1]
    if not following:
        return True
    if form[-1].isascii() and form[-1].isalpha():
        return not (following.isascii() and following.isalnum())
    if unit.boundary and is_thai_letter(following):
        return False
    if is_thai_letter(following) and not is_thai_letter(form[-1]) and form[-1] != ".":
        return True
    if following in "\u0e30\u0e31\u0e32\u0e33\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c":
        return False  # a vowel or mark that belongs to the form's last letter: another word
    return not text.startswith(units.not_before.get(form, ()), end)


def unit_before(text: str, end: int) -> tuple[Unit, int] | None:
    """Return the unit that ends at a position, the longest, and where it begins; None if there is none."""
    units = _units()
    form = units.words.before(text, end)
    return None if form is None else (units.by_form[form], end - len(form))


def rate_end(text: str, position: int, unit: Unit | None = None) -> int:
    """Return where the rate behind a unit ends ("คน/วัน", "ครั้งต่อเดือน"); the position where none stands there.

    Without a unit before it, only what is counted among so many: "ต่อประชากรแสนคน".
    """
    if unit is not None and unit.kind == "percent":
        return position
    for pattern in _rates(alone=unit is None):
        match = pattern.match(text, position)
        if match is not None:
            return match.end()
    return position


@cache
def _rates(alone: bool) -> tuple[regex.Pattern[str], ...]:
    words = table("figures")["rate"]
    per, among = alternatives(words["per"]), alternatives(words["among"])
    places = alternatives(table("numerals")["places"])
    letter = "[\u0e01-\u0e3a\u0e40-\u0e4e]"
    counted = rf"(?:(?:{places})++\s?{letter}{{0,24}}+|1(?:,?000)++\s?{letter}{{1,24}}+)"
    among_many = rf"\s?{per}\s?(?:{among}\s?)?+{counted}"
    if alone:
        return (regex.compile(among_many),)
    forms = sorted((form for form in _units().by_form if not form.startswith("%")), key=len, reverse=True)
    unit = "(?:" + "|".join(map(regex.escape, forms)) + ")"
    return regex.compile(among_many), regex.compile(rf"(?:\s?{per}\s?{unit}(?!{letter})){{1,2}}+")


def base_unit(text: str) -> tuple[int, str] | None:
    """Return how many of which unit a printed unit is worth: "ล้านบาท" -> (1000000, "บาท"); None for unknown ones."""
    plain = text.strip()
    known = unit_named(plain)
    if known is not None:
        return known.factor, known.name
    place = multiplier_at(plain, 0)
    known = None if place is None else unit_named(plain[place[1] :])
    return None if place is None or known is None else (place[0] * known.factor, known.name)


def same_unit(first: str, second: str) -> bool:
    """Tell whether two printed units mean the same: spelling, spaces and synonyms ("%" and its words) do not matter."""
    return canonical_unit(first) == canonical_unit(second)


def canonical_unit(text: str) -> str:
    """Return the name of a known unit for any of its forms; unknown ones without spaces and case."""
    plain = "".join(text.split()).casefold()
    known = base_unit(plain) or base_unit(text)
    return known[1] if known is not None else plain.rstrip(".")

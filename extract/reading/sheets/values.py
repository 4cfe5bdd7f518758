"""Values of cells as a print would show them: numbers with the words of their format, percent, dates, Thai digits.

Only what changes the meaning is taken from a number format: percent, the words around the number, the era of the year
and whether it is a date at all. A number keeps all its decimals, also those that the format hides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache

from raingan.model.records import BUDDHIST_ERA, Problem

_FIRST_BUDDHIST = 2400  # years of the common era from which no report can be: a Buddhist year was typed
_FIRST_TWICE = _FIRST_BUDDHIST + BUDDHIST_ERA  # and here it was turned into one once more
_LAST_TWICE = 3300

_SECTIONS = re.compile(r";(?=(?:[^\"]*\"[^\"]*\")*[^\"]*\Z)")
_LITERALS = re.compile(r"\"([^\"]*)\"|\\(.)|_.|\*.")
_BRACKETS = re.compile(r"\[[^\]]*\]")
_LOCALE = re.compile(r"\[\$-([^\]]*)\]")
_DIGIT_PLACES = re.compile(r"[0#?][0#?.,]*")
_DATE_CODES = re.compile(r"[dmyhsbe\u0e27\u0e14\u0e1b]", re.IGNORECASE)
_THAI_DIGITS = str.maketrans("0123456789", "".join(chr(0x0E50 + digit) for digit in range(10)))


@dataclass(frozen=True, slots=True)
class Format:
    """What a number format says."""

    is_date: bool = False
    has_day: bool = False
    has_time: bool = False
    is_buddhist: bool = False
    is_percent: bool = False
    groups: bool = False  # thousands set apart
    thai_digits: bool = False
    before: str = ""
    behind: str = ""


@lru_cache(maxsize=2_000)
def format_of(code: str) -> Format:
    """Take a number format apart: its first section, which is that of positive numbers."""
    section = _SECTIONS.split(code)[0][:300]
    locales = " ".join(_LOCALE.findall(section)).upper()
    thai = re.search(r"\bD[0-9A-F]{2}|,D", locales) is not None or (section.lower().startswith("t") and "#" in section)
    plain = _BRACKETS.sub("", section)
    codes = _LITERALS.sub("", plain)
    is_number = _DIGIT_PLACES.search(codes) is not None and not re.search(r"[ymdhb]", codes, re.IGNORECASE)
    is_date = not is_number and "general" not in codes.lower() and "@" not in codes and bool(_DATE_CODES.search(codes))
    if is_date:
        lower = codes.lower()
        return Format(
            is_date=True,
            has_day="d" in lower or "y" in lower or "b" in lower or "\u0e27" in lower or "\u0e1b" in lower,
            has_time="h" in lower or "s" in lower,
            is_buddhist="b" in lower or "\u0e1b" in lower or re.search(r"07041E|107|1070000", locales) is not None,
        )
    found = _DIGIT_PLACES.search(_LITERALS.sub(lambda literal: " " * len(literal[0]), plain))
    before, behind = (plain[: found.start()], plain[found.end() :]) if found else ("", "")
    return Format(
        is_percent="%" in codes,
        groups="," in (found[0] if found else ""),
        thai_digits=thai,
        before=_words(before),
        behind=_words(behind.replace("%", "")),
    )


def _words(part: str) -> str:
    """Return the words of a format around its number."""
    return "".join(one or two for one, two in _LITERALS.findall(part)).strip()


def number_text(value: float | int, code: str) -> str:
    """Write a number with the words and the percent sign of its format."""
    about = format_of(code)
    number = Decimal(repr(value)) * (100 if about.is_percent else 1)
    text = _plain(number, about.groups)
    if about.thai_digits:
        text = text.translate(_THAI_DIGITS)
    text += "%" if about.is_percent else ""
    return " ".join(part for part in (about.before, text, about.behind) if part)


def _plain(number: Decimal, groups: bool) -> str:
    if not number.is_finite():
        return str(number)
    rounded = Decimal(f"{number:.12g}")  # a binary fraction has more digits than anybody typed
    if abs(rounded.adjusted()) > 30:
        return str(rounded)
    text = f"{rounded:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    if not groups:
        return text
    whole, point, rest = text.partition(".")
    return f"{int(whole):,}{point}{rest}" if whole.lstrip("-").isdigit() else text


def date_text(value: date | datetime | time | timedelta, code: str) -> tuple[str, list[Problem]]:
    """Write a date in figures, in the era that its format shows, with what has to be told of its year."""
    about = format_of(code)
    if isinstance(value, timedelta):
        minutes = int(value.total_seconds() // 60)
        return f"{minutes // 60}:{minutes % 60:02d}", []
    if isinstance(value, time):
        return f"{value.hour:02d}:{value.minute:02d}", []
    told: list[Problem] = []
    year = value.year
    if _FIRST_BUDDHIST <= year < _FIRST_TWICE:
        told = [_year_told(year, year)]
    elif _FIRST_TWICE <= year < _LAST_TWICE:
        told = [_year_told(year, year - BUDDHIST_ERA)]
        year -= BUDDHIST_ERA
    elif about.is_buddhist:
        year += BUDDHIST_ERA
    day = f"{value.day}/{value.month}/{year}"
    has_time = isinstance(value, datetime) and about.has_time and (value.hour or value.minute)
    return (f"{day} {value.hour:02d}:{value.minute:02d}" if has_time and isinstance(value, datetime) else day), told


def _year_told(stored: int, year: int) -> Problem:
    return Problem("date-cell-era", values={"stored": str(stored), "year": str(year)})

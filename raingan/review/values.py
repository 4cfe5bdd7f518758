"""Values as people type them, checked, and as people read them.

What is typed is read by the same rules as what is printed (`normalize`), and then has to be one value and nothing else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from raingan.model.records import BUDDHIST_ERA
from raingan.model.report_fields import report_fields
from raingan.review.decisions import FieldKind

_YEARS = range(2400, 2701)  # Buddhist era; reports of the indicator system begin in the 2540s
_CHRISTIAN_YEARS = range(1857, 2158)  # the same years
_DIGITS = 15  # more than a spreadsheet holds exactly; the state's budget has 13
_TEXT_LENGTH = 20_000  # characters; the longest section of a report seen has 6,000
_DAYS = "/"
# Two digits that can only be a year of this era: as Christian years they lie before the reports, or too far ahead.
_SHORT_YEARS = range(2543, 2590)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TWO_DIGITS = re.compile(r"(?<!\d)\d{2}(?!\d)")


@dataclass(frozen=True, slots=True)
class Checked:
    """What a typed text means: either a value, or why it is none."""

    value: str | None  # canonical; None where the text is no value of its kind
    shown: str = ""  # the value in words for people: "1,234.5", "15 มี.ค. 2564"
    error: str | None = None  # key of the command line's sentences ("value-...") that says what is wrong
    values: Mapping[str, str] = field(default_factory=dict)  # its parameters


def check(kind: FieldKind, text: str, choices: Sequence[str] = (), language: str = "th") -> Checked:
    """Read a text typed by a person as a value of that kind.

    An empty text is refused, so that no value goes by a slip: what is unknown is said to be unreadable.
    """
    plain = clean(text)
    if kind is FieldKind.NOTICE:
        return _refused("value-notice")
    if kind is not FieldKind.TEXT:  # what comes along unseen when a value is copied from a page
        seen = "".join(character for character in plain if unicodedata.category(character) != "Cf")
        plain = " ".join(seen.split())
    if not plain:
        return _refused("value-empty")
    if len(plain) > _TEXT_LENGTH:
        return _refused("value-text-long", limit=f"{_TEXT_LENGTH:,}")
    if kind is FieldKind.NUMBER:
        found = _number(plain)
    elif kind is FieldKind.YEAR:
        found = _year(plain)
    elif kind in (FieldKind.DATE, FieldKind.DAY):
        found = _date(plain, only_day=kind is FieldKind.DAY)
    elif kind is FieldKind.CHOICE:
        found = _choice(plain, choices)
    else:
        found = _prose(plain)
    if found.value is None:
        return found
    return Checked(found.value, shown(kind, found.value, language))


def shown(kind: FieldKind, value: str | None, language: str = "th") -> str:
    """Return a canonical value as people read it; "" for None. A damaged one is shown as it is."""
    if value is None:
        return ""
    if kind is FieldKind.NUMBER:
        whole, point, rest = value.partition(".")
        sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
        grouped = f"{int(digits):,}" if digits.isascii() and digits.isdecimal() and len(digits) < 100 else digits
        return f"{sign}{grouped}{point}{rest}"
    if kind in (FieldKind.DATE, FieldKind.DAY):
        return " – ".join(_day_shown(day) for day in value.split(_DAYS))
    if kind is FieldKind.CHOICE:
        return choice_name(value, language)
    return value


def choice_name(choice: str, language: str) -> str:
    """Return a choice in words; a sign such as ">=" stands for itself."""
    from export.layout import Words

    words = Words(language)
    named = (words.of(name, choice) for name in _lists_of_choices())
    return next((said for said in named if said != choice), choice)


@cache
def _lists_of_choices() -> tuple[str, ...]:
    """The lists of words that fields and their parts take their choices from."""
    fields = report_fields().fields.values()
    entries = [part for entry in fields for part in (entry, *entry.parts.values())]
    return tuple(dict.fromkeys(entry.words for entry in entries if entry.choices and entry.words))


def _number(text: str) -> Checked:
    from normalize.digits import parse_number

    number = parse_number(text.replace("\u2212", "-"))  # the minus sign that word processors put
    if number is None:
        return _refused("value-number")
    plain = format(number, "f")
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    if sum(character.isdecimal() for character in plain) > _DIGITS:
        return _refused("value-number-long", limit=str(_DIGITS))
    return Checked("0" if plain == "-0" else plain)


def _year(text: str) -> Checked:
    from normalize.digits import to_arabic

    digits = to_arabic(text)
    if not (digits.isascii() and digits.isdecimal() and len(digits) == 4):
        return _refused("value-year")
    year = int(digits)
    if year in _YEARS:
        return Checked(digits)
    if year in _CHRISTIAN_YEARS:
        return _refused("value-year-christian", year=digits, meant=str(year + BUDDHIST_ERA))
    return _refused("value-year")


def _date(text: str, only_day: bool) -> Checked:
    first, between, last = text.partition(_DAYS)
    if between and _ISO.fullmatch(first) and _ISO.fullmatch(last):  # a canonical value
        return _period(_date(first, True), _date(last, True), only_day)

    from normalize.dates.find import locate_dates
    from normalize.dates.years import DateContext

    found = locate_dates(text, "definition", DateContext())
    if len(found) != 1 or text[: found[0].start].strip() or text[found[0].end :].strip():
        return _refused("value-date")
    mention, codes = found[0].mention, {flag.code for flag in found[0].flags}
    for code, key in _REFUSED_DATES.items():
        if code in codes:
            return _refused(key, text=text)
    if mention.start is None or mention.end is None:
        return _refused("value-no-such-day", text=text)
    years = {mention.start.year + BUDDHIST_ERA, mention.end.year + BUDDHIST_ERA}
    if not years <= set(_YEARS):
        return _refused("value-date")
    if "era-inferred" in codes and not _is_sure(text, mention.end.year + BUDDHIST_ERA):
        return _refused("value-short-year", text=text)
    return _period(Checked(mention.start.isoformat()), Checked(mention.end.isoformat()), only_day)


# What `normalize` only flags in a report is not to be typed.
_REFUSED_DATES = {
    "range-backwards": "value-backwards",
    "weekday-mismatch": "value-weekday",
    "era-conflict": "value-era",
    "year-inferred": "value-date",
}


def _is_sure(text: str, be_year: int) -> bool:
    """Say whether a year was typed with four digits, or with two that can mean one year only."""
    short = _TWO_DIGITS.findall(text)
    if re.search(r"\d{4}", text):
        return True
    return bool(short) and be_year in _SHORT_YEARS and int(short[-1]) == be_year % 100


def _period(first: Checked, last: Checked, only_day: bool) -> Checked:
    if first.value is None or last.value is None:
        return last if first.value is not None else first
    if first.value == last.value:
        return first
    if first.value > last.value:
        return _refused("value-backwards")
    return _refused("value-one-day") if only_day else Checked(f"{first.value}{_DAYS}{last.value}")


def _choice(text: str, choices: Sequence[str]) -> Checked:
    for choice in choices:
        names = {choice, *(choice_name(choice, language) for language in ("th", "en"))}
        if text.casefold() in {name.casefold() for name in names}:
            return Checked(choice)
    return _refused("value-choice", choices=", ".join(choices))


def _prose(text: str) -> Checked:
    from extract.thai.letters import repair_text

    return Checked(repair_text(text)[0])


def clean(text: str) -> str:
    """Return a typed text without what cannot be seen or stored; line ends as paragraphs of the records have them."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n").split("\n")
    kept = ["".join(c for c in line if unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn")) for line in lines]
    return "\n".join(line.strip() for line in kept).strip()


def _day_shown(text: str) -> str:
    from export.layout import Words

    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.day} {Words('th').months()[day.month - 1]} {day.year + BUDDHIST_ERA}"


def _refused(error: str, **values: str) -> Checked:
    return Checked(None, "", error, values)

"""Orders cited in prose: number, date and issuer.

    "ตามคำสั่งสำนักอนามัย ที่ 21/2564 ลงวันที่ 12 ม.ค. 64 และที่ 22/2564"
        -> 21/2564 of 12 January 2021, 22/2564 without a date, both of สำนักอนามัย

Letters, announcements and meetings are numbered the same way: they are told apart by the word that opens
the citation, and `find_citations` returns them too.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import regex

from normalize.dates import FoundDate
from normalize.tables import alternatives, by_word, table
from normalize.writing import plain_signs, without_marks
from raingan.model.records import DateKind

# From the opening word to the number: an issuer's name, and at most a subject before the number.
_LONGEST_LEAD = 160
# From the number to "dated": a subject may stand between ("เรื่อง แต่งตั้งคณะกรรมการ...").
_LONGEST_SUBJECT = 240
# A longer name is a sentence. The longest agency name of the seed's administration has 62 letters.
_LONGEST_ISSUER = 90


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered paper cited in prose, with its place in the section."""

    kind: str  # "order", "letter", "announcement", "regulation"
    number: str  # Arabic digits: "9/2564", "กท 1605/3318"
    issued_on: date | None
    issuer: str | None
    start: int
    end: int


def find_citations(text: str, dates: Sequence[FoundDate]) -> list[Citation]:
    """Return every numbered paper cited in a section, in reading order."""
    plain = without_marks(plain_signs(text))
    placed = _Dates(dates)
    found: list[Citation] = []
    for match in _number().finditer(plain):
        if placed.covers(match.start("number")):
            continue
        citation = _cited(plain, match, found[-1] if found else None, placed)
        if citation is not None:
            found.append(citation)
    return found


class _Dates:
    """The dates of a section by their places."""

    def __init__(self, dates: Sequence[FoundDate]) -> None:
        self._dates = sorted(dates, key=lambda item: (item.start, item.end))
        self._starts = [item.start for item in self._dates]

    def covers(self, position: int) -> bool:
        index = bisect_right(self._starts, position) - 1
        return index >= 0 and position < self._dates[index].end

    def following(self, position: int) -> FoundDate | None:
        index = bisect_left(self._starts, position)
        return self._dates[index] if index < len(self._dates) else None


@cache
def _number() -> regex.Pattern[str]:
    """A number with a year or a running number behind a slash, with or without the word for "number" before it."""
    words = alternatives(table("citations")["number"]["words"])
    return regex.compile(
        rf"(?:(?<word>{words})\s{{0,3}}+)?+(?<![\d/.,])"
        r"(?<number>(?(word)(?:[\u0e01-\u0e2e]{1,4}+\.?\s{0,2}+)?+)"  # letters of the file plan
        r"\d{1,7}+(?:\.\d{1,4}+){0,3}+(?:\s?[-–]\s?\d{1,6}+)?+"
        r"\s?+/\s?+(?:[\u0e01-\u0e2e]{0,2}+\s?+)?\d{1,6}+)(?![\d/])"
    )


@cache
def _opening() -> tuple[regex.Pattern[str], dict[str, str]]:
    words = by_word(table("citations")["kinds"])
    return regex.compile(alternatives(words)), words


def _cited(plain: str, match: regex.Match[str], previous: Citation | None, dates: _Dates) -> Citation | None:
    """Return the paper that a number belongs to; None if it is no paper's."""
    start = match.start()
    if _counts(plain, match):
        return None
    number = _written(match.group("number"))
    if previous is not None and _continues(plain[previous.end : start]):
        issued_on, end = _issued_on(plain, match.end(), dates)
        return Citation(previous.kind, number, issued_on, previous.issuer, start, end)

    earliest = max(0, start - _LONGEST_LEAD, previous.end if previous is not None else 0)
    openings = list(_opening()[0].finditer(plain, earliest, start))
    if not openings:
        return None
    opening = openings[-1]
    kind = _opening()[1][opening.group()]
    lead = plain[opening.end() : start]
    issuer = _issuer(lead)
    if "\n" in lead.strip() or (match.group("word") is None and issuer is None and lead.strip()):
        return None
    if kind == "order" and _ORDER_NUMBER.fullmatch(number) is None:
        return None
    issued_on, end = _issued_on(plain, match.end(), dates)
    return Citation(kind, number, issued_on or _date_inside(opening.end(), start, dates), issuer, opening.start(), end)


# An order is numbered within its year, of two or four digits.
_ORDER_NUMBER = regex.compile(r".*/(?:\d{2}|\d{4})")


def _written(printed: str) -> str:
    """Return a number without spaces; a file plan's letters keep one: "กท 1605/3318"."""
    number = "".join(printed.split())
    letters = next(index for index, character in enumerate(number) if character.isdigit())
    return f"{number[:letters]} {number[letters:]}" if letters else number


@cache
def _counters() -> tuple[str, ...]:
    return tuple(table("citations")["number"]["counts"])


def _counts(plain: str, match: regex.Match[str]) -> bool:
    """Tell whether the number counts meetings or courses ("ครั้งที่ 1/2564")."""
    before = plain[max(0, match.start() - 12) : match.start()].rstrip()
    return before.endswith(_counters())


@cache
def _connectors() -> regex.Pattern[str]:
    return regex.compile(r"[\s()]*+(?:" + alternatives(table("citations")["number"]["and"]) + r"[\s()]*+){1,2}+")


def _continues(gap: str) -> bool:
    """Tell whether only "and" or a comma stands between two numbers: the same issuer goes on."""
    return len(gap) < 40 and _connectors().fullmatch(gap) is not None


# --- issuer ---------------------------------------------------------------------------------------


@cache
def _issuer_words() -> tuple[regex.Pattern[str], regex.Pattern[str], regex.Pattern[str]]:
    data = table("citations")["issuers"]
    lead_in = regex.compile(r"(?:\s*+" + alternatives(data["lead_in"]) + r")?+\s*+")
    beginnings = regex.compile(alternatives(data["beginnings"]) + r"|(?:[\u0e01-\u0e2e]{1,5}+\.){1,4}+")
    ends = regex.compile(alternatives(data["ends"]))
    return lead_in, beginnings, ends


def _issuer(lead: str) -> str | None:
    """Return the agency named between the opening word and the number, or None."""
    lead_in, beginnings, ends = _issuer_words()
    match = lead_in.match(lead)
    start = match.end() if match is not None else 0
    begin = beginnings.match(lead, start)
    if begin is None:
        after_of = max((lead.rfind(word) + len(word) for word in _of() if word in lead), default=len(lead))
        begin = beginnings.match(lead, after_of + (lead[after_of : after_of + 1] == " "))
        if begin is None:
            return None
    known = _known_issuers().match(lead, begin.start())
    end = ends.search(lead, known.end() if known is not None else begin.end())
    name = " ".join(lead[begin.start() : end.start() if end else len(lead)].split()).strip(' ,;:()"“”')
    for word in table("citations")["number"]["and"]:
        name = name.removesuffix(word).rstrip(" ,;:") if len(name) > len(word) else name
    return name if name and len(name) <= _LONGEST_ISSUER else None


@cache
def _known_issuers() -> regex.Pattern[str]:
    return regex.compile(alternatives(table("citations")["issuers"]["known"]))


def _of() -> list[str]:
    words: list[str] = table("citations")["issuers"]["lead_in"][:1]
    return words


# --- date -----------------------------------------------------------------------------------------


@cache
def _dated() -> tuple[regex.Pattern[str], regex.Pattern[str]]:
    data = table("citations")["date"]
    words = alternatives(data["words"])
    return (
        regex.compile(rf"[\s,(]*+(?:{words})?+\s*+"),
        regex.compile(rf"[\s,(]*+{alternatives(data['subject'])}[^\n]*?{words}\s*+"),
    )


def _issued_on(plain: str, end: int, dates: _Dates) -> tuple[date | None, int]:
    """Return the date behind a number, and where the citation ends."""
    direct, subject = _dated()
    placed = dates.following(end)
    if placed is None or placed.start - end > _LONGEST_SUBJECT:
        return None, end
    gap = plain[end : placed.start]
    whole = direct.fullmatch(gap) is not None
    if not whole and (subject.fullmatch(gap) is None or _number().search(gap) is not None or _opens_again(gap)):
        return None, end
    if placed.mention.kind is not DateKind.DAY:
        return None, end
    return placed.mention.start, placed.end


def _opens_again(gap: str) -> bool:
    match = _opening()[0].search(gap)
    return match is not None and _opening()[1][match.group()] == "order"


def _date_inside(start: int, end: int, dates: _Dates) -> date | None:
    """Return a date that stands between the opening word and the number: "คำสั่ง... ลงวันที่ ... ที่ 9/2564"."""
    placed = dates.following(start)
    if placed is None or placed.end > end or placed.mention.kind is not DateKind.DAY:
        return None
    return placed.mention.start

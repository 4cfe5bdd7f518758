"""The short fields: the indicator's own number and name, agency, persons, the printed fiscal year."""

from __future__ import annotations

from functools import cache

import regex

from normalize.digits import to_arabic
from normalize.numerals import multiplier_at
from normalize.tables import alternatives, table
from normalize.units import unit_at
from raingan.model.records import BUDDHIST_ERA, Flag

# Fiscal years that a report of this kind can have; outside it the print is taken for another number.
EARLIEST_FISCAL_YEAR, LATEST_FISCAL_YEAR = 2475, 2700


def clean_line(text: str | None) -> str | None:
    """Return a one-line field with Arabic digits and single spaces; None where nothing is printed."""
    if text is None:
        return None
    plain = " ".join(to_arabic(text).split())
    return None if _says_nothing(plain) else plain


def clean_prose(paragraphs: tuple[str, ...]) -> str | None:
    """Return a section's paragraphs, one a line, with Arabic digits; None where only empty marks are printed."""
    lines = [" ".join(to_arabic(paragraph).split()) for paragraph in paragraphs]
    if all(_says_nothing(line) for line in lines):
        return None
    return "\n".join(line for line in lines if line)


@cache
def _marks() -> frozenset[str]:
    return frozenset(table("labels")["empty"]["marks"])


def _says_nothing(line: str) -> bool:
    bare = line.replace(" ", "")
    return bare in _marks() or not bare.strip(".\u2026_-")


# --- the indicator's own number -------------------------------------------------------------------


@cache
def _numbered() -> tuple[regex.Pattern[str], ...]:
    """Patterns of a name's own number, each with groups `number` and `name`, tried in order."""
    data = table("labels")["indicator"]
    label = alternatives(data["before_number"])
    group, year, starts = alternatives(data["group"]), alternatives(data["year"]), alternatives(data["starts"])
    dotted = r"\d{1,3}+(?:\.\d{1,3}+)*+"
    year_before = rf"(?:{year}\s*+\d{{4}}\s*+)?+"
    patterns = (
        rf"{group}\s*+\d{{1,2}}+\s*+\((?<number>{dotted})\.?+\)\s*+(?<name>.+)",
        rf"{year_before}(?:{label}\s*+(?:\.\s*+)?+)(?<number>{dotted})\s*+[.):]?+\s*+(?<name>.+)",
        rf"{year_before}\((?<number>{dotted})\)\s*+(?<name>.+)",
        rf"{year_before}(?<number>{dotted})\s*+(?:[.)]|:(?!\d))\s*+(?<name>\D.*+|\d.*+)",
        rf"{year_before}(?<number>\d{{1,3}}+(?:\.\d{{1,3}}+)++)\s*+(?<name>[^\d\s,%].*+)",
        rf"{year_before}(?<number>\d{{1,3}}+(?:\.\d{{1,3}}+)++)\s++(?<name>\d.*+)",
        rf"{year_before}(?<number>\d{{1,3}}+)\s*+(?<name>{starts}.*+)",
    )
    return tuple(regex.compile(pattern + r"\Z", regex.DOTALL) for pattern in patterns)


def split_number(text: str) -> tuple[str | None, str]:
    """Part an indicator's own number from its name: "๒.๓. จำนวน..." -> ("2.3", "จำนวน...").

    A figure that belongs to the name stays: "3 ใน 4 ของ...", "5 ส", "1.5 ล้านต้น".
    """
    plain = " ".join(to_arabic(text).split())
    for index, pattern in enumerate(_numbered()):
        match = pattern.match(plain)
        if match is None:
            continue
        name, number = match.group("name").strip(), "".join(match.group("number").split())
        if index >= 4 and _is_figure(plain, match.end("number")):
            continue
        if name:
            return number, name
    return None, plain


def _is_figure(text: str, end: int) -> bool:
    """Tell whether a measure's unit stands behind a number, so that it is a figure of the name."""
    position = end + (text[end : end + 1] == " ")
    if multiplier_at(text, position) is not None:
        return True
    located = unit_at(text, position)
    if located is None or located[0].kind not in table("labels")["indicator"]["figure_kinds"]:
        return False
    return not text.startswith(tuple(table("labels")["indicator"]["starts"]), position)


# --- agency, person, year -------------------------------------------------------------------------


@cache
def _strip_words(key: str) -> regex.Pattern[str]:
    return regex.compile(alternatives(table("labels")[key]["labels"]))


def clean_agency(text: str | None) -> str | None:
    """Return the agency without its label and leaders of dots."""
    line = clean_line(text)
    if line is None:
        return None
    match = _strip_words("agency").match(line)
    if match is not None and line[match.end() :].lstrip().startswith(":"):
        line = line[match.end() :].lstrip(" :")
    return clean_line(line.strip(" .:\u2026_-"))


def clean_person(text: str | None) -> str | None:
    """Return a name or position; the dots of an empty line, labels of the block and bare titles are None."""
    line = clean_line(text)
    if line is None:
        return None
    line = _strip_words("person").sub(" ", line)
    line = regex.sub(r"\s*+(?:\.{3,}+|\u2026++|_{2,}+)\s*+", " ", line).strip()
    if line.startswith("(") and line.endswith(")") and line.count("(") == 1:
        line = line[1:-1].strip()
    line = line.strip(" \u2026_-")
    if not line.strip(". ()") or line in table("labels")["person"]["titles"]:
        return None
    return line


@cache
def _named_year() -> regex.Pattern[str]:
    """The year behind the words for fiscal year, where other years stand on the line, too."""
    data = table("labels")["year"]
    era = alternatives([*data["buddhist"], *data["christian"]])
    return regex.compile(rf"{alternatives(data['fiscal'])}\s*+(?:{era})?+\s*+(\d{{2,4}}+)(?!\d)")


@cache
def _year_range() -> regex.Pattern[str]:
    """Several fiscal years: "2563 - 2564"."""
    data = table("labels")["year"]
    return regex.compile(rf"(?:{alternatives(data['fiscal'])}|\A)[^\d(]*+\d{{2,4}}+\s*+[-–/]\s*+\d{{2,4}}+(?!\d)")


def parse_fiscal_year(text: str | None) -> tuple[int | None, list[Flag]]:
    """Return the printed fiscal year of the Buddhist era; what is inferred about its era is flagged."""
    line = clean_line(text)
    if line is None:
        return None, []
    named = _named_year().findall(line)
    figures = list(dict.fromkeys(named or regex.findall(r"(?<!\d)\d{2,4}+(?!\d)", line)))
    if len(figures) != 1 or _year_range().search(line) is not None:
        return None, [Flag("value-unreadable", "fiscal_year", {"text": line})]
    year = int(figures[0])
    if EARLIEST_FISCAL_YEAR <= year <= LATEST_FISCAL_YEAR:
        return year, []
    eras = table("labels")["year"]
    christian = any(word in line for word in eras["christian"])
    if EARLIEST_FISCAL_YEAR <= year + BUDDHIST_ERA <= LATEST_FISCAL_YEAR:
        flags = [] if christian else [Flag("era-inferred", "fiscal_year", {"text": line, "era": eras["christian"][-1]})]
        return year + BUDDHIST_ERA, flags
    if len(figures[0]) == 2:
        return 2500 + year, [Flag("era-inferred", "fiscal_year", {"text": line, "era": eras["buddhist"][-1]})]
    return None, [Flag("value-unreadable", "fiscal_year", {"text": line})]

"""A text cut into the tokens that dates are made of; everything else is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum, auto
from functools import cache

import msgspec
import regex

from normalize.tables import alternatives, table


class Type(Enum):
    """Kinds of tokens."""

    NUMBER = auto()
    MONTH = auto()
    ERA = auto()
    DAY_WORD = auto()  # with a weekday's number as value where one is named
    MONTH_WORD = auto()
    YEAR_WORD = auto()
    FISCAL = auto()
    RANGE = auto()
    LIST = auto()
    QUARTER = auto()  # value first * 10 + last quarter
    HALF = auto()
    JOINER = auto()
    NUMERIC = auto()  # 20/11/2561, 2564-03-20
    DAY_MONTH = auto()  # 1/7, only before a range
    WEEKDAY = auto()  # "(วันพุธ)" after a date


class Token(msgspec.Struct, frozen=True, gc=False):
    """One token; positions in the text."""

    type: Type
    start: int
    end: int
    value: int = 0  # number, month 1-12, weekday 0-6 or -1, half 1-2
    digits: int = 0  # of a number or a numeric date's year
    style: str = ""  # month: "full", "short", "bare", "informal", "english"; era: "be", "ce", "rs", "cs"
    parts: tuple[int, int, int] = (0, 0, 0)  # day, month, year of a numeric date; day, month of a day-month


_THAI = "\u0e01-\u0e3a\u0e40-\u0e4e"


def _spaced(word: str) -> str:
    """A word in which every space is optional and a dot may have a space around it."""
    return "".join(r"\ ?" if character == " " else re.escape(character) for character in word)


def _any(words: list[str]) -> str:
    ordered = sorted(dict.fromkeys(words), key=lambda word: (-len(word), word))
    return "(?:" + "|".join(map(_spaced, ordered)) + ")"


def _short(abbreviation: str) -> str:
    first, second = abbreviation.rstrip(".").split(".")
    return rf"{first}\ ?\.?\ ?{second}(?:\ ?\.)?"


def _english_months() -> list[str]:
    words = [word for month in table("dates")["month"] for word in month["english"]]
    return [*words, *(word.upper() for word in words)]


@cache
def _months() -> dict[str, tuple[int, str]]:
    """Every written form without dots and spaces -> month and style."""
    forms: dict[str, tuple[int, str]] = {}
    for number, month in enumerate(table("dates")["month"], start=1):
        for style in ("full", "informal", "english", "short"):
            forms.update((re.sub(r"[. ]", "", word).casefold(), (number, style)) for word in month[style])
    return forms


@cache
def _patterns() -> tuple[regex.Pattern[str], regex.Pattern[str], regex.Pattern[str]]:
    """What begins with a digit, with a word, and with nothing but a sign or one of the words between days.

    Each alternative stands before those that could match at the same place and are less; none is tried in vain where
    it cannot begin.
    """
    data = table("dates")
    months = data["month"]
    words = data["words"]
    full = alternatives(word for month in months for style in ("full", "informal") for word in month[style])
    english = alternatives(_english_months())
    short = "(?:" + "|".join(_short(word) for month in months for word in month["short"]) + ")"
    before = alternatives(data["before_month"]["words"])
    names = [name for group in data["weekdays"]["names"] for name in group]
    short_names = [name for group in data["weekdays"]["short"] for name in group]
    weekday = alternatives(names)
    weekday_prefix, weekday_suffix = alternatives(words["weekday_prefix"]), alternatives(words["weekday_suffix"])
    any_month = rf"(?:{full}|{short})"
    # "5,12,19" is a list of days, "5,120" one figure.
    number = r"(?<![\d])(?<!\d[.:])(?<![A-Za-z]/)(?:(?<!\d,)|(?=\d{1,2}(?!\d)))"
    joined = alternatives(words["range"])
    half = f"(?P<half>{_any(words['first_half'])}|{_any(words['second_half'])})"
    between = rf"""
          (?P<range>{alternatives(words["range"])})
        | (?P<list>{alternatives(words["list"])})
        | (?P<joiner>{alternatives(words["joiner"])})
        """
    with_digit = rf"""
          (?P<numeric>(?=\d{{1,4}}\ ?[/.\-])(?<![\d/.])(?:
              (?P<d>\d{{1,2}})(?:(?P<sep>\ ?/\ ?)|(?<!-\d{{1,2}})(?P<sep>\ ?[.\-]\ ?))
                (?:(?P<m>\d{{1,2}})|(?P<mm>{any_month}|{english}))(?P=sep)(?P<y>\d{{4}}|\d{{2}})
            | (?<!-)(?P<y2>\d{{4}})(?P<sep2>[/\-])(?P<m2>\d{{1,2}})(?P=sep2)(?P<d2>\d{{1,2}})
            )(?![\d]|[/:]\d|[.,]\d)(?:(?<=/\d{{2}}|/\d{{4}})|(?!-\d)))
        | (?P<day_month>(?<![\d/.\-])(?P<d3>\d{{1,2}})/(?P<m3>\d{{1,2}})(?=\ ?[-–—]\ ?\d{{1,2}}/\d{{1,2}}/\d))
        | {half}
        | (?P<number>{number}\d{{1,4}}(?!\d)(?P<nth>(?:st|nd|rd|th)(?![A-Za-z]))?(?![.:]\d)(?!,\d{{3}}(?!\d))(?!\ ?%))
        """
    with_word = rf"""
          {half}
        | (?P<quarter>{alternatives(words["quarter"])}\ ?(?P<q1>[1-4])(?:\ ?{joined}\ ?(?P<q2>[1-4]))?(?![\d]|[.,:]\d))
        | (?P<full>{full})
        | (?P<english>(?<![A-Za-z]){english}(?![A-Za-z])\.?)
        | (?P<era>{_eras()})
        | (?P<short>(?:(?<![{_THAI}.])|(?<={before})){short}(?(?<=\.)(?![\u0e01-\u0e2e]{{1,2}}\.)|(?![{_THAI}])))
        | (?P<day>(?:{weekday_prefix}\ ?)?(?P<weekday>{weekday})\ ?{weekday_suffix}
            |{alternatives(words["day"])}(?P<weekday2>{weekday})?\ ?(?:{weekday_suffix})?
            |(?<![{_THAI}.])(?P<weekday3>{alternatives(short_names)})\ ?(?=\d))
        | (?P<weekday_after>\(\ ?{weekday_prefix}?(?P<weekday4>{weekday})\ ?\))
        | (?P<fiscal>{_any(words["fiscal_year"])})
        | (?P<month_word>{alternatives(words["month"])})
        | (?P<year_word>{alternatives(words["year"])}(?!\ ?{alternatives(data["not_a_year"]["after_year_word"])}))
        | {between}
        """
    compiled = [regex.compile(each, regex.VERBOSE | regex.V1) for each in (with_digit, with_word, between)]
    return compiled[0], compiled[1], compiled[2]


_BEGINNING = 3  # characters of a word


def _beginnings_of(words: Iterable[str]) -> set[str]:
    """How words begin, up to a space that need not be there."""
    return {word[:_BEGINNING].split(" ")[0] for word in words}


@cache
def _beginning() -> re.Pattern[str]:
    """How every word begins: most of a text begins no token, and is passed over at once."""
    data = table("dates")
    weekdays = [name for key in ("names", "short") for group in data["weekdays"][key] for name in group]
    weekdays += data["words"]["weekday_prefix"]
    beginnings = _beginnings_of([*_long_words(), *weekdays])
    for month in data["month"]:
        for word in month["short"]:
            first, second = word.rstrip(".").split(".")
            beginnings |= {first[:2]} if len(first) > 1 else {f"{first}{after}" for after in (".", " ", second[0])}
    firsts = re.escape("".join(sorted({word[0] for word in beginnings})))
    in_brackets = rf"\(\ ?{_tree(_beginnings_of(weekdays))}"
    # Zero-width: beginnings may overlap. Most characters begin nothing, and are passed over at the first look.
    return re.compile(rf"(?=[\d({firsts}])(?=\d|{in_brackets}|{_tree(beginnings)})")


def _long_words() -> list[str]:
    """All words but weekdays and abbreviated months."""
    data = table("dates")
    words = [word for key, group in data["words"].items() if key != "weekday_prefix" for word in group]
    words += [word for month in data["month"] for style in ("full", "informal") for word in month[style]]
    return words + _english_months() + [word for era in data["eras"].values() for word in era]


@cache
def _between_only() -> frozenset[str]:
    """First characters of the words between days that no other word begins with."""
    data = table("dates")
    between = {word[0] for key in ("range", "list", "joiner") for word in data["words"][key]}
    other = [word for key, group in data["words"].items() if key not in ("range", "list", "joiner") for word in group]
    other += [
        word for month in data["month"] for key in ("full", "informal", "english", "short") for word in month[key]
    ]
    other += [word.upper() for month in data["month"] for word in month["english"]]
    other += [word for era in data["eras"].values() for word in era]
    other += [name for key in ("names", "short") for group in data["weekdays"][key] for name in group]
    return frozenset(between - {word[0] for word in other} - set("("))


def _tree(words: Iterable[str]) -> str:
    """Return an expression for texts that begin with one of the words, which looks at each character once."""
    behind: dict[str, set[str]] = {}
    for word in words:
        if not word:
            return ""
        behind.setdefault(word[0], set()).add(word[1:])
    return "(?:" + "|".join(re.escape(first) + _tree(rest) for first, rest in sorted(behind.items())) + ")"


def _eras() -> str:
    data = table("dates")["eras"]
    return "|".join(
        rf"(?P<{era}>(?:(?<![A-Za-z]){_any(latin)}(?![A-Za-z])|{_any(thai)}))"
        for era, words in data.items()
        for latin, thai in [_by_script(words)]
    )


def _by_script(words: list[str]) -> tuple[list[str], list[str]]:
    latin = [word for word in words if word.isascii()]
    return latin or ["\uffff"], [word for word in words if not word.isascii()]


@cache
def weekday_numbers() -> dict[str, int]:
    """Every written weekday -> 0 (Monday) to 6."""
    data = table("dates")["weekdays"]
    return {name: number for key in ("names", "short") for number, group in enumerate(data[key]) for name in group}


def tokenize(text: str) -> list[Token]:
    """Return the tokens of a text with Arabic digits, in order."""
    tokens: list[Token] = []
    with_digit, with_word, between = _patterns()
    between_only = _between_only()
    end = 0
    for beginning in _beginning().finditer(text):
        position = beginning.start()
        if position < end:
            continue
        first = text[position]
        pattern = with_digit if first.isdecimal() else between if first in between_only else with_word
        match = pattern.match(text, position)
        if match is not None:
            tokens.append(_token(match))
            end = match.end()
    return tokens


_PLAIN = {
    "fiscal": Type.FISCAL,
    "month_word": Type.MONTH_WORD,
    "year_word": Type.YEAR_WORD,
    "range": Type.RANGE,
    "list": Type.LIST,
    "joiner": Type.JOINER,
}


def _token(match: regex.Match[str]) -> Token:
    start, end = match.span()
    kind = match.lastgroup
    if kind == "number":
        digits = match[0].removesuffix(match["nth"] or "")
        return Token(Type.NUMBER, start, end, value=int(digits), digits=len(digits))
    if kind in _PLAIN:
        return Token(_PLAIN[kind], start, end)
    if kind in ("full", "short", "english"):
        month, style = _months()[regex.sub(r"[. ]", "", match[0]).casefold()]
        if style == "short" and "." not in match[0]:
            style = "bare"
        return Token(Type.MONTH, start, end, value=month, style=style)
    if kind == "day":
        name = match["weekday"] or match["weekday2"] or match["weekday3"]
        return Token(Type.DAY_WORD, start, end, value=-1 if name is None else weekday_numbers()[name])
    if kind == "numeric":
        return _numeric(match)
    if kind == "era":
        era = next(name for name in ("be", "ce", "rs", "cs") if match[name] is not None)
        return Token(Type.ERA, start, end, style=era)
    if kind == "day_month":
        return Token(Type.DAY_MONTH, start, end, parts=(int(match["d3"]), int(match["m3"]), 0))
    if kind == "weekday_after":
        return Token(Type.WEEKDAY, start, end, value=weekday_numbers()[match["weekday4"]])
    if kind == "quarter":
        first = int(match["q1"])
        return Token(Type.QUARTER, start, end, value=first * 10 + int(match["q2"] or first))
    assert kind == "half", kind
    second = regex.fullmatch(_any(table("dates")["words"]["second_half"]), match[0]) is not None
    return Token(Type.HALF, start, end, value=2 if second else 1)


def _numeric(match: regex.Match[str]) -> Token:
    start, end = match.span()
    if match["y2"] is not None:
        parts = (int(match["d2"]), int(match["m2"]), int(match["y2"]))
        return Token(Type.NUMERIC, start, end, digits=4, style=match["sep2"], parts=parts)
    month = match["m"]
    number = int(month) if month is not None else _months()[regex.sub(r"[. ]", "", match["mm"]).casefold()][0]
    parts = (int(match["d"]), number, int(match["y"]))
    style = match["sep"].strip() if month is not None else "name"
    return Token(Type.NUMERIC, start, end, digits=len(match["y"]), style=style, parts=parts)

"""Words beside figures that a picture's reader got wrong by one letter: months, units, words for percent and year.

Only words of closed lists that touch a figure are understood so, only where one word alone is that near, and only for
values: the wording as read stays in the record. What was understood is told with a flag of low severity.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from normalize.tables import alternatives, table
from normalize.units import unit_forms
from normalize.writing import Understood, plain_signs, typed_around, understood

_D = "0-9\u0e50-\u0e59"
_THAI_RUN = "[\u0e01-\u0e3a\u0e40-\u0e4e]"
_BEFORE = re.compile(rf"({_THAI_RUN}{{4,60}})(?=\s?(?:[\u0e01-\u0e2e]\.?\s?[\u0e01-\u0e2e]\.?\s?)?[{_D}])")
_BEHIND = re.compile(rf"(?<=[{_D}])\s?\(?\s?({_THAI_RUN}{{3,20}})(?!{_THAI_RUN})")
_MARKS = "[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]"
_SHORTEST = 4  # letters of a word that may have a wrong one
_LONGEST = 4_000  # characters of a paragraph looked at


def understand(text: str, picture: bool) -> Understood:
    """Return a text without what is typed around its figures; read from a picture also with its words understood."""
    words = _snapped(text) if picture else list(_misspelt_months(text))
    around = typed_around(plain_signs(text))
    apart = [edit for edit in around if not any(edit[0] < end and begin < edit[1] for begin, end, _ in words)]
    return understood(text, [*apart, *words])


@cache
def _dated() -> re.Pattern[str]:
    """A day, a word, and a year of the Buddhist era: the word can only be a month."""
    words = table("dates")
    month, era = alternatives(words["words"]["month"]), alternatives(words["eras"]["be"])
    thai_digit = "[2\u0e52][45\u0e54\u0e55]"
    return re.compile(
        rf"(?<![{_D}.,/])[{_D}]{{1,2}}\s{{0,2}}(?:{month}\s?)?({_THAI_RUN}{{5,14}})\s{{0,2}}(?:{era}\s?)?"
        rf"{thai_digit}[{_D}]{{2}}(?![{_D}])"
    )


def _misspelt_months(text: str) -> Iterator[tuple[int, int, str]]:
    """Months with a wrong letter or two, between a day and its year, where one month alone is that near."""
    names = _month_names()
    for match in _dated().finditer(text):
        run = match[1]
        if run in names:
            continue
        near = {month["full"][0] for month in table("dates")["month"] if _nearly(run, month["full"][0])}
        if len(near) == 1:
            yield match.start(1), match.end(1), near.pop()


def _nearly(read: str, word: str) -> bool:
    """Tell whether a word has one letter wrong, or two letters that changed places, or marks alone that differ."""
    if one_edit(read, word) or re.sub(_MARKS, "", read) == re.sub(_MARKS, "", word):
        return True
    wrong = [place for place, (a, b) in enumerate(zip(read, word, strict=False)) if a != b]
    if len(read) != len(word) or len(wrong) != 2:
        return False
    first, second = wrong
    return second == first + 1 or (read[first], read[second]) == (word[second], word[first])


def snap(text: str) -> Understood:
    """Understand the words beside figures in a text that was read from a picture."""
    return understood(text, _snapped(text))


def _snapped(text: str) -> list[tuple[int, int, str]]:
    found: dict[int, tuple[int, int, str]] = {}
    if len(text) <= _LONGEST:
        for edit in (*_words_before(text), *_units_behind(text)):
            if not any(edit[0] < end and begin < edit[1] for begin, end, _ in found.values()):
                found[edit[0]] = edit
    return list(found.values())


def _words_before(text: str) -> Iterator[tuple[int, int, str]]:
    """Months, and words for percent, quarter and fiscal year, before a figure: they end a run of letters."""
    known, words = _before()
    for match in _BEFORE.finditer(text):
        run = match[1]
        if run.endswith(known):
            continue
        near = {
            (word, length)
            for word in words
            for length in (len(word), len(word) - 1, len(word) + 1)
            if length <= len(run) and one_edit(run[-length:], word)
        }
        longest = max((len(word) for word, _ in near), default=0)
        near = {(word, length) for word, length in near if len(word) == longest}
        if len({word for word, _ in near}) == 1:
            word, length = min(near, key=lambda item: (abs(item[1] - len(item[0])), item[1]))
            yield match.end(1) - length, match.end(1), word


def _units_behind(text: str) -> Iterator[tuple[int, int, str]]:
    """A unit behind a figure that stands for itself."""
    known, words = _behind()
    for match in _BEHIND.finditer(text):
        run = match[1]
        if run in known or run.startswith(_month_names()):
            continue
        near = [word for word in words if one_edit(run, word) and looks_alike(run, word)]
        if len(near) == 1:
            yield match.start(1), match.end(1), near[0]


@cache
def _month_names() -> tuple[str, ...]:
    return tuple(name for month in table("dates")["month"] for name in (*month["full"], *month["informal"]))


@cache
def _before() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """All spellings that are understood as they stand, and the words that a misread one may be."""
    dates = table("dates")
    words = dates["words"]
    known = [*_month_names(), *words["fiscal_year"], *words["quarter"], *_percent()]
    plain = [month["full"][0] for month in dates["month"]]
    plain += [words["fiscal_year"][0], words["quarter"][0], _percent()[0]]
    return tuple(known), tuple(word for word in plain if len(word) > _SHORTEST)


def _percent() -> list[str]:
    return list(unit_forms("percent"))


@cache
def _behind() -> tuple[frozenset[str], tuple[str, ...]]:
    forms = [form for form in unit_forms() if not form.isascii()]
    return frozenset(forms), tuple(form for form in forms if len(form) >= _SHORTEST and "." not in form)


def one_edit(read: str, word: str) -> bool:
    """Tell whether exactly one letter is wrong, lost or added."""
    if read == word or abs(len(read) - len(word)) > 1:
        return False
    start = 0
    while start < min(len(read), len(word)) and read[start] == word[start]:
        start += 1
    end = 0
    while end < min(len(read), len(word)) - start and read[-1 - end] == word[-1 - end]:
        end += 1
    return max(len(read), len(word)) - start - end == 1


def looks_alike(read: str, word: str) -> bool:
    """Tell whether texts differ in marks above and below, and in letters of one shape: others make another word."""
    bare_read, bare_word = (re.sub(_MARKS, "", text) for text in (read, word))
    if len(bare_read) != len(bare_word):
        return False
    return all(a == b or a in _alike().get(b, "") for a, b in zip(bare_read, bare_word, strict=True))


@cache
def _alike() -> dict[str, str]:
    alike: dict[str, str] = {}
    for group in table("lookalikes")["groups"]:
        for letter in group:
            alike[letter] = alike.get(letter, "") + group
    return alike


def snapped_words(texts: Iterable[Understood]) -> list[tuple[str, str]]:
    """Return what was read and what it was understood as, each once; a dotted line is no word."""
    return list(
        dict.fromkeys((item.read[begin:end], word) for item in texts for begin, end, word in item.edits if word.strip())
    )

"""Which of the printed options is ticked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from extract.sections.labels import allowed_edits, prefix_distance
from extract.thai.folding import fold, unfolded_at

if TYPE_CHECKING:
    from extract.sections.forms import Option

# Unicode and Wingdings glyphs (private use area, as text layers give them), brackets with or without a mark.
_TICKED = (
    r"[\u2611\u2612\u2713\u2714\u2717\u2718\u221a\u25cf\u25c9\u25a0\u25fc\u2b1b\U0001f5f9\U0001f5f8"
    r"\uf0fe\uf0fd\uf0fc\uf0fb\uf052\uf053\uf054\uf06e]"
)
_EMPTY = r"[\u2610\u25cb\u25ef\u25a1\u2b1c\u274f\u2751\u25fb\uf0a8\uf06f\uf071\uf0a1\uf072]"
_IN_BRACKETS = rf"(?:[/\\xXvV*\u00d7\u2022\u2713\u2714\u221a\u2611\u2612\u25cf\uf0fc\uf0fe]|{_TICKED})"
_MARK = re.compile(
    rf"(?P<ticked>[(\[]\s*{_IN_BRACKETS}\s*[)\]]|{_TICKED}|(?<![^\s]){'/'}(?=\s))"
    rf"|(?P<empty>[(\[][\s._\u2026\u2610\u25a1]*[)\]]|{_EMPTY})"
)


class Choice(NamedTuple):
    """The option that was read, or the reason why none was: "tick-lost", "tick-ambiguous"."""

    value: str | None
    problem: str | None


def read_choice(text: str, options: Sequence[Option], all_printed: bool) -> Choice:
    """Read which option the text marks; with `all_printed` False the printed one is the chosen one."""
    places = sorted((place for option in options if (place := _find(text, option))), key=lambda place: place[0])
    if not places:
        return Choice(None, "tick-lost")
    marks = [(found.start(), found.end(), found["ticked"] is not None) for found in _MARK.finditer(text)]
    inside = [(begin, end) for begin, end, _ in places]
    marks = [mark for mark in marks if not any(begin <= mark[0] < end for begin, end in inside)]
    if not marks and (len(places) == 1 or not all_printed):
        return Choice(places[0][2], None) if len(places) == 1 else Choice(None, "tick-ambiguous")
    ticked = _ticked(places, marks)
    if len(ticked) == 1:
        return Choice(ticked[0], None)
    return Choice(None, "tick-ambiguous" if ticked else "tick-lost")


def _ticked(places: Sequence[tuple[int, int, str]], marks: Sequence[tuple[int, int, bool]]) -> list[str]:
    after = len(marks) == len(places) and bool(marks) and marks[0][0] >= places[0][1]
    values = []
    for number, (begin, end, value) in enumerate(places):
        if after:
            low, high = end, places[number + 1][0] if number + 1 < len(places) else 10**9
        else:
            low, high = places[number - 1][1] if number else -1, begin
        own = [mark for mark in marks if low <= mark[0] < high]
        mark = (own[0] if after else own[-1]) if own else None
        if mark and mark[2]:
            values.append(value)
    return values


def _find(text: str, option: Option) -> tuple[int, int, str] | None:
    """Begin and end of an option's printed words in the text."""
    folded = fold(text)
    for label in map(fold, option.labels):
        place = folded.find(label)
        if place >= 0:
            return unfolded_at(text, place + 1) - 1, unfolded_at(text, place + len(label)), option.value
    for label in map(fold, option.labels):
        most = allowed_edits(len(label))
        for place in range(min(len(folded), 200) if most else 0):
            if folded[place] == label[0] and (found := prefix_distance(label, folded[place:], most)):
                return unfolded_at(text, place + 1) - 1, unfolded_at(text, place + found[1]), option.value
    return None

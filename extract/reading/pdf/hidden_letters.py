"""Letters whose code says that they are a mark: which letter it is, told by the words that it makes.

A font that calls one letter by the code of a mark does so everywhere, so that all places of a page tell together.
"""

from __future__ import annotations

from collections import defaultdict

from extract.page.rows import UNKNOWN, Base, Row, text_of
from extract.reading.pdf.gate import THAI_RUN
from extract.thai.pythai import thai_words, words_of

LETTER_AS_MARK = "letter-as-mark"
"""Name of the repair."""

_CONSONANTS = tuple(map(chr, range(0x0E01, 0x0E2F)))
PLACEHOLDER = _CONSONANTS[0]
"""Stands for such a letter until it is known: marks over it belong to it."""

_MOST_KINDS = 3  # marks of a page that stand for letters: more are another damage
_MOST_LETTERS = 600  # of the lines that are looked at
_LEAST_IN_WORDS = 0.9  # share of those lines in words; repaired pages have 0.975 and more
_LEAST_BETTER = 1.05  # times as many letters in words as with any other letter


def find_letters(rows: list[Row]) -> None:
    """Put the letters where words tell them, U+FFFD where they do not."""
    kinds: defaultdict[str, list[tuple[Row, Base]]] = defaultdict(list)
    for row in rows:
        for base in row.bases:
            if LETTER_AS_MARK in base.repairs:
                kinds[base.glyph.raw].append((row, base))
    for places in kinds.values():
        letter = _letter_of(places) if len(kinds) <= _MOST_KINDS else None
        for _, base in places:
            base.text = letter or UNKNOWN


def _letter_of(places: list[tuple[Row, Base]]) -> str | None:
    rows = list({id(row): row for row, _ in places}.values())
    chosen, letters = [], 0
    for row in rows:
        chosen.append(row)
        letters += len(row.bases)
        if letters >= _MOST_LETTERS:
            break
    shown = {base.text for row in rows for base in row.bases if LETTER_AS_MARK not in base.repairs}
    scores = []
    for letter in _CONSONANTS:
        if letter in shown:  # it has its own code
            continue
        for _, base in places:
            base.text = letter
        scores.append((*_in_long_words("\n".join(text_of(row.bases)[0] for row in chosen)), letter))
    (best, share, letter), (second, _, _) = sorted([*scores, (0, 0.0, ""), (0, 0.0, "")], reverse=True)[:2]
    return letter if share >= _LEAST_IN_WORDS and best >= _LEAST_BETTER * second else None


def _in_long_words(text: str) -> tuple[int, float]:
    """Letters in words, those of long words counted more often; and the share of letters in words."""
    words = [word for run in THAI_RUN.findall(text) for word in words_of(run)]
    known = [word for word in words if len(word) > 1 and word in thai_words()]
    return sum(len(word) ** 2 for word in known), sum(map(len, known)) / max(sum(map(len, words)), 1)

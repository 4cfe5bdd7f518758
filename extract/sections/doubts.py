"""The doubts of a picture's lines, given to the fields that hold them: figures, words, confidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from extract.thai.folding import fold, unfolded_at
from raingan.model.records import Line, ReadToken

_TICKS = "\u2610\u2611"


class Doubts(NamedTuple):
    """What the reading of a field's pieces left open."""

    tokens: tuple[ReadToken, ...] = ()
    doubtful: tuple[str, ...] = ()
    confidence: float | None = None  # mean of the pieces by their length, None for text


_NONE = Doubts()


def doubts_in(pieces: Iterable[tuple[Line, str, int, str]]) -> Doubts:
    """Collect the doubts of pieces of lines, in order: each is (line, its cleaned text, place in it, text)."""
    tokens: list[ReadToken] = []
    doubtful: list[str] = []
    weight, total = 0, 0.0
    for line, whole, start, text in pieces:
        if line.confidence is None and not line.tokens and not line.doubtful:
            continue
        end = start + len(text)
        tokens += [token for token, place in places(whole, line.tokens) if _stands_in(token, whole, place, start, end)]
        doubtful += [word for word in line.doubtful if word in text]
        if line.confidence is not None and text.strip():
            weight += len(text)
            total += line.confidence * len(text)
    if not (tokens or doubtful or weight):
        return _NONE
    return Doubts(tuple(tokens), tuple(doubtful), round(total / weight, 4) if weight else None)


def places(text: str, tokens: Sequence[ReadToken]) -> Iterator[tuple[ReadToken, tuple[int, int]]]:
    """Place each figure in its line's text, from left to right; one that the text lost stands where it should."""
    cursor = 0
    for token in tokens:
        place = text.find(token.text, cursor)
        end = place + len(token.text)
        if place < 0 and (short := fold(token.text)):  # the line was cleaned or repaired after the reading
            folded_place = fold(text[cursor:]).find(short)
            if folded_place >= 0:
                place = cursor + unfolded_at(text[cursor:], folded_place + 1) - 1
                end = cursor + unfolded_at(text[cursor:], folded_place + len(short))
        if place < 0:
            place = end = cursor
        yield token, (place, end)
        cursor = end


def holding(tokens: Iterable[ReadToken], value: str) -> tuple[ReadToken, ...]:
    """Figures that a short value holds."""
    folded = fold(value)
    return tuple(token for token in tokens if fold(token.text) in folded or folded in fold(token.text))


def _stands_in(token: ReadToken, whole: str, place: tuple[int, int], start: int, end: int) -> bool:
    """Tell whether the figure, or the part of it that holds digits, lies in a piece of its line."""
    first, last = place
    if first == last:
        return start <= first < end or first == start == end
    inside = whole[max(first, start) : min(last, end)]
    return any(char.isdigit() or char in _TICKS for char in inside) or (start <= first and last <= end)

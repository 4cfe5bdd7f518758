"""Page headers and footers, known by their coming back on every page, kept apart from the body."""

from __future__ import annotations

import itertools
import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import cache
from importlib.resources import files

from raingan.model.records import Line

# Shares of the page height in which headers and footers stand; prints of the system use 4 to 8 %.
_BAND = 0.11
# A line of the margin comes back on this share of the pages at least, at the same height.
_MOST_PAGES = 0.6
_APART = 0.6  # heights of a body line between a margin and the body at least
_APART_READ = 0.4  # the same for scans, whose boxes are guessed from the letters; lines of one text lie 0.26 apart
_LARGEST = 1.1  # of the body's type; a title may repeat, but in larger type it is no page header
_DRIFT = 3.0  # points
_ALIKE = 0.6  # similarity of a margin's line as read on two scanned pages; small grey type reaches 0.8
_MOST_READ = 40  # different lines of scans at the edges that are remembered
_READ = "\0"  # no text begins so
_DIGITS = re.compile(r"[0-9\u0e50-\u0e59]+")


def split_margins(
    pages: Sequence[tuple[Sequence[Line], float | None]],
) -> list[tuple[tuple[Line, ...], tuple[Line, ...]]]:
    """Take (lines, height) of every page and return (body, margins) of every page."""
    largest = _LARGEST * _usual_size(pages)
    keys = _Keys()
    candidates = [_in_bands(lines, height, largest) for lines, height in pages]
    with_text = sum(1 for lines, _ in pages if lines)
    repeated = _repeated(candidates, with_text, [height for _, height in pages], keys)
    split = []
    for (lines, height), in_bands in zip(pages, candidates, strict=True):
        margin_ids = {id(line) for line in in_bands if keys.of(line, height) & repeated or _is_print_mark(line.text)}
        margin_ids = _only_outermost(lines, margin_ids)
        split.append(
            (
                tuple(line for line in lines if id(line) not in margin_ids),
                tuple(line for line in lines if id(line) in margin_ids),
            )
        )
    return split


def _usual_size(pages: Sequence[tuple[Sequence[Line], float | None]]) -> float:
    """Type size of most of the text, points."""
    sizes: Counter[float] = Counter()
    for lines, _ in pages:
        for line in lines:
            sizes[round(line.size or 0.0, 1)] += len(line.text)
    return max(sizes, key=lambda size: (sizes[size], size), default=0.0)


def _in_bands(lines: Sequence[Line], height: float | None, largest: float) -> list[Line]:
    if height is None:
        return []
    return [
        line
        for line in lines
        if line.box is not None
        and line.cell is None
        and (line.size or 0.0) <= largest
        and (line.box[3] < _BAND * height or line.box[1] > (1 - _BAND) * height)
    ]


class _Keys:
    """What a line says without its figures, and where.

    Text stands at one height on every page: two neighbouring slots, so that a small drift is no matter. Scanned sheets
    shift, and one line is read a little differently on each: there it counts as the same if it is much alike.
    """

    def __init__(self) -> None:
        self._read: list[tuple[str, bool]] = []  # lines of scans that nothing before was like: text, at the top?

    def of(self, line: Line, height: float | None) -> set[tuple[str, int]]:
        """Return the keys of a line; lines that share one say the same at the same place."""
        assert line.box is not None and height is not None
        text = _DIGITS.sub("0", line.text.replace(" ", ""))
        if line.confidence is not None:
            return {(_READ, self._alike(text, line.box[1] < height / 2))}
        slot = int(line.box[1] // _DRIFT)
        return {(text, slot), (text, slot + 1)}

    def _alike(self, text: str, top: bool) -> int:
        for number, (known, at_top) in enumerate(self._read):
            if at_top is top and SequenceMatcher(None, known, text, autojunk=False).ratio() >= _ALIKE:
                return number
        if len(self._read) < _MOST_READ:
            self._read.append((text, top))
            return len(self._read) - 1
        return -1 - len(text)


def _repeated(
    candidates: Sequence[Sequence[Line]], pages: int, heights: Sequence[float | None], keys: _Keys
) -> set[tuple[str, int]]:
    if pages < 2:
        return set()
    counts: Counter[tuple[str, int]] = Counter()
    for lines, height in zip(candidates, heights, strict=True):
        counts.update({key for line in lines for key in keys.of(line, height)})
    return {key for key, count in counts.items() if count >= max(2, _MOST_PAGES * pages)}


def _is_print_mark(text: str) -> bool:
    """Tell whether a line says that it is a page number or a printing date: on a single page nothing repeats."""
    return any(pattern.search(text) for pattern in _print_marks())


@cache
def _print_marks() -> tuple[re.Pattern[str], ...]:
    data = tomllib.loads(files("extract.page").joinpath("print_marks.toml").read_text(encoding="utf-8"))
    return tuple(re.compile(pattern) for pattern in data["patterns"])


def _only_outermost(lines: Sequence[Line], margin_ids: set[int]) -> set[int]:
    """Keep only what stands at the paper's edge, apart from the body: a title that repeats is still a title."""
    kept: set[int] = set()
    ordered = sorted((line for line in lines if line.box is not None), key=lambda line: line.box[1] if line.box else 0)
    for sequence in (ordered, ordered[::-1]):
        outer = list(itertools.takewhile(lambda line: id(line) in margin_ids, sequence))
        while outer and len(outer) < len(sequence) and not _is_apart(outer[-1], sequence[len(outer)]):
            outer.pop()
        kept.update(map(id, outer))
    return kept


def _is_apart(margin: Line, body: Line) -> bool:
    """Tell whether more room lies between two lines than between lines of one text."""
    assert margin.box is not None and body.box is not None
    upper, lower = sorted((margin.box, body.box), key=lambda box: box[1])
    if _is_print_mark(margin.text):
        return True
    least = _APART if body.confidence is None else _APART_READ
    return lower[1] - upper[3] > least * (body.box[3] - body.box[1])

"""Figures that a line end may cut in two: amounts, decimals, dates with strokes, order numbers."""

from __future__ import annotations

import re

from extract.thai.folding import fold

_D = "0-9\u0e50-\u0e59"
_FIGURE_LEFT = re.compile(rf"(?:^|[^{_D}.,/])([{_D}][{_D}.,/:]*)$")
_FIGURE_RIGHT = re.compile(rf"[{_D}.,/:]*[{_D}]|[.,][{_D}]+")
_WHOLE_FIGURE = re.compile(
    rf"[{_D}]{{1,3}}(?:,[{_D}]{{3}})*(?:\.[{_D}]+)?|[{_D}]+(?:\.[{_D}]+)?|[{_D}]{{1,2}}/[{_D}]{{1,2}}/[{_D}]{{2,4}}|[{_D}]+/[{_D}]{{4}}"
)


_YEAR_LEFT = re.compile(r"(?<![0-9\u0e50-\u0e59.,/])[2\u0e52][45\u0e54\u0e55][0-9\u0e50-\u0e59]$")
_YEAR_RIGHT = re.compile(rf"[{_D}](?![{_D}.,)/:])")
_COMPLETE = re.compile(r"(?:.*/)?(?:2[45][0-9]{2}|(?:19|20)[0-9]{2})|[0-9,]*\.[0-9]{2}|[0-9]{1,3}(?:,[0-9]{3})+|0.*")


def figure_over(left: str, right: str) -> str | None:
    """Find the figure that runs over a seam, None if none does."""
    before, after = _FIGURE_LEFT.search(left[-40:]), _FIGURE_RIGHT.match(right[:40])
    if not before or not after:
        return None
    figure = before[1] + after[0]
    return figure if _WHOLE_FIGURE.fullmatch(figure) else None


def surely_cut(left: str, right: str) -> bool:
    """Tell whether a figure must have been cut, wherever the lines end: half a year, or half a group of thousands."""
    figure = figure_over(left, right)
    if figure is None:
        return False
    folded = fold(figure)
    before = _FIGURE_LEFT.search(left[-40:])
    head = fold(before[1]) if before else ""
    if re.search(r",[0-9]{1,2}$", head):
        return re.fullmatch(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?", folded) is not None
    return re.fullmatch(r"(?:[0-9]+/)?2[45][0-9]{2}", folded) is not None and len(head.rpartition("/")[2]) in (1, 2, 3)


def cut_at(left: str, right: str) -> tuple[str, str] | None:
    """Return the figures on both sides of a line end that may be one; None where the left one is whole by itself.

    A year, a figure with two decimals and a number with its year end where they end; a figure with its unit goes on
    as a list's next item.
    """
    if figure_over(left, right) is None:
        return None
    before, after = _FIGURE_LEFT.search(left[-40:]), _FIGURE_RIGHT.match(right[:40])
    if before is None or after is None or _COMPLETE.fullmatch(fold(before[1])):
        return None
    return before[1], after[0]


def year_cut(left: str, right: str, before: tuple[str, ...]) -> bool:
    """Tell whether a year is cut before its last digit: "มีนาคม 255" and "5", which begins no list item.

    `before` are the words that stand before years.
    """
    found = _YEAR_LEFT.search(left[-40:])
    if found is None or _YEAR_RIGHT.match(right) is None:
        return False
    return left[-40:][: found.start()].rstrip().endswith(before)

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

"""The text around a label: what follows it, where its value begins, and whether that stands in the cell beside."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from typing import TYPE_CHECKING

from extract.sections.layout import Item
from extract.thai.folding import fold

if TYPE_CHECKING:
    from extract.sections.forms import FormField

_DECORATION = re.compile(r"(?:[:=_~.\u2022]|--+)*")
_BEHIND_LABEL = re.compile(r"[\s*]*(?:[:：﹕∶]+|=)?(?:\s*\*\*(?!\*))?\s*")
_NUMBER = re.compile(r"[(\[{]?[0-9]{1,2}(?:\.[0-9]{1,2}){0,2}[.)\]}:]{0,2}")
_NEAR = 40  # lines of a table looked at for a second column


def value_beside(items: Sequence[Item], first: int, last: int, labels: Set[str]) -> bool:
    """Tell whether a label that takes these lines has a table's cell to itself, with its value in the cell beside.

    That says as much as a colon does. A row of labels is the head of a table and says nothing.
    """
    cell, page = items[first].line.cell, items[first].line.page
    if cell is None or items[last].line.cell != cell:
        return False
    if first and items[first - 1].line.cell == cell and items[first - 1].line.page == page:
        return False
    beside = items[last + 1] if last + 1 < len(items) else None
    if beside is not None and beside.line.cell is not None and beside.line.page == page:
        if beside.line.cell == cell:
            return False
        if beside.line.cell[:2] == cell[:2]:
            own = undecorated(beside.folded)
            return own not in labels and undecorated(_NUMBER.sub("", own, count=1)) not in labels
    return cell[2] == 1 and any(
        item.line.cell is not None and item.line.cell[0] == cell[0] and item.line.cell[2] > 1
        for item in items[max(0, first - _NEAR) : last + _NEAR]
    )


def boundary_of(text: str, end: int, rest: str, field: FormField) -> str:
    """What follows a label: ":", "end", "space" (or dots), "bracket" or "glued"."""
    if not rest.strip("."):
        return "end"
    if rest[0] in ":=":
        return ":"
    following = text[end : end + 1]
    if rest[0] in "(\"'\u201c" and field.colon != "none":
        return "bracket"
    if following.isspace() or rest[0] in "._(-" or not following:
        return "space"
    return "glued"


def value_start(text: str, end: int) -> int:
    behind = _BEHIND_LABEL.match(text, end)
    return behind.end() if behind else end


def row_of(rows: Sequence[str], place: int) -> tuple[int, int]:
    """Row and place in it of a place in the rows put together; the end of a row rather than the start of the next."""
    for number, row in enumerate(rows):
        if place <= len(row):
            return number, place
        place -= len(row)
    return len(rows) - 1, len(rows[-1])


def decoration_end(folded: str) -> int:
    """Return where the signs end that a line begins with: colons, dots, dashes, bullets."""
    lead = _DECORATION.match(folded)
    return lead.end() if lead else 0


def undecorated(folded: str) -> str:
    return folded[decoration_end(folded) :].rstrip(":=")


def shape_pattern(shape: str | None) -> re.Pattern[str]:
    """Pattern for "... : 5048-0792" at the end of a folded line."""
    return re.compile(r"(?:^|:)" + re.escape(fold(shape or "")).replace(r"\#", "[0-9]").replace("#", "[0-9]") + "$")

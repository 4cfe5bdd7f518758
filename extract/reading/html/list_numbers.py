"""Numbers of lists in web pages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from extract.reading.html.tokenizer import Token
from extract.reading.list_numerals import format_number

_TYPES = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_STYLES = {
    "decimal": "decimal",
    "decimal-leading-zero": "decimalZero",
    "lower-alpha": "lowerLetter",
    "lower-latin": "lowerLetter",
    "upper-alpha": "upperLetter",
    "upper-latin": "upperLetter",
    "lower-roman": "lowerRoman",
    "upper-roman": "upperRoman",
    "thai": "thaiNumbers",
    "none": "none",
    "disc": "bullet",
    "circle": "bullet",
    "square": "bullet",
}
_LIST_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([a-z -]{1,60})", re.IGNORECASE)
_LOOK_AHEAD = 5_000  # tokens; a list counted backwards says at its start how long it is only by its items
_LARGEST = 10**9

LISTS = frozenset(("ol", "ul", "menu", "dir"))
"""Elements that hold items."""


class ListState:
    """One open list: how its items are marked, and the number of the next one."""

    def __init__(self, style: str, number: int, step: int) -> None:
        self.style = style
        self.number = number
        self.step = step

    def mark(self, attributes: Mapping[str, str]) -> str:
        """Return what stands before the next item: "3. ", "- " or nothing."""
        style = _style(attributes) or self.style
        if style == "bullet":
            return "- "
        if style == "none":
            return ""
        number = _integer(attributes.get("value"), self.number)
        self.number = number + self.step
        return f"{format_number(number, style)}. "


def list_of(name: str, attributes: Mapping[str, str], found: Sequence[Token], index: int) -> ListState:
    """Open a list at `found[index]`."""
    if name != "ol":
        return ListState(_style(attributes) or "bullet", 1, 1)
    style = _style(attributes) or "decimal"
    if "reversed" not in attributes:
        return ListState(style, _integer(attributes.get("start"), 1), 1)
    start = attributes.get("start")
    return ListState(style, _integer(start, -1) if start else _count_items(found, index), -1)


def _style(attributes: Mapping[str, str]) -> str | None:
    kind = attributes.get("type", "").strip()
    if kind in _TYPES:
        return _TYPES[kind]
    css = _LIST_STYLE.search(attributes.get("style", ""))
    words = css[1].lower().split() if css else ()
    return next((_STYLES[word] for word in words if word in _STYLES), None)


def _integer(text: str | None, otherwise: int) -> int:
    found = re.match(r"\s*([+-]?[0-9]{1,9})", text, re.ASCII) if text else None
    return otherwise if found is None else max(-_LARGEST, min(_LARGEST, int(found[1])))


def _count_items(found: Sequence[Token], index: int) -> int:
    depth = count = 0
    for position in range(index, min(len(found), index + _LOOK_AHEAD)):
        kind, name, _ = found[position]
        if name in LISTS and kind != "text":
            depth += 1 if kind == "start" else -1
            if not depth:
                break
        elif name == "li" and kind == "start" and depth == 1:
            count += 1
    return count

"""Sets a report as plain text: wrapped as the system wraps it, with or without blank lines between lines."""

from __future__ import annotations

import unicodedata

from form import Block

_SARA_AM = "\u0e33"  # drawn on and behind the letter before it, so no line begins with it


def set_text(blocks: list[Block], width: int, wrap: str, blank_lines: bool) -> str:
    """Return the report as text. `width` is in columns; `wrap` is "space" (at spaces) or "char" (anywhere)."""
    printed: list[str] = [""]
    for block in blocks:
        printed += _lines(block)
    wrapped = [part for line in printed for part in wrap_line(line, width, wrap)]
    return ("\n\n" if blank_lines else "\n").join(wrapped) + "\n"


def _lines(block: Block) -> list[str]:
    """Lines before wrapping, one a paragraph."""
    if block.kind == "prose":
        first, *rest = block.paragraphs or ("",)
        return [block.heading, f":: {first}".strip(), *rest]
    if block.kind == "options":
        return [f"{block.heading} {' '.join(block.paragraphs)}"]
    first, *rest = block.paragraphs
    return [f"{block.heading} {first}".strip(), *rest]


def wrap_line(text: str, width: int, wrap: str) -> list[str]:
    """Break a line into lines of at most `width` columns; marks above and below take no column."""
    lines = []
    while columns(text) > width:
        cut = _cut(text, width)
        if wrap == "space":
            space = text.rfind(" ", 1, cut + 1)
            cut = space if space > 0 else cut
        lines.append(text[:cut])
        text = text[cut:].lstrip(" ") if wrap == "space" else text[cut:]
    return [*lines, text]


def columns(text: str) -> int:
    """Return how many columns a text takes."""
    return sum(not unicodedata.combining(char) and unicodedata.category(char) != "Mn" for char in text)


def _cut(text: str, width: int) -> int:
    taken = 0
    for index, char in enumerate(text):
        if unicodedata.category(char) != "Mn":
            taken += 1
            if taken > width:
                return index - 1 if char == _SARA_AM else index
    return len(text)

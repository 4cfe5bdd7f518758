"""What a reader has to tell of a place in the text, brought to the line that it stands on.

A flag needs a field, and a field needs a line. What stands alone, such as a picture below a heading, goes to the
line before it, which is of the same section; where there is none yet, to the first that comes.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable

from extract.page.symbols import lowered
from raingan.model.records import Line, Problem

_FIGURE_END = re.compile(r"\d[\d,.]*\Z")
_LONGEST = 160  # characters of wording in one flag
_MOST = 200  # told on one line; a hostile file could hang a million on one


def with_told(parts: Iterable[Line | Problem]) -> list[Line]:
    """Return the lines, each with what was told behind it; what is told without any line is lost with the text."""
    lines: list[Line] = []
    waiting: list[Problem] = []
    for part in parts:
        if isinstance(part, Line):
            lines.append(_telling(part, waiting))
            waiting = []
        elif lines and len(lines[-1].told) < _MOST:
            lines[-1] = _telling(lines[-1], [part])
        elif not lines and len(waiting) < _MOST:
            waiting.append(part)
    return lines


def wording(text: str) -> str:
    """Return text for a flag: on one line, and no longer than can be read at a glance."""
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST else flat[: _LONGEST - 1] + "…"


def struck_out(text: str) -> Problem:
    """What is told of struck text."""
    return Problem("struck-out", values={"text": wording(text)})


def hidden_text(text: str) -> Problem:
    """What is told of text that the source does not show."""
    return Problem("hidden-text", values={"text": wording(text)})


def note_here(text: str) -> Problem:
    """What is told of a note or comment that hangs on this place."""
    return Problem("note-here", values={"text": wording(text)})


def note_mark(before: str, mark: str) -> Problem | None:
    """What is told of a raised mark behind a figure; None where it is none, such as the power of a unit."""
    figure = _FIGURE_END.search(before)
    if figure is None or not any(character.isdigit() for character in mark):
        return None
    return Problem("note-mark", values={"mark": mark.strip(), "text": figure[0]})


def off_the_line(before: str, text: str, height: int) -> Problem | None:
    """What is told of digits above (1) or below (-1) the line behind a figure: they are no part of it."""
    if height > 0:
        return note_mark(before, text)
    figure = _FIGURE_END.search(before)
    if figure is None or height == 0 or not any(character.isdigit() for character in text):
        return None
    return Problem("equation-read", values={"text": figure[0] + lowered(text)})


def part_not_read(what: str) -> Problem:
    """What is told of a part that was not read: a code of `why-...` in the table of talk."""
    return Problem("part-not-read", values={"what": what})


def _telling(line: Line, told: list[Problem]) -> Line:
    return dataclasses.replace(line, told=(*line.told, *told)) if told else line

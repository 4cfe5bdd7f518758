"""What is told of places on a page, brought to the lines that stand there."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from extract.page.told import wording
from raingan.model.records import Box, Line, Problem

_MOST = 200  # told on one page; a hostile one could have a hundred thousand


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a place on a page."""

    problem: Problem
    box: Box


def told_on_lines(lines: Sequence[Line], told: Sequence[Told]) -> list[Line]:
    """Give what is told to the line that stands at its height and nearest beside it, else to the line above.

    Lines are in reading order; without any line nothing can be told of one.
    """
    found = list(lines)
    for one in told[:_MOST]:
        at = _line_at(found, one.box)
        if at is not None:
            found[at] = dataclasses.replace(found[at], told=_joined(found[at].told, one.problem))
    return found


def _joined(told: tuple[Problem, ...], more: Problem) -> tuple[Problem, ...]:
    """Tell once what a line has several of: a text hidden in pieces is one hidden text."""
    for at, known in enumerate(told):
        if known.code == more.code and set(known.values) == set(more.values) == {"text"}:
            both = wording(f"{known.values['text']} / {more.values['text']}")
            return (*told[:at], Problem(more.code, known.page, {"text": both}), *told[at + 1 :])
    return (*told, more)


def _line_at(lines: Sequence[Line], box: Box) -> int | None:
    best: tuple[float, float] | None = None
    chosen = None
    for at, line in enumerate(lines):
        if line.box is None:
            continue
        x0, top, x1, bottom = line.box
        shared = min(bottom, box[3]) - max(top, box[1])
        beside = max(x0 - box[2], box[0] - x1, 0.0)
        if shared > 0.3 * min(bottom - top, box[3] - box[1]):
            rank = (0.0, beside)
        elif top < box[1]:
            rank = (1.0, box[1] - top)  # below it
        else:
            rank = (2.0, top - box[1])
        if best is None or rank < best:
            best, chosen = rank, at
    return chosen

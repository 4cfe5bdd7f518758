"""Work counted instead of timed: the lines of Python that run are the same on every machine and under any load.

What a step costs inside a library (a pattern that goes back, a picture that is painted) is not seen here:
`tests/bench/growth.py` measures the same cases by the processor's clock, by hand.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import FrameType
from typing import Any

TIMES_AT_MOST = 3.0  # what twice the input may cost; work that grows with its square costs 4 times


@dataclass(frozen=True, slots=True)
class Growth:
    """Work whose cost must grow with its input, not with the input's square."""

    name: str
    make: Callable[[int], Any]
    """Make an input of that many pieces."""
    work: Callable[[Any], object]
    size: int
    """Pieces that show the growth in steps; twice as many are worked through too."""
    large: int
    """Pieces that take long enough for a clock."""

    def __str__(self) -> str:
        return self.name

    def check(self) -> None:
        self.work(self.make(self.size // 2))  # what is made once is made now
        small, double = self.make(self.size), self.make(2 * self.size)  # that no memory of an earlier text helps
        once, twice = steps(lambda: self.work(small)), steps(lambda: self.work(double))
        assert twice <= TIMES_AT_MOST * once, f"{self.name}: {once} steps, and {twice} for twice the input"


def of_pieces(
    work: Callable[[str], object], pieces: Iterable[str], size: int = 200, large: int = 20_000
) -> list[Growth]:
    """Return one growth for each piece of text that is repeated."""
    return [
        Growth(f"{piece[:20]!r} again and again", lambda count, piece=piece: piece * count, work, size, large)
        for piece in pieces
    ]


def steps(work: Callable[[], object]) -> int:
    """Return how many lines of Python it takes."""
    count = 0

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count

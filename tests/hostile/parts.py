"""What hostile files are made of: a named recipe, and how much reading it may cost."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

Make = Callable[[], bytes]


class Cost(StrEnum):
    """What reading a file needs."""

    CHEAP = "cheap"  # some milliseconds: read in the test suite
    HEAVY = "heavy"  # seconds, or a large file: read by run.py alone


@dataclass(frozen=True, slots=True)
class Hostile:
    """One file: its name, and what makes its bytes when they are wanted."""

    name: str
    make: Make
    cost: Cost = Cost.CHEAP


class Recipes:
    """Collects the files of one module under names that are used once."""

    def __init__(self, prefix: str, suffix: str) -> None:
        self._prefix = prefix
        self._suffix = suffix
        self.files: list[Hostile] = []
        self._names: set[str] = set()

    def add(self, name: str, make: Make | bytes, cost: Cost = Cost.CHEAP, suffix: str | None = None) -> None:
        """Add a file; bytes are taken as they are."""
        full = f"{self._prefix}-{name}{self._suffix if suffix is None else suffix}"
        assert full not in self._names, full
        self._names.add(full)
        self.files.append(Hostile(full, make if callable(make) else (lambda data=make: data), cost))

    def cut(self, name: str, make: Make, pieces: int = 20, cost: Cost = Cost.CHEAP) -> None:
        """Add a file cut off after every part of `pieces`."""
        for piece in range(1, pieces):
            self.add(f"{name}-cut-{piece:02}", lambda piece=piece: _head(make(), piece, pieces), cost)


def _head(data: bytes, piece: int, pieces: int) -> bytes:
    return data[: len(data) * piece // pieces]


def chance_for(name: str) -> random.Random:
    """Return random numbers that depend on a name alone."""
    return random.Random(f"hostile/{name}")

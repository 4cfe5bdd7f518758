"""Every hostile file there is, in an order that never changes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from tests.hostile import archives, mutants, office, pages, pdfs, pictures, texts, words
from tests.hostile.parts import Cost, Hostile

_MODULES = (pdfs, pictures, archives, words, pages, texts, office, mutants)


@cache
def everything() -> tuple[Hostile, ...]:
    """Return every file; each name is used once."""
    found = tuple(item for module in _MODULES for item in module.files())
    assert len({item.name for item in found}) == len(found)
    return found


def some(step: int, start: int = 0) -> Iterator[Hostile]:
    """Yield every `step`th of the cheap files."""
    cheap = [item for item in everything() if item.cost is Cost.CHEAP]
    yield from cheap[start::step]

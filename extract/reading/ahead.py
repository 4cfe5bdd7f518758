"""Pages in their turn, some of them read before it by processes that were lent to this one.

A page that is a picture takes a second and hands nothing to the next, so the pages behind one may be read meanwhile.
Where nobody lends a hand each page is read here, in its turn. What comes out is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol

from extract.reading.pace import begin_page
from raingan.model.records import Page, Problem


@dataclass(frozen=True, slots=True)
class PageRead:
    """What reading one page gives."""

    page: Page
    problem: Problem | None = None
    values_start: float | None = None  # points; handed to the reading of the next page


class Ahead(Protocol):
    """Reads pages before their turn; asked for each page in its turn."""

    def expect(self, first: int, last: int) -> None:
        """Hear that these pages come next and that reading them ahead is worth while."""

    def take(self, number: int) -> PageRead | None:
        """Return a page that was read ahead, None where whoever asks has to read it."""


Helper = Callable[[Callable[[int], PageRead]], AbstractContextManager[Ahead]]
"""Takes what reads a page, and reads pages ahead as long as the block lasts."""

_helper: ContextVar[Helper | None] = ContextVar("helper", default=None)


@contextmanager
def helped_by(helper: Helper | None) -> Iterator[None]:
    """Let `helper` read pages ahead inside the block."""
    token = _helper.set(helper)
    try:
        yield
    finally:
        _helper.reset(token)


def pages_in_turn(count: int, read: Callable[[int, float | None], PageRead]) -> Iterator[PageRead]:
    """Read pages 1 to `count`, telling of each that it is begun; `read` takes a number and what the page before gave.

    A page is read ahead as if the page before had given nothing, and is of no use where it did.
    """
    helper = _helper.get()
    given: float | None = None
    with nullcontext(_Alone()) if helper is None else helper(lambda number: read(number, None)) as ahead:
        for number in range(1, count + 1):
            begin_page(number)
            found = ahead.take(number) if given is None else None
            if found is None:
                found = read(number, given)
            given = found.values_start
            # Text is read in less time than it takes to hand it over.
            if found.page.engine is not None and number < count:
                ahead.expect(number + 1, count)
            yield found


class _Alone:
    """Nobody reads ahead."""

    def expect(self, first: int, last: int) -> None:
        return

    def take(self, number: int) -> PageRead | None:
        return None

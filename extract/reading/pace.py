"""Signs of life: a reader tells when it begins a page, and whoever limits its time listens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_listener: ContextVar[Callable[[int], None] | None] = ContextVar("listener", default=None)


def begin_page(number: int) -> None:
    """Tell that a page is begun; pages count from 1. Costs nothing where nobody listens."""
    listener = _listener.get()
    if listener is not None:
        listener(number)


@contextmanager
def heard_by(listener: Callable[[int], None]) -> Iterator[None]:
    """Let `listener` hear of every page begun inside the block."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)

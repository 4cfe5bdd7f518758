"""Stores as fixtures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.remote.stores import FaultyStore, faulty_store, memory_store


@pytest.fixture
def memory() -> Iterator[Any]:
    """Give the store of memory://, empty."""
    yield from memory_store()


@pytest.fixture
def faulty() -> Iterator[type[FaultyStore]]:
    """Give the store of ftp://, which does what the test tells it to do wrong."""
    yield from faulty_store()

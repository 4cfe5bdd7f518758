"""Stores as fixtures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.remote.stores import FaultyStore, faulty_store, memory_store


@pytest.fixture(autouse=True)
def here(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder of the test's own: the ledger of outputs in a store lies in the current folder."""
    folder = tmp_path_factory.mktemp("here")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def memory() -> Iterator[Any]:
    """Give the store of memory://, empty."""
    yield from memory_store()


@pytest.fixture
def faulty() -> Iterator[type[FaultyStore]]:
    """Give the store of ftp://, which does what the test tells it to do wrong."""
    yield from faulty_store()

"""Makers of small files and readers of them, as fixtures."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from raingan.model.records import Document, Source
from tests.extract_readers import made


@pytest.fixture
def source() -> Callable[[bytes, str], Source]:
    return made.source_of


@pytest.fixture
def read() -> Callable[..., Document]:
    return made.read_bytes


@pytest.fixture
def texts() -> Callable[[Document], list[str]]:
    """Take the text of all body lines."""
    return lambda document: [line.text for line in made.all_lines(document)]


@pytest.fixture
def zip_of() -> Callable[..., bytes]:
    return made.zip_of


@pytest.fixture
def docx_of() -> Callable[..., bytes]:
    return made.docx_of

"""One archive, read once for all tests of the server; each test gets a server over a copy of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from raingan.review.pages.pages import Pages
from tests.review.serving import Serving, make_archive


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_archive(tmp_path_factory.mktemp("archive")).parent


@pytest.fixture(scope="session")
def pages() -> Iterator[Pages]:
    """What draws pages for all servers: starting its process costs as much as the rest of a test."""
    with Pages() as found:
        yield found


@pytest.fixture
def serve(archive: Path, tmp_path: Path, pages: Pages) -> Iterator[Callable[..., Serving]]:
    """Start a server with these options."""
    started: list[Serving] = []

    def start(**options: Any) -> Serving:
        started.append(Serving(archive, tmp_path / str(len(started)), **{"pages": pages, **options}))
        return started[-1]

    yield start
    for serving in started:
        serving.close()


@pytest.fixture
def serving(serve: Callable[..., Serving]) -> Serving:
    return serve()

"""Chromium, where the system has one, and an archive to review."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from raingan.review.pages.pages import Pages
from tests.review_browser.serving import Served, make_archive, served_here

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the ledger of an archive with more than 50 flagged fields; to be copied, not changed."""
    return make_archive(tmp_path_factory.mktemp("archive"))


@pytest.fixture
def ledger(archive: Path, tmp_path: Path) -> Path:
    """Return a copy of the ledger; its files stay where they are."""
    return Path(shutil.copyfile(archive, tmp_path / "a.raingan"))


@pytest.fixture(scope="session")
def pages() -> Iterator[Pages]:
    with Pages() as found:
        yield found


@pytest.fixture
def server(ledger: Path, pages: Pages) -> Iterator[Served]:
    with served_here(ledger, pages) as found:
        yield found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Start the system's Chromium, shut off from every name but this computer's."""
    program = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if program is None:
        pytest.skip("no Chromium on this system; on Debian type: sudo apt install chromium")
    from playwright.sync_api import sync_playwright

    flags = ["--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1", "--disable-background-networking"]
    flags += ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Any, server: Served) -> Iterator[Any]:
    """Return a page that has come in; `page.asked` has every address asked for, `page.errors` every error."""
    context = chromium.new_context(viewport={"width": 1280, "height": 720})
    context.set_default_timeout(300_000)  # milliseconds: a guard, no measure
    opened = context.new_page()
    opened.asked, opened.errors = [], []
    opened.on("request", lambda request: opened.asked.append(request.url))
    opened.on("pageerror", lambda error: opened.errors.append(str(error)))
    opened.goto(server.address)
    yield opened
    context.close()

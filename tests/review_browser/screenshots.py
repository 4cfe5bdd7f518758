"""Pictures of every screen of the review, to be looked at: `python tests/review_browser/screenshots.py FOLDER`."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from playwright.sync_api import sync_playwright

from tests.review_browser.serving import Served, make_archive, served

SIZES = {"usual": (1280, 720), "200": (640, 360)}
REPORTS = ("stalls-1.html", "scan.pdf", "canal.pdf", "training.docx", "lying.png", "askew.png")


def take(page: Any, server: Served, folder: Path, name: str) -> None:
    page.goto(f"{server.home}/?state=all")
    page.screenshot(path=folder / f"{name}-queue.png")
    for report in REPORTS:
        page.goto(f"{server.home}/?state=all")
        page.click(f"tr:has-text('{report}') a")
        page.wait_for_selector("html[data-ready]", state="attached")
        page.wait_for_timeout(2500)  # a Word file is laid out first
        page.evaluate("() => document.querySelectorAll('#list details').forEach(fold => { fold.open = true })")
        page.click("#list [data-path='actual.value']")
        page.wait_for_timeout(300)
        page.screenshot(path=folder / f"{name}-{report}.png")
    page.keyboard.press("e")
    page.wait_for_selector("#edit-text")
    page.keyboard.insert_text("x")
    page.wait_for_selector("#edit-text[aria-invalid=true]")
    page.screenshot(path=folder / f"{name}-edit.png")
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+Slash")
    page.screenshot(path=folder / f"{name}-help.png")


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        ledger = make_archive(Path(place))
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for language in ("th", "en"):
            for size, (width, height) in SIZES.items():
                # A server that was killed keeps its reports for two minutes: each has a ledger of its own.
                own = shutil.copyfile(ledger, Path(place) / f"{language}-{size}.raingan")
                with served(Path(own), "--lang", language, "--reviewer", "reviewer-1") as server:
                    page = browser.new_context(viewport={"width": width, "height": height}).new_page()
                    page.goto(server.address)
                    take(page, server, folder, f"{language}-{size}")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))

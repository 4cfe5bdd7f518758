"""How soon a person sees what they chose, in Chromium; run by hand:

    python tests/bench/review/browser.py [REPORTS]      (default: 10)

Milliseconds from the key to what it brings, on a warm server, the middle and the slowest: the page of a 300 dpi scan in
colour after choosing its report, after going on to the next one, and the next flag with the focus on it.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import pypdfium2  # noqa: E402
from PIL import Image  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

from raingan.cli import main as raingan  # noqa: E402
from tests.review_browser.serving import served  # noqa: E402

DPI = 300
AGENCY = "สำนักอนามัยเมือง"  # of the sample that is scanned


def make_scans(folder: Path, count: int) -> None:
    """Write scans of a sample with an unread mark on it each, so that each is flagged and none is another's copy."""
    with pypdfium2.PdfDocument(ROOT / "samples" / "dengue.pdf") as document:
        pages = [page.render(scale=DPI / 72).to_pil().convert("RGB") for page in document]
    for number in range(count):
        chance = np.random.default_rng(number)
        scans = []
        for page in pages:
            grain = chance.normal(0, 6, (page.height, page.width, 1)) + np.array([0, -3, -10])
            scans.append(Image.fromarray(np.clip(np.asarray(page) + grain, 0, 255).astype(np.uint8)))
        scans[0].save(folder / f"scan-{number}.pdf", save_all=True, append_images=scans[1:], resolution=DPI, quality=80)
        shutil.copyfile(ROOT / "samples" / "stalls.html", folder / "stalls.html")


def told(name: str, taken: list[float]) -> None:
    print(f"| {name} | {1000 * statistics.median(taken):.0f} | {1000 * max(taken):.0f} | {len(taken)} |")


def wait(page: Any, expression: str, arg: object = None) -> None:
    until = time.monotonic() + 30
    while not page.evaluate(expression, arg):
        assert time.monotonic() < until, expression


def drawn(page: Any) -> None:
    page.wait_for_selector("html[data-ready]", state="attached")
    wait(
        page,
        "() => document.querySelector('#view img')?.complete && document.querySelector('#view img').naturalWidth > 0",
    )


def measure(page: Any, home: str, count: int) -> None:
    chosen, going, flags = [], [], []
    for number in range(count):
        page.goto(f"{home}/?state=all")
        begun = time.perf_counter()
        page.click(f"tr:has-text('scan-{number}.pdf') a")
        drawn(page)
        chosen.append(time.perf_counter() - begun)
    page.goto(f"{home}/?state=all")
    page.click("tr:has-text('stalls.html') a")
    page.wait_for_selector("html[data-ready]", state="attached")
    for _ in range(6):
        before = page.text_content("#card-name")
        begun = time.perf_counter()
        page.keyboard.press("j")
        shown = "document.querySelector('#card-name').textContent !== name && document.activeElement.id === 'card'"
        wait(page, f"name => {shown}", before)
        flags.append(time.perf_counter() - begun)
    page.goto(f"{home}/?agency={AGENCY}&state=all")  # the scans alone
    page.click("tr:has-text('scan-0.pdf') a")
    drawn(page)
    for _ in range(count - 1):
        before = page.url
        begun = time.perf_counter()
        page.keyboard.press("n")
        page.wait_for_url(lambda url, before=before: url != before)
        if "/report/" not in page.url:
            break
        drawn(page)
        going.append(time.perf_counter() - begun)
    print("| | middle, ms | slowest, ms | times |\n| --- | ---: | ---: | ---: |")
    told("a 300 dpi scan, chosen in the queue", chosen)
    told("the next report, a 300 dpi scan", going)
    told("the next flag", flags)


def main(count: int) -> None:
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in").mkdir()
        make_scans(folder / "in", count)
        assert raingan(["convert", str(folder / "in"), "-o", str(folder / "a.jsonl"), "--lang", "en"]) == 0
        with served(folder / "a.raingan", "--lang", "en") as server, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
            page = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
            page.goto(server.address)
            time.sleep(3)  # a warm server
            measure(page, server.home, count)
            browser.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)

"""The page in a real browser: everything by keyboard, for everybody, and nothing beyond this computer."""

from __future__ import annotations

import contextlib
import io
import json
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error

from raingan.cli import main
from raingan.ledger import View
from raingan.review.fields import fields_of
from raingan.review.parts import Action, Decision, FieldState, ReportId, Standing
from raingan.review.settle import standings
from raingan.review.store import Decisions, decisions_beside
from tests.review_browser.serving import Served

# Let boxes be there and not be seen.
UNSEEN = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('.box { border: 0 !important; background: none !important; box-shadow: none !important }');
  document.adoptedStyleSheets = [sheet];
}"""
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]


def begin(page: Any) -> None:
    """Go from the queue to the first report, by key."""
    page.keyboard.press("n")
    page.wait_for_url("**/report/**")
    ready(page)


def ready(page: Any) -> None:
    page.wait_for_selector("html[data-ready]", state="attached")


def open_report(page: Any, server: Served, name: str) -> None:
    page.goto(f"{server.home}/?state=all")
    page.click(f"tr:has-text('{name}') a")
    ready(page)


def until(page: Any, told: str, arg: object = None) -> None:
    """Wait until an expression is true; the page's own rules forbid to let it wait by itself."""
    for _ in range(400):
        if page.evaluate(told, arg):
            return
        page.wait_for_timeout(25)
    raise AssertionError(told)


def press(page: Any, key: str) -> None:
    """Press a key that decides and wait for what it does: another count, another field, another report."""
    seen = "() => [location.href, ...['#left', '#card-name'].map(at => document.querySelector(at)?.textContent)]"
    before = page.evaluate(seen)
    page.keyboard.press(key)
    now = before
    for _ in range(400):
        with contextlib.suppress(Error):  # between two pages there is nothing to ask
            now = page.evaluate(seen)
        if now != before and not (now[0] == before[0] and now[1].startswith("0 ")):  # else the next report comes
            break
        page.wait_for_timeout(10)
    page.wait_for_load_state()
    if "/report/" in page.url:
        ready(page)


def left_in_all(ledger: Path) -> list[tuple[ReportId, Standing]]:
    """Return every field that is still open, of the whole archive."""
    found = []
    with View.look(ledger) as view, Decisions.open(decisions_beside(ledger)) as decisions:
        for _, report in view.reports():
            known = ReportId(report.sha256, report.place)
            whole = view.report(report.sha256, report.place)
            assert whole is not None
            rows = decisions.of(known)
            found += [(known, one) for one in standings(whole.report, rows) if one.state is not FieldState.CLEAR]
    return found


def decided(ledger: Path) -> list[Decision]:
    with Decisions.open(decisions_beside(ledger)) as decisions:
        return sorted(
            (row for report in decisions.reports() for row in decisions.of(report)), key=lambda row: row.number
        )


def test_fifty_fields_by_keyboard_alone(page: Any, server: Served, ledger: Path, tmp_path: Path) -> None:
    to_do = left_in_all(ledger)
    assert len(to_do) >= 50 and all(one.state is FieldState.OPEN for _, one in to_do)
    begin(page)
    settled = 0
    while "/report/" in page.url:
        kind = json.loads(page.text_content("#data"))["fields"]
        name = page.text_content("#card-name")
        field = next(one for one in kind if one["name"] == name)
        if settled == 0:  # a note and a slip first
            page.keyboard.press("m")
            page.keyboard.type("see the paper")
            page.keyboard.press("Enter")
            page.wait_for_selector("#card-facts :text('see the paper')")
            press(page, "u")
            press(page, "z")
            name = page.text_content("#card-name")
            field = next(one for one in kind if one["name"] == name)
        if field["kind"] in ("number", "date") and settled < 12:
            page.keyboard.press("e")
            page.wait_for_selector("#edit-text")
            page.keyboard.press("Control+A")
            page.keyboard.insert_text("๔.๕๐" if field["kind"] == "number" else "๑๕ มี.ค. ๒๕๖๕")
            until(page, "() => document.querySelector('#edit-says').textContent !== ''")
            press(page, "Enter")
        elif settled == 20:
            press(page, "u")
        else:
            press(page, "a")
        settled += 1
        assert settled < 200
    assert page.url.startswith(f"{server.home}/") and "done" in page.text_content("#said")

    assert [one for _, one in left_in_all(ledger) if one.state is not FieldState.SETTLED] == []
    rows = decided(ledger)
    counts = Counter(row.action for row in rows)
    assert counts[Action.NOTE] == counts[Action.UNDO] == 1 and counts[Action.UNREADABLE] == 2
    assert sum(counts[action] for action in (Action.ACCEPT, Action.CORRECT, Action.UNREADABLE)) == len(to_do) + 1
    values = {row.value for row in rows if row.action is Action.CORRECT}
    assert values == {"4.5", "2022-03-15"}
    assert {row.reviewer for row in rows} == {"reviewer-1"}

    output = tmp_path / "out.jsonl"
    assert main(["review", str(ledger), "--export", str(output), "--lang", "en"]) == 0
    assert all(json.loads(line)["flags"] == [] for line in output.read_text(encoding="utf-8").splitlines())
    assert page.errors == []
    assert {urlsplit(address).hostname for address in page.asked} == {"127.0.0.1"}


def test_keys_go_by_their_place_also_with_a_thai_layout(page: Any, ledger: Path) -> None:
    begin(page)
    before = page.text_content("#card-name")
    typed = {"key": "\u0e48", "code": "KeyJ", "bubbles": True, "cancelable": True}
    page.evaluate("typed => document.body.dispatchEvent(new KeyboardEvent('keydown', typed))", typed)
    until(page, "name => document.querySelector('#card-name').textContent !== name", before)
    page.keyboard.press("k")
    until(page, "name => document.querySelector('#card-name').textContent === name", before)
    assert decided(ledger) == []


def test_a_wrong_value_is_refused_as_it_is_typed_and_nothing_is_lost(page: Any, ledger: Path) -> None:
    begin(page)
    page.keyboard.press("e")
    page.wait_for_selector("#edit-text")
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("80 %")
    page.wait_for_selector("#edit-text[aria-invalid=true]")
    assert "not a number" in page.text_content("#edit-says")
    page.keyboard.press("Enter")
    page.wait_for_timeout(200)
    assert page.input_value("#edit-text") == "80 %" and decided(ledger) == []
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "card"


@pytest.mark.parametrize("language", ["en", "th"])
def test_for_everybody(page: Any, server: Served, language: str) -> None:
    """No violation of WCAG 2.1 A and AA that axe-core can see, on any screen."""
    from axe_playwright_python.sync_playwright import Axe

    def check(screen: str) -> None:
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}}).response["violations"]
        assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == [], screen

    page.select_option("#settings select", language)
    with page.expect_navigation():
        page.click("#settings button[type=submit]")
    assert page.get_attribute("html", "lang") == language
    check("queue")
    begin(page)
    check("text")
    page.keyboard.press("e")
    page.wait_for_selector("#edit-text")
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("x")
    page.wait_for_selector("#edit-text[aria-invalid=true]")
    check("edit")
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+Slash")
    page.wait_for_selector("#help[open]")
    check("help")
    page.keyboard.press("Escape")
    open_report(page, server, "scan.pdf")
    until(page, "() => document.querySelector('#view img')?.naturalWidth > 0")
    check("scan")
    page.set_viewport_size({"width": 640, "height": 360})
    check("small")


@pytest.mark.parametrize("size", [(1280, 720), (640, 360)], ids=["usual", "at 200 %"])
def test_nothing_is_cut_off_and_the_focus_is_seen(page: Any, server: Served, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert page.evaluate(wide)
    for name in ("scan.pdf", "stalls-1.html"):
        open_report(page, server, name)
        assert page.evaluate(wide)
        assert page.evaluate("document.activeElement.id") == "card"
        outline = "getComputedStyle(document.activeElement).outlineWidth"
        page.keyboard.press("Tab")
        assert float(page.evaluate(outline).removesuffix("px")) >= 2
        accept = page.locator("#actions [data-do=accept]")
        accept.scroll_into_view_if_needed()
        box = accept.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= size[0]
        assert box["y"] >= 0 and box["y"] + box["height"] <= size[1]


def test_text_of_a_report_stays_text(page: Any, server: Served) -> None:
    open_report(page, server, "stalls-0.html")
    assert "<img src=http://example.org/x.png>" in page.text_content("#view")
    assert page.title() != "bad" and page.locator("#view img").count() == 0
    assert {urlsplit(address).hostname for address in page.asked} == {"127.0.0.1"}


@pytest.mark.parametrize("name", ["scan.pdf", "canal.pdf", "askew.png", "lying.png"])
def test_the_box_lies_on_its_field(page: Any, server: Served, ledger: Path, name: str) -> None:
    """The ink of a line lies inside its box on the screen, whichever way the page was scanned."""
    from PIL import Image

    open_report(page, server, name)
    with View.look(ledger) as view:
        report = next(report for _, report in view.reports() if report.file.endswith(name))
    paths = [item.path for item in fields_of(report) if item.path in ("target.value", "actual.value", "level")]
    for path in paths:
        page.evaluate(
            "path => { for (const fold of document.querySelectorAll('#list details')) fold.open = true }", path
        )
        page.click(f"#list [data-path='{path}']")
        until(page, "() => document.querySelector('#view img')?.naturalWidth > 0")
        page.wait_for_timeout(150)
        page.evaluate(UNSEEN)
        box = page.locator("#view .chosen").bounding_box()
        assert box["width"] > 2.5 * box["height"], "read as a line: across the screen"
        room = 7
        clip = {
            "x": box["x"] - room,
            "y": box["y"] - room,
            "width": box["width"] + 2 * room,
            "height": box["height"] + 2 * room,
        }
        shot = Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("L")
        dark = shot.point(lambda value: 255 if value < 110 else 0)
        inner = dark.crop((room - 2, room - 2, dark.width - room + 2, dark.height - room + 2))
        assert inner.histogram()[255] > 0.03 * inner.width * inner.height
        # Nearly all of the ink in reach is inside; beside a line that runs askew lies some of its neighbours'.
        assert inner.histogram()[255] > (0.7 if name == "askew.png" else 0.85) * dark.histogram()[255]


def test_choosing_goes_both_ways(page: Any, server: Served) -> None:
    open_report(page, server, "scan.pdf")
    until(page, "() => document.querySelector('#view img')?.naturalWidth > 0")
    page.evaluate("() => document.querySelectorAll('#list details').forEach(fold => { fold.open = true })")
    page.click("#list [data-path='target.value']")
    page.click("#list [data-path='agency']")
    name = page.text_content("#card-name")
    page.wait_for_timeout(100)
    box = page.locator("#view [data-path='target.value']").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    until(page, "name => document.querySelector('#card-name').textContent !== name", name)
    assert page.locator("#view .chosen").get_attribute("data-path").startswith("target.")


def test_two_people_are_given_two_reports(page: Any, server: Served, chromium: Any) -> None:
    headers = {"Content-Type": "application/json", "X-Raingan": "1"}
    invite = "headers => fetch('/api/invite', {method: 'POST', headers, body: '{}'}).then(answer => answer.json())"
    invited = page.evaluate(invite, headers)["address"]
    begin(page)
    other = chromium.new_context()
    try:
        second = other.new_page()
        second.goto(invited)
        begin(second)
        assert urlsplit(second.url).path != urlsplit(page.url).path
        second.goto(page.url)
        ready(second)
        assert second.locator("#actions [data-do=accept]").is_disabled()
    finally:
        other.close()

"""The page in a real browser: everything by keyboard, for everybody, and nothing beyond this computer."""

from __future__ import annotations

import contextlib
import io
import json
import math
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error

from raingan.cli import main
from raingan.ledger import View
from raingan.model.records import Box, Report
from raingan.review.decisions import SETTLING, Action, Decision, FieldState, ReportId, Standing
from raingan.review.fields import fields_of
from raingan.review.settle import standings
from raingan.review.store import Decisions, decisions_beside
from tests.review_browser.serving import ASKEW, Served

# Let boxes be there and not be seen.
UNSEEN = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('.box { border: 0 !important; background: none !important; box-shadow: none !important }');
  document.adoptedStyleSheets = [sheet];
}"""
A4 = (595.0, 842.0)  # points
TRIES = 12_000  # of 25 milliseconds until a test gives up: a guard, no measure
HALF_A_LINE = 8.0  # points; lines of the samples stand 20 apart
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
    for _ in range(TRIES):
        if page.evaluate(told, arg):
            return
        page.wait_for_timeout(25)
    raise AssertionError(told)


def still(page: Any, at: str) -> dict[str, float]:
    """Return where something stands, once it has stood there while the page was painted several times."""
    painted = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    before: list[dict[str, float]] = []
    for _ in range(TRIES):
        page.evaluate(painted)
        box: dict[str, float] = page.locator(at).bounding_box()
        before = [*before, box][-5:]
        if len(before) == 5 and all(one == box for one in before):
            return box
    raise AssertionError(f"{at} does not come to rest")


def press(page: Any, key: str) -> None:
    """Press a key that decides and wait for what it does: another count, another field, another report."""
    seen = "() => [location.href, ...['#left', '#card-name'].map(at => document.querySelector(at)?.textContent)]"
    before = page.evaluate(seen)
    page.keyboard.press(key)
    now = before
    for _ in range(TRIES):
        with contextlib.suppress(Error):  # between two pages there is nothing to ask
            now = page.evaluate(seen)
        if now != before and not (now[0] == before[0] and now[1].startswith("0 ")):  # else the next report comes
            break
        page.wait_for_timeout(25)
    page.wait_for_load_state()
    if "/report/" in page.url:
        ready(page)


def left_in_all(ledger: Path) -> list[tuple[ReportId, Standing]]:
    """Return every field that is still open, of the whole archive."""
    found = []
    with View.look(ledger) as view, Decisions.open(decisions_beside(ledger)) as decisions:
        for _, report in view.reports():
            known = ReportId(report.sha256, report.report_index)
            whole = view.report(report.sha256, report.report_index)
            assert whole is not None
            rows = decisions.of(known)
            found += [(known, one) for one in standings(whole.report, rows) if one.state is not FieldState.CLEAR]
    return found


def decided(ledger: Path) -> list[Decision]:
    with Decisions.open(decisions_beside(ledger)) as decisions:
        return sorted(
            (row for report in decisions.reports() for row in decisions.of(report)), key=lambda row: row.number
        )


def rows_to_check(workbook: Path) -> int:
    """Count what the workbook's sheet of things to check still lists below its heading."""
    from openpyxl import load_workbook

    book = load_workbook(workbook, read_only=True)
    try:
        sheet = book["To review"]
        heading, *rows = sheet.iter_rows(values_only=True)
        code = heading.index("Code")  # an empty sheet has one row that says so
        return sum(row[code] is not None for row in rows)
    finally:
        book.close()


def boxes_of(report: Report) -> dict[str, Box]:
    return {item.path: item.box for item in fields_of(report) if item.box is not None}


def centre(box: Box, degrees: float) -> tuple[float, float]:
    """Return the middle of a box on a page turned against the clock about its own middle, in points."""
    turn, (wide, tall) = math.radians(degrees), A4
    x, y = (box[0] + box[2] - wide) / 2, (box[1] + box[3] - tall) / 2
    cosine, sine = math.cos(turn), math.sin(turn)
    return wide / 2 + x * cosine + y * sine, tall / 2 - x * sine + y * cosine


def test_fifty_fields_by_keyboard_alone(page: Any, server: Served, ledger: Path, tmp_path: Path) -> None:
    to_do = left_in_all(ledger)
    assert len(to_do) >= 50 and all(one.state is FieldState.OPEN for _, one in to_do)
    begin(page)
    settled = taken = 0
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
        if field["proposal"] is not None:
            taken += 1
            press(page, "p")
        elif field["kind"] in ("number", "date") and settled < 12:
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
    assert taken > 0 and {"4.5", "2022-03-15"} <= values and len(values) <= 2 + taken
    settling = {(row.report, row.field) for row in rows if row.action in SETTLING}
    assert settling == {(known, one.field.path) for known, one in to_do}, "nothing but what was to do"
    assert {row.reviewer for row in rows} == {"reviewer-1"}

    output = tmp_path / "out.jsonl"
    assert main(["review", str(ledger), "--export", str(output), "--lang", "en"]) == 0
    assert all(json.loads(line)["flags"] == [] for line in output.read_text(encoding="utf-8").splitlines())
    assert main(["review", str(ledger), "--export", str(tmp_path / "out.xlsx"), "--lang", "en"]) == 0
    assert rows_to_check(tmp_path / "out.xlsx") == 0
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
    still(page, "#edit-text")
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
    if language == "th":  # the other screens are the same but for their words
        return
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
        outline = (
            "(({outlineStyle, outlineWidth}) => [outlineStyle, outlineWidth])(getComputedStyle(document.activeElement))"
        )
        page.keyboard.press("Tab")
        style, width = page.evaluate(outline)  # a width alone says nothing: it stands there without an outline too
        assert style not in ("none", "hidden") and float(width.removesuffix("px")) >= 2
        buttons = page.locator("#actions button:visible")
        assert buttons.count() >= 3
        for button in buttons.all():
            button.scroll_into_view_if_needed()
            box = button.bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= size[0]
            assert box["y"] >= 0 and box["y"] + box["height"] <= size[1]


def test_text_of_a_report_stays_text(page: Any, server: Served) -> None:
    open_report(page, server, "stalls-0.html")
    assert "<img src=http://example.org/x.png>" in page.text_content("#view")
    assert page.title() != "bad" and page.locator("#view img").count() == 0
    assert {urlsplit(address).hostname for address in page.asked} == {"127.0.0.1"}


@pytest.mark.parametrize("name", ["scan.pdf", "canal.pdf", "askew.png", "lying.png"])
def test_the_box_lies_on_its_field(page: Any, server: Served, ledger: Path, name: str) -> None:
    """The ink of a line lies inside its box on the screen, of the right line, whichever way it was scanned."""
    from PIL import Image

    open_report(page, server, name)
    with View.look(ledger) as view:
        boxes = {report.file: boxes_of(report) for _, report in view.reports()}
    paths = ("target.value", "actual.value", "level")
    # Both pictures are made of the scan: what lies there is known from the scan and from how they were turned.
    upright = boxes[name if name == "canal.pdf" else "scan.pdf"]
    for path in paths:
        page.evaluate(
            "path => { for (const fold of document.querySelectorAll('#list details')) fold.open = true }", path
        )
        page.click(f"#list [data-path='{path}']")
        until(page, "() => document.querySelector('#view img')?.naturalWidth > 0")
        page.evaluate(UNSEEN)
        box = still(page, "#view .chosen")
        assert box["width"] > 2.5 * box["height"], "read as a line: across the screen"
        sheet = page.locator("#view img").first.bounding_box()
        scale = sheet["width"] / A4[0]
        seen = ((box["x"] + box["width"] / 2 - sheet["x"]) / scale, (box["y"] + box["height"] / 2 - sheet["y"]) / scale)
        assert math.dist(seen, centre(upright[path], ASKEW if name == "askew.png" else 0)) < HALF_A_LINE
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
    box = still(page, "#view [data-path='target.value']")
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    until(page, "name => document.querySelector('#card-name').textContent !== name", name)
    assert page.locator("#view .chosen").get_attribute("data-path").startswith("target.")


def test_two_people_are_given_two_reports(page: Any, server: Served, chromium: Any) -> None:
    ask = """([path, body]) => fetch(path, {
        method: 'POST', headers: {'Content-Type': 'application/json', 'X-Raingan': '1'}, body: JSON.stringify(body)
    }).then(answer => answer.json())"""
    invited = page.evaluate(ask, ["/api/invite", {}])["address"]
    begin(page)
    other = chromium.new_context()
    try:
        second = other.new_page()
        second.goto(invited)
        second.evaluate(ask, ["/api/settings", {"reviewer": "reviewer-2"}])
        begin(second)
        assert urlsplit(second.url).path != urlsplit(page.url).path
        second.goto(page.url)
        ready(second)
        assert second.locator("#actions [data-do=accept]").is_disabled()
        # Under the name of who has it, it comes along; the page left behind says so and can only look.
        second.evaluate(ask, ["/api/settings", {"reviewer": "reviewer-1"}])
        third = other.new_page()
        third.goto(page.url)
        ready(third)
        assert third.locator("#actions [data-do=accept]").is_enabled()
        page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
        until(page, "() => document.querySelector('#taken').textContent.includes('load this page again')")
        assert page.locator("#actions [data-do=accept]").is_disabled()
    finally:
        other.close()

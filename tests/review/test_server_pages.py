"""The pages themselves, their pictures and assets, what goes wrong inside, and the server from start to Ctrl-C."""

from __future__ import annotations

import dataclasses
import errno
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from contextlib import closing
from html import unescape
from pathlib import Path

import pytest

from raingan.model.codec import pack, unpack
from raingan.model.errors import LedgerError, Refused
from raingan.model.records import Flag, Report
from raingan.review.decisions import ReportId
from raingan.review.pages.pages import Pages
from raingan.review.queue import Entry, Filter, Left
from raingan.review.server import ServeOptions, Server
from raingan.review.server.app import ENTRIES, queue_context
from raingan.review.server.desk import QueuePage
from tests.review.serving import MARKUP, Browser, Serving, field, fill, flagged, read_archive, step

Serve = Callable[..., Serving]


@pytest.fixture
def browser(serving: Serving) -> Browser:
    return serving.browser()


def test_the_queue_leads_to_its_reports(browser: Browser) -> None:
    page = browser.get("/").text
    addresses = [unescape(address) for address in re.findall(r'href="(/report/[^"]*)"', page)]
    assert len(addresses) == len(set(addresses)) >= 4
    assert addresses[0].removeprefix("/report/") == browser.next()
    for address in addresses:
        assert browser.get(address).status_code == 200
    assert "stalls.html" in page and "marked&#39;&#34;&amp;.txt" in page


def test_filters_of_the_queue(browser: Browser) -> None:
    everything = browser.get("/?state=all").text
    assert "memo.txt" not in everything  # no report
    for query in (
        "?year=2566",
        "?code=target-without-actual",
        "?state=settled",
        "?start=50",
        "?year=1&code=%00&agency=x",
    ):
        assert browser.get(f"/{query}").status_code == 200
    assert re.findall(r'href="(/report/[^"]*)"', browser.get("/?state=settled").text) == []
    wrong = browser.get("/?state=none&year=x&start=-1&start=999999999999999999999")
    assert wrong.status_code == 200
    report = browser.next(state="all", year=2566)
    assert browser.report(report)["year"] == 2566
    assert browser.next(state="all", year=1999) == "None"


def test_a_filter_comes_along_to_the_report_and_back(browser: Browser) -> None:
    page = browser.get("/?year=2566&state=all").text
    address = unescape(re.findall(r'href="(/report/[^"]*)"', page)[0])
    assert address.endswith("?year=2566&state=all")
    assert 'href="/?year=2566&amp;state=all"' in browser.get(address).text


def test_a_queue_of_many_pages() -> None:
    def context(start: int, found: int) -> dict[str, object]:
        entry = Entry(
            ReportId("ab" * 32, 0), 1, "a.pdf", "\ud800", 2564, None, 1, 2, 2, ("value-doubtful", "new"), "open"
        )
        left = Left(9, 9, {1: 9}, 0, 0, 0, 0)
        page = QueuePage([entry] * found, left, ["\ud800 & b"], [2564], ["value-doubtful", "new"], True)
        return dict(queue_context(page, Filter(agency="\ud800 & b", state="all"), start, "en")["paging"])

    assert context(0, 0) == {"first": 0, "last": 0, "more": False, "previous": None, "next": None}
    assert context(0, ENTRIES)["next"] is None
    middle = context(50, ENTRIES + 1)
    assert middle["first"] == 51 and middle["last"] == 100
    assert middle["next"] == "/?agency=%EF%BF%BD+%26+b&state=all&start=100"
    assert middle["previous"] == "/?agency=%EF%BF%BD+%26+b&state=all&start=0"


def test_names_of_codes_have_no_open_ends() -> None:
    page = QueuePage([], Left(0, 0, {}, 0, 0, 0, 0), [], [], ["value-doubtful", "of-another-version"], True)
    for language in ("th", "en"):
        first, second = queue_context(page, Filter(), 0, language)["codes"]
        assert "…" in first["name"] and "{" not in first["name"] and second["name"] == "of-another-version"


def test_both_languages_of_the_page(browser: Browser) -> None:
    assert '<html lang="en">' in browser.get("/").text
    browser.post("/api/settings", language="th", reviewer=MARKUP)
    for path in ("/", f"/report/{browser.next()}", "/report/none"):
        page = browser.get(path).text
        assert '<html lang="th">' in page and "<img" not in page and MARKUP not in page


def test_a_page_that_is_not_there(browser: Browser) -> None:
    for path in ("/none", f"/report/{'a' * 64}-0", "/report/x", "/enter/x/y", "/static/none.css"):
        answer = browser.get(path)
        assert answer.status_code == 404 and 'href="/"' in answer.text


def test_the_pages_need_nothing_but_our_assets(browser: Browser) -> None:
    """Nothing inline, which the policy would not run, and nothing from elsewhere."""
    for path in ("/", f"/report/{browser.next()}"):
        page = browser.get(path).text
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|https?://", page)
        assert all("src=" in tag or "application/json" in tag for tag in re.findall(r"<script[^>]*>", page))
        for asset in re.findall(r'(?:src|href)="(/static/[^"]+)"', page):
            answer = browser.get(asset)
            assert answer.status_code == 200 and answer.data
            again = browser.get(asset, **{"If-None-Match": answer.headers["ETag"]})
            assert again.status_code == 304


def test_only_assets_are_served(browser: Browser) -> None:
    kinds = {browser.get(f"/static/{name}").mimetype for name in ("review.css", "queue.js", "icon.svg")}
    assert kinds == {"text/css", "text/javascript", "image/svg+xml"}
    for name in ("__init__.py", "app.py", "words.toml", "queue.html", "templates/queue.html", "OFL.txt"):
        assert browser.get(f"/static/{name}").status_code == 404


def test_pictures_of_pages(serve: Serve) -> None:
    serving = serve()
    browser = serving.browser()
    told = browser.named("two.pdf")
    sheet = told["view"]["sheets"][0]
    assert sheet["width"] > 100 and sheet["height"] > 100
    sizes = []
    for width in ("800", "801", "99999", "x", ""):
        answer = browser.get(f"{sheet['picture']}?width={width}")
        assert answer.status_code == 200 and answer.mimetype in ("image/png", "image/jpeg")
        assert "private" in answer.headers["Cache-Control"]
        sizes.append(len(answer.data))
    assert sizes[0] < sizes[1] == sizes[3] == sizes[4] < sizes[2]
    assert browser.get(f"/page/{told['report']}/999").status_code == 404
    assert browser.get(f"/page/{told['report']}/0").status_code == 404


PNG = b"\x89PNG\r\n\x1a\n of a line"


def flag_with_picture(ledger: Path, picture: bytes) -> None:
    """Let the first report of a ledger have one more flag, with the picture of its line."""
    with closing(sqlite3.connect(ledger)) as database, database:
        key, data = database.execute("SELECT rowid, data FROM reports").fetchone()
        report = unpack(Report, data)
        flag = Flag("figure-doubtful", "actual.value", {"text": "1", "confidence": "0.50"}, picture=picture)
        changed = dataclasses.replace(report, flags=(*report.flags, flag))
        database.execute("UPDATE reports SET data = ? WHERE rowid = ?", (pack(changed), key))


def test_a_picture_that_is_none_is_not_sent(tmp_path: Path, pages: Pages) -> None:
    """A ledger may come from anybody."""
    fill(tmp_path / "archive", "park.txt")
    flag_with_picture(read_archive(tmp_path / "archive"), b"<script>")
    serving = Serving(tmp_path / "archive", tmp_path / "copy", pages)
    try:
        browser = serving.browser()
        flags = [flag for item in browser.named("park.txt")["fields"] for flag in item["flags"]]
        (picture,) = [flag["picture"] for flag in flags if flag["picture"] is not None]
        assert browser.get(picture).status_code == 404
    finally:
        serving.close()


def test_a_scan_with_the_lines_of_its_flags(tmp_path: Path, pages: Pages) -> None:
    fill(tmp_path / "archive", "scan.pdf")
    flag_with_picture(read_archive(tmp_path / "archive"), PNG)
    serving = Serving(tmp_path / "archive", tmp_path / "copy", pages)
    try:
        browser = serving.browser()
        told = browser.named("scan.pdf")
        sheets = {sheet["number"]: sheet for sheet in told["view"]["sheets"]}
        boxes = [(sheets[item["page"]], item["box"]) for item in told["fields"] if item["box"] is not None]
        assert len(boxes) > 5
        for sheet, (x0, top, x1, bottom) in boxes:
            assert 0 <= x0 < x1 <= sheet["width"] and 0 <= top < bottom <= sheet["height"]
        assert any(0 < (item["confidence"] or 0) < 1 for item in told["fields"])
        flags = [flag for item in told["fields"] for flag in item["flags"]]
        (picture,) = [flag["picture"] for flag in flags if flag["picture"] is not None]
        answer = browser.get(picture)
        assert answer.mimetype == "image/png" and answer.data == PNG
        for wrong in ("999", "-1", "x"):
            assert browser.get(f"/flag/{told['report']}/{wrong}").status_code == 404
        assert browser.get(sheets[1]["picture"]).mimetype in ("image/png", "image/jpeg")
    finally:
        serving.close()


def test_a_bug_in_one_request_ends_nothing(
    serving: Serving, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    report = browser.next()
    serving.server.app.view_functions["queue"] = lambda: str(1 // 0)
    answer = browser.get("/")
    assert answer.status_code == 500 and "ZeroDivision" not in answer.text and ".py" not in answer.text
    assert "ZeroDivisionError" in caplog.text
    assert browser.decide(report, step(flagged(browser.report(report)))).status_code == 200


def test_a_file_of_decisions_that_cannot_be_written(
    serving: Serving, browser: Browser, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = browser.named("stalls.html")

    def full(_handle: int, _data: bytes) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr("raingan.review.lines._write", full)
        answer = browser.decide(told["report"], step(field(told, "actual.value")))
    assert answer.status_code == 503 and answer.get_json()["error"] == "ledger"
    assert str(serving.folder) not in answer.text and str(serving.folder) in caplog.text and serving.rows() == []
    assert browser.decide(told["report"], step(field(told, "actual.value"))).status_code == 200


def test_what_cannot_be_served(archive: Path, tmp_path: Path) -> None:
    def start(ledger: Path, **options: object) -> None:
        Server(ledger, ServeOptions(**{"language": "en", **options}))  # type: ignore[arg-type]

    with pytest.raises(LedgerError) as missing:
        start(tmp_path / "none.raingan")
    assert missing.value.code == "ledger-missing" and list(tmp_path.iterdir()) == []
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(Refused) as taken:
        start(archive / "a.raingan", port=other.getsockname()[1])
    assert taken.value.code == "review-port"
    for options, key in (({"port": 70_000}, "review-port"), ({"reviewer": " "}, "review-reviewer")):
        with pytest.raises(Refused) as refused:
            start(archive / "a.raingan", **options)
        assert refused.value.code == key


@pytest.mark.skipif(sys.platform == "win32", reason="there, Ctrl-C cannot be sent to one process alone")
def test_from_the_command_line_to_the_end(serving: Serving) -> None:
    """The address is on the terminal, works, and Ctrl-C ends the server without a word of Python."""
    command = [sys.executable, "-m", "raingan", "review", str(serving.ledger), "--no-browser", "--lang", "en"]
    root = str(Path(__file__).parent.parent.parent)
    with subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=root,
        env={**os.environ, "PYTHONPATH": root},
        # A shell has its programs in the background ignore Ctrl-C, and they those that they start.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        assert process.stderr is not None
        address = ""
        while "/enter/" not in address:
            address = process.stderr.readline()
            assert address, process.wait()
        try:
            opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
            with opener.open(address.strip(), timeout=300) as page:
                assert page.status == 200 and b"stalls.html" in page.read()
            process.send_signal(signal.SIGINT)
            told, more = process.communicate(timeout=300)  # a guard, no measure
        finally:
            process.kill()
    assert process.returncode == 0 and told == ""
    assert "Traceback" not in more and "Every decision is kept" in more

"""A server of the review over a small ledger, for the tests that talk to it."""

from __future__ import annotations

import json
import re
import socket
import threading
from contextlib import suppress
from pathlib import Path
from shutil import copyfile, copytree
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from raingan.convert import convert
from raingan.outputs import plan_outputs
from raingan.review.pages.pages import Pages
from raingan.review.server import ServeOptions, Server
from raingan.review.store import Decisions, decisions_beside
from raingan.settings import Settings
from tests.review.made import SAMPLES

NAMES = ("stalls.html", "park.txt", "library.html", "memo.txt", "two.pdf")
MARKUP = '</script><script>alert("a")</script><img src=x onerror=alert(1)>'


def make_archive(folder: Path) -> Path:
    """Read some samples, and one that is full of markup, into a ledger in a folder; return the ledger."""
    inputs = fill(folder, *NAMES)
    text = (SAMPLES / "park.txt").read_text(encoding="utf-8")
    assert "100 " in text
    marked = text.replace("100 ", f"{MARKUP} 100 ", 1)
    (inputs / "marked'\"&.txt").write_text(marked, encoding="utf-8")
    return read_archive(folder)


def fill(folder: Path, *names: str) -> Path:
    """Put samples into a folder as inputs; return where they lie."""
    inputs = folder / "in"
    inputs.mkdir(parents=True)
    for name in names:
        copyfile(SAMPLES / name, inputs / name)
    return inputs


def read_archive(folder: Path) -> Path:
    """Read the inputs in a folder into its ledger, again where there is one."""
    ledger = folder / "a.raingan"
    convert([str(folder / "in")], plan_outputs([str(folder / "a.jsonl")]), Settings("en", workers=0), ledger=ledger)
    return ledger


class Serving:
    """A server at work in a thread, on a copy of an archive."""

    def __init__(self, archive: Path, folder: Path, pages: Pages | None = None, **options: Any) -> None:
        copytree(archive, folder / "archive")
        self.folder = folder / "archive"
        self.ledger = self.folder / "a.raingan"
        told = {"language": "en", "reviewer": "reviewer-1", "open_browser": False, **options}
        self.server = Server(self.ledger, ServeOptions(**told), pages)
        self.port = self.server.port
        self.base = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self.server.run)
        self._thread.start()

    def close(self) -> None:
        if not self._thread.is_alive():
            return
        self.server.stop()
        self._thread.join()
        self.server.close()

    def browser(self, reviewer: str | None = None) -> Browser:
        """Come in as a new session."""
        browser = Browser(self)
        assert browser.get(self.server.invite().removeprefix(self.base)).status_code == 303
        if reviewer is not None:
            assert browser.post("/api/settings", reviewer=reviewer).status_code == 200
        return browser

    def rows(self) -> list[tuple[str, str, str | None]]:
        """Return the decisions on the disk, over all reports: field, action, value."""
        with Decisions.open(decisions_beside(self.ledger)) as decisions:
            rows = [row for report in decisions.reports() for row in decisions.of(report)]
        return [(row.field, row.action.value, row.value) for row in sorted(rows, key=lambda row: row.number)]

    def raw(self, head: str, body: bytes = b"", seconds: float = 300) -> tuple[int, str]:
        """Send a request as it stands, lines of its head split by "|"; return status and answer, 0 for none in time."""
        data = head.replace("|", "\r\n").encode("latin-1") + b"\r\nConnection: close\r\n\r\n" + body
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as connection:
            answer = b""
            with suppress(ConnectionError, TimeoutError):  # it hangs up on who sends too much
                connection.sendall(data)
                while piece := connection.recv(65536):
                    answer += piece
        status = answer.partition(b"\r\n")[0].split()
        return int(status[1]) if status else 0, answer.decode("utf-8", "replace")


class Browser:
    """One session: Flask's client, asking as our page asks."""

    def __init__(self, serving: Serving) -> None:
        self._base = serving.base
        self.client: FlaskClient = serving.server.app.test_client()

    @property
    def cookie(self) -> str:
        port = self._base.rpartition(":")[2]
        cookie = self.client.get_cookie(f"raingan-{port}", domain="127.0.0.1")
        assert cookie is not None
        return f"{cookie.key}={cookie.value}"

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, base_url=self._base, headers=headers)

    def post(self, path: str, **body: Any) -> TestResponse:
        headers = {"X-Raingan": "1", "Origin": self._base, "Sec-Fetch-Site": "same-origin"}
        data = json.dumps(body)
        return self.client.post(path, base_url=self._base, data=data, headers=headers, content_type="application/json")

    def report(self, name: str) -> dict[str, Any]:
        """Return what the page gets of a report."""
        told = self.get(f"/api/report/{name}")
        assert told.status_code == 200, told.text
        return dict(told.get_json())

    def next(self, after: str | None = None, **wanted: Any) -> str:
        """Return the report that comes next."""
        told = self.post("/api/next", after=after, **wanted)
        assert told.status_code == 200, told.text
        return str(told.get_json()["report"])

    def named(self, file: str) -> dict[str, Any]:
        """Return the report of a file, found through the queue."""
        seen: set[str] = set()
        report = self.next(state="all")
        while report not in seen:
            seen.add(report)
            told = self.report(report)
            self.post("/api/release", report=report)
            if told["file"].endswith(file):
                return self.report(report)
            report = self.next(after=report, state="all")
        raise AssertionError(file)

    def decide(self, report: str, *steps: dict[str, Any]) -> TestResponse:
        return self.post("/api/decide", report=report, decisions=list(steps))


def step(field: dict[str, Any], action: str = "accept", **more: Any) -> dict[str, Any]:
    """Return what the page sends for one field as it was shown."""
    return {"field": field["path"], "action": action, "machine": field["machine"]["value"], **more}


def field(told: dict[str, Any], path: str) -> dict[str, Any]:
    """Return one field of what the page got."""
    return next(item for item in told["fields"] if item["path"] == path)


def flagged(told: dict[str, Any]) -> dict[str, Any]:
    """Return a field with an open flag and a value."""
    return next(item for item in told["fields"] if item["state"] == "open" and item["kind"] != "notice")


def data_of(page: str) -> Any:
    """Return the JSON inside the page of a report."""
    found = re.search(r'<script[^>]*id="data"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return json.loads(found[1])

"""How a review ends besides Ctrl-C, how its page is opened, and what is told of decisions that went away under it."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from raingan.review.server import ServeOptions, Server, serve
from raingan.review.server.serve import CONNECTIONS
from raingan.review.store import Decisions, decisions_beside
from tests.review.serving import Serving, flagged, step

ROOT = Path(__file__).parents[2]
SILENT = ("", "GET / HTTP/1.1\r\nHost: ", "POST /api/decide HTTP/1.1\r\nContent-Length: 999\r\n\r\nhalf")


@pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")
def _hears_of_a_closed_terminal() -> None:
    """Undo what `nohup` did, where it started the tests: a program that may go on without its terminal does."""
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.mark.parametrize("number", ["SIGTERM", "SIGHUP"])
def test_a_kill_and_a_closed_terminal_leave_nothing_and_no_command_line_has_the_address(
    archive: Path, tmp_path: Path, number: str
) -> None:
    """SIGHUP goes to all processes of a terminal, also to those that draw pages."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    browser, asked = tmp_path / "browser", tmp_path / "asked"
    browser.write_text(f'#!/bin/sh\necho "$@" > {asked}.new; mv {asked}.new {asked}\n', encoding="utf-8")
    browser.chmod(0o700)
    folder = tmp_path / "archive"
    folder.mkdir()
    (folder / "a.raingan").write_bytes((archive / "a.raingan").read_bytes())
    environment = {**os.environ, "TMPDIR": str(temporary), "BROWSER": str(browser), "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-m", "raingan", "review", str(folder / "a.raingan"), "--lang", "en"],
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
        env=environment,
        start_new_session=True,
        preexec_fn=_hears_of_a_closed_terminal,
    ) as process:
        try:
            assert process.stderr is not None
            while "/enter/" not in (line := process.stderr.readline()):
                assert line, process.wait()
            while not asked.exists():
                assert process.poll() is None
            told = asked.read_text(encoding="utf-8").strip()
            assert told.startswith("file:") and "/enter/" not in told
            page = Path(unquote(urlsplit(told).path))
            assert stat.S_IMODE(page.stat().st_mode) == 0o600 and stat.S_IMODE(page.parent.stat().st_mode) == 0o700
            address = page.read_text(encoding="utf-8").partition("url=")[2].partition('"')[0]
            cookies = urllib.request.HTTPCookieProcessor()
            opener = urllib.request.build_opener(cookies)
            led = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
            with opener.open(urllib.request.Request(address, headers=led), timeout=300) as answer:
                assert b"url=/" in answer.read() and len(cookies.cookiejar) == 1
            with opener.open(address.partition("/enter/")[0] + "/", timeout=300) as answer:
                assert b"stalls.html" in answer.read()
            send = os.killpg if number == "SIGHUP" else os.kill
            send(process.pid, getattr(signal, number))
            _, more = process.communicate(timeout=300)  # a guard, no measure
        finally:
            process.kill()
    assert process.returncode == 0 and "Every decision is kept" in more and "Traceback" not in more
    assert list(temporary.iterdir()) == [] and [file.name for file in folder.iterdir()] == ["a.raingan"]


def test_who_was_told_to_go_on_without_a_terminal_does(monkeypatch: pytest.MonkeyPatch) -> None:
    from raingan.review.server.ending import ended_like_ctrl_c

    if not hasattr(signal, "SIGHUP"):
        pytest.skip("there is no SIGHUP")
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with ended_like_ctrl_c():
            os.kill(os.getpid(), signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        with pytest.raises(KeyboardInterrupt), ended_like_ctrl_c():
            signal.raise_signal(signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_DFL
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be removed there")
@pytest.mark.parametrize("how", ["deleted", "moved"])
def test_the_end_says_truly_what_became_of_decisions(
    serving: Serving, how: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = decisions_beside(serving.ledger)

    def decide_and_end(server: Server) -> None:
        serving.server = server
        serving.base = f"http://127.0.0.1:{server.port}"
        browser = serving.browser()
        report = browser.next()
        assert browser.decide(report, step(flagged(browser.report(report)))).status_code == 200
        if how == "deleted":
            path.unlink()
        elif how == "moved":
            path.rename(path.with_name("elsewhere"))
        if how != "kept":
            assert browser.decide(report, step(flagged(browser.report(report)))).status_code == 503

    monkeypatch.setattr(Server, "run", decide_and_end)
    serving.close()
    told = ServeOptions(language="en", reviewer="reviewer-1", open_browser=False)
    assert serve(serving.ledger, told) is (how == "kept")
    said = capsys.readouterr().err
    assert ("Every decision is kept.\n" in said.split("once.")[1]) == (how == "kept")
    rescued = path.with_name(f"{path.name}-rescued")
    assert rescued.exists() == (how == "deleted") and (str(rescued) in said) == (how == "deleted")
    lies = {"kept": path, "deleted": rescued, "moved": path.with_name("elsewhere")}[how]
    with Decisions.open(lies) as decisions:
        assert decisions.last() == 1


def test_silent_connections_shut_nobody_out(serving: Serving) -> None:
    cookie = serving.browser().cookie
    with ExitStack() as stack:
        for number in range(CONNECTIONS + 60):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", serving.port), timeout=300))
            connection.sendall(SILENT[number % len(SILENT)].encode())
        assert serving.raw(f"GET / HTTP/1.1|Host: 127.0.0.1:{serving.port}|Cookie: {cookie}")[0] == 200


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ("Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: document", 200),
        ("Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: iframe", 403),
        ("Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: no-cors|Sec-Fetch-Dest: image", 403),
        ("Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: document|Origin: null", 403),
        ("Sec-Fetch-Site: none|Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: document", 303),
    ],
)
def test_only_a_page_itself_is_led_in_from_elsewhere(serving: Serving, lines: str, status: int) -> None:
    host = f"Host: 127.0.0.1:{serving.port}"
    path = serving.server.invite().removeprefix(serving.base)
    found, answer = serving.raw(f"GET {path} HTTP/1.1|{host}|{lines}")
    assert found == status and ("Set-Cookie" in answer) == (status != 403)
    assert serving.raw(f"GET / HTTP/1.1|{host}|Cookie: {serving.browser().cookie}|{lines}")[0] in (403, 200)
    led = lines.replace("cross-site", "same-site")
    assert serving.raw(f"POST {path} HTTP/1.1|{host}|Content-Length: 0|{led}")[0] == 403


@pytest.mark.parametrize("second", ["somebody else", "Reviewer\u200b 1"])
def test_nobody_confirms_in_the_browser_that_they_decided_in(serve: Callable[..., Serving], second: str) -> None:
    serving = serve(four_eyes=True)
    one = serving.browser()
    report = one.named("stalls.html")
    path = flagged(report)["path"]
    (number,) = one.decide(report["report"], step(flagged(report))).get_json()["numbers"]
    one.post("/api/settings", reviewer=second)

    item = next(item for item in one.report(report["report"])["fields"] if item["path"] == path)
    assert item["decision"]["mine"]
    assert one.decide(report["report"], step(item, "confirm", about=number)).status_code == 400
    # Nor by deciding the same once more, under the other name.
    again = one.decide(report["report"], step(item)).get_json()
    assert again["fields"][0]["state"] == "waiting"
    one.post("/api/release", report=report["report"])
    other = serving.browser(second)
    told = other.report(report["report"])
    item = next(item for item in told["fields"] if item["path"] == path)
    (number,) = again["numbers"]
    answer = other.decide(report["report"], step(item, "confirm", about=number))
    assert answer.status_code == 400  # the last row of the first browser bears this name too
    other.post("/api/release", report=report["report"])
    third = serving.browser("a third")
    answer = third.decide(report["report"], step(item, "confirm", about=number))
    assert answer.get_json()["fields"][0]["state"] == "settled"

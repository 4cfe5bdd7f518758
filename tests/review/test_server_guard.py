"""Who gets in: nobody but a browser on this computer that came by a one-time address."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from raingan.review.server import ServeOptions
from raingan.review.server.guard import BODY_BYTES
from raingan.review.server.sessions import INVITED_SECONDS, Sessions
from tests.review.serving import Serving

Serve = Callable[..., Serving]


def test_a_one_time_address_works_once_and_for_one_browser(serving: Serving) -> None:
    address = serving.server.invite(lasting=True)
    path = address.removeprefix(serving.base)
    host = f"Host: 127.0.0.1:{serving.port}"
    # Looking whether it is there does not use it up.
    assert serving.raw(f"HEAD {path} HTTP/1.1|{host}")[0] == 303
    status, answer = serving.raw(f"GET {path} HTTP/1.1|{host}")
    assert status == 303 and "\r\nLocation: /\r\n" in answer
    (cookie,) = [line for line in answer.split("\r\n") if line.startswith("Set-Cookie:")]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "Path=/" in cookie and len(cookie) > 60
    status, answer = serving.raw(f"GET {path} HTTP/1.1|{host}")
    assert status == 403 and "Set-Cookie" not in answer and "used or has expired" in answer and "press Enter" in answer
    told = cookie.partition(": ")[2].partition(";")[0]
    assert serving.raw(f"GET /api/report/none HTTP/1.1|{host}|Cookie: {told}")[0] == 404
    assert serving.raw(f"GET /api/report/none HTTP/1.1|{host}|Cookie: {told}x")[0] == 403
    # Who is in already may follow a printed address again.
    assert serving.raw(f"GET {path} HTTP/1.1|{host}|Cookie: {told}")[0] == 303


@pytest.mark.parametrize("path", ["/", "/report/x", "/api/report/x", "/static/page.css", "/page/x/1", "/none"])
def test_nothing_without_the_cookie(serving: Serving, path: str) -> None:
    status, answer = serving.raw(f"GET {path} HTTP/1.1|Host: 127.0.0.1:{serving.port}")
    assert status == 403 and "raingan review" in answer
    status, _ = serving.raw(f"GET {path} HTTP/1.1|Host: 127.0.0.1:{serving.port}|Cookie: raingan-{serving.port}=x")
    assert status == 403


@pytest.mark.parametrize(
    "lines",
    [
        "GET / HTTP/1.1|Host: evil.example:PORT",
        "GET / HTTP/1.1|Host: 127.0.0.1",
        "GET / HTTP/1.1|Host: 127.0.0.1:1",
        "GET / HTTP/1.1|Host: 127.0.0.1:PORT.evil.example",
        "GET / HTTP/1.1|Host: user@127.0.0.1:PORT",
        "GET / HTTP/1.1|Host: LOCALHOST.:PORT",
        "GET / HTTP/1.1|Host: [::1]:PORT",
        "GET / HTTP/1.1|Host: 127.1:PORT",
        "GET / HTTP/1.1|Host: 127.0.0.1:PORT|Host: evil.example",
        "GET / HTTP/1.1|Host: 127.0.0.1:PORT|Host: 127.0.0.1:PORT",
        "GET / HTTP/1.1|X-Forwarded-Host: 127.0.0.1:PORT",
        "GET / HTTP/1.0",
        "GET http://127.0.0.1:PORT/ HTTP/1.1|Host: 127.0.0.1:PORT",
        "GET http://evil.example/ HTTP/1.1|Host: 127.0.0.1:PORT",
    ],
)
def test_strange_hosts(serving: Serving, lines: str) -> None:
    cookie = serving.browser().cookie
    status, answer = serving.raw(f"{lines}|Cookie: {cookie}".replace("PORT", str(serving.port)))
    assert status in (400, 404, 421) and "stalls" not in answer and "<form" not in answer


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e/app.py",
        "/static/..\\app.py",
        "/static/%5c..%5capp.py",
        "/static/page.css%00.js",
        "/static//page.css",
        "//static/page.css",
        "//evil.example/",
        "/static/./page.css",
        "/static/.hidden",
        "/static/",
        "/static",
        "/%73tatic/page.css",
        "/report/%3Cscript%3E",
        "/report/../api",
        "/page/../../etc/passwd",
        "/enter/",
        "/enter/../",
        "static/page.css",
        "*",
        "/#/",
        "/api/report/" + "a" * 64 + "-0",
        "/api/report/" + "A" * 64 + "-0",
        "/page/" + "a" * 64 + "-0/-1",
        "/page/" + "a" * 64 + "-0/99999999999999999999",
        "/flag/" + "a" * 64 + "-0/0",
    ],
)
def test_path_tricks(serving: Serving, path: str) -> None:
    cookie = serving.browser().cookie
    status, answer = serving.raw(f"GET {path} HTTP/1.1|Host: 127.0.0.1:{serving.port}|Cookie: {cookie}")
    assert status in (400, 404)
    assert "Traceback" not in answer and str(serving.folder) not in answer and "<script>" not in answer


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "CONNECT", "BREW"])
def test_other_methods(serving: Serving, method: str) -> None:
    cookie = serving.browser().cookie
    assert serving.raw(f"{method} / HTTP/1.1|Host: 127.0.0.1:{serving.port}|Cookie: {cookie}")[0] == 405


@pytest.mark.parametrize(
    "lines",
    [
        "Origin: https://evil.example",
        "Origin: null",
        "Origin: http://127.0.0.1:1",
        "Origin: http://localhost:PORT",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
        "Sec-Fetch-Site: same-origin, cross-site",
    ],
)
def test_other_sites(serving: Serving, lines: str) -> None:
    """Also with the cookie, should a browser ever send it along."""
    known = f"Host: 127.0.0.1:{serving.port}|Cookie: {serving.browser().cookie}"
    lines = lines.replace("PORT", str(serving.port))
    assert serving.raw(f"GET /api/report/x HTTP/1.1|{known}|{lines}")[0] == 403
    post = f"POST /api/invite HTTP/1.1|{known}|X-Raingan: 1|Content-Type: application/json|Content-Length: 2"
    assert serving.raw(f"{post}|{lines}", b"{}")[0] == 403
    leaving = f"POST /api/release HTTP/1.1|{known}|Content-Length: 2|{lines}"
    assert serving.raw(leaving, b"{}")[0] == 403
    assert serving.raw(post, b"{}")[0] == 200


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ("Content-Type: application/json|Content-Length: 2", 403),
        ("X-Raingan: 2|Content-Type: application/json|Content-Length: 2", 403),
        ("X-Raingan: 1|Content-Type: text/plain|Content-Length: 2", 415),
        ("X-Raingan: 1|Content-Type: application/x-www-form-urlencoded|Content-Length: 2", 415),
        ("X-Raingan: 1|Content-Length: 2", 415),
        ("X-Raingan: 1|Content-Type: application/json", 411),
        (f"X-Raingan: 1|Content-Type: application/json|Content-Length: {BODY_BYTES + 1}", 413),
        ("X-Raingan: 1|Content-Type: application/json|Content-Length: 99999999999999999999", 413),
        ("X-Raingan: 1|Content-Type: application/json|Content-Length: -1", 400),
        ("Sec-Fetch-Site: none|X-Raingan: 1|Content-Type: application/json|Content-Length: 2", 403),
        ("X-Raingan: 1|Content-Type: application/json; charset=utf-8|Content-Length: 2", 200),
    ],
)
def test_what_changes_something_has_to_come_from_our_page(serving: Serving, lines: str, status: int) -> None:
    known = f"Host: 127.0.0.1:{serving.port}|Cookie: {serving.browser().cookie}"
    body = b"" if "Content-Length: 2" not in lines else b"{}"
    assert serving.raw(f"POST /api/invite HTTP/1.1|{known}|{lines}", body)[0] == status


def test_a_body_that_tells_no_length_and_does_not_end(serving: Serving) -> None:
    known = f"Host: 127.0.0.1:{serving.port}|Cookie: {serving.browser().cookie}"
    piece = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
    head = f"POST /api/check HTTP/1.1|{known}|X-Raingan: 1|Content-Type: application/json|Transfer-Encoding: chunked"
    assert serving.raw(head, piece * 17 + b"0\r\n\r\n")[0] in (413, 0)


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"\xff\xfe", b"[" * 100_000, b'{"kind": {}, "text": 1}'])
def test_bodies_that_are_nothing(serving: Serving, body: bytes) -> None:
    known = f"Host: 127.0.0.1:{serving.port}|Cookie: {serving.browser().cookie}"
    head = f"POST /api/check HTTP/1.1|{known}|X-Raingan: 1|Content-Type: application/json|Content-Length: {len(body)}"
    status, answer = serving.raw(head, body)
    assert status == 400 and '"error":"body"' in answer and "Traceback" not in answer


def test_a_page_that_is_closed_may_let_go_without_the_header(serving: Serving) -> None:
    browser, other = serving.browser(), serving.browser("analyst-b")
    report = browser.next()
    assert other.report(report)["taken_by"] == "reviewer-1"
    body = f'{{"report":"{report}"}}'.encode()
    known = f"Host: 127.0.0.1:{serving.port}|Cookie: {browser.cookie}|Content-Length: {len(body)}"
    assert serving.raw(f"POST /api/release HTTP/1.1|{known}", body)[0] == 403
    assert serving.raw(f"POST /api/release HTTP/1.1|{known}|Origin: {serving.base}", body)[0] == 200
    assert other.report(report)["taken_by"] is None


@pytest.mark.parametrize("path", ["/api/report/x", "/none", "/enter/x", "/"])
def test_every_answer_keeps_the_browser_careful(serving: Serving, path: str) -> None:
    for browser in (serving.browser(), None):
        head = f"GET {path} HTTP/1.1|Host: 127.0.0.1:{serving.port}"
        _, answer = serving.raw(head if browser is None else f"{head}|Cookie: {browser.cookie}")
        headers = dict(line.split(": ", 1) for line in answer.partition("\r\n\r\n")[0].split("\r\n")[1:])
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'") and "unsafe" not in policy and "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff" and headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Server" not in headers or "/" not in headers["Server"]  # no versions


def test_an_invitation_ends_by_itself_and_the_first_address_does_not() -> None:
    now = [0.0]
    sessions = Sessions("reviewer-1", "en", clock=lambda: now[0])
    first, other, third = sessions.invite(float("inf")), sessions.invite(), sessions.invite()
    now[0] = INVITED_SECONDS - 1
    assert sessions.enter(other) is not None and sessions.enter(other) is None
    now[0] = INVITED_SECONDS + 1
    assert sessions.enter(third) is None
    now[0] = 10**9
    secret = sessions.enter(first)
    assert secret is not None and sessions.enter(first) is None
    session = sessions.find(["", "\udcff", secret])
    assert session is not None and session.reviewer == "reviewer-1" and sessions.find([session.id]) is None


def test_invitations_do_not_pile_up_nor_drive_out_the_first() -> None:
    sessions = Sessions("reviewer-1", "en")
    first = sessions.invite(float("inf"))
    others = [sessions.invite() for _ in range(1000)]
    assert sessions.enter(others[0]) is None and sessions.enter(others[-1]) is not None
    assert sessions.enter(first) is not None


def test_the_page_invites_a_second_browser(serving: Serving) -> None:
    told = serving.browser().post("/api/invite").get_json()
    assert told["minutes"] == 10 and told["address"].startswith(f"{serving.base}/enter/")
    path = told["address"].removeprefix(serving.base)
    assert serving.raw(f"GET {path} HTTP/1.1|Host: 127.0.0.1:{serving.port}")[0] == 303


def test_options_have_a_safe_default() -> None:
    options = ServeOptions()
    assert options.port == 0 and options.reviewer is None and options.four_eyes is None


def test_no_request_without_a_session_gets_anything_nor_ends_the_server(serving: Serving) -> None:
    """Pieces of requests in any order, right ones among them."""
    drawn = random.Random(5)
    host = f"Host: 127.0.0.1:{serving.port}"
    lines = (
        "",
        host,
        host,
        "Host: x",
        f"Cookie: raingan-{serving.port}=",
        "Cookie: \xff=\xff;;=",
        "Origin: null",
        "X: \x00",
    )
    lines += (
        "Content-Length: 5",
        "Transfer-Encoding: chunked",
        "Expect: 100-continue",
        " folded",
        "X-Raingan: 1",
        "no-colon",
    )
    paths = (
        "/",
        "/api/decide",
        "/enter/" + "A" * 43,
        "/enter/\xff",
        "/%",
        "/?%ff",
        "\x00",
        "/static/review.css",
        "/ /",
    )
    versions, methods = ("HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "X", ""), ("GET", "POST", "HEAD", "get", "")
    for _ in range(150):
        first = " ".join(drawn.choice(pieces) for pieces in (methods, paths, versions))
        head = "|".join([first, *drawn.choices(lines, k=drawn.randrange(6))])
        body = drawn.choice((b"", b"{}", b"5\r\n{}", drawn.randbytes(20)))
        status, answer = serving.raw(head, body, seconds=0.2)
        assert status not in (200, 500, 303) and "Set-Cookie" not in answer and "Traceback" not in answer, head
    assert serving.browser().get("/").status_code == 200

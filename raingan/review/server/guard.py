"""What may come to the page at all, looked at before any other code sees the request.

The page shows reports to one person on this computer. Others can try to get at it: a site in the same browser (by
requests across sites, or by a name of its own that suddenly means 127.0.0.1), a program on this computer, a crafted
path. So a request passes only with our name and port as its host, no sign of another site, a plain path, and the
cookie of a session; one that changes something says so by a header that no other site may send.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from html import escape
from typing import TYPE_CHECKING, Any

from raingan.model.messages import error_sentence
from raingan.review.server.errors import Refusal
from raingan.review.server.sessions import Session, Sessions

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

SESSION = "raingan.session"
"""Where the application finds the `Session` of a request, in its environment."""

BODY_BYTES = 2**20  # of one POST; a section that fills ten pages, corrected, has 60,000 characters, 180 KB
NEVER_OF_OTHERS = ("X-Raingan", "1")  # another site cannot set it without asking first, and nobody answers that

_ENTER = re.compile(r"/enter/[A-Za-z0-9_-]{1,100}")
_BEACON = "/api/release"  # a page that is closed can send no header of its own
# A path of ours holds nothing that has to be encoded: what is encoded, doubled or climbs is no path of ours.
_TARGET = re.compile(r"(?P<path>(?:/[A-Za-z0-9_.-]*)+)(?:\?[!-~]*)?", re.ASCII)
_CLIMBS = re.compile(r"//|/\.")
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; img-src 'self' data:; style-src 'self'; script-src 'self'; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_STATUS = {
    400: "400 Bad Request",
    403: "403 Forbidden",
    404: "404 Not Found",
    405: "405 Method Not Allowed",
    411: "411 Length Required",
    413: "413 Content Too Large",
    415: "415 Unsupported Media Type",
    421: "421 Misdirected Request",
}

Application = Callable[["WSGIEnvironment", "StartResponse"], Iterable[bytes]]


class Guard:
    """Stand before an application and let only our own page's requests pass."""

    def __init__(self, application: Application, sessions: Sessions, port: int, language: str) -> None:
        self._application = application
        self._sessions = sessions
        self._language = language
        self._cookie = cookie_name(port)
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        if port == 80:  # which browsers leave out
            self._hosts |= {"127.0.0.1", "localhost"}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass a request on, or answer why not; lay the headers that keep a browser careful on every answer."""

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            own = {name.lower() for name, _ in headers}
            more = [(name, value) for name, value in _HEADERS.items() if name.lower() not in own]
            if "cache-control" not in own:
                more.append(("Cache-Control", "no-store"))
            return start_response(status, [*headers, *more], exc_info)

        session = self._sessions.find(_cookies(environ, self._cookie))
        language = self._language if session is None else session.language
        try:
            self._look(environ, session)
        except Refusal as refused:
            return _answer(refused, environ, language, start)
        environ[SESSION] = session
        return self._application(environ, start)

    def _look(self, environ: WSGIEnvironment, session: Session | None) -> None:
        """Raise `Refusal` for what must not pass."""
        host = environ.get("HTTP_HOST", "")
        if host not in self._hosts:  # two of them come as one text with a comma
            raise Refusal(421, "host")
        method = environ["REQUEST_METHOD"]
        if method not in ("GET", "HEAD", "POST"):
            raise Refusal(405, "method")
        path = _path(environ)
        if method == "GET" and _ENTER.fullmatch(path) and _is_led_here(environ):
            return
        own_site = _check_site(environ, method, f"http://{host}")
        if method == "POST":
            _check_post(environ, own_site and path == _BEACON)
        if session is None and not _ENTER.fullmatch(path):
            raise Refusal(403, "session")


def cookie_name(port: int) -> str:
    """Return the name of the cookie; browsers do not keep cookies of two ports apart."""
    return f"raingan-{port}"


def _cookies(environ: WSGIEnvironment, name: str) -> list[str]:
    """Return every value of a cookie; whatever else the header holds is of no interest."""
    parts = (part.strip().partition("=") for part in environ.get("HTTP_COOKIE", "").split(";"))
    return [value for own, _, value in parts if own == name]


def _path(environ: WSGIEnvironment) -> str:
    target = _TARGET.fullmatch(environ.get("REQUEST_URI", ""))
    if target is None or _CLIMBS.search(target["path"]) or target["path"] != environ.get("PATH_INFO"):
        raise Refusal(404, "path")
    return target["path"]


def _is_led_here(environ: WSGIEnvironment) -> bool:
    """Say whether a page led the browser itself here, as our own file does: whoever knows the address may come in."""
    told = (environ.get("HTTP_SEC_FETCH_MODE"), environ.get("HTTP_SEC_FETCH_DEST"), environ.get("HTTP_ORIGIN"))
    return told == ("navigate", "document", None)


def _check_site(environ: WSGIEnvironment, method: str, own: str) -> bool:
    """Say whether the browser tells that our page asks; raise `Refusal` where it tells of another one."""
    origin, site = environ.get("HTTP_ORIGIN"), environ.get("HTTP_SEC_FETCH_SITE")
    if origin is not None and origin != own:
        raise Refusal(403, "site")
    # "none": the user typed the address, or followed it from the terminal.
    if site is not None and site != "same-origin" and (site != "none" or method == "POST"):
        raise Refusal(403, "site")
    return origin is not None or site is not None


def _check_post(environ: WSGIEnvironment, beacon: bool) -> None:
    length = environ.get("CONTENT_LENGTH", "")
    if not (length.isascii() and length.isdecimal()):
        raise Refusal(411, "body")
    if len(length) > 12 or int(length) > BODY_BYTES:
        raise Refusal(413, "body-large")
    if beacon:
        return
    name, value = NEVER_OF_OTHERS
    if environ.get(f"HTTP_{name.upper().replace('-', '_')}") != value:
        raise Refusal(403, "site")
    if environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() != "application/json":
        raise Refusal(415, "body")


def _answer(refused: Refusal, environ: WSGIEnvironment, language: str, start: Any) -> list[bytes]:
    message = error_sentence(refused, language)
    if environ.get("PATH_INFO", "").startswith("/api/"):
        kind, text = "application/json", json.dumps({"error": refused.reason, "message": message})
    else:
        title = f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>Raingan</title>'
        kind, text = "text/html; charset=utf-8", f"{title}<main><p>{escape(message)}</p></main></html>"
    data = text.encode()
    start(_STATUS[refused.status], [("Content-Type", kind), ("Content-Length", str(len(data)))])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [data]

"""The application behind the guard: two pages, their pictures and assets; what the page asks stands in `api`.

Templates get, beside what `queue_context` and the report's screen tell:

    language   "th", "en"
    reviewer   name of who looks
    words      key -> text in that language, of words.toml
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, redirect, render_template, request
from markupsafe import Markup, escape
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from raingan.model.errors import LedgerError, PageError
from raingan.model.messages import error_sentence, talk
from raingan.review.decisions import ReportId
from raingan.review.queue import Entry, Filter
from raingan.review.server.api import (
    STATES,
    add_api,
    answer,
    filter_of,
    report_id,
    report_shape,
    session_now,
    to_json,
)
from raingan.review.server.desk import Desk, QueuePage
from raingan.review.server.errors import Refusal
from raingan.review.server.guard import SESSION, Guard, cookie_name
from raingan.review.server.sessions import Session, Sessions
from raingan.review.server.words import name_of_code, words

log = logging.getLogger("raingan.review")

ENTRIES = 50  # of the queue on one page
WIDTHS = (800, 1200, 1600, 2400)  # pixels of a page's picture; 2400 shows a 300 dpi scan of A4 nearly as it is
_KEPT = "private, max-age=3600, immutable"  # a picture is known by the content it was drawn from
_LONE = re.compile("[\ud800-\udfff]")
_ONWARD = '<!doctype html><meta charset="utf-8"><title>Raingan</title><meta http-equiv="refresh" content="0;url=/">'
_PNG = b"\x89PNG\r\n\x1a\n"


def make_app(desk: Desk, sessions: Sessions, port: int, language: str) -> Flask:
    """Return the application, guarded, for requests to 127.0.0.1 and that port."""
    app = Flask("raingan.review.server", static_folder=None)
    # Nothing of Flask's own is signed or kept: sessions are ours.
    app.jinja_env.autoescape = True
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    _add_pages(app, desk, sessions, port)
    _add_pictures(app, desk)
    add_api(app, desk, sessions, port)
    _add_errors(app, language)
    app.wsgi_app = Guard(app.wsgi_app, sessions, port, language)  # type: ignore[method-assign]
    return app


def _add_pages(app: Flask, desk: Desk, sessions: Sessions, port: int) -> None:
    @app.get("/enter/<token>")
    def enter(token: str) -> AnyResponse:
        home: AnyResponse = redirect("/", 303)
        if request.headers.get("Sec-Fetch-Site") == "cross-site":
            # Led here from our file, the browser would not send the cookie on: our own page has to lead it further.
            home = Response(_ONWARD, mimetype="text/html")
        if request.method == "HEAD" or request.environ.get(SESSION) is not None:
            return home  # whoever is in already leaves the address good for another
        secret = sessions.enter(token)
        if secret is None:
            raise Refusal(403, "token")
        home.set_cookie(cookie_name(port), secret, httponly=True, samesite="Strict", path="/")
        return home

    @app.get("/")
    def queue() -> Response:
        session = session_now()
        wanted = filter_of(_with_its_agency(desk, request.args.to_dict()))
        start = request.args.get("start", "")
        first = int(start) // ENTRIES * ENTRIES if start.isascii() and start.isdecimal() and len(start) < 9 else 0
        page = desk.queue_page(wanted, first, ENTRIES + 1)
        return _html("queue.html", session, queue_context(page, wanted, first, session.language))

    @app.get("/report/<name>")
    def report(name: str) -> Response:
        session = session_now()
        shape = report_shape(desk, report_id(name), session)
        query = _query(filter_of(_with_its_agency(desk, request.args.to_dict())))
        data = Markup(to_json(shape))
        return _html("report.html", session, {"report": _cleaned(shape), "data": data, "query": query})

    @app.get("/static/<path:filename>", endpoint="static")
    def static(filename: str) -> Response:
        asset = _assets().get(filename)
        if asset is None:
            raise Refusal(404, "path")
        response = Response(asset.data, mimetype=asset.media_type)
        response.headers["Cache-Control"] = "private, no-cache"  # asked for again, answered with 304
        response.add_etag()
        response.make_conditional(request)
        return response


def _add_pictures(app: Flask, desk: Desk) -> None:
    @app.get("/page/<name>/<int:number>")
    def page(name: str, number: int) -> Response:
        opened = desk.opened(report_id(name))
        if opened is None:
            raise Refusal(404, "report")
        told = request.args.get("width", "")
        asked = int(told) if told.isascii() and told.isdecimal() and len(told) < 6 else WIDTHS[1]
        width = next((step for step in WIDTHS if step >= asked), WIDTHS[-1])
        image = desk.pages.picture(opened.file, number, width)
        return Response(image.data, mimetype=image.media_type, headers={"Cache-Control": _KEPT})

    @app.get("/flag/<name>/<int:index>")
    def flag(name: str, index: int) -> Response:
        opened = desk.opened(report_id(name))
        if opened is None or index >= len(opened.report.flags):
            raise Refusal(404, "report")
        picture = opened.report.flags[index].picture
        if picture is None or not picture.startswith(_PNG):  # a ledger may come from anybody
            raise Refusal(404, "path")
        return Response(picture, mimetype="image/png")


def _add_errors(app: Flask, language: str) -> None:
    """Answer every error with its code and a sentence; what went wrong inside stands on the terminal."""

    @app.errorhandler(Refusal)
    def refused(error: Refusal) -> Response:
        return _error(error.status, error.reason, error_sentence(error, _language(language)))

    @app.errorhandler(PageError)
    def no_page(error: PageError) -> Response:
        return _error(404, "page", error_sentence(error, _language(language)))

    @app.errorhandler(LedgerError)
    def ledger_fails(error: LedgerError) -> Response:
        log.error(error_sentence(error, language))
        return _error(503, "ledger", talk("server-ledger", _language(language)))

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        status = error.code if error.code in (404, 405) else 400
        return _error(status, "path", talk("server-path", _language(language)))

    @app.errorhandler(Exception)
    def bug(error: Exception) -> Response:
        log.error("a request failed", exc_info=error)
        return _error(500, "bug", talk("server-bug", _language(language)))


def _error(status: int, code: str, message: str) -> Response:
    """Return an error as the asker reads it: a page for people, JSON for the page's script."""
    session = request.environ.get(SESSION)
    if request.path.startswith(("/api/", "/page/", "/flag/")):
        return answer({"error": code, "message": message}, status)
    if isinstance(session, Session):
        return _html("error.html", session, {"message": message}, status)
    # Who is not in gets no assets either.
    title = '<!doctype html><meta charset="utf-8"><title>Raingan</title>'
    return Response(f"{title}<main><p>{escape(message)}</p></main>", status, mimetype="text/html")


def _language(usual: str) -> str:
    session = request.environ.get(SESSION)
    return session.language if isinstance(session, Session) else usual


# --- templates


def queue_context(page: QueuePage, wanted: Filter, first: int, language: str) -> dict[str, Any]:
    """Return what `queue.html` shows; `page` holds one entry more than is shown where another page follows.

    entries: list of {
        "report" (its name in addresses), "address" (of its screen), "number", "file", "agency", "year", "indicator",
        "worst" (severity 1-4, None where nothing is open), "open" (flags left), "flags" (flags raised),
        "codes" ([{"code", "name"}] of what is open), "state" ("open", "stale", "waiting", "settled", "clear"),
        "taken_by" (None or a name)}
    left: `Left`, under agency, year and code of the filter (no dict: `clear` would be its method)
    agencies: list of str; years: list of int (Buddhist era); codes: list of {"code", "name"}; states: list of str
    filter: {"agency", "year", "code", "state"} as it is set, None where it is not
    paging: {"first" (from 1, 0 where nothing is shown), "last", "more" (True where a page follows),
        "previous", "next" (addresses, or None)}
    query: the filter as the query of an address, without "?"; "" for none
    complete: False while a run still reads the archive
    """
    entries, query = page.entries[:ENTRIES], _query(wanted)
    more = len(page.entries) > ENTRIES

    def at(start: int) -> str:
        return "/?" + "&".join(filter(None, (query, f"start={start}")))

    return {
        "entries": [_entry(entry, query, language) for entry in entries],
        "left": page.left,
        "agencies": page.agencies,
        "years": page.years,
        "codes": [_code(code, language) for code in page.codes],
        "states": list(STATES),
        "filter": {"agency": wanted.agency, "year": wanted.year, "code": wanted.code, "state": wanted.state},
        "paging": {
            "first": first + 1 if entries else 0,
            "last": first + len(entries),
            "more": more,
            "previous": at(max(0, first - ENTRIES)) if first else None,
            "next": at(first + ENTRIES) if more else None,
        },
        "query": query,
        "complete": page.complete,
    }


def _entry(entry: Entry, query: str, language: str) -> dict[str, Any]:
    return {
        "report": str(entry.report),
        "address": _address(entry.report, query),
        "number": entry.number,
        "file": entry.file,
        "agency": entry.agency,
        "year": entry.year,
        "indicator": entry.indicator,
        "worst": entry.worst,
        "open": entry.open,
        "flags": entry.flags,
        "codes": [_code(code, language) for code in entry.codes],
        "state": entry.state,
        "taken_by": entry.taken_by,
    }


def _address(report: ReportId, query: str) -> str:
    return f"/report/{report}?{query}" if query else f"/report/{report}"


def _code(code: str, language: str) -> dict[str, str]:
    return {"code": code, "name": name_of_code(code, language)}


def _query(wanted: Filter) -> str:
    told = {"agency": wanted.agency, "year": wanted.year, "code": wanted.code}
    query = {key: _LONE.sub("\ufffd", str(value)) for key, value in told.items() if value is not None}
    if wanted.state != "open":
        query["state"] = wanted.state
    return urlencode(query)


def _with_its_agency(desk: Desk, told: dict[str, str]) -> dict[str, object]:
    """Find an agency whose name is no whole text: browsers get and send it with U+FFFD in place of what is broken."""
    agency = told.get("agency", "")
    if "\ufffd" not in agency:
        return dict(told)
    return {**told, "agency": next((own for own in desk.agencies() if _LONE.sub("\ufffd", own) == agency), agency)}


def _html(template: str, session: Session, context: Mapping[str, Any], status: int = 200) -> Response:
    text = render_template(
        template,
        language=session.language,
        reviewer=_cleaned(session.reviewer),
        words=words(session.language),
        **{key: _cleaned(value) for key, value in context.items()},
    )
    return Response(_whole(text), status, mimetype="text/html")


def _cleaned(value: Any) -> Any:
    """Put U+FFFD in the place of lone surrogates, which no address and no page can hold."""
    if isinstance(value, Markup):
        return value
    if isinstance(value, str):
        return _LONE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {key: _cleaned(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    return value


def _whole(text: str) -> bytes:
    return _LONE.sub("\ufffd", text).encode()


# --- assets


@dataclass(frozen=True, slots=True)
class _Asset:
    data: bytes
    media_type: str


_MEDIA_TYPES = {  # what Windows keeps in its registry may say otherwise
    ".css": "text/css",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".ttf": "font/ttf",
}


@cache
def _assets() -> dict[str, _Asset]:
    """Return every asset of the page by its path; nothing else is served, whatever lies beside them."""
    found: dict[str, _Asset] = {}

    def walk(folder: Traversable, prefix: str) -> None:
        for item in folder.iterdir():
            name = f"{prefix}{item.name}"
            if item.is_dir():
                walk(item, f"{name}/")
            elif media_type := _MEDIA_TYPES.get(f".{item.name.rpartition('.')[2].lower()}"):
                found[name] = _Asset(item.read_bytes(), media_type)

    static = files("raingan.review.server").joinpath("static")
    if static.is_dir():
        walk(static, "")
    return found

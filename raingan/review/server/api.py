"""What the page asks for and tells, as JSON: everything under /api/."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from flask import Flask, Response, request

from raingan.model.errors import PageError
from raingan.model.messages import LANGUAGES, error_sentence, talk
from raingan.review.decisions import Action, FieldKind, ReportId
from raingan.review.pages.shown import Shown
from raingan.review.queue import Filter
from raingan.review.reviewer import NAME_AT_MOST
from raingan.review.server.decide import Gesture
from raingan.review.server.desk import Desk, Opened
from raingan.review.server.errors import Refusal
from raingan.review.server.guard import SESSION
from raingan.review.server.sessions import INVITED_SECONDS, Session, Sessions
from raingan.review.server.shapes import Reader, Shape, field_shape, find
from raingan.review.values import check

STEPS_AT_MOST = 500  # in one POST; a report has some hundred fields
TEXT_AT_MOST = 200_000  # characters of a typed value; the longest sections of real reports have 20,000
NOTE_AT_MOST = 4_000  # characters
PATH_AT_MOST = 200  # characters of a key path or a kind
STATES = ("open", "stale", "waiting", "settled", "clear", "all")

_Answer = TypeVar("_Answer")


def add_api(app: Flask, desk: Desk, sessions: Sessions, port: int) -> None:
    """Answer what the page asks."""

    @app.get("/api/report/<name>")
    def report_data(name: str) -> Response:
        return answer(report_shape(desk, report_id(name), session_now()))

    @app.post("/api/decide")
    def decide() -> Response:
        body, session = body_now(), session_now()
        told = body.get("decisions")
        if not isinstance(told, list) or not 0 < len(told) <= STEPS_AT_MOST:
            raise Refusal(400, "body")
        gestures = [_gesture(item) for item in told]
        opened, numbers = desk.decide(report_id(_text(body, "report", PATH_AT_MOST)), gestures, session)
        paths = dict.fromkeys(gesture.field for gesture in gestures)
        return answer(
            {"fields": _fields(opened, session, None, list(paths)), "left": _left(desk, opened), "numbers": numbers}
        )

    @app.post("/api/check")
    def check_value() -> Response:
        body, session = body_now(), session_now()
        kind = _one_of(FieldKind, _text(body, "kind", PATH_AT_MOST))
        checked = check(kind, _text(body, "text", TEXT_AT_MOST), _choices(body), session.language)
        message = None if checked.error is None else talk(checked.error, session.language, **checked.values)
        return answer({"value": checked.value, "shown": checked.shown, "message": message})

    @app.post("/api/next")
    def next_report() -> Response:
        body = body_now()
        after = _optional(body, "after", PATH_AT_MOST)
        found = desk.next(
            filter_of({key: body.get(key) for key in ("agency", "year", "code", "state")}),
            None if after is None else report_id(after),
            session_now(),
        )
        return answer({"report": None if found is None else str(found)})

    @app.post("/api/take")
    def take() -> Response:
        report = report_id(_text(body_now(), "report", PATH_AT_MOST))
        if desk.opened(report) is None:
            raise Refusal(404, "report")
        return answer({"taken_by": desk.take(report, session_now())})

    @app.post("/api/release")
    def release() -> Response:
        desk.release(report_id(_text(body_now(), "report", PATH_AT_MOST)), session_now())
        return answer({})

    @app.post("/api/settings")
    def settings() -> Response:
        body, session = body_now(), session_now()
        language = _optional(body, "language", PATH_AT_MOST)
        if language is not None and language not in LANGUAGES:
            raise Refusal(400, "body")
        told = _optional(body, "reviewer", PATH_AT_MOST)
        sessions.change(session, None if told is None else reviewer_name(told), language)
        return answer({})

    @app.post("/api/invite")
    def invite() -> Response:
        address = f"http://127.0.0.1:{port}/enter/{sessions.invite()}"
        return answer({"address": address, "minutes": int(INVITED_SECONDS // 60)})


def report_shape(desk: Desk, known: ReportId, session: Session) -> Shape:
    """Return a report with all that its screen shows, and take it for the session where nobody else has it."""
    opened = desk.opened(known)
    if opened is None:
        raise Refusal(404, "report")
    taken_by = desk.take(known, session, opening=True)
    report, values = opened.report, {item.field.path: item.value for item in opened.standings}
    year = values.get("fiscal_year")
    shown, error = Shown(), None
    try:
        shown = desk.pages.show(opened.file, report)
    except PageError as problem:
        error = error_sentence(problem, session.language)
    return {
        "report": str(known),
        "number": opened.number,
        "file": report.file,
        "agency": values.get("agency"),
        "year": int(year) if year else None,
        "indicator": values.get("indicator_name"),
        "language": session.language,
        "taken_by": taken_by,
        "four_eyes": desk.four_eyes,
        "reviewer": session.reviewer,
        "fields": _fields(opened, session, shown),
        "view": _view(known, shown, error),
        "left": _left(desk, opened),
    }


def _fields(opened: Opened, session: Session, shown: Shown | None, paths: Sequence[str] | None = None) -> list[Shape]:
    """Return all fields of a report, or those at `paths` that there are."""
    found = list(opened.standings)
    if paths is not None:
        found = [standing for path in paths if (standing := find(opened.standings, path)) is not None]
    reader = Reader(session.reviewer, session.language, session.id)
    places = None if shown is None else shown.places
    return [field_shape(opened.report, opened.id, standing, reader, places) for standing in found]


def _view(known: ReportId, shown: Shown, error: str | None) -> Shape:
    sheets = [
        {
            "number": sheet.number,
            "width": sheet.width,
            "height": sheet.height,
            "turned": sheet.turned,
            "picture": f"/page/{known}/{sheet.number}",
        }
        for sheet in shown.sheets
    ]
    lines = [{"text": line.text, "fields": list(line.fields)} for line in shown.lines]
    return {"sheets": sheets, "lines": lines, "error": error}


def _left(desk: Desk, opened: Opened) -> Shape:
    left = desk.left()
    return {"reports": left.reports, "flags": left.flags, "here": opened.open}


# --- what comes in


def session_now() -> Session:
    """Return the session of the request; the guard lets nothing pass without one."""
    session = request.environ.get(SESSION)
    if not isinstance(session, Session):
        raise Refusal(403, "session")
    return session


def body_now() -> dict[str, Any]:
    """Return the JSON object of the request."""
    try:
        body = json.loads(request.get_data(cache=False))
    except (ValueError, RecursionError) as error:
        raise Refusal(400, "body") from error
    if not isinstance(body, dict):
        raise Refusal(400, "body")
    return body


def report_id(text: str) -> ReportId:
    """Read the name of a report."""
    try:
        return ReportId.parse(text)
    except ValueError as error:
        raise Refusal(404, "report") from error


def filter_of(told: dict[str, object]) -> Filter:
    """Read what to show of the queue; what makes no sense is left out."""
    year = told.get("year")
    if isinstance(year, str):
        year = int(year) if year.isascii() and year.isdecimal() and len(year) <= 4 else None
    agency, code, state = (told.get(key) for key in ("agency", "code", "state"))
    return Filter(
        agency=agency if isinstance(agency, str) and agency else None,
        year=year if isinstance(year, int) and not isinstance(year, bool) and 0 < year < 10_000 else None,
        code=code if isinstance(code, str) and code else None,
        state=state if isinstance(state, str) and state in STATES else "open",
    )


def reviewer_name(told: str) -> str:
    """Read a reviewer's name; raises `Refusal` for none."""
    name = " ".join("".join(character if character.isprintable() else " " for character in told).split())
    if not name or len(name) > NAME_AT_MOST:
        raise Refusal(400, "reviewer", most=NAME_AT_MOST)
    return name


def _gesture(told: object) -> Gesture:
    if not isinstance(told, dict):
        raise Refusal(400, "body")
    about = told.get("about")
    if about is not None and (isinstance(about, bool) or not isinstance(about, int)):
        raise Refusal(400, "body")
    return Gesture(
        field=_text(told, "field", PATH_AT_MOST),
        action=_one_of(Action, _text(told, "action", PATH_AT_MOST)),
        text=_optional(told, "text", TEXT_AT_MOST) or "",
        note=(_optional(told, "note", NOTE_AT_MOST) or "").strip(),
        about=about,
        machine=_optional(told, "machine", None),
    )


def _text(body: dict[str, Any], key: str, most: int) -> str:
    text = _optional(body, key, most)
    if text is None:
        raise Refusal(400, "body")
    return text


def _optional(body: dict[str, Any], key: str, most: int | None) -> str | None:
    text = body.get(key)
    if text is None:
        return None
    if not isinstance(text, str):
        raise Refusal(400, "body")
    if most is not None and len(text) > most:
        raise Refusal(400, "long", most=most)
    return text


def _choices(body: dict[str, Any]) -> tuple[str, ...]:
    """Read choices, as told to the page ({"value", "name"}) or their values alone."""
    told = body.get("choices") or []
    if not isinstance(told, list):
        raise Refusal(400, "body")
    values = [item.get("value") if isinstance(item, dict) else item for item in told]
    if not all(isinstance(value, str) for value in values):
        raise Refusal(400, "body")
    return tuple(map(str, values))


def _one_of(kinds: Callable[[str], _Answer], text: str) -> _Answer:
    try:
        return kinds(text)
    except ValueError as error:
        raise Refusal(400, "body") from error


# --- what goes out


def to_json(value: object) -> str:
    """Return JSON that is safe inside <script> too; lone surrogates and all else beyond ASCII as escapes."""
    text = json.dumps(value, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def answer(value: object, status: int = 200) -> Response:
    """Answer with JSON."""
    return Response(to_json(value), status, mimetype="application/json")

"""Fields and their standing as the page gets them: plain values for JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from raingan.model.records import Box, Flag
from raingan.model.report_fields import report_fields
from raingan.model.stages import ComparedReport
from raingan.review.decisions import Decision, Field, FieldKind, ReportId, Standing
from raingan.review.names import same_hand
from raingan.review.server.words import reason_of, severity_of, told
from raingan.review.settle import open_flags
from raingan.review.values import check, shown

Shape = dict[str, Any]

_NO_GROUP = "notice"  # of what tells of the report as a whole


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks: everything that is told depends on it."""

    reviewer: str
    language: str
    session: str = ""


def field_shape(
    report: ComparedReport,
    known: ReportId,
    standing: Standing,
    reader: Reader,
    places: Mapping[str, tuple[int, Box]] | None = None,
) -> Shape:
    """Return one field of a report; `places` are those of fields for which the record has none."""
    item, language = standing.field, reader.language
    page, box = item.page, item.box
    if box is None and places and item.path in places:
        page, box = places[item.path]
    return {
        "path": item.path,
        "name": report_fields().full_name(item.path, language),
        "group": _group(item),
        "kind": item.kind.value,
        "choices": [{"value": choice, "name": shown(item.kind, choice, language)} for choice in item.choices],
        "state": standing.state.value,
        "value": standing.value,
        "shown": shown(item.kind, standing.value, language),
        "machine": {"value": item.value, "shown": shown(item.kind, item.value, language)},
        "printed": item.printed,
        "page": page,
        "box": None if box is None else list(box),
        "confidence": item.confidence,
        "flags": _flags(report, known, standing, language),
        "proposal": _proposal(item, language),
        "decision": _decision(item, standing.decision, reader),
        "confirmed": None if standing.confirmed is None else _who(standing.confirmed),
        "notes": [{**_who(note), "number": note.number, "note": note.note} for note in standing.notes],
    }


def _group(item: Field) -> str:
    steps = report_fields().walk(item.path)
    group = steps[0].field.group if steps and item.kind is not FieldKind.NOTICE else None
    return group or _NO_GROUP


def _flags(report: ComparedReport, known: ReportId, standing: Standing, language: str) -> list[Shape]:
    still_open = {id(flag) for flag in standing.open_flags}
    own = {id(flag) for flag in standing.field.flags}
    numbers = {id(flag): index for index, flag in enumerate(report.flags)}
    # What settle tells of a decision that does not count is open, and stands in no report.
    more = [flag for flag in open_flags([standing]) if id(flag) not in still_open and id(flag) not in own]
    return [
        *(_flag(flag, known, numbers.get(id(flag)), id(flag) in still_open, language) for flag in standing.field.flags),
        *(_flag(flag, known, None, True, language) for flag in more),
    ]


def _flag(flag: Flag, known: ReportId, index: int | None, is_open: bool, language: str) -> Shape:
    picture = f"/flag/{known}/{index}" if index is not None and flag.picture is not None else None
    return {
        "code": flag.code,
        "severity": severity_of(flag.code),
        "message": told(flag, language),
        "open": is_open,
        "picture": picture,
        "read": flag.values.get("text") or None,
        "others": flag.values.get("others") or None,
        "reason": reason_of(flag, language),
    }


def _proposal(item: Field, language: str) -> Shape | None:
    """Return what to take instead of the machine's value, where a flag proposes it for the whole of the value.

    A flag is about one figure as printed. Where the value is not that figure alone, it must not take its place.
    """
    for flag in item.flags:
        read, other = flag.values.get("text"), flag.values.get("proposal")
        if not read or not other:
            continue
        if item.kind is FieldKind.TEXT:
            if item.value is None or item.value.count(read) != 1:
                continue
            value: str | None = item.value.replace(read, other)
        else:
            before = check(item.kind, read, item.choices, language).value
            if item.value is not None and before != item.value:
                continue
            value = check(item.kind, other, item.choices, language).value
        if value is not None and value != item.value:
            return {"value": value, "shown": shown(item.kind, value, language)}
    return None


def _decision(item: Field, decision: Decision | None, reader: Reader) -> Shape | None:
    if decision is None:
        return None
    return {
        **_who(decision),
        "number": decision.number,
        "action": decision.action.value,
        "value": decision.value,
        "shown": shown(item.kind, decision.value, reader.language),
        "note": decision.note,
        "mine": same_hand(decision, reader.reviewer, reader.session),
    }


def _who(decision: Decision) -> Shape:
    return {"reviewer": decision.reviewer, "at": decision.at}


def find(standings: Sequence[Standing], path: str) -> Standing | None:
    """Return where one field stands."""
    return next((standing for standing in standings if standing.field.path == path), None)

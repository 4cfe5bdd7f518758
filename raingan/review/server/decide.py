"""What a person did on the page, checked against the report as it stands, made rows of decisions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from raingan.model.records import Flag
from raingan.model.stages import ComparedReport
from raingan.review.decisions import (
    SETTLING,
    Action,
    Decision,
    Field,
    FieldKind,
    FieldState,
    ReportId,
    Standing,
    seen_of,
)
from raingan.review.fields import with_value
from raingan.review.names import same_hand
from raingan.review.server.errors import Refusal
from raingan.review.server.sessions import Session
from raingan.review.server.shapes import find
from raingan.review.settle import reviewed
from raingan.review.values import check


@dataclass(frozen=True, slots=True)
class Gesture:
    """One thing done with one field."""

    field: str  # key path
    action: Action
    text: str = ""  # as typed, for CORRECT
    note: str = ""
    about: int | None = None  # row that an UNDO or a CONFIRM is about
    machine: str | None = None  # the machine's value as the page showed it


def decisions_of(
    report: ComparedReport,
    known: ReportId,
    rows: Sequence[Decision],
    standings: Sequence[Standing],
    gestures: Iterable[Gesture],
    session: Session,
    at: str,
) -> list[Decision]:
    """Return the rows to keep, in the order of the gestures; raises `Refusal` where one of them cannot be.

    `rows` are all rows on the report, `standings` what they make of it.
    """
    made = []
    for gesture in gestures:
        standing = find(standings, gesture.field)
        if standing is None:
            raise Refusal(409, "changed")
        value, codes = _settled(report, standing, gesture, session)
        if gesture.action is Action.UNDO:
            _check_undo(report, rows, standing, gesture)
        elif gesture.action is Action.CONFIRM:
            _check_confirm(standing, gesture, session)
        elif gesture.action is Action.NOTE and not gesture.note:
            raise Refusal(400, "note")
        settles_as_read = gesture.action is Action.CORRECT and value == standing.field.value
        made.append(
            Decision(
                report=known,
                field=gesture.field,
                # Who types what the machine had read agrees with it.
                action=Action.ACCEPT if settles_as_read else gesture.action,
                reviewer=session.reviewer,
                session=session.id,
                at=at,
                machine=standing.field.value,
                value=value,
                note=gesture.note,
                codes=codes,
                seen=seen_of(standing.field) if gesture.action in SETTLING else (),
                about=gesture.about if gesture.action in (Action.UNDO, Action.CONFIRM) else None,
            )
        )
    return made


def _settled(
    report: ComparedReport, standing: Standing, gesture: Gesture, session: Session
) -> tuple[str | None, tuple[str, ...]]:
    """Return the value that counts from now on, and the codes of the flags that it settles."""
    item = standing.field
    if gesture.action in (Action.NOTE, Action.UNDO):
        return None, ()
    if gesture.machine != item.value:
        raise Refusal(409, "changed")
    if gesture.action is Action.CONFIRM:
        decision = standing.decision
        return (None, ()) if decision is None else (decision.value, decision.codes)
    codes = _codes(item.flags)
    if gesture.action is Action.ACCEPT:
        return item.value, codes
    if item.kind is FieldKind.NOTICE:
        raise Refusal(400, "no-value")
    if gesture.action is Action.UNREADABLE:
        return _fitting(report, item, None), codes
    return _fitting(report, item, _typed(item, gesture.text, session.language)), codes


def _typed(item: Field, text: str, language: str) -> str | None:
    checked = check(item.kind, text, item.choices, language)
    if checked.error is not None:
        raise Refusal(400, "value", checked.error, **checked.values)
    return checked.value


def _fitting(report: ComparedReport, item: Field, value: str | None) -> str | None:
    """Return the value; raises `Refusal` where the report has no room for it."""
    try:
        with_value(report, item.path, value)
    except ValueError as error:
        raise Refusal(400, "value", "server-value-unfit") from error
    return value


def _check_undo(report: ComparedReport, rows: Sequence[Decision], standing: Standing, gesture: Gesture) -> None:
    """What does not count any more was undone or replaced by somebody else meanwhile."""
    living = {row.number for row in (standing.decision, standing.confirmed, *standing.notes) if row is not None}
    undone = {trace.number for trace in reviewed(report, rows).trail if trace.action == "undo" and trace.counts}
    known = {row.number for row in rows if row.field == gesture.field}
    if gesture.about not in known & (living | undone):
        raise Refusal(409, "changed")


def _check_confirm(standing: Standing, gesture: Gesture, session: Session) -> None:
    decision = standing.decision
    gone = decision is None or decision.number != gesture.about or standing.confirmed is not None
    if decision is None or gone or standing.state is FieldState.STALE:
        raise Refusal(409, "changed")
    if same_hand(decision, session.reviewer, session.id):
        raise Refusal(400, "own-decision")


def _codes(flags: Iterable[Flag]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(flag.code for flag in flags))

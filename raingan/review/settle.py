"""Decisions laid over a report: which count, which are stale, what is still open.

The machine's reading and the rows of decisions stay as they are; everything here is worked out anew from the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from raingan.model.records import Flag, Report, Review, ReviewState, Trace
from raingan.model.stages import ComparedReport, ReviewedReport, promoted
from raingan.review.decisions import (
    SETTLING,
    Action,
    Decision,
    Field,
    FieldKind,
    FieldState,
    Standing,
    flag_mark,
    mark_of,
)
from raingan.review.fields import fields_of, with_value
from raingan.review.names import same_hand

STALE, WAITING = "review-stale", "review-waiting"
"""Codes of the flags that tell of a decision which does not count."""

_TOLD_LENGTH = 80  # characters of a value in a sentence
_STATES = {FieldState.STALE: ReviewState.STALE, FieldState.WAITING: ReviewState.WAITING}


def standings(report: Report, decisions: Sequence[Decision], four_eyes: bool = False) -> tuple[Standing, ...]:
    """Return every field of a report and where its review stands; `decisions` are all rows on it, oldest first.

    A decision on a field that the report does not have any more comes last, stale.
    """
    kept = _kept(decisions)
    found = [_standing(report, item, kept.pop(item.path, None), four_eyes) for item in fields_of(report)]
    lost = [(Field(path, FieldKind.NOTICE, None), own) for path, own in kept.items()]
    return (*found, *(_standing(report, item, own, four_eyes) for item, own in lost))


def reviewed(report: ComparedReport, decisions: Sequence[Decision], four_eyes: bool = False) -> ReviewedReport:
    """Return the report with the values that count, the flags still open, its reviews and its trail.

    `decisions` are all rows on it, oldest first. A decision that does not count leaves the machine's value and flags,
    and is told by a flag of its own.
    """
    if not decisions:
        return promoted(ReviewedReport, report)
    found = standings(report, decisions, four_eyes)
    still_open = {id(flag) for standing in found for flag in standing.open_flags}
    told = [flag for flag in report.flags if id(flag) in still_open]
    for standing in found:
        decision = standing.decision
        if standing.counts and decision is not None and decision.value != standing.field.value:
            report = with_value(report, standing.field.path, decision.value)
        told += _told(standing)
    return promoted(
        ReviewedReport,
        report,
        flags=tuple(told),
        reviews=tuple(_review(standing, standing.decision) for standing in found if standing.decision is not None),
        trail=_trail(decisions, found),
    )


def open_flags(found: Sequence[Standing]) -> list[Flag]:
    """Return what is left to look at in a report, those that tell of stale and waiting decisions too."""
    return [flag for standing in found for flag in (*standing.open_flags, *_told(standing))]


@dataclass(slots=True)
class _Kept:
    """What is left of the rows on one field when undone ones are gone."""

    decision: Decision | None = None
    confirmed: Decision | None = None
    notes: list[Decision] = field(default_factory=list)


def _kept(decisions: Sequence[Decision]) -> dict[str, _Kept]:
    undone = _undone(decisions)
    kept: dict[str, _Kept] = {}
    for decision in decisions:
        if decision.number in undone or decision.action is Action.UNDO:
            continue
        own = kept.setdefault(decision.field, _Kept())
        if decision.action is Action.NOTE:
            own.notes.append(decision)
        elif decision.action is Action.CONFIRM:
            if own.decision is not None and own.decision.number == decision.about and _is_another(own, decision):
                own.confirmed = decision
        elif own.decision is not None and _agrees(own.decision, decision) and _is_another(own, decision):
            own.confirmed = decision  # a second person came to the same by themselves
        else:
            own.decision, own.confirmed = decision, None
    return {path: own for path, own in kept.items() if own.decision is not None or own.notes}


def _undone(decisions: Sequence[Decision]) -> set[int]:
    """Return the numbers of rows that were taken back; an undo can be taken back too."""
    undone: set[int] = set()
    for decision in reversed(decisions):
        if decision.action is Action.UNDO and decision.about is not None and decision.number not in undone:
            undone.add(decision.about)
    return undone


def _is_another(own: _Kept, decision: Decision) -> bool:
    return own.decision is not None and not same_hand(own.decision, decision.reviewer, decision.session)


def _agrees(first: Decision, second: Decision) -> bool:
    same = (first.action, first.value, first.machine) == (second.action, second.value, second.machine)
    return same and set(second.codes) <= set(first.codes) and set(second.seen) <= set(first.seen)


def _standing(report: Report, item: Field, own: _Kept | None, four_eyes: bool) -> Standing:
    if own is None or own.decision is None:
        notes = () if own is None else tuple(own.notes)
        return Standing(item, FieldState.OPEN if item.flags else FieldState.CLEAR, notes=notes, open_flags=item.flags)
    decision = own.decision
    uncovered = tuple(flag for flag in item.flags if not _covers(decision, flag))
    if not _fits(report, item, decision):
        state, uncovered = FieldState.STALE, item.flags
    elif four_eyes and own.confirmed is None:
        state, uncovered = FieldState.WAITING, item.flags
    else:
        state = FieldState.OPEN if uncovered else FieldState.SETTLED
    return Standing(item, state, decision, own.confirmed, tuple(own.notes), uncovered)


def _covers(decision: Decision, flag: Flag) -> bool:
    """Say whether a decision was made in sight of a flag that said the same."""
    return flag_mark(flag) in decision.seen[1:] if decision.seen else flag.code in decision.codes


def _fits(report: Report, item: Field, decision: Decision) -> bool:
    """Say whether a decision is about what the machine reads now: it read the same then, or has come to agree."""
    if decision.action is Action.CORRECT and decision.value == item.value:
        return True  # it has come to agree
    if decision.seen and decision.seen[0] != mark_of(item.printed, item.section):
        return False  # another wording: an item of a list may be another item
    if decision.machine != item.value:
        return False
    if decision.value == item.value:
        return True
    try:  # rows may come from anybody
        with_value(report, item.path, decision.value)
    except ValueError:
        return False
    return True


def _told(standing: Standing) -> list[Flag]:
    decision, code = standing.decision, {FieldState.STALE: STALE, FieldState.WAITING: WAITING}.get(standing.state)
    if code is None or decision is None:
        return []
    if code == WAITING and standing.open_flags:  # the machine's own flags hold the field open
        return []
    values = {"reviewer": decision.reviewer, "value": _short(decision.value), "machine": _short(decision.machine)}
    return [Flag(code, standing.field.path, values)]


def _short(value: str | None) -> str:
    text = " ".join((value or "-").split())
    return text if len(text) <= _TOLD_LENGTH else f"{text[: _TOLD_LENGTH - 1]}…"


def _review(standing: Standing, decision: Decision) -> Review:
    confirmed = standing.confirmed
    return Review(
        field=standing.field.path,
        action=decision.action.value,
        machine=decision.machine,
        value=decision.value,
        reviewer=decision.reviewer,
        at=decision.at,
        note=decision.note,
        codes=decision.codes,
        state=_STATES.get(standing.state, ReviewState.SETTLED),
        confirmed_by=None if confirmed is None else confirmed.reviewer,
        confirmed_at=None if confirmed is None else confirmed.at,
    )


def _trail(decisions: Sequence[Decision], found: Sequence[Standing]) -> tuple[Trace, ...]:
    counting = {
        row.number
        for standing in found
        for row in (standing.decision, standing.confirmed, *standing.notes)
        if row is not None and (standing.counts or row.action not in SETTLING)
    }
    undone = _undone(decisions)
    return tuple(
        Trace(
            number=row.number,
            field=row.field,
            action=row.action.value,
            machine=row.machine,
            value=row.value,
            reviewer=row.reviewer,
            at=row.at,
            note=row.note,
            codes=row.codes,
            source=row.source,
            about=row.about,
            counts=row.number in counting or (row.action is Action.UNDO and row.number not in undone),
        )
        for row in decisions
    )

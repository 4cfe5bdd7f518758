"""Corrections that were typed into a workbook, made decisions: only known rows, and nothing against what is decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from raingan.ledger import View
from raingan.model.errors import LedgerError, Refused
from raingan.model.messages import LANGUAGES
from raingan.model.stages import ComparedReport, ReviewedReport
from raingan.review.decisions import Action, Decision, Field, FieldKind, FieldState, ReportId, Standing, seen_of
from raingan.review.fields import with_value
from raingan.review.names import same_hand
from raingan.review.reviewer import login_name, tidied
from raingan.review.settle import reviewed, standings
from raingan.review.store import Decisions, decisions_beside
from raingan.review.values import check, clean
from raingan.review.workbook import TypedRow, typed_rows, typed_text

_NOTE_LENGTH = 4_000
_SOME = 100  # characters; the workbook showed none


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that was not taken; `code` of a sentence ("apply-...", "value-...")."""

    sheet: str
    row: int
    code: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a workbook."""

    applied: int  # decisions taken
    known: int  # rows that say what is decided already
    problems: tuple[Problem, ...] = ()


def apply(workbook: Path, ledger: Path, reviewer: str | None = None, language: str = "th") -> Applied:
    """Take what people typed into a workbook's sheet of flags into the decisions of a ledger.

    `reviewer` counts where a row names none; None: who is logged in. The good rows are taken in one step, the others
    told. Raises `Refused` for a file that is no such workbook, `raingan.ledger.LedgerError` for the ledger.
    """
    rows = typed_rows(workbook)
    with View.look(ledger) as view:
        if view.results() is None:
            raise LedgerError("ledger-unfinished", path=ledger)
        with Decisions.open(decisions_beside(ledger)) as decisions:
            taking = _Taking(view, decisions, tidied(reviewer or "") or login_name(), language)
            for row in rows:
                taking.take(row)
            return taking.finish()


# Told of a row whose field people have decided since, or whose decision was taken back: nothing is lost with it.
_SETTLED = frozenset(("apply-decided", "apply-undone"))


def count_untaken(workbook: Path, ledger: Path | None) -> int:
    """Return in how many rows of a workbook something is typed that no decision beside a ledger holds.

    A file in which nothing can be typed for us has none. Raises `raingan.ledger.LedgerError` for the decisions.
    """
    try:
        rows = typed_rows(workbook)
    except Refused:
        return 0
    if not rows or ledger is None:
        return len(rows)
    beside = decisions_beside(ledger)
    with Decisions.look(beside) or Decisions.open(beside) as decisions:  # nothing is made before one is added
        with suppress(LedgerError), View.look(ledger) as view:
            if view.results() is not None:
                taking = _Taking(view, decisions, login_name(), LANGUAGES[0])
                for row in rows:
                    taking.take(row)
                return taking.untaken()
        # Where no reading can be looked at, a field that somebody has decided counts as taken.
        return sum(not _was_decided(row, decisions) for row in rows)


def _was_decided(row: TypedRow, decisions: Decisions) -> bool:
    with suppress(ValueError):
        return any(one.field == row.path for one in decisions.of(ReportId.parse(row.report)))
    return False


@dataclass(frozen=True, slots=True)
class _Stands:
    """A report that rows are about, as it stands now."""

    id: ReportId
    report: ComparedReport  # as the machine read it
    reviewed: ReviewedReport
    rows: Sequence[Decision]
    standings: Sequence[Standing]


class _Taking:
    def __init__(self, view: View, decisions: Decisions, reviewer: str, language: str) -> None:
        self._view, self._decisions, self._language = view, decisions, language
        self._reviewer = reviewer
        self._at = datetime.now().astimezone().isoformat(timespec="seconds")
        self._reports: dict[str, _Stands] = {}
        self._found: dict[tuple[ReportId, str], tuple[TypedRow, Decision]] = {}
        self._notes: list[Decision] = []
        self._clashing: set[tuple[ReportId, str]] = set()
        self._known = 0
        self._problems: list[Problem] = []

    def take(self, row: TypedRow) -> None:
        """Take one row, or remember why not."""
        try:
            self._take(row)
        except Refused as reason:
            self._problems.append(Problem(row.sheet, row.row, reason.code, reason.values))

    def finish(self) -> Applied:
        """Keep the decisions, all together."""
        made = [decision for key, (_, decision) in self._found.items() if key not in self._clashing]
        made += self._notes
        if made:
            self._decisions.add(*made)
        problems = sorted(self._problems, key=lambda problem: (problem.sheet, problem.row))
        return Applied(len(made), self._known, tuple(problems))

    def untaken(self) -> int:
        """Return how many rows would become decisions, or were not understood."""
        refused = sum(problem.code not in _SETTLED for problem in self._problems)
        return len(self._found) + len(self._notes) + refused

    def _take(self, row: TypedRow) -> None:
        if row.is_formula:
            raise Refused("apply-formula")
        stands = self._report(row)
        standing = _standing(stands, row)
        decision = self._decision(row, stands, standing)
        if decision.action is Action.NOTE:
            self._known += not self._took_note(decision, stands)
            return
        if _is_known(decision, standing):
            self._known += 1
            if decision.note and standing.decision is not None and decision.note != standing.decision.note:
                self._took_note(_as_note(decision), stands)
            return
        key = (stands.id, standing.field.path)
        first_row, first = self._found.setdefault(key, (row, decision))
        if (first.action, first.value) != (decision.action, decision.value):
            self._clashing.add(key)
            told = {"other": str(row.row)}
            self._problems.append(Problem(first_row.sheet, first_row.row, "apply-two-values", told))
            raise Refused("apply-two-values", other=first_row.row)
        if decision.note and decision.note != first.note:  # two flags on one field: one decision, and both notes
            self._took_note(_as_note(decision), stands)

    def _took_note(self, note: Decision, stands: _Stands) -> bool:
        """Take a note that was not left yet."""
        is_known = any(_says_the_same(note, other) for other in (*stands.rows, *self._notes))
        if not is_known:
            self._notes.append(note)
        return not is_known

    def _report(self, row: TypedRow) -> _Stands:
        known = self._reports.get(row.report)
        if known is not None:
            return known
        try:
            report = ReportId.parse(row.report)
        except ValueError as error:
            raise Refused("apply-no-report") from error
        found = self._view.report(report.content, report.place)
        if found is None:
            raise Refused("apply-unknown-report")
        rows, four_eyes = self._decisions.of(report), self._decisions.four_eyes
        laid = reviewed(found.report, rows, four_eyes)
        stands = _Stands(report, found.report, laid, rows, standings(found.report, rows, four_eyes))
        return self._reports.setdefault(row.report, stands)

    def _decision(self, row: TypedRow, stands: _Stands, standing: Standing) -> Decision:
        """Return the decision that a row asks for; raises `Refused` where it cannot be taken."""
        item = standing.field
        action, value = self._typed(row, stands.report, item)
        made = Decision(
            report=stands.id,
            field=item.path,
            action=action,
            reviewer=tidied(row.reviewer) or self._reviewer,
            at=self._at,
            machine=item.value,
            value=value,
            note=clean(row.note)[:_NOTE_LENGTH],
            codes=tuple(dict.fromkeys(flag.code for flag in item.flags)),
            seen=seen_of(item),
            source="workbook",
        )
        if action is Action.NOTE:
            return _as_note(made)
        told = standing.decision
        if row.code not in made.codes and told is None:
            raise Refused("apply-no-longer", code=row.code)
        if told is not None and standing.state is not FieldState.STALE:
            came_later = standing.state is FieldState.OPEN and row.code not in told.codes
            if came_later and _is_as_shown(row, stands.reviewed):  # "right" is what was decided
                is_right = _action(row.decision) is Action.ACCEPT
                return replace(made, action=told.action, value=told.value) if is_right else made
            if told.value != value:
                raise Refused("apply-decided", reviewer=told.reviewer, value=told.value or "-")
            if _is_known(made, standing):
                return made
        if any(_says_the_same(made, other) for other in stands.rows):
            raise Refused("apply-undone")
        if not _is_as_shown(row, stands.report):
            raise Refused("apply-changed", shown=row.shown or "-", now=item.value or "-")
        return made

    def _typed(self, row: TypedRow, report: ComparedReport, item: Field) -> tuple[Action, str | None]:
        """Return what a row says: an action, and the value that counts from then on."""
        text = typed_text(row, item.kind)
        action = _action(row.decision)
        if row.decision and action is None:
            raise Refused("apply-decision", text=row.decision)
        if action is None:
            action = Action.CORRECT if text else Action.NOTE
        if action is Action.CORRECT and not text:
            raise Refused("apply-no-value")
        if action in (Action.ACCEPT, Action.UNREADABLE) and text:
            raise Refused("apply-value-too", text=text)
        if action is Action.NOTE and not row.note:
            raise Refused("apply-nothing")
        if action in (Action.ACCEPT, Action.NOTE):
            return action, item.value
        if item.kind is FieldKind.NOTICE:
            raise Refused("value-notice")
        value = None
        if action is Action.CORRECT:
            checked = check(item.kind, text, item.choices, self._language)
            if checked.error is not None:
                raise Refused(checked.error, **checked.values)
            value = checked.value
        try:
            with_value(report, item.path, value)
        except ValueError as error:
            raise Refused("apply-unfit") from error
        return (Action.ACCEPT if action is Action.CORRECT and value == item.value else action), value


def _standing(stands: _Stands, row: TypedRow) -> Standing:
    """Find the field that a row is about: its path is that of a flag, which may lie above or below the field's."""
    for standing in stands.standings:
        item = standing.field
        if item.kind is FieldKind.NOTICE and not item.flags:
            continue  # a decision on what the report does not have any more
        if item.path == row.path or any(flag.field == row.path for flag in item.flags):
            return standing
    raise Refused("apply-unknown-field", path=row.path)


def _is_known(made: Decision, standing: Standing) -> bool:
    """Say whether a decision says what is decided already; a second person confirms it, where that is asked."""
    told = standing.decision
    if told is None or standing.state not in (FieldState.SETTLED, FieldState.WAITING) or told.value != made.value:
        return False
    return standing.state is FieldState.SETTLED or same_hand(told, made.reviewer, made.session)


def _says_the_same(made: Decision, other: Decision) -> bool:
    return replace(other, number=0, at=made.at) == made


def _as_note(made: Decision) -> Decision:
    return replace(made, action=Action.NOTE, value=None, machine=None, codes=(), seen=())


def _is_as_shown(row: TypedRow, report: ComparedReport) -> bool:
    """Say whether the value, or of prose the wording, is still what the workbook showed beside the flag."""
    from export.flagging import printed_text, value_text
    from export.layout import Words

    values = {value_text(report, row.path, Words(language)) for language in LANGUAGES}
    if values != {None}:
        return _bare(row.shown) in {_bare(value) for value in values}
    printed = printed_text(report, row.path, len(row.printed) or _SOME)
    return not row.shown and _bare(row.printed) == _bare(printed)


def _bare(text: str | None) -> str:
    """Return what no program changes when it saves a workbook."""
    from export.text import clean as fit_for_cell

    return "".join(
        character for character in fit_for_cell(text or "") if character.isprintable() and not character.isspace()
    )


def _action(text: str) -> Action | None:
    """Return the decision that a word means, in either language."""
    from export.layout import Words

    for action in (Action.ACCEPT, Action.CORRECT, Action.UNREADABLE):
        names = {Words(language).of("review_action", action.value).casefold() for language in LANGUAGES}
        if text.casefold() in names | {action.value}:
            return action
    return None

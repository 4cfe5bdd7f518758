"""Corrections that were typed into a workbook, made decisions: only known rows, and nothing against what is decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from raingan.ledger import LedgerError, View
from raingan.messages import LANGUAGES
from raingan.records import Report
from raingan.review.fields import with_value
from raingan.review.parts import Action, Decision, Field, FieldKind, ReportId, Standing
from raingan.review.settle import standings
from raingan.review.store import Decisions, decisions_beside
from raingan.review.values import check
from raingan.review.workbook import TypedRow, typed_rows, typed_text

_NAME_LENGTH = 100  # characters of a reviewer's name
_NOTE_LENGTH = 4_000


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that was not taken; `key` of the command line's sentences ("apply-...", "value-...")."""

    sheet: str
    row: int
    key: str
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
    rows = list(typed_rows(workbook))
    with View.look(ledger) as view:
        if view.results() is None:
            raise LedgerError("ledger-unfinished", path=ledger)
        with Decisions.open(decisions_beside(ledger)) as decisions:
            taking = _Taking(view, decisions, reviewer or _login_name(), language)
            for row in rows:
                taking.take(row)
            return taking.finish()


@dataclass(frozen=True, slots=True)
class _Stands:
    """A report that rows are about, as it stands now."""

    id: ReportId
    report: Report
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
        except _Not as reason:
            self._problems.append(Problem(row.sheet, row.row, reason.key, reason.values))

    def finish(self) -> Applied:
        """Keep the decisions, all together."""
        made = [decision for key, (_, decision) in self._found.items() if key not in self._clashing]
        made += self._notes
        if made:
            self._decisions.add(*made)
        problems = sorted(self._problems, key=lambda problem: (problem.sheet, problem.row))
        return Applied(len(made), self._known, tuple(problems))

    def _take(self, row: TypedRow) -> None:
        if row.is_formula:
            raise _Not("apply-formula")
        stands = self._report(row)
        standing = _standing(stands, row)
        decision = self._decision(row, stands, standing)
        if decision is None:
            return
        key = (stands.id, standing.field.path)
        if decision.action is Action.NOTE:
            self._notes.append(decision)
            return
        earlier = self._found.get(key)
        if earlier is None:
            self._found[key] = (row, decision)
        elif (earlier[1].action, earlier[1].value) != (decision.action, decision.value):
            self._clashing.add(key)
            other = {"other": str(earlier[0].row)}
            self._problems.append(
                Problem(earlier[0].sheet, earlier[0].row, "apply-two-values", {"other": str(row.row)})
            )
            raise _Not("apply-two-values", **other)
        # Two flags on one field, and the same said of both: one decision.

    def _report(self, row: TypedRow) -> _Stands:
        known = self._reports.get(row.report)
        if known is not None:
            return known
        try:
            report = ReportId.parse(row.report)
        except ValueError as error:
            raise _Not("apply-no-report") from error
        found = self._view.report(report.content, report.place)
        if found is None:
            raise _Not("apply-unknown-report")
        rows = self._decisions.of(report)
        stands = _Stands(report, found.report, standings(found.report, rows, self._decisions.four_eyes))
        return self._reports.setdefault(row.report, stands)

    def _decision(self, row: TypedRow, stands: _Stands, standing: Standing) -> Decision | None:
        """Return the decision that a row asks for; None where it is known already."""
        item = standing.field
        action, value = self._typed(row, stands.report, item)
        made = Decision(
            report=stands.id,
            field=item.path,
            action=action,
            reviewer=(row.reviewer or self._reviewer)[:_NAME_LENGTH],
            at=self._at,
            machine=item.value,
            value=value,
            note=row.note[:_NOTE_LENGTH],
            codes=tuple(dict.fromkeys(flag.code for flag in item.flags)),
            source="workbook",
        )
        if action is Action.NOTE:
            said = (made.reviewer, made.note)
            if said in {(note.reviewer, note.note) for note in standing.notes}:
                self._known += 1
                return None
            return replace(made, value=None, machine=None, codes=())
        if row.code not in made.codes and standing.decision is None:
            raise _Not("apply-no-longer", code=row.code)
        if standing.decision is not None and standing.counts and not standing.open_flags:
            if standing.decision.value == value:
                self._known += 1
                return None
            raise _Not("apply-decided", reviewer=standing.decision.reviewer, value=standing.decision.value or "-")
        if not _is_as_shown(row, stands.report):
            raise _Not("apply-changed", shown=row.shown or "-", now=item.value or "-")
        return made

    def _typed(self, row: TypedRow, report: Report, item: Field) -> tuple[Action, str | None]:
        """Return what a row says: an action, and the value that counts from then on."""
        text = typed_text(row.value)
        action = _action(row.decision)
        if row.decision and action is None:
            raise _Not("apply-decision", text=row.decision)
        if action is None:
            action = Action.CORRECT if text else Action.NOTE
        if action is Action.CORRECT and not text:
            raise _Not("apply-no-value")
        if action is not Action.CORRECT and text and action is not Action.NOTE:
            raise _Not("apply-value-too", text=text)
        if action is Action.NOTE and not row.note:
            raise _Not("apply-nothing")
        if action in (Action.ACCEPT, Action.NOTE):
            return action, item.value
        if item.kind is FieldKind.NOTICE:
            raise _Not("value-notice")
        value = None
        if action is Action.CORRECT:
            checked = check(item.kind, text, item.choices, self._language)
            if checked.error is not None:
                raise _Not(checked.error, **checked.values)
            value = checked.value
        try:
            with_value(report, item.path, value)
        except ValueError as error:
            raise _Not("apply-unfit") from error
        return (Action.ACCEPT if action is Action.CORRECT and value == item.value else action), value


def _standing(stands: _Stands, row: TypedRow) -> Standing:
    """Find the field that a row is about: its path is that of a flag, which may lie above or below the field's."""
    for standing in stands.standings:
        if standing.field.path == row.path or any(flag.field == row.path for flag in standing.field.flags):
            return standing
    raise _Not("apply-unknown-field", path=row.path)


def _is_as_shown(row: TypedRow, report: Report) -> bool:
    """Say whether the machine's value is still what the workbook showed beside the flag."""
    from export.flagging import value_text
    from export.layout import Words

    return row.shown in {(value_text(report, row.path, Words(language)) or "").strip() for language in LANGUAGES}


class _Not(Exception):
    """A row is not taken."""

    def __init__(self, key: str, **values: str) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


def _action(text: str) -> Action | None:
    """Return the decision that a word means, in either language."""
    from export.layout import Words

    for action in (Action.ACCEPT, Action.CORRECT, Action.UNREADABLE):
        names = {Words(language).of("review_action", action.value).casefold() for language in LANGUAGES}
        if text.casefold() in names | {action.value}:
            return action
    return None


def _login_name() -> str:
    import getpass

    try:
        return getpass.getuser()[:_NAME_LENGTH]
    except (OSError, KeyError, ImportError):  # a user without a name, as in containers
        return "reviewer"

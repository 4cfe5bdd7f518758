"""Everything that one page for auditors tells, gathered before a word of it is written."""

from __future__ import annotations

from dataclasses import dataclass

from raingan.ledger import View
from raingan.model.records import Flag
from raingan.model.stages import ComparedReport, ReviewedReport
from raingan.review.decisions import FieldState, ReportId, Standing
from raingan.review.pages.shown import FileRef
from raingan.review.settle import open_flags, reviewed, standings
from raingan.review.store import Decisions


@dataclass(frozen=True, slots=True)
class Settled:
    """One report as people left it."""

    id: ReportId
    number: int | None  # in the workbook, from 1
    machine: ComparedReport  # as it was read
    report: ReviewedReport  # with the values that count, and its trail
    rows: tuple[Row, ...]
    file: FileRef
    four_eyes: bool

    @property
    def open(self) -> int:
        """How many flags are left in it."""
        return sum(len(row.open_flags) for row in self.rows)


@dataclass(frozen=True, slots=True)
class Row:
    """One field of the page."""

    number: int  # from 1, as it stands beside its box
    standing: Standing
    open_flags: tuple[Flag, ...]  # those of settle too, about a decision that does not count

    @property
    def flags(self) -> tuple[Flag, ...]:
        """All flags, settled ones too."""
        known = {id(flag) for flag in self.standing.field.flags}
        return (*self.standing.field.flags, *(flag for flag in self.open_flags if id(flag) not in known))

    @property
    def look(self) -> str:
        """How its box looks: "open", "decided" or "clear"."""
        if self.open_flags or self.standing.state is FieldState.OPEN:
            return "open"
        return "clear" if self.standing.decision is None else "decided"


def settled(ledger: View, decisions: Decisions | None, known: ReportId) -> Settled | None:
    """Return a report as people left it; None where the ledger does not list it."""
    found = ledger.report(known.content, known.place)
    if found is None:
        return None
    decided = () if decisions is None else decisions.of(known)
    four_eyes = decisions is not None and decisions.four_eyes
    machine = found.report
    rows = tuple(
        Row(number, standing, tuple(open_flags([standing])))
        for number, standing in enumerate(standings(machine, decided, four_eyes), 1)
    )
    report = reviewed(machine, decided, four_eyes)
    file = FileRef(machine.file, found.path, machine.sha256)
    return Settled(known, found.number, machine, report, rows, file, four_eyes)

"""Decisions on their way into the outputs: reports and files as people left them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from raingan.ledger import View
from raingan.ledger.view import Seen
from raingan.model.codec import unpack
from raingan.model.records import FileResult, State
from raingan.model.stages import ComparedReport, ReviewedReport
from raingan.review.decisions import ReportId
from raingan.review.settle import open_flags, reviewed, standings
from raingan.review.store import Decisions, decisions_beside


class Decided:
    """What people decided about the reports of a ledger."""

    def __init__(self, view: View, decisions: Decisions) -> None:
        self._view = view
        self._decisions = decisions
        self._four_eyes = decisions.four_eyes
        self._has_dossiers = decisions.has_dossiers()
        self._contents = frozenset(known.content for known in decisions.reports())

    def report(self, report: ComparedReport) -> ReviewedReport:
        """Return a report with what was decided about it, and its page for auditors."""
        known = ReportId(report.sha256, report.report_index)
        left = reviewed(report, self._decisions.of(known), self._four_eyes)
        if self._has_dossiers and (path := self._decisions.dossier(known)) is not None:
            left = dataclasses.replace(left, dossier=path)
        return left

    def file(self, result: FileResult) -> FileResult:
        """Return a file with its state: done where everything flagged in it is settled."""
        if result.sha256 is None or not result.reports or result.state not in (State.DONE, State.REVIEW):
            return result
        if result.sha256 not in self._contents:
            return result
        decided = self._decisions.places_of(result.sha256)
        state = State.REVIEW if self._is_open(result, decided) else State.DONE
        return dataclasses.replace(result, state=state)

    def state(self, seen: Seen) -> State | None:
        """Return the state that `file` gives an input, unpacking only what somebody decided about."""
        if seen.packed is None or seen.state is None or seen.content not in self._contents:
            return seen.state
        try:
            result = unpack(FileResult, seen.packed)
        except ValueError:  # of another version
            return seen.state
        return self.file(dataclasses.replace(result, sha256=seen.content, state=seen.state)).state

    def fingerprint(self) -> str:
        """Return a text that changes when anything changes that the outputs tell."""
        return self._decisions.fingerprint()

    def _is_open(self, result: FileResult, decided: frozenset[int]) -> bool:
        settled: set[str] = set()
        for place in range(result.reports):
            found = self._view.report(result.sha256 or "", place)
            if found is None:
                return True
            flags = list(found.report.flags)
            if place in decided:
                rows = self._decisions.of(ReportId(found.report.sha256, place))
                flags = open_flags(standings(found.report, rows, self._four_eyes))
            if flags:
                return True
            settled.update(flag.code for flag in found.report.flags)
        # What is wrong with the file and stands in none of its reports, nobody has looked at.
        return any(problem.code not in settled for problem in result.problems)


@contextmanager
def decided_beside(view: View, ledger: Path) -> Iterator[Decided | None]:
    """Open the decisions on a ledger's reports as long as the block lasts; None where there are none."""
    decisions = Decisions.look(decisions_beside(ledger))
    if decisions is None:
        yield None
        return
    with decisions:
        yield Decided(view, decisions)

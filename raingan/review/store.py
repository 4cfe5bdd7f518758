"""The decisions on the reports of a ledger, in a file of their own beside it: durable when they are acknowledged."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from raingan.review.parts import Decision, ReportId


def decisions_beside(ledger: Path) -> Path:
    """Return where the decisions on the reports of a ledger lie."""
    return ledger.with_name(f"{ledger.name}-decisions")


class Decisions:
    """Keep decisions. Several processes may have them open; each method is one transaction.

    A method raises `raingan.ledger.LedgerError` where the file cannot be read or written.
    """

    @classmethod
    def open(cls, path: Path) -> Decisions:
        """Open the file, or make it."""
        raise NotImplementedError

    @classmethod
    def look(cls, path: Path) -> Decisions | None:
        """Open the file to read it; None where there is none."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        raise NotImplementedError

    def close(self) -> None:
        """Let go of the file."""

    def add(self, *decisions: Decision) -> tuple[Decision, ...]:
        """Keep decisions, all or none, durable when this returns; return them with their numbers."""
        raise NotImplementedError

    def of(self, report: ReportId) -> tuple[Decision, ...]:
        """Return every row on a report, oldest first."""
        raise NotImplementedError

    four_eyes: bool  # whether a second person has to confirm; kept in the file

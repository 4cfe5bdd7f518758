"""Decisions laid over a report: which count, which are stale, what is still open."""

from __future__ import annotations

from collections.abc import Sequence

from raingan.records import Report
from raingan.review.parts import Decision, Standing


def standings(report: Report, decisions: Sequence[Decision], four_eyes: bool = False) -> tuple[Standing, ...]:
    """Return every field of a report and where its review stands; `decisions` are all rows on it, oldest first."""
    raise NotImplementedError


def reviewed(report: Report, decisions: Sequence[Decision], four_eyes: bool = False) -> Report:
    """Return the report with the values that count, the flags still open, its reviews and its trail."""
    raise NotImplementedError

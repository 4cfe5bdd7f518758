"""What is left to review, worst first, and who has it at the moment."""

from __future__ import annotations

from dataclasses import dataclass

from raingan.review.parts import ReportId


@dataclass(frozen=True, slots=True)
class Filter:
    """What to show of the queue; None: all."""

    agency: str | None = None
    year: int | None = None  # Buddhist era
    code: str | None = None  # of a flag that is open
    state: str = "open"  # "open", "stale", "waiting" (for a second person), "settled", "clear", "all"


@dataclass(frozen=True, slots=True)
class Entry:
    """One report in the queue."""

    report: ReportId
    number: int  # in the workbook, from 1
    file: str
    agency: str | None
    year: int | None
    indicator: str | None
    worst: int | None  # severity of the worst open flag, 1 worst; None: none is open
    open: int  # flags still open
    flags: int  # flags that the machine raised
    codes: tuple[str, ...]  # of the open ones
    state: str
    taken_by: str | None = None  # reviewer who has it now


@dataclass(frozen=True, slots=True)
class Left:
    """What is left, under a filter's agency, year and code."""

    reports: int  # with open flags
    flags: int
    by_severity: dict[int, int]  # reports, by the severity of their worst open flag
    settled: int  # reports reviewed to the end
    clear: int  # reports without a flag
    waiting: int  # reports that a second person has to confirm
    stale: int

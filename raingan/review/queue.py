"""What is left to review, worst first, and who has it at the moment."""

from __future__ import annotations

import re
import time
from collections import Counter
from dataclasses import dataclass, replace
from heapq import merge
from itertools import islice
from typing import Any

from raingan.ledger import View
from raingan.model.messages import severity
from raingan.review.decisions import FieldState, ReportId
from raingan.review.names import person
from raingan.review.scratch import Progress
from raingan.review.settle import open_flags, standings
from raingan.review.store import Decisions


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


class Queue:
    """The reports of a ledger in the order in which a person should see them; one for each server.

    Reads the ledger's own list of reports, laid over with how far each review is: nothing is unpacked. What was decided
    is worked out anew where the ledger was written since.
    """

    def __init__(self, view: View, decisions: Decisions) -> None:
        self._view = view
        self._decisions = decisions

    def refresh(self) -> None:
        """Work out anew how far reports are: those decided since, by anybody; all where the machine has read again."""
        four_eyes = self._decisions.four_eyes
        results = f"{self._view.results() or ''} {four_eyes}"
        known = self._decisions.scratch.known()
        is_current = known is not None and known[0] == results
        reports, mark = self._decisions.since(known[1] if known is not None and is_current else None)
        if reports == []:
            return
        anew = reports is None
        found = self._decisions.reports() if reports is None else reports
        rows = [row for report in found if (row := self._progress(report, four_eyes)) is not None]
        self._decisions.set_progress(rows, results, mark, anew)

    def entries(self, wanted: Filter, start: int = 0, count: int = 50) -> list[Entry]:
        """Return a page of the queue, worst first."""
        return [_entry(row) for row in self._first(wanted, start + count)[start:]]

    def entry(self, report: ReportId) -> Entry | None:
        """Return one report as the queue shows it."""
        rows = self._found("content = ? AND place = ?", (bytes.fromhex(report.content), report.place), 1)
        return _entry(rows[0]) if rows else None

    def left(self, wanted: Filter) -> Left:
        """Count what is left, whatever the filter's state."""
        where, values = _where(replace(wanted, state="all"))
        counts: Counter[str] = Counter()
        by_severity: Counter[int] = Counter()
        flags = 0
        # All as the machine left them, without what people decided; and what they decided as it stands now.
        machine = f"SELECT worst, count(*), sum(flags) FROM ledger.queue WHERE {where} GROUP BY worst"
        of_decided = f"SELECT q.worst, -count(*), -sum(q.flags) FROM {_BOTH} WHERE {_of('q', where)} GROUP BY q.worst"
        for worst, reports, found in (*self._rows(machine, *values), *self._rows(of_decided, *values)):
            counts["clear" if worst is None else "open"] += reports
            flags += found
            if worst is not None:
                by_severity[worst] += reports
        decided = f"SELECT state, worst, count(*), sum(open) FROM ({_DECIDED}) WHERE {where} GROUP BY state, worst"
        for state, worst, reports, found in self._rows(decided, time.time(), *values):
            counts[state] += reports
            flags += found
            if worst is not None:
                by_severity[worst] += reports
        return Left(
            reports=counts["open"] + counts["stale"] + counts["waiting"],
            flags=flags,
            by_severity={worst: reports for worst, reports in sorted(by_severity.items()) if reports},
            settled=counts["settled"],
            clear=counts["clear"],
            waiting=counts["waiting"],
            stale=counts["stale"],
        )

    def agencies(self) -> list[str]:
        """Return every agency, in the order of the alphabet."""
        rows = self._rows("SELECT DISTINCT agency FROM ledger.queue WHERE agency NOT NULL ORDER BY agency")
        return [_text(agency) for (agency,) in rows]

    def years(self) -> list[int]:
        """Return every fiscal year (Buddhist era), the latest first."""
        rows = self._rows("SELECT DISTINCT year FROM ledger.queue WHERE year NOT NULL ORDER BY year DESC")
        return [year for (year,) in rows]

    def codes(self) -> list[str]:
        """Return every code of a flag that the machine raised, in the order of the alphabet."""
        rows = self._rows("SELECT DISTINCT codes FROM ledger.queue UNION SELECT DISTINCT codes FROM main.progress")
        return sorted({code for (codes,) in rows for code in codes.split()})

    def following(self, wanted: Filter, after: ReportId | None, session: str, reviewer: str = "") -> ReportId | None:
        """Return the report that comes after one, worst first, and round again.

        Passed by are those that another session has, and those where all is left is a second person's than `reviewer`.
        """
        where, values = _where(wanted)
        where += " AND (taker IS NULL OR taker = ?) AND NOT (state = 'waiting' AND (person IS ? OR session IS ?))"
        values = (*values, session, person(reviewer).encode("utf-8", "surrogatepass"), session)
        rounds: list[tuple[str, tuple[object, ...]]] = [(where, values)]
        entry = None if after is None else self.entry(after)
        if entry is not None:
            stands = (9 if entry.worst is None else entry.worst, -entry.open, entry.number - 1)
            rounds.insert(0, (f"{where} AND (rank, less, number) > (?, ?, ?)", (*values, *stands)))
        for condition, told in rounds:
            for row in self._found(condition, told, 2):
                found = ReportId(row[_CONTENT].hex(), row[_PLACE])
                if found != after:
                    return found
        return None

    def _first(self, wanted: Filter, count: int) -> list[Any]:
        where, values = _where(wanted)
        return self._found(where, values, count)

    def _found(self, where: str, values: tuple[object, ...], count: int) -> list[Any]:
        """Return the first rows under a condition, in the order of the queue.

        What nobody decided comes by an index that has this order; what was decided, which is less, is sorted.
        """
        now = time.time()
        sides = [
            self._rows(f"SELECT * FROM ({side}) WHERE {where} ORDER BY rank, less, number LIMIT ?", now, *values, count)
            for side in (_UNDECIDED, _DECIDED)
        ]
        return list(islice(merge(*sides, key=lambda row: row[:3]), count))

    def _progress(self, report: ReportId, four_eyes: bool) -> Progress | None:
        found = self._view.report(report.content, report.place)
        if found is None:
            return None
        standing = standings(found.report, self._decisions.of(report), four_eyes)
        flags = open_flags(standing)
        states = Counter(item.state for item in standing)
        waiting = [item.decision for item in standing if item.state is FieldState.WAITING and item.decision is not None]
        return Progress(
            report,
            open=len(flags),
            worst=min((severity(flag.code) for flag in flags), default=None),
            codes=tuple(dict.fromkeys(flag.code for flag in flags)),
            stale=states[FieldState.STALE],
            waiting=states[FieldState.WAITING],
            untouched=states[FieldState.OPEN] + states[FieldState.STALE],
            person=_only({person(row.reviewer) for row in waiting}),
            session=_only({row.session for row in waiting}) or None,
        )

    def _rows(self, query: str, *values: object) -> list[Any]:
        with self._decisions.together_with(self._view.path) as database:
            return database.execute(query, values).fetchall()


_CONTENT, _PLACE = 3, 4  # columns of what follows

# Worst first, then those with most to do, then as they come in the workbook; nothing open last. The first expressions
# are those of the ledger's index `queue_order`.
_UNDECIDED = """
SELECT coalesce(q.worst, 9) AS rank, -q.flags AS less, q.number, q.content, q.place, q.name, q.agency, q.year,
       q.indicator, q.flags, q.worst, q.flags AS open, q.codes, iif(q.flags > 0, 'open', 'clear') AS state,
       t.reviewer, t.session AS taker, NULL AS person, NULL AS session
FROM ledger.queue q LEFT JOIN main.leases t ON t.content = q.content AND t.place = q.place AND t.until > ?
WHERE NOT EXISTS (SELECT 1 FROM main.progress p WHERE p.content = q.content AND p.place = q.place)
"""
# CROSS JOIN keeps the order of the loops: what was decided is less than what was read.
_BOTH = "main.progress p CROSS JOIN ledger.queue q ON q.content = p.content AND q.place = p.place"
_DECIDED = f"""
SELECT coalesce(p.worst, 9) AS rank, -p.open AS less, q.number, q.content, q.place, q.name, q.agency, q.year,
       q.indicator, q.flags, p.worst, p.open, p.codes,
       CASE WHEN p.stale > 0 THEN 'stale' WHEN p.waiting > 0 AND p.untouched = 0 THEN 'waiting'
            WHEN p.open > 0 THEN 'open' ELSE 'settled' END AS state,
       t.reviewer, t.session AS taker, p.person, p.session
FROM {_BOTH} LEFT JOIN main.leases t ON t.content = q.content AND t.place = q.place AND t.until > ?
"""


def _only(texts: set[str]) -> str | None:
    return next(iter(texts)) if len(texts) == 1 else None


def _of(table: str, where: str) -> str:
    """Name the table of a condition's columns."""
    return re.sub(r"\b(agency|year|codes)\b", rf"{table}.\1", where)


def _where(wanted: Filter) -> tuple[str, tuple[object, ...]]:
    conditions, values = ["1"], list[object]()
    if wanted.agency is not None:
        conditions.append("agency = ?")
        values.append(wanted.agency.encode("utf-8", "surrogatepass"))
    if wanted.year is not None:
        conditions.append("year = ?")
        values.append(wanted.year)
    if wanted.code is not None:
        conditions.append("instr(' ' || codes || ' ', ?)")
        values.append(f" {wanted.code} ")
    if wanted.state == "open":  # all that somebody has to look at
        conditions.append("open > 0")
    elif wanted.state != "all":
        conditions.append("state = ?")
        values.append(wanted.state)
    return " AND ".join(conditions), tuple(values)


def _entry(row: Any) -> Entry:
    _, _, number, content, place, name, agency, year, indicator, flags, worst, found, codes, state, reviewer, *_ = row
    return Entry(
        report=ReportId(content.hex(), place),
        number=number + 1,
        file=_text(name),
        agency=None if agency is None else _text(agency),
        year=year,
        indicator=None if indicator is None else _text(indicator),
        worst=worst,
        open=found,
        flags=flags,
        codes=tuple(codes.split()),
        state=state,
        taken_by=None if reviewer is None else _text(reviewer),
    )


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")

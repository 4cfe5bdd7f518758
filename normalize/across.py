"""Checks between reports: the same prose twice, an order with two dates, one indicator reported twice.

What has to be remembered of a report goes to a database file, so that memory stays flat over 100,000
reports. The file lives in the directory the caller names and goes with `close`.
"""

from __future__ import annotations

import hashlib
import heapq
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from types import TracebackType

from normalize.checks import thai_day
from normalize.repeats import comparable, fingerprint
from normalize.units import canonical_unit
from raingan.model.records import Flag, Measure, Report, section_field
from raingan.model.report_fields import report_fields

# Definition and calculation belong to the indicator: fifty districts report on it in the same words. The other
# sections are the reporter's own.
_OF_THE_INDICATOR = ("definition", "calculation")


@cache
def own_sections() -> tuple[str, ...]:
    """Return the sections whose wording is the reporter's own."""
    return tuple(section for section in report_fields().sections if section not in _OF_THE_INDICATOR)


# Rows are written in batches: one statement for a few hundred reports instead of one a row.
_BATCH = 5_000

# An order cited in a thousand reports with two dates gives each report one flag, with the first few dates.
_DATES_SHOWN = 4

_TABLES = """
create table prose (mark blob not null, report integer not null, rank integer not null, section text not null);
create table cited (number text not null, issuer text not null, day text not null, report integer not null,
                    item integer not null);
create table figures (subject blob not null, report integer not null, target text not null, actual text not null,
                      shown_target text not null, shown_actual text not null);
create table files (report integer primary key, file text not null);
"""

_INDEXES = """
create index prose_mark on prose (mark, report);
create index cited_number on cited (number, issuer, day);
create index figures_subject on figures (subject, report);
"""

# One row for each pair of reports that share wording: the first report that had it, and the first such section.
# (With min() in a query, SQLite takes the other columns from the row of the minimum.)
_PROSE = """
select shared.report, 1, 'prose-repeated', min(shared.rank), file, shared.section, count(*)
from (select p.report as report, p.rank as rank, first.report as other, first.section as section
      from prose p
      join (select mark, min(report) as report, section from prose group by mark having count(*) > 1) first
        using (mark)
      where p.report > first.report) shared
join files on files.report = shared.other
group by shared.report, shared.other
order by shared.report, shared.other
"""

# Once for each report and order; where a report gives all the dates itself, its own check has told them.
_ORDERS = """
select c.report, 2, 'order-two-dates', min(c.item), c.number, d.days, ''
from cited c
join (select number, issuer, group_concat(day) as days, count(*) as known
      from (select distinct number, issuer, day from cited order by number, issuer, day)
      group by number, issuer having count(*) > 1) d
  on d.number = c.number and d.issuer = c.issuer
group by c.report, c.number, c.issuer having count(distinct c.day) < d.known
order by c.report, min(c.item)
"""

# Reports on one subject stand in their order in runs of equal figures. The nearest report with other figures is then
# the last of the run before or the first of the run after: no report is compared with every other.
_RUNS = """
create temp table stretch as
select subject, report, sum(starts) over (partition by subject order by report rows unbounded preceding) as run
from (select subject, report,
             (target, actual) is not (lag(target) over one, lag(actual) over one) as starts
      from figures where subject in (select subject from figures group by subject having count(*) > 1)
      window one as (partition by subject order by report));
create index stretch_report on stretch (subject, run, report);
create temp table runs as
select subject, run, min(report) as first, max(report) as last from stretch group by subject, run;
create unique index runs_run on runs (subject, run);
"""

# Each report once: beside the nearest that differs (the earlier of two as near), else beside the first of its subject.
_FIGURES = """
select near.report, 3, near.code, '', files.file, shown.shown_target, shown.shown_actual
from (select report, code, other, min(weight * 4294967296 + abs(other - report) * 2 + (other > report))
      from (select s.report as report, 'reported-twice' as code, r.last as other, 0 as weight
            from stretch s join runs r on r.subject = s.subject and r.run = s.run - 1
            union all
            select s.report, 'reported-twice', r.first, 0
            from stretch s join runs r on r.subject = s.subject and r.run = s.run + 1
            union all
            select s.report, 'reported-again', r.first, 1
            from stretch s join runs r on r.subject = s.subject and r.run = 1
            where s.report > r.first and s.run = 1)
      group by report) near
join files on files.report = near.other
join (select report, min(shown_target) as shown_target, min(shown_actual) as shown_actual
      from figures group by report) shown on shown.report = near.other
order by near.report
"""


_CACHE_KIB = 2_000  # the system keeps what is read again


@dataclass(slots=True)
class _Rows:
    """Rows that wait to be written."""

    prose: list[tuple[bytes, int, int, str]] = field(default_factory=list)
    cited: list[tuple[str, str, str, int, int]] = field(default_factory=list)
    figures: list[tuple[bytes, int, str, str, str, str]] = field(default_factory=list)
    files: list[tuple[int, str]] = field(default_factory=list)


class Across:
    """Collects reports one by one, then yields the flags that need more than one of them."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / "across.sqlite3"
        self._path.unlink(missing_ok=True)
        self._database = sqlite3.connect(self._path, isolation_level=None)
        # A temporary file of ours: if the machine stops, the run starts anew and so does this file.
        self._database.execute("pragma journal_mode = off")
        self._database.execute("pragma synchronous = off")
        self._database.execute(f"pragma cache_size = -{_CACHE_KIB}")
        self._database.execute("pragma temp_store = file")
        self._database.executescript(_TABLES)
        self._rows = _Rows()
        self._indexed = False

    def add(self, index: int, report: Report) -> None:
        """Remember what a report may share with another; `index` is the report's place in the run."""
        rows = self._rows
        rows.files.append((index, report.file))
        for rank, section in enumerate(own_sections()):
            mark = fingerprint(report.section(section))
            if mark is not None:
                rows.prose.append((mark, index, rank, section))
        for item, order in enumerate(report.orders):
            if order.date is not None and order.issuer is not None:
                rows.cited.append((order.number, comparable(order.issuer), order.date.isoformat(), index, item))
        figures = [_figure(measure) for measure in (report.target, report.actual)]
        shown = [measure.text or "-" for measure in (report.target, report.actual)]
        for subject in _subjects(report):
            rows.figures.append((subject, index, figures[0], figures[1], shown[0], shown[1]))
        if len(rows.prose) + len(rows.cited) + len(rows.files) >= _BATCH:
            self._write()

    def flags(self) -> Iterator[tuple[int, Flag]]:
        """Yield (index of the report, flag), ordered by index."""
        self._write()
        if not self._indexed:
            self._database.executescript(_INDEXES)
            self._database.executescript(_RUNS)
            self._indexed = True
        queries = [self._database.execute(query) for query in (_PROSE, _ORDERS, _FIGURES)]
        told: tuple[int, set[str]] = (-1, set())  # a report, and the files whose wording it was said to share
        for report, _, code, place, *shown in heapq.merge(*queries, key=lambda row: (row[0], row[1])):
            if told[0] != report:
                told = (report, set())
            if code == "prose-repeated":
                told[1].add(shown[0])
            if code != "reported-again" or shown[0] not in told[1]:
                yield report, _flag(code, place, [str(value) for value in shown])

    def close(self) -> None:
        """Close and remove the database file."""
        self._database.close()
        self._path.unlink(missing_ok=True)

    def __enter__(self) -> Across:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _write(self) -> None:
        rows, self._rows = self._rows, _Rows()
        self._database.execute("begin")
        self._database.executemany("insert into files values (?, ?)", rows.files)
        self._database.executemany("insert into prose values (?, ?, ?, ?)", rows.prose)
        self._database.executemany("insert into cited values (?, ?, ?, ?, ?)", rows.cited)
        self._database.executemany("insert into figures values (?, ?, ?, ?, ?, ?)", rows.figures)
        self._database.execute("commit")


def _subjects(report: Report) -> list[bytes]:
    """Return marks of what the report is about: agency, year and indicator, and code and year, where they are known."""
    year = report.fiscal_year
    found: list[tuple[str, ...]] = []
    if year is not None and report.agency is not None and report.indicator_name is not None:
        found.append(("name", str(year), comparable(report.agency), comparable(report.indicator_name)))
    if year is not None and report.indicator_code is not None:
        found.append(("code", str(year), comparable(report.indicator_code)))
    return [_mark(parts) for parts in found]


def _mark(parts: Sequence[str]) -> bytes:
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _figure(measure: Measure) -> str:
    """Return a figure in a form that is equal for equal figures: 5.00 and 5 are."""
    value = "" if measure.value is None else f"{measure.value.normalize():f}"
    return f"{value} {'' if measure.unit is None else canonical_unit(measure.unit)}"


def _flag(code: str, place: int | str, shown: Sequence[str]) -> Flag:
    if code == "prose-repeated":
        return Flag(
            code,
            section_field(own_sections()[int(place)]),
            {"other": shown[0], "section": section_field(shown[1]), "count": shown[2]},
        )
    if code == "order-two-dates":
        days = [thai_day(date.fromisoformat(day)) for day in sorted(shown[1].split(","))]
        return Flag(code, f"orders.{place}", {"number": shown[0], "dates": ", ".join(days[:_DATES_SHOWN])})
    if code == "reported-again":
        return Flag(code, "indicator_name", {"other": shown[0]})
    return Flag(code, "actual", {"other": shown[0], "target": shown[1], "actual": shown[2]})

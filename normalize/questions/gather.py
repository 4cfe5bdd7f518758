"""All points of a run, on disk, and what is asked about them: memory stays flat over 100,000 reports."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import groupby

from normalize.questions import rules
from normalize.questions.asked import Tally, ask_agency, of_indicator
from normalize.questions.points import Point, Severity, identity, point_of
from normalize.repeats import comparable
from normalize.tables import table
from normalize.units import unit_named
from raingan.model.questions import Question, counted
from raingan.model.records import BUDDHIST_ERA, Report

_BATCH = 2_000
_FULL = Decimal(100)
_FISCAL_MONTH = 10  # a fiscal year begins in October of the year before

_TABLES = """
create table points (indicator text not null, agency text not null, year integer not null, point text not null);
create table cited (agency text not null, mark text not null, own integer not null, year integer not null,
                    number integer not null, item integer not null, shown text not null);
create table asked (place integer not null, agency text not null, question text not null);
"""
_INDEXES = """
create index points_indicator on points (indicator, agency, year);
create index points_agency on points (agency, year);
create index cited_order on cited (agency, mark, year);
"""


class Gathered:
    """Takes reports one by one, then yields what to ask, class by class, at most so many rows an agency."""

    def __init__(self, severity: Severity) -> None:
        # An empty name is a file of SQLite's own in the temporary folder, which nobody else can see or find.
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript("pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -2000;")
        self._database.executescript(_TABLES)
        self._severity = severity
        self._points: list[tuple[str, str, int, str]] = []
        self._cited: list[tuple[str, str, int, int, int, int, str]] = []
        self._digits: dict[str, list[int]] = defaultdict(lambda: [0] * 10)
        self._last: dict[str, tuple[int, int]] = {}  # year and number of the last report of an agency

    def add(self, number: int, report: Report, confirmed: frozenset[str] = frozenset()) -> None:
        """Remember a report; `number` is its place in the run, from 1, `confirmed` the fields that people settled."""
        point = point_of(number, report, self._severity, confirmed)
        if point is not None:
            self._points.append((identity(point.name), point.agency, point.year, _packed(point)))
        if report.agency is not None and report.fiscal_year is not None:
            self._add_orders(number, report, report.agency, report.fiscal_year)
            self._add_digits(report, report.agency, number, report.fiscal_year)
        if len(self._points) + len(self._cited) >= _BATCH:
            self._write()

    def questions(self) -> Iterator[Question]:
        """Yield what to ask, the most certain class first, then by agency."""
        self._write()
        self._database.executescript(_INDEXES)
        tally = Tally()
        places = {rule: place for place, rule in enumerate(rules.rules())}
        listed: Counter[str] = Counter()
        for questions in (self._of_indicators(tally), self._of_agencies(tally)):
            rows = []
            for question in questions:
                listed[question.rule] += 1
                packed = json.dumps(dataclasses.asdict(question), ensure_ascii=False)
                rows.append((places[question.rule], question.agency, packed))
            self._database.executemany("insert into asked values (?, ?, ?)", rows)
        chances = {rule: float(given["chance"]) if "chance" in given else None for rule, given in rules.rules().items()}
        settings = {rule: _shown(given) for rule, given in rules.rules().items()}
        given: Counter[str] = Counter()
        for agency, packed in self._database.execute(
            "select agency, question from asked order by place, agency, rowid"
        ):
            given[agency] += 1
            if given[agency] <= table("questions")["per_agency"]:
                question = _question(packed)
                rule = question.rule
                yield counted(question, settings[rule], tally.tested[rule], listed[rule], chances[rule])

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def _of_indicators(self, tally: Tally) -> Iterator[Question]:
        rows = self._database.execute("select indicator, point from points order by indicator, agency, year, rowid")
        for _, group in groupby(rows, key=lambda row: row[0]):
            yield from of_indicator([_point(packed) for _, packed in group], tally)

    def _of_agencies(self, tally: Tally) -> Iterator[Question]:
        yield from self._hits_and_heaps(tally)
        yield from self._orders(tally)
        yield from self._last_digits(tally)
        yield from self._gone(tally)

    def _hits_and_heaps(self, tally: Tally) -> Iterator[Question]:
        """R10 by agency and year, R11 by agency."""
        hits: dict[tuple[str, int], list[int]] = defaultdict(lambda: [0, 0])
        near: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        places: dict[tuple[str, int], int] = {}
        window = rules.setting("R11", "window")
        for agency, year, packed in self._database.execute("select agency, year, point from points order by agency"):
            point = _point(packed)
            if not point.more or point.target is None or point.target <= 0 or point.target == _FULL:
                continue  # being equal to the top of a scale, or to nothing, says nothing
            places.setdefault((agency, year), point.number)
            hits[agency, year][0] += point.result == point.target
            hits[agency, year][1] += 1
            ratio = point.result / point.target
            near[agency][0] += 1 <= ratio < 1 + window
            near[agency][1] += 1 - window <= ratio < 1
        all_hits, all_reports = (sum(counts[at] for counts in hits.values()) for at in (0, 1))
        own: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for (agency, _), (count, total) in hits.items():
            own[agency][0] += count
            own[agency][1] += total
        for (agency, year), (count, total) in hits.items():
            elsewhere = all_reports - own[agency][1]
            if elsewhere < rules.setting("R10", "elsewhere"):
                continue
            share = (all_hits - own[agency][0]) / elsewhere
            if tally.tried("R10", rules.exact_hits(count, total, share)):
                values = {"year": str(year), "hits": str(count), "count": str(total), "others": f"{share:.0%}"}
                yield ask_agency("R10", agency, [year], values, [(places[agency, year], "actual")])
        above, below = (sum(counts[at] for counts in near.values()) for at in (0, 1))
        likely = above / (above + below) if above + below else 0.5
        for agency, (over, under) in near.items():
            years = [year for one, year in hits if one == agency]
            if tally.tried("R11", rules.bunched(over, under, max(likely, 0.5))):
                values = {"above": str(over), "below": str(under), "others": f"{likely:.0%}"}
                yield ask_agency("R11", agency, years, values, [(places[agency, min(years)], "actual")])

    def _orders(self, tally: Tally) -> Iterator[Question]:
        """R22: one order as evidence of several years."""
        rows = self._database.execute(
            "select agency, mark, own, year, number, item, shown from cited order by agency, mark, year, number"
        )
        for (agency, _), group in groupby(rows, key=lambda row: (row[0], row[1])):
            found = list(group)
            years, first, last = [row[3] for row in found], found[0], found[-1]
            if tally.tried("R22", rules.old_evidence(first[2], years)):
                values = {"order": first[6], "own": str(first[2]), "years": ", ".join(map(str, sorted(set(years))))}
                places = [(row[4], f"orders.{row[5]}") for row in (first, last)]
                yield ask_agency("R22", agency, years, values, places)

    def _last_digits(self, tally: Tally) -> Iterator[Question]:
        for agency, counts in self._digits.items():
            if sum(counts) >= rules.setting("R16", "figures") and tally.tried("R16", rules.heaped(counts)):
                year, number = self._last[agency]
                values = {"count": str(sum(counts)), "round": str(counts[0] + counts[5])}
                yield ask_agency("R16", agency, [year], values, [(number, "quantities")])

    def _gone(self, tally: Tally) -> Iterator[Question]:
        """R19: an indicator that an agency no longer reports, though reports of that year are in hand."""
        reports: dict[tuple[str, int], int] = defaultdict(int)
        for agency, year, count in self._database.execute("select agency, year, count(*) from points group by 1, 2"):
            reports[agency, year] = count
        rows = self._database.execute("select indicator, agency, point from points order by indicator, agency, year")
        for (_, agency), group in groupby(rows, key=lambda row: (row[0], row[1])):
            points = [_point(packed) for _, _, packed in group]
            last = points[-1]
            others = reports[agency, last.year + 1]
            if last.target is None or not last.more or not others:
                continue
            years = len({point.year for point in points})
            if tally.tried("R19", rules.dropped(years, others, last.result < last.target)):
                values = {"year": str(last.year + 1), "year_before": str(last.year), "count": str(others)}
                values |= {"target_before": str(last.target), "result_before": str(last.result), "years": str(years)}
                asked = ask_agency("R19", agency, [last.year, last.year + 1], values, [(last.number, "actual")])
                number, name = last.indicator_number, last.name
                yield dataclasses.replace(asked, indicator_number=number, indicator_name=name, unit=last.unit)

    def _add_orders(self, number: int, report: Report, agency: str, year: int) -> None:
        for item, order in enumerate(report.orders):
            if order.date is not None:
                own = order.date.year + BUDDHIST_ERA + (order.date.month >= _FISCAL_MONTH)
                mark = f"{order.number} {comparable(order.issuer or '')} {order.date.isoformat()}"
                self._cited.append((agency, mark, own, year, number, item, order.text or order.number))

    def _add_digits(self, report: Report, agency: str, number: int, year: int) -> None:
        least = 10 ** (rules.setting("R16", "digits") - 1)
        for quantity in report.quantities:
            known = None if quantity.unit is None else unit_named(quantity.unit)
            value = quantity.value
            if known is None or known.kind != "count" or value is None or value < least or value % 1:
                continue
            self._digits[agency][int(value) % 10] += 1
        self._last[agency] = (year, number)

    def _write(self) -> None:
        points, self._points = self._points, []
        cited, self._cited = self._cited, []
        self._database.execute("begin")
        self._database.executemany("insert into points values (?, ?, ?, ?)", points)
        self._database.executemany("insert into cited values (?, ?, ?, ?, ?, ?, ?)", cited)
        self._database.execute("commit")


def _shown(settings: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in settings.items() if name not in ("class", "chance"))


def _packed(point: Point) -> str:
    return json.dumps(dataclasses.asdict(point), default=str, ensure_ascii=False)


def _point(packed: str) -> Point:
    given = json.loads(packed)
    given["target"] = None if given["target"] is None else Decimal(given["target"])
    given["result"] = Decimal(given["result"])
    given["quarters"] = tuple(None if value is None else Decimal(value) for value in given["quarters"])
    return Point(**given)


def _question(packed: str) -> Question:
    given = json.loads(packed)
    given["years"] = tuple(given["years"])
    given["places"] = tuple((number, path) for number, path in given["places"])
    return Question(**given)

"""Each rule over one indicator: which points it is held against, and what it asks."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from statistics import median

from normalize.questions import rules
from normalize.questions.points import Point
from raingan.model.questions import Place, Question

_PEERS_ONE_BY_ONE = 200  # more others than this share one median: leaving one out changes nothing
_FULL = Decimal(100)


@dataclass(slots=True)
class Tally:
    """How often each rule was tried."""

    tested: Counter[str] = field(default_factory=Counter)

    def tried(self, rule: str, asks: bool) -> bool:
        """Count one try and return its outcome."""
        self.tested[rule] += 1
        return asks


def of_indicator(points: Sequence[Point], tally: Tally) -> Iterator[Question]:
    """Yield what to ask about one indicator, from the points of all agencies and years."""
    series = list(_series(points))
    stretches = [stretch for one in series for stretch in _stretches(one)]
    yield from _scale(points, tally)
    yield from _peers(points, tally)
    cuts = _shares_cut(stretches)
    alike = _shares_of_targets(points)
    for one in series:
        yield from _single(one, tally)
        yield from _breaks(one, tally)
    for stretch in stretches:
        yield from _years(stretch, cuts, alike, tally)


def _series(points: Sequence[Point]) -> Iterator[list[Point]]:
    """Yield the points of each agency by year; a year with two reports that differ is left out: which one counts?"""
    by_agency: dict[str, dict[int, list[Point]]] = defaultdict(lambda: defaultdict(list))
    for point in points:
        by_agency[point.agency][point.year].append(point)
    for years in by_agency.values():
        yield [found[0] for _, found in sorted(years.items()) if len({(p.target, p.result) for p in found}) == 1]


def _stretches(series: Sequence[Point]) -> Iterator[list[Point]]:
    """Yield runs of consecutive years between which nothing broke (R6)."""
    stretch: list[Point] = []
    for point in series:
        if stretch and (point.year != stretch[-1].year + 1 or _broken(stretch[-1], point)):
            yield stretch
            stretch = []
        stretch.append(point)
    if stretch:
        yield stretch


def _broken(before: Point, now: Point) -> bool:
    return rules.broken(
        rules.likeness(before.plain_wording, now.plain_wording),
        before.unit == now.unit,
        same_numbers(before, now),
        before.direction == now.direction,
    )


def same_numbers(before: Point, now: Point) -> bool:
    """Tell whether the figures of both wordings are the same; years that moved on with the report's are."""
    old, new = before.numbers - now.numbers, now.numbers - before.numbers
    moved = {str(int(text) + now.year - before.year) if text.isdigit() else text for text in old}
    return moved == new


def _single(series: Sequence[Point], tally: Tally) -> Iterator[Question]:
    """Rules of one report, and the one that asks for the year before only."""
    shares: dict[int, Decimal] = {}
    for point in series:
        quarters = point.quarters
        if quarters and tally.tried("R5", rules.last_quarter_missing(quarters)):
            yield _ask("R5", [point], {"quarters": _said(quarters)}, "quarter_results.4")
        target = point.target if point.percent and point.more else None
        lower = target is not None and target < _FULL
        if lower and tally.tried("R4", rules.progress_as_result(target, point.result, quarters)):
            yield _ask("R4", [point], {"quarters": _said(quarters)})
        known = [quarter for quarter in quarters if quarter is not None]
        if len(known) == 4 and not point.percent and sum(known) == point.result:  # so the quarters add up
            if tally.tried("R21", rules.year_end_jump(known, shares.get(point.year - 1))):
                yield _ask("R21", [point], {"quarters": _said(quarters)}, "quarter_results.4")
            if point.result:
                shares[point.year] = known[3] / point.result


def _breaks(series: Sequence[Point], tally: Tally) -> Iterator[Question]:
    for before, now in pairwise(series):
        if tally.tried("R6", _broken(before, now)):
            what = [
                name
                for name, same in (
                    ("unit", before.unit == now.unit),
                    ("direction", before.direction == now.direction),
                    ("numbers", same_numbers(before, now)),
                )
                if not same
            ]
            yield _ask("R6", [before, now], {"differs": " ".join(what or ["wording"])}, "definition")


def _years(
    stretch: Sequence[Point],
    cuts: Mapping[int, tuple[int, int]],
    alike: Mapping[int, Counter[Decimal]],
    tally: Tally,
) -> Iterator[Question]:
    for before, now in pairwise(stretch):
        if before.more and before.target is not None and now.target is not None:
            pairs, cut = cuts[now.year]
            own = rules.target_cut((before.target, before.result), now.target)
            others = Decimal(cut - own) / (pairs - 1) if pairs > 1 else Decimal(0)
            if tally.tried("R7", rules.target_cut((before.target, before.result), now.target, others)):
                yield _ask("R7", [before, now], {}, "target")
        jump = rules.jump_of_percent if now.percent else rules.jump_of_count
        if tally.tried("R13", jump(before.result, now.result)):
            yield _ask("R13", [before, now], {})
    steps = [(p.target, p.result) for p in stretch if p.more and p.target is not None]
    if len(steps) == len(stretch) > 2:
        now = stretch[-1]
        same, count = alike[now.year][steps[-1][0]], alike[now.year].total()
        share = Decimal(same - 1) / (count - 1) if count > 1 else Decimal(0)
        if tally.tried("R8", rules.slack_target(steps, share)):
            yield _ask("R8", [stretch[-3], now], {"steps": _steps(steps[-3:])}, "target")
        if len(steps) > 3 and tally.tried("R9", rules.target_follows_result(steps)):
            yield _ask("R9", [stretch[-4], now], {"steps": _steps(steps[-4:])}, "target")
    if len(stretch) > 1:
        printed = [str(point.result) for point in stretch]
        if tally.tried("R12", rules.stuck(printed, [point.target for point in stretch])):
            yield _ask("R12", [stretch[-2], stretch[-1]], {"value": printed[-1]})


def _scale(points: Sequence[Point], tally: Tally) -> Iterator[Question]:
    results = [point.result for point in points]
    for at, point in enumerate(points):
        others = results if len(results) > _PEERS_ONE_BY_ONE else results[:at] + results[at + 1 :]
        if len(others) > 1 and tally.tried("R3", rules.other_scale(point.result, others)):
            yield _ask("R3", [point], {"others": _middle(others)})


def _peers(points: Sequence[Point], tally: Tally) -> Iterator[Question]:
    """R14 among reports of one year whose cells mean the same: unit, direction, and no progress in their place."""
    groups: dict[tuple[int, str | None, str], list[Point]] = defaultdict(list)
    for point in points:
        progress = point.target is not None and rules.progress_as_result(point.target, point.result, point.quarters)
        if not progress:
            groups[point.year, point.unit, point.direction].append(point)
    for group in groups.values():
        results = [point.result for point in group]
        if len(group) <= rules.setting("R14", "others"):
            continue
        for at, point in enumerate(group):
            others = results if len(results) > _PEERS_ONE_BY_ONE else results[:at] + results[at + 1 :]
            if rules.other_scale(point.result, others):
                continue  # told by R3
            if tally.tried("R14", rules.unlike_peers(point.result, others, point.percent)):
                yield _ask("R14", [point], {"others": _middle(others), "count": str(len(others))})


def _shares_cut(stretches: Iterable[Sequence[Point]]) -> Mapping[int, tuple[int, int]]:
    """Return for each year how many reached targets there were the year before, and how many of them were cut."""
    found: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for stretch in stretches:
        for before, now in pairwise(stretch):
            if before.target is not None and now.target is not None:
                found[now.year][0] += 1
                found[now.year][1] += rules.target_cut((before.target, before.result), now.target)
    return {year: (pairs, cut) for year, (pairs, cut) in found.items()}


def _shares_of_targets(points: Iterable[Point]) -> Mapping[int, Counter[Decimal]]:
    found: dict[int, Counter[Decimal]] = defaultdict(Counter)
    for point in points:
        if point.target is not None:
            found[point.year][point.target] += 1
    return found


def _ask(rule: str, points: Sequence[Point], values: Mapping[str, str], field_path: str = "actual") -> Question:
    now = points[-1]
    figures = {"result": str(now.result), "target": _or_none(now.target)}
    if len(points) > 1:
        figures |= {"result_before": str(points[0].result), "target_before": _or_none(points[0].target)}
        figures |= {"year_before": str(points[0].year)}
    return Question(
        rule=rule,
        kind=rules.rules()[rule]["class"],
        agency=now.agency,
        years=tuple(point.year for point in points),
        indicator_number=now.indicator_number,
        indicator_name=now.name,
        unit=now.unit,
        values={"year": str(now.year), **figures, **values},
        places=tuple((point.number, field_path) for point in points),
    )


def ask_agency(
    rule: str, agency: str, years: Iterable[int], values: Mapping[str, str], places: Sequence[Place]
) -> Question:
    """Return a question about all reports of an agency."""
    kind = rules.rules()[rule]["class"]
    return Question(rule, kind, agency, tuple(sorted(set(years))), None, None, None, values, tuple(places))


def _or_none(value: Decimal | None) -> str:
    return "–" if value is None else str(value)


def _said(quarters: Sequence[Decimal | None]) -> str:
    return ", ".join(map(_or_none, quarters)) or "–"


def _steps(steps: Sequence[tuple[Decimal, Decimal]]) -> str:
    return ", ".join(f"{target} → {result}" for target, result in steps)


def _middle(others: Sequence[Decimal]) -> str:
    return f"{Decimal(median(others)).normalize():f}"

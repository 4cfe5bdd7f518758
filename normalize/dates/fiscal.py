"""The fiscal year of a day, and of a report that does not print its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from normalize.dates.years import FISCAL_FIRST_MONTH
from raingan.model.records import BUDDHIST_ERA, DateKind, DateMention

_FISCAL_KINDS = frozenset(
    {DateKind.FISCAL_YEAR, DateKind.FISCAL_QUARTER, DateKind.FISCAL_HALF, DateKind.FISCAL_YEAR_RANGE}
)
_SPANS_OF_YEARS = frozenset({DateKind.YEAR, DateKind.YEAR_RANGE, DateKind.FISCAL_YEAR_RANGE})

# What a mention weighs. A day that lies in the very quarter whose section tells of it is the best evidence there
# is; a named fiscal year may be the next one ("to be paid in fiscal year ..."), so it weighs like two days.
_IN_ITS_QUARTER = 3
_IN_A_QUARTER = 1
_NAMED_YEAR = 2
_ELSEWHERE = 1


def fiscal_year_of(day: date) -> int:
    """Return the Buddhist-era fiscal year of a day: it begins on 1 October of the year before."""
    return day.year + BUDDHIST_ERA + (1 if day.month >= FISCAL_FIRST_MONTH else 0)


def fiscal_quarter_of(day: date) -> int:
    """Return 1 (October to December) to 4 (July to September)."""
    return (day.month - FISCAL_FIRST_MONTH) % 12 // 3 + 1


def infer_fiscal_year(dates: Sequence[DateMention], printed: Sequence[int] = ()) -> int | None:
    """Return the fiscal year that the dates of a report point to, or None where they do not agree on one.

    `printed` are fiscal years found elsewhere on the page, each weighing as much as a named one.
    """
    votes: Counter[int] = Counter()
    for year in printed:
        votes[year] += _NAMED_YEAR
    for mention in dates:
        if mention.start is None or mention.kind in _SPANS_OF_YEARS:
            continue
        votes[fiscal_year_of(mention.start)] += _weight(mention, mention.start)
    if not votes:
        return None
    (best, weight), *others = votes.most_common(2)
    if others and others[0][1] == weight:
        return None
    return best


def _weight(mention: DateMention, start: date) -> int:
    if mention.kind in _FISCAL_KINDS:
        return _NAMED_YEAR
    if mention.section.startswith("quarter_"):
        return _IN_ITS_QUARTER if fiscal_quarter_of(start) == int(mention.section[-1]) else _IN_A_QUARTER
    return _ELSEWHERE

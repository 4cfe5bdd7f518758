"""Decide which candidates are headings, for a whole document at once.

The best chain of candidates is sought: the weights of its headings count for a chain, a heading out of the form's
order, a heading that was there already and sections that are skipped count against it. So "5. target : ..." as the
fifth item of a list stays prose: taking it would mean a second target out of order. A new record may begin
wherever the form says a record starts; elsewhere only if much speaks for it.

The work grows with lines x fields of the form: of all chains that have reached the same field only the best is
kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from extract.sections.labels import Candidate

if TYPE_CHECKING:
    from extract.sections.forms import Form, FormField

# Weights in the unit of `LabelIndex.score`: a numbered heading with its colon has about 6, one without number 3.5.
_SKIPPED = 0.55  # each required field that a chain leaves out
_NEW_RECORD = 1.0  # a record begins at its first field
_ODD_RECORD = 7.0  # a record begins at another field
_NO_START = 2.0  # a record without its first field
_OUT_OF_ORDER = 3.2
_REPEATED_AT_ONCE = 3.6  # the same heading again with nothing between
_REPEATED = 9.0
_TITLE_INSIDE = 1.5  # a title line below the name, or at the end
_TITLE_IN_PROSE = 4.0  # a title line behind a section of prose, which may be the prose's own
_NO_NUMBER = 1.2  # a heading without number in a document that prints them
_NO_COLONS = 1.0  # a heading without colon in a document that prints none
_WRAPPED = 1.6  # the line before it is full, so this one may be its continuation


class Heading(msgspec.Struct, frozen=True, gc=False):
    """A candidate that was chosen."""

    candidate: Candidate
    new_record: bool
    out_of_order: bool
    repeated: bool


class _Chain(msgspec.Struct, frozen=True, gc=False):
    """Best chain of headings that has got as far as one field of the form."""

    score: float
    seen: int  # bit set of the fields of the current record
    last: int  # field chosen last
    heading: Heading | None
    before: _Chain | None
    end_line: int = -1
    end: int = 0
    unfinished: float = 0.0  # cost of ending the record here


_Step = tuple[int, float, int, bool, bool, bool]
"""A chain with one heading more, not yet made: furthest field, score, seen, new record, late, repeated."""


def choose(
    form: Form,
    candidates: Sequence[Candidate],
    full_before: frozenset[int] = frozenset(),
    titles_at: frozenset[int] = frozenset(),
) -> list[Heading]:
    """Choose the headings.

    `full_before` are the lines that may continue a full line before them, `titles_at` those where title lines may
    follow prose.
    """
    habits = _habits(form, candidates)
    costs = _Costs(form, titles_at)
    empty = _Chain(0.0, 0, -1, None, None)
    chains: dict[int, _Chain] = {-1: empty}  # by the furthest field reached in the current record
    for _, group in groupby(candidates, key=lambda candidate: (candidate.line, candidate.start)):
        reached: dict[int, tuple[_Step, _Chain, Candidate]] = {}
        for candidate in group:
            weight = _weight(form, candidate, habits, full_before)
            if weight <= 0:
                continue
            for furthest, chain in chains.items():
                if (candidate.line, candidate.start) < (chain.end_line, chain.end):
                    continue
                for step in costs.steps(furthest, chain, candidate, weight):
                    key = step[0]
                    if key not in reached or step[1] > reached[key][0][1]:
                        reached[key] = (step, chain, candidate)
        for key, (step, before, candidate) in reached.items():
            if key not in chains or step[1] > chains[key].score:
                chains[key] = costs.chain(step, before, candidate)
    best = max(chains.values(), key=lambda chain: chain.score - chain.unfinished)
    headings: list[Heading] = []
    link: _Chain | None = best
    while link is not None and link.heading is not None:
        headings.append(link.heading)
        link = link.before
    return headings[::-1]


class _Costs:
    """What a step from one chain to the next heading costs."""

    def __init__(self, form: Form, titles_at: frozenset[int]) -> None:
        self.titles_at = titles_at
        self.fields = form.fields
        self.start = next(index for index, field in enumerate(form.fields) if field.start)
        self.required = [field.required for field in form.fields]
        self.required_bits = sum(1 << index for index, needed in enumerate(self.required) if needed)
        self.sums = [0]
        for needed in self.required:
            self.sums.append(self.sums[-1] + needed)

    def chain(self, step: _Step, before: _Chain, candidate: Candidate) -> _Chain:
        """Make the chain of a step."""
        _, score, seen, new_record, late, repeated = step
        heading = Heading(candidate, new_record, late and not repeated, repeated)
        field = candidate.field
        unfinished = self._unfinished(seen, field)
        return _Chain(score, seen, field, heading, before, candidate.end_line, candidate.end, unfinished)

    def steps(self, furthest: int, chain: _Chain, candidate: Candidate, weight: float) -> Iterator[_Step]:
        """Take the candidate as next heading: in the record at hand, or as the first of a new record."""
        number = candidate.field
        field = self.fields[number]
        late = number < furthest
        bit = 1 << number
        if chain.last >= 0 and not (late and (field.start or self._begins_anew(furthest, chain, field))):
            repeated = bool(chain.seen & bit) and not field.repeats
            if repeated:
                cost = _REPEATED_AT_ONCE if number == chain.last else _REPEATED
            elif late and field.place == "before" and furthest >= self.start:
                cost = _TITLE_INSIDE
            elif late:
                cost = 0.0 if field.place == "before" else _OUT_OF_ORDER
            else:
                cost = _SKIPPED * max(0, self.sums[number] - self.sums[furthest + 1])
                if furthest < self.start < number:
                    cost += _NO_START
            score = chain.score + weight - cost
            odd = late and not (field.place == "before" and furthest < self.start)  # titles stand in any order
            yield (number if number > furthest else furthest), score, chain.seen | bit, False, odd, repeated
        cost = chain.unfinished
        if number <= self.start:
            cost += _NEW_RECORD
            if field.place == "before" and not (self._closed(chain) or candidate.line in self.titles_at):
                cost += _TITLE_IN_PROSE
        else:
            cost += (_ODD_RECORD if chain.last >= 0 else _NO_START) + _SKIPPED * self.sums[number]
        yield number, chain.score + weight - cost, bit, True, False, False

    def _begins_anew(self, furthest: int, chain: _Chain, field: FormField) -> bool:
        """Tell whether a title line belongs to the next record; the titles of one record stand in any order.

        Below the name, or at the very end, only a title with its colon behind a field of one line stays in the record.
        """
        if field.place != "before" or furthest < self.start:
            return False
        return field.colon != "needed" or not (self._closed(chain) or chain.last == self.start)

    def _unfinished(self, seen: int, last: int) -> float:
        """Cost of ending a record that has these fields at the last one of them."""
        lost = self.required_bits & ~seen
        return _SKIPPED * (lost >> (last + 1)).bit_count()

    def _closed(self, chain: _Chain) -> bool:
        """Tell whether the chain's last field takes one line only, so that a title may follow it."""
        return chain.last < 0 or self.fields[chain.last].kind.one_line


class _Habits(NamedTuple):
    """How this document prints its headings."""

    numbered: bool
    without_colons: bool


def _weight(form: Form, candidate: Candidate, habits: _Habits, full_before: frozenset[int]) -> float:
    field = form.fields[candidate.field]
    weight = candidate.score
    if field.number and habits.numbered and not candidate.numbered and not candidate.stranger:
        weight -= _NO_NUMBER
    if habits.without_colons and candidate.start == 0 and not candidate.colon and not candidate.lone:
        weight += _NO_COLONS
    if candidate.start == 0 and candidate.line in full_before and not candidate.numbered:
        weight -= _WRAPPED
    return weight


def _habits(form: Form, candidates: Sequence[Candidate]) -> _Habits:
    """Tell whether this document prints the form's numbers before its headings, and colons behind them."""
    usual = [c for c in candidates if form.fields[c.field].number and c.edits == 0 and c.start == 0]
    sure = [c for c in usual if c.colon]
    without_colons = len(usual) >= 6 and len(sure) <= 0.1 * len(usual)
    sure = usual if without_colons else sure
    return _Habits(2 * sum(c.numbered for c in sure) > len(sure), without_colons)

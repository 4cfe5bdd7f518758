"""What a heading has to weigh before it is taken, just inside and just outside: the weights in `headings`."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from extract.sections.forms import load_forms
from extract.sections.headings import Heading, choose
from extract.sections.labels import Candidate

(FORM,) = (form for form in load_forms() if form.id == "bma-indicator")
NUMBERS = {field.key or field.labels[0]: number for number, field in enumerate(FORM.fields)}
REQUIRED = [field.key or field.labels[0] for field in FORM.fields if field.required]
AFTER_NAME = REQUIRED[1:]
SKIPPED = 0.55


def candidate(line: int, key: str, score: float, colon: bool = True) -> Candidate:
    return Candidate(line, 0, line, 5, NUMBERS[key], key, key, score, numbered=True, colon=colon)


def taken(*placed: tuple[str, float], titles_at: Iterable[int] = ()) -> list[Heading]:
    """Headings chosen among candidates that stand a line each in this order."""
    candidates = [candidate(line, key, score) for line, (key, score) in enumerate(placed)]
    return choose(FORM, candidates, titles_at=frozenset(titles_at))


def record(keys: Iterable[str] = REQUIRED, score: float = 4.0) -> list[tuple[str, float]]:
    return [(key, score) for key in keys]


def shared(keys: list[str], total: float) -> list[tuple[str, float]]:
    """Candidates that weigh so much together."""
    return record(keys, total / len(keys))


def test_the_first_field_is_the_one_that_starts() -> None:
    assert REQUIRED[0] == "indicator_name" and FORM.fields[NUMBERS["indicator_name"]].start


@pytest.mark.parametrize(("weight", "expected"), [(3.1, False), (3.3, True)])
def test_a_heading_out_of_order(weight: float, expected: bool) -> None:
    keys = [key for key in REQUIRED if key != "definition"]
    found = taken(*record(keys), ("definition", weight))
    assert len(found) == len(keys) + expected
    assert found[-1].out_of_order is expected and not found[-1].repeated


@pytest.mark.parametrize(("weight", "expected"), [(3.5, False), (3.7, True)])
def test_a_heading_again_with_nothing_between(weight: float, expected: bool) -> None:
    found = taken(*record(), (REQUIRED[-1], weight))
    assert len(found) == len(REQUIRED) + expected
    assert found[-1].repeated is expected and not found[-1].out_of_order


@pytest.mark.parametrize(("weight", "expected"), [(8.9, False), (9.1, True)])
def test_a_heading_again_after_others(weight: float, expected: bool) -> None:
    found = taken(*record(score=9.0), ("definition", weight))
    assert len(found) == len(REQUIRED) + expected
    assert found[-1].repeated is expected


@pytest.mark.parametrize(("more", "expected"), [(-0.1, False), (0.1, True)])
def test_a_first_heading_alone_has_to_outweigh_all_that_its_record_would_miss(more: float, expected: bool) -> None:
    found = taken(*record(), ("indicator_name", 1.0 + SKIPPED * len(AFTER_NAME) + more))
    assert [heading.new_record for heading in found].count(True) == 1 + expected


@pytest.mark.parametrize(("weight", "expected"), [(0.9, 1), (1.1, 2)])
def test_a_second_record_in_order_costs_its_beginning_alone(weight: float, expected: int) -> None:
    found = taken(*record(), *shared(REQUIRED, weight))
    assert [heading.new_record for heading in found].count(True) == expected
    assert not any(heading.out_of_order or heading.repeated for heading in found)


@pytest.mark.parametrize("missing", [0, 2])
@pytest.mark.parametrize(("more", "expected"), [(-0.1, 1), (0.1, 2)])
def test_a_second_record_without_its_first_heading(missing: int, more: float, expected: int) -> None:
    """It costs more than one in order, and what the record before it misses is lost for good."""
    whole = len(REQUIRED) - missing
    weight = 7.0 + SKIPPED + SKIPPED * missing + more
    found = taken(*record(REQUIRED[:whole]), *shared(REQUIRED[1:whole], weight))
    assert [heading.new_record for heading in found].count(True) == expected


@pytest.mark.parametrize(("more", "expected"), [(-0.1, 0), (0.1, len(AFTER_NAME))])
def test_the_first_record_without_its_first_heading(more: float, expected: int) -> None:
    assert len(taken(*shared(AFTER_NAME, 2.0 + SKIPPED + more))) == expected


@pytest.mark.parametrize(
    ("weight", "at_the_top", "expected"), [(3.9, False, False), (4.1, False, True), (0.1, True, True)]
)
def test_a_title_behind_prose_may_be_the_proses_own(weight: float, at_the_top: bool, expected: bool) -> None:
    line = len(REQUIRED)
    found = taken(*record(), ("agency", weight), *record(), titles_at=[line] if at_the_top else [])
    agency = [heading for heading in found if heading.candidate.label == "agency"]
    assert bool(agency) is expected
    assert [heading.new_record for heading in found].count(True) == 2
    assert all(heading.new_record for heading in agency)


@pytest.mark.parametrize(
    ("usual", "colons", "expected"), [(5, 0, False), (6, 0, True), (10, 1, True), (10, 2, False), (9, 1, False)]
)
def test_a_document_that_prints_no_colons(usual: int, colons: int, expected: bool) -> None:
    """Six headings tell it, of which one in ten may have a colon; then one without is worth more."""
    numbered = [key for key in REQUIRED if key != "definition" and FORM.fields[NUMBERS[key]].number]
    keys = numbered[: usual - 1]
    candidates = [candidate(line, key, 8.0, line < colons) for line, key in enumerate(keys)]
    found = choose(FORM, [*candidates, candidate(len(keys), "definition", 2.3, colon=False)])
    assert found[-1].out_of_order is expected
    assert len(found) == usual - 1 + expected


@pytest.mark.parametrize(("weight", "expected"), [(1.4, False), (1.6, True)])
def test_a_title_below_the_name(weight: float, expected: bool) -> None:
    found = taken(("indicator_name", 4.0), ("agency", weight), *record(AFTER_NAME))
    assert len(found) == len(REQUIRED) + expected
    assert [heading.new_record for heading in found].count(True) == 1

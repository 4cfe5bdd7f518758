"""A report as fields: each flag stands in one of them, and a value goes back to where it came from."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from raingan.convert import reading
from raingan.model.records import Flag, Report
from raingan.review.decisions import FieldKind
from raingan.review.fields import fields_of, with_value
from raingan.settings import Settings
from tests.review.made import SAMPLES, field_of, report


@pytest.fixture(scope="module")
def read() -> list[Report]:
    with reading([str(SAMPLES / "stalls.html"), str(SAMPLES / "scan.pdf")], Settings(workers=0)) as (run, _, _):
        return list(run.reports())


def test_every_flag_stands_in_one_field(read: list[Report]) -> None:
    for whole in (*read, report()):
        held = [id(flag) for item in fields_of(whole) for flag in item.flags]
        assert sorted(held) == sorted(id(flag) for flag in whole.flags)


PATHS = st.sampled_from(
    [field.path for field in fields_of(report())]
    + [
        "target",
        "dates",
        "dates.0.start",
        "dates.7",
        "orders.0",
        "quantities.0",
        "quarters",
        "strategy",
        "pages",
        "x.y",
    ]
)


@settings(deadline=None)
@given(st.lists(PATHS, max_size=6))
def test_a_flag_on_any_path_finds_its_field(paths: list[str]) -> None:
    whole = report(flags=tuple(Flag("value-doubtful", path) for path in paths))
    items = fields_of(whole)
    assert len({item.path for item in items}) == len(items)
    assert sum(len(item.flags) for item in items) == len(paths)


@pytest.mark.parametrize(
    ("path", "holder"),
    [
        ("target", "target.value"),
        ("strategy.goal", "strategy.goal.text"),
        ("orders.0", "orders.0.number"),
        ("dates.0.start", "dates.0"),
        ("quarter_results.1.scores.1", "quarter_results.1.scores"),
        ("pages", "pages"),
    ],
)
def test_what_a_flag_is_about(path: str, holder: str) -> None:
    whole = report(flags=(Flag("value-doubtful", path),))
    assert [item.path for item in fields_of(whole) if item.flags] == [holder]


def test_a_value_laid_back_is_the_same_report(read: list[Report]) -> None:
    for whole in (*read, report()):
        for item in fields_of(whole):
            if item.kind is not FieldKind.NOTICE and item.value is not None:
                assert with_value(whole, item.path, item.value) == whole, item.path


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("fiscal_year", "2565"),
        ("actual.value", "-12345678901234.5"),
        ("target.operator", "<="),
        ("strategy.goal.code", "1.1"),
        ("quarters.4", "two\nparagraphs"),
        ("quarter_results.1.scores", "4 / 5"),
        ("dates.0", "2021-03-16"),
        ("dates.0", "2021-03-16/2021-04-01"),
        ("orders.0.date", "2020-02-29"),
        ("quantities.0.value", None),
        ("level", "outcome"),
        ("agency", None),
    ],
)
def test_a_new_value_is_what_the_field_then_shows(path: str, value: str | None) -> None:
    changed = with_value(report(), path, value)
    assert field_of(changed, path).value == value
    before, after = ({item.path: item.value for item in fields_of(whole)} for whole in (report(), changed))
    assert {key for key in before if before[key] != after.get(key)} == {path}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("actual.value", "NaN"),
        ("actual.value", "many"),
        ("actual.text", "x"),
        ("level", "other"),
        ("target.operator", "<>"),
        ("dates.1", "2021-03-16"),
        ("dates.-1", "2021-03-16"),
        ("dates.0", "2021-02-30"),
        ("orders.0.date", "2021-03-16/2021-03-17"),
        ("strategy.issue.text", "no such step"),
        ("quarter_results.2.value", "1"),
        ("fiscal_year", "64"),
        ("flags", "x"),
        ("file", "x"),
        ("target", "x"),
        ("__class__", "x"),
        ("pages", "x"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(path: str, value: str) -> None:
    with pytest.raises(ValueError):
        with_value(report(), path, value)


def test_numbers_are_written_without_needless_digits() -> None:
    whole = report(actual=report().actual.__class__(Decimal("1E+3"), None, None, "1000"))
    assert field_of(whole, "actual.value").value == "1000"
    assert field_of(report(), "actual.value").value == "85.5"


def test_a_field_knows_where_it_stands() -> None:
    actual, date, other = (field_of(report(), path) for path in ("actual.value", "dates.0", "evidence"))
    assert (actual.page, actual.box, actual.printed, actual.confidence) == (3, (10, 20, 30, 40), "85.50", 0.9)
    assert (date.page, date.box, date.printed) == (2, (1, 2, 3, 4), "15 - 17")
    assert (other.page, other.box) == (2, None)

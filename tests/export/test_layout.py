"""The tables as data agree with the rows that are made for them."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from pathlib import Path

import pytest

from export.achievement import achievement
from export.flagging import page_of, page_of_flag, printed_text, value_text
from export.layout import LANGUAGES, Words, columns_of_path, plans
from export.links import escape_path, link_maker, page_suffix
from export.questions import QUESTIONS, question_rows
from export.rows import RowMaker
from raingan.model.records import DateKind, Flag, Kind, Measure, State
from tests.export import made


def test_every_row_has_a_value_for_every_column() -> None:
    maker = RowMaker(made.run_info(), 2000)
    seen = set()
    for number, report in enumerate([*made.reports(5), *made.hostile_reports(), made.reviewed()], 1):
        for row in maker.rows_of_report(number, report):
            assert len(row.values) == len(plans()[row.table].columns), row.table
            seen.add(row.table)
    for number, file in enumerate(made.files(5), 1):
        for row in maker.rows_of_file(number, file):
            assert len(row.values) == len(plans()[row.table].columns), row.table
            seen.add(row.table)
    for values in question_rows([made.question()], maker.words):
        assert len(values) == len(plans()[QUESTIONS].columns)
        seen.add(QUESTIONS)
    assert seen == set(plans()) - {"explanation"}


@pytest.mark.parametrize("language", range(len(LANGUAGES)))
def test_titles_and_keys_are_unique(language: int) -> None:
    titles = [plan.title[language] for plan in plans().values()]
    assert len(set(titles)) == len(titles)
    for plan in plans().values():
        names = [column.title[language].casefold() for column in plan.columns]
        assert len(set(names)) == len(names), plan.table
        assert len({column.key for column in plan.columns}) == len(plan.columns)
        assert all(column.meaning[language] for column in plan.columns)


def test_every_code_has_a_word() -> None:
    for language in LANGUAGES:
        words = Words(language)
        assert set(words.keys("state")) == set(words.keys("state_meaning")) == {state.value for state in State}
        assert set(words.keys("kind")) == {kind.value for kind in Kind}
        assert set(words.keys("date_kind")) == {kind.value for kind in DateKind}
        assert set(words.keys("severity")) == set(words.keys("severity_meaning")) == {"1", "2", "3", "4"}
    for plan in plans().values():
        for column in plan.columns:
            assert (column.type == "word") == (column.words is not None)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("actual.value", "Actual"),
        ("actual", "actual"),
        ("dates.3", "date 4"),
        ("dates.0.start", "date 1"),
        ("quarters.2", "quarter 2"),
        ("quarter_results.4.value", "result of quarter 4"),
        ("definition", "definition"),
        ("strategy.goal.code", "Goal code"),
        ("strategy.goal", "goal"),
        ("pages", "pages"),
        ("something.new", "something.new"),
    ],
)
def test_field_names(path: str, name: str) -> None:
    assert Words("en").field_name(path) == name


@pytest.mark.parametrize(
    ("table", "path", "keys"),
    [
        ("reports", "actual.value", {"actual_value", "achievement_percent", "achievement"}),
        ("reports", "strategy.goal", {"goal_code", "goal_text"}),
        ("reports", "pages", {"first_page", "last_page"}),
        ("reports", "dates.3", set()),
        ("dates", "dates.3", {"text", "kind", "start", "end"}),
        ("dates", "dates.3.start", {"start"}),
        ("quarters", "quarters.2", {"text"}),
        ("quarters", "quarter_results.2.value", {"value"}),
        ("quarters", "quarter_results.2.scores.1", {"score_1", "score_2", "other_scores"}),
    ],
)
def test_which_columns_a_flag_colours(table: str, path: str, keys: set[str]) -> None:
    assert {plans()[table].columns[index].key for index in columns_of_path(table, path)} == keys


@pytest.mark.parametrize(
    ("path", "page", "printed", "value"),
    [
        ("target.value", 1, "ไม่น้อยกว่า 2,250 (ต้น)", "2250 ต้น"),
        ("dates.1", 2, "เดือนมีนาคม 2564", "1 มี.ค. 2564 – 31 มี.ค. 2564"),
        ("dates.2.start", 1, "วันที่ 31 เมษายน 2564", None),
        ("dates.9", 1, None, None),
        ("orders.0", 1, "คำสั่งสำนักงานเขตบางนา ที่ 9/2564", "9/2564 12 ม.ค. 2564"),
        ("quantities.2", 1, "ไม่น้อยกว่า 1.5 ล้านบาท", ">= 1,500,000 บาท"),
        ("evidence", 2, "ภาพถ่ายกิจกรรม", None),
        ("quarter_results.2.value", 1, None, "51.0"),
        ("strategy.goal.code", 1, None, "2.1.3"),
        ("fiscal_year", 1, None, "2563"),
        ("level", 1, None, "outcome"),
        ("nothing.like.this", 1, None, None),
    ],
)
def test_what_a_flag_points_at(path: str, page: int, printed: str | None, value: str | None) -> None:
    report = made.report(1)
    assert page_of(report, path) == page
    assert printed_text(report, path, 300) == printed
    if path == "target.value":
        value = "2,250 ต้น"
    assert value_text(report, path, Words("en")) == value


def measure(
    value: str | None, unit: str | None = "ต้น", operator: str | None = None, upper: str | None = None
) -> Measure:
    return Measure(
        None if value is None else Decimal(value), unit, operator, None, None if upper is None else Decimal(upper)
    )


@pytest.mark.parametrize(
    ("target", "actual", "percent", "outcome"),
    [
        (measure("80"), measure("100"), "125.00", "reached"),
        (measure("3"), measure("1"), "33.33", "not-reached"),
        (measure("5", operator=">="), measure("5"), "100.00", "reached"),
        (measure("5", operator=">"), measure("5"), "100.00", "not-reached"),
        (measure("5", operator="<="), measure("4"), None, "reached"),
        (measure("5", operator="<="), measure("6"), None, "not-reached"),
        (measure("0", operator="<="), measure("0"), None, "reached"),
        (measure("0"), measure("100"), None, "not-comparable"),
        (measure("-1"), measure("1"), None, "not-comparable"),
        (measure("5"), measure("5", unit="ไร่"), None, "not-comparable"),
        (measure("5", unit=None), measure("5", unit=None), "100.00", "reached"),
        (measure(None), measure("5"), None, "not-comparable"),
        (measure("5", operator="~"), measure("5"), None, "not-comparable"),
        (measure("3", upper="5", operator=".."), measure("4"), None, "not-comparable"),
        (measure("3"), measure("4", operator="~"), None, "not-comparable"),
        (measure("NaN"), measure("4"), None, "not-comparable"),
        (measure("1E-90"), measure("1E+90"), None, "reached"),
        (measure("1E+500"), measure("1"), None, "not-comparable"),
    ],
)
def test_achievement(target: Measure, actual: Measure, percent: str | None, outcome: str) -> None:
    assert achievement(target, actual, "more") == (None if percent is None else Decimal(percent), outcome)


def changing(value: str, change: str | None) -> Measure:
    return Measure(Decimal(value), "ร้อยละ", change=change)


@pytest.mark.parametrize(
    ("target", "actual", "direction", "percent", "outcome"),
    [
        (measure("5"), measure("4"), "less", None, "reached"),
        (measure("5"), measure("5"), "less", None, "reached"),
        (measure("5"), measure("6"), "less", None, "not-reached"),
        (measure("0"), measure("0"), "less", None, "reached"),
        (measure("5"), measure("6"), None, None, "not-comparable"),
        (measure("5", operator="<="), measure("4"), None, None, "not-comparable"),
        (measure("5", operator=">="), measure("4"), "less", "80.00", "not-reached"),
        (changing("10", "fall"), changing("12", "fall"), "more", "120.00", "reached"),
        (changing("10", "fall"), changing("12", "rise"), "more", None, "not-comparable"),
        (changing("10", "fall"), changing("12", None), "more", "120.00", "reached"),
        (
            Measure(Decimal("1.2"), "ล้านบาท", base=Decimal(1_200_000), base_unit="บาท"),
            measure("1150000", unit="บาท"),
            "more",
            "95.83",
            "not-reached",
        ),
        (
            Measure(Decimal("80"), "%", base=Decimal(80), base_unit="ร้อยละ"),
            measure("80", "ร้อยละ"),
            "more",
            "100.00",
            "reached",
        ),
    ],
)
def test_achievement_by_direction(
    target: Measure, actual: Measure, direction: str | None, percent: str | None, outcome: str
) -> None:
    assert achievement(target, actual, direction) == (None if percent is None else Decimal(percent), outcome)


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("a/รายงาน 1.pdf", "a/รายงาน%201.pdf"),
        ("a#b%20c.pdf", "a%23b%2520c.pdf"),
        ("http://x", "http%3A//x"),
        ("a?b&c<d>\"e'.pdf", "a%3Fb%26c%3Cd%3E%22e'.pdf"),
        ("bad\udce0\udcb8.txt", "bad%E0%B8.txt"),
        ("lone\ud800.txt", "lone%ED%A0%80.txt"),
        ("zero\u200bwidth\u202e.txt", "zero%E2%80%8Bwidth%E2%80%AE.txt"),
    ],
)
def test_addresses(path: str, address: str) -> None:
    assert escape_path(path) == address


def test_links_are_relative_to_the_folder(tmp_path: Path) -> None:
    link = link_maker(tmp_path / "out")
    assert link(str(tmp_path / "out" / "a b.pdf")) == "a%20b.pdf"
    assert link(str(tmp_path / "in" / "c.pdf")) == "../in/c.pdf"


def test_only_the_pdf_itself_has_pages() -> None:
    assert page_suffix("2564/q1.pdf", "/data/2564/q1.pdf", "pdf", 3) == "#page=3"
    assert page_suffix("a.zip/q1.pdf", "/data/a.zip", "pdf", 3) == ""
    assert page_suffix("q1.docx", "/data/q1.docx", "docx", 3) == ""
    assert page_suffix("q1.pdf", "/data/q1.pdf", "pdf", None) == ""


@pytest.mark.parametrize(
    ("field", "named", "page"),
    [("pages", "3", 3), ("pages", "4", 2), ("pages", "1", 2), ("pages", "", 2), ("pages", "\u0e53", 2)],
)
def test_a_flag_on_the_whole_report_stands_on_the_page_that_it_names(field: str, named: str, page: int) -> None:
    report = dataclasses.replace(made.report(0), pages=(2, 3))
    assert page_of_flag(report, Flag("remains", field, {"page": named, "count": "1"})) == page

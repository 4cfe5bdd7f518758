"""Cells of a table of quarters: each is its place, whatever stands in it; by order alone what is not known is told."""

from __future__ import annotations

from decimal import Decimal

import pytest

from extract.sections.find import find_reports
from extract.sections.forms import load_forms
from normalize.report import normalize_report
from raingan.model.records import Document, Kind, Line, Page, Report
from tests.extract_sections.made import document
from tests.extract_sections.test_web_form import HEAD, PROSE, TOP

FORMS = load_forms()
TITLE = "ผลงานเทียบกับเป้าหมายรายไตรมาส"
HEADERS = ["ไตรมาสที่ (1 - 4)", "*ผลงาน* (ร้อยละ)", "*ผลประเมินตัวชี้วัด* (* 2.1 / 2.2 *)"]
LAST = ["90", "100|80 / 100"]

_OF_FIGURES = ("value-ambiguous", "value-doubtful", "value-unreadable")
Rows = list[list[str]]
Read = dict[str, tuple[str | None, str | None, int]]  # value, assessment, how many scores


def placed(rows: Rows) -> Document:
    """A table of cells; | parts the lines of one, a blank cell has no line."""
    lines = [Line(text, 1, paragraph_end=True) for text in [*HEAD, *TOP, TITLE]]
    lines += [
        Line(text, 1, paragraph_end=True, cell=(1, row, column))
        for row, cells in enumerate(rows, 1)
        for column, cell in enumerate(cells, 1)
        for text in cell.split("|")
        if text
    ]
    lines += [Line(text, 1, paragraph_end=True) for text in PROSE]
    return Document(Kind.HTML, "made/1", (Page(1, tuple(lines)),))


def report_of(made: Document) -> Report:
    (raw,) = find_reports(made, FORMS)
    return normalize_report(raw, "a.html", "0" * 64, "text")


def read(report: Report) -> Read:
    return {
        quarter: (
            None if result.value is None else f"{result.value:f}",
            None if result.assessment is None else f"{result.assessment:f}",
            len(result.scores),
        )
        for quarter, result in report.quarter_results.items()
    }


def codes(report: Report, quarter: str) -> list[str]:
    return [flag.code for flag in report.flags if flag.field.startswith(f"quarter_results.{quarter}")]


# What may stand in the cell of a result -> its value, and the flag that it needs.
RESULTS: list[tuple[str, str | None, str | None]] = [
    ("25.00", "25.00", None),
    ("", None, None),
    ("-", None, None),
    ("–", None, None),
    ("N/A", None, None),
    ("ไม่มี", None, None),
    ("รอผล", None, "value-unreadable"),
    ("อยู่ระหว่างดำเนินการ", None, "value-unreadable"),
    ("(5.00)", "-5.00", None),
    ("25.00*", "25.00", None),
    ("25 จุด", "25", None),
    ("ระดับ 2", "2", None),
    ("1/4", "0.25", "value-doubtful"),
    ("......25......", "25", None),
    ("๒๕.๕๐", "25.50", None),
    ("1|20", "1", "value-ambiguous"),
]


@pytest.mark.parametrize("assessment", ["100", "100|100 / 90", "100 100 / 90", "100 / 90"])
@pytest.mark.parametrize("printed, value, code", RESULTS, ids=[row[0] or "blank" for row in RESULTS])
def test_a_result_is_its_cell_and_never_the_one_beside_it(
    printed: str, value: str | None, code: str | None, assessment: str
) -> None:
    report = report_of(placed([HEADERS, ["1", printed, assessment], ["2", *LAST]]))
    got = read(report)
    assert got["2"] == ("90", "100", 2)
    assert got["1"][0] == value
    assert got["1"][1] == (None if assessment == "100 / 90" else "100")
    assert [flag for flag in codes(report, "1") if flag in _OF_FIGURES] == ([code] if code else [])


@pytest.mark.parametrize("label", ["1", "๑", "ไตรมาสที่ 1", "ไตรมาส ๑", "1.", "Q1"])
def test_a_row_is_known_by_its_number(label: str) -> None:
    assert read(report_of(placed([HEADERS, [label, "10", "100|100 / 100"]]))) == {"1": ("10", "100", 2)}


@pytest.mark.parametrize("label", ["รวม", "5", "ไตรมาสที่ 1 ถึง 2 รวมกันทั้งหมด"])
def test_a_row_of_another_name_gives_nothing(label: str) -> None:
    assert read(report_of(placed([HEADERS, ["1", "10", "100"], [label, "99", "99"]]))) == {"1": ("10", "100", 0)}


def test_a_row_that_is_not_printed_takes_nothing_from_the_others_and_is_told() -> None:
    report = report_of(placed([HEADERS, ["1", "10", "100|1 / 1"], ["3", "30", "90|1 / 1"]]))
    assert read(report) == {"1": ("10", "100", 2), "2": (None, None, 0), "3": ("30", "90", 2)}
    assert codes(report, "2") == ["row-missing"]
    report = report_of(placed([HEADERS, ["1", "10", "100"], ["2", "20", "90"]]))  # the year goes on
    assert "row-missing" not in {flag.code for flag in report.flags}


def test_a_column_that_is_not_printed_leaves_the_others_theirs() -> None:
    report = report_of(placed([[HEADERS[0], HEADERS[2]], ["1", "100|100 / 100"], ["2", "90|1 / 1"]]))
    assert read(report) == {"1": (None, "100", 2), "2": (None, "90", 2)}
    report = report_of(placed([HEADERS[:2], ["1", "10"], ["2", "20"]]))
    assert read(report) == {"1": ("10", None, 0), "2": ("20", None, 0)}


def test_a_label_over_two_rows_holds_both() -> None:
    report = report_of(placed([HEADERS, ["1", "10", "100"], ["", "", "100 / 90"], ["2", "20", "90|1 / 1"]]))
    assert read(report) == {"1": ("10", "100", 2), "2": ("20", "90", 2)}


def test_columns_without_headers_go_by_their_order() -> None:
    rows = [["1", "-", "100|1 / 1"], ["2", "20", "90|1 / 1"]]
    assert read(report_of(placed(rows))) == {"1": (None, "100", 2), "2": ("20", "90", 2)}
    rows = [["1", "-", "100", "1 / 1"], ["2", "20", "90", "1 / 1"]]
    assert read(report_of(placed(rows))) == {"1": (None, "100", 2), "2": ("20", "90", 2)}


def ordered(cells: list[str]) -> Report:
    return report_of(document([*HEAD, *TOP, TITLE, *HEADERS, *cells, *PROSE]))


@pytest.mark.parametrize(
    ("mark", "value"),
    [("-", None), ("N/A", None), ("รอผล", None), ("(5.00)", "-5.00"), ("25*", "25"), ("25 จุด", "25"), ("ระดับ 2", "2")],
)  # fmt: skip
def test_a_mark_on_a_line_of_its_own_holds_its_place(mark: str, value: str | None) -> None:
    report = ordered(["1", mark, "100", "100 / 100", "2", "50.00", "90", "1 / 1", "3", "60.00", "80", "1 / 1"])
    assert read(report) == {"1": (value, "100", 2), "2": ("50.00", "90", 2), "3": ("60.00", "80", 2)}
    report = ordered([f"1 {mark} 100 100 / 100", "2 50.00 90 1 / 1", "3 60.00 80 1 / 1"])
    assert read(report)["1"][1] == "100"


def test_a_blank_line_is_given_to_the_cell_that_is_written_like_it() -> None:
    rows = ["2", "50.00", "90", "1 / 1", "3", "60.00", "80", "1 / 1"]
    assert read(ordered(["1", "100", "100 / 100", *rows]))["1"] == (None, "100", 2)
    assert read(ordered(["1", "25.00", "100 / 100", *rows]))["1"] == ("25.00", None, 2)


def test_what_may_be_either_cell_is_left_blank_and_told() -> None:
    report = ordered(["1", "100", "100 / 100", "2", "50", "90", "1 / 1", "3", "60", "80", "1 / 1"])
    assert read(report)["1"] == (None, None, 2)
    assert "cell-unsure" in codes(report, "1")
    assert read(report)["2"] == ("50", "90", 2)


def test_a_row_left_out_of_lines_takes_nothing_from_those_behind_it() -> None:
    report = ordered(["1", "10.00", "100", "1 / 1", "3", "30.00", "90", "1 / 1", "4", "40.00", "90", "1 / 1"])
    assert {quarter: value for quarter, (value, _, _) in read(report).items() if value} == {
        "1": "10.00",
        "3": "30.00",
        "4": "40.00",
    }


def test_figures_keep_their_digits() -> None:
    report = report_of(placed([HEADERS, ["1", "1,407.50", "100|1 / 1"]]))
    assert report.quarter_results["1"].value == Decimal("1407.50")

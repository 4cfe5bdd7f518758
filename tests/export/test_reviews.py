"""What people decided, in every output: beside the machine's value, as what it is, and never instead of it unseen."""

from __future__ import annotations

import dataclasses
import datetime
import json
from pathlib import Path

import openpyxl
import pytest

from export.csvtables import write_csv
from export.frames import tables
from export.layout import Words, plans
from export.rows import RowMaker
from export.styles import _REVIEWED_FILL, _TYPED_FILL
from export.workbook import write_workbook
from raingan.model.json_record import report_to_json, to_line
from raingan.model.records import FileResult, Kind, Problem, Review, ReviewState, State
from raingan.model.stages import ToldReport
from raingan.telling import told_file
from tests.export import made
from tests.json_back import from_line


def write(path: Path, reports: list[ToldReport], language: str = "th") -> openpyxl.Workbook:
    write_workbook(path, reports, made.files(2, str(path.parent)), made.run_info(language))
    return openpyxl.load_workbook(path)


def rows(book: openpyxl.Workbook, table: str, language: str = "th") -> list[dict[str, openpyxl.cell.Cell]]:
    words = Words(language)
    sheet = book[words.pick(plans()[table].title)]
    keys = [column.key for column in plans()[table].columns]
    return [dict(zip(keys, row, strict=True)) for row in sheet.iter_rows(min_row=2)]


@pytest.mark.parametrize("language", ["th", "en"])
def test_the_trail_has_every_step_as_what_it_is(tmp_path: Path, language: str) -> None:
    found = rows(write(tmp_path / "a.xlsx", [made.reviewed()], language), "reviews", language)
    words = Words(language)
    assert [row["action"].value for row in found] == [
        words.of("review_action", key) for key in ("correct", "confirm", "correct", "unreadable", "note", "undo")
    ]
    assert [row["standing"].value for row in found] == [
        words.of("review_standing", key) for key in ("counts", "counts", "stale", "counts", "counts", "counts")
    ]
    first, _, stale, unread, *_ = found
    assert (first["machine"].value, first["value"].value) == (90, 85.05)
    assert first["at"].value == datetime.datetime(2026, 11, 23, 10, 14, 5) and first["at"].is_date
    assert (first["confirmed_by"].value, first["confirmed_at"].value.day) == ("reviewer-2", 24)
    assert (unread["machine"].value, unread["value"].value) == ("15 มี.ค. 2564 – 17 มี.ค. 2564", None)
    assert unread["at"].value == "no time"
    assert (stale["reviewer"].value, stale["reviewer"].data_type, stale["note"].data_type) == ("=1+1", "s", "s")


def test_the_report_s_row_has_both_values_who_and_when(tmp_path: Path) -> None:
    book = write(tmp_path / "a.xlsx", [made.report(1), made.reviewed()])
    plain, row = rows(book, "reports")
    assert row["actual_value"].value == row["actual_reviewed"].value == 85.05
    assert (row["actual_machine"].value, row["target_machine"].value) == (90, None)
    assert (row["reviewed_fields"].value, row["reviewers"].value) == (2, "reviewer-1, reviewer-2")
    assert row["reviewed_at"].value == datetime.datetime(2026, 11, 24, 8, 0)
    assert row["dossier"].hyperlink.target.endswith("ev/1.html")
    assert row["actual_value"].fill.start_color.rgb.endswith(_REVIEWED_FILL)
    assert row["fiscal_year"].fill.fill_type is None
    assert plain["reviewed_fields"].value is None
    dimensions = book["รายงาน"].column_dimensions
    for key in ("actual_machine", "actual_reviewed", "reviewers", "reviewed_at", "dossier"):
        assert not dimensions[row[key].column_letter].hidden
    dates = [cells["start"].fill.start_color.rgb for cells in rows(book, "dates") if cells["report"].value == 2]
    assert dates[0].endswith(_REVIEWED_FILL) and not any(fill.endswith(_REVIEWED_FILL) for fill in dates[1:])


def test_what_is_open_has_room_to_type_and_a_name_that_stays(tmp_path: Path) -> None:
    whole = next(report for report in made.reports(20) if report.flags)
    book = write(tmp_path / "a.xlsx", [whole])
    found = [row for row in rows(book, "flags") if row["report"].value == 1]
    assert found
    for row in found:
        assert row["row_id"].value == f"{whole.sha256}-0"
        for key in ("decision", "reviewed_value", "reviewer", "note"):
            cell = row[key]
            assert cell.value is None and cell.fill.start_color.rgb.endswith(_TYPED_FILL) and cell.number_format == "@"
    (choices,) = book["ต้องตรวจ"].data_validations.dataValidation
    assert choices.formula1 == '"ถูกต้อง,แก้ไข,อ่านไม่ออก"'
    assert f"{found[0]['decision'].coordinate}" in choices.sqref


def test_a_decision_that_does_not_count_stands_beside_its_flag(tmp_path: Path) -> None:
    """Who corrected what is seen without opening the page, whether or not the flag is the review's own."""
    whole = made.reviewed()
    waiting = dataclasses.replace(whole.reviews[0], state=ReviewState.WAITING, confirmed_by=None, confirmed_at=None)
    flags = (
        made.flag("value-doubtful", "actual"),
        made.flag("review-stale", "fiscal_year"),
        made.flag("unclear", "actual.unit"),
    )
    whole = dataclasses.replace(whole, flags=flags, reviews=(waiting, *whole.reviews[1:]))
    book = write(tmp_path / "a.xlsx", [whole])
    found = {row["path"].value: row for row in rows(book, "flags")}
    keys = ("earlier_state", "earlier_value", "earlier_reviewer", "earlier_at")
    words = Words("th")
    at = datetime.datetime(2026, 11, 23, 10, 14, 5)
    assert [found["actual"][key].value for key in keys] == [
        words.of("review_standing", "waiting"), "85.05", "reviewer-1", at,
    ]  # fmt: skip
    assert found["actual"]["earlier_at"].is_date
    stale = [found["fiscal_year"][key] for key in keys]
    assert [cell.value for cell in stale[1:]] == ["2564", "=1+1", at] and stale[2].data_type == "s"
    assert {found["actual.unit"][key].value for key in keys} == {None}
    hidden = {letter for letter, column in book["ต้องตรวจ"].column_dimensions.items() if column.hidden}
    assert found["actual"]["earlier_value"].column_letter not in hidden
    assert found["actual"]["others"].column_letter in hidden  # nothing was read from a picture


def test_the_summary_counts_reviews_where_there_are_some(tmp_path: Path) -> None:
    def told(reports: list[ToldReport]) -> dict[object, tuple[object, ...]]:
        sheet = write(tmp_path / "a.xlsx", reports, "en").worksheets[0]
        return {row[0]: row[1:3] for row in sheet.iter_rows(values_only=True)}

    found = told([made.report(0), made.reviewed(1), made.reviewed(2)])
    assert found["Fields decided, and counting"][0] == 4 and found["in so many reports"][0] == 2
    assert found["Fields to decide again: the machine reads anew"][0] == 2
    assert (found["reviewer-1"], found["reviewer-2"]) == ((4, 0), (0, 2))
    assert "Review by people" not in told([made.report(0)])


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+07:00", "1899-12-31T10:00:00+07:00", "9999-12-31T23:59:59+00:00"])
def test_a_strange_time_or_year_is_told_as_it_is(tmp_path: Path, at: str) -> None:
    whole = made.reviewed()
    trace = dataclasses.replace(whole.trail[2], at=at, value="9" * 5000)
    (row,) = rows(write(tmp_path / "a.xlsx", [dataclasses.replace(whole, trail=(trace,))]), "reviews")
    assert str(row["at"].value)[:19] == at[:19].replace("T", " ")
    assert str(row["value"].value).startswith("9999")


def test_json_holds_the_review_where_there_is_one_and_comes_back() -> None:
    whole = made.reviewed()
    record = json.loads(to_line(whole))
    assert [row["field"] for row in record["reviews"]] == ["actual.value", "fiscal_year", "dates.0"]
    back = from_line(to_line(whole))
    assert (back.reviews, back.trail) == (whole.reviews, whole.trail)
    assert report_to_json(back) == report_to_json(dataclasses.replace(whole, dossier=None))
    assert not {"reviews", "trail"} & set(json.loads(to_line(made.report(0))))


@pytest.mark.parametrize(
    ("state", "told"), [(None, 1), (ReviewState.SETTLED, 0), (ReviewState.STALE, 1)], ids=["unseen", "settled", "stale"]
)
def test_a_notice_that_was_settled_does_not_come_back_as_one_of_its_file(state: ReviewState | None, told: int) -> None:
    report = dataclasses.replace(made.report(1), flags=())
    if state is not None:
        review = Review("pages", "accept", None, None, "reviewer-1", made.AT, codes=("remains",), state=state)
        report = dataclasses.replace(report, reviews=(review,))
    problem = Problem("remains", 2, {"count": "3"})
    ended = FileResult(report.file, State.REVIEW, sha256=report.sha256, kind=Kind.PDF, reports=1, problems=(problem,))
    file = told_file(ended, "en")
    maker = RowMaker(made.run_info("en"))
    list(maker.rows_of_report(1, report))
    found = list(maker.rows_of_file(1, file))
    assert [row.table for row in found] == ["files", *["flags"] * told]
    said = file.problems[0].message
    assert said.startswith("Page 2: left out 3 places"), "a problem's page is part of its sentence"
    assert all(said in row.values for row in found)


def test_the_trail_is_a_table_of_its_own_everywhere(tmp_path: Path) -> None:
    reports, files = [made.report(0), made.reviewed(1)], list(made.files(2))
    write_csv(tmp_path / "out", reports, files, made.run_info())
    lines = (tmp_path / "out" / "reviews.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 7 and "2026-11-23 10:14:05" in lines[1] and ',"\'=1+1",' in lines[3]
    assert "decision" not in (tmp_path / "out" / "flags.csv").read_text(encoding="utf-8-sig").splitlines()[0].split(",")
    frame = tables(reports, files, made.run_info())["reviews"]
    assert list(frame["report"]) == [2] * 6 and frame["at"][0].year == 2026

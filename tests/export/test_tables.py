"""CSV and data frames: the same tables, safe to open, properly typed."""

from __future__ import annotations

import csv
import dataclasses
import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from export.achievement import TO_CHECK, achievement
from export.csvtables import TABLES, csv_field, csv_line, write_csv
from export.frames import tables
from export.layout import plans
from raingan.model.stages import ToldFlag
from tests.export import made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("csv") / "tables"
    write_csv(path, made.reports(12), made.files(12), made.run_info())
    return path


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_folder_holds_the_tables(folder: Path) -> None:
    assert sorted(entry.name for entry in folder.iterdir()) == sorted(f"{table}.csv" for table in TABLES)
    for table in TABLES:
        data = (folder / f"{table}.csv").read_bytes()
        assert data.startswith(b"\xef\xbb\xbf") and data.endswith(b"\r\n")
        header = data.decode("utf-8-sig").split("\r\n")[0].replace('"', "").split(",")
        assert header == [plans()[table].columns[index].key for index in plans()[table].data_columns]


def test_values_are_codes_iso_dates_and_plain_numbers(folder: Path) -> None:
    reports = rows_of(folder / "reports.csv")
    assert [row["report"] for row in reports] == [str(number) for number in range(1, 13)]
    assert reports[0]["actual_value"] == "1250.50" and reports[0]["level"] == "output"
    assert reports[1]["state"] == "review"
    assert rows_of(folder / "dates.csv")[0]["start"] == "2020-10-01"
    assert [row["state"] for row in rows_of(folder / "files.csv")][-3:] == ["failed", "skipped", "skipped"]
    sections = rows_of(folder / "sections.csv")
    assert [row["text"] for row in sections if row["report"] == "1" and row["section"] == "evidence"] == [
        "ภาพถ่ายกิจกรรม",
        "รายงานการประชุม",
    ]


@pytest.mark.parametrize(
    ("code", "field", "checked"),
    [
        ("units-differ", "actual.unit", True),
        ("target-zero", "target.value", True),
        ("text-cut", "target.value", False),
        ("text-repaired", "target.value", False),
        ("target-zero", "definition", False),
    ],
    ids=["severity 1", "severity 2", "severity 3", "severity 4", "of another field"],
)
def test_what_may_be_wrong_or_contradicts_makes_the_outcome_one_to_check(
    code: str, field: str, checked: bool, tmp_path: Path
) -> None:
    report = dataclasses.replace(made.report(0), flags=(ToldFlag(code, field, {}, message=""),))
    write_csv(tmp_path / "t", [report], [], made.run_info())
    (row,) = rows_of(tmp_path / "t" / "reports.csv")
    outcome = achievement(report.target, report.actual, report.direction)[1]
    assert row["achievement"] == (TO_CHECK if checked else outcome) and outcome != TO_CHECK


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (None, ""),
        (5, "5"),
        (Decimal("-5.2"), "-5.2"),
        (Decimal("1E+3"), "1000"),
        (date(2021, 3, 5), "2021-03-05"),
        ("-5.2", "'-5.2"),
        ("- ข้อย่อย", "'- ข้อย่อย"),
        ("=1+1", "'=1+1"),
        ("＝1+1", "'＝1+1"),
        ("﹢1", "'﹢1"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\n'=1"),
        ("\x00=1", "'\ufffd=1"),
        ("ปกติ = 1", "ปกติ = 1"),
        ("ก;=1+1", "ก;'=1+1"),
        ("ก\t@x", "ก\t'@x"),
        ("ก\n- ข้อย่อย", "ก\n'- ข้อย่อย"),
        ('ก;""=1', 'ก;\'""=1'),
        ("ก; =1", "ก;' =1"),
        ("ก;'=1", "ก;'=1"),
        ("ก; -5", "ก; -5"),
        ("ก,=1", "ก,=1"),
    ],
)
def test_fields(value: object, field: str) -> None:
    assert csv_field(value) == field


def test_texts_are_quoted_and_numbers_are_not() -> None:
    values = ("ก", 'a "b"', "", None, 5, Decimal("1.50"), date(2021, 3, 5), "5")
    assert csv_line(values) == '"ก","a ""b""","",,5,1.50,2021-03-05,"5"\r\n'
    (row,) = csv.reader([csv_line(values)])
    assert row == ["ก", 'a "b"', "", "", "5", "1.50", "2021-03-05", "5"]


@given(st.text(st.characters()))
def test_no_text_begins_like_a_formula(text: str) -> None:
    field = csv_field(text)
    assert not field or field[0] not in "=+-@\t\r\n\0＝＋－＠"
    field.encode("utf-8")


def test_hostile_texts_stay_in_their_fields(tmp_path: Path) -> None:
    write_csv(tmp_path / "t", made.hostile_reports(), made.hostile_files(), made.run_info())
    for table in TABLES:
        with (tmp_path / "t" / f"{table}.csv").open(encoding="utf-8-sig", newline="") as stream:
            widths = {len(row) for row in csv.reader(stream)}
        assert widths == {len(plans()[table].data_columns)}, table


def test_frames_have_the_same_rows_and_proper_types(folder: Path) -> None:
    frames = tables(made.reports(12), made.files(12), made.run_info("en"))
    assert list(frames) == list(TABLES)
    for table, frame in frames.items():
        assert len(frame) == len(rows_of(folder / f"{table}.csv"))
        assert list(frame.columns) == [plans()[table].columns[index].key for index in plans()[table].data_columns]
    reports = frames["reports"]
    assert reports["report"].dtype == "Int64" and reports["fiscal_year"].dtype == "Int64"
    assert reports["worst_severity"].dtype == "Int64"
    assert reports["actual_value"].dtype == "Float64" and reports["target_upper"].isna().all()
    from pandas import StringDtype  # 1.3 s that every process of the tests would wait for

    assert isinstance(reports["goal_code"].dtype, StringDtype)
    assert frames["dates"]["start"].dtype == "datetime64[s]"
    joined = frames["dates"].merge(reports, on="report")
    assert len(joined) == len(frames["dates"])
    assert reports["actual_value"].sum() == float(sum(report.actual.value or 0 for report in made.reports(12)))


def test_frames_of_nothing_keep_their_columns_and_types() -> None:
    frames = tables(iter(()), iter(()), made.run_info())
    full = tables(made.reports(2), made.files(2), made.run_info())
    for table, frame in frames.items():
        assert len(frame) == 0
        assert frame.dtypes.to_dict() == full[table].dtypes.to_dict()


def test_frames_hold_days_that_nanoseconds_cannot() -> None:
    frames = tables(made.hostile_reports(), made.hostile_files(), made.run_info())
    assert frames["dates"]["end"].max().year == 9999
    buffer = io.StringIO()
    frames["dates"].drop(columns=["text", "file"]).to_csv(buffer)

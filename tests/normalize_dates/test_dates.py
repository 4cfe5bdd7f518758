"""Dates in Thai official prose: a table of hard cases, and what must hold for all of them."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from normalize.dates import DateContext, infer_fiscal_year, locate_dates
from normalize.digits import parse_number, to_arabic
from normalize.tables import table
from raingan.model.records import DateKind, DateMention
from tests.counting import Growth, of_pieces

ROWS = [
    line.split("\t")
    for line in (Path(__file__).parent / "cases.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")


def read(text: str, fiscal_year: int | None = None) -> str:
    return " ; ".join(
        f"{found.mention.kind} {found.mention.start or '-'} {found.mention.end or '-'}"
        + "".join(f" !{flag.code}" for flag in found.flags)
        for found in locate_dates(text, "quarter_1", DateContext(fiscal_year))
    )


@pytest.mark.parametrize(("text", "expected"), ROWS, ids=[row[0] for row in ROWS])
def test_case(text: str, expected: str) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(("text", "expected"), ROWS, ids=[row[0] for row in ROWS])
def test_thai_digits_read_the_same(text: str, expected: str) -> None:
    assert read(text.translate(THAI)) == expected


@pytest.mark.parametrize(("text", "expected"), ROWS, ids=[row[0] for row in ROWS])
def test_prose_around_changes_nothing(text: str, expected: str) -> None:
    assert read(f"ดำเนินการแล้ว {text} โดยเรียบร้อย") == expected
    assert read(f"ย่อหน้าก่อน\n{text}\nย่อหน้าหลัง") == expected


@pytest.mark.parametrize(
    ("text", "fiscal_year", "expected"),
    [
        ("วันที่ 20 มี.ค. 64", 2564, "day 2021-03-20 2021-03-20"),
        ("วันที่ 20 ต.ค. 64", 2564, "day 2021-10-20 2021-10-20"),
        ("วันที่ 20 มี.ค. 54", 2564, "day 2011-03-20 2011-03-20 !era-inferred"),
        ("5/6/21", 2564, "day 2021-06-05 2021-06-05 !era-inferred"),
        ("วันที่ 15 มีนาคม", 2564, "day 2021-03-15 2021-03-15 !year-inferred"),
        ("วันที่ 15 ตุลาคม", 2564, "day 2020-10-15 2020-10-15 !year-inferred"),
        ("วันที่ 5 ธันวาคม ของทุกปี", 2564, ""),
        ("ระลอกเดือนเมษายน", 2564, ""),
        ("20 March 2021", 2564, "day 2021-03-20 2021-03-20"),
        ("มีนาคม 2021", 2564, "month 2021-03-01 2021-03-31"),
        ("ประชุมวันที่ 9 มิ.ย. 60 เรื่อง งบประมาณ", 2560, "day 2017-06-09 2017-06-09"),
        ("เดือนมีนาคม 60 คน", 2560, ""),
    ],
)
def test_what_the_report_tells_confirms_an_era(text: str, fiscal_year: int, expected: str) -> None:
    assert read(text, fiscal_year) == expected


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        ("30", "day 2030-03-05 2030-03-05 !era-inferred"),
        ("31", "day 1988-03-05 1988-03-05 !era-inferred"),
    ],
)
def test_two_digits_without_an_era_are_christian_up_to_a_bound(year: str, expected: str) -> None:
    assert read(f"วันที่ 5 มีนาคม {year}") == expected


def test_each_date_of_a_list_keeps_its_words() -> None:
    dates = locate_dates("ประชุมวันที่ 5, 12 และ 19 มีนาคม 2564 ณ ห้องประชุม", "quarter_2", DateContext())
    assert [found.mention.text for found in dates] == [
        "วันที่ 5, 12 และ 19 มีนาคม 2564",
        "12 และ 19 มีนาคม 2564",
        "19 มีนาคม 2564",
    ]


def test_a_wrong_weekday_names_the_right_one() -> None:
    (found,) = locate_dates("วันจันทร์ที่ 8 กุมภาพันธ์ 2560", "quarter_2", DateContext())
    assert found.flags[0].values["weekday_english"] == "Wednesday"


DAYS = st.dates(date(1941, 1, 1), date(2090, 12, 31))


@given(day=DAYS, style=st.sampled_from(["full", "short", "slash", "iso", "thai", "tight"]))
@settings(max_examples=100, deadline=None)
def test_every_day_survives_being_written(day: date, style: str) -> None:
    month = table("dates")["month"][day.month - 1]
    year = day.year + 543
    written = {
        "full": f"วันที่ {day.day} {month['full'][0]} {year}",
        "short": f"{day.day} {month['short'][0]} {year}",
        "slash": f"{day.day:02}/{day.month:02}/{year}",
        "iso": f"{year}-{day.month:02}-{day.day:02}",
        "thai": f"{day.day} {month['full'][0]} พ.ศ. {year}".translate(THAI),
        "tight": f"วันที่{day.day}{month['short'][0]}{year}",
    }[style]
    assert read(written) == f"day {day} {day}"


@given(first=DAYS, length=st.integers(1, 400))
@settings(max_examples=100, deadline=None)
def test_every_range_survives_printing_what_is_shared_once(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    names = [month["full"][0] for month in table("dates")["month"]]
    end = f"{last.day} {names[last.month - 1]} {last.year + 543}"
    if (first.year, first.month) == (last.year, last.month):
        start = f"{first.day}"
    elif first.year == last.year:
        start = f"{first.day} {names[first.month - 1]}"
    else:
        start = f"{first.day} {names[first.month - 1]} {first.year + 543}"
    assert read(f"{start} - {end}") == f"day-range {first} {last}"


@given(st.text(alphabet="0123456789 .,/-–วันที่เดือนปีมี.ค.พศ.งบประมาณไตรมาสถึงและ\n๐๒๔๖๘()", max_size=200))
@settings(max_examples=100, deadline=None)
def test_no_text_breaks_the_reading(text: str) -> None:
    for found in locate_dates(text, "quarter_1", DateContext(2564)):
        assert 0 <= found.start < found.end <= len(text)
        mention = found.mention
        assert mention.text and mention.text in text
        assert (mention.start is None) == (mention.end is None)
        if mention.start is not None and mention.end is not None:
            assert mention.start <= mention.end


HOSTILE = ("วันที่ 5, ", "5 - ", "พ.ศ. ", "ม.ค. ", "1/", "5,", "5 ม . ค . ", "ไตรมาสที่ 1 - ")
GROWTH = of_pieces(lambda text: locate_dates(text, "quarter_1", DateContext(2564)), HOSTILE)


@pytest.mark.parametrize("growth", GROWTH, ids=str)
def test_work_grows_with_the_length_only(growth: Growth) -> None:
    growth.check()


def mention(section: str, kind: DateKind, start: str, end: str) -> DateMention:
    return DateMention(section, "", kind, date.fromisoformat(start), date.fromisoformat(end))


def test_days_in_their_quarter_outweigh_a_named_next_year() -> None:
    dates = [
        mention("quarter_1", DateKind.DAY, "2016-10-12", "2016-10-12"),
        mention("quarter_3", DateKind.DAY_RANGE, "2017-04-24", "2017-05-03"),
        mention("year_summary", DateKind.FISCAL_YEAR, "2017-10-01", "2018-09-30"),
        mention("definition", DateKind.YEAR, "2010-01-01", "2010-12-31"),
    ]
    assert infer_fiscal_year(dates) == 2560


def test_a_draw_is_no_answer() -> None:
    dates = [
        mention("evidence", DateKind.DAY, "2017-01-01", "2017-01-01"),
        mention("evidence", DateKind.DAY, "2018-01-01", "2018-01-01"),
    ]
    assert infer_fiscal_year(dates) is None
    assert infer_fiscal_year([]) is None


@given(st.decimals(min_value=0, max_value=10**12, places=2, allow_nan=False, allow_infinity=False))
@settings(max_examples=100, deadline=None)
def test_a_printed_figure_comes_back(value: object) -> None:
    assert parse_number(f"{value:,}".translate(THAI)) == value


@pytest.mark.parametrize("text", ["1,23", "12,34,567", "", "-", "1.2.3", "abc", "1 000", ",5"])
def test_what_is_no_figure_is_none(text: str) -> None:
    assert parse_number(text) is None


@given(st.text())
@settings(max_examples=100, deadline=None)
def test_arabic_digits_keep_every_place(text: str) -> None:
    assert len(to_arabic(text)) == len(text)

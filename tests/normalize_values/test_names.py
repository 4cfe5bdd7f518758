"""Short fields: an indicator's own number, the steps of the plan, agency, persons, fiscal year."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from normalize.names import clean_agency, clean_line, clean_person, clean_prose, parse_fiscal_year, split_number
from normalize.strategy import parse_item, parse_strategy
from raingan.model.records import StrategyItem

NAMES: dict[str, tuple[str | None, str]] = {
    "4. ระดับความสำเร็จของงาน": ("4", "ระดับความสำเร็จของงาน"),
    "2.1. ร้อยละของครัวเรือน": ("2.1", "ร้อยละของครัวเรือน"),
    "๒.๓. จำนวนชมรม": ("2.3", "จำนวนชมรม"),
    "3.2 ร้อยละของครัวเรือน": ("3.2", "ร้อยละของครัวเรือน"),
    "3.2 ความสำเร็จ": ("3.2", "ความสำเร็จ"),
    "7) จำนวนครั้ง": ("7", "จำนวนครั้ง"),
    "(3.2) ร้อยละของครัวเรือน": ("3.2", "ร้อยละของครัวเรือน"),
    "มิติที่ 3 (3.2) ร้อยละของครัวเรือน": ("3.2", "ร้อยละของครัวเรือน"),
    "ปี 2564 ๒. จำนวนแปลงผัก": ("2", "จำนวนแปลงผัก"),
    "ตัวชี้วัดที่ 5 จำนวนแปลงผัก": ("5", "จำนวนแปลงผัก"),
    "ตัวชี้วัดที่ 1.2 : จำนวนแปลงผัก": ("1.2", "จำนวนแปลงผัก"),
    "7 ร้อยละของครัวเรือน": ("7", "ร้อยละของครัวเรือน"),
    "4.ระดับความสำเร็จ": ("4", "ระดับความสำเร็จ"),
    "1.1.2 จำนวนแปลงผัก": ("1.1.2", "จำนวนแปลงผัก"),
    "3.2 5 ส ในสำนักงาน": ("3.2", "5 ส ในสำนักงาน"),
    "4. 5 ส ในสำนักงาน": ("4", "5 ส ในสำนักงาน"),
    '1. =HYPERLINK("http://x") จำนวน': ("1", '=HYPERLINK("http://x") จำนวน'),
    "5 ส ในสำนักงาน": (None, "5 ส ในสำนักงาน"),
    "3 ใน 4 ของครัวเรือน": (None, "3 ใน 4 ของครัวเรือน"),
    "1.5 ล้านต้นที่ปลูก": (None, "1.5 ล้านต้นที่ปลูก"),
    "2.5 กิโลเมตรของคลอง": (None, "2.5 กิโลเมตรของคลอง"),
    "1,000 ครัวเรือน": (None, "1,000 ครัวเรือน"),
    "100% ของถนน": (None, "100% ของถนน"),
    "จำนวนแปลงผัก": (None, "จำนวนแปลงผัก"),
    "4.": (None, "4."),
}


@pytest.mark.parametrize("name", NAMES, ids=str)
def test_own_number(name: str) -> None:
    assert split_number(name) == NAMES[name]


@pytest.mark.parametrize(
    ("printed", "code", "text"),
    [
        ("ด้านที่ ๕ -มหานครแห่งน้ำ : City of Water", "5", "มหานครแห่งน้ำ : City of Water"),
        ("๕.๒ - เมืองริมน้ำ", "5.2", "เมืองริมน้ำ"),
        ("๕.๒.๑ ประชาชนอยู่ดี", "5.2.1", "ประชาชนอยู่ดี"),
        ("5.2.1ประชาชนอยู่ดี", "5.2.1", "ประชาชนอยู่ดี"),
        (": มิติที่ ๕.๕ - เมืองริมน้ำ", "5.5", "เมืองริมน้ำ"),
        ("ยุทธศาสตร์ที่ 1", "1", None),
        ("เมืองริมน้ำ", None, "เมืองริมน้ำ"),
    ],
)
def test_step_of_the_plan(printed: str, code: str | None, text: str | None) -> None:
    assert parse_item(printed) == StrategyItem(code, text)


def test_empty_steps_are_no_strategy() -> None:
    assert parse_strategy({"issue": "", "sub": " - ", "goal": "::"}) == (None, [])


def test_codes_must_nest() -> None:
    strategy, flags = parse_strategy({"issue": "ด้านที่ 5 ก", "sub": "5.2 ข", "goal": "5.3.1 ค"})
    assert strategy is not None and strategy.goal == StrategyItem("5.3.1", "ค")
    assert [(flag.code, flag.field, dict(flag.values)) for flag in flags] == [
        ("strategy-code-mismatch", "strategy.goal", {"code": "5.3.1", "parent": "5.2"})
    ]
    assert parse_strategy({"issue": "ด้านที่ 5 ก", "sub": "", "goal": "5.2.1 ค"})[1] == []
    assert len(parse_strategy({"issue": "ด้านที่ 5 ก", "sub": "52 ข", "goal": ""})[1]) == 1


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("นางสาวใจดี มีสุข", "นางสาวใจดี มีสุข"),
        (".....นายใจดี มีสุข.....(ผู้รับผิดชอบโครงการ)", "นายใจดี มีสุข"),
        ("(ว่าที่ร้อยตรี ใจดี มีสุข)", "ว่าที่ร้อยตรี ใจดี มีสุข"),
        ("ลงชื่อ.....นายใจดี มีสุข.....", "นายใจดี มีสุข"),
        ("พ.ต.ท. ใจดี มีสุข", "พ.ต.ท. ใจดี มีสุข"),
        (".....", None),
        ("……………", None),
        ("(                )", None),
        ("นาย", None),
        ("", None),
        (None, None),
    ],
)
def test_person(printed: str | None, name: str | None) -> None:
    assert clean_person(printed) == name


def test_short_texts() -> None:
    assert clean_agency("หน่วยงาน : สำนักงานเขตบางรัก ") == "สำนักงานเขตบางรัก"
    assert clean_agency("..........") is None
    assert clean_line(" ๕๐๔๘-๐๗๙๒ ") == "5048-0792"
    assert clean_prose(("ก  ข ๑", "", "- ค")) == "ก ข 1\n- ค"
    assert clean_prose(("::",)) is None
    assert clean_prose(()) is None


@pytest.mark.parametrize(
    ("printed", "year", "codes"),
    [
        ("ประจำปีงบประมาณ พ.ศ. 2560", 2560, []),
        ("๒๕๖๔", 2564, []),
        ("ประจำปีงบประมาณ พ.ศ. 2560 (ตุลาคม 2559 - กันยายน 2560)", 2560, []),
        ("ปีงบประมาณ 2563-2564", None, ["value-unreadable"]),
        ("รอบ 12 เดือน ปีงบประมาณ พ.ศ. 2560", 2560, []),
        ("ปีงบประมาณ ค.ศ. 2021", 2564, []),
        ("2021", 2564, ["era-inferred"]),
        ("64", 2564, ["era-inferred"]),
        ("2563 - 2564", None, ["value-unreadable"]),
        ("ปีนี้", None, ["value-unreadable"]),
        ("1200", None, ["value-unreadable"]),
        ("", None, []),
        (None, None, []),
    ],
)
def test_fiscal_year(printed: str | None, year: int | None, codes: list[str]) -> None:
    found, flags = parse_fiscal_year(printed)
    assert (found, [flag.code for flag in flags]) == (year, codes)


@given(st.text(alphabet="๑๒34.,()-: /ปีด้านที่มิติตัวชี้วัดร้อยละก\n", max_size=40))
@settings(max_examples=100, deadline=None)
def test_no_wording_is_lost(text: str) -> None:
    """Number and name together hold every letter of the name that is not a label's; nothing raises."""
    number, name = split_number(text)
    plain = clean_line(text) or ""
    assert name == " ".join(name.split()) and (number is None or number.replace(".", "").isdigit())
    assert plain.endswith(name) or not plain
    parse_item(text)
    clean_person(text)
    year, flags = parse_fiscal_year(text)
    assert year is None or 2475 <= year <= 2700
    assert year is not None or flags or not plain

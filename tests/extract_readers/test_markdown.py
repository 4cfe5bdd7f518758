"""Markdown: tables, headings, bold type, ticks, struck text."""

from __future__ import annotations

import pytest

from raingan.model.records import Line
from tests.counting import Growth, of_pieces
from tests.extract_readers.made import read_bytes


def lines(text: str, name: str = "x.md") -> tuple[Line, ...]:
    return read_bytes(text.encode(), name).pages[0].lines


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("## 5. เป้าหมาย : 40 (บ่อ)", "5. เป้าหมาย : 40 (บ่อ)"),
        ("**หน่วยงาน :** สำนักงานเขตทุ่งฟ้า", "หน่วยงาน : สำนักงานเขตทุ่งฟ้า"),
        ("**** ผลการดำเนินงาน **", "**** ผลการดำเนินงาน **"),
        ("- [x] ผลผลิต", "- ☑ ผลผลิต"),
        ("[ ] ผลลัพธ์", "☐ ผลลัพธ์"),
        ("> อ้างถึง", "อ้างถึง"),
        ("1\\. ชื่อ \\*", "1. ชื่อ *"),
        ("#แท็ก 5 * 3 = 15 และ a_b_c", "#แท็ก 5 * 3 = 15 และ a_b_c"),
    ],
)
def test_signs_go_and_words_stay(text: str, expected: str) -> None:
    assert [line.text for line in lines(text)] == [expected]


def test_struck_text_is_left_out_and_told() -> None:
    (line,) = lines("ผล ~~61~~ 74 คน")
    assert line.text == "ผล  74 คน"
    assert [(problem.code, problem.values["text"]) for problem in line.told] == [("struck-out", "61")]


_TABLE = "หัวเรื่อง\n\n| หัวข้อ | ค่า |\n|---|:--:|\n| เป้าหมาย | 40<br>บ่อ |\n| a \\| b | |\n\nจบ | ข้อ\n"


@pytest.mark.parametrize("name", ["x.md", "x.txt"])
def test_tables_have_cells(name: str) -> None:
    assert [(line.cell, line.text) for line in lines(_TABLE, name)] == [
        (None, "หัวเรื่อง"),
        ((1, 1, 1), "หัวข้อ"),
        ((1, 1, 2), "ค่า"),
        ((1, 2, 1), "เป้าหมาย"),
        ((1, 2, 2), "40"),
        ((1, 2, 2), "บ่อ"),
        ((1, 3, 1), "a | b"),
        (None, "จบ | ข้อ"),
    ]


def test_a_text_that_only_looks_like_it_stays_as_it_is() -> None:
    assert [line.text for line in lines("## ก ~~61~~\n----\n**ข**", "x.txt")] == ["## ก ~~61~~", "----", "**ข**"]


_PIECES = ("|", "|---", "**a", "~~a", "\\", "#", "[x]", "| a |\n|---|---|\n", "__a__")


@pytest.mark.parametrize("growth", of_pieces(lambda text: read_bytes(text.encode(), "x.md"), _PIECES, 300), ids=str)
def test_work_grows_with_the_text(growth: Growth) -> None:
    growth.check()

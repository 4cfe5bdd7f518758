"""Text in columns: CSV, and what was copied from a sheet."""

from __future__ import annotations

import pytest

from tests.counting import Growth, of_pieces
from tests.extract_readers.made import read_bytes


def cells(text: str, name: str = "x.txt") -> list[tuple[tuple[int, int, int] | None, str]]:
    return [(line.cell, line.text) for line in read_bytes(text.encode(), name).pages[0].lines]


_COPIED = "รายงานผล\nหน่วยงาน\tสำนักงานเขตทุ่งฟ้า\nเป้าหมาย\t1,250\tบ่อ\nผลงาน\t\t44\n"


def test_tabs_of_a_copied_table_are_cells() -> None:
    assert cells(_COPIED) == [
        (None, "รายงานผล"),
        ((1, 2, 1), "หน่วยงาน"),
        ((1, 2, 2), "สำนักงานเขตทุ่งฟ้า"),
        ((1, 3, 1), "เป้าหมาย"),
        ((1, 3, 2), "1,250"),
        ((1, 3, 3), "บ่อ"),
        ((1, 4, 1), "ผลงาน"),
        ((1, 4, 3), "44"),
    ]


def test_a_cell_of_several_lines_is_quoted_when_it_is_copied() -> None:
    text = 'ไตรมาสที่ 1\t"- สำรวจ\n- อบรม"\nไตรมาสที่ 2\tติดตั้ง\nไตรมาสที่ 3\tตรวจ\n'
    assert cells(text)[:3] == [((1, 1, 1), "ไตรมาสที่ 1"), ((1, 1, 2), "- สำรวจ"), ((1, 1, 2), "- อบรม")]


@pytest.mark.parametrize(
    "text",
    [
        "1.\tสำรวจตลาด\n2.\tติดตั้งบ่อ\n๓.\tตรวจบ่อ\n-\tสรุป\n",  # a list
        "\tย่อหน้าหนึ่ง\n\tย่อหน้าสอง\n\tย่อหน้าสาม\n",
        "ก\tข\nค\tง\nจ\tฉ\n" + "หนึ่ง\n" * 13,  # tabs on fewer than a fifth of the lines
        "ก\tข\nค\tง\n",  # and on two alone
        "เป้าหมาย :\t40\nผลงาน :\t44\nหน่วยงาน :\tเขต\n",  # behind a label's colon alone
        "อบรม 1,250 คน, 3 รุ่น\nปลูก 2,300 ต้น, 4 แห่ง\nซื้อ 1,000 ถัง, 5 จุด\nแจก 1,100 ชุด, 6 ครั้ง\nรวม 9,999 คน, ครบ\n",
    ],
)
def test_ordinary_text_has_no_cells(text: str) -> None:
    assert {cell for cell, _ in cells(text)} == {None}


@pytest.mark.parametrize("value", ["40\tบ่อ", '"40\nบ่อ"'])
def test_a_label_with_its_colon_is_a_cell_where_there_are_three_or_quoted_ones(value: str) -> None:
    assert cells(f"เป้าหมาย :\t{value}\n" * 3)[0] == ((1, 1, 1), "เป้าหมาย :")


def test_tabs_on_a_fifth_of_the_lines_are_columns() -> None:
    assert cells("ก\tข\nค\tง\nจ\tฉ\n" + "หนึ่ง\n" * 12)[0] == ((1, 1, 1), "ก")


def test_a_csv_file_has_cells_also_where_rows_differ() -> None:
    text = 'รายงานผล\nหน่วยงาน,สำนักงานเขตทุ่งฟ้า\n"เป้าหมาย","1,250",บ่อ\nอุปสรรค,\n'
    assert cells(text, "x.CSV") == [
        (None, "รายงานผล"),
        ((1, 2, 1), "หน่วยงาน"),
        ((1, 2, 2), "สำนักงานเขตทุ่งฟ้า"),
        ((1, 3, 1), "เป้าหมาย"),
        ((1, 3, 2), "1,250"),
        ((1, 3, 3), "บ่อ"),
        ((1, 4, 1), "อุปสรรค"),
    ]
    assert cells(text.replace(",", ";").replace("1;250", "1,250"), "x.csv")[3:5] == [
        ((1, 3, 1), "เป้าหมาย"),
        ((1, 3, 2), "1,250"),
    ]


def test_without_its_name_a_csv_needs_rows_that_are_all_alike() -> None:
    rows = "ก,1\nข,2\nค,3\nง,4\nจ,5\n"
    assert cells(rows)[0] == ((1, 1, 1), "ก")
    assert cells(rows[:-4])[0] == (None, "ก,1")
    assert cells(rows.replace(",", ", "))[0] == (None, "ก, 1")


def test_a_quotation_mark_that_is_never_closed_takes_no_rows() -> None:
    text = 'ก\t"ข\nค\tง\n' + "จ\tฉ\n" * 5_000
    assert len(cells(text)) == 2 * 5_002
    assert cells('ก,"ข\nค,ง\n' + "จ,ฉ\n" * 5_000, "x.csv")[0] == (None, 'ก,"ข')


_PIECES = ("a\tb\n", "a,b\n", '"\t', '",\n', "\t", ",", "1.\t\n", '"')


@pytest.mark.parametrize(
    "growth", of_pieces(lambda text: read_bytes(text.encode(), "x.csv"), _PIECES, size=400), ids=str
)
def test_work_grows_with_the_text(growth: Growth) -> None:
    growth.check()

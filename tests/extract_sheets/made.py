"""Workbooks for tests, made by openpyxl."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from raingan.model.records import Document, Line
from tests.extract_readers.made import read_bytes

REPORT: tuple[tuple[Any, ...], ...] = (
    ("รายงานผลตัวชี้วัดรายตัว ประจำปีงบประมาณ พ.ศ.", 2564),
    ("หน่วยงาน", "สำนักงานเขตทุ่งฟ้า"),
    ("1. ชื่อตัวชี้วัด", "3. ร้อยละของบ่อดักไขมันที่ติดตั้ง"),
    ("2. ระดับความสำเร็จ", "☑ ผลผลิต (Output) ☐ ผลลัพธ์ (Outcome)"),
    ("3. คำนิยาม", "บ่อในตลาด"),
    ("4. วิธีการคำนวณ", "นับ"),
    ("5. เป้าหมาย", 40, "บ่อ"),
    ("ผลงานที่ทำได้", 44, "บ่อ"),
    ("6. รายงานผลการดำเนินงาน (รายไตรมาส)",),
    ("(6.1) ไตรมาสที่ 1", "สำรวจ\nตลาด 9 แห่ง"),
    ("(6.2) ไตรมาสที่ 2", "ตรวจ 12 แห่ง"),
    ("(6.3) ไตรมาสที่ 3", "ติดตั้ง 30 บ่อ"),
    ("(6.4) ไตรมาสที่ 4", "ติดตั้ง 14 บ่อ"),
    ("(6.5) สรุปผลการดำเนินงาน (ปลายปีงบประมาณ)", "ครบ 44 บ่อ"),
    ("7. ปัจจัยสนับสนุนการดำเนินงาน", "งบ"),
    ("8. อุปสรรคต่อการดำเนินงาน",),
    ("9. หลักฐานอ้างอิง", "ภาพ"),
)


def sheet_of(rows: Sequence[Sequence[Any]]) -> tuple[Workbook, Worksheet]:
    """Return a workbook with one sheet that holds these rows."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in rows:
        sheet.append(list(row))
    return book, sheet


def saved(book: Workbook) -> bytes:
    """Return a workbook as a file."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read(data: bytes, name: str = "x.xlsx") -> Document:
    """Read a workbook."""
    return read_bytes(data, name)


def cells(lines: Sequence[Line]) -> Mapping[tuple[int, int], str]:
    """Return the text of each cell by row and column."""
    found: dict[tuple[int, int], str] = {}
    for line in lines:
        assert line.cell is not None
        place = line.cell[1:]
        found[place] = f"{found[place]}\n{line.text}" if place in found else line.text
    return found

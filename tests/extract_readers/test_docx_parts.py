"""Word files: text boxes in the line, comments and notes on a figure, diagrams, charts, pictures, inserted parts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping

import pytest

from raingan.model.records import Document, Line
from tests.extract_readers.made import docx_of, read_bytes

Read = Callable[..., Document]

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DRAWN = "http://schemas.openxmlformats.org/drawingml/2006"
_NAMES = (
    f'xmlns:a="{_DRAWN}/main" xmlns:wp="{_DRAWN}/wordprocessingDrawing" xmlns:dgm="{_DRAWN}/diagram"'
    f' xmlns:c="{_DRAWN}/chart" xmlns:o="urn:schemas-microsoft-com:office:office"'
)


def p(content: str) -> str:
    return f"<w:p {_NAMES}>{content}</w:p>"


def r(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def lines(body: str, more: Mapping[str, bytes | str] | None = None, **parts: str) -> tuple[Line, ...]:
    """Read a Word file; `more` are parts with the ids of their relations: "id name" -> content."""
    data = docx_of(body, **parts)
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("document.xml.rels"):
                added = "".join(
                    f'<Relationship Id="{key.split()[0]}" Type="{_OFFICE}/x" Target="{key.split()[1]}"/>'
                    for key in more or ()
                )
                content = content.replace(b"</Relationships>", added.encode() + b"</Relationships>")
            new.writestr(name, content)
        for key, part in (more or {}).items():
            new.writestr(f"word/{key.split()[1]}", part)
    return read_bytes(stream.getvalue(), "x.docx").pages[0].lines


def told(line: Line) -> list[tuple[str, ...]]:
    return [(problem.code, *problem.values.values()) for problem in line.told]


def _box(inside: str, place: str, size: str = "") -> str:
    return (
        f"<w:r><w:drawing><wp:{place}>{size}<a:graphic><w:txbxContent>{inside}</w:txbxContent></a:graphic>"
        f"</wp:{place}></w:drawing></w:r>"
    )


def test_a_text_box_set_as_a_letter_of_the_line_is_part_of_it() -> None:
    (line,) = lines(p(r("ผลงาน = ") + _box(p(r("74.50")), "inline") + r("(ร้อยละ)")))
    assert line.text == "ผลงาน =  74.50 (ร้อยละ)"


def test_a_figure_in_a_box_that_floats_over_the_line_is_part_of_it() -> None:
    (line,) = lines(p(r("ผลงาน = ") + _box(p(r("๗๔.๕๐")), "anchor") + r("(ร้อยละ)")))
    assert line.text == "ผลงาน =  ๗๔.๕๐ (ร้อยละ)"


@pytest.mark.parametrize(
    "box",
    [
        _box(p(r("74 แห่ง")), "anchor"),
        _box(p(r("74")) + p(r("50")), "inline"),
        _box(f"<w:tbl><w:tr><w:tc>{p(r('74'))}</w:tc></w:tr></w:tbl>", "inline"),
    ],
)
def test_other_boxes_stand_behind_their_paragraph(box: str) -> None:
    first, second, *_ = lines(p(r("ผลงาน = ") + box + r("(ร้อยละ)")))
    assert first.text == "ผลงาน = (ร้อยละ)"
    assert second.text.startswith("74")


def test_a_comment_is_told_where_it_hangs() -> None:
    comment = f'<w:comment w:id="3">{p(r("ที่ถูกคือ"))}{p(r("71.20"))}</w:comment><w:comment w:id="4"/>'
    hung = '<w:r><w:commentReference w:id="{}"/></w:r>'
    first, second = lines(
        p(r("74.50") + hung.format(3)) + p(r("ก") + hung.format(4) + hung.format(9)), comments=comment
    )
    assert told(first) == [("note-here", "ที่ถูกคือ 71.20")]
    assert second.told == ()


def test_a_note_on_a_figure_is_told_and_stands_behind_the_paragraph() -> None:
    note = f'<w:footnote w:id="2">{p(r("ไม่รวม 3 แห่ง"))}</w:footnote><w:footnote w:id="5">{p(r("ตามแผน"))}</w:footnote>'
    mark = '<w:r><w:footnoteReference w:id="{}"/></w:r>'
    found = lines(p(r("ติดตั้ง 74 แห่ง") + mark.format(2)) + p(r("ติดตั้งแล้ว") + mark.format(5)), footnotes=note)
    assert [line.text for line in found] == ["ติดตั้ง 74 แห่ง", "ไม่รวม 3 แห่ง", "ติดตั้งแล้ว", "ตามแผน"]
    assert [told(line) for line in found] == [[("note-here", "ไม่รวม 3 แห่ง")], [], [], []]


def test_the_texts_of_a_diagram_are_lines_and_told() -> None:
    point = '<dgm:pt type="{}"><dgm:t><a:p><a:r><a:t>{}</a:t></a:r></a:p></dgm:t></dgm:pt>'
    data = f"<dgm:dataModel {_NAMES}>{point.format('node', 'อบรม 9 รุ่น')}{point.format('pres', 'ลับ')}</dgm:dataModel>"
    drawing = "<w:r><w:drawing><dgm:relIds r:dm='d1'/></w:drawing></w:r>"
    first, second = lines(p(r("ไตรมาสที่ 4 :") + drawing), {"d1 data.xml": data})
    assert (second.text, told(first)) == ("อบรม 9 รุ่น", [("drawing-read",)])
    (alone,) = lines(p(r("ไตรมาสที่ 4 :") + drawing))
    assert told(alone) == [("part-not-read", "a-drawing")]


@pytest.mark.parametrize(
    ("inside", "what"),
    [
        ("<w:drawing><c:chart r:id='x'/></w:drawing>", "a-chart"),
        ("<w:object><o:OLEObject r:id='x'/></w:object>", "an-embedded-file"),
    ],
)
def test_what_is_not_read_is_told_where_it_stands(inside: str, what: str) -> None:
    first, second = lines(p(r("ไตรมาสที่ 4 :")) + p(f"<w:r>{inside}</w:r>") + p(r("สรุป")))
    assert (told(first), second.told) == ([("part-not-read", what)], ())


@pytest.mark.parametrize(
    ("part", "name"),
    [
        ("<html><p>ครบ 74 แห่ง".encode(), "chunk.htm"),
        ("ครบ 74 แห่ง".encode("cp874"), "chunk.txt"),
        (docx_of(p(r("ครบ 74 แห่ง"))), "chunk.docx"),
    ],
)
def test_a_part_that_a_program_inserted_is_read_by_its_own_kind(part: bytes, name: str) -> None:
    body = p(r("สรุป :")) + '<w:altChunk r:id="k1"/>' + p(r("ปัจจัย"))
    assert [line.text for line in lines(body, {f"k1 {name}": part})] == ["สรุป :", "ครบ 74 แห่ง", "ปัจจัย"]


@pytest.mark.parametrize("part", [b"", b"\x89PNG\r\n\x1a\n0", b"{\\rtf1 x}"])
def test_an_inserted_part_of_another_kind_is_told(part: bytes) -> None:
    (line,) = lines(p(r("สรุป :")) + '<w:altChunk r:id="k1"/>', {"k1 chunk.bin": part})
    assert told(line) == [("part-not-read", "an-inserted-part")]


def test_tables_of_an_inserted_part_are_tables_of_their_own() -> None:
    table = f"<w:tbl><w:tr><w:tc>{p(r('ก'))}</w:tc></w:tr></w:tbl>"
    chunk = b"<html><table><tr><td>1<td>2</table>"
    found = lines(table + '<w:altChunk r:id="k1"/>' + table, {"k1 c.htm": chunk})
    assert [line.cell for line in found] == [(1, 1, 1), (2, 1, 1), (2, 1, 2), (3, 1, 1)]


def test_word_files_in_word_files_end() -> None:
    inner = docx_of(p(r("ใน")))
    for _ in range(6):
        body = p(r("ก")) + '<w:altChunk r:id="rk1"/>'
        stream = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(docx_of(body))) as old, zipfile.ZipFile(stream, "w") as new:
            for name in old.namelist():
                content = old.read(name)
                if name.endswith("document.xml.rels"):
                    link = f'<Relationship Id="rk1" Type="{_OFFICE}/aFChunk" Target="k.docx"/></Relationships>'
                    content = content.replace(b"</Relationships>", link.encode())
                new.writestr(name, content)
            new.writestr("word/k.docx", inner)
        inner = stream.getvalue()
    found = read_bytes(inner, "x.docx").pages[0].lines
    assert [line.text for line in found] == ["ก"] * 4
    assert told(found[-1]) == [("part-not-read", "an-inserted-part")]

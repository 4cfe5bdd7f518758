"""Word files: the text that a print would show."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from raingan.model.errors import InputError
from raingan.model.records import Document, Limits
from tests.counting import Growth
from tests.extract_readers.made import docx_of, read_bytes

Read = Callable[..., Document]
Make = Callable[..., bytes]


def p(content: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{content}</w:p>"


def r(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def body(read: Read, data: bytes) -> list[str]:
    return [line.text for line in read(data, "x.docx").pages[0].lines]


_BOX = "<w:txbxContent><w:p><w:r><w:t>ในกล่อง</w:t></w:r></w:p></w:txbxContent>"
_FIELD = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (p(r("หนึ่ง") + r("สอง")) + p(r("สาม")), ["หนึ่งสอง", "สาม"]),
        (p("<w:r><w:t>ก</w:t><w:br/><w:t>ข</w:t><w:cr/><w:t>ค</w:t></w:r>"), ["ก", "ข", "ค"]),
        (p("<w:r><w:t>ก</w:t><w:tab/><w:t>ข</w:t><w:noBreakHyphen/><w:softHyphen/><w:t>ค</w:t></w:r>"), ["ก ข-ค"]),
        (p(r("ก") + "<w:ins>" + r("ข") + "</w:ins><w:del><w:r><w:delText>ลบ</w:delText></w:r></w:del>"), ["กข"]),
        (p("<w:moveFrom>" + r("ย้าย") + "</w:moveFrom>" + r("ก") + "<w:moveTo>" + r("ย้าย") + "</w:moveTo>"), ["กย้าย"]),
        (p(r("ลับ", "<w:vanish/>") + r("เห็น", '<w:vanish w:val="0"/>')), ["เห็น"]),
        (p(r("ก"), "<w:rPr><w:del/></w:rPr>") + p(r("ข")), ["กข"]),
        (
            p('<w:hyperlink r:id="x">' + r("ลิงก์") + "</w:hyperlink><w:smartTag>" + r("ป้าย") + "</w:smartTag>"),
            ["ลิงก์ป้าย"],
        ),
        (p("<w:sdt><w:sdtContent>" + r("ในช่อง") + "</w:sdtContent></w:sdt>"), ["ในช่อง"]),
        ("<w:sdt><w:sdtContent>" + p(r("ทั้งย่อหน้า")) + "</w:sdtContent></w:sdt>", ["ทั้งย่อหน้า"]),
        (p("<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>" + r("แตะที่นี่") + "</w:sdtContent></w:sdt>"), []),
        (
            p(
                _FIELD.format("begin")
                + "<w:r><w:instrText>PAGE</w:instrText></w:r>"
                + r("คำสั่ง")
                + _FIELD.format("separate")
            )
            + p(r("ผลลัพธ์") + _FIELD.format("end") + r("ต่อ")),
            ["ผลลัพธ์ต่อ"],
        ),
        (p(_FIELD.format("begin") + r("ไม่จบ")) + p(r("ต่อ")), ["ไม่จบ", "ต่อ"]),
        (p('<w:fldSimple w:instr="X">' + r("ผล") + "</w:fldSimple>"), ["ผล"]),
        (
            p(
                "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>"
                f"{_BOX}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{_BOX}</v:textbox></w:pict>"
                "</mc:Fallback></mc:AlternateContent></w:r>" + r("หลัก")
            ),
            ["หลัก", "ในกล่อง"],
        ),
        (p(f"<w:r><w:pict><v:textbox>{_BOX}</v:textbox></w:pict></w:r>"), ["ในกล่อง"]),
        (p(r("20") + r("1", '<w:vertAlign w:val="superscript"/>')), ["20¹"]),
        (p("<m:oMath><m:r><m:t>a=b</m:t></m:r></m:oMath>"), ["a=b"]),
        (p(r("ก\u200bา\u00a0ข")), ["กา ข"]),
    ],
)
def test_text_as_printed(read: Read, docx_of: Make, content: str, expected: list[str]) -> None:
    assert body(read, docx_of(content)) == expected


def _checkbox(state: str) -> str:
    return (
        f"<w:sdt><w:sdtPr><w14:checkbox>{state}</w14:checkbox></w:sdtPr><w:sdtContent>{r('☒')}</w:sdtContent></w:sdt>"
    )


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>', "☑"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0A8"/></w:r>', "☐"),
        ('<w:r><w:sym w:font="Wingdings 2" w:char="F052"/></w:r>', "☑"),
        ('<w:r><w:sym w:font="Wingdings 2" w:char="F0A3"/></w:r>', "☐"),
        ('<w:r><w:sym w:font="Wingdings" w:char="00FE"/></w:r>', "☑"),
        ('<w:r><w:sym w:font="Wingdings" w:char="zz"/></w:r>', ""),
        (r("þ", '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>'), "☑"),
        (r("\uf0a8"), "☐"),
        (r("☒"), "☑"),
        (_checkbox('<w14:checked w14:val="1"/>'), "☑"),
        (_checkbox('<w14:checked w14:val="0"/>'), "☐"),
        (_checkbox(""), "☐"),
        ('<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox>'
         '</w:ffData></w:fldChar></w:r><w:r><w:instrText>FORMCHECKBOX</w:instrText></w:r>' + _FIELD.format("end"), "☑"),
        ('<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="0"/></w:checkBox>'
         '</w:ffData></w:fldChar></w:r><w:r><w:instrText>FORMCHECKBOX</w:instrText></w:r>' + _FIELD.format("end"), "☐"),
        ('<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="ก"/>'
         '<w:listEntry w:val="ข"/></w:ddList></w:ffData></w:fldChar></w:r>' + _FIELD.format("end"), "ข"),
    ],
)  # fmt: skip
def test_tick_boxes(read: Read, docx_of: Make, content: str, expected: str) -> None:
    assert body(read, docx_of(p(content + r(" ผลผลิต")))) == [f"{expected} ผลผลิต".strip()]


def _cell(content: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"


def test_tables_keep_rows_and_columns(read: Read, docx_of: Make) -> None:
    inner = f"<w:tbl><w:tr>{_cell(p(r('ใน')))}</w:tr></w:tbl>"
    table = (
        "<w:tbl><w:tr>"
        + _cell(p(r("กว้าง")), '<w:gridSpan w:val="2"/>')
        + _cell(p(r("สูง")), '<w:vMerge w:val="restart"/>')
        + "</w:tr><w:tr>"
        + _cell(p(r("ป้าย")))
        + f"<w:sdt><w:sdtContent>{_cell(p(r('ค่า')) + inner + p(''))}</w:sdtContent></w:sdt>"
        + _cell(p(""), "<w:vMerge/>")
        + f"</w:tr><w:tr><w:trPr><w:del/></w:trPr>{_cell(p(r('ลบ')))}</w:tr>"
        + f"<w:tr><w:trPr><w:gridBefore w:val='1'/></w:trPr>{_cell(p(r('ท้าย')))}</w:tr></w:tbl>"
    )
    document = read(docx_of(table + p(r("นอก"))), "x.docx")
    assert [(line.cell, line.text) for line in document.pages[0].lines] == [
        ((1, 1, 1), "กว้าง"),
        ((1, 1, 3), "สูง"),
        ((1, 2, 1), "ป้าย"),
        ((1, 2, 2), "ค่า"),
        ((2, 1, 1), "ใน"),
        ((1, 3, 2), "ท้าย"),
        (None, "นอก"),
    ]
    assert all(line.paragraph_end for line in document.pages[0].lines)


def test_headers_stand_apart_and_notes_after_their_paragraph(read: Read, docx_of: Make) -> None:
    data = docx_of(
        p(r("เนื้อหา") + '<w:r><w:footnoteReference w:id="2"/></w:r>')
        + p(r("ถัดไป"))
        + '<w:sectPr><w:headerReference r:id="rheader1"/><w:headerReference r:id="rheader1"/></w:sectPr>',
        header1=p(r("หัวกระดาษ")),
        footnotes=f'<w:footnote w:id="0" w:type="separator">{p(r("เส้น"))}</w:footnote>'
        f'<w:footnote w:id="2">{p(r("เชิงอรรถ"))}</w:footnote>',
    )
    (page,) = read(data, "x.docx").pages
    assert [line.text for line in page.lines] == ["เนื้อหา", "เชิงอรรถ", "ถัดไป"]
    assert [line.text for line in page.margins] == ["หัวกระดาษ"]


def test_a_style_may_hide_text(read: Read, docx_of: Make) -> None:
    styles = (
        '<w:style w:type="table" w:styleId="T"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="base"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="child"><w:basedOn w:val="base"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="loop"><w:basedOn w:val="loop"/></w:style>'
    )
    content = p(r("ลับ"), '<w:pStyle w:val="child"/>') + p(r("เห็น"), '<w:pStyle w:val="loop"/>')
    assert body(read, docx_of(content, styles=styles)) == ["เห็น"]


def test_strict_files_are_read(read: Read, docx_of: Make, zip_of: Make) -> None:
    import io
    import zipfile

    usual = docx_of(p(r("แบบเคร่งครัด")))
    with zipfile.ZipFile(io.BytesIO(usual)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for old, new in (
        (b"schemas.openxmlformats.org/wordprocessingml/2006/main", b"purl.oclc.org/ooxml/wordprocessingml/main"),
        (b"schemas.openxmlformats.org/officeDocument/2006/rel", b"purl.oclc.org/ooxml/officeDocument/rel"),
    ):
        parts = {name: content.replace(old, new) for name, content in parts.items()}
    assert body(read, zip_of(parts)) == ["แบบเคร่งครัด"]


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9, 0.99])
def test_a_cut_file_is_broken(read: Read, docx_of: Make, keep: float) -> None:
    data = docx_of(p(r("ข้อความ")) * 100)
    with pytest.raises(InputError) as caught:
        read(data[: int(len(data) * keep)], "x.docx")
    assert caught.value.code == "broken-file"


def test_a_lost_part_is_a_problem_and_not_the_end(read: Read, docx_of: Make) -> None:
    document = read(docx_of(p(r("อยู่ครบ")), styles="<broken>"), "x.docx")
    assert [line.text for line in document.pages[0].lines] == ["อยู่ครบ"]
    assert [problem.code for problem in document.problems] == ["truncated-file"]


@pytest.mark.parametrize(
    "document",
    [
        b'<!DOCTYPE x [<!ENTITY a "b">]><w:document/>',
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><w:document/>'.encode("utf-16"),
        b'<?xml version="1.0" encoding="utf-7"?><x/>',
        b"<w:document/>",
        b"<x/>",
        b"",
    ],
)
def test_xml_that_word_never_writes_is_refused(read: Read, zip_of: Make, document: bytes) -> None:
    with pytest.raises(InputError) as caught:
        read(zip_of({"[Content_Types].xml": "", "word/document.xml": document}), "x.docx")
    assert caught.value.code == "broken-file"


def nested(opening: str, closing: str, before: str = "", behind: str = "") -> Callable[[int], bytes]:
    return lambda deep: docx_of(before + opening * deep + closing * deep + behind)


def end(data: bytes) -> None:
    """Read a file or refuse it."""
    try:
        read_bytes(data, "x.docx", Limits(zip_ratio=10**6))
    except InputError as error:
        assert error.code == "broken-file"


def paragraphs(count: int) -> bytes:
    return docx_of("".join(p(r(f"ย่อหน้าที่ {number} ของเอกสารตัวอย่าง")) for number in range(count)))


_CHOICE = "<mc:AlternateContent><mc:Choice>", "</mc:Choice></mc:AlternateContent>"
GROWTH = [
    Growth("controls", nested("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>"), end, 40, 2_500),
    Growth("insertions", nested("<w:ins>", "</w:ins>", "<w:p>", "</w:p>"), end, 40, 2_500),
    Growth("tables", nested("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"), end, 20, 1_500),
    Growth("choices", nested(*_CHOICE, "<w:p><w:r>", "</w:r></w:p>"), end, 20, 1_500),
    Growth("paragraphs", paragraphs, end, 50, 1_000),
]


@pytest.mark.parametrize("growth", GROWTH, ids=str)
def test_work_grows_with_the_file(growth: Growth) -> None:
    growth.check()


@pytest.mark.parametrize("growth", GROWTH[:-1], ids=str)
def test_nesting_without_end_ends(growth: Growth) -> None:
    end(growth.make(5_000))


def test_every_paragraph_of_a_long_document_is_read(read: Read) -> None:
    assert len(body(read, paragraphs(2000))) == 2000


def test_a_bomb_inside_a_word_file(read: Read, docx_of: Make) -> None:
    with pytest.raises(InputError) as caught:
        read(docx_of(p(r(" " * 5_000_000))), "x.docx")
    assert caught.value.code == "zip-bomb"

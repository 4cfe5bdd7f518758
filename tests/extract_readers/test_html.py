"""Saved web pages: what a browser shows, line by line."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from extract.reading.html.tokenizer import tokens
from raingan.model.records import Document, Limits
from tests.counting import Growth, of_pieces
from tests.extract_readers.made import read_bytes

Read = Callable[..., Document]


def page(read: Read, body: str) -> list[str]:
    document = read(f"<html><body>{body}".encode(), "page.html")
    return [line.text for line in document.pages[0].lines]


def cells(read: Read, body: str) -> list[tuple[tuple[int, int, int] | None, str]]:
    document = read(f"<html><body>{body}".encode(), "page.html")
    return [(line.cell, line.text) for line in document.pages[0].lines]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>หนึ่ง<p>สอง</p>สาม", ["หนึ่ง", "สอง", "สาม"]),
        ("<div>หนึ่ง<br>สอง<br/>สาม</div>", ["หนึ่ง", "สอง", "สาม"]),
        ("ขึ้นบรรทัด\nในต้นฉบับ", ["ขึ้นบรรทัด ในต้นฉบับ"]),
        ("<b>หนา</b>ต่อ<i> เอียง </i>", ["หนาต่อ เอียง"]),
        ("ก&nbsp;&nbsp; ข&#3588;&#x0E04;&amp;&copy;", ["ก ขคค&©"]),
        ("&#00000000000000000000003588;&#x00000000000000000e04;ก", ["คคก"]),
        ("&#" + "0" * 5000 + ";ก", ["\ufffdก"]),
        ("&#99999999999;&#x110000;&nosuch;", ["\ufffd\ufffd&nosuch;"]),
        ("<script>if (a<b) x='<p>ลับ</p>'</script>เห็น<style>p{}</style>", ["เห็น"]),
        ("<!-- <p>ลับ</p> -->เห็น<!--> เห็นอีก <!---->", ["เห็น เห็นอีก"]),
        ("<![if !supportLists]>1.<![endif]> ข้อ", ["1. ข้อ"]),
        ("<p style='display : none'>ลับ<p>เห็น", ["เห็น"]),
        ("<div hidden><div>ลับ</div>ลับ</div>เห็น", ["เห็น"]),
        ("<span style='visibility:hidden'>ลับ</span>เห็น", ["เห็น"]),
        ("<ul><li style='display:none'>ลับ<ul><li>ลับ</ul><li>เห็น</ul>", ["- เห็น"]),
        ("<noscript>ลับ</noscript><template><p>ลับ</template>เห็น", ["เห็น"]),
        ("<select><option>ลับ<option selected>เลือก</select>เห็น", ["เลือก เห็น"]),
        ("<select><option>แรก<option>ลับ<input type=checkbox checked>เห็น", ["แรก ☑ เห็น"]),
        ("<select><option value=''>โปรดเลือก</option><option value=1>ลับ</select>เห็น", ["เห็น"]),
        ("<select multiple><option>ลับ<option selected>ก<option selected>ข</select>", ["ก, ข"]),
        ("<select size=4><option>ลับ</select>เห็น", ["เห็น"]),
        ("<select><optgroup label=ลับ><option label=ย่อ selected>ลับ</optgroup></select>เห็น", ["ย่อ เห็น"]),
        ("<datalist><option>ลับ</datalist><dialog>ลับ</dialog><dialog open>เห็น</dialog>", ["เห็น"]),
        ("<ruby>ค<rp>(<rt>ลับ<rp>)</ruby>ง", ["คง"]),
        ("<title>ลับ</title><svg><text>ลับ</text></svg>เห็น", ["เห็น"]),
        ("<pre>หนึ่ง  สอง\nสาม\n</pre>สี่", ["หนึ่ง  สอง", "สาม", "สี่"]),
        ("<p style='white-space:pre-wrap'>หนึ่ง\nสอง</p>", ["หนึ่ง", "สอง"]),
        ("<textarea>หนึ่ง &lt;b&gt;\nสอง</textarea>", ["หนึ่ง <b>", "สอง"]),
        ("ช่อง <input value='ค่า 5'><input type=hidden value=ลับ><input type=submit value=ส่ง>", ["ช่อง ค่า 5"]),
        ("<input type=checkbox CHECKED>ก <input type='radio'>ข", ["☑ ก ☐ ข"]),
        ("<font face='Wingdings'>þ</font> ก <span style='font-family: \"Wingdings\"'>&uml;</span> ข", ["☑ ก ☐ ข"]),
        ("<font face=Wingdings>ข้อความที่ลืมปิดแท็กแบบอักษร", ["ข้อความที่ลืมปิดแท็กแบบอักษร"]),
        ("<img alt='☒'> ก <img alt=unchecked> ข <img alt=checked> ค <img alt='ภาพกิจกรรม'>", ["☑ ก ☐ ข ☑ ค"]),
        ("<span style='display:block'>ก</span>ข", ["ก", "ข"]),
        ("<dl><dt>ป้าย<dd>ค่า</dl>", ["ป้าย", "ค่า"]),
        ("ร้อยละ 20<sup>1</sup> <sup><a href=#>[2]</a></sup>", ["ร้อยละ 20¹ [²]"]),
        ("ไม่ปิด <b <i>แท็ก", ["ไม่ปิด แท็ก"]),
        ("5 < 3 และ 7 <8 <", ["5 < 3 และ 7 <8 <"]),
    ],
)
def test_visible_text(read: Read, body: str, expected: list[str]) -> None:
    assert page(read, body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<ol><li>ก<li>ข</ol><ol start=5><li>ค</ol>", ["1. ก", "2. ข", "5. ค"]),
        ("<ol type=a><li>ก<li value=27>ข</ol>", ["a. ก", "aa. ข"]),
        ("<ol type=I start=4><li>ก</ol>", ["IV. ก"]),
        ("<ol style='list-style-type: thai'><li>ก<li>ข</ol>", ["๑. ก", "๒. ข"]),
        ("<ol reversed><li>ก<ol><li>ข</ol><li>ค</ol>", ["2. ก", "1. ข", "1. ค"]),
        ("<ul><li>ก<li>- ข<li>• ค</ul>", ["- ก", "- ข", "• ค"]),
        ("<ul style='list-style:none'><li>ก</ul>", ["ก"]),
        ("<ol><li><p>ก</p><p>ข</p></li><li></li><li>ค</ol>", ["1. ก", "ข", "3. ค"]),
        ("<li>ลอย", ["- ลอย"]),
        ("<ol><li>ก</ol></ol></ul>ข", ["1. ก", "ข"]),
    ],
)
def test_lists_are_numbered_as_shown(read: Read, body: str, expected: list[str]) -> None:
    assert page(read, body) == expected


def test_rows_keep_label_and_value_apart(read: Read) -> None:
    body = """<table><tr><th>ป้าย :<td>ค่า<br>ต่อ<tr><td rowspan=2>สูง<td colspan=2>กว้าง<td>ท้าย
    <tr><td>ล่าง</table><table><tr><td>ใหม่ <table><tr><td>ใน</table> นอก</table>จบ"""
    assert cells(read, body) == [
        ((1, 1, 1), "ป้าย :"),
        ((1, 1, 2), "ค่า"),
        ((1, 1, 2), "ต่อ"),
        ((1, 2, 1), "สูง"),
        ((1, 2, 2), "กว้าง"),
        ((1, 2, 4), "ท้าย"),
        ((1, 3, 2), "ล่าง"),
        ((2, 1, 1), "ใหม่"),
        ((3, 1, 1), "ใน"),
        ((2, 1, 1), "นอก"),
        (None, "จบ"),
    ]


def test_every_line_that_the_page_ends_is_a_paragraph(read: Read) -> None:
    document = read("<html><p>ก<br>ข</p><pre>ค\nง</pre>".encode())
    assert [line.paragraph_end for line in document.pages[0].lines] == [True, True, False, True]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp874", "utf-16"])
@pytest.mark.parametrize("declared", ["utf-8", "windows-874", "tis-620", "iso-8859-1", "nonsense"])
def test_charset_by_the_bytes_whatever_is_declared(read: Read, codec: str, declared: str) -> None:
    text = f"<html><meta charset={declared}><body><p>หน้าเว็บที่บันทึกไว้ทั้งหน้าโดยไม่มีสคริปต์"
    document = read(text.encode(codec))
    assert [line.text for line in document.pages[0].lines] == ["หน้าเว็บที่บันทึกไว้ทั้งหน้าโดยไม่มีสคริปต์"]
    assert not document.problems


def test_a_page_saved_as_one_file(read: Read) -> None:
    body = "=E0=B8=AB=E0=B8=99=E0=B9=89=E0=B8=B2=3Cbr=3E=E0=B8=AA=\r\n=E0=B8=AD=E0=B8=87"
    mail = (
        "From: <Saved by a browser>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=xx\r\n\r\n"
        "--xx\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        f"{body}\r\n--xx\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBO\r\n--xx--\r\n"
    )
    assert [line.text for line in read(mail.encode(), "page.mht").pages[0].lines] == ["หน้า", "สอง"]


HOSTILE = (
    *("<!--", "<", "</", "<a", "<a ", "<!", "<?", "&", "&#", "&#9", "<a b='", '<a b="', "<a b=\"' c='"),
    *("<p>", "<div>", "</div>", "<b>", "</b>", "<table>", "<tr>", "<td>", "<li>", "<ol><li>", "<ol reversed><li>"),
    *("<script>", "<title></title", "<script></script", "<div hidden>", "<select>", "<textarea>", "<pre>\n"),
    *("<td rowspan=9999 colspan=999>", "<table><tr><td>x", "<font face=wingdings>", "<sup>1", "=", "\x00<"),
    *(
        "<p style=display:none>x",
        "<span style='display:block'>x",
        "<ol style=list-style:",
        "<![CDATA[",
        *("<math>", "<math><mfrac>1", "<mrow>1</mrow>"),
        "</b><i",
        "<ol reversed></menu>",
    ),
)
# Numbers that run backwards are counted in each open list: only below the limit of depth does that cost its square.
GROWTH = of_pieces(lambda text: read_bytes(b"<html>" + text.encode()), HOSTILE, size=400)


@pytest.mark.parametrize("growth", GROWTH, ids=str)
def test_work_grows_with_the_page(growth: Growth) -> None:
    growth.check()


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_long_hostile_page_ends(read: Read, piece: str) -> None:
    read(b"<html>" + piece.encode() * 5_000)


def test_a_hundred_thousand_open_tags(read: Read) -> None:
    read(b"<html>" + b"<font face=wingdings><table>" * 20_000 + b"</b>" * 100_000, limits=Limits(xml_depth=256))


def test_huge_attributes() -> None:
    many = "".join(f" a{number}=x" for number in range(50_000))
    (token,) = tokens(f"<p{many} b='{'x' * 1_000_000}'>")
    assert token[2]["a0"] == "x"
    assert next(tokens("&#" + "9" * 100_000 + ";"))[1] == "\ufffd"

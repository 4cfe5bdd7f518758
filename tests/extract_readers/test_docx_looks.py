"""Word files: what the look of a run says of its text: struck out, raised, lowered, in an equation, changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from raingan.model.records import Document, Line
from tests.extract_readers.made import docx_of

Read = Callable[..., Document]

_M = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
_STYLES = """
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"/>
<w:style w:type="paragraph" w:styleId="Gone"><w:rPr><w:strike/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Cut"><w:rPr><w:strike/></w:rPr></w:style>
<w:style w:type="character" w:styleId="CutTwice"><w:rPr><w:dstrike/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Below"><w:basedOn w:val="Cut"/></w:style>
<w:style w:type="character" w:styleId="Live"><w:basedOn w:val="Cut"/><w:rPr><w:strike w:val="0"/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Mark"><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>
<w:style w:type="character" w:styleId="NoMark">
<w:basedOn w:val="Mark"/><w:rPr><w:vertAlign w:val="baseline"/></w:rPr></w:style>
"""


def p(content: str, properties: str = "") -> str:
    return f"<w:p {_M}><w:pPr>{properties}</w:pPr>{content}</w:p>"


def r(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def m(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


def lines(read: Read, body: str) -> tuple[Line, ...]:
    return read(docx_of(body, styles=_STYLES), "x.docx").pages[0].lines


def told(line: Line) -> list[tuple[str, ...]]:
    return [(problem.code, *problem.values.values()) for problem in line.told]


@pytest.mark.parametrize(
    "properties",
    [
        "<w:strike/>",
        "<w:dstrike/>",
        '<w:rStyle w:val="Cut"/>',
        '<w:rStyle w:val="CutTwice"/>',
        '<w:rStyle w:val="Below"/>',
    ],
)
def test_struck_text_is_left_out_and_told(read: Read, properties: str) -> None:
    (line,) = lines(read, p(r("ผล ") + r("61.25", properties) + r("74.50")))
    assert line.text == "ผล 74.50"
    assert told(line) == [("struck-out", "61.25")]


@pytest.mark.parametrize(
    "properties",
    ['<w:strike w:val="0"/>', '<w:rStyle w:val="Live"/>', '<w:rStyle w:val="Cut"/><w:strike w:val="false"/>', ""],
)
def test_text_that_no_style_strikes_is_read(read: Read, properties: str) -> None:
    (line,) = lines(read, p(r("ผล ") + r("61.25", properties)))
    assert (line.text, line.told) == ("ผล 61.25", ())


def test_a_style_that_strikes_in_a_style_that_strikes_does_not(read: Read) -> None:
    first, _ = lines(read, p(r("หัวข้อ")) + p(r("ก") + r("ข", '<w:rStyle w:val="Cut"/>'), '<w:pStyle w:val="Gone"/>'))
    assert told(first) == []
    assert lines(read, p(r("หัวข้อ")) + p(r("ข", '<w:rStyle w:val="Cut"/>'), '<w:pStyle w:val="Gone"/>'))[1].text == "ข"


def test_a_paragraph_struck_as_a_whole_is_told_where_it_stood(read: Read) -> None:
    first, second = lines(
        read, p(r("ไตรมาสที่ 1 :")) + p(r("อบรม ", "<w:strike/>") + r("40 คน", "<w:strike/>")) + p(r("ต่อ"))
    )
    assert told(first) == [("struck-out", "อบรม 40 คน")]
    assert (second.text, second.told) == ("ต่อ", ())


@pytest.mark.parametrize(
    ("properties", "mark", "read_as"),
    [
        ('<w:vertAlign w:val="superscript"/>', "2", "74.50²"),
        ('<w:vertAlign w:val="superscript"/>', "๒", "74.50²"),
        ('<w:rStyle w:val="Mark"/>', "2", "74.50²"),
        ('<w:rStyle w:val="Mark"/>', "1)", "74.50¹⁾"),
        ('<w:rStyle w:val="NoMark"/>', "2", "74.502"),
        ('<w:vertAlign w:val="subscript"/>', "๓", "74.50₃"),
        ('<w:position w:val="8"/>', "๑", "74.50¹"),
        ('<w:position w:val="4"/>', "1", "74.50¹"),
        ('<w:position w:val="3"/>', "1", "74.501"),
        ('<w:position w:val="-6"/>', "1", "74.50₁"),
    ],
)
def test_marks_above_and_below_a_figure_do_not_lengthen_it(
    read: Read, properties: str, mark: str, read_as: str
) -> None:
    (line,) = lines(read, p(r("74.50") + r(mark, properties) + r(" ร้อยละ")))
    assert line.text == f"{read_as} ร้อยละ"
    codes = {"¹": "note-mark", "²": "note-mark", "₁": "equation-read", "₃": "equation-read"}
    assert [code for code, *_ in told(line)] == [code for sign, code in codes.items() if sign in read_as]


def test_a_power_of_a_unit_is_no_mark(read: Read) -> None:
    (line,) = lines(read, p(r("พื้นที่ 310 ม.") + r("2", '<w:vertAlign w:val="superscript"/>')))
    assert (line.text, line.told) == ("พื้นที่ 310 ม.²", ())


def test_a_figure_set_higher_as_a_whole_is_a_figure(read: Read) -> None:
    up = '<w:position w:val="6"/>'
    (line,) = lines(read, p(r("เป้าหมาย ") + r("74", up) + r(".5", up) + r("1", up) + r(" คน")))
    assert line.text == "เป้าหมาย 74.51 คน"


_HALF = f"<m:f><m:num>{m('1')}</m:num><m:den>{m('4')}</m:den></m:f>"


@pytest.mark.parametrize(
    ("equation", "text", "is_told"),
    [
        (_HALF, "1/4", True),
        (m("2") + _HALF, "2 1/4", True),
        (f"<m:sSup><m:e>{m('10')}</m:e><m:sup>{m('๓')}</m:sup></m:sSup>", "10³", True),
        (f"<m:sSup><m:e>{m('ม')}</m:e><m:sup>{m('2')}</m:sup></m:sSup>", "ม²", False),
        (f"<m:sSub><m:e>{m('10')}</m:e><m:sub>{m('2')}</m:sub></m:sSub>", "10₂", True),
        (f"<m:sSup><m:e>{m('2')}</m:e><m:sup>{m('n+1')}</m:sup></m:sSup>", "2^(n+1)", True),
        (f"<m:rad><m:deg/><m:e>{m('9')}</m:e></m:rad>", "√(9)", True),
        (f"<m:d><m:e>{m('7')}</m:e></m:d>", "(7)", False),
        (f"<m:f><m:num>{m('A')}</m:num><m:den>{m('B')}</m:den></m:f>{m('x100')}", "A/Bx100", False),
        (m("7+5"), "7+5", False),
    ],
)
def test_equations_are_read_as_they_are_set(read: Read, equation: str, text: str, is_told: bool) -> None:
    (line,) = lines(read, p(r("ได้ ") + f"<m:oMath>{equation}</m:oMath>" + r(" ไร่")))
    assert line.text == f"ได้ {text} ไร่"
    assert told(line) == ([("equation-read", text)] if is_told else [])


def test_a_fraction_behind_a_figure_is_not_its_last_digits(read: Read) -> None:
    assert lines(read, p(r("2") + f"<m:oMath>{_HALF}</m:oMath>"))[0].text == "2 1/4"


def test_an_open_change_of_a_figure_is_told(read: Read) -> None:
    deleted = "<w:del><w:r><w:delText>61</w:delText></w:r></w:del>"
    (line,) = lines(read, p(r("อบรม ") + deleted + "<w:ins>" + r("74") + "</w:ins>" + r(" คน")))
    assert line.text == "อบรม 74 คน"
    assert told(line) == [("change-open", "61", "74")]
    (words,) = lines(read, p(r("อบรม") + "<w:ins>" + r("แล้ว") + "</w:ins>"))
    assert words.told == ()


def test_hidden_text_with_figures_is_told(read: Read) -> None:
    (line,) = lines(read, p(r("อบรม ") + r("9 รุ่น", "<w:vanish/>") + r("74 คน")))
    assert (line.text, told(line)) == ("อบรม 74 คน", [("hidden-text", "9 รุ่น")])
    (words,) = lines(read, p(r("อบรม ") + r("แล้ว", "<w:vanish/>")))
    assert words.told == ()


@pytest.mark.parametrize(
    ("mark", "problem"), [("del", ("change-open", "61 คน", "")), ("hidden", ("hidden-text", "61 คน"))]
)
def test_rows_that_are_not_shown_are_told(read: Read, mark: str, problem: tuple[str, ...]) -> None:
    row = f"<w:tr><w:trPr><w:{mark}/></w:trPr><w:tc>{p(r('61 คน'))}</w:tc></w:tr>"
    (line,) = lines(read, f"<w:tbl><w:tr><w:tc>{p(r('74 คน'))}</w:tc></w:tr>{row}</w:tbl>")
    assert (line.text, told(line)) == ("74 คน", [problem])


def _prompt(content: str) -> str:
    return f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def test_a_prompt_that_nobody_answered_is_nothing_wherever_it_stands(read: Read) -> None:
    assert [line.text for line in lines(read, p(r("ก")) + _prompt(p(r("แตะที่นี่"))))] == ["ก"]
    cells = f"<w:tc>{p(r('ก'))}</w:tc>{_prompt('<w:tc>' + p(r('แตะที่นี่')) + '</w:tc>')}<w:tc>{p(r('ข'))}</w:tc>"
    found = lines(read, f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>")
    assert [(line.text, line.cell) for line in found] == [("ก", (1, 1, 1)), ("ข", (1, 1, 3))]

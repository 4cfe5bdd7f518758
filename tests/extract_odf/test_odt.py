"""OpenDocument texts, read without LibreOffice."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from extract.sections.forms import load_forms
from raingan.model.errors import InputError
from raingan.model.records import Kind, Line, Report, Source
from raingan.pipeline import process
from raingan.settings import Settings
from tests.extract_odf.made import odf, style
from tests.extract_readers.made import read_bytes

ROOT = Path(__file__).parents[2]
_STYLES = (
    style("Cut", 'style:text-line-through-style="solid"')
    + style("Twice", 'style:text-line-through-type="double"')
    + style("Below", "", parent="Cut")
    + style("Live", 'style:text-line-through-style="none"', parent="Cut")
    + style("Up", 'style:text-position="super 58%"')
    + style("Higher", 'style:text-position="33% 58%"')
    + style("Low", 'style:text-position="-20% 58%"')
    + style("Flat", 'style:text-position="0% 100%"')
    + style("Gone", 'text:display="none"')
    + style("Wing", 'fo:font-family="Wingdings"')
    + style("PCut", 'style:text-line-through-style="solid"', family="paragraph")
)


def lines(body: str, **parts: bytes | str) -> tuple[Line, ...]:
    return read_bytes(odf("text", body, _STYLES, parts), "x.odt").pages[0].lines


def p(inside: str, name: str = "") -> str:
    return f'<text:p text:style-name="{name}">{inside}</text:p>'


def span(text: str, name: str) -> str:
    return f'<text:span text:style-name="{name}">{text}</text:span>'


def told(line: Line) -> list[tuple[str, ...]]:
    return [(problem.code, *problem.values.values()) for problem in line.told]


def report_of(path: Path) -> Report:
    _, (report,) = process(Source("report", path.read_bytes(), "00"), load_forms(), Settings())
    return report


def test_the_record_is_that_of_the_word_file() -> None:
    odt = report_of(ROOT / "tests" / "extract_office" / "data" / "training.odt")
    word = report_of(ROOT / "samples" / "training.docx")
    for field in dataclasses.fields(Report):
        assert getattr(odt, field.name) == getattr(word, field.name), field.name


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("ก<text:s/>ข<text:s text:c='3'/>ค<text:tab/>ง", "ก ข   ค ง"),
        ("ก\n   ข", "ก ข"),
        (span("☑", "Up") + " ผลผลิต", "☑ ผลผลิต"),
        (span("þ", "Wing") + " ผลผลิต", "☑ ผลผลิต"),
        (span("ลับ", "Gone") + "เห็น", "เห็น"),
        ("<text:placeholder>แตะที่นี่</text:placeholder>ก", "ก"),
        ("<text:ruby><text:ruby-base>ค</text:ruby-base><text:ruby-text>ลับ</text:ruby-text></text:ruby>ง", "คง"),
        ("74.50" + span("๒", "Up") + " คน", "74.50² คน"),
        ("74.50" + span("2", "Higher") + " คน", "74.50² คน"),
        ("74.50" + span("2", "Low") + " คน", "74.50₂ คน"),
        ("74.50" + span("2", "Flat") + " คน", "74.502 คน"),
        ("หน้า <text:page-number>3</text:page-number>", "หน้า 3"),
    ],
)
def test_text_as_printed(inside: str, text: str) -> None:
    assert [line.text for line in lines(p(inside))] == [text]


@pytest.mark.parametrize("name", ["Cut", "Twice", "Below"])
def test_struck_text_is_left_out_and_told(name: str) -> None:
    (line,) = lines(p("ผล " + span("61", name) + span("74", "Live")))
    assert (line.text, told(line)) == ("ผล 74", [("struck-out", "61")])
    first, second = lines(p("ไตรมาสที่ 1 :") + p("อบรม 40 คน", "PCut") + p("ต่อ"))
    assert (told(first), second.text) == ([("struck-out", "อบรม 40 คน")], "ต่อ")


def test_what_a_change_deleted_is_told_and_never_read() -> None:
    changes = (
        '<text:tracked-changes><text:changed-region text:id="c1"><text:deletion>'
        f"{p('61')}</text:deletion></text:changed-region></text:tracked-changes>"
    )
    inserted = '<text:change-start text:change-id="c2"/>74<text:change-end text:change-id="c2"/>'
    (line,) = lines(changes + p(f'อบรม <text:change text:change-id="c1"/>{inserted} คน'))
    assert (line.text, told(line)) == ("อบรม 74 คน", [("change-open", "61", "74")])


def test_comments_and_notes_on_a_figure_are_told() -> None:
    body = f"<text:note-body>{p('ไม่รวม 3')}</text:note-body>"
    note = f"<text:note><text:note-citation>1</text:note-citation>{body}</text:note>"
    comment = f"<office:annotation>{p('ที่ถูก 71')}</office:annotation>"
    first, second = lines(p(f"ติดตั้ง 74{comment} แห่ง{note}"))
    assert (first.text, second.text) == ("ติดตั้ง 74 แห่ง", "ไม่รวม 3")
    assert told(first) == [("note-here", "ที่ถูก 71"), ("note-here", "ไม่รวม 3")]


_LISTS = (
    '<text:list-style style:name="T"><text:list-level-style-number text:level="1" style:num-format="๑, ๒, ๓, ..."'
    ' style:num-suffix="."/><text:list-level-style-number text:level="2" style:num-format="1" style:num-suffix=")"'
    ' text:display-levels="2"/></text:list-style><text:list-style style:name="B"><text:list-level-style-bullet'
    ' text:level="1" text:bullet-char="•"/></text:list-style>'
)


def _list(name: str, *items: str, more: str = "") -> str:
    inside = "".join(f"<text:list-item>{item}</text:list-item>" for item in items)
    return f'<text:list text:style-name="{name}" {more}>{inside}</text:list>'


def test_numbers_of_lists_are_counted_as_printed() -> None:
    inner = "<text:list><text:list-item>" + p("ใน") + "</text:list-item></text:list>"
    body = _list("T", p("ก") + p("ต่อ") + inner, p("ข")) + _list("T", p("ค"))
    body += _list("T", p("ง"), more='text:continue-numbering="true"') + _list("B", p("จ"))
    data = odf("text", body, _LISTS)
    assert [line.text for line in read_bytes(data, "x.odt").pages[0].lines] == [
        "๑. ก",
        "ต่อ",
        "๑.1) ใน",
        "๒. ข",
        "๑. ค",
        "๒. ง",
        "- จ",
    ]


def test_cells_keep_their_places_and_hidden_rows_are_left_out() -> None:
    body = (
        "<table:table><table:table-header-rows><table:table-row><table:table-cell>" + p("ก")
        + '</table:table-cell><table:covered-table-cell/><table:table-cell table:number-columns-repeated="2"/>'
        + "<table:table-cell>" + p("ข") + "</table:table-cell></table:table-row></table:table-header-rows>"
        + '<table:table-row table:visibility="collapse"><table:table-cell>' + p("ลับ")
        + "</table:table-cell></table:table-row></table:table>"
    )  # fmt: skip
    assert [(line.cell, line.text) for line in lines(body)] == [((1, 1, 1), "ก"), ((1, 1, 5), "ข")]


def _frame(inside: str, place: str) -> str:
    return f'<draw:frame text:anchor-type="{place}" svg:width="5cm" svg:height="4cm">{inside}</draw:frame>'


def test_a_text_box_in_the_line_and_one_beside_it() -> None:
    box = f"<draw:text-box>{p('74')}</draw:text-box>"
    assert [line.text for line in lines(p(f"ผล {_frame(box, 'as-char')} คน"))] == ["ผล  74  คน"]
    assert [line.text for line in lines(p(f"ผล {_frame(box, 'paragraph')} คน"))] == ["ผล  คน", "74"]


_MATH = '<math xmlns="http://www.w3.org/1998/Math/MathML">{}</math>'


@pytest.mark.parametrize(
    ("formula", "text", "is_told"),
    [
        ("<mfrac><mn>3</mn><mn>4</mn></mfrac>", "3/4", True),
        ("<mn>2</mn><mfrac><mn>1</mn><mn>4</mn></mfrac>", "2 1/4", True),
        ("<semantics><msup><mn>10</mn><mn>3</mn></msup><annotation>{10}^3</annotation></semantics>", "10³", True),
        ("<msub><mi>CO</mi><mn>2</mn></msub>", "CO₂", False),
        ("<mfrac><mi>A</mi><mi>B</mi></mfrac>", "A/B", False),
    ],
)
def test_formulas_are_not_lost(formula: str, text: str, is_told: bool) -> None:
    held = p(f"ได้ {_frame('<draw:object xlink:href=' + repr('./Object 1') + '/>', 'as-char')} ไร่")
    data = odf("text", held, "", {"Object 1/content.xml": _MATH.format(formula)})
    (line,) = read_bytes(data, "x.odt").pages[0].lines
    assert line.text == f"ได้ {text} ไร่"
    assert told(line) == ([("equation-read", text)] if is_told else [])


def test_an_object_that_is_not_read_is_told() -> None:
    held = _frame('<draw:object xlink:href="./Object 1"/>', "as-char")
    (line,) = lines(p(f"ไตรมาสที่ 4 : {held}"))
    assert told(line) == [("part-not-read", "an-embedded-file")]


def test_passwords_bombs_and_broken_files_end_with_a_reason() -> None:
    locked = odf("text", p("ก"), "", {"META-INF/manifest.xml": "<m:encryption-data/>"})
    for data, code in ((locked, "password"), (odf("text", p("ก"))[:-40], "broken-file")):
        with pytest.raises(InputError) as refused:
            read_bytes(data, "x.odt")
        assert refused.value.code == code
    with pytest.raises(InputError) as deep:
        read_bytes(odf("text", "<text:section>" * 400 + "</text:section>" * 400), "x.odt")
    assert deep.value.code == "broken-file"
    assert read_bytes(odf("text", p("ก")), "x.odt").kind is Kind.ODT

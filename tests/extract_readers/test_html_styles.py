"""Saved web pages: what sheets and attributes hide, strike, raise and make; frames that were saved with the page."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from raingan.model.records import Document, Limits, Line
from tests.counting import Growth, of_pieces
from tests.extract_readers.made import read_bytes

Read = Callable[..., Document]


def lines(read: Read, body: str, sheet: str = "", about: str = "") -> tuple[Line, ...]:
    style = f"<style {about}>{sheet}</style>" if sheet else ""
    return read(f"<html><head>{style}</head><body>{body}".encode(), "page.html").pages[0].lines


def texts(read: Read, body: str, sheet: str = "", about: str = "") -> list[str]:
    return [line.text for line in lines(read, body, sheet, about)]


def told(line: Line) -> list[tuple[str, ...]]:
    return [(problem.code, *problem.values.values()) for problem in line.told]


@pytest.mark.parametrize(
    "sheet",
    [
        ".x{display:none}",
        "p .x , b { visibility : hidden }",
        "#y{display:none!important} .x{display:block}",
        "span[data-k='1']{opacity:0}",
        "p > span:nth-child(2){font-size:0}",
        "em + .x{position:absolute;left:-300px}",
        ".x{position:fixed;top:-30em}",
        ".x{position:absolute;clip:rect(0 0 0 0)}",
        ".x{position:absolute;clip-path:inset(50%)}",
        ".x{text-indent:-9999px}",
        ".x{width:1px;height:1px;overflow:hidden}",
        ".x{transform:translateX(-999px)}",
        ".x{position:absolute;left:9999px}",
        "@media screen{.x{display:none}}",
        "@media all and (min-width:600px){.x{display:none}}",
        "@supports (display:grid){.x{display:none}}",
        ".x{color:transparent}",
        "body:has(i) .x{display:none} .x{visibility:hidden}",
    ],
)
def test_what_a_sheet_hides_is_left_out_and_its_figures_are_told(read: Read, sheet: str) -> None:
    (line,) = lines(read, "<p>ตั้ง <em>แล้ว</em> <span class=x id=y data-k=1>7 จุด</span>19 จุด", sheet)
    assert line.text == "ตั้ง แล้ว 19 จุด"
    assert told(line) == [("hidden-text", "7 จุด")]


@pytest.mark.parametrize(
    "sheet",
    [
        ".z{display:none}",
        ".x{display:none} #y{display:inline}",
        ".x{display:none} .x{display:inline}",
        ".x:hover .x{display:none}",
        ".x{position:absolute;left:-299px}",
        ".x{left:-9999px}",
        ".x{text-indent:-29px}",
        ".x{width:1px;height:1px}",
        ".x{opacity:.1}",
        ".x{font-size:0.9em}",
        "@media print{.x{display:none}}",
        "@media (max-width:700px){.x{display:none}}",
        "@media (min-width:1281px){.x{display:none}}",
        "/* .x{display:none} */ p{display:block}",
        ".x::before{display:none}",
        "span:last-child{display:none}",
    ],
)
def test_what_no_sheet_hides_is_read(read: Read, sheet: str) -> None:
    (line,) = lines(read, "<p>ตั้ง <em>แล้ว</em> <span class=x id=y>7 จุด</span>", sheet)
    assert (line.text, line.told) == ("ตั้ง แล้ว 7 จุด", ())


def test_a_sheet_for_printers_hides_nothing(read: Read) -> None:
    assert texts(read, "<b class=x>7", ".x{display:none}", "media=print") == ["7"]
    assert texts(read, "ก<b class=x>7", ".x{display:none}", "media='screen, print'") == ["ก"]


def test_hidden_words_without_figures_are_not_told(read: Read) -> None:
    (line,) = lines(read, "<p>ตั้ง<i hidden>เมนู</i>", "")
    assert line.told == ()


@pytest.mark.parametrize(
    "struck",
    [
        "<s>{}</s>",
        "<strike>{}</strike>",
        "<del><b>{}</b></del>",
        "<i style='text-decoration: line-through'>{}</i>",
        "<i style='text-decoration-line:underline line-through'>{}</i>",
        "<i class=x>{}</i>",
        "<i class=x><b style='text-decoration:none'>{}</b></i>",
    ],
)
def test_struck_text_is_left_out_and_told(read: Read, struck: str) -> None:
    (line,) = lines(read, "<p>ผล " + struck.format("61.25") + "74.50", ".x{text-decoration:line-through red}")
    assert line.text == "ผล 74.50"
    assert told(line) == [("struck-out", "61.25")]


def test_a_strike_ends_with_its_element_also_where_the_end_tag_is_left_out(read: Read) -> None:
    cut = " style='text-decoration:line-through'"
    assert texts(read, f"<ul><li{cut}>ก 1<ul><li>ข 2</ul>ก 3<li>ค 4</ul>") == ["- ค 4"]
    assert texts(read, f"<table><tr><td{cut}>1<td>2<tr><td>3</table>4") == ["2", "3", "4"]
    assert texts(read, f"<p{cut}>1<p>2") == ["2"]
    assert texts(read, "<p>1 <s>2</p><p>3</s> 4") == ["1", "4"]


@pytest.mark.parametrize(
    ("body", "text", "is_told"),
    [
        ("74.50<sup>๒</sup> คน", "74.50² คน", True),
        ("310 ตร.ม.<sup>2</sup>", "310 ตร.ม.²", False),
        ("CO<sub>2</sub> 5", "CO₂ 5", False),
        ("74.50<span class=up>2</span> คน", "74.50² คน", True),
        ("74.50<span style='vertical-align:super'>2</span> คน", "74.50² คน", True),
        ("74.50<span style='vertical-align:top'>2</span> คน", "74.502 คน", False),
    ],
)
def test_raised_and_lowered_digits_do_not_lengthen_a_figure(read: Read, body: str, text: str, is_told: bool) -> None:
    (line,) = lines(read, f"<p>{body}", ".up{vertical-align:super;font-size:60%}")
    assert line.text == text
    assert [code for code, *_ in told(line)] == (["note-mark"] if is_told else [])


@pytest.mark.parametrize(
    ("sheet", "text"),
    [
        (".x::before{content:'74 '}", "ผล 74 จุด"),
        (".x:before{content:attr(data-v) ' '}", "ผล 12 จุด"),
        (".x::after{content:'\\30 7'}", "ผล จุด07"),
        (".x::before{content:'\\f14a'}", "ผล ☑จุด"),
        (".x::before{content:'\\f015'}", "ผล จุด"),
        (".x::before{content:'9';display:none}", "ผล จุด"),
        (".x::before{content:counter(c)}", "ผล จุด"),
    ],
)
def test_text_that_a_sheet_makes_is_read(read: Read, sheet: str, text: str) -> None:
    assert texts(read, "<p>ผล <b class=x data-v=12>จุด</b>", sheet) == [text]


@pytest.mark.parametrize(
    ("formula", "text", "is_told"),
    [
        ("<mfrac><mn>3</mn><mn>4</mn></mfrac>", "3/4", True),
        ("<mrow><mn>2</mn><mfrac><mn>1</mn><mn>4</mn></mfrac></mrow>", "2 1/4", True),
        ("<msup><mn>10</mn><mn>3</mn></msup>", "10³", True),
        ("<mfrac><mi>A</mi><mi>B</mi>", "A/B", False),
    ],
)
def test_formulas_are_read_as_they_are_set(read: Read, formula: str, text: str, is_told: bool) -> None:
    (line,) = lines(read, f"<p>ได้ <math>{formula}</math> ไร่")
    assert line.text == f"ได้ {text} ไร่"
    assert told(line) == ([("equation-read", text)] if is_told else [])
    assert texts(read, f"<p>ได้ <math>{formula}</p><p>ต่อ") == [f"ได้ {text}", "ต่อ"]


def test_a_page_in_a_frame_of_the_same_file_is_read_where_it_stands(read: Read) -> None:
    inner = "&lt;p&gt;ใน &lt;s&gt;1&lt;/s&gt;"
    assert texts(read, f"ก<iframe srcdoc='{inner}'>ลับ</iframe>ข") == ["ก", "ใน", "ข"]
    assert texts(read, f"ก<iframe style='display:none' srcdoc='{inner}'></iframe>ข") == ["กข"]
    assert texts(read, "ก<iframe src='https://example.org/'>ลับ</iframe>ข") == ["กข"]


def test_frames_and_sheets_of_a_page_saved_as_one_file(read: Read) -> None:
    def part(kind: str, about: str, body: str) -> str:
        return f"--xx\r\nContent-Type: {kind}; charset=utf-8\r\n{about}\r\n\r\n{body}\r\n"

    mail = (
        "From: <Saved>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=xx\r\n\r\n"
        + part(
            "text/html",
            "Content-Location: https://e.org/",
            "<b>ก</b><i class=x>ลับ 5</i><iframe src='cid:f@e'></iframe>",
        )
        + part("text/css", "Content-Location: https://e.org/a.css", ".x{display:none}")
        + part("text/html", "Content-ID: <f@e>", "<p>ในกรอบ")
        + "--xx--\r\n"
    )
    assert [line.text for line in read(mail.encode(), "page.mht").pages[0].lines] == ["ก", "ในกรอบ"]


def test_frames_in_frames_end(read: Read) -> None:
    inner = "ก"
    for _ in range(12):
        escaped = inner.replace("&", "&amp;").replace("'", "&#39;").replace("<", "&lt;")
        inner = f"ก<iframe srcdoc='{escaped}'></iframe>"
    assert len(texts(read, inner)) == 5
    small = Limits(text_chars=3_000)
    many = "<html>" + "<iframe srcdoc='กกกกกกกกกก'></iframe>" * 60
    found = read_bytes(many.encode(), "x.html", small).pages[0].lines
    assert 0 < len(found) <= 300


def test_rules_of_all_kinds_stand_in_one_order(read: Read) -> None:
    later = ".x{display:none} p .x{display:inline}"
    assert texts(read, "<p>ก <b class=x>7</b>", later) == ["ก 7"]
    assert texts(read, "<p>ก <b class=x>7</b>", "p .x{display:none} b.x{display:inline} .a .x{opacity:0}") == ["ก 7"]
    assert texts(read, "<p>ก <b class=x>7</b>", "p b{display:inline} .x{display:none}") == ["ก"]


@pytest.mark.parametrize(("depth", "is_seen"), [(20, False), (21, True)])
def test_a_selector_of_many_steps_counts_where_elements_are_not_nested_too_deep(
    read: Read, depth: int, is_seen: bool
) -> None:
    body = "<div>" * depth + "<b>7</b>"
    sheet = "div div div div b{display:none}"
    assert texts(read, body, sheet) == (["7"] if is_seen else [])


_SHEETS = (
    *(".x{display:none}", ".x ~ .x{display:none}", ".x .x .x .x b{display:none}", "@media screen{", "{", "}", "a{b:'"),
    *(".x:nth-child(2n+1){opacity:0}", "::before{content:'x", ":is(.x,.y) .x{display:none}", "*{display:inline}"),
)
_BODY = "<p class=x>ก" * 20 + "<div class=x>" * 20


@pytest.mark.parametrize(
    "growth", of_pieces(lambda css: read_bytes(f"<html><style>{css}</style>{_BODY}".encode()), _SHEETS, 60), ids=str
)
def test_work_grows_with_the_sheet(growth: Growth) -> None:
    growth.check()


_SLOW = (".q div div div b{display:none}", ".q ~ p ~ p ~ p{display:none}")


@pytest.mark.parametrize("sheet", [*_SHEETS, *_SLOW])
def test_work_grows_with_the_page_under_a_sheet(sheet: str) -> None:
    head = f"<html><style>{sheet}</style>"
    for growth in of_pieces(lambda text: read_bytes((head + text).encode()), ("<p class=x>", "<b class=x>"), 300):
        growth.check()

"""Automatic numbers of Word lists."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from raingan.model.records import Document

Read = Callable[..., Document]
Make = Callable[..., bytes]


def level(number: int, style: str, text: str, more: str = "", start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{number}"><w:start w:val="{start}"/><w:numFmt w:val="{style}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def numbering(*levels: str, more: str = "", lists: str = "") -> str:
    """One abstract list, used by list 1 and whatever `lists` adds."""
    return (
        f'<w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum>{more}'
        f'<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>{lists}'
    )


def items(*levels: int | tuple[int, int]) -> str:
    """Paragraphs of list 1 at these levels, or (list, level)."""
    content = ""
    for item in levels:
        list_id, number = item if isinstance(item, tuple) else (1, item)
        content += (
            f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{number}"/><w:numId w:val="{list_id}"/></w:numPr></w:pPr>'
            "<w:r><w:t>ข้อ</w:t></w:r></w:p>"
        )
    return content


def marks(read: Read, docx_of: Make, content: str, parts: str, styles: str = "") -> list[str]:
    document = read(docx_of(content, numbering=parts, styles=styles), "x.docx")
    return [line.text.removesuffix("ข้อ").rstrip() for line in document.pages[0].lines]


@pytest.mark.parametrize(
    ("style", "text", "expected"),
    [
        ("decimal", "%1.", ["1.", "2.", "3."]),
        ("thaiNumbers", "%1)", ["๑)", "๒)", "๓)"]),
        ("thaiLetters", "(%1)", ["(ก)", "(ข)", "(ค)"]),
        ("thaiCounting", "ตอนที่%1", ["ตอนที่หนึ่ง", "ตอนที่สอง", "ตอนที่สาม"]),
        ("upperRoman", "%1", ["I", "II", "III"]),
        ("bullet", "•", ["-", "-", "-"]),
        ("none", "หมายเหตุ", ["หมายเหตุ"] * 3),
        ("decimal", "", ["", "", ""]),
    ],
)
def test_formats(read: Read, docx_of: Make, style: str, text: str, expected: list[str]) -> None:
    assert marks(read, docx_of, items(0, 0, 0), numbering(level(0, style, text))) == expected


def test_levels_restart_below_a_higher_one(read: Read, docx_of: Make) -> None:
    parts = numbering(level(0, "decimal", "%1."), level(1, "decimal", "(%1.%2)"), level(2, "lowerLetter", "%3)"))
    assert marks(read, docx_of, items(0, 1, 1, 2, 2, 1, 2, 0, 1, 2), parts) == [
        "1.", "(1.1)", "(1.2)", "a)", "b)", "(1.3)", "a)", "2.", "(2.1)", "a)",
    ]  # fmt: skip


def test_a_deep_item_first_begins_the_levels_above_it(read: Read, docx_of: Make) -> None:
    parts = numbering(level(0, "decimal", "%1.", start=6), level(1, "decimal", "%1.%2"))
    assert marks(read, docx_of, items(1, 1, 0, 1), parts) == ["6.1", "6.2", "7.", "7.1"]


def test_a_level_may_go_on_over_higher_ones(read: Read, docx_of: Make) -> None:
    parts = numbering(level(0, "decimal", "%1."), level(1, "decimal", "%2)", '<w:lvlRestart w:val="0"/>'))
    assert marks(read, docx_of, items(0, 1, 1, 0, 1), parts) == ["1.", "1)", "2)", "2.", "3)"]


def test_legal_numbers_are_arabic(read: Read, docx_of: Make) -> None:
    parts = numbering(level(0, "upperRoman", "%1."), level(1, "thaiNumbers", "%1.%2", "<w:isLgl/>"))
    assert marks(read, docx_of, items(0, 1), parts) == ["I.", "1.1"]


def test_suffix(read: Read, docx_of: Make) -> None:
    parts = numbering(level(0, "decimal", "%1.", '<w:suff w:val="nothing"/>'))
    document = read(docx_of(items(0), numbering=parts), "x.docx")
    assert document.pages[0].lines[0].text == "1.ข้อ"


def test_lists_of_one_kind_count_on_unless_told_to_restart(read: Read, docx_of: Make) -> None:
    lists = (
        '<w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="0"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="8"/></w:lvlOverride></w:num>'
    )
    parts = numbering(level(0, "decimal", "%1."), lists=lists)
    content = items(0, 0, (2, 0), (3, 0), (3, 0), 0)
    assert marks(read, docx_of, content, parts) == ["1.", "2.", "3.", "8.", "9.", "10."]


def test_a_list_may_replace_a_level(read: Read, docx_of: Make) -> None:
    lists = (
        '<w:num w:numId="2"><w:abstractNumId w:val="0"/>'
        f'<w:lvlOverride w:ilvl="0">{level(0, "thaiNumbers", "%1)")}</w:lvlOverride></w:num>'
    )
    parts = numbering(level(0, "decimal", "%1."), lists=lists)
    assert marks(read, docx_of, items(0, (2, 0)), parts) == ["1.", "๒)"]


_HEADINGS = (
    '<w:style w:type="paragraph" w:styleId="H1"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="H2"><w:basedOn w:val="H1"/>'
    '<w:pPr><w:numPr><w:ilvl w:val="1"/></w:numPr></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="N"/>'
)


def _styled(*names: str, properties: str = "") -> str:
    return "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{name}"/>{properties}</w:pPr><w:r><w:t>ข้อ</w:t></w:r></w:p>' for name in names
    )


def test_styles_number_their_paragraphs(read: Read, docx_of: Make) -> None:
    parts = numbering(
        level(0, "decimal", "%1.", '<w:pStyle w:val="H1"/>'), level(1, "decimal", "(%1.%2)", '<w:pStyle w:val="H2"/>')
    )
    content = _styled("H1", "H2", "N", "H2", "H1")
    assert marks(read, docx_of, content, parts, _HEADINGS) == ["1.", "(1.1)", "", "(1.2)", "2."]


def test_a_paragraph_may_refuse_the_number_of_its_style(read: Read, docx_of: Make) -> None:
    parts = numbering(level(0, "decimal", "%1."))
    off = '<w:numPr><w:numId w:val="0"/></w:numPr>'
    content = _styled("H1") + _styled("H1", properties=off) + _styled("H1")
    assert marks(read, docx_of, content, parts, _HEADINGS) == ["1.", "", "2."]


def test_a_list_may_borrow_the_levels_of_a_list_style(read: Read, docx_of: Make) -> None:
    style = '<w:style w:type="numbering" w:styleId="L"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    parts = numbering(
        level(0, "thaiLetters", "%1."),
        more='<w:abstractNum w:abstractNumId="5"><w:numStyleLink w:val="L"/></w:abstractNum>',
        lists='<w:num w:numId="2"><w:abstractNumId w:val="5"/></w:num>',
    )
    assert marks(read, docx_of, items((2, 0), (2, 0)), parts, style) == ["ก.", "ข."]


def test_empty_paragraphs_count_and_hidden_ones_do_not(read: Read, docx_of: Make) -> None:
    parts = numbering(level(0, "decimal", "%1."))
    number = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    empty = f"<w:p><w:pPr>{number}</w:pPr></w:p>"
    hidden = f"<w:p><w:pPr>{number}<w:rPr><w:vanish/></w:rPr></w:pPr></w:p>"
    assert marks(read, docx_of, items(0) + empty + hidden + items(0), parts) == ["1.", "3."]


def test_boxes_drawn_as_bullets(read: Read, docx_of: Make) -> None:
    wingdings = '<w:rPr><w:rFonts w:ascii="Wingdings"/></w:rPr>'
    parts = numbering(level(0, "bullet", "\uf0a8", wingdings), level(1, "bullet", "\uf0b7", wingdings))
    assert marks(read, docx_of, items(0, 1), parts) == ["☐", "-"]


@pytest.mark.parametrize("list_id", ["9", "-1", "x", ""])
def test_a_list_that_is_not_there(read: Read, docx_of: Make, list_id: str) -> None:
    content = f'<w:p><w:pPr><w:numPr><w:ilvl w:val="99"/><w:numId w:val="{list_id}"/></w:numPr></w:pPr></w:p>'
    assert marks(read, docx_of, content + items(0), numbering(level(0, "decimal", "%1."))) == ["1."]

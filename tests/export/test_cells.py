"""Every cell is what it should be, whatever the value."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from export.cells import Look, cell
from export.heights import line_count, row_height
from export.text import clean, cut_for_cell, is_risky, parts, shortened

LOOK = Look(text=1, quoted=2, integer=3, decimals=(3, 41, 42, 43, 44, 45, 46), date=5)


def made_cell(value: object) -> tuple[ElementTree.Element, list[str]]:
    notes: list[str] = []
    xml = cell("B7", value, LOOK, " [cut]", lambda code, reference: notes.append(f"{code} {reference}"))
    return ElementTree.fromstring(xml), notes


@pytest.mark.parametrize(
    ("value", "style", "written"),
    [
        (5, "3", "5"),
        (-999_999_999_999_999, "3", "-999999999999999"),
        (Decimal("5.00"), "3", "5"),
        (Decimal("-0.0"), "3", "0"),
        (Decimal("1E+3"), "3", "1000"),
        (Decimal("57.50"), "42", "57.5"),
        (Decimal("0.1234"), "44", "0.1234"),
        (Decimal("0.123456789"), "46", "0.123456789"),
        (Decimal("123456789012.345"), "43", "123456789012.345"),
        (Decimal("1E+200"), "3", "1E+200"),
        (date(1900, 3, 1), "5", "61"),
        (date(2021, 3, 5), "5", "44260"),
        (date(9999, 12, 31), "5", "2958465"),
    ],
)
def test_numbers_and_days(value: object, style: str, written: str) -> None:
    element, notes = made_cell(value)
    assert element.get("s") == style and element.get("t") is None
    assert element.findtext("v") == written
    assert not notes


@pytest.mark.parametrize(
    ("value", "written", "note"),
    [
        (10**15, "1000000000000000", "number-as-text B7"),
        (Decimal("1234567890.1234567"), "1234567890.1234567", "number-as-text B7"),
        (Decimal("1E+400"), "1E+400", "number-as-text B7"),
        (Decimal("1E-999999"), "1E-999999", "number-as-text B7"),
        (date(1900, 2, 28), "1900-02-28", "date-as-text B7"),
        (date(1, 1, 1), "0001-01-01", "date-as-text B7"),
    ],
)
def test_what_excel_cannot_keep_is_a_text_and_told(value: object, written: str, note: str) -> None:
    element, notes = made_cell(value)
    assert element.get("t") == "inlineStr" and element.findtext("is/t") == written
    assert notes == [note]


def test_no_number_that_is_none() -> None:
    for value in (Decimal("NaN"), Decimal("Infinity"), Decimal("-Infinity"), Decimal("sNaN")):
        element, _ = made_cell(value)
        assert element.get("t") == "inlineStr"


def test_blank_cells_are_not_written_unless_they_have_a_colour() -> None:
    assert cell("A1", None, LOOK, "", lambda *_: None) == ""
    coloured = Look(1, 2, 3, (3,) * 7, 5, blank=9)
    assert cell("A1", "", coloured, "", lambda *_: None) == '<c r="A1" s="9"/>'


@pytest.mark.parametrize("value", [True, 1.5, b"x", object()])
def test_other_types_are_a_mistake_of_ours(value: object) -> None:
    with pytest.raises(TypeError):
        made_cell(value)


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(), min_size=1))
def test_any_text_is_one_string_cell(text: str) -> None:
    element, _ = made_cell(text)
    assert element.get("t") == "inlineStr"
    assert [child.tag for child in element.iter()] == ["c", "is", "t"]
    written = element.findtext("is/t") or ""
    as_excel_reads_it = re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), written)
    assert as_excel_reads_it == clean(text)
    assert element.get("s") == ("2" if is_risky(clean(text)) else "1")


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=400), st.integers(1, 30))
def test_parts_joined_give_the_text_again(text: str, size: int) -> None:
    pieces = parts(text, size)
    assert "".join(pieces) == text
    assert all(len(piece) <= size for piece in pieces)


def test_parts_end_at_a_space_or_before_a_base_character() -> None:
    assert parts("ab cd ef gh", 6) == ["ab cd ", "ef gh"]
    assert parts("กี่กี่กี่กี่", 5) == ["กี่", "กี่", "กี่", "กี่"]
    assert parts("กี่", 1) == ["ก", "ี", "่"]


@pytest.mark.parametrize(
    ("text", "units"),
    [("ก" * 40_000, 32_767), ("\U0001f600" * 20_000, 32_767), ("a\n" * 300, 800), ("\n" * 40_000, 800)],
)
def test_a_text_too_long_for_a_cell_ends_with_the_mark(text: str, units: int) -> None:
    cut, was_cut = cut_for_cell(text, "[more]")
    assert was_cut and cut.endswith("[more]")
    assert len(cut.encode("utf-16-le")) // 2 <= units and cut.count("\n") <= 253
    cut.encode("utf-8")
    assert text.startswith(cut.removesuffix("[more]"))


def test_a_text_that_fits_is_left_alone() -> None:
    for text in ("", "a" * 32_767, "a\n" * 253):
        cut, was_cut = cut_for_cell(text, "[more]")
        # Not compared as a whole: pytest would take minutes to show how two such texts differ.
        assert not was_cut and len(cut) == len(text)


def test_shortened_shows_that_it_is() -> None:
    assert shortened("a  b\n c", 10) == "a b c"
    assert shortened("x" * 20, 10) == "x" * 9 + "…"


def test_heights_count_lines_without_marks_above_and_below() -> None:
    assert line_count("กี่กี่กี่", 3) == 1
    assert line_count("ab\ncd\n", 10) == 3
    assert line_count("x" * 25, 10) == 3
    assert row_height([5, "short"], [(1, 10)]) is None
    assert row_height(["x" * 25], [(0, 10)]) == 3 * 13.5 + 2
    assert row_height(["\n" * 100_000], [(0, 10)]) == 409

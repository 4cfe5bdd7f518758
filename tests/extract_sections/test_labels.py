"""How near a line is to a label, and what a label weighs by what stands around it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.sections.forms import load_forms
from extract.sections.labels import LabelIndex, _edits_before_colon, allowed_edits, prefix_distance
from extract.sections.layout import read_items
from tests.extract_sections.made import document

(FORM,) = (form for form in load_forms() if form.id == "bma-indicator")
INDEX = LabelIndex(FORM)
(DEFINITION,) = (field for field in FORM.fields if field.key == "definition")
words = st.text("กขค", min_size=1, max_size=7)


def distance(left: str, right: str) -> int:
    """Edits from one text to the other, as the books have it."""
    row = list(range(len(right) + 1))
    for number, char in enumerate(left, 1):
        before, row = row, [number]
        for column, other in enumerate(right, 1):
            row.append(min(before[column] + 1, row[-1] + 1, before[column - 1] + (char != other)))
    return row[-1]


@given(words, words, st.integers(0, 4))
@settings(max_examples=150, deadline=None)
def test_distance_to_a_whole_text_is_the_usual_one(label: str, text: str, most: int) -> None:
    edits = distance(label, text)
    assert prefix_distance(label, text, most, whole=True) == ((edits, len(text)) if edits <= most else None)


@given(words, words, st.integers(0, 3))
@settings(max_examples=150, deadline=None)
def test_distance_to_a_beginning_is_that_to_its_best_one(label: str, text: str, most: int) -> None:
    best = min(distance(label, text[:end]) for end in range(len(text) + 1))
    found = prefix_distance(label, text, most)
    assert (found is None) == (best > most)
    if found is not None:
        assert found[0] == best == distance(label, text[: found[1]])


def test_of_equal_beginnings_the_one_before_a_colon_is_taken() -> None:
    assert prefix_distance("กขคง", "กขค:ก", 1) == (1, 3)
    assert prefix_distance("กขคง", "กขคจก", 1) == (1, 4)


def test_digits_are_never_guessed() -> None:
    assert prefix_distance("ไตรมาสที่1", "ไตรมาสที่2", 3, whole=True) is None
    assert prefix_distance("ไตรมาสที่1", "ไตรมาสที่", 3, whole=True) is None
    assert prefix_distance("ไตรมาสที่", "ไตรมาสที่2", 3, whole=True) is None


@pytest.mark.parametrize(("length", "edits"), [(4, 0), (5, 1), (8, 1), (9, 2), (17, 2), (18, 3), (60, 3)])
def test_longer_labels_may_have_more_damage(length: int, edits: int) -> None:
    assert allowed_edits(length) == edits


@pytest.mark.parametrize(
    ("length", "edits"), [(3, 0), (4, 1), (6, 1), (7, 2), (9, 2), (10, 3), (13, 3), (14, 4), (60, 4)]
)
def test_a_colon_right_behind_lets_a_label_have_more(length: int, edits: int) -> None:
    assert _edits_before_colon(length) == edits


def weight(
    length: int = 20, edits: int = 0, printed: str | None = None, boundary: str = ":", cut: bool = False
) -> float:
    return INDEX.score(DEFINITION, "ก" * length, edits, printed, boundary, cut)


def test_a_heading_with_colon_weighs_four_and_its_number_makes_it_nearly_seven() -> None:
    assert weight() == pytest.approx(4.0)
    assert weight(printed="3") == pytest.approx(6.5)
    assert weight(printed="4") == pytest.approx(2.8)


def test_letters_count_up_to_twenty() -> None:
    assert weight(19) < weight(20) == weight(21) == weight(60)


def test_damage_and_a_cut_weigh_against_a_heading() -> None:
    assert weight() - weight(edits=1) == pytest.approx(0.6)
    assert weight() - weight(cut=True) == pytest.approx(0.5)


def test_what_stands_behind_a_label_weighs_in_this_order() -> None:
    weights = [weight(boundary=boundary) for boundary in (":", "end", "space", "bracket", "glued")]
    assert [weights[0] - weight for weight in weights] == pytest.approx([0.0, 1.0, 2.0, 2.5, 5.5])


@pytest.mark.parametrize(("length", "weights"), [(109, [1.5]), (110, [0.5]), (160, [0.5]), (161, [])])
def test_a_year_in_a_long_line_is_less_of_a_title_and_in_a_longer_one_none(length: int, weights: list[float]) -> None:
    """Letters as they are compared, without spaces: titles take a line, prose that names a year takes more."""
    title = "ประจำปีงบประมาณ พ.ศ. 2564"
    own = len(read_items(document([title]))[0].folded)
    items = read_items(document(["ก" * (length - own) + title]))
    assert len(items[0].folded) == length
    years = [found for found in INDEX.candidates(items, 0) if FORM.fields[found.field].key == "fiscal_year"]
    assert [found.score for found in years] == weights


@pytest.mark.parametrize(
    ("below", "found"), [("2564", True), ("๒๕๖๔", True), ("พ.ศ. 2564", False), ("2564 ก", False), ("256", False)]
)
def test_the_year_of_a_title_may_stand_alone_below_it(below: str, found: bool) -> None:
    items = read_items(document(["แผนประจำปีงบประมาณ", below]))
    years = [one for one in INDEX.candidates(items, 0) if FORM.fields[one.field].key == "fiscal_year"]
    assert [(one.line, one.end_line) for one in years] == ([(0, 1)] if found else [])

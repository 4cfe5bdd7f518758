"""Two pages on one sheet are cut apart; a lying page of one report is not."""

from __future__ import annotations

import pytest

from extract.page.glyphs import Glyph, Shape
from extract.page.halves import cut_between
from raingan.model.records import Box

WIDTH, HEIGHT = 842.0, 595.0
FORMS: list[Box] = [(40.0, 40.0, 380.0, 560.0), (440.0, 40.0, 800.0, 560.0)]


def side(x0: float, rows: int, size: float, long: int = 6) -> list[Glyph]:
    """Rows of one word each, the first `long` of them as wide as a page's prose."""
    made = []
    for row in range(rows):
        y, end = 60 + 20.0 * row, x0 + (330 if row < long else 60)
        made.append(Glyph("ก", x0, y, x0, y - 5, end, y, size, row))
    return made


def cut(gap: float = 60.0, size: float = 8.5, rows: int = 12, long: int = 6, **more: object) -> float | None:
    left = side(40, rows, size, long)
    right = side(370 + gap, rows, size, long)
    given: dict[str, object] = {"shapes": [], "forms": [], "width": WIDTH, "height": HEIGHT} | more
    return cut_between(left + right, **given)  # type: ignore[arg-type]


def test_small_print_in_two_halves_is_two_pages() -> None:
    assert cut() == pytest.approx(400, abs=2)


@pytest.mark.parametrize(("size", "is_cut"), [(9.9, True), (10.0, False)])
def test_print_of_its_own_size_is_one_page_with_columns(size: float, is_cut: bool) -> None:
    assert (cut(size=size) is not None) is is_cut


@pytest.mark.parametrize(("rows", "long", "is_cut"), [(8, 3, True), (7, 3, False), (8, 2, False)])
def test_a_side_has_to_look_like_a_page(rows: int, long: int, is_cut: bool) -> None:
    assert (cut(rows=rows, long=long) is not None) is is_cut


def test_form_objects_on_both_sides_are_pages_whatever_they_say() -> None:
    assert cut(size=12, rows=2, long=0, forms=FORMS) is not None
    assert cut(size=12, rows=2, long=0, forms=[(40.0, 40.0, 800.0, 560.0)]) is None
    assert cut(size=12, rows=2, long=0, forms=FORMS[:1]) is None


def test_what_goes_across_joins_the_sides() -> None:
    assert cut(shapes=[Shape(60, 300, 700, 301, filled=True)]) is None
    assert cut(shapes=[Shape(60, 300, 360, 301, filled=True)]) is not None


@pytest.mark.parametrize(("gap", "is_cut"), [(22.0, True), (14.0, False)])
def test_the_gutter_is_as_wide_as_two_margins(gap: float, is_cut: bool) -> None:
    assert (cut(gap) is not None) is is_cut


@pytest.mark.parametrize(("width", "is_cut"), [(718.0, True), (710.0, False)])
def test_an_upright_sheet_is_never_cut(width: float, is_cut: bool) -> None:
    assert (cut(width=width) is not None) is is_cut

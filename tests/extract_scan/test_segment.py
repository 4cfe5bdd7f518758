"""Segmenting of drawn pages: letters are simple shapes of 18 pixels, so that every place is known."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pytest

from extract.reading.scan.handover import PageLayout, Straight
from extract.reading.scan.segment import segment
from tests.counting import Growth

if TYPE_CHECKING:
    from extract.reading.scan.handover import Pixels

BODY = 18


def blank(high: int = 700, wide: int = 900) -> Pixels:
    return np.full((high, wide), 255, np.uint8)


def letter(page: Pixels, x: int, baseline: int, body: int = BODY) -> None:
    """Draw a letter like the Thai consonant that is an open arch with a foot."""
    page[baseline - body : baseline, x : x + 2] = 0
    page[baseline - body : baseline, x + body - 6 : x + body - 4] = 0
    page[baseline - body : baseline - body + 2, x : x + body - 4] = 0


def write(page: Pixels, x: int, baseline: int, count: int, body: int = BODY) -> int:
    """Draw `count` letters; give where the last one ends."""
    for place in range(count):
        letter(page, x + place * (body + 1), baseline, body)
    return x + (count - 1) * (body + 1) + body - 4


def dots(page: Pixels, x: int, baseline: int) -> None:
    """Draw a colon."""
    page[baseline - 3 : baseline, x : x + 3] = 0
    page[baseline - 14 : baseline - 11, x : x + 3] = 0


def outline(page: Pixels, x: int, y: int, side: int) -> None:
    page[y : y + side, x : x + side] = 0
    page[y + 2 : y + side - 2, x + 2 : x + side - 2] = 255


def cut(page: Pixels) -> PageLayout:
    return segment(Straight(page, 200.0, np.eye(3)))


def ink(page: Pixels) -> int:
    return int(np.count_nonzero(page < 128))


def test_a_line_is_one_cut_with_its_marks_and_its_heights() -> None:
    page = blank()
    write(page, 100, 200, 12)
    page[172:176, 140:150] = 0  # a vowel over the letters
    page[162:168, 142:146] = 0  # a tone over the vowel
    page[204:210, 180:186] = 0  # a vowel under them
    write(page, 100, 262, 12)
    layout = cut(page)
    assert len(layout.cuts) == 2
    first = layout.cuts[0]
    assert first.y + first.body_top == pytest.approx(182, abs=1.5)
    assert first.y + first.body_bottom == pytest.approx(200, abs=1.5)
    assert first.box[1] == 162
    assert first.box[3] == 210
    assert ink(first.pixels) + ink(layout.cuts[1].pixels) == ink(page)


def test_marks_of_tight_lines_stay_with_their_own_line() -> None:
    page = blank()
    for row in range(6):
        write(page, 100, 200 + 42 * row, 15)
        page[200 + 42 * row + 3 : 200 + 42 * row + 8, 120:126] = 0  # below
        page[200 + 42 * row - 26 : 200 + 42 * row - 21, 160:170] = 0  # above
    layout = cut(page)
    assert len(layout.cuts) == 6
    for row, each in enumerate(layout.cuts):
        assert each.box[1] == 174 + 42 * row
        assert each.box[3] == 208 + 42 * row
    assert sum(ink(each.pixels) for each in layout.cuts) == ink(page)


def test_a_stroke_that_joins_two_lines_is_shared() -> None:
    page = blank()
    write(page, 100, 200, 15)
    write(page, 100, 242, 15)
    for step in range(
        28
    ):  # a tail that slants, as descenders do: a straight one would be a rule of three letters' height
        page[198 + step, 100 + step // 4 : 103 + step // 4] = 0
    layout = cut(page)
    assert len(layout.cuts) == 2
    assert sum(ink(each.pixels) for each in layout.cuts) >= ink(page) - 12


def test_table_rules_are_found_and_cells_cut_apart() -> None:
    page = blank()
    for y in (100, 160, 220):
        page[y : y + 2, 80:802] = 0
    for x in (80, 300, 800):
        page[100:222, x : x + 2] = 0
    for baseline in (145, 205):
        write(page, 100, baseline, 8)
        write(page, 310, baseline, 20)
    layout = cut(page)
    assert [round(x) for x, _, _ in layout.upright] == pytest.approx([81, 301, 801], abs=2)
    assert [round(y) for y, _, _ in layout.level] == pytest.approx([101, 161, 221], abs=2)
    assert [(each.box[0], each.box[3]) for each in layout.cuts] == [(100, 145), (310, 145), (100, 205), (310, 205)]
    clean = blank()
    for baseline in (145, 205):
        write(clean, 100, baseline, 8)
        write(clean, 310, baseline, 20)
    assert sum(ink(each.pixels) for each in layout.cuts) == ink(clean)


def test_an_underline_goes_and_the_letters_on_it_stay() -> None:
    page = blank()
    write(page, 100, 200, 15)
    letters = ink(page)
    page[203:205, 95:400] = 0
    layout = cut(page)
    assert len(layout.cuts) == 1
    assert ink(layout.cuts[0].pixels) == letters


def test_a_digit_alone_in_a_cell_is_kept_with_the_size_of_its_line() -> None:
    page = blank()
    page[150:220, 500:502] = 0
    write(page, 100, 200, 15)
    page[175:200, 600:612] = 0
    layout = cut(page)
    assert [each.box[0] for each in layout.cuts] == [100, 600]
    assert layout.cuts[1].body_bottom - layout.cuts[1].body_top == pytest.approx(BODY, abs=1)


@pytest.mark.parametrize("sign", ["colon", "dash", "dashes", "joined dashes"])
def test_a_sign_alone_on_its_line_is_kept(sign: str) -> None:
    page = blank()
    write(page, 100, 200, 15)
    write(page, 100, 320, 15)
    letters = ink(page)
    if sign == "colon":
        dots(page, 100, 260)
        dots(page, 108, 260)
    elif sign == "joined dashes":
        page[250:252, 100:170] = 0
    else:
        for place in range(1 if sign == "dash" else 5):
            page[250:252, 100 + 9 * place : 107 + 9 * place] = 0
    layout = cut(page)
    assert len(layout.cuts) == 3
    assert ink(layout.cuts[1].pixels) == ink(page) - letters


def test_leading_and_trailing_signs_stay_with_their_line() -> None:
    page = blank()
    page[190:192, 100:107] = 0
    end = write(page, 125, 200, 10)
    dots(page, end + 8, 200)
    page[190:192, end + 24 : end + 31] = 0
    write(page, end + 44, 200, 8)
    layout = cut(page)
    assert len(layout.cuts) == 1
    assert layout.cuts[0].box[0] == 100
    assert ink(layout.cuts[0].pixels) == ink(page)


def test_two_columns_are_never_in_one_cut() -> None:
    page = blank()
    for row in range(8):
        write(page, 60, 120 + 45 * row, 18)
        write(page, 470, 125 + 45 * row, 18)
    layout = cut(page)
    assert len(layout.cuts) == 16
    assert all(each.box[2] < 440 or each.box[0] > 440 for each in layout.cuts)


def test_sizes_are_each_line_s_own() -> None:
    page = blank()
    for row in range(6):
        write(page, 100, 200 + 45 * row, 20)
    write(page, 200, 120, 12, body=28)
    write(page, 100, 600, 20, body=13)
    sizes = [each.body_bottom - each.body_top for each in cut(page).cuts]
    assert sizes[0] == pytest.approx(28, abs=1.5)
    assert sizes[1:-1] == pytest.approx([18] * 6, abs=1)
    assert sizes[-1] == pytest.approx(13, abs=1)


@pytest.mark.parametrize("mark", ["none", "cross", "full"])
@pytest.mark.parametrize("side", [19, 30])
def test_tick_boxes_are_read_and_leave_the_text(mark: str, side: int) -> None:
    page = blank()
    write(page, 100, 200, 8)
    write(page, 330, 200, 8)
    letters = ink(page)
    outline(page, 290, 201 - side, side)
    inner = side - 8
    for place in range(inner):
        if mark == "cross":
            page[205 - side + place, 294 + place : 296 + place] = 0
            page[205 - side + place, 293 + inner - place : 295 + inner - place] = 0
    if mark == "full":
        page[206 - side : 196, 296 : 285 + side] = 0
    layout = cut(page)
    assert [tick.ticked for tick in layout.ticks] == [mark != "none"]
    assert sum(ink(each.pixels) for each in layout.cuts) == letters


@pytest.mark.parametrize(("length", "ticked"), [(13, True), (10, False), (0, False)])
def test_a_faint_stroke_ticks_a_box_and_is_doubted(length: int, ticked: bool) -> None:
    page = blank()
    write(page, 100, 200, 8)
    write(page, 330, 200, 8)
    outline(page, 290, 171, 30)
    page[180 : 180 + length, 304] = 200  # 16 pixels each way of the inside are looked at
    (tick,) = cut(page).ticks
    assert tick.ticked is ticked
    assert (tick.confidence < 0.9) is ticked


def test_letters_are_no_tick_boxes() -> None:
    page = blank()
    for place in range(12):
        x = 100 + 20 * place
        write(page, x, 200, 1)
        page[198:200, x : x + 14] = 0  # closed below, in a word
    assert not cut(page).ticks


def test_the_same_page_gives_the_same_cuts() -> None:
    page = blank()
    write(page, 100, 200, 15)
    dots(page, 500, 200)
    first, second = cut(page), cut(page)
    assert [each.box for each in first.cuts] == [each.box for each in second.cuts]
    assert all(np.array_equal(a.pixels, b.pixels) for a, b in zip(first.cuts, second.cuts, strict=True))


def hostile(kind: str, high: int = 1200) -> Pixels:
    random = np.random.default_rng(1)
    page = blank(high, 1000)
    if kind == "black":
        page[:] = 0
    elif kind == "noise":
        page[random.random(page.shape) < 0.2] = 0
    elif kind == "halftone":
        page[::3, ::3] = 0
    elif kind == "blocks":
        for y in range(0, high - 20, 12):
            page[y : y + 8, np.arange(1000) % 12 < 8] = 0
    elif kind == "graph":
        page[::20] = 0
        page[:, ::20] = 0
    return page


HOSTILE = ("white", "black", "noise", "halftone", "blocks", "graph")
GROWTH = [Growth(f"a picture: {kind}", partial(hostile, kind), cut, 120, 2400) for kind in HOSTILE]


@pytest.mark.parametrize("growth", GROWTH, ids=str)
def test_work_grows_with_the_picture(growth: Growth) -> None:
    growth.check()


@pytest.mark.parametrize("kind", HOSTILE)
def test_pictures_without_text_give_few_cuts(kind: str) -> None:
    page = hostile(kind)
    layout = cut(page)
    assert len(layout.cuts) <= 2_000
    if kind in ("white", "black"):
        assert layout == PageLayout(())


@pytest.mark.parametrize("shape", [(1, 1), (7, 900), (8, 8), (900, 9)])
def test_slivers_are_pages_too(shape: tuple[int, int]) -> None:
    cut(np.full(shape, 255, np.uint8))
    cut(np.random.default_rng(0).integers(0, 255, shape, dtype=np.uint8))

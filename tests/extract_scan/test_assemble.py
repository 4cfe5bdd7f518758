"""From readings to lines: order, cells, spaces, figures, tick boxes, remains, and the way back to the page as shown."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image

from extract.reading.scan.assemble import Assembled, Frame, assemble
from extract.reading.scan.figures import figures_of, line_picture
from extract.reading.scan.handover import LineCut, PageLayout, Picture, ReadGlyph, Reading, Straight, TickBox
from extract.reading.scan.straighten import turn
from extract.reading.scan.tokens import token_readings
from raingan.model.records import Line

WIDTH, HEIGHT, DPI = 1000, 1400, 144.0  # two pixels a point
LETTER = 10  # pixels across
BODY = 16  # pixels high


def straight(back: np.ndarray | None = None) -> Straight:
    return Straight(np.full((HEIGHT, WIDTH), 255, np.uint8), DPI, np.eye(3) if back is None else back)


def cut(x: int, baseline: int, text: str, sure: float = 0.99) -> tuple[LineCut, Reading]:
    """A line picture in which every character is a bar; "_" leaves bare paper where nothing is read."""
    pixels = np.full((2 * BODY, max(len(text), 1) * LETTER), 255, np.uint8)
    glyphs = []
    for at, character in enumerate(text):
        if character not in " _":
            pixels[BODY // 2 : BODY // 2 + BODY, at * LETTER + 1 : (at + 1) * LETTER - 1] = 0
        if character != "_":
            glyphs.append(ReadGlyph(character, at * LETTER, (at + 1) * LETTER, sure))
    top = baseline - BODY - BODY // 2
    box = (float(x), float(top), float(x + pixels.shape[1]), float(baseline + 4))
    return LineCut(pixels, x, top, BODY / 2, BODY / 2 + BODY, box), Reading(tuple(glyphs))


def made(
    cuts: Sequence[tuple[LineCut, Reading]], frame: Frame | None = None, **layout: tuple[object, ...]
) -> Assembled:
    page = PageLayout(tuple(item for item, _ in cuts), **layout)  # type: ignore[arg-type]
    picture = Picture(np.full((HEIGHT, WIDTH), 255, np.uint8), DPI)
    return assemble(frame or Frame.of(picture, straight()), page, [reading for _, reading in cuts], 7, token_readings)


def texts(found: Assembled) -> list[str]:
    return [line.text for line in found.lines]


def one(*cuts: tuple[LineCut, Reading], **layout: tuple[object, ...]) -> Line:
    (line,) = made(cuts, **layout).lines
    return line


def test_lines_come_from_the_top() -> None:
    assert texts(made([cut(100, 300, "second line"), cut(100, 200, "first line")])) == ["first line", "second line"]


def test_a_line_knows_where_it_stands_in_points() -> None:
    line = one(cut(100, 200, "some words"))
    assert line.box is not None and line.page == 7
    assert line.box[0] == 50.5 and line.box[2] == 99.5
    assert line.box[1] < 92 and line.box[3] > 100
    assert line.shown == line.box and line.place == line.box


def test_parts_on_one_baseline_are_one_line_with_a_space_between() -> None:
    assert texts(made([cut(400, 201, "right part"), cut(100, 200, "left part")])) == ["left part right part"]


def test_parts_that_overlap_are_two_lines() -> None:
    assert len(made([cut(100, 200, "upper words"), cut(150, 202, "lower words")]).lines) == 2


def test_bare_paper_is_a_space_even_where_none_was_read() -> None:
    assert one(cut(100, 200, "label______value")).text == "label value"


def test_cells_of_a_ruled_table_are_read_one_by_one() -> None:
    rules = {
        "upright": tuple((x, 100.0, 320.0) for x in (90.0, 400.0, 800.0)),
        "level": tuple((y, 90.0, 800.0) for y in (100.0, 220.0, 320.0)),
    }
    found = made(
        [
            cut(100, 140, "label"),
            cut(410, 140, "value"),
            cut(410, 180, "goes on"),
            cut(100, 260, "other"),
            cut(410, 260, "more"),
        ],
        **rules,
    )
    assert texts(found) == ["label", "value", "goes on", "other", "more"]
    assert [line.cell for line in found.lines] == [(1, 1, 1), (1, 1, 2), (1, 1, 2), (1, 2, 1), (1, 2, 2)]


def test_labels_and_values_without_rules_are_cells_too() -> None:
    cuts = []
    for row in range(5):
        baseline = 200 + row * 80
        cuts += [cut(100, baseline, f"label no {row}"), cut(500, baseline, "value begins")]
        cuts.append(cut(500, baseline + 34, "value ends"))
    found = made(cuts)
    assert texts(found)[:4] == ["label no 0", "value begins", "value ends", "label no 1"]
    assert {line.cell is not None for line in found.lines} == {True}


def test_a_tick_box_stands_before_its_text() -> None:
    boxes = (TickBox((100, 186, 114, 200), True, 0.9), TickBox((400, 186, 414, 200), False, 0.95))
    line = one(cut(120, 200, "output"), cut(420, 200, "outcome"), ticks=boxes)
    assert line.text.replace(" ", "") == "\u2611output\u2610outcome"


def test_a_square_without_text_beside_it_is_an_ornament() -> None:
    assert texts(made([cut(120, 200, "words")], ticks=(TickBox((100, 900, 114, 914), True, 0.9),))) == ["words"]


def test_marks_are_put_in_order_and_the_reading_is_kept() -> None:
    line = one(cut(100, 200, "\u0e19\u0e4d\u0e32\u0e17\u0e35\u0e48"))
    assert line.text == "\u0e19\u0e33\u0e17\u0e35\u0e48"
    assert line.raw == "\u0e19\u0e4d\u0e32\u0e17\u0e35\u0e48"
    assert line.repairs == ("nikhahit",)


def test_figures_are_cut_out_of_their_words() -> None:
    line = one(cut(100, 200, "(\u0e51,\u0e52\u0e53\u0e54.\u0e55) \u0e1b\u0e35\u0e52\u0e55\u0e56\u0e54, -5% 7/2564 a-b"))
    assert [token.text for token in line.tokens] == [
        "\u0e51,\u0e52\u0e53\u0e54.\u0e55",
        "\u0e52\u0e55\u0e56\u0e54",
        "-5%",
        "7/2564",
    ]
    assert {token.page for token in line.tokens} == {7}
    places = [token.box for token in line.tokens]
    assert places == sorted(places, key=lambda box: box[0] if box else 0.0)


def test_a_figure_carries_its_doubt_and_a_picture_of_its_line() -> None:
    first, reading = cut(100, 200, "year 2564")
    doubted = ReadGlyph("6", reading.glyphs[7].x0, reading.glyphs[7].x1, 0.6, (("8", 0.3),))
    reading = Reading((*reading.glyphs[:7], doubted, *reading.glyphs[8:]))
    (token,) = one((first, reading)).tokens
    assert token.text == "2564" and 0.4 < token.confidence < 0.62
    assert token.others[0][0] == "2584"
    assert token.picture is not None
    with Image.open(io.BytesIO(token.picture)) as picture:
        assert picture.format == "PNG" and picture.height <= 48


def test_words_with_an_improbable_character_are_doubtful() -> None:
    first, reading = cut(100, 200, "good bxd words here")
    weak = ReadGlyph("x", reading.glyphs[6].x0, reading.glyphs[6].x1, 0.2)
    line = one((first, Reading((*reading.glyphs[:6], weak, *reading.glyphs[7:]))))
    assert line.doubtful == ("bxd",)
    assert line.confidence is not None and 0.9 < line.confidence < 0.99


def test_what_a_stamp_left_is_kept_apart() -> None:
    found = made([cut(100, 200, "printed words of a line"), cut(300, 400, "~\u0e2f;\u0e46", sure=0.4)])
    assert texts(found) == ["printed words of a line"]
    assert [line.text for line in found.remains] == ["~\u0e2f;\u0e46"]
    assert found.remains[0].shown is not None


def test_a_doubtful_figure_is_never_dropped() -> None:
    found = made([cut(100, 200, "printed words of a line"), cut(300, 400, "12.50", sure=0.3)])
    assert texts(found) == ["printed words of a line", "12.50"]
    assert found.lines[1].doubtful and found.lines[1].tokens[0].confidence < 0.1


def test_dirt_on_the_margin_widens_no_column() -> None:
    found = made([cut(100, 200, "printed words of a line"), cut(960, 200, "-"), cut(960, 240, "3")])
    assert texts(found) == ["printed words of a line", "3"]
    assert [line.text for line in found.remains] == ["-"]


def test_a_speck_behind_a_line_is_text_but_not_its_end() -> None:
    first, reading = cut(100, 200, "line with a speck___.")
    speck = ReadGlyph(".", reading.glyphs[-1].x0, reading.glyphs[-1].x1, 0.5)
    line = one((first, Reading((*reading.glyphs[:-1], speck))))
    assert line.text.endswith(".")
    assert line.box is not None and line.box[2] < 50 + 17 * LETTER / 2 + 1


def test_boxes_go_back_to_the_page_as_shown() -> None:
    picture = Picture(np.full((HEIGHT, WIDTH), 255, np.uint8), width=500.0, height=700.0)
    upright = straight()
    line = made([cut(100, 200, "some words")], Frame.of(picture, upright)).lines[0]
    overturned = made([cut(100, 200, "some words")], Frame.of(picture, turn(upright, 180))).lines[0]
    assert line.shown is not None and overturned.shown is not None
    x0, top, x1, bottom = line.shown
    expected = (500 - x1, 700 - bottom, 500 - x0, 700 - top)
    assert np.allclose(overturned.shown, expected, atol=1.0)
    assert overturned.box == line.box  # columns are judged on the page as read


def test_turning_right_round_comes_back() -> None:
    generator = np.random.default_rng(3)
    page = Straight(generator.integers(0, 255, (30, 20), dtype=np.uint8), DPI, np.eye(3))
    for degrees in (90, 180, 270):
        other = turn(page, degrees)
        x, y = 4, 7
        there = other.back @ (x + 0.5, y + 0.5, 1)  # places are those of pixels' edges
        assert other.pixels[y, x] == page.pixels[int(there[1]), int(there[0])]
        back = turn(other, 360 - degrees)
        assert np.array_equal(back.pixels, page.pixels) and np.allclose(back.back, np.eye(3)) and back.turned == 0


def test_a_word_of_letters_has_no_figures() -> None:
    glyphs = [ReadGlyph(character, 0, 1, 0.9) for character in "abc-/."]
    assert figures_of(glyphs, token_readings) == []


def test_a_line_picture_stays_small() -> None:
    page = np.random.default_rng(5).integers(0, 255, (60, 1600), dtype=np.uint8)
    worst = line_picture(page, (0.0, 0.0, 1600.0, 60.0))
    assert worst is not None and len(worst) < 24_000
    assert line_picture(page, (1700.0, 0.0, 1800.0, 60.0)) is None

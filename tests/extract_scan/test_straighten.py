"""Pages drawn here, damaged as scanners and cameras do, and made straight again."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from extract.reading.scan.handover import Picture
from extract.reading.scan.straighten import straighten, turn

BODY = 16
BLUE, RED, PURPLE = (40, 60, 190), (205, 25, 40), (110, 50, 140)


def drawn_page(width: int = 1200, height: int = 1500, lines: int = 22, seed: int = 5) -> np.ndarray:
    """Draw lines of letters with marks as Thai has them: many above, few below."""
    rng = np.random.default_rng(seed)
    page = np.full((height, width, 3), 255, np.uint8)
    for line in range(lines):
        base = 140 + line * 52
        x = 110
        while x < width - 130 - rng.integers(0, 60):
            if rng.random() < 0.14:
                x += 14
                continue
            drawn_letter(page, x, base, rng)
            x += 17
    return page


def drawn_letter(page: np.ndarray, x: int, base: int, rng: np.random.Generator, colour: tuple = (15, 15, 15)) -> None:
    cv2.line(page, (x, base), (x, base - BODY), colour, 2)
    cv2.line(page, (x, base - BODY), (x + 10, base - BODY), colour, 2)
    cv2.line(page, (x + 10, base - BODY), (x + 10, base), colour, 2)
    cv2.circle(page, (x + 3, base - 4), 2, colour, 1)
    if rng.random() < 0.35:
        cv2.line(page, (x + 4, base - BODY - 6), (x + 9, base - BODY - 9), colour, 2)
    elif rng.random() < 0.08:
        cv2.line(page, (x + 7, base + 5), (x + 9, base + 9), colour, 2)


def leaning(page: np.ndarray, degrees: float, paper: int = 255) -> np.ndarray:
    """Turn a page so that its lines fall to the right by so many degrees."""
    height, width = page.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1)
    return cv2.warpAffine(page, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=(paper,) * 3)


def jpeg(page: np.ndarray, quality: int) -> np.ndarray:
    return cv2.imdecode(cv2.imencode(".jpg", page[:, :, ::-1], [1, quality])[1], 1)[:, :, ::-1].copy()


def stamped(page: np.ndarray, colour: tuple[int, int, int], x: int, y: int, radius: int, thick: int) -> np.ndarray:
    """Print a ring (thick -1: a disc) over a page, as ink that lets print through."""
    mask = np.zeros(page.shape[:2], np.uint8)
    cv2.circle(mask, (x, y), radius, 255, thick, cv2.LINE_AA)
    if thick > 0:
        cv2.putText(mask, "12 MAR", (x - 60, y + 40), cv2.FONT_HERSHEY_SIMPLEX, 1.1, 255, 3, cv2.LINE_AA)
    share = mask[:, :, None].astype(np.float32) / 255
    return (page * (1 - share + share * np.array(colour) / 255)).astype(np.uint8)


def darkness(pixels: np.ndarray) -> float:
    return float((255 - pixels.astype(np.float64)).sum())


def lean_left(straight_back: np.ndarray, turned: int) -> float:
    angle = np.degrees(np.arctan2(straight_back[1, 0], straight_back[0, 0]))
    return float((angle + turned + 180) % 360 - 180)


@pytest.mark.parametrize("degrees", [0.0, 0.3, -1.7, 3.0, -5.0])
def test_lines_become_level(degrees: float) -> None:
    straight = straighten(Picture(leaning(drawn_page(), degrees)))
    assert straight.turned == 0
    assert lean_left(straight.back, 0) == pytest.approx(degrees, abs=0.05)


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_page_is_turned_upright(turned: int) -> None:
    page = np.ascontiguousarray(np.rot90(leaning(drawn_page(), 0.8), turned // 90))
    straight = straighten(Picture(page))
    assert straight.turned == turned
    assert straight.pixels.shape[0] > straight.pixels.shape[1]


def marked(page: np.ndarray, places: list[tuple[int, int]]) -> np.ndarray:
    for x, y in places:
        page[y - 30 : y + 30, x - 30 : x + 30] = 255
        page[y - 10 : y + 10, x - 10 : x + 10] = 0
    return page


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
@pytest.mark.parametrize("finer", [1.0, 2.0])
def test_places_go_back_exactly(quarters: int, finer: float) -> None:
    places = [(200, 150), (1000, 300), (300, 1200), (950, 1100)]
    page = leaning(marked(drawn_page(), places), 1.4)
    page = cv2.resize(page, None, fx=finer, fy=finer, interpolation=cv2.INTER_CUBIC)
    page = np.ascontiguousarray(np.rot90(page, quarters))
    straight = straighten(Picture(page))
    assert len(find_marks(straight.pixels)) == len(places)
    given = find_marks(cv2.cvtColor(page, cv2.COLOR_RGB2GRAY))
    for there in find_marks(straight.pixels):
        back = straight.back @ (*there, 1.0)
        assert min(np.hypot(*(back[:2] / back[2] - mark)) for mark in given) < 0.35 * finer


def find_marks(grey: np.ndarray) -> list[np.ndarray]:
    """Find the centres of solid squares, counted from the edge of the first pixel."""
    solid = cv2.erode((grey < 128).astype(np.uint8), np.ones((7, 7), np.uint8))
    count, _, boxes, _ = cv2.connectedComponentsWithStats(solid)
    found = []
    for blob in range(1, count):
        x, y, w, h, _ = boxes[blob]
        left, top = x - 8, y - 8
        weight = 255.0 - grey[top : y + h + 8, left : x + w + 8]
        rows, columns = np.indices(weight.shape)
        total = weight.sum()
        found.append(
            np.array([(columns * weight).sum() / total + left + 0.5, (rows * weight).sum() / total + top + 0.5])
        )
    return found


def test_turning_again_keeps_the_way_back() -> None:
    straight = straighten(Picture(marked(drawn_page(), [(300, 400)])))
    half = turn(straight, 180)
    assert half.turned == 180
    assert np.array_equal(turn(half, 180).pixels, straight.pixels)
    assert np.allclose(turn(half, 180).back, straight.back)
    for degrees in (90, 180, 270):
        again = turn(straight, degrees)
        (there,) = find_marks(again.pixels)
        assert again.back @ (*there, 1.0) == pytest.approx((300, 400, 1), abs=0.1)
    with pytest.raises(ValueError, match="quarter"):
        turn(straight, 45)


@pytest.mark.parametrize("colour", [BLUE, RED, PURPLE])
@pytest.mark.parametrize("quality", [95, 40])
def test_ring_goes_and_print_under_it_stays(colour: tuple[int, int, int], quality: int) -> None:
    clean = drawn_page()
    page = jpeg(stamped(clean, colour, 600, 700, 150, 9), quality)
    straight = straighten(Picture(page))
    plain = straighten(Picture(jpeg(clean, quality)))
    scale = straight.pixels.shape[1] / page.shape[1]
    place = np.s_[int(540 * scale) : int(860 * scale), int(440 * scale) : int(760 * scale)]
    assert straight.pixels.shape == plain.pixels.shape
    ink = plain.pixels[place] < 100
    apart = cv2.dilate((plain.pixels[place] < 230).astype(np.uint8), np.ones((5, 5), np.uint8)) == 0
    assert np.mean(straight.pixels[place][ink] < 160) > 0.93
    assert np.mean(straight.pixels[place][apart] > 200) > 0.97


def test_disc_goes_and_print_under_it_stays() -> None:
    clean = drawn_page()
    straight = straighten(Picture(stamped(clean, BLUE, 600, 700, 120, -1)))
    plain = straighten(Picture(clean))
    place = np.s_[600:800, 500:700]
    ink, paper = plain.pixels[place] < 100, plain.pixels[place] > 250
    assert np.mean(straight.pixels[place][ink] < 160) > 0.95
    assert np.mean(straight.pixels[place][paper] > 200) > 0.95


@pytest.mark.parametrize("colour", [BLUE, RED, (0, 120, 60)])
@pytest.mark.parametrize("letters", [1, 3, 40])
@pytest.mark.parametrize("quality", [95, 45])
def test_coloured_print_stays(colour: tuple[int, int, int], letters: int, quality: int) -> None:
    page = drawn_page(lines=18)
    rng = np.random.default_rng(1)
    for letter in range(letters):
        drawn_letter(page, 200 + 17 * letter, 1250, rng, colour)
    black = page.copy()
    black[1200:1280][np.any(page[1200:1280] < 250, axis=2)] = 15
    straight, plain = (straighten(Picture(jpeg(one, quality))) for one in (page, black))
    place = np.s_[1200:1280, 180:980]
    assert darkness(straight.pixels[place]) > 0.6 * darkness(plain.pixels[place])


def test_red_figure_in_a_black_line_stays_beside_a_blue_stamp() -> None:
    page = drawn_page()
    rng = np.random.default_rng(2)
    page[650:705, 640:720] = 255
    for letter in range(4):
        drawn_letter(page, 645 + 17 * letter, 660, rng, RED)
    straight = straighten(Picture(stamped(page, BLUE, 660, 780, 110, 8)))
    assert np.mean(straight.pixels[640:664, 640:715] < 140) > 0.1


def test_shadow_and_yellow_paper_become_white() -> None:
    page = drawn_page().astype(np.float32)
    light = np.linspace(0.45, 1.0, page.shape[1])[None, :, None] * np.array([1.0, 0.95, 0.78])
    straight = straighten(Picture((page * light).astype(np.uint8)))
    paper = cv2.erode((straight.pixels > 200).astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    assert straight.pixels[paper].min() > 235
    assert np.mean(straight.pixels < 110) == pytest.approx(float(np.mean(page < 110)), rel=0.25)


def test_specks_and_borders_go_and_dots_stay() -> None:
    page = drawn_page(lines=18)[:, :, 0].copy()
    page[page < 128] = 0
    for dot in range(30):
        cv2.rectangle(page, (200 + dot * 11, 1200), (202 + dot * 11, 1202), 0, -1)  # a leader
    rng = np.random.default_rng(3)
    for x, y in zip(rng.integers(40, 1150, 60).tolist(), rng.integers(1260, 1480, 60).tolist(), strict=True):
        page[y, x] = 0
    page[:, :14] = 0
    page[-12:] = 0
    cv2.circle(page, (60, 600), 22, 0, -1)
    straight = straighten(Picture(page))
    assert np.all(straight.pixels[1255:1480, 30:1170] > 200)
    assert np.all(straight.pixels[:, :12] > 200)
    assert np.all(straight.pixels[570:630, 35:85] > 200)
    _, dots = cv2.connectedComponents((straight.pixels[1190:1215, 150:560] < 128).astype(np.uint8))
    assert dots.max() == 30


def test_sheet_on_a_table_is_laid_flat() -> None:
    page = drawn_page()
    height, width = page.shape[:2]
    table = np.full((1900, 1600, 3), (70, 55, 45), np.uint8)
    corners = np.float32([[180, 160], [1330, 220], [1420, 1740], [110, 1660]])
    matrix = cv2.getPerspectiveTransform(np.float32([[0, 0], [width, 0], [width, height], [0, height]]), corners)
    photo = cv2.warpPerspective(page, matrix, (1600, 1900), dst=table, borderMode=cv2.BORDER_TRANSPARENT)
    straight = straighten(Picture(jpeg(photo, 70)))
    rim = np.concatenate([straight.pixels[:20].ravel(), straight.pixels[:, :20].ravel(), straight.pixels[-20:].ravel()])
    assert np.mean(rim > 200) > 0.99
    there = np.linalg.inv(straight.back) @ (*corners[0], 1.0)
    assert np.abs(there[:2] / there[2]).max() < 40
    assert straighten(Picture(page)).pixels.shape[:2] == page.shape[:2]


def test_resolution_is_judged_and_large_letters_are_reduced() -> None:
    page = drawn_page(1654, 2339, lines=40)
    assert straighten(Picture(page, dpi=200.0)).dpi == pytest.approx(200)
    assert straighten(Picture(page, dpi=72.0)).dpi == pytest.approx(200, rel=0.01)
    assert straighten(Picture(page, width=595.3, height=841.9)).dpi == pytest.approx(200, rel=0.01)
    large = straighten(Picture(cv2.resize(page, None, fx=2.0, fy=2.0), dpi=400.0))
    assert large.pixels.shape[1] == pytest.approx(large.dpi / 200 * 1654, rel=0.01)
    assert large.dpi < 300


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((1, 1), np.uint8),
        np.full((1, 1, 3), 255, np.uint8),
        np.zeros((3, 4000, 3), np.uint8),
        np.full((900, 700), 255, np.uint8),
        np.zeros((900, 700, 3), np.uint8),
        np.random.default_rng(4).integers(0, 256, (700, 500, 3), np.uint8),
        np.random.default_rng(4).integers(0, 2, (900, 700), np.uint8) * np.uint8(255),
        np.full((20, 12000), 200, np.uint8),
    ],
    ids=["dot", "white dot", "strip", "white", "black", "colours", "snow", "ribbon"],
)
def test_any_picture_ends(pixels: np.ndarray) -> None:
    straight = straighten(Picture(pixels))
    assert straight.pixels.dtype == np.uint8
    assert straight.pixels.ndim == 2
    assert np.all(np.isfinite(straight.back))
    assert straight.dpi > 0


def test_huge_picture_is_bounded() -> None:
    straight = straighten(Picture(np.full((9000, 9000), 250, np.uint8)))
    assert straight.pixels.size <= 16_100_000


@pytest.mark.parametrize("pixels", [np.zeros((5, 5)), np.zeros((0, 5), np.uint8), np.zeros((5, 5, 4), np.uint8)])
def test_what_is_no_picture_is_refused(pixels: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"not"):
        straighten(Picture(pixels))


def test_same_picture_gives_the_same_page() -> None:
    page = jpeg(stamped(leaning(drawn_page(), 1.1), BLUE, 600, 700, 150, 9), 50)
    first, second = straighten(Picture(page)), straighten(Picture(page.copy()))
    assert np.array_equal(first.pixels, second.pixels)
    assert np.array_equal(first.back, second.back)

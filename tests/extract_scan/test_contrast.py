"""Faint copies, light print on a dark ground, coloured print and paper, bright markers, ticks in colour."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from extract.reading.scan.contrast import inverted, strengthened
from extract.reading.scan.engine import line_engine
from extract.reading.scan.handover import Picture
from extract.reading.scan.read import read_picture
from extract.reading.scan.straighten import straighten
from raingan.model.records import Page, PageState
from tests.extract_scan.pagemade import DPI, strip

FIRST = "ระบบติดตามตัวชี้วัด"


def read(pixels: NDArray[np.uint8]) -> Page:
    return read_picture(Picture(pixels, float(DPI)), 1, line_engine())


def print_of() -> np.ndarray:
    """How dark each place of some lines is, 0.0 to 1.0."""
    return 1.0 - np.asarray(strip(), np.float64) / 255.0


def in_colour(ink: tuple[int, int, int], paper: tuple[int, int, int]) -> NDArray[np.uint8]:
    share = print_of()[:, :, None]
    return np.asarray(np.array(paper) * (1 - share) + np.array(ink) * share, np.uint8)


@pytest.mark.parametrize(
    "pixels",
    [
        np.asarray(248 - 30 * print_of(), np.uint8),
        np.asarray(40 + 200 * print_of(), np.uint8),
        in_colour((110, 70, 160), (246, 236, 214)),
        in_colour((40, 40, 40), (110, 150, 215)),
    ],
    ids=["faint", "white-on-black", "carbon", "blue-paper"],
)
def test_print_that_is_not_black_on_white_is_read(pixels: NDArray[np.uint8]) -> None:
    page = read(pixels)
    assert page.state is PageState.TEXT
    assert FIRST in page.lines[0].text
    assert min(line.confidence or 0.0 for line in page.lines) > 0.9


def test_a_bare_sheet_is_blank_however_grainy() -> None:
    grain = np.random.default_rng(2).normal(0, 6, (600, 900))
    light = np.linspace(250, 200, 900)[None, :]
    assert read(np.asarray((light + grain).clip(0, 255), np.uint8)).state is PageState.BLANK


@pytest.mark.parametrize(("ink", "is_made"), [(227, True), (233, False), (155, True), (145, False)])
def test_what_is_made_stronger(ink: int, is_made: bool) -> None:
    pixels = np.full((300, 300), 250, np.uint8)
    pixels[100:110, 60:240] = ink
    made = strengthened(Picture(pixels, 200.0))
    assert (made is not None) is is_made
    assert made is None or made.pixels[105, 150] < 60


@pytest.mark.parametrize(("ground", "is_made"), [(105, True), (115, False)])
def test_what_is_inverted(ground: int, is_made: bool) -> None:
    assert (inverted(Picture(np.full((50, 50), ground, np.uint8), 200.0)) is not None) is is_made


def test_what_a_bright_pen_marked_stays_print() -> None:
    pixels = cv2.cvtColor(np.asarray(strip(), np.uint8), cv2.COLOR_GRAY2RGB)
    height, width = pixels.shape[:2]
    band = slice(height // 3, height // 3 + 45), slice(width // 4, width // 2)
    pixels[band][:, :, 2] = np.minimum(pixels[band][:, :, 2], 40)
    straight = straighten(Picture(np.asarray(pixels, np.uint8), float(DPI)))
    plain = straighten(Picture(np.asarray(strip(), np.uint8), float(DPI)))
    rows = slice(band[0].start + 8, band[0].stop - 8)
    marked, own = straight.pixels[rows, band[1]], plain.pixels[rows, band[1]]
    assert float((np.abs(marked.astype(int) - own.astype(int)) > 60).mean()) < 0.01


@pytest.mark.parametrize("ticked", [True, False])
def test_a_tick_in_coloured_ink_is_one(ticked: bool) -> None:
    pixels = in_colour((20, 20, 20), (255, 255, 255))
    first = read(pixels).lines[0]
    assert first.shown is not None
    x, y = round((first.shown[0] - 16) * DPI / 72), round((first.shown[1] + 1) * DPI / 72)
    cv2.rectangle(pixels, (x, y), (x + 24, y + 24), (20, 20, 20), 2)
    if ticked:
        points = np.array([(x - 4, y + 14), (x + 8, y + 26), (x + 34, y - 10)])
        cv2.polylines(pixels, [points], False, (220, 30, 40), 5)
    assert read(pixels).lines[0].text.startswith("☑" if ticked else "☐")

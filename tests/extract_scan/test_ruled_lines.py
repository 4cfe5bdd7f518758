"""A rule through figures or close under them: what two readings of the line part in is doubted."""

from __future__ import annotations

import numpy as np
import pytest

from extract.reading.scan.handover import Picture, ReadGlyph, Straight
from extract.reading.scan.ruled_lines import doubted
from extract.reading.scan.segment import segment
from extract.reading.scan.straighten import straighten
from tests.extract_scan.pagemade import DPI, strip


def glyphs(text: str) -> list[ReadGlyph]:
    return [ReadGlyph(letter, 10.0 * at, 10.0 * at + 8, 0.999) for at, letter in enumerate(text)]


@pytest.mark.parametrize(
    ("read", "other", "text", "unsure"),
    [
        ("568.300 บาท", "568,300 บาท", "568,300 บาท", ","),
        ("12.50 บาท", "12,50 บาท", "12.50 บาท", "."),
        ("1.1805 บาท", "1,1805 บาท", "1.1805 บาท", "."),
        ("ปี 2469", "ปี 2569", "ปี 2469", "4"),
        ("ปี 2569", "ปี 569", "ปี 2569", "2"),
        ("ปี 256", "ปี 2569", "ปี 256", "6"),
        ("งานใน 5 เขต", "งานไน 5 เขต", "งานใน 5 เขต", ""),
        ("415,200", "415,200", "415,200", ""),
    ],
)
def test_signs_of_figures_that_the_other_reading_has_not(read: str, other: str, text: str, unsure: str) -> None:
    found = doubted(glyphs(read), glyphs(other))
    assert "".join(glyph.text for glyph in found) == text
    assert "".join(glyph.text for glyph in found if glyph.confidence <= 0.5) == unsure


@pytest.mark.parametrize(("over", "touches"), [(-0.3, True), (-0.45, False), (0.5, True), (1.27, True), (1.45, False)])
def test_which_rules_touch_a_line(over: float, touches: bool) -> None:
    """`over` is where the rule runs, in heights of letters from their top."""
    straight = straighten(Picture(np.asarray(strip(), np.uint8), float(DPI)))
    line = max(segment(straight).cuts, key=lambda cut: cut.box[2] - cut.box[0])
    pixels = straight.pixels.copy()
    body = line.body_bottom - line.body_top
    y = round(line.y + line.body_top + over * body)
    pixels[y : y + 2, int(line.box[0]) : int(line.box[2])] = 0
    cuts = segment(Straight(pixels, straight.dpi, np.eye(3))).cuts
    same = min(cuts, key=lambda cut: abs(cut.y + cut.body_bottom - line.y - line.body_bottom))
    assert (same.ruled is not None) is touches

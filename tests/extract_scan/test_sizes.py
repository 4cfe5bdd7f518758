"""Lines of two sizes of print, and faxes with oblong pixels."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from extract.reading.scan.engine import line_engine
from extract.reading.scan.handover import Picture
from extract.reading.scan.image_file import decoded
from extract.reading.scan.read import read_picture
from extract.reading.scan.segment import segment
from extract.reading.scan.straighten import straighten
from raingan.model.records import Limits
from tests.extract_scan.pagemade import DPI, page, strip

TITLE = 1  # the second line of the page


def beside(share: float) -> Picture:
    """A page whose title is followed by itself, so many times as large."""
    own = np.asarray(page(), np.uint8)
    first = straighten(Picture(own, float(DPI)))
    layout = segment(first)
    cut = sorted(layout.cuts, key=lambda cut: cut.y)[TITLE]
    whole = np.full((own.shape[0], 2 * own.shape[1]), 255, np.uint8)
    whole[:, : own.shape[1]] = own
    words = Image.fromarray(cut.pixels)
    small = np.asarray(
        words.resize((round(words.width * share), round(words.height * share)), Image.Resampling.LANCZOS)
    )
    scale = own.shape[1] / first.pixels.shape[1]
    small = np.asarray(Image.fromarray(small).resize((round(small.shape[1] * scale), round(small.shape[0] * scale))))
    right = round(cut.box[2] * scale) + 14
    base = round((cut.y + cut.body_bottom) * scale)
    top = base - round(cut.body_bottom * share * scale)
    whole[top : top + small.shape[0], right : right + small.shape[1]] = np.minimum(
        whole[top : top + small.shape[0], right : right + small.shape[1]], small
    )
    return Picture(whole, float(DPI))


@pytest.mark.parametrize(("share", "parted"), [(0.6, True), (1.0, False)])
def test_a_line_is_parted_where_the_size_of_its_print_changes(share: float, parted: bool) -> None:
    cuts = segment(straighten(beside(share))).cuts
    assert bool(sorted(cuts, key=lambda cut: cut.y)[TITLE].parts) is parted


def test_small_words_behind_large_ones_are_read_at_their_own_size() -> None:
    line = read_picture(beside(0.6), 1, line_engine()).lines[TITLE]
    words = line.text.split(" ")
    assert "".join(words[: len(words) // 2]) == "".join(words[len(words) // 2 :])


@pytest.mark.parametrize(("told", "high"), [((204.0, 98.0), 208), ((204.0, 196.0), 100), ((204.0, 175.0), 117)])
def test_a_fax_has_square_pixels_once_it_is_decoded(told: tuple[float, float], high: int) -> None:
    stream = io.BytesIO()
    strip().resize((1700, 100)).convert("1").save(stream, "TIFF", dpi=told)
    with Image.open(stream) as image:
        picture = decoded(image, stream.getvalue(), Limits())
    assert picture.pixels.shape == (high, 1700)
    assert picture.dpi == pytest.approx(204.0)

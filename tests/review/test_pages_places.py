"""A field's box lies on its ink in the picture that people see, however the page lies: the box is read once more."""

from __future__ import annotations

import difflib
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from extract.reading.scan.engines import engine_for
from extract.reading.scan.handover import Picture
from extract.reading.scan.read import read_picture
from raingan.model.records import Box, OcrEngine, Report
from raingan.review.pages.pages import Pages
from raingan.review.pages.shown import Image as PageImage
from raingan.review.pages.shown import Sheet
from tests.review.made import SAMPLES
from tests.review.pagesmade import reports_of, written

FIELDS = ("agency", "indicator_name", "actual", "quarters.1", "responsible_person")
DPI = 200
THAI_DIGITS = {0x0E50 + digit: str(digit) for digit in range(10)}


@pytest.fixture(scope="module")
def pages() -> Iterator[Pages]:
    with Pages() as opened:
        yield opened


def changed(change: Callable[[Any], object]) -> bytes:
    """Return a report with a text layer whose pages lie otherwise."""
    document = pypdfium2.PdfDocument(SAMPLES / "canal.pdf")
    for page in document:
        change(page)
    stream = io.BytesIO()
    document.save(stream)
    document.close()
    return stream.getvalue()


def with_unit() -> bytes:
    """A page whose unit is two points."""
    data = changed(lambda page: None)
    return re.sub(rb"/Type\s*/Page(?=[\s/>])", b"/Type /Page /UserUnit 2", data)


def scans() -> list[Image.Image]:
    document = pypdfium2.PdfDocument(SAMPLES / "scan.pdf")
    pictures = [page.render(scale=DPI / 72).to_pil().convert("L") for page in document]
    document.close()
    return pictures


def saved(kind: str, pictures: list[Image.Image], **options: object) -> bytes:
    stream = io.BytesIO()
    pictures[0].save(stream, kind, **options)
    return stream.getvalue()


def as_pdf(pictures: list[Image.Image]) -> bytes:
    return saved("PDF", pictures, save_all=True, append_images=pictures[1:], resolution=DPI)


def photographed() -> bytes:
    """A phone's picture of one page: it lies on its side, and the file says so."""
    told = Image.Exif()
    told[0x0112] = 6  # orientation: turn clockwise to see it upright
    lying = scans()[0].rotate(90, expand=True)
    return saved("JPEG", [lying], quality=88, exif=told, dpi=(DPI, DPI))


CASES: dict[str, Callable[[], bytes]] = {
    "cropped.pdf": lambda: changed(lambda page: page.set_cropbox(20, 30, 570, 820)),
    "turned-90.pdf": lambda: changed(lambda page: page.set_rotation(90)),
    "turned-180.pdf": lambda: changed(lambda page: page.set_rotation(180)),
    "unit.pdf": with_unit,
    "fax.tif": lambda: (SAMPLES / "fax.tif").read_bytes(),
    "scan-90.pdf": lambda: as_pdf([scans()[0].rotate(90, expand=True)]),
    "scan-leans.pdf": lambda: as_pdf([scans()[0].rotate(2.5, fillcolor=255, resample=Image.Resampling.BICUBIC)]),
    "photo.jpg": photographed,
    "upside-down-without-dpi.png": lambda: saved("PNG", [scans()[0].rotate(180)]),
}
TURNED = {"scan-90.pdf": 90, "upside-down-without-dpi.png": 180}


@pytest.mark.parametrize("name", CASES)
def test_boxes_lie_on_their_ink(name: str, pages: Pages, tmp_path: Path) -> None:
    data = CASES[name]()
    file = written(tmp_path, name, data)
    (report,) = reports_of(name, data)
    shown = pages.show(file, report)
    assert report.pages == (shown.sheets[0].number, shown.sheets[-1].number)
    assert {sheet.turned for sheet in shown.sheets} == {TURNED.get(name, 0)}
    pictures = {sheet.number: pages.picture(file, sheet.number, 1600) for sheet in shown.sheets}
    for picture, sheet in zip(pictures.values(), shown.sheets, strict=True):
        assert picture.width / picture.height == pytest.approx(sheet.width / sheet.height, rel=0.003)
    looked_at = 0
    for path in FIELDS:
        origin = report.origin.get(path)
        if origin is None or origin.page is None or origin.box is None or not value_of(report, path):
            continue
        sheet = next(sheet for sheet in shown.sheets if sheet.number == origin.page)
        read = read_in(pictures[origin.page], sheet, origin.box)
        wanted = plain(value_of(report, path))
        assert share_of(wanted, read) > 0.8, (path, wanted, read)
        # Nothing but the line, or the lines, that it stands in; a box on a leaning line also touches its neighbours.
        assert len(read) < len(wanted) + (160 if "leans" in name else 50), (path, wanted, read)
        looked_at += 1
    assert looked_at >= 4


def value_of(report: Report, path: str) -> str:
    if path == "actual":
        return report.actual.text or ""
    return report.quarters["1"] or "" if path == "quarters.1" else getattr(report, path) or ""


def read_in(picture: PageImage, sheet: Sheet, box: Box) -> str:
    """Return what is printed in a box, the page turned as a person would."""
    scale = picture.width / sheet.width
    room = 2.0  # points
    left, top, right, bottom = box
    page = Image.open(io.BytesIO(picture.data)).convert("L")
    corners = (max(left - room, 0), max(top - room, 0), right + room, bottom + room)
    cut = page.crop(tuple(round(edge * scale) for edge in corners)).rotate(-sheet.turned, expand=True)
    paper = Image.new("L", (cut.width + 200, cut.height + 200), 255)
    paper.paste(cut, (100, 100))
    engine = engine_for(OcrEngine.OWN)
    assert engine is not None
    read = read_picture(Picture(np.asarray(paper), scale * 72), 1, engine())
    return plain("".join(line.text for line in read.lines))


def plain(text: str) -> str:
    return re.sub(r"\s", "", text).translate(THAI_DIGITS)


def share_of(wanted: str, read: str) -> float:
    """Return how much of a wording stands in another."""
    blocks = difflib.SequenceMatcher(None, wanted, read, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / len(wanted)

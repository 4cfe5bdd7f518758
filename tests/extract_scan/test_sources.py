"""Where pictures come from: every format reads the same, and what is broken or too large ends with a reason."""

from __future__ import annotations

import dataclasses
import io
import struct
import zlib
from collections.abc import Callable, Sequence

import numpy as np
import pypdfium2
import pytest
from PIL import Image, ImageFile

from extract.reading.pdf import read_pdf
from extract.reading.scan.engine import line_engine
from extract.reading.scan.handover import LineCut, Reading
from extract.reading.scan.image_file import read_image
from extract.reading.scan.jpeg import needs_all_at_once
from raingan.model.errors import InputError
from raingan.model.records import Document, Limits, Line, Page, PageState, Source
from tests.extract_scan.pagemade import DPI, SAMPLES, page, pdf_of, saved, strip, tiff

FOUND = "\u0e15\u0e31\u0e27\u0e0a\u0e35\u0e49\u0e27\u0e31\u0e14"  # "indicator", on the form's first lines


class Deaf:
    """An engine that reads nothing, and counts what it is given."""

    name = "deaf/1"

    def __init__(self) -> None:
        self.cuts = 0

    def read(self, cuts: Sequence[LineCut]) -> list[Reading]:
        self.cuts += len(cuts)
        return [Reading(()) for _ in cuts]


def source(data: bytes) -> Source:
    return Source("made", data, "")


def read(data: bytes, limits: Limits | None = None) -> Document:
    return read_image(source(data), limits or Limits(), line_engine)


def text_of(one: Page) -> str:
    return "".join(line.text for line in (*one.lines, *one.margins)).replace(" ", "")


def with_alpha(picture: Image.Image) -> Image.Image:
    ink = picture.point(lambda level: 255 - level)
    clear = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    clear.putalpha(ink)
    return clear


def sixteen_bits(picture: Image.Image) -> Image.Image:
    return Image.fromarray(np.asarray(picture).astype(np.uint16) * 257)


def white_is_zero(picture: Image.Image) -> bytes:
    """A bilevel TIFF whose zeros are white, as fax machines write them."""
    bilevel = picture.convert("1")
    rows = np.packbits(~np.asarray(bilevel), axis=1).tobytes()
    entries = [(256, bilevel.width), (257, bilevel.height), (258, 1), (259, 1), (262, 0)]
    entries += [(273, 8), (277, 1), (278, bilevel.height), (279, len(rows))]
    table = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in entries)
    return struct.pack("<2sHI", b"II", 42, 8 + len(rows)) + rows + table + bytes(4)


FORMATS: dict[str, Callable[[Image.Image], bytes]] = {
    "png": lambda picture: saved(picture, "PNG"),
    "png-palette": lambda picture: saved(picture.convert("P"), "PNG"),
    "png-alpha": lambda picture: saved(with_alpha(picture), "PNG"),
    "png-16": lambda picture: saved(sixteen_bits(picture), "PNG"),
    "jpeg": lambda picture: saved(picture.convert("RGB"), "JPEG", quality=85),
    "jpeg-cmyk": lambda picture: saved(picture.convert("CMYK"), "JPEG", quality=85),
    "tiff-g4": lambda picture: saved(picture.convert("1"), "TIFF", compression="group4"),
    "tiff-white-is-zero": white_is_zero,
    "tiff-lzw": lambda picture: saved(picture, "TIFF", compression="tiff_lzw"),
    "tiff-jpeg": lambda picture: saved(picture.convert("RGB"), "TIFF", compression="jpeg", quality=85),
    "tiff-16": lambda picture: saved(sixteen_bits(picture), "TIFF"),
    "tiff-cmyk": lambda picture: saved(picture.convert("CMYK"), "TIFF"),
    "gif": lambda picture: saved(picture, "GIF"),
    "bmp": lambda picture: saved(picture, "BMP"),
    "webp": lambda picture: saved(picture, "WEBP", lossless=True),
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_reads(name: str) -> None:
    document = read(FORMATS[name](strip()))
    (one,) = document.pages
    assert (one.state, one.engine) == (PageState.TEXT, line_engine().name)
    assert FOUND in text_of(one)


@pytest.mark.parametrize(("tag", "turn"), [(3, 180), (6, 90), (8, 270)])
def test_a_camera_tells_how_it_was_held(tag: int, turn: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = tag
    held = strip().rotate(turn, expand=True).convert("RGB")
    (one,) = read(saved(held, "JPEG", quality=85, exif=exif)).pages
    assert FOUND in text_of(one)
    assert one.width is not None and one.height is not None
    assert one.width > one.height


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_is_read_whichever_way_it_was_laid(turn: int) -> None:
    upright = page().crop((0, 0, page().width, page().height // 2))
    (one,) = read(saved(upright.rotate(turn, expand=True), "PNG", dpi=(DPI, DPI))).pages
    assert FOUND in text_of(one)
    assert one.width is not None and one.height is not None
    assert (one.width > one.height) == (turn == 180)  # as shown: the file's own way
    for line in one.lines:
        assert line.shown is not None
        x0, top, x1, bottom = line.shown
        assert -1 <= x0 < x1 <= one.width + 1 and -1 <= top < bottom <= one.height + 1
        assert (bottom - top > x1 - x0) == (turn != 180) or len(line.text) < 4


def test_the_resolution_that_a_file_tells_makes_points() -> None:
    (one,) = read(saved(strip(), "PNG", dpi=(DPI, DPI))).pages
    assert one.width == pytest.approx(strip().width * 72 / DPI, abs=0.5)
    title = next(line for line in one.lines if len(line.text) > 20)
    assert title.box is not None and 5 < title.box[3] - title.box[1] < 40


def test_without_an_engine_nothing_is_decoded() -> None:
    data = saved(strip(), "PNG")
    document = read_image(source(data[: len(data) // 2]), Limits())
    assert [(one.state, one.reason) for one in document.pages] == [(PageState.NEEDS_OCR, "picture")]


def test_a_broken_page_costs_itself_alone() -> None:
    frames = [strip(), strip(), strip()]
    data = bytearray(tiff(frames, compression="tiff_adobe_deflate"))
    with Image.open(io.BytesIO(bytes(data))) as opened:
        opened.seek(1)
        start, length = opened.tag_v2[273][0], opened.tag_v2[279][0]
    data[start : start + length] = b"\xff" * length
    document = read(bytes(data))
    assert [one.state for one in document.pages] == [PageState.TEXT, PageState.NEEDS_OCR, PageState.TEXT]
    assert document.pages[1].reason == "page-failed"
    assert [(item.code, item.page) for item in document.problems if item.code != "remains"] == [("page-failed", 2)]
    assert FOUND in text_of(document.pages[2])


@pytest.mark.parametrize("format_name", ["JPEG", "PNG", "TIFF"])
def test_half_a_picture_fails(format_name: str) -> None:
    data = saved(strip(), format_name)
    with pytest.raises(InputError) as caught:
        read(data[: len(data) // 2])
    assert caught.value.code in ("broken-file", "page-failed")


def decoded(*_: object) -> None:
    raise AssertionError("a pixel was decoded")


def sized_png(width: int, height: int) -> bytes:
    data = bytearray(saved(Image.new("L", (8, 8)), "PNG"))
    data[16:24] = struct.pack(">II", width, height)
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    return bytes(data)


def sized_jpeg(width: int, height: int, progressive: bool) -> bytes:
    data = bytearray(saved(Image.new("L", (8, 8)), "JPEG", progressive=progressive))
    frame = data.index(b"\xff\xc2" if progressive else b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(data)


@pytest.mark.parametrize(
    "data", [sized_png(20_000, 20_000), sized_png(1, 120_000_000), sized_jpeg(60_000, 60_000, progressive=True)]
)
def test_what_cannot_be_held_in_memory_is_refused_by_its_header(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageFile.ImageFile, "load", decoded)
    with pytest.raises(InputError) as caught:
        read(data)
    assert caught.value.code == "too-large"


def test_a_jpeg_too_large_is_decoded_smaller() -> None:
    limits = dataclasses.replace(Limits(), page_pixels=strip().width * strip().height // 3)
    (one,) = read(saved(strip(), "JPEG", dpi=(DPI, DPI)), limits).pages
    assert one.width == pytest.approx(strip().width * 72 / DPI, rel=0.01)


def test_a_sheet_scanned_at_600_dpi_in_colour_is_read_at_half_of_it() -> None:
    """Decoded whole it would take more memory than one picture may."""
    (one,) = read(saved(Image.new("RGB", (4960, 7016), "white"), "JPEG", dpi=(600, 600))).pages
    assert one.state is PageState.BLANK
    assert (one.width, one.height) == (pytest.approx(595, abs=1), pytest.approx(842, abs=1))


@pytest.mark.parametrize(("progressive", "at_once"), [(False, False), (True, True)])
def test_a_progressive_jpeg_is_known_by_its_markers(progressive: bool, at_once: bool) -> None:
    data = saved(Image.new("RGB", (64, 64), "white"), "JPEG", progressive=progressive)
    assert needs_all_at_once(data) is at_once
    assert needs_all_at_once(data[:40]) and needs_all_at_once(b"\xff\xd8") and needs_all_at_once(b"\xff\xd8" + bytes(9))


def test_too_many_pages_are_refused_before_any_is_read() -> None:
    frames = [Image.new("L", (40, 30), 255)] * 12
    with pytest.raises(InputError) as caught:
        read(tiff(frames), dataclasses.replace(Limits(), frames=10))
    assert (caught.value.code, caught.value.values["limit"]) == ("too-large", "10")
    document = read(tiff(frames))
    assert [one.state for one in document.pages] == [PageState.BLANK] * 12


def test_a_photo_is_not_blank_and_not_text() -> None:
    down, across = np.mgrid[0:600, 0:400]
    light = 128 + 80 * np.sin(across / 60) * np.cos(down / 90)
    (one,) = read(saved(Image.fromarray(light.astype(np.uint8)), "PNG")).pages
    assert (one.state, one.reason) == (PageState.NEEDS_OCR, "unreadable")


def bilevel_pdf(picture: Image.Image, rotate: int = 0) -> bytes:
    bits = np.packbits(np.asarray(picture.convert("1")), axis=1).tobytes()
    return pdf_of(picture.width, picture.height, zlib.compress(bits), rotate)


def lines_with(one: Page, wanted: str) -> list[Line]:
    return [line for line in (*one.lines, *one.margins) if wanted in line.text.replace(" ", "")]


@pytest.mark.parametrize("rotate", [0, 90, 180])
def test_a_scanned_pdf_is_read_page_as_shown(rotate: int) -> None:
    scan = page().rotate(rotate, expand=True)  # laid so that the page's own rotation rights it
    document = read_pdf(source(bilevel_pdf(scan, rotate)), Limits(), line_engine)
    (one,) = document.pages
    assert (one.state, one.engine) == (PageState.TEXT, line_engine().name)
    heading = lines_with(one, FOUND)[0]
    assert heading.shown is not None and one.height is not None
    assert heading.shown[1] < one.height / 2


def test_pages_of_both_kinds_are_told_apart() -> None:
    joined = pypdfium2.PdfDocument.new()
    for part in (SAMPLES / "canal.pdf", bilevel_pdf(page())):
        joined.import_pages(pypdfium2.PdfDocument(part), [0])
    stream = io.BytesIO()
    joined.save(stream)
    document = read_pdf(source(stream.getvalue()), Limits(), line_engine)
    assert [one.engine for one in document.pages] == [None, line_engine().name]
    assert [one.state for one in document.pages] == [PageState.TEXT, PageState.TEXT]


def test_a_pdf_with_text_asks_for_no_engine() -> None:
    def never() -> Deaf:
        raise AssertionError("an engine was asked for")

    data = (SAMPLES / "canal.pdf").read_bytes()
    assert {one.engine for one in read_pdf(source(data), Limits(), never).pages} == {None}


def test_a_huge_picture_in_a_pdf_is_not_decoded() -> None:
    document = read_pdf(source(pdf_of(20_000, 20_000, zlib.compress(bytes(1000)))), Limits(), Deaf)
    assert [(one.state, one.reason) for one in document.pages] == [(PageState.NEEDS_OCR, "page-failed")]
    assert [item.code for item in document.problems] == ["too-large"]


def test_lines_of_which_nothing_is_read_make_a_page_unreadable() -> None:
    engine = Deaf()
    document = read_image(source(saved(strip(), "PNG")), Limits(), lambda: engine)
    assert [(one.state, one.reason) for one in document.pages] == [(PageState.NEEDS_OCR, "unreadable")]
    assert engine.cuts > 0


def test_an_animation_is_read_by_its_first_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    """Walking from frame to frame decodes them all: a GIF of 44 bytes took 4 GB."""
    frames = [Image.new("P", (3, 2), number) for number in range(3)]
    assert (
        len(read_image(source(saved(frames[0], "GIF", save_all=True, append_images=frames[1:])), Limits()).pages) == 1
    )
    huge = b"GIF89a" + struct.pack("<HHBBB", 65_535, 65_535, 0, 0, 0)
    frame = b"," + struct.pack("<HHHHB", 0, 0, 65_535, 65_535, 0) + b"\x02\x02\x44\x01\0"
    monkeypatch.setattr(ImageFile.ImageFile, "load", decoded)
    with pytest.raises(InputError) as caught:
        read(huge + frame * 3 + b";")
    assert caught.value.code == "too-large"

"""Pictures in Word files: a scan in one is read as a scan, a picture of text where it stands, others are told."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from extract.reading.document import read_document
from raingan.model.records import Document, Kind, Limits, OcrEngine, PageState, Source
from raingan.work import may_share, pack_task
from tests.extract_readers.made import docx_of
from tests.extract_scan.pagemade import DPI, saved, strip

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DRAWN = "http://schemas.openxmlformats.org/drawingml/2006"
_EMU = 12_700
_TEXT = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
_LONG = "ติดตั้งบ่อดักไขมันในตลาดของเขตครบทุกแห่งตามแผนที่กำหนดไว้ในปีนี้ และตรวจสอบแล้ว"


def _word(before: str, picture: bytes, width: float, height: float, behind: str = "") -> Source:
    drawing = (
        f'<w:p xmlns:a="{_DRAWN}/main" xmlns:wp="{_DRAWN}/wordprocessingDrawing"><w:r><w:drawing><wp:inline>'
        f'<wp:extent cx="{int(width * _EMU)}" cy="{int(height * _EMU)}"/><a:graphic><a:blip r:embed="p1"/></a:graphic>'
        "</wp:inline></w:drawing></w:r></w:p>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx_of(before + drawing + behind))) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("document.xml.rels"):
                link = f'<Relationship Id="p1" Type="{_OFFICE}/image" Target="media/p.png"/></Relationships>'
                content = content.replace(b"</Relationships>", link.encode())
            new.writestr(name, content)
        new.writestr("word/media/p.png", picture)
    return Source("x.docx", stream.getvalue(), "0" * 64)


def _scan(before: str = "", behind: str = "") -> Source:
    picture = strip()
    width, height = (side * 72 / DPI for side in picture.size)
    return _word(before, saved(picture, "PNG"), width, height, behind)


def _told(document: Document) -> list[tuple[str, str]]:
    return [(line.text, problem.code) for line in document.pages[0].lines for problem in line.told]


def test_a_word_file_that_is_a_scan_is_read_as_one() -> None:
    document = read_document(_scan(), Limits())
    (page,) = document.pages
    assert (document.kind, page.state, page.engine is not None) == (Kind.DOCX, PageState.TEXT, True)
    assert page.lines and all(line.box is not None and line.confidence is not None for line in page.lines)
    assert page.width is not None and abs(page.width - strip().width * 72 / DPI) < 1


def test_a_picture_of_text_is_read_where_it_stands() -> None:
    document = read_document(_scan(_TEXT.format(_LONG), _TEXT.format("จบ")), Limits())
    (page,) = document.pages
    first, *middle, last = page.lines
    assert (first.text, last.text) == (_LONG, "จบ")
    assert middle and all(line.confidence is not None and line.box is None for line in middle)
    assert [code for _, code in _told(document)] == ["picture-read"]


@pytest.mark.parametrize("length", [59, 60])
def test_a_file_with_little_text_is_its_pictures_and_with_more_is_not(length: int) -> None:
    document = read_document(_scan(_TEXT.format("ก" * length)), Limits(), OcrEngine.OFF)
    assert (len(document.pages) == 2) == (length < 60)
    if length < 60:
        assert document.pages[1].state is PageState.NEEDS_OCR
    else:
        assert _told(document) == [("ก" * length, "part-not-read")]


def test_a_photo_is_told_and_gives_no_words() -> None:
    noise = np.random.default_rng(7).integers(0, 255, (60, 80, 3), dtype=np.uint8)
    photo = Image.fromarray(noise).resize((240, 180), Image.Resampling.BICUBIC)
    document = read_document(_word(_TEXT.format(_LONG), saved(photo, "PNG"), 320, 240), Limits())
    assert _told(document) == [(_LONG, "picture-without-text")]


@pytest.mark.parametrize(("side", "is_told"), [(69.0, False), (71.0, True)])
def test_emblems_and_signatures_are_left_in_peace(side: float, is_told: bool) -> None:
    document = read_document(_word(_TEXT.format(_LONG), b"\x01", 300, side), Limits())
    assert [code for _, code in _told(document)] == (["part-not-read"] if is_told else [])


def test_a_word_file_with_pictures_has_a_process_of_its_own() -> None:
    assert not may_share(pack_task(_scan()))
    assert may_share(pack_task(Source("x.docx", docx_of(_TEXT.format(_LONG)), "0" * 64)))

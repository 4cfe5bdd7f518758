"""Kinds are told by content; the suffix only says whether a strange content is a broken file."""

from __future__ import annotations

import io
import random
from collections.abc import Callable

import pytest

from extract.intake import triage
from raingan.model.errors import InputError
from raingan.model.records import Kind, Limits, PageState, Source

Make = Callable[..., Source]
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\nstartxref\n0\n%%EOF"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PDF, Kind.PDF),
        (b"HTTP/1.1 200 OK\r\n\r\n" + PDF, Kind.PDF),
        (b"\0" * 1000 + PDF, Kind.PDF),
        ("บันทึกเรื่องแฟ้ม %PDF-1.4 ที่ส่งมา".encode(), Kind.TEXT),
        (b"\x89PNG\r\n\x1a\n....", Kind.IMAGE),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", Kind.IMAGE),
        (b"II*\0\x08\0\0\0", Kind.IMAGE),
        (b"RIFF\x10\0\0\0WEBPVP8 ", Kind.IMAGE),
        (b"BM\x9a\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", Kind.IMAGE),
        (b"BMA indicators of the year, as text", Kind.TEXT),
        (b"<!DOCTYPE html><title>x</title>", Kind.HTML),
        (b"\xef\xbb\xbf \r\n<!-- saved from url --><!-- 2 -->\n<HTML>", Kind.HTML),
        (b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN" "x.dtd"><html>', Kind.HTML),
        (b"<table><tr><td>x", Kind.HTML),
        ("<html><body>ข้อความ".encode("utf-16"), Kind.HTML),
        ("<html><body>ข้อความภาษาไทย".encode("cp874"), Kind.HTML),
        (b"From: <Saved>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\tboundary=x\r\n\r\n", Kind.HTML),
        (b"Subject: a mail\r\nDate: today\r\n\r\ntext", Kind.TEXT),
        (b'<?xml version="1.0"?><data><p>x</p></data>', Kind.UNKNOWN),
        (b"<<< a text that begins with brackets", Kind.TEXT),
        (b"{\\rtf1\\ansi", Kind.RTF),
        (b"Rar!\x1a\x07\0", Kind.UNKNOWN),
        (b"", Kind.UNKNOWN),
        (b" ", Kind.TEXT),
    ],
)
def test_kind_by_content(source: Make, data: bytes, kind: Kind) -> None:
    assert triage.look(source(data, "file.pdf")).kind is kind


def test_html_in_the_middle_is_seen_by_the_suffix_alone(source: Make) -> None:
    data = "ข้อความก่อน <div>ในกล่อง</div>".encode()
    assert triage.look(source(data, "page.htm")).kind is Kind.HTML
    assert triage.look(source(data, "page.txt")).kind is Kind.TEXT


def test_zips_by_what_is_in_them(source: Make, zip_of: Callable[..., bytes], docx_of: Callable[..., bytes]) -> None:
    def kind(data: bytes) -> tuple[Kind, str | None]:
        found = triage.look(source(data, "file"))
        return found.kind, found.name

    assert kind(docx_of("")) == (Kind.DOCX, None)
    assert kind(zip_of({"[Content_Types].xml": "", "xl/workbook.xml": ""})) == (Kind.XLSX, None)
    assert kind(zip_of({"[Content_Types].xml": "", "xl/workbook.bin": ""})) == (Kind.UNKNOWN, "Excel binary (.xlsb)")
    assert kind(zip_of({"[Content_Types].xml": "", "ppt/slides.xml": ""})) == (Kind.UNKNOWN, "PowerPoint (.pptx)")
    assert kind(zip_of({"mimetype": "application/vnd.oasis.opendocument.text"}, method=0)) == (Kind.ODT, None)
    assert kind(zip_of({"a.txt": "x", "word/b.txt": "y"})) == (Kind.ZIP, None)
    assert kind(zip_of({"inner.docx": docx_of("")}, method=0)) == (Kind.ZIP, None)
    assert kind(docx_of("")[:-30]) == (Kind.DOCX, None)
    assert kind(zip_of({"a.txt": "x"})[:-30]) == (Kind.ZIP, None)
    assert kind(zip_of({})) == (Kind.ZIP, None)


@pytest.mark.parametrize(
    ("streams", "kind", "name"),
    [
        ("WordDocument\0", Kind.DOC, None),
        ("Workbook\0", Kind.XLS, None),
        ("Book\0", Kind.XLS, None),
        ("Bookman\0", Kind.UNKNOWN, "OLE file"),
        ("__properties_version1.0\0Workbook\0", Kind.MESSAGE, None),
        ("PowerPoint Document\0", Kind.UNKNOWN, "PowerPoint 97 (.ppt)"),
    ],
)
def test_old_office_files_are_told_apart(source: Make, streams: str, kind: Kind, name: str | None) -> None:
    found = triage.look(source(OLE + streams.encode("utf-16-le"), "x.docx"))
    assert (found.kind, found.name) == (kind, name)


def test_a_word_file_with_a_password_fails_with_that_reason(read: Callable[..., object]) -> None:
    with pytest.raises(InputError) as caught:
        read(OLE + "EncryptedPackage".encode("utf-16-le"), "x.docx")
    assert caught.value.code == "password"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("a.txt", "broken-file"),
        ("a.PDF", "broken-file"),
        ("a.docx", "broken-file"),
        ("a.png", "broken-file"),
        ("a.dat", "unsupported-kind"),
        ("no-suffix", "unsupported-kind"),
    ],
)
def test_random_bytes_end_by_their_suffix(read: Callable[..., object], name: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        read(random.Random(3).randbytes(5000), name)
    assert caught.value.code == code


def test_an_empty_file_is_said_to_be_empty(read: Callable[..., object]) -> None:
    with pytest.raises(InputError) as caught:
        read(b"", "x.pdf")
    assert caught.value.code == "empty-file"


def _picture(format_name: str) -> bytes:
    from PIL import Image

    stream = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(stream, format_name)
    return stream.getvalue()


@pytest.mark.parametrize("format_name", ["PNG", "JPEG", "TIFF", "GIF", "BMP", "WEBP"])
def test_an_empty_picture_is_blank(read: Callable[..., object], format_name: str) -> None:
    document = read(_picture(format_name), "scan.pdf")
    (page,) = document.pages  # type: ignore[attr-defined]
    assert (page.state, page.reason) == (PageState.BLANK, None)


@pytest.mark.parametrize("data", [_picture("PNG")[:20], b"\xff\xd8\xff" + bytes(50), b"II*\0" + b"\xff" * 30])
def test_broken_pictures_fail(read: Callable[..., object], data: bytes) -> None:
    with pytest.raises(InputError) as caught:
        read(data, "scan.png")
    assert caught.value.code == "broken-file"


def test_a_picture_that_claims_a_million_megapixels_is_refused(read: Callable[..., object]) -> None:
    png = bytearray(_picture("PNG"))
    png[16:24] = (2_000_000).to_bytes(4) * 2
    import zlib

    png[29:33] = zlib.crc32(bytes(png[12:29])).to_bytes(4)
    with pytest.raises(InputError) as caught:
        read(bytes(png), "scan.png", Limits())
    assert caught.value.code == "too-large"

"""Mails, Outlook messages, PDFs with files in them, and tar archives: what they hold has rows of its own."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path

import pytest

from extract.intake import triage
from extract.intake.archive import Budget
from extract.intake.contents import Item, content
from extract.intake.held.attached import parts_of_pdf
from raingan.model.errors import InputError
from raingan.model.records import FileResult, Kind, Limits, Source, State
from tests.extract_readers.made import zip_of

DATA = Path(__file__).with_name("data")
REPORT = "เป้าหมาย : 40 (บ่อ)".encode()


def held(data: bytes, name: str, limits: Limits | None = None) -> list[tuple[str, str | bytes]]:
    """What became of a file: (name, content, or state and reason)."""
    bounds = limits or Limits()
    found = content(Item(name, None), data, bounds, Budget.of(bounds), 1)
    return [
        (one.name, one.data) if isinstance(one, Source) else (one.file, f"{one.state} {one.reason}") for one in found
    ]


def mail(**headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.org", "b@example.org", "รายงาน"
    for name, value in headers.items():
        message[name] = value
    return message


def test_a_mail_has_its_text_and_its_attachments() -> None:
    message = mail()
    message.set_content("เรียน ผู้อำนวยการ")
    message.add_alternative("<p>เรียน <b>ผู้อำนวยการ</b>", subtype="html")
    message.add_attachment(REPORT, maintype="application", subtype="octet-stream", filename="รายงาน.txt")
    assert held(message.as_bytes(), "m.eml") == [
        ("m.eml", "done archive"),
        ("m.eml/message.html", "<p>เรียน <b>ผู้อำนวยการ</b>\n".encode()),
        ("m.eml/รายงาน.txt", REPORT),
    ]


def test_a_text_in_another_set_of_characters_and_base64_is_read() -> None:
    message = mail()
    message.set_content("หน่วยงาน : สำนักงานเขตทุ่งฟ้า", charset="tis-620", cte="base64")
    assert held(message.as_bytes(), "m.eml")[1] == ("m.eml/message.txt", "หน่วยงาน : สำนักงานเขตทุ่งฟ้า\n".encode())


def test_a_mail_in_a_mail_and_a_picture_of_its_text() -> None:
    inner = mail()
    inner.set_content("ใน")
    message = mail()
    message.set_content("<img src='cid:x'>", subtype="html")
    for name, size in (("logo.png", 29_999), ("scan.png", 30_000)):
        picture = b"\x89PNG\r\n\x1a\n".ljust(size)
        message.add_related(picture, maintype="image", subtype="png", cid=f"<{name}>", filename=name)
    message.add_attachment(inner)
    found = dict(held(message.as_bytes(), "m.eml"))
    assert found["m.eml/logo.png"] == "skipped page-part"
    assert isinstance(found["m.eml/scan.png"], bytes)
    assert found["m.eml/attachment.eml"] == "done archive"
    assert found["m.eml/attachment.eml/message.txt"] == "ใน\n".encode()


def test_names_that_point_elsewhere_are_not_opened() -> None:
    message = mail()
    message.set_content("x")
    message.add_attachment(b"y", maintype="text", subtype="x", filename="../../evil.txt")
    assert held(message.as_bytes(), "m.eml")[2] == ("m.eml/_/_/evil.txt", "failed unsafe-path")


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ("From: a\r\nTo: b\r\nSubject: c\r\n\r\nx", Kind.MAIL),
        ("Received: x\r\nMessage-ID: <1>\r\nDate: y\r\n\r\nx", Kind.MAIL),
        ("From: a\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n", Kind.HTML),
        ("From: a\r\nSubject: c\r\n\r\nx", Kind.TEXT),
        ("Note: a\r\nTo: b\r\nSubject: c\r\nDate: d\r\n\r\nx", Kind.TEXT),
    ],
)
def test_mails_are_told_from_texts_and_saved_pages(head: str, kind: Kind) -> None:
    assert triage.look(Source("x", head.encode(), "")).kind is kind


def test_a_page_with_attachments_is_a_mail() -> None:
    message = mail()
    message.set_content("<p>ก", subtype="html")
    message.make_related()
    message.add_attachment(REPORT, maintype="text", subtype="x", filename="a.txt")
    assert triage.look(Source("x", message.as_bytes(), "")).kind is Kind.MAIL


@pytest.mark.parametrize("name", ["unicode.msg", "thai.msg"])
def test_an_outlook_message_of_either_kind(name: str) -> None:
    assert held((DATA / name).read_bytes(), "m.msg") == [
        ("m.msg", "done archive"),
        ("m.msg/message.txt", "หน่วยงาน : สำนักงานเขตทุ่งฟ้า".encode()),
        ("m.msg/รายงาน.txt", REPORT),
        ("m.msg/ส่งต่อ.msg/message.txt", "ใน 7".encode()),
    ]


def test_a_broken_outlook_message_ends_with_a_reason() -> None:
    data = (DATA / "thai.msg").read_bytes()
    for cut in (1536, 2048, 3000):
        assert held(data[:cut], "m.msg")[0][1] in ("failed broken-file", "done archive", "skipped unsupported-kind")


def pdf_with(files: Mapping[str, bytes]) -> bytes:
    import pypdfium2

    document = pypdfium2.PdfDocument.new()
    document.new_page(200, 200)
    for name, data in files.items():
        document.new_attachment(name).set_data(data)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_files_in_a_pdf_are_read_besides_the_pdf() -> None:
    data = pdf_with({"รายงาน.txt": REPORT, "b.zip": zip_of({"c.txt": b"x"})})
    found = held(data, "x.pdf")
    assert [name for name, _ in found] == ["x.pdf", "x.pdf/b.zip", "x.pdf/b.zip/c.txt", "x.pdf/รายงาน.txt"]
    assert dict(found)["x.pdf/รายงาน.txt"] == REPORT


def test_files_of_a_pdf_over_the_limit_are_told() -> None:
    data = pdf_with({"a.txt": b"x" * 5_000})
    limits = Limits(file_bytes=4_999)
    with pytest.raises(InputError) as refused:
        parts_of_pdf(data, limits, Budget.of(limits))
    assert refused.value.code == "attached-files-unread"
    enough = Limits(file_bytes=5_000)
    assert len(parts_of_pdf(data, enough, Budget.of(enough))) == 1


def test_a_pdf_without_files_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extract.intake.contents.parts_of_pdf", None)
    assert [name for name, _ in held(pdf_with({}), "x.pdf")] == ["x.pdf"]


def tar_of(files: Mapping[str, bytes], mode: str = "w:gz") -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as archive:  # type: ignore[call-overload]  # a mode by name
        for name, data in files.items():
            about = tarfile.TarInfo(name)
            about.size = len(data)
            archive.addfile(about, io.BytesIO(data))
    return stream.getvalue()


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_members_of_a_tar_archive(mode: str) -> None:
    assert held(tar_of({"ปี/รายงาน.txt": REPORT, "../evil.txt": b"y"}, mode), "a.tar") == [
        ("a.tar", "done archive"),
        ("a.tar/ปี/รายงาน.txt", REPORT),
        ("a.tar/_/evil.txt", "failed unsafe-path"),
    ]


def test_links_in_a_tar_archive_are_not_followed() -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        about = tarfile.TarInfo("passwd.txt")
        about.type, about.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(about)
    assert held(stream.getvalue(), "a.tar")[1:] == [("a.tar/passwd.txt", "skipped link")]


def test_one_file_packed_by_gzip() -> None:
    assert held(gzip.compress(REPORT), "รายงาน.txt.gz")[1:] == [("รายงาน.txt.gz/รายงาน.txt", REPORT)]


@pytest.mark.parametrize("make", [lambda data: tar_of({"a": data}), gzip.compress])
def test_bombs_are_refused_by_what_they_grow_to(make: object) -> None:
    assert callable(make)
    assert held(make(b"\0" * 2**22), "a.gz") == [("a.gz", "failed zip-bomb")]
    noise = bytes(range(256)) * 4_000
    assert held(make(noise), "a.gz", Limits(zip_ratio=2_000))[0] == ("a.gz", "done archive")


def test_archives_in_archives_end() -> None:
    data = tar_of({"x.txt": b"x"})
    for _ in range(5):
        data = tar_of({"in.tar.gz": data})
    assert held(data, "a.tar.gz")[-1][1] == "failed zip-depth"


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"Rar!\x1a\x07\x01\0", "RAR"), (b"7z\xbc\xaf\x27\x1c", "7-Zip"), (b"\x78\x9f\x3e\x22\0\0", "winmail.dat")],
)
def test_archives_that_are_not_opened_are_named_and_no_success(data: bytes, words: str) -> None:
    bounds = Limits()
    (found,) = content(Item("x", None), data, bounds, Budget.of(bounds), 1)
    assert isinstance(found, FileResult)
    assert (found.state, found.reason) == (State.FAILED, "archive-unread")
    assert words in found.reason_values["kind"]

"""Files as they are shown: their bytes found again, their lines with their fields, and faults that cost one answer."""

from __future__ import annotations

import io
import json
import struct
import sys
import time
import zipfile
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from PIL import Image

from extract.reading.office.soffice import find_soffice
from raingan.apart.tasks import Bounds, Job
from raingan.model.errors import PageError
from raingan.model.messages import LANGUAGES, talk
from raingan.model.records import Limits
from raingan.review.pages.find import Finder
from raingan.review.pages.pages import WIDTHS, Pages
from raingan.review.pages.shown import FileRef, Shown
from raingan.review.pages.work import job_of
from tests.office import has_writer
from tests.review.made import SAMPLES
from tests.review.made import report as made_report
from tests.review.pagefaults import ANSWERS
from tests.review.pagesmade import reports_of, sha256, written

REPORT = made_report(pages=None)
PDF = (SAMPLES / "two.pdf").read_bytes()
TEXT = (SAMPLES / "park.txt").read_bytes()


@pytest.fixture(scope="module")
def pages() -> Iterator[Pages]:
    """Pages with time enough for LibreOffice and all else on a busy machine; a person would not wait so long."""
    setup = json.dumps(asdict(Limits(office_seconds=600))).encode()
    bounds = Bounds(file_seconds=600.0, page_seconds=600.0, result_bytes=64 * 2**20)
    with Pages(job=replace(job_of(Limits()), setup=setup), bounds=bounds) as opened:
        yield opened


def zipped(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def refused(pages: Pages, file: FileRef) -> str:
    with pytest.raises(PageError) as caught:
        pages.show(file, REPORT)
    for language in LANGUAGES:
        assert "{" not in talk(caught.value.code, language, **caught.value.values)
    return caught.value.code


# --- finding the bytes


def test_members_of_archives_are_found_by_their_names(pages: Pages, tmp_path: Path) -> None:
    """Also where folders and archives inside are called alike, and only where the content is what was read."""
    inner = zipped(**{"../park.txt": TEXT, "a.zip/park.txt": TEXT + b"\n.", "other.txt": b"x"})
    archive = written(tmp_path, "a.zip", zipped(**{"a.zip": inner, "b.zip": b"PK\3\4 broken", "park.txt": b"other"}))
    for name, data in (
        ("a.zip/a.zip/_/park.txt", TEXT),
        ("2564/a.zip/a.zip/a.zip/park.txt", TEXT + b"\n."),
        ("a.zip/park.txt", b"other"),
    ):
        shown = pages.show(FileRef(name, archive.path, sha256(data)), REPORT)
        assert "\n".join(line.text for line in shown.lines).split() == data.decode().split()
    assert refused(pages, FileRef("a.zip/park.txt", archive.path, sha256(b"was other"))) == "page-changed"
    assert refused(pages, FileRef("a.zip/gone.txt", archive.path, sha256(b"was there"))) == "page-changed"
    assert refused(pages, FileRef("a.zip/b.zip/park.txt", archive.path, sha256(b"was whole"))) == "page-changed"


def test_one_member_of_many_is_unpacked_alone(tmp_path: Path) -> None:
    """All together would be more than the limits of an archive allow."""
    members = {f"{number}.txt": bytes([32 + number]) * 400_000 for number in range(60)}
    archive = written(tmp_path, "many.zip", zipped(**members))
    finder = Finder(Limits(zip_bytes=2**20))
    for name, data in members.items():
        assert finder.bytes_of(FileRef(f"many.zip/{name}", archive.path, sha256(data))) == data


def test_bombs_stay_packed(pages: Pages, tmp_path: Path) -> None:
    bomb = bytes(50_000_000)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.txt", bomb)
    file = written(tmp_path, "bomb.zip", stream.getvalue())
    assert refused(pages, FileRef("bomb.zip/bomb.txt", file.path, sha256(bomb))) == "page-changed"


def test_a_file_that_is_gone_or_another_is_told(pages: Pages, tmp_path: Path) -> None:
    data = TEXT + b"\n"  # of which nothing is kept from other tests
    file = written(tmp_path, "report.txt", data)
    assert refused(pages, replace(file, path=None)) == "page-no-path"
    assert refused(pages, replace(file, path=str(tmp_path / "gone.txt"))) == "page-gone"
    assert refused(pages, replace(file, path=str(tmp_path))) == "page-gone"
    assert refused(pages, replace(file, path="\0")) == "page-gone"
    assert refused(pages, replace(file, path=(tmp_path / "gone.txt").as_uri())) == "page-gone"
    Path(str(file.path)).write_bytes(data + b" ")
    assert refused(pages, file) == "page-changed"
    Path(str(file.path)).write_bytes(data)
    assert pages.show(file, REPORT).lines
    with pytest.raises(PageError, match="page-changed"):
        Finder(Limits(file_bytes=100)).bytes_of(file)
    assert pages.show(replace(file, path=Path(str(file.path)).as_uri()), REPORT).lines


def test_what_was_fetched_last_is_kept(pages: Pages, tmp_path: Path) -> None:
    file = written(tmp_path, "kept.pdf", PDF + b"\n")
    first = pages.picture(file, 1, 800)
    Path(str(file.path)).unlink()
    assert pages.picture(file, 2, 800).data != first.data
    assert pages.picture(file, 1, 700) is first


# --- pictures


def test_pictures_come_in_steps(pages: Pages, tmp_path: Path) -> None:
    file = written(tmp_path, "two.pdf", PDF)
    for asked, made in ((1, 800), (801, 1200), (1600, 1600), (10_000, WIDTHS[-1])):
        picture = pages.picture(file, 1, asked)
        with Image.open(io.BytesIO(picture.data)) as opened:
            assert opened.size == (picture.width, picture.height)
            assert Image.MIME[opened.format or ""] == picture.media_type
        assert picture.width == pytest.approx(made, abs=1)


def test_a_small_picture_is_not_blown_up(pages: Pages, tmp_path: Path) -> None:
    stream = io.BytesIO()
    Image.new("RGB", (300, 400), "white").save(stream, "PNG")
    picture = pages.picture(written(tmp_path, "small.png", stream.getvalue()), 1, 1600)
    assert (picture.width, picture.height) == (300, 400)


@pytest.mark.parametrize("page", [0, -1, 3, 10**12])
def test_a_page_that_is_not_there(page: int, pages: Pages, tmp_path: Path) -> None:
    with pytest.raises(PageError) as caught:
        pages.picture(written(tmp_path, "two.pdf", PDF), page, 800)
    assert caught.value.code == "page-undrawable"


def test_pages_that_cannot_be_opened_are_left_out(pages: Pages, tmp_path: Path) -> None:
    file = written(tmp_path, "two.pdf", PDF)
    shown = pages.show(file, made_report(pages=(2, 9), read_by="ocr"))
    assert [sheet.number for sheet in shown.sheets] == [2]


def test_broken_and_huge_files_have_no_picture(pages: Pages, tmp_path: Path) -> None:
    chunks = (b"IHDR" + struct.pack(">2I5B", 60_000, 60_000, 8, 0, 0, 0, 0), b"IDAT" + zlib.compress(b"\0"))
    packed = [struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) for chunk in chunks]
    huge = b"\x89PNG\r\n\x1a\n" + b"".join(packed)
    for data, key in ((PDF[:300], "page-undrawable"), (huge, "page-too-large"), (TEXT, "page-undrawable")):
        with pytest.raises(PageError) as caught:
            pages.picture(written(tmp_path, "broken.bin", data), 1, 800)
        assert caught.value.code == key


# --- lines


def fields_at(shown: Shown) -> dict[str, str]:
    """Return the lines in which each field was read, joined."""
    found: dict[str, str] = {}
    for line in shown.lines:
        for path in line.fields:
            found[path] = f"{found.get(path, '')}{line.text}\n"
    return found


@pytest.mark.parametrize("name", ["park.txt", "daycare.txt", "complaints.txt", "library.html", "stalls.html"])
def test_fields_stand_in_the_lines_where_they_were_read(name: str, pages: Pages, tmp_path: Path) -> None:
    data = (SAMPLES / name).read_bytes()
    (report,) = reports_of(name, data)
    shown = pages.show(written(tmp_path, name, data), report)
    assert not shown.sheets
    found = fields_at(shown)
    for path, origin in report.origin.items():
        lines = next((found[name] for name in (path, f"{path}.value", f"{path}.text") if name in found), None)
        assert lines is not None or not origin.text
        assert all(row in (lines or "") for row in origin.text.splitlines())
    for index, mention in enumerate(report.dates):
        assert "".join(mention.text.split()) in "".join(found[f"dates.{index}"].split())
        assert len(found[f"dates.{index}"].splitlines()) <= 2


def test_reports_of_one_file_are_kept_apart(pages: Pages, tmp_path: Path) -> None:
    """The same form twice, and all but one figure the same."""
    once = TEXT.decode()
    (single,) = reports_of("park.txt", TEXT)
    figure = single.origin["actual"].text
    data = f"{once}\n{once.replace(figure, figure.replace(figure[0], '7', 1))}".encode()
    file = written(tmp_path, "both.txt", data)
    first, second = reports_of("both.txt", data)
    starts = [
        [index for index, line in enumerate(pages.show(file, report).lines) if "actual.value" in line.fields]
        for report in (first, second)
    ]
    half = len(pages.show(file, first).lines) // 2
    assert [len(lines) for lines in starts] == [1, 1]
    assert starts[0][0] < half <= starts[1][0]
    # Whatever the place says, the wordings are those of the second.
    moved = pages.show(file, replace(second, report_index=5))
    assert [index for index, line in enumerate(moved.lines) if "actual.value" in line.fields] == starts[1]


def test_a_report_of_an_unknown_form_is_looked_for(pages: Pages, tmp_path: Path) -> None:
    """Its form is the user's own: the file is no report to us, but it has the wordings."""
    text = "Length of canals\nresult 85.50 percent\nwork was begun on 15 - 17\nand ended\n"
    shown = pages.show(written(tmp_path, "own.txt", text.encode()), made_report(pages=None, dates=(), quantities=()))
    assert "actual.value" in shown.lines[1].fields
    assert fields_at(shown)["actual.value"] == "result 85.50 percent\n"


@pytest.mark.skipif(not has_writer(), reason="needs LibreOffice Writer")
def test_word_is_laid_out_where_libreoffice_is(pages: Pages, tmp_path: Path) -> None:
    data = (SAMPLES / "training.docx").read_bytes()
    (report,) = reports_of("training.docx", data)
    file = written(tmp_path, "training.docx", data)
    shown = pages.show(file, report)
    assert not shown.lines
    assert [sheet.number for sheet in shown.sheets] == [1, 2]
    assert pages.picture(file, 2, 800).media_type == "image/png"
    page, (left, top, right, bottom) = shown.places["target.value"]
    assert page == 1 and right - left < 120 and bottom - top < 20
    assert shown.places["actual.value"][1][1] > top
    assert {"definition", "quarters.4", "dates.0", "responsible_person"} <= shown.places.keys()


def test_word_is_shown_as_text_where_libreoffice_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    if find_soffice() is not None:
        pytest.skip("LibreOffice lies at its usual place")
    data = (SAMPLES / "training.docx").read_bytes()
    (report,) = reports_of("training.docx", data)
    with Pages() as alone:
        found = fields_at(alone.show(written(tmp_path, "training.docx", data), report))
    assert report.origin["target"].text in found["target.value"]


# --- faults


@pytest.fixture(scope="module")
def faulty() -> Iterator[Pages]:
    bounds = Bounds(file_seconds=3.0, page_seconds=3.0, memory_bytes=250 * 2**20)
    with Pages(job=Job("tests.review.pagefaults:factory"), bounds=bounds) as opened:
        yield opened


@pytest.mark.skipif(sys.platform == "win32", reason="the faults are those of a fork")
@pytest.mark.parametrize("fault", ["segfault", "exit", "memory", "keeper", *ANSWERS])
def test_a_fault_costs_one_picture(fault: str, faulty: Pages, tmp_path: Path) -> None:
    file = written(tmp_path, "a.pdf", fault.encode())
    with pytest.raises(PageError) as caught:
        faulty.picture(file, 1, 800)
    assert caught.value.code == "page-crash"
    if fault == "surrogate":
        (line,) = faulty.show(file, REPORT).lines
        assert line.text.encode() == b"?"
    elif fault in ANSWERS:
        assert refused(faulty, file) == "page-crash"
    assert faulty.picture(written(tmp_path, "b.pdf", b"good " + fault.encode()), 1, 800).data == b"drawn"


@pytest.mark.skipif(sys.platform == "win32", reason="the faults are those of a fork")
def test_who_hangs_is_ended_and_others_need_not_wait(faulty: Pages, tmp_path: Path) -> None:
    hanging = written(tmp_path, "a.pdf", b"hang")
    with ThreadPoolExecutor(4) as threads:
        slow = threads.submit(faulty.picture, hanging, 1, 800)
        good = [written(tmp_path, f"{number}.pdf", b"good %d" % number) for number in range(8)]
        assert {picture.data for picture in threads.map(lambda file: faulty.picture(file, 1, 800), good)} == {b"drawn"}
        assert not slow.done()
        error = slow.exception()
    assert isinstance(error, PageError) and error.code == "page-slow"


@pytest.mark.skipif(sys.platform == "win32", reason="the faults are those of a fork")
def test_closing_waits_for_nobody(tmp_path: Path) -> None:
    pages = Pages(job=Job("tests.review.pagefaults:factory"))
    assert pages.picture(written(tmp_path, "a.pdf", b"good"), 1, 800).data == b"drawn"
    with ThreadPoolExecutor(2) as threads:
        mark = tmp_path / "hangs"
        hanging = threads.submit(pages.picture, written(tmp_path, "b.pdf", f"hang at {mark}".encode()), 1, 800)
        while not mark.exists():
            time.sleep(0.02)
        pages.close()
        error = hanging.exception()
    assert isinstance(error, PageError) and error.code != "page-slow"  # nor waits until its time is up
    with pytest.raises(PageError):
        pages.picture(written(tmp_path, "c.pdf", b"good too"), 1, 800)

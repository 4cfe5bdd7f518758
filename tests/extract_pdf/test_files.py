"""Files that are locked, broken, empty, huge or hostile: the right end, and at once."""

from __future__ import annotations

import dataclasses
import random

import pytest

from extract.reading.pdf import read_pdf
from raingan.model.errors import InputError
from raingan.model.records import Document, Kind, Limits, PageState, Source
from tests.counting import Growth
from tests.extract_pdf.pdfmade import File, assemble

TEXT = "น้ำใจที่ให้ของผู้มาเยือน"


def source(data: bytes) -> Source:
    return Source("made.pdf", data, "")


def one_page() -> File:
    file = File()
    file.page().text(60, 700, TEXT)
    return file


def refused(data: bytes, limits: Limits | None = None) -> InputError:
    with pytest.raises(InputError) as caught:
        read_pdf(source(data), limits or Limits())
    return caught.value


def test_a_document() -> None:
    document = read_pdf(source(one_page().save()), Limits())
    assert (document.kind, document.problems) == (Kind.PDF, ())
    page = document.pages[0]
    assert (page.number, page.state, page.width, page.height) == (1, PageState.TEXT, 595.0, 842.0)


def test_an_owner_password_does_not_lock_a_file() -> None:
    document = read_pdf(source(one_page().save(owner="secret")), Limits())
    assert document.pages[0].lines[0].text == TEXT


def test_a_user_password_does() -> None:
    assert refused(one_page().save(user="secret")).code == "password"


def test_a_file_without_pages() -> None:
    tree = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>"]
    assert refused(assemble(tree, "/Root 1 0 R")).code == "no-pages"


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4\n", b"%PDF-1.7\n%%EOF", random.Random(7).randbytes(4000)])
def test_what_is_no_pdf_is_broken(data: bytes) -> None:
    assert refused(data).code == "broken-file"


def test_a_cut_file_is_read_as_far_as_it_goes_or_refused() -> None:
    file = File()
    for number in range(4):
        file.page().text(60, 700, f"{TEXT} {number}")
    data = file.save()
    told = set()
    for share in (99, 90, 70, 50, 30, 10):
        try:
            document = read_pdf(source(data[: len(data) * share // 100]), Limits())
        except InputError as error:
            told.add(error.code)
        else:
            assert "truncated-file" in {problem.code for problem in document.problems}
            told.add("read")
    assert told <= {"read", "broken-file", "no-pages"}


def test_limits() -> None:
    file = File()
    for _ in range(4):
        file.page().text(60, 700, TEXT)
    data = file.save()
    error = refused(data, dataclasses.replace(Limits(), pages=3))
    assert (error.code, error.values["size"]) == ("too-large", "4")
    assert refused(data, dataclasses.replace(Limits(), text_chars=60)).code == "too-large"
    document = read_pdf(source(data), dataclasses.replace(Limits(), page_chars=10))
    assert {page.state for page in document.pages} == {PageState.NEEDS_OCR}
    assert [(problem.code, problem.page) for problem in document.problems] == [("too-large", n) for n in range(1, 5)]


def test_one_broken_page_does_not_stop_the_others() -> None:
    file = File()
    for number in range(3):
        file.page().text(60, 700, f"{TEXT} {number}")
    # The second page is no page any more.
    data = file.save()
    second = data.index(b"/Type /Page /Parent", data.index(b"/Type /Page /Parent") + 1)
    document = read_pdf(source(data[:second] + b"/Type /Pa!e /Parent" + data[second + 19 :]), Limits())
    assert len(document.pages) == 3
    texts = [page.lines[0].text for page in document.pages if page.lines]
    assert f"{TEXT} 0" in texts
    assert f"{TEXT} 2" in texts


@pytest.mark.parametrize("kids", ["[2 0 R]", "[2 0 R 2 0 R 2 0 R]", "[3 0 R]"])
def test_a_cyclic_page_tree_ends(kids: str) -> None:
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids {kids} /Count 900 /Parent 3 0 R >>".encode(),
        b"<< /Type /Pages /Kids [2 0 R] /Count 900 /Parent 2 0 R >>",
    ]
    try:
        document = read_pdf(source(assemble(objects, "/Root 1 0 R")), Limits())
        assert all(page.state is not PageState.TEXT for page in document.pages)
    except InputError as error:
        assert error.code in ("broken-file", "no-pages")


def blank_pages(count: int) -> bytes:
    file = File()
    for _ in range(count):
        file.page()
    return file.save()


def shapes(count: int) -> bytes:
    """A page of rectangles and rules beside one line of text."""
    file = File()
    page = file.page()
    page.text(60, 800, TEXT)
    page.draw(" ".join(f"{at % 550} {at // 5 % 780} 9 9 re S" for at in range(3 * count)))
    page.draw(" ".join(f"{at % 550} {at // 7 % 780} m {at % 541 + 9} {at // 7 % 780} l S" for at in range(count)))
    return file.save()


def rows(count: int) -> bytes:
    """A page of many small rows, and of marks on nothing."""
    file = File()
    page = file.page()
    for row in range(count):
        page.text(5, 835 - 4 * row, TEXT * 6, size=3)
    page.text(5, 5, "\u0e49" * (15 * count), size=3)
    return file.save()


def read(data: bytes) -> Document:
    return read_pdf(source(data), Limits())


GROWTH = [
    Growth("blank pages", blank_pages, read, 50, 1_500),
    Growth("shapes", shapes, read, 100, 5_000),
    Growth("rows", rows, read, 20, 100),
]


@pytest.mark.parametrize("growth", GROWTH, ids=str)
def test_work_grows_with_the_file(growth: Growth) -> None:
    growth.check()


def test_huge_files_are_read_to_their_end() -> None:
    assert [page.state for page in read(blank_pages(3_000)).pages] == [PageState.BLANK] * 3_000
    assert read(shapes(10_000)).pages[0].lines[0].text == TEXT
    assert read(rows(200)).pages[0].state in (PageState.TEXT, PageState.NEEDS_OCR)


def test_a_form_within_itself_ends() -> None:
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R"
        b" /Resources << /XObject << /X 5 0 R >> >> >>",
        b"<< /Length 5 >>\nstream\n/X Do\nendstream",
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 300 300] /Resources << /XObject << /X 5 0 R >> >> /Length 11 >>"
        b"\nstream\n/X Do      \nendstream",
    ]
    document = read_pdf(source(assemble(objects, "/Root 1 0 R")), Limits())
    assert document.pages[0].state is PageState.BLANK


def test_the_same_bytes_give_the_same_document() -> None:
    data = one_page().save()
    assert read_pdf(source(data), Limits()) == read_pdf(source(data), Limits())

"""From a document to its reports: which of them carry what is wrong with pages and with the whole file."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

import pytest

from extract.sections.forms import load_forms
from raingan.model.records import Document, Kind, Page, PageState, Problem, RawReport, Source
from raingan.pipeline import _flags_of_pages, _is_cover, _needs_ocr, process
from raingan.settings import Settings

SAMPLES = Path(__file__).parents[2] / "samples"

# Two reports: on pages 2 to 4, and from page 4 on; the first page stands before both.
REPORTS = (RawReport("f", 2, 4, ()), RawReport("f", 4, 6, ()))


def flagged(unread: int, index: int) -> bool:
    """Tell whether a report carries that a page could not be read."""
    states = {unread: PageState.NEEDS_OCR}
    pages = tuple(Page(number, (), state=states.get(number, PageState.TEXT)) for number in range(1, 7))
    flags = _flags_of_pages(Document(Kind.PDF, "made/1", pages), REPORTS, index)
    assert {flag.code for flag in flags} <= {"needs-ocr"}
    return bool(flags)


@pytest.mark.parametrize(
    ("page", "first", "second"),
    [(1, True, False), (2, True, False), (3, True, False), (4, True, True), (5, False, True), (6, False, True)],
)
def test_a_page_that_was_not_read_may_have_been_of_either_report_on_it(page: int, first: bool, second: bool) -> None:
    assert (flagged(page, 0), flagged(page, 1)) == (first, second)


@pytest.mark.parametrize(("code", "of_all"), [("truncated-file", True), ("remains", False)])
def test_a_problem_of_the_whole_file_marks_its_reports_where_figures_may_have_suffered(code: str, of_all: bool) -> None:
    document = Document(Kind.PDF, "made/1", (), problems=(Problem(code),))
    for index in range(2):
        flags = _flags_of_pages(document, REPORTS, index)
        assert [(flag.code, flag.field) for flag in flags] == ([(code, "file")] if of_all else [])


def test_a_truncated_file_marks_what_was_read_of_it() -> None:
    whole = (SAMPLES / "canal.pdf").read_bytes()
    codes = []
    for data in (whole, whole[: whole.rindex(b"startxref")]):
        result, reports = process(Source("canal.pdf", data, "00"), load_forms(()), Settings())
        assert result.reports == len(reports) == 1
        codes.append("truncated-file" in {flag.code for flag in reports[0].flags})
    assert codes == [False, True]


def _no_room_for_a_matrix() -> None:
    import cv2

    error = cv2.error("Insufficient memory")
    error.code = -4  # as OpenCV sets it
    raise error


def _no_room_for_a_library() -> None:
    raise ImportError("libfont.so: failed to map segment from shared object")


def _no_room_behind_a_page_of_advice() -> None:
    try:
        _no_room_for_a_library()
    except ImportError as error:
        raise ImportError("IMPORTANT: PLEASE READ THIS FOR ADVICE ON HOW TO SOLVE THIS ISSUE!") from error


def _no_room_for_a_tensor() -> None:
    raise RuntimeError("Non-zero status code: Failed to allocate memory for requested buffer of size 1048576")


def _no_room_for_a_process() -> None:
    raise OSError(errno.ENOMEM, "Cannot allocate memory")


@pytest.mark.parametrize(
    "refused",
    [
        _no_room_for_a_matrix,
        _no_room_for_a_library,
        _no_room_behind_a_page_of_advice,
        _no_room_for_a_tensor,
        _no_room_for_a_process,
    ],
)
def test_memory_that_a_library_was_refused_is_no_bug(
    refused: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever set the limit says so; what else goes wrong there is a bug (`test_convert.py`)."""
    import extract.reading.document

    monkeypatch.setattr(extract.reading.document, "read_document", lambda *_: refused())
    with pytest.raises(MemoryError):
        process(Source("a.pdf", b"%PDF-1.7", "0" * 64), load_forms(), Settings())


def read_pages(count: int, unread: int, engine: str | None = "line/2") -> list[Page]:
    states = {unread: PageState.NEEDS_OCR}
    return [Page(at, (), states.get(at, PageState.TEXT), engine=engine) for at in range(1, count + 1)]


@pytest.mark.parametrize(("engine", "code"), [("line/2", "page-unreadable"), (None, "needs-ocr")])
def test_a_page_that_was_tried_is_not_said_to_need_it(engine: str | None, code: str) -> None:
    assert _needs_ocr(read_pages(3, 2, engine)[1:2]).code == code


@pytest.mark.parametrize(
    ("count", "unread", "engine", "cover"),
    [(6, 1, "line/2", True), (5, 1, "line/2", False), (6, 2, "line/2", False), (6, 1, None, False)],
)
def test_a_cover_that_cannot_be_read_fails_no_long_file(
    count: int, unread: int, engine: str | None, cover: bool
) -> None:
    pages = read_pages(count, unread, engine)
    assert _is_cover([page for page in pages if page.state is PageState.NEEDS_OCR], pages) is cover

"""The story of one file, from top to bottom: triage and read, find reports, normalize, flag, give a state.

    Source -> read -> Document -> find -> Found -> conclude -> FileResult, reports

What each step gives can be kept, and the next one taken up from there: it asks for nothing else.
"""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import re
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from raingan.model.errors import InputError
from raingan.model.records import (
    Document,
    FileResult,
    Flag,
    Found,
    Page,
    PageState,
    Problem,
    RawReport,
    Report,
    Source,
    State,
)

if TYPE_CHECKING:
    from extract.sections.forms import Form
    from raingan.settings import Settings

Gave = TypeVar("Gave")

_CV_NO_MEMORY = -4  # cv::Error::StsNoMem
# Problems of a whole document that every report in it has to carry: its figures may have suffered.
_SHARED_PROBLEMS = frozenset({"encoding-uncertain", "characters-lost", "truncated-file"})


@dataclass(frozen=True, slots=True)
class About:
    """What a result tells of its file, whatever stands in it."""

    name: str
    sha256: str
    size: int  # bytes
    path: str | None = None


def about(source: Source) -> About:
    """Return what a result tells of this file."""
    return About(source.name, source.sha256, len(source.data), source.path)


def process(source: Source, forms: Sequence[Form], settings: Settings) -> tuple[FileResult, list[Report]]:
    """Read one file; whatever happens, it ends with a state."""
    file = about(source)
    document = read(source, settings)
    if isinstance(document, FileResult):
        return document, []
    found = find(file, document, forms)
    return (found, []) if isinstance(found, FileResult) else conclude(file, found)


def read(source: Source, settings: Settings) -> Document | FileResult:
    """Return what stands on the pages of a file, or how it ended."""
    from extract.reading.document import read_document

    return _or_failed(about(source), lambda: read_document(source, settings.limits, settings.ocr, settings.witness))


def find(file: About, document: Document, forms: Sequence[Form]) -> Found | FileResult:
    """Return the reports of a document as sections, or how the file ended."""
    return _or_failed(file, lambda: _find(document, forms))


def conclude(file: About, found: Found) -> tuple[FileResult, list[Report]]:
    """Return how a file ended, and its reports."""
    made = _or_failed(file, lambda: _conclude(file, found))
    return (made, []) if isinstance(made, FileResult) else made


def _or_failed(file: About, step: Callable[[], Gave]) -> Gave | FileResult:
    """Do one step. The one place that catches broadly.

    Only `MemoryError` goes on to the caller, who knows what the limit is.
    """
    try:
        # Standard output may be the user's data (`-o -`): what a library prints is talk.
        with contextlib.redirect_stdout(sys.stderr):
            return step()
    except InputError as error:
        told = _failed(file, error.code, error.values)
        return dataclasses.replace(told, state=State.SKIPPED) if error.code == "own-output" else told
    except MemoryError:
        raise
    except Exception as error:
        if _is_out_of_memory(error):
            raise MemoryError from error
        return _failed(file, "bug", {"error": _where(error)})


# What the system's loader, C++ and onnxruntime say when they are refused memory; numpy puts a page of advice around it.
_NO_MEMORY = re.compile(
    "failed to map segment|cannot allocate memory|failed to allocate|bad_alloc|bad allocation", re.I
)


def _is_out_of_memory(error: BaseException) -> bool:
    """Tell what libraries raise when memory is refused: OpenCV's own error, a library that cannot be loaded."""
    below = error.__cause__ or error.__context__
    if below is not None and (isinstance(below, MemoryError) or _is_out_of_memory(below)):
        return True
    refused = type(error).__module__ == "cv2" and getattr(error, "code", None) == _CV_NO_MEMORY
    return (
        refused
        or (isinstance(error, OSError) and error.errno == errno.ENOMEM)
        or (isinstance(error, ImportError | RuntimeError | SystemError) and _NO_MEMORY.search(str(error)) is not None)
        or (type(error).__module__.startswith("onnxruntime") and _NO_MEMORY.search(str(error)) is not None)
    )


def _find(document: Document, forms: Sequence[Form]) -> Found:
    from extract.sections.find import find_reports, why_not_a_report

    reports = tuple(find_reports(document, forms))
    bare = dataclasses.replace(document, pages=tuple(map(_without_lines, document.pages)))
    unread = [page for page in document.pages if page.state is PageState.NEEDS_OCR]
    if reports or (unread and not _is_cover(unread, document.pages)):
        return Found(bare, reports)
    return Found(bare, (), *why_not_a_report(document, forms))


def _is_cover(unread: Sequence[Page], pages: Sequence[Page]) -> bool:
    """Tell whether the first page alone could not be read, of many: a decorated cover holds no report."""
    return len(unread) == 1 and unread[0] is pages[0] and len(pages) > _LEAST_BEHIND_COVER and _was_tried(unread)


_LEAST_BEHIND_COVER = 5  # pages that were read; a report has one to four


def _was_tried(pages: Sequence[Page]) -> bool:
    """Tell whether pages were read from their pictures, and nothing was made of them."""
    return all(page.engine is not None for page in pages)


def _without_lines(page: Page) -> Page:
    return dataclasses.replace(page, lines=(), margins=(), remains=(), hidden=())


def _conclude(file: About, found: Found) -> tuple[FileResult, list[Report]]:
    document = found.document
    result = FileResult(
        file=file.name,
        state=State.DONE,
        sha256=file.sha256,
        size=file.size,
        kind=document.kind,
        pages=len(document.pages) if _has_pages(document) else None,
        reports=len(found.reports),
        encoding=document.encoding,
        problems=document.problems,
        path=file.path,
    )
    if found.reason is not None:
        return dataclasses.replace(result, state=State.SKIPPED, reason=found.reason, reason_values=found.values), []
    if not found.reports:
        flag = _needs_ocr([page for page in document.pages if page.state is PageState.NEEDS_OCR])
        return dataclasses.replace(result, state=State.FAILED, reason=flag.code, reason_values=flag.values), []
    reports = [
        _normalize(raw, document, file, _flags_of_pages(document, found.reports, index))
        for index, raw in enumerate(found.reports)
    ]
    if any(report.flags for report in reports) or document.problems:
        result = dataclasses.replace(result, state=State.REVIEW)
    return result, reports


def _normalize(raw: RawReport, document: Document, file: About, document_flags: Sequence[Flag]) -> Report:
    from normalize.report import normalize_report

    pages = [page for page in document.pages if raw.first_page <= page.number <= raw.last_page]
    return normalize_report(
        raw,
        file=file.name,
        sha256=file.sha256,
        read_by=_read_by(pages),
        document_flags=document_flags,
        has_pages=_has_pages(document),
    )


def _read_by(pages: Sequence[Page]) -> str:
    """Say how the pages of a report that hold text were read."""
    read = {page.engine is not None for page in pages if page.state is PageState.TEXT}
    return "mixed" if len(read) > 1 else "ocr" if True in read else "text"


def _has_pages(document: Document) -> bool:
    """Text, Word and web files have no pages of their own."""
    return any(page.width is not None for page in document.pages)


def _flags_of_pages(document: Document, raw_reports: Sequence[RawReport], index: int) -> list[Flag]:
    """Flags of the pages and problems that touch one of the reports found in a document.

    A page that could not be read belongs to the report that began last before it: nobody can know
    what stands on it, so that report is the one that may have lost something.
    """
    first = 1 if index == 0 else raw_reports[index].first_page
    following = raw_reports[index + 1].first_page if index + 1 < len(raw_reports) else None

    def mine(page: int) -> bool:
        return page >= first and (following is None or page <= following)

    flags = []
    unread = [page for page in document.pages if page.state is PageState.NEEDS_OCR and mine(page.number)]
    if unread:
        flags.append(_needs_ocr(unread))
    for problem in document.problems:
        if problem.code in _SHARED_PROBLEMS or (problem.page is not None and mine(problem.page)):
            flags.append(Flag(problem.code, "pages" if problem.page else "file", _with_page(problem)))
    return flags


def _with_page(problem: Problem) -> dict[str, str]:
    return {**problem.values} if problem.page is None else {"page": str(problem.page), **problem.values}


def _needs_ocr(pages: Sequence[Page]) -> Flag:
    reasons = sorted({page.reason or "picture" for page in pages})
    code = "page-unreadable" if _was_tried(pages) else "needs-ocr"
    return Flag(code, "pages", {"pages": _page_list([page.number for page in pages]), "why": reasons[0]})


def _page_list(numbers: Sequence[int]) -> str:
    """Write page numbers as people do: [1, 2, 3, 7] -> "1-3, 7"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], number]
        else:
            runs.append([number, number])
    return ", ".join(f"{first}-{last}" if first != last else str(first) for first, last in runs)


def _failed(file: About, code: str, values: Mapping[str, str]) -> FileResult:
    return FileResult(
        file=file.name,
        state=State.FAILED,
        reason=code,
        reason_values=values,
        sha256=file.sha256,
        size=file.size,
        path=file.path,
    )


def _where(error: Exception) -> str:
    """Name the error and the line of ours that raised it: what a developer needs from a user's screenshot."""
    frames = traceback.extract_tb(error.__traceback__)
    last = frames[-1] if frames else None
    place = "" if last is None else f" ({last.filename.replace(chr(92), '/').rsplit('/', 2)[-1]}:{last.lineno})"
    return f"{type(error).__name__}: {error}{place}"[:300]

"""The story of one file, from top to bottom: triage and read, find reports, normalize, flag, give a state."""

from __future__ import annotations

import contextlib
import dataclasses
import sys
import traceback
from collections.abc import Sequence
from typing import TYPE_CHECKING

from raingan.model.errors import InputError
from raingan.model.records import Document, FileResult, Flag, Page, PageState, Problem, RawReport, Report, Source, State

if TYPE_CHECKING:
    from extract.sections.forms import Form
    from raingan.settings import Settings

# Problems of a whole document that every report in it has to carry: its figures may have suffered.
_SHARED_PROBLEMS = frozenset({"encoding-uncertain", "characters-lost", "truncated-file"})


def process(source: Source, forms: Sequence[Form], settings: Settings) -> tuple[FileResult, list[Report]]:
    """Read one file; whatever happens, it ends with a state. The one place that catches broadly.

    Only `MemoryError` goes on to the caller, who knows what the limit is.
    """
    try:
        # Standard output may be the user's data (`-o -`): what a library prints is talk.
        with contextlib.redirect_stdout(sys.stderr):
            return _process(source, forms, settings)
    except InputError as error:
        return _ended(source, State.FAILED, error.code, error.values), []
    except MemoryError:
        raise
    except Exception as error:
        return _ended(source, State.FAILED, "bug", {"error": _where(error)}), []


def _process(source: Source, forms: Sequence[Form], settings: Settings) -> tuple[FileResult, list[Report]]:
    from extract.reading.document import read_document
    from extract.sections.find import find_reports, why_not_a_report

    document = read_document(source, settings.limits, settings.pictures)
    raw_reports = find_reports(document, forms)

    result = FileResult(
        file=source.name,
        state=State.DONE,
        sha256=source.sha256,
        size=len(source.data),
        kind=document.kind,
        pages=len(document.pages) if _has_pages(document) else None,
        reports=len(raw_reports),
        encoding=document.encoding,
        problems=document.problems,
        path=source.path,
    )
    if not raw_reports:
        unread = [page for page in document.pages if page.state is PageState.NEEDS_OCR]
        if unread:
            flag = _needs_ocr(unread)
            return dataclasses.replace(result, state=State.FAILED, reason=flag.code, reason_values=flag.values), []
        code, values = why_not_a_report(document, forms)
        return dataclasses.replace(result, state=State.SKIPPED, reason=code, reason_values=values), []

    reports = [
        _normalize(raw, document, source, _flags_of_pages(document, raw_reports, index))
        for index, raw in enumerate(raw_reports)
    ]
    if any(report.flags for report in reports) or document.problems:
        result = dataclasses.replace(result, state=State.REVIEW)
    return result, reports


def _normalize(raw: RawReport, document: Document, source: Source, document_flags: Sequence[Flag]) -> Report:
    from normalize.report import normalize_report

    pages = [page for page in document.pages if raw.first_page <= page.number <= raw.last_page]
    return normalize_report(
        raw,
        file=source.name,
        sha256=source.sha256,
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
    return Flag("needs-ocr", "pages", {"pages": _page_list([page.number for page in pages]), "why": reasons[0]})


def _page_list(numbers: Sequence[int]) -> str:
    """Write page numbers as people do: [1, 2, 3, 7] -> "1-3, 7"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], number]
        else:
            runs.append([number, number])
    return ", ".join(f"{first}-{last}" if first != last else str(first) for first, last in runs)


def _ended(source: Source, state: State, code: str, values: dict[str, str]) -> FileResult:
    return FileResult(
        file=source.name,
        state=state,
        reason=code,
        reason_values=values,
        sha256=source.sha256,
        size=len(source.data),
        path=source.path,
    )


def _where(error: Exception) -> str:
    """Name the error and the line of ours that raised it: what a developer needs from a user's screenshot."""
    frames = traceback.extract_tb(error.__traceback__)
    last = frames[-1] if frames else None
    place = "" if last is None else f" ({last.filename.replace(chr(92), '/').rsplit('/', 2)[-1]}:{last.lineno})"
    return f"{type(error).__name__}: {error}{place}"[:300]

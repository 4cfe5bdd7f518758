"""Find a report by what the user calls it, and write its page."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from datetime import datetime
from pathlib import Path

from raingan.ledger import View
from raingan.model.errors import DossierError, LedgerError, OutputError
from raingan.outputs import replacing
from raingan.review.decisions import ReportId
from raingan.review.dossier.gather import Settled, settled
from raingan.review.dossier.page import page
from raingan.review.dossier.source import original
from raingan.review.dossier.words import Words
from raingan.review.pages.pages import Pages
from raingan.review.store import Decisions, decisions_beside

ALL = "all"
_SUFFIXES = (".html", ".htm")
_DIGITS = 9  # of a number of a report; a ledger holds some millions
_HASH = 12  # letters of a file's SHA-256 in the name of a page: no two files of an archive share them


def write_dossier(
    ledger: Path, report: str, output: Path, language: str, at: datetime | None = None
) -> tuple[Path, ...]:
    """Write a report's page for auditors, whole or not at all, and return its path; it is remembered for the workbook.

    `report` is its number in the workbook, its name ("<sha256>-<place>"), its file as it stands in the workbook
    ("a.pdf", or "a.pdf#2" for the second in it), or "all": each report that somebody decided something about, `output`
    then being a folder. `at` is when it is written. Raises `DossierError`, `OutputError`, `LedgerError`, `OSError`.
    """
    moment = at or datetime.now().astimezone()
    words = Words(language)
    with ExitStack() as stack:
        view = stack.enter_context(View.look(ledger))
        decisions = Decisions.look(decisions_beside(ledger))
        if decisions is not None:
            stack.enter_context(decisions)
        if report == ALL:
            wanted = sorted(decisions.reports()) if decisions is not None else []
            if not wanted:
                raise DossierError("dossier-none", path=ledger)
            _check_folder(output)
        else:
            wanted = [find_report(view, report)]
            _check_file(output, ledger)
        pages = stack.enter_context(Pages())
        written = []
        for known in wanted:
            with view.steady():
                found = settled(view, decisions, known)
            if found is None:
                continue
            target = output / _file_name(found) if report == ALL else output
            with replacing(target, private=True) as path:
                path.write_bytes(page(found, original(pages, found), moment, words))
            written.append(target)
            _remember(ledger, known, target)
    if len(written) < len(wanted):
        raise DossierError("dossier-gone", count=len(wanted) - len(written), written=len(written), path=output)
    return tuple(written)


def find_report(view: View, report: str) -> ReportId:
    """Return the report that is called so; raises `DossierError` for none and for several."""
    with suppress(ValueError):
        known = ReportId.parse(report)
        if view.report(known.content, known.place) is None:
            raise DossierError("dossier-unknown", report=report, path=view.path)
        return known
    if view.results() is None:
        raise LedgerError("ledger-unfinished", path=view.path)
    found: list[tuple[str, int]] = []
    if report.isdecimal() and len(report) <= _DIGITS:
        at_number = view.at_number(int(report))
        found = [] if at_number is None else [at_number]
    found = found or view.with_name(report)
    name, _, place = report.rpartition("#")
    if not found and name and place.isdecimal() and len(place) <= _DIGITS:
        found = [item for item in view.with_name(name) if item[1] == int(place) - 1]
    if not found:
        raise DossierError("dossier-unknown", report=report, path=view.path)
    if len(found) > 1:
        raise DossierError("dossier-several", report=report, count=len(found), known=_told(view, report, found))
    return ReportId(*found[0])


_TOLD = 6  # names of reports in a message; who has more looks into the workbook


def _told(view: View, report: str, found: Iterable[tuple[str, int]]) -> str:
    """Return what to type instead: numbers of the workbook."""
    reports = (view.report(*item) for item in list(found)[: _TOLD + 1])
    numbers = [str(item.number) for item in reports if item is not None and item.number is not None]
    return ", ".join(numbers if len(numbers) <= _TOLD else [*numbers[:_TOLD], "…"])


def _file_name(found: Settled) -> str:
    """Return a name that no text of a report has a part in."""
    number = "" if found.number is None else f"{found.number}-"
    return f"report-{number}{found.id.content[:_HASH]}-{found.id.place + 1}.html"


def _check_file(output: Path, ledger: Path) -> None:
    if output.suffix.lower() not in _SUFFIXES:
        raise DossierError("dossier-suffix", path=output)
    if output.is_dir():
        raise OutputError("output-is-folder", path=str(output))
    if output.exists() and output.resolve() in (ledger.resolve(), decisions_beside(ledger).resolve()):
        raise OutputError("output-twice", path=str(output))
    _check_parent(output, output.parent)


def _check_folder(output: Path) -> None:
    if output.exists() and not output.is_dir():
        raise DossierError("dossier-is-file", path=output)
    if not output.exists():
        _check_parent(output, output.parent)
        output.mkdir()
    _check_parent(output, output)


def _check_parent(output: Path, folder: Path) -> None:
    if not folder.is_dir():
        raise OutputError("output-no-folder", path=str(output), folder=str(folder))
    if not os.access(folder, os.W_OK):
        raise OutputError("output-not-writable", path=str(output), folder=str(folder))


def _remember(ledger: Path, known: ReportId, path: Path) -> None:
    """Let the workbook link to the page; one who may only read the ledger has the page all the same."""
    with suppress(LedgerError), Decisions.open(decisions_beside(ledger)) as decisions:
        decisions.remember_dossier(known, path)

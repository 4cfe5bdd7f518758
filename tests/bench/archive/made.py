"""Archives of made reports of mixed kinds: text, saved web pages, Word, PDF with sound and damaged text layers.

    python tests/bench/archive/made.py FOLDER COUNT

Every report differs from every other; the same count gives the same bytes. Needs the packages of the "samples" group.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
_IN_A_FOLDER = 500

sys.path.insert(0, str(ROOT / "samples" / "make"))

Report = dict[str, Any]


def make(folder: Path, count: int, start: int = 0) -> None:
    """Write the reports numbered start..count-1 below the folder."""
    for number in range(start, count):
        kind, write, reports = _KINDS[number % len(_KINDS)]
        report = vary(reports[number % len(reports)], number)
        home = folder / f"{number // _IN_A_FOLDER:03}"
        home.mkdir(parents=True, exist_ok=True)
        (home / f"report-{number:06}.{kind}").write_bytes(write(report, number))


def make_texts(folder: Path, count: int) -> None:
    """Write so many reports as text files, in the encodings and with the blank lines of such prints."""
    _, write, reports = next(kind for kind in _KINDS if kind[0] == "txt")
    for number in range(count):
        report = vary(reports[number % len(reports)], number)
        (folder / f"report-{number:06}.txt").write_bytes(write(report, number))


def vary(report: Report, number: int) -> Report:
    """Return a report that says other things than its sisters: a number in every paragraph, name and agency."""
    varied = copy.deepcopy(report)
    for key, value in varied.items():
        if key in ("name", "agency"):
            varied[key] = f"{value} {number}"
        elif isinstance(value, list) and key not in ("dates", "orders", "issue", "sub", "goal"):
            varied[key] = [f"{text} ({number})" if isinstance(text, str) else text for text in value]
    return varied


def _text(report: Report, number: int) -> bytes:
    from form import blocks
    from settext import set_text

    printed = set_text(blocks(report, "glyph", True), 90, "word" if number % 2 else "space", number % 3 == 0)
    return printed.encode("utf-8" if number % 4 else "cp874", "replace")


def _web(report: Report, number: int) -> bytes:
    from setweb import saved_page

    return saved_page(report).encode()


def _word(report: Report, number: int) -> bytes:
    from form import blocks
    from make import margins
    from setword import set_word

    return set_word(blocks(report, "glyph", True), *margins(report))


def _pdf(report: Report, number: int) -> bytes:
    from form import blocks
    from make import lines_of, margins
    from setpdf import set_pdf

    header, footer = margins(report)
    lines = lines_of(blocks(report, "bracket", True))
    layer = "damaged" if number % 3 == 0 else "good"
    return set_pdf(lines, size=13.5, wrap="space", layer=layer, header=header, footer=footer)


def _kinds() -> list[tuple[str, Callable[[Report, int], bytes], list[Report]]]:
    from form import REPORTS

    prints = [report for report in REPORTS.values() if report.get("form") != "web"]
    pages = [report for report in REPORTS.values() if report.get("form") == "web"]
    pdf, text, web, word = ("pdf", _pdf, prints), ("txt", _text, prints), ("html", _web, pages), ("docx", _word, prints)
    return [pdf, text, pdf, web, pdf, word, text, pdf, web, pdf]


_KINDS = _kinds()

if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]))

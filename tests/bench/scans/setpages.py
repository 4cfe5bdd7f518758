"""Sets the samples' reports in any face as pages, prints them with Chromium, and gives text and pictures of each."""

from __future__ import annotations

import html
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[3] / "samples" / "make"))

from form import REPORTS, blocks, record, thai_digits
from setweb import printed_page, saved_page

Pixels = NDArray[np.uint8]

_CHROMIUM = ("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
_TICK = "border:1px solid #222;display:inline-block;width:.75em;height:.75em;line-height:.75em;text-align:center"
TICKS = {
    "glyph": ("\u2611", "\u2610"),
    "css": (f'<span style="{_TICK}">\u2713</span>', f'<span style="{_TICK}">&nbsp;</span>'),
    "drawn": tuple(
        '<svg width="11" height="11" viewBox="0 0 11 11"><rect x="1" y="1" width="9" height="9" fill="none" '
        f'stroke="#000"/>{mark}</svg>'
        for mark in ('<path d="M2 5 L5 9 L9 2" fill="none" stroke="#000" stroke-width="1.5"/>', "")
    ),
}


@dataclass(frozen=True)
class Face:
    """A face by the files of its two weights; web faces come in parts, so each weight is a list."""

    name: str
    regular: tuple[str, ...]
    bold: tuple[str, ...]


@dataclass(frozen=True)
class Set:
    """How one report is set."""

    report: str
    face: Face
    grid: bool = False
    thai: bool = False
    tick: str = "glyph"
    size: float = 12.0


def page_source(how: Set) -> str:
    """Return the HTML of a report, form A or B, in its face."""
    report = REPORTS[how.report]
    if report.get("form") == "web":
        source = saved_page(report)
        source = source.replace("</head>", f'<style>body{{font:{how.size}pt/1.5 "Set"}}</style></head>')
        source = re.sub(r"<script.*?</script>|<link.*?>", "", source)
    else:
        layout = [blocks(report, "glyph", True)]
        source = printed_page(layout, grid=how.grid, size=how.size, header="", footer="", regular="", bold="")
        source = re.sub(r"@(top|bottom)-(left|right) \{.*?\}", "", source, flags=re.DOTALL)
        source = re.sub(r"@font-face \{[^}]*\}", "", source)
    if how.thai:
        head, body = source.split("<body>")
        source = head + "<body>" + re.sub(r"(?<=>)[^<>]+(?=<)", lambda m: thai_digits(m[0]), body)
    return source.replace("<style>", f"<style>{_face_rules(how.face)}", 1)


def page_text(source: str) -> str:
    """Return what a page says, one block of text per line, without the tick boxes."""
    body = source.split("<body>")[1]
    body = re.sub(r"</(p|td|h1|h3|tr|div|a)>|<br>", "\n", body)
    text = html.unescape(re.sub(r"<[^>]*>", "", body)).replace("\u00a0", " ")
    lines = (" ".join(re.sub("[\u2610\u2611]", "", line).split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def gold_record(how: Set, file: str) -> dict[str, Any]:
    """Return the record that a right reading gives."""
    web = REPORTS[how.report].get("form") == "web"
    return record(file, REPORTS[how.report], tick="glyph", titled=not web, as_printed=not how.thai)


def print_pdf(source: str, tick: str) -> bytes:
    """Print HTML with Chromium, its tick boxes drawn the given way."""
    for glyph, drawn in zip(TICKS["glyph"], TICKS[tick], strict=True):
        source = source.replace(glyph, drawn)
    with tempfile.TemporaryDirectory() as folder:
        page, target = Path(folder, "page.html"), Path(folder, "page.pdf")
        page.write_text(source, encoding="utf-8")
        flags = ("--no-pdf-header-footer", f"--user-data-dir={folder}/profile", f"--print-to-pdf={target}")
        subprocess.run([*_CHROMIUM, *flags, page.as_uri()], check=True, capture_output=True, timeout=120)
        return target.read_bytes()


def pictures(pdf: bytes, dpi: int) -> list[Pixels]:
    """Render every page, RGB."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    return [np.asarray(page.render(scale=dpi / 72).to_pil().convert("RGB")) for page in document]


def _face_rules(face: Face) -> str:
    ranges = ("U+0E00-0E7F, U+25CC, U+200B-200D", "U+0000-00FF, U+2000-206F")
    rules = ""
    for weight, files in (("normal", face.regular), ("bold", face.bold)):
        for file, span in zip(files, ranges if len(files) > 1 else ("U+0-10FFFF",), strict=True):
            uri = Path(file).as_uri()
            rules += f'@font-face{{font-family:Set;font-weight:{weight};src:url("{uri}");unicode-range:{span}}}'
    return rules

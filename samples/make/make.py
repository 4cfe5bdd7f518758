"""Makes the samples and what Raingan must find in each, from reports.toml and labels.toml.

    python samples/make/make.py              texts, Word, web pages, zip and everything's expected.json
    python samples/make/make.py --pdf        the PDFs too; needs `uv sync --group samples` and Chromium

The texts come out byte for byte the same every time. A PDF printed by Chromium carries the time of printing, so make
one again only when its content changes, and read the difference before committing it.
"""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from form import LABELS, REPORTS, Block, blocks, record, thai_digits
from settext import set_text, wrap_line
from setweb import printed_page, saved_page
from setword import set_word

SAMPLES = Path(__file__).parent.parent
_STAMP = (2025, 1, 1, 0, 0, 0)
_CHROMIUM = ("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")


def main() -> int:
    """Write the samples."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pdf", action="store_true", help="make the PDFs too")
    options = parser.parse_args()
    files = {**plain_samples(), **expectations()}
    if options.pdf:
        files |= pdf_samples()
    for name, content in files.items():
        (SAMPLES / name).write_bytes(content)
    print(f"wrote {len(files)} files to {SAMPLES}", file=sys.stderr)
    return 0


def plain_samples() -> dict[str, bytes]:
    """Return name -> bytes of every sample that needs nothing but the standard library."""
    park = text_of("park", width=98, tick="lost").encode()
    daycare = thai_digits(text_of("daycare", width=110, tick="bracket", titled=True, blank_lines=True))
    complaints = text_of("complaints", width=88, wrap="char", tick="paren", titled=True, blank_lines=False)
    market = text_of("market", width=120, tick="glyph", titled=True).encode()
    memo = [line for text in LABELS["memo"]["lines"] for line in wrap_line(text, 90, "space")]
    training = REPORTS["training"]
    return {
        "park.txt": park,
        "daycare.txt": b"\xef\xbb\xbf" + daycare.replace("\n", "\r\n").encode(),
        "complaints.txt": complaints.encode("cp874"),
        "memo.txt": "\n".join(memo).encode() + b"\n",
        "training.docx": set_word(blocks(training, "glyph", True), *margins(training)),
        "library.html": saved_page(REPORTS["library"]).encode(),
        "stalls.html": saved_page(REPORTS["stalls"]).encode(),
        "year-2567.zip": archive({LABELS["archive"]["market"]: market, LABELS["archive"]["copy"]: park}),
        "broken.pdf": b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n" + bytes(range(256)) * 8,
    }


def pdf_samples() -> dict[str, bytes]:
    """Return name -> bytes of the PDFs."""
    canal = REPORTS["canal"]
    header, footer = margins(canal)
    # Imported here: only the PDFs need the fonts and tools of the "samples" group.
    from scan import fax, stamped_scan
    from setpdf import set_pdf

    lines = lines_of(blocks(canal, "bracket", True))
    damaged = set_pdf(lines, size=13.5, wrap="space", layer="damaged", header=header, footer=footer)
    return {
        "canal.pdf": damaged,
        "scan.pdf": stamped_scan(looks_right("tutors", thai_digits, 16), skew=0.7),
        "fax.tif": fax(looks_right("rabies", str, 15), skew=-0.4),
        "dengue.pdf": printed("dengue", grid=True, size=12.5),
        "two.pdf": printed("risk_spots", "fire", grid=False, size=11),
    }


def looks_right(name: str, digits: Callable[[str], str], size: float) -> bytes:
    """Set a report as pages whose looks alone matter: they are scanned."""
    from setpdf import set_pdf

    header, footer = margins(REPORTS[name])
    lines = ((digits(line), bold) for line, bold in lines_of(blocks(REPORTS[name], "bracket", True)))
    return set_pdf(lines, size=size, wrap="space", layer="damaged", header=digits(header), footer=digits(footer))


def expectations() -> dict[str, bytes]:
    """Return NAME.expected.json of every sample."""
    inside = LABELS["archive"]
    named = {key: f"year-2567.zip/{name}" for key, name in inside.items()}
    archive_files = [
        {"file": "year-2567.zip", "state": "done", "reason": "archive"},
        {"file": named["copy"], "state": "skipped", "reason": "duplicate"},
        {"file": named["market"], "state": "done", "reason": None},
    ]
    planted = ["value-out-of-range", "actual-far-from-target", "quarter-falling", "quarter-against-year", "no-such-day"]
    found = {
        "park": expect("park.txt", "park", tick="lost", flags=["fiscal-year-inferred", "tick-lost", "text-cut"]),
        "daycare": expect("daycare.txt", "daycare", titled=True, as_printed=False),
        "complaints": expect("complaints.txt", "complaints", titled=True, loose=True),
        "training": expect("training.docx", "training", titled=True),
        "library": expect("library.html", "library", flags=["fiscal-year-inferred"]),
        "stalls": expect("stalls.html", "stalls", flags=[*planted, "order-two-dates", "fiscal-year-inferred"]),
        "dengue": expect("dengue.pdf", "dengue", titled=True, loose=True),
        "canal": expect("canal.pdf", "canal", titled=True, loose=True, flags=["text-repaired", "quarter-cumulated"]),
        "two": expect("two.pdf", "risk_spots", "fire", titled=True, loose=True, flags=["quarter-cumulated"]),
        "scan": expect("scan.pdf", "tutors", titled=True, as_printed=False, loose=True, nearly=True, flags=["remains"]),
        "fax": expect("fax.tif", "rabies", titled=True, loose=True, nearly=True),
        "memo": {"files": [{"file": "memo.txt", "state": "skipped", "reason": "not-a-report"}], "reports": []},
        "broken": {"files": [{"file": "broken.pdf", "state": "failed", "reason": "broken-file"}], "reports": []},
    }
    market = expect(named["market"], "market", titled=True)
    found["year-2567"] = {**market, "files": archive_files}
    return {f"{name}.expected.json": _json(value) for name, value in found.items()}


def expect(
    file: str, *names: str, loose: bool = False, nearly: bool = False, flags: list[str] | None = None, **how: Any
) -> dict[str, Any]:
    """Return what one sample must give: its state, its records, and codes that must be among its flags.

    `loose`: lines are broken between words, where print cannot tell whether a space stood there. `nearly`: read from
    a picture, where a letter of the prose may be wrong; figures, dates, codes and names of units may not.
    """
    how = {"tick": "glyph", "titled": False, **how}
    state = "review" if flags else "done"
    return {
        "files": [{"file": file, "state": state, "reason": None}],
        "spaces": "may differ" if loose else "as printed",
        **({"letters": "nearly"} if nearly else {}),
        "flags": sorted(flags or []),
        "reports": [record(file, REPORTS[name], **how) for name in names],
    }


def text_of(
    name: str, *, width: int, wrap: str = "space", tick: str, titled: bool = False, blank_lines: bool = True
) -> str:
    """Return a report as text, with blank lines between the lines as the system prints them."""
    return set_text(blocks(REPORTS[name], tick, titled), width, wrap, blank_lines)


def margins(report: dict[str, Any]) -> tuple[str, str]:
    """Return page header and footer; the page number follows the footer."""
    words = LABELS["print"]
    footer = words["footer"].format(printed=words["printed"].format_map(report))
    return words["header"].format_map(report), footer


def printed(*names: str, grid: bool, size: float) -> bytes:
    """Print form A from Chromium, with headers and footers of its own."""
    import fontpkg

    reports = [REPORTS[name] for name in names]
    header, footer = margins(reports[0])
    fonts = {key: fontpkg.path("Sarabun", weight=weight).as_uri() for key, weight in (("regular", 400), ("bold", 700))}
    set_blocks = [blocks(report, "glyph", True) for report in reports]
    page = printed_page(set_blocks, grid=grid, size=size, header=header, footer=footer, **fonts)
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "page.html"), Path(folder, "page.pdf")
        source.write_text(page, encoding="utf-8")
        flags = ("--no-pdf-header-footer", f"--user-data-dir={folder}/profile", f"--print-to-pdf={target}")
        subprocess.run([*_CHROMIUM, *flags, source.as_uri()], check=True, capture_output=True)
        return target.read_bytes()


def archive(members: dict[str, bytes]) -> bytes:
    """Return a zip whose first name is UTF-8 and whose others are cp874, as older programs on Thai Windows write."""
    target = io.BytesIO()
    renamed = {}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for number, (name, content) in enumerate(members.items()):
            if number:
                old = name.encode("cp874")
                stand_in = f"{number:@>{len(old)}}"
                renamed[stand_in.encode()] = old
                name = stand_in
            file.writestr(zipfile.ZipInfo(name, _STAMP), content, zipfile.ZIP_DEFLATED)
    data = target.getvalue()
    for stand_in_bytes, old in renamed.items():
        data = data.replace(stand_in_bytes, old)
    return data


def lines_of(report: list[Block]) -> Iterator[tuple[str, bool]]:
    """Yield (line, bold) of a report, before wrapping; a heading with nothing behind it is bold."""
    for block in report:
        lines = [line for line in set_text([block], 10_000, "space", False).splitlines() if line]
        for index, line in enumerate(lines):
            yield line, index == 0 and block.kind == "prose"


def _json(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


if __name__ == "__main__":
    sys.exit(main())

"""The whole job on many PDFs, in one process, beside plain text extraction of the same files in the same run.

    python tests/bench/whole_job.py                       200 made PDFs of two pages, half of them damaged
    python tests/bench/whole_job.py --layer good          all with a sound text layer
    python tests/bench/whole_job.py --memory 100 1000     peak memory at so many files
    python tests/bench/whole_job.py FILE.pdf...           the files given instead of made ones

The PDFs are made from the samples' reports, each with other names and figures; that needs the packages of the
"samples" group. CPU is user and system time of a whole process, interpreter and imports included.
"""

from __future__ import annotations

import argparse
import copy
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
LAYERS = {"good": ("good",), "damaged": ("damaged",), "mixed": ("good", "damaged")}

RAW = """
import sys, pypdfium2
for path in open(sys.argv[1], encoding="utf-8").read().splitlines():
    with pypdfium2.PdfDocument(path) as document:
        for page in document:
            page.get_textpage().get_text_bounded()
"""
PDFPLUMBER = """
import sys, pdfplumber
for path in open(sys.argv[1], encoding="utf-8").read().splitlines():
    with pdfplumber.open(path) as document:
        for page in document.pages:
            page.extract_text()
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", metavar="FILE.pdf")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--layer", choices=LAYERS, default="mixed")
    parser.add_argument("--memory", type=int, nargs="+", metavar="COUNT", help="measure peak memory at these counts")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder, "pdf")
        made.mkdir()
        if options.memory:
            return compare_memory(made, sorted(options.memory), options.layer)
        files = options.files or [str(path) for path in make_pdfs(made, 0, options.count, options.layer)]
        return compare_cpu(Path(folder), files)


def compare_cpu(folder: Path, files: list[str]) -> int:
    """Print CPU of the three jobs on the same files."""
    listing = folder / "files.txt"
    listing.write_text("\n".join(files), encoding="utf-8")
    inputs = sorted({str(Path(file).parent) for file in files}) if len(files) > 500 else files
    jobs = {
        "pypdfium2, plain text": ["-c", RAW, str(listing)],
        "pdfplumber, plain text": ["-c", PDFPLUMBER, str(listing)],
        "raingan convert, to the workbook": ["-m", "raingan", "convert", *inputs, "-o", str(folder / "out.xlsx")],
    }
    print(f"{len(files)} files\n")
    print("| job | CPU s | ms a file | pypdfium2 = 1 | peak MB |\n| --- | ---: | ---: | ---: | ---: |")
    unit = 0.0
    for name, arguments in jobs.items():
        cpu, peak = measured(arguments)
        unit = unit or cpu
        print(f"| {name} | {cpu:.2f} | {1000 * cpu / len(files):.1f} | {cpu / unit:.1f} | {peak:.0f} |")
    return 0


def compare_memory(folder: Path, counts: list[int], layer: str) -> int:
    """Print the peak memory of `raingan convert` at growing numbers of files."""
    print("| files | CPU s | peak MB |\n| ---: | ---: | ---: |")
    done = 0
    for count in counts:
        for _ in make_pdfs(folder, done, count, layer):
            pass
        done = count
        cpu, peak = measured(["-m", "raingan", "convert", str(folder), "-o", str(folder.parent / "out.xlsx")])
        print(f"| {count} | {cpu:.1f} | {peak:.0f} |")
    return 0


def measured(arguments: list[str]) -> tuple[float, float]:
    """Run Python with arguments; return its CPU seconds and its peak memory in MB."""
    process = subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    talk = process.stderr.read().decode(errors="replace")
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        print(talk, file=sys.stderr)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def make_pdfs(folder: Path, start: int, stop: int, layer: str) -> Iterator[Path]:
    """Make the PDFs numbered start..stop-1 and yield their paths; every one differs from every other in its prose."""
    sys.path.insert(0, str(ROOT / "samples" / "make"))
    from form import REPORTS, blocks
    from make import lines_of, margins
    from setpdf import set_pdf

    reports = [report for report in REPORTS.values() if report.get("form") != "web"]
    plans = islice(zip(cycle(reports), cycle((13.5, 14.0)), cycle(("space", "char", "space")), strict=False), stop)
    layers = cycle(LAYERS[layer])
    for number, ((report, size, wrap), text_layer) in enumerate(zip(plans, layers, strict=False)):
        if number < start:
            continue
        varied = vary(report, number)
        header, footer = margins(varied)
        path = folder / f"report-{number:05}.pdf"
        lines = lines_of(blocks(varied, "bracket", True))
        path.write_bytes(set_pdf(lines, size=size, wrap=wrap, layer=text_layer, header=header, footer=footer))
        yield path


def vary(report: dict[str, object], number: int) -> dict[str, object]:
    """Return a report that says other things than its sisters: a number in every paragraph, name and agency."""
    varied = copy.deepcopy(report)
    for key, value in varied.items():
        if key in ("name", "agency"):
            varied[key] = f"{value} {number}"
        elif isinstance(value, list) and key not in ("dates", "orders", "issue", "sub", "goal"):
            varied[key] = [f"{text} ({number})" for text in value]
    return varied


if __name__ == "__main__":
    sys.exit(main())

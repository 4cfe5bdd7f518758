"""Plain text of PDFs by Raingan and by other programs, side by side in one run: CPU time and Thai well-formedness.

    python tests/bench/peers.py FILE.pdf...           prints a table, in Markdown
    python tests/bench/peers.py --runs 5 FILE.pdf...

Each tool reads all files in a process of its own; CPU is user and system time of that process after its imports, the
least of the runs. A tool that is not installed is reported as such:

    pip install pymupdf "markitdown[pdf]" kreuzberg
"""

from __future__ import annotations

import argparse
import importlib
import json
import resource
import subprocess
import sys
from collections.abc import Callable
from functools import reduce
from importlib.metadata import PackageNotFoundError, version
from operator import add
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(ROOT), str(HERE)]

Reader = Callable[[str], str]


def pypdfium2_reader() -> Reader:
    import pypdfium2

    def read(path: str) -> str:
        with pypdfium2.PdfDocument(path) as document:
            return "\n".join(page.get_textpage().get_text_bounded() for page in document)

    return read


def pdfplumber_reader() -> Reader:
    import pdfplumber

    def read(path: str) -> str:
        with pdfplumber.open(path) as document:
            return "\n".join(page.extract_text() for page in document.pages)

    return read


def pymupdf_reader() -> Reader:
    pymupdf = importlib.import_module("pymupdf")

    def read(path: str) -> str:
        with pymupdf.open(path) as document:
            return "\n".join(page.get_text() for page in document)

    return read


def markitdown_reader() -> Reader:
    converter = importlib.import_module("markitdown").MarkItDown(enable_plugins=False)
    return lambda path: str(converter.convert(path).text_content)


def kreuzberg_reader() -> Reader:
    kreuzberg = importlib.import_module("kreuzberg")
    return lambda path: str(kreuzberg.extract_file_sync(path).content)


def raingan_reader() -> Reader:
    import hashlib

    from extract.reading.document import read_document
    from raingan.model.records import Limits, Source

    def read(path: str) -> str:
        data = Path(path).read_bytes()
        document = read_document(Source(path, data, hashlib.sha256(data).hexdigest()), Limits())
        return "\n".join(line.text for page in document.pages for line in page.lines)

    return read


READERS: dict[str, Callable[[], Reader]] = {
    "pypdfium2": pypdfium2_reader,
    "raingan": raingan_reader,
    "pymupdf": pymupdf_reader,
    "kreuzberg": kreuzberg_reader,
    "pdfplumber": pdfplumber_reader,
    "markitdown": markitdown_reader,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", metavar="FILE.pdf")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--tool", choices=READERS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.tool:
        return one_tool(options.tool, options.files)

    from thai_quality import Quality, quality_of

    print(f"{len(options.files)} files, least CPU of {options.runs} runs\n")
    print("| tool | version | CPU ms a file | pypdfium2 = 1 | ill-formed per 10,000 | in dictionary words | failed |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: |")
    unit = None
    for tool in READERS:
        results = [run_tool(tool, options.files) for _ in range(options.runs)]
        best = min((result for result in results if result), key=lambda result: result["cpu"], default=None)
        if best is None:
            print(f"| {tool} | not installed | | | | | |")
            continue
        unit = unit or best["cpu"]
        quality = reduce(add, map(quality_of, best["texts"]), Quality(0, 0, 0))
        print(
            f"| {tool} | {version_of(tool)} | {1000 * best['cpu'] / len(options.files):.1f} | {best['cpu'] / unit:.1f} "
            f"| {quality.ill_per_10000:.0f} | {quality.dictionary_share:.3f} | {best['failed']} |"
        )
    return 0


def run_tool(tool: str, files: list[str]) -> dict[str, Any] | None:
    """Run one tool over all files in a fresh process; None where it is not installed."""
    command = [sys.executable, __file__, "--tool", tool, *files]
    run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    if run.returncode:
        if "ModuleNotFoundError" not in run.stderr:
            print(run.stderr, file=sys.stderr)
        return None
    result: dict[str, Any] = json.loads(run.stdout)
    return result


def one_tool(tool: str, files: list[str]) -> int:
    """Read the files, in this process, and print what it took."""
    read = READERS[tool]()
    before = cpu_seconds()
    texts, failed = [], 0
    for file in files:
        try:
            texts.append(read(file))
        except Exception as error:  # whatever a tool raises: it failed on this file, and the others count
            print(f"{tool}: {file}: {error!r}", file=sys.stderr)
            failed += 1
    taken = cpu_seconds() - before
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    json.dump({"cpu": taken, "texts": texts, "failed": failed}, sys.stdout)
    return 0


def cpu_seconds() -> float:
    """CPU time of this process and of what it started."""
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(item.ru_utime + item.ru_stime for item in usage)


def version_of(tool: str) -> str:
    try:
        return version(tool)
    except PackageNotFoundError:
        return "checkout"


if __name__ == "__main__":
    sys.exit(main())

"""CPU of reading PDFs, side by side in one run: pypdfium2's plain text = 1, our reader, pdfplumber's plain text.

python tests/bench/pdf_speed.py FILE.pdf...
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from extract.reading.pdf import read_pdf
from raingan.model.records import Limits, PageState, Source

RUNS = 3


def with_pypdfium2(data: bytes) -> None:
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    for page in document:
        text = page.get_textpage()
        text.get_text_range()
        text.close()
        page.close()
    document.close()


def with_pdfplumber(data: bytes) -> None:
    import pdfplumber

    with pdfplumber.open(io.BytesIO(data)) as document:
        for page in document.pages:
            page.extract_text()


def cpu_ms(read: Callable[[], object]) -> float:
    """Return the least CPU of some runs, milliseconds."""
    times = []
    for _ in range(RUNS):
        began = time.process_time()
        read()
        times.append((time.process_time() - began) * 1000)
    return min(times)


def main(paths: list[str]) -> int:
    """Print one line a file and the totals."""
    if not paths:
        print(__doc__, file=sys.stderr)
        return 2
    totals = [0.0, 0.0, 0.0]
    print("| file | pages | pypdfium2 ms | ours | pdfplumber |\n| --- | ---: | ---: | ---: | ---: |")
    for path in paths:
        data = Path(path).read_bytes()
        source = Source(path, data, "")
        document = read_pdf(source, Limits())  # imports and tables are not what is measured
        unread = sum(page.state is PageState.NEEDS_OCR for page in document.pages)
        raw = cpu_ms(lambda data=data: with_pypdfium2(data))  # type: ignore[misc]
        ours = cpu_ms(lambda source=source: read_pdf(source, Limits()))  # type: ignore[misc]
        plumber = cpu_ms(lambda data=data: with_pdfplumber(data))  # type: ignore[misc]
        totals = [total + one for total, one in zip(totals, (raw, ours, plumber), strict=True)]
        pages = f"{len(document.pages)}" + (f" ({unread} need OCR)" if unread else "")
        print(f"| {Path(path).name} | {pages} | {raw:.1f} | {ours / raw:.1f} | {plumber / raw:.1f} |")
    raw, ours, plumber = totals
    print(f"| all | | {raw:.1f} | {ours / raw:.1f} | {plumber / raw:.1f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Measure how soon a page stands as a picture, on warm processes: `python tests/bench/review/pages.py [RUNS]`.

Pages are of A4, made from the samples: what is timed is all between asking `Pages` and holding the picture's bytes.
"""

from __future__ import annotations

import hashlib
import io
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pypdfium2
from PIL import Image

from raingan.model.stages import ComparedReport
from raingan.review.pages.pages import WIDTHS, Pages
from raingan.review.pages.shown import FileRef

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "samples"
MOST_PAGES = 120


def rendered(dpi: int, mode: str, page: int = 0) -> Image.Image:
    """Return a page of a scan, with grain where it is no fax."""
    document = pypdfium2.PdfDocument(SAMPLES / "scan.pdf")
    picture = document[page].render(scale=dpi / 72).to_pil().convert(mode)
    document.close()
    if mode == "1":
        return picture
    grain = np.random.default_rng(1).normal(0, 4, (picture.height, picture.width))
    pixels = np.asarray(picture, float) + (grain if mode == "L" else grain[:, :, None])
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def saved(picture: Image.Image, kind: str, count: int = 1, **options: object) -> bytes:
    """Return a file with the picture so many times."""
    stream = io.BytesIO()
    many: dict[str, object] = {"save_all": True, "append_images": [picture] * (count - 1)} if count > 1 else {}
    picture.save(stream, kind, **many, **options)
    return stream.getvalue()


def kinds() -> dict[str, tuple[str, Callable[[], bytes]]]:
    """Return what is measured: name of the file, and what makes it."""
    return {
        "PDF print, text layer": ("print.pdf", lambda: (SAMPLES / "canal.pdf").read_bytes()),
        "PDF scan 200 dpi, colour": ("200.pdf", lambda: saved(rendered(200, "RGB"), "PDF", resolution=200)),
        "PDF scan 300 dpi, colour": ("300.pdf", lambda: saved(rendered(300, "RGB"), "PDF", resolution=300)),
        "PDF scan 300 dpi, grey": ("300g.pdf", lambda: saved(rendered(300, "L"), "PDF", resolution=300)),
        "PDF scan 600 dpi, grey": ("600g.pdf", lambda: saved(rendered(600, "L"), "PDF", resolution=600)),
        "PDF scan 300 dpi, 120 pages": (
            "many.pdf",
            lambda: saved(rendered(300, "RGB"), "PDF", MOST_PAGES, resolution=300, quality=90),
        ),
        "JPEG 300 dpi, colour": ("a.jpg", lambda: saved(rendered(300, "RGB"), "JPEG", quality=88, dpi=(300, 300))),
        "JPEG 600 dpi, grey": ("b.jpg", lambda: saved(rendered(600, "L"), "JPEG", quality=88, dpi=(600, 600))),
        "PNG 300 dpi, grey": ("a.png", lambda: saved(rendered(300, "L"), "PNG", dpi=(300, 300))),
        "TIFF 300 dpi, fax G4": (
            "fax.tif",
            lambda: saved(rendered(300, "1"), "TIFF", compression="group4", dpi=(300, 300)),
        ),
    }


def main() -> None:
    """Print a row for each kind of file."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    print("| kind | file, MB | " + " | ".join(f"{width} px, ms" for width in WIDTHS) + " | 1200 px, KB | sheets, ms |")
    print("| --- | ---: | " + "---: | " * len(WIDTHS) + "---: | ---: |")
    with tempfile.TemporaryDirectory() as folder, Pages() as pages:
        for name, (file_name, make) in kinds().items():
            data = make()
            path = Path(folder) / file_name
            path.write_bytes(data)
            file = FileRef(file_name, str(path), hashlib.sha256(data).hexdigest())
            kind = "text" if "print" in name else "ocr"
            report = ComparedReport(file_name, file.sha256, (1, 1), kind, "form", report_index=0)
            for _ in range(3):  # both processes have drawn one before anything is timed
                shown_ms = timed(pages, partial(pages.show, file, report))
            times = [
                statistics.median(timed(pages, partial(pages.picture, file, 1, width)) for _ in range(runs))
                for width in WIDTHS
            ]
            size = len(pages.picture(file, 1, 1200).data) / 1024
            cells = " | ".join(f"{ms:.0f}" for ms in times)
            print(f"| {name} | {len(data) / 2**20:.1f} | {cells} | {size:.0f} | {shown_ms:.0f} |", flush=True)


def timed(pages: Pages, ask: Callable[[], object]) -> float:
    """Return milliseconds of a question whose answer is not kept."""
    with pages._lock:
        pages._pictures.clear()
        pages._shown.clear()
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()

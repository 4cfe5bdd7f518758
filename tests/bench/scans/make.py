"""Makes scans with gold from the samples' reports, in faces named on the command line.

    python tests/bench/scans/make.py OUT --face NAME=REGULAR[+REGULAR2],BOLD[+BOLD2] ...

A face that is given in parts (web fonts) names the Thai part first. Writes the files, `gold.json` (records),
`manifest.jsonl` (which report stands in which file, under which condition) and `text.json` (what each file says).
Needs Chromium and fonts of your own.
"""

from __future__ import annotations

import argparse
import io
import itertools
import json
import sys
from collections.abc import Callable
from pathlib import Path

import damage
import numpy as np
from PIL import Image
from setpages import REPORTS, Face, Pixels, Set, gold_record, page_source, page_text, pictures, print_pdf

Maker = Callable[[list[Pixels], np.random.Generator, int], list[Pixels]]


def _each(change: Callable[[Pixels, np.random.Generator], Pixels]) -> Maker:
    return lambda pages, random, dpi: [change(page, random) for page in pages]


def _office(page: Pixels, random: np.random.Generator) -> Pixels:
    tilted = damage.skewed(page, float(random.uniform(-1.5, 1.5)))
    return damage.jpeg(damage.noisy(tilted, random, 5), int(random.integers(40, 61)))


def _stamped(ink: str, solid: bool, signed: bool) -> Maker:
    def change(pages: list[Pixels], random: np.random.Generator, dpi: int) -> list[Pixels]:
        out = [damage.stamped(page, random, ink, solid, dpi) for page in pages]
        return [damage.signed(page, random, dpi) if signed else page for page in out]

    return change


def _turned(times: int) -> Maker:
    return _each(lambda page, random: np.ascontiguousarray(np.rot90(page, times)))


_AS_IS = _each(lambda page, random: page)
_OFFICE = _each(_office)

# name: (dpi, damage, kind of file, how many files)
CONDITIONS: dict[str, tuple[int, Maker, str, int]] = {
    "300-clean": (300, _AS_IS, "pdf", 3),
    "200-clean": (200, _AS_IS, "pdf", 4),
    "200-jpeg": (200, _OFFICE, "pdf", 5),
    "300-worn": (300, _each(damage.worn), "pdf", 2),
    "stamp-blue": (200, _stamped("blue", False, False), "pdf", 2),
    "stamp-red": (200, _stamped("red", True, False), "pdf", 2),
    "stamp-signed": (200, _stamped("purple", False, True), "pdf", 1),
    "fax": (150, _each(lambda page, random: damage.fax(page)), "g4", 2),
    "photo": (200, _each(damage.photographed), "jpg", 3),
    "turned-90": (200, _turned(1), "pdf", 1),
    "turned-180": (200, _turned(2), "pdf", 1),
    "turned-270": (200, _turned(3), "pdf", 1),
    "skew-3": (200, _each(lambda page, random: damage.skewed(page, 3.0)), "pdf", 1),
    "specks": (200, _each(damage.speckled), "pdf", 1),
    "mixed": (200, _OFFICE, "mixed", 2),
    "bad-layer": (200, _OFFICE, "layer", 2),
    "tiff-lzw": (200, _AS_IS, "lzw", 1),
    "tiff-jpeg": (200, _AS_IS, "tiffjpeg", 1),
    "png": (200, _AS_IS, "png", 1),
    "exif": (200, _AS_IS, "exif", 1),
}
_TIFF = {"g4": "group4", "lzw": "tiff_lzw", "tiffjpeg": "jpeg"}


def main() -> int:
    """Make the set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--face", action="append", required=True, type=_face)
    parser.add_argument("--conditions", help="only these, with commas between them")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    names = list(CONDITIONS)
    wanted = options.conditions.split(",") if options.conditions else names
    golds, rows, texts = [], [], {}
    turns = zip(itertools.cycle(REPORTS), itertools.cycle(options.face), itertools.count(), strict=False)
    for condition in wanted:
        dpi, maker, kind, count = CONDITIONS[condition]
        for _ in range(count):
            report, face, turn = next(turns)
            web = REPORTS[report].get("form") == "web"
            # Signs of every two and three files apart, so that each report meets both layouts and both digit sets.
            grid, thai = turn % 2 == 0, turn % 3 != 0 and not web
            tick = ("glyph", "css", "drawn")[turn % 3]
            how = Set(report, face, grid, thai, tick, (10.5, 12.0, 13.0, 11.0)[turn % 4])
            source = page_source(how)
            printed = print_pdf(source, tick)
            random = np.random.default_rng(turn)
            pages = maker(pictures(printed, dpi), random, dpi)
            key = f"{condition}-{turn:02d}-{report}"
            stored = write(options.out / key, kind, pages, dpi, printed)
            # A picture file holds one page: the fields of a report that is longer stand in several files.
            golds.append({**gold_record(how, stored[0].name), "id": key})
            said = [{"id": key, "fy_printed": not web, "level_printed": True}]
            form = {"face": face.name, "grid": grid, "thai": thai, "tick": tick, "size": how.size}
            row = {"file": stored[0].name, "variant": condition, "report_ids": [key], "reports": said, "form": form}
            rows.append({**row, "files": [path.name for path in stored], "pages": len(pages)})
            texts[stored[0].name] = page_text(source)
            _save(options.out, golds, rows, texts)
            print(key, len(pages), face.name, flush=True)
    return 0


def write(target: Path, kind: str, pages: list[Pixels], dpi: int, printed: bytes) -> list[Path]:
    """Write the pages as one file, or as one file a page where the format holds one."""
    images = [Image.fromarray(page) for page in pages]
    density = (dpi, dpi)
    if kind in _TIFF:
        path = target.with_name(f"{target.name}.tif")
        images = [image.convert("1") for image in images] if kind == "g4" else images
        images[0].save(path, save_all=True, append_images=images[1:], compression=_TIFF[kind], dpi=density)
        return [path]
    if kind in ("png", "jpg", "exif"):
        suffix = "png" if kind == "png" else "jpg"
        paths = [target.with_name(f"{target.name}-{number}.{suffix}") for number in range(1, len(images) + 1)]
        for path, image in zip(paths, images, strict=True):
            if kind == "exif":
                exif = Image.Exif()
                exif[0x0112] = 6  # shown turned by 90 degrees clockwise
                image.rotate(90, expand=True).save(path, quality=85, exif=exif, dpi=density)
            else:
                image.save(path, dpi=density, quality=80)  # a PNG has none and takes no notice
        return paths
    path = target.with_name(f"{target.name}.pdf")
    path.write_bytes(_pdf(images, dpi, kind, printed))
    return [path]


def _pdf(images: list[Image.Image], dpi: int, kind: str, printed: bytes) -> bytes:
    import pypdfium2
    import pypdfium2.raw as raw

    packed = io.BytesIO()
    images[0].save(packed, "PDF", save_all=True, append_images=images[1:], resolution=dpi, quality=75)
    document = pypdfium2.PdfDocument(packed.getvalue())
    if kind == "mixed":  # the first page as it was printed, the others as scanned
        other = pypdfium2.PdfDocument(printed)
        document.del_page(0)
        document.import_pages(other, pages=[0], index=0)
    if kind == "layer":  # what a recogniser of Latin letters leaves over Thai: invisible, and nonsense
        words = "nUtTu5:Ae Wwsn1 uayS fIu?noo \u0e41\u0e02\u0e47\u0e4d\u0e48\u0e48 2S64 \u0e25\u0e31\u0e31 aun"
        for page in document:
            font = raw.FPDFText_LoadStandardFont(document.raw, b"Helvetica")
            for row in range(30):
                text = raw.FPDFPageObj_CreateTextObj(document.raw, font, 10.0)
                coded = (words[row % 9 :] + "\0").encode("utf-16-le")
                raw.FPDFText_SetText(text, (raw.FPDF_WCHAR * (len(coded) // 2)).from_buffer_copy(coded))
                raw.FPDFTextObj_SetTextRenderMode(text, raw.FPDF_TEXTRENDERMODE_INVISIBLE)
                raw.FPDFPageObj_Transform(text, 1, 0, 0, 1, 60, 760 - row * 22)
                raw.FPDFPage_InsertObject(page.raw, text)
            page.gen_content()
    result = io.BytesIO()
    document.save(result)
    return result.getvalue()


def _face(given: str) -> Face:
    name, files = given.split("=", 1)
    regular, _, bold = files.partition(",")
    return Face(name, tuple(regular.split("+")), tuple((bold or regular).split("+")))


def _save(out: Path, golds: list[dict[str, object]], rows: list[dict[str, object]], texts: dict[str, str]) -> None:
    (out / "gold.json").write_text(json.dumps(golds, ensure_ascii=False, indent=1), encoding="utf-8")
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (out / "manifest.jsonl").write_text(lines, encoding="utf-8")
    (out / "text.json").write_text(json.dumps(texts, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())

"""Make the pictures of the workbook that README.md and README.th.md show, from samples/.

    python docs/pictures/make.py

Needs LibreOffice Calc and Thai faces (Debian: `sudo apt install libreoffice-calc fonts-noto-core`). The pages are those
that the workbook prints; look at the pictures before they are kept.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pypdfium2
from PIL import Image, ImageChops, ImageOps

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # the titles of columns are those of this checkout

from export.layout import plans  # noqa: E402

HERE = Path(__file__).resolve().parent
# The sheet, and columns that stand together on the page to show.
PAGES = (("reports", ("agency", "actual_value")), ("flags", ("severity", "value", "message")))
LANGUAGES = ("th", "en")
SCALE = 2.2  # pixels a point: a row of the table is then as high as a line of the README
WIDTH = 1200  # pixels; a README is shown some 900 wide
MARGIN = 16
GAP = 40  # white lines between the table and the foot of the page, which is cut off
COLOURS = 64
HEAD = 300  # characters of a page in which the titles of its columns stand


def main() -> int:
    """Convert the samples in each language and keep the two pages as one picture."""
    inputs = sorted(
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "samples").glob("*.*")
        if path.suffix not in (".md", ".json")
    )
    with tempfile.TemporaryDirectory() as folder:
        for place, language in enumerate(LANGUAGES):
            book = Path(folder) / f"workbook.{language}.xlsx"
            run = [sys.executable, "-m", "raingan", "convert", *inputs, "-o", str(book), "--lang", language]
            ledger = ["--ledger", str(Path(folder) / "samples.raingan")]
            subprocess.run([*run, *ledger], cwd=ROOT)  # ends with 1: one sample is broken on purpose
            office = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", folder, str(book)]
            subprocess.run(office, check=True, capture_output=True)
            wanted = [[title_of(table, key)[place] for key in keys] for table, keys in PAGES]
            pages = pages_of(book.with_suffix(".pdf"), wanted)
            picture = HERE / f"workbook.{language}.png"
            below(pages).quantize(COLOURS, dither=Image.Dither.NONE).save(picture, optimize=True)
            print(picture.relative_to(ROOT), picture.stat().st_size // 1024, "KB")
    return 0


def title_of(table: str, column: str) -> tuple[str, str]:
    """Return the Thai and the English title of a column."""
    return next(entry.title for entry in plans()[table].columns if entry.key == column)


def pages_of(path: Path, wanted: list[list[str]]) -> list[Image.Image]:
    """Draw, for each list of titles, the first page that begins with a table of such columns, cut to the table."""
    with pypdfium2.PdfDocument(path) as document:
        heads = [squeezed(page.get_textpage().get_text_bounded())[:HEAD] for page in document]
        numbers = [
            next(number for number, head in enumerate(heads) if all(squeezed(title) in head for title in titles))
            for titles in wanted
        ]
        return [table(document[number].render(scale=SCALE).to_pil().convert("RGB")) for number in numbers]


def squeezed(text: str) -> str:
    """Leave out what breaks a title over lines, and the marks that PDFs of LibreOffice store in another order."""
    return "".join(letter for letter in text if letter.isalnum())


def table(page: Image.Image) -> Image.Image:
    """Cut the page to its table: what stands above the first wide gap."""
    ink = ImageChops.difference(page, Image.new("RGB", page.size, "white")).convert("L")
    rows = [bool(ink.crop((0, row, page.width, row + 1)).getbbox()) for row in range(page.height)]
    top = rows.index(True)
    foot = next(row for row in range(top, page.height) if not any(rows[row : row + GAP]))
    left, _, right, _ = ink.crop((0, top, page.width, foot)).getbbox() or (0, 0, page.width, 0)
    return page.crop((left, top, right, foot))


def below(tables: list[Image.Image]) -> Image.Image:
    """Put the tables below each other, as wide as each other."""
    shown = [ImageOps.contain(one, (WIDTH, 10 * WIDTH), Image.Resampling.LANCZOS) for one in tables]
    height = sum(one.height for one in shown) + MARGIN * (len(shown) + 1)
    picture = Image.new("RGB", (WIDTH + 2 * MARGIN, height), "white")
    top = MARGIN
    for one in shown:
        picture.paste(one, (MARGIN, top))
        top += one.height + MARGIN
    return picture


if __name__ == "__main__":
    sys.exit(main())

"""Other readers of scans on the same pages in the same run: text, digits, numbers, pages a second.

    python tests/bench/scans/peers.py FOLDER [--only PART-OF-NAME]

FOLDER is what make.py made. Each reader gets every file, from file to text, in two processes at once: raingan (records
and flags included), tesserocr with the script model, the tesseract command with it and with tha+eng, ocrmypdf. Needs
rapidfuzz, and of the others what is to be compared: `pip install tesserocr`, `apt install tesseract-ocr
tesseract-ocr-tha tesseract-ocr-script-thai ocrmypdf`. What is missing is left out.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from measure import bare, compare

_DATA = "/usr/share/tesseract-ocr/5/tessdata"
_SCRIPT = f"{_DATA}/script"


def pictures(path: Path) -> list[tuple[bytes, int]]:
    """Pages of a file as PNG with their resolution, as a user of these tools would make them."""
    import pypdfium2
    from PIL import Image, ImageOps, ImageSequence

    made = []
    if path.suffix == ".pdf":
        document = pypdfium2.PdfDocument(path)
        images = [page.render(scale=200 / 72).to_pil() for page in document]
        made = [(image, 200) for image in images]
    else:
        with Image.open(path) as file:
            dpi = round(float(file.info.get("dpi", (200, 200))[0])) or 200
            made = [(ImageOps.exif_transpose(frame.convert("RGB")), dpi) for frame in ImageSequence.Iterator(file)]
    packed = []
    for image, dpi in made:
        stream = io.BytesIO()
        image.save(stream, "PNG", dpi=(dpi, dpi), compress_level=1)
        packed.append((stream.getvalue(), dpi))
    return packed


def by_raingan(path: Path) -> str:
    """Text as read; the record with all its checks is made too, since that is the whole path."""
    from extract.forms import load_forms
    from extract.read import read_document
    from raingan.pipeline import process
    from raingan.records import Limits, Source
    from raingan.settings import Settings

    source = Source(path.name, path.read_bytes(), "0" * 64)
    process(source, load_forms(), Settings())
    started = time.perf_counter()
    document = read_document(source, Limits())
    _again.append(time.perf_counter() - started)  # read a second time only for its text
    return "\n".join(line.text for page in document.pages for line in (*page.margins, *page.lines))


_again: list[float] = []


def by_tesserocr(path: Path) -> str:
    """The fastest way to call Tesseract from Python."""
    import tesserocr
    from PIL import Image

    texts = []
    with tesserocr.PyTessBaseAPI(path=_SCRIPT, lang="Thai") as api:
        api.SetVariable("preserve_interword_spaces", "1")
        for png, dpi in pictures(path):
            api.SetImage(Image.open(io.BytesIO(png)))
            api.SetSourceResolution(dpi)
            texts.append(api.GetUTF8Text())
    return "\n".join(texts)


def by_command(path: Path, language: str, data: str) -> str:
    """The command line, one page after the other."""
    texts = []
    command = ["tesseract", "-", "-", "-l", language, "--tessdata-dir", data]
    for png, dpi in pictures(path):
        done = subprocess.run([*command, "--dpi", str(dpi)], input=png, capture_output=True, env=_one_thread())
        texts.append(done.stdout.decode(errors="replace"))
    return "\n".join(texts)


def by_script(path: Path) -> str:
    """Tesseract's script model."""
    return by_command(path, "Thai", _SCRIPT)


def by_tha_eng(path: Path) -> str:
    """Tesseract's language models."""
    return by_command(path, "tha+eng", _DATA)


def by_ocrmypdf(path: Path) -> str:
    """What it lays under the page, as its own sidecar says."""
    with tempfile.TemporaryDirectory() as folder:
        out, text = Path(folder) / "out.pdf", Path(folder) / "out.txt"
        options = ["-l", "tha+eng", "--force-ocr", "--jobs", "1", "--output-type", "pdf", "--rotate-pages", "--deskew"]
        command = ["ocrmypdf", *options, "--image-dpi", "200", "--sidecar", str(text), str(path), str(out)]
        subprocess.run(command, capture_output=True, env=_one_thread())
        return text.read_text(encoding="utf-8") if text.exists() else ""


def _one_thread() -> dict[str, str]:
    return {**os.environ, "OMP_THREAD_LIMIT": "1"}


READERS: dict[str, tuple[Callable[[Path], str], bool]] = {
    "raingan": (by_raingan, True),
    "tesserocr, script": (by_tesserocr, find_spec("tesserocr") is not None),
    "tesseract, script": (by_script, shutil.which("tesseract") is not None),
    "tesseract, tha+eng": (by_tha_eng, shutil.which("tesseract") is not None),
    "ocrmypdf, tha+eng": (by_ocrmypdf, shutil.which("ocrmypdf") is not None),
}


def timed(job: tuple[str, Path]) -> tuple[str, float]:
    """Read one file: text and seconds that are no part of the job."""
    _again.clear()
    text = READERS[job[0]][0](job[1])
    return text, sum(_again)


def run(name: str, files: Sequence[Path], pages: int, truths: dict[str, str]) -> str:
    """Read all files in two processes; a row of figures."""
    count: Counter[str] = Counter()
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(timed, [(name, files[0])] * 2))  # imports and models are loaded before the clock starts
        started = time.perf_counter()
        results = list(pool.map(timed, [(name, path) for path in files]))
        wall = time.perf_counter() - started - sum(extra for _, extra in results) / 2
    for path, (text, _) in zip(files, results, strict=True):
        count.update(compare(bare(text), bare(truths[path.name])))
    thai = 100 * count["thai wrong"] / max(1, count["thai"])
    return (
        f"| {name} | {100 * count['edits'] / count['letters']:.2f} | {thai:.2f} | "
        f"{100 * count['numbers right'] / max(1, count['numbers']):.2f} | {pages / wall:.2f} |"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Compare readers of scans.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="part of a file's name")
    options = parser.parse_args()
    truths = json.loads((options.folder / "text.json").read_text(encoding="utf-8"))
    files = [options.folder / name for name in sorted(truths) if options.only in name]
    pages = sum(len(pictures(path)) for path in files)
    print(f"{len(files)} files, {pages} pages")
    print("| reader | CER % | Thai digits wrong % | numbers right % | pages a second |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name, (_, there) in READERS.items():
        if there:
            print(run(name, files, pages, truths), flush=True)


if __name__ == "__main__":
    main()

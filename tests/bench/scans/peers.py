"""Reads the same scans with Raingan and with the tools built on Tesseract, in one run.

    python tests/bench/scans/peers.py FOLDER [--tools raingan,tesserocr,tesseract-tha,tesseract-script,ocrmypdf]

Needs the programs `tesseract` and `ocrmypdf`, the language data tha, eng and the script data Thai, and `tesserocr`.
Pages are turned into pictures once, before anything is timed, for the tools that read no PDF; they get the densities
that the files tell. `raingan` goes the whole way from file to record, the others give text. CPU is the time of all
processes, imports included; two processes run side by side, and "pages a second" is by the clock.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from align import Score, compare

Tool = Callable[[list[Path], dict[Path, list[Path]], argparse.Namespace], dict[Path, str]]

_ONE_THREAD = {**os.environ, "OMP_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "1"}
_TESSEROCR = """
import json, sys
import tesserocr
from PIL import Image
texts = {}
with tesserocr.PyTessBaseAPI(path=sys.argv[1], lang="Thai", psm=tesserocr.PSM.AUTO) as engine:
    for name in sys.stdin.read().split("\\n"):
        engine.SetImage(Image.open(name))
        texts[name] = engine.GetUTF8Text()
json.dump(texts, sys.stdout)
"""
_RAINGAN = """
import hashlib, json, sys
from pathlib import Path
from extract.sections.forms import load_forms
from extract.reading.document import read_document
from extract.sections.find import find_reports
from normalize.report import normalize_report
from raingan.model.errors import InputError
from raingan.model.records import Limits, OcrEngine, Source
texts, forms = {}, load_forms()
for name in sys.stdin.read().split("\\n"):
    data = Path(name).read_bytes()
    source = Source(name, data, hashlib.sha256(data).hexdigest())
    try:
        document = read_document(source, Limits(), OcrEngine.OWN)
    except InputError as error:
        texts[name] = ""
        continue
    for raw in find_reports(document, forms):
        normalize_report(raw, file=name, sha256=source.sha256, read_by="ocr")
    texts[name] = "\\n".join(line.text for page in document.pages for line in page.lines)
json.dump(texts, sys.stdout)
"""


def main() -> int:
    """Run the tools and print a row for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tools", default=",".join(TOOLS))
    parser.add_argument("--conditions", help="only these, with commas between them")
    parser.add_argument("--tessdata", default="/usr/share/tesseract-ocr/5/tessdata")
    parser.add_argument("--script", default="Thai", help="name of the script data there")
    options = parser.parse_args()
    rows = [json.loads(line) for line in (options.folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]
    if options.conditions:
        rows = [row for row in rows if row["variant"] in options.conditions.split(",")]
    printed = json.loads((options.folder / "text.json").read_text(encoding="utf-8"))
    pages = sum(row["pages"] for row in rows)
    files = [options.folder / name for row in rows for name in row["files"]]
    print("tool                CER %  thai digits %  figures right %  CPU s a page  pages a second")
    with tempfile.TemporaryDirectory() as folder:
        pictures = {path: _pictures(path, Path(folder)) for path in files}
        for tool in options.tools.split(","):
            used, begin = _cpu(), time.perf_counter()
            texts = TOOLS[tool](files, pictures, options)
            clock, cpu = time.perf_counter() - begin, _cpu() - used
            score = Score()
            for row in rows:
                score.add(compare(printed[row["file"]], "\n".join(texts[options.folder / n] for n in row["files"])))
            thai = 100 * score.thai_wrong / max(score.thai, 1)
            shares = f"{100 * score.cer():7.2f} {thai:14.2f} {100 * score.figures_right():16.2f}"
            print(f"{tool:17s} {shares} {cpu / pages:13.2f} {pages / clock:15.2f}", flush=True)
    return 0


def _raingan(files: list[Path], pictures: dict[Path, list[Path]], options: argparse.Namespace) -> dict[Path, str]:
    texts = _side_by_side(_RAINGAN, [str(path) for path in files])
    return {path: texts[str(path)] for path in files}


def _tesserocr(files: list[Path], pictures: dict[Path, list[Path]], options: argparse.Namespace) -> dict[Path, str]:
    # The library names script data by its file alone.
    data = str(Path(options.tessdata, options.script).parent)
    texts = _side_by_side(_TESSEROCR, [str(page) for path in files for page in pictures[path]], data)
    return {path: "\n".join(texts[str(page)] for page in pictures[path]) for path in files}


def _tesseract(language: str | None) -> Tool:
    def run(files: list[Path], pictures: dict[Path, list[Path]], options: argparse.Namespace) -> dict[Path, str]:
        def read(page: Path) -> str:
            choice = ["--tessdata-dir", options.tessdata, "-l", language or options.script]
            return subprocess.run(
                ["tesseract", str(page), "-", *choice], capture_output=True, text=True, env=_ONE_THREAD, check=False
            ).stdout

        with ThreadPoolExecutor(2) as pool:
            return {path: "\n".join(pool.map(read, pictures[path])) for path in files}

    return run


def _ocrmypdf(files: list[Path], pictures: dict[Path, list[Path]], options: argparse.Namespace) -> dict[Path, str]:
    texts = {}
    with tempfile.TemporaryDirectory() as folder:
        for path in files:
            side = Path(folder, "text.txt")
            side.unlink(missing_ok=True)
            how = ["-l", "tha+eng", "--force-ocr", "--rotate-pages", "--deskew", "--output-type", "none"]
            how += ["--jobs", "2", "--image-dpi", "200", "--sidecar", str(side)]
            subprocess.run(["ocrmypdf", *how, str(path), "-"], capture_output=True, check=False, env=_ONE_THREAD)
            texts[path] = side.read_text(encoding="utf-8") if side.exists() else ""
    return texts


TOOLS: dict[str, Tool] = {
    "raingan": _raingan,
    "tesserocr": _tesserocr,
    "tesseract-tha": _tesseract("tha+eng"),
    "tesseract-script": _tesseract(None),
    "ocrmypdf": _ocrmypdf,
}


def _side_by_side(program: str, names: list[str], *arguments: str) -> dict[str, str]:
    """Run a program in two processes over the two halves of the files."""

    def run(part: list[str]) -> dict[str, str]:
        if not part:
            return {}
        call = [sys.executable, "-c", program, *arguments]
        done = subprocess.run(
            call, input="\n".join(part), stdout=subprocess.PIPE, text=True, env=_ONE_THREAD, check=True
        )
        return dict(json.loads(done.stdout))

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(run, (names[::2], names[1::2]))
    return {**first, **second}


def _pictures(path: Path, folder: Path) -> list[Path]:
    """Return the pages of a file as pictures at the density of its scan."""
    import pypdfium2
    from PIL import Image, ImageOps, ImageSequence

    pages = []
    if path.suffix == ".pdf":
        scale = (300 if path.name.startswith("300") else 200) / 72
        images = [page.render(scale=scale).to_pil() for page in pypdfium2.PdfDocument(path)]
        density = scale * 72
    else:
        with Image.open(path) as file:
            density = float(file.info.get("dpi", (200, 200))[0])
            images = [ImageOps.exif_transpose(frame).convert("RGB") for frame in ImageSequence.Iterator(file)]
    for number, image in enumerate(images):
        target = folder / f"{path.stem}-{number}.png"
        image.save(target, dpi=(density, density), compress_level=1)
        pages.append(target)
    return pages


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())

"""An archive with much to review, and its server as a user starts it."""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile

from raingan.cli import main
from raingan.review.pages.pages import Pages
from raingan.review.server import ServeOptions, Server

ROOT = Path(__file__).parent.parent.parent
SAMPLES = ROOT / "samples"
ASKEW = 1.5  # degrees against the clock
COPIES = 6  # of the web page that has most flags
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/enter/\S+")


def make_archive(folder: Path) -> Path:
    """Fill a folder with reports of every kind and read it; return the ledger."""
    inputs = folder / "in"
    inputs.mkdir()
    for name in ("park.txt", "library.html", "canal.pdf", "scan.pdf", "training.docx"):
        copyfile(SAMPLES / name, inputs / name)
    page = (SAMPLES / "stalls.html").read_text(encoding="utf-8")
    for number in range(COPIES):
        # Another indicator each time, so that none is another's copy; and texts that want to be more than texts.
        changed = page.replace("6021-0147", f"6021-01{number}0").replace("หาบเร่แผงลอย", f"หาบเร่แผงลอยแบบ {number}")
        hostile = "&lt;img src=http://example.org/x.png&gt;&lt;script&gt;document.title='bad'&lt;/script&gt;"
        changed = changed.replace("พื้นที่สาธารณะ", f"พื้นที่สาธารณะ{hostile}", 1) if number == 0 else changed
        (inputs / f"stalls-{number}.html").write_text(changed, encoding="utf-8")
    turned_scans(inputs)
    code = main(["convert", str(inputs), "-o", str(folder / "a.jsonl"), "--lang", "en", "--workers", "0"])
    assert code == 0
    return folder / "a.raingan"


def turned_scans(folder: Path) -> None:
    """Write the first sample page of a scan as pictures: lying on its side, and askew."""
    import pypdfium2
    from PIL import Image

    document = pypdfium2.PdfDocument(SAMPLES / "scan.pdf")
    try:
        page = document[0].render(scale=200 / 72).to_pil().convert("L")
    finally:
        document.close()
    page.rotate(90, expand=True).save(folder / "lying.png", dpi=(200, 200))
    page.rotate(ASKEW, fillcolor=255, resample=Image.Resampling.BICUBIC).save(folder / "askew.png", dpi=(200, 200))


@dataclass
class Served:
    """A running server of the page."""

    address: str  # one-time

    @property
    def home(self) -> str:
        return self.address.split("/enter/")[0]


@dataclass
class ServedApart(Served):
    """A running `raingan review`."""

    process: subprocess.Popen[str]

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait()


@contextlib.contextmanager
def served_here(ledger: Path, pages: Pages) -> Iterator[Served]:
    """Serve a ledger from a thread of this process."""
    with Server(ledger, ServeOptions("en", "reviewer-1", open_browser=False), pages) as server:
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            yield Served(server.invite())
        finally:
            server.stop()
            thread.join()


@contextlib.contextmanager
def served(ledger: Path, *options: str) -> Iterator[ServedApart]:
    """Start the command and wait for its address."""
    command = [sys.executable, "-m", "raingan", "review", str(ledger), "--no-browser", *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert process.stderr is not None
    told = io.StringIO()
    address = None
    for line in process.stderr:
        told.write(line)
        if found := _ADDRESS.search(line):
            address = found[0]
            break
    assert address is not None, told.getvalue()
    rest = threading.Thread(target=process.stderr.read, daemon=True)  # a full pipe would stop the server
    rest.start()
    try:
        yield ServedApart(address, process)
    finally:
        process.kill()
        process.wait()
        rest.join()
        process.stderr.close()

"""Read every hostile file with each outside library directly, each time in a process of its own (Linux):

    python tests/hostile/direct.py [--only pdf] [--seconds 20] [--megabytes 2048]

What ends a library by a signal, or never ends, does not stay here: its recipe is deleted and not written down (see
README.md here).
The isolation around our readers is tested by faults of our own instead (`tests/app_apart/faults.py`).
"""

from __future__ import annotations

import argparse
import contextlib
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import cv2  # noqa: E402
import numpy  # noqa: E402
import pdfplumber  # noqa: E402
import pypdfium2  # noqa: E402
from PIL import Image  # noqa: E402

from tests.hostile.catalogue import everything  # noqa: E402

_PAGES = 5  # of each file: the recipes say what they say on the first
_DRAWN = 100 / 72  # of a point
_PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".gif", ".webp")
_WORDS = (".rtf", ".odt", ".doc", ".docx")
_POLL = 0.01
_WAITING = 5  # times its seconds of the processor a process may take by the clock, which runs while others work


def main() -> int:
    """Read, name what ended a library, and return 1 if anything did."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="files whose names begin so")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--megabytes", type=int, default=2048)
    told = parser.parse_args()
    ended = 0
    with tempfile.TemporaryDirectory(prefix="direct-") as folder:
        for item in everything():
            if not item.name.startswith(told.only):
                continue
            data = item.make()
            for name, read in _readers(Path(item.name).suffix):
                how = _apart(lambda read=read, data=data: read(data, Path(folder)), told.seconds, told.megabytes)
                if how:
                    ended += 1
                    print(f"{item.name}: {name}: {how}", flush=True)
    return 1 if ended else 0


def _readers(suffix: str) -> list[tuple[str, Callable[[bytes, Path], None]]]:
    if suffix == ".pdf":
        return [("pypdfium2 text", _text), ("pypdfium2 picture", _picture), ("pdfplumber", _plumber)]
    if suffix in _PICTURES:
        return [("Pillow", _pillow), ("OpenCV", _opencv)]
    if suffix in _WORDS and shutil.which("soffice"):
        return [("LibreOffice", lambda data, folder: _office(data, suffix, folder))]
    return []


def _text(data: bytes, folder: Path) -> None:
    document = pypdfium2.PdfDocument(data)
    for number in range(min(len(document), _PAGES)):
        page = document[number]
        page.get_textpage().get_text_range()
        for _ in page.get_objects():
            pass


def _picture(data: bytes, folder: Path) -> None:
    document = pypdfium2.PdfDocument(data)
    for number in range(min(len(document), _PAGES)):
        document[number].render(scale=_DRAWN)


def _plumber(data: bytes, folder: Path) -> None:
    with pdfplumber.open(BytesIO(data)) as document:
        for page in document.pages[:_PAGES]:
            len(page.chars)


def _pillow(data: bytes, folder: Path) -> None:
    Image.open(BytesIO(data)).load()


def _opencv(data: bytes, folder: Path) -> None:
    cv2.imdecode(numpy.frombuffer(data, numpy.uint8), cv2.IMREAD_GRAYSCALE)


def _office(data: bytes, suffix: str, folder: Path) -> None:
    work = folder / "office"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    path = work / f"report{suffix}"
    path.write_bytes(data)
    profile = folder / "profile"  # kept from file to file: making one takes seconds
    soffice = Path(shutil.which("soffice") or "").resolve()
    inner = soffice.with_name("soffice.bin")
    command = [str(inner if inner.is_file() else soffice), f"-env:UserInstallation={profile.as_uri()}", "--headless"]
    command += ["--norestore", "--nolockcheck", "--convert-to", "pdf", "--outdir", str(work / "out"), str(path)]
    for _ in range(2):
        code = subprocess.run(command, env={**os.environ, "HOME": str(folder)}, check=False).returncode
        if code != 81:  # a new profile: it asks to be started again
            break
    if code < 0:
        os.kill(os.getpid(), -code)


def _apart(read: Callable[[], None], seconds: float, megabytes: int) -> str:
    """Return how a process of its own ended, "" where it came to its end by itself, whatever it raised."""
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            os.setsid()
            null = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1, 2):
                os.dup2(null, stream)
            resource.setrlimit(resource.RLIMIT_AS, (megabytes * 2**20,) * 2)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 1))
            read()
        os._exit(0)
    until = time.monotonic() + seconds * _WAITING
    ended, status = os.waitpid(child, os.WNOHANG)
    while not ended and time.monotonic() < until:
        time.sleep(_POLL)
        ended, status = os.waitpid(child, os.WNOHANG)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    if not ended:
        os.waitpid(child, 0)
        return f"did not end in {seconds * _WAITING:g} s by the clock"
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU:
        return f"did not end in {seconds:g} s of the processor"
    return signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else ""


if __name__ == "__main__":
    sys.exit(main())

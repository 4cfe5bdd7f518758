"""Converting asks nobody: what reads a file never reaches for the network, whatever the file wants fetched.

Python's own audit events tell of it in this process. What C code does, and every process of a run, traced.py sees.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from extract.intake.inputs import iter_sources
from extract.sections.forms import load_forms
from raingan.model.records import Source
from raingan.pipeline import process
from raingan.settings import Settings
from tests.hostile.catalogue import everything
from tests.hostile.parts import Cost
from tests.hostile.watching import network, watching

ROOT = Path(__file__).parents[2]
SAMPLES = sorted(path for path in (ROOT / "samples").iterdir() if path.is_file() and path.suffix != ".json")
_CALLS = ("pdf-action", "pdf-content-elsewhere", "pdf-embedded", "pdf-xfa", "docx-outside", "docx-entity", "docx-field")
_CALLS_TOO = ("docx-stylesheet", "html-outside", "html-mail", "text-formula", "zip-name")


def test_the_watch_hears() -> None:
    with watching() as events:
        socket.getaddrinfo("127.0.0.1", 9, flags=socket.AI_NUMERICHOST)
        with pytest.raises(OSError):
            urllib.request.urlopen("file:///nowhere/at/all")
    assert len(network(events)) >= 2


def test_samples_ask_nobody() -> None:
    with watching() as events:
        for path in SAMPLES:
            if path.suffix not in (".tif", ".jpg", ".png") and path.stem not in ("scan", "ferry"):  # slower: see below
                _read(path)
    assert network(events) == []


def test_files_that_would_call_home_do_not(tmp_path: Path) -> None:
    chosen = [item for item in everything() if item.name.startswith((*_CALLS, *_CALLS_TOO)) and item.cost is Cost.CHEAP]
    assert len(chosen) > 120
    _read(SAMPLES[0])
    for item in chosen[::3]:
        path = tmp_path / item.name
        path.write_bytes(item.make())
        with watching() as events:
            _read(path)
        assert network(events) == [], item.name


def test_a_scan_leaves_no_trace_in_the_home_and_no_connection(tmp_path: Path) -> None:
    """Libraries have habits of their own: telemetry with a database in the home, folders for downloads."""
    script = f"""
import os, sys
from pathlib import Path
from extract.reading.document import read_document
from raingan.model.records import Limits, Source
for name in ("fax.tif", "canal.pdf", "park.txt"):
    data = (Path({str(ROOT / "samples")!r}) / name).read_bytes()
    assert read_document(Source(name, data, ""), Limits()).pages[0].lines
links = [os.readlink(entry.path) for entry in os.scandir("/proc/self/fd")] if sys.platform == "linux" else []
print([link for link in links if link.startswith("socket")])
"""
    home = {name: str(tmp_path) for name in ("HOME", "USERPROFILE", "LOCALAPPDATA", "APPDATA", "XDG_CACHE_HOME")}
    plain = {key: value for key, value in os.environ.items() if key not in ("CI", "ORT_DISABLE_TELEMETRY")}
    environment = {**plain, **home, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    run = subprocess.run([sys.executable, "-c", script], env=environment, cwd=tmp_path, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == "[]"
    assert list(tmp_path.iterdir()) == []


def _read(path: Path) -> None:
    settings = Settings()
    for item in iter_sources([str(path)], settings.limits):
        if isinstance(item, Source):
            process(item, load_forms(()), settings)

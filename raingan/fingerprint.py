"""What decides what a file gives, as one short text: when it changes, files are read anew."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, distribution
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from raingan.version import program_version

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from raingan.settings import Settings

# What reads and what makes values of it; how a run goes and what the outputs look like decides no result.
_PACKAGES = ("extract", "normalize")
_MODULES = ("model/records.py", "pipeline.py", "model/codec.py")
_LEFT_OUT = (".pyc", ".md")

# A figure may be read otherwise by another version of these.
_LIBRARIES = (
    *("numpy", "onnxruntime", "opencv-python-headless", "opencv-python", "pillow"),
    *("pdfplumber", "pdfminer.six", "pypdfium2", "pythainlp", "regex", "tesserocr"),
)

_HEADER = 1_000  # characters; the version stands in the first lines


def rules_fingerprint(settings: Settings) -> str:
    """Return a text that is the same as long as every file gives the same; the user's form files are read."""
    digest = hashlib.blake2b(digest_size=20)

    def add(name: str, data: bytes) -> None:
        digest.update(f"{name}\0{len(data)}\0".encode("utf-8", "surrogatepass"))
        digest.update(data)

    add("program", program_version().encode())
    for name in _LIBRARIES:
        add(name, _version(name).encode())
    add("settings", _told(settings).encode())
    for place, form in enumerate(settings.forms):  # forms are tried in the order given; where they lie says nothing
        add(f"form {place}", Path(form).read_bytes())
    for name, data in _program():
        add(name, data)
    return digest.hexdigest()


def _told(settings: Settings) -> str:
    return json.dumps([settings.pictures.value, dataclasses.asdict(settings.limits)], sort_keys=True)


def _version(library: str) -> str:
    try:
        told = distribution(library).read_text("METADATA") or ""
    except PackageNotFoundError:
        return ""
    # `version` parses the whole of it, descriptions and all: half of the time that this module takes.
    return next((line for line in told[:_HEADER].splitlines() if line.startswith("Version:")), "")


def _program() -> Iterator[tuple[str, bytes]]:
    for package in _PACKAGES:
        yield from _below(files(package), package)
    for name in _MODULES:
        yield name, files("raingan").joinpath(name).read_bytes()


def _below(folder: Traversable, name: str) -> Iterator[tuple[str, bytes]]:
    """Yield (path, content) of every file below a folder, in an order that depends on names alone."""
    entries: Sequence[Traversable] = sorted(folder.iterdir(), key=lambda entry: entry.name)
    for entry in entries:
        path = f"{name}/{entry.name}"
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _below(entry, path)
        elif not entry.name.endswith(_LEFT_OUT):
            yield path, entry.read_bytes()

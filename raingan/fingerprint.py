"""What decides results, stage by stage, as short texts: what a change leaves as it was is not done again.

    reading -> Document -> sections -> Found -> values -> reports -> across -> flags between reports

One list (`STAGES`) for the ledger and for the workers of a cluster. A file of the program that stands in no stage
decides no result: how a run goes, what is shown, what the outputs look like.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from importlib.resources import files
from typing import TYPE_CHECKING

from raingan.model.codec import mark_of
from raingan.model.messages import message_kinds
from raingan.model.records import Document

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from raingan.settings import Settings

FormText = tuple[str, str]
"""A form file of the user's: path, for messages, and text, as it was read once for the whole run."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What one stage is made of. A new file in one of its folders counts until it is named as deciding nothing."""

    parts: tuple[str, ...]  # files and folders of the program
    without: tuple[str, ...] = ()  # files and folders in those that decide nothing
    libraries: tuple[str, ...] = ()  # whose other version may give something else


_RECORDS = (
    *("raingan/model/records.py", "raingan/model/kinds.py", "raingan/model/limits.py"),
    *("raingan/model/report_fields.py", "raingan/model/report_fields.toml"),
)

# The records decide no reading, but for the shape of what is kept; see `fingerprints_of`.
STAGES = {
    "reading": Stage(
        parts=("raingan/model/marks.py", "extract/intake", "extract/page", "extract/thai", "extract/reading"),
        without=(
            *(
                "extract/intake/inputs.py",
                "extract/intake/contents.py",
                "extract/intake/held",
                "extract/intake/stores",
            ),  # which files there are
            *("extract/thai/folding.py", "extract/thai/words.py"),  # of sections alone
            "extract/reading/show.py",
        ),
        libraries=(
            *("numpy", "onnxruntime", "opencv-python-headless", "opencv-python", "pillow", "pdfplumber"),
            *("pdfminer.six", "pypdfium2", "pythainlp", "regex", "tesserocr"),
            *("cssselect2", "olefile", "openpyxl", "tinycss2", "xlrd"),
        ),
    ),
    "sections": Stage(
        parts=(
            "extract/sections",
            "extract/thai",
            "raingan/pipeline.py",
            "raingan/kept.py",
            *_RECORDS,
        ),
        libraries=("pythainlp", "regex"),
    ),
    "values": Stage(
        parts=("normalize", "raingan/pipeline.py", "raingan/model/codec.py", *_RECORDS),
        without=("normalize/across.py", "normalize/questions", "normalize/data/questions.toml"),  # of the outputs
        libraries=("regex",),
    ),
    "across": Stage(parts=("normalize/across.py",)),
}

_NO_PROGRAM = (".pyc", ".pyo", ".md")
_HEADER = 1_000  # characters; the version stands in the first lines


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """The fingerprints of a run's stages; each holds those of the stages before it."""

    reading: str  # what a file is read as
    sections: str  # what is found in that
    values: str  # what a file gives in the end
    across: str  # what is found between reports


def fingerprints_of(settings: Settings, forms: Sequence[FormText] = ()) -> Fingerprints:
    """Return what decides the results of a run; `forms` are the very texts that it uses."""
    told = json.dumps([settings.ocr.value, settings.witness.value, dataclasses.asdict(settings.limits)], sort_keys=True)
    # Forms are tried in the order given; where they lie says nothing.
    own_forms = [(f"form {place}", text.encode("utf-8", "surrogatepass")) for place, (_, text) in enumerate(forms)]
    severities = json.dumps(sorted((kind.code, kind.severity) for kind in message_kinds()))  # the queue has the worst
    reading = _digest("reading", [("settings", told.encode()), ("shape", mark_of(Document))])
    sections = _digest("sections", [("reading", reading.encode()), *own_forms])
    values = _digest("values", [("sections", sections.encode())])
    across = _digest("across", [("values", values.encode()), ("severities", severities.encode())])
    return Fingerprints(reading, sections, values, across)


def program_fingerprint() -> str:
    """Return one text for all of the program that decides results, whatever the settings."""
    return _digest("program", [(name, _digest(name, []).encode()) for name in STAGES])


def _digest(stage: str, more: Iterable[tuple[str, bytes]]) -> str:
    digest = hashlib.blake2b(digest_size=20)
    known = STAGES.get(stage, Stage(()))
    # Another Python has other tables of letters, and another `re`.
    python = f"{sys.version_info[0]}.{sys.version_info[1]} {unicodedata.unidata_version}"
    libraries = ((library, _version(library).encode()) for library in known.libraries)
    for name, data in (("python", python.encode()), *more, *libraries, *files_of(known)):
        digest.update(f"{name}\0{len(data)}\0".encode("utf-8", "surrogatepass"))
        digest.update(data)
    return digest.hexdigest()


def _version(library: str) -> str:
    try:
        told = distribution(library).read_text("METADATA") or ""
    except PackageNotFoundError:
        return ""
    # `version` parses the whole of it, descriptions and all: half of the time that this module takes.
    return next((line for line in told[:_HEADER].splitlines() if line.startswith("Version:")), "")


def files_of(stage: Stage) -> Iterator[tuple[str, bytes]]:
    """Yield (path, content) of every file of a stage, in an order that depends on names alone."""
    for part in stage.parts:
        package, _, rest = part.partition("/")
        yield from _below(files(package).joinpath(*rest.split("/")) if rest else files(package), part, stage.without)


def _below(entry: Traversable, path: str, without: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    if path in without or path.endswith(_NO_PROGRAM):
        return
    if not entry.is_dir():
        yield path, entry.read_bytes()
    elif entry.name != "__pycache__":
        for inside in sorted(entry.iterdir(), key=lambda entry: entry.name):
            yield from _below(inside, f"{path}/{inside.name}", without)

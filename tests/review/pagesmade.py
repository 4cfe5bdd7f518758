"""Files and their reports for the tests of pages."""

from __future__ import annotations

import hashlib
from pathlib import Path

from extract.sections.forms import load_forms
from raingan.model.records import Source
from raingan.model.stages import ComparedReport, promoted
from raingan.pipeline import process
from raingan.review.pages.shown import FileRef
from raingan.settings import Settings


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def written(folder: Path, name: str, data: bytes) -> FileRef:
    """Write a file and return how the ledger would name it."""
    path = folder / name
    path.write_bytes(data)
    return FileRef(name, str(path), sha256(data))


def reports_of(name: str, data: bytes) -> list[ComparedReport]:
    """Read a file as a conversion does."""
    _, reports = process(Source(name, data, sha256(data)), load_forms(()), Settings())
    return [promoted(ComparedReport, report, report_index=place) for place, report in enumerate(reports)]

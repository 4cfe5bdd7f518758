"""By what an output of ours is known, for whoever would replace it and for whoever would read it as a report."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import IO

# Spreadsheets that save a workbook of ours put their own name for the program, and leave who made it.
WORKBOOK_MARKS = {"docProps/app.xml": b"<Application>Raingan<", "docProps/core.xml": b">Raingan "}
PAGE_MARK = b"img-src data:; style-src &#x27;unsafe-inline&#x27;; font-src data:; base-uri"
"""A page for auditors says so of itself, in its first `HEAD` bytes."""
HEAD = 2**16
PART_BYTES = 2**16  # of a part of a workbook that is looked at


def is_workbook_of_ours(file: Path | IO[bytes]) -> bool:
    """Tell whether a workbook has our mark; no for what cannot be opened."""
    try:
        with zipfile.ZipFile(file) as book:
            parts = [name for name in WORKBOOK_MARKS if name in book.NameToInfo]
            return any(WORKBOOK_MARKS[name] in book.open(name).read(PART_BYTES) for name in parts)
    except (OSError, ValueError, RuntimeError, EOFError, zlib.error, zipfile.BadZipFile):
        return False

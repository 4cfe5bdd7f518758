"""Where results go: the kinds of output, checked before any work, and written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

STDOUT = "-"


class OutputKind(StrEnum):
    """Kinds of output, by the suffix that chooses them."""

    WORKBOOK = ".xlsx"
    JSON_LINES = ".jsonl"
    CSV = ".csv"


class OutputError(Exception):
    """An output that cannot be written; `key` of the command line's sentences, with parameters."""

    def __init__(self, key: str, **values: str) -> None:
        super().__init__(key, values)
        self.key = key
        self.values: dict[str, str] = values


@dataclass(frozen=True, slots=True)
class Output:
    """One result to write. For CSV `path` is the folder of tables: "x.csv" -> "x/"."""

    kind: OutputKind
    path: Path | None  # None is standard output


def plan_outputs(names: list[str]) -> tuple[Output, ...]:
    """Check every output before the first input is read; raise `OutputError` on the first that cannot work."""
    outputs = tuple(_plan(name) for name in names)
    paths = [output.path for output in outputs]
    for index, path in enumerate(paths):
        if path in paths[:index]:
            raise OutputError("output-twice", path=str(path or STDOUT))
    return outputs


def _plan(name: str) -> Output:
    if name == STDOUT:
        return Output(OutputKind.JSON_LINES, None)
    path = Path(name)
    try:
        kind = OutputKind(path.suffix.lower())
    except ValueError:
        raise OutputError("output-suffix", path=name, known=", ".join(OutputKind)) from None
    if kind is OutputKind.CSV:
        path = path.with_suffix("")
        if path.exists():
            _check_folder_is_ours(path)
    elif path.is_dir():
        raise OutputError("output-is-folder", path=name)
    if not path.parent.is_dir():
        raise OutputError("output-no-folder", path=name, folder=str(path.parent))
    if not os.access(path.parent, os.W_OK):
        raise OutputError("output-not-writable", path=name, folder=str(path.parent))
    return Output(kind, path)


def _check_folder_is_ours(folder: Path) -> None:
    """Refuse to replace a folder that holds anything but tables: `-o samples.csv` must not eat samples/."""
    from export.csvtables import TABLES

    if not folder.is_dir():
        raise OutputError("output-is-file", path=str(folder))
    ours = {f"{table}.csv" for table in TABLES}
    other = sorted(entry.name for entry in folder.iterdir() if entry.name not in ours)
    if other:
        raise OutputError("output-folder-in-use", path=str(folder), other=other[0])


@contextlib.contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Give a name beside the target to write to; move it to the target when the block ends well, else remove it.

    A crash leaves the old file or the new one, never half. Works for a file and for a folder.
    """
    holder = Path(tempfile.mkdtemp(prefix=".raingan-", dir=target.parent))
    try:
        written = holder / target.name
        yield written
        if target.is_dir():
            # A folder cannot replace a folder that is not empty: the old one steps aside first.
            target.rename(holder / "old")
        written.replace(target)
    finally:
        shutil.rmtree(holder, ignore_errors=True)

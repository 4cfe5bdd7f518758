"""What stands already where a run is to write: an earlier output of this program, or something of the user's.

Asked before any work. What is ours may be replaced; anything else only for who says `--replace`.
"""

from __future__ import annotations

import csv
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterable, Sequence, Set
from contextlib import suppress
from pathlib import Path

from raingan.ledger import View
from raingan.model.errors import LedgerError, OutputError
from raingan.model.marks import HEAD, PAGE_MARK, PART_BYTES, WORKBOOK_MARKS, is_workbook_of_ours
from raingan.model.records import Limits
from raingan.outputs import Output, OutputKind, is_within, plan_outputs

_SAMPLE = 10_000  # names of a ledger's listing that are looked for among the inputs
_RECORD = re.compile(rb'\{"file": ?"(?:[^"\\]|\\.)*", ?"sha256": ?"[0-9a-f]{64}"')
_DAMAGED = (OSError, ValueError, LookupError, RuntimeError, EOFError, zlib.error, zipfile.BadZipFile)
_LOCAL_HEAD = 30  # bytes of a member's head in a zip, before its name


def check_standing(output: Output, replace: bool) -> None:
    """Raise `OutputError` where something is there that is not ours, or is write-protected."""
    if replace or output.is_stdout:
        return
    if output.upload is not None:
        if not all(_is_ours(output.kind, output.upload.head(name, HEAD), name) for name in output.upload.there()):
            raise OutputError("output-foreign", path=output.shown)
        return
    assert output.path is not None
    check_file(output.path, output.kind)


def check_file(path: Path, kind: OutputKind | None, replace: bool = False) -> None:
    """Raise `OutputError` for a file, or folder of tables, that is not ours; `kind` is None for a page for auditors."""
    if replace or not os.path.lexists(path) or path.is_symlink():  # a link gives way, what it leads to stays
        return
    inside = sorted(path.iterdir()) if path.is_dir() else []
    for each in (path, *inside):
        if not each.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(each, os.W_OK):
            raise OutputError("output-read-only", path=str(each))
    if path.is_dir() and not inside:
        return
    for each in inside or [path]:
        if not each.is_file() or not _is_ours(kind, _head_of(each), each.name, each):
            raise OutputError("output-foreign", path=str(path))


def check_still(output: Output, ledger: Path | None) -> None:
    """Raise `OutputError` where something of the user's stands now that was not there before the work."""
    if output.path is None:  # what lies in a store is not fetched twice
        return
    plan_outputs([f"{output.path}{output.kind.value if output.kind is OutputKind.CSV else ''}"])
    check_typed((output,), ledger)


def check_inputs(paths: Iterable[str], places: Set[str]) -> None:
    """Raise `OutputError` for an input that the run would write; `places` are those of its outputs and its ledger."""
    from extract.intake.stores.addresses import without_secrets

    for path in map(without_secrets, paths):
        if is_within(path, places):
            raise OutputError("output-is-input", path=path)


def check_ledger(paths: Sequence[str], ledger: Path, outputs: Sequence[Output], limits: Limits) -> None:
    """Raise `OutputError` where most files of a ledger's last whole run are not among the inputs."""
    if not ledger.exists():
        return
    try:
        with View.look(ledger) as view:
            count, names = view.listed_names(_SAMPLE)
            inputs, _ = view.told()
    except LedgerError:  # told when it is opened to be written; an older one knows no inputs
        return
    gone = _gone(paths, names, inputs, limits)
    if 2 * len(gone) > len(names):
        first = next(output for output in outputs if not output.is_stdout)
        suffix = first.kind.value
        other = first.shown.removesuffix(suffix) + f"-2{suffix}"
        told = {"gone": count * len(gone) // len(names), "count": count, "file": gone[0], "ledger": ledger}
        raise OutputError("output-other-inputs", path=first.shown, other=other, **told)


def check_typed(outputs: Iterable[Output], ledger: Path | None) -> None:
    """Raise `OutputError` for a workbook in which people typed what no decision of the ledger holds yet."""
    for output in outputs:
        path = output.path
        if output.kind is not OutputKind.WORKBOOK or path is None or path.is_symlink() or not path.is_file():
            continue
        if not _is_as_written(path):
            from raingan.review.apply import count_untaken

            if count := count_untaken(path, ledger):
                raise OutputError("output-typed", path=output.shown, count=count, ledger=ledger or "-")


def _is_as_written(path: Path) -> bool:
    """Say whether no spreadsheet has saved a workbook since: it would name itself as the program."""
    name = "docProps/app.xml"
    with suppress(*_DAMAGED), zipfile.ZipFile(path) as book, book.open(name) as part:
        return WORKBOOK_MARKS[name] in part.read(PART_BYTES)
    return False


def _gone(paths: Sequence[str], names: Sequence[str], inputs: Sequence[str], limits: Limits) -> list[str]:
    """Return which of the names of a listing no input has now; looks no further than half of them."""
    from extract.intake.inputs import iter_names
    from extract.intake.stores.addresses import without_secrets

    found = iter_names(paths, limits)
    if found is None:  # a store is not listed twice: what the user typed tells
        return [] if set(inputs) & {without_secrets(path) for path in paths} else list(names)
    wanted: dict[str, set[str]] = {}
    for name in names:
        parts = name.split("/")  # a member of an archive is there when that is
        for end in range(1, len(parts) + 1):
            wanted.setdefault("/".join(parts[:end]), set()).add(name)
    there: set[str] = set()
    for name in found:
        there |= wanted.get(name, set())
        if 2 * len(there) >= len(names):
            break
    return [name for name in names if name not in there]


def _is_ours(kind: OutputKind | None, data: bytes, name: str, path: Path | None = None) -> bool:
    if not data:  # nothing to lose
        return True
    if kind is None:
        return PAGE_MARK in data
    if kind is OutputKind.JSON_LINES:
        return _RECORD.match(data) is not None
    if kind is OutputKind.CSV:
        return _is_table(data, name)
    return _begins_as_workbook(data) or (path is not None and is_workbook_of_ours(path))


def _head_of(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(HEAD)


def _is_table(data: bytes, name: str) -> bool:
    from export.csvtables import columns_of

    lines = data.decode("utf-8-sig", "replace").splitlines()[:1]
    first = next(csv.reader(lines), [])[:2]
    return first == list(columns_of(name.removesuffix(".csv")))[:2]


def _begins_as_workbook(data: bytes) -> bool:
    """Look for the marks in the first parts, where we write them: what lies in a store need not be fetched whole."""
    for name, mark in WORKBOOK_MARKS.items():
        at = data.find(name.encode())
        start = at - _LOCAL_HEAD
        if start < 0 or data[start : start + 4] != b"PK\3\4":
            continue
        begin = at + len(name) + int.from_bytes(data[at - 2 : at], "little")
        with suppress(zlib.error):
            if mark in zlib.decompressobj(-15).decompress(data[begin:], PART_BYTES):
                return True
    return False

"""Where results go: the kinds of output, checked before any work, and written whole or not at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from raingan.model.errors import InputError, OutputError

if TYPE_CHECKING:
    from raingan.stores.uploads import Upload

STDOUT = "-"
LEDGER_SUFFIX = ".raingan"


class OutputKind(StrEnum):
    """Kinds of output, by the suffix that chooses them."""

    WORKBOOK = ".xlsx"
    JSON_LINES = ".jsonl"
    CSV = ".csv"


@dataclass(frozen=True, slots=True)
class Output:
    """One result to write. For CSV `path` is the folder of tables: "x.csv" -> "x/"."""

    kind: OutputKind
    path: Path | None  # on this machine; None is standard output or a store
    upload: Upload | None = None  # into a store

    @property
    def is_stdout(self) -> bool:
        """Say whether it goes to standard output."""
        return self.path is None and self.upload is None

    @property
    def shown(self) -> str:
        """The path, or the address without its secrets."""
        return self.upload.shown if self.upload is not None else str(self.path or STDOUT)

    @property
    def place(self) -> str:
        """Where it lies, the same however it was named."""
        return self.shown if self.path is None else place_of(self.path)

    def replacing(self, private: bool = False) -> contextlib.AbstractContextManager[Path]:
        """Give a name to write to; when the block ends well, what was written replaces the output, whole.

        A private one on this machine is for its owner alone.
        """
        if self.upload is not None:
            return self.upload.replacing()
        if self.path is None:
            raise ValueError("standard output has no name")
        return replacing(self.path, private)


def place_of(path: Path | str) -> str:
    """Return where a name lies, whatever links lead there; a link itself is a name like any other."""
    folder, name = os.path.split(path)
    if name in ("", os.curdir, os.pardir):
        return os.path.realpath(path)
    return os.path.join(os.path.realpath(folder), name)  # noqa: PTH118 - Path.resolve() raises for links in a circle


def is_within(path: str, places: Set[str]) -> bool:
    """Say whether a path or an address is one of the places, or lies in one of them."""
    if any(path == one or path.startswith(f"{one}/") for one in places):
        return True
    try:
        found = place_of(path)
    except (OSError, ValueError):
        return False
    return any(found == one or found.startswith(one + os.sep) for one in places)


def ledger_beside(outputs: Sequence[Output]) -> Path | None:
    """Return where the ledger lies: beside the first output, here if that is in a store; None if none is a file."""
    first = next((output for output in outputs if not output.is_stdout), None)
    if first is None:
        return None
    path = first.path or Path(first.shown.rstrip("/").rpartition("/")[2])
    return path.with_name(path.stem + LEDGER_SUFFIX)


def may_have_a_ledger(names: Iterable[str]) -> bool:
    """Guess from the names of outputs, which nobody has checked yet, whether an earlier run has left a ledger."""
    return any(os.path.exists(os.path.splitext(name)[0] + LEDGER_SUFFIX) for name in names)  # noqa: PTH110, PTH122


def plan_outputs(names: list[str], replace: bool = False) -> tuple[Output, ...]:
    """Check every output before the first input is read; raise `OutputError` on the first that cannot work.

    What stands there already and is not ours, or is write-protected, is refused unless it is to be replaced.
    """
    from raingan.standing import check_standing

    outputs = tuple(_plan(name) for name in names)
    places = [output.place for output in outputs]
    for index, output in enumerate(outputs):
        if output.place in places[:index]:
            raise OutputError("output-twice", path=output.shown)
        check_standing(output, replace)
    return outputs


def _plan(name: str) -> Output:
    if name == STDOUT:
        return Output(OutputKind.JSON_LINES, None)
    from extract.intake.stores.addresses import is_address, local_path

    if is_address(name):
        local = local_path(name)
        if local is None:
            return _plan_upload(name)
        name = local
    path = Path(name)
    kind = _kind(path, name)
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


def _kind(path: Path, shown: str) -> OutputKind:
    try:
        return OutputKind(path.suffix.lower())
    except ValueError:
        raise OutputError("output-suffix", path=shown, known=", ".join(OutputKind)) from None


def _plan_upload(name: str) -> Output:
    """Check an output in a store, with a trial: a store does not say beforehand what one may write."""
    from extract.intake.stores.addresses import parse_address
    from raingan.stores.uploads import Upload

    address = parse_address(name)
    kind = _kind(Path(address.parts[-1]), address.shown)
    try:
        upload = Upload(name, without_suffix=kind is OutputKind.CSV)
        there = upload.kind()
        if kind is OutputKind.CSV and there is not None:
            if there != "directory":
                raise OutputError("output-is-file", path=upload.shown)
            _check_are_tables(upload.names(), upload.shown)
        elif there == "directory":
            raise OutputError("output-is-folder", path=upload.shown)
        if not upload.has_folder():
            raise OutputError("output-no-folder", path=upload.shown, folder=upload.shown.rpartition("/")[0])
        upload.try_to_write()
    except InputError as error:
        if "error" not in error.values:
            raise
        raise OutputError("output-store", path=address.shown, error=error.values["error"]) from None
    return Output(kind, None, upload)


def _check_folder_is_ours(folder: Path) -> None:
    if not folder.is_dir():
        raise OutputError("output-is-file", path=str(folder))
    _check_are_tables([f"{entry.name}/" if entry.is_dir() else entry.name for entry in folder.iterdir()], str(folder))


def _check_are_tables(names: Iterable[str], folder: str) -> None:
    """Refuse to replace a folder that holds anything but tables: `-o samples.csv` must not eat samples/."""
    from export.csvtables import TABLES

    ours = {f"{table}.csv" for table in TABLES}
    other = sorted(set(names) - ours)
    if other:
        raise OutputError("output-folder-in-use", path=folder, other=other[0])


@contextlib.contextmanager
def replacing(target: Path, private: bool = False) -> Iterator[Path]:
    """Give a name beside the target to write to; move it to the target when the block ends well, else remove it.

    A crash leaves the old file or the new one, never half. Works for a file and for a folder. What is private only its
    owner may read; else it is as the system makes new files.
    """
    from raingan.workfolder import WorkFolder

    with WorkFolder(target.parent) as holder:
        written = holder.path / "new" / target.name
        written.parent.mkdir()
        yield written
        if private:
            for path in (*(written.iterdir() if written.is_dir() else ()), written):
                path.chmod(0o700 if path.is_dir() else 0o600)
        if target.is_dir():
            # A folder cannot replace a folder that is not empty: the old one steps aside first.
            target.rename(holder.path / "old")
        written.replace(target)

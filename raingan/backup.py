"""A ledger with what people decided and its outputs, copied as they stand at one moment, with the hash of every file.

A run or a review may be at work: the ledger is copied as sqlite copies a database, decisions are whole at every
moment, and an output is replaced in one step, so that what is open here stays as it was.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from raingan.ledger import View
from raingan.ledger.database import OWNER_ONLY
from raingan.model.errors import OutputError, Refused
from raingan.outputs import replacing
from raingan.review.lines import sync_folder
from raingan.review.store import Decisions, decisions_beside

SUMS = "SHA256SUMS"
"""The file of hashes, as `sha256sum --check` reads it too."""

OUTPUTS = "outputs"
OWNER_ONLY_FOLDER = 0o700

_BLOCK = 2**20
_TRIES = 5  # to copy a folder of tables that is replaced meanwhile
_ESCAPES = (("\\", "\\\\"), ("\n", "\\n"), ("\r", "\\r"))  # of names, as sha256sum writes them


@dataclass(frozen=True, slots=True)
class Damage:
    """A file of a backup that is not as it was: code of a sentence ("backup-gone", "-changed", "-added")."""

    code: str
    name: str


def back_up(ledger: Path, folder: Path) -> tuple[int, tuple[Path, ...]]:
    """Write a backup into a new folder, whole or not at all; return how many files it has, and outputs that are gone.

    Raises `Refused` for a folder that is in use, `OutputError`, `raingan.ledger.LedgerError`, `OSError`.
    """
    with ExitStack() as stack:
        view = stack.enter_context(View.look(ledger))
        decisions = Decisions.look(decisions_beside(ledger))
        if decisions is not None:
            stack.enter_context(decisions)
        _check_folder(folder)
        new = stack.enter_context(replacing(folder))
        new.mkdir(OWNER_ONLY_FOLDER)
        copy = new / ledger.name
        view.copy_to(copy)
        if decisions is not None:
            decisions.copy_to(decisions_beside(copy))
        with View.look(copy) as copied:
            known = [*copied.outputs(), *([] if decisions is None else map(Path, decisions.dossiers()))]
        gone = tuple(path for path in known if not _copy_output(path, new / OUTPUTS))
        count = _write_sums(new)
        _reach_disk(new)
    return count, gone


def check_backup(folder: Path) -> tuple[int, tuple[Damage, ...]]:
    """Return how many files a backup has by its list, and what is not as it was; raises `Refused` for no backup."""
    try:
        told = dict(_read_sums(folder / SUMS))
    except (OSError, ValueError) as error:
        raise Refused("backup-none", path=folder) from error
    there = {path.relative_to(folder).as_posix(): path for path in _files(folder)}
    damages = [Damage("backup-gone", name) for name in told if name not in there]
    damages += [Damage("backup-added", name) for name in there if name not in told]
    damages += [Damage("backup-changed", name) for name in told if name in there and _hash(there[name]) != told[name]]
    return len(told), tuple(sorted(damages, key=lambda one: one.name))


def _check_folder(folder: Path) -> None:
    if not folder.parent.is_dir():
        raise OutputError("output-no-folder", path=str(folder), folder=str(folder.parent))
    if os.path.lexists(folder) and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused("backup-folder", path=folder)


# --- outputs


def _copy_output(path: Path, folder: Path) -> bool:
    """Copy an output, a file or a folder of tables, under a name that is free; say whether it was there."""
    target = folder / path.name
    number = 1
    while target.exists():
        number += 1
        target = folder / f"{path.stem} ({number}){path.suffix}"
    for _ in range(_TRIES):
        with suppress(FileNotFoundError, NotADirectoryError):  # replaced, or gone, meanwhile
            before = path.stat()
            if not path.is_dir():
                _copy(path, target)
                return True
            for table in sorted(path.iterdir()):
                _copy(table, target / table.name)
            if os.path.samestat(before, path.stat()):
                return True
        if not path.exists():
            return False
    return target.exists()


def _copy(path: Path, target: Path) -> None:
    with path.open("rb") as source:
        target.parent.mkdir(OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
        with _made(target) as file:
            while block := source.read(_BLOCK):
                file.write(block)


# --- hashes


def _write_sums(folder: Path) -> int:
    files = sorted(_files(folder))
    lines = []
    for path in files:
        name = path.relative_to(folder).as_posix()
        escaped = name
        for character, written in _ESCAPES:
            escaped = escaped.replace(character, written)
        lines.append(f"{'' if escaped == name else chr(92)}{_hash(path)}  {escaped}\n")
    with _made(folder / SUMS) as file:
        file.write("".join(lines).encode("utf-8", "surrogateescape"))
    return len(files)


def _read_sums(path: Path) -> Iterator[tuple[str, str]]:
    for line in path.read_bytes().decode("utf-8", "surrogateescape").split("\n")[:-1]:
        is_escaped = line.startswith("\\")
        told, space, name = line.removeprefix("\\").partition("  ")
        if len(told) != 64 or not space or not name:
            raise ValueError("no list of hashes")
        if is_escaped:
            name = name.replace("\\\\", "\0").replace("\\n", "\n").replace("\\r", "\r").replace("\0", "\\")
        yield name, told


def _reach_disk(folder: Path) -> None:
    """Have all files be on the disk: a stick may be pulled out once the backup is told to be there."""
    for path in (*_files(folder), folder / SUMS):
        with path.open("rb+") as file:
            os.fsync(file.fileno())
        sync_folder(path.parent)


def _files(folder: Path) -> Iterator[Path]:
    """Yield every file below a folder but the list of hashes; links are files, whatever they lead to."""
    for where, folders, names in os.walk(folder):
        links = [name for name in folders if (Path(where) / name).is_symlink()]
        for name in (*names, *links):
            path = Path(where) / name
            if path != folder / SUMS:
                yield path


def _hash(path: Path) -> str:
    with suppress(OSError), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
    return ""


def _made(path: Path) -> IO[bytes]:
    """Make a file that only its owner may read."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags, OWNER_ONLY), "wb")

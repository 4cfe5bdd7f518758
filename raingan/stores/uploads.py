"""Outputs in a store: written on this machine, then put there whole.

A store of keys (S3 and its like) puts a key whole or not at all. In any other store the file goes to a name of its
own beside the target and is renamed, so that a torn line leaves the old output. Tables of CSV are several files: all
are there before the first of the old ones goes; where folders cannot be renamed they then appear one after another,
and an interruption leaves tables missing, never old ones among new.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator
from pathlib import Path

from extract.intake.stores.addresses import ANSWER_SECONDS, KEY_STORES, Store, parse_address
from raingan.model.errors import InputError
from raingan.workfolder import WorkFolder

_RENAMING = frozenset(("sftp", "ssh", "smb", "ftp"))  # stores of real folders; others copy a key and remove it
_SLOWEST = 50_000  # bytes a second; a workbook of 20 MB over a bad line takes 7 minutes
_OWN = ".raingan-"


class Upload:
    """One output behind an address."""

    def __init__(self, text: str, without_suffix: bool = False) -> None:
        """Open the store; raises `InputError` for an address that is not read or a store that does not answer."""
        self._address = parse_address(text)
        self._store = Store(self._address)
        self._has_keys = self._address.kind not in _RENAMING
        cut = len(Path(self._address.parts[-1]).suffix) if without_suffix else 0
        self._target = self._store.root[: len(self._store.root) - cut]
        self._folder = self._target.rpartition("/")[0]
        self.shown = self._address.shown[: len(self._address.shown) - cut]

    def has_folder(self) -> bool:
        """Say whether there is a folder to write to; in a store of keys, the bucket."""
        place = self._target.partition("/")[0] if self._address.kind in KEY_STORES else self._folder or "/"
        return self._store.kind_of(place) == "directory"

    def kind(self) -> str | None:
        """Return what stands there, "file" or "directory"; None for nothing."""
        return self._store.kind_of(self._target)

    def names(self) -> list[str]:
        """Return what lies in the folder that stands there."""
        return sorted(entry.name or "?" for entry in self._store.list(self._target))

    def there(self) -> list[str]:
        """Return the names of the files that stand there: the output's own, or its tables'; none where nothing does."""
        kind = self.kind()
        return self.names() if kind == "directory" else [self._target.rpartition("/")[2]] if kind == "file" else []

    def head(self, name: str, size: int) -> bytes:
        """Return the first bytes of one of those files; raises `InputError`."""
        path = self._target if self.kind() == "file" else f"{self._target}/{name}"
        data = b""
        with self._store.opened(path) as read:
            while len(data) < size and (piece := read(size - len(data))):
                data += piece
        return data

    def try_to_write(self) -> None:
        """Write a small file beside the target and remove it; raises `InputError` where that cannot be done."""
        trial = self._own_name()
        self._store.ask(lambda: self._store.system.pipe_file(trial, b"raingan"))
        self._remove(trial)

    @contextlib.contextmanager
    def replacing(self) -> Iterator[Path]:
        """Give a local name to write to; put it to the target when the block ends well. Raises OSError."""
        with WorkFolder() as folder:
            written = folder.path / "new" / self._target.rpartition("/")[2]
            written.parent.mkdir()
            yield written
            try:
                self._put(written)
            except InputError as error:
                raise OSError(f"{self.shown}: {_words(error)}") from None

    def _put(self, written: Path) -> None:
        if written.is_dir():
            self._put_folder(written)
        elif self._address.kind in KEY_STORES:
            self._put_file(written, self._target)
        else:
            new = self._own_name()
            try:
                self._put_file(written, new)
                self._move(new, self._target)
            finally:
                self._remove_quietly(new)

    def _put_folder(self, written: Path) -> None:
        new = self._own_name()
        tables = sorted(path.name for path in written.iterdir())
        try:
            if not self._has_keys:
                self._store.ask(lambda: self._store.system.mkdir(new))
            for name in tables:
                self._put_file(written / name, f"{new}/{name}")
            if not self._has_keys:
                self._move(new, self._target)
                return
            old = self.names() if self.kind() is not None else []
            for name in old:
                self._remove(f"{self._target}/{name}")
            for name in tables:
                self._move(f"{new}/{name}", f"{self._target}/{name}")
        finally:
            self._remove_quietly(new, *tables)

    def _put_file(self, path: Path, target: str) -> None:
        """Put one file and have the store tell its size."""
        size = path.stat().st_size
        system = self._store.system
        self._store.ask(lambda: system.put_file(str(path), target), seconds=ANSWER_SECONDS + size / _SLOWEST)
        told = self._store.info(target).size
        if told != size:
            self._remove_quietly(target)
            raise InputError("size-differs", told=size, got=-1 if told is None else told)

    def _move(self, new: str, target: str) -> None:
        """Rename a file or folder over what stands there; if that fails, the old one stands there again."""
        system = self._store.system
        if self._has_keys:
            self._store.ask(lambda: system.cp_file(new, target))
            self._remove(new)
            return
        try:
            self._store.ask(lambda: system.mv(new, target))
            return
        except InputError:
            if self._store.kind_of(target) is None:
                raise
        # Not every store renames over a file, none over a folder: the old one steps aside first.
        old = self._own_name()
        self._store.ask(lambda: system.mv(target, old))
        try:
            self._store.ask(lambda: system.mv(new, target))
        except InputError:
            self._store.ask(lambda: system.mv(old, target))
            raise
        self._remove_quietly(old, *(self._names_in(old)))

    def _names_in(self, path: str) -> list[str]:
        if self._store.info(path).kind != "directory":
            return []
        return [entry.name for entry in self._store.list(path) if entry.name is not None]

    def _remove(self, path: str) -> None:
        self._store.ask(lambda: self._store.system.rm_file(path))

    def _remove_quietly(self, path: str, *names: str) -> None:
        """Remove a file of ours, or a folder of ours with these names in it, as far as they are there."""
        with contextlib.suppress(InputError):
            for name in names:
                with contextlib.suppress(InputError):
                    self._remove(f"{path}/{name}")
            if names:
                self._store.ask(lambda: self._store.system.rmdir(path))
            elif self._store.kind_of(path) is not None:
                self._remove(path)

    def _own_name(self) -> str:
        return f"{self._folder}/{_OWN}{secrets.token_hex(6)}"


def _words(error: InputError) -> str:
    return error.values.get("error") or f"{error.code} {' '.join(error.values.values())}"

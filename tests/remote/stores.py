"""Stores for the tests of addresses: one in memory, and one that fails in the ways stores fail."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from typing import Any

import fsspec
from fsspec.implementations.memory import MemoryFileSystem
from fsspec.registry import _registry as registered

TEXT = "รายงานตัวอย่าง".encode()


class FaultyStore(fsspec.AbstractFileSystem):
    """Files of a dict; what it does wrong is told by `wrong`. Stands in for ftp, the kind that needs no package."""

    protocol = "ftp"
    files: dict[str, bytes] = {}  # noqa: RUF012 - one for all instances, as a server is
    wrong: set[str] = set()  # noqa: RUF012
    folders: set[str] = set()  # noqa: RUF012 - made, beside those that files lie in
    extra: list[dict[str, Any]] = []  # noqa: RUF012 - listed besides
    reads = 0
    opened: list[str] = []  # noqa: RUF012

    def __init__(self, host: str = "", username: str = "", password: str = "", **_: Any) -> None:
        super().__init__(host=host, username=username, password=password)
        self._said = f"ftp://{username}:{password}@{host}/ says no to {password}"

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return "/" + path.split("://", 1)[-1].partition("/")[2].strip("/") if "://" in path else path

    @staticmethod
    def _get_kwargs_from_urls(path: str) -> dict[str, Any]:
        user, _, host = path.split("://", 1)[1].partition("/")[0].rpartition("@")
        name, _, password = user.partition(":")
        return {"host": host, "username": name, "password": password}

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        if "connect" in self.wrong:
            raise ConnectionError(self._said)
        if path in self.files:
            return {"name": path, "type": "file", "size": len(self.files[path])}
        if path in self.folders or any(name.startswith(path.rstrip("/") + "/") for name in self.files):
            return {"name": path, "type": "directory", "size": 0}
        raise FileNotFoundError(path)

    def ls(self, path: str, detail: bool = True, **_: Any) -> list[dict[str, Any]]:
        if f"list {path}" in self.wrong:
            raise RuntimeError(self._said)
        above = path.rstrip("/") + "/"
        below = {name.removeprefix(above).partition("/")[0] for name in self.files if name.startswith(above)}
        found = [self.info(above + name) for name in below]
        if "size" in self.wrong:
            found = [{**entry, "size": entry["size"] - 3} if entry["type"] == "file" else entry for entry in found]
        return found + [entry for entry in self.extra if path == "/archive"]

    def _open(self, path: str, mode: str = "rb", **_: Any) -> Any:
        if "w" in mode:
            if "write" in self.wrong:
                raise PermissionError(13, self._said)
            return _Written(self, path)
        self.opened.append(path)
        return _FaultyFile(self, self.files[path])

    def mkdir(self, path: str, create_parents: bool = True, **_: Any) -> None:
        self.folders.add(path)

    def rmdir(self, path: str) -> None:
        self.folders.discard(path)

    def _rm(self, path: str) -> None:
        del self.files[path]

    def mv(self, path1: str, path2: str, **_: Any) -> None:
        if "mv" in self.wrong:
            raise OSError(5, self._said)
        there = {name for name in self.files if name == path2 or name.startswith(path2 + "/")}
        if there and "rename" not in self.wrong:
            raise FileExistsError(path2)
        if "mv once" in self.wrong and not there and ".raingan" not in path2:
            self.wrong.discard("mv once")
            raise OSError(5, self._said)
        for name in [name for name in self.files if name == path1 or name.startswith(path1 + "/")]:
            self.files[path2 + name.removeprefix(path1)] = self.files.pop(name)
        if path1 in self.folders:
            self.folders.discard(path1)
            self.folders.add(path2)


class _FaultyFile(io.RawIOBase):
    def __init__(self, store: FaultyStore, data: bytes) -> None:
        self._store, self._data, self._at = store, data, 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        FaultyStore.reads += 1
        wrong = self._store.wrong
        if "third" in wrong and FaultyStore.reads == 3:
            raise OSError(5, self._store._said)
        if "hang" in wrong:
            threading.Event().wait()
        if "endless" in wrong:
            return b"x" * size
        end = len(self._data) // 2 if "short" in wrong else len(self._data)
        piece = self._data[self._at : end][: 7 if "slow" in wrong else size]
        self._at += len(piece)
        return piece


class _Written(io.BytesIO):
    """Lands in the store when it is closed: whole, or half of it with a failure ("torn") or without ("lossy")."""

    def __init__(self, store: FaultyStore, path: str) -> None:
        super().__init__()
        self._store, self._path = store, path

    def close(self) -> None:
        if self.closed:
            return
        data, wrong = self.getvalue(), self._store.wrong
        super().close()
        half = len(data) > 100 and bool(wrong & {"torn", "lossy"})
        self._store.files[self._path] = data[: len(data) // 2] if half else data
        if half and "torn" in wrong:
            raise ConnectionResetError(104, self._store._said)


def faulty_store() -> Iterator[type[FaultyStore]]:
    """Put the faulty store in the place of ftp while a test runs."""
    before = registered.get("ftp")
    fsspec.register_implementation("ftp", FaultyStore, clobber=True)
    FaultyStore.files, FaultyStore.wrong, FaultyStore.extra = {}, set(), []
    FaultyStore.reads, FaultyStore.opened, FaultyStore.folders = 0, [], set()
    yield FaultyStore
    registered.pop("ftp")
    if before is not None:
        registered["ftp"] = before


def memory_store() -> Iterator[MemoryFileSystem]:
    """Empty the store in memory before and after a test."""
    system = fsspec.filesystem("memory")
    for _ in range(2):
        system.store.clear()
        system.pseudo_dirs[:] = [""]
        if _ == 0:
            yield system

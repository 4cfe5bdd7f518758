"""What has to wait until all reports have passed: flags to stand worst first, files to be known by their names."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SEVERITIES = ("1", "2", "3", "4")


class FlagSpool:
    """Rows of the flags table on disk, one file a severity."""

    def __init__(self, folder: Path) -> None:
        self._paths = {severity: folder / f"flags-{severity}.jsonl" for severity in SEVERITIES}
        self._streams = {key: path.open("w", encoding="utf-8") for key, path in self._paths.items()}

    def add(self, values: Any, picture: str | None = None) -> None:
        """Keep a row; its first value is the severity. Numbers that are not whole come back as text."""
        self._streams[values[0]].write(json.dumps((values, picture), default=str) + "\n")

    def worst_first(self) -> Iterator[tuple[list[Any], str | None]]:
        """Yield the rows and their pictures by severity, then in the order they came."""
        self.close()
        for path in self._paths.values():
            with path.open(encoding="utf-8") as stream:
                yield from map(json.loads, stream)

    def close(self) -> None:
        """Let go of the files."""
        for stream in self._streams.values():
            stream.close()


class FileIndex:
    """Where each file is on disk, and of what kind, by the name in the records."""

    def __init__(self, folder: Path) -> None:
        self._database = sqlite3.connect(folder / "files.sqlite")
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute("CREATE TABLE files (name BLOB PRIMARY KEY, path BLOB, kind TEXT) WITHOUT ROWID")
        self._last: tuple[str, tuple[str, str] | None] | None = None

    def add(self, name: str, path: str, kind: str) -> None:
        """Keep one file; the first of a name counts."""
        self._database.execute("INSERT OR IGNORE INTO files VALUES (?, ?, ?)", (_blob(name), _blob(path), kind))

    def find(self, name: str) -> tuple[str, str] | None:
        """Return path and kind, or None."""
        # Flags come report by report, so the same file is asked for many times running.
        if self._last is None or self._last[0] != name:
            row = self._database.execute("SELECT path, kind FROM files WHERE name = ?", (_blob(name),)).fetchone()
            self._last = (name, None if row is None else (row[0].decode("utf-8", "surrogatepass"), row[1]))
        return self._last[1]

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()


def _blob(text: str) -> bytes:
    """Names of files can hold lone surrogates, which sqlite's text cannot."""
    return text.encode("utf-8", "surrogatepass")

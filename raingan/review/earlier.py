"""Decisions as earlier versions kept them, in a database of sqlite: read, and carried over into lines."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from raingan.ledger.database import FileFormat, check, check_tables, connect, is_special, telling
from raingan.model.errors import LedgerError
from raingan.review.lines import Lines

MAGIC = b"SQLite format 3\0"

_NAME = "decisions"
_SEEN = ", seen TEXT NOT NULL"
_SCHEMA = """
CREATE TABLE decisions (
    number INTEGER PRIMARY KEY AUTOINCREMENT, content BLOB NOT NULL, place INTEGER NOT NULL, field TEXT NOT NULL,
    action TEXT NOT NULL, reviewer BLOB NOT NULL, at TEXT NOT NULL, machine BLOB, value BLOB, note BLOB NOT NULL,
    codes TEXT NOT NULL, about INTEGER, source TEXT NOT NULL, seen TEXT NOT NULL);
CREATE INDEX decisions_report ON decisions (content, place, number);
CREATE TABLE progress (
    content BLOB NOT NULL, place INTEGER NOT NULL, open INTEGER NOT NULL, worst INTEGER, codes TEXT NOT NULL,
    stale INTEGER NOT NULL, waiting INTEGER NOT NULL, untouched INTEGER NOT NULL, decider BLOB,
    PRIMARY KEY (content, place)) WITHOUT ROWID;
CREATE TABLE leases (
    content BLOB NOT NULL, place INTEGER NOT NULL, session TEXT NOT NULL, reviewer BLOB NOT NULL, until REAL NOT NULL,
    PRIMARY KEY (content, place)) WITHOUT ROWID;
CREATE TABLE dossiers (
    content BLOB NOT NULL, place INTEGER NOT NULL, path BLOB NOT NULL, PRIMARY KEY (content, place)) WITHOUT ROWID;
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
_FORMAT = FileFormat(_NAME, 0x5247444E, 1, _SCHEMA)  # "RGDN"
_FIRST = FileFormat(_NAME, 0x5247444E, 1, _SCHEMA.replace(_SEEN, ""))  # before decisions told what they were made about

_COLUMNS = "number, content, place, field, action, reviewer, at, machine, value, note, codes, about, source"
_OF_SQLITE = ("-wal", "-shm", "-journal")


def is_earlier(path: Path) -> bool:
    """Say whether a file is one of sqlite; raises `OSError`, and `LedgerError` for what is no file."""
    try:
        if is_special(path):
            raise LedgerError(f"{_NAME}-foreign", path=path)
        with path.open("rb") as stream:
            return stream.read(len(MAGIC)) == MAGIC
    except FileNotFoundError:
        return False


def earlier_records(path: Path) -> list[dict[str, Any]]:
    """Return what an earlier file holds, as the records that lines hold; nothing is written. Raises `LedgerError`."""
    check(path, _FORMAT)
    has_log = any(path.with_name(path.name + end).exists() for end in _OF_SQLITE)
    mode = "ro" if has_log else "ro&immutable=1"  # else sqlite would make a log beside it
    with telling(path, _NAME), closing(connect(path, mode)) as connection:
        _check_tables(connection, path)
        return list(_records(connection))


def carry_over(path: Path, kind: str, version: int) -> None:
    """Put lines in the place of an earlier file, whole or not at all; raises `LedgerError`.

    Another program that has it open, of an earlier version, is waited for, and told of if it stays.
    """
    check(path, _FORMAT)
    with telling(path, _NAME), closing(connect(path, "rw")) as connection:
        _check_tables(connection, path)
        if connection.execute("PRAGMA journal_mode = DELETE").fetchone() != ("delete",):  # its log goes into the file
            raise LedgerError("ledger-cannot-write", path=path, error="another program has it open")
        connection.execute("BEGIN EXCLUSIVE")
        if not is_earlier(path):  # another program has been quicker
            return
        new = path.with_name(f".raingan-{path.name}")  # a name that walks over inputs pass by
        new.unlink(missing_ok=True)
        try:
            write_anew(new, kind, version, list(_records(connection)))
            if sys.platform == "win32":  # an open file cannot be replaced there
                connection.close()
            new.replace(path)
        finally:
            new.unlink(missing_ok=True)
    for end in _OF_SQLITE:
        with suppress(OSError):
            path.with_name(path.name + end).unlink(missing_ok=True)


def write_anew(path: Path, kind: str, version: int, records: list[dict[str, Any]]) -> None:
    """Write lines, and read them again."""
    with closing(Lines(path, kind, version, writable=True)) as lines, lines.alone():
        lines.add(*records)
    with closing(Lines(path, kind, version, writable=False)) as lines:
        if [record for _, record in lines.new()][1:] != records:
            raise LedgerError("ledger-cannot-write", path=path, error="it was not written as it was told")


def _check_tables(connection: sqlite3.Connection, path: Path) -> None:
    if not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
        raise LedgerError(
            f"{_NAME}-broken", path=path, error="it is empty; the file ending in -wal is missing beside it"
        )
    try:
        check_tables(connection, path, _FORMAT)
    except LedgerError:
        check_tables(connection, path, _FIRST)


def _records(connection: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    """Yield what lines hold, of tables that were checked."""
    has_seen = any(row[1] == "seen" for row in connection.execute("PRAGMA table_info(decisions)"))
    seen = "seen" if has_seen else "''"
    for row in connection.execute(f"SELECT {_COLUMNS}, {seen} FROM decisions ORDER BY number"):
        yield {"rows": [_record(*row)]}
    for name, value in connection.execute("SELECT name, value FROM settings"):
        if name == "four-eyes":
            yield {"four-eyes": value == "yes"}
    for content, place, path in connection.execute("SELECT content, place, path FROM dossiers"):
        yield {"dossier": {"report": f"{content.hex()}-{place}", "path": _text(path)}}


def _record(*row: Any) -> dict[str, Any]:
    number, content, place, field, action, reviewer, at, machine, value, note, codes, about, source, seen = row
    told: dict[str, Any] = {
        "number": number,
        "report": f"{content.hex()}-{place}",
        "field": field,
        "action": action,
        "reviewer": _text(reviewer),
        "at": at,
    }
    if machine is not None:
        told["machine"] = _text(machine)
    if value is not None:
        told["value"] = _text(value)
    more = {"note": _text(note), "codes": str(codes).split(), "about": about, "source": source, "seen": seen.split()}
    return told | {key: item for key, item in more.items() if item}


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")

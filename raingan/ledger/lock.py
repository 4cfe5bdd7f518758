"""One run at a time."""

from __future__ import annotations

LEDGER_FILES = ("", "-wal", "-shm", "-journal", "-lock")
"""What is added to the name of a ledger for the files that belong to it."""

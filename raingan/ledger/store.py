"""The ledger as a run writes it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from raingan.ledger.parts import Step
from raingan.ledger.view import View
from raingan.records import Flag


class Ledger(View):
    """Keep what a run learns. One process writes, in one thread; `record` is durable when it returns."""

    @classmethod
    def open(cls, path: Path, create: bool = True) -> Ledger:
        """Open or make a ledger and begin a run; raises `LedgerError` (in use, not ours, broken, newer, disk full).

        What was at work when an earlier run was cut off is counted as one interruption each.
        """
        raise NotImplementedError

    @staticmethod
    def look(path: Path) -> View:
        """Open a ledger to read it, without a lock, also while a run writes; a context manager. `LedgerError`."""
        raise NotImplementedError

    def first_with(self, sha256: str, name: str) -> str | None:
        """Return the name of an earlier input of this run with the same content, or None and remember this one."""
        raise NotImplementedError

    def is_suspect(self, key: bytes) -> bool:
        """Say whether runs were cut off again and again while this was at work: read it last, and alone."""
        raise NotImplementedError

    def record(self, step: Step) -> None:
        """Write down what happened, all of it or nothing, durable when this returns; `LedgerError` (disk full)."""
        raise NotImplementedError

    def finish_listing(self) -> None:
        """Tell that every input is listed and read: this listing takes the place of the one before."""
        raise NotImplementedError

    def is_compared(self) -> bool:
        """Say whether `set_later_flags` was called for just these results."""
        raise NotImplementedError

    def set_later_flags(self, flags: Iterable[tuple[int, Flag]]) -> None:
        """Keep the flags found across reports, by report number, in place of earlier ones."""
        raise NotImplementedError

    def output_is_current(self, path: Path, fingerprint: str) -> bool:
        """Say whether a file (or folder of tables) is, to the byte, what was written there for this fingerprint."""
        raise NotImplementedError

    def set_output(self, path: Path, fingerprint: str) -> None:
        """Remember what was written: the content as it lies there now."""
        raise NotImplementedError

    def close(self, finished: bool = False) -> None:
        """End the run and let go of the file; what is still at work is forgotten, not counted as interrupted."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close(finished=kind is None)

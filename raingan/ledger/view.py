"""The ledger as it can be read, also while a run writes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from raingan.ledger.parts import Reading, Run
from raingan.records import FileResult, Report, State


class View:
    """Read a ledger. Every method raises `LedgerError` where the file is broken."""

    path: Path

    def find(self, key: bytes) -> Reading | None:
        """Return what is known of a content, or None where it has to be read."""
        raise NotImplementedError

    def files(self) -> Iterator[FileResult]:
        """Yield every input of the listing in walk order, under the listing's names; memory stays flat."""
        raise NotImplementedError

    def reports(self) -> Iterator[tuple[int, Report]]:
        """Yield (number from 0, report) in walk order, with the flags found across reports; memory stays flat."""
        raise NotImplementedError

    def states(self) -> Counter[State]:
        """Count the inputs of the listing by state, without unpacking anything."""
        raise NotImplementedError

    def gone(self) -> tuple[str, ...]:
        """Return the inputs of the listing before this one that are no more, in its order."""
        raise NotImplementedError

    def results_fingerprint(self) -> str:
        """Return a text that changes when anything changes that the outputs tell: inputs, order, names, readings."""
        raise NotImplementedError

    def runs(self) -> list[Run]:
        """Return the runs, the last one first."""
        raise NotImplementedError

"""JSON Lines: one record a line, UTF-8."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from raingan.model.json_record import to_line
from raingan.model.stages import ToldReport


def json_lines(reports: Iterable[ToldReport]) -> Iterator[str]:
    """Yield one line a report, with its line end."""
    for report in reports:
        yield to_line(report) + "\n"


def write_jsonl(path: Path, reports: Iterable[ToldReport]) -> None:
    """Write one record a line; raises OSError."""
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.writelines(json_lines(reports))

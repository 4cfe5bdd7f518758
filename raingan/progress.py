"""How far a run has come: one line that is drawn over on a terminal, now and then a line in a log."""

from __future__ import annotations

import shutil
import sys
import time
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from typing import TextIO

from raingan.model.messages import talk
from raingan.model.records import State

# A terminal needs no more than this many lines a second, and drawing costs time.
_SECONDS_BETWEEN = 0.1
# Of lines in a log: a night's work leaves some hundreds.
_SECONDS_BETWEEN_LOGGED = 60.0
# Before this the first files tell nothing of the others.
_SECONDS_TO_TELL = 5.0
_LEAST_READ = 10


@dataclass(slots=True)
class Pace:
    """How far a run has come; one object, changed as it goes."""

    total: int | None = None  # files to come to, members of archives added as they are found; None where not known
    states: Counter[State] = field(default_factory=Counter)
    read: int = 0  # files read in this run
    known: int = 0  # files that an earlier run had read
    pages: int = 0  # of those
    seconds: float = 0.0  # since the first file
    file: str = ""  # that ended last

    @property
    def seconds_left(self) -> float | None:
        """Tell how long the rest will take if it is like what was read so far; None where nobody can know."""
        return None if self.total is None else time_left(self.total - self.states.total(), self.read, self.seconds)


class Progress:
    """Call it after every file."""

    def __init__(self, language: str, stream: TextIO | None = None) -> None:
        self._language = language
        self._stream = stream or sys.stderr
        self._terminal = self._stream.isatty()
        self._between = _SECONDS_BETWEEN if self._terminal else _SECONDS_BETWEEN_LOGGED
        self._last = float("-inf") if self._terminal else time.monotonic()

    def __call__(self, pace: Pace) -> None:
        """Show the counts, the speed, the time left and the file that has just ended."""
        now = time.monotonic()
        if now - self._last < self._between:
            return
        self._last = now
        line = pace_line(pace, self._language)
        if self._terminal:
            self._stream.write("\r\x1b[K" + cut_to(line, shutil.get_terminal_size().columns - 1))
        else:
            self._stream.write(line + "\n")
        self._stream.flush()

    def end(self) -> None:
        """Clear the line, so that what follows stands by itself."""
        if self._terminal:
            self._stream.write("\r\x1b[K")
            self._stream.flush()


def pace_line(pace: Pace, language: str) -> str:
    """Say in one line how far a run has come."""
    states = {state.value: f"{pace.states[state]:,}" for state in State}
    parts = [talk("progress-counts", language, files=_of(pace, language), **states)]
    # A narrow terminal cuts the end of the line: what matters most stands first.
    left = pace.seconds_left
    if left is not None:
        parts.append(talk("progress-left", language, left=duration(left, language)))
    if pace.pages and pace.seconds > 1:
        parts.append(talk("progress-speed", language, pages=f"{pace.pages / pace.seconds:.1f}"))
    parts.append("".join(character if character.isprintable() else "?" for character in pace.file))
    return " · ".join(part for part in parts if part)


def cut_to(line: str, cells: int) -> str:
    """Cut a line that a terminal shows so wide: Thai marks stand above and below letters and take no cell."""
    taken = 0
    for at, character in enumerate(line):
        taken += _cells(character)
        if taken > cells:
            return line[:at]
    return line


def padded(text: str, cells: int) -> str:
    """Return a text with spaces behind it, so that it takes as many cells of a terminal; a longer one as it is."""
    return text + " " * (cells - sum(map(_cells, text)))


def _cells(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def time_left(files: int, read: int, seconds: float) -> float | None:
    """Return how long `files` will take if they are like those that were read; None where these tell too little."""
    if read < _LEAST_READ or seconds < _SECONDS_TO_TELL:
        return None
    return max(files, 0) * seconds / read


def duration(seconds: float, language: str) -> str:
    """Say a duration as people do: "40 s", "12 min", "3 h 20 min"."""
    minutes = round(seconds / 60)
    if seconds < 90:
        return talk("seconds", language, seconds=max(1, round(seconds)))
    if minutes < 120:
        return talk("minutes", language, minutes=minutes)
    return talk("hours", language, hours=minutes // 60, minutes=minutes % 60)


def _of(pace: Pace, language: str) -> str:
    seen = pace.states.total()
    if pace.total is None or pace.total <= seen:
        return f"{seen:,}"
    return talk("progress-of", language, seen=f"{seen:,}", total=f"{pace.total:,}")

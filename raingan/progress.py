"""One line on the terminal that says how far a run has come."""

from __future__ import annotations

import shutil
import sys
import time
from collections import Counter
from typing import TextIO

from raingan.messages import talk
from raingan.records import FileResult, State

# A terminal needs no more than this many lines a second, and drawing costs time.
_SECONDS_BETWEEN = 0.1


class Progress:
    """Call it after every file. Says nothing where the stream is no terminal."""

    def __init__(self, language: str, stream: TextIO | None = None) -> None:
        self._language = language
        self._stream = stream or sys.stderr
        self._shown = self._stream.isatty()
        self._last = float("-inf")

    def __call__(self, result: FileResult, states: Counter[State]) -> None:
        """Show the counts and the file that has just ended."""
        now = time.monotonic()
        if not self._shown or now - self._last < _SECONDS_BETWEEN:
            return
        self._last = now
        line = talk(
            "progress",
            self._language,
            total=states.total(),
            done=states[State.DONE],
            review=states[State.REVIEW],
            failed=states[State.FAILED],
            skipped=states[State.SKIPPED],
            file="".join(character if character.isprintable() else "?" for character in result.file),
        )
        width = shutil.get_terminal_size().columns - 1
        self._stream.write("\r\x1b[K" + line[:width])
        self._stream.flush()

    def end(self) -> None:
        """Clear the line, so that what follows stands by itself."""
        if self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

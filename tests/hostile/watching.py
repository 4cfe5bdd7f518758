"""What Python itself tells of a process: who wants the network, who writes, who starts programs."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_NETWORK = ("socket.", "urllib.", "http.client.", "ftplib.", "smtplib.", "imaplib.", "poplib.", "webbrowser.")
_PROGRAMS = ("subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.startfile")
_CHANGES = ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod")
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC

_heard: list[list[str]] = []  # of every `watching` block that is open
_installed = False


@contextmanager
def watching() -> Iterator[list[str]]:
    """Collect what this process does to network, programs and disk inside the block."""
    global _installed
    if not _installed:
        sys.addaudithook(_hear)  # stays to the end of the process; costs a comparison where nobody watches
        _installed = True
    events: list[str] = []
    _heard.append(events)
    try:
        yield events
    finally:
        _heard.remove(events)


def network(events: list[str]) -> list[str]:
    """Return what had to do with the network."""
    return [event for event in events if event.startswith(_NETWORK)]


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if not _heard:
        return
    if event == "open":
        path, mode, flags = arguments
        changes = any(letter in mode for letter in "wax+") if isinstance(mode, str) else bool((flags or 0) & _WRITES)
        if changes and not isinstance(path, int) and str(path) != os.devnull:
            _note(f"open {path!s}")
    elif event.startswith((*_NETWORK, *_PROGRAMS, *_CHANGES)):
        _note(f"{event} {arguments!r}"[:300])


def _note(what: str) -> None:
    for events in _heard:
        events.append(what)

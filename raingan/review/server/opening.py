"""Open the page in a browser, without its address on a command line: other users of the computer can read those."""

from __future__ import annotations

import os
import sys
import threading
import webbrowser
from html import escape
from pathlib import Path

from raingan.ledger.database import OWNER_ONLY

_NAME = "open.html"


def open_browser(address: str, folder: Path) -> None:
    """Have the browser open a file in a folder of ours, which nobody else may read and which leads to the address.

    Returns at once, and says nothing where no browser opens: the address stands on the terminal.
    """
    path = folder / _NAME
    there = escape(address)
    text = (
        '<!doctype html><meta charset="utf-8"><title>Raingan</title><meta name="referrer" content="no-referrer">'
        f'<meta http-equiv="refresh" content="0;url={there}"><p><a href="{there}">Raingan</a></p>\n'
    )
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    # Some browsers are waited for until they are closed.
    threading.Thread(target=webbrowser.open, args=(path.as_uri(),), daemon=True).start()


def has_screen() -> bool:
    """Say whether a browser can open: without a screen, one that runs in the terminal would use up the address."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))

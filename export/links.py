"""Links from the workbook to the files the user gave, and nowhere else."""

from __future__ import annotations

import contextlib
import os
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

_STORE = re.compile(r"[a-z][a-z0-9+.-]+://")  # how the address of a file in a store begins
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/!$'()*,;=@")


def link_maker(folder: Path | None) -> Callable[[str], str]:
    """Return a function from a path on disk to an address as seen from `folder`, where the workbook stands.

    Relative where it can be, so that folder and workbook can move together; else a file: address. Always that where
    the folder is None: the workbook stands in a store. What is an address already stays one.
    """
    base = None if folder is None else os.path.abspath(folder)  # noqa: PTH100 (resolve() would follow links that the user put there)

    def link(path: str) -> str:
        if _STORE.match(path):
            kind, _, rest = path.partition("://")
            host, slash, below = rest.partition("/")
            return f"{kind}://{escape_path(host).replace('%3A', ':')}{slash}{escape_path(below)}"
        target = os.path.abspath(path)  # noqa: PTH100
        if base is not None:
            with contextlib.suppress(ValueError):  # another drive on Windows
                return escape_path(os.path.relpath(target, base))
        return "file:///" + escape_path(target.removeprefix("/") if os.sep == "/" else target, drive=True)

    return link


def escape_path(path: str, drive: bool = False) -> str:
    """Write a path as an address: "a b#1.pdf" -> "a%20b%231.pdf"; Thai letters stay readable, as Excel writes them.

    A colon is escaped, so no name can pass for "http:"; undecodable bytes of a name are escaped one by one.
    """
    if os.sep == "\\":
        path = path.replace("\\", "/")
    return "".join(
        char if char in _UNRESERVED or (drive and index == 1 and char == ":") else _escaped(char)
        for index, char in enumerate(path)
    )


def _escaped(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:
        return f"%{code - 0xDC00:02X}"
    if code >= 0x80 and not 0xD800 <= code <= 0xDFFF and unicodedata.category(char)[0] not in "CZ":
        return char
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "surrogatepass"))


def page_suffix(file: str, path: str, kind: str, page: int | None) -> str:
    """Return "#page=3" where the link opens the PDF itself; a link to an archive or into a store has no pages."""
    if page is None or _STORE.match(path) or kind != "pdf" or _last(file) != _last(path):
        return ""
    return f"#page={page}"


def _last(path: str) -> str:
    return unicodedata.normalize("NFC", path.replace("\\", "/").rpartition("/")[2])

"""Outlook messages (.msg): their text, and what is attached. Read by olefile; properties by their numbers in MS-OXMSG.

Text of eight bits is of the code page that the message names, which readers of such files leave aside.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import Any

from extract.intake.held import Part
from raingan.model.errors import InputError

_BODY, _HTML, _NAME, _SHORT_NAME, _DATA = "1000", "1013", "3707", "3704", "3701"
_TEXT, _EIGHT_BITS, _BINARY, _OBJECT = "001F", "001E", "0102", "000D"
_CODE_PAGES = (0x3FFD, 0x3FDE)  # of the message's texts, of its page
_USUAL_CODE_PAGE = 874
_ATTACHMENT = "__attach_version1.0_"
_PROPERTIES = "__properties_version1.0"
_PROPERTIES_HEAD = 32
_MOST = 2_000
_DEEPEST = 3  # messages in messages


def parts_of_message(data: bytes) -> list[Part]:
    """Return the text of a message and its attachments; raise `InputError` where it cannot be taken apart."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as file:
            return list(_parts(file))
    except Exception as error:  # olefile raises what comes where a file is broken
        raise InputError("broken-file", error=f"Outlook message: {type(error).__name__}: {error}"[:200]) from error


def _parts(file: Any) -> Iterator[Part]:
    names = {"/".join(entry) for entry in file.listdir()}
    yield from _message(file, names, "", "", _code_page(file, names), _DEEPEST)


def _message(file: Any, names: set[str], root: str, shown: str, page: int, depth: int) -> Iterator[Part]:
    """Yield the parts of a message at a place of the file; one inside another is named like a folder."""
    html, body = _bytes(file, names, root, _HTML), _string(file, names, root, _BODY, page)
    if html:
        yield Part(f"{shown}message.html", html)
    elif body:
        yield Part(f"{shown}message.txt", body.encode("utf-8"))
    start = f"{root}/{_ATTACHMENT}".lstrip("/")
    folders = {name[: name.index("/", len(start))] for name in names if name.startswith(start)}
    for folder in sorted(folders)[:_MOST]:
        name = _string(file, names, folder, _NAME, page) or _string(file, names, folder, _SHORT_NAME, page)
        content = _bytes(file, names, folder, _DATA)
        inner = _stream(folder, _DATA, _OBJECT)
        if content is not None:
            yield Part(shown + (name or "attachment"), content)
        elif depth > 0 and any(one.startswith(f"{inner}/") for one in names):
            yield from _message(file, names, inner, f"{shown}{name or 'attachment.msg'}/", page, depth - 1)
        else:
            error = InputError("unsupported-kind", kind="Outlook attachment without content")
            yield Part(shown + (name or "attachment"), b"", error=error)


def _stream(folder: str, number: str, kind: str) -> str:
    return f"{folder}/__substg1.0_{number}{kind}".lstrip("/")


def _bytes(file: Any, names: set[str], folder: str, number: str) -> bytes | None:
    for kind in (_BINARY, _TEXT):
        name = _stream(folder, number, kind)
        if name in names:
            data = bytes(file.openstream(name).read())
            return data if kind == _BINARY else data.decode("utf-16-le", "replace").encode("utf-8")
    return None


def _string(file: Any, names: set[str], folder: str, number: str, page: int) -> str:
    name = _stream(folder, number, _TEXT)
    if name in names:
        return str(file.openstream(name).read().decode("utf-16-le", "replace")).rstrip("\0")
    name = _stream(folder, number, _EIGHT_BITS)
    if name not in names:
        return ""
    data = bytes(file.openstream(name).read()).rstrip(b"\0")
    try:
        return data.decode("utf-8" if page == 65001 else f"cp{page}")
    except (UnicodeDecodeError, LookupError):
        return data.decode(f"cp{_USUAL_CODE_PAGE}", "replace")


def _code_page(file: Any, names: set[str]) -> int:
    """Return the code page of the texts, from the list of properties of fixed size."""
    data = bytes(file.openstream(_PROPERTIES).read()) if _PROPERTIES in names else b""
    found = {}
    for at in range(_PROPERTIES_HEAD, len(data) - 15, 16):
        tag, _, value = struct.unpack_from("<III", data, at)
        found[tag >> 16] = value
    return next((found[number] for number in _CODE_PAGES if found.get(number)), _USUAL_CODE_PAGE)

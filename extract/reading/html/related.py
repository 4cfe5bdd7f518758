"""What was saved together with a page: frames and style sheets, in web pages of one file (.mht, .mhtml).

Such a file is a mail whose first HTML part is the page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.message import Message

from extract.intake.encodings import decode, detect_encoding
from raingan.model.errors import InputError

_HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9-]{1,40}:[ \t]")
_WEB_PAGE = re.compile(rb"^content-type:\s*(?:multipart/related|multipart/alternative|text/html)", re.I | re.M)
_WITHIN = 4096
_MOST_SHEETS = 2**20  # characters of all style sheets; the largest frameworks have 200,000


class Related:
    """What a page may show of other files that were saved with it, and how much of that may be read."""

    def __init__(
        self, characters: int, frames: dict[str, tuple[bytes, str | None]] | None = None, sheets: tuple[str, ...] = ()
    ) -> None:
        self.sheets = sheets
        self._frames = frames or {}
        self._left = characters

    def frame(self, address: str) -> str:
        """Return the page at an address; empty where it was not saved."""
        data, declared = self._frames.get(address.strip(), (b"", None))
        encoding = detect_encoding(data, declared) if data else None
        return "" if encoding is None else decode(data, encoding)

    def spend(self, characters: int) -> bool:
        """Say whether so much more may be read, and count it."""
        self._left -= characters
        return self._left >= 0


@dataclass(frozen=True, slots=True)
class SavedPage:
    """The page of a file, and the other parts of it."""

    data: bytes
    charset: str | None
    frames: dict[str, tuple[bytes, str | None]] = field(default_factory=dict)
    sheets: tuple[str, ...] = ()

    def related(self, characters: int) -> Related:
        """Return what the page may show of the other parts."""
        return Related(characters, self.frames, self.sheets)


def is_mhtml(data: bytes) -> bool:
    """Say whether bytes begin with the header of a saved page."""
    start = data[:_WITHIN].removeprefix(b"\xef\xbb\xbf").lstrip()
    if _HEADER.match(start) is None:
        return False
    header = start.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    return b"mime-version:" in header.lower() and _WEB_PAGE.search(header) is not None


def saved_page(data: bytes) -> SavedPage:
    """Return the page of a saved file with its other parts; raise `InputError` where there is none."""
    from email import message_from_bytes
    from email.errors import MessageError

    try:
        return _page_of(list(message_from_bytes(data.lstrip(b"\xef\xbb\xbf\r\n \t")).walk()))
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise InputError("broken-file", error=f"saved page: {type(error).__name__}") from error


def _page_of(parts: list[Message]) -> SavedPage:
    page: tuple[bytes, str | None] | None = None
    frames: dict[str, tuple[bytes, str | None]] = {}
    sheets: list[str] = []
    for part in parts:
        kind = part.get_content_type()
        payload = part.get_payload(decode=True) if kind in ("text/html", "text/css") else None
        if not isinstance(payload, bytes):
            continue
        if kind == "text/css":
            if sum(map(len, sheets)) + len(payload) < _MOST_SHEETS:
                sheets.append(payload.decode("utf-8", "replace"))
        elif page is None:
            page = (payload, part.get_content_charset())
        else:
            for address in _addresses(part):
                frames.setdefault(address, (payload, part.get_content_charset()))
    if page is None:
        raise InputError("broken-file", error="a saved page without a page in it")
    return SavedPage(*page, frames, tuple(sheets))


def _addresses(part: Message) -> list[str]:
    """Return how other parts name this one."""
    name = str(part.get("Content-ID", "")).strip().strip("<>")
    return [
        address for address in (str(part.get("Content-Location", "")).strip(), f"cid:{name}" * bool(name)) if address
    ]

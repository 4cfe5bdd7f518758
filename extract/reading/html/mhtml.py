"""Web pages saved as one file (.mht, .mhtml): a mail whose first HTML part is the page."""

from __future__ import annotations

import re

from raingan.model.errors import InputError

_HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9-]{1,40}:[ \t]")
_WEB_PAGE = re.compile(rb"^content-type:\s*(?:multipart/related|multipart/alternative|text/html)", re.I | re.M)
_WITHIN = 4096


def is_mhtml(data: bytes) -> bool:
    """Say whether bytes begin with the header of a saved page."""
    start = data[:_WITHIN].removeprefix(b"\xef\xbb\xbf").lstrip()
    if _HEADER.match(start) is None:
        return False
    header = start.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    return b"mime-version:" in header.lower() and _WEB_PAGE.search(header) is not None


def main_page(data: bytes) -> tuple[bytes, str | None]:
    """Return the bytes of the page and the charset that its part declares."""
    from email import message_from_bytes
    from email.errors import MessageError

    try:
        message = message_from_bytes(data.lstrip(b"\xef\xbb\xbf\r\n \t"))
        for part in message.walk():
            if part.get_content_type() == "text/html":
                payload = part.get_payload(decode=True)
                if isinstance(payload, bytes):
                    return payload, part.get_content_charset()
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise InputError("broken-file", error=f"saved page: {type(error).__name__}") from error
    raise InputError("broken-file", error="a saved page without a page in it")

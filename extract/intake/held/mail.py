"""Mails as files (.eml): their text, and what is attached."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from email.message import Message

from extract.intake.held import Part
from raingan.model.errors import InputError

_DEEPEST = 20  # parts in parts; programs write four
_MOST = 2_000  # parts of one mail
_ICON = 30_000  # bytes; a picture shown in the text that is larger may be a scan
_SUFFIXES = {"text/html": ".html", "text/plain": ".txt", "message/rfc822": ".eml"}
# Names of the text itself among the members.
_BODY = "message"


def parts_of_mail(data: bytes) -> list[Part]:
    """Return the text of a mail and its attachments; raise `InputError` where it cannot be taken apart."""
    from email import message_from_bytes
    from email.errors import MessageError

    try:
        mail = message_from_bytes(data.lstrip(b"\xef\xbb\xbf\r\n \t"))
        leaves = [leaf for leaf, _ in zip(_leaves(mail, _DEEPEST), range(_MOST), strict=False)]
        return list(_parts(leaves))
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise InputError("broken-file", error=f"mail: {type(error).__name__}") from error


def _leaves(part: Message, depth: int) -> Iterator[Message]:
    """Yield the parts that hold no others, but mails in mails whole."""
    if part.is_multipart() and part.get_content_type() != "message/rfc822" and depth > 0:
        for inner in part.get_payload():
            if isinstance(inner, Message):
                yield from _leaves(inner, depth - 1)
    else:
        yield part


def _parts(leaves: list[Message]) -> Iterator[Part]:
    bodies = [leaf for leaf in leaves if not _is_attached(leaf) and leaf.get_content_maintype() == "text"]
    pages = [leaf for leaf in bodies if leaf.get_content_type() == "text/html"]
    for leaf in pages or bodies:  # a text beside a page says the same once more
        yield Part(_BODY + _SUFFIXES.get(leaf.get_content_type(), ".txt"), _text(leaf))
    for leaf in leaves:
        if leaf in bodies:
            continue
        name = _name(leaf)
        if leaf.get_content_type() == "message/rfc822":
            inner = leaf.get_payload()
            data = inner[0].as_bytes() if isinstance(inner, list) and isinstance(inner[0], Message) else b""
        else:
            payload = leaf.get_payload(decode=True)
            data = payload if isinstance(payload, bytes) else b""
        is_icon = leaf.get_content_maintype() == "image" and leaf.get("Content-ID") is not None and len(data) < _ICON
        yield Part(name, data, of_page=is_icon)


def _is_attached(leaf: Message) -> bool:
    return leaf.get_content_disposition() == "attachment" or bool(leaf.get_filename())


def _text(leaf: Message) -> bytes:
    """Return the text of a mail as UTF-8, as it came where its characters are of another set than it says."""
    payload = leaf.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    charset = leaf.get_content_charset()
    try:
        return data.decode(charset).encode("utf-8") if charset else data
    except (UnicodeError, LookupError):
        return data


def _name(leaf: Message) -> str:
    from email.header import decode_header, make_header

    name = leaf.get_filename() or ""
    if "=?" in name:
        with contextlib.suppress(ValueError, LookupError, UnicodeError):
            name = str(make_header(decode_header(name)))
    return name or "attachment" + _SUFFIXES.get(leaf.get_content_type(), "")

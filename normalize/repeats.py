"""Prose in a form that can be compared: what stands in two places word for word."""

from __future__ import annotations

import hashlib

import regex

# Shorter paragraphs are set phrases ("ดำเนินการแล้วเสร็จ", "อยู่ระหว่างดำเนินการ ...") that repeat for good reason.
SHORTEST_COMPARED = 60

_LIST_NUMBER = regex.compile(r"^(?:[-–•*]|\(?\d{1,2}+(?:\.\d{1,2}+)*+[.)])\s*+")


def comparable(text: str) -> str:
    """Return a paragraph without its list number, spaces and case."""
    return "".join(_LIST_NUMBER.sub("", text.strip()).split()).casefold()


def paragraphs_for_comparison(text: str | None) -> list[str]:
    """Return the paragraphs long enough that their repetition says something."""
    if text is None:
        return []
    plain = (comparable(line) for line in text.split("\n"))
    return [line for line in plain if len(line) >= SHORTEST_COMPARED]


def fingerprint(text: str | None) -> bytes | None:
    """Return 16 bytes that are equal for sections of equal wording; None for short ones."""
    if text is None:
        return None
    plain = "\n".join(comparable(line) for line in text.split("\n"))
    if len(plain) < SHORTEST_COMPARED:
        return None
    return hashlib.blake2b(plain.encode("utf-8", "surrogatepass"), digest_size=16).digest()

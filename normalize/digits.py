"""Digits: Thai and full-width ones as Arabic, and printed figures as exact decimals."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

# Every decimal digit of these blocks has its Arabic twin at the same place, so positions stay.
_TO_ARABIC = {
    code: unicodedata.decimal(chr(code))
    for first in (0x0E50, 0xFF10)  # Thai digits, full-width digits
    for code in range(first, first + 10)
}
_OTHER_DIGIT = re.compile("[\u0e50-\u0e59\uff10-\uff19]")
_TABLE = {code: str(value) for code, value in _TO_ARABIC.items()}

# Thousands are grouped by three or not at all: "1,23" is no figure but a list or a misprint.
_NUMBER = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")


def to_arabic(text: str) -> str:
    """Return the text with Thai and full-width digits as Arabic ones; every other character keeps its place."""
    return text.translate(_TABLE) if _OTHER_DIGIT.search(text) else text


def parse_number(text: str) -> Decimal | None:
    """Return a printed figure as an exact decimal ("๑,๒๕๐.๕๐" -> 1250.50), or None if it is none."""
    plain = to_arabic(text).strip()
    if not _NUMBER.fullmatch(plain):
        return None
    return Decimal(plain.replace(",", ""))

"""Text encodings, told from the bytes: UTF-8, UTF-16, UTF-32, cp874, what was mangled on the way, and the rest.

The Thai tests look at bytes of cp874 (TIS-620 is the part of it without quotes and dashes): a text in it has
runs of Thai bytes whose marks stand on consonants. Text in another encoding does not, random bytes even less.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# What no text holds: C0 controls without tab, line ends, vertical tab, form feed, DOS end of file and escape.
_CONTROLS = bytes(sorted({*range(32), 127} - {9, 10, 11, 12, 13, 26, 27}))
_ASCII = bytes(range(128))
_MOST_CONTROLS = 0.10  # of a file that is strictly UTF-8: pastes with binary rubbish inside are still text
_MOST_CONTROLS_LEGACY = 0.005  # where every byte sequence is "valid", one control in 200 bytes means binary
_MOST_LOST = 0.05  # of the non-ASCII characters; more than that is not a damaged text but another encoding

_SAMPLE = 2**22  # bytes; letters of a text do not change their share after that

_THAI_RUN = re.compile(rb"[\xa1-\xda\xdf-\xfb]{2,}")
_NOT_CP874 = bytes(
    [*range(0x81, 0x85), *range(0x86, 0x91), *range(0x98, 0xA0), *range(0xDB, 0xDF), *range(0xFC, 0x100)]
)
_NOT_THAI = bytes([*range(0xA1), *range(0xDB, 0xDF), *range(0xFC, 0x100)])
# A dependent vowel or tone without a base before it, or a leading vowel without a consonant after it.
_ILL_THAI = re.compile(
    rb"(?<![\xa1-\xce\xd1-\xda\xe7-\xee])[\xd0-\xda\xe7-\xee]|[\xe0-\xe4](?![\xa1-\xce])",
)
# The 32 commonest letters and marks of PyThaiNLP's word list make up 0.89 of it and 0.83-0.91 of reports; of text in
# other two-byte encodings, whose bytes spread evenly, they make up less than half.
_COMMON_THAI = bytes.fromhex("a1a4a7a8aab4b5b7b9babbbec1c2c3c5c7cacbcdd0d1d2d4d5d8e0e1e2e8e9ec")
_THAI_DIGITS = bytes(range(0xF0, 0xFA))
_SURE_COMMON, _LEAST_COMMON = 0.7, 0.55
_ENOUGH_THAI = 40  # letters, for the share of common ones to mean anything
_SURE_THAI = 8  # Thai letters; the shortest label of a report is longer

# Every Thai character of UTF-8 that was read as cp874 begins with one of these two pairs.
_UTF8_AS_CP874 = re.compile("\u0e40[\u0e18\u0e19]")
_THAI = re.compile("[\u0e01-\u0e3a\u0e3f-\u0e5b]")


# Python also knows codecs that are no text encodings; a page may name any of them.
_LEGACY_CODECS = ("cp12", "cp874", "cp93", "cp94", "cp95", "iso8859", "koi8", "gb", "big5", "shift_jis", "euc_", "tis")


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the bytes of a text become characters."""

    name: str  # as shown to people: "utf-8", "cp874", "cp874, stored as latin-1 in utf-8"
    codec: str  # Python's name, of the bytes as they are
    certain: bool = True
    mangled: tuple[str, str] | None = None  # (codec the text was wrongly read with, its true codec), to be undone


def decode(data: bytes, encoding: Encoding) -> str:
    """Decode; bytes that are no character of the encoding become U+FFFD. The byte order mark is left out."""
    text = data.decode(encoding.codec, "replace").removeprefix("\ufeff")
    if encoding.mangled is not None:
        wrong, true = encoding.mangled
        text = _bytes_behind(text, wrong)[0].decode(true, "replace")
    return text


def detect_encoding(data: bytes, declared: str | None = None) -> Encoding | None:
    """Tell the encoding of a text, or None where the bytes are no text.

    `declared` (the charset a page names) decides only where the bytes leave a choice: pages often lie.
    """
    for mark, codec in _BOMS:
        if data.startswith(mark):
            return _marked(data, codec)
    wide = _utf_16_without_mark(data)
    if wide is not None:
        return wide
    written = data.rstrip(b"\0")  # some programs fill the last block of a file
    controls = _share_of(_CONTROLS, written)
    if not written or controls > _MOST_CONTROLS:
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        if _is_damaged_utf_8(data, error):
            return Encoding("utf-8", "utf-8")
    else:
        return _mangled(data, text) or Encoding("utf-8", "utf-8")
    if controls > _MOST_CONTROLS_LEGACY:
        return None
    sample = data[:_SAMPLE]
    return _thai_bytes(sample) or _legacy(sample, declared)


def looks_like_cp874(data: bytes) -> bool:
    """Say whether bytes, as few as a file name, read as well-formed Thai."""
    found = _thai_bytes(data)
    return found is not None and _ILL_THAI.search(data) is None and not data.translate(None, _ASCII + _CP874_HIGH)


def _marked(data: bytes, codec: str) -> Encoding | None:
    """A byte order mark is a claim; what follows has to bear it out."""
    text = data.decode(codec, "replace")
    if len(text) > 1 and text.count("\ufffd") > max(1, len(text) * _MOST_LOST):
        return None
    if _share_of_controls(text) > _MOST_CONTROLS:
        return None
    return Encoding(codec, codec)


def _share_of_controls(text: str) -> float:
    return _share_of(_CONTROLS, text.encode("utf-8", "replace"))


def _share_of(chosen: bytes, data: bytes) -> float:
    return 1 - len(data.translate(None, chosen)) / len(data) if data else 0.0


def _utf_16_without_mark(data: bytes) -> Encoding | None:
    """In UTF-16 of Thai and English the high bytes are nearly all 0x00 and 0x0E, which no other text holds."""
    sample = data[:8192]
    if len(sample) < 4 or (b"\0" not in sample and b"\x0e" not in sample):
        return None
    for codec, high, low in (("utf-16-le", sample[1::2], sample[0::2]), ("utf-16-be", sample[0::2], sample[1::2])):
        # 0x20, 0x25-0x27, 0xF0 and 0xF7: dashes and quotes, boxes and ticks, symbol fonts, old Thai glyphs
        if (
            _share_of(b"\0\x0e", high) > 0.7
            and _share_of(b"\0\x0e\x20\x25\x26\x27\xf0\xf7", high) > 0.95
            and _share_of(b"\0", low) < 0.05
        ):
            return _marked(data, codec)
    return None


def _is_damaged_utf_8(data: bytes, error: UnicodeDecodeError) -> bool:
    """Say whether the text is UTF-8 but for a few bytes, or cut in the middle of its last character."""
    good = error.start - len(data[: error.start].translate(None, bytes(range(0x80, 0x100))))
    if error.reason == "unexpected end of data" and good:
        return True
    text = data.decode("utf-8", "replace")
    lost = text.count("\ufffd")
    kept = len(text) - len(data.translate(None, bytes(range(0x80, 0x100)))) - lost
    return lost <= kept * _MOST_LOST


_CP874_HIGH = bytes(byte for byte in range(0x80, 0x100) if byte not in _NOT_CP874)


def _thai_bytes(data: bytes) -> Encoding | None:
    """Recognise cp874 by runs of Thai bytes with their marks in place."""
    thai = len(data.translate(None, _NOT_THAI))
    if not thai:
        return None
    in_runs = sum(map(len, _THAI_RUN.findall(data)))
    ill_formed = len(_ILL_THAI.findall(data)) / thai
    strange = len(data) - len(data.translate(None, _NOT_CP874))
    if in_runs < thai * 0.7 or ill_formed > 0.1 or strange > thai * _MOST_LOST:
        return None
    letters = data.translate(None, _NOT_THAI + _THAI_DIGITS)
    common = _share_of(_COMMON_THAI, letters)
    if len(letters) >= _ENOUGH_THAI and common < _LEAST_COMMON:
        return None
    sure = thai >= _SURE_THAI and ill_formed < 0.02 and strange == 0 and common >= _SURE_COMMON
    return Encoding("cp874", "cp874", certain=sure)


def _legacy(data: bytes, declared: str | None) -> Encoding:
    """Take the rest as the declared encoding or cp1252; in doubt unless the text is nearly all ASCII."""
    codec = _known_codec(declared) or "cp1252"
    high = _share_of(bytes(range(0x80, 0x100)), data)
    return Encoding(codec, codec, certain=high < 0.05)


def _known_codec(declared: str | None) -> str | None:
    """Python's name of a one- or two-byte encoding that a page declares, or None."""
    if not declared:
        return None
    try:
        name = codecs.lookup(declared.strip()[:40]).name
    except (LookupError, ValueError):
        return None
    return name if name.startswith(_LEGACY_CODECS) and name != "iso8859-1" else None


def _mangled(data: bytes, text: str) -> Encoding | None:
    """Recognise Thai that was read with a wrong encoding before it was stored as UTF-8."""
    thai = data.count(b"\xe0\xb8") + data.count(b"\xe0\xb9")
    pairs = len(_UTF8_AS_CP874.findall(text)) if thai else 0
    if pairs > 4 and pairs * 3 > thai * 0.6:
        inner, strange = _bytes_behind(text, "cp874")
        if _is_mostly_utf_8(inner, strange):
            return Encoding("utf-8, stored as cp874 in utf-8", "utf-8", mangled=("cp874", "utf-8"))
    if thai or data.count(b"\xc2") + data.count(b"\xc3") < _SURE_THAI:
        return None
    inner, strange = _bytes_behind(text, "cp1252")
    if _is_mostly_utf_8(inner, strange):
        return Encoding("utf-8, stored as latin-1 in utf-8", "utf-8", mangled=("cp1252", "utf-8"))
    found = _thai_bytes(inner)
    if found is not None and found.certain and not strange:
        return Encoding("cp874, stored as latin-1 in utf-8", "utf-8", mangled=("cp1252", "cp874"))
    return None


def _is_mostly_utf_8(data: bytes, strange: int) -> bool:
    text = data.decode("utf-8", "replace")
    thai = len(_THAI.findall(text))
    return thai >= _SURE_THAI and text.count("\ufffd") + strange <= thai * _MOST_LOST


def _bytes_behind(text: str, codec: str) -> tuple[bytes, int]:
    """Undo a decoding with a one-byte encoding; also return how many characters it cannot have made.

    Bytes that the encoding leaves undefined are taken from C1, where browsers and editors put them.
    """
    table = {ord(bytes([byte]).decode(codec, "replace")): byte for byte in range(0x80, 0x100)}
    table.pop(0xFFFD, None)
    for byte in range(0x80, 0xA0):
        table.setdefault(byte, byte)
    for byte in range(0x80):
        table[byte] = byte
    if codec == "cp1252":
        for byte in range(0xA0, 0x100):
            table.setdefault(byte, byte)
    codes = [table.get(ord(character), -1) for character in text]
    strange = codes.count(-1)
    # A byte that is wrong in every encoding in question, so that it shows as U+FFFD.
    return bytes(0xFF if code < 0 else code for code in codes), strange

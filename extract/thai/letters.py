"""Thai writing: which sequences are possible, their canonical order, and repairs that need no geometry.

Unicode blocks only; no words. Sources: Unicode Standard, chapter 16.1 (order of Thai marks); WTT 2.0, the input
and output method of the Thai API Consortium (which character may follow which); the private-use glyphs are those of
the Windows and Macintosh Thai fonts of the 1990s (U+F700 to U+F71A).
"""

from __future__ import annotations

import re
from functools import cache

SARA_AM = "\u0e33"
SARA_AA = "\u0e32"
NIKHAHIT = "\u0e4d"
VOWELS_ABOVE = "\u0e31\u0e34-\u0e37\u0e47"  # mai han-akat, i, ii, ue, uee, mai taikhu
VOWELS_BELOW = "\u0e38\u0e39\u0e3a"  # u, uu, phinthu
TONES = "\u0e48-\u0e4b"
THANTHAKHAT = "\u0e4c"
MARKS = f"{VOWELS_ABOVE}{VOWELS_BELOW}{TONES}{THANTHAKHAT}{NIKHAHIT}\u0e4e"
CONSONANTS = "\u0e01-\u0e2e"
LEADING_VOWELS = "\u0e40-\u0e44"

PRIVATE_USE = {
    0xF700: "\u0e10",
    **{0xF701 + step: chr(0x0E34 + step) for step in range(4)},  # i, ii, ue, uee moved left
    **{0xF705 + step: chr(0x0E48 + step) for step in range(5)},  # tones and thanthakhat, low left
    **{0xF70A + step: chr(0x0E48 + step) for step in range(5)},  # low
    0xF70F: "\u0e0d",
    0xF710: "\u0e31",
    0xF711: "\u0e4d",
    0xF712: "\u0e47",
    **{0xF713 + step: chr(0x0E48 + step) for step in range(5)},  # high left
    **{0xF718 + step: chr(0x0E38 + step) for step in range(3)},  # vowels below, lowered
}
"""Private-use code -> the character it shows, for `str.translate`."""

_PRIVATE = re.compile("[\uf700-\uf71a]")
MARK_CLASS = re.compile(f"[{MARKS}]")
_RUN = re.compile(f"[{MARKS}]{{2,}}")
_ILL = re.compile(
    rf"(?<![{CONSONANTS}{MARKS}])[{MARKS}]"  # a mark on nothing
    rf"|(?<=[{TONES}{THANTHAKHAT}])[{VOWELS_ABOVE}{VOWELS_BELOW}{TONES}{THANTHAKHAT}]"  # something after the tone
    rf"|(?<=[{VOWELS_ABOVE}{VOWELS_BELOW}])[{VOWELS_ABOVE}{VOWELS_BELOW}]"  # two vowels on one base
    rf"|(?<![{CONSONANTS}{TONES}]){SARA_AM}"  # am on nothing
    rf"|{NIKHAHIT}[{TONES}]?{SARA_AA}"  # am in pieces
    rf"|[{LEADING_VOWELS}](?![{CONSONANTS}])"  # a leading vowel before nothing
    rf"|(?<=[ \n])[\u0e30{SARA_AA}\u0e45]"  # a following vowel behind a space
    r"|[\uf700-\uf71a]"
)
_THAI = re.compile("[\u0e01-\u0e3a\u0e40-\u0e4e]+")

# What makes a text worth a closer look; everything else is returned as it is.
_SUSPECT = re.compile(
    rf"[\uf700-\uf71a]|{NIKHAHIT}|\u0e40\u0e40|[{MARKS}]{{2}}|{SARA_AM}[{SARA_AM}{SARA_AA}{TONES}]"
    rf"|[{CONSONANTS}][{TONES}]?\x00[{TONES}]?{SARA_AA}|[\u00a1-\u00fb]{{3}}|[{TONES}]{SARA_AM}[{TONES}]"
)
_AM_IN_PIECES = re.compile(rf"{NIKHAHIT}([{TONES}]?){SARA_AA}|([{TONES}]){NIKHAHIT}{SARA_AA}")
_AM_LOST = re.compile(rf"(?<=[{CONSONANTS}])([{TONES}]?)\x00([{TONES}]?){SARA_AA}")
_AM_TWICE = re.compile(rf"{SARA_AM}[{SARA_AM}{SARA_AA}]+")
_TONE_AFTER_AM = re.compile(rf"{SARA_AM}([{TONES}])")
_MANGLED = re.compile(r"[\u00a1-\u00fb]")
_LATIN_LETTER = re.compile(r"[A-Za-z\u0e01-\u0e5b]")


def ill_formed(text: str) -> int:
    """Count sequences that Thai writing cannot have."""
    return len(_ILL.findall(text))


def thai_letters(text: str) -> int:
    """Count Thai consonants, vowels and marks (no digits)."""
    return sum(map(len, _THAI.findall(text)))


def has_private_use(text: str) -> bool:
    """Tell whether a text holds private-use glyphs of Thai fonts."""
    return _PRIVATE.search(text) is not None


def without_private_use(text: str) -> str:
    """Put Thai characters in the place of private-use glyphs."""
    return text.translate(PRIVATE_USE) if _PRIVATE.search(text) else text


def canonical(text: str) -> str:
    """Put the marks of every base in canonical order (vowel, then tone) and keep each once."""
    return _RUN.sub(_ordered, text) if _RUN.search(text) else text


@cache
def _rank(mark: str) -> int:
    if mark in "\u0e38\u0e39\u0e3a":
        return 0
    if mark in "\u0e31\u0e34\u0e35\u0e36\u0e37\u0e47":
        return 1
    return 3 if mark in "\u0e4d\u0e4e" else 2


def _ordered(match: re.Match[str]) -> str:
    marks: list[str] = []
    for mark in match[0]:
        if mark not in marks:
            marks.append(mark)
    return "".join(sorted(marks, key=_rank))


def repair_text(text: str) -> tuple[str, tuple[str, ...]]:
    """Repair what can be repaired without seeing the page; return the text and the names of what was done.

    Only damage that leaves one possible reading is undone: private-use glyphs, am in pieces or doubled, doubled and
    misordered marks, a doubled leading vowel, and bytes of cp874 that were read as Latin-1.
    """
    if not _SUSPECT.search(text):
        return text, ()
    repairs: list[str] = []

    def done(name: str, result: str) -> str:
        nonlocal text
        if result != text and name not in repairs:
            repairs.append(name)
        text = result
        return text

    done("latin-1", _unmangled(text))
    done("private-use", without_private_use(text))
    done("mark-order", canonical(text))
    done("nikhahit", _AM_LOST.sub(rf"\1\2{SARA_AM}", text))
    done("nikhahit", _AM_IN_PIECES.sub(rf"\1\2{SARA_AM}", text))
    done("doubled", _AM_TWICE.sub(SARA_AM, text))
    done("mark-order", _TONE_AFTER_AM.sub(rf"\1{SARA_AM}", text))
    done("doubled", text.replace("\u0e40\u0e40", "\u0e41"))
    return text, tuple(repairs)


def _unmangled(text: str) -> str:
    """Undo cp874 read as Latin-1 or cp1252: "»ÃÐà´ç¹" -> "ประเด็น"; only where nothing else can be meant."""
    mangled = len(_MANGLED.findall(text))
    if mangled < 3 or mangled < len(_LATIN_LETTER.findall(text)):
        return text
    try:
        data = text.encode("latin-1")
    except UnicodeEncodeError:
        try:
            data = text.encode("cp1252")
        except UnicodeEncodeError:
            return text
    try:
        undone = data.decode("cp874")
    except UnicodeDecodeError:
        return text
    return undone if ill_formed(undone) * 20 <= thai_letters(undone) else text

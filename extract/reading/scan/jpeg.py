"""How a JPEG is packed, from its markers alone."""

from __future__ import annotations

_SCAN, _END = 0xDA, 0xD9
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_SEQUENTIAL = frozenset({0xC0, 0xC1})
_BARE = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a length


def needs_all_at_once(data: bytes) -> bool:
    """Tell whether a decoder has to hold all coefficients in memory: several scans, each over the whole picture.

    Decoding such a file smaller saves nothing: two bytes a sample are needed at full size. A file that cannot be
    followed counts as such.
    """
    at, components = 2, 0
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            return True
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1  # padding
            continue
        if marker in _BARE:
            at += 2
            continue
        if marker == _END:
            return True
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if marker in _FRAMES:
            if marker not in _SEQUENTIAL or at + 10 > len(data):
                return True
            components = data[at + 9]
        elif marker == _SCAN:
            return at + 5 > len(data) or data[at + 4] < components
        at += 2 + length
    return True

"""A writer of PDFs that writes what it is told, right or wrong."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence

Objects = Mapping[int, bytes]

CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
TEXT = b"BT /F1 12 Tf 72 700 Td (Some words that stand on a page) Tj ET"


def stream(data: bytes, about: bytes = b"", length: bytes | None = None) -> bytes:
    """Write a stream; `length` is what it claims."""
    claimed = str(len(data)).encode() if length is None else length
    return b"<< " + about + (b" /Length " + claimed if claimed else b"") + b" >>\nstream\n" + data + b"\nendstream"


def packed(data: bytes, about: bytes = b"") -> bytes:
    """Write a stream packed by Flate."""
    return stream(zlib.compress(data, 9), b"/Filter /FlateDecode " + about)


def page(about: bytes = b"", resources: bytes = b"/Font << /F1 5 0 R >>", box: bytes = b"[0 0 595 842]") -> bytes:
    """Write a page whose content is object 4."""
    shown = b"/MediaBox " + box if box else b""
    return b"<< /Type /Page /Parent 2 0 R %s /Contents 4 0 R /Resources << %s >> %s >>" % (shown, resources, about)


def body(content: bytes = TEXT, resources: bytes = b"", about: bytes = b"", **more: bytes) -> dict[int, bytes]:
    """Return a document of one page; further objects as o6=..., o7=..."""
    objects = {
        1: CATALOG,
        2: PAGES,
        3: page(about, b"/Font << /F1 5 0 R >> " + resources),
        4: content if content.startswith(b"<<") else stream(content),
        5: FONT,
    }
    objects.update({int(name[1:]): value for name, value in more.items()})
    return objects


def write(objects: Objects, trailer: bytes = b"/Root 1 0 R", header: bytes = b"%PDF-1.7\n") -> bytes:
    """Write objects with a right table."""
    data, offsets = written(objects, header)
    return finish(data, table(offsets), trailer, max(objects, default=0) + 1)


def written(objects: Objects, header: bytes = b"%PDF-1.7\n") -> tuple[bytes, dict[int, int]]:
    """Write the objects alone, and say where each begins."""
    made = bytearray(header)
    offsets = {}
    for number, value in objects.items():
        offsets[number] = len(made)
        made += b"%d 0 obj\n" % number + value + b"\nendobj\n"
    return bytes(made), offsets


def table(offsets: Mapping[int, int]) -> bytes:
    """Write a table of offsets."""
    size = max(offsets, default=0) + 1
    rows = [b"%010d 00000 n \n" % offsets[at] if at in offsets else b"0000000000 65535 f \n" for at in range(size)]
    return b"xref\n0 %d\n" % size + b"".join(rows)


def finish(data: bytes, xref: bytes, trailer: bytes, size: int, start: bytes | None = None) -> bytes:
    """Put table and trailer behind the objects."""
    at = str(len(data)).encode() if start is None else start
    return data + xref + b"trailer\n<< /Size %d %s >>\nstartxref\n%s\n%%%%EOF\n" % (size, trailer, at)


def with_streams(objects: Objects, inside: Sequence[tuple[int, bytes]], about: bytes = b"", first: int = -1) -> bytes:
    """Write a document whose last objects lie in an object stream, with a table that is a stream."""
    holder = max([*objects, *(number for number, _ in inside)]) + 1
    numbers, values = bytearray(), bytearray()
    for number, value in inside:
        numbers += b"%d %d " % (number, len(values))
        values += value + b" "
    start = len(numbers) if first < 0 else first
    kept = packed(bytes(numbers + values), b"/Type /ObjStm /N %d /First %d %s" % (len(inside), start, about))
    data, offsets = written({**objects, holder: kept})
    index = {number: at for at, (number, _) in enumerate(inside)}
    rows = bytearray()
    for number in range(holder + 2):
        if number in index:
            rows += b"\2" + holder.to_bytes(4) + index[number].to_bytes(4)
        elif number == holder + 1:
            rows += b"\1" + len(data).to_bytes(4) + bytes(4)
        elif number in offsets:
            rows += b"\1" + offsets[number].to_bytes(4) + bytes(4)
        else:
            rows += bytes(9)
    return with_table(data, holder + 1, bytes(rows))


def with_table(data: bytes, number: int, rows: bytes, about: bytes = b"/W [1 4 4]", size: int | None = None) -> bytes:
    """Put a table that is a stream behind the objects."""
    claimed = number + 1 if size is None else size
    value = packed(rows, b"/Type /XRef /Size %d /Root 1 0 R %s" % (claimed, about))
    return data + b"%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (number, value, len(data))


def lzw(value: int, count: int) -> bytes:
    """Pack one byte repeated by LZW as PDF has it: codes of 9 to 12 bits, growing early."""
    codes = [256]
    longest, following = 1, 258
    known = {1: value}
    left = count
    while left > 0:
        take = min(longest, left)
        codes.append(known[take])
        left -= take
        if following < 4093:
            known[longest + 1] = following
            following += 1
            longest += 1
        else:
            codes.append(256)
            longest, following, known = 1, 258, {1: value}
    codes.append(257)
    return _bits(codes)


def _bits(codes: Sequence[int]) -> bytes:
    made, held, width, following, first = bytearray(), 0, 0, 257, True
    for code in codes:
        size = 9 if following < 511 else 10 if following < 1023 else 11 if following < 2047 else 12
        held = held << size | code
        width += size
        while width >= 8:
            width -= 8
            made.append(held >> width & 0xFF)
            held &= (1 << width) - 1
        if code == 256:
            following, first = 257, True
        elif first:
            first = False
        else:
            following += 1
    if width:
        made.append(held << (8 - width) & 0xFF)
    return bytes(made)

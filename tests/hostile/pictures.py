"""Hostile pictures: headers that promise gigabytes, circles of frames, strips that lie, all cut short."""

from __future__ import annotations

import io
import struct
import zlib
from functools import partial
from typing import Any

from tests.hostile.parts import Cost, Hostile, Recipes, chance_for

_MARK = b"\x89PNG\r\n\x1a\n"


def files() -> list[Hostile]:
    """Return every hostile picture."""
    recipes = Recipes("picture", "")
    _png(recipes)
    _tiff(recipes)
    _jpeg(recipes)
    _gif(recipes)
    _others(recipes)
    for suffix in ("png", "jpeg", "tiff", "gif", "bmp", "webp"):
        recipes.cut(suffix, partial(saved, suffix))
    return recipes.files


def saved(kind: str, size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: Any) -> bytes:
    """Make a small right picture."""
    from PIL import Image

    noise = chance_for(f"picture/{kind}").randbytes(size[0] * size[1] * 3)
    stream = io.BytesIO()
    image = Image.frombytes("RGB", size, noise).convert(mode)
    image.save(stream, kind, **options)
    return stream.getvalue()


def _chunk(kind: bytes, data: bytes, length: int | None = None, check: int | None = None) -> bytes:
    found = zlib.crc32(kind + data) if check is None else check
    return struct.pack(">I", len(data) if length is None else length) + kind + data + struct.pack(">I", found)


def png(
    width: int, height: int, rows: bytes, *between: bytes, depth: int = 8, colour: int = 0, end: bool = True
) -> bytes:
    """Write a PNG of what it is told."""
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    parts = [_MARK, _chunk(b"IHDR", head), *between, _chunk(b"IDAT", rows)]
    return b"".join([*parts, _chunk(b"IEND", b"")] if end else parts)


def _png(recipes: Recipes) -> None:
    def add(name: str, data: bytes, cost: Cost = Cost.CHEAP) -> None:
        recipes.add(f"png-{name}", data, cost, ".png")

    small = zlib.compress(bytes(41 * 40))
    for width, height in ((0, 0), (0, 40), (2**31 - 1, 1), (1, 2**31 - 1), (60_000, 60_000), (2**31 - 1, 2**31 - 1)):
        add(f"{width}x{height}", png(width, height, small))
    add("bomb-11000", png(11_000, 11_000, zlib.compress(bytes(11_001 * 11_000), 9)), Cost.HEAVY)
    add("bomb-long", png(1, 120_000_000, small))
    add("bomb-rows", png(40, 40, zlib.compress(bytes(50_000_000), 9)))
    for name, key in (("text", b"zTXt"), ("international", b"iTXt"), ("profile", b"iCCP")):
        inside = zlib.compress(bytes(64 * 2**20), 9)
        head = b"key\0\0" if key != b"iTXt" else b"key\0\1\0\0\0"
        add(f"bomb-{name}", png(40, 40, small, _chunk(key, head + inside)))
    add("texts-20000", png(40, 40, small, _chunk(b"tEXt", b"a\0b") * 20_000))
    for depth, colour in ((16, 0), (1, 0), (16, 6), (3, 0), (8, 3), (99, 9)):
        add(f"depth-{depth}-colour-{colour}", png(40, 40, zlib.compress(bytes(400 * 40)), depth=depth, colour=colour))
    add("no-palette", png(40, 40, small, colour=3))
    add("palette-long", png(40, 40, small, _chunk(b"PLTE", bytes(999)), colour=3))
    add("wrong-check", _MARK + _chunk(b"IHDR", struct.pack(">IIBBBBB", 40, 40, 8, 0, 0, 0, 0), check=0))
    add("length-huge", _MARK + _chunk(b"IHDR", b"", length=2**31 - 1))
    add("length-negative", png(40, 40, small)[:33] + b"\xff\xff\xff\xff" + b"IDAT")
    add("no-data", png(40, 40, b"", end=False))
    add("no-rows", png(40, 40, b""))
    add("two-heads", png(40, 40, small, _chunk(b"IHDR", struct.pack(">IIBBBBB", 9000, 9000, 8, 6, 0, 0, 0))))
    add("data-rubbish", png(40, 40, chance_for("png").randbytes(900)))
    add("exif-rubbish", png(40, 40, small, _chunk(b"eXIf", chance_for("exif").randbytes(900))))
    add("resolution-zero", png(40, 40, small, _chunk(b"pHYs", struct.pack(">IIB", 0, 0, 1))))
    add("resolution-huge", png(40, 40, small, _chunk(b"pHYs", struct.pack(">IIB", 2**32 - 1, 1, 1))))
    control = struct.pack(">IIIIIHHBB", 0, 40, 40, 0, 0, 1, 1, 0, 0)
    moving = [_chunk(b"acTL", struct.pack(">II", 2**31 - 1, 0)), _chunk(b"fcTL", control)]
    add("animation-lie", png(40, 40, small, *moving))
    outside = struct.pack(">IIIIIHHBB", 0, 9000, 9000, 2**31 - 1, 5, 0, 0, 9, 9)
    add("animation-outside", png(40, 40, small, moving[0], _chunk(b"fcTL", outside)))


Entry = tuple[int, int, int, int]
"""Tag, type, count, value."""


def tiff(directories: list[tuple[list[Entry], int]], after: bytes = b"", order: str = "<") -> bytes:
    """Write a TIFF: directories with the offset of the next one; -1 is where the following one lies."""
    made = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8)
    for entries, following in directories:
        end = len(made) + 2 + 12 * len(entries) + 4
        made += struct.pack(order + "H", len(entries))
        for tag, kind, count, value in entries:
            made += struct.pack(order + "HHII", tag, kind, count, value & 0xFFFFFFFF)
        made += struct.pack(order + "I", end if following == -1 else following)
    return made + after


def page(**changed: int) -> list[Entry]:
    """Return the entries of a grey page of 40 x 40, whose pixels begin at 500."""
    values = {
        "width": 40,
        "height": 40,
        "bits": 8,
        "packing": 1,
        "colour": 1,
        "at": 500,
        "samples": 1,
        "rows": 40,
        "length": 1600,
    }
    values |= changed
    tags = (256, 257, 258, 259, 262, 273, 277, 278, 279)
    return [(tag, 4, 1, value) for tag, value in zip(tags, values.values(), strict=True)]


def _tiff(recipes: Recipes) -> None:
    pixels = bytes(3000)

    def add(name: str, data: bytes, cost: Cost = Cost.CHEAP) -> None:
        recipes.add(f"tiff-{name}", data, cost, ".tif")

    add("circle-itself", tiff([(page(), 8)], pixels))
    add("circle-two", tiff([(page(), -1), (page(), 8)], pixels))
    add("next-far", tiff([(page(), 99_999_999)], pixels))
    add("next-odd", tiff([(page(), 3)], pixels))
    add("pages-1500", tiff([*[(page(), -1)] * 1500, (page(), 0)], pixels), Cost.HEAVY)
    add("pages-3000", tiff([*[(page(), -1)] * 3000, (page(), 0)], pixels))
    for name, changed in {
        "0x0": {"width": 0, "height": 0},
        "huge": {"width": 60_000, "height": 60_000},
        "wide": {"width": 2**31 - 1, "height": 1},
        "strip-far": {"at": 99_999_999},
        "strip-negative": {"at": -5},
        "strip-long": {"length": 2**31 - 1},
        "strip-zero": {"length": 0},
        "rows-zero": {"rows": 0},
        "rows-huge": {"rows": 2**32 - 1},
        "bits-0": {"bits": 0},
        "bits-64": {"bits": 64},
        "samples-0": {"samples": 0},
        "samples-many": {"samples": 65_535},
        "cmyk": {"colour": 5, "samples": 4},
        "colour-strange": {"colour": 32_803},
        "white-is-zero": {"colour": 0},
        "float": {"bits": 32},
    }.items():
        add(name, tiff([(page(**changed), 0)], pixels))
    for packing in (2, 3, 4, 5, 6, 7, 8, 32_773, 32_946, 34_712, 50_000, 50_001, 99, 65_535):
        add(f"packing-{packing}", tiff([(page(packing=packing), 0)], chance_for("tiff").randbytes(3000)))
        many = page(packing=packing, bits=1, width=20_000, height=20_000, rows=20_000)
        add(f"packing-{packing}-large", tiff([(many, 0)], chance_for("tiff").randbytes(3000)), Cost.HEAVY)
    add("count-huge", tiff([([(256, 4, 2**31 - 1, 8), *page()], 0)], pixels))
    add("strips-many", tiff([([*page()[:5], (273, 4, 500_000, 8), (279, 4, 500_000, 8)], 0)], pixels))
    add("type-strange", tiff([([(256, 99, 1, 40), (257, 0, 1, 40), *page()[2:]], 0)], pixels))
    add("tags-twice", tiff([(page() + page(width=9000, height=9000), 0)], pixels))
    add("tags-none", tiff([([], 0)], pixels))
    add("big-endian", tiff([(page(), 0)], pixels, ">"))
    add("resolution-zero", tiff([([*page(), (282, 5, 1, 400), (283, 5, 1, 400), (296, 3, 1, 2)], 0)], bytes(3000)))
    add("exif-itself", tiff([([*page(), (34_665, 4, 1, 8), (34_853, 4, 1, 8)], 0)], pixels))
    add("turned-99", tiff([([*page(), (274, 3, 1, 99)], 0)], pixels))
    tiles = [(322, 4, 1, 2**20), (323, 4, 1, 2**20), (324, 4, 1, 500), (325, 4, 1, 1600)]
    add("tiles-huge", tiff([([*page()[:5], *tiles], 0)], pixels))
    add("large-file", b"II+\0\x08\0\0\0" + struct.pack("<Q", 2**60) + pixels)
    add("two-bytes-short", tiff([(page(), 0)])[:-3])


def _jpeg(recipes: Recipes) -> None:
    good = saved("jpeg")

    def add(name: str, data: bytes, cost: Cost = Cost.CHEAP) -> None:
        recipes.add(f"jpeg-{name}", data, cost, ".jpg")

    frame = good.index(b"\xff\xc0")

    def sized(width: int, height: int, data: bytes = good, at: int = frame) -> bytes:
        return data[: at + 5] + struct.pack(">HH", height, width) + data[at + 9 :]

    for size in ((0, 0), (65_535, 65_535), (65_535, 1), (1, 65_535), (12_000, 9000)):
        add(f"{size[0]}x{size[1]}", sized(*size), Cost.HEAVY if size == (12_000, 9000) else Cost.CHEAP)
    slow = saved("jpeg", progressive=True)
    start = slow.index(b"\xff\xc2")
    add("progressive-huge", sized(65_500, 65_500, slow, start))
    scan = slow.index(b"\xff\xda")
    many = slow[:scan] + slow[scan:-2] * 300 + b"\xff\xd9"
    add("progressive-scans", sized(4000, 4000, many, start), Cost.HEAVY)
    add("components-9", good[: frame + 9] + b"\x09" + good[frame + 10 :])
    add("no-tables", good.replace(b"\xff\xdb", b"\xff\xfe").replace(b"\xff\xc4", b"\xff\xfe"))
    add("cmyk", saved("jpeg", mode="CMYK"))
    head = b"\xff\xd8"
    tag = struct.pack(">HHIHHII", 0x0112, 3, 1, 99, 0, 0, 0)
    for name, exif in {
        "rubbish": chance_for("jpeg").randbytes(3000),
        "circle": b"II*\0\x08\0\0\0\1\0\x69\x87\4\0\1\0\0\0\x08\0\0\0\x08\0\0\0",
        "count": b"MM\0*\0\0\0\x08\xff\xff" + tag * 100,
        "turned-99": b"MM\0*\0\0\0\x08\0\1" + tag,
        "empty": b"",
    }.items():
        marker = b"Exif\0\0" + exif
        add(f"exif-{name}", head + b"\xff\xe1" + struct.pack(">H", len(marker) + 2) + marker + good[2:])
    add("segment-zero", head + b"\xff\xe1\0\0" + good[2:])
    add("segments-50000", head + b"\xff\xfe\0\2" * 50_000 + good[2:])
    add("fill-bytes", head + b"\xff" * 500_000 + good[2:])
    add("head-alone", head)
    add("restart-markers", good[:-2] + b"\xff\xd0\xff\xd1" * 50_000 + b"\xff\xd9")
    pictures = b"MPF\0II*\0\x08\0\0\0\1\0\x02\xb0\7\0\x00\x10\0\0\x08\0\0\0"
    add("many-pictures", head + b"\xff\xe2" + struct.pack(">H", len(pictures) + 2) + pictures + good[2:])
    profile = b"ICC_PROFILE\0\1\xff" + chance_for("icc").randbytes(60_000)
    add("profile-rubbish", head + (b"\xff\xe2" + struct.pack(">H", len(profile) + 2) + profile) * 3 + good[2:])
    photoshop = b"Photoshop 3.0\0" + b"8BIM\x03\xed\0\0\xff\xff\xff\xff" * 300
    add("photoshop-lie", head + b"\xff\xed" + struct.pack(">H", len(photoshop) + 2) + photoshop + good[2:])


def _gif(recipes: Recipes) -> None:
    def add(name: str, data: bytes, cost: Cost = Cost.CHEAP) -> None:
        recipes.add(f"gif-{name}", data, cost, ".gif")

    def gif(width: int, height: int, *frames: bytes) -> bytes:
        return b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + bytes(6) + b"".join(frames) + b";"

    def frame(width: int, height: int, data: bytes = b"\x02\x02\x44\x01\0", left: int = 0) -> bytes:
        return b"," + struct.pack("<HHHHB", left, left, width, height, 0) + data

    for size in ((0, 0), (65_535, 65_535), (65_535, 1), (9000, 9000)):
        add(f"{size[0]}x{size[1]}", gif(*size, frame(*size)), Cost.HEAVY if size[0] == 9000 else Cost.CHEAP)
        add(
            f"{size[0]}x{size[1]}-moving",
            gif(*size, *[frame(*size)] * 3),
            Cost.HEAVY if size[0] == 9000 else Cost.CHEAP,
        )
    add("frame-outside", gif(9, 9, frame(65_000, 65_000, left=500)))
    add("frame-grows", gif(9, 9, frame(9, 9), frame(65_535, 65_535)))
    add("frames-5000", gif(9, 9, *[frame(9, 9)] * 5000))
    add("comments", gif(9, 9, b"!\xfe" + b"\xff" + b"a" * 255 + b"\0", *[b"!\xfe\x01a\0"] * 5000, frame(9, 9)))
    add("code-size-99", gif(9, 9, frame(9, 9, b"\x63\x02\x44\x01\0")))
    add("no-end", gif(9, 9, frame(9, 9, b"\x02" + b"\xff" + b"x" * 255)))
    add("loops", gif(9, 9, b"!\xff\x0bNETSCAPE2.0\x03\x01\xff\xff\0", frame(9, 9)))
    add("nothing", b"GIF89a")


def _others(recipes: Recipes) -> None:
    def bmp(
        width: int, height: int, bits: int, packing: int = 0, head: int = 40, offset: int = 54, colours: int = 0
    ) -> bytes:
        about = struct.pack("<IiiHHIIiiII", head, width, height, 1, bits, packing, 0, 0, 0, colours, 0)
        return b"BM" + struct.pack("<IHHI", 9999, 0, 0, offset) + about + bytes(5000)

    for name, data in {
        "0x0": bmp(0, 0, 24),
        "huge": bmp(2**31 - 1, 2**31 - 1, 24),
        "negative": bmp(-40, -40, 24),
        "least": bmp(40, -(2**31), 24),
        "bits-99": bmp(40, 40, 99),
        "packed-1": bmp(4000, 4000, 8, 1),
        "packed-9": bmp(40, 40, 8, 9),
        "offset-far": bmp(40, 40, 24, offset=2**31),
        "colours-huge": bmp(40, 40, 8, colours=2**31),
        "head-long": bmp(40, 40, 24, head=124),
        "16-bits": bmp(40, 40, 16, 3),
    }.items():
        recipes.add(f"bmp-{name}", data, suffix=".bmp")
    extended = b"VP8X\x0a\0\0\0%c\0\0\0" + b"\xff\xff\xff" * 2
    for name, chunks in {
        "huge": extended % 0,
        "huge-moving": extended % 2 + b"ANIM\x06\0\0\0\0\0\0\0\0\0" + b"ANMF\x10\0\0\0" + bytes(16),
        "lossless-lie": b"VP8L\x10\0\0\0\x2f\xff\xff\xff\x0f" + bytes(11),
        "lossy-lie": b"VP8 \x10\0\0\0\x30\1\0\x9d\x01\x2a\xff\x3f\xff\x3f" + bytes(6),
        "length-lie": b"VP8 \xff\xff\xff\xff" + bytes(20),
        "nothing": b"VP8 \0\0\0\0",
    }.items():
        recipes.add(f"webp-{name}", b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks, suffix=".webp")
    recipes.add("wrong-suffix-png", saved("jpeg"), suffix=".png")
    recipes.add("wrong-suffix-pdf", saved("png"), suffix=".pdf")
    recipes.add("two-kinds", saved("gif") + saved("png") + b"%PDF-1.7", suffix=".gif")

"""Hostile zips: bombs, traversal, links, devices, locks, lies in every table."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable

from tests.hostile.parts import Cost, Hostile, Recipes, chance_for

_HELLO = b"Some words that stand in a text."
_HEAD = struct.Struct("<4s5H3L2H")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")


def files() -> list[Hostile]:
    """Return every hostile archive."""
    recipes = Recipes("zip", ".zip")
    _names(recipes)
    _bombs(recipes)
    _lies(recipes)
    _kinds(recipes)
    recipes.cut("good", lambda: zipped({"a.txt": _HELLO, "b/c.txt": _HELLO * 9}))
    return recipes.files


def zipped(members: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Make a zip as the library makes it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", packing) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, packing)
    return stream.getvalue()


class Member:
    """One member, written as it is told: what is not given is right."""

    def __init__(self, name: bytes, data: bytes = _HELLO, **told: int | bytes) -> None:
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        kept = packer.compress(data) + packer.flush() if told.get("method", 8) == 8 else data
        self.kept = bytes(told.get("kept", kept))
        self.name = name
        self.told = {
            "size": len(data),
            "packed": len(self.kept),
            "crc": zlib.crc32(data),
            "method": 8,
            "flags": 0,
            **told,
        }

    def number(self, key: str, default: int = 0) -> int:
        """Return what is told of a number."""
        return int(self.told.get(key, default))  # type: ignore[arg-type]  # no bytes under these keys

    def head(self) -> bytes:
        """Write what stands before the data."""
        sizes = (self.number("crc"), self.number("packed"), self.number("size"))
        name = bytes(self.told.get("head_name", self.name))
        extra = bytes(self.told.get("extra", b""))
        fixed = _HEAD.pack(
            b"PK\3\4", 20, self.number("flags"), self.number("method"), 0, 33, *sizes, len(name), len(extra)
        )
        return fixed + name + extra

    def entry(self, offset: int) -> bytes:
        """Write what stands in the directory."""
        sizes = (self.number("crc"), self.number("packed"), self.number("size"))
        extra = bytes(self.told.get("extra", b""))
        about = (b"PK\1\2", 3 << 8 | 20, 20, self.number("flags"), self.number("method"), 0, 33, *sizes)
        where = (len(self.name), len(extra), 0, 0, 0, self.number("attributes"), self.number("offset", offset))
        return _ENTRY.pack(*about, *where) + self.name + extra


def raw(members: Iterable[Member], count: int | None = None, size: int | None = None, at: int | None = None) -> bytes:
    """Write members and a directory; count, size and place of the directory may lie."""
    made, entries = bytearray(), bytearray()
    number = 0
    for member in members:
        entries += member.entry(len(made))
        made += member.head() + member.kept
        number += 1
    shown = min(number if count is None else count, 65_535)
    end = _END.pack(
        b"PK\5\6", 0, 0, shown, shown, len(entries) if size is None else size, len(made) if at is None else at, 0
    )
    return bytes(made + entries) + end


def _names(recipes: Recipes) -> None:
    names = {
        "up": b"../../../../tmp/hostile-was-here.txt",
        "up-inside": b"a/../../b/../../../x.txt",
        "up-backslash": b"..\\..\\hostile-was-here.txt",
        "absolute": b"/tmp/hostile-was-here.txt",
        "absolute-backslash": b"\\\\203.0.113.7\\share\\x.txt",
        "drive": b"C:\\hostile-was-here.txt",
        "drive-slash": b"c:/hostile-was-here.txt",
        "drive-relative": b"C:x.txt",
        "device": b"CON.txt",
        "device-null": b"nul",
        "stream": b"a.txt:hidden.txt",
        "nul": b"a.txt\0.exe",
        "line-ends": b"a\r\nb\n.txt",
        "escape": b"\x1b[31mred\x1b]0;title\x07.txt",
        "controls": bytes(range(1, 32)) + b".txt",
        "empty": b"",
        "dot": b".",
        "dots": b"..",
        "slashes": b"////",
        "spaces": b"   ",
        "long": b"a" * 60_000 + b".txt",
        "deep": b"a/" * 20_000 + b"x.txt",
        "formula": b"=cmd|' /C calc'!A1.txt",
        "percent": b"%2e%2e%2fx.txt",
        "cp874": "รายงาน.txt".encode("cp874"),
        "not-text": bytes(range(128, 256)) + b".txt",
        "only-suffix": b".txt",
    }
    for name, stored in names.items():
        recipes.add(f"name-{name}", raw([Member(stored), Member(b"good.txt")]))
    wide = {
        "bidi": "a\u202etxt.exe\u202c.txt",
        "zero-width": "a\u200b\u2060\ufeff.txt",
        "line-separator": "a\u2028b.txt",
        "surrogate": "a\ud800.txt",
        "marks": "ก" + "\u0e49" * 5000 + ".txt",
        "slash-like": "..\u2215..\u2215x.txt",
        "decomposed": "re\u0301sume\u0301.txt",
    }
    for name, text in wide.items():
        recipes.add(f"name-{name}", raw([Member(text.encode("utf-8", "surrogatepass"), flags=0x800)]))
    recipes.add("name-not-utf-8", raw([Member(b"\xff\xfe\xfd.txt", flags=0x800)]))
    other = struct.pack("<HHBL", 0x7075, 5 + 12, 1, zlib.crc32(b"a.txt")) + b"../../up.txt"
    recipes.add("name-in-extra", raw([Member(b"a.txt", extra=other)]))
    recipes.add("extra-lies", raw([Member(b"a.txt", extra=b"\x75\x70\xff\xff\1")]))
    recipes.add("names-same", raw([Member(b"a.txt", _HELLO + bytes([65 + at])) for at in range(26)]))
    recipes.add("names-by-case", raw([Member(b"a.txt"), Member(b"A.TXT", b"x"), Member(b"./a.txt", b"y")]))
    recipes.add("name-of-file-and-folder", raw([Member(b"a", b"x"), Member(b"a/b.txt", b"y"), Member(b"a/", b"")]))
    recipes.add("names-numbered", raw([Member(name) for name in (b"a.txt", b"a.txt (2)", b"a.txt", b"a.txt (2)")]))


def _bombs(recipes: Recipes) -> None:
    def zeros(megabytes: int) -> bytes:
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        block = bytes(2**20)
        return b"".join([*(packer.compress(block) for _ in range(megabytes)), packer.flush()])

    def bomb(megabytes: int, told: int | None = None, name: bytes = b"bomb.txt") -> Member:
        size = megabytes * 2**20 if told is None else told
        return Member(name, b"", kept=zeros(megabytes), size=size, packed=len(zeros(megabytes)))

    recipes.add("bomb", lambda: raw([bomb(64), Member(b"good.txt")]))
    recipes.add("bomb-small-lie", lambda: raw([bomb(64, 500)]))
    recipes.add("bomb-5-gigabytes", lambda: raw([bomb(64, 2**32 - 2)]))
    recipes.add("bomb-1024", lambda: raw([bomb(1024)]), Cost.HEAVY)
    recipes.add("bombs-50", lambda: raw([bomb(8, None, b"%d.txt" % at) for at in range(50)]))
    block = chance_for("zip").randbytes(6000) * 170
    recipes.add("below-the-ratio", lambda: zipped({f"{at}.txt": block for at in range(300)}), Cost.HEAVY)
    nested = zipped({"a.txt": _HELLO})
    for _ in range(8):
        nested = zipped({"in.zip": nested, "a.txt": _HELLO})
    recipes.add("nested-8", nested)
    inner = zipped({f"{at}.txt": _HELLO for at in range(10)})
    middle = zipped({f"{at}.zip": inner for at in range(10)})
    recipes.add("nested-wide", zipped({f"{at}.zip": middle for at in range(10)}))
    for name, packing in (("bzip2", zipfile.ZIP_BZIP2), ("lzma", zipfile.ZIP_LZMA)):
        recipes.add(f"bomb-{name}", lambda packing=packing: zipped({"a.txt": bytes(64 * 2**20)}, packing))
    recipes.add("lzma-dictionary", _with_huge_dictionary())
    kernel = zeros(20)
    shared = Member(b"a.txt", b"", kept=kernel, size=20 * 2**20, packed=len(kernel))
    again = [Member(b"%d.txt" % at, b"", kept=b"", size=20 * 2**20, packed=len(kernel), offset=0) for at in range(500)]
    recipes.add("overlapping", raw([shared, *again]))
    recipes.add("members-30000", lambda: raw([Member(b"%d" % at, b"") for at in range(30_000)]))
    recipes.add("members-3000", lambda: raw([Member(b"%d.txt" % at, b"x%d" % at) for at in range(3000)]), Cost.HEAVY)
    # Droste's: an archive whose member is the archive as it was a layer before, the same bytes under each name.
    layer = raw([Member(b"r.zip", nested, method=0)] * 3)
    recipes.add("same-inside", raw([Member(b"r%d.zip" % at, layer, method=0) for at in range(3)]))


def _with_huge_dictionary() -> bytes:
    """An LZMA member that wants 4 GB of memory for a few words: its dictionary, told behind the head of the stream."""
    made = bytearray(zipped({"a.txt": _HELLO * 9}, zipfile.ZIP_LZMA))
    at = 30 + len("a.txt") + 5
    made[at : at + 4] = b"\xff" * 4
    return bytes(made)


def _lies(recipes: Recipes) -> None:
    good = [Member(b"a.txt"), Member(b"b.txt", _HELLO * 3)]
    for count in (0, 1, 3, 65_535):
        recipes.add(f"count-{count}", raw(good, count=count))
    for size in (0, 1, 10, 2**32 - 1):
        recipes.add(f"directory-size-{size}", raw(good, size=size))
    for at in (0, 1, 5, 2**32 - 1):
        recipes.add(f"directory-at-{at}", raw(good, at=at))
    for name, told in {
        "crc": {"crc": 1},
        "size-less": {"size": 3},
        "size-more": {"size": 9999},
        "packed-less": {"packed": 5},
        "packed-more": {"packed": 99_999},
        "method-99": {"method": 99},
        "method-stored": {"method": 0, "size": 5},
        "flags-all": {"flags": 0xFFFE},
        "locked": {"flags": 1},
        "locked-strongly": {"flags": 0x41},
        "offset-far": {"offset": 2**31},
        "offset-in-directory": {"offset": 90},
        "offset-one": {"offset": 1},
        "sizes-64": {"size": 2**32 - 1, "packed": 2**32 - 1},
        "data-descriptor": {"flags": 8, "crc": 0},
        "patched": {"flags": 0x20},
    }.items():
        recipes.add(f"lie-{name}", raw([Member(b"a.txt", **told), Member(b"good.txt")]))
    recipes.add("lie-two-names", raw([Member(b"a.txt", head_name=b"../up.txt"), Member(b"good.txt")]))
    recipes.add("data-rubbish", raw([Member(b"a.txt", kept=chance_for("data").randbytes(300)), Member(b"good.txt")]))
    recipes.add("data-empty", raw([Member(b"a.txt", kept=b""), Member(b"good.txt")]))
    large = struct.pack("<HHQQQ", 1, 24, 2**63, 2**63, 2**63)
    recipes.add("64-sizes", raw([Member(b"a.txt", size=2**32 - 1, packed=2**32 - 1, offset=2**32 - 1, extra=large)]))
    recipes.add("64-short", raw([Member(b"a.txt", size=2**32 - 1, packed=2**32 - 1, extra=b"\1\0\4\0xxxx")]))
    base = raw(good)
    body, end = base[:-22], base[-22:]
    for name, record in {
        "far": b"PK\6\7" + struct.pack("<LQL", 0, 2**62, 1),
        "itself": b"PK\6\7" + struct.pack("<LQL", 0, len(body), 1),
        "disks": b"PK\6\7" + struct.pack("<LQL", 7, 0, 99),
    }.items():
        recipes.add(f"64-locator-{name}", body + record + end)
    lie = b"PK\6\6" + struct.pack("<QHHLLQQQQ", 44, 45, 45, 0, 0, 2**60, 2**60, 2**60, 2**60)
    recipes.add("64-directory", body + lie + b"PK\6\7" + struct.pack("<LQL", 0, len(body), 1) + end)
    recipes.add("two-ends", base + base)
    recipes.add("end-alone", b"PK\5\6" + bytes(18))
    recipes.add("end-in-comment", base[:-2] + struct.pack("<H", 22) + b"PK\5\6" + bytes(18))
    recipes.add("comment-lies", base[:-2] + b"\xff\xff")
    recipes.add("before", b"MZ" * 5000 + base)
    recipes.add("spanned", b"PK\7\x08" + base)
    recipes.add("no-directory", base[: base.index(b"PK\1\2")])
    recipes.add("directory-alone", base[base.index(b"PK\1\2") :])
    recipes.add("rubbish", b"PK\3\4" + chance_for("rubbish").randbytes(5000))


def _kinds(recipes: Recipes) -> None:
    for name, kind in {
        "link": stat.S_IFLNK,
        "device": stat.S_IFCHR,
        "disk": stat.S_IFBLK,
        "pipe": stat.S_IFIFO,
        "socket": stat.S_IFSOCK,
        "folder": stat.S_IFDIR,
        "nothing": 0o170000,
    }.items():
        target = Member(b"a.txt", b"/etc/passwd", attributes=(kind | 0o777) << 16)
        recipes.add(f"kind-{name}", raw([target, Member(b"a.txt/b.txt"), Member(b"good.txt")]))
    recipes.add("kind-setuid", raw([Member(b"a.txt", attributes=(stat.S_IFREG | 0o6777) << 16)]))
    for suffix in (".docx", ".jar", ".apk", ".odt", ".xlsx", ".epub"):
        recipes.add(f"called{suffix}", raw([Member(b"a.txt")]), suffix=suffix)
    recipes.add(
        "mimetype-lie", raw([Member(b"mimetype", b"application/vnd.oasis.opendocument.text", method=0)]), Cost.HEAVY
    )
    recipes.add("types-alone", raw([Member(b"[Content_Types].xml", b"<Types/>")]))
    recipes.add(
        "everything-broken", raw([Member(b"a.pdf", b"%PDF-"), Member(b"a.png", b"\x89PNG"), Member(b"a.docx", b"PK")])
    )

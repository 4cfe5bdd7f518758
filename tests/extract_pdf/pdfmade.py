"""A small PDF writer for tests: every letter is a box of ink, and says of itself whatever the test wants.

The glyphs are those of a Type 3 font made for each file, so what is drawn where, and which characters the file claims
it to be, are independent: that is all that damaged text layers are about.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

ABOVE = "\u0e31\u0e34\u0e35\u0e36\u0e37\u0e47\u0e4d"
TONES = "\u0e48\u0e49\u0e4a\u0e4b\u0e4c"
BELOW = "\u0e38\u0e39\u0e3a"

# Kind of glyph -> advance and ink (left, bottom, right, top), thousandths of the type size.
SHAPES: dict[str, tuple[int, tuple[int, int, int, int]]] = {
    "letter": (600, (50, 0, 550, 560)),
    "tall": (600, (50, 0, 550, 800)),
    "aa": (450, (20, 0, 400, 560)),
    "am": (450, (-250, 0, 400, 800)),
    "above": (0, (-480, 600, -100, 760)),
    "tone": (0, (-200, 800, -100, 950)),
    "nikhahit": (0, (-240, 600, -80, 760)),
    "below": (0, (-300, -250, -100, -50)),
    "narrow": (300, (80, 0, 220, 560)),
    "point": (250, (80, 0, 160, 80)),
    "space": (280, (0, 0, 0, 0)),
    "box": (800, (50, 0, 750, 700)),
}


def shape_of(character: str) -> str:
    """Return the kind of glyph that shows a character in an undamaged font."""
    if character == " ":
        return "space"
    if character == "\u0e4d":
        return "nikhahit"
    for kind, members in (("above", ABOVE), ("tone", TONES), ("below", BELOW), ("aa", "\u0e32"), ("am", "\u0e33")):
        if character in members:
            return kind
    if character in ".,:;'":
        return "point"
    if character in "\u0e40\u0e42\u0e44\u0e43ilI1()-/":
        return "narrow"
    return "box" if character in "\u2610\u2611\u2713" or "\uf000" <= character < "\uf100" else "letter"


Glyph = tuple[str | None, str]
"""What a glyph says (None: nothing) and the kind of its shape."""


def glyphs(text: str) -> list[Glyph]:
    """Glyphs that say what they show."""
    return [(character, shape_of(character)) for character in text]


def width(shown: Sequence[Glyph], size: float) -> float:
    """Width of glyphs set one after another, points."""
    return sum(SHAPES[kind][0] for _, kind in shown) * size / 1000


@dataclass
class Page:
    """Content of one page; y counts from the bottom, as in the file."""

    width: float = 595.0
    height: float = 842.0
    entries: str = ""  # further entries of the page's dictionary, "/Rotate 90"
    content: list[str] = field(default_factory=list)
    fonts: dict[Glyph, int] = field(default_factory=dict)  # shared with the file

    def text(
        self,
        x: float,
        y: float,
        shown: str | Sequence[Glyph],
        size: float = 12.0,
        actual: str | None = None,
        turned: tuple[float, float] = (1.0, 0.0),
        mode: int = 0,
    ) -> float:
        """Set glyphs; `actual` says their text once more (ActualText). Return where the pen ends."""
        run = glyphs(shown) if isinstance(shown, str) else list(shown)
        codes = "".join(f"{self.fonts.setdefault(glyph, len(self.fonts) + 1):02x}" for glyph in run)
        cosine, sine = turned
        show = f"BT /F0 {size} Tf {mode} Tr {cosine} {sine} {-sine} {cosine} {x:.3f} {y:.3f} Tm <{codes}> Tj ET"
        if actual is not None:
            hexed = (b"\xfe\xff" + actual.encode("utf-16-be")).hex()
            show = f"/Span << /ActualText <{hexed}> >> BDC {show} EMC"
        self.content.append(show)
        return x + width(run, size)

    def draw(self, operators: str) -> None:
        """Add drawing operators."""
        self.content.append(f"q {operators} Q")

    def rectangle(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Stroke a rectangle."""
        self.draw(f"0.7 w {x0} {y0} {x1 - x0} {y1 - y0} re S")


@dataclass
class File:
    """A PDF file with one font."""

    pages: list[Page] = field(default_factory=list)
    fonts: dict[Glyph, int] = field(default_factory=dict)
    picture: bool = False  # give every page a picture named /Im0 to draw
    catalog: str = ""  # further entries of the catalogue
    objects: list[str] = field(default_factory=list)  # further objects, numbered from 3

    def page(self, **options: object) -> Page:
        """Add a page."""
        page = Page(fonts=self.fonts, **options)  # type: ignore[arg-type]
        self.pages.append(page)
        return page

    def save(self, user: str | None = None, owner: str | None = None) -> bytes:
        """Return the file's bytes, encrypted where a password is given (RC4, 40 bits)."""
        objects: list[bytes] = []

        def add(body: bytes | str) -> int:
            objects.append(body.encode("latin-1") if isinstance(body, str) else body)
            return len(objects)

        lock = _Lock(user or "", owner or user or "") if user is not None or owner is not None else None

        def stream(data: bytes, entries: str = "") -> int:
            number = len(objects) + 1
            data = lock.stream(number, data) if lock else data
            return add(f"<< /Length {len(data)} {entries} >>\nstream\n".encode("latin-1") + data + b"\nendstream")

        root = add("")
        tree = add("")
        for body in self.objects:
            add(body)
        font = self._font(add, stream)
        image = stream(bytes([200, 255, 255, 200]), _PICTURE) if self.picture else 0
        xobject = f"/XObject << /Im0 {image} 0 R >>" if image else ""
        kids = []
        for page in self.pages:
            content = stream("\n".join(page.content).encode("latin-1"))
            kids.append(
                add(
                    f"<< /Type /Page /Parent {tree} 0 R /MediaBox [0 0 {page.width} {page.height}] {page.entries}"
                    f" /Contents {content} 0 R /Resources << /Font << /F0 {font} 0 R >> {xobject} >> >>"
                )
            )
        objects[root - 1] = f"<< /Type /Catalog /Pages {tree} 0 R {self.catalog} >>".encode()
        references = " ".join(f"{kid} 0 R" for kid in kids)
        objects[tree - 1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{references}] >>".encode()
        trailer = f"/Root {root} 0 R"
        if lock:
            trailer += f" /Encrypt {add(lock.dictionary)} 0 R /ID [<{lock.file_id.hex()}> <{lock.file_id.hex()}>]"
        return assemble(objects, trailer)

    def _font(self, add: object, stream: object) -> int:
        assert callable(add) and callable(stream)
        procedures, widths, mapping = [], [], []
        for (says, kind), code in sorted(self.fonts.items(), key=lambda item: item[1]):
            advance, (left, bottom, right, top) = SHAPES[kind]
            ink = f"{left} {bottom} {right - left} {top - bottom} re f" if right > left else ""
            drawn = stream(f"{advance} 0 {left} {bottom} {right} {top} d1 {ink}".encode())
            procedures.append(f"/g{code} {drawn} 0 R")
            widths.append(str(advance))
            if says is not None:
                mapping.append(f"<{code:02x}> <{says.encode('utf-16-be').hex()}>")
        lines = [f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar" for part in _parts(mapping)]
        cmap = _CMAP.replace("MAPPING", "\n".join(lines)).encode()
        names = " ".join(f"/g{code}" for code in sorted(self.fonts.values()))
        number = add(
            "<< /Type /Font /Subtype /Type3 /FontBBox [-500 -300 800 950] /FontMatrix [0.001 0 0 0.001 0 0]"
            f" /CharProcs << {' '.join(procedures)} >> /Encoding << /Type /Encoding /Differences [1 {names}] >>"
            f" /FirstChar 1 /LastChar {len(widths)} /Widths [{' '.join(widths)}] /ToUnicode {stream(cmap)} 0 R"
            " /Resources << >> >>"
        )
        assert isinstance(number, int)
        return number


def assemble(objects: Sequence[bytes], trailer: str) -> bytes:
    """Number objects from 1 and put header, cross references and trailer around them."""
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    out += f"trailer\n<< /Size {len(objects) + 1} {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


_PICTURE = "/Type /XObject /Subtype /Image /Width 2 /Height 2 /ColorSpace /DeviceGray /BitsPerComponent 8"
_CMAP = """/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /M def /CMapType 2 def
1 begincodespacerange <00> <ff> endcodespacerange
MAPPING
endcmap end end"""


def _parts(items: list[str]) -> list[list[str]]:
    return [items[at : at + 100] for at in range(0, len(items), 100)]


class _Lock:
    """The standard security handler, revision 2 (PDF 1.4, 3.5.2)."""

    _PAD = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")

    def __init__(self, user: str, owner: str) -> None:
        self.file_id = b"0123456789abcdef"
        user_key, owner_key = self._padded(user), self._padded(owner)
        owner_entry = _rc4(hashlib.md5(owner_key).digest()[:5], user_key)
        rights = -44
        seed = user_key + owner_entry + (rights & 0xFFFFFFFF).to_bytes(4, "little") + self.file_id
        self._key = hashlib.md5(seed).digest()[:5]
        user_entry = _rc4(self._key, self._PAD)
        self.dictionary = (
            f"<< /Filter /Standard /V 1 /R 2 /P {rights} /O <{owner_entry.hex()}> /U <{user_entry.hex()}> >>"
        )

    def _padded(self, password: str) -> bytes:
        return (password.encode("latin-1") + self._PAD)[:32]

    def stream(self, number: int, data: bytes) -> bytes:
        """Encrypt the stream of an object."""
        return _rc4(hashlib.md5(self._key + number.to_bytes(3, "little") + b"\0\0").digest()[:10], data)


def _rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)

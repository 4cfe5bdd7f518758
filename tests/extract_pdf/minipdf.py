"""Writes small PDFs in which everything is chosen: what each glyph says, where its ink is, and where it stands.

The font is a Type 3 font without letters: each glyph is a filled rectangle, the size of the ink it stands for. Thai
text layers go wrong between a glyph's code and its place, and both can be set here one glyph at a time:

    pdf = Pdf()
    page = pdf.page()
    page.text(72, 100, "a line as a word processor sets it")
    page.glyphs(72, 120, [shape("\u0e17"), Drawn("\uf70a", (-220, 600, -80, 760), 0)])
    data = pdf.data()

Coordinates are points from the top left of the page as shown, whatever its rotation and crop box; `y` of text is its
baseline. Ink boxes are (x0, y0, x1, y1) in thousandths of the type size from the glyph's origin, y upwards.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

SIZE = 16.0
A4 = (595.0, 842.0)
Ink = tuple[float, float, float, float]

_TALL = "\u0e1b\u0e1d\u0e1f\u0e2c"
_VOWELS_ABOVE = "\u0e31\u0e34\u0e35\u0e36\u0e37\u0e47"
_VOWELS_BELOW = "\u0e38\u0e39\u0e3a"
_TONES = "\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e4d"


@dataclass(frozen=True)
class Drawn:
    """A glyph: what the file says it is ("" if it says nothing), its ink, and how far the pen goes on behind it."""

    says: str
    ink: Ink | None
    advance: float

    def saying(self, says: str) -> Drawn:
        """The same ink under another code."""
        return Drawn(says, self.ink, self.advance)


def shape(character: str, says: str | None = None) -> Drawn:
    """A character as a Thai face draws it: letters on the line, marks without advance over the letter before."""
    ink: Ink | None = (40, 0, 520, 540)
    advance = 560.0
    if character == " ":
        ink, advance = None, 250
    elif character in _TALL:
        ink = (40, 0, 520, 740)
    elif character in _VOWELS_ABOVE:
        ink, advance = (-400, 600, -60, 760), 0
    elif character in _VOWELS_BELOW:
        ink, advance = (-260, -260, -80, -60), 0
    elif character in _TONES:
        ink, advance = (-220, 790, -80, 930), 0
    elif character == "\u0e32":
        ink, advance = (20, 0, 380, 540), 440
    elif character == "\u0e33":
        ink, advance = (-280, 0, 380, 760), 440
    elif character in "\u0e40":
        ink, advance = (40, 0, 260, 540), 300
    elif character in "\u0e42\u0e43\u0e44":
        ink, advance = (40, 0, 260, 780), 300
    elif character in ".,:;":
        ink, advance = (60, 0, 140, 120), 200
    return Drawn(character if says is None else says, ink, advance)


def shapes(text: str) -> list[Drawn]:
    """Every character of a text as drawn."""
    return [shape(character) for character in text]


def width_of(text: str, size: float = SIZE) -> float:
    """How far the pen goes for a text, points."""
    return sum(shape(character).advance for character in text) * size / 1000


@dataclass
class _Fonts:
    """Codes of the glyphs in use, 250 to a font."""

    glyphs: list[Drawn] = field(default_factory=list)
    codes: dict[Drawn, int] = field(default_factory=dict)

    def code(self, glyph: Drawn) -> tuple[int, int]:
        """(font, code) of a glyph."""
        at = self.codes.setdefault(glyph, len(self.glyphs))
        if at == len(self.glyphs):
            self.glyphs.append(glyph)
        return at // 250, at % 250 + 1


@dataclass
class Page:
    """One page; what is drawn is kept in the order of drawing."""

    fonts: _Fonts
    width: float
    height: float
    rotate: int = 0  # of the page's dictionary; the content is turned back, so that it is shown upright
    crop: tuple[float, float] | None = None  # left and bottom of the crop box in a larger media box
    operators: list[str] = field(default_factory=list)
    image_count: int = 0

    def text(self, x: float, y: float, text: str, size: float = SIZE) -> None:
        """A line set in one string: marks follow their letters."""
        self.glyphs(x, y, shapes(text), size)

    def glyphs(self, x: float, y: float, glyphs: Iterable[Drawn], size: float = SIZE, spread: float = 0.0) -> None:
        """Glyphs set in one string, `spread` points added behind each."""
        drawing = f"BT 1 0 0 1 {x:.4f} {self.height - y:.4f} Tm {spread:.4f} Tc"
        last = None
        for glyph in glyphs:
            font, code = self.fonts.code(glyph)
            if font != last:
                drawing += f" /F{font} {size} Tf"
                last = font
            drawing += f" <{code:02X}> Tj"
        self.operators.append(drawing.replace("> Tj <", "") + " ET")

    def place(self, y: float, placed: Iterable[tuple[float, Drawn]], size: float = SIZE) -> None:
        """Glyphs each set to its own x, in the order given."""
        for x, glyph in placed:
            self.glyphs(x, y, [glyph], size)

    def actual_text(self, says: str, x: float, y: float, glyphs: Sequence[Drawn], size: float = SIZE) -> None:
        """Glyphs in a span that says what they are together, as browsers print clusters."""
        text = (b"\xfe\xff" + says.encode("utf-16-be")).hex()
        self.operators.append(f"/Span <</ActualText <{text}>>> BDC")
        self.glyphs(x, y, glyphs, size)
        self.operators.append("EMC")

    def rectangle(self, x0: float, top: float, x1: float, bottom: float, how: str = "S", line: float = 0.7) -> None:
        """A rectangle, stroked ("S") or filled ("f")."""
        self.operators.append(f"{line} w {x0:.3f} {self.height - bottom:.3f} {x1 - x0:.3f} {bottom - top:.3f} re {how}")

    def lines(self, points: Sequence[tuple[float, float]], line: float = 0.7) -> None:
        """A stroked path through points."""
        moves = [f"{x:.3f} {self.height - y:.3f} {'l' if at else 'm'}" for at, (x, y) in enumerate(points)]
        self.operators.append(f"{line} w {' '.join(moves)} S")

    def grid(self, columns: Sequence[float], rows: Sequence[float]) -> None:
        """The rules of a table: one line at each x and y."""
        for x in columns:
            self.lines([(x, rows[0]), (x, rows[-1])])
        for y in rows:
            self.lines([(columns[0], y), (columns[-1], y)])

    def image(self, x0: float, top: float, x1: float, bottom: float) -> None:
        """A grey picture."""
        self.image_count += 1
        self.operators.append(f"q {x1 - x0} 0 0 {bottom - top} {x0} {self.height - bottom} cm /Im Do Q")

    def _turned(self) -> str:
        """What makes the content upright as shown: the inverse of the rotation, and the crop box's offset."""
        left, bottom = self.crop or (0.0, 0.0)
        matrix = {
            0: (1, 0, 0, 1, left, bottom),
            90: (0, 1, -1, 0, left + self.height, bottom),
            180: (-1, 0, 0, -1, left + self.width, bottom + self.height),
            270: (0, -1, 1, 0, left, bottom + self.width),
        }[self.rotate]
        return " ".join(f"{number:.4f}" for number in matrix) + " cm"

    def content(self) -> bytes:
        """The page's stream."""
        if not self.operators:
            return b""
        return "\n".join(["q", self._turned(), *self.operators, "Q"]).encode("ascii")

    def boxes(self) -> str:
        """Media box, crop box and rotation."""
        left, bottom = self.crop or (0.0, 0.0)
        wide, high = (self.height, self.width) if self.rotate in (90, 270) else (self.width, self.height)
        if self.crop is None:
            media = f"/MediaBox [0 0 {wide:.4f} {high:.4f}]"
        else:
            media = f"/MediaBox [0 0 {left + wide + 30:.4f} {bottom + high + 30:.4f}]"
            media += f" /CropBox [{left:.4f} {bottom:.4f} {left + wide:.4f} {bottom + high:.4f}]"
        return media + (f" /Rotate {self.rotate}" if self.rotate else "")


class Pdf:
    """A document of pages."""

    def __init__(self) -> None:
        self.fonts = _Fonts()
        self.pages: list[Page] = []

    def page(self, size: tuple[float, float] = A4, rotate: int = 0, crop: tuple[float, float] | None = None) -> Page:
        """Add a page; `size` is as shown."""
        self.pages.append(Page(self.fonts, *size, rotate, crop))
        return self.pages[-1]

    def data(self, user_password: str | None = None, owner_password: str | None = None) -> bytes:
        """The file; with a password its streams are encrypted (40-bit RC4, the oldest of the standard handlers)."""
        objects: list[bytes] = [b"", b""]  # catalog and page tree, made last

        def add(body: str, stream: bytes | None = None) -> int:
            objects.append(body.encode("ascii"))
            if stream is not None:
                objects[-1] = (body.encode("ascii"), stream)  # type: ignore[call-overload]
            return len(objects)

        fonts = " ".join(f"/F{at} {number} 0 R" for at, number in enumerate(self._add_fonts(add)))
        image = ""
        if any(page.image_count for page in self.pages):
            grey = add(
                "/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8", b"\x80"
            )
            image = f"/XObject <</Im {grey} 0 R>>"
        kids = []
        for page in self.pages:
            content = page.content()
            stream = f"/Contents {add('', content)} 0 R" if content else ""
            resources = f"<</Font <<{fonts}>> {image}>>"
            kids.append(add(f"<</Type /Page /Parent 2 0 R {page.boxes()} /Resources {resources} {stream}>>"))
        objects[0] = b"<</Type /Catalog /Pages 2 0 R>>"
        listed = " ".join(f"{kid} 0 R" for kid in kids)
        objects[1] = f"<</Type /Pages /Count {len(kids)} /Kids [{listed}]>>".encode("ascii")
        lock = None if user_password is None and owner_password is None else _Lock(user_password, owner_password)
        return assemble(objects, lock)

    def _add_fonts(self, add: Add) -> list[int]:
        glyphs = self.fonts.glyphs
        return [_add_font(glyphs[start : start + 250], add) for start in range(0, len(glyphs), 250)]


class Add:
    """Adds an object, with a stream or without, and returns its number."""

    def __call__(self, body: str, stream: bytes | None = None) -> int:
        raise NotImplementedError


def _add_font(glyphs: Sequence[Drawn], add: Add) -> int:
    programs, said = [], []
    for code, glyph in enumerate(glyphs, start=1):
        x0, y0, x1, y1 = glyph.ink or (0, 0, 0, 0)
        drawing = f"{x0} {y0} {x1 - x0} {y1 - y0} re f" if glyph.ink else ""
        number = add("", f"{glyph.advance} 0 {x0} {y0} {x1} {y1} d1 {drawing}".encode("ascii"))
        programs.append(f"/g{code} {number} 0 R")
        if glyph.says:
            said.append(f"<{code:02X}> <{glyph.says.encode('utf-16-be').hex()}>")
    blocks = "".join(
        f"{len(said[at : at + 100])} beginbfchar\n" + "\n".join(said[at : at + 100]) + "\nendbfchar\n"
        for at in range(0, len(said), 100)
    )
    to_unicode = add(
        "",
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /M def /CMapType 2 def\n"
        b"1 begincodespacerange <00> <FF> endcodespacerange\n"
        + blocks.encode("ascii")
        + b"endcmap CMapName currentdict /CMap defineresource pop end end",
    )
    names = " ".join(f"/g{code}" for code in range(1, len(glyphs) + 1))
    widths = " ".join(str(glyph.advance) for glyph in glyphs)
    return add(
        f"<</Type /Font /Subtype /Type3 /FontBBox [-500 -300 1000 1000] /FontMatrix [0.001 0 0 0.001 0 0] "
        f"/CharProcs <<{' '.join(programs)}>> /Encoding <</Type /Encoding /Differences [1 {names}]>> "
        f"/FirstChar 1 /LastChar {len(glyphs)} /Widths [{widths}] /ToUnicode {to_unicode} 0 R /Resources <<>>>>"
    )


def assemble(objects: Sequence[bytes | tuple[bytes, bytes]], lock: _Lock | None = None) -> bytes:
    """Number the objects from 1 and write them with their table; a tuple is a dictionary's inside and its stream."""
    data = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
    places = []
    for number, entry in enumerate(objects, start=1):
        places.append(len(data))
        body = entry
        if isinstance(entry, tuple):
            stream = zlib.compress(entry[1])
            if lock is not None:
                stream = lock.of(number, stream)
            body = b"<<%s /Filter /FlateDecode /Length %d>>\nstream\n%s\nendstream" % (entry[0], len(stream), stream)
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    data += b"".join(b"%010d 00000 n \n" % place for place in places)
    locked = lock.entry() if lock is not None else b""
    return data + b"trailer\n<</Size %d /Root 1 0 R %s>>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, locked, start)


_PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
_ID = bytes(range(16))
_PERMISSIONS = -44  # printing and copying forbidden: what an owner's password is for


class _Lock:
    """The standard security handler, version 1, revision 2 (PDF 1.4, 3.5)."""

    def __init__(self, user: str | None, owner: str | None) -> None:
        padded = _padded(user)
        owner_key = hashlib.md5(_padded(owner if owner is not None else user)).digest()[:5]
        self.owner_entry = _rc4(owner_key, padded)
        permissions = _PERMISSIONS.to_bytes(4, "little", signed=True)
        self.key = hashlib.md5(padded + self.owner_entry + permissions + _ID).digest()[:5]
        self.user_entry = _rc4(self.key, _PADDING)

    def of(self, number: int, data: bytes) -> bytes:
        """Encrypt a stream of an object."""
        key = hashlib.md5(self.key + number.to_bytes(3, "little") + b"\x00\x00").digest()[:10]
        return _rc4(key, data)

    def entry(self) -> bytes:
        """What the trailer says of it."""
        return b"/ID [<%s> <%s>] /Encrypt <</Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P %d>>" % (
            _ID.hex().encode(),
            _ID.hex().encode(),
            self.owner_entry.hex().encode(),
            self.user_entry.hex().encode(),
            _PERMISSIONS,
        )


def _padded(password: str | None) -> bytes:
    return ((password or "").encode("latin-1") + _PADDING)[:32]


def _rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    other = 0
    for at in range(256):
        other = (other + state[at] + key[at % len(key)]) % 256
        state[at], state[other] = state[other], state[at]
    at = other = 0
    result = bytearray()
    for byte in data:
        at = (at + 1) % 256
        other = (other + state[at]) % 256
        state[at], state[other] = state[other], state[at]
        result.append(byte ^ state[(state[at] + state[other]) % 256])
    return bytes(result)

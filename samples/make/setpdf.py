"""Sets lines of Thai as a PDF of its own making, so that every defect of its text layer is known.

`layer` chooses what the file says:

"good"     as programs write that know nothing of Thai: one string a line, each letter and mark its own glyph
"damaged"  as old office programs wrote it: every mark set to its place (the page looks right), raised and shifted
           ones as private-use codes, the ring of ำ as a space
"""

from __future__ import annotations

import io
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import fontpkg
import uharfbuzz
from fontTools import subset
from fontTools.ttLib import TTFont

PAGE = (595, 842)  # A4, points
_MARGINS = (54, 64, 54, 60)  # left, top, right, bottom
_LEADING = 1.55  # of the size; Thai needs room for two marks above and one below
_MARK_SIZE = 9
_NIKHAHIT, _SARA_AA, _SARA_AM = 0x0E4D, 0x0E32, 0x0E33
_TALL = frozenset({0x0E1B, 0x0E1D, 0x0E1F, 0x0E2C})  # letters with an ascender, which push marks to the left
_UPPER_VOWELS = frozenset({0x0E31, 0x0E34, 0x0E35, 0x0E36, 0x0E37, 0x0E47, _NIKHAHIT})
_TONES = range(0x0E48, 0x0E4D)
# Private-use codes of the Thai fonts of Windows 95: low, low and left, raised and left.
_LOW, _LOW_LEFT, _HIGH_LEFT = 0xF70A, 0xF705, 0xF713
_LEFT_VOWELS = {0x0E31: 0xF710, 0x0E34: 0xF701, 0x0E35: 0xF702, 0x0E36: 0xF703, 0x0E37: 0xF704, 0x0E47: 0xF712}


@dataclass(frozen=True)
class Glyph:
    """A shaped glyph: its number in the font, what the text layer says of it, where it stands (font units)."""

    number: int
    text: str
    x: int
    y: int


@dataclass
class Face:
    """A font and the glyphs used of it; each pair of glyph and text gets a code of its own."""

    path: str
    codes: dict[tuple[int, str], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.font = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(self.path)))
        self.units: int = self.font.face.upem

    def shape(self, text: str, layer: str) -> tuple[list[Glyph], int]:
        """Return the glyphs of a line and its width, in font units."""
        if layer == "good":
            return self._unshaped(text)
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        uharfbuzz.shape(self.font, buffer)
        said = _what_layer_says(text, [info.cluster for info in buffer.glyph_infos])
        glyphs, x = [], 0
        for info, place, words in zip(buffer.glyph_infos, buffer.glyph_positions, said, strict=True):
            glyphs.append(Glyph(info.codepoint, words, x + place.x_offset, place.y_offset))
            x += place.x_advance
        return glyphs, x

    def _unshaped(self, text: str) -> tuple[list[Glyph], int]:
        glyphs, x = [], 0
        for char in text:
            number = self.font.get_nominal_glyph(ord(char)) or 0
            glyphs.append(Glyph(number, char, x, 0))
            x += self.font.get_glyph_h_advance(number)
        return glyphs, x

    def code(self, glyph: Glyph) -> int:
        """Return the code that stands for a glyph in the page."""
        return self.codes.setdefault((glyph.number, glyph.text), len(self.codes) + 1)


def set_pdf(
    lines: Iterable[tuple[str, bool]], *, size: float, wrap: str, layer: str, header: str, footer: str
) -> bytes:
    """Return a PDF of (text, bold) lines, wrapped at the page's width at spaces ("space") or anywhere ("char")."""
    faces = [Face(fontpkg.path("Sarabun", weight=weight)) for weight in (400, 700)]
    left, top, right, bottom = _MARGINS
    width = PAGE[0] - left - right
    wrapped = [(part, bold) for text, bold in lines for part in _wrap(faces[bold], text, width / size, wrap)]
    per_page = int((PAGE[1] - top - bottom) / (size * _LEADING))
    pages = [wrapped[start : start + per_page] for start in range(0, len(wrapped), per_page)]
    streams = []
    for number, page in enumerate(pages, start=1):
        parts = [_place(faces, header, 0, _MARK_SIZE, left, PAGE[1] - 36, layer)]
        for index, (text, bold) in enumerate(page):
            parts.append(_place(faces, text, bold, size, left, PAGE[1] - top - index * size * _LEADING, layer))
        parts.append(_place(faces, f"{footer} {number}/{len(pages)}", 0, _MARK_SIZE, left, 30, layer))
        streams.append("".join(parts).encode())
    return _write(faces, streams)


def _place(faces: list[Face], text: str, bold: int, size: float, x: float, y: float, layer: str) -> str:
    """Return the drawing commands of one line; a mark is raised or shifted by moving the text position."""
    face = faces[bold]
    glyphs, _ = face.shape(text, layer)
    scale = size / face.units
    commands = f"BT /F{int(bold)} {size} Tf "
    if layer == "good":
        codes = "".join(f"{face.code(glyph):04X}" for glyph in glyphs)
        return f"{commands}{x} {y:.2f} Td <{codes}> Tj ET\n"
    commands += "".join(
        f"1 0 0 1 {x + glyph.x * scale:.2f} {y + glyph.y * scale:.2f} Tm <{face.code(glyph):04X}> Tj "
        for glyph in glyphs
    )
    return f"{commands}ET\n"


def _wrap(face: Face, text: str, ems: float, wrap: str) -> Iterator[str]:
    limit = int(ems * face.units)
    while True:
        _, width = face.shape(text, "good")
        if width <= limit:
            yield text
            return
        cut = _fitting(face, text, limit)
        if wrap == "space":
            space = text.rfind(" ", 1, cut + 1)
            cut = space if space > 0 else cut
        yield text[:cut].rstrip()
        text = text[cut:].lstrip()


def _fitting(face: Face, text: str, limit: int) -> int:
    """Return how many characters fit, never parting a letter from its marks."""
    starts = [
        index
        for index, char in enumerate(text)
        if index and unicodedata.category(char) != "Mn" and ord(char) not in (_SARA_AM, _SARA_AA)
    ]
    low, high = 0, len(starts) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if face.shape(text[: starts[middle]], "good")[1] <= limit:
            low = middle
        else:
            high = middle - 1
    return starts[low]


def _what_layer_says(text: str, clusters: list[int]) -> list[str]:
    """Return what the text layer says of each glyph: a cluster's characters in order, the rest on its last glyph."""
    said = []
    for index, cluster in enumerate(clusters):
        first = clusters.index(cluster)
        end = min((other for other in clusters if other > cluster), default=len(text))
        characters = _halves(text[cluster:end])
        count = clusters.count(cluster)
        mine = characters[index - first : index - first + 1]
        if index - first == count - 1:
            mine = characters[index - first :]
        raised = any(ord(other) in _UPPER_VOWELS for other in characters)
        said.append("".join(_damaged(char, ord(characters[0]), raised) for char in mine))
    return said


def _halves(characters: str) -> list[str]:
    """Order a cluster as it is drawn: ำ as ring and tail, the ring before the tone."""
    result: list[str] = []
    for char in characters:
        if ord(char) != _SARA_AM:
            result.append(char)
            continue
        at = next((index for index, other in enumerate(result) if ord(other) in _TONES), len(result))
        result.insert(at, chr(_NIKHAHIT))
        result.append(chr(_SARA_AA))
    return result


def _damaged(char: str, base: int, raised: bool) -> str:
    """Return the code that an old program left for a mark, by the letter below it."""
    code = ord(char)
    if code == _NIKHAHIT:
        return " "
    if code in _TONES:
        if raised:
            return chr(_HIGH_LEFT + code - _TONES[0]) if base in _TALL else char
        return chr((_LOW_LEFT if base in _TALL else _LOW) + code - _TONES[0])
    return chr(_LEFT_VOWELS[code]) if base in _TALL and code in _LEFT_VOWELS else char


def _write(faces: list[Face], streams: list[bytes]) -> bytes:
    """Assemble the file: catalog, pages, and each font with its glyphs, widths and text layer."""
    objects: list[bytes] = []

    def add(body: bytes, stream: bytes | None = None) -> int:
        if stream is not None:
            packed = zlib.compress(stream, 9)
            head = body[:-2] + b" /Filter /FlateDecode /Length %d >>" % len(packed)
            body = head + b"\nstream\n" + packed + b"\nendstream"
        objects.append(body)
        return len(objects)

    add(b"<< /Type /Catalog /Pages 2 0 R >>")
    add(b"")  # the page tree, known last
    fonts = b" ".join(b"/F%d %d 0 R" % (index, _add_font(face, add)) for index, face in enumerate(faces) if face.codes)
    resources = add(b"<< /Font << " + fonts + b" >> >>")
    kids = []
    for stream in streams:
        content = add(b"<< >>", stream)
        page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Resources %d 0 R /Contents %d 0 R >>"
        kids.append(add(page % (*PAGE, resources, content)))
    tree = b"<< /Type /Pages /Count %d /Kids [%s] >>"
    objects[1] = tree % (len(kids), b" ".join(b"%d 0 R" % kid for kid in kids))
    return _with_table(objects)


def _add_font(face: Face, add: Callable[..., int]) -> int:
    name = b"SAMPLE+Sarabun"
    font = TTFont(face.path)
    widths = {
        code: font["hmtx"][font.getGlyphName(gid)][0] * 1000 // face.units for (gid, _), code in face.codes.items()
    }
    options = subset.Options(retain_gids=True, hinting=False, layout_features=[], glyph_names=False, name_IDs=[])
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "OS/2", "name", "post", "cmap"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(gids=sorted({gid for gid, _ in face.codes}))
    subsetter.subset(font)
    program = io.BytesIO()
    font.save(program, reorderTables=True)
    file = add(b"<< >>", program.getvalue())
    box = b"[-500 -400 1200 1300]"
    numbers = b"/Flags 4 /FontBBox %s /ItalicAngle 0 /Ascent 1068 /Descent -232 /CapHeight 700 /StemV 80" % box
    described = add(b"<< /Type /FontDescriptor /FontName /%s %s /FontFile2 %d 0 R >>" % (name, numbers, file))
    gids = {code: gid for (gid, _), code in face.codes.items()}
    table = b"".join(gids.get(code, 0).to_bytes(2, "big") for code in range(len(gids) + 1))
    mapping = add(b"<< >>", table)
    listed = b" ".join(b"%d [%d]" % (code, widths[code]) for code in sorted(widths))
    system = b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
    head = b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /%s %s " % (name, system)
    links = b"/FontDescriptor %d 0 R /CIDToGIDMap %d 0 R /W [%s] >>" % (described, mapping, listed)
    descendant = add(head + links)
    unicode = add(b"<< >>", _to_unicode(face))
    outer = b"<< /Type /Font /Subtype /Type0 /BaseFont /%s /Encoding /Identity-H " % name
    return add(outer + b"/DescendantFonts [%d 0 R] /ToUnicode %d 0 R >>" % (descendant, unicode))


def _to_unicode(face: Face) -> bytes:
    rows = [f"<{code:04X}> <{text.encode('utf-16-be').hex()}>" for (_, text), code in face.codes.items() if text]
    chunks = [rows[start : start + 100] for start in range(0, len(rows), 100)]
    mapping = "".join(f"{len(chunk)} beginbfchar\n" + "\n".join(chunk) + "\nendbfchar\n" for chunk in chunks)
    space = "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
    head = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def /CMapName /Text def\n"
    return f"{head}{space}{mapping}endcmap end end\n".encode()


def _with_table(objects: list[bytes]) -> bytes:
    file = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(file)
    file += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    file += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    file += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(file)

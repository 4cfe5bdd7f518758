"""What stands on the pages of hostile PDFs: forms that draw themselves, bombs, broken pictures, fonts and maps."""

from __future__ import annotations

import struct
import zlib
from functools import partial

from tests.hostile.parts import Cost, Recipes, chance_for
from tests.hostile.pdfwriting import TEXT, body, lzw, packed, page, stream, write

_FORM = b"/Type /XObject /Subtype /Form /BBox [0 0 600 850] "


def add(recipes: Recipes) -> None:
    """Add every file of this module."""
    _forms(recipes)
    _bombs(recipes)
    _pictures(recipes)
    _fonts(recipes)
    _maps(recipes)
    _texts(recipes)
    _drawings(recipes)


def _forms(recipes: Recipes) -> None:
    def form(content: bytes, names: bytes) -> bytes:
        return stream(content, _FORM + b"/Resources << /XObject << %s >> >>" % names)

    use = b"/XObject << /X 6 0 R /Y 7 0 R >>"
    once = body(b"/X Do", use, o6=form(b"/X Do", b"/X 6 0 R"))
    recipes.add("form-draws-itself", write(once))
    pair = body(b"/X Do", use, o6=form(b"/Y Do", b"/Y 7 0 R"), o7=form(b"/X Do", b"/X 6 0 R"))
    recipes.add("forms-draw-each-other", write(pair))
    objects = body(b"/X6 Do", b"/XObject << /X6 6 0 R >>")
    for number in range(6, 1006):
        objects[number] = form(b"/X Do", b"/X %d 0 R" % (number + 1))
    recipes.add("forms-1000-deep", write({**objects, 1006: form(b"0 0 9 9 re f", b"")}))
    recipes.add("form-10000-times", write(body(b"/X Do " * 10_000, use, o6=form(b"0 0 1 1 re f", b""))))


def _bombs(recipes: Recipes) -> None:
    spaces = b" " * 2**20

    def chained(data: bytes, *filters: bytes, about: bytes = b"") -> bytes:
        return stream(data, b"/Filter [%s] %s" % (b" ".join(b"/" + name for name in filters), about))

    recipes.add("bomb-flate-16", lambda: write(body(chained(zlib.compress(spaces * 16, 9), b"FlateDecode"))))
    recipes.add("bomb-lzw", lambda: write(body(chained(lzw(32, 2**23), b"LZWDecode"))))
    recipes.add("bomb-lzw-long", lambda: write(body(chained(lzw(32, 2**27), b"LZWDecode"))), Cost.HEAVY)
    recipes.add("bomb-run-length", write(body(chained(b"\x81 " * 100_000 + b"\x80", b"RunLengthDecode"))))
    recipes.add("bomb-hex", write(body(chained(b"20" * 500_000 + b">", b"ASCIIHexDecode"))))
    recipes.add("bomb-85", write(body(chained(b"z" * 500_000 + b"~>", b"ASCII85Decode"))))
    many = b"20" * 1000 + b">"
    recipes.add("filters-1000", write(body(chained(many, *[b"ASCIIHexDecode"] * 1000))))
    recipes.add("filters-unknown", write(body(chained(many, b"Strange", b"FlateDecode"))))
    recipes.add("filter-itself", write(body(stream(b"x", b"/Filter 4 0 R"))))
    for name, about in [
        ("columns", b"/DecodeParms << /Predictor 15 /Columns 999999999 /Colors 4 /BitsPerComponent 16 >>"),
        ("negative", b"/DecodeParms << /Predictor 12 /Columns -1 >>"),
        ("tiff", b"/DecodeParms << /Predictor 2 /Columns 2147483647 /BitsPerComponent 1 >>"),
        ("itself", b"/DecodeParms 4 0 R"),
    ]:
        recipes.add(f"predictor-{name}", write(body(packed(TEXT, about))))
    recipes.add("flate-broken", write(body(chained(zlib.compress(TEXT)[:-12] + b"x" * 12, b"FlateDecode"))))


def _picture(data: bytes, about: bytes, size: tuple[int, int] = (100, 100)) -> dict[int, bytes]:
    sized = b"/Type /XObject /Subtype /Image /Width %d /Height %d " % size
    return body(b"500 0 0 700 40 40 cm /I Do", b"/XObject << /I 6 0 R >>", o6=stream(data, sized + about))


def _pictures(recipes: Recipes) -> None:
    grey = b"/BitsPerComponent 8 /ColorSpace /DeviceGray "
    noise = chance_for("pdf-pictures").randbytes(3000)

    def add(name: str, data: bytes, about: bytes, size: tuple[int, int] = (100, 100), cost: Cost = Cost.CHEAP) -> None:
        recipes.add(f"picture-{name}", write(_picture(data, about, size)), cost)

    for name in ("DCTDecode", "JPXDecode", "JBIG2Decode", "CCITTFaxDecode"):
        for kind, data in (("rubbish", noise), ("empty", b""), ("zeros", bytes(500)), ("ones", b"\xff" * 500)):
            add(f"{name[:-6].lower()}-{kind}", data, grey + b"/Filter /" + name.encode())
    add(
        "jpeg-head",
        b"\xff\xd8\xff\xc0\0\x11\x08\xff\xff\xff\xff\x03\1\x22\0\2\x11\1\3\x11\1",
        grey + b"/Filter /DCTDecode",
    )
    jp2 = b"\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14ftypjp2 \0\0\0\0jp2 \0\0\0\x2djp2h\0\0\0\x16ihdr" + b"\x7f" * 40
    add("jp2-head", jp2, b"/Filter /JPXDecode")
    fax = b"/Filter /CCITTFaxDecode /DecodeParms << /K %d /Columns %d /Rows %d >>"
    for k, columns, rows in ((-1, 60_000, 60_000), (0, -5, 10), (4, 2**31 - 1, 1), (-1, 0, 0)):
        add(f"fax-{k}-{columns}", noise, b"/BitsPerComponent 1 /ColorSpace /DeviceGray " + fax % (k, columns, rows))
    for size in ((60_000, 60_000), (2**31 - 1, 1), (1, 2**31 - 1), (0, 0), (-5, -5), (65_536, 65_536)):
        add(f"size-{size[0]}x{size[1]}", bytes(10), grey, size)
    add(
        "size-bomb",
        zlib.compress(bytes(11_000 * 11_000), 9),
        grey + b"/Filter /FlateDecode",
        (11_000, 11_000),
        Cost.HEAVY,
    )
    for bits in (0, 3, 16, 32, -8, 2**31):
        add(f"bits-{bits}", bytes(20_000), b"/BitsPerComponent %d /ColorSpace /DeviceGray" % bits)
    spaces = {
        "itself": b"6 0 R",
        "indexed-itself": b"[/Indexed 6 0 R 255 (abc)]",
        "indexed-huge": b"[/Indexed /DeviceRGB 2147483647 (abc)]",
        "icc-rubbish": b"[/ICCBased 6 0 R]",
        "separation": b"[/Separation /X /DeviceCMYK 6 0 R]",
        "device-n": b"[/DeviceN [" + b"/A " * 500 + b"] /DeviceRGB 6 0 R]",
        "lab": b"[/Lab << /WhitePoint [nan inf -1] /Range [9 -9 9 -9] >>]",
        "pattern": b"/Pattern",
        "unknown": b"/Strange",
    }
    for name, space in spaces.items():
        add(f"space-{name}", bytes(20_000), b"/BitsPerComponent 8 /ColorSpace " + space)
    add("mask-itself", bytes(10_000), grey + b"/SMask 6 0 R")
    add("mask-array", bytes(10_000), grey + b"/Mask [" + b"0 255 " * 500 + b"]")
    add("decode-long", bytes(10_000), grey + b"/Decode [" + b"1 0 " * 5000 + b"]")
    add("stencil", bytes(2000), b"/ImageMask true /BitsPerComponent 8")
    inline = b"q 500 0 0 700 0 0 cm BI /W 100 /H 100 /BPC 8 /CS /G "
    recipes.add("inline-endless", write(body(inline + b"ID " + noise)))
    recipes.add("inline-huge", write(body(b"BI /W 99999999 /H 99999999 /BPC 8 /CS /RGB ID x EI")))
    recipes.add("inline-no-data", write(body(inline)))
    recipes.add("inline-3000", write(body(b"BI /W 1 /H 1 /BPC 8 /CS /G ID x EI " * 3000)))
    recipes.add("pictures-3000", write({**_picture(bytes(10_000), grey), 4: stream(b"/I Do " * 3000)}))


def _with_font(font: bytes, content: bytes = TEXT, **more: bytes) -> bytes:
    return write({**body(content, **more), 5: font})


def _fonts(recipes: Recipes) -> None:
    noise = chance_for("pdf-fonts").randbytes(4000)
    broken = {
        "truetype-rubbish": (b"TrueType", b"FontFile2", noise),
        "truetype-tables": (
            b"TrueType",
            b"FontFile2",
            b"\0\1\0\0\xff\xff" + b"glyf\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff" * 60,
        ),
        "type1-rubbish": (b"Type1", b"FontFile", noise),
        "type1-endless": (b"Type1", b"FontFile", b"%!PS-AdobeFont-1.0: A\n/FontMatrix [" + b"0 " * 40_000),
        "cff-rubbish": (b"Type1", b"FontFile3", noise),
        "cff-counts": (b"Type1", b"FontFile3", b"\1\0\4\4" + b"\xff" * 600),
        "empty": (b"TrueType", b"FontFile2", b""),
    }
    for name, (kind, key, data) in broken.items():
        about = b"<< /Type /FontDescriptor /FontName /A /Flags 4 /%s 7 0 R >>" % key
        font = b"<< /Type /Font /Subtype /%s /BaseFont /A /FontDescriptor 6 0 R >>" % kind
        kept = stream(data, b"/Subtype /Type1C /Length1 999999 /Length2 -1" if key == b"FontFile3" else b"")
        recipes.add(f"font-{name}", _with_font(font, o6=about, o7=kept))
    simple = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica "
    entries = {
        "itself": b"/FontDescriptor 5 0 R /Encoding 5 0 R /ToUnicode 5 0 R",
        "widths": b"/FirstChar 0 /LastChar 2147483647 /Widths [1 2 3]",
        "widths-nan": b"/FirstChar 32 /LastChar 126 /Widths [" + b"nan 1e99 -9999999 " * 40 + b"]",
        "first-negative": b"/FirstChar -5 /LastChar -9 /Widths []",
        "differences": b"/Encoding << /Differences ["
        + b"".join(b"%d /x%d " % (at, at) for at in range(9000))
        + b"] >>",
        "differences-far": b"/Encoding << /Differences [99999999 /A -5 /B] >>",
    }
    for name, entry in entries.items():
        recipes.add(f"font-{name}", _with_font(simple + entry + b" >>"))
    for name, font in {
        "number": b"5",
        "no-type": b"<< >>",
        "name-long": b"/" + b"A" * 9000,
    }.items():
        recipes.add(f"font-is-{name}", _with_font(font))
    glyph = stream(b"1000 0 d0 BT /F1 1 Tf (aa) Tj ET")
    type3 = b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [1 0 0 1 0 0] /FirstChar 97 /LastChar 97"
    type3 += b" /Widths [9] /Encoding << /Differences [97 /a] >> /CharProcs << /a 6 0 R >>"
    type3 += b" /Resources << /Font << /F1 5 0 R >> >> >>"
    recipes.add("font-draws-itself", _with_font(type3, b"BT /F1 12 Tf (aaaa) Tj ET", o6=glyph))
    system = b"<< /Registry (A) /Ordering (B) >>"
    wide = b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A /CIDSystemInfo " + system + b" /W [%s] >>"
    composite = b"<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /DescendantFonts [6 0 R] >>"
    for name, widths in {
        "range": b"0 2147483647 500",
        "many": b"".join(b"%d [1] " % at for at in range(20_000)),
        "nested": b"[" * 300 + b"]" * 300,
        "back": b"500 5 1000",
    }.items():
        recipes.add(f"font-wide-{name}", _with_font(composite, b"BT /F1 9 Tf <00410042> Tj ET", o6=wide % widths))
    recipes.add("font-descends-itself", _with_font(composite.replace(b"6 0 R", b"5 0 R")))
    recipes.add(
        "font-of-file",
        _with_font(composite.replace(b"/Identity-H", b"6 0 R"), o6=stream(b"/x usecmap", b"/UseCMap 6 0 R")),
    )
    names = b"".join(b"/F%d 12 Tf (a) Tj " % at for at in range(3000))
    many = b"/Font << " + b"".join(b"/F%d 5 0 R " % at for at in range(3000)) + b">>"
    recipes.add("fonts-3000", write({**body(b"BT " + names + b"ET"), 3: page(resources=many)}))


_MAP = (
    b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def\n"
    b"1 begincodespacerange <00> <ff> endcodespacerange\n%s\nendcmap end end"
)


def _maps(recipes: Recipes) -> None:
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>"

    def add(name: str, inside: bytes, about: bytes = b"", cost: Cost = Cost.CHEAP) -> None:
        recipes.add(f"map-{name}", _with_font(font, o6=packed(_MAP % inside, about)), cost)

    def ranges(rows: bytes, count: int = 1) -> bytes:
        return b"%d beginbfrange\n%s\nendbfrange" % (count, rows)

    def letters(target: bytes) -> bytes:
        return ranges(b"".join(b"<%02x> <%02x> <%s>\n" % (code, code, target) for code in range(32, 127)), 95)

    add("itself", b"/A usecmap", b"/UseCMap 6 0 R")
    add("backwards", ranges(b"<ff> <00> <0041>"))
    add("no-end", b"1 beginbfchar <41> <0042>")
    add("count-lies", b"999999999 beginbfchar <41> <0042> endbfchar")
    add("count-negative", b"-5 beginbfchar <41> <0042> endbfchar")
    add("hex-odd", ranges(b"<4> <zz> <1>\n<41 <42>> <>"))
    add("target-long", letters(b"0e01" * 2000))
    add("array-long", ranges(b"<00> <ff> [" + b"<0e01> " * 50_000 + b"]"))
    add(
        "many",
        b"".join(b"1 beginbfchar <%04x> <0e01> endbfchar\n" % (at % 65_536) for at in range(100_000)),
        b"",
        Cost.HEAVY,
    )
    for name, target in {
        "zeros": b"0000",
        "surrogates": b"d800",
        "surrogates-swapped": b"dc00d800",
        "bidi": b"202e",
        "private": b"e000",
        "noncharacter": b"ffff",
        "marks": b"0e490e490e490e49",
        "joiners": b"200d",
        "line-ends": b"000d000a",
        "equals": b"003d",
        "digits": b"0e51",
    }.items():
        add(name, letters(target))
    recipes.add("map-rubbish", _with_font(font, o6=stream(chance_for("map").randbytes(5000))))
    recipes.add("map-name", _with_font(font.replace(b"6 0 R", b"/Identity-H")))
    recipes.add("map-page", _with_font(font.replace(b"6 0 R", b"3 0 R")))


def _texts(recipes: Recipes) -> None:
    def shown(inside: bytes) -> bytes:
        return b"BT /F1 12 Tf 72 700 Td " + inside + b" ET"

    recipes.add("text-90000-glyphs", lambda: write(body(packed(shown(b"(" + b"ab " * 30_000 + b") Tj")))), Cost.HEAVY)
    recipes.add("text-one-place", lambda: write(body(packed(shown(b"0 0 Td (x) Tj " * 20_000)))), Cost.HEAVY)
    recipes.add("text-rows", lambda: write(body(packed(shown(b"0 -0.01 Td (x y) Tj " * 20_000)))), Cost.HEAVY)
    recipes.add("text-columns", lambda: write(body(packed(shown(b"3 0 Td (x) Tj " * 20_000)))), Cost.HEAVY)
    for name, before in {
        "size-zero": b"/F1 0 Tf",
        "size-huge": b"/F1 1000000000000 Tf",
        "size-negative": b"/F1 -12 Tf",
        "size-nan": b"/F1 nan Tf",
        "matrix-zero": b"0 0 0 0 0 0 Tm",
        "matrix-nan": b"nan nan nan nan nan nan Tm",
        "matrix-huge": b"1e30 1e30 1e30 1e30 1e30 1e30 Tm",
        "matrix-skew": b"1 1 1 1 72 700 Tm",
        "matrix-far": b"1 0 0 1 99999999 99999999 Tm",
        "turned-17": b"0.956 0.292 -0.292 0.956 72 700 Tm",
        "upside-down": b"-1 0 0 -1 500 400 Tm",
        "mirrored": b"-1 0 0 1 500 400 Tm",
        "spacing": b"1e20 Tc 1e20 Tw",
        "spacing-negative": b"-500 Tc",
        "scale-zero": b"0 Tz",
        "leading": b"1e30 TL",
        "rise": b"1e30 Ts",
        "invisible": b"3 Tr",
        "clipping": b"7 Tr",
        "mode-99": b"99 Tr",
        "no-font": b"/Nothing 12 Tf",
    }.items():
        recipes.add(
            f"text-{name}", write(body(shown(before + b" (Some words on a page) Tj T* (and more 12,345.67) Tj")))
        )
    operators = chance_for("operators")
    words = b"q Q BT ET Tj TJ Td Tm Tf re f S n W cm Do gs sh BI ID EI BMC EMC BDC d0 d1"
    words += b" ' \" ( ) [ ] < > << >> 1 -2 .5 /F1 %"
    for number in range(20):
        mixed = b" ".join(operators.choice(words.split()) for _ in range(400))
        recipes.add(f"operators-{number:02}", write(body(mixed)))
    for name, piece in {
        "q": b"q ",
        "Q": b"Q ",
        "BT": b"BT ",
        "array": b"[",
        "dict": b"<<",
        "W": b"W n ",
    }.items():
        recipes.add(f"content-{name}-100000", partial(_content_of, piece))


def _content_of(piece: bytes) -> bytes:
    return write(body(packed(piece * 100_000 + TEXT)))


def _drawings(recipes: Recipes) -> None:
    def add(name: str, content: bytes, resources: bytes = b"", cost: Cost = Cost.CHEAP, **more: bytes) -> None:
        recipes.add(f"drawn-{name}", lambda: write(body(packed(content), resources, **more)), cost)

    add("boxes-60000", b"".join(b"%d %d 9 9 re S " % (at % 590, at % 830) for at in range(60_000)), cost=Cost.HEAVY)
    add("boxes-3000", b"".join(b"%d %d 9 9 re S " % (at % 590, at % 830) for at in range(3000)))
    add(
        "rules-20000",
        b"".join(b"0 %d.%d m 600 %d.%d l S " % (at // 10, at % 10, at // 10, at % 10) for at in range(8000)) * 2,
    )
    add("one-path", b"0 0 m " + b"9 9 l 5 800 l " * 100_000 + b"f", cost=Cost.HEAVY)
    add("curves", b"0 0 m " + b"1 2 3 4 5 6 c " * 20_000 + b"f")
    add("curves-nan", b"nan inf m 1e39 -1e39 1e39 1e39 0 0 c S")
    add("dashes", b"[0.0000001] 0 d 0 0 m 99999999 99999999 l S 1 2 3 4 5 6 c")
    add("lines-wide", b"99999999 w 0 0 m 1 1 l S -5 w 0 0 m 9 9 l S")
    add("clips", b"0 0 m 9 9 l W n " * 20_000)
    tile = b"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] /XStep %s /YStep %s "
    use = b"/Pattern << /P 6 0 R >>"
    fill = b"/Pattern cs /P scn 0 0 600 850 re f"
    add("pattern-zero", fill, use, o6=stream(b"0 0 1 1 re f", tile % (b"0", b"0") + b"/Resources << >>"))
    shade = (
        b"<< /ShadingType %d /ColorSpace /DeviceRGB /Coords [0 0 0 600 850 900] /Function 7 0 R /Extend [true true] >>"
    )
    stitch = b"<< /FunctionType 3 /Domain [0 1] /Functions [7 0 R 7 0 R] /Bounds [0.5] /Encode [0 1 0 1] >>"
    for kind in (1, 2, 3, 4, 99):
        add(f"shading-{kind}", b"/S sh", b"/Shading << /S 6 0 R >>", o6=shade % kind, o7=stitch)
    mesh = stream(
        struct.pack(">5H", 0, 1, 2, 3, 4) * 3000,
        (shade % 4)[3:-3] + b"/BitsPerCoordinate 32 /BitsPerComponent 16 /BitsPerFlag 8 /Decode [0 1 0 1 0 1]",
    )
    add("shading-mesh", b"/S sh", b"/Shading << /S 6 0 R >>", o6=mesh, o7=stitch)
    deep = stream(b"{" * 5000 + b"}" * 5000, b"/FunctionType 4 /Domain [0 1] /Range [0 1 0 1 0 1]")
    add("shading-program", b"/S sh", b"/Shading << /S 6 0 R >>", o6=shade % 2, o7=deep)
    state = b"<< /Type /ExtGState /SMask << /S /Alpha /G 7 0 R >> /BM [/A /B] /ca nan /Font [5 0 R 1e9] >>"
    look = stream(
        b"/G gs 0 0 9 9 re f", _FORM + b"/Group << /S /Transparency >> /Resources << /ExtGState << /G 6 0 R >> >>"
    )
    add("mask-itself", b"/G gs 0 0 600 850 re f", b"/ExtGState << /G 6 0 R >>", o6=state, o7=look)
    add(
        "layers",
        b"/OC /L BDC " * 5000 + TEXT,
        b"/Properties << /L 6 0 R >>",
        o6=b"<< /Type /OCMD /OCGs 6 0 R /VE [/Not [/Not 6 0 R]] >>",
    )

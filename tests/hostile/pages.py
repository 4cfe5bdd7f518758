"""Hostile web pages: depth, width, what never closes, what would call home, charsets that lie."""

from __future__ import annotations

import base64
from functools import partial

from tests.hostile.parts import Cost, Hostile, Recipes, chance_for

_OUT = "http://203.0.113.7/x"
_PIECES = [
    "<p>",
    "</p>",
    "<table>",
    "<tr>",
    "<td\trowspan=9>",
    "</table>",
    "<ol\tstart=-5\treversed>",
    "<li>",
    "</ol>",
    "<pre>",
    "<!--",
    "-->",
    "<b",
    "'",
    '"',
    "<br>",
    "&lt",
    "&#",
]


def files() -> list[Hostile]:
    """Return every hostile page."""
    recipes = Recipes("html", ".html")
    _deep(recipes)
    _open(recipes)
    _outside(recipes)
    _characters(recipes)
    _tables(recipes)
    _mails(recipes)
    for number in range(30):
        chance = chance_for(f"html/{number}")
        recipes.add(f"mixed-{number:02}", ("<html>" + "".join(chance.choices(_PIECES, k=2000))).encode())
    recipes.cut(
        "good", lambda: b"<html><head><title>a</title></head><body>" + b"<p>Some words.</p>" * 40 + b"</body></html>"
    )
    return recipes.files


def _page(body: str) -> bytes:
    return f"<!DOCTYPE html><html><body>{body}</body></html>".encode()


def _repeated(opening: str, count: int, closing: str = "") -> bytes:
    return _page(opening * count + "words" + closing * count)


def _deep(recipes: Recipes) -> None:
    for tag in (
        "div",
        "table><tr><td",
        "ul><li",
        "b",
        "select",
        "font face=Wingdings",
        "span style='display:none'",
        "sup",
        "svg",
    ):
        name = tag.split(">")[0].split()[0]
        closing = "".join(f"</{part.split()[0]}>" for part in reversed(tag.split("><")))
        for count in (1000, 100_000):
            cost = Cost.CHEAP if count < 10_000 else Cost.HEAVY
            recipes.add(f"{name}-{count}-deep", partial(_repeated, f"<{tag}>", count, closing), cost)
    recipes.add("tags-million", partial(_repeated, "<p>", 1_000_000), Cost.HEAVY)
    recipes.add("breaks-million", partial(_repeated, "<br>", 1_000_000), Cost.HEAVY)
    recipes.add("items-100000", partial(_repeated, "<li>x", 100_000), Cost.HEAVY)
    recipes.add("reversed", partial(_repeated, "<ol reversed><li>x", 3000))


def _open(recipes: Recipes) -> None:
    for name, piece in {
        "comments": "<!--",
        "tags": "<a ",
        "ends": "</a ",
        "quotes": "<a b='",
        "double-quotes": '<a b="',
        "attributes": "<a b=c d=e f ",
        "equals": "<a = = = ",
        "declarations": "<!",
        "instructions": "<?",
        "cdata": "<![CDATA[",
        "scripts": "<script>",
        "script-ends": "<script></script",
        "textareas": "<textarea>",
        "titles": "<title>",
        "less-than": "<",
        "ampersands": "&",
        "references": "&#9",
        "slashes": "<a/",
    }.items():
        recipes.add(f"open-{name}", partial(_repeated, piece, 20_000))
        recipes.add(f"open-{name}-many", partial(_repeated, piece, 400_000), Cost.HEAVY)
    recipes.add("name-long", _page(f"<{'a' * 500_000}>words"))
    recipes.add("attribute-long", _page(f"<p title='{'a' * 2_000_000}'>words"))
    recipes.add(
        "attributes-many",
        _page(f"<p {' '.join(f'a{at}=1' for at in range(50_000))}>words"),
    )
    recipes.add("style-long", _page(f"<p style='{'display :' * 50_000}'>words"))
    recipes.add("spaces", _page(" " * 3_000_000 + "words"), Cost.HEAVY)


def _outside(recipes: Recipes) -> None:
    for name, body in {
        "image": f"<img src='{_OUT}.png' srcset='{_OUT} 2x'>",
        "script": f"<script src='{_OUT}.js'></script><script>while(true){{}}</script>",
        "refresh": f"<meta http-equiv=refresh content='0;url={_OUT}'>",
        "frame": f"<iframe src='{_OUT}'></iframe><frameset><frame src='file:///etc/passwd'></frameset>",
        "style": f"<style>@import url({_OUT}.css); body {{ background: url({_OUT}.png) }}</style>",
        "link": f"<link rel=stylesheet href='{_OUT}.css'><link rel=preload as=fetch href='{_OUT}'>",
        "base": f"<base href='{_OUT}/'><img src=a.png>",
        "object": f"<object data='{_OUT}'></object><embed src='{_OUT}'><applet archive='{_OUT}'></applet>",
        "form": f"<form action='{_OUT}' method=post><input name=a value=b autofocus onfocus='submit()'></form>",
        "video": f"<video src='{_OUT}' autoplay poster='{_OUT}'></video>",
        "svg": f"<svg><image href='{_OUT}'/><script>alert(1)</script></svg>",
        "mathml": f"<math href='{_OUT}'><mi xlink:href='{_OUT}'>x</mi></math>",
        "data": "<img src='data:image/png;base64," + base64.b64encode(bytes(200_000)).decode() + "'>",
        "entity": f'<!DOCTYPE x [<!ENTITY a SYSTEM "{_OUT}">]>&a;',
        "formula": '<table><tr><td>=HYPERLINK("http://203.0.113.7","a")<td>+1<td>-1<td>@x<td>\t=1</table>',
    }.items():
        recipes.add(f"outside-{name}", _page(f"{body}<p>words"))


def _characters(recipes: Recipes) -> None:
    references = [
        "&#0;",
        "&#xD800;",
        "&#x110000;",
        "&#99999999999999999999;",
        "&#x202E;",
        "&#128;",
        "&nosuch;",
        "&#xFFFE;",
    ]
    for at, reference in enumerate(references):
        recipes.add(f"reference-{at}", _page(f"<p>a{reference}b" * 50))
    recipes.add("reference-long", _page("&#" + "9" * 1_000_000 + ";"))
    recipes.add("reference-zeros", _page("&#" + "0" * 1_000_000 + "65;"))
    text = "<p>รายงานผลการดำเนินงานตามตัวชี้วัด</p>" * 20
    for codec in ("utf-8", "utf-16", "utf-16-le", "cp874", "utf-7", "utf-32", "utf-8-sig"):
        for told in ("utf-8", "tis-620", "utf-16", "utf-7", "zlib", "rot13", "idna", "big5", "x" * 500, ""):
            head = f"<html><meta charset='{told}'>"
            if codec in ("utf-8", "cp874") or told in ("utf-8", "rot13"):
                recipes.add(f"{codec}-called-{told[:9] or 'nothing'}", (head + text).encode(codec))
    recipes.add("zeros-between", b"\0".join(bytes([byte]) for byte in _page(text)))
    recipes.add("rubbish-behind", _page(text) + chance_for("html").randbytes(20_000))


def _tables(recipes: Recipes) -> None:
    for span in ("999999999", "-1", "x", "9" * 5000, "0", "1e9", "๙"):
        cell = f"<td rowspan={span} colspan={span}>a"
        recipes.add(f"span-{span[:10]}", _page(f"<table>{('<tr>' + cell * 3) * 3}</table>"))
        recipes.add(f"list-from-{span[:10]}", _page(f"<ol start={span}><li value={span}>a<li>b</ol>"))
    for kind in ("i", "A", "a", "I", "1", "x"):
        recipes.add(
            f"list-of-{kind}", _page(f"<ol type={kind} start=999999999><li>a<li>b</ol>"), suffix=f"-{ord(kind)}.html"
        )
    recipes.add("cells-100000", lambda: _page("<table>" + ("<tr>" + "<td>1" * 100) * 1000 + "</table>"), Cost.HEAVY)
    recipes.add("spans-many", lambda: _page("<table>" + ("<tr>" + "<td rowspan=1000>1" * 50) * 100 + "</table>"))


def _mails(recipes: Recipes) -> None:
    head = b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n"
    part = b"--b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: %s\r\n\r\n%s\r\n"

    def add(name: str, data: bytes, cost: Cost = Cost.CHEAP) -> None:
        recipes.add(f"mail-{name}", data, cost, ".mhtml")

    page = _page("words " * 50)
    for codec, inside in {
        b"base64": base64.b64encode(page),
        b"quoted-printable": page.replace(b"=", b"=3D"),
        b"base64-broken": b"!!!!" + base64.b64encode(page)[:-3],
        b"x-uuencode": b"begin 644 a\n#86)C\n`\nend",
        b"strange": page,
    }.items():
        add(codec.decode(), head + part % (codec.removesuffix(b"-broken"), inside) + b"--b--")
    nested = page
    for depth in range(300):
        mark = b"b%d" % depth
        nested = b"Content-Type: multipart/related; boundary=%s\r\n\r\n--%s\r\n%s\r\n--%s--" % (
            mark,
            mark,
            nested,
            mark,
        )
    add("nested-300", b"MIME-Version: 1.0\r\n" + nested, Cost.HEAVY)
    add("parts-5000", head + part % (b"8bit", b"x") * 5000 + b"--b--")
    add("no-boundary", head.replace(b"; boundary=b", b"") + part % (b"8bit", page))
    add("no-page", head + b"--b\r\nContent-Type: image/png\r\n\r\nx\r\n--b--")
    add("headers-20000", b"MIME-Version: 1.0\r\n" + b"X-A: b\r\n" * 20_000 + b"Content-Type: text/html\r\n\r\n" + page)
    add("header-long", b"MIME-Version: 1.0\r\nX-A: " + b"a" * 2_000_000 + b"\r\n\r\n" + page)
    add("boundary-empty", head.replace(b"=b", b'=""') + part % (b"8bit", page))
    add("charset-strange", head + (part % (b"8bit", page)).replace(b"utf-8", b"zlib"))
    add("cut", (head + part % (b"base64", base64.b64encode(page)))[:-200])

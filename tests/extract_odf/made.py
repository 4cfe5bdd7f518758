"""OpenDocument files for tests, written by hand."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

_ODF = "urn:oasis:names:tc:opendocument:xmlns"
_SPACES = " ".join(
    f'xmlns:{name}="{_ODF}:{space}:1.0"'
    for name, space in {
        "office": "office",
        "text": "text",
        "table": "table",
        "style": "style",
        "draw": "drawing",
        "form": "form",
        "fo": "xsl-fo-compatible",
        "svg": "svg-compatible",
    }.items()
)
_MORE = 'xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:math="http://www.w3.org/1998/Math/MathML"'


def odf(kind: str, body: str, styles: str = "", parts: Mapping[str, bytes | str] | None = None) -> bytes:
    """Return a file of that kind ("text", "spreadsheet") with this body, these automatic styles and other parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}", zipfile.ZIP_STORED)
        content = (
            f"<office:document-content {_SPACES} {_MORE}><office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
        )
        archive.writestr("content.xml", content, zipfile.ZIP_DEFLATED)
        for name, part in (parts or {}).items():
            archive.writestr(name, part, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def style(name: str, properties: str, family: str = "text", parent: str = "") -> str:
    """Return a style with properties of its text."""
    above = f' style:parent-style-name="{parent}"' if parent else ""
    return (
        f'<style:style style:name="{name}" style:family="{family}"{above}>'
        f"<style:text-properties {properties}/></style:style>"
    )

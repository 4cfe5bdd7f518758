"""Sets a report as a Word document: numbered lists as Word numbers them, ticks in Wingdings, header and footer."""

from __future__ import annotations

import io
import re
import zipfile
from xml.sax.saxutils import escape

from form import Block

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PARTS = ("document.main", "numbering", "header", "footer")
_NUMBERED = re.compile(r"\d+\. ")
_STAMP = (2025, 1, 1, 0, 0, 0)  # of every member, so that the same content gives the same bytes


def set_word(blocks: list[Block], header: str, footer: str) -> bytes:
    """Return the document's bytes; title lines, headings with values in a table, prose below."""
    body, table, lists = "", "", 0
    for block in blocks:
        if block.kind == "options" or (block.kind == "field" and len(block.paragraphs) == 1 and block.paragraphs[0]):
            value = _options(block) if block.kind == "options" else _run(block.paragraphs[0])
            table += f"<w:tr>{_cell(_run(block.heading, bold=True))}{_cell(value)}</w:tr>"
            continue
        if table:
            body, table = f"{body}{_table(table)}", ""
        if block.heading:
            body += _paragraph(_run(block.heading, bold=True))
        numbered = len(block.paragraphs) > 1 and all(_NUMBERED.match(text) for text in block.paragraphs)
        lists += numbered
        for index, text in enumerate(block.paragraphs or ("",)):
            if numbered:
                body += _paragraph(_run(_NUMBERED.sub("", text, count=1)), number=lists)
            else:
                body += _paragraph(_run(f":: {text}".strip() if block.kind == "prose" and not index else text))
    body += _table(table) if table else ""
    section = f'<w:sectPr><w:headerReference w:type="default" r:id="rId2" {_R}/>'
    section += f'<w:footerReference w:type="default" r:id="rId3" {_R}/></w:sectPr>'
    page = ' PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    page = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve">' + page
    return _zip(
        {
            "[Content_Types].xml": _content_types(),
            "_rels/.rels": _relations([("officeDocument", "word/document.xml")]),
            "word/document.xml": f"<w:document {_W}><w:body>{body}{section}</w:body></w:document>",
            "word/_rels/document.xml.rels": _relations([(part, f"{part}.xml") for part in _PARTS[1:]]),
            "word/numbering.xml": _numbering(lists),
            "word/header.xml": f"<w:hdr {_W}>{_paragraph(_run(header))}</w:hdr>",
            "word/footer.xml": f"<w:ftr {_W}>{_paragraph(_run(f'{footer} ') + page)}</w:ftr>",
        }
    )


def _run(text: str, bold: bool = False) -> str:
    style = "<w:rPr><w:b/><w:bCs/></w:rPr>" if bold else ""
    return f'<w:r>{style}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _options(block: Block) -> str:
    """Tick boxes as Word's own symbols: F0FE is a ticked box in Wingdings, F0A8 an empty one."""
    runs = ""
    for text in block.paragraphs:
        box, _, words = text.partition(" ")
        symbol = "F0FE" if box == "\u2611" else "F0A8"
        runs += f'<w:r><w:sym w:font="Wingdings" w:char="{symbol}"/></w:r>{_run(f" {words}   ")}'
    return runs


def _paragraph(runs: str, number: int = 0) -> str:
    style = f'<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr></w:pPr>' if number else ""
    return f"<w:p>{style}{runs}</w:p>"


def _cell(runs: str) -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="4500" w:type="dxa"/></w:tcPr>{_paragraph(runs)}</w:tc>'


def _table(rows: str) -> str:
    grid = '<w:tblGrid><w:gridCol w:w="4500"/><w:gridCol w:w="4500"/></w:tblGrid>'
    return f'<w:tbl><w:tblPr><w:tblW w:w="9000" w:type="dxa"/></w:tblPr>{grid}{rows}</w:tbl>'


def _numbering(lists: int) -> str:
    level = '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
    restart = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    kinds = f'<w:abstractNum w:abstractNumId="0">{level}</w:abstractNum>'
    used = "".join(
        f'<w:num w:numId="{number}"><w:abstractNumId w:val="0"/>{restart}</w:num>' for number in range(1, lists + 1)
    )
    return f"<w:numbering {_W}>{kinds}{used}</w:numbering>"


def _content_types() -> str:
    parts = "".join(
        f'<Override PartName="/word/{part.split(".")[0]}.xml" ContentType="{_TYPE}.{part}+xml"/>' for part in _PARTS
    )
    default = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return f'<Types xmlns="{_PACKAGE}/content-types">{default}{parts}</Types>'


def _relations(targets: list[tuple[str, str]]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{rows}</Relationships>'


def _zip(members: dict[str, str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(zipfile.ZipInfo(name, _STAMP), _HEAD + text, zipfile.ZIP_DEFLATED)
    return target.getvalue()

"""The same report as seven kinds of file."""

from __future__ import annotations

import importlib.util
import io
import subprocess
import tempfile
import unicodedata
import zipfile
from email.message import EmailMessage
from html import escape
from pathlib import Path

from openpyxl import Workbook

from tests.bench.seven_kinds.said import Block, Made

_COLUMNS = 90
_CHROMIUM = Path("/usr/bin/chromium")


def lines(made: Made) -> list[str]:
    """Return the paragraphs as they are printed."""
    found: list[str] = []
    for block in made.blocks:
        found += _paragraphs(block)
    return found


def _paragraphs(block: Block) -> list[str]:
    if not block.value:
        return [block.label]
    if block.prose:
        return [f"{block.label} :", f":: {block.value[0]}".rstrip(), *block.value[1:]]
    label = f": {block.label}" if block.colon == " = " else block.label
    return [f"{label}{block.colon}{block.value[0]}".rstrip(), *block.value[1:]]


def rows(made: Made) -> list[tuple[str, list[str]]]:
    """Return labels and values for two columns."""
    return [(block.label, block.value) for block in made.blocks]


def txt(made: Made) -> bytes:
    """Plain text, wrapped at 90 letters or columns; behind labels a tab in some."""
    found = []
    for line in lines(made):
        found += _wrapped(line, by_columns=made.taste["ruler"] < 0.5)
    text = "\r\n".join(found)
    if made.taste["table"] < 0.3:
        text = text.replace(" : ", " :\t")
    encoding = ("utf-8", "utf-8-sig", "cp874")[int(made.taste["encoding"] * 3)]
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:  # a ticked box has no place in the old code page
        return text.encode()


def _wrapped(line: str, by_columns: bool) -> list[str]:
    """Break a line at spaces; by columns, signs above and below letters take no room."""
    found = [""]
    for word in line.split(" "):
        tried = f"{found[-1]} {word}" if found[-1] else word
        room = sum(unicodedata.category(letter) != "Mn" for letter in tried) if by_columns else len(tried)
        if room > _COLUMNS and found[-1]:
            found.append(word)
        else:
            found[-1] = tried
    return found


def html(made: Made) -> bytes:
    """A saved page of paragraphs, of lines in one block, or of a table."""
    if made.taste["table"] < 0.3:
        body = "".join(
            f'<tr><td colspan="2">{escape(label)}</td></tr>'
            if not value
            else f"<tr><td>{escape(label)}</td><td>{'<br>'.join(map(escape, value))}</td></tr>"
            for label, value in rows(made)
        )
        body = f"<table border=1>{body}</table>"
    elif made.taste["table"] < 0.6:
        body = "<br>\n".join(map(escape, lines(made)))
    else:
        body = "".join(f"<p>{escape(line)}</p>\n" for line in lines(made))
    style = "body { font-family: Garuda, Loma, sans-serif; font-size: 11pt } table { width: 100% }"
    head = f'<meta charset="utf-8"><title>รายงาน</title><style>{style}</style>'
    return f'<!DOCTYPE html><html lang="th"><head>{head}</head><body>{body}</body></html>'.encode()


_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"


def docx(made: Made) -> bytes:
    """A Word file of paragraphs or of a table."""

    def paragraph(text: str) -> str:
        return f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'

    def cell(texts: list[str]) -> str:
        return f"<w:tc>{''.join(map(paragraph, texts or ['']))}</w:tc>"

    if made.taste["table"] < 0.3:
        table = "".join(f"<w:tr>{cell([label])}{cell(value)}</w:tr>" for label, value in rows(made))
        grid = '<w:tblGrid><w:gridCol w:w="3000"/><w:gridCol w:w="6000"/></w:tblGrid>'
        body = f"<w:tbl>{grid}{table}</w:tbl><w:p/>"
    else:
        body = "".join(map(paragraph, lines(made)))
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    return _zip(
        {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" Type="{_OFFICE}"'
            ' Target="word/document.xml"/></Relationships>',
            "word/document.xml": f'<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>',
        }
    )


def python_docx(made: Made) -> bytes:
    """The same by python-docx, with lists that Word numbers."""
    import docx as library

    document = library.Document()
    if made.taste["table"] < 0.3:
        table = document.add_table(rows=0, cols=2)
        for label, value in rows(made):
            first, second = table.add_row().cells
            first.text, second.text = label, "\n".join(value)
    else:
        for line in lines(made):
            document.add_paragraph(line)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


_ODF = "urn:oasis:names:tc:opendocument:xmlns"


def odt(made: Made) -> bytes:
    """An OpenDocument text of paragraphs or of a table."""

    def paragraph(text: str) -> str:
        return f"<text:p>{escape(text)}</text:p>"

    if made.taste["table"] < 0.3:
        cells = "".join(
            "<table:table-row>"
            f"<table:table-cell>{paragraph(label)}</table:table-cell>"
            f"<table:table-cell>{''.join(map(paragraph, value or ['']))}</table:table-cell></table:table-row>"
            for label, value in rows(made)
        )
        body = f'<table:table><table:table-column table:number-columns-repeated="2"/>{cells}</table:table>'
    else:
        body = "".join(map(paragraph, lines(made)))
    spaces = " ".join(f'xmlns:{name}="{_ODF}:{name}:1.0"' for name in ("office", "text", "table"))
    kind = "application/vnd.oasis.opendocument.text"
    manifest = f'<manifest:manifest xmlns:manifest="{_ODF}:manifest:1.0" manifest:version="1.3">' + "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{media}"/>'
        for path, media in (("/", kind), ("content.xml", "text/xml"))
    )
    return _zip(
        {
            "mimetype": kind,
            "content.xml": f'<office:document-content {spaces} office:version="1.3"><office:body><office:text>{body}'
            "</office:text></office:body></office:document-content>",
            "META-INF/manifest.xml": f"{manifest}</manifest:manifest>",
        }
    )


def xlsx(made: Made) -> bytes:
    """A sheet: label in one cell, value in the next; figures in some as numbers, the unit in the third."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for block in made.blocks:
        value = "\n".join(block.value)
        first, _, unit = value.partition(" (")
        figure = first.replace(",", "")
        if made.taste["cells"] < 0.5 and unit and figure.isascii() and figure.replace(".", "").isdigit():
            sheet.append([block.label, float(figure), unit.rstrip(")")])
            sheet.cell(sheet.max_row, 2).number_format = "#,##0.00" if "." in figure else "#,##0"
        elif made.taste["cells"] >= 0.75 and len(block.value) > 1:  # each item in a row of its own
            sheet.append([block.label, block.value[0]])
            for item in block.value[1:]:
                sheet.append([None, item])
        else:
            sheet.append([block.label, value] if block.value else [block.label])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def eml(made: Made) -> bytes:
    """A mail with the report as its body: plain, web, or both."""
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "รายงานตัวชี้วัด", "kpi@example.org", "audit@example.org"
    mail["Date"] = "Mon, 05 Oct 2020 09:00:00 +0700"
    taste = made.taste["mail"]
    if taste < 0.66:
        mail.set_content("\n".join(lines(made)), cte=("base64", "quoted-printable")[taste < 0.33])
    if 0.33 <= taste < 0.66:
        mail.add_alternative(html(made).decode(), subtype="html")
    if taste >= 0.66:
        mail.set_content(html(made).decode(), subtype="html")
    return mail.as_bytes()


def pdfs(mades: list[Made]) -> list[bytes] | None:
    """The web pages as Chromium prints them; None where it is not installed."""
    if not _CHROMIUM.exists():
        return None
    found = []
    with tempfile.TemporaryDirectory(prefix="seven-") as folder:
        for made in mades:
            page, print_ = Path(folder, "page.html"), Path(folder, "page.pdf")
            page.write_bytes(html(made))
            command = [str(_CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
            command += [f"--user-data-dir={folder}/profile", f"--print-to-pdf={print_}", page.as_uri()]
            subprocess.run(command, check=True, capture_output=True, timeout=120)
            found.append(print_.read_bytes())
    return found


def _zip(members: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED)
    return stream.getvalue()


KINDS = {"docx": docx, "odt": odt, "html": html, "xlsx": xlsx, "eml": eml, "txt": txt}
if importlib.util.find_spec("docx"):
    KINDS["python.docx"] = python_docx

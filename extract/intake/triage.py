"""What a file is, by its bytes and never by its suffix."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass
from pathlib import PurePosixPath

from extract.intake.archive import open_archive
from extract.intake.encodings import decode, detect_encoding
from raingan.model.errors import InputError
from raingan.model.records import Kind, Limits, Source

# A file with one of these suffixes and other content is broken; with any other it is none of our business.
_OUR_SUFFIXES = frozenset(
    (
        *(
            ".txt",
            ".text",
            ".pdf",
            ".docx",
            ".docm",
            ".dotx",
            ".doc",
            ".rtf",
            ".odt",
            *(".xlsx", ".xlsm", ".xls", ".ods", ".csv"),
            ".html",
            ".htm",
            ".xhtml",
            ".mht",
            ".mhtml",
            ".zip",
            *(".eml", ".msg", ".tar", ".tgz", ".gz"),
        ),
        *(".png", ".jpg", ".jpeg", ".jpe", ".tif", ".tiff", ".gif", ".bmp", ".webp"),
    )
)
_HTML_SUFFIXES = frozenset((".html", ".htm", ".xhtml"))

_PDF_HEADER = re.compile(rb"%PDF-\d")
_PDF_WITHIN = 1024  # bytes of anything may stand before the header, as readers of PDF accept it
_HEAD = 4096  # characters looked at for markup

_IMAGES = (
    (0, b"\x89PNG\r\n\x1a\n"),
    (0, b"\xff\xd8\xff"),
    (0, b"II*\0"),
    (0, b"MM\0*"),
    (0, b"II+\0"),
    (0, b"MM\0+"),
    (0, b"GIF87a"),
    (0, b"GIF89a"),
    (8, b"WEBPVP8"),
)

_PACKED = "archive"  # in the name of what may hold reports and cannot be opened here
_OTHERS = (
    (0, b"Rar!\x1a\x07", "RAR archive (.rar)"),
    (0, b"7z\xbc\xaf\x27\x1c", "7-Zip archive (.7z)"),
    (0, b"BZh", "bzip2 archive (.bz2)"),
    (0, b"\xfd7zXZ\0", "xz archive (.xz)"),
    (0, b"\x28\xb5\x2f\xfd", "Zstandard archive (.zst)"),
    (0, b"MSCF\0\0\0\0", "Windows cabinet archive (.cab)"),
    (0, b"\x78\x9f\x3e\x22", "Outlook archive of attachments (winmail.dat)"),
    (0, b"ITSF\x03\0\0\0", "compiled help (.chm)"),
    (0, b"SQLite format 3\0", "SQLite database"),
    (0, b"\0\1\0\0Standard ", "Access database (.mdb)"),
    (0, b"%!PS", "PostScript (.ps)"),
    (0, b"AT&TFORM", "DjVu (.djvu)"),
    (4, b"ftyphei", "HEIC picture (.heic)"),
    (4, b"ftypmif1", "HEIC picture (.heic)"),
    (4, b"ftypavif", "AVIF picture (.avif)"),
    (4, b"ftyp", "video (.mp4)"),
    (0, b"\0\0\1\xba", "video (.mpg)"),
    (0, b"ID3", "sound (.mp3)"),
    (0, b"\x7fELF", "program"),
    (0, b"\0asm", "program"),
    (0, b"8BPS\0\1", "Photoshop picture (.psd)"),
    (0, b"\xd7\xcd\xc6\x9a", "Windows metafile (.wmf)"),
    (0, b"\0\1\0\0\0", "font (.ttf)"),
    (0, b"OTTO", "font (.otf)"),
    (0, b"wOF", "font (.woff)"),
)

# gzip, with or without a tar inside; tar archives themselves.
_TARS = ((0, b"\x1f\x8b\x08"), (257, b"ustar"))

_RTF = b"{\\rtf"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORD_STREAM = "WordDocument"
_SHEET_STREAMS = ("Workbook\0", "Book\0")  # Excel 97 and 95
_MESSAGE_STREAM = "__properties_version1.0"
_SHEET_SUFFIXES = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb")
# Streams of an OLE container, in the order in which they decide.
_OLE_STREAMS = (
    ("PowerPoint Document", "PowerPoint 97 (.ppt)"),
    ("VisioDocument", "Visio (.vsd)"),
    ("HwpSummaryInformation", "Hangul document (.hwp)"),
)
_OFFICE_ZIPS = (
    ("ppt/", "PowerPoint (.pptx)"),
    ("visio/", "Visio (.vsdx)"),
)
# A text, or a template of texts, but no master document, which only links to others.
_ODT = re.compile(rb"application/vnd\.oasis\.opendocument\.text(?:-template)?(?=PK|[^\w-]|$)")
_ODS = re.compile(rb"application/vnd\.oasis\.opendocument\.spreadsheet(?:-template)?(?=PK|[^\w-]|$)")
_MIMETYPES = {
    b"application/vnd.oasis.opendocument.presentation": "OpenDocument presentation (.odp)",
    b"application/vnd.oasis.opendocument": "OpenDocument",
    b"application/epub+zip": "EPUB book (.epub)",
}

_HTML_START = re.compile(
    r"<(?:!doctype\s+html|/?(?:html|head|body|title|meta|link|base|style|script|noscript|frameset|table|tbody|tr|td"
    r"|div|p|br|hr|h[1-6]|ul|ol|li|span|font|center|form|input|label|a|b|i|u|strong|em|img|section|article|header"
    r"|footer|main|nav|pre|blockquote|fieldset)[\s/>])",
    re.IGNORECASE,
)
_TAG = re.compile(r"<(?:html|body|table|div|p|br|span|li|h[1-6])[\s/>]", re.IGNORECASE)
_MHTML = re.compile(r"^content-type:\s*(?:multipart/related|text/html|multipart/alternative)", re.IGNORECASE | re.M)
_ATTACHED = re.compile(rb"^content-disposition:\s*attachment", re.IGNORECASE | re.MULTILINE)
_FROM = re.compile(r"^(?:from|return-path|received):", re.IGNORECASE | re.MULTILINE)
_MAIL_FIELDS = ("to", "subject", "date", "message-id", "mime-version", "content-type", "received", "reply-to")
_MAIL_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,40}:[ \t]")


@dataclass(frozen=True, slots=True)
class Triage:
    """What a file was found to be."""

    kind: Kind
    encoding: str | None = None  # of text and web pages
    name: str | None = None  # of a kind that is not read, for people: "Word 97 (.doc)"


def look(source: Source) -> Triage:
    """Tell what a file is. Never raises: what is nothing known is `Kind.UNKNOWN`."""
    data = source.data
    if _starts(data, _IMAGES) or _is_bitmap(data):
        return Triage(Kind.IMAGE)
    if data.startswith((b"PK\3\4", b"PK\5\6", b"PK\7\x08")):
        return _look_into_zip(data, _suffix(source))
    if data.startswith(_OLE):
        return _look_into_ole(data, _suffix(source))
    if data.startswith(_RTF):
        return Triage(Kind.RTF)
    if _is_pdf(data):
        return Triage(Kind.PDF)
    if _starts(data, _TARS):
        return Triage(Kind.TAR)
    for offset, magic, name in _OTHERS:
        if data.startswith(magic, offset):
            return Triage(Kind.UNKNOWN, name=name)
    return _look_at_text(data, _suffix(source)) if data else Triage(Kind.UNKNOWN)


def refusal(source: Source, found: Triage) -> InputError:
    """Make the error for a file of no kind that is read."""
    if not source.data:
        return InputError("empty-file")
    if found.name is not None:
        return InputError("archive-unread" if _PACKED in found.name else "unsupported-kind", kind=found.name)
    suffix = _suffix(source)
    if suffix in _OUR_SUFFIXES:
        return InputError("broken-file", error=f"not the content of a {suffix} file")
    return InputError("unsupported-kind", kind=suffix or "binary data")


def _suffix(source: Source) -> str:
    return PurePosixPath(source.name).suffix.lower()


def _starts(data: bytes, magics: tuple[tuple[int, bytes], ...]) -> bool:
    return any(data.startswith(magic, offset) for offset, magic in magics)


def _is_bitmap(data: bytes) -> bool:
    """ "BM" alone begins many a text; the size of the header that follows tells."""
    return data.startswith(b"BM") and data[14:18] in (
        bytes([size, 0, 0, 0]) for size in (12, 16, 40, 52, 56, 64, 108, 124)
    )


def _is_pdf(data: bytes) -> bool:
    if data.startswith(b"%PDF-"):
        return True
    # A text may speak of %PDF-1.4; a PDF behind other bytes has objects as well.
    header = _PDF_HEADER.search(data, 0, _PDF_WITHIN)
    return header is not None and (b" obj" in data or b"startxref" in data)


def _look_into_zip(data: bytes, suffix: str) -> Triage:
    try:
        with open_archive(data, Limits()) as archive:
            names = archive.NameToInfo.keys()
            mimetype = archive.NameToInfo.get("mimetype")
            start = b"" if mimetype is None else data[mimetype.header_offset : mimetype.header_offset + 200]
            return _kind_of_zip(names, start)
    except InputError:
        # Without a directory the names of members still stand before their data.
        if b"word/document.xml" in data or suffix == ".docx":
            return Triage(Kind.DOCX)
        if b"xl/workbook.xml" in data or suffix in _SHEET_SUFFIXES:
            return Triage(Kind.XLSX)
        for kind, pattern in ((Kind.ODT, _ODT), (Kind.ODS, _ODS)):
            if pattern.search(data[:200]) is not None:
                return Triage(kind)
        name = next((name for folder, name in _OFFICE_ZIPS if folder.encode() in data[:65536]), None)
        return Triage(Kind.ZIP) if name is None else Triage(Kind.UNKNOWN, name=name)


def _kind_of_zip(names: Set[str], mimetype: bytes) -> Triage:
    if "[Content_Types].xml" in names:
        if any(name.startswith("word/") for name in names):
            return Triage(Kind.DOCX)
        if any(name.startswith("xl/") for name in names):
            is_binary = any(name.startswith("xl/workbook.bin") for name in names)
            return Triage(Kind.UNKNOWN, name="Excel binary (.xlsb)") if is_binary else Triage(Kind.XLSX)
        for folder, kind in _OFFICE_ZIPS:
            if any(name.startswith(folder) for name in names):
                return Triage(Kind.UNKNOWN, name=kind)
        if "FixedDocSeq.fdseq" in names or "FixedDocumentSequence.fdseq" in names:
            return Triage(Kind.UNKNOWN, name="XPS (.xps)")
    if _ODT.search(mimetype) is not None:
        return Triage(Kind.ODT)
    if _ODS.search(mimetype) is not None:
        return Triage(Kind.ODS)
    for kind_bytes, kind in _MIMETYPES.items():
        if kind_bytes in mimetype:
            return Triage(Kind.UNKNOWN, name=kind)
    if "Index/Document.iwa" in names:
        return Triage(Kind.UNKNOWN, name="Apple Pages or Numbers")
    return Triage(Kind.ZIP)


def _look_into_ole(data: bytes, suffix: str) -> Triage:
    """An OLE container is an old Office file, or the wrapping of a new one that has a password."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return Triage(Kind.XLSX if suffix in _SHEET_SUFFIXES else Kind.DOCX)
    if _WORD_STREAM.encode("utf-16-le") in data:
        return Triage(Kind.DOC)
    if _MESSAGE_STREAM.encode("utf-16-le") in data:  # before workbooks: one may be attached
        return Triage(Kind.MESSAGE)
    if suffix == ".xls" or any(stream.encode("utf-16-le") in data for stream in _SHEET_STREAMS):
        return Triage(Kind.XLS)
    for stream, name in _OLE_STREAMS:
        if stream.encode("utf-16-le") in data:
            return Triage(Kind.UNKNOWN, name=name)
    return Triage(Kind.UNKNOWN, name="OLE file")


def _look_at_text(data: bytes, suffix: str) -> Triage:
    encoding = detect_encoding(data)
    if encoding is None:
        return Triage(Kind.UNKNOWN)
    head = decode(data[: _HEAD * 2], encoding).lstrip("\ufeff \t\r\n\f\0")
    if _MAIL_HEADER.match(head) is not None and (kind := _kind_of_mail(head, data)) is not None:
        return Triage(kind, encoding.name)
    if head.startswith("{\\rtf"):
        return Triage(Kind.RTF)
    markup = _after_prologue(head)
    if _HTML_START.match(markup) or (suffix in _HTML_SUFFIXES and _TAG.search(head)):
        return Triage(Kind.HTML, encoding.name)
    if head.startswith("<?xml"):
        return Triage(Kind.UNKNOWN, name="XML")
    return Triage(Kind.TEXT, encoding.name)


def _kind_of_mail(head: str, data: bytes) -> Kind | None:
    """Tell a web page saved as one file, which is a mail too, from a mail with attachments or without a page."""
    header = head.replace("\r\n", "\n").partition("\n\n")[0]
    small = header.lower()
    if "mime-version:" in small and _MHTML.search(header) is not None and not _ATTACHED.search(data):
        return Kind.HTML
    is_mail = _FROM.search(header) is not None and sum(f"\n{name}:" in f"\n{small}" for name in _MAIL_FIELDS) >= 2
    return Kind.MAIL if is_mail else None


def _after_prologue(head: str) -> str:
    """Skip XML declaration and comments before the first tag."""
    for _ in range(20):  # pages that begin with many comments are cut short, not followed for ever
        if head.startswith("<!--"):
            head = head.partition("-->")[2].lstrip()
        elif head.startswith("<?"):
            head = head.partition(">")[2].lstrip()
        else:
            break
    return head

"""Reader of saved web pages. Nothing is fetched, no script is run, what a browser would not show is left out."""

from __future__ import annotations

import re

from extract.intake.encodings import decode, detect_encoding
from extract.page.told import with_told
from extract.reading.html.builder import read_parts
from extract.reading.html.related import Related, is_mhtml, saved_page
from extract.reading.text.read import check_length, encoding_problems, plain_page
from raingan.model.errors import InputError
from raingan.model.records import Document, Kind, Limits, Source

READER = "html/1"

_DECLARED = re.compile(rb"(?:charset|encoding)\s{0,20}=\s{0,20}[\"']?\s{0,20}([A-Za-z0-9_:-]{2,40})")
_DECLARED_WITHIN = 4096


def read_html(source: Source, limits: Limits) -> Document:
    """Read a saved web page, also one saved as a single MHTML file with its frames."""
    saved = saved_page(source.data) if is_mhtml(source.data) else None
    data, declared = (source.data, None) if saved is None else (saved.data, saved.charset)
    named = _DECLARED.search(data, 0, _DECLARED_WITHIN)
    encoding = detect_encoding(data, declared or (named[1].decode("ascii") if named else None))
    if encoding is None:
        raise InputError("broken-file", error="not text in any known encoding")
    page = decode(data, encoding)
    check_length(page, limits)
    more = Related(limits.text_chars) if saved is None else saved.related(limits.text_chars)
    return Document(
        kind=Kind.HTML,
        reader=READER,
        pages=(plain_page(with_told(read_parts(page, limits, more))),),
        problems=encoding_problems(page, encoding),
        encoding=encoding.name,
    )

"""Reader of plain text: prints saved as text, and text pasted from web pages."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extract.intake.encodings import Encoding, decode, detect_encoding
from extract.page.line_text import make_line
from extract.reading.text.markdown import is_markdown, markdown_lines
from extract.reading.text.separated import lines_of_columns
from raingan.model.errors import InputError
from raingan.model.records import Document, Kind, Limits, Line, Page, PageState, Problem, Source

READER = "text/1"

# A form feed or vertical tab among other control characters is rubbish, not layout.
_PAGE_BREAK = re.compile(r"(?<![\x00-\x08\x0b\x0e-\x1f])\x0c")
_LINE_BREAK = re.compile("\r\n?|\n|\x85|\u2028|\u2029|(?<![\x00-\x08\x0e-\x1f])\x0b")


def read_text(source: Source, limits: Limits) -> Document:
    """Read a text in any encoding that `extract.intake.encodings` knows; a form feed begins a new page."""
    if not source.data:
        raise InputError("empty-file")
    encoding = detect_encoding(source.data)
    if encoding is None:
        raise InputError("broken-file", error="not text in any known encoding")
    text = decode(source.data, encoding)
    check_length(text, limits)
    texts = _PAGE_BREAK.split(text)
    while len(texts) > 1 and not texts[-1].strip():
        texts.pop()
    if len(texts) > limits.pages:
        raise InputError("too-large", what="pages", size=len(texts), limit=limits.pages)
    return Document(
        kind=Kind.TEXT,
        reader=READER,
        pages=tuple(plain_page(lines, number) for number, lines in enumerate(_lines(texts, source.name), start=1)),
        problems=encoding_problems(text, encoding),
        encoding=encoding.name,
    )


def _lines(texts: Sequence[str], name: str) -> list[list[Line]]:
    """Make the lines of every page, cell by cell where columns are set apart."""
    if any(is_markdown(text, name) for text in texts):
        return [markdown_lines(text, number) for number, text in enumerate(texts, start=1)]
    named_csv = name.lower().endswith(".csv")
    if not named_csv and not any(mark in text for text in texts for mark in "\t,"):
        return plain_lines(texts)
    plain: list[list[Line]] | None = None
    made = []
    for number, text in enumerate(texts, start=1):
        lines = lines_of_columns(text, number, named_csv)
        if lines is None:
            plain = plain or plain_lines(texts)
            lines = plain[number - 1]
        made.append(lines)
    return made


def plain_lines(texts: Sequence[str]) -> list[list[Line]]:
    """Make the lines of every page; a blank line ends a paragraph only where blank lines are the exception.

    These prints stand with a blank line between all lines, where it says nothing.
    """
    pages = [_LINE_BREAK.split(text.rstrip()) for text in texts]
    blank = [[not line.strip() for line in lines] for lines in pages]
    followed = [
        index + 1 < len(marks) and marks[index + 1]
        for marks in blank
        for index, is_blank in enumerate(marks)
        if not is_blank
    ]
    blank_lines_tell = sum(followed) * 2 < len(followed)
    made: list[list[Line]] = []
    for number, (lines, marks) in enumerate(zip(pages, blank, strict=True), start=1):
        page: list[Line] = []
        for index, read in enumerate(lines):
            ends = blank_lines_tell and index + 1 < len(marks) and marks[index + 1]
            line = None if marks[index] else make_line(read, number, paragraph_end=ends)
            if line is not None:
                page.append(line)
        made.append(page)
    return made


def plain_page(lines: Sequence[Line], number: int = 1) -> Page:
    """Make a page without size of the lines of one page."""
    state = PageState.TEXT if lines else PageState.BLANK
    return Page(number, tuple(lines), state)


def encoding_problems(text: str, encoding: Encoding) -> tuple[Problem, ...]:
    """Tell what an auditor has to know about how the characters were read."""
    problems = []
    if not encoding.certain:
        problems.append(Problem("encoding-uncertain", values={"encoding": encoding.name}))
    elif encoding.mangled is not None:
        problems.append(Problem("encoding-detected", values={"encoding": encoding.name}))
    lost = text.count("\ufffd")
    if lost:
        problems.append(Problem("characters-lost", values={"count": str(lost)}))
    return tuple(problems)


def check_length(text: str, limits: Limits) -> None:
    """Refuse a text longer than the limit."""
    if len(text) > limits.text_chars:
        raise InputError("too-large", what="characters", size=len(text), limit=limits.text_chars)

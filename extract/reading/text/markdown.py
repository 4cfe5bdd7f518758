"""Markdown: tables of strokes become cells, signs of headings and bold type go, what is struck out is told."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

from extract.page.line_text import make_line
from extract.page.symbols import EMPTY, TICKED
from extract.page.told import struck_out
from raingan.model.records import Line

SUFFIXES = (".md", ".markdown")

_RULE_CELL = re.compile(r":?--+:?")
_LONGEST_RULE = 2_000  # characters
_STROKE = re.compile(r"(?<!\\)\|")
_HEADING = re.compile(r"[ \t]{0,3}#{1,6}[ \t]+|[ \t]{0,3}>[ \t]?")
_TASK = re.compile(r"([-*+][ \t]+|^)\[([ xX])\][ \t]+")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)([^*_\n]{1,2000}?\S|\S)\1")
_STRUCK = re.compile(r"~~(?=\S)([^~\n]{1,2000})~~")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!|~-])")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def is_markdown(text: str, name: str) -> bool:
    """Say whether a text is Markdown: by its name, or by a table with its rule."""
    return name.lower().endswith(SUFFIXES) or ("|" in text and any(map(_is_rule, text.splitlines())))


def markdown_lines(text: str, page: int) -> list[Line]:
    """Return the lines of a text as its signs mean them."""
    lines = text.splitlines()
    made: list[Line] = []
    table, row, in_table = 0, 0, False
    for at, read in enumerate(lines):
        if _is_rule(read):
            continue
        begins = at + 1 < len(lines) and _is_rule(lines[at + 1])
        if begins and not in_table:
            table, row, in_table = table + 1, 0, True
        elif "|" not in read:
            in_table = False
        if not in_table:
            made += _written(read, page, None)
            continue
        row += 1
        cells = _STROKE.split(read.strip().removeprefix("|").removesuffix("|"))
        for column, cell in enumerate(cells, start=1):
            made += _written(cell, page, (table, row, column))
    return made


def _is_rule(line: str) -> bool:
    """Tell the line below the head of a table."""
    if "|" not in line or "--" not in line or len(line) > _LONGEST_RULE:
        return False
    cells = line.strip().removeprefix("|").removesuffix("|").split("|")
    return all(_RULE_CELL.fullmatch(cell.strip()) for cell in cells)


def _written(read: str, page: int, cell: tuple[int, int, int] | None) -> Iterator[Line]:
    plain = _HEADING.sub("", read, count=1) if _HEADING.match(read) else read
    plain = _TASK.sub(lambda found: f"{found[1]}{EMPTY if found[2] == ' ' else TICKED} ", plain, count=1)
    struck = [found[1] for found in _STRUCK.finditer(plain)]
    plain = _ESCAPED.sub(r"\1", _EMPHASIS.sub(r"\2", _STRUCK.sub("", plain)))
    lines = [make_line(part, page, paragraph_end=cell is not None, cell=cell) for part in _BREAK.split(plain)]
    found = [line for line in lines if line is not None]
    for number, line in enumerate(found):
        told = tuple(map(struck_out, struck)) if number + 1 == len(found) else ()
        yield dataclasses.replace(line, told=told) if told else line

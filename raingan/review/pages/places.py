"""Fields found again in the lines of a source without pages: text, Word, saved web pages.

The report is read once more, which tells where each field stands. Where that does not give the same report (it was
read by a form of the user's own), the wordings of its fields are looked for instead.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from raingan.model.records import Box, Document, Line, RawReport

_SPACES = re.compile(r"\s+")
_DIGITS = {0x0E50 + digit: str(digit) for digit in range(10)}  # Thai digits may have become Arabic in a repair
_SAME = 0.5  # share of a report's wordings that show it is the one; another report of the same file shares a title
_NAME = "indicator_name"
_ENOUGH = 12  # letters of a line that is a part of a wording; fewer stand anywhere

Span = tuple[int, int]
"""First and last line, from 0."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A field to be found: its wording as printed, and for an item of a list the key path of what it stands in."""

    path: str
    printed: str
    within: str | None = None


def find_same(reports: Sequence[RawReport], place: int, wanted: Sequence[Wanted]) -> RawReport | None:
    """Return the report that holds the wordings: the one at its old place, else the one that has most of them."""
    printed = {field.path: _plain(field.printed) for field in wanted if field.within is None and field.printed}
    scores = [_share(report, printed) for report in reports]
    if place < len(scores) and scores[place] >= _SAME:
        return reports[place]
    best = max(range(len(scores)), key=lambda index: scores[index], default=None)
    return reports[best] if best is not None and scores[best] >= _SAME else None


def _share(report: RawReport, printed: Mapping[str, str]) -> float:
    own: dict[str, str] = {}
    for field in report.fields:
        own.setdefault(field.key, _plain(field.text))
    return sum(own.get(path) == text for path, text in printed.items()) / max(len(printed), 1)


def boxes_of(report: RawReport) -> dict[str, tuple[int, Box]]:
    """Return the page and the box of every field that was read somewhere, under its key path in the record."""
    found: dict[str, tuple[int, Box]] = {}
    for field in report.fields:
        if field.page is not None and field.box is not None:
            found.setdefault(field.key, (field.page, field.box))
            if field.key == _NAME:
                found.setdefault("indicator_number", (field.page, field.box))
    return found


def numbered(document: Document) -> tuple[Document, list[Line]]:
    """Return a document whose lines are told by their boxes, line 0 from 0 to 1, and the lines."""
    lines: list[Line] = []
    pages = []
    for page in document.pages:
        own = []
        for line in page.lines:
            at = float(len(lines))
            own.append(dataclasses.replace(line, shown=(0.0, at, 1.0, at + 1)))  # how it was set is told by `box`
            lines.append(line)
        pages.append(dataclasses.replace(page, lines=tuple(own)))
    return dataclasses.replace(document, pages=tuple(pages)), lines


def spans_of(report: RawReport) -> dict[str, Span]:
    """Return the lines of every field of a report of a `numbered` document."""
    return {path: (int(box[1]), int(box[3]) - 1) for path, (_, box) in boxes_of(report).items()}


def find_boxes(lines: Sequence[Line], report: RawReport, wanted: Sequence[Wanted]) -> dict[str, tuple[int, Box]]:
    """Return page and box of every field of a report that was laid out anew; `lines` are those of its pages.

    What the report says there in the same words stands where it was read; all else is looked for.
    """
    texts = [line.text for line in lines]
    spans = search(texts, wanted)
    spans |= find_items(texts, wanted, spans)
    found: dict[str, tuple[int, Box]] = {}
    for path, (first, last) in spans.items():
        page = lines[first].page
        boxes = [line.place for line in lines[first : last + 1] if line.page == page and line.place is not None]
        if boxes:
            lefts, tops, rights, bottoms = zip(*boxes, strict=True)
            found[path] = page, (min(lefts), min(tops), max(rights), max(bottoms))
    read = boxes_of(report)
    own = {field.key: _plain(field.text) for field in reversed(report.fields)}
    same = {field.path for field in wanted if field.within is None and own.get(field.path) == _plain(field.printed)}
    return found | {path: read[path] for path in same if path in read}


def search(lines: Sequence[str], wanted: Sequence[Wanted]) -> dict[str, Span]:
    """Return the lines of every field whose wording is found, but for items of lists.

    Fields come in the order of the document, so each is looked for behind the one before it, then from the report's
    name on, then before it, nearest first; short wordings ("4") would be found anywhere.
    """
    plain = [_plain(line) for line in lines]
    places: dict[str, Span] = {}
    pointer = begin = _name_line(plain, wanted)
    for field in wanted:
        if field.within is not None:
            continue
        pieces = [piece for piece in map(_plain, field.printed.splitlines()) if piece]
        if not pieces:
            continue
        found = (
            _find(plain, pieces, range(pointer, len(plain)))
            or _find(plain, pieces, range(begin, pointer))
            or _find(plain, pieces, range(begin - 1, -1, -1))
        )
        if found is not None:
            places[field.path] = found
            pointer = found[0]
    return places


def _name_line(plain: Sequence[str], wanted: Sequence[Wanted]) -> int:
    """Return the line of the report's own name: what it shares with others of the file is looked for near it."""
    printed = next((field.printed for field in wanted if field.path == _NAME), "")
    pieces = [piece for piece in map(_plain, printed.splitlines()) if piece]
    found = _find(plain, pieces, range(len(plain))) if pieces else None
    return found[0] if found is not None else 0


def find_items(lines: Sequence[str], wanted: Sequence[Wanted], places: Mapping[str, Span]) -> dict[str, Span]:
    """Return the lines of every item inside the field that it stands in, each behind the one before."""
    plain = [_plain(line) for line in lines]
    found: dict[str, Span] = {}
    behind: dict[str, int] = {}
    for item in wanted:
        if item.within is None or item.within not in places:
            continue
        first, last = places[item.within]
        own = _find_item(plain, _plain(item.printed), range(behind.get(item.within, first), last + 1))
        if own is not None:
            behind[item.within] = own[0]
        found[item.path] = own or (first, last)
    return found


def _find_item(plain: Sequence[str], piece: str, lines: range) -> Span | None:
    """Return the line that holds a wording, or the two that it was wrapped into."""
    if not piece:
        return None
    for at in lines:
        if piece in plain[at]:
            return at, at
        if at + 1 < lines.stop and piece in plain[at] + plain[at + 1] and piece not in plain[at + 1]:
            return at, at + 1
    return None


def _find(plain: Sequence[str], pieces: Sequence[str], lines: range) -> Span | None:
    """Return the lines that hold the pieces one after the other; a piece may go on in the next line."""
    for first in lines:
        if pieces[0] in plain[first] or _begins(plain[first], pieces[0]):
            return first, _end(plain, "".join(pieces), first)
    return None


def _begins(line: str, piece: str) -> bool:
    """Say whether a line is the beginning of a wording, or ends with it, or is a good part of it."""
    at = line.find(piece[:_ENOUGH])
    return (len(line) > _ENOUGH and line in piece) or (at >= 0 and piece.startswith(line[at:]))


def _end(plain: Sequence[str], whole: str, first: int) -> int:
    """Return the last line that still is part of the wording."""
    last = first
    for index in range(first + 1, len(plain)):
        if plain[index] and plain[index] in whole:
            last = index
        elif plain[index]:
            break
    return last


def _plain(text: str) -> str:
    return _SPACES.sub("", text).translate(_DIGITS)

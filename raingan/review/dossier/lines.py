"""The text of a source without pages, with the numbers of the fields beside the lines where they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from raingan.review.dossier.gather import Row
from raingan.review.dossier.markup import Markup, element
from raingan.review.dossier.sheets import row_name
from raingan.review.dossier.words import Words
from raingan.review.pages.shown import TextLine

_KEPT_AROUND = 12  # lines without a field that are kept before and after one with, so that it reads in its context
_LINES_AT_MOST = 5_000  # of one report; a report of twelve pages has 500


def line_name(index: int) -> str:
    """Return what a line is called in links."""
    return f"line-{index + 1}"


def places_of(lines: Sequence[TextLine]) -> dict[str, str]:
    """Return the name of the first line of each field, by key path, of those lines that are shown."""
    places: dict[str, str] = {}
    for index in _kept(lines):
        for path in lines[index].fields:
            places.setdefault(path, line_name(index))
    return places


def lines_view(lines: Sequence[TextLine], rows: Mapping[str, Row], names: Mapping[int, str], words: Words) -> Markup:
    """Return the lines; `rows` are those of the table by key path, `names` those of the fields by number."""
    if not lines:
        return element("p", words.say("lines-empty"), class_="notice")
    return element("div", *_parts(lines, rows, names, words), class_="lines")


def _parts(
    lines: Sequence[TextLine], rows: Mapping[str, Row], names: Mapping[int, str], words: Words
) -> Iterator[Markup]:
    seen: set[str] = set()
    behind = -1
    for index in (*_kept(lines), len(lines)):
        if index > behind + 1:
            yield element("p", words.say("lines-left-out", count=index - behind - 1), class_="gap")
        behind = index
        if index == len(lines):
            return
        line = lines[index]
        own = [rows[path] for path in line.fields if path in rows]
        new = [row for row in own if row.standing.field.path not in seen]
        seen.update(line.fields)
        looks = {row.look for row in own}
        look = next((look for look in ("open", "decided", "clear") if look in looks), "")
        links = [_link(row, names[row.number], words) for row in sorted(new, key=lambda row: row.number)]
        yield element(
            "div",
            element("div", *links, class_="numbers"),
            element("div", line.text or "\u00a0", class_="text", lang="th"),
            class_=f"line {look}".strip(),
            id=line_name(index),
        )


def _link(row: Row, name: str, words: Words) -> Markup:
    number = str(row.number)
    told = words.say("to-row", number=number, name=name)
    return element("a", number, class_=row.look, href=f"#{row_name(row.number)}", aria_label=told)


def _kept(lines: Sequence[TextLine]) -> list[int]:
    """Return the lines that are shown: those with fields and those around them; of a file without any, the first."""
    marked = [index for index, line in enumerate(lines) if line.fields]
    if not marked:
        return list(range(min(len(lines), _LINES_AT_MOST)))
    kept: dict[int, None] = {}
    for index in marked:
        around = range(max(index - _KEPT_AROUND, 0), min(index + _KEPT_AROUND + 1, len(lines)))
        kept.update(dict.fromkeys(around))
    return sorted(kept)[:_LINES_AT_MOST]

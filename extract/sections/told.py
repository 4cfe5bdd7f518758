"""What readers told of lines becomes flags of the fields that these lines stand in."""

from __future__ import annotations

from collections.abc import Sequence

from extract.sections.layout import Item
from extract.sections.values import NOTHING, Region
from raingan.model.records import Flag


def told_in(items: Sequence[Item], regions: Sequence[Region], is_first: bool) -> tuple[Flag, ...]:
    """Return a flag for all that was told of the lines of one report; what stands above the first goes to the file."""
    flags: list[Flag] = []
    begins = [region.heading.candidate.line for region in regions]
    if is_first and begins:
        above = _flags(items, range(begins[0]), "file")
        flags += [flag for flag in above if flag.code not in _OF_EMPTY_SECTIONS]
    for number, region in enumerate(regions):
        own = {piece.at for piece in region.pieces}
        last = begins[number + 1] if number + 1 < len(begins) else max(own, default=begins[number]) + 1
        key = region.field.key
        field = "file" if key is None else key.partition(".#")[0]
        found = _flags(items, sorted(own.union(range(begins[number], max(last, begins[number] + 1)))), field)
        is_empty = all(NOTHING.fullmatch(piece.text) for piece in region.pieces)
        flags += found if is_empty else [flag for flag in found if flag.code not in _OF_EMPTY_SECTIONS]
    return tuple(flags[:_MANY])


# A seal or a photo beside the text of a section says nothing; in the place of its text it may be what was to be said.
_OF_EMPTY_SECTIONS = frozenset({"ink-unread"})
_MANY = 1_000  # flags of one report that anybody could look at


def _flags(items: Sequence[Item], lines: Sequence[int], field: str) -> list[Flag]:
    return [Flag(problem.code, field, problem.values) for at in lines for problem in items[at].line.told]

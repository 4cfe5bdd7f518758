"""Segmenting: what stands on a straightened page, before any of it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from extract.reading.scan.components import Components, body_height, find_components, find_ink, paper_level
from extract.reading.scan.cutting import TALL, cut_rows, in_order, split_tall
from extract.reading.scan.handover import PageLayout
from extract.reading.scan.line_rows import find_leftovers, find_rows, merge_rows, own_rows
from extract.reading.scan.ruled_lines import with_rules
from extract.reading.scan.ruling import find_rules
from extract.reading.scan.sizes import with_sizes
from extract.reading.scan.tick_boxes import find_ticks

if TYPE_CHECKING:
    from extract.reading.scan.components import Bools, Ints
    from extract.reading.scan.handover import Pixels, Straight
    from extract.reading.scan.line_rows import Row, Uprights


def segment(page: Straight) -> PageLayout:
    """Find rules, tick boxes and lines of a page; each line, or its part in one cell or column, is cut out."""
    pixels = page.pixels
    if min(pixels.shape) < 8:
        return PageLayout(())
    ink = find_ink(pixels)
    if not ink.any():
        return PageLayout(())
    first = find_components(ink)
    body = body_height(first, page.dpi)
    ticks, drawn = find_ticks(ink, first, body, pixels)
    removed = _take_out(ink, first, drawn)
    rules = find_rules(ink, body)
    removed |= rules.mask
    parts = find_components(ink) if removed.any() else first
    body = body_height(parts, page.dpi)
    rows, owner = _own(parts, body, rules.upright)
    owner = merge_rows(parts, owner, rows, rules.upright)
    owner = split_tall(parts, owner, rows, body)
    owner[0] = -1  # paper
    paper = paper_level(pixels)
    cuts = cut_rows(pixels, parts, owner, rows, removed, paper)
    cuts = with_sizes(pixels, parts, owner, rows, removed, cuts, paper)
    cuts = with_rules(pixels, parts, owner, rows, removed, cuts, paper, rules)
    return PageLayout(tuple(in_order(cuts.values())), rules.upright, rules.level, tuple(ticks))


def _own(parts: Components, body: float, uprights: Uprights) -> tuple[list[Row], Ints]:
    """Find the rows, and which of them owns each part of the ink."""
    rows = find_rows(parts, body, uprights)
    owner = own_rows(parts, rows, uprights)
    small = (parts.area > 0) & (parts.height <= 7 * body)
    touched = parts.height > TALL * body
    owner[touched] = -1
    free = np.flatnonzero((owner < 0) & small & ~_within_rows(parts, rows, touched))
    more = find_leftovers(parts, free, rows, uprights, body)
    if more:
        found = own_rows(parts, more, uprights)
        taken = free[found[free] >= 0]
        owner[taken] = found[taken] + len(rows)
        rows = rows + more
    return rows, owner


def _within_rows(parts: Components, rows: list[Row], tall: Bools) -> Bools:
    """Tell which of the tall parts reach into a row: they are split, and make no row of their own."""
    inside = np.zeros(len(parts.area), dtype=bool)
    for number in np.flatnonzero(tall & (parts.area > 0))[:2_000].tolist():
        inside[number] = any(
            min(parts.x1[number], row.x1 + row.body) > max(parts.x0[number], row.x0 - row.body)
            and min(parts.y1[number], row.bottom) - max(parts.y0[number], row.top) > 0.3 * row.body
            for row in rows
        )
    return inside


def _take_out(ink: Pixels, parts: Components, drawn: list[int]) -> Pixels:
    """Take the ink of drawings away, in place; give a mask of it."""
    gone = np.zeros_like(ink)
    for number in drawn:
        box = slice(int(parts.y0[number]), int(parts.y1[number])), slice(int(parts.x0[number]), int(parts.x1[number]))
        gone[box] |= (parts.labels[box] == number).astype(np.uint8)
    ink[gone > 0] = 0
    return gone

"""Ruling lines: frames, table rules, underlines; found, and taken out of the ink."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from extract.reading.scan.blobs import find_blobs
from extract.reading.scan.components import Bools

if TYPE_CHECKING:
    from extract.reading.scan.handover import Pixels

STEP = 3  # every third pixel along the line is looked at
COVER = 0.92  # of a seed must be ink
DASHES = 8.0  # body heights: five hyphens take three; the shortest rules of forms are longer or underline words
MOST_SEEDS = 1_500
SAME_END = 0.5  # body heights within which level rules end alike
LEAST_ENDS = 3  # level rules that make the side of a table where they end
LED = 0.6  # of the way between two level rules that an upright one goes: it leads from one to the other
WHOLE = 0.9  # of a side is seen: then nothing is added

Span = tuple[float, float, float, float]
"""A piece of a rule: (start, end, near edge, far edge), the edges across it."""


@dataclass(frozen=True, slots=True)
class PageRules:
    """Rules of a page, and their pixels."""

    upright: tuple[tuple[float, float, float], ...]  # (x, top, bottom)
    level: tuple[tuple[float, float, float], ...]  # (y, left, right)
    mask: Pixels  # 1 where a rule's ink was taken out


def find_rules(ink: Pixels, body: float) -> PageRules:
    """Find ruling lines at least some body heights long and take their ink out of `ink`, in place."""
    level = [span for span in _find_level(ink, 3.0 * body, body) if not _is_dash(ink, span, body)]
    turned = np.asarray(cv2.transpose(ink), np.uint8)
    upright = _find_level(turned, 2.5 * body, body)
    level_mask = _mask(ink, level)
    upright_turned = _mask(turned, upright)
    upright_mask = np.asarray(cv2.transpose(upright_turned), np.uint8)
    gone = _free(ink, level_mask, upright_mask, level, body)
    gone |= np.asarray(cv2.transpose(_free(turned, upright_turned, level_mask.T, upright, body)), np.uint8)
    gone |= level_mask & upright_mask
    np.bitwise_and(ink, gone ^ 1, out=ink)
    across = _join(level, body, 4.0)
    return PageRules(tuple(_with_sides(_join(upright, body, 3.0), across, body)), tuple(across), gone)


def _with_sides(
    upright: list[tuple[float, float, float]], level: list[tuple[float, float, float]], body: float
) -> list[tuple[float, float, float]]:
    """Add the sides of tables that are too faint to be seen: where level rules, one under the other, all end."""
    sides: list[tuple[float, float, float]] = []
    for end in (1, 2):
        rules = sorted(level, key=lambda rule: (rule[end], rule[0]))
        for first in range(len(rules)):
            group = [rule for rule in rules[first:] if rule[end] - rules[first][end] <= SAME_END * body]
            if len(group) < LEAST_ENDS or any(abs(side[0] - group[0][end]) <= body for side in sides):
                continue
            place = float(np.median([rule[end] for rule in group]))
            for table in _tables(group, upright, body):
                if len(table) >= LEAST_ENDS and any(_crosses(rule, table, place, body) for rule in upright):
                    sides.append((place, table[0][0], table[-1][0]))
    kept = list(upright)
    for place, top, bottom in sides:
        beside = [rule for rule in kept if abs(rule[0] - place) <= body]
        seen = sum(max(0.0, min(rule[2], bottom) - max(rule[1], top)) for rule in beside)
        if seen < WHOLE * (bottom - top):
            kept = [rule for rule in kept if rule not in beside]
            ends = [top, bottom, *(end for rule in beside for end in rule[1:])]
            kept.append((place, min(ends), max(ends)))
    return sorted(kept)


def _tables(
    group: list[tuple[float, float, float]], upright: list[tuple[float, float, float]], body: float
) -> list[list[tuple[float, float, float]]]:
    """Part level rules that end alike where no upright rule leads from one to the next: there one table ends."""
    tables: list[list[tuple[float, float, float]]] = []
    for rule in sorted(group):
        last = tables[-1][-1] if tables else None
        if last is not None and any(
            min(side[2], rule[0]) - max(side[1], last[0]) > LED * (rule[0] - last[0])
            and max(rule[1], last[1]) - body <= side[0] <= min(rule[2], last[2]) + body
            for side in upright
        ):
            tables[-1].append(rule)
        else:
            tables.append([rule])
    return tables


def _crosses(
    rule: tuple[float, float, float], group: list[tuple[float, float, float]], side: float, body: float
) -> bool:
    """Tell whether an upright rule elsewhere makes a table of level rules: separators of a text have none."""
    top, bottom = min(level[0] for level in group), max(level[0] for level in group)
    left, right = min(level[1] for level in group), max(level[2] for level in group)
    overlap = min(rule[2], bottom) - max(rule[1], top)
    return left - body <= rule[0] <= right + body and abs(rule[0] - side) > body and overlap > 0.6 * (bottom - top)


def _find_level(ink: Pixels, length: float, body: float) -> list[Span]:
    """Find thin level strokes of at least `length` pixels."""
    thin = np.ascontiguousarray(ink[:, ::STEP])
    taps = max(3, round(length / STEP))
    if thin.shape[1] < taps or not thin.any():
        return []
    sums = cv2.boxFilter(thin, cv2.CV_32F, (taps, 1), normalize=False, borderType=cv2.BORDER_CONSTANT)
    seed = (sums >= COVER * taps).astype(np.uint8)
    if not seed.any():
        return []
    grown = np.bitwise_and(cv2.dilate(seed, np.ones((1, taps), np.uint8)), thin)
    grown = cv2.morphologyEx(grown, cv2.MORPH_CLOSE, np.ones((1, 5), np.uint8))
    _, stats = find_blobs(np.asarray(grown, np.uint8))
    if len(stats) - 1 > MOST_SEEDS:  # a halftone or a pattern, not a table
        return []
    found: list[Span] = []
    for x, y, wide, high, area in stats[1:].tolist():
        if wide < 0.8 * taps or area / wide > max(3.0, 0.4 * body) or high > max(4.0, 0.6 * body, 0.02 * wide * STEP):
            continue
        start, end = x * STEP, min((x + wide) * STEP, ink.shape[1])
        if _stands_free(ink, start, end, y, y + high):
            found.append((start, end, y, y + high))
    return found


def _stands_free(ink: Pixels, start: int, end: int, top: int, bottom: int) -> bool:
    """Tell a rule from letters run together: along a rule most of both sides is paper."""
    above = ink[max(0, top - 3) : max(0, top - 1), start:end]
    below = ink[bottom + 1 : bottom + 3, start:end]
    free_above = 1.0 - float(above.any(axis=0).mean()) if above.size else 1.0
    free_below = 1.0 - float(below.any(axis=0).mean()) if below.size else 1.0
    return free_above + free_below >= 1.15 and min(free_above, free_below) >= 0.3


def _is_dash(ink: Pixels, span: Span, body: float) -> bool:
    """Tell a row of hyphens run together, which is text: no letters stand on it, and no upright rule meets it."""
    start, end, near, far = (int(edge) for edge in span)
    if end - start > DASHES * body:
        return False
    reach, first, last = round(0.7 * body), max(0, start - 4), end + 4
    above: Bools = np.asarray(ink[max(0, near - reach) : max(0, near - 2), first:last].any(axis=0))
    below: Bools = np.asarray(ink[far + 2 : far + reach, first:last].any(axis=0))
    meets = bool(above[:8].any() or below[:8].any() or above[-8:].any() or below[-8:].any())
    return not meets and bool(above.mean() < 0.2) and bool(below.mean() < 0.2)


def _mask(ink: Pixels, spans: list[Span]) -> Pixels:
    mask = np.zeros_like(ink)
    for start, end, near, far in spans:
        rows, columns = slice(max(0, int(near) - 1), int(far) + 1), slice(max(0, int(start) - STEP), int(end) + STEP)
        mask[rows, columns] = ink[rows, columns]
    return mask


def _free(ink: Pixels, own: Pixels, other: Pixels, spans: list[Span], body: float) -> Pixels:
    """Choose the pixels of level rules that no stroke of a letter runs through."""
    gone = np.zeros_like(ink)
    reach = 3
    for start, end, near, far in spans:
        first, last = max(0, int(near) - 1), min(ink.shape[0], int(far) + 1)
        columns = slice(max(0, int(start) - STEP), int(end) + STEP)
        above = _beside(ink, own, other, slice(max(0, first - reach), first), columns)
        below = _beside(ink, own, other, slice(last, last + reach), columns)
        keep = above & below if last - first <= max(6.0, 0.4 * body) else np.zeros_like(above)
        gone[first:last, columns] |= own[first:last, columns] & ~keep.astype(np.uint8)[None, :] & 1
    return gone


def _beside(ink: Pixels, own: Pixels, other: Pixels, rows: slice, columns: slice) -> Bools:
    """Tell in which columns a stroke goes on beyond the rule."""
    strip = ink[rows, columns] & (1 - own[rows, columns]) & (1 - other[rows, columns])
    if not strip.shape[0]:
        return np.zeros(strip.shape[1], dtype=bool)
    return np.asarray(strip.sum(axis=0) >= min(2, strip.shape[0]))


def _join(spans: list[Span], body: float, least: float) -> list[tuple[float, float, float]]:
    """Join pieces of one broken or slightly slanted rule: (place across, start, end)."""
    joined: list[list[float]] = []  # place, start, end
    for start, end, near, far in sorted(spans):
        place = (near + far) / 2
        for rule in joined:
            if abs(rule[0] - place) <= max(3.0, 0.25 * body) and start - rule[2] <= 2.0 * body:
                old, new = rule[2] - rule[1], end - start
                rule[0] = (rule[0] * old + place * new) / max(1.0, old + new)
                rule[2] = max(rule[2], end)
                break
        else:
            joined.append([place, start, end])
    return sorted((place, start, end) for place, start, end in joined if end - start >= least * body)

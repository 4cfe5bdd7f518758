"""From the frames of a line to characters with places, probabilities and alternatives.

frames -> pieces (ctc) -> the best text under the rules of Thai writing -> spots -> glyphs in columns of the cut
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from extract.reading.scan.ctc import CERTAIN, Piece, pieces
from extract.reading.scan.handover import ReadGlyph
from extract.reading.scan.mark_rules import MarkOrder, thai_rules

if TYPE_CHECKING:
    from extract.reading.scan.ctc import Probabilities

OTHERS = 5  # alternatives kept for a character
LEAST = 0.001  # an alternative less likely than this is not told
LOOSE = 0.02  # readings of a piece less likely than this are not tried against the rules
NIKHAHIT, AA, AM = "\u0e4d", "\u0e32", "\u0e33"
DIGITS = "0123456789" + "".join(map(chr, range(0x0E50, 0x0E5A)))  # both sets that Thai prints use
LEADING_E, LEADING_AE = "\u0e40", "\u0e41"


@dataclass(slots=True)
class Spot:
    """One character while its line is being decoded."""

    text: str
    frame: float  # its middle
    chance: float
    others: dict[str, float] = field(default_factory=dict)

    def doubt(self, other: str, chance: float) -> None:
        """Hand a part of this character's probability to another reading of its place.

        Pieces are read apart, so that a neighbour's may claim more than is left: no more is handed over than there is.
        """
        share = min(chance, self.chance)
        if other != self.text and share > 0:
            self.others[other] = self.others.get(other, 0.0) + share
            self.chance -= share


def decode(frames: Probabilities, symbols: Sequence[str], blank: int, rules: MarkOrder | None = None) -> list[Spot]:
    """Read frames (count, symbols); characters in logical order, canonical, without spaces at the ends."""
    table = rules or thai_rules()
    found = pieces(frames, blank)
    chosen = _choose(found, symbols, table)
    spots = _spots(found, chosen, frames, symbols, blank)
    spots = joined(ordered(spots, table))
    _lend_to_figures(spots)
    before = ""
    for spot in spots:
        if table.breaks(before, spot.text):
            spot.chance = min(spot.chance, table.most)
        before = spot.text
    return spots


def _choose(found: Sequence[Piece], symbols: Sequence[str], rules: MarkOrder) -> list[int]:
    """Pick a reading of each piece: the likeliest line when a break of the rules costs its penalty."""
    before, breaks = "", False
    for piece in found:
        for symbol in piece.readings[0][0]:
            breaks = breaks or rules.breaks(before, symbols[symbol])
            before = symbols[symbol]
    if not breaks:
        return [0] * len(found)
    # The last character decides what may follow: the best way to each is kept.
    ways: dict[str, tuple[float, list[int]]] = {"": (1.0, [])}
    for piece in found:
        following: dict[str, tuple[float, list[int]]] = {}
        for last, (chance, way) in ways.items():
            for place, (reading, share) in enumerate(piece.readings):
                if place and share < LOOSE:
                    break
                text = "".join(symbols[symbol] for symbol in reading)
                likely = chance * share * rules.weight(last, text)
                end = text[-1] if text else last
                if end not in following or likely > following[end][0]:
                    following[end] = (likely, [*way, place])
        highest = max(likely for likely, _ in following.values())
        ways = {end: (likely / highest, way) for end, (likely, way) in following.items() if likely > highest * 1e-9}
    return max(ways.values(), key=lambda item: item[0])[1]


def _spots(
    found: Sequence[Piece], chosen: Sequence[int], frames: Probabilities, symbols: Sequence[str], blank: int
) -> list[Spot]:
    spots: list[Spot] = []
    waiting: list[tuple[str, float]] = []  # what might stand before the first character
    for piece, place in zip(found, chosen, strict=True):
        reading, _ = piece.readings[place]
        if len(piece.readings) == 1 == len(reading) and frames[piece.stop - 1, reading[0]] >= CERTAIN:
            own = [_certain(frames, piece, symbols, blank)]
        else:
            places = _middles(frames, piece, reading)
            own = [Spot(symbols[symbol], frame, 1.0) for symbol, frame in zip(reading, places, strict=True)]
        for rank, (other, chance) in enumerate(piece.readings):
            if rank != place:
                _compare(own, spots, waiting, "".join(symbols[symbol] for symbol in other), chance)
        if own and waiting:
            for inserted, chance in waiting:
                own[0].doubt(inserted + own[0].text, chance)
            waiting = []
        spots += own
    return spots


def _middles(frames: Probabilities, piece: Piece, reading: Sequence[int]) -> list[float]:
    """Find where in a piece each symbol is likeliest, in order."""
    places: list[float] = []
    first, last = piece.start, min(piece.stop, len(frames))
    for left, symbol in zip(range(len(reading) - 1, -1, -1), reading, strict=True):
        stop = max(first + 1, last - left)
        column = frames[first:stop, symbol]
        place = first + int(column.argmax()) if len(column) else first
        places.append(float(place))
        first = min(place + 1, last - 1)
    return places


def _certain(frames: Probabilities, piece: Piece, symbols: Sequence[str], blank: int) -> Spot:
    """Make the one character of a piece without rival; its doubt is that of its best frame."""
    symbol = piece.readings[0][0][0]
    frame = piece.stop - 1
    if piece.stop < len(frames) and frames[piece.stop, symbol] > frames[frame, symbol]:
        frame += 1
    row = frames[frame]
    spot = Spot(symbols[symbol], frame, float(row[symbol]))
    if spot.chance < 1 - LEAST:
        for other in (row >= LEAST).nonzero()[0].tolist():
            if other not in (symbol, blank):
                spot.others[symbols[other]] = float(row[other])
    return spot


def _compare(
    own: list[Spot], earlier: Sequence[Spot], waiting: list[tuple[str, float]], other: str, chance: float
) -> None:
    """Note another reading of a piece at the characters that it would change."""
    text = "".join(spot.text for spot in own)
    head = 0
    while head < min(len(text), len(other)) and text[head] == other[head]:
        head += 1
    tail = 0
    while tail < min(len(text), len(other)) - head and text[-1 - tail] == other[-1 - tail]:
        tail += 1
    mine, theirs = own[head : len(own) - tail], other[head : len(other) - tail]
    if not mine:  # something more
        if head:
            own[head - 1].doubt(own[head - 1].text + theirs, chance)
        elif own:
            own[0].doubt(theirs + own[0].text, chance)
        elif earlier:
            earlier[-1].doubt(earlier[-1].text + theirs, chance)
        else:
            waiting.append((theirs, chance))
        return
    for place, spot in enumerate(mine):
        last = place == len(mine) - 1
        spot.doubt(theirs[place:] if last else theirs[place : place + 1], chance)


def _lend_to_figures(spots: Sequence[Spot]) -> None:
    """Let the edge of a figure bear the doubt that its neighbour, or something between them, is one more digit.

    Figures are judged by their own characters alone: 68 behind a letter that may be a 1 may well be 168.
    """
    found: list[tuple[Spot, str, float]] = []
    for place, spot in enumerate(spots):
        if not spot.text.isdecimal():
            continue
        for step in (-1, 1):
            beside, beyond = place + step, place + 2 * step
            if not 0 <= beside < len(spots) or spots[beside].text.isdecimal():
                continue
            if 0 <= beyond < len(spots) and spots[beyond].text.isdecimal() and not spots[beside].text.isspace():
                continue  # what stands between two digits belongs to the figure, and bears its doubts itself
            for other, share in spots[beside].others.items():
                rest = other.rstrip(DIGITS) if step < 0 else other.lstrip(DIGITS)
                more = other[len(rest) :] if step < 0 else other[: len(other) - len(rest)]
                if more:
                    found.append((spot, more + spot.text if step < 0 else spot.text + more, share))
    for spot, other, share in found:
        spot.doubt(other, share)


def ordered(spots: list[Spot], rules: MarkOrder) -> list[Spot]:
    """Put a tone that was read before its vowel behind it."""
    for place in range(1, len(spots)):
        kinds = [rules.class_of.get(spot.text, "") for spot in spots[place - 1 : place + 1]]
        if kinds[0] in ("tone", "silencer") and kinds[1] in ("above", "below"):
            spots[place - 1], spots[place] = spots[place], spots[place - 1]
    return spots


def joined(spots: Sequence[Spot]) -> list[Spot]:
    """Join nikhahit and aa to am, two leading e to ae, and drop spaces that are doubled or at the ends."""
    result: list[Spot] = []
    for spot in spots:
        if spot.text == " " and (not result or result[-1].text == " "):
            continue
        if spot.text == LEADING_E and result and result[-1].text == LEADING_E:
            first = result.pop()
            spot = Spot(LEADING_AE, spot.frame, min(spot.chance, first.chance), dict(spot.others))
        if spot.text == AA:
            back = next((n for n in (1, 2) if len(result) >= n and result[-n].text == NIKHAHIT), None)
            if back is not None:
                spot = Spot(AM, spot.frame, min(spot.chance, result[-back].chance), dict(spot.others))
                del result[-back]
        result.append(spot)
    while result and result[-1].text == " ":
        result.pop()
    return result


def glyphs_of(spots: Sequence[Spot], columns_a_frame: float, scale: float, body: float, width: int) -> list[ReadGlyph]:
    """Place characters in columns of the cut: halfway to their neighbours, at most .7 of a body from their middle."""
    if not spots:
        return []
    step = columns_a_frame / scale
    middles = [(spot.frame + 0.5) * step for spot in spots]
    reach, limit = 0.7 * body / scale, float(width)
    # A frame may lie in the padding behind the cut: nothing stands beyond its edge.
    edges = [0.0, *(min(limit, (one + two) / 2) for one, two in pairwise(middles)), limit]
    glyphs = []
    for spot, middle, left, right in zip(spots, middles, edges[:-1], edges[1:], strict=True):
        x1 = min(right, middle + reach)
        x0 = min(x1, max(left, middle - reach))
        others: tuple[tuple[str, float], ...] = ()
        if spot.others:
            ranked = sorted(spot.others.items(), key=lambda item: (-item[1], item[0]))[:OTHERS]
            others = tuple((text, round(chance, 6)) for text, chance in ranked if chance >= LEAST)
        glyphs.append(ReadGlyph(spot.text, x0, x1, round(min(1.0, max(0.0, spot.chance)), 6), others))
    return glyphs


def recalibrated(glyph: ReadGlyph, confidence: float) -> ReadGlyph:
    """Give a character another confidence; what it loses or gains its alternatives share."""
    left = 1 - glyph.confidence
    factor = (1 - confidence) / left if left > 0 else 1.0
    others = tuple((text, round(min(1.0, chance * factor), 6)) for text, chance in glyph.others)
    return ReadGlyph(glyph.text, glyph.x0, glyph.x1, round(confidence, 6), others)

"""What a CTC network's frames say: certain stretches at once, doubtful ones by a small search.

A frame is certain when one symbol, or the blank, holds nearly all of its probability: every reading passes through
it. Between two certain frames lies a piece, mostly empty or one frame long. Only pieces in which anything else
could stand are searched, so that the search costs little and its probabilities are sums over all paths, not those
of one path.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Probabilities = NDArray[np.float32]

CERTAIN = 0.99  # a frame's best symbol at or above it leaves no doubt worth a search
WORTH = 0.002  # symbols below it are not followed in a search
BEAM = 12  # prefixes kept; the doubtful pieces of test pages hold at most a handful of readings
LONGEST = 400  # frames in one searched piece; noise without a certain frame is cut there

Symbols = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """Frames after one certain frame up to and with the next, and what they may say."""

    start: int  # first frame
    stop: int  # behind its last frame
    readings: tuple[tuple[Symbols, float], ...]  # symbols that begin here, with probabilities, best first


def probabilities(logits: NDArray[np.float32], temperature: float = 1.0) -> Probabilities:
    """Turn outputs (frames, symbols) into probabilities of each frame."""
    shifted: Probabilities = (logits - logits.max(axis=1, keepdims=True)) * np.float32(1 / temperature)
    np.exp(shifted, out=shifted)
    shifted /= shifted.sum(axis=1, keepdims=True)
    return shifted


def pieces(frames: Probabilities, blank: int) -> list[Piece]:
    """Cut frames at the certain ones, and read each piece. Pieces that say nothing for certain are left out."""
    count = len(frames)
    if count == 0:
        return []
    best = frames.argmax(axis=1)
    certain = frames[np.arange(count), best] >= CERTAIN
    # Behind the last frame stands paper: a certain blank.
    stops = [*np.flatnonzero(certain).tolist(), count]
    symbols = [*best[certain].tolist(), blank]
    found: list[Piece] = []
    before, start = blank, 0
    for stop, after in zip(stops, symbols, strict=True):
        end = min(stop + 1, count)
        if stop == start:
            if after not in (blank, before):
                found.append(Piece(start, end, (((after,), 1.0),)))
        else:
            found.extend(_between(frames, start, stop, before, after, blank))
        before, start = after, stop + 1
    return found


def _between(frames: Probabilities, start: int, stop: int, before: int, after: int, blank: int) -> list[Piece]:
    """Read the doubtful frames [start, stop) between two certain ones."""
    end = min(stop + 1, len(frames))
    if _is_passage(frames[start:stop], before, after, blank):
        return [Piece(start, end, (((after,), 1.0),))] if after not in (blank, before) else []
    found = []
    while stop - start > LONGEST:
        middle = start + LONGEST
        found.append(Piece(start, middle, search(frames[start:middle], before, blank, blank)))
        before, start = blank, middle
    found.append(Piece(start, end, search(frames[start:stop], before, after, blank)))
    return [piece for piece in found if piece.readings[0][0] or len(piece.readings) > 1]


def _is_passage(frames: Probabilities, before: int, after: int, blank: int) -> bool:
    """Tell whether frames only pass from one symbol to the next, whatever path is taken."""
    if before == after != blank:
        return False  # one character or two of the same: a blank between them decides
    ends = {before, after, blank}
    held = frames[:, sorted(ends)].sum(axis=1)
    if bool((held < 1 - WORTH).any()):
        return False
    if len(frames) == 1:
        return True
    # Out of order (a blank and then `before`, `after` and then a blank or `before`) a symbol would begin anew.
    earlier, later = np.maximum.accumulate(frames, axis=0)[:-1], frames[1:]
    wrong_ways = []
    if before != blank:
        wrong_ways.append((blank, before))
    if after != blank:
        wrong_ways += [(after, blank), (after, before)]
    return not any(bool((earlier[:, one] * later[:, two] > WORTH).any()) for one, two in wrong_ways)


def search(
    frames: Probabilities, before: int, after: int, blank: int, width: int = BEAM
) -> tuple[tuple[Symbols, float], ...]:
    """Return what begins in these frames and at the certain symbol behind them: probabilities that sum to 1.

    Prefix search: each reading holds the probability of its paths that end in a blank and of those that end in its
    last symbol. `before` is the symbol whose frame precedes, and is not read again.
    """
    # reading -> [ends in blank, ends in its last symbol]; the empty reading's last symbol is `before`.
    beam: dict[Symbols, list[float]] = {(): [1.0, 0.0] if before == blank else [0.0, 1.0]}
    rows = [[(int(s), float(row[s])) for s in np.flatnonzero(row >= WORTH)] for row in frames]
    for row in [*rows, [(after, 1.0)]]:
        following: dict[Symbols, list[float]] = {}
        for reading, (in_blank, in_last) in beam.items():
            last = reading[-1] if reading else before
            total = in_blank + in_last
            for symbol, chance in row:
                if symbol == blank:
                    _add(following, reading, 0, total * chance)
                elif symbol == last:
                    _add(following, reading, 1, in_last * chance)
                    _add(following, (*reading, symbol), 1, in_blank * chance)
                else:
                    _add(following, (*reading, symbol), 1, total * chance)
        if len(following) > width:
            best = sorted(following.items(), key=lambda item: (-(item[1][0] + item[1][1]), item[0]))
            following = dict(best[:width])
        beam = following
    found = sorted(((reading, sum(parts)) for reading, parts in beam.items()), key=lambda item: (-item[1], item[0]))
    whole = sum(chance for _, chance in found)
    return tuple((reading, chance / whole) for reading, chance in found if chance > 0) if whole > 0 else (((), 1.0),)


def _add(beam: dict[Symbols, list[float]], reading: Symbols, place: int, chance: float) -> None:
    if chance > 0:
        beam.setdefault(reading, [0.0, 0.0])[place] += chance

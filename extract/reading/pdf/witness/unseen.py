"""Proves what the audit suspects: a text is seen where the page looks different without it.

Its objects are switched off and the page is drawn again. Whatever hides a text (white ink, render mode 3, a layer that
is off, a clip, the edge of the crop box, a box or a picture painted over it), then nothing changes where it stands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from extract.reading.pdf.layer import TextPage
from extract.reading.pdf.witness.audit import Audit, cells_of, is_base, reach, sums_in
from extract.reading.pdf.witness.drawing import PageDrawing
from extract.reading.pdf.witness.letters import Letters
from extract.reading.pdf.witness.objects import Painted, address_of, boxes_of, text_objects_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from extract.reading.pdf.witness.drawing import Grey

    Flags = NDArray[np.bool_]
    Indices = NDArray[np.int64]

_CHANGE = 16  # grey levels by which a pixel changes where a text is taken away
_SEEN = 0.3  # share of its own ink that has to be seen
_SAME_LINE = 4.0  # points between baselines of texts that may lie on each other
_FEW = 600  # letters of doubted lines among which those are looked for that share ink
_SHARED = 0.3  # of the smaller one's place, with a pixel around each
_TURNS = 5  # texts on each other that are told apart
_LEAST_COVER = 3.0  # points; thinner paths hide no letter


@dataclass(frozen=True, slots=True)
class Proof:
    """What drawing without the doubted texts has shown."""

    unseen: Indices  # places in `Letters` of those that nobody sees
    whole: tuple[Any, ...]  # text objects of which nobody sees a letter
    cut: Indices  # those of the unseen whose text object is seen in part
    overlaid: Indices  # of those seen that lie on others that are seen as well
    misplaced: int  # letters whose ink stands elsewhere than the layer says


def covered_letters(
    layer: TextPage, letters: Letters, painted: Sequence[Painted], over: Sequence[tuple[float, float, float, float]]
) -> Flags:
    """Mark letters over which something opaque may be painted: filled paths and pictures behind them, and `over`."""
    import pypdfium2.raw as pdfium

    first_text = next((one.order for one in painted if one.kind == pdfium.FPDF_PAGEOBJ_TEXT), 0)
    hiding = {pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_SHADING}
    later = [one for one in painted if one.kind in hiding and one.order > first_text]
    order_of = {address_of(one.item): one.order for one in painted} if later else {}
    covered = np.zeros(len(letters), bool)
    x, y = (letters.x0 + letters.x1) / 2, (letters.top + letters.bottom) / 2
    orders: Indices | None = None
    for one, (x0, top, x1, bottom) in zip(later, boxes_of(layer, later), strict=True):
        if x1 - x0 < _LEAST_COVER or bottom - top < _LEAST_COVER:
            continue
        under = (x0 < x) & (x < x1) & (top < y) & (y < bottom) & ~covered
        if not under.any():
            continue
        if orders is None:
            orders = np.array([order_of.get(at, -1) for at in text_objects_of(layer, letters.at.tolist())], np.int64)
        covered |= under & (orders < one.order)
    for x0, top, x1, bottom in over:
        covered |= (x0 < x) & (x < x1) & (top < y) & (y < bottom)
    return covered


def prove(
    layer: TextPage,
    drawing: PageDrawing,
    grey: Grey,
    letters: Letters,
    found: Audit,
    doubted: Flags,
    painted: Sequence[Painted],
) -> Proof:
    """Draw the page without the doubted texts, those on each other one after the other, and see what changes."""
    import pypdfium2.raw as pdfium

    texts = {address_of(one.item): one.item for one in painted if one.kind == pdfium.FPDF_PAGEOBJ_TEXT}
    owner = np.array(text_objects_of(layer, letters.at.tolist()), np.uint64)
    known = np.isin(owner, np.array(sorted(texts), np.uint64))
    fates = _Fates(letters, owner, found, drawing, grey, texts, [one.item for one in painted])
    fates.decide(doubted & known)
    if fates.unseen.any():
        # Where one text of a line is hidden the others may be, and stand on visible ones letter by letter.
        lines = np.unique(np.round(letters.y[fates.unseen]))
        near = known & (np.abs(letters.y[:, None] - lines).min(axis=1) <= _SAME_LINE)
        lettered = np.isin(owner, np.unique(owner[is_base(letters)]))
        fates.decide(near & lettered)
        fates.decide(near & ~lettered)  # texts of marks and points alone: letters beside them tell nothing of them
    unseen, seen = fates.settled()
    first, second = found.earlier[found.differ], found.later[found.differ]
    both = seen[first] & seen[second]
    overlaid = np.unique(np.concatenate([first[both], second[both]]))
    base = is_base(letters)
    hidden = set(owner[unseen].tolist()) - set(owner[~unseen & base].tolist())
    cut = unseen & ~np.isin(owner, np.array(sorted(hidden), np.uint64))
    whole = tuple(item for text, item in texts.items() if text in hidden)
    return Proof(np.flatnonzero(unseen), whole, np.flatnonzero(cut), overlaid, fates.misplaced)


class _Fates:
    """What is known of each letter of a page."""

    def __init__(
        self,
        letters: Letters,
        owner: NDArray[np.uint64],
        found: Audit,
        drawing: PageDrawing,
        grey: Grey,
        texts: dict[int, Any],
        items: list[Any],
    ) -> None:
        self._letters, self._owner, self._found = letters, owner, found
        self._drawing, self._grey, self._texts = drawing, grey, texts
        self._others = [item for item in items if address_of(item) not in texts]
        self._cells = _with_halo(cells_of(letters, drawing.scale, grey.shape), grey.shape)
        self.unseen, self.seen, self.under, self.inked = (np.zeros(len(letters), bool) for _ in range(4))
        self.misplaced = 0

    def decide(self, doubted: Flags) -> None:
        """Draw the page without the texts of the doubted letters; texts on each other one after the other."""
        open_ones = set(self._owner[doubted & ~self.seen & ~self.unseen].tolist())
        pairs = list(zip(self._found.earlier.tolist(), self._found.later.tolist(), strict=True))
        pairs += self._touching(np.flatnonzero(doubted & np.isin(self._owner, np.array(sorted(open_ones), np.uint64))))
        # In painting order, so that the same page gives the same.
        turn = _turns([text for text in self._texts if text in open_ones], self._owner, pairs)
        for number in range(max(turn.values(), default=-1) + 1):
            self._decide({text for text, at in turn.items() if at == number})

    def _touching(self, chosen: Indices) -> list[tuple[int, int]]:
        """Pairs of letters that share ink: a mark of one text may lie over a letter of another."""
        if len(chosen) > _FEW:
            return []
        left, top, right, bottom = self._cells[:, chosen]
        wide = np.minimum(right[:, None], right) - np.maximum(left[:, None], left)
        high = np.minimum(bottom[:, None], bottom) - np.maximum(top[:, None], top)
        area = (right - left) * (bottom - top)
        share = np.where((wide > 0) & (high > 0), wide * high, 0) > _SHARED * np.minimum(area[:, None], area)
        first, second = np.nonzero(np.triu(share, 1))
        return list(zip(chosen[first].tolist(), chosen[second].tolist(), strict=True))

    def _decide(self, own: set[int]) -> None:
        cells = self._cells
        mine = np.isin(self._owner, np.array(sorted(own), np.uint64))
        without = self._drawing.draw_without([self._texts[text] for text in own])
        changed = np.abs(self._grey.astype(np.int16) - without) > _CHANGE
        rest = [*(item for at, item in self._texts.items() if at not in own), *self._others]
        alone = self._drawing.draw_without(rest, annotations=False) < 255 - _CHANGE
        shown, drawn, ink = (sums_in(mask, cells) for mask in (changed, alone & changed, alone))
        shows = (shown > 0) & (drawn >= _SEEN * ink)
        hides = mine & ~shows
        if (hides & (ink > 0)).any():
            under = hides & (ink > 0) & ~self._hidden_by_drawings(own, ink)
            self.under |= under
            hides &= ~under
        if (hides & (ink == 0) & is_base(self._letters)).any() and _elsewhere(changed, cells[:, mine]):
            hides &= ink > 0
            self.misplaced += int((mine & ~shows & (ink == 0)).sum())
        self.seen |= mine & shows
        self.unseen |= hides
        self.inked |= mine & (ink > 0)

    def _hidden_by_drawings(self, own: set[int], ink: NDArray[np.int32]) -> Flags:
        """Tell which letters come out where only the texts of a page are drawn: no other text hides them."""
        texts = self._drawing.draw_without(self._others, annotations=False)
        without = self._drawing.draw_without([*self._others, *(self._texts[text] for text in own)], annotations=False)
        out: Flags = sums_in(np.abs(texts.astype(np.int16) - without) > _CHANGE, self._cells) >= _SEEN * ink
        return out

    def settled(self) -> tuple[Flags, Flags]:
        """Return which letters nobody sees, and which were proved to be seen.

        A letter under other letters, its twin or a watermark, goes with the rest of its text.
        """
        hidden = np.isin(self._owner, np.unique(self._owner[self.unseen]))
        shown = np.isin(self._owner, np.unique(self._owner[self.seen & is_base(self._letters)]))
        unseen = self.unseen | (self.under & hidden & ~shown)
        unseen &= ~self._alone_among_seen(unseen)
        return _with_marks(unseen, self._owner, self._letters), self.seen

    def _alone_among_seen(self, unseen: Flags) -> Flags:
        """Mark single letters without ink between seen ones of their text: nothing clips one letter out of a word."""
        base = np.flatnonzero(is_base(self._letters))
        alone = np.zeros(len(unseen), bool)
        if len(base) > 1:
            before, own, after = base[:-2], base[1:-1], base[2:]
            beside = [(self._owner[other] == self._owner[own]) & ~unseen[other] for other in (before, after)]
            alone[own] = unseen[own] & ~self.inked[own] & (beside[0] & beside[1])
        return alone


def _with_halo(cells: Indices, shape: tuple[int, ...]) -> Indices:
    """Look a pixel beyond each box: letters are drawn on whole pixels."""
    left, top, right, bottom = cells
    rows, columns = shape
    return np.stack(
        [np.maximum(left - 1, 0), np.maximum(top - 1, 0), np.minimum(right + 1, columns), np.minimum(bottom + 1, rows)]
    )


def _with_marks(unseen: Flags, owner: NDArray[np.uint64], letters: Letters) -> Flags:
    """Let marks and points share the fate of their text's letter before them: alone they are too small to tell."""
    base = is_base(letters)
    last = np.maximum.accumulate(np.where(base, np.arange(len(letters)), -1))
    own = (last >= 0) & (owner[last] == owner)  # else the text has no letter before it
    # What comes before a text's first letter goes with that.
    following = np.minimum.accumulate(np.where(base, np.arange(len(letters)), len(letters) - 1)[::-1])[::-1]
    led = owner[following] == owner
    fate = np.where(own, unseen[last], np.where(led, unseen[following] & base[following], unseen))
    shared: Flags = np.where(base, unseen, fate)
    return shared


def _turns(texts: Sequence[int], owner: NDArray[np.uint64], pairs: Sequence[tuple[int, int]]) -> dict[int, int]:
    """Give texts that lie on each other different turns."""
    own = set(texts)
    beside: dict[int, set[int]] = defaultdict(set)
    for one, other in pairs:
        first, second = int(owner[one]), int(owner[other])
        if first != second and first in own and second in own:
            beside[first].add(second)
            beside[second].add(first)
    turn: dict[int, int] = {}
    for text in texts:
        taken = {turn[other] for other in beside[text] if other in turn}
        turn[text] = next((number for number in range(_TURNS) if number not in taken), _TURNS - 1)
    return turn


def _elsewhere(changed: Flags, cells: Indices) -> bool:
    """Tell whether the texts that were taken away had ink outside of their letters' boxes."""
    outside = changed.copy()
    for x0, y0, x1, y1 in np.maximum(reach(cells), 0).T.tolist():
        outside[y0:y1, x0:x1] = False
    return int(outside.sum()) > _STRAY


_STRAY = 24  # pixels: a letter has 20 to 60

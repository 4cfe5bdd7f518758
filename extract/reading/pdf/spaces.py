"""Where a file leaves room for a space without writing one, and where PDFium wrongly took room for one."""

from __future__ import annotations

import statistics
from collections import defaultdict
from itertools import pairwise

from extract.page.rows import Base, Row
from extract.thai.letters import MARK_CLASS, SARA_AA, SARA_AM

# Shares of the type size.
_WORD_GAP = 0.24  # room between the ink of two letters that is a space although none is written
_LEAST_GAP = 0.06  # an invented space with less room than this is a kerned letter
_COLUMN_GAP = 1.0  # room that no letter's own shape explains
_UNSURE = 0.1
_AM_WIDTH = 0.48  # of an am's upright part
_SPACE = 0.13  # room beyond a letter's advance that is a space; spaces are 0.2 to 0.3 wide
MOST_ALONE = 2  # letters of a line, each between spaces that PDFium invented, that make it a line of such
_LEADING = frozenset("\u0e40\u0e41\u0e42\u0e43\u0e44")  # vowels written before their consonant
_FOLLOWING = frozenset("\u0e30\u0e32\u0e33\u0e45")  # vowels written behind it
_APART = 0.19  # between the ink of most letters of a line: they are set apart; of 2,166 sound lines 3 have over 0.17
ENOUGH_SEEN = 3  # letters after which the least advance is the letter's own


class Advances:
    """How far the pen goes on behind each letter, learnt from the page: the least room seen behind it."""

    def __init__(self, rows: list[Row]) -> None:
        self._rooms: defaultdict[str, list[float]] = defaultdict(list)
        self._known: dict[str, float | None] = {}
        for row in rows:
            before, x, size = "", 0.0, 0.0
            for base in row.bases:
                glyph = base.glyph
                if size > 0:
                    self._rooms[before].append((glyph.x - x) / size)
                before, x, size = base.text, glyph.x, glyph.size

    def of(self, text: str) -> float | None:
        """Advance of a letter or cluster in type sizes, None where too few were seen to know."""
        if text not in self._known:
            self._known[text] = self._of(text)
        return self._known[text]

    def _of(self, text: str) -> float | None:
        rooms = self._rooms.get(text, [])
        if len(rooms) >= ENOUGH_SEEN:
            return min([rooms[0], *(room for room in rooms if room > _LEAST_ADVANCE)])
        if len(text) > 1:
            parts = [self.of(letter) for letter in text.replace(SARA_AM, SARA_AA) if not MARK_CLASS.match(letter)]
            known = [part for part in parts if part is not None]
            if parts and len(known) == len(parts):
                return sum(known)
        return None


_LEAST_ADVANCE = 0.05  # type sizes; less room is a letter drawn upon another


def put_spaces(row: Row, advances: Advances) -> None:
    """Put a space where the file leaves room for one without writing it.

    PDFium's invented spaces are right between plain letters, and wrong around marks and ams and where letters are set
    apart: there the room has to exceed the letter's own advance.
    """
    stretch: float | None = None  # most lines need not know
    apart = _room_between(row) if _stand_alone(row) else None
    if apart is not None and apart < _APART:
        apart = None
    for left, right in pairwise(row.bases):
        glyph, following = left.glyph, right.glyph
        size = max(glyph.size if glyph.size == following.size else row.size, 1.0)
        index, last = following.index, glyph.last
        gap = following.x0 - glyph.x1
        wide = gap > _COLUMN_GAP * size
        if index == last + 1 and not wide:
            continue  # most of a line
        if left.text.endswith(" ") or right.text.startswith(" "):
            continue
        if wide:
            right.space_before = True
        elif index == last + 2 and glyph.gap_after and cannot_part(left.text, right.text):
            continue
        elif index == last + 2 and glyph.gap_after and not glyph.text.endswith(SARA_AM) and apart is None:
            right.space_before = gap > _LEAST_GAP * size
        elif index < last:
            right.space_before = gap > _WORD_GAP * size  # drawn in another order: only the room itself tells
        else:
            advance = advances.of(left.text)
            if advance is None and apart is not None:
                right.space_before = gap > (apart + _WORD_GAP) * size
                continue
            if advance is None and (glyph.gap_after or left.room_seen):
                # Never seen without a space behind it: the ink tells, less surely.
                am = _AM_WIDTH if glyph.text.endswith(SARA_AM) else 0.0
                advance = (glyph.x1 - glyph.x) / size + am + _UNSURE
            if advance is not None:
                if stretch is None:
                    stretch = _stretch(row, advances, apart is not None)
                right.space_before = (following.x - glyph.x) / size - advance - stretch > _SPACE


def cannot_part(left: str, right: str) -> bool:
    """Tell whether no word ends with the one text or begins with the other, as Thai is written."""
    return left[-1:] in _LEADING or right[:1] in _FOLLOWING


def is_alone(text: str) -> bool:
    """Tell whether a text between two spaces is one letter or digit, its marks not counted."""
    letters = MARK_CLASS.sub("", text).strip()
    return len(letters) == 1 and letters.isalnum()


def _stand_alone(row: Row) -> bool:
    """Tell whether letters may be set apart, as Thai is distributed over a line's width.

    PDFium takes the room between some of them for spaces: several stand alone then, or digits beside each other.
    """
    if sum([base.glyph.gap_after for base in row.bases]) < MOST_ALONE:  # most lines
        return False
    alone, begins, invented_before = 0, True, False
    for left, right in pairwise([*row.bases, None]):
        assert left is not None
        invented = right is not None and _has_invented_space(left, right)
        ends = invented or right is None or left.text.endswith(" ") or not right.text.strip()
        if begins and ends and (invented or invented_before) and is_alone(left.text):
            alone += 1
        if invented and right is not None and left.text[-1:].isdigit() and right.text[:1].isdigit():
            alone += MOST_ALONE
        begins, invented_before = ends or not left.text.strip(), invented
    return alone >= MOST_ALONE


def _has_invented_space(left: Base, right: Base) -> bool:
    gap = right.glyph.x0 - left.glyph.x1
    return left.glyph.gap_after and right.glyph.index == left.glyph.last + 2 and gap < _COLUMN_GAP * left.glyph.size


def _room_between(row: Row) -> float:
    """Median of the room between the ink of two letters without a space that is drawn, type sizes."""
    size = max(row.size, 1.0)
    rooms = [
        (right.glyph.x0 - left.glyph.x1) / size
        for left, right in pairwise(row.bases)
        if left.text.strip() and right.text.strip()
    ]
    return statistics.median(rooms) if rooms else 0.0


def _stretch(row: Row, advances: Advances, set_apart: bool) -> float:
    """Room that a justified line adds behind every letter, in type sizes: the median over its plain letters.

    Of letters `set_apart`, those with a space that PDFium invented count too.
    """
    extra = []
    size = max(row.size, 1.0)
    for left, right in pairwise(row.bases):
        glyph, following = left.glyph, right.glyph
        follows = following.index == glyph.last + 1 or (set_apart and _has_invented_space(left, right))
        if follows and left.text.strip() and right.text.strip():
            advance = advances.of(left.text)
            if advance is not None:
                extra.append((following.x - glyph.x) / size - advance)
    return max(statistics.median(extra), 0.0) if len(extra) >= ENOUGH_SEEN else 0.0

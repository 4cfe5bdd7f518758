"""Pages whose text layer is sound: a few questions to PDFium per word, instead of several per character.

Most layers need no geometry: their marks follow their letters, or stand in private-use codes that one table undoes.
`words_of` finds out from the text itself, proves it on a sample of marks, and gives words with their places. It
declines wherever there is the least doubt; then `layer.glyphs` and `repair.rows_of` look at every character.
"""

from __future__ import annotations

import ctypes
import re
from collections import deque
from collections.abc import Iterator
from itertools import pairwise, repeat

from extract.page.glyphs import Glyph
from extract.page.rows import Base, Row
from extract.page.symbols import CHARACTERS, CHECK, EMPTY, TICKED
from extract.reading.pdf.calls import calls
from extract.reading.pdf.layer import TextPage, inks_of, origins_of
from extract.reading.pdf.spaces import MOST_ALONE, cannot_part, is_alone
from extract.thai.letters import (
    CONSONANTS,
    MARK_CLASS,
    MARKS,
    NIKHAHIT,
    SARA_AA,
    SARA_AM,
    TONES,
    ill_formed,
    repair_text,
    without_private_use,
)

# Shares of the type size.
_SAME_LINE = 0.30  # baselines closer than this are one line
_SPACE = (
    0.17  # room behind a letter's advance that is a space; spaces are 0.2 to 0.3 wide, letters set apart begin at 0.13
)
_DRAWN_TWICE = 0.12  # words closer than this are one word drawn bold
_WIDEST_LETTER = 1.6  # a word wider than this for each letter is not one run of letters
_LEVEL = 0.5  # points between baselines that are one
_WIDEST_SPREAD = 1.0  # more room than this is a column's
_LEAN = 0.15  # how far the ink of a mark may stand out over its letter's advance
_BEFORE = 0.01  # the same on the left: marks stand over the right half of a letter, 0.1 from its left edge and more

_ONE_HEIGHT = 1.2  # an am is 1.4 times as high as an aa of the same face
_SAMPLED_OF_MARK = 8  # places of each mark on a page
_SAMPLED = 24  # aas of a page; a layer is set by one producer, and fails everywhere or nowhere
# A page with this many aa and not one am has lost them: prose has one am for about six aa.
_AMS_EXPECTED_FROM = 40
_SHOWN_MARKS = f"{MARKS}\uf701-\uf70e\uf710-\uf71a"
# Codes that mean damage where they touch Thai: undefined ones (but for a page whose only nameless character is the
# nikhahit of its ams: `repair_text` names that), and cp1252's in the places of Thai marks.
_DOUBTFUL = re.compile(
    f"[\ufffd\ufffe\u00ad\u0080-\u009f]|\x00(?![{TONES}]?{SARA_AA})|(?<![{CONSONANTS}{TONES}])\x00"
    "|[\u0e00-\u0e7f][\u00a1-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2039\u203a\u2020\u2021]"
    f"|{SARA_AM}[{SARA_AM}{SARA_AA}]|([{MARKS}])\\1"
    f"|^[{_SHOWN_MARKS}]|[^{CONSONANTS}{MARKS}] [{_SHOWN_MARKS}]",
    re.MULTILINE,
)
_TICKS = "".join(re.escape(mark) for mark in (CHECK, EMPTY, TICKED, *map(chr, CHARACTERS)))
# PDFium invents a space before a mark that stands out of the pen's way; no file writes one there.
_WORD = re.compile(rf"(?:[^\s{_TICKS}]| (?=[{_SHOWN_MARKS}]))+|[{_TICKS}]")
_BEFORE_MARK = re.compile(f"([{CONSONANTS}][{MARKS}]?) ([{_SHOWN_MARKS}])")
_AA = re.compile(SARA_AA)
_MARKED = re.compile(f"[{CONSONANTS}][{MARKS}]")
_LEADING_VOWELS = "\u0e40\u0e41\u0e42\u0e43\u0e44"
_ENDING_MARKS = " " + "".join(
    map(chr, (0x0E31, *range(0x0E34, 0x0E3B), *range(0x0E47, 0x0E4F), *range(0xF701, 0xF71B)))
)


def words_of(layer: TextPage, text: str) -> list[Glyph] | None:
    """Return the words of a sound page as glyphs, None where the page has to be looked at character by character."""
    if layer.to_page is not None or layer.moved or not _looks_sound(text) or not _marks_stand_on_letters(layer, text):
        return None
    matches = list(_WORD.finditer(text))
    starts = [match.start() for match in matches]
    lasts = [_last_letter(match) for match in matches]
    ask = _Places(layer)
    words: list[Glyph] = []
    size, line_end = 0.0, -1
    for match, place, last in zip(matches, ask.of(starts, lasts), lasts, strict=True):
        start, end = match.span()
        if start > line_end:
            size, angle = layer.type_of(start)
            if angle:
                return None
            at = text.find("\n", start)
            line_end = at if at >= 0 else len(text)
        if place is None or size <= 0:
            return None
        x0, x1, y, height = place
        if x1 - x0 > _WIDEST_LETTER * size * (last - start + 1):
            return None
        y = layer.height - y
        word = match[0].replace(" ", "")
        raw, gap = word, end < len(text)
        if gap and text[end] == " " and not ask.generated(end):
            raw, gap = word + " ", False
        words.append(Glyph(word, x0, y, x0, y - height, x1, y, size, start, end - 1, raw, gap))
    return words if not _are_set_apart(words) and _reads_soundly(words) else None


def _last_letter(match: re.Match[str]) -> int:
    """Index of a word's last character that is no mark: it reaches furthest."""
    word = match[0]
    if word[-1] not in _ENDING_MARKS:
        return match.end() - 1
    return match.start() + max(len(word.rstrip(_ENDING_MARKS)) - 1, 0)


def rows_of_words(words: list[Glyph]) -> list[Row]:
    """Put words on lines, from top to bottom and left to right, with the spaces that stand between them."""
    rows: list[Row] = []
    for word in sorted(words, key=lambda word: (word.y, word.index)):
        last = rows[-1] if rows else None
        if last is not None and word.y - last.y <= _SAME_LINE * max(min(word.size, last.size), 1.0):
            last.bases.append(Base(word, word.text))
            last.size = max(last.size, word.size)
        else:
            rows.append(Row(word.y, word.size, [Base(word, word.text)]))
    for row in rows:
        row.bases.sort(key=lambda base: (base.glyph.x, base.glyph.index))
        row.bases = list(_drawn_once(row.bases))
        for left, right in pairwise(row.bases):
            right.space_before = _has_space(left.glyph, right.glyph, row.size)
        if row.bases[-1].glyph.raw.endswith(" "):
            row.bases[-1].text += " "  # it tells that the line was broken there
    return rows


def _drawn_once(bases: list[Base]) -> Iterator[Base]:
    last: Base | None = None
    for base in bases:
        if last is None or base.text != last.text or base.glyph.x - last.glyph.x > _DRAWN_TWICE * base.glyph.size:
            yield base
            last = base


def _has_space(left: Glyph, right: Glyph, size: float) -> bool:
    """Tell whether a space stands between two words: the file's own, or room that PDFium rightly took for one."""
    if right.index > left.index and left.raw.endswith(" ") and right.index <= left.last + 3:
        return True
    return right.x - left.x1 > _SPACE * max(size, 1.0) and not cannot_part(left.text, right.text)


def _looks_sound(text: str) -> bool:
    """Judge the bare text: no doubtful code, and as many ams as Thai prose has."""
    if _DOUBTFUL.search(text):
        return False
    in_pieces = text.count(NIKHAHIT) + text.count("\x00")
    aas, ams = text.count(SARA_AA) - in_pieces, text.count(SARA_AM) + in_pieces
    return ams <= aas + 2 and not (ams == 0 and aas >= _AMS_EXPECTED_FROM)


def _marks_stand_on_letters(layer: TextPage, text: str) -> bool:
    """Prove on a sample that marks are drawn over the letters they follow, each once.

    Where a producer says a cluster's text beside its glyphs (ActualText), PDFium gives letter and mark slices of one
    box, and may give the cluster again for the next glyph. Where tones over vowels are objects of their own, each comes
    behind the next letter, at whose left edge it stands: few of a page may, so all tones on a letter are looked at. A
    letter whose code says a mark has the ink of a letter: it would hide among those of that mark.
    """
    by_mark: dict[str, list[tuple[int, int]]] = {}
    for match in _MARKED.finditer(text):
        by_mark.setdefault(text[match.start() + 1], []).append((match.start(), match.start() + 1))
    places: list[tuple[int, int]] = []
    for mark, found in by_mark.items():
        # LibreOffice says a letter with tone and am in one, which is read soundly.
        tones = [place for place in found if text[place[1] + 1 : place[1] + 2] != SARA_AM] if mark in TONES else None
        places += found[:: max(len(found) // _SAMPLED_OF_MARK, 1)] if tones is None else tones
    for match in _BEFORE_MARK.finditer(text):
        if not layer.is_generated(match.end() - 2):
            return False  # an inked space: nikhahit
        places.append((match.start(), match.end() - 1))
    ask = _Places(layer)
    letters = [at for at, _ in places]
    boxes, baselines, inks = ask.loose_boxes(letters), ask.baselines(letters), ask.inks([at for _, at in places])
    for (x0, top, x1, foot), y, left, right, low, high in zip(boxes, baselines, *inks, strict=True):
        height = top - foot
        if high <= low or not x0 - _BEFORE * height <= (left + right) / 2 <= x1 + _LEAN * height:
            return False
        if low < y + 0.1 * height < high:
            return False  # ink of a letter's height is no mark's
    return _aas_are_alike(layer, ask, text)


def _aas_are_alike(layer: TextPage, ask: _Places, text: str) -> bool:
    """Tell on a sample whether no am hides among the aas: its ring makes it taller."""
    places = [match.start() for match in _AA.finditer(text)]
    places = places[:: max(len(places) // _SAMPLED, 1)]
    heights = []
    for at in places:
        _, _, bottom, top = ask.ink(at)
        heights.append((top - bottom) / max(layer.font_size(at), 1.0))
    return not heights or max(heights) <= _ONE_HEIGHT * min(heights)


def _are_set_apart(words: list[Glyph]) -> bool:
    """Tell whether letters of some line stand apart, as Thai is distributed over its width: see `spaces`."""
    alone, invented_before = 0, False
    for word, following in pairwise([*words, None]):
        assert word is not None
        on_line = following is not None and abs(following.y - word.y) <= _LEVEL
        invented = False
        if on_line and following is not None and word.gap_after:
            invented = 0 < following.x - word.x1 < _WIDEST_SPREAD * word.size
            if invented and word.text[-1].isdigit() and following.text[0].isdigit():
                return True
        if (invented or invented_before) and is_alone(word.text):
            alone += 1
            if alone >= MOST_ALONE:
                return True
        invented_before = invented
        if not on_line:
            alone = 0
    return False


def _reads_soundly(words: list[Glyph]) -> bool:
    """Tell whether the words, once private-use codes are undone, are Thai that can be."""
    joined: list[str] = []
    for word, following in pairwise([*words, None]):
        assert word is not None
        joined.append(word.text)
        if following is None or abs(following.y - word.y) > _SAME_LINE * word.size:
            # A line broken behind a leading vowel goes on with its consonant.
            joined.append("" if word.text[-1] in _LEADING_VOWELS else "\n")
        elif _has_space(word, following, word.size):
            joined.append(" ")
    text = "".join(joined)
    if any(MARK_CLASS.match(word.text) for word in words):
        return False
    text = without_private_use(text)
    return not ill_formed(text) or not ill_formed(repair_text(text)[0])


_Place = tuple[float, float, float, float]
"""Where characters stand: left, right, baseline and height, in page coordinates of the file."""


class _Places:
    """Asks PDFium for places."""

    def __init__(self, layer: TextPage) -> None:
        self._calls = calls()
        self._handle = ctypes.cast(layer.handle, ctypes.c_void_p)
        self._numbers = (ctypes.c_double * 4)()
        self._pointers = [ctypes.byref(self._numbers, 8 * at) for at in range(4)]

    def of(self, firsts: list[int], lasts: list[int]) -> Iterator[_Place | None]:
        """From the first characters' pens to the last ones' advances; None where they are not on one line."""
        starts, ends = self.loose_boxes(firsts), self.loose_boxes(lasts)
        heights = origins_of(self._handle, firsts)[1]
        for last, start, end, y in zip(lasts, starts, ends, heights, strict=True):
            left, top, _, bottom = start
            right = end[2]
            # Faces differ in how far their letters reach down; then only the pen tells whether it is one line.
            if right < left or (
                abs(end[3] - bottom) > _LEVEL and abs(origins_of(self._handle, [last])[1][0] - y) > _LEVEL
            ):
                yield None
            else:
                yield left, right, y, top - bottom

    def baselines(self, indices: list[int]) -> list[float]:
        """Heights at which the pen stood for many characters."""
        return origins_of(self._handle, indices)[1]

    def inks(self, indices: list[int]) -> list[list[float]]:
        """Left, right, bottom and top of the ink of many characters."""
        return inks_of(self._handle, indices)

    def loose_boxes(self, indices: list[int]) -> list[tuple[float, ...]]:
        """Left, top, right and bottom of many characters, with their advance and the face's height."""
        buffer = (ctypes.c_float * (4 * len(indices)))()
        pointers = [ctypes.byref(buffer, 16 * at) for at in range(len(indices))]
        deque(map(self._calls.loose_box, repeat(self._handle), indices, pointers), maxlen=0)
        numbers = iter(buffer[:])
        return list(zip(numbers, numbers, numbers, numbers, strict=True))

    def generated(self, index: int) -> bool:
        """Tell whether PDFium invented a space."""
        return bool(self._calls.generated(self._handle, index) == 1)

    def ink(self, index: int) -> _Place:
        """Left, right, bottom and top of a character's ink."""
        self._calls.box(self._handle, index, *self._pointers)
        left, right, bottom, top = self._numbers
        return left, right, bottom, top

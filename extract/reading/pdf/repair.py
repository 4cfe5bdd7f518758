"""Glyphs of a page as bases with their marks, told from where their ink stands and not from their order.

What PDF producers do to Thai, and what undoes it:
  * one drawn glyph stands for several characters (ActualText, clusters in ToUnicode), and the glyphs of its marks
    say the same again: a cluster whose ink lies off the line repeats the base under it;
  * marks in drawing order, shifted codes (private use, Latin-1), a nikhahit that says "space": the ink's place
    tells mark from base, and the base under the ink's centre owns the mark;
  * am for aa and aa for am: the ring of an am rises over the letters, an aa does not.
"""

from __future__ import annotations

import statistics
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from itertools import compress, count, groupby, islice, pairwise
from operator import attrgetter, eq, lt

from extract.page.glyphs import Glyph
from extract.page.rows import UNKNOWN, Base, Row
from extract.reading.pdf.hidden_letters import LETTER_AS_MARK, PLACEHOLDER, find_letters
from extract.reading.pdf.spaces import ENOUGH_SEEN, Advances, put_spaces
from extract.thai.letters import (
    MARK_CLASS,
    NIKHAHIT,
    PRIVATE_USE,
    SARA_AA,
    SARA_AM,
)

# Shares of the type size. Thai letters without ascender are about 0.5 to 0.6 high; marks above begin higher.
_ABOVE = 0.42  # ink that begins higher than this over the baseline is a mark's
_ON_BASELINE = 0.1  # ink that ends so near the baseline is a letter's
_SAME_LINE = 0.30  # baselines closer than this are one line
_AM_RISE = 0.10  # how much higher than its letters an am reaches at least
_BASES_BACK = 8  # letters looked at on either side of a mark
_LEAN = 0.08
_SAME_CLUSTER = 8  # characters of marks between a letter and its am, at most
_DRAWN_TWICE = 0.12  # glyphs of one letter closer than this are one letter drawn bold

# Tones of Thai Macintosh fonts where a producer took their places for Latin-1.
_LATIN_TONES = {0xC9 + step: chr(0x0E48 + step) for step in range(5)}


def rows_of(glyphs: list[Glyph]) -> list[Row]:
    """Put glyphs on lines and marks on their bases; lines from top to bottom."""
    bases, marks, called_marks = _bases_and_marks(_clusters(glyphs))
    rows = _rows(bases)
    _attach(marks, rows)
    advances = Advances(rows)
    if any(mark.raw[:1] in _NAMELESS for mark in marks):
        _doubt_nameless_marks(rows)
    usual = cache(lambda: _letter_height([base for row in rows for base in row.bases]))
    for row in rows:
        _drop_repeated_ams(row, advances)
        _right_the_ams(row, usual)
        put_spaces(row, advances)
    if called_marks:
        find_letters(rows)
    return rows


def _clusters(glyphs: list[Glyph]) -> list[Glyph]:
    """Join characters that one drawn glyph stands for: PDFium gives them one origin, and its box or slices of it."""
    joined: list[Glyph] = []
    last: Glyph | None = None
    for glyph in glyphs:
        if (
            last is not None
            and glyph.x == last.x
            and glyph.y == last.y
            and glyph.top == last.top
            and glyph.bottom == last.bottom
            and glyph.x1 > glyph.x0
            and (abs(glyph.x0 - last.x1) < 0.02 or (glyph.x0 == last.x0 and glyph.x1 == last.x1))
        ):
            last.text += glyph.text
            last.raw += glyph.raw
            last.x1, last.last, last.gap_after = glyph.x1, glyph.last, glyph.gap_after
        else:
            joined.append(glyph)
            last = glyph
    return joined


def _bases_and_marks(glyphs: list[Glyph]) -> tuple[list[Base], list[Glyph], bool]:
    """Return letters, marks, and whether letters are among the first whose code says that they are a mark."""
    bases: list[Base] = []
    called_marks = False
    marks: list[Glyph] = []
    for glyph in glyphs:
        text = glyph.text
        if text in _LETTERS:
            bases.append(Base(glyph, text))
        elif (mark := _MARKS.get(text) or _as_mark(glyph)) is not None:
            if len(mark) == 1 and _stands_on_line(glyph):
                bases.append(Base(glyph, PLACEHOLDER, repairs=frozenset((LETTER_AS_MARK,))))
                called_marks = True
                continue
            glyph.text = mark
            marks.append(glyph)
        else:
            bases.append(Base(glyph, text))
    return bases, marks, called_marks


def _as_mark(glyph: Glyph) -> str | None:
    """Return the marks that a glyph shows, or None if it is a letter."""
    text = glyph.text
    first = text[0]
    if len(text) == 1 and _is_letter(first):
        return None
    if first >= "\uf700":
        text = text.translate(PRIVATE_USE)
        first = text[0]
    inked = glyph.x1 > glyph.x0 and glyph.bottom > glyph.top
    above = inked and glyph.y - glyph.bottom > _ABOVE * glyph.size
    below = inked and glyph.top - glyph.y > -0.02 * glyph.size
    if MARK_CLASS.match(first):
        return text if all(MARK_CLASS.match(character) for character in text) else None
    if above and first == " " and len(text) == 1:
        return NIKHAHIT
    if above and text == SARA_AM:
        return SARA_AM  # the ring of an am, named after the whole
    if above and text == "\x00":
        return "\x00"  # a mark in a font without codes
    if above and ord(first) in _LATIN_TONES and len(text) == 1:
        return _LATIN_TONES[ord(first)]
    if len(text) > 1 and (above or below) and "\u0e01" <= first <= "\u0e2e":
        # The cluster's text again, on the glyph of its marks.
        return "".join(character for character in text if MARK_CLASS.match(character)) or None
    return None


def _stands_on_line(glyph: Glyph) -> bool:
    """Tell whether the ink of what is called a mark is that of a letter: on the baseline, and higher than any mark."""
    on_baseline = abs(glyph.y - glyph.bottom) < _ON_BASELINE * glyph.size
    return on_baseline and glyph.bottom - glyph.top > _ABOVE * glyph.size and glyph.x1 > glyph.x0


_PLAIN = frozenset(".,:;()-/%\u201c\u201d")


def _may_be_mark(character: str) -> bool:
    return (
        character >= "\uf700"
        or ("\u0e31" <= character <= "\u0e4e" and character not in _SPACING)
        or ("\u00c9" <= character <= "\u00cd")
    )


_SPACING = frozenset("\u0e32\u0e40\u0e41\u0e42\u0e43\u0e44\u0e45\u0e46")


def _is_letter(character: str) -> bool:
    """Tell a letter, a digit or a point, that is no mark wherever its ink stands."""
    return (character.isalnum() or character in _PLAIN) and not _may_be_mark(character)


# Most of a page, told at one look.
_LETTERS = frozenset(filter(_is_letter, map(chr, [*range(0x21, 0x7F), *range(0x0E01, 0x0E5C)])))
_MARKS = {
    code: mark
    for code in map(chr, [*range(0x0E01, 0x0E5C), *PRIVATE_USE])
    if MARK_CLASS.fullmatch(mark := code.translate(PRIVATE_USE))
}
_CONSONANTS = frozenset(map(chr, range(0x0E01, 0x0E2F)))


def _rows(bases: list[Base]) -> list[Row]:
    baselines: defaultdict[float, list[Base]] = defaultdict(list)
    for base in bases:
        baselines[base.glyph.y].append(base)
    rows: list[Row] = []
    last: Row | None = None
    for y in sorted(baselines):
        # In one size they go to one row: it is asked once.
        for size, run in groupby(_ordered(baselines[y], _INDEX), key=_SIZE):
            if last is not None and (y == last.y or abs(y - last.y) <= _SAME_LINE * max(min(size, last.size), 1.0)):
                last.bases += run
                last.size = max(last.size, size)
            else:
                last = Row(y, size, list(run))
                rows.append(last)
    for row in rows:
        row.bases = _drawn_once(_ordered(row.bases, _X, _INDEX))
    return [row for row in rows if any(base.text.strip() for base in row.bases)]


_X, _INDEX, _SIZE = attrgetter("glyph.x"), attrgetter("glyph.index"), attrgetter("glyph.size")


def _ordered(
    bases: list[Base], key: Callable[[Base], float], then: Callable[[Base], float] | None = None
) -> list[Base]:
    """Sort bases; most are in order already."""
    keys = list(map(key, bases))
    if all(map(lt, keys, islice(keys, 1, None))):
        return bases
    return sorted(bases, key=key if then is None else lambda base: (key(base), then(base)))


def _drawn_once(bases: list[Base]) -> list[Base]:
    """Leave out letters drawn a second time: bold made by a printer driver, and clusters repeated over their base."""
    texts = [base.text for base in bases]
    for back in range(1, _KEPT_NEAR + 1):
        alike = map(eq, texts, islice(texts, back, None))
        if any(_repeats(bases[at + back], bases[at]) for at in compress(count(), alike)):
            break
    else:  # nearly every line
        return bases
    kept: list[Base] = []
    for base in bases:
        if not any(earlier.text == base.text and _repeats(base, earlier) for earlier in kept[-_KEPT_NEAR:]):
            kept.append(base)
    return kept


_KEPT_NEAR = 4  # letters before it that one drawn twice may repeat


def _repeats(base: Base, earlier: Base) -> bool:
    if not base.text.strip():
        return False
    glyph, other = base.glyph, earlier.glyph
    if glyph.index == other.last + 1 and glyph.x == other.x and glyph.x0 == other.x0:
        return False  # letters of one ligature: "ff"
    if abs(glyph.x - other.x) < _DRAWN_TWICE * glyph.size and glyph.x0 < other.x1:
        return True
    if len(base.text) == 1:
        return False
    # The glyph of a mark above and below at once: its ink is over the base that has said all this already.
    overlap = min(glyph.x1, other.x1) - max(glyph.x0, other.x0)
    return overlap > 0.5 * min(glyph.x1 - glyph.x0, other.x1 - other.x0) > 0


def _drop_repeated_ams(row: Row, advances: Advances) -> None:
    """Leave out the am's own glyph where its cluster has said the am already: "ทำ" on the letter, again on the am."""
    if not any(len(base.text) > 1 and base.text.endswith(SARA_AM) for base in row.bases):
        return
    kept: list[Base] = []
    for base in row.bases:
        last = kept[-1] if kept else None
        if (
            last is not None
            and len(base.text) > 1
            and base.text == last.text
            and base.text.endswith(SARA_AM)
            and 0 < base.glyph.index - last.glyph.last <= _SAME_CLUSTER
        ):
            letter = advances.of(last.text[0])
            room = (base.glyph.x - last.glyph.x) / max(base.glyph.size, 1.0)
            if letter is None or room < letter + _DRAWN_TWICE:
                last.glyph.x1 = max(last.glyph.x1, base.glyph.x1)
                last.glyph.last, last.glyph.gap_after = base.glyph.last, base.glyph.gap_after
                continue
        kept.append(base)
    row.bases = kept


def _attach(marks: list[Glyph], rows: list[Row]) -> None:
    """Give every mark to the base under (or over) its ink."""
    baselines = [row.y for row in rows]
    strayed: list[Row] = []
    # Vowels first: a tone above a vowel belongs to the vowel's base, however far right it leans.
    for mark in sorted(marks, key=_is_tone):
        row = _row_of(mark, rows, baselines)
        base = _base_of(mark, row) if row is not None else None
        if base is None:
            # Wording is not dropped: it stays where it stands, and the gate counts what cannot be.
            # A cluster's marks are said again by their letter: those may go.
            if row is not None and mark.text != "\x00" and MARK_CLASS.match(mark.raw[:1]):
                row.bases.append(Base(mark, mark.text))
                strayed.append(row)
            continue
        base.room_seen = base.room_seen or mark.gap_after
        has = base.text + "".join(base.marks)
        if mark.text == "\x00" and len(has) > 1:
            continue  # drawn again for a mark that the base's cluster has named
        new = [character for character in mark.text if character not in has]
        if new:
            base.marks += tuple(new)
            base.inked += (mark,)
            if mark.raw[:1] not in _MARKS:
                base.repairs = base.repairs.union(_mark_repairs(mark))
        if not _is_tone(mark):
            base.vowel = mark
    for row in strayed:
        row.bases.sort(key=lambda base: (base.glyph.x, base.glyph.index))


def _doubt_nameless_marks(rows: list[Row]) -> None:
    """Keep marks without a code (or with a space's) from being read as nikhahit where the font lost others as well.

    Before an aa such a mark is a nikhahit, or a tone; a font that lost its nikhahit alone has none elsewhere. A layer
    that calls every aa an am has not been righted yet.
    """
    nameless: list[Base] = []
    elsewhere = 0
    for row in rows:
        for base, following in pairwise([*row.bases, None]):
            if base is not None and base.inked and any(mark.raw[:1] in _NAMELESS for mark in base.inked):
                nameless.append(base)
                elsewhere += following is None or not _AA.intersection(following.text[:2])  # a tone may come first
    if elsewhere > _MOST_ELSEWHERE * len(nameless):
        for base in nameless:
            base.marks = tuple(UNKNOWN if mark in ("\x00", NIKHAHIT) else mark for mark in base.marks)


_AA = frozenset((SARA_AA, SARA_AM))
_NAMELESS = (" ", "\x00")
_MOST_ELSEWHERE = 0.2  # some are put on the wrong letter, or belong to a Pali word


def _mark_repairs(mark: Glyph) -> Iterator[str]:
    """Name what was wrong with the code of a mark."""
    first = mark.raw[:1]
    if first == " ":
        yield "nikhahit"
    elif first and ord(first) in _LATIN_TONES:
        yield "latin-tone"
    elif mark.text == "\x00":
        yield "no-code"


def _is_tone(mark: Glyph) -> bool:
    return "\u0e48" <= mark.text[0] <= "\u0e4d"


def _stands_on(mark: Glyph, vowel: Glyph) -> bool:
    """Tell whether a tone stands right above a vowel."""
    if mark.bottom > vowel.top + 0.1 * mark.size:
        return False
    return min(mark.x1, vowel.x1) - max(mark.x0, vowel.x0) >= 0.5 * (mark.x1 - mark.x0)


def _row_of(mark: Glyph, rows: list[Row], baselines: list[float]) -> Row | None:
    """The line whose letters the mark stands over: its own baseline's, or the nearest below an ink that was raised."""
    at = bisect_left(baselines, mark.y - _SAME_LINE * mark.size)
    same = bisect_left(baselines, mark.y, at)
    if same < min(at + 3, len(rows)) and baselines[same] == mark.y:  # most marks
        return rows[same]
    candidates = rows[max(at - 1, 0) : at + 3]
    if not candidates:
        return None
    own = min(candidates, key=lambda row: abs(row.y - mark.y))
    if abs(own.y - mark.y) <= _SAME_LINE * max(mark.size, 1.0):
        return own
    middle = (mark.top + mark.bottom) / 2
    return min(candidates, key=lambda row: abs(row.y - 0.5 * row.size - middle))


def _base_of(mark: Glyph, row: Row) -> Base | None:
    # Marks stand over the right half of their base and may lean over its end: look a little left of their middle.
    centre = (mark.x0 + mark.x1) / 2 - _LEAN * mark.size if mark.x1 > mark.x0 else mark.x
    reach = 0.35 * row.size
    best: Base | None = None
    distance = reach
    tone = _is_tone(mark)
    # Bases stand in the order of their origins: begin a few letters before the mark.
    if not row.origins:
        row.origins = [base.glyph.x for base in row.bases]
    begin = max(bisect_left(row.origins, centre) - _BASES_BACK, 0)
    for base in row.bases[begin : begin + 2 * _BASES_BACK]:
        glyph, text = base.glyph, base.text
        if glyph.x0 > centre + reach:
            break
        if text not in _CONSONANTS and text.lstrip()[:1] not in _CONSONANTS:
            continue
        if tone and base.vowel is not None and _stands_on(mark, base.vowel):
            return base
        away = max(glyph.x0 - centre, centre - glyph.x1, 0.0)
        if away < distance:
            best, distance = base, away
    return best


def _right_the_ams(row: Row, usual: Callable[[], float | None]) -> None:
    """Tell am from aa by the ring that rises over the letters, whatever the layer calls them.

    `usual` tells how high the page's letters are, in type sizes, for a line of too few.
    """
    suspects = [base for base in row.bases if base.text in _AMS]
    if not suspects:
        return
    letters = _letter_height(row.bases)
    if letters is None and (letters := usual()) is None:
        return
    for base in suspects:
        height = base.glyph.y - base.glyph.top
        rises = height > (letters + _AM_RISE) * base.glyph.size
        if base.text == SARA_AM and not rises and height > 0.3 * base.glyph.size:
            base.text = SARA_AA
            base.repairs |= {"sara-am"}
        elif base.text == SARA_AA and rises:
            base.text = SARA_AM
            base.repairs |= {"sara-am"}


_AMS = frozenset((SARA_AM, SARA_AA))


def _letter_height(bases: list[Base]) -> float | None:
    """Median height of letters without marks, in type sizes; None of too few."""
    plain = [base.glyph for base in bases if base.text in _CONSONANTS and not base.marks]
    tops = [(glyph.y - glyph.top) / max(glyph.size, 1.0) for glyph in plain if glyph.x1 > glyph.x0]
    return statistics.median(tops) if len(tops) >= ENOUGH_SEEN else None

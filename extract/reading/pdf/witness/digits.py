"""Fonts whose digits lie: the layer says 3 where an 8 is drawn.

Nothing is drawn for a sound page. What gives a lying font away costs a look at numbers: one digit with two shapes in
one font, or numbered headings that run 7, 3, 9. Then the recogniser reads some lines, and each shape of a font is what
it was read as; inside one document the same glyph of the same font has the same shape.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from extract.page.placed import Told
from extract.page.told import wording
from extract.reading.pdf.layer import TextPage
from extract.reading.pdf.witness.compare import compare
from extract.reading.pdf.witness.letters import Letters, is_digit
from extract.reading.pdf.witness.nameless import rows_of
from extract.reading.pdf.witness.objects import fonts_of
from extract.reading.pdf.witness.seen import NOT_READ, Seen, box_of
from raingan.model.records import Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from extract.reading.pdf.witness.eye import Eye

    Indices = NDArray[np.int64]
    Shape = tuple[int, int, int]
    """A font, a code, and which of the shapes that the code has in it."""

# Of a digit's height: by how much the width of its ink and the room before it differ between two shapes. In 84 sound
# documents one glyph differs from itself by less than 0.0001; 3 and 8 of one face differ by 0.003.
_ANOTHER = 0.0015
DIGITS_LIE = "digits-lie"
_SURE = 0.9
_AGREED = 0.8  # share of the readings of one shape
_TIMES = 2  # readings of a shape from which its digit is replaced
_MOST_ROWS = 24  # read of one page
_NUMBERED = re.compile(r"^[ \t]*\(?([0-9\u0e50-\u0e59]{1,2})[.)]", re.MULTILINE)


def right_the_digits(
    seen: Seen, layer: TextPage, letters: Letters, eye: Callable[[], Eye | None], doubted: bool = False
) -> None:
    """Put into the text what is drawn where a font's digits say something else, and tell it line by line.

    `doubted` where another page of the document has such a font.
    """
    at = np.flatnonzero(is_digit(letters))
    if not len(at):
        return
    shapes = _shapes(layer, letters, at)
    if not (doubted or _is_out_of_order(seen.text) or any(number for _, _, number in shapes.values())):
        return
    looker = eye()
    if looker is None:
        return
    meant, unsure = _meant(looker, letters, shapes)
    if unsure:
        compare(seen, letters, eye, [box_of(letters, [place]) for place, shape in shapes.items() if shape in unsure])
    kept = list(seen.text)
    for row in rows_of(letters, at):
        changed = [
            place
            for place in row.tolist()
            if place in shapes and meant.get(shapes[place], "") not in ("", chr(letters.code[place]))
        ]
        if not changed:
            continue
        first, last = int(letters.at[row].min()), int(letters.at[row].max())
        said = "".join(kept[first : last + 1]).replace(NOT_READ, " ")
        for place in changed:
            kept[int(letters.at[place])] = meant[shapes[place]]
        shown = "".join(kept[first : last + 1]).replace(NOT_READ, " ")
        values = {"text": wording(said), "seen": wording(shown)}
        seen.told.append(Told(Problem(DIGITS_LIE, values=values), box_of(letters, changed)))
    seen.text = "".join(kept)


def _shapes(layer: TextPage, letters: Letters, at: Indices) -> dict[int, Shape]:
    """Return the shape of each digit: its font, its code, and 0 for the first form that this code has there."""
    height = letters.bottom[at] - letters.top[at]
    wide = (letters.x1[at] - letters.x0[at]) / height
    room = (letters.x0[at] - letters.x[at]) / height  # before the ink
    known: defaultdict[tuple[int, int], list[tuple[float, float]]] = defaultdict(list)
    # Most pages have one font; there no code has two shapes, and PDFium need not be asked.
    fonts = fonts_of(layer, letters.at[at].tolist()) if _has_two(letters.code[at], wide, room) else [0] * len(at)
    shapes: dict[int, Shape] = {}
    for place, font, *form in zip(at.tolist(), fonts, wide.tolist(), room.tolist(), strict=True):
        code = int(letters.code[place])
        forms = known[font, code]
        number = next((number for number, other in enumerate(forms) if _are_alike(form, other)), len(forms))
        if number == len(forms):
            forms.append((form[0], form[1]))
        shapes[place] = (font, code, number)
    return shapes


def _has_two(codes: NDArray[np.uint32], wide: NDArray[np.float64], room: NDArray[np.float64]) -> bool:
    """Tell whether any code is drawn in two shapes, in whatever fonts."""
    order = np.argsort(codes, kind="stable")
    codes, wide, room = codes[order], wide[order], room[order]
    starts = np.flatnonzero(np.concatenate([[True], codes[1:] != codes[:-1]]))
    apart = [np.maximum.reduceat(form, starts) - np.minimum.reduceat(form, starts) for form in (wide, room)]
    return bool((apart[0] + apart[1] >= _ANOTHER).any())


def _are_alike(form: Sequence[float], other: Sequence[float]) -> bool:
    return abs(form[0] - other[0]) + abs(form[1] - other[1]) < _ANOTHER


def _is_out_of_order(text: str) -> bool:
    """Tell whether numbered headings have numbers that their neighbours contradict.

    Once is a list within a list, unless the digit that should stand there stands nowhere on the page.
    """
    numbers = [int(match[1]) for match in _NUMBERED.finditer(text)]
    kept = [number for at, number in enumerate(numbers) if at == 0 or number != numbers[at - 1]]
    missed = [
        before + 1
        for before, number, after in zip(kept, kept[1:], kept[2:], strict=False)
        if after - before == 2 and number != before + 1
    ]
    if not missed:
        return False
    said = {int(character) for character in text if character.isdecimal()}
    return len(missed) > 1 or missed[0] % 10 not in said


def _meant(eye: Eye, letters: Letters, shapes: dict[int, Shape]) -> tuple[dict[Shape, str], set[Shape]]:
    """Read lines until each shape was read; return the digit that each one is, and shapes read as others too seldom."""
    from extract.reading.pdf.witness.eye import said_at

    votes: defaultdict[Shape, Counter[str]] = defaultdict(Counter)
    wanted = Counter(shapes.values())
    read = 0
    for row in rows_of(letters, np.array(sorted(shapes), np.int64)):
        own = [place for place in row.tolist() if place in shapes]
        if read >= _MOST_ROWS:
            break
        if all(votes[shapes[place]].total() >= min(wanted[shapes[place]], _TIMES + 1) for place in own):
            continue
        read += 1
        spots = eye.read_line(letters, row)
        for place in own:
            spot = said_at(spots, float(letters.x0[place]), float(letters.x1[place]))
            if spot is not None and spot.confidence >= _SURE and spot.text.isdigit():
                votes[shapes[place]][spot.text] += 1
    meant: dict[Shape, str] = {}
    unsure: set[Shape] = set()
    for shape, found in votes.items():
        if not found:
            continue
        digit, times = found.most_common(1)[0]
        if int(digit) == int(chr(shape[1])):
            continue
        if times >= _TIMES and times >= _AGREED * found.total():
            meant[shape] = digit
        else:
            unsure.add(shape)
    return meant, unsure

"""Looks at a page as people see it, before its text layer is read, and says what of the layer is not to be read.

page -> drawn (drawing), its characters' places (letters) -> audit -> proof (unseen) -> Seen
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from extract.page.glyphs import Shape
from extract.page.line_text import clean
from extract.page.placed import Told
from extract.page.told import hidden_text, part_not_read, struck_out, wording
from extract.reading.pdf.layer import Drawn, TextPage
from extract.reading.pdf.witness.annotations import Annotations, Written, annotations_of
from extract.reading.pdf.witness.audit import INK, Audit, audit, is_base
from extract.reading.pdf.witness.compare import compare
from extract.reading.pdf.witness.digits import right_the_digits
from extract.reading.pdf.witness.drawing import PageDrawing
from extract.reading.pdf.witness.letters import Letters, letters_of
from extract.reading.pdf.witness.nameless import name
from extract.reading.pdf.witness.objects import Painted, moved_characters, painted_objects
from extract.reading.pdf.witness.scanned import scanned
from extract.reading.pdf.witness.seen import NOT_READ, Seen, box_of, runs_of
from extract.reading.pdf.witness.strikes import Stroke, crossed_out, slanted_strokes, struck_letters
from extract.reading.pdf.witness.unseen import Proof, covered_letters, prove
from extract.reading.pdf.witness.written import words_written
from extract.reading.scan.engines import EngineMaker
from extract.thai.letters import repair_text
from raingan.model.records import Box, Limits, Line, Problem, Witness

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from extract.reading.pdf.witness.drawing import Grey
    from extract.reading.pdf.witness.eye import Eye

    Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Looking:
    """How pages are looked at."""

    witness: Witness = Witness.DOUBT
    engine: EngineMaker | None = None  # reads places of the picture; None: nothing does
    digits_doubted: bool = False  # the digits of another page of the document are not what they say


def look(
    page: Any,
    form: Any,
    layer: TextPage,
    text: str,
    number: int,
    drawn: Sequence[Drawn],
    shapes: Sequence[Shape],
    limits: Limits,
    over_picture: bool,
    by: Looking,
) -> Seen:
    """Hold a page's text layer against its picture; `over_picture` where pictures fill the page.

    Without an engine, what stands in the picture alone is told, and not read.
    """
    import pypdfium2.raw as pdfium

    seen = Seen(text)
    painted: list[Painted] | None = None
    if any(kind == pdfium.FPDF_PAGEOBJ_FORM for _, kind, _ in drawn):
        painted = painted_objects(page, limits.page_objects)
        layer.moved = moved_characters(layer, text, painted)
    notes = annotations_of(page, form, layer)
    letters = letters_of(layer, text)
    drawing = PageDrawing(page, form, layer.width, layer.height)

    def eye() -> Eye | None:
        if by.engine is None:
            return None
        from extract.reading.pdf.witness.eye import Eye

        return Eye(drawing, by.engine)

    if len(letters) and by.witness is not Witness.OFF and _may_be_drawn(drawn):
        grey = drawing.draw()
        if over_picture:
            painted = painted or painted_objects(page, limits.page_objects)
            scanned(seen, layer, drawing, grey, letters, painted, shapes, number)
        if not seen.is_picture:
            found = audit(grey, drawing.scale, letters, shapes)
            seen.is_picture = _mostly_loose(grey, drawing.scale, found, len(letters))
        if seen.is_picture:
            return seen
        found = _level_pairs(layer, letters, found)
        doubted = found.doubted.copy()
        doubted[found.earlier[found.differ]] = doubted[found.later[found.differ]] = True
        if notes is not None or _may_be_covered(drawn, shapes):
            painted = painted or painted_objects(page, limits.page_objects)
            doubted |= covered_letters(layer, letters, painted, notes.covering if notes is not None else ())
        if doubted.any():
            painted = painted or painted_objects(page, limits.page_objects)
            proof = prove(layer, drawing, grey, letters, found, doubted, painted)
            _tell_overlaid(seen, letters, proof.overlaid)
            if is_base(letters)[proof.unseen].any():
                _keep(seen, letters, proof.unseen, number)
                seen.text = _without(layer, letters, proof, painted)
                letters = letters_of(layer, seen.text)
                found = audit(grey, drawing.scale, letters, shapes)  # ink in their places is somebody else's
        name(seen, letters, eye)
        right_the_digits(seen, layer, letters, eye, by.digits_doubted)
        if by.witness is Witness.ALL:
            compare(seen, letters, eye, None)
        elif seen.hidden:
            compare(seen, letters, eye, [line.box for line in seen.hidden if line.box is not None])
        if notes is None or not notes.written:
            _read_loose(seen, drawing.scale, grey, found, eye, layer, letters, number)
    _leave_out_struck(seen, letters, shapes, notes, slanted_strokes(layer, drawn))
    if notes is not None:
        seen.written += words_written(notes.written, layer, letters)
        seen.told += [Told(*told) for told in notes.told]
    return seen


def _may_be_drawn(drawn: Sequence[Drawn]) -> bool:
    """Tell whether a page is soon drawn: it has no more objects, and pictures no larger, than print has."""
    import pypdfium2.raw as pdfium

    if len(drawn) > _MOST_OBJECTS:
        return False
    pixels = 0
    across, down = ctypes.c_uint(), ctypes.c_uint()
    for item, kind, _ in drawn:
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE and pdfium.FPDFImageObj_GetImagePixelSize(item, across, down):
            pixels += across.value * down.value
    return pixels <= _MOST_PIXELS


_MOST_OBJECTS = 20_000  # paths and pictures; a page full of tables has some thousands, a map more
_MOST_PIXELS = 64_000_000  # of all pictures of a page; two scans of A4 at 600 dpi have 70 million


def _leave_out_struck(
    seen: Seen, letters: Letters, shapes: Sequence[Shape], notes: Annotations | None, slanted: Sequence[Stroke]
) -> None:
    import numpy as np

    annotated, strokes = ((), ()) if notes is None else (notes.struck, notes.strokes)
    pen = [Shape(*stroke, filled=True) for stroke in strokes]
    struck, used = struck_letters(letters, [*shapes, *pen], annotated)
    struck |= crossed_out(letters, slanted)
    for stroke in pen:
        if stroke not in used:
            seen.told.append(Told(part_not_read("a-drawing"), (stroke.x0, stroke.top, stroke.x1, stroke.bottom)))
    seen.strikes = used
    if not struck.any():
        return
    text = seen.text
    for run in runs_of(letters, np.flatnonzero(struck)):
        first, last = int(letters.at[run[0]]), int(letters.at[run[-1]])
        words = clean(repair_text(" ".join(text[first : last + 1].split()))[0])
        seen.told.append(Told(struck_out(words), box_of(letters, run)))
    kept = list(text)
    for at in letters.at[struck].tolist():
        kept[at] = NOT_READ
    seen.text = "".join(kept)


def _level_pairs(layer: TextPage, letters: Letters, found: Audit) -> Audit:
    """Leave out pairs with turned type: a watermark lies on other text, and hides none."""
    import numpy as np

    if not len(found.earlier):
        return found
    both = np.unique(np.concatenate([found.earlier, found.later]))
    turned = {at for at in both.tolist() if layer.type_of(int(letters.at[at]))[1] % 180}
    level = np.array(
        [turned.isdisjoint(pair) for pair in zip(found.earlier.tolist(), found.later.tolist(), strict=True)]
    )
    return replace(found, earlier=found.earlier[level], later=found.later[level], differ=found.differ[level])


def _read_loose(
    seen: Seen,
    scale: float,
    grey: Grey,
    found: Audit,
    eye: Callable[[], Eye | None],
    layer: TextPage,
    letters: Letters,
    number: int,
) -> None:
    """Read what stands in pictures and outlines beside the text, and put it on the lines of the page."""
    parts: list[Box] = []
    if int(found.loose.sum()) >= _FEW_LOOSE_CELLS:
        from extract.reading.pdf.witness.loose import letter_pieces, parts_of

        for box, pieces in parts_of(letter_pieces(grey, found.loose, scale), scale):
            if pieces >= _FEW_PIECES:
                parts.append((box[0] - _ROUND, box[1] - _ROUND, box[2] + _ROUND, box[3] + _ROUND))
    looker: Eye | None = None
    written: list[Written] = []
    for box in _over_hidden(seen, scale, grey, letters):
        if any(_meet(box, other) for other in parts):
            continue
        looker = looker or eye()
        strip = looker.read_strip(box) if looker is not None else ""
        written += [Written(strip, box)] if strip else []
        told = Problem("picture-read", values={"text": strip}) if strip else part_not_read("a-picture")
        seen.told.append(Told(told, box))
    for around in parts[:_MOST_PARTS]:
        looker = looker or eye()
        lines = looker.read_part(around, number) if looker is not None else []
        written += [Written(text, place) for text, place in lines]
        said = wording(" / ".join(text for text, _ in lines))
        problem = Problem("picture-read", values={"text": said}) if lines else Problem("ink-unread")
        seen.told.append(Told(problem, around))
    seen.written += words_written(written, layer, letters)


def _over_hidden(seen: Seen, scale: float, grey: Grey, letters: Letters) -> list[Box]:
    """Return the places of hidden text in which something else is seen, and no other text: a picture laid over it."""
    x, y = (letters.x0 + letters.x1) / 2, (letters.top + letters.bottom) / 2
    found = []
    for line in seen.hidden:
        if line.box is None:
            continue
        x0, top, x1, bottom = line.box
        if ((x0 < x) & (x < x1) & (top < y) & (y < bottom)).any():
            continue
        inside = grey[max(int(top * scale), 0) : int(bottom * scale) + 1, max(int(x0 * scale), 0) : int(x1 * scale) + 1]
        if inside.size and _LEAST_INK < float((inside < INK).mean()) < _MOST_INK:
            found.append(line.box)
    return found


def _meet(one: Box, other: Box) -> bool:
    return min(one[2], other[2]) > max(one[0], other[0]) and min(one[3], other[3]) > max(one[1], other[1])


_LEAST_INK, _MOST_INK = 0.05, 0.7  # of a place; a white cover has none, a bar is black throughout
_FEW_LOOSE_CELLS = 6  # cells of 3 points: less is dirt
_FEW_PIECES = 3  # pieces of letter size; fewer are a tick, a bullet, a mark
_MOST_PARTS = 20
_ROUND = 6.0  # points of paper around a part


def _mostly_loose(grey: Grey, scale: float, found: Audit, letters: int) -> bool:
    """Tell whether most letters of a page are no text: outlines, pictures of lines."""
    if int(found.loose.sum()) < _LOOSE_CELLS:
        return False
    from extract.reading.pdf.witness.loose import letter_pieces

    return len(letter_pieces(grey, found.loose, scale)) > max(_LOOSE_PIECES, _LOOSE_SHARE * letters)


_LOOSE_CELLS = 150  # cells of 3 points: some 40 letters
_LOOSE_PIECES = 80
_LOOSE_SHARE = 1.0  # pieces for each letter of the layer


_COVERS = 3.0  # points; thinner shapes hide no letter


def _may_be_covered(drawn: Sequence[Drawn], shapes: Sequence[Shape]) -> bool:
    import pypdfium2.raw as pdfium

    pictures = (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_SHADING)
    return any(kind in pictures for _, kind, _ in drawn) or any(
        shape.filled and min(shape.width, shape.height) > _COVERS for shape in shapes
    )


def _keep(seen: Seen, letters: Letters, unseen: Indices, number: int) -> None:
    """Keep what nobody sees as lines of their own."""
    for run in runs_of(letters, unseen):
        first, last = int(letters.at[run[0]]), int(letters.at[run[-1]])
        words = clean(repair_text(" ".join(seen.text[first : last + 1].split()))[0])
        box = box_of(letters, run)
        seen.hidden.append(Line(words, number, box))
        seen.told.append(Told(hidden_text(words), box))


def _without(layer: TextPage, letters: Letters, proof: Proof, painted: Sequence[Painted]) -> str:
    """Load the layer again without the texts that nobody sees, and mark what is left of those seen in part."""
    import pypdfium2.raw as pdfium

    for item in proof.whole:
        pdfium.FPDFPageObj_SetIsActive(item, False)
    layer.load()
    text = layer.text()
    if layer.moved:
        layer.moved = moved_characters(layer, text, painted)
    if not len(proof.cut):
        return text
    gone = set(_spots(letters, proof.cut.tolist()))
    left = letters_of(layer, text)
    kept = list(text)
    for at, spot in zip(left.at.tolist(), _spots(left, range(len(left))), strict=True):
        if spot in gone:
            kept[at] = NOT_READ
    return "".join(kept)


def _spots(letters: Letters, chosen: Iterable[int]) -> Iterator[tuple[int, float, float]]:
    for at in chosen:
        yield int(letters.code[at]), round(float(letters.x0[at]), 1), round(float(letters.top[at]), 1)


def _tell_overlaid(seen: Seen, letters: Letters, overlaid: Indices) -> None:
    for run in runs_of(letters, overlaid):
        words = "".join(map(chr, letters.code[run].tolist()))
        seen.told.append(Told(Problem("texts-overlaid", values={"text": wording(words)}), box_of(letters, run)))

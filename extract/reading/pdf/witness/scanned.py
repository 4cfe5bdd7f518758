"""Pages that a picture fills: scans with somebody's layer or something typed on them, and print on a ground."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from extract.page.glyphs import Shape
from extract.page.line_text import clean
from extract.reading.pdf.layer import TextPage
from extract.reading.pdf.witness.audit import INK, audit, cells_of, is_base, sums_in
from extract.reading.pdf.witness.drawing import PageDrawing
from extract.reading.pdf.witness.letters import Letters
from extract.reading.pdf.witness.objects import Painted, text_objects_of
from extract.reading.pdf.witness.seen import Seen, box_of, runs_of
from extract.thai.letters import repair_text
from raingan.model.records import Line

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from extract.reading.pdf.witness.drawing import Grey

    Flags = NDArray[np.bool_]

_CHANGE = 16  # grey levels by which a pixel changes where a text is taken away
_CELLS_A_LETTER = 4  # of 3 by 3 points; a page of 2,000 letters has 7,700
_LEAST_CELLS = 150  # ink of a picture that may be lines of text
_MOST_INK = 0.5  # of all cells; a photo behind print has more
_BESIDE = 0.25  # share of the height of a typed line in which a scan has ink on the same level
_REACH = 90.0  # points to the left and right of a typed line where the text that it belongs to would stand


def scanned(
    seen: Seen,
    layer: TextPage,
    drawing: PageDrawing,
    grey: Grey,
    letters: Letters,
    painted: Sequence[Painted],
    shapes: Sequence[Shape],
    number: int,
) -> None:
    """Say of a page that pictures fill whether it is a scan, and which typed lines are no part of it.

    Those are switched off, so that the picture that is read does not show them.
    """
    import pypdfium2.raw as pdfium

    texts = [one.item for one in painted if one.kind == pdfium.FPDF_PAGEOBJ_TEXT]
    bare = drawing.draw_without(texts)
    changed = np.abs(grey.astype(np.int16) - bare) > _CHANGE
    cells = cells_of(letters, drawing.scale, grey.shape)
    visible = (sums_in(changed, cells) > 0) & is_base(letters)
    loose = audit(bare, drawing.scale, letters.none(), shapes).loose
    ink = int(loose.sum())
    typed = int(visible.sum())
    if typed and (ink < _LEAST_CELLS or loose.mean() > _MOST_INK or _CELLS_A_LETTER * typed > ink):
        return  # print on a ground, or as much print as there are letters in pictures
    seen.is_picture = True
    if not typed:
        return
    for run in runs_of(letters, np.flatnonzero(visible)):
        box = box_of(letters, run)
        if _stands_beside(bare, box, drawing.scale):
            continue  # typed into the scan's own line
        first, last = int(letters.at[run[0]]), int(letters.at[run[-1]])
        words = clean(repair_text(" ".join(seen.text[first : last + 1].split()))[0])
        seen.typed.append(Line(words, number, box))
        for item in {at: None for at in text_objects_of(layer, range(first, last + 1)) if at}:
            pdfium.FPDFPageObj_SetIsActive(_object_at(item), False)


def _object_at(address: int) -> object:
    import ctypes

    import pypdfium2.raw as pdfium

    return ctypes.cast(address, pdfium.FPDF_PAGEOBJECT)


def _stands_beside(bare: Grey, box: tuple[float, float, float, float], scale: float) -> bool:
    x0, top, x1, bottom = box
    rows = bare[
        max(int(top * scale), 0) : int(bottom * scale) + 1,
        max(int((x0 - _REACH) * scale), 0) : int((x1 + _REACH) * scale) + 1,
    ]
    return bool(rows.size) and float((rows < INK).any(axis=1).mean()) > _BESIDE

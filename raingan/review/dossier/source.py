"""What a report was read from, as far as it fits into one file: pictures of its pages, or lines of its text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from raingan.model.errors import PageError
from raingan.model.records import Box
from raingan.review.dossier.gather import Row, Settled
from raingan.review.pages.pages import Pages
from raingan.review.pages.shown import FileRef, Image, Sheet, TextLine

WIDTH, SMALLER = 1200, 800  # pixels; the first is 150 dpi on A4 and prints well, the second can still be read
PICTURE_BYTES = 12 * 2**20  # of all pages together: with a third more as text, a mail takes the file


@dataclass(frozen=True, slots=True)
class Shot:
    """One page."""

    sheet: Sheet
    image: Image | None = None
    error: PageError | None = None  # why there is no picture; None with no image: it did not fit


@dataclass(frozen=True, slots=True)
class Mark:
    """One place on a page, with the fields that were read there."""

    page: int
    box: Box
    rows: tuple[Row, ...]

    @property
    def look(self) -> str:
        """How it looks: as that of its fields which says most."""
        looks = {row.look for row in self.rows}
        return next(look for look in ("open", "decided", "clear") if look in looks)


@dataclass(frozen=True, slots=True)
class Original:
    """What is shown of a report's file. Either `shots` or `lines`, or an error."""

    shots: tuple[Shot, ...] = ()
    lines: tuple[TextLine, ...] = ()
    marks: tuple[Mark, ...] = ()
    width: int = WIDTH  # of the pictures, pixels
    error: PageError | None = None

    @property
    def shown(self) -> int:
        """How many pages have a picture."""
        return sum(shot.image is not None for shot in self.shots)

    @property
    def too_many(self) -> bool:
        """Whether pictures were left out for their size."""
        return any(shot.image is None and shot.error is None for shot in self.shots)


def original(pages: Pages, report: Settled, limit: int = PICTURE_BYTES) -> Original:
    """Return what is shown of a report's file; its pictures take `limit` bytes at most."""
    try:
        shown = pages.show(report.file, report.machine)
    except PageError as error:
        return Original(error=error)
    if not shown.sheets:
        return Original(lines=shown.lines)
    marks = _marks(report.rows, shown.places, {sheet.number: sheet for sheet in shown.sheets})
    told = {mark.page for mark in marks if mark.look != "clear"}
    # Where not all of them fit, those come first that somebody looked at or has to.
    order = sorted(shown.sheets, key=lambda sheet: (sheet.number not in told, sheet.number))
    width = WIDTH
    shots = _drawn(pages, report.file, order, WIDTH, limit)
    if any(shot.image is None and shot.error is None for shot in shots):
        width = SMALLER
        shots = _drawn(pages, report.file, order, SMALLER, limit)
    return Original(shots=tuple(sorted(shots, key=lambda shot: shot.sheet.number)), marks=marks, width=width)


def _drawn(pages: Pages, file: FileRef, sheets: Sequence[Sheet], width: int, limit: int) -> list[Shot]:
    """Draw pages in that order until the next one does not fit."""
    shots, left = [], limit
    for sheet in sheets:
        if left <= 0:
            shots.append(Shot(sheet))
            continue
        try:
            image = pages.picture(file, sheet.number, width)
        except PageError as error:
            shots.append(Shot(sheet, error=error))
            continue
        left -= len(image.data)
        shots.append(Shot(sheet, image if left >= 0 else None))
    return shots


def _marks(rows: Sequence[Row], places: dict[str, tuple[int, Box]], sheets: dict[int, Sheet]) -> tuple[Mark, ...]:
    """Return the places of all fields in the order of the pages; what was read at one place is one mark."""
    found: dict[tuple[int, Box], list[Row]] = {}
    for row in rows:
        item = row.standing.field
        page, box = item.page, item.box
        if box is None:
            page, box = places.get(item.path, (page, None))
        sheet = None if page is None else sheets.get(page)
        inside = None if box is None or sheet is None else _inside(box, sheet)
        if page is not None and inside is not None:
            found.setdefault((page, inside), []).append(row)
    marks = [Mark(page, box, tuple(own)) for (page, box), own in found.items()]
    return tuple(sorted(marks, key=lambda mark: (mark.page, mark.rows[0].number)))


def _inside(box: Box, sheet: Sheet) -> Box | None:
    """Return the part of a box that lies on the page, a tenth of a point fine; None for none."""
    if not all(math.isfinite(side) for side in box):
        return None
    x0, x1 = (round(min(max(x, 0.0), sheet.width), 1) for x in (box[0], box[2]))
    top, bottom = (round(min(max(y, 0.0), sheet.height), 1) for y in (box[1], box[3]))
    return (x0, top, x1, bottom) if x0 < x1 and top < bottom else None

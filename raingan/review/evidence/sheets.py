"""A page as a drawing: its picture, a frame around each place, and the numbers of the fields in a margin of our own.

Numbers stand beside the page so that nothing of it is hidden; a thin line leads from them to their frame. It is SVG, so
that it can be enlarged and printed as sharp as the paper allows.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from raingan.records import Box
from raingan.review.evidence.markup import Markup, element, joined
from raingan.review.evidence.source import Mark, Shot
from raingan.review.evidence.words import Words
from raingan.review.pages.parts import Sheet

# All in points of a page as wide as A4; larger ones are seen smaller, so everything grows with them.
_PAGE = 595.0
_GUTTER = 92.0
_ACROSS, _LINE = 26.0, 15.0  # room of one number
_IN_A_LINE = 3
_GAP = 3.0  # between numbers of two places


@dataclass(frozen=True, slots=True)
class _Label:
    """The numbers of a mark, and where they stand."""

    mark: Mark
    name: str
    box: Box  # turned as the page is shown
    top: float
    height: float


def mark_name(index: int) -> str:
    """Return what a mark is called in links."""
    return f"place-{index}"


def row_name(number: int) -> str:
    """Return what a row of the table is called in links."""
    return f"field-{number}"


def drawing(shot: Shot, marks: Sequence[tuple[int, Mark]], names: dict[int, str], words: Words) -> Markup:
    """Return a page with its marks, each with its index; `names` are those of the fields, by number."""
    sheet = shot.sheet
    across, down = (sheet.height, sheet.width) if sheet.turned % 180 else (sheet.width, sheet.height)
    unit = max(across, down * 0.7) / _PAGE
    labels = _labels(marks, sheet, down, unit)
    fit = min(1.0, down / (labels[-1].top + labels[-1].height)) if labels else 1.0
    return element(
        "svg",
        _picture(shot, across, down, words),
        *(_drawn(label, names, words, unit, fit) for label in labels),
        viewBox=f"{-_GUTTER * unit:.1f} 0 {across + _GUTTER * unit:.1f} {down:.1f}",
        role="group",
        aria_label=words.say("page-boxes", page=str(sheet.number), count=len(labels)),
        stroke_width=unit,
        font_size=11 * unit,
    )


def _picture(shot: Shot, across: float, down: float, words: Words) -> Markup:
    sheet, image = shot.sheet, shot.image
    paper = element("rect", class_="paper", width=across, height=down)
    if image is None:
        return paper
    turns = {
        90: f"translate({sheet.height:.1f} 0) rotate(90)",
        180: f"translate({sheet.width:.1f} {sheet.height:.1f}) rotate(180)",
        270: f"translate(0 {sheet.width:.1f}) rotate(270)",
    }
    picture = element(
        "image",
        href=data_address(image.media_type, image.data),
        width=sheet.width,
        height=sheet.height,
        preserveAspectRatio="none",
        transform=turns.get(sheet.turned),
        role="img",
        aria_label=words.say("page-picture", page=str(sheet.number)),
    )
    return joined(picture, paper)


def _labels(marks: Sequence[tuple[int, Mark]], sheet: Sheet, down: float, unit: float) -> list[_Label]:
    """Lay the numbers out from top to bottom, each as near to its frame as those above let it."""
    boxes = [(index, mark, _turned(mark.box, sheet)) for index, mark in marks]
    boxes.sort(key=lambda item: (item[2][1], item[2][0], item[0]))
    labels: list[_Label] = []
    free = 0.0
    for index, mark, box in boxes:
        height = -(-len(mark.rows) // _IN_A_LINE) * _LINE * unit
        top = max(box[1], free)
        labels.append(_Label(mark, mark_name(index), box, top, height))
        free = top + height + _GAP * unit
    # What runs over the end of the page moves up again, as far as there is room.
    below = down
    for place in range(len(labels) - 1, -1, -1):
        label = labels[place]
        top = min(label.top, below - label.height)
        above = sum(other.height + _GAP * unit for other in labels[:place])
        top = max(top, above)
        labels[place] = _Label(label.mark, label.name, label.box, top, label.height)
        below = top - _GAP * unit
    return labels


def _drawn(label: _Label, names: dict[int, str], words: Words, unit: float, fit: float) -> Markup:
    x0, top, x1, bottom = label.box
    frame = element("rect", class_="frame", x=x0, y=top, width=x1 - x0, height=bottom - top, rx=1.5 * unit)
    line, room = _LINE * unit * fit, _ACROSS * unit
    begin = label.top * fit
    middle = begin + line / 2
    end = min(top + (bottom - top) / 2, top + 6 * unit)
    leader = element(
        "polyline",
        class_="leader",
        points=f"{-11 * unit:.1f},{middle:.1f} {-2 * unit:.1f},{end:.1f} {x0:.1f},{end:.1f}",
    )
    numbers = []
    for place, row in enumerate(label.mark.rows):
        # Numbers end at the page, so that a short row stands near it.
        column = place % _IN_A_LINE + max(_IN_A_LINE - len(label.mark.rows), 0)
        x = (column - _IN_A_LINE) * room - 12 * unit
        y = begin + (place // _IN_A_LINE) * line
        number = str(row.number)
        back = element("rect", class_="back", x=x, y=y, width=room - 2 * unit, height=line - unit * fit, rx=2 * unit)
        text = element("text", number, x=x + room / 2 - unit, y=y + line * 0.74, text_anchor="middle")
        told = words.say("to-row", number=number, name=names[row.number])
        numbers.append(element("a", back, text, class_=row.look, href=f"#{row_name(row.number)}", aria_label=told))
    size = None if fit == 1.0 else 11 * unit * fit
    return element("g", frame, leader, *numbers, id=label.name, class_=f"mark {label.mark.look}", font_size=size)


def _turned(box: Box, sheet: Sheet) -> Box:
    """Return where a box lies when its page is turned to be read."""
    x0, top, x1, bottom = box
    if sheet.turned == 90:
        return (sheet.height - bottom, x0, sheet.height - top, x1)
    if sheet.turned == 180:
        return (sheet.width - x1, sheet.height - bottom, sheet.width - x0, sheet.height - top)
    if sheet.turned == 270:
        return (top, sheet.width - x1, bottom, sheet.width - x0)
    return box


def data_address(media_type: str, data: bytes) -> str:
    """Return bytes as an address that holds them."""
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"

"""A page as a drawing: its picture, a frame around each place, and the numbers of the fields in a margin of our own.

Numbers stand beside the page so that nothing of it is hidden; a thin line leads from them to their frame. It is SVG, so
that it can be enlarged and printed as sharp as the paper allows.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, replace

from raingan.model.records import Box
from raingan.review.dossier.markup import Markup, element, joined
from raingan.review.dossier.source import Mark, Shot
from raingan.review.dossier.words import Words
from raingan.review.pages.shown import Sheet

# A page is drawn as wide as A4 in points, or as high where it is a strip, so that numbers are as large on each.
_PAGE, _NARROW = 595.0, 0.7
_GUTTER = 92.0  # for the numbers
_EDGE = 12.0  # between them and the page, for the lines
_ACROSS, _LINE = 26.0, 15.0  # room of one number: on a screen large enough for a finger
_LETTERS = 11.0
_IN_A_LINE = 3
_GAP = 3.0  # between numbers of two places
_ROOM = 1.5  # between letters and their frame


@dataclass(frozen=True, slots=True)
class _Label:
    """The numbers of a mark, and where they stand."""

    mark: Mark
    name: str
    box: Box  # as it is drawn
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
    scale = _PAGE / max(across, down * _NARROW)
    across, down = across * scale, down * scale
    labels = _labels([(index, mark, _shown(mark.box, sheet, scale)) for index, mark in marks], down)
    fit = min(1.0, down / (labels[-1].top + labels[-1].height)) if labels else 1.0
    return element(
        "svg",
        _picture(shot, across, down, scale, words),
        *(_drawn(label, names, words, fit) for label in labels),
        viewBox=f"{-_GUTTER:.1f} -1 {across + _GUTTER + 1:.1f} {down + 2:.1f}",
        role="group",
        aria_label=words.say("page-boxes", page=str(sheet.number), count=len(labels)),
    )


def _picture(shot: Shot, across: float, down: float, scale: float, words: Words) -> Markup:
    sheet, image = shot.sheet, shot.image
    paper = element("rect", class_="paper", width=across, height=down)
    if image is None:
        return paper
    turns = {
        90: f"translate({across:.1f} 0) rotate(90)",
        180: f"translate({across:.1f} {down:.1f}) rotate(180)",
        270: f"translate(0 {down:.1f}) rotate(270)",
    }
    picture = element(
        "image",
        href=data_address(image.media_type, image.data),
        width=sheet.width * scale,
        height=sheet.height * scale,
        preserveAspectRatio="none",
        transform=turns.get(sheet.turned),
        role="img",
        aria_label=words.say("picture-of-page", page=str(sheet.number)),
    )
    return joined(picture, paper)


def _labels(marks: Sequence[tuple[int, Mark, Box]], down: float) -> list[_Label]:
    """Lay the numbers out from top to bottom, each as near to its frame as the others let it."""
    labels: list[_Label] = []
    free = 0.0
    for index, mark, box in sorted(marks, key=lambda item: (item[2][1], item[2][0], item[0])):
        height = -(-len(mark.rows) // _IN_A_LINE) * _LINE
        top = max(box[1] - _LINE / 2, free)  # the line then runs straight
        labels.append(_Label(mark, mark_name(index), box, top, height))
        free = top + height + _GAP
    # What runs over the end of the page moves up again, as far as there is room.
    room = sum(label.height + _GAP for label in labels)
    below = down
    for place in range(len(labels) - 1, -1, -1):
        label = labels[place]
        room -= label.height + _GAP
        top = max(min(label.top, below - label.height), room)
        labels[place] = replace(label, top=top)
        below = top - _GAP
    return labels


def _drawn(label: _Label, names: dict[int, str], words: Words, fit: float) -> Markup:
    """Draw a mark; `fit` is how much lower its numbers are where a page has too many of them."""
    x0, top, x1, bottom = label.box
    frame = element("rect", class_="frame", x=x0, y=top, width=x1 - x0, height=bottom - top, rx=1.5)
    line, begin = _LINE * fit, label.top * fit
    # The line runs along the top of the frame: through the middle it would strike out the words before it.
    points = f"{-_EDGE:.1f},{begin + line / 2:.1f} -2,{top:.1f} {x0:.1f},{top:.1f}"
    leader = element("polyline", class_="leader", points=points)
    numbers = []
    for place, row in enumerate(label.mark.rows):
        # They end beside the page, so that a few stand near it.
        column = place % _IN_A_LINE + max(_IN_A_LINE - len(label.mark.rows), 0)
        x = (column - _IN_A_LINE) * _ACROSS - _EDGE
        y = begin + (place // _IN_A_LINE) * line
        number = str(row.number)
        back = element("rect", class_="back", x=x, y=y, width=_ACROSS - 2, height=line - fit, rx=2)
        text = element("text", number, x=x + _ACROSS / 2 - 1, y=y + line * 0.74, text_anchor="middle")
        told = words.say("to-row", number=number, name=names[row.number])
        numbers.append(element("a", back, text, class_=row.look, href=f"#{row_name(row.number)}", aria_label=told))
    size = f"{_LETTERS * fit:.1f}"
    return element("g", frame, leader, *numbers, id=label.name, class_=f"mark {label.mark.look}", font_size=size)


def _shown(box: Box, sheet: Sheet, scale: float) -> Box:
    """Return where a box is drawn: its page turned to be read, with a little room around the letters."""
    x0, top, x1, bottom = box
    if sheet.turned == 90:
        x0, top, x1, bottom = sheet.height - bottom, x0, sheet.height - top, x1
    elif sheet.turned == 180:
        x0, top, x1, bottom = sheet.width - x1, sheet.height - bottom, sheet.width - x0, sheet.height - top
    elif sheet.turned == 270:
        x0, top, x1, bottom = top, sheet.width - x1, bottom, sheet.width - x0
    return (x0 * scale - _ROOM, top * scale, x1 * scale + _ROOM, bottom * scale)


def data_address(media_type: str, data: bytes) -> str:
    """Return bytes as an address that holds them."""
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"

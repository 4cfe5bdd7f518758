"""Lines that end where the paper does: a torn or folded sheet, a page cut off by the scanner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from raingan.model.records import Line, Problem

if TYPE_CHECKING:
    from extract.reading.scan.assemble import Frame

_REACH = 0.35  # type sizes between a line's last ink and a border: print is lost where the border is taken out
_AT_EDGE = 0.06  # the same to the edge of the picture
_LEAST = 3  # lines of a page: one may have been set so


def with_cut_edges(frame: Frame, lines: Sequence[Line]) -> tuple[Line, ...]:
    """Tell of the lines that run to the edge of the paper, where several on that side do."""
    told = list(lines)
    for side in (-1, 1):
        cut = [at for at, line in enumerate(lines) if line.box is not None and _ends_at_edge(frame, line, side)]
        for at in cut if len(cut) >= _LEAST else ():
            told[at] = replace(
                told[at], told=(*told[at].told, Problem("line-cut", values={"text": lines[at].text[:160]}))
            )
    return tuple(told)


def _ends_at_edge(frame: Frame, line: Line, side: int) -> bool:
    assert line.box is not None
    size = (line.size or 10.0) / frame.scale
    x0, top, x1, bottom = (edge / frame.scale for edge in line.box)
    end, middle = (x0 if side < 0 else x1), (top + bottom) / 2
    outside = frame.straight.outside
    if outside is not None:
        high, wide = outside.shape
        row = outside[min(max(int(middle), 0), high - 1)]
        near = sorted((end, end + side * _REACH * size))
        if row[max(int(near[0]), 0) : min(int(near[1]) + 1, wide)].any():
            return True
    place = np.array([[(end + side * _AT_EDGE * size, middle)]], np.float64)
    x, y = cv2.perspectiveTransform(place, frame.straight.back)[0][0].tolist()
    return not (0 < x < frame.size[0] and 0 < y < frame.size[1])

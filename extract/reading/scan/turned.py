"""Which way up a page lies, told from its lines and from the marks above and below Thai letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from extract.reading.scan.letters import letter_height
from extract.reading.scan.skew import coarse_lean, edge_points, fine_lean

if TYPE_CHECKING:
    from extract.reading.scan.letters import Sketch

_SURER = 1.15  # lines across must be this much sharper before an upright page is turned
_ENOUGH = 14  # marks that must be seen to speak of upside down
_MOST = 3000  # marks looked at


def find_quarter(page: Sketch) -> tuple[bool, float]:
    """Tell whether the lines run up or down the page, and by how many degrees they lean as they run."""
    across, down = edge_points(page), edge_points(page, sideways=True)
    angle, level = coarse_lean(across)
    turned_angle, upright = coarse_lean(down)
    if upright > _SURER * level:
        # Looking at the transposed page mirrors it, and with it the angle.
        return True, -fine_lean(down, turned_angle)
    return False, fine_lean(across, angle)


def upper_share(page: Sketch, sideways: bool) -> float | None:
    """Measure the share of marks that stand above their letter (0-1); None where there are too few marks.

    With `sideways` the page is looked at as turned clockwise by 90 degrees. Thai has four to eight upper marks for
    one lower mark, so a share below a third means upside down.
    """
    body = letter_height(page, sideways)
    if body is None:
        return None
    labels, boxes = page.labels, page.boxes
    x, y, width, height = (boxes[:, column].astype(np.int64) for column in range(4))
    if sideways:
        labels = np.rot90(labels, -1)
        x, y, width, height = labels.shape[1] - y - height, x, height, width
    area = boxes[:, 4]
    letters = (height >= 0.75 * body) & (height <= 3.2 * body) & (width >= 0.35 * body) & (width <= 8 * body)
    marks = (height >= 0.18 * body) & (height <= 0.62 * body) & (width >= 0.18 * body) & (width <= 1.1 * body)
    marks &= area >= 5
    letters[0] = marks[0] = False
    above = below = 0
    reach = max(2, round(0.75 * body))
    for mark in np.flatnonzero(marks)[:_MOST]:
        columns = slice(x[mark], x[mark] + width[mark])
        under = letters[labels[y[mark] + height[mark] : y[mark] + height[mark] + reach, columns]].any()
        over = letters[labels[max(0, y[mark] - reach) : y[mark], columns]].any()
        above += bool(under and not over)
        below += bool(over and not under)
    if above + below < _ENOUGH:
        return None
    return above / (above + below)

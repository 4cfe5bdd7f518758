"""Stamps, signatures and pen strokes in colour: taken out, while dark strokes under them and coloured print stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from extract.reading.scan.blobs import find_blobs
from extract.reading.scan.light import STEP, divide, paper

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from extract.reading.scan.handover import Pixels

_HINT = 20  # difference of channels on the copy that tells of colour; JPEG 40 gives black print up to 12
_COLOURED = 44  # the same on the page: of black print beside blue at JPEG 40 up to 40
_SAMPLES = 5  # coloured pixels among every sixteenth, about one digit; fewer are left as ink
_SOLID = 0.75  # of the paper; tinted table grounds have 0.8 and more, solid stamps 0.3-0.7
_DEEPER = 1.3  # exponent: strokes under stamp ink keep half of their contrast, and get some of it back
_WIDEST_STAMP = 24.0  # body heights; round stamps measure 3-5 cm, boxes of "received" 6 cm: a larger frame is a table
_PEN = 0.7  # body heights: strokes of stamps and pens are thinner than the band that a marker draws
_BRIGHT = 150  # mean grey of what a marker covers; yellow has 230, green 170, stamps 90 to 130
_SAME_HUE = 24  # of 180; one ink over white and over print, JPEG 40
_MOST_AT_ONCE = 2_000_000  # pixels: 60 MB of working copies; a stamp of 6 cm at 300 dpi has 500,000
_MOST_BLOBS = 4000  # more are a picture or noise


def has_colour(picture: Pixels) -> bool:
    """Tell by a sample whether an RGB page has coloured ink, paper or light at all."""
    spread = _spread(np.ascontiguousarray(picture[::4, ::4]))[1]
    return int(np.count_nonzero(spread > _COLOURED)) >= _SAMPLES


def to_grey(picture: Pixels, small: Pixels, reach: int, body: float) -> tuple[Pixels, Pixels | None]:
    """Turn an RGB page into flat grey without stamps, and with them where there is coloured ink.

    `small` is the page reduced, `body` the height of its letters.
    """
    ground = paper(small, reach)
    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
    flat = divide(grey, np.asarray(cv2.cvtColor(ground, cv2.COLOR_RGB2GRAY), np.uint8))
    ground = _without_discs(ground)
    plain = flat.copy()
    for left, top, right, bottom in _in_bands(_coloured_places(picture, small, ground, body)):
        place = np.s_[top:bottom, left:right]
        window = np.s_[top // STEP : -(-bottom // STEP), left // STEP : -(-right // STEP)]
        flat[place] = _without_stamps(divide(picture[place], ground[window]), flat[place], body)
    return flat, None if np.array_equal(flat, plain) else plain


def _without_discs(ground: Pixels) -> Pixels:
    """Put the paper of the neighbourhood where the ground is dark: that is a solid stamp, not tinted paper."""
    height, width = ground.shape[:2]
    tiny = cv2.resize(ground, (max(1, width // 16), max(1, height // 16)), interpolation=cv2.INTER_AREA)
    around = cv2.blur(cv2.dilate(tiny, np.ones((9, 9), np.uint8)), (5, 5))
    around = cv2.resize(around, (width, height), interpolation=cv2.INTER_LINEAR)
    own, page = cv2.cvtColor(ground, cv2.COLOR_RGB2GRAY), cv2.cvtColor(around, cv2.COLOR_RGB2GRAY)
    solid = cv2.dilate((own < _SOLID * page).astype(np.uint8), np.ones((5, 5), np.uint8))
    return np.asarray(np.where(solid[:, :, None] > 0, around, ground), np.uint8)


def _coloured_places(picture: Pixels, small: Pixels, ground: Pixels, body: float) -> list[tuple[int, int, int, int]]:
    """Find the boxes (left, top, right, bottom; multiples of STEP) in which there is colour."""
    spread = _spread(np.asarray(cv2.divide(small, ground, scale=255), np.uint8))[1]
    mask = cv2.medianBlur(cv2.threshold(spread, _HINT, 1, cv2.THRESH_BINARY)[1], 3)
    side = max(3, round(1.5 * body / STEP)) | 1
    count, _, boxes, _ = cv2.connectedComponentsWithStats(cv2.dilate(mask, np.ones((side, side), np.uint8)))
    found = [
        (int(x) * STEP, int(y) * STEP, int(x + w) * STEP, int(y + h) * STEP)
        for x, y, w, h, _ in boxes[1:count]
        if mask[y : y + h, x : x + w].any()
    ]
    if len(found) > 60 or sum((r - x) * (b - t) for x, t, r, b in found) > 0.6 * picture.shape[0] * picture.shape[1]:
        return [(0, 0, picture.shape[1], picture.shape[0])]
    return _apart(found, picture.shape[1], picture.shape[0])


def _in_bands(boxes: list[tuple[int, int, int, int]]) -> Iterator[tuple[int, int, int, int]]:
    """Cut boxes that are too large for the memory a page may take; stamps never are."""
    for left, top, right, bottom in boxes:
        rows = max(STEP, _MOST_AT_ONCE // max(1, right - left) // STEP * STEP)
        for row in range(top, bottom, rows):
            yield left, row, right, min(bottom, row + rows)


def _apart(boxes: list[tuple[int, int, int, int]], width: int, height: int) -> list[tuple[int, int, int, int]]:
    """Join boxes that overlap, so that no pixel is worked on twice, and keep them on the page."""
    joined: list[tuple[int, int, int, int]] = []
    for new in boxes:
        box, again = new, True
        while again:
            again = False
            for other in joined:
                if box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]:
                    joined.remove(other)
                    box = (min(box[0], other[0]), min(box[1], other[1]), max(box[2], other[2]), max(box[3], other[3]))
                    again = True
                    break
        joined.append(box)
    return [(x, t, min(r, width), min(b, height)) for x, t, r, b in joined if x < width and t < height]


def _spread(colours: Pixels) -> tuple[Pixels, Pixels, Pixels]:
    """Give the lightest channel, its distance to the darkest, and the darkest."""
    red, green, blue = cv2.split(colours)
    most = cv2.max(cv2.max(red, green), blue)
    least = cv2.min(cv2.min(red, green), blue)
    return np.asarray(most, np.uint8), np.asarray(cv2.subtract(most, least), np.uint8), np.asarray(least, np.uint8)


def _without_stamps(colours: Pixels, flat: Pixels, body: float) -> Pixels:
    most, spread, least = _spread(colours)
    core = np.asarray(cv2.threshold(cv2.blur(spread, (3, 3)), _COLOURED, 1, cv2.THRESH_BINARY)[1], np.uint8)
    grey = np.asarray(cv2.cvtColor(colours, cv2.COLOR_RGB2GRAY), np.uint8)
    marked = _marked(core, grey, body) > 0
    core[marked] = 0
    if not core.any():
        # A tint too weak to be cut out is paper to the lightest channel, and black is black to it too.
        return np.asarray(np.where(spread > _HINT, np.maximum(flat, most), flat), np.uint8)
    kept = _printed(core, most, colours, body)
    near = cv2.dilate(core, np.ones((5, 5), np.uint8))
    # JPEG halves the colours' resolution, so a thin stroke under a stamp is dark in the grey rather than colourless.
    share = np.minimum(most / _stamp_level(most, core, 0.92), grey / _stamp_level(grey, core, 0.76))
    clear = (255 * np.minimum(1.0, share) ** _DEEPER).astype(np.uint8)
    result = np.where(near > 0, np.maximum(flat, clear), flat)
    faint = (near == 0) & (spread > _HINT)
    result = np.where(faint, np.maximum(flat, most), result)
    result = np.where(kept > 0, np.minimum(least, flat), result)
    return np.asarray(np.where(marked, np.maximum(flat, most), result), np.uint8)


def _marked(core: Pixels, grey: Pixels, body: float) -> Pixels:
    """Mask what was marked with a bright pen: print under it is as dark as elsewhere to the lightest channel."""
    side = max(3, round(_PEN * body)) | 1
    around = (2 * side + 1, 2 * side + 1)
    share = cv2.blur(core.astype(np.float32), around)
    mean = cv2.blur(np.where(core > 0, grey, 0).astype(np.float32), around) / np.maximum(share, 1e-4)
    bright = core & (mean > _BRIGHT).astype(np.uint8)
    filled = cv2.morphologyEx(bright, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    broad = cv2.morphologyEx(filled, cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    return np.asarray(cv2.dilate(broad, np.ones((side, side), np.uint8)), np.uint8)


def _stamp_level(plane: Pixels, core: Pixels, margin: float) -> NDArray[np.float32]:
    """Judge for each pixel how dark the coloured ink round it leaves a plane; `margin` of that is still clean ink."""
    whole = float(np.percentile(plane[core > 0], 30))
    weight = (core > 0) & (plane > 0.6 * whole)  # what is darker has print under it
    share = cv2.blur(weight.astype(np.float32), (31, 31))
    local = cv2.blur(np.where(weight, plane, 0).astype(np.float32), (31, 31)) / np.maximum(share, 1e-4)
    level = np.where(share > 0.01, local, whole)
    return np.asarray(np.clip(level * margin, 30, 255), np.float32)


def _printed(core: Pixels, most: Pixels, colours: Pixels, body: float) -> Pixels:
    """Mask the coloured blobs that are print: letters in a level line, outside of stamps, with no print under them."""
    joined = np.asarray(cv2.morphologyEx(core, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)), np.uint8)
    labels, boxes = find_blobs(joined)
    count = len(boxes)
    none = np.zeros_like(core)
    if count > _MOST_BLOBS:
        return none
    x, y, width, height = (boxes[:, column].astype(np.float64) for column in range(4))
    letters = (height <= 2.8 * body) & (height >= 0.06 * body)  # of any width: links are underlined
    letters[0] = False
    longer = np.maximum(width, height)
    frames = ~letters & (longer <= _WIDEST_STAMP * body) & (height > 0.5 * body)
    wide = ~letters & (longer > _WIDEST_STAMP * body)
    frames[0] = wide[0] = False
    # A box of level and upright rules belongs to a table (or may be read as one): what stands in it is print.
    ruling = _ruling(joined, body) if (frames | wide).any() else none
    straight = np.bincount(labels[ruling > 0], minlength=count) / np.maximum(boxes[:, 4], 1)
    grids = (frames | wide) & (straight > 0.45)  # letters that touch the rules belong to it; rings have 0.15
    frames &= ~grids
    groups, small = _stamp_groups(joined, labels, count, body)
    broad = np.minimum(width, height) > 2.2 * body
    hues = _hues(colours, labels, count)
    for frame in np.flatnonzero(frames):
        inside = (x + width > x[frame] - 0.4 * body) & (x < x[frame] + width[frame] + 0.4 * body)
        inside &= (y + height > y[frame] - 0.4 * body) & (y < y[frame] + height[frame] + 0.4 * body)
        alike = np.abs((hues - hues[frame] + 90) % 180 - 90) < _SAME_HUE
        letters &= ~((inside | (groups == groups[frame]) & small[groups] & broad[frame]) & alike)
    dark = np.bincount(labels[most < 105], minlength=count) / np.maximum(boxes[:, 4], 1)
    letters &= dark < 0.5
    letters &= _in_level_lines(letters, not frames.any(), np.asarray(boxes, np.int32), most, core, body)
    kept = (letters | grids)[labels].astype(np.uint8)
    kept = np.maximum(kept, ruling * wide[labels])
    return np.asarray(cv2.dilate(kept, np.ones((3, 3), np.uint8)), np.uint8)


def _stamp_groups(
    joined: Pixels, labels: NDArray[np.int32], count: int, body: float
) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Group blobs that lie close; give each blob's group, and for each group whether it is no larger than a stamp."""
    side = max(3, round(body)) | 1
    near, boxes = find_blobs(np.asarray(cv2.dilate(joined, np.ones((side, side), np.uint8)), np.uint8))
    groups = np.zeros(count, np.int32)
    groups[labels[joined > 0]] = near[joined > 0]
    width, height = boxes[:, 2], boxes[:, 3]
    longer, shorter = np.maximum(width, height), np.minimum(width, height)
    return groups, np.asarray((longer <= (_WIDEST_STAMP + 1) * body) & (longer < 3.5 * shorter))


def _ruling(ink: Pixels, body: float) -> Pixels:
    """Keep what runs level or upright for long: the ruling of a table."""
    length = max(5, round(2 * body))
    level = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    upright = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8))
    thick = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((max(4, round(0.5 * body)),) * 2, np.uint8))
    return np.asarray(cv2.subtract(cv2.max(level, upright), thick), np.uint8)


def _hues(colours: Pixels, labels: NDArray[np.int32], count: int) -> NDArray[np.float64]:
    """Give each blob's hue, 0-180 as OpenCV counts it, from its mean colour."""
    flat = labels.ravel()
    total = np.maximum(np.bincount(flat, minlength=count), 1)
    means = [np.bincount(flat, colours[:, :, plane].ravel(), minlength=count) / total for plane in range(3)]
    patch = np.clip(np.stack(means, axis=1), 0, 255).astype(np.uint8).reshape(1, -1, 3)
    return np.asarray(cv2.cvtColor(patch, cv2.COLOR_RGB2HSV)[0, :, 0], np.float64)


def _in_level_lines(
    kept: NDArray[np.bool_],
    marks_too: bool,
    boxes: NDArray[np.int32],
    most: Pixels,
    core: Pixels,
    body: float,
) -> NDArray[np.bool_]:
    """Keep blobs whose row is level, as high as a line, and not printed across black letters.

    Rows of marks alone are kept where `marks_too` says that no stamp is near.
    """
    result = np.zeros_like(kept)
    places = np.zeros(core.shape, np.uint8)
    for blob in np.flatnonzero(kept):
        left, top, wide, high = (int(v) for v in boxes[blob, :4])
        places[top : top + high, left : left + wide] = 1
    side = (max(3, round(0.45 * body)) | 1, max(3, round(2.0 * body)) | 1)
    rows, row_boxes = find_blobs(np.asarray(cv2.dilate(places, np.ones(side, np.uint8)), np.uint8))
    centres = np.where(kept[:, None], boxes[:, :2] + boxes[:, 2:4] // 2, 0)  # OpenCV gives blobs of no pixel odd boxes
    of_row = np.where(kept, rows[centres[:, 1], centres[:, 0]], 0)
    dark = (most < 105) & (core == 0)
    for row in range(1, len(row_boxes)):
        blobs = np.flatnonzero(of_row == row)
        if not len(blobs) or row_boxes[row, 3] > 4.2 * body:
            continue
        high = boxes[blobs, 3] >= 0.55 * body
        feet = (boxes[blobs, 1] + boxes[blobs, 3])[high]
        if not (len(feet) or marks_too) or (len(feet) and np.median(np.abs(feet - np.median(feet))) > 0.35 * body):
            continue
        under = sum(int(np.count_nonzero(dark[t : t + h, x : x + w])) for x, t, w, h in boxes[blobs, :4].tolist())
        if under > 0.35 * int(boxes[blobs, 4].sum()):
            continue
        result[blobs] = True
    return result

"""A page as scanned or photographed, made upright, level and flat, without stamps and shadows.

    picture -> sheet laid flat -> sketch (letters, way up, lean) -> reduced -> coloured ink and shadows out -> turned

Estimates are made on small copies; the page itself is reduced once, cleaned once and turned once. Places are those
of pixels' edges: pixel (0, 0) reaches from 0.0 to 1.0, so the corners of a box go back exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from extract.reading.scan.colour import has_colour, to_grey
from extract.reading.scan.handover import Straight
from extract.reading.scan.letters import letter_height, sketch
from extract.reading.scan.light import divide, paper, reduced
from extract.reading.scan.outline import find_sheet, to_rectangle
from extract.reading.scan.resolution import MOST_PIXELS, judged_dpi, told_dpi, working_scale
from extract.reading.scan.specks import find_edges, remove_specks
from extract.reading.scan.turned import find_quarter, upper_share

if TYPE_CHECKING:
    from extract.reading.scan.handover import Matrix, Picture, Pixels

_LEVEL = 0.04  # degrees; less is left, half a pixel over a line of 700
_UPSIDE_DOWN = 1 / 3  # share of upper marks; upright Thai has 0.75 and more
_REACH = 1.5  # body heights a stroke may be wide and still be ink
_USUAL_BODY = 15.0  # pixels, where letters are too few to tell


@dataclass(frozen=True, slots=True)
class _Finding:
    """What the sketch tells of a page."""

    body: float | None  # height of letters, pixels of the page looked at
    turn: int  # degrees clockwise that make it upright
    lean: float  # degrees that lines then fall to the right


def straighten(picture: Picture) -> Straight:
    """Make a page upright, level and flat; ValueError where the pixels are no picture."""
    pixels = _checked(picture.pixels)
    told = told_dpi(picture)
    pixels, matrix = _bounded(pixels, 36_000_000)
    if pixels.ndim == 3 and not has_colour(pixels):
        pixels = _grey(pixels)
    pixels, laying = _laid_flat(pixels)
    height, width = pixels.shape[:2]
    found = _look(_grey(pixels))
    known = told is not None and laying is None
    dpi = told * float(matrix[0, 0]) if told and known else judged_dpi(width, height, found.body)
    matrix = matrix if laying is None else laying @ matrix
    factor = working_scale(width, height, found.body, dpi)
    pixels, scaling = _scaled(pixels, factor)
    body = found.body * factor if found.body else _USUAL_BODY
    grey, plain, outside = _clean(pixels, body)
    grey, turning = _turned(grey, found.turn, found.lean)
    if plain is not None:
        plain = _turned(plain, found.turn, found.lean)[0]
    if outside is not None:
        outside = np.asarray(_turned(255 - 255 * outside, found.turn, found.lean)[0] < 128, np.uint8)
    back = np.asarray(np.linalg.inv(turning @ scaling @ matrix), np.float64)
    return Straight(grey, dpi * factor, back, found.turn, plain, outside)


def find_turn(pixels: Pixels) -> int:
    """Return by how many degrees clockwise a picture of a page has to be turned to be upright, as its letters tell."""
    return _look(_grey(_checked(pixels))).turn


def turn(straight: Straight, degrees: int) -> Straight:
    """Turn a straightened page clockwise by 90, 180 or 270 degrees."""
    if degrees % 90:
        raise ValueError(f"not a quarter turn: {degrees}")
    pixels, matrix = _quarter(straight.pixels, degrees % 360)
    back = straight.back @ np.linalg.inv(matrix)
    plain = None if straight.plain is None else _quarter(straight.plain, degrees % 360)[0]
    outside = None if straight.outside is None else _quarter(straight.outside, degrees % 360)[0]
    turned = (straight.turned + degrees) % 360
    return replace(straight, pixels=pixels, back=back, turned=turned, plain=plain, outside=outside)


def _checked(pixels: Pixels) -> Pixels:
    if pixels.dtype != np.uint8 or pixels.ndim not in (2, 3) or not pixels.size:
        raise ValueError(f"not a picture: {pixels.dtype} of shape {pixels.shape}")
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        return np.ascontiguousarray(pixels[:, :, 0])
    if pixels.ndim == 3 and pixels.shape[2] != 3:
        raise ValueError(f"not grey or RGB: {pixels.shape[2]} channels")
    return np.ascontiguousarray(pixels)


def _grey(pixels: Pixels) -> Pixels:
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8) if pixels.ndim == 3 else pixels


def _bounded(pixels: Pixels, most: int) -> tuple[Pixels, Matrix]:
    height, width = pixels.shape[:2]
    return _scaled(pixels, min(1.0, (most / (width * height)) ** 0.5))


def _scaled(pixels: Pixels, factor: float) -> tuple[Pixels, Matrix]:
    height, width = pixels.shape[:2]
    if factor > 0.97:
        return pixels, np.eye(3)
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    smaller = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    return smaller, np.diag([size[0] / width, size[1] / height, 1.0])


def _laid_flat(pixels: Pixels) -> tuple[Pixels, Matrix | None]:
    """Cut the sheet out of a photo and undo its perspective; None where no sheet is sure."""
    corners = find_sheet(_grey(pixels))
    if corners is None:
        return pixels, None
    lay, size = to_rectangle(corners)
    if size[0] * size[1] > 2 * MOST_PIXELS:
        return pixels, None
    flat = cv2.warpPerspective(pixels, _of_centres(lay), size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(flat, np.uint8), lay


def _look(grey: Pixels) -> _Finding:
    page = sketch(grey)
    sideways, lean = find_quarter(page)
    body = letter_height(page, sideways)
    share = upper_share(page, sideways)
    down = share is not None and share < _UPSIDE_DOWN
    return _Finding(body / page.scale if body else None, (90 if sideways else 0) + (180 if down else 0), lean)


def _clean(pixels: Pixels, body: float) -> tuple[Pixels, Pixels | None, Pixels | None]:
    """Return flat grey without stamps, borders and specks; the same with coloured ink left in; where borders were.

    The last two are None where there is none.
    """
    reach = max(12, round(_REACH * body))
    small = reduced(pixels)
    plain = None
    if pixels.ndim == 3:
        grey, plain = to_grey(pixels, small, reach, body)
    else:
        grey = divide(pixels, paper(small, reach))
    gone, outside = find_edges(_grey(small), body, (grey.shape[0], grey.shape[1]))
    for flat in (grey, plain):
        if flat is not None:
            if gone is not None:
                flat[gone > 0] = 255
            remove_specks(flat, body)
    return grey, plain, outside


def _turned(grey: Pixels, degrees: int, lean: float) -> tuple[Pixels, Matrix]:
    """Turn by quarters, then take the lean out, on a page large enough for all of it."""
    grey, quarter = _quarter(grey, degrees)
    if abs(lean) < _LEVEL:
        return grey, quarter
    height, width = grey.shape
    sine, cosine = float(np.sin(np.radians(lean))), float(np.cos(np.radians(lean)))
    wide, high = round(width * cosine + height * abs(sine)), round(height * cosine + width * abs(sine))
    rotation = np.array([[cosine, sine, 0.0], [-sine, cosine, 0.0], [0.0, 0.0, 1.0]])
    rotation = _shift(wide / 2, high / 2) @ rotation @ _shift(-width / 2, -height / 2)
    level = cv2.warpAffine(
        grey, _of_centres(rotation)[:2], (wide, high), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT,
        borderValue=255,
    )  # fmt: skip
    return np.asarray(level, np.uint8), rotation @ quarter


def _quarter(grey: Pixels, degrees: int) -> tuple[Pixels, Matrix]:
    height, width = grey.shape
    matrix = {
        0: [[1, 0, 0], [0, 1, 0]],
        90: [[0, -1, height], [1, 0, 0]],
        180: [[-1, 0, width], [0, -1, height]],
        270: [[0, 1, 0], [-1, 0, width]],
    }[degrees]
    return np.ascontiguousarray(np.rot90(grey, -degrees // 90)), np.array([*matrix, [0, 0, 1]], np.float64)


def _shift(x: float, y: float) -> Matrix:
    return np.array([[1.0, 0.0, x], [0.0, 1.0, y], [0.0, 0.0, 1.0]])


def _of_centres(matrix: Matrix) -> Matrix:
    """Turn a matrix of pixels' edges into OpenCV's, which counts from the middle of the first pixel."""
    return np.asarray(_shift(-0.5, -0.5) @ matrix @ _shift(0.5, 0.5), np.float64)

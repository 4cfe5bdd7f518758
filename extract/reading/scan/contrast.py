"""Pictures whose print is not dark on light: faint copies, and light print on a dark ground."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from extract.reading.scan.levels import percentiles
from extract.reading.scan.light import paper as paper_of
from extract.reading.scan.light import reduced

if TYPE_CHECKING:
    from extract.reading.scan.handover import Picture, Pixels

_DARKEST, _PAPER = 0.5, 50.0  # percentiles of a page's grey: its print, and its paper
_FAINT = 150.0  # grey of print that is read as it is; of a copy that is hardly to be seen 205
_LEAST = 18.0  # levels between paper and print: noise of a scanner and the grain of paper have up to 13
_INK, _WHITE = 40.0, 250.0  # what they become
_EVEN = 230  # grey of paper once its light is even
_REACH = 28  # pixels that strokes are wide at most, as in `light.flatten`
_DARK = 110.0  # grey of a ground on which print is light


def strengthened(picture: Picture) -> Picture | None:
    """Return a faint page with print as dark as usual; None where it is dark enough, or there is none."""
    darkest, paper = _levels(picture.pixels)
    if darkest < _FAINT or paper - darkest < _LEAST:
        return None
    flat = _even(_grey(picture.pixels))
    darkest, paper = _levels(flat)
    if paper - darkest < _LEAST:
        return None
    levels = (np.arange(256) - darkest) * ((_WHITE - _INK) / (paper - darkest)) + _INK
    table = np.clip(levels, 0, 255).astype(np.uint8)
    return replace(picture, pixels=np.asarray(cv2.LUT(flat, table), np.uint8))


def _even(grey: Pixels) -> Pixels:
    """Divide uneven light away, which is no print; paper stays darker than white, so that nothing faint is lost."""
    ground = cv2.resize(paper_of(reduced(grey), _REACH), grey.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(grey, ground, scale=_EVEN), np.uint8)


def inverted(picture: Picture) -> Picture | None:
    """Return a page with a dark ground as light; None where the ground is light."""
    _, ground = _levels(picture.pixels)
    return replace(picture, pixels=np.asarray(cv2.bitwise_not(picture.pixels), np.uint8)) if ground < _DARK else None


def _levels(pixels: Pixels) -> list[float]:
    return percentiles(_grey(np.ascontiguousarray(pixels[::3, ::3])), (_DARKEST, _PAPER))


def _grey(pixels: Pixels) -> Pixels:
    return np.asarray(pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)

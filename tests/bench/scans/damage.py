"""What scanners, stamps, fax machines and telephones do to a page: RGB picture in, RGB picture out, by a seed."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

STAMP_INK = {"blue": (40, 60, 190), "red": (200, 40, 50), "purple": (110, 50, 150)}


def skewed(page: Pixels, degrees: float) -> Pixels:
    """Turn a page by a few degrees on white ground."""
    height, width = page.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return _bytes(cv2.warpAffine(page, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=(252, 252, 252)))


def noisy(page: Pixels, random: np.random.Generator, sigma: float) -> Pixels:
    """Add the grain of a scanner, and paper that is not quite white."""
    grain = random.normal(0, sigma, page.shape[:2])[..., None]
    return _bytes(np.clip(page * 0.96 + 4 + grain, 0, 255))


def jpeg(page: Pixels, quality: int) -> Pixels:
    """Pack as JPEG and unpack."""
    _, packed = cv2.imencode(".jpg", cv2.cvtColor(page, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
    read = cv2.imdecode(packed, cv2.IMREAD_COLOR)
    assert read is not None
    return _bytes(cv2.cvtColor(read, cv2.COLOR_BGR2RGB))


def worn(page: Pixels, random: np.random.Generator) -> Pixels:
    """Return a copy of a copy: pale, blurred, with letters that break, and grain."""
    soft = cv2.GaussianBlur(page, (0, 0), 1.6)
    pale = 255 - (255 - soft.astype(np.float32)) * 0.62
    blots = cv2.GaussianBlur(random.normal(0, 1, page.shape[:2]).astype(np.float32), (0, 0), 2.0)
    return noisy(_bytes(np.clip(pale + blots[..., None] * 70, 0, 255)), random, 9)


def speckled(page: Pixels, random: np.random.Generator) -> Pixels:
    """Scatter black specks of one to three pixels."""
    out = page.copy()
    height, width = page.shape[:2]
    for _ in range(height * width // 2500):
        x, y = int(random.integers(width)), int(random.integers(height))
        cv2.circle(out, (x, y), int(random.integers(0, 2)), (30, 30, 30), -1)
    return out


def fax(page: Pixels) -> Pixels:
    """Threshold a page as a fax machine does."""
    grey = cv2.GaussianBlur(cv2.cvtColor(page, cv2.COLOR_RGB2GRAY), (0, 0), 0.5)
    return _bytes(np.repeat(np.where(grey < 165, 0, 255)[..., None], 3, axis=2))


def photographed(page: Pixels, random: np.random.Generator) -> Pixels:
    """Return the page as a telephone sees it: aslant on a table, lit from one side, a little out of focus."""
    height, width = page.shape[:2]
    edge = 0.06
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    inward = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]], np.float32)
    moved = corners + inward * random.uniform(0.01, edge, (4, 2)) * np.array([width, height])
    lens = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    table = (105, 90, 75)
    seen = cv2.warpPerspective(page, lens, (width, height), flags=cv2.INTER_CUBIC, borderValue=table)
    across, down = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    angle = random.uniform(0, 2 * math.pi)
    light = 0.8 + 0.2 * (math.cos(angle) * (across - 0.5) + math.sin(angle) * (down - 0.5)) * 1.6
    return jpeg(noisy(_bytes(np.clip(cv2.GaussianBlur(seen, (0, 0), 1.0) * light[..., None], 0, 255)), random, 4), 75)


def stamped(page: Pixels, random: np.random.Generator, ink: str, solid: bool, dpi: int) -> Pixels:
    """Put a stamp with lettering over the text: a ring, or a frame filled by a tint."""
    height, width = page.shape[:2]
    stamp = np.full(page.shape, 255, np.uint8)
    colour = STAMP_INK[ink]
    radius = int(dpi * 0.75)
    centre = (int(random.uniform(0.4, 0.75) * width), int(random.uniform(0.25, 0.7) * height))
    thick = max(dpi // 60, 2)
    if solid:
        tint = tuple(int(150 + part * 0.4) for part in colour)
        corner, other = (centre[0] - radius, centre[1] - radius // 3), (centre[0] + radius, centre[1] + radius // 3)
        cv2.rectangle(stamp, corner, other, tint, -1)
        cv2.rectangle(stamp, corner, other, colour, thick)
    else:
        cv2.circle(stamp, centre, radius, colour, thick)
        cv2.circle(stamp, centre, int(radius * 0.7), colour, thick // 2)
    for row, word in enumerate(("RECEIVED", "24 SEP")):
        place = (centre[0] - int(radius * 0.6), centre[1] + int((row - 0.2) * dpi * 0.2))
        cv2.putText(stamp, word, place, cv2.FONT_HERSHEY_DUPLEX, dpi / 200, colour, thick, cv2.LINE_AA)
    turn = cv2.getRotationMatrix2D(centre, float(random.uniform(-20, 20)), 1.0)
    stamp = _bytes(cv2.warpAffine(stamp, turn, (width, height), borderValue=(255, 255, 255)))
    return _bytes(page.astype(np.uint16) * stamp // 255)


def signed(page: Pixels, random: np.random.Generator, dpi: int) -> Pixels:
    """Scrawl a blue signature across the lower half of the text."""
    out = page.copy()
    height, width = page.shape[:2]
    steps = np.linspace(0, 1, 400)
    x = width * 0.45 + steps * dpi * 1.6 + np.cos(steps * 38) * dpi * 0.12
    y = height * random.uniform(0.55, 0.8) + np.sin(steps * 31 + random.uniform(0, 6)) * dpi * 0.22 * (1.1 - steps)
    line = np.stack([x, y], axis=1).astype(np.int32)
    cv2.polylines(out, [line], False, (30, 40, 140), max(dpi // 100, 1), cv2.LINE_AA)
    return out


def _bytes(page: NDArray[np.generic]) -> Pixels:
    return np.ascontiguousarray(page.astype(np.uint8))

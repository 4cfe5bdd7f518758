"""What printing, stamping, scanning, faxing and photographing do to a line.

Everything works on a grey picture (float, 0 ink .. 255 paper) at the scan's resolution; `body` is the height of a
letter without marks in its pixels.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.floating[Any]]
Random = np.random.Generator

cv2.setNumThreads(1)


def thicker_or_thinner(ink: NDArray[np.uint8], body: float, random: Random) -> NDArray[np.uint8]:
    """Starved or spread ink."""
    kind = random.random()
    if kind < 0.12 and body > 13:
        return np.asarray(cv2.erode(ink, _small(random, (2, 1), (1, 2))), np.uint8)
    if kind < 0.26:
        kernel = _small(random, (2, 1), (1, 2)) if body <= 14 or random.random() < 0.5 else np.ones((2, 2), np.uint8)
        return np.asarray(cv2.dilate(ink, kernel), np.uint8)
    return ink


def printed(ink: NDArray[np.uint8], random: Random) -> tuple[Grey, float, float]:
    """Ink on paper: (grey picture, grey of ink, grey of paper); sometimes the ink is uneven."""
    black = random.uniform(0, 90) if random.random() < 0.8 else random.uniform(90, 150)
    paper = random.uniform(205, 255)
    share = ink.astype(np.float32) / 255
    if random.random() < 0.12:
        height, width = ink.shape
        patches = random.random((4, max(2, width // 12))).astype(np.float32)
        share *= np.clip(0.35 + 1.3 * cv2.resize(patches, (width, height), interpolation=cv2.INTER_CUBIC), 0, 1)
    return paper + (black - paper) * share, black, paper


def stamped(grey: Grey, body: float, middle: float, random: Random, strong: bool = False) -> Grey:
    """Strokes of stamps and pens that the page work left as grey shadows; `strong` ones are as dark as ink."""
    height, width = grey.shape
    layer = np.zeros((height, width), np.uint8)
    for _ in range(int(random.integers(1, 4))):
        thick = max(1, int(body * random.uniform(0.06, 0.35)))
        if random.random() < 0.55:
            centre = (int(random.uniform(0, width)), int(middle + random.uniform(-8, 8) * body))
            cv2.circle(layer, centre, int(body * random.uniform(2, 9)), 255, thick, cv2.LINE_AA)
        else:
            at = np.linspace(0, 1, 24)
            x = random.uniform(0, width) + at * body * random.uniform(2, 8)
            wave = np.sin(at * random.uniform(3, 25) + random.uniform(0, 6))
            y = middle + body * random.uniform(-1, 1) + body * random.uniform(0.3, 1.5) * wave
            cv2.polylines(layer, [np.stack([x, y], 1).astype(np.int32)], False, 255, thick, cv2.LINE_AA)
    share = random.uniform(0.6, 0.95) if strong else random.uniform(0.1, 0.6)
    return np.asarray(grey * (1 - layer.astype(np.float32) / 255 * share))


def lit(grey: Grey, random: Random) -> Grey:
    """Uneven light from one side."""
    width = grey.shape[1]
    slope = np.linspace(0, 1, width, dtype=np.float32)[:: 1 if random.random() < 0.5 else -1]
    return np.asarray(grey * (1 - random.uniform(0, 0.25) * slope))


def blurred(grey: Grey, body: float, random: Random) -> Grey:
    """The blur of a scanner's glass, or of a camera out of focus."""
    width = random.uniform(0.25, 1.05) if random.random() < 0.75 else random.uniform(0.8, 1.6)
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), max(0.2, width * body / 15)))


def noisy(grey: Grey, random: Random) -> Grey:
    """Grain of the sensor, sometimes coarse."""
    grain = random.normal(0, random.uniform(1, 16), grey.shape).astype(np.float32)
    if random.random() < 0.4:
        grain = cv2.GaussianBlur(grain, (0, 0), 0.6) * 1.5
    return np.asarray(grey + grain)


def specked(grey: Grey, body: float, random: Random) -> Grey:
    """Dust: small dark or light dots."""
    height, width = grey.shape
    out = np.ascontiguousarray(grey, np.float32)
    for _ in range(int(random.integers(1, 7))):
        centre = (int(random.random() * width), int(random.random() * height))
        radius = int(max(1, random.uniform(0.03, 0.14) * body))
        cv2.circle(out, centre, radius, float(random.uniform(20, 150) if random.random() < 0.8 else 250), -1)
    return out


def through_jpeg(grey: NDArray[np.uint8], random: Random) -> NDArray[np.uint8]:
    """Saved as JPEG."""
    _, packed = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(22, 90))])
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.uint8)


def thresholded(grey: NDArray[np.uint8], paper: float, random: Random) -> NDArray[np.uint8]:
    """Sent by fax, or scanned as black and white."""
    return np.where(grey > paper * random.uniform(0.55, 0.8), 255, 0).astype(np.uint8)


def masked(grey: NDArray[np.uint8], body: float, random: Random) -> NDArray[np.uint8]:
    """A corner that line cutting has wiped because it held ink of a neighbour."""
    height, width = grey.shape
    x, y = int(random.random() * width), 0 if random.random() < 0.5 else int(height * 0.86)
    out = grey.copy()
    out[y : y + int(height * 0.12), x : x + int(body * random.uniform(0.5, 3))] = int(np.percentile(grey, 85))
    return out


def ruled(grey: Grey, black: float, body: float, random: Random) -> Grey:
    """Remains of table rules at the ends of a cell, or above and below its text."""
    height, width = grey.shape
    out = np.ascontiguousarray(grey, np.float32)
    thick = max(1, int(body * 0.07))
    if random.random() < 0.6:
        x = (
            int(random.uniform(0, 0.3 * body))
            if random.random() < 0.5
            else width - 1 - int(random.uniform(0, 0.3 * body))
        )
        cv2.line(out, (x, 0), (x, height), black, thick)
    else:
        y = int(random.uniform(0, 0.12) * height) if random.random() < 0.5 else int(random.uniform(0.88, 1) * height)
        cv2.line(out, (0, y), (width, y), black, thick)
    return out


def underlined(ink: NDArray[np.uint8], body: float, middle: float, slope: float, random: Random) -> NDArray[np.uint8]:
    """A line under the text."""
    out = ink.copy()
    y, width = int(middle + body * random.uniform(0.62, 0.95)), ink.shape[1]
    cv2.line(out, (0, y), (width, y + int(slope * width)), 255, max(1, int(body * random.uniform(0.04, 0.09))))
    return out


def _small(random: Random, *shapes: tuple[int, int]) -> NDArray[np.uint8]:
    return np.ones(shapes[int(random.integers(len(shapes)))], np.uint8)

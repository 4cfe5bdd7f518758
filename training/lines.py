"""Make line pictures with their texts, as shards on disk.

    python -m training.lines train|held-out FACES FOLDER SEED LINES SHARDS

A shard is an .npz file: `pixels` (sum of widths, 48) bytes, 0 paper .. 255 ink; `widths`; `symbols` (all texts, one
after the other, as indices of the alphabet); `lengths`. Same seed, same faces: same bytes.
"""

from __future__ import annotations

import random as plain_random
import sys
import time
from itertools import accumulate
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from training import degrade
from training.alphabet import encode
from training.faces import faces
from training.render import Typeface
from training.text import Writer

# Geometry of a line picture. Stacked marks reach 1.6 bodies above the body's middle, tails 1.07 below.
HEIGHT = 48
BODY = 18.0
ABOVE = 28.8  # rows from the top to the middle of the body
STRIDE = 4  # columns a step of the network's output
_WIDEST = 1500  # columns; longer lines are read in overlapping pieces
_JUNK = 0.025  # share of pictures without text: remains of stamps and signatures, to be read as nothing


class Maker:
    """Makes damaged line pictures from one seed."""

    def __init__(self, folder: Path, held_out: bool, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self._plain = plain_random.Random(seed)
        self._writer = Writer(seed + 7)
        self._faces: list[Typeface] = []
        weights = []
        for face in faces(folder, held_out):
            self._faces.append(Typeface(face.path))
            weights.append(face.weight)
        self._weights = list(accumulate(weights))

    def line(self, clean: bool) -> tuple[NDArray[np.uint8], list[int]]:
        """One picture (48, width) and its symbols; `clean` pictures are for the first steps of learning."""
        while True:
            if not clean and self.random.random() < _JUNK:
                return self._junk(), []
            made = self._try(clean)
            if made is not None:
                return made

    def _try(self, clean: bool) -> tuple[NDArray[np.uint8], list[int]] | None:
        face = self._plain.choices(self._faces, cum_weights=self._weights)[0]
        text = self._writer.line()
        symbols = encode(text)
        if not symbols or not face.can_set(text):
            return None
        body = float(self.random.uniform(14, 25) if clean else np.exp(self.random.uniform(np.log(9), np.log(26))))
        ink, middle = self._set(face, text, body, clean)
        grey = (255.0 - ink).astype(np.uint8) if clean else self._damaged(face, ink, body, middle)
        picture = self._scaled(grey, body, middle)
        fits = picture is not None and picture.shape[1] / STRIDE >= len(symbols) * 1.12 + 2
        return (picture, symbols) if picture is not None and fits else None

    def _set(self, face: Typeface, text: str, body: float, clean: bool) -> tuple[NDArray[np.uint8], float]:
        """Set, stretched, slanted and skewed, with remains of the lines above and below: (ink, middle row)."""
        r = self.random
        large, row, true = face.ink(text, body * (2 if body < 20 else 1.5))
        scale = body / true
        across = scale * (r.uniform(0.82, 1.15) if r.random() < 0.3 else 1.0)
        slant = r.normal(0, 0.05) if r.random() < 0.12 else 0.0
        left, right = r.uniform(0.2, 2.5, 2) * body
        width, height, middle = int(large.shape[1] * across + left + right) + 2, int(3.8 * body) + 2, 2.2 * body
        slope = np.tan(np.deg2rad(r.normal(0, 0.35))) if r.random() < 0.4 else 0.0
        if abs(slope) * width * 0.5 > 0.25 * body:
            slope *= 0.25 * body / (abs(slope) * width * 0.5)
        if scale < 0.8:
            large = cv2.blur(large, (2, 2)) if scale > 0.55 else cv2.GaussianBlur(large, (0, 0), 0.35 / scale)
        shift = r.uniform(-0.5, 0.5, 2)
        matrix = np.array(
            [
                [across, -slant * scale, left + shift[0] + slant * scale * row],
                [slope * across, scale, middle + shift[1] - scale * row - slope * across * width / 2],
            ]
        )
        ink = np.asarray(cv2.warpAffine(large, matrix, (width, height), flags=cv2.INTER_LINEAR), np.uint8)
        if not clean and r.random() < 0.10:
            ink = degrade.underlined(ink, body, middle, float(slope), r)
        if r.random() < 0.22:
            ink = self._with_neighbour(face, ink, body, middle)
        return ink, middle

    def _with_neighbour(self, face: Typeface, ink: NDArray[np.uint8], body: float, middle: float) -> Any:
        text = self._writer.line()[:60]
        if not face.can_set(text):
            return ink
        other, row, _ = face.ink(text, body)
        below = self.random.random() < 0.5
        y = int(middle + body * (self.random.uniform(2.15, 2.9) if below else -self.random.uniform(2.3, 3.2)) - row)
        x = int(self.random.uniform(-0.2, 0.8) * ink.shape[1])
        (height, width), (tall, wide) = ink.shape, other.shape
        y0, y1, x0, x1 = max(0, y), min(height, y + tall), max(0, x), min(width, x + wide)
        out = ink.copy()
        if y1 > y0 and x1 > x0:
            out[y0:y1, x0:x1] = np.maximum(out[y0:y1, x0:x1], other[y0 - y : y1 - y, x0 - x : x1 - x])
        return out

    def _damaged(self, face: Typeface, ink: NDArray[np.uint8], body: float, middle: float) -> NDArray[np.uint8]:
        r = self.random
        grey, black, paper = degrade.printed(degrade.thicker_or_thinner(ink, body, r), r)
        if r.random() < 0.12:
            grey = degrade.stamped(grey, body, middle, r, strong=r.random() < 0.15)
        if r.random() < 0.06:
            grey = degrade.ruled(grey, black, body, r)
        if r.random() < 0.35:
            grey = degrade.lit(grey, r)
        grey = degrade.blurred(grey, body, r)
        if r.random() < 0.8:
            grey = degrade.noisy(grey, r)
        if r.random() < 0.15:
            grey = degrade.specked(grey, body, r)
        out = np.clip(grey, 0, 255).astype(np.uint8)
        if r.random() < 0.55:
            out = degrade.through_jpeg(out, r)
        if r.random() < 0.13:
            out = degrade.thresholded(out, paper, r)
        return degrade.masked(out, body, r) if r.random() < 0.10 else out

    def _junk(self) -> NDArray[np.uint8]:
        """Strokes of a stamp or a signature, or nothing at all."""
        r = self.random
        body = float(r.uniform(10, 24))
        paper = float(r.uniform(205, 255))
        grey: Any = np.full((int(3.8 * body), int(body * r.uniform(2, 25))), paper, np.float32)
        if r.random() < 0.85:
            grey = degrade.stamped(grey, body, 2.2 * body, r, strong=r.random() < 0.7)
        grey = degrade.noisy(degrade.blurred(grey, body, r), r)
        grey = degrade.specked(grey, body, r) if r.random() < 0.3 else grey
        out = np.clip(grey, 0, 255).astype(np.uint8)
        picture = self._scaled(degrade.through_jpeg(out, r) if r.random() < 0.5 else out, body, 2.2 * body)
        return self._junk() if picture is None else picture

    def _scaled(self, grey: NDArray[np.uint8], body: float, middle: float) -> NDArray[np.uint8] | None:
        """Bring a line to the geometry of the network, as inexactly as line cutting will."""
        r = self.random
        scale = BODY / body * r.uniform(0.87, 1.12)
        width = int(grey.shape[1] * scale)
        if not 16 <= width <= _WIDEST:
            return None
        row = middle + r.normal(0, 0.09) * body
        if scale < 0.8:
            grey = np.asarray(cv2.GaussianBlur(grey, (0, 0), 0.4 / scale), np.uint8)
        matrix = np.array([[scale, 0, 0], [0, scale, ABOVE - scale * row]])
        how = cv2.INTER_LINEAR if scale < 1 else cv2.INTER_CUBIC
        return normalised(cv2.warpAffine(grey, matrix, (width, HEIGHT), flags=how, borderMode=cv2.BORDER_REPLICATE))


def normalised(grey: Any) -> NDArray[np.uint8]:
    """Stretch contrast: 0 paper .. 255 ink; at least 50 grey levels make the range, so that paper stays paper."""
    values = grey.astype(np.float32)
    ink, paper = np.percentile(values[:, ::2], (1.5, 80))
    return np.asarray(np.clip((paper - values) * (255 / max(paper - ink, 50.0)), 0, 255).astype(np.uint8))


def write_shard(path: Path, maker: Maker, count: int, clean: bool) -> None:
    """Write one shard whole or not at all."""
    pictures, texts = zip(*(maker.line(clean and maker.random.random() < 0.6) for _ in range(count)), strict=True)
    temporary = path.with_suffix(".part.npz")
    np.savez(
        temporary,
        pixels=np.concatenate([picture.T for picture in pictures]),
        widths=np.array([picture.shape[1] for picture in pictures], np.int32),
        symbols=np.concatenate([np.array(text, np.uint8) for text in texts]),
        lengths=np.array([len(text) for text in texts], np.int32),
    )
    temporary.replace(path)


def main(kind: str, folder: str, out: str, seed: str, lines: str, shards: str) -> None:
    """Write shards one after the other, drawn from one seed."""
    place = Path(out)
    place.mkdir(parents=True, exist_ok=True)
    maker = Maker(Path(folder), kind == "held-out", int(seed))
    started = time.monotonic()
    for number in range(int(shards)):
        path = place / f"{int(seed):04d}-{number:04d}.npz"
        write_shard(path, maker, int(lines), clean=kind == "train" and number < 2)
        print(path.name, f"{(number + 1) * int(lines) / (time.monotonic() - started):.0f} lines/s", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

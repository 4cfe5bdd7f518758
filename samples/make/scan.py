"""Makes scans of pages: rendered, stamped, fed a little askew, and saved as offices' scanners and faxes save them.

Every draw has a fixed seed: the same page gives the same pixels.
"""

from __future__ import annotations

import io
import time
from collections.abc import Sequence

import numpy as np
import pypdfium2
from PIL import Image, ImageDraw, ImageFilter

DPI = 200
_BLUE = (46, 68, 168)


def stamped_scan(pdf: bytes, skew: float, quality: int = 32) -> bytes:
    """A PDF of pictures alone: each page askew by `skew` degrees in turns, noisy, a blue stamp on its text, as JPEG."""
    pages = []
    for number, page in enumerate(_rendered(pdf)):
        width, height = page.size
        stamped = _with_stamp(page, (width * 0.62, height * (0.44 + 0.1 * number)), width * 0.11)
        turned = stamped.rotate(skew * (-1) ** number, Image.Resampling.BICUBIC, fillcolor=(250, 249, 246))
        pages.append(_noisy(turned.filter(ImageFilter.GaussianBlur(0.6)), number))
    target = io.BytesIO()
    first, *more = pages
    moment = time.struct_time((2025, 1, 1, 0, 0, 0, 2, 1, 0))  # Pillow writes a time into a PDF
    first.save(
        target,
        "PDF",
        save_all=True,
        append_images=more,
        resolution=DPI,
        quality=quality,
        creationDate=moment,
        modDate=moment,
    )
    return target.getvalue()


def fax(pdf: bytes, skew: float) -> bytes:
    """A TIFF of black and white pages (CCITT group 4), a little askew, with specks."""
    pages = []
    for number, page in enumerate(_rendered(pdf)):
        grey = page.convert("L").rotate(skew, Image.Resampling.BICUBIC, fillcolor=255)
        noisy = np.asarray(_noisy(grey.filter(ImageFilter.GaussianBlur(0.5)), 20 + number))
        dark = noisy < 150
        random = np.random.default_rng(40 + number)
        dark |= random.random(dark.shape) < 0.0002
        pages.append(Image.fromarray(~dark))
    target = io.BytesIO()
    first, *more = pages
    first.save(target, "TIFF", save_all=True, append_images=more, compression="group4", dpi=(DPI, DPI))
    return target.getvalue()


def _rendered(pdf: bytes) -> Sequence[Image.Image]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.render(scale=DPI / 72).to_pil().convert("RGB") for page in document]
    finally:
        document.close()


def _with_stamp(page: Image.Image, centre: tuple[float, float], radius: float) -> Image.Image:
    """A ring with a band across, its ink as wet as stamps are: print shows through it."""
    layer = Image.new("L", page.size, 0)
    draw = ImageDraw.Draw(layer)
    x, y = centre
    for size, thick in ((1.0, 5), (0.72, 3)):
        reach = radius * size
        draw.ellipse((x - reach, y - reach, x + reach, y + reach), outline=200, width=thick)
    draw.rectangle((x - radius * 0.9, y - radius * 0.16, x + radius * 0.9, y + radius * 0.16), outline=200, width=4)
    share = np.asarray(layer.filter(ImageFilter.GaussianBlur(1)), np.float32)[:, :, None] / 255
    paper = np.asarray(page, np.float32)
    mixed = paper * (1 - share) + np.minimum(paper, np.array(_BLUE, np.float32)) * share
    return Image.fromarray(mixed.astype(np.uint8))


def _noisy(page: Image.Image, seed: int) -> Image.Image:
    pixels = np.asarray(page, np.float32)
    grain = np.random.default_rng(seed).normal(0, 2.5, pixels.shape[:2]).astype(np.float32)
    noisy = pixels + (grain if pixels.ndim == 2 else grain[:, :, None])
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))

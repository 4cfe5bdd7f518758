"""Pictures of pages for tests: a sample's first page as a scanner would give it, and files made of pictures."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image

SAMPLES = Path(__file__).parent.parent.parent / "samples"
DPI = 200


@cache
def page(name: str = "canal.pdf") -> Image.Image:
    """Render the first page of a sample at 200 dpi, grey."""
    document = pypdfium2.PdfDocument(SAMPLES / name)
    opened = document[0]
    bitmap = opened.render(scale=DPI / 72, grayscale=True)
    picture = Image.fromarray(bitmap.to_numpy()[:, :].copy().squeeze())
    bitmap.close()
    opened.close()
    document.close()
    return picture


@cache
def strip() -> Image.Image:
    """Return the top of that page: some lines, read in a moment."""
    whole = page()
    return whole.crop((0, 0, whole.width, whole.height // 5))


def saved(picture: Image.Image, format_name: str, **options: Any) -> bytes:
    """Write a picture into bytes."""
    stream = io.BytesIO()
    picture.save(stream, format_name, **options)
    return stream.getvalue()


def tiff(pictures: list[Image.Image], **options: Any) -> bytes:
    """Write pictures as the pages of one TIFF."""
    return saved(pictures[0], "TIFF", save_all=True, append_images=pictures[1:], **options)


def pdf_of(width: int, height: int, pixels: bytes, rotate: int = 0) -> bytes:
    """Write a PDF with one page, A4 as the picture lies, filled by one bilevel picture, whatever its data."""
    across, down = (842, 595) if width > height else (595, 842)
    content = b"q %d 0 0 %d 0 0 cm /I Do Q" % (across, down)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Rotate %d/Resources<</XObject<</I 4 0 R>>>>/Contents 5 0 R>>"
        % (across, down, rotate),
        b"<</Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 1/ColorSpace/DeviceGray/Filter/FlateDecode"
        b"/Length %d>>\nstream\n%s\nendstream" % (width, height, len(pixels), pixels),
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content),
    ]
    data = b"%PDF-1.5\n"
    for number, item in enumerate(objects, 1):
        data += b"%d 0 obj\n%s\nendobj\n" % (number, item)
    return data + b"trailer<</Root 1 0 R/Size 6>>\n%%EOF\n"

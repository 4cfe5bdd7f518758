"""Pictures: nothing here reads them, but a broken one is told from one that needs OCR."""

from __future__ import annotations

import io
import logging
import warnings

from raingan.records import Document, InputError, Kind, Limits, Page, PageState, Source

READER = "image/1"

# What Pillow has to say of a damaged picture is said by the file's state, not on the user's terminal.
logging.getLogger("PIL").addHandler(logging.NullHandler())

_FORMATS = ("PNG", "JPEG", "TIFF", "GIF", "BMP", "DIB", "WEBP")


def read_image(source: Source, limits: Limits) -> Document:
    """Check the header of a picture and return one page that needs OCR; pixels are not decoded."""
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a large scan is no bomb; Pillow raises for what is twice as large
            with Image.open(io.BytesIO(source.data), formats=_FORMATS) as picture:
                if min(picture.size) < 1:
                    raise InputError("broken-file", error="a picture without pixels")
    except Image.DecompressionBombError as error:
        raise InputError("too-large", what="pixels", size="?", limit=2 * (Image.MAX_IMAGE_PIXELS or 0)) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, TypeError, KeyError, OverflowError) as error:
        raise InputError("broken-file", error=_say(error)) from error
    page = Page(1, (), PageState.NEEDS_OCR, reason="picture")
    return Document(kind=Kind.IMAGE, reader=READER, pages=(page,))


def _say(error: Exception) -> str:
    # Pillow names its own buffer, which says nothing to the owner of the file.
    return "the picture cannot be opened" if "BytesIO" in str(error) else str(error)[:200] or type(error).__name__

"""Pages for people to look at: how large they are, which way up they lie, and a picture of each.

Everything is as the reader saw it, so that the boxes of the records lie where they belong: a PDF's page as shown (its
rotation and crop box applied, and turned once more where its type is), a picture as decoded (upright as its EXIF says).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from extract.intake import triage
from extract.reading.pace import begin_page
from extract.reading.pdf.layer import drawn_objects
from extract.reading.pdf.pictures import TooManyPixels, check_pictures
from extract.reading.pdf.read import is_pictured, turn_read
from extract.reading.pdf.read import opened as opened_pdf
from extract.reading.scan.image_file import DAMAGED, SINGLE, TooLarge, decoded, make_room, plain
from extract.reading.scan.image_file import opened as opened_image
from raingan.model.errors import InputError
from raingan.model.records import Kind, Limits, Source

_POINTS = 72.0
_SKETCH = 1_200  # pixels of the longer side of a page looked at to tell which way up it lies
_SMALLEST = 12  # pixels; less shows no line
_QUALITY = 85  # of a JPEG: letters of 8 points stay clear
_PACKED = 3  # of a PNG: more costs time and gains nothing on this computer
_GREYS = 16  # of drawn print, which a PNG holds in half the room; nobody sees more
PAGED = frozenset((Kind.PDF, Kind.IMAGE))
"""Kinds of files whose pages have pictures."""


@dataclass(frozen=True, slots=True)
class PageShape:
    """A page as shown."""

    number: int  # from 1
    width: float  # points
    height: float
    turned: int = 0  # degrees clockwise by which it has to be turned to be read


def kind_of(source: Source) -> Kind:
    """Return what a file is."""
    return triage.look(source).kind


def page_shapes(source: Source, limits: Limits, numbers: Sequence[int], pictured: bool) -> list[PageShape]:
    """Return the shapes of some pages; of `pictured` ones it is found out which way up they lie.

    A page that cannot be opened is left out. Raise `InputError` where none can.
    """
    with opened_pdf(source) if kind_of(source) is Kind.PDF else opened_image(source) as opened:
        shapes: list[PageShape] = []
        failed: InputError | None = None
        for number in numbers:
            begin_page(number)
            try:
                if kind_of(source) is Kind.PDF:
                    shapes.append(_shape_in_pdf(opened, number, limits, pictured))
                else:
                    shapes.append(_shape_in_image(opened, number, source.data, limits))
            except InputError as error:
                failed = failed or error
    if failed is not None and not shapes:
        raise failed
    return shapes


def draw(source: Source, limits: Limits, number: int, width: int) -> tuple[bytes, str, tuple[int, int]]:
    """Return a page's picture, about `width` pixels wide, its media type, and its width and height in pixels.

    Raise `InputError` where that cannot be done.
    """
    if kind_of(source) is Kind.PDF:
        with opened_pdf(source) as document:
            frame, drawn = _drawn_pdf(document, number, limits, width)
    else:
        with opened_image(source) as image:
            frame, drawn = _drawn_image(image, number, source.data, limits, width), False
    stream = io.BytesIO()
    if drawn:
        _in_few_greys(frame).save(stream, "PNG", compress_level=_PACKED, bits=4)
    else:
        frame.save(stream, "JPEG", quality=_QUALITY)
    return stream.getvalue(), "image/png" if drawn else "image/jpeg", frame.size


def _in_few_greys(frame: Any) -> Any:
    few = frame.point([value * _GREYS // 256 for value in range(256)]).convert("P")
    few.putpalette([value * 255 // (_GREYS - 1) for value in range(_GREYS) for _ in range(3)])
    return few


def _shape_in_pdf(document: Any, number: int, limits: Limits, pictured: bool) -> PageShape:
    page = _page(document, number)
    try:
        width, height = page.get_size()
        if pictured and is_pictured(page.raw, number, limits):
            scale = _SKETCH / max(width, height, 1.0)
            return PageShape(number, width, height, _turn_of(_rendered(page, scale, limits)))
        if _quarters(page, number, limits) % 2:
            width, height = height, width
        return PageShape(number, width, height)
    finally:
        page.close()


def _shape_in_image(image: Any, number: int, data: bytes, limits: Limits) -> PageShape:
    try:
        _seek(image, number)
        picture = decoded(image, data, limits)
    except TooLarge as error:
        raise InputError("too-large", what="pixels", size=error.size, limit=limits.picture_bytes) from error
    except DAMAGED as error:
        raise InputError("page-failed", error=type(error).__name__) from error
    height, width = picture.pixels.shape[:2]
    if picture.dpi is None:  # then the letters tell, as they did when it was read
        from extract.reading.scan.straighten import straighten

        straight = straighten(picture)
        points, turned = _POINTS / straight.dpi, straight.turned
    else:
        points, turned = _POINTS / picture.dpi, _turn_of(picture.pixels)
    return PageShape(number, width * points, height * points, turned)


def _turn_of(pixels: Any) -> int:
    from extract.reading.scan.straighten import find_turn

    return find_turn(pixels) if min(pixels.shape[:2]) >= _SMALLEST else 0


def _page(document: Any, number: int) -> Any:
    import pypdfium2

    try:
        if number < 1:
            raise IndexError("pages count from 1")
        return document[number - 1]
    except (pypdfium2.PdfiumError, IndexError) as error:
        raise InputError("page-failed", error=str(error)) from error


def _quarters(page: Any, number: int, limits: Limits) -> int:
    try:
        return turn_read(page.raw, number, limits)
    except ValueError:  # a page whose text cannot be loaded was not read, and is drawn as it is
        return 0


def _drawn_pdf(document: Any, number: int, limits: Limits, width: int) -> tuple[Any, bool]:
    """Return a page's picture, and whether it is print drawn in black, without pictures."""
    from PIL import Image

    page = _page(document, number)
    try:
        across, down = page.get_size()
        if not (across > 0 and down > 0):
            raise InputError("page-failed", error="a page without a size")
        quarters = _quarters(page, number, limits)
        pixels = _rendered(page, width / (down if quarters % 2 else across), limits, quarters)
    finally:
        page.close()
    return Image.fromarray(pixels), pixels.ndim == 2 and _is_print(pixels)


def _rendered(page: Any, scale: float, limits: Limits, quarters: int = 0) -> Any:
    """Render a page, turned clockwise by right angles, to (height, width) grey or (height, width, 3) RGB."""
    from extract.reading.pdf.pictures import without_needless_colour

    try:
        check_pictures(page.raw, drawn_objects(page.raw, limits.page_objects), limits)
    except TooManyPixels as error:
        raise InputError("too-large", what="pixels", size=error.size, limit=limits.picture_bytes) from error
    width, height = page.get_size()
    scale = min(scale, (limits.page_pixels / max(width * height, 1.0)) ** 0.5)
    bitmap = page.render(scale=scale, rotation=90 * quarters, rev_byteorder=True, may_draw_forms=True)
    try:
        return without_needless_colour(bitmap.to_numpy())
    finally:
        bitmap.close()


def _is_print(pixels: Any) -> bool:
    """Say whether a grey picture is mostly bare paper: drawn letters, no photo of them."""
    return bool((pixels[::7] == 255).mean() > _BARE)


_BARE = 0.7  # of a page; a full page of print leaves 85 % white


def _drawn_image(image: Any, number: int, data: bytes, limits: Limits, width: int) -> Any:
    from PIL import ImageOps

    try:
        _seek(image, number)
        make_room(image, data, limits)
        if image.format in ("JPEG", "MPO") and image.size[0] > 2 * width:
            image.draft(None, (width, max(image.size[1] * width // image.size[0], 1)))
        image.load()
        frame = ImageOps.exif_transpose(image) if image.format in ("JPEG", "MPO", "TIFF", "PNG", "WEBP") else image
        frame = plain(frame)
        if frame.size[0] > width:
            frame = frame.resize((width, max(round(frame.size[1] * width / frame.size[0]), 1)), reducing_gap=2.0)
        return frame
    except TooLarge as error:
        raise InputError("too-large", what="pixels", size=error.size, limit=limits.picture_bytes) from error
    except DAMAGED as error:
        raise InputError("page-failed", error=type(error).__name__) from error


def _seek(image: Any, number: int) -> None:
    if image.format not in SINGLE:
        image.seek(number - 1)
    elif number != 1:
        raise InputError("page-failed", error="no such page")

"""Pictures as files: TIFF with its pages, PNG, JPEG, GIF, BMP and WebP, decoded one page at a time.

A header says how much there is to decode before anything is: what would not fit into memory is refused, or decoded
smaller where the format can do that (JPEG).
"""

from __future__ import annotations

import dataclasses
import io
import logging
import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from extract.page.carried import with_tables_carried
from extract.page.margins import split_margins
from extract.reading.ahead import PageRead, pages_in_turn
from extract.reading.scan.engines import EngineMaker, problems_of, read_page
from extract.reading.scan.jpeg import needs_all_at_once
from raingan.model.errors import InputError
from raingan.model.records import Document, Kind, Limits, Page, PageState, Problem, Source

if TYPE_CHECKING:
    from extract.reading.scan.handover import Picture

READER = "image/2"

# What Pillow has to say of a damaged picture is said by the file's state, not on the user's terminal.
logging.getLogger("PIL").addHandler(logging.NullHandler())

_FORMATS = ("PNG", "JPEG", "TIFF", "GIF", "BMP", "DIB", "WEBP")
# What follows the first frame is a preview, a depth map, an animation; going from one to the next of an animation
# decodes them all, before any size could be judged.
SINGLE = frozenset({"JPEG", "MPO", "PNG", "GIF", "WEBP"})
# Everything that Pillow raises for files that are not what they say.
DAMAGED = (OSError, SyntaxError, ValueError, TypeError, KeyError, OverflowError, IndexError, EOFError)
_LEAST_DPI, _MOST_DPI = 50.0, 1300.0  # others are mistakes: cameras write 72 or 1, some programs 0


def read_image(source: Source, limits: Limits, engine: EngineMaker | None = None) -> Document:
    """Read every page of a picture file; without an engine its pages are left unread.

    Raise `InputError` where nothing can be decoded: no picture, or more than the limits allow.
    """
    pages: list[Page] = []
    problems: list[Problem] = []
    first: Problem | None = None  # for which its first page was not read
    with opened(source) as image:
        for read in pages_in_turn(
            _count(image, limits), lambda number, _: _read_frame(image, number, source.data, limits, engine)
        ):
            pages.append(read.page)
            first = first or (read.problem if read.page.number == 1 else None)
            problems += [read.problem] if read.problem is not None else problems_of(read.page)
    if first is not None and len(pages) == 1:
        raise InputError(first.code, **_told(first))
    bodies = split_margins([(page.lines, page.level[1] if page.level else page.height) for page in pages])
    return Document(
        Kind.IMAGE,
        READER,
        with_tables_carried(
            dataclasses.replace(page, lines=body, margins=(*margins, *page.margins))
            for page, (body, margins) in zip(pages, bodies, strict=True)
        ),
        tuple(problems),
    )


def _told(problem: Problem) -> dict[str, str | int]:
    return {**problem.values, "page": problem.page or 1}


@contextmanager
def opened(source: Source) -> Iterator[Any]:
    """Open a picture without decoding it; what Pillow calls a bomb is judged here, by what it takes to decode."""
    from PIL import Image, UnidentifiedImageError

    most = Image.MAX_IMAGE_PIXELS
    Image.MAX_IMAGE_PIXELS = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                image = Image.open(io.BytesIO(source.data), formats=_FORMATS)
            except (UnidentifiedImageError, *DAMAGED) as error:
                raise InputError("broken-file", error=_say(error)) from error
            with image:
                if min(image.size) < 1:
                    raise InputError("broken-file", error="a picture without pixels")
                yield image
    finally:
        Image.MAX_IMAGE_PIXELS = most


def _count(image: Any, limits: Limits) -> int:
    """Count the frames by walking from header to header; a chain that breaks ends there."""
    if image.format in SINGLE:
        return 1
    count = 1
    while count <= limits.frames:
        try:
            image.seek(count)
        except DAMAGED:
            return count
        count += 1
    raise InputError("too-large", what="frames", size=f"> {limits.frames}", limit=limits.frames)


def _read_frame(image: Any, number: int, data: bytes, limits: Limits, engine: EngineMaker | None) -> PageRead:
    failed = Page(number, (), PageState.NEEDS_OCR, "page-failed")
    try:
        if image.format not in SINGLE:
            image.seek(number - 1)
        if engine is None:
            return PageRead(Page(number, (), PageState.NEEDS_OCR, "picture"))
        picture = decoded(image, data, limits)
        if image.format in SINGLE:
            image.close()  # its pixels are not needed twice while the page is read
    except TooLarge as error:
        values = {"what": "pixels", "size": error.size, "limit": str(limits.picture_bytes)}
        return PageRead(failed, Problem("too-large", number, values))
    except DAMAGED as error:
        code = "broken-file" if number == 1 and image.format in SINGLE else "page-failed"
        return PageRead(failed, Problem(code, number, {"error": _say(error)}))
    return PageRead(read_page(picture, number, engine))


class TooLarge(Exception):
    """A picture that would take too much memory to decode."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__(width, height)
        self.size = f"{width} x {height}"


def decoded(image: Any, data: bytes, limits: Limits) -> Picture:
    """Decode the frame that an image stands at: upright as its EXIF says, transparent places white."""
    import numpy as np
    from PIL import ImageOps

    from extract.reading.scan.handover import Picture

    dpi = dpi_of(image)
    before = image.size
    make_room(image, data, limits)
    image.load()
    frame = ImageOps.exif_transpose(image) if image.format in ("JPEG", "MPO", "TIFF", "PNG", "WEBP") else image
    frame = _square(plain(frame), image, limits)
    factor = _factor(frame.size, dpi and dpi * image.size[0] / before[0], limits)
    if factor > 1:
        frame = frame.reduce(factor)
    if dpi is not None:
        dpi *= max(frame.size) / max(before)
    return Picture(np.asarray(frame), dpi)


def _square(frame: Any, image: Any, limits: Limits) -> Any:
    """Make pixels square that the file tells to be oblong: a fax has 204 dots to the inch across, and 98 lines."""
    across, down = _told_dpi(image)
    if not (across and down) or not _OBLONG < max(across, down) / min(across, down) < _MOST_OBLONG:
        return frame
    if dpi_of(image) is None:
        return frame
    if frame.size != image.size:  # turned as its EXIF says
        across, down = down, across
    finest = max(across, down)
    size = round(frame.size[0] * finest / across), round(frame.size[1] * finest / down)
    if size[0] * size[1] > _PIXELS_KEPT * limits.page_pixels:
        return frame
    return frame.resize(size)


def make_room(image: Any, data: bytes, limits: Limits) -> None:
    """Let a JPEG be decoded smaller where it is too large; raise where decoding would take too much memory."""
    width, height = image.size
    samples = _bytes_of(image)
    if image.format in ("JPEG", "MPO"):
        if needs_all_at_once(data) and 2 * samples > limits.picture_bytes:
            raise TooLarge(width, height)
        if width * height > limits.page_pixels:
            share = (limits.page_pixels / (width * height)) ** 0.5
            if samples > limits.picture_bytes:  # a draft is a half, a quarter or an eighth, or not smaller at all
                share = min(share, 0.5)
            image.draft(None, (max(int(width * share), 1), max(int(height * share), 1)))
            samples = _bytes_of(image)
    if samples > limits.picture_bytes:
        raise TooLarge(width, height)


def _bytes_of(image: Any) -> int:
    """Bytes that Pillow takes for a frame; it also keeps the address of every row: most of a picture one pixel wide."""
    width, height = image.size
    return int(height * (width * _bytes_a_pixel(image.mode) + _BYTES_A_ROW))


_BYTES_A_ROW = 8


def _bytes_a_pixel(mode: str) -> int:
    """Bytes that Pillow takes for a pixel; colours are stored in four."""
    if mode in ("1", "L", "P"):
        return 1
    return 2 if mode.startswith("I;16") else 4


def plain(frame: Any) -> Any:
    """Return a frame as grey or RGB."""
    import numpy as np
    from PIL import Image

    if frame.mode in ("L", "RGB"):
        return frame
    if frame.mode.startswith("I") or frame.mode == "F":
        return _in_eight_bits(np.asarray(frame))
    if frame.mode in ("LA", "RGBA", "PA", "La", "RGBa") or "transparency" in frame.info:
        frame = frame.convert("RGBA")
        paper = Image.new("RGBA", frame.size, "white")
        paper.alpha_composite(frame)
        return paper.convert("RGB")
    return frame.convert("L" if frame.mode == "1" else "RGB")


def _in_eight_bits(values: Any) -> Any:
    """Bring deep grey to eight bits: sixteen where more than eight are used, the whole range where it has fractions."""
    import numpy as np
    from PIL import Image

    most = float(values.max(initial=0))
    top = 255.0 if most <= 255 else 65535.0 if most <= 65535 else most
    return Image.fromarray(np.clip(values * (255.0 / top), 0, 255).astype(np.uint8))


def _factor(size: tuple[int, int], dpi: float | None, limits: Limits) -> int:
    """By how much to make a frame smaller: to the limit, and not above what reading can use."""
    factor = int(dpi / _ENOUGH_DPI + 0.01) if dpi else 1
    while size[0] * size[1] > limits.page_pixels * factor * factor:
        factor += 1
    return max(factor, 1)


_ENOUGH_DPI = 300
_OBLONG, _MOST_OBLONG = 1.15, 4.2  # times as fine one way as the other: fax has 1.04, 2.1 and 4.2
_PIXELS_KEPT = 4  # times the pixels of a page: a frame that would become larger is read as it is
_LONGEST = 24.0  # inches; a longer page is a photo whose resolution is made up


def dpi_of(image: Any) -> float | None:
    """Return the resolution that a file tells, None where it tells none or an impossible one."""
    dpi = max(_told_dpi(image))
    if not _LEAST_DPI <= dpi <= _MOST_DPI or max(image.size) / dpi > _LONGEST:
        return None
    return dpi


def _told_dpi(image: Any) -> tuple[float, float]:
    """Return the resolution across and down that a file tells, 0 where it tells none."""
    try:
        told = image.info.get("dpi")
        across, down = (float(value) for value in told) if told else (0.0, 0.0)
    except (TypeError, ValueError, ZeroDivisionError):
        return 0.0, 0.0
    return (across, down) if math.isfinite(across + down) else (0.0, 0.0)


def _say(error: Exception) -> str:
    # Pillow names its own buffer, which says nothing to the owner of the file.
    return "the picture cannot be opened" if "BytesIO" in str(error) else str(error)[:200] or type(error).__name__

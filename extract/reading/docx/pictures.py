"""Pictures in Word files: a file that is a scan is read page by page; a picture of text is read where it stands."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extract.page.carried import with_tables_carried
from extract.page.told import part_not_read, wording
from extract.reading.docx.xml_parts import Package
from extract.reading.pace import begin_page
from extract.reading.scan.engines import EngineMaker, problems_of, read_page
from extract.reading.text.read import plain_page
from raingan.model.errors import InputError
from raingan.model.records import Limits, Line, Page, PageState, Problem, Source

FEW_CHARACTERS = 60  # besides its pictures: a heading, a page number; with so few a file is its pictures
_MOST_PICTURES = 40  # read in the text of one file; each takes about a second
_SURE = 0.9  # mean confidence of the lines of a picture that is text, and no photo with a sign in it
_LEAST_TEXT = 20  # characters
_LEAST_DPI, _MOST_DPI = 50.0, 1300.0


@dataclass(frozen=True, slots=True)
class HungPicture:
    """A picture that stands at this place of the text."""

    part: str
    width: float | None  # as shown, points


class PictureReader:
    """Reads the pictures of one file."""

    def __init__(self, package: Package, limits: Limits, engine: EngineMaker | None) -> None:
        self._package = package
        self._limits = limits
        self._engine = engine
        self._read = 0

    def in_text(self, picture: HungPicture) -> Iterator[Line | Problem]:
        """Yield the lines of a picture that is text, and what is told of it."""
        self._read += 1
        page = self._page(picture, 1) if self._read <= _MOST_PICTURES else None
        if page is None or (page.state is PageState.NEEDS_OCR and page.reason == "page-failed"):
            yield part_not_read("a-picture")
        elif page.state is not PageState.BLANK:
            lines = page.lines if _is_text(page.lines) else ()
            for line in lines:
                tokens = tuple(dataclasses.replace(token, box=None) for token in line.tokens)
                yield dataclasses.replace(line, box=None, shown=None, edges=None, cell=None, size=None, tokens=tokens)
            if lines:
                yield Problem("picture-read", values={"text": wording(" ".join(line.text for line in lines))})
            else:
                yield Problem("picture-without-text")

    def as_pages(self, lines: Sequence[Line], pictures: Sequence[HungPicture]) -> tuple[list[Page], list[Problem]]:
        """Read each picture as a page, behind a page of the little text that there is."""
        pages = [plain_page([dataclasses.replace(line, page=1) for line in lines])] if lines else []
        problems: list[Problem] = []
        for picture in pictures[: self._limits.pages]:
            number = len(pages) + 1
            page = self._page(picture, number)
            pages.append(page or Page(number, (), PageState.NEEDS_OCR, "picture"))
            problems += problems_of(pages[-1])
        return list(with_tables_carried(pages)), problems

    def _page(self, picture: HungPicture, number: int) -> Page | None:
        """Read one picture, None where nothing may or can read it."""
        if self._engine is None:
            return None
        try:
            data = self._package.bytes_of(picture.part)
        except InputError:
            data = None
        if not data:
            return None
        from extract.reading.scan.image_file import DAMAGED, TooLarge, decoded, opened

        begin_page(number)
        try:
            with opened(Source("picture", data, "")) as image:
                pixels = decoded(image, data, self._limits)
        except (InputError, TooLarge, *DAMAGED):
            return Page(number, (), PageState.NEEDS_OCR, "page-failed")
        dpi = pixels.pixels.shape[1] / picture.width * 72 if picture.width else None
        if dpi is not None and _LEAST_DPI <= dpi <= _MOST_DPI:
            pixels = dataclasses.replace(pixels, dpi=dpi)
        return read_page(pixels, number, self._engine)


def _is_text(lines: Sequence[Line]) -> bool:
    count = sum(len(line.text) for line in lines)
    if count < _LEAST_TEXT:
        return False
    return sum((line.confidence or 0.0) * len(line.text) for line in lines) >= _SURE * count

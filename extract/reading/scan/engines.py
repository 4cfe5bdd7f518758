"""What reads pages that are pictures: chosen by name, loaded when the first such page comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING

from raingan.model.records import OcrEngine, Page, Problem

if TYPE_CHECKING:
    from extract.reading.scan.handover import Engine, Picture

EngineMaker = Callable[[], "Engine"]
"""Returns an engine, the same one every time; called when a picture has to be read, never before."""

# The module and function that make each engine.
_ENGINES = {
    OcrEngine.OWN: ("extract.reading.scan.engine", "line_engine"),
    OcrEngine.TESSERACT: ("extract.reading.scan.tesseract", "tesseract_engine"),
}


def engine_for(ocr: OcrEngine) -> EngineMaker | None:
    """Return what makes the engine of that name, None for "off"; nothing is imported yet.

    Making it raises `InputError` where it is not installed.
    """
    if ocr is OcrEngine.OFF:
        return None
    module, function = _ENGINES[ocr]

    def make() -> Engine:
        engine: Engine = getattr(import_module(module), function)()
        return engine

    return make


def read_page(picture: Picture, number: int, engine: EngineMaker) -> Page:
    """Read one picture of a page."""
    from extract.reading.scan.read import read_picture

    return read_picture(picture, number, engine())


def problems_of(page: Page) -> Iterator[Problem]:
    """Tell what was left out of a page that was read from a picture, and whose tables are to be looked at."""
    if page.engine is not None and page.lines and page.remains:
        yield Problem("remains", page.number, {"count": str(len(page.remains))})
    for table in page.tables:
        if table.unsure:
            yield Problem("table-unsure", page.number, {"table": str(table.number)})

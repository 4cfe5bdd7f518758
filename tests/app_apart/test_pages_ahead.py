"""Pages read ahead by other processes: the same bytes, whoever read which."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from extract.reading.ahead import Ahead, PageRead, helped_by, pages_in_turn
from extract.reading.pace import heard_by
from raingan.apart.crew import Crew
from raingan.apart.tasks import TaskEnd
from raingan.model.records import Page, Source
from raingan.settings import Settings
from raingan.work import job_of, pack_task, unpack_result
from tests.app_apart.test_crew import faults_can_be_imported, outcomes

__all__ = ["faults_can_be_imported"]  # a fixture

SAMPLES = Path(__file__).parents[2] / "samples"
PICTURE, TEXT = "line/1", None  # what read a page


class Prophet:
    """Has read every page that it was told to expect, and knows what it was asked."""

    def __init__(self, read: Callable[[int], PageRead]) -> None:
        self.read = read
        self.expected: list[tuple[int, int]] = []
        self.given: list[int] = []

    def expect(self, first: int, last: int) -> None:
        self.expected.append((first, last))

    def take(self, number: int) -> PageRead | None:
        if not self.expected:
            return None
        self.given.append(number)
        return self.read(number)


@contextmanager
def prophecy(prophets: list[Prophet]) -> Iterator[None]:
    @contextmanager
    def helper(read: Callable[[int], PageRead]) -> Iterator[Ahead]:
        prophets.append(Prophet(read))
        yield prophets[-1]

    with helped_by(helper):
        yield


def read_in_turn(engines: list[str | None], starts: dict[int, float]) -> tuple[list[PageRead], Prophet]:
    """Read pages of these kinds, some of which hand something to the next."""

    def read(number: int, given: float | None) -> PageRead:
        return PageRead(Page(number, (), width=given, engine=engines[number - 1]), None, starts.get(number))

    prophets: list[Prophet] = []
    with prophecy(prophets):
        found = list(pages_in_turn(len(engines), read))
    alone = list(pages_in_turn(len(engines), read))
    assert found == alone
    return found, prophets[0]


def test_pages_behind_a_picture_are_read_ahead() -> None:
    _, prophet = read_in_turn([TEXT, PICTURE, PICTURE, TEXT], {})
    assert prophet.expected == [(3, 4), (4, 4)] and prophet.given == [3, 4]


def test_text_is_not_read_ahead() -> None:
    _, prophet = read_in_turn([TEXT, TEXT, TEXT], {})
    assert prophet.expected == []


def test_a_page_that_is_handed_something_is_read_with_it() -> None:
    found, prophet = read_in_turn([PICTURE, TEXT, TEXT, PICTURE], {2: 120.0})
    assert [read.page.width for read in found] == [None, None, 120.0, None]
    assert prophet.given == [2, 4]


def test_pages_are_told_in_their_order() -> None:
    told: list[int] = []
    with heard_by(told.append):
        read_in_turn([PICTURE, TEXT, PICTURE], {})
    assert told == [1, 2, 3] * 2


# --- real files


@cache
def scan() -> Image.Image:
    with Image.open(io.BytesIO(files("raingan").joinpath("warm", "scan.png").read_bytes())) as picture:
        return picture.convert("L")


def scans() -> list[Image.Image]:
    """A small page in several guises: as it is, upside down, blank."""
    blank = Image.new("L", scan().size, 255)
    return [scan().copy(), scan().rotate(180), blank, scan().copy()]


def pdf() -> bytes:
    """Scanned pages with two pages of text between them."""
    into = io.BytesIO()
    first, *others = scans()
    first.save(into, "PDF", resolution=200, save_all=True, append_images=others)
    document, made = pypdfium2.PdfDocument(into.getvalue()), io.BytesIO()
    document.import_pages(pypdfium2.PdfDocument(SAMPLES / "canal.pdf"), index=2)
    document.save(made)
    return made.getvalue()


def tiff() -> bytes:
    """Pages of which the third is damaged."""
    into = io.BytesIO()
    first, *others = scans()
    first.save(into, "TIFF", save_all=True, append_images=others, compression="tiff_lzw", dpi=(200, 200))
    with Image.open(into) as image:
        image.seek(3)
        start = image.tag_v2[273][0]
    data = bytearray(into.getvalue())
    data[start : start + 40] = bytes(40)
    return bytes(data)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="helpers are forks")
def test_files_give_the_same_bytes_with_and_without_helpers() -> None:
    made = [pdf(), tiff()]
    payloads = [pack_task(Source("made", data, hashlib.sha256(data).hexdigest())) for data in made]
    job = dataclasses.replace(job_of(Settings()), factory="counting:factory")
    given: list[list[bytes]] = []
    for workers in (1, 2):
        with Crew(job, workers) as crew:
            ended = [outcome for payload in payloads for outcome in outcomes(crew, payload)]
        assert [outcome.how for outcome in ended] == [TaskEnd.DONE] * len(made)
        taken = [outcome.payload[0] for outcome in ended]
        # The task itself reads the first page of each, and the third, of which helpers speak nonsense.
        assert taken == [0, 0] if workers == 1 else taken[0] >= 3 and taken[1] == len(scans()) - 2
        given.append([outcome.payload[1:] for outcome in ended])
    assert given[0] == given[1]
    files_of = [unpack_result(payload).file for payload in given[0]]
    assert [file.pages for file in files_of] == [len(scans()) + 2, len(scans())]
    assert "page-failed" in {problem.code for problem in files_of[1].problems}

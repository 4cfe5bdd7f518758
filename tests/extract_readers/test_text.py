"""Plain text becomes lines and pages."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress

import pytest

from raingan.model.errors import InputError
from raingan.model.records import Document, Limits, PageState
from tests.counting import Growth, of_pieces
from tests.extract_readers.made import read_bytes

Read = Callable[..., Document]


def lines(document: Document) -> list[str]:
    return [line.text for page in document.pages for line in page.lines]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\u2029", "\x85", "\x0b"])
def test_every_line_end(read: Read, end: str) -> None:
    assert lines(read(f"หนึ่ง{end}สอง{end}{end}สาม".encode())) == ["หนึ่ง", "สอง", "สาม"]


def test_form_feeds_begin_pages(read: Read) -> None:
    document = read("หน้าแรก\n\fหน้าสอง\n\f\n\fหน้าสี่\n\f".encode())
    assert [page.number for page in document.pages] == [1, 2, 3, 4]
    assert [page.state for page in document.pages] == [
        PageState.TEXT,
        PageState.TEXT,
        PageState.BLANK,
        PageState.TEXT,
    ]
    assert [line.page for page in document.pages for line in page.lines] == [1, 2, 4]


def test_what_cannot_be_seen_is_removed(read: Read) -> None:
    document = read("\ufeffก\u200bา\u00a0ข\tค\u200e\u00ad\u2060 \u2003ง\ufeff".encode())
    assert lines(document) == ["กา ข ค  ง"]


def test_control_characters_are_removed_and_told(read: Read) -> None:
    rubbish = "".join(map(chr, [*range(9), *range(11, 13), *range(14, 32)]))
    (line,) = read(f"เพิ่มขึ้น{rubbish}หนึ่งหน่วย {'และข้อความอื่นที่ตามมา ' * 9}".encode()).pages[0].lines
    assert line.text.startswith("เพิ่มขึ้นหนึ่งหน่วย")
    assert "control-characters" in line.repairs
    assert line.raw is not None


def test_a_nikhahit_lost_as_nul_is_repaired_and_other_nuls_go(read: Read) -> None:
    (line,) = read("การก\0าหนดแนวทางดำ\0เนินงานให้เป็นไปตามแผนที่วางไว้".encode()).pages[0].lines
    assert line.text == "การกำหนดแนวทางดำเนินงานให้เป็นไปตามแผนที่วางไว้"
    assert line.raw is not None
    assert "\0" in line.raw


def test_tick_boxes_have_one_form(read: Read) -> None:
    assert lines(read("\uf0fe ก \uf0a8 ข ☒ ค □ ง \uf052 จ \uf0a3".encode())) == ["☑ ก ☐ ข ☑ ค ☐ ง ☑ จ ☐"]


def test_blank_lines_end_paragraphs_only_where_they_are_rare(read: Read) -> None:
    rare = read("ก\nข\nค\n\nง\nจ\n".encode()).pages[0].lines
    assert [line.paragraph_end for line in rare] == [False, False, True, False, False]
    everywhere = read("ก\n\nข\n\nค\n\nง\n\nจ\n".encode()).pages[0].lines
    assert not any(line.paragraph_end for line in everywhere)


def test_the_encoding_is_said(read: Read) -> None:
    text = "รายการที่ส่งให้ตรวจสอบมีสามรายการ ครบถ้วนทุกฉบับ"
    assert read(text.encode("cp874")).encoding == "cp874"
    assert read(text.encode("utf-16")).encoding == "utf-16-le"
    assert read(text.encode()).problems == ()
    mangled = read(text.encode("cp874").decode("latin-1").encode())
    assert lines(mangled) == [text]
    assert [problem.code for problem in mangled.problems] == ["encoding-detected"]


def test_doubt_and_loss_are_problems(read: Read) -> None:
    doubtful = read("Отчёт о работе за весь год ".encode("cp1251") * 9)
    assert [problem.code for problem in doubtful.problems] == ["encoding-uncertain"]
    data = bytearray("ข้อความที่ยาวพอจะเสียไปบ้าง ".encode() * 20)
    data[50] = 0xFE
    lost = read(bytes(data))
    assert [problem.code for problem in lost.problems] == ["characters-lost"]
    assert lost.encoding == "utf-8"


def test_a_file_of_spaces_is_blank(read: Read) -> None:
    (page,) = read(b" \r\n\t\n").pages
    assert page.state is PageState.BLANK


def test_limits(read: Read) -> None:
    with pytest.raises(InputError) as caught:
        read(b"x" * 2000, limits=Limits(text_chars=1000))
    assert caught.value.code == "too-large"
    with pytest.raises(InputError) as caught:
        read(b"x\f" * 60 + b"x", limits=Limits(pages=50))
    assert caught.value.code == "too-large"


def end(data: bytes) -> None:
    """Read a file or refuse it."""
    with suppress(InputError):
        read_bytes(data)


def letters(count: int) -> bytes:
    return "".join(random.Random(5).choices("กขเแ่้ า\n", k=count)).encode()


GROWTH = [
    *of_pieces(lambda text: end(text.encode()), ("\r", "\x0b\x0c", " ", "เธ", "\0x"), 500, 100_000),
    Growth("letters in any order", letters, end, 500, 50_000),
]


@pytest.mark.parametrize("growth", GROWTH, ids=str)
def test_work_grows_with_the_text(growth: Growth) -> None:
    growth.check()

"""What the eye sees counts: text without ink of its own is not read, and what is read has been seen."""

from __future__ import annotations

import pytest

from extract.reading.pdf import read_pdf
from raingan.model.records import Limits, Page, PageState, Source
from tests.extract_pdf.pdfmade import File
from tests.extract_pdf.pdfmade import Page as Made

LABEL, OLD, NEW = "ปลูกต้นไม้ได้ ", "210", "195"
AFTER = " ต้น ในปีนี้"


def read(file: File) -> Page:
    return read_pdf(Source("made.pdf", file.save(), ""), Limits()).pages[0]


def sheet() -> tuple[File, Made]:
    """A page on which one line says LABEL and AFTER, with room for a figure between them."""
    file = File(picture=True)
    page = file.page()
    page.text(60, 740, "รายงานการปลูกต้นไม้ของหมู่บ้าน")
    return file, page


def figure(page: Made, *before: str, new: str = NEW) -> float:
    """Write the line; `before` is drawn between the label and the figure. Return where the figure stands."""
    x = page.text(60, 700, LABEL)
    page.content += before
    page.text(page.text(x, 700, new), 700, AFTER)
    return x


def told(page: Page) -> list[tuple[str, str]]:
    return [(problem.code, problem.values["text"]) for line in page.lines for problem in line.told]


def second_line(page: Page) -> str:
    return page.lines[1].text


def box(x: float, level: float, grey: float = 1.0, wide: float = 24.0) -> str:
    return f"q {grey} g {x - 1} {level - 2} {wide} 14 re f Q"


@pytest.mark.parametrize("covered_by", ["white", "black", "picture"])
def test_a_figure_under_a_box_is_left_out_and_told(covered_by: str) -> None:
    file, page = sheet()
    x = page.text(60, 700, LABEL)
    page.text(x, 700, OLD)
    if covered_by == "picture":
        page.draw(f"24 0 0 14 {x - 1} 698 cm /Im0 Do")
    else:
        page.content.append(box(x, 700, 1.0 if covered_by == "white" else 0.0))
    page.text(page.text(x + 30, 700, NEW), 700, AFTER)
    seen = read(file)
    assert (second_line(seen), told(seen)) == ((LABEL + NEW + AFTER), [("hidden-text", OLD)])
    assert [line.text for line in seen.hidden] == [OLD]


def test_a_figure_over_its_cover_is_the_one_that_counts() -> None:
    file, page = sheet()
    x = page.text(60, 700, LABEL)
    page.text(x, 700, OLD)
    page.content.append(box(x, 700))
    page.text(page.text(x, 700, NEW), 700, AFTER)
    seen = read(file)
    assert (second_line(seen), told(seen)) == (LABEL + NEW + AFTER, [("hidden-text", OLD)])


@pytest.mark.parametrize("grey", [0.0, 0.9])
def test_a_ground_under_the_figure_hides_nothing(grey: float) -> None:
    file, page = sheet()
    page.content.append(box(140, 700, 0.9, 60))
    page.text(60, 700, LABEL + NEW + AFTER)
    seen = read(file)
    assert (second_line(seen), told(seen), seen.hidden) == (LABEL + NEW + AFTER, [], ())


def test_white_print_on_black_is_seen_and_white_on_white_is_not() -> None:
    file, page = sheet()
    page.content.append("q 0 g 50 690 300 24 re f Q 1 g")
    page.text(60, 700, LABEL + NEW)
    page.text(60, 650, OLD + AFTER)
    page.content.append("0 g")
    seen = read(file)
    assert [line.text for line in seen.lines] == ["รายงานการปลูกต้นไม้ของหมู่บ้าน", (LABEL + NEW).strip()]
    assert [line.text for line in seen.hidden] == [(OLD + AFTER).strip()]


@pytest.mark.parametrize(
    "how", ["3 Tr", "q 0 0 10 10 re W n", "q 1 0 0 1 900 0 cm"], ids=["invisible", "clipped", "off the page"]
)
def test_a_figure_that_no_viewer_shows_at_the_place_of_another(how: str) -> None:
    file, page = sheet()
    x = page.text(60, 700, LABEL)
    page.content.append(how)
    page.text(x, 700, "9" + NEW[1:], mode=3 if how == "3 Tr" else 0)
    page.content.append("0 Tr" if how == "3 Tr" else "Q")
    page.text(page.text(x, 700, NEW), 700, AFTER)
    seen = read(file)
    assert second_line(seen) == LABEL + NEW + AFTER
    assert [line.text for line in seen.hidden] == ["9" + NEW[1:]]


def test_two_visible_figures_at_one_place_are_told() -> None:
    file, page = sheet()
    x = figure(page)
    page.text(x + 1, 701, "47")
    codes = {code for code, _ in told(read(file))}
    assert codes == {"texts-overlaid"}


@pytest.mark.parametrize("shift", [0.0, 0.4])
def test_bold_by_drawing_twice_is_one_text(shift: float) -> None:
    file, page = sheet()
    figure(page)
    x = page.text(60 + shift, 700, LABEL)
    page.text(page.text(x, 700, NEW), 700, AFTER)
    seen = read(file)
    assert (second_line(seen), told(seen), seen.hidden) == (LABEL + NEW + AFTER, [], ())


PROSE = "การปลูกต้นไม้ของหมู่บ้านในปีนี้มีผู้เข้าร่วม 36 คน"


def test_a_line_typed_on_a_scan_is_kept_apart() -> None:
    file = File(picture=True)
    page = file.page()
    page.draw("595 0 0 842 0 0 cm /Im0 Do")
    for at in range(24):  # letters of the scan, as far as the layer knows no more than ink
        for column in range(30):
            page.content.append(f"q 0 g {60 + 12 * column} {760 - 24 * at} 6 8 re f Q")
    page.text(60, 60, PROSE)
    seen = read(file)
    assert (seen.state, [line.text for line in seen.margins]) == (PageState.NEEDS_OCR, [PROSE])

"""What the eye sees counts: text without ink of its own is not read, and what is read has been seen."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from extract.reading.pdf import read_pdf
from extract.reading.scan.handover import LineCut, ReadGlyph, Reading
from raingan.model.records import Limits, Page, PageState, Source, Witness
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


def written(text: str) -> str:
    """A text as the value of an annotation's entry."""
    return "<" + (b"\xfe\xff" + text.encode("utf-16-be")).hex() + ">"


def annotation(kind: str, rect: str, **entries: str) -> str:
    more = " ".join(f"/{key} {value}" for key, value in entries.items())
    return f"<< /Type /Annot /Subtype /{kind} /Rect [{rect}] /F 4 {more} >>"


def form(file: File, page: Made, *fields: str) -> None:
    """Give a page the fields of a form."""
    file.objects += fields
    numbers = " ".join(f"{3 + at} 0 R" for at in range(len(fields)))
    file.catalog = f"/AcroForm << /Fields [{numbers}] /DA (/Helv 10 Tf) >>"
    page.entries = f"/Annots [{numbers}]"


@pytest.mark.parametrize("lift", [-3, 4])
def test_the_value_of_a_field_stands_on_the_line_of_its_label(lift: int) -> None:
    file, page = sheet()
    x = page.text(60, 700, LABEL)
    page.text(x + 60, 700, AFTER)
    page.text(60, 680, PROSE)
    rect = f"{x} {696 + lift} {x + 50} {710 + lift}"
    form(file, page, annotation("Widget", rect, FT="/Tx", T="(count)", V=written("1,195")))
    assert second_line(read(file)) == LABEL + "1,195" + AFTER


def test_ticks_and_choices_of_a_form() -> None:
    file, page = sheet()
    page.text(80, 700, "ปลูก")
    page.text(180, 700, "ย้าย")
    page.text(60, 680, "พันธุ์")
    kinds = {"FT": "/Btn", "AP": "<< /N << /Yes 6 0 R /Off 6 0 R >> >>"}
    on = annotation("Widget", "64 698 74 708", T="(a)", V="/Yes", AS="/Yes", **kinds)
    off = annotation("Widget", "164 698 174 708", T="(b)", V="/Off", AS="/Off", **kinds)
    options = f"[[(1) {written('สัก')}] [(2) {written('ยางนา')}]]"
    choice = annotation("Widget", "100 678 180 690", FT="/Ch", T="(c)", Ff="131072", V="(2)", Opt=options)
    form(file, page, on, off, choice)
    file.objects.append("<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 0 >>\nstream\n\nendstream")
    assert [line.text for line in read(file).lines[1:]] == ["☑ ปลูก ☐ ย้าย", "พันธุ์ ยางนา"]


def test_a_typed_note_is_read_and_a_hidden_one_is_not() -> None:
    file, page = sheet()
    x = page.text(60, 700, LABEL)
    note = annotation("FreeText", f"{x} 697 {x + 80} 711", Contents=written("195 ต้น"), DA="(/Helv 10 Tf)")
    page.entries = f"/Annots [{note}]"
    seen = read(file)
    assert (second_line(seen), told(seen)) == (LABEL + "195 ต้น", [("typed-note", "195 ต้น")])
    page.entries = f"/Annots [{note.replace('/F 4', '/F 2')}]"
    assert second_line(read(file)).strip() == LABEL.strip()


@pytest.mark.parametrize(
    ("kind", "entries", "said"),
    [
        ("Text", {"Contents": written("ตรวจอีกครั้ง")}, ("note-here", "ตรวจอีกครั้ง")),
        ("Stamp", {"Name": "/Void"}, ("note-here", "Void")),
        (
            "Highlight",
            {"Contents": written("ยอดนี้?"), "QuadPoints": "[60 710 90 710 60 698 90 698]"},
            ("note-here", "ยอดนี้?"),
        ),
        ("Highlight", {"QuadPoints": "[60 710 90 710 60 698 90 698]"}, None),
        ("Link", {"Contents": written("ดูเพิ่ม")}, None),
    ],
)
def test_comments_are_told(kind: str, entries: dict[str, str], said: tuple[str, str] | None) -> None:
    file, page = sheet()
    figure(page)
    page.entries = f"/Annots [{annotation(kind, '60 697 90 711', **entries)}]"
    assert told(read(file)) == ([said] if said else [])


def strike(x: float, over: float, thick: float = 0.8, beyond: float = 0.0, wide: float = 22.0) -> str:
    """A bar `over` points above the baseline of the line at 700."""
    return f"q 0 g {x} {700 + over} {wide + beyond} {thick} re f Q"


# Letters of 12 points are 6.7 high: a line through them runs 1.4 to 5.7 over the baseline.
@pytest.mark.parametrize(
    ("over", "beyond", "is_struck"),
    [(0.6, 0.0, False), (1.4, 0.0, True), (4.6, 0.0, True), (5.6, 0.0, False), (3.0, 8.0, True), (3.0, 11.0, False)],
)
def test_a_line_through_a_figure_strikes_it_out(over: float, beyond: float, is_struck: bool) -> None:
    file, page = sheet()
    x = page.text(60, 700, LABEL)
    end = page.text(x, 700, OLD)
    page.text(page.text(end + 20, 700, NEW), 700, AFTER)
    page.content.append(strike(x, over, beyond=beyond, wide=end - x))
    seen = read(file)
    if is_struck:
        assert (second_line(seen), told(seen)) == (LABEL + NEW + AFTER, [("struck-out", OLD)])
    else:
        assert (OLD in second_line(seen), told(seen)) == (True, [])


# Letters of 12 points are 6.7 high; three of them are 21.6 wide.
@pytest.mark.parametrize(
    ("rise", "beyond", "is_struck"), [(5.0, 0.0, True), (14.0, 0.0, False), (5.0, 7.0, True), (5.0, 10.0, False)]
)
def test_a_slanted_stroke_through_a_figure_strikes_it_out(rise: float, beyond: float, is_struck: bool) -> None:
    file, page = sheet()
    x = page.text(60, 700, LABEL)
    end = page.text(x, 700, OLD)
    page.text(end + 20, 700, NEW)
    middle = 703.3
    page.content.append(f"q 1 0 0 RG 1 w {x} {middle - rise / 2} m {end + beyond} {middle + rise / 2} l S Q")
    seen = read(file)
    assert (OLD in second_line(seen)) is not is_struck
    assert told(seen) == ([("struck-out", OLD)] if is_struck else [])


def test_an_annotation_strikes_out() -> None:
    file, page = sheet()
    x = page.text(60, 700, LABEL)
    end = page.text(x, 700, OLD)
    page.text(end, 700, AFTER)
    quads = f"[{x} 708 {end} 708 {x} 699 {end} 699]"
    page.entries = f"/Annots [{annotation('StrikeOut', f'{x} 699 {end} 708', QuadPoints=quads)}]"
    seen = read(file)
    assert (second_line(seen), told(seen)) == (LABEL.strip() + AFTER, [("struck-out", OLD)])


class Stub:
    """Reads in every picture the figures that it was told, at the places of its ink from the left."""

    name = "stub/1"

    def __init__(self, *said: str) -> None:
        self.said, self.asked = list(said), 0

    def read(self, cuts: Sequence[LineCut]) -> list[Reading]:
        self.asked += len(cuts)
        return [self._read(cut) for cut in cuts]

    def _read(self, cut: LineCut) -> Reading:
        import numpy as np

        columns = (cut.pixels[int(cut.body_top) : int(cut.body_bottom)] < 128).any(axis=0)
        edges = np.flatnonzero(np.diff(np.concatenate([[False], columns, [False]])))
        pairs = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
        text = self.said.pop(0) if self.said else ""
        return Reading(tuple(ReadGlyph(says, x0, x1, 0.99) for says, (x0, x1) in zip(text, pairs, strict=False)))


def look(file: File, *said: str) -> tuple[Page, Stub]:
    stub = Stub(*said)
    return read_pdf(Source("made.pdf", file.save(), ""), Limits(), lambda: stub).pages[0], stub


def nameless(code: str | None) -> list[tuple[str | None, str]]:
    return [("7", "letter"), ("2", "letter"), (code, "letter"), ("5", "letter")]


@pytest.mark.parametrize("code", ["\ufffd", "\uf038", "\u01f9"], ids=["replacement", "symbol font", "another letter"])
def test_a_digit_without_a_code_is_read_from_the_picture(code: str) -> None:
    file, page = sheet()
    page.text(60, 700, nameless(code))
    page.text(60, 680, PROSE)
    seen, stub = look(file, "7285")
    assert (second_line(seen), stub.asked) == ("7285", 1)
    assert [code for code, _ in told(seen)] == ["characters-seen"]


def test_what_the_picture_does_not_say_is_told() -> None:
    file, page = sheet()
    page.text(60, 700, nameless("\ufffd"))
    page.text(60, 680, PROSE)
    seen, _ = look(file, "")
    assert second_line(seen) == "72\ufffd5"
    assert {code for code, _ in told(seen)} == {"characters-unnamed"}
    assert {code for code, _ in told(read(file))} == {"characters-unnamed"}


def test_a_sound_page_asks_no_recogniser() -> None:
    file, page = sheet()
    figure(page)
    page.text(60, 680, [("\uf0a7", "narrow"), (" ", "space"), *[(letter, "letter") for letter in "กขค"]])
    assert look(file)[1].asked == 0


def lying(*rows: tuple[str, str]) -> File:
    """Rows of digits; a digit that is said to be another one is drawn taller."""
    file, page = sheet()
    for at, (says, shows) in enumerate(rows):
        run = [(said, "letter" if said == shown else "tall") for said, shown in zip(says, shows, strict=True)]
        page.text(60, 700 - 20 * at, run)
    page.text(60, 600, PROSE)
    return file


def test_a_font_that_calls_an_eight_a_three_is_put_right() -> None:
    rows = (("133", "183"), ("343", "348"))
    seen, stub = look(lying(*rows), *(shows for _, shows in rows))
    assert [line.text for line in seen.lines[1:3]] == ["183", "348"]
    assert [code for code, _ in told(seen)] == ["digits-lie"] * 2
    assert stub.asked == 3  # the line of prose has a figure, too


def test_a_digit_read_as_another_once_is_told_and_left() -> None:
    seen, _ = look(lying(("133", "183")), "183", "", "183")
    assert second_line(seen) == "133"
    assert told(seen) == [("reading-differs", "133")]


def test_a_digit_of_two_shapes_that_reads_as_what_it_says_is_sound() -> None:
    rows = (("133", "183"), ("343", "348"))
    seen, _ = look(lying(*rows), *(says for says, _ in rows))
    assert ([line.text for line in seen.lines[1:3]], told(seen)) == (["133", "343"], [])


@pytest.mark.parametrize(
    ("numbers", "asks"),
    [("7. 3. 9.", True), ("7. 8. 9.", False), ("7. 3. 9. 8", False), ("1. 3. 3. 4. 7. 6.", True)],
    ids=["no 8", "in order", "a list within a list", "twice"],
)
def test_headings_out_of_order_cast_doubt_on_digits(numbers: str, asks: bool) -> None:
    file, page = sheet()
    for at, number in enumerate(numbers.split()):
        page.text(60, 700 - 20 * at, f"{number} กก")
    assert (look(file)[1].asked > 0) is asks


def test_the_witness_reads_all_figures_or_none() -> None:
    file, page = sheet()
    page.text(60, 700, "195")
    page.text(60, 680, PROSE)
    data = Source("made.pdf", file.save(), "")
    stub = Stub("745", "")
    page_read = read_pdf(data, Limits(), lambda: stub, Witness.ALL).pages[0]
    assert (told(page_read), stub.asked) == ([("reading-differs", "195")], 2)
    file, page = sheet()
    page.text(60, 700, nameless("\ufffd"))
    page.text(60, 680, PROSE)
    assert (
        read_pdf(Source("made.pdf", file.save(), ""), Limits(), lambda: stub, Witness.OFF).pages[0].lines[1].told == ()
    )
    assert stub.asked == 2


def test_a_page_on_which_nothing_is_seen_tells_it_itself() -> None:
    file = File()
    file.page().text(60, 700, PROSE, mode=3)
    document = read_pdf(Source("made.pdf", file.save(), ""), Limits())
    assert [(problem.code, problem.page, dict(problem.values)) for problem in document.problems] == [
        ("hidden-text", 1, {"text": PROSE})
    ]


def pasted(says: str) -> tuple[Page, Stub]:
    """A figure under a white box on which another one is drawn, as a picture of it would show it."""
    file, page = sheet()
    x = page.text(60, 700, LABEL)
    end = page.text(x, 700, OLD)
    page.content.append(box(x, 700, wide=end - x + 2))
    page.content += [f"q 0 g {x + 7.2 * at + 1} 700 4 7 re f Q" for at in range(3)]
    page.text(end, 700, AFTER)
    page.text(60, 680, PROSE)
    return look(file, says)


def test_a_figure_pasted_over_another_is_read_in_its_place() -> None:
    seen, stub = pasted("195")
    assert (second_line(seen), stub.asked) == (LABEL + "195" + AFTER, 1)
    assert told(seen) == [("hidden-text", OLD), ("picture-read", "195")]


def test_what_is_pasted_and_cannot_be_read_is_told() -> None:
    seen, _ = pasted("")
    assert [problem.code for problem in seen.lines[1].told] == ["hidden-text", "part-not-read"]

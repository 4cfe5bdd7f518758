"""Page headers and footers apart from the body; a heading is never taken for one."""

from __future__ import annotations

from extract.reading.pdf import read_pdf
from raingan.model.records import Limits, Page, Source
from tests.extract_pdf.pdfmade import File

PROSE = "การดำเนินงานของหน่วยงาน มีผู้เข้าร่วมกิจกรรมจำนวน 125 คน"


def pages_of(file: File) -> tuple[Page, ...]:
    return read_pdf(Source("made.pdf", file.save(), ""), Limits()).pages


def report(pages: int, header: str = "", footer: str = "", heading: str = "") -> File:
    file = File()
    for number in range(1, pages + 1):
        page = file.page()
        values = {"n": number, "of": pages}
        if header:
            page.text(60, 812, header.format(**values), size=9)
        if heading:
            page.text(60, 760, heading.format(**values), size=14)
        for row in range(20):
            page.text(60, 730 - 20 * row, f"{number}.{row} {PROSE}")
        if footer:
            page.text(60, 28, footer.format(**values), size=9)
    return file


def margins(page: Page) -> list[str]:
    return [line.text for line in page.margins]


def test_lines_that_come_back_on_every_page() -> None:
    pages = pages_of(report(3, "ระบบรายงานผลของเทศบาล", "ฝ่ายแผนงาน ชุดที่ {n} จาก {of}"))
    for number, page in enumerate(pages, 1):
        assert margins(page) == ["ระบบรายงานผลของเทศบาล", f"ฝ่ายแผนงาน ชุดที่ {number} จาก 3"]
        assert len(page.lines) == 20


def test_figures_may_change_and_be_thai() -> None:
    file = report(2)
    for page, shown in zip(file.pages, ("๑ / ๒", "๒ / ๒"), strict=True):
        page.text(280, 28, shown, size=9)
    assert [margins(page) for page in pages_of(file)] == [["๑ / ๒"], ["๒ / ๒"]]


def test_a_page_number_on_a_single_page() -> None:
    assert margins(pages_of(report(1, footer="หน้า {n}/{of}"))[0]) == ["หน้า 1/1"]


def test_a_heading_at_the_top_of_one_page_stays() -> None:
    page = pages_of(report(1, header="1. ชื่อโครงการ : ปลูกต้นไม้ริมคลอง"))[0]
    assert margins(page) == []
    assert page.lines[0].text == "1. ชื่อโครงการ : ปลูกต้นไม้ริมคลอง"


def test_headings_that_differ_stay() -> None:
    file = report(4)
    names = ("ปลูกต้นไม้ริมคลอง", "ดูแลผู้สูงอายุ", "ห้องสมุดเคลื่อนที่", "ตลาดสะอาด")
    for page, name in zip(file.pages, names, strict=True):
        page.text(60, 812, f"ชื่อโครงการ : {name}")
    for page in pages_of(file):
        assert margins(page) == []
        assert page.lines[0].text.startswith("ชื่อโครงการ")


def test_a_title_in_the_body_of_every_page_stays() -> None:
    for page in pages_of(report(3, header="ระบบรายงานผลของเทศบาล", heading="รายงานผลการดำเนินงาน")):
        assert margins(page) == ["ระบบรายงานผลของเทศบาล"]
        assert page.lines[0].text == "รายงานผลการดำเนินงาน"


def test_prose_at_the_foot_of_the_page_stays() -> None:
    file = File()
    for number in (1, 2, 3):
        page = file.page()
        for row in range(40):
            page.text(60, 812 - 20 * row, f"ลำดับ {number * row} {PROSE if row % 3 else 'ข้อความอื่น ๆ ของหน้า'}")
    for page in pages_of(file):
        assert len(page.lines) + len(page.margins) == 40

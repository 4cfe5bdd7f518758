"""What is a heading and what is prose that looks like one."""

from __future__ import annotations

import random

import pytest

from extract.sections.find import find_reports, why_not_a_report
from extract.sections.forms import load_forms
from raingan.model.records import Document, Kind, Line, Page, RawReport
from tests.extract_sections.made import (
    BANNER,
    HEADINGS,
    LIBRARY,
    TREES,
    Report,
    Style,
    clusters,
    document,
    print_report,
)

FORMS = load_forms()


def reports(lines: list[str], **more: int) -> tuple[RawReport, ...]:
    return find_reports(document(lines, **more), FORMS)


def paragraphs(report: RawReport, key: str) -> list[str]:
    field = report.get(key)
    assert field is not None, key
    return list(field.paragraphs)


def codes(report: RawReport) -> set[tuple[str, str]]:
    return {(flag.code, flag.field) for field in report.fields for flag in field.flags} | {
        (flag.code, flag.field) for flag in report.flags
    }


def assert_equal(report: RawReport, expected: Report, style: Style) -> None:
    for key, value in expected.items():
        if key == "level":
            level = report.get("level")
            assert level is not None and level.option == (None if style.tick == "lost" else value)
        elif not style.thai_digits or key not in ("target", "actual"):
            assert paragraphs(report, key) == value, key


@pytest.mark.parametrize("numbers", [True, False])
@pytest.mark.parametrize("thai_digits", [True, False])
@pytest.mark.parametrize("colon", [" :", ":", "：", " ::", " : ::"])
@pytest.mark.parametrize("width", [90, 100])
def test_two_reports_in_every_print(numbers: bool, thai_digits: bool, colon: str, width: int) -> None:
    style = Style(width, "space", numbers, thai_digits, colon)
    lines = print_report(LIBRARY, style) + print_report(TREES, style)
    found = reports(lines, per_page=17)
    assert len(found) == 2
    assert found[0].missing == found[1].missing == ()
    assert_equal(found[0], LIBRARY, style)
    assert_equal(found[1], TREES, style)
    assert found[0].first_page == 1 and found[0].last_page == found[1].first_page > 1


@pytest.mark.parametrize("tick", ["glyph", "bracket", "stroke", "root", "dot", "lost", "wing"])
def test_ticks(tick: str) -> None:
    style = Style(tick=tick)
    first, second = reports(print_report(LIBRARY, style) + print_report(TREES, style))
    assert_equal(first, LIBRARY, style)
    assert_equal(second, TREES, style)
    assert (("tick-lost", "level") in codes(first)) == (tick == "lost")


def damaged(label: str, random_source: random.Random) -> str:
    """Lose, change or add one letter, or a second one where the label is long."""
    letters = clusters(label)
    places = [at for at, letter in enumerate(letters) if letter.isalpha() or "\u0e01" <= letter[0] <= "\u0e44"]
    for at in random_source.sample(places, 2 if len(places) >= 10 else 1):
        kind = random_source.randrange(3)
        letters[at] = ["", random_source.choice("กดนมรสาะ"), letters[at] + random_source.choice("กดนม")][kind]
    return "".join(letters)


@pytest.mark.parametrize("seed", range(12))
def test_damaged_labels(seed: int) -> None:
    source = random.Random(seed)
    headings = [
        (
            key,
            number,
            damaged(label, source) if key and key != "strategy.sub" and source.random() < 0.6 else label,
            place,
        )
        for key, number, label, place in HEADINGS
    ]
    style = Style(100, numbers=seed % 2 == 0, headings=headings)
    (report,) = reports(print_report(LIBRARY, style))
    assert_equal(report, LIBRARY, style)
    flagged = {field for code, field in codes(report) if code == "label-damaged"}
    changed = {
        str(new[0])
        for new, old in zip(headings, HEADINGS, strict=True)
        if new[2].replace(" ", "") != old[2].replace(" ", "")
    }
    assert flagged <= changed
    assert len(flagged) >= len(changed) - 2  # a lost nikhahit or the like is folded, no damage


@pytest.mark.parametrize("label", ["ดาเนินงาน", "ดําเนินงาน", "ดำ เนินงาน", "ด ำเนินงาน"])
def test_sara_am_in_every_spelling_is_no_damage(label: str) -> None:
    lines = [line.replace("ดำเนินงาน", label) for line in print_report(TREES)]
    (report,) = reports(lines)
    assert paragraphs(report, "supporting_factors") == TREES["supporting_factors"]
    assert not [code for code, _ in codes(report) if code == "label-damaged"]


def with_quarter(key: str, *lines: str) -> Report:
    return {**TREES, key: list(lines)}


@pytest.mark.parametrize("numbers", [True, False])
@pytest.mark.parametrize(
    "key, lines",
    [
        ("quarters.3", ["1. ประชุม", "2. สำรวจ", "3. ดำเนินการปลูก", "4. วิธีการคำนวณถูกทบทวน", "5. เป้าหมาย : ปลูกเพิ่ม 20 ต้น"]),
        ("quarters.2", ["ใช้ทะเบียนเป็น", "หลักฐานอ้างอิงของสำนักงาน ตามที่หารือไว้"]),
        ("quarters.3", ["ทำต่อเนื่องจาก", "ไตรมาสที่ 2 ซึ่งปลูกได้ครบ"]),
        ("quarters.3", ["ทำต่อเนื่องจากแผน", "ไตรมาสที่ 2 : ปลูกได้ครบ"]),
        ("calculation", ["นับจำนวนต้น", "ค่าเป้าหมาย : ไม่น้อยกว่า 1,500 ต้น"]),
        ("quarters.1", [f"{n}. กิจกรรมที่ {'กขคงจฉชซฌ'[n - 1]} ของสวน" for n in range(1, 10)]),
        ("quarters.4", ["7. ปัจจัยด้านดิน", "8. อุปสรรคด้านน้ำ", "9. หลักฐานการปลูก"]),
        ("evidence", ["ทะเบียนต้นไม้", "ตำแหน่งต้นไม้ในสวนตามแผนที่ และสมุด", "ลงชื่อผู้ดูแลต้นไม้"]),
    ],
)
def test_prose_that_looks_like_a_heading_stays_prose(key: str, lines: list[str], numbers: bool) -> None:
    report_in = with_quarter(key, *lines)
    (report,) = reports(print_report(report_in, Style(numbers=numbers)))
    text = "".join("".join(paragraphs(report, key)).split())
    assert text == "".join("".join(lines).split())
    for other, value in TREES.items():
        if other not in (key, "level"):
            assert paragraphs(report, other) == value, other
    assert not {code for code, _ in codes(report)} & {"section-order", "section-repeated"}


def test_a_heading_before_its_twin_in_prose() -> None:
    """The words of quarter 2 stand at the beginning of a line of quarter 1, with a colon, before the true heading."""
    report_in = with_quarter(
        "quarters.1", "แผนงานรวมของปีแบ่งเป็นสองช่วง ช่วงหลังเริ่มตั้งแต่เดือนมกราคมโดยทำต่อในระยะของ", "ไตรมาสที่ 2 : ตามแผน"
    )
    (report,) = reports(print_report({**report_in, "quarters.2": ["ปลูกแล้ว 300 ต้น"]}))
    assert paragraphs(report, "quarters.2") == ["ปลูกแล้ว 300 ต้น"]


def test_sections_missing_are_told() -> None:
    lines = [line for line in print_report(LIBRARY) if not line.startswith("7. ")]
    (report,) = reports(lines)
    assert report.missing == ("supporting_factors",)


def test_sections_out_of_order_and_repeated_are_flagged() -> None:
    lines = print_report({**TREES, "obstacles": ["ดินแข็ง"]})
    at7, at8, at9 = (next(at for at, line in enumerate(lines) if line.startswith(f"{n}. ")) for n in (7, 8, 9))
    swapped = lines[:at7] + lines[at8:at9] + lines[at7:at8] + lines[at9:]
    (report,) = reports(swapped)
    assert paragraphs(report, "obstacles") == ["ดินแข็ง"]
    assert paragraphs(report, "supporting_factors") == TREES["supporting_factors"]
    assert "section-order" in {code for code, _ in codes(report)}
    at = lines.index("(6.2) ไตรมาสที่ 2 :")
    (report,) = reports([*lines[:at], "(6.2) ไตรมาสที่ 2 : เริ่มปลูก", "(6.2) ไตรมาสที่ 2 : ปลูกต่อ", *lines[at + 1 :]])
    assert paragraphs(report, "quarters.2") == ["เริ่มปลูก", "ปลูกต่อ"]
    assert ("section-repeated", "quarters.2") in codes(report)


def test_unknown_label_is_flagged_and_its_text_kept() -> None:
    lines = print_report(TREES)
    at = lines.index(BANNER)
    (report,) = reports([*lines[:at], "10. ข้อเสนอแนะ :", ":: ควรปลูกเพิ่ม", *lines[at:]])
    assert ("unknown-label", "evidence") in codes(report)
    assert "ควรปลูกเพิ่ม" in "".join(paragraphs(report, "evidence"))
    (report,) = reports([*lines[:at], "10. ข้อเสนอแนะ : ควรปลูกเพิ่ม", *lines[at:]])
    assert ("unknown-label", "evidence") in codes(report)
    (report,) = reports([*lines[:at], "1. ภาพถ่าย", "10. ข้อเสนอแนะ : ควรปลูกเพิ่ม", *lines[at:]])  # an item of a list
    assert ("unknown-label", "evidence") not in codes(report)
    (report,) = reports([*lines[:at], "11. ข้อเสนอแนะ : ควรปลูกเพิ่ม", *lines[at:]])
    assert ("unknown-label", "evidence") not in codes(report)


def test_label_over_two_lines_and_over_the_line_before() -> None:
    lines = print_report(TREES)
    at = next(at for at, line in enumerate(lines) if line.startswith("(6.5)"))
    lines[at : at + 1] = ["(6.5) สรุปผลการดำเนินงาน (ปลาย", "ปีงบประมาณ) :"]
    at = next(at for at, line in enumerate(lines) if line.startswith("5. "))
    lines[at : at + 2] = ["5. เป้าหมาย : 1,500 (ต้น) : ผลงานที่ทำได้ = 1,612.00 (ต้น)"]
    (report,) = reports(lines)
    assert report.missing == ()
    assert paragraphs(report, "target") == ["1,500 (ต้น)"]
    assert paragraphs(report, "actual") == ["1,612.00 (ต้น)"]
    assert paragraphs(report, "year_summary") == []
    summary = report.get("year_summary")
    assert summary is not None and summary.label == "(6.5) สรุปผลการดำเนินงาน (ปลาย ปีงบประมาณ)"


def test_titles_belong_to_the_report_behind_them() -> None:
    title = "รายงานผลการปฏิบัติราชการตามแผนปฏิบัติราชการ ประจำปีงบประมาณ พ.ศ. {}"
    first = [title.format(2562), "หน่วยงาน : สำนักงานเขตสวนบน", *print_report(LIBRARY)]
    second = [title.format("๒๕๖๓"), "หน่วยงาน : สำนักงานเขตสวนล่าง", *print_report(TREES)]
    a, b = reports(first + second)
    assert (paragraphs(a, "agency"), paragraphs(a, "fiscal_year")) == (["สำนักงานเขตสวนบน"], ["2562"])
    assert (paragraphs(b, "agency"), paragraphs(b, "fiscal_year")) == (["สำนักงานเขตสวนล่าง"], ["๒๕๖๓"])
    assert paragraphs(a, "position") == LIBRARY["position"]
    a, b = reports(first + print_report(TREES))
    assert paragraphs(b, "agency") == ["สำนักงานเขตสวนบน"]


def test_titles_after_a_report_without_signature() -> None:
    titles = ["แบบรายงาน ประจำปีงบประมาณ พ.ศ.", "2563", "หน่วยงาน : สำนักงานเขตสวนล่าง"]
    first, second = print_report(LIBRARY)[:-4], titles + print_report(TREES)
    for one in (first, [*first, BANNER]):
        pages = (Page(1, tuple(Line(text, 1) for text in one)), Page(2, tuple(Line(text, 2) for text in second)))
        a, b = find_reports(Document(Kind.PDF, "made/1", pages), FORMS)
        assert paragraphs(a, "evidence") == LIBRARY["evidence"]
        assert paragraphs(b, "agency") == ["สำนักงานเขตสวนล่าง"]
        assert paragraphs(b, "fiscal_year") == ["2563"]
        assert (a.last_page, b.first_page) == (1, 2)


def test_title_in_the_page_header() -> None:
    lines = print_report(TREES)
    margins = (Line("หน่วยงาน : สำนักงานเขตสวนบน", 1), Line("หน้า 1/1", 1))
    page = Page(1, tuple(Line(text, 1) for text in lines), margins=margins)
    (report,) = find_reports(Document(Kind.PDF, "made/1", (page,)), FORMS)
    assert paragraphs(report, "agency") == ["สำนักงานเขตสวนบน"]
    agency = report.get("agency")
    assert agency is not None and agency.label.startswith("หน่วยงาน")


@pytest.mark.parametrize(
    ("line", "year"),
    [
        ("ประจำปีงบประมาณ พ.ศ. 2564", ["2564"]),
        ("ประจำปีงบประมาณ พ.ศ. ๒๕๖๔ หน้า 1/2", ["๒๕๖๔"]),
        ("ประจำปีงบประมาณ พ.ศ. 256", None),
    ],
)
def test_year_in_the_page_header(line: str, year: list[str] | None) -> None:
    page = Page(1, tuple(Line(text, 1) for text in print_report(TREES)), margins=(Line(line, 1),))
    (report,) = find_reports(Document(Kind.PDF, "made/1", (page,)), FORMS)
    found = report.get("fiscal_year")
    assert (None if found is None else list(found.paragraphs)) == year


def test_year_in_prose_is_no_title() -> None:
    report_in = {**TREES, "evidence": ["แผนปฏิบัติราชการ", "ประจำปีงบประมาณ พ.ศ. 2563"]}
    lines = [line for line in print_report(report_in) if line != BANNER]
    a, b = reports(lines[:-3] + print_report(LIBRARY))
    assert "2563" in "".join(paragraphs(a, "evidence"))
    assert b.get("fiscal_year") is None


@pytest.mark.parametrize(
    "lines, name, position",
    [
        (["ลงชื่อ ว่าที่ร้อยตรี สมาน คำดี (ผู้รับผิดชอบโครงการ)", "ตำแหน่ง ....."], "ว่าที่ร้อยตรี สมาน คำดี", None),
        (
            ["ลงชื่อ......................(ผู้รับผิดชอบโครงการ)", "(นางจันทร์ฉาย มาดี)", "ตำแหน่ง", "นักวิชาการ"],
            "นางจันทร์ฉาย มาดี",
            "นักวิชาการ",
        ),
        (["ลงชื่อ.....นายเอก ใจงาม.....(ผู้รับผิดชอบ", "โครงการ)", "ตำแหน่ง หัวหน้าฝ่าย"], "นายเอก ใจงาม", "หัวหน้าฝ่าย"),
        (["ลงชื่อ..............(ผู้รับผิดชอบโครงการ)", "(.......................)", "ตำแหน่ง.............."], None, None),
        (["(ลงชื่อ) นายเอก ใจงาม ผู้รับผิดชอบโครงการ ตำแหน่ง ผู้อำนวยการเขต"], "นายเอก ใจงาม", "ผู้อำนวยการเขต"),
        (["ลงชื่อ…………………………(ผู้รับผิดชอบโครงการ)", "ตำแหน่ง…………………"], None, None),
    ],
)
def test_signature(lines: list[str], name: str | None, position: str | None) -> None:
    (report,) = reports(print_report(TREES)[:-3] + lines)
    assert paragraphs(report, "responsible_person") == ([name] if name else [])
    assert paragraphs(report, "position") == ([position] if position else [])


def test_cells_of_a_drawn_table() -> None:
    rows = [
        (["1. ชื่อตัวชี้วัด :"], ["3. จำนวนสวน"]),
        (["2. ระดับความสำเร็จ :"], ["☐ ผลผลิต (Output) ☑ ผลลัพธ์ (Outcome)"]),
        (["3. คำนิยาม :"], [":: สวน หมายถึง ที่ว่าง", "ซึ่งมีต้นไม้"]),
        (["4. วิธีการคำนวณ :"], [":: นับ"]),
        (["5. เป้าหมาย :"], ["4 (แห่ง)"]),
        ([": ผลงานที่ทำได้ ="], ["5.00 (แห่ง)"]),
        (["6. รายงานผลการดำเนินงาน (รายไตรมาส) :"], []),
        (["(6.1) ไตรมาสที่ 1 :"], ["สำรวจ"]),
        (["(6.5) สรุปผลการดำเนินงาน (ปลาย", "ปีงบประมาณ) :"], [":: ครบ 5 แห่ง", "ตามแผน"]),
    ]
    lines = []
    for row, cells in enumerate(rows, 1):
        columns = [[Line(text, 1, cell=(1, row, column)) for text in texts] for column, texts in enumerate(cells, 1)]
        longest = max(map(len, columns))
        lines += [column[at] for at in range(longest) for column in columns if at < len(column)]
    (report,) = find_reports(Document(Kind.PDF, "made/1", (Page(1, tuple(lines)),)), FORMS)
    assert paragraphs(report, "year_summary")[0].startswith("ครบ 5 แห่ง")
    assert paragraphs(report, "actual") == ["5.00 (แห่ง)"]
    level = report.get("level")
    assert level is not None and level.option == "outcome"
    assert "ปลาย" not in "".join(paragraphs(report, "year_summary"))


def test_labels_in_narrow_cells() -> None:
    rows = [
        (["1. ชื่อตัวชี้", "วัด :"], ["3. จำนวนสวน"]),
        (["3. คำนิยาม", ":"], [":: สวน หมายถึง ที่ว่าง"]),
        (["4. วิธีการ", "คำนวณ :"], [":: นับ"]),
        (["5. เป้าหมาย", ":"], ["4 (แห่ง)"]),
        (["(6.5) สรุปผลการ", "ดำเนินงาน (ปลาย", "ปีงบประมาณ) :"], ["::"]),
        (["7. ปัจจัย", "สนับสนุนการ", "ดำเนินงาน", ":"], [":: ฝนดี"]),
        (["8. อุปสรรคต่อ", "การดำเนินงาน :"], [":: ดินแข็ง"]),
    ]
    lines = [
        Line(text, 1, cell=(1, row, column))
        for row, cells in enumerate(rows, 1)
        for column, texts in enumerate(cells, 1)
        for text in texts
    ]
    (report,) = find_reports(Document(Kind.PDF, "made/1", (Page(1, tuple(lines)),)), FORMS)
    got = {field.key: list(field.paragraphs) for field in report.fields}
    assert got["indicator_name"] == ["3. จำนวนสวน"]
    assert got["definition"] == ["สวน หมายถึง ที่ว่าง"]
    assert got["calculation"] == ["นับ"]
    assert got["target"] == ["4 (แห่ง)"]
    assert got["year_summary"] == []
    assert got["supporting_factors"] == ["ฝนดี"]
    assert got["obstacles"] == ["ดินแข็ง"]


def test_page_headers_are_dropped_but_the_same_words_in_prose_are_kept() -> None:
    header = ["สำนักยุทธศาสตร์และประเมินผล กรุงเทพมหานคร", "พิมพ์จากระบบ Digital Plans เมื่อ 4 ตุลาคม 2564 เวลา 14.05 น. หน้า 1/2"]
    lines = print_report({**TREES, "quarters.3": ["ส่งรายงานถึง", "สำนักยุทธศาสตร์และประเมินผล กรุงเทพมหานคร", "แล้ว"]})
    at = next(at for at, line in enumerate(lines) if line.startswith("7. ")) + 2
    (report,) = reports([*header, *lines[:at], *header, *lines[at:]])
    assert paragraphs(report, "supporting_factors") == TREES["supporting_factors"]
    assert "กรุงเทพมหานคร" in "".join(paragraphs(report, "quarters.3"))


@pytest.mark.parametrize(("behind", "dropped"), [(0, True), (2, True), (3, False)])
def test_the_foot_of_a_page_is_its_last_three_lines(behind: int, dropped: bool) -> None:
    """A footer, with so many lines of the report between it and the end of the page: farther up it is prose."""
    footer = ["สำนักยุทธศาสตร์และประเมินผล กรุงเทพมหานคร"]
    lines = print_report({**TREES, "quarters.3": ["เตรียมดิน", "ขุดหลุม", "ปลูก", "รดน้ำ"]})
    at = next(at for at, line in enumerate(lines) if line.startswith("(6.3)")) + 4
    first = [*lines[: at - behind], *footer, *lines[at - behind : at]]
    pages = [Page(n, tuple(Line(text, n) for text in part)) for n, part in enumerate((first, lines[at:]), 1)]
    (report,) = find_reports(Document(Kind.PDF, "made/1", tuple(pages)), FORMS)
    assert ("กรุงเทพมหานคร" not in "".join(paragraphs(report, "quarters.3"))) is dropped


@pytest.mark.parametrize("mark", ["", ":: ", "• ", "-- ", "8. "])
def test_a_heading_over_two_lines(mark: str) -> None:
    lines = print_report({**TREES, "obstacles": ["ดินเค็ม"]}, Style(numbers=bool(mark == "8. ")))
    at = next(at for at, line in enumerate(lines) if "อุปสรรคต่อการดำเนินงาน" in line)
    (report,) = reports([*lines[:at], f"{mark}อุปสรรคต่อการ", "ดำเนินงาน :", *lines[at + 1 :]])
    assert paragraphs(report, "obstacles") == ["ดินเค็ม"]
    assert paragraphs(report, "supporting_factors") == TREES["supporting_factors"]


def test_banner_over_two_lines() -> None:
    lines = print_report(TREES)
    at = lines.index(BANNER)
    cut = BANNER.index("ตามแผน")
    (report,) = reports([*lines[:at], BANNER[:20], BANNER[20:cut].strip(), BANNER[cut:], *lines[at + 1 :]])
    assert paragraphs(report, "evidence") == TREES["evidence"]


@pytest.mark.parametrize(
    "lines, code",
    [
        ([], "blank"),
        (
            ["บันทึกข้อความ", "เรื่อง ขอเชิญประชุม", "1. ด้วยจะจัดประชุม", "3. คำนิยามให้เป็นไปตามคำสั่ง", "5. เป้าหมาย : ครบทุกคน"],
            "not-a-report",
        ),
        (["1. Scope : Rooms", "2. Level : twice a day", "5. Target : 80 percent", "9. Evidence : log"], "not-a-report"),
        ([f"{n} {label} :" for _, n, label, _ in HEADINGS], "headings-only"),
        ([f"{n} {label} ............... {at}" for at, (_, n, label, _) in enumerate(HEADINGS)], "headings-only"),
        (["สารบัญ", *[f"{label} . . . . . {at}" for at, (_, _, label, _) in enumerate(HEADINGS)]], "not-a-report"),
    ],
)
def test_what_is_no_report(lines: list[str], code: str) -> None:
    assert reports(lines) == ()
    found, values = why_not_a_report(document(lines), FORMS)
    assert found == code
    assert (code == "not-a-report") == ("why" in values)


@pytest.mark.parametrize(
    ("key", "text", "says"),
    [
        ("definition", "งด", True),
        ("definition", "ก", False),  # a stain, a mark of a list
        ("definition", "ก.....", False),
        ("definition", "........ 12", False),  # a leader and its page
        ("target", "9", True),
        ("target", "๙", True),
        ("target", "........ 9", False),
    ],
)
def test_what_is_content_beyond_headings(key: str, text: str, says: bool) -> None:
    lines = [
        f"{number} {label} : {text}" if own == key else f"{number} {label} :" for own, number, label, _ in HEADINGS
    ]
    assert (len(reports(lines)) == 1) is says


@pytest.mark.parametrize("full", [True, False])
def test_words_of_a_heading_behind_a_full_line_may_continue_it(full: bool) -> None:
    """Of two lines that begin like one heading, the first is prose where the line above it is full."""
    label = "อุปสรรคต่อการดำเนินงาน"
    body = [("กขคงจ " * 30).strip()]
    report_in = {**TREES, "definition": body, "calculation": body, "supporting_factors": [], "obstacles": ["ดินเค็ม"]}
    printed = print_report(report_in, Style(60, numbers=False))
    at = next(at for at, line in enumerate(printed) if label in line)
    before = "กขคงจ " * 9 + "กขคงจ" if full else "ฝนตก"
    (report,) = find_reports(document([*printed[:at], before, f"{label} : มีน้อย", *printed[at:]]), FORMS)
    factors, obstacles = report.get("supporting_factors"), report.get("obstacles")
    assert factors is not None and obstacles is not None
    if full:
        assert factors.paragraphs == (f"{before} {label} : มีน้อย",) and obstacles.paragraphs == ("ดินเค็ม",)
    else:
        assert factors.paragraphs == ("ฝนตก",) and obstacles.paragraphs == ("มีน้อย", "ดินเค็ม")

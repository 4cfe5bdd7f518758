"""Each line of a document is told by the field that took it, and what no field took is told as that."""

from __future__ import annotations

from extract.sections.claims import Claims, Part, claims
from extract.sections.find import find_reports
from extract.sections.forms import load_forms
from tests.extract_sections.made import HEADINGS, LIBRARY, TREES, document, print_report

FORMS = load_forms()
LINES = print_report(LIBRARY)


def by_text(found: Claims) -> dict[str, tuple[Part, tuple[str, ...]]]:
    return {line.text: (line.part, line.fields) for line in found.lines}


def test_every_label_of_a_report_is_told_with_its_field() -> None:
    found = claims(document(LINES), FORMS)
    assert (found.form, found.reports) == ("bma-indicator", 1)
    told = {name for line in found.lines if line.part is Part.LABEL for name in line.fields}
    assert {key for key, _, _, _ in HEADINGS if key} <= told
    assert [line.text for line in found.lines] == LINES


def test_lines_of_prose_belong_to_the_section_that_took_them() -> None:
    made = document(LINES)
    (report,) = find_reports(made, FORMS)
    field = report.get("quarters.2")
    assert field is not None
    text = "".join(field.paragraphs).replace(" ", "")
    own = [line for line in claims(made, FORMS).lines if line.fields == ("quarters.2",) and line.part is Part.VALUE]
    assert own and all(line.text.replace(" ", "") in text for line in own)


def test_what_stands_before_the_first_label_is_nobodys() -> None:
    strange = "บันทึกแนบท้ายของฝ่ายธุรการ"
    found = by_text(claims(document([strange, *LINES]), FORMS))
    assert found[strange] == (Part.NONE, ())


def test_two_reports_are_counted() -> None:
    assert claims(document([*LINES, *print_report(TREES)]), FORMS).reports == 2


def test_a_few_headings_are_shown_though_they_make_no_report() -> None:
    lines = ["บันทึกข้อความ", "1. ชื่อตัวชี้วัด : จำนวนแห่ง", "3. คำนิยาม :", "แห่ง หมายถึง ที่ทำการ", "4. วิธีการคำนวณ :", "นับ"]
    found = claims(document(lines), FORMS)
    assert (found.form, found.reports) == ("bma-indicator", 0)
    assert by_text(found)[lines[4]] == (Part.LABEL, ("calculation",))


def test_a_document_without_any_heading_has_no_form() -> None:
    found = claims(document(["บันทึกข้อความ", "เรื่อง ขอเชิญประชุม"]), FORMS)
    assert (found.form, found.lines) == (None, ())

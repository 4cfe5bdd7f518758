"""What must hold whatever comes: nothing raises but InputError, the same twice gives the same, wording survives."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.intake import triage
from extract.intake.encodings import decode, detect_encoding
from extract.reading.document import read_document
from extract.sections.find import find_reports
from extract.sections.forms import load_forms, parse_form
from extract.thai.letters import canonical, ill_formed, repair_text
from normalize.dates import DateContext, locate_dates
from normalize.digits import parse_number, to_arabic
from normalize.measures import parse_measure
from normalize.names import parse_fiscal_year, split_number
from normalize.numerals import find_numerals, parse_numeral
from normalize.orders import find_citations
from normalize.quantities import find_quantities
from raingan.model.errors import FormError, InputError
from raingan.model.json_record import to_line
from raingan.model.records import DateKind, Document, Kind, Line, Page, Source, State
from raingan.pipeline import process
from raingan.settings import Settings
from tests.fuzz.made import SAMPLES, damaged, few, prose, sample
from tests.json_back import from_line
from tests.records import told

FORMS = load_forms()
FORM_FILES = sorted((SAMPLES.parent / "extract" / "sections" / "forms").glob("*.toml"))
SETTINGS = Settings()
TEXTS = ("park.txt", "daycare.txt", "complaints.txt", "library.html", "stalls.html")
STARTS = (
    b"",
    b"%PDF-1.7\n",
    b"PK\3\4",
    b"<html>",
    b"\xff\xfe",
    b"II*\0",
    b"\x89PNG\r\n\x1a\n",
    b"MIME-Version: 1.0\n",
    b"BM",
)
NAMES = ("a.txt", "a.pdf", "a.docx", "a.html", "a.zip", "a", "a.mhtml", ".docx")


@few(150)
@given(st.sampled_from(STARTS), st.binary(max_size=400), st.sampled_from(NAMES))
def test_triage_answers(start: bytes, rest: bytes, name: str) -> None:
    source = Source(name, start + rest, "")
    found = triage.look(source)
    assert found == triage.look(source)
    assert isinstance(triage.refusal(source, found), InputError)
    assert found.kind is not Kind.TEXT or found.encoding is not None


@few(150)
@given(st.binary(max_size=400), st.one_of(st.none(), st.text(max_size=12)))
def test_any_bytes_decode_to_text_that_can_be_written(data: bytes, declared: str | None) -> None:
    encoding = detect_encoding(data, declared)
    if encoding is not None:
        assert decode(data, encoding).encode("utf-8", "surrogatepass").decode("utf-8", "replace")


@few(60)
@given(
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp874"]),
    st.lists(st.sampled_from(sample("park.txt").decode().split("\n")), min_size=4, max_size=12),
)
def test_thai_is_told_in_every_encoding(codec: str, lines: list[str]) -> None:
    text = "\n".join(lines).encode("cp874", "ignore").decode("cp874")
    if sum("\u0e01" <= character <= "\u0e5b" for character in text) < 60:
        return
    data = text.encode(codec)
    encoding = detect_encoding(data)
    assert encoding is not None
    assert decode(data, encoding) == text


@few(30)
@given(damaged((*TEXTS, "training.docx", "canal.pdf", "two.pdf", "broken.pdf")))
def test_damaged_files_are_read_or_refused(given_file: tuple[str, bytes]) -> None:
    name, data = given_file
    source = Source(name, data, "")
    try:
        document = read_document(source, SETTINGS.limits)
    except InputError as error:
        assert error.code
        return
    assert document == read_document(source, SETTINGS.limits)
    assert [page.number for page in document.pages] == list(range(1, len(document.pages) + 1))
    for page in document.pages:
        assert all(line.text == line.text.strip() != "" and line.page == page.number for line in page.lines)


@few(30)
@given(damaged(TEXTS))
def test_damaged_reports_come_back_from_their_record(given_file: tuple[str, bytes]) -> None:
    name, data = given_file
    result, reports = process(Source(name, data, "0" * 64), FORMS, SETTINGS)
    assert result.state in State and result.reason != "bug"
    for report in reports:
        line = to_line(told(report))
        assert "\n" not in line.removesuffix("\n")
        assert to_line(from_line(line)) == line


@few(25)
@given(st.permutations(sample("park.txt").decode().split("\n")), st.lists(prose, max_size=5), st.data())
def test_lines_in_any_order(lines: list[str], more: list[str], data: st.DataObject) -> None:
    for text in more:
        lines.insert(data.draw(st.integers(0, len(lines))), text)
    result, reports = process(Source("a.txt", "\n".join(lines).encode("utf-8", "replace"), ""), FORMS, SETTINGS)
    assert result.reason != "bug", result.reason_values
    assert result.reports == len(reports)


@few(80)
@given(st.lists(prose, max_size=40))
def test_sections_of_any_lines(texts: list[str]) -> None:
    lines = tuple(Line(text.replace("\n", " "), 1 + at // 15) for at, text in enumerate(texts))
    pages = tuple(Page(number + 1, lines[number * 15 : number * 15 + 15]) for number in range(-(-len(lines) // 15)))
    for report in find_reports(Document(Kind.PDF, "made/1", pages), FORMS):
        assert 1 <= report.first_page <= report.last_page <= len(pages)
        for field in report.fields:
            assert all(text == text.strip() != "" for text in field.paragraphs)


@few(250)
@given(prose, st.one_of(st.none(), st.integers(2550, 2580)))
def test_dates_stand_in_the_text(text: str, fiscal_year: int | None) -> None:
    context = DateContext(fiscal_year)
    dates = locate_dates(text, "quarter_1", context)
    assert dates == locate_dates(text, "quarter_1", context)
    for found in dates:
        assert 0 <= found.start < found.end <= len(text)
        mention = found.mention
        assert mention.kind in DateKind
        assert (mention.start is None) == (mention.end is None)
        if mention.start is not None and mention.end is not None:
            assert mention.start <= mention.end


@few(120)
@given(prose)
def test_figures_of_any_text(text: str) -> None:
    measure, _ = parse_measure(text)
    assert measure.value is None or measure.value.is_finite()
    assert (measure.value is None) <= (measure.upper is None)
    for quantity in find_quantities(text, "evidence"):
        assert quantity.value is None or quantity.value.is_finite()
        assert quantity.text.strip()
    for start, end, value in find_numerals(text):
        assert 0 <= start < end <= len(text) and value == value.to_integral_value()
    found = locate_dates(text, "evidence", DateContext(2567))
    assert all(paper.number == to_arabic(paper.number) for paper in find_citations(text, found))
    year, _ = parse_fiscal_year(text)
    assert year is None or 2400 <= year <= 2700
    number, rest = split_number(text)
    assert number is None or (number and len(rest) < len(text))


@few(150)
@given(st.one_of(st.integers(0, 10**15), st.decimals(0, 10**9, places=2)))
def test_numbers_read_the_same_in_both_digits(number: int | Decimal) -> None:
    plain = f"{number:,}"
    thai = plain.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
    assert parse_number(plain) == parse_number(thai) == Decimal(number)
    assert to_arabic(thai) == plain


@few(250)
@given(prose)
def test_repairing_twice_is_repairing_once(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)
    repaired, _ = repair_text(text)
    if not ill_formed(repaired):  # marks that stand on nothing have no order to be brought into
        assert repair_text(repaired)[0] == repaired
    parse_numeral(text)


@few(60)
@given(st.integers(0, 10**6), st.sampled_from(FORM_FILES), st.data())
def test_a_damaged_form_is_a_form_or_told(seed: int, path: Path, data: st.DataObject) -> None:
    lines = path.read_text(encoding="utf-8").split("\n")
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        lines[at] = data.draw(
            st.sampled_from(
                [lines[at][::-1], lines[at] + lines[at], "", "key = 1", "[[fields]]", 'x = "', lines[seed % len(lines)]]
            )
        )
    try:
        parse_form("\n".join(lines), "any.toml")
    except FormError as error:
        assert str(error)


@pytest.mark.parametrize("name", ["atheris_text_repair", "atheris_forms"])
def test_the_targets_of_atheris_take_anything(name: str) -> None:
    """They run without Atheris too, so that they do not rot; Atheris itself is not needed here."""
    from importlib import import_module

    target = import_module(f"tests.fuzz.{name}")
    for data in (b"", b"\0", sample("park.txt"), sample("canal.pdf")[:3000], b"\xff" * 50):
        target.one_input(data)

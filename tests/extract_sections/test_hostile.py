"""Input of any kind: nothing raises, and the time grows with the number of lines."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.sections.choices import read_choice
from extract.sections.find import find_reports, why_not_a_report
from extract.sections.forms import load_forms, parse_form
from extract.sections.labels import prefix_distance
from extract.thai.folding import fold, unfolded_at
from raingan.model.errors import FormError
from raingan.model.records import Document, Kind, Line, Page
from tests.counting import Growth, of_pieces
from tests.extract_sections.made import HEADINGS, LIBRARY, TREES, document, print_report

FORMS = load_forms()
HEADS = [f"{number} {label}" for _, number, label, _ in HEADINGS]
PRINTED = [*print_report(LIBRARY), *print_report(TREES)]
WEB = [
    "Back Home",
    "ก : 1234-5678",
    "ค่าเป้าหมาย ก : 1",
    "ผลงานที่ทำได้ ก : 1",
    "ผลงานเทียบกับเป้าหมายรายไตรมาส",
    "รายงานผลฯ ไตรมาสที่ 1",
]

anything = st.text(st.sampled_from("กขคงนรส่้ิีำาเแ๑๒12309 .,:()[]-=/*☑☐\u200b\uf0fe\x00aB\u0e4d%"), max_size=40)
lines = st.lists(
    st.one_of(
        anything,
        st.text(max_size=30),
        st.sampled_from(PRINTED + WEB),
        st.builds(lambda head, rest: head + rest, st.sampled_from(HEADS), anything),
        st.builds(lambda text, at: text[:at], st.sampled_from(PRINTED), st.integers(0, 60)),
        st.sampled_from(["1", "2", "3", "4", "0 / 0", "25.00", "::", ":", "-", "....."]),
    ),
    max_size=60,
)
boxes = st.one_of(st.none(), st.tuples(*[st.floats(-10, 900, allow_nan=False) for _ in range(4)]))


@settings(max_examples=70, deadline=None)
@given(lines, st.data())
def test_nothing_raises(texts: list[str], data: st.DataObject) -> None:
    some = [
        Line(
            text,
            1 + at // 20,
            box=data.draw(boxes) if at % 5 == 0 else None,
            edges=(40.0, 500.0) if at % 3 == 0 else None,
            cell=(1, at // 2, at % 2 + 1) if at % 7 == 0 else None,
            paragraph_end=at % 11 == 0,
            raw=text[::-1] if at % 13 == 0 else None,
            size=10.0 if at % 2 else None,
        )
        for at, text in enumerate(texts)
    ]
    pages = tuple(Page(number, tuple(some[at : at + 20])) for number, at in enumerate(range(0, len(some), 20), 1))
    given_document = Document(Kind.PDF, "made/1", pages)
    found = find_reports(given_document, FORMS)
    assert found == find_reports(given_document, FORMS)
    code, _ = why_not_a_report(given_document, FORMS)
    assert code in ("blank", "headings-only", "another-form", "not-a-report")
    for report in found:
        assert 1 <= report.first_page <= report.last_page
        assert len({field.key for field in report.fields}) == len(report.fields)
        assert all(text == text.strip() and text for field in report.fields for text in field.paragraphs)


@settings(max_examples=50, deadline=None)
@given(lines)
def test_no_wording_is_lost_between_headings(texts: list[str]) -> None:
    """What stands inside a prose section comes out of it, whatever it is."""
    inner = [text for text in texts if not any(char in text for char in ":=*") and len(text) > 3][:8]
    inner = [f"กกก {text}" for text in inner if text.isprintable()]
    printed = print_report(TREES)
    at = next(at for at, line in enumerate(printed) if line.startswith("(6.2)"))
    found = find_reports(document([*printed[:at], *inner, *printed[at:]]), FORMS)
    if len(found) == 1 and (field := found[0].get("quarters.1")):
        have = fold("".join(field.paragraphs))
        assert all(fold(text) in have for text in inner)


REPEATED = (
    [f"{head} :" for head in HEADS],
    ["(6.2) ไตรมาสที่ 2 : ก"],
    ["1. ชื่อตัวชี้วัด : ก"],
    PRINTED,
    ["5. เปาหมาย", "ปัจจัยสนับสนการดำเนิงาน :"],
    [*WEB, *["1"] * 40],
    ["1. " + "ก" * 90],
    ["ลงชื่อ ( ตำแหน่ง ( ลงชื่อ ("],
    ["**** ผลการดำเนินงานส่วนที่ 2"],
)
PIECES = ("ก", " ", ":", "(", "1.", "-", ". ", "9", "ไตรมาสที่ 1 : ", "ลงชื่อ(", "1 / ", "[", "☑", "่")
PLACES = (1, 8, len(print_report(TREES)) - 2)  # of the title, of the goals, of the last section


def repeated(some: list[str]) -> Callable[[int], Document]:
    return lambda count: document((some * (count // len(some) + 1))[:count])


def with_endless_lines(piece: str) -> None:
    printed = print_report(TREES)
    for at in PLACES:
        find_reports(document([*printed[:at], printed[at] + piece, *printed[at:]]), FORMS)
        find_reports(document([*printed[:at], piece, *printed[at:]]), FORMS)
    read_choice(piece, FORMS[0].fields[3].options, True)


GROWTH = [
    *(
        Growth(f"lines {number} again and again", repeated(some), lambda made: find_reports(made, FORMS), 100, 1_600)
        for number, some in enumerate(REPEATED)
    ),
    *of_pieces(with_endless_lines, PIECES, 1_000, 20_000),
]


@pytest.mark.parametrize("growth", GROWTH, ids=str)
def test_work_grows_with_the_lines_and_with_their_length(growth: Growth) -> None:
    growth.check()


@settings(max_examples=120, deadline=None)
@given(st.text(max_size=40), st.integers(0, 60))
def test_folding_finds_its_way_back(text: str, place: int) -> None:
    folded = fold(text)
    end = unfolded_at(text, place)
    assert 0 <= end <= len(text)
    if place <= len(folded):
        assert fold(text[:end])[:place] == folded[:place]


@settings(max_examples=120, deadline=None)
@given(st.text("กขคง่1", min_size=1, max_size=12), st.text("กขคง่1:", max_size=14), st.integers(0, 3))
def test_prefix_distance_is_the_least(label: str, text: str, most: int) -> None:
    def full(a: str, b: str) -> int:
        previous = list(range(len(b) + 1))
        previous = [sum(99 if char == "1" else 1 for char in b[:end]) for end in range(len(b) + 1)]
        for char in a:
            drop = 99 if char == "1" else 1
            current = [previous[0] + drop]
            for column, other in enumerate(b, 1):
                add = 99 if other == "1" else 1
                swap = 0 if char == other else max(drop, add)
                current.append(min(previous[column - 1] + swap, previous[column] + drop, current[-1] + add))
            previous = current
        return previous[-1]

    best = min(full(label, text[:end]) for end in range(min(len(text), len(label) + most) + 1))
    found = prefix_distance(label, text, most)
    assert (found[0] if found else None) == (best if best <= most else None)


@settings(max_examples=70, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_a_form_or_an_error(text: str) -> None:
    try:
        parse_form(text, "any.toml")
    except FormError as err:
        assert str(err)

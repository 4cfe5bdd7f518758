"""What is asked about an archive: planted oddities are, plain series are not, and doubtful readings never get there."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date
from decimal import Decimal

import pytest

from normalize.questions.gather import Gathered
from normalize.questions.points import identity, point_of
from raingan.model.messages import severity
from raingan.model.questions import Question
from raingan.model.records import Flag, Measure, Order, Origin, QuarterResult, Report

YEARS = range(2561, 2567)
NAME = "ร้อยละของชุมชนที่คัดแยกขยะครบตามแผน"
PERCENT, COUNT = "ร้อยละ", "แห่ง"
# Results of six years that nothing is to be asked about: no jump, no repetition, targets not below the year before.
PLAIN = ("81.25", "82.40", "84.10", "83.30", "86.05", "88.75")


def made(
    year: int,
    result: str | None,
    target: str | None = "80",
    *,
    agency: str = "สำนักงานเขตหนึ่ง",
    name: str = NAME,
    unit: str = PERCENT,
    quarters: Sequence[str | None] = (),
    **more: object,
) -> Report:
    report = Report(
        file=f"{agency} {year}.txt",
        sha256="0" * 64,
        pages=None,
        read_by="text",
        form="bma-indicator",
        agency=agency,
        fiscal_year=year,
        indicator_number="2.1",
        indicator_name=name,
        definition="ชุมชน หมายถึง ชุมชนที่จดทะเบียนกับเขต คัดแยกครบ หมายถึง คัดแยกสี่ประเภท",
        target=Measure(None if target is None else Decimal(target), unit),
        actual=Measure(None if result is None else Decimal(result), unit),
        quarter_results={
            str(at): QuarterResult(None if value is None else Decimal(value)) for at, value in enumerate(quarters, 1)
        },
    )
    return dataclasses.replace(report, **more)  # type: ignore[arg-type]


def series(results: Sequence[str], targets: Sequence[str] | None = None, **more: object) -> list[Report]:
    """Reports of consecutive years."""
    targets = targets or [str(80 + 2 * at) for at in range(len(results))]
    return [
        made(year, result, target, **more)  # type: ignore[arg-type]
        for year, result, target in zip(YEARS, results, targets, strict=False)
    ]


def asked(reports: Sequence[Report]) -> list[Question]:
    with closing(Gathered(severity)) as gathered:
        for number, report in enumerate(reports, 1):
            gathered.add(number, report)
        return list(gathered.questions())


def rules_of(reports: Sequence[Report]) -> list[str]:
    return [question.rule for question in asked(reports)]


def test_a_plain_series_asks_nothing() -> None:
    assert rules_of(series(PLAIN)) == []


def changed(reports: list[Report], at: int, **more: object) -> list[Report]:
    return [dataclasses.replace(report, **more) if n == at else report for n, report in enumerate(reports)]  # type: ignore[arg-type]


ORDER = Order("evidence", "12/2561", date(2018, 3, 1), None, "คำสั่งที่ 12/2561")
PLANTED = {
    "R3": changed(series(PLAIN), 3, actual=Measure(Decimal("0.8330"), PERCENT)),
    "R4": changed(series(PLAIN), 5, target=Measure(Decimal(40), PERCENT), actual=Measure(Decimal(100), PERCENT)),
    "R5": [made(2561, "60", quarters=("20", "40", "60", None))],
    "R6": changed(series(PLAIN), 2, definition="ชุมชน หมายถึง กลุ่มบ้านเรือนที่รวมตัวกันเองและมีคณะกรรมการ"),
    "R7": series(("85.20", "86.10"), ("85", "80")),
    "R8": series(("95.10", "96.20", "97.05"), ("80", "80", "80")),
    "R9": series(("80.40", "81.00", "81.50", "82.00"), ("80", "80.4", "81", "81.5")),
    "R12": series(("81.25", "84.10", "84.10")),
    "R13": series(("55.10", "83.30")),
    "R19": [*series(PLAIN[:2], ("85", "90")), *[made(2563, "5", "4", name=f"จำนวนโครงการ {at}") for at in "กขคงจ"]],
    "R21": [made(2561, "60", "50", unit=COUNT, quarters=("5", "5", "10", "40"))],
    "R22": [made(2562, "81.25", orders=(ORDER,)), made(2564, "84.10", "82", orders=(ORDER,))],
}


@pytest.mark.parametrize("rule", PLANTED)
def test_what_was_planted_is_asked(rule: str) -> None:
    assert rule in rules_of(PLANTED[rule])


def districts(results: Sequence[str], year: int = 2565) -> Iterator[Report]:
    for at, result in enumerate(results):
        yield made(year, result, "70", agency=f"สำนักงานเขตที่ {at}")


def test_one_agency_far_from_its_peers_is_asked_and_they_are_not() -> None:
    peers = ("71.2", "72.4", "73.1", "74.8", "75.5", "76.9", "77.3", "78.6", "79.4", "80.2", "81.7")
    (question,) = asked([*districts(peers), made(2565, "42.5", "70", agency="สำนักงานเขตไกล")])
    assert (question.rule, question.agency, question.values["count"]) == ("R14", "สำนักงานเขตไกล", "11")
    assert question.tested == len(peers) + 1 and question.by_chance == pytest.approx(0.014 * question.tested)


def test_many_exact_hits_of_one_agency_are_asked() -> None:
    others = [
        made(2565, f"{70 + at % 17}.{at % 10}5", "70", agency=f"เขต {at % 9}", name=f"ร้อยละของงานที่ ก{at}")
        for at in range(110)
    ]
    own = [made(2565, "75.5", "75.5", agency="เขตพอดี", name=f"ร้อยละของเรื่อง {chr(0x0E01 + at)}") for at in range(9)]
    found = [question for question in asked([*others, *own]) if question.rule == "R10"]
    assert [question.agency for question in found] == ["เขตพอดี"]


DOUBTS = (
    {"flags": (Flag("value-doubtful", "actual.value", {"text": "0.8330"}),)},
    {"origin": {"actual": Origin(1, None, "0.8330", 0.99)}},
    {"agency": None},
    {"fiscal_year": None},
    {"indicator_name": None},
)


@pytest.mark.parametrize("doubt", DOUBTS)
def test_a_doubtful_figure_is_a_matter_for_review_first(doubt: dict[str, object]) -> None:
    odd = dataclasses.replace(PLANTED["R3"][3], **doubt)  # type: ignore[arg-type]
    assert point_of(1, odd, severity) is None
    assert "R3" not in rules_of([*PLANTED["R3"][:3], odd])


def test_what_a_person_confirmed_counts_though_a_picture_was_read() -> None:
    odd = dataclasses.replace(PLANTED["R3"][3], origin={"actual": Origin(1, None, "0.8330", 0.99)})
    assert point_of(1, odd, severity, frozenset({"actual.value"})) is not None


def test_nothing_is_compared_over_a_break() -> None:
    wording = "ชุมชน หมายถึง กลุ่มบ้านเรือนที่รวมตัวกันเองและมีคณะกรรมการ"
    reports = series(("55.10", "83.30"))
    assert "R13" in rules_of(reports)
    assert rules_of(changed(reports, 1, definition=wording)) == ["R6"]


def test_years_in_a_definition_that_move_on_break_nothing() -> None:
    reports = [
        dataclasses.replace(report, definition=f"ชุมชนที่จดทะเบียนกับเขตภายในปี {report.fiscal_year} และคัดแยกสี่ประเภท")
        for report in series(PLAIN)
    ]
    assert rules_of(reports) == []
    fixed = changed(reports, 3, definition="ชุมชนที่จดทะเบียนกับเขตภายในปี 2550 และคัดแยกสี่ประเภท")
    assert "R6" in rules_of(fixed)


def test_where_fewer_is_better_no_rule_of_targets_speaks() -> None:
    fewer = [
        dataclasses.replace(report, target=dataclasses.replace(report.target, operator="<="))
        for report in PLANTED["R8"]
    ]
    assert not {"R7", "R8", "R9"} & set(rules_of(fewer))


def test_a_year_that_was_reported_twice_with_other_figures_is_left_out() -> None:
    twice = [*series(("55.10", "83.30")), made(2562, "56.20", "82")]
    assert "R13" not in rules_of(twice)


def test_one_agency_gets_no_more_than_a_letter_holds() -> None:
    many = [
        report
        for at in range(30)
        for report in series(("55.10", "83.30"), name=f"ร้อยละของงานด้าน{chr(0x0E01 + at)}{chr(0x0E01 + at)}")
    ]
    found = asked(many)
    assert len(found) == 25 and {question.listed for question in found} == {30}


def test_one_indicator_is_one_under_any_number_and_spacing() -> None:
    names = ("1. ร้อยละของ ชุมชน", "(3) ร้อยละของชุมชน", "ร้อยละของชุมชน", "2.4 ร้อยละ ของชุมชน")
    assert len({identity(name) for name in names}) == 1


def test_both_places_are_told() -> None:
    (question,) = [one for one in asked(PLANTED["R13"]) if one.rule == "R13"]
    assert question.places == ((1, "actual"), (2, "actual")) and question.years == (2561, 2562)

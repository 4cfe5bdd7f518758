"""Doubts of figures read from pictures: confirmed, doubtful, contradicted, and where nothing is said."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from normalize.doubts import SURE, judge
from normalize.places import Context, FigureSpan, core, find_places
from normalize.report import normalize_report
from normalize.witnesses import WITNESSES
from raingan.model.messages import LANGUAGES, reason_words, sentence
from raingan.model.records import Flag, RawField, RawReport, ReadToken, Report
from tests.counting import Growth
from tests.records import record_of

Others = tuple[tuple[str, float], ...]

FIELDS: dict[str, str] = {
    "fiscal_year": "2564",
    "indicator_name": "2.1 ร้อยละของสวนริมคลอง",
    "indicator_code": "5048-0792",
    "strategy.issue": "ด้านที่ ๕ - เมืองน่าอยู่",
    "strategy.sub": "๕.๒ - เมืองสะอาด",
    "strategy.goal": "๕.๒.๑ คนเมืองมีสวน",
    "definition": "สวน หมายถึง พื้นที่ไม่น้อยกว่า ๓๐ ตารางเมตร",
    "target": "80 (ร้อยละ)",
    "actual": "82.50 (ร้อยละ)",
    "quarters.1": (
        "(1) สำรวจ วันที่ 5 พฤศจิกายน 2563\n(2) ตั้งคณะทำงาน ตามคำสั่งสำนักงานเขตบางรัก ที่ 7/2563"
        " ลงวันที่ 8 ธันวาคม 2563\n(3) ใช้งบประมาณ 12,500 บาท (หนึ่งหมื่นสองพันห้าร้อยบาทถ้วน)"
    ),
    "quarters.2": "อบรม วันพุธที่ 3 มีนาคม 2564 จำนวน 60 คน",
    "year_summary": "ปลูกได้ 33 แปลง คิดเป็นร้อยละ 82.50",
}


def raw_with(key: str, read: str, true: str, confidence: float, others: Others = ()) -> RawReport:
    """The report with one figure of a field read as it says."""
    fields = []
    for name, value in FIELDS.items():
        tokens: tuple[ReadToken, ...] = ()
        if name == key:
            before, found, behind = value.partition(true)
            assert found
            value = before + read + behind
            tokens = (ReadToken(read, confidence, others, 1, None, b"png"),)
        fields.append(RawField(name, tuple(value.split("\n")), value, confidence=0.97, tokens=tokens))
    return RawReport("bma-indicator", 1, 1, tuple(fields))


def read(raw: RawReport) -> Report:
    return normalize_report(raw, "a.pdf", "0", "ocr")


def doubt(key: str, read_as: str, true: str, confidence: float, others: Others = ()) -> Flag | None:
    """The flag that the figure gets; at most one."""
    flags = [flag for flag in read(raw_with(key, read_as, true, confidence, others)).flags if flag.picture]
    assert len(flags) <= 1
    return flags[0] if flags else None


CONFIRMED = [
    # key, figure, readings beside it that do not fit
    ("strategy.goal", "๕.๒.๑", (("๕.๓.๑", 0.05), ("๖.๒.๑", 0.03))),
    ("fiscal_year", "2564", (("2504", 0.06), ("2561", 0.02))),
    ("quarters.1", "7/2563", (("7/2503", 0.08),)),
    ("quarters.1", "(3)", (("(8)", 0.09),)),
    ("quarters.1", "12,500", (("12,800", 0.08),)),
    ("quarters.2", "3 มีนาคม", (("8 มีนาคม", 0.08),)),
    ("actual", "82.50", (("32.50", 0.08),)),
    ("year_summary", "82.50", (("82.60", 0.08),)),
]


@pytest.mark.parametrize(("key", "figure", "others"), CONFIRMED, ids=[item[1] for item in CONFIRMED])
def test_context_confirms(key: str, figure: str, others: Others) -> None:
    token = figure.partition(" ")[0]
    short = tuple((text.partition(" ")[0], share) for text, share in others)
    assert doubt(key, token, token, 0.9, short) is None


CONTRADICTED = [
    # key, true, as read, key path of the flag, reason
    ("strategy.goal", "๕.๒.๑", "๘.๒.๑", "strategy.goal.code", "plan"),
    ("fiscal_year", "2564", "2554", "fiscal_year", "fiscal-year"),
    ("quarters.1", "7/2563", "7/2503", "orders.0", "order-year"),
    ("quarters.1", "(3)", "(8)", "quarters.1", "list-mark"),
    ("quarters.1", "12,500", "12,800", "quantities.1", "in-words"),
    ("quarters.2", "3", "8", "dates.2", "weekday"),
    ("quarters.2", "2564", "2504", "dates.2", "near-year"),
    ("target", "80", "808", "target.value", "unit-range"),
    ("actual", "82.50", "32.50", "actual.value", "restated"),
]


@pytest.mark.parametrize(("key", "true", "wrong", "path", "reason"), CONTRADICTED, ids=[i[4] for i in CONTRADICTED])
def test_context_contradicts_and_the_fitting_reading_is_proposed(
    key: str, true: str, wrong: str, path: str, reason: str
) -> None:
    flag = doubt(key, wrong, true, 0.7, ((true, 0.2),))
    assert flag is not None
    assert (flag.code, flag.field) == ("figure-contradicted", path)
    assert (flag.values["text"], flag.values["proposal"]) == (wrong, true)
    assert flag.values["reason"] == reason


@pytest.mark.parametrize(
    ("key", "true", "wrong", "proposal", "reason"),
    [
        ("quarters.1", "12,500", "12,50", "", "thousands"),
        ("quarters.1", "12,500", "1,25,00", "", "thousands"),
        ("quarters.1", "12,500", "1,2500", "12,500", "thousands"),
        ("definition", "๓๐", "๓0", "30", "one-script"),
        ("indicator_code", "5048-0792", "5048-079", "", "id-format"),
    ],
)
def test_a_figure_that_is_badly_formed_is_told_at_any_confidence(
    key: str, true: str, wrong: str, proposal: str, reason: str
) -> None:
    flag = doubt(key, wrong, true, 1.0)
    assert flag is not None and flag.values["reason"] == reason
    assert flag.values["proposal"] == proposal
    assert flag.code == ("figure-contradicted" if flag.values["proposal"] else "figure-implausible")


@pytest.mark.parametrize(
    ("key", "figure"),
    [("definition", "๓๐"), ("quarters.2", "60"), ("target", "80"), ("indicator_name", "2.1")],
)
def test_where_nothing_speaks_the_confidence_decides(key: str, figure: str) -> None:
    assert doubt(key, figure, figure, 0.999) is None
    flag = doubt(key, figure, figure, 0.8)
    assert flag is not None and flag.code == "figure-doubtful" and flag.values["proposal"] == ""
    flag = doubt(key, figure, figure, 0.6, (("71", 0.35),))
    assert flag is not None and flag.code == "figure-alternative" and flag.values["proposal"] == "71"


def test_a_misread_month_is_no_evidence_against_its_day() -> None:
    text = "อบรม วันที่ 3 ธันวาตม 2563"
    field = RawField("quarters.1", (text,), text, confidence=0.9, tokens=(ReadToken("3", 0.99, (), 1, None, b"p"),))
    year = RawField("fiscal_year", ("2564",), "2564", confidence=0.9)
    report = read(RawReport("f", 1, 1, (year, field)))
    assert len(report.dates) == 1 and not [flag for flag in report.flags if flag.picture]


def test_readings_of_one_figure_in_other_digits_count_together() -> None:
    assert doubt("definition", "๓๐", "๓๐", 0.6, (("30", 0.39),)) is None


def test_a_reading_without_digits_is_no_proposal() -> None:
    flag = doubt("definition", "๓๐", "๓๐", 0.4, (("ตอ", 0.5), ("", 0.1)))
    assert flag is not None and flag.code == "figure-doubtful"


def test_a_sure_figure_is_not_overruled_by_a_likely_one() -> None:
    """Real reports hold contradictions; the checks tell of them, a sure reading is no misreading."""
    for key, true, wrong in (("fiscal_year", "2564", "2563"), ("target", "80", "808"), ("actual", "82.50", "32.50")):
        assert doubt(key, wrong, true, 0.9999) is None


def test_a_doubtful_tick_is_flagged_and_a_sure_one_is_not() -> None:
    for confidence, expected in ((0.6, ["tick-doubtful"]), (0.97, [])):
        token = ReadToken("☑", confidence, (), 1, None, b"png")
        field = RawField("level", ("☑ ผลผลิต ☐ ผลลัพธ์",), "☑ ผลผลิต ☐ ผลลัพธ์", option="output", tokens=(token,))
        report = read(RawReport("bma-indicator", 1, 1, (field,)))
        assert [flag.code for flag in report.flags if flag.field == "level"] == expected


def test_doubtful_words_are_told_once_a_section() -> None:
    field = RawField("definition", ("ก ข",), "ก ข", doubtful=("ฃาว", "ฃาว", "ดำ"), confidence=0.9)
    flags = [flag for flag in read(RawReport("bma-indicator", 1, 1, (field,))).flags if flag.code == "text-doubtful"]
    assert [(flag.field, dict(flag.values)) for flag in flags] == [("definition", {"words": "ฃาว, ดำ", "count": "2"})]


def test_two_figures_read_alike_have_a_flag_each() -> None:
    tokens = tuple(ReadToken("7", 0.5, (), 1, None, picture) for picture in (b"a", b"b"))
    field = RawField("definition", ("7 กับ 7",), "7 กับ 7", tokens=tokens)
    flags = [flag for flag in read(RawReport("bma-indicator", 1, 1, (field,))).flags if flag.picture]
    assert [flag.picture for flag in flags] == [b"a", b"b"]


def test_text_has_no_doubts_and_no_confidence() -> None:
    fields = tuple(RawField(key, tuple(value.split("\n")), value) for key, value in FIELDS.items())
    report = read(RawReport("bma-indicator", 1, 1, fields))
    assert report.confidence is None
    assert not [flag for flag in report.flags if flag.picture or flag.code.startswith("figure-")]


def test_confidence_is_the_mean_of_what_was_read() -> None:
    fields = (
        RawField("definition", ("กกก",), "กกก", confidence=1.0),
        RawField("calculation", ("ก",), "ก", confidence=0.6),
        RawField("obstacles", ("ก",), "ก"),
    )
    report = read(RawReport("bma-indicator", 1, 1, fields))
    assert report.confidence == 0.9
    assert report.origin["calculation"].confidence == 0.6
    assert record_of(report)["confidence"] == 0.9


def test_every_flag_has_a_sentence_without_holes() -> None:
    values = {"text": "8", "confidence": "0.70", "others": "3", "proposal": "3", "words": "ก", "count": "1"}
    for witness in WITNESSES:
        for language in LANGUAGES:
            told = sentence("figure-contradicted", {**values, "reason": witness.name}, language)
            assert "{" not in told
            assert reason_words({"reason": witness.name}, language) != witness.name
    for code in ("figure-doubtful", "figure-alternative", "text-doubtful"):
        assert "{" not in sentence(code, values, "th") + sentence(code, values, "en")


@pytest.mark.parametrize(
    ("text", "expected"), [("(๑)", "1"), ("๑,๒๓๔.๕๐", "1234.50"), ("5-6", "5-6"), ("ก", ""), ("พ.ศ.๒๕๖๔", "2564")]
)
def test_core_of_a_figure(text: str, expected: str) -> None:
    assert core(text) == expected


def resolves(record: dict[str, object], path: str) -> bool:
    value: object = record
    for part in path.split("."):
        if isinstance(value, list):
            if not part.isdigit() or int(part) >= len(value):
                return False
            value = value[int(part)]
        elif isinstance(value, dict) and part in value:
            value = value[part]
        else:
            return False
    return True


figures = st.text("0123456789๐๑๒๓๔๕๖๗๘๙.,/-()", min_size=1, max_size=12)
noise = st.tuples(
    st.sampled_from(sorted(FIELDS)), figures, st.floats(0, 1), st.lists(st.tuples(figures, st.floats(0, 1)), max_size=3)
)


@settings(max_examples=100, deadline=None)
@given(st.lists(noise, max_size=6))
def test_doubts_change_nothing_and_point_at_what_is_there(found: Sequence[tuple[str, str, float, Others]]) -> None:
    tokens: dict[str, list[ReadToken]] = {}
    values = dict(FIELDS)
    for key, figure, confidence, others in found:
        values[key] = f"{values[key]} {figure}"
        tokens.setdefault(key, []).append(ReadToken(figure, confidence, tuple(others), 1, None, b"p"))
    fields = [RawField(key, tuple(value.split("\n")), value) for key, value in values.items()]
    plain = read(RawReport("f", 1, 1, tuple(fields)))
    doubted = [
        RawField(item.key, item.paragraphs, item.text, tokens=tuple(tokens.get(item.key, ()))) for item in fields
    ]
    report = read(RawReport("f", 1, 1, tuple(doubted)))
    record, flags = record_of(report), report.flags[len(plain.flags) :]
    assert {**record, "flags": None} == {**record_of(plain), "flags": None}
    assert report.flags[: len(plain.flags)] == plain.flags
    assert all(resolves(record, flag.field) for flag in flags)
    assert len([flag for flag in flags if flag.picture]) <= sum(map(len, tokens.values()))


def test_each_witness_is_silent_without_its_matter() -> None:
    """A figure of plain prose in a report that holds nothing else."""
    raw = RawReport("f", 1, 1, (RawField("obstacles", ("พบ 47 ราย",), "พบ 47 ราย", tokens=(ReadToken("47", 0.9),)),))
    report = read(raw)
    places = find_places(report, raw, ())
    assert [place.kind for place in places] == [""]
    context = Context(report, places, (), SURE)
    place = FigureSpan(places[0].token, "obstacles", "obstacles", "", "พบ 47 ราย", 3, 5)
    for witness in WITNESSES:
        if not witness.kinds or "" in witness.kinds:
            assert not witness.ask(context, place, "47"), witness.name
    assert judge(context, place).against is None


def test_a_date_of_the_right_year_confirms_its_year_and_not_its_day() -> None:
    assert doubt("quarters.1", "2563", "2563", 0.97) is None
    flag = doubt("quarters.1", "5", "5", 0.97)
    assert flag is not None and flag.code == "figure-doubtful"


@pytest.mark.parametrize(
    ("wrong", "reason"), [("2564", ""), ("2565", "near-year")], ids=["a year beside", "two years beside"]
)
def test_days_of_quarters_lie_at_most_a_year_beside_theirs(wrong: str, reason: str) -> None:
    flag = doubt("quarters.1", wrong, "2563", 0.7, (("2563", 0.2),))
    assert flag is not None and (flag.values["proposal"], flag.values["reason"]) == ("2563", reason)


def doubtful(count: int) -> RawReport:
    items = [f"{number % 9 + 1}. อบรม {number} คน วันที่ 3 มีนาคม 2564" for number in range(count)]
    tokens = tuple(
        ReadToken(text, 0.5, (("7", 0.2), ("9", 0.2)))
        for number in range(count)
        for text in (str(number % 9 + 1), str(number), "3", "2564")
    )
    return RawReport("f", 1, 1, (RawField("quarters.2", tuple(items), "", confidence=0.5, tokens=tokens),))


GROWTH = [Growth("a report of doubtful figures", doubtful, read, 25, 400)]


@pytest.mark.parametrize("growth", GROWTH, ids=str)
def test_work_grows_with_the_doubtful_figures(growth: Growth) -> None:
    growth.check()
    report = read(doubtful(growth.size))
    assert len([flag for flag in report.flags if flag.code.startswith("figure-")]) > growth.size

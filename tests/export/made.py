"""Made reports for the export tests: ordinary ones by number, and hostile ones."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from raingan.model.messages import sentence_if_known
from raingan.model.questions import Question
from raingan.model.records import (
    DateKind,
    DateMention,
    Kind,
    Measure,
    MessageKind,
    Order,
    Origin,
    Problem,
    Quantity,
    QuarterResult,
    Review,
    ReviewState,
    RunInfo,
    State,
    Strategy,
    StrategyItem,
    Trace,
)
from raingan.model.stages import ToldFile, ToldFlag, ToldProblem, ToldReport

AGENCIES = ("สำนักงานเขตบางนา", "สำนักงานเขตดินแดง", "สำนักสิ่งแวดล้อม", "สำนักการระบายน้ำ", None)
PROSE = (
    "1. จัดประชุมคณะทำงานเพื่อวางแผนการปลูกต้นไม้ริมทางเท้า และสำรวจพื้นที่ร่วมกับผู้นำชุมชน\n"
    "2. ปลูกต้นไม้แล้วเสร็จ จำนวน 1,250 ต้น คิดเป็นร้อยละ 62.50 ของเป้าหมาย\n"
    "- ประชาสัมพันธ์โครงการผ่านเสียงตามสายทุกวันศุกร์ เวลา 08.00 - 09.00 น."
)
MESSAGES = (
    MessageKind(
        "units-differ", 1, "หน่วยของเป้าหมาย ({target}) ไม่ตรงกับผลงาน ({actual})", "Units differ: {target}, {actual}."
    ),
    MessageKind("value-unreadable", 1, "อ่านตัวเลขจาก “{text}” ไม่ได้", "No figure could be read from “{text}”."),
    MessageKind("no-such-day", 1, "ไม่มีวันที่ “{text}” ในปฏิทิน", "There is no such day as “{text}”."),
    MessageKind("target-zero", 2, "เป้าหมายเป็น 0", "The target is 0."),
    MessageKind(
        "quarter-falling", 2, "ผลงานไตรมาส {quarter} ต่ำกว่าไตรมาสก่อน", "Quarter {quarter} is below the one before."
    ),
    MessageKind("password", 2, "ไฟล์ต้องใช้รหัสผ่าน", "The file opens only with a password."),
    MessageKind("text-cut", 3, "ข้อความถูกตัดที่ขอบหน้า", "The text is cut at the edge of the page."),
    MessageKind(
        "fiscal-year-inferred", 3, "อนุมานปีงบประมาณเป็น {fiscal_year}", "Fiscal year {fiscal_year} was inferred."
    ),
    MessageKind("text-repaired", 4, "ซ่อมข้อความ ({repairs})", "The text was repaired ({repairs})."),
    MessageKind("encoding-detected", 4, "ตรวจพบรหัสอักขระ {encoding}", "The encoding was detected as {encoding}."),
    MessageKind("not-a-report", 4, "ไม่ใช่รายงานตัวชี้วัด: {why}", "Not an indicator report: {why}."),
    MessageKind("duplicate", 4, "เนื้อหาเหมือนกับ {other}", "The same content as {other}."),
    MessageKind("archive", 4, "เปิดแล้ว มี {count} ไฟล์", "Opened; it holds {count} files."),
)


def flag(
    code: str, field: str, values: dict[str, str] | None = None, message: str = "", picture: bytes | None = None
) -> ToldFlag:
    """Return a flag as the outputs get it."""
    return ToldFlag(code, field, values or {}, picture, message=message)


_OF_A_FILE = ("sha256", "size", "kind", "pages", "reports", "encoding", "problems", "path")


def ended(
    name: str,
    state: State,
    reason: str | None = None,
    values: dict[str, str] | None = None,
    message: str = "",
    *more: Any,
    **named: Any,
) -> ToldFile:
    """Return how a file ended as the outputs get it; a problem says what the table of messages says."""
    told = {**dict(zip(_OF_A_FILE, more, strict=False)), **named}
    told["problems"] = tuple(_told_problem(problem) for problem in told.get("problems", ()))
    return ToldFile(name, state, reason, values or {}, message=message, **told)


def _told_problem(problem: Problem) -> ToldProblem:
    values = {"page": str(problem.page), **problem.values}
    said = sentence_if_known(problem.code, values, "th")
    return ToldProblem(problem.code, problem.page, problem.values, message=said)


def run_info(language: str = "th") -> RunInfo:
    return RunInfo("0.1.0", ("รายงาน 2564", "พิเศษ.zip"), language, ("bma-indicator", "bma-web"), MESSAGES)


def sha_of(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()


def report(number: int) -> ToldReport:
    """Report `number`, from 0; every fifth is flagged, each in its own way."""
    name = f"ปี {2562 + number % 4}/รายงาน {number + 1}.pdf"
    target = Decimal(2000 + number % 7 * 250)
    actual = Decimal("1250.50") + number % 11 * 150
    first_day = date(2020, 10, 1) + timedelta(days=number % 300)
    return ToldReport(
        report_index=0,
        file=name,
        sha256=sha_of(name),
        pages=(1, 2),
        read_by="text",
        form="bma-indicator",
        agency=AGENCIES[number % len(AGENCIES)],
        fiscal_year=2562 + number % 4,
        indicator_number=f"{number % 9 + 1}.1",
        indicator_name=f"จำนวนต้นไม้ที่ปลูกในพื้นที่สาธารณะ แห่งที่ {number + 1}",
        indicator_code=f"50{number % 90 + 10}-0792",
        indicator_type="ตัวชี้วัดเชิงยุทธศาสตร์",
        level=("output", "outcome", None)[number % 3],
        strategy=Strategy(
            StrategyItem("2", "มหานครสีเขียว สะดวกสบาย"),
            StrategyItem("2.1", "คุณภาพสิ่งแวดล้อมยั่งยืน"),
            StrategyItem("2.1.3", "กรุงเทพมหานครมีพื้นที่สีเขียวที่ประชาชนเข้าถึงได้เพิ่มขึ้นอย่างต่อเนื่อง"),
        ),
        definition="ต้นไม้ หมายถึง ไม้ยืนต้นที่ปลูกในพื้นที่สาธารณะ",
        calculation="นับจำนวนต้นไม้ที่ปลูกแล้วเสร็จภายในปีงบประมาณ",
        target=Measure(target, "ต้น", ">=" if number % 4 == 0 else None, f"ไม่น้อยกว่า {target:,} (ต้น)"),
        actual=Measure(actual, "ต้น", None, f"{actual:,} (ต้น)"),
        quarters={"1": PROSE, "2": PROSE, "3": "อยู่ระหว่างดำเนินการ", "4": None if number % 6 == 0 else PROSE},
        quarter_results={
            str(quarter): QuarterResult(Decimal("25.5") * quarter, Decimal(100), (Decimal("87.5"), Decimal(90)))
            for quarter in range(1, 5)
        }
        if number % 2
        else {},
        year_summary="ปลูกต้นไม้ครบตามเป้าหมาย ประชาชนพึงพอใจ ร้อยละ 91.25",
        supporting_factors="ความร่วมมือของชุมชน",
        obstacles=None if number % 3 else "ฝนทิ้งช่วงระหว่างเดือนมีนาคม - เมษายน 2564",
        evidence="ภาพถ่ายกิจกรรม\nรายงานการประชุม",
        responsible_person="นางสาวสมใจ ปลูกดี",
        position="นักวิชาการเกษตรชำนาญการ",
        dates=(
            DateMention("quarter_1", "วันที่ 5 มกราคม 2564", DateKind.DAY, first_day, first_day),
            DateMention("quarter_2", "เดือนมีนาคม 2564", DateKind.MONTH, date(2021, 3, 1), date(2021, 3, 31)),
            DateMention("obstacles", "วันที่ 31 เมษายน 2564", DateKind.DAY, None, None)
            if number % 5 == 1
            else DateMention("evidence", "ปี 2564", DateKind.YEAR, date(2021, 1, 1), date(2021, 12, 31)),
        ),
        orders=(Order("quarter_1", "9/2564", date(2021, 1, 12), "สำนักงานเขตบางนา", "คำสั่งสำนักงานเขตบางนา ที่ 9/2564"),),
        quantities=(
            Quantity("quarter_1", "จำนวน 1,250 ต้น", Decimal(1250), "ต้น"),
            Quantity("quarter_1", "ร้อยละ 62.50", Decimal("62.50"), "ร้อยละ"),
            Quantity("year_summary", "ไม่น้อยกว่า 1.5 ล้านบาท", Decimal(1500000), "บาท", ">="),
        ),
        flags=flags_of(number),
        origin={
            "indicator_name": Origin(1, (50.0, 80.0, 500.0, 96.0), "๑. จำนวนต้นไม้"),
            "target": Origin(1, (50.0, 120.0, 500.0, 136.0), "๒,๐๐๐ (ต้น)"),
            "quarters.1": Origin(1, None, PROSE),
            "quarters.2": Origin(2, None, PROSE, 0.98),
            "evidence": Origin(2, None, "ภาพถ่ายกิจกรรม"),
        },
    )


def flags_of(number: int) -> tuple[ToldFlag, ...]:
    return {
        1: (flag("no-such-day", "dates.2", {"text": "วันที่ 31 เมษายน 2564"}, "ไม่มีวันที่ “วันที่ 31 เมษายน 2564” ในปฏิทิน"),),
        2: (
            flag("text-cut", "strategy.goal.text", {}, "ข้อความถูกตัดที่ขอบหน้า"),
            flag(
                "units-differ", "actual.unit", {"target": "ต้น", "actual": "ไร่"}, "หน่วยของเป้าหมาย (ต้น) ไม่ตรงกับผลงาน (ไร่)"
            ),
        ),
        3: (flag("quarter-falling", "quarter_results.2.value", {"quarter": "2"}, "ผลงานไตรมาส 2 ต่ำกว่าไตรมาสก่อน"),),
        4: (flag("text-repaired", "quarters.1", {"repairs": "nikhahit"}, "ซ่อมข้อความ (nikhahit)"),),
    }.get(number % 10, ())


def reports(count: int) -> Iterator[ToldReport]:
    return (report(number) for number in range(count))


def files(count: int, folder: str = "/data") -> Iterator[ToldFile]:
    """The files of `reports(count)`, and four that gave none."""
    for number in range(count):
        made = report(number)
        state = State.REVIEW if made.flags else State.DONE
        yield ended(
            made.file,
            state,
            None,
            {},
            "",
            made.sha256,
            40_000 + number,
            Kind.PDF,
            2,
            1,
            None,
            (),
            f"{folder}/{made.file}",
        )
    zip_path = f"{folder}/พิเศษ.zip"
    yield ended("พิเศษ.zip", State.DONE, "archive", {"count": "2"}, "", sha_of("z"), 900, Kind.ZIP, path=zip_path)
    name = "พิเศษ.zip/ลับ.pdf"
    yield ended(name, State.FAILED, "password", {}, "ไฟล์ต้องใช้รหัสผ่าน", sha_of(name), 800, Kind.PDF, path=zip_path)
    name = "พิเศษ.zip/สำเนา.pdf"
    yield ended(
        name, State.SKIPPED, "duplicate", {"other": "รายงาน 1.pdf"}, "", sha_of("d"), 1, Kind.PDF, path=zip_path
    )
    yield ended(
        "memo.txt",
        State.SKIPPED,
        "not-a-report",
        {"why": "ไม่มีหัวข้อ"},
        "ไม่ใช่รายงานตัวชี้วัด: ไม่มีหัวข้อ",
        sha_of("memo"),
        120,
        Kind.TEXT,
        encoding="cp874",
        problems=(Problem("encoding-detected", None, {"encoding": "cp874"}),),
        path=f"{folder}/memo.txt",
    )


HOSTILE_TEXTS = (
    "=1+1",
    '=HYPERLINK("http://example.invalid","x")',
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\x00=1",
    "＝1+1",
    "#N/A",
    "http://example.invalid/a",
    "a\x00b\x1fc",
    "lone \ud800 surrogate \udfff",
    "\ufffe\uffff",
    "<script>&amp;</c></row>",
    "]]> & < > \" '",
    "_x0041_ and _x000D_",
    "  spaces  kept  ",
    "1/3",
    "2564",
    "TRUE",
    "'apostrophe",
    "line\u2028separator\u0085next",
    "\U0001f600" * 10,
    "ก" * 40_000,
    "\U0001f600" * 20_000,
    "บรรทัด\n" * 400,
    "กลับ\r" * 300,
    "- ข้อย่อย",
)


def hostile(number: int, text: str) -> ToldReport:
    """A report that has `text` wherever a text can stand."""
    longest = Decimal("12345678901234567890.123")
    return ToldReport(
        report_index=0,
        file=f"h/{number} {text[:60]}",
        sha256="0" * 64,
        pages=None,
        read_by="mixed",
        form="bma-indicator",
        agency=text,
        fiscal_year=2564,
        indicator_number=text,
        indicator_name=text,
        indicator_code=text,
        indicator_type=text,
        level="outcome",
        strategy=Strategy(StrategyItem(text, text), None, StrategyItem(None, text)),
        definition=text,
        target=Measure(longest, text, None, text, Decimal("1E+400")),
        actual=Measure(Decimal("-0.000"), text, "~", text),
        quarters={"1": text, "2": None, "3": text, "4": None},
        quarter_results={"2": QuarterResult(Decimal("1E-5"), None, (Decimal(1), Decimal(2), Decimal("3.50")))},
        evidence=text,
        responsible_person=text,
        position=text,
        dates=(
            DateMention("quarter_1", text, DateKind.DAY, date(1899, 12, 31), date(1900, 2, 28)),
            DateMention("quarter_3", text, DateKind.YEAR, date(1, 1, 1), date(9999, 12, 31)),
            DateMention("evidence", text, DateKind.DAY, date(1900, 3, 1), date(1900, 3, 1)),
        ),
        orders=(Order("definition", text, None, text, text),),
        quantities=(Quantity("definition", text, longest, text, None, Decimal("NaN")),),
        flags=(
            flag("value-unreadable", "target.value", {"text": text}, text),
            flag("unheard-of", "dates.0.start", {}, text),
            flag("text-cut", "orders.7", {}, ""),
            flag("text-cut", "definition", {"a": text}),
        ),
        origin={"definition": Origin(None, None, text), "target": Origin(3, None, text)},
    )


def hostile_reports() -> Iterator[ToldReport]:
    return (hostile(number, text) for number, text in enumerate(HOSTILE_TEXTS))


def hostile_files() -> Iterator[ToldFile]:
    for number, text in enumerate(HOSTILE_TEXTS):
        name = f"h/{number} {text[:60]}"
        path = f"/data/{name}".replace("\x00", "")
        yield ended(name, State.REVIEW, None, {}, "", "0" * 64, 10**17, Kind.TEXT, None, 1, text[:9], (), path)


def reviewed(number: int = 0) -> ToldReport:
    """A report that two people reviewed: a figure corrected and confirmed, one field stale, one note, one undone."""
    trail = (
        Trace(
            1, "actual.value", "correct", "90", "85.05", "reviewer-1", AT, "typed wrong", ("value-doubtful",), "page"
        ),
        Trace(2, "actual.value", "confirm", "90", "85.05", "reviewer-2", LATER, "", (), "workbook", 1),
        Trace(3, "fiscal_year", "correct", "2563", "2564", "=1+1", AT, "@x", (), "page", None, False),
        Trace(4, "dates.0", "unreadable", "2021-03-15/2021-03-17", None, "reviewer-1", "no time", "", (), "page"),
        Trace(5, "agency", "note", None, None, "reviewer-1", AT, "ask them", (), "page"),
        Trace(6, "agency", "undo", None, None, "reviewer-1", AT, "", (), "page", 5),
    )
    reviews = (
        Review(
            "actual.value",
            "correct",
            "90",
            "85.05",
            "reviewer-1",
            AT,
            "typed wrong",
            ("value-doubtful",),
            confirmed_by="reviewer-2",
            confirmed_at=LATER,
        ),
        Review("fiscal_year", "correct", "2563", "2564", "=1+1", AT, "@x", (), ReviewState.STALE),
        Review("dates.0", "unreadable", "2021-03-15/2021-03-17", None, "reviewer-1", "no time"),
    )
    whole = report(number)
    actual = dataclasses.replace(whole.actual, value=Decimal("85.05"))
    return dataclasses.replace(whole, actual=actual, flags=(), reviews=reviews, trail=trail, dossier="/data/ev/1.html")


AT, LATER = "2026-11-23T10:14:05+07:00", "2026-11-24T08:00:00+07:00"


def question(*reports: int) -> Question:
    """A question about the results of one report or two."""
    figures = {"year": "2565", "year_before": "2564", "result": "88.00", "result_before": "61.00"}
    return Question(
        rule="R13",
        kind="C",
        agency="=1+1",
        years=(2564, 2565),
        indicator_number="2.1",
        indicator_name="จำนวนต้นไม้",
        unit="ต้น",
        values=figures,
        places=tuple((number, "actual") for number in reports or (1,)),
        thresholds="points 20",
        tested=7,
        listed=1,
        by_chance=0.126,
    )

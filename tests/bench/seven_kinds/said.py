"""Invented reports of the BMA indicator form, and what each says. Shares no code with the readers."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

_TO_THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
_MONTHS = (
    [
        *("มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน"),
        *("กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม"),
    ],
    ["ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."],
)
_AGENCIES = ("สำนักงานเขตทุ่งระฆัง", "สำนักงานเขตบางน้ำวน", "สำนักการช่าง", "สำนักงานเขตคลองหลวงพ่อ", "สำนักสวนและคลอง")
_SUBJECTS = (
    ("ทางเท้าที่ปรับปรุงแล้วเสร็จ", "เมตร"),
    ("ครัวเรือนที่คัดแยกขยะ", "ครัวเรือน"),
    ("ผู้สูงอายุที่ได้รับการตรวจสุขภาพ", "คน"),
    ("ต้นไม้ที่ปลูกในพื้นที่สาธารณะ", "ต้น"),
    ("สนามกีฬาที่ซ่อมแซม", "แห่ง"),
    ("ร้านอาหารที่ผ่านเกณฑ์สุขาภิบาล", "แห่ง"),
)
_PEOPLE = ("นางสาวพิมพ์ใจ รุ่งสว่าง", "นายธนกฤต แสงทอง", "นางวรรณา ใจซื่อ")
_POSITIONS = ("นักวิชาการสุขาภิบาลชำนาญการ", "นายช่างโยธาอาวุโส", "หัวหน้าฝ่ายรายได้")
_TICKS = (("(/)", "( )"), ("[X]", "[ ]"), ("☑", "☐"), ("(√)", "( )"))
_EMPTY = ("", "-", "ไม่มี")


@dataclass
class Block:
    """A line of the form: a label, what stands between it and its value, paragraphs or items of a list."""

    label: str
    value: list[str] = field(default_factory=list)
    colon: str = " : "
    prose: bool = False  # its value begins on a line of its own, behind "::"


@dataclass
class Made:
    """A report as blocks, with what it says, and how it likes to be written (0 to 1, by what is decided)."""

    blocks: list[Block]
    says: dict[str, Any]
    taste: dict[str, float]
    marks: str  # of its lists: "1.", "-" or "" where it has none


class _Writer:
    """Sentences of one report, with the dates, orders and quantities they hold."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        dice = self.dice
        self.year = dice.randint(2560, 2568)
        self.agency = dice.choice(_AGENCIES)
        self.months = _MONTHS[dice.random() < 0.3]
        self.dates: list[tuple[str, str, str]] = []
        self.orders: list[tuple[str, str, str]] = []
        self.quantities: list[tuple[str, float, str]] = []
        self.section = ""

    def day(self, quarter: int) -> tuple[str, date]:
        month = ((quarter - 1) * 3 + 9 + self.dice.randint(0, 2)) % 12 + 1
        year = self.year - (quarter == 1)
        number = self.dice.randint(1, 28)
        return f"{number} {self.months[month - 1]} {year}", date(year - 543, month, number)

    def one_day(self, quarter: int) -> str:
        text, day = self.day(quarter)
        self.dates.append((self.section, str(day), str(day)))
        return f"วันที่ {text}"

    def count(self, unit: str, above: int = 3) -> str:
        number = self.dice.randint(above, 90) if self.dice.random() < 0.7 else self.dice.randint(1000, 64000)
        self.quantities.append((self.section, number, unit))
        return f"{number:,} {unit}"

    def share(self) -> str:
        number = self.dice.randint(1000, 9999) / 100
        self.quantities.append((self.section, number, "ร้อยละ"))
        return f"ร้อยละ {number:.2f}"

    def order(self, quarter: int) -> str:
        text, day = self.day(quarter)
        number = f"{self.dice.randint(2, 999)}/{self.year - (quarter == 1)}"
        self.orders.append((self.section, number, str(day)))
        self.dates.append((self.section, str(day), str(day)))
        return f"แต่งตั้งคณะทำงาน ตามคำสั่ง{self.agency} ที่ {number} ลงวันที่ {text}"

    def meeting(self, quarter: int) -> str:
        return f"ประชุมคณะทำงานเพื่อติดตามความก้าวหน้า เมื่อ{self.one_day(quarter)} ณ ห้องประชุม{self.agency}"

    def training(self, quarter: int) -> str:
        text, day = self.day(quarter)
        first = max(1, day.day - self.dice.randint(1, 5))
        if first == day.day:
            return self.meeting(quarter)
        self.dates.append((self.section, str(day.replace(day=first)), str(day)))
        return f"อบรมอาสาสมัครในพื้นที่ จำนวน {self.count('คน')} ระหว่างวันที่ {first} - {text}"

    def inspection(self, quarter: int) -> str:
        return f"ตรวจสอบแล้ว {self.count('แห่ง')} จากทั้งหมด {self.count('แห่ง')} คิดเป็น{self.share()}"

    def purchase(self, quarter: int) -> str:
        return f"จัดซื้อวัสดุอุปกรณ์ {self.count('ชุด')} เป็นเงิน {self.count('บาท', 30)}"

    def words(self, quarter: int) -> str:
        return self.dice.choice(
            (
                "สำรวจพื้นที่ร่วมกับผู้แทนชุมชนและจัดทำแผนที่ของจุดที่ต้องปรับปรุง",
                "ประชาสัมพันธ์ผ่านหอกระจายข่าวและสื่อสังคมออนไลน์ของหน่วยงานอย่างต่อเนื่อง",
                "อยู่ระหว่างจัดทำร่างขอบเขตของงานและขออนุมัติจัดจ้างตามระเบียบ",
                "ลงพื้นที่ติดตามผลและรับฟังความคิดเห็นของประชาชนที่ได้รับผลกระทบจากการก่อสร้าง",
            )
        )

    def sentence(self, quarter: int) -> str:
        kinds: Sequence[Callable[[int], str]] = (
            self.order, self.meeting, self.training, self.inspection, self.purchase, self.words,
        )  # fmt: skip
        text = self.dice.choice(kinds)(quarter)
        return f"{text} {self.dice.choice(kinds)(quarter)}" if self.dice.random() < 0.35 else text

    def prose(self, section: str, quarter: int, marks: str) -> list[str]:
        self.section = section
        if self.dice.random() < 0.5:
            return [self.sentence(quarter)]
        items = [self.sentence(quarter) for _ in range(self.dice.randint(2, 4))]
        return [f"{index}. {item}" if marks == "1." else f"- {item}" for index, item in enumerate(items, 1)]

    def maybe(self, section: str, marks: str) -> list[str]:
        if self.dice.random() < 0.35:
            return [self.dice.choice(_EMPTY)]
        return self.prose(section, 4, marks)


def make(seed: int) -> Made:
    """Return the report of that seed."""
    writer = _Writer(seed)
    dice, year = writer.dice, writer.year
    marks = dice.choice(("1.", "-"))
    (subject, unit), share = dice.choice(_SUBJECTS), dice.random() < 0.5
    unit = "ร้อยละ" if share else unit
    number = dice.choice(("3.", "12.", "4.1."))
    name = f"{'ร้อยละของ' if share else 'จำนวน'}{subject}"
    goal = dice.randint(50, 95) if share else dice.randint(20, 4000)
    got = round(goal * dice.uniform(0.7, 1.2), 2) if share else int(goal * dice.uniform(0.7, 1.2))
    got = min(got, 100) if share else got
    operator = dice.choice(("", "", "ไม่น้อยกว่า "))
    outcome = dice.random() < 0.5
    on, off = dice.choice(_TICKS)
    says: dict[str, Any] = {
        "agency": writer.agency, "fiscal_year": year, "indicator_number": number.rstrip("."), "indicator_name": name,
        "level": "outcome" if outcome else "output",
        "target": (goal, unit, ">=" if operator else None), "actual": (got, unit, None),
    }  # fmt: skip
    prose: dict[str, list[str]] = {}
    prose["definition"] = writer.prose("definition", 2, "-")
    prose["calculation"] = [f"จำนวน{subject} คูณด้วย 100 หารด้วยจำนวนทั้งหมด" if share else "นับจำนวนสะสมทุกไตรมาส"]
    for quarter in range(1, 5):
        prose[f"quarters.{quarter}"] = writer.prose(f"quarter_{quarter}", quarter, marks)
    prose["year_summary"] = writer.prose("year_summary", 4, marks)
    for key in ("supporting_factors", "obstacles", "evidence"):
        prose[key] = writer.maybe(key, marks)
    says |= {key: None if text in (["-"], [""]) else "\n".join(text) for key, text in prose.items()}
    person, position = dice.choice(_PEOPLE), dice.choice(_POSITIONS)
    says |= {"responsible_person": person, "position": position}
    decimals = ".2f" if share else ",.2f"
    blocks = [
        Block(f"รายงานผลตัวชี้วัดรายตัว ประจำปีงบประมาณ พ.ศ. {year}"),
        Block("หน่วยงาน", [writer.agency]),
        Block("1. ชื่อตัวชี้วัด", [f"{number} {name}"]),
        Block(
            "2. ระดับความสำเร็จ",
            [f"{off if outcome else on} ผลผลิต (Output) {on if outcome else off} ผลลัพธ์ (Outcome)"],
        ),
        Block("**** สนับสนุนแผนพัฒนา กทม. ระยะ 20 ปี (ยุทธศาสตร์-ประเด็นยุทธศาสตร์-กลยุทธ์ตามแผนฯ /ตัวชี้วัด)**"),
        Block("ประเด็นยุทธศา", ["ด้านที่ 2 -เมืองสีเขียว : Green City"]),
        Block("----- ย่อย", ["2.4 - พื้นที่สาธารณะของทุกคน"]),
        Block("เป้าประสงค์ที่", ["2.4.1 ประชาชนเข้าถึงพื้นที่สาธารณะได้อย่างเท่าเทียม"]),
        Block("3. คำนิยาม", prose["definition"], prose=True),
        Block("4. วิธีการคำนวณ", prose["calculation"], prose=True),
        Block("5. เป้าหมาย", [f"{operator}{goal:,} ({unit})"]),
        Block("ผลงานที่ทำได้", [f"{got:{decimals}} ({unit})"], colon=" = "),
        Block("6. รายงานผลการดำเนินงาน (รายไตรมาส)", [""]),
        *(Block(f"(6.{quarter}) ไตรมาสที่ {quarter}", prose[f"quarters.{quarter}"]) for quarter in range(1, 5)),
        Block("(6.5) สรุปผลการดำเนินงาน (ปลายปีงบประมาณ)", prose["year_summary"], prose=True),
        Block("7. ปัจจัยสนับสนุนการดำเนินงาน", prose["supporting_factors"], prose=True),
        Block("8. อุปสรรคต่อการดำเนินงาน", prose["obstacles"], prose=True),
        Block("9. หลักฐานอ้างอิง", prose["evidence"], prose=True),
        Block("**** ผลการดำเนินงานส่วนที่ 2 ผลสัมฤทธิ์การปฏิบัติงานตามแผนปฏิบัติราชการประจำปี แยกรายตัวชี้วัด ****"),
        Block(f"ลงชื่อ {person} (ผู้รับผิดชอบโครงการ)"),
        Block(f"ตำแหน่ง {position}"),
    ]
    says |= {"dates": writer.dates, "orders": writer.orders, "quantities": writer.quantities}
    taste = {what: dice.random() for what in ("table", "lists", "mail", "encoding", "cells", "digits", "ruler")}
    if taste["digits"] < 0.3:
        for block in blocks:
            block.label = block.label.translate(_TO_THAI)
            block.value = [text.translate(_TO_THAI) for text in block.value]
    return Made(blocks, says, taste, marks)

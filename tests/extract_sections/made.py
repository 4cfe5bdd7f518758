"""Invented reports, printed in the ways that real ones are: widths, digits, numbers, colons, ticks, damage."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from raingan.model.records import Document, Kind, Line, Page

Report = dict[str, object]

LIBRARY: Report = {
    "indicator_name": ["3. ร้อยละของห้องสมุดชุมชนที่เปิดให้บริการครบตามเวลาที่กำหนด"],
    "level": "output",
    "strategy.issue": ["ด้านที่ ๔ -มหานครแห่งการเรียนรู้ : Learning City"],
    "strategy.sub": ["๔.๑ - การอ่านและการเรียนรู้ตลอดชีวิต"],
    "strategy.goal": ["๔.๑.๒ ประชาชนทุกช่วงวัยเข้าถึงแหล่งเรียนรู้ใกล้บ้าน"],
    "definition": [
        "ห้องสมุดชุมชน หมายถึง ห้องสมุดขนาดเล็กที่สำนักงานเขตจัดตั้งร่วมกับชุมชน มีหนังสือไม่น้อยกว่า 500 เล่ม และมีผู้ดูแลประจำอย่างน้อย 1 คน",
        "เปิดให้บริการครบ หมายถึง เปิดตั้งแต่เวลา 09.00 - 17.00 น. ไม่น้อยกว่าสัปดาห์ละ 5 วัน โดยมีสมุดลงชื่อผู้ใช้บริการเป็นหลักฐานอ้างอิง",
    ],
    "calculation": ["จำนวนห้องสมุดชุมชนที่เปิดครบตามเวลา คูณ 100 หารด้วยจำนวนห้องสมุดชุมชนทั้งหมด โดยค่าเป้าหมาย : ร้อยละ 75 ขึ้นไป"],
    "target": ["75 (ร้อยละ)"],
    "actual": ["81.25 (ร้อยละ)"],
    "quarters.1": [
        "1. สำรวจห้องสมุดชุมชนทั้งหมด 16 แห่ง พบว่าเปิดครบตามเวลาเพียง 9 แห่ง คิดเป็นร้อยละ 56.25 ของทั้งหมด และหนังสือชำรุด 1,240 เล่ม",
        "2. ประชุมผู้ดูแลห้องสมุดเมื่อวันที่ 14 พฤศจิกายน 2562 ณ ห้องประชุมชั้น 2 มีผู้เข้าร่วม 24 คน",
    ],
    "quarters.2": [
        "1. จัดหาหนังสือใหม่จำนวน 800 เล่ม วงเงิน 96,000 บาท ตามคำสั่งสำนักงานเขต ที่ 31/2563 ลงวันที่ 20 มกราคม 2563",
        "2. ปรับปรุงระบบไฟฟ้าและแสงสว่าง 5 แห่ง แล้วเสร็จก่อนกำหนด",
        "3. คำนิยามของการเปิดครบเวลาถูกชี้แจงแก่ผู้ดูแลทุกแห่งอีกครั้งเพราะยังเข้าใจไม่ตรงกัน",
        "4. อบรมอาสาสมัครรุ่นที่ 1 - 2 จำนวน 40 คน",
        "5. เป้าหมาย : เพิ่มสมาชิกใหม่แห่งละ 20 คน ทำได้จริง 23 คน",
    ],
    "quarters.3": [
        "งดให้บริการชั่วคราวเพราะโรคระบาด จึงจัดส่งหนังสือถึงบ้านแทนตามที่รายงานไว้ในไตรมาสที่ 2 และเก็บข้อมูลผู้ใช้ต่อเนื่อง",
        "ผู้ดูแลทุกแห่งทำความสะอาดชั้นหนังสือและจัดทำบัญชีใหม่",
    ],
    "quarters.4": [
        "- เปิดบริการตามปกติครบ 13 แห่ง",
        "- มีผู้ใช้บริการสะสม 12,418 คน เพิ่มขึ้นจากปีก่อนร้อยละ 8.5 โดยเฉพาะกลุ่มนักเรียนประถมศึกษา",
    ],
    "year_summary": ["ห้องสมุดชุมชนเปิดครบตามเวลา 13 แห่ง จาก 16 แห่ง คิดเป็นร้อยละ 81.25 สูงกว่าเป้าหมาย"],
    "supporting_factors": [],
    "obstacles": ["อาคารบางแห่งเช่าจากวัด ต้องย้ายเมื่อหมดสัญญา"],
    "evidence": ["1) บัญชีหนังสือ", "2) ภาพถ่ายกิจกรรม และสมุดลงชื่อผู้ใช้บริการรายเดือน"],
    "responsible_person": ["นางสาวพรรณราย เรืองอักษร"],
    "position": ["นักพัฒนาสังคมชำนาญการ"],
}

TREES: Report = {
    "indicator_name": ["2.4 จำนวนต้นไม้ยืนต้นที่ปลูกใหม่ในสวนสาธารณะ"],
    "level": "outcome",
    "strategy.issue": [],
    "strategy.sub": [],
    "strategy.goal": [],
    "definition": ["ต้นไม้ยืนต้น หมายถึง ไม้ที่มีเส้นรอบวงลำต้นตั้งแต่ 15 เซนติเมตรขึ้นไป"],
    "calculation": ["นับจำนวนต้นที่รอดตายครบ 6 เดือน"],
    "target": ["1,500 (ต้น)"],
    "actual": ["1,612.00 (ต้น)"],
    "quarters.1": ["เตรียมกล้าไม้และสำรวจพื้นที่ปลูกในสวน 7 แห่ง"],
    "quarters.2": [],
    "quarters.3": ["ปลูกได้ 1,612 ต้น ระหว่างวันที่ 1 - 30 มิถุนายน 2563"],
    "quarters.4": ["ติดตามการรอดตาย พบว่ารอดครบทุกต้น"],
    "year_summary": [],
    "supporting_factors": ["ฝนตกสม่ำเสมอ", "ประชาชนร่วมดูแล"],
    "obstacles": [],
    "evidence": ["ทะเบียนต้นไม้"],
    "responsible_person": [],
    "position": [],
}

HEADINGS = (
    ("indicator_name", "1.", "ชื่อตัวชี้วัด", "line"),
    ("level", "2.", "ระดับความสำเร็จ", "line"),
    (None, "", "**** สนับสนุนแผนพัฒนา กทม. ระยะ 20 ปี (ยุทธศาสตร์-ประเด็นยุทธศาสตร์-กลยุทธ์ตามแผนฯ /ตัวชี้วัด)**", "plain"),
    ("strategy.issue", "", "ประเด็นยุทธศา", "line"),
    ("strategy.sub", "", "----- ย่อย", "line"),
    ("strategy.goal", "", "เป้าประสงค์ที่", "line"),
    ("definition", "3.", "คำนิยาม", "below"),
    ("calculation", "4.", "วิธีการคำนวณ", "below"),
    ("target", "5.", "เป้าหมาย", "line"),
    ("actual", ":", "ผลงานที่ทำได้", "="),
    (None, "6.", "รายงานผลการดำเนินงาน (รายไตรมาส)", "head"),
    ("quarters.1", "(6.1)", "ไตรมาสที่ 1", "line"),
    ("quarters.2", "(6.2)", "ไตรมาสที่ 2", "line"),
    ("quarters.3", "(6.3)", "ไตรมาสที่ 3", "line"),
    ("quarters.4", "(6.4)", "ไตรมาสที่ 4", "line"),
    ("year_summary", "(6.5)", "สรุปผลการดำเนินงาน (ปลายปีงบประมาณ)", "below"),
    ("supporting_factors", "7.", "ปัจจัยสนับสนุนการดำเนินงาน", "below"),
    ("obstacles", "8.", "อุปสรรคต่อการดำเนินงาน", "below"),
    ("evidence", "9.", "หลักฐานอ้างอิง", "below"),
)
BANNER = "**** ผลการดำเนินงานส่วนที่ 2 ผลสัมฤทธิ์การปฏิบัติงานตามแผนปฏิบัติราชการประจำปี แยกรายตัวชี้วัด ****"
TICKS = {
    "glyph": ("☑", "☐"),
    "bracket": ("[x]", "[ ]"),
    "stroke": ("(/)", "( )"),
    "root": ("(√)", "( )"),
    "dot": ("●", "○"),
    "lost": ("", ""),
    "wing": ("\uf0fe", "\uf0a8"),
}
TO_THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")


@dataclass(frozen=True)
class Style:
    """How a report is printed."""

    width: int | None = 100
    wrap: str = "space"  # "space", "character"
    numbers: bool = True
    thai_digits: bool = False
    colon: str = " :"
    tick: str = "stroke"
    headings: Sequence[tuple[str | None, str, str, str]] = HEADINGS


def print_report(report: Report, style: Style = Style()) -> list[str]:
    """Lines of a report in a style."""
    lines: list[str] = []
    for key, number, label, place in style.headings:
        if not style.numbers and number != ":":
            number = ""
        if style.thai_digits:
            number, label = number.translate(TO_THAI), label.translate(TO_THAI)
        head = f"{number} {label}".strip()
        if place == "plain":
            lines.append(head)
            continue
        head += " =" if place == "=" else style.colon
        if key is None:
            lines.append(head)
            continue
        paragraphs = _level(report, style) if key == "level" else list(report[key])  # type: ignore[call-overload]
        if style.thai_digits and key in ("target", "actual"):
            paragraphs = [text.translate(TO_THAI) for text in paragraphs]
        if place == "below":
            lines.append(head)
            body = ["::" + (f" {paragraphs[0]}" if paragraphs else ""), *paragraphs[1:]]
        else:
            body = [f"{head} {paragraphs[0]}" if paragraphs else head, *paragraphs[1:]]
        for text in body:
            lines.extend(wrap(text, style))
    lines.append(BANNER)
    person, position = list(report["responsible_person"]), list(report["position"])  # type: ignore[call-overload]
    lines += [f"ลงชื่อ.....{person[0]}.....(ผู้รับผิดชอบโครงการ)" if person else "ลงชื่อ.....(ผู้รับผิดชอบโครงการ)"]
    return [*lines, "ตำแหน่ง", position[0] if position else "....."]


def _level(report: Report, style: Style) -> list[str]:
    ticked, empty = TICKS[style.tick]
    first, second = (ticked, empty) if report["level"] == "output" else (empty, ticked)
    return [f"{first} ผลผลิต (Output) {second} ผลลัพธ์ (Outcome)"]


def wrap(text: str, style: Style) -> list[str]:
    """Break a paragraph as a program would that counts characters which take space."""
    if style.width is None:
        return [text]
    if style.wrap == "space":
        rows = [""]
        for word in text.split(" "):
            longer = f"{rows[-1]} {word}" if rows[-1] else word
            if rows[-1] and columns(longer) > style.width:
                rows.append(word)
            else:
                rows[-1] = longer
        return rows
    rows, row = [], ""
    for cluster in clusters(text):
        if columns(row) + columns(cluster) > style.width:
            rows.append(row.strip())
            row = ""
        row += cluster
    return [*rows, row.strip()]


def clusters(text: str) -> list[str]:
    """Letters with the marks that stand on them."""
    found: list[str] = []
    for char in text:
        if found and unicodedata.category(char) == "Mn":
            found[-1] += char
        else:
            found.append(char)
    return found


def columns(text: str) -> int:
    """Characters that take space."""
    return sum(unicodedata.category(char) != "Mn" for char in text)


def document(lines: Sequence[str], kind: Kind = Kind.TEXT, per_page: int | None = None) -> Document:
    """A document of plain lines, on one page or several."""
    per_page = per_page or max(1, len(lines))
    pages = [lines[at : at + per_page] for at in range(0, len(lines), per_page)] or [[]]
    return Document(
        kind,
        "made/1",
        tuple(Page(number, tuple(Line(text, number) for text in page)) for number, page in enumerate(pages, 1)),
    )

"""Inputs made by chance: texts near to reports, bytes near to files, and how many of them a run tries."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

SAMPLES = Path(__file__).parents[2] / "samples"
_LONG = 1000  # examples; a profile with more was asked for by name


def few(examples: int) -> settings:
    """Return a small budget that tries the same every time, or that of the profile "long"."""
    long = settings.default.max_examples >= _LONG
    return settings(
        max_examples=settings.default.max_examples if long else examples,
        derandomize=not long,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


letters = st.text("กขคงดตนบปมยรลวสหอ่้ิีึืุูัาำเแโใไๆฯ์ํ\u200b\uf70a ", max_size=12)
digits = st.text("0123456789๐๑๒๓๔๕๖๗๘๙.,-/: ", max_size=8)
_WORDS = """
วันที่ เดือน ปี พ.ศ. ค.ศ. ปีงบประมาณ ไตรมาสที่ ม.ค. มกราคม ก.พ. กุมภาพันธ์ ธันวาคม ระหว่าง ถึง และ - – / , ณ
ร้อยละ บาท ล้านบาท ไร่ งาน ตารางวา คน ครั้ง ไม่น้อยกว่า อย่างน้อย หนึ่ง สอง สิบ ยี่สิบเอ็ด ร้อย พัน ล้าน
คำสั่ง ที่ ลงวันที่ กรุงเทพมหานคร สำนัก ระดับ เท่ากับ มากกว่า % ( ) [ ] : = ☑ ☐ 2564 ๒๕๖๗ 67 29 31 1,234.50
"""
words = st.sampled_from(_WORDS.split())
pieces = st.lists(st.one_of(words, digits, letters, st.sampled_from([" ", "  ", "\n", ""])), max_size=25)
prose = st.one_of(pieces.map("".join), pieces.map(" ".join), st.text(max_size=60))


@cache
def sample(name: str) -> bytes:
    """Return a sample's bytes."""
    return (SAMPLES / name).read_bytes()


@st.composite
def damaged(draw: st.DrawFn, names: tuple[str, ...]) -> tuple[str, bytes]:
    """Draw a sample with bytes flipped, cut out, doubled and put in."""
    name = draw(st.sampled_from(names))
    data = bytearray(sample(name))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        match draw(st.integers(0, 3)):
            case 0:
                data[at : at + 1] = draw(st.binary(max_size=4))
            case 1:
                del data[at : at + draw(st.integers(1, 3000))]
            case 2:
                data[at:at] = data[at : at + draw(st.integers(1, 600))]
            case _:
                data[at : at + 4] = draw(st.sampled_from([b"\xff" * 4, bytes(4), b"9999", b"<<>>", b"</w:", b"-1 "]))
    return name, bytes(data)

"""Encodings are told from bytes, and said."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.intake.encodings import decode, detect_encoding, looks_like_cp874

THAI = (
    "โครงการปลูกต้นไม้ริมคลองของหมู่บ้านตัวอย่าง ปีที่ ๓ ได้รับงบประมาณ 12,500 บาท\n"
    "ผู้ใหญ่บ้านเป็นประธานเปิดงาน ณ ศาลากลางน้ำ เมื่อเวลา 09.00 น. มีผู้เข้าร่วมทั้งสิ้น 48 คน\n"
)
ENGLISH = "A plain report about trees along a canal, with nothing but ASCII in it.\n"


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-16", "utf-16-le"),
        ("utf-32", "utf-32-le"),
        ("cp874", "cp874"),
        ("tis-620", "cp874"),
    ],
)
@pytest.mark.parametrize("text", [THAI, THAI + ENGLISH * 20, THAI[:60]])
def test_thai_comes_back_in_every_encoding(codec: str, name: str, text: str) -> None:
    encoding = detect_encoding(text.encode(codec))
    assert encoding is not None
    assert (encoding.name, encoding.certain) == (name, True)
    assert decode(text.encode(codec), encoding) == text


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff"])
def test_utf_16_with_its_mark(mark: bytes) -> None:
    data = mark + THAI.encode("utf-16-le" if mark == b"\xff\xfe" else "utf-16-be")
    encoding = detect_encoding(data)
    assert encoding is not None
    assert decode(data, encoding) == THAI


@pytest.mark.parametrize(
    ("true", "wrong"), [("cp874", "latin-1"), ("utf-8", "latin-1"), ("cp874", "cp1252"), ("utf-8", "whatwg-874")]
)
def test_mangled_thai_is_undone(true: str, wrong: str) -> None:
    raw = THAI.encode(true)
    # Browsers and editors turn undefined bytes into C1 controls.
    mangled = "".join(map(_as_cp874, raw)) if wrong == "whatwg-874" else raw.decode(wrong)
    encoding = detect_encoding(mangled.encode("utf-8"))
    assert encoding is not None
    assert encoding.mangled is not None
    assert decode(mangled.encode("utf-8"), encoding).count("\ufffd") == 0
    assert decode(mangled.encode("utf-8"), encoding) == THAI


def _as_cp874(byte: int) -> str:
    try:
        return bytes([byte]).decode("cp874")
    except UnicodeDecodeError:
        return chr(byte)


@pytest.mark.parametrize(
    "text",
    [
        "Le préfet a été reçu à l'hôtel de ville ; où est la clé ? Ça va très bien, né à Noël 1960.",
        "Größe und Übermut führen häufig zu Ärger, heißt es für gewöhnlich.",
        "20 °C ± 5, © 1999, £3, “curly” quotes – and a dash…",
        "señor, mañana, año, niño: España",
    ],
)
def test_european_text_is_not_taken_for_thai(text: str) -> None:
    legacy = detect_encoding(text.encode("cp1252"))
    assert legacy is not None
    assert legacy.name == "cp1252"
    assert decode(text.encode("cp1252"), legacy) == text
    modern = detect_encoding(text.encode("utf-8"))
    assert modern is not None
    assert (modern.name, modern.mangled) == ("utf-8", None)


@pytest.mark.parametrize("codec", ["cp1251", "gb2312", "shift_jis", "euc_kr"])
def test_other_alphabets_are_in_doubt(codec: str) -> None:
    words = {
        "cp1251": "Отчёт о работе за год",
        "gb2312": "年度工作报告",
        "shift_jis": "年次報告書",
        "euc_kr": "연례 보고서",
    }
    encoding = detect_encoding((words[codec] * 30).encode(codec))
    assert encoding is None or not encoding.certain


def test_a_few_broken_bytes_do_not_change_the_encoding() -> None:
    data = bytearray((THAI * 5).encode("utf-8"))
    data[100] = 0xFF
    data[400] = 0x80
    encoding = detect_encoding(bytes(data))
    assert encoding is not None
    assert encoding.name == "utf-8"
    assert 0 < decode(bytes(data), encoding).count("\ufffd") <= 6


def test_a_text_cut_inside_its_last_character_is_utf_8() -> None:
    data = "ไม้".encode()[:-1]
    encoding = detect_encoding(data)
    assert encoding is not None
    assert encoding.name == "utf-8"


@pytest.mark.parametrize("seed", range(20))
def test_random_bytes_are_no_text(seed: int) -> None:
    assert detect_encoding(random.Random(seed).randbytes(4000)) is None


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b"\xff\xfe\0\0"])
def test_a_mark_before_random_bytes_is_not_believed(mark: bytes) -> None:
    assert detect_encoding(mark + random.Random(1).randbytes(4000)) is None


def test_zeros_are_no_text() -> None:
    assert detect_encoding(b"\0" * 5000) is None


def test_controls_in_a_text_leave_it_a_text() -> None:
    data = THAI.encode() + bytes(range(32)) + THAI.encode()
    encoding = detect_encoding(data)
    assert encoding is not None
    assert encoding.name == "utf-8"


def test_a_declared_charset_decides_only_in_doubt() -> None:
    russian = ("Отчёт о работе за год " * 30).encode("cp1251")
    encoding = detect_encoding(russian, declared="windows-1251")
    assert encoding is not None
    assert decode(russian, encoding).startswith("Отчёт")
    thai = detect_encoding(THAI.encode("cp874"), declared="iso-8859-1")
    assert thai is not None
    assert thai.name == "cp874"


@pytest.mark.parametrize("declared", ["", "no-such-thing", "hex", "rot13", "\0", "x" * 500, "utf-16", "idna", "base64"])
def test_a_strange_declaration_does_no_harm(declared: str) -> None:
    data = b"caf\xe9 " * 100
    encoding = detect_encoding(data, declared=declared)
    assert encoding is not None
    assert decode(data, encoding)


@pytest.mark.parametrize(
    ("raw", "is_thai"),
    [
        ("รายงานไตรมาส.txt".encode("cp874"), True),
        ("ผลงาน 1.pdf".encode("cp874"), True),
        (b"plain.txt", False),
        ("España.txt".encode("cp437"), False),
        ("naïve résumé.doc".encode("cp437"), False),
        ("รายงาน".encode(), False),
    ],
)
def test_names_in_cp874(raw: bytes, is_thai: bool) -> None:
    assert looks_like_cp874(raw) is is_thai


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_text_or_not(data: bytes) -> None:
    encoding = detect_encoding(data)
    if encoding is not None:
        assert isinstance(decode(data, encoding), str)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="กขคงจฉชดตนบปมยรลวสหอาะเแไโิีุู่้็์ 0123456789.\n", min_size=30, max_size=200))
def test_utf_8_always_comes_back(text: str) -> None:
    encoding = detect_encoding(text.encode())
    assert encoding is not None
    assert decode(text.encode(), encoding) == text

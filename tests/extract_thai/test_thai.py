"""Thai writing without a page: what is impossible, what is put right, and what is left alone."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.thai.letters import (
    PRIVATE_USE,
    canonical,
    has_private_use,
    ill_formed,
    repair_text,
    thai_letters,
    without_private_use,
)

SOUND = [
    "",
    "Annual report 2025 (draft)",
    "สำนักงานเขตดำเนินกิจกรรมปลูกต้นไม้ริมคลอง",
    "ผู้เข้าร่วมประชุม 1,250 คน คิดเป็นร้อยละ 62.50",
    "น้ำท่วมขังที่ป้อมปราการ ค่ำนี้ ซ้ำ ๆ",
    "เก็บขยะ เพ็ญ เป็นต้น ฯลฯ",
    "สิทธิ์ พันธุ์ ศิลป์ องค์กร เสน่ห์ โล่ห์",
    "ฤๅษี ฦๅชา ฤดูร้อน",
    "ปีงบประมาณ พ.ศ. ๒๕๖๗ (๑ ต.ค. ๖๖ - ๓๐ ก.ย. ๖๗)",
    "โต๊ะ โป๊ะ เก๊ะ จ๊ะ จ๋า",
    "café naïve Größe",
]

REPAIRED = [
    # Private-use codes of old fonts: a table undoes them.
    ("ที\uf70a", "ที่", ("private-use",)),
    ("ป\uf702", "ปี", ("private-use",)),
    ("ป\uf710\uf713จจัย", "ปั่จจัย", ("private-use",)),
    ("ป\uf705าไม\uf70b", "ป่าไม้", ("private-use",)),
    ("ญาติผู\uf70bใหญ\uf70a", "ญาติผู้ใหญ่", ("private-use",)),
    ("\uf70fาติ \uf700าน", "ญาติ ฐาน", ("private-use",)),
    ("ก\uf712็บ", "ก็บ", ("private-use", "mark-order")),
    # Marks as drawn, or given twice.
    ("ที่ที\u0e48\u0e48", "ที่ที่", ("mark-order",)),
    ("ท\u0e48\u0e35", "ที่", ("mark-order",)),
    ("วิิทยาลััย", "วิทยาลัย", ("mark-order",)),
    ("ผ\u0e49\u0e39", "ผู้", ("mark-order",)),
    # Am in pieces, before and behind its tone, and doubled.
    ("ก\u0e4d\u0e32หนด", "กำหนด", ("nikhahit",)),
    ("น\u0e49\u0e4d\u0e32", "น้ำ", ("nikhahit",)),
    ("น\u0e4d\u0e49\u0e32", "น้ำ", ("mark-order", "nikhahit")),
    ("ก\x00าหนด", "กำหนด", ("nikhahit",)),
    ("น\u0e49\x00า", "น้ำ", ("nikhahit",)),
    ("น\x00\u0e49า", "น้ำ", ("nikhahit",)),
    ("ประจำำปี", "ประจำปี", ("doubled",)),
    ("ทำางาน", "ทำงาน", ("doubled",)),
    ("นำ\u0e49", "น้ำ", ("mark-order",)),
    # Two leading vowels that are one.
    ("เเผนงาน", "แผนงาน", ("doubled",)),
    # Bytes of cp874 read as another code page.
    ("»ÃÐà´ç¹", "ประเด็น", ("latin-1",)),
    ("â¤Ã§¡ÒÃ", "โครงการ", ("latin-1",)),
    ("¡Òâ¨Ñ´", "กาโจัด", ("latin-1",)),
    ("¡ÓË¹´ 12 ÃÒÂ", "กำหนด 12 ราย", ("latin-1",)),
]


@pytest.mark.parametrize("text", SOUND)
def test_sound_text_is_left_alone(text: str) -> None:
    assert ill_formed(text) == 0
    assert repair_text(text) == (text, ())
    assert canonical(text) == text


@pytest.mark.parametrize(("raw", "repaired", "names"), REPAIRED)
def test_damage_with_one_reading_is_undone(raw: str, repaired: str, names: tuple[str, ...]) -> None:
    text, done = repair_text(raw)
    assert text == repaired
    assert set(done) == set(names)


@pytest.mark.parametrize(
    "text",
    [
        "ก าหนด",  # a lost ring says "space": only the page can tell it from a space
        "มาตรฐาน",
        "สานักงาน",  # am lost to aa
        "มำตรฐำน",  # aa lost to am
        "Résumé of Müller, Göteborg",
        "café",
        "£100 ± 5 %",
        "x\x00y",
        "ก\ufffdก",
        "ก\ufffdาหนด",  # a lost nikhahit, or a lost tone
    ],
)
def test_what_could_be_meant_is_left_alone(text: str) -> None:
    assert repair_text(text) == (text, ())


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("ิก", 1),  # a mark on nothing
        ("ก ิ", 1),
        ("ท\u0e48\u0e35", 1),  # vowel behind its tone
        ("วิิทยา", 1),
        ("กุูก", 1),
        ("น่้", 1),
        ("ำ", 1),
        ("เำ", 2),
        ("ก\u0e4dา", 1),
        ("น\u0e4d\u0e49า", 1),
        ("เ ขต", 1),
        ("แ", 1),
        ("ก ะ", 1),
        ("ก าร", 1),
        ("ที\uf70a", 1),
        ("\uf70a\uf70b", 2),
        ("นิ้", 0),
        ("น้ำ", 0),
        ("สิทธิ์", 0),
        ("a b c", 0),
    ],
)
def test_impossible_sequences_are_counted(text: str, count: int) -> None:
    assert ill_formed(text) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("abc 123", 0), ("๑๒๓ ฿", 0), ("น้ำ", 3), ("ที่ 5 แห่ง", 7), ("ฯลฯ ๆ", 4)],
)
def test_letters_are_counted_without_digits(text: str, count: int) -> None:
    assert thai_letters(text) == count


def test_private_use_table_covers_the_old_fonts() -> None:
    assert sorted(PRIVATE_USE) == list(range(0xF700, 0xF71B))
    # What each mark became in each position: the same mark.
    for first in (0xF705, 0xF70A, 0xF713):
        assert "".join(PRIVATE_USE[first + step] for step in range(5)) == "\u0e48\u0e49\u0e4a\u0e4b\u0e4c"
    assert [PRIVATE_USE[0xF701 + step] for step in range(4)] == ["\u0e34", "\u0e35", "\u0e36", "\u0e37"]
    assert (PRIVATE_USE[0xF710], PRIVATE_USE[0xF711], PRIVATE_USE[0xF712]) == ("\u0e31", "\u0e4d", "\u0e47")
    assert has_private_use("ก\uf71a") and not has_private_use("ก\uf71b\ue000")
    assert without_private_use("".join(map(chr, sorted(PRIVATE_USE)))).translate(PRIVATE_USE).isprintable()


# The marks that one letter can carry: at most a vowel above or below, then a tone or what silences it.
_VOWELS = "\u0e31\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39\u0e3a\u0e47"
_TONES = "\u0e48\u0e49\u0e4a\u0e4b\u0e4c"
_CONSONANTS = "".join(map(chr, range(0x0E01, 0x0E2F)))
_clusters = st.builds(
    lambda *parts: "".join(parts),
    st.sampled_from(["", *"เแโใไ"]),
    st.sampled_from(_CONSONANTS),
    st.sampled_from(["", *_VOWELS]),
    st.sampled_from(["", *_TONES]),
)
_syllables = st.builds(
    lambda *parts: "".join(parts),
    st.sampled_from(_CONSONANTS),
    st.sampled_from(["", *_TONES[:4]]),
    st.sampled_from(["า", "ำ", "ะ", ""]),
)
_well_formed = st.lists(st.one_of(_clusters, _syllables, st.sampled_from([" ", "12.5", "๒๕๖๗", "(", ")", "a"]))).map(
    "".join
)
# Characters that damage is made of, all of Thai, and some others.
_hostile = st.text(
    st.one_of(
        st.sampled_from("\u0e4d\u0e32\u0e33\u0e40\u0e48\u0e49\x00\ufffd »Ã\uf70a\uf701กน\n"),
        st.characters(min_codepoint=0x0E00, max_codepoint=0x0E7F),
        st.characters(min_codepoint=0xF700, max_codepoint=0xF71F),
        st.characters(min_codepoint=0x80, max_codepoint=0xFF),
        st.characters(),
    )
)


def _no_two_leading(text: str) -> bool:
    return "เเ" not in text and ill_formed(text) == 0


@settings(max_examples=100, deadline=None)
@given(_well_formed.filter(_no_two_leading))
def test_well_formed_thai_stays(text: str) -> None:
    assert repair_text(text) == (text, ())


@settings(max_examples=100, deadline=None)
@given(_hostile)
def test_a_second_repair_changes_nothing(text: str) -> None:
    once, names = repair_text(text)
    assert repair_text(once)[0] == once
    assert (once == text) == (not names)


@settings(max_examples=100, deadline=None)
@given(_hostile)
def test_any_text_can_be_asked_about(text: str) -> None:
    repaired, names = repair_text(text)
    assert not has_private_use(repaired)
    assert len(set(names)) == len(names)
    assert (names == ()) == (repaired == text)
    assert 0 <= ill_formed(text) <= len(text)
    assert 0 <= thai_letters(text) <= len(text)
    assert canonical(canonical(text)) == canonical(text)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(_CONSONANTS), st.sampled_from(_VOWELS), st.sampled_from(_TONES))
def test_order_of_marks_does_not_depend_on_the_order_given(letter: str, vowel: str, tone: str) -> None:
    read = {canonical(letter + "".join(marks)) for marks in permutations((vowel, tone))}
    assert read == {letter + vowel + tone}
    doubled = {canonical(letter + "".join(marks)) for marks in permutations((vowel, tone, vowel, tone))}
    assert doubled == read


@settings(max_examples=100, deadline=None)
@given(st.permutations(list("\u0e38\u0e34\u0e48\u0e4d")))
def test_four_marks_have_one_order(marks: list[str]) -> None:
    assert canonical("ก" + "".join(marks)) == "ก\u0e38\u0e34\u0e48\u0e4d"


@pytest.mark.parametrize(
    "unit",
    [
        "\u0e48",
        "\u0e34\u0e48",
        "\u0e4d",
        "\u0e4d\u0e48",
        "\u0e4dา",
        "ำ",
        "ำา",
        "ก\x00",
        "เ",
        "ก ",
        " \u0e34",
        "»",
        "»A",
        "\uf70a",
        "น\u0e48",
    ],
)
def test_hostile_runs_take_linear_time(unit: str) -> None:
    """Quadratic work on 100,000 characters would take minutes; the suite's own time is the clock."""
    text = unit * (100_000 // len(unit))
    for hostile in (text, "ก" + text, text + "ก"):
        repaired, _ = repair_text(hostile)
        assert len(repaired) <= len(hostile)
        assert ill_formed(hostile) <= len(hostile)
        assert len(canonical(hostile)) <= len(hostile)

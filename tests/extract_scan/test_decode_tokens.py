"""Figures as a whole: how likely they are right, what else they may be, and forms that none has."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.reading.scan.calibrate import Calibration
from extract.reading.scan.handover import ReadGlyph
from extract.reading.scan.tokens import MALFORMED_AT_MOST, features_of, malformed, token_readings

THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")


def glyphs(text: str, *doubts: tuple[int, str, float]) -> list[ReadGlyph]:
    made = []
    for place, character in enumerate(text):
        others = tuple((other, share) for at, other, share in doubts if at == place)
        made.append(ReadGlyph(character, place, place + 1, 1 - sum(share for _, share in others), others))
    return made


WELL_FORMED = [
    "1", "12", "2564", "1,234", "1,234,567.89", "12.50", "5.2.1", "12/03/2564", "5048-0792", "0505.06/123", "100%",
    "5,12,19", "2563,2564", "09.00-16.30", "02-123-4567", "(1)", "1.", "(6.2)", "1,234-5,678", "999,999", "0.5",
    "1836400000", "2,564.", "10:30", "1/2564", "(1,234)", "5,", "12)", "3.14,", "15,000/30,000",
]  # fmt: skip
ILL_FORMED = [
    "1,8364,000", "1,836400,000", "1,836400", "12345,678", "1,23,456", "1,234,56", "1,,234", "1,.5", "1.,5", "1..5",
    "1.234,567", "1,234.50.00", ",234,567", "1,234,", "0,123", "1,8364", "(1,2345)",
]  # fmt: skip


@pytest.mark.parametrize("text", WELL_FORMED)
def test_figures_as_they_are_printed(text: str) -> None:
    assert not malformed(text)
    assert not malformed(text.translate(THAI_DIGITS))


@pytest.mark.parametrize("text", ILL_FORMED)
def test_forms_that_no_figure_has(text: str) -> None:
    assert malformed(text)
    assert malformed(text.translate(THAI_DIGITS))


@pytest.mark.parametrize(
    ("text", "wrong"), [("๒๕6๔", True), ("1๒", True), ("๕.2", True), ("ม.5/๒ก", True), ("ก1ข๒", False)]
)
def test_mixed_digit_sets(text: str, wrong: bool) -> None:
    assert malformed(text) is wrong


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**12), st.booleans())
def test_grouped_numbers_are_well_formed_until_a_comma_is_lost(number: int, thai: bool) -> None:
    text = f"{number:,}.00".translate(THAI_DIGITS if thai else {})
    assert not malformed(text)
    if text.count(",") >= 2:
        assert malformed(text.replace(",", "", 1)) and malformed(text[::-1].replace(",", "", 1)[::-1])


def test_a_figure_is_as_sure_as_its_characters_together() -> None:
    confidence, others = token_readings(glyphs("123", (0, "7", 0.1), (2, "8", 0.2)))
    assert confidence == pytest.approx(0.9 * 0.8)
    assert others[0] == ("128", pytest.approx(0.18)) and others[1] == ("723", pytest.approx(0.08))
    assert confidence + sum(share for _, share in others) <= 1.0001


def test_what_may_be_missing_or_too_much() -> None:
    confidence, others = token_readings(glyphs("1234", (0, "1,", 0.3)))
    assert confidence == pytest.approx(0.7) and others[0] == ("1,234", pytest.approx(0.3))
    _, others = token_readings(glyphs("1.5", (1, "", 0.25)))
    assert others[0][0] == "15"


def test_a_space_at_the_edge_changes_nothing() -> None:
    confidence, others = token_readings(glyphs("25", (1, "5 ", 0.2)))
    assert confidence == pytest.approx(1) and others == ()
    confidence, others = token_readings(glyphs("25", (0, "2 ", 0.2)))
    assert confidence == pytest.approx(0.8) and others[0][0] == "2 5"


def test_a_malformed_figure_is_never_sure() -> None:
    confidence, _ = token_readings(glyphs("๑,๘๓๖๔๐๐,๐๐๐"))
    assert confidence <= MALFORMED_AT_MOST


def test_an_empty_run_is_no_figure() -> None:
    assert token_readings([]) == (0.0, ())


def test_calibration_is_applied() -> None:
    calibration = Calibration(token={"bias": -1.0, "odds": 0.5})
    run = glyphs("12", (0, "7", 0.1))
    confidence, others = token_readings(run, calibration)
    assert confidence == pytest.approx(calibration.of_token(features_of(run), 0.9), abs=1e-6)
    assert confidence < 0.9 and others[0][0] == "72"
    assert confidence + others[0][1] == pytest.approx(1)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("0123456789๑๓,."), st.floats(0, 0.49), st.sampled_from(["", "7", "1,"])), max_size=40
    )
)
def test_probabilities_of_readings_never_exceed_one(run: list[tuple[str, float, str]]) -> None:
    made = [ReadGlyph(text, 0, 1, 1 - share, ((other, share),)) for text, share, other in run]
    confidence, others = token_readings(made)
    assert 0 <= confidence <= 1
    assert all(0 <= share <= 1 for _, share in others)
    assert confidence + sum(share for _, share in others) <= 1.001

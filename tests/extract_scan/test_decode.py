"""From frames to characters: ideal frames give their text back, doubtful ones their doubts."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from extract.reading.scan.ctc import pieces, probabilities, search
from extract.reading.scan.decode import decode, glyphs_of, recalibrated
from extract.reading.scan.handover import ReadGlyph
from extract.reading.scan.mark_rules import thai_rules

SYMBOLS = ("", *"กขนปมร าิีุู่้ำํเแ๑๒๓๔.,/12ab")
INDEX = {symbol: place for place, symbol in enumerate(SYMBOLS)}
LETTERS = "กขนปมร๑๒๓๔.,/12ab"

Frames = NDArray[np.float32]


def frames_of(*rows: dict[str, float]) -> Frames:
    """Probabilities of each frame; what is left belongs to the blank."""
    frames = np.zeros((len(rows), len(SYMBOLS)), np.float32)
    for frame, row in zip(frames, rows, strict=True):
        for symbol, chance in row.items():
            frame[INDEX[symbol]] = chance
        frame[0] += 1 - frame.sum()
    return frames


def read(frames: Frames) -> str:
    return "".join(spot.text for spot in decode(frames, SYMBOLS, 0))


def sure(text: str, chance: float = 0.999) -> list[dict[str, float]]:
    return [row for symbol in text for row in ({symbol: chance}, {})]


@settings(max_examples=60, deadline=None)
@given(st.text(LETTERS, max_size=20), st.lists(st.integers(0, 2), min_size=40, max_size=40))
def test_ideal_frames_give_their_text(text: str, gaps: list[int]) -> None:
    rows: list[dict[str, float]] = []
    for place, symbol in enumerate(text):
        again = place and text[place - 1] == symbol
        rows += [{}] * max(gaps[2 * place], int(bool(again)))
        rows += [{symbol: 0.999}] * (1 + gaps[2 * place + 1])
    assert read(frames_of(*rows, {})) == text


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(0, 2), st.integers(0, 2))
def test_the_search_sums_all_paths(seed: int, count: int, before: int, after: int) -> None:
    frames = np.random.default_rng(seed).dirichlet([0.4] * 3, count).astype(np.float32)
    frames[frames < 0.002] = 0
    totals: dict[tuple[int, ...], float] = {}
    for path in itertools.product(range(3), repeat=count):
        chance = float(np.prod([frames[frame, symbol] for frame, symbol in enumerate(path)]))
        reading, last = [], before
        for symbol in (*path, after):
            if symbol not in (0, last):
                reading.append(symbol)
            last = symbol
        totals[tuple(reading)] = totals.get(tuple(reading), 0.0) + chance
    whole = sum(totals.values())
    found = search(frames, before, after, 0, width=1000)
    assert sum(chance for _, chance in found) == pytest.approx(1)
    assert dict(found) == pytest.approx({key: value / whole for key, value in totals.items() if value > 0}, abs=1e-5)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 30))
@example(45111, 30)  # one character that its own piece and the next doubt, together by more than the whole
def test_probabilities_stay_probabilities(seed: int, count: int) -> None:
    random = np.random.default_rng(seed)
    logits = random.normal(0, random.uniform(0.5, 12), (count, len(SYMBOLS))).astype(np.float32)
    frames = probabilities(logits)
    assert frames.sum(axis=1) == pytest.approx(np.ones(count), abs=1e-4)
    for piece in pieces(frames, 0):
        assert sum(chance for _, chance in piece.readings) == pytest.approx(1)
    check_shares(frames)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.dictionaries(st.sampled_from("ก1๒,่ิ"), st.sampled_from([0.05, 0.3, 0.45, 0.9, 0.995]), max_size=2),
        max_size=12,
    )
)
def test_however_many_doubt_a_character_its_shares_are_one_whole(rows: list[dict[str, float]]) -> None:
    """Marks without a base are left out by the rules, and their shares fall upon the character before them."""
    check_shares(frames_of(*({s: chance / max(1, sum(row.values())) for s, chance in row.items()} for row in rows)))


def check_shares(frames: Frames) -> None:
    for glyph in glyphs_of(decode(frames, SYMBOLS, 0), 4, 1.0, 16, 4 * len(frames)):
        assert 0 <= glyph.x0 <= glyph.x1 <= 4 * len(frames)
        assert 0 <= glyph.confidence <= 1
        assert glyph.confidence + sum(share for _, share in glyph.others) <= 1.001


def test_a_rival_is_told_with_its_share() -> None:
    spots = decode(frames_of(*sure("12"), {"๓": 0.7, "๑": 0.3}, {}, *sure("a")), SYMBOLS, 0)
    assert [spot.text for spot in spots] == ["1", "2", "๓", "a"]
    assert spots[2].chance == pytest.approx(0.7, abs=0.01)
    assert spots[2].others["๑"] == pytest.approx(0.3, abs=0.01)


def test_a_character_that_may_not_be_there_has_nothing_as_its_rival() -> None:
    spots = decode(frames_of(*sure("1"), {",": 0.6}, {}, *sure("2")), SYMBOLS, 0)
    assert spots[1].text == "," and spots[1].others[""] == pytest.approx(0.4, abs=0.01)


def test_a_comma_that_may_be_there_is_told_beside_its_neighbour() -> None:
    spots = decode(frames_of(*sure("1"), {",": 0.3}, {}, *sure("2")), SYMBOLS, 0)
    assert [spot.text for spot in spots] == ["1", "2"]
    assert spots[0].others["1,"] == pytest.approx(0.3, abs=0.01)
    first = decode(frames_of({",": 0.3}, {}, *sure("2")), SYMBOLS, 0)
    assert first[0].others[",2"] == pytest.approx(0.3, abs=0.01)


def test_the_edge_of_a_figure_bears_the_doubt_of_a_lost_digit() -> None:
    spots = decode(frames_of(*sure("ก"), {"1": 0.3}, {}, *sure("2"), *sure("ข")), SYMBOLS, 0)
    assert [spot.text for spot in spots] == ["ก", "2", "ข"]
    assert spots[1].chance < 0.71 and spots[1].others["12"] == pytest.approx(0.3, abs=0.01)
    behind = decode(frames_of(*sure("1"), *sure("2"), {"ข": 0.6, "๓": 0.4}, {}), SYMBOLS, 0)
    assert behind[1].others["2๓"] == pytest.approx(0.4, abs=0.01) and behind[0].chance > 0.99
    inside = decode(frames_of(*sure("1"), {",": 0.6, "๓": 0.4}, {}, *sure("2")), SYMBOLS, 0)
    assert inside[0].chance > 0.99 and inside[2].chance > 0.99


def test_two_of_a_kind_need_a_gap() -> None:
    held = {"1": 0.999}
    assert read(frames_of(held, held, held)) == "1"
    assert read(frames_of(held, {}, held)) == "11"
    unsure = decode(frames_of(held, {"1": 0.4}, held), SYMBOLS, 0)
    assert [spot.text for spot in unsure] == ["1", "1"]
    assert unsure[1].others[""] == pytest.approx(0.4, abs=0.01)


def test_many_weak_frames_add_up() -> None:
    """Each frame prefers the blank, but together they say that a letter is there."""
    assert read(frames_of({"a": 0.4}, {"a": 0.4}, {"a": 0.4}, {})) == "a"


def test_rules_choose_between_rivals() -> None:
    # A tone on a space is impossible; the consonant that was nearly as likely is taken.
    tone = frames_of(*sure("ก "), {"่": 0.55, "น": 0.45}, {}, *sure("า"))
    assert read(tone) == "ก นา"
    two = frames_of(*sure("ก"), *sure("่"), {"้": 0.55, "า": 0.45}, {})
    assert read(two) == "ก่า"


def test_what_breaks_the_rules_without_rival_stands_with_a_doubt() -> None:
    spots = decode(frames_of(*sure("1"), *sure("่"), *sure("2")), SYMBOLS, 0)
    assert [spot.text for spot in spots] == ["1", "่", "2"]
    assert spots[1].chance <= thai_rules().most


@pytest.mark.parametrize(
    ("seen", "text"),
    [("ก่ิน", "กิ่น"), ("นํา", "นำ"), ("น้ํา", "น้ำ"), ("เเก", "แก"), (" ก  ข ", "ก ข"), ("น้ำ", "น้ำ"), ("กู้", "กู้")],
)
def test_text_comes_in_canonical_order(seen: str, text: str) -> None:
    assert read(frames_of(*sure(seen))) == text


def test_recalibrating_shares_the_rest() -> None:
    glyph = recalibrated(ReadGlyph("1", 0, 1, 0.8, (("7", 0.15), ("", 0.05))), 0.6)
    assert glyph.confidence == 0.6
    assert glyph.others == (("7", 0.3), ("", 0.1))


def test_noise_of_any_length_is_decoded_soon() -> None:
    random = np.random.default_rng(3)
    frames = random.dirichlet([0.3] * len(SYMBOLS), 3_000).astype(np.float32)
    assert len(decode(frames, SYMBOLS, 0)) > 0
    assert decode(frames[:0], SYMBOLS, 0) == []

"""Calibration: what is fitted tells the truth about examples that it did not see."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from extract.reading.scan.calibrate import (
    UNCALIBRATED,
    Calibration,
    applied,
    expected_error,
    fit,
    odds,
    reliability,
)


def examples(seed: int, count: int) -> tuple[list[dict[str, float]], list[bool], list[float]]:
    """Answers of an overconfident reader: it says odds twice as high as they are, and malformed ones are worse."""
    random = np.random.default_rng(seed)
    true_odds = random.normal(2.5, 2, count)
    malformed = random.random(count) < 0.05
    chance = 1 / (1 + np.exp(-(true_odds - 3 * malformed)))
    right = random.random(count) < chance
    features = [
        {"odds": float(2 * value), "malformed": float(bad)} for value, bad in zip(true_odds, malformed, strict=True)
    ]
    said = [float(1 / (1 + math.exp(-2 * value))) for value in true_odds]
    return features, right.tolist(), said


def test_fitted_weights_tell_the_truth_about_new_examples() -> None:
    weights = fit(*examples(1, 4000)[:2])
    features, right, said = examples(2, 4000)
    believed = [applied(weights, item, 0.0) for item in features]
    before, after = expected_error(reliability(said, right)), expected_error(reliability(believed, right))
    assert after < 0.02 < before
    assert weights["odds"] == pytest.approx(0.5, abs=0.05) and weights["malformed"] == pytest.approx(-3, abs=0.5)


def test_few_examples_change_little() -> None:
    weights = fit([{"odds": 3.0}, {"odds": 5.0}], [True, True])
    assert weights["odds"] == pytest.approx(1, abs=0.3)
    assert applied(weights, {"odds": 3.0}, 0.0) < 1


def test_a_reader_without_errors_does_not_become_infallible() -> None:
    weights = fit([{"odds": 4.0 + place % 5} for place in range(500)], [True] * 500)
    assert 0.99 < applied(weights, {"odds": 6.0}, 0.0) < 1


def test_without_examples_nothing_changes() -> None:
    assert fit([], []) == {}
    assert UNCALIBRATED.of_glyph(0.93) == 0.93
    assert UNCALIBRATED.of_token({"odds": 1.0}, 0.7) == 0.7


def test_it_goes_to_json_and_back() -> None:
    made = Calibration(1.3, {"bias": 0.1, "odds": 0.9}, {"bias": 0.0, "odds": 0.8, "malformed": -2.0})
    assert Calibration.from_json(json.loads(json.dumps(made.to_json()))) == made
    assert Calibration.from_json({}) == UNCALIBRATED


def test_reliability_counts_each_example_once() -> None:
    rows = reliability([0.0, 0.2, 0.96, 0.96, 1.0], [False, True, True, False, True])
    assert [(row.count, row.right) for row in rows] == [(2, 0.5), (2, 0.5), (1, 1.0)]
    assert rows[1].confidence == pytest.approx(0.96)
    assert reliability([], []) == [] and expected_error([]) == 0.0


def test_log_odds_are_finite() -> None:
    assert all(math.isfinite(odds(value)) for value in (0.0, 0.5, 1.0))
    assert odds(0.5) == 0

"""From what a network believes to how often it is right.

A probability is calibrated when, of all characters said to be 90 % sure, nine in ten are right. The parameters are
fitted on faces that the network never saw, and stand in the model's metadata. Fitting is logistic regression (Platt
scaling), held near "as the network says" where examples are few: a model without wrong answers in its sample must
not call itself infallible.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

LEAST, MOST = 1e-6, 1 - 1e-6  # probabilities are kept inside, so that their log odds are finite
PRIOR_STRENGTH = 2.0  # how hard a weight is held near "as the network says"; worth a few wrong examples
STEPS = 60  # of Newton's method; it settles in about ten


@dataclass(frozen=True, slots=True)
class Calibration:
    """Parameters of one model; as made, they change nothing."""

    temperature: float = 1.0  # the network's outputs are divided by it before they become probabilities
    glyph: Mapping[str, float] = field(default_factory=dict)  # weight of each feature, and "bias"
    token: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def from_json(cls, told: Mapping[str, object]) -> Calibration:
        """Make it from the metadata's entry; what is missing changes nothing."""

        def weights(key: str) -> dict[str, float]:
            found = told.get(key, {})
            return {str(name): float(value) for name, value in found.items()} if isinstance(found, Mapping) else {}

        temperature = told.get("temperature", 1.0)
        return cls(
            float(temperature) if isinstance(temperature, int | float) else 1.0, weights("glyph"), weights("token")
        )

    def to_json(self) -> dict[str, object]:
        """Give the metadata's entry."""
        return {"temperature": self.temperature, "glyph": dict(self.glyph), "token": dict(self.token)}

    def of_glyph(self, probability: float) -> float:
        """Return how likely a character is right that the network gives this probability."""
        return applied(self.glyph, {"odds": odds(probability)}, probability)

    def of_token(self, features: Mapping[str, float], probability: float) -> float:
        """Return how likely the whole token is right; `probability` where nothing was fitted."""
        return applied(self.token, features, probability)


UNCALIBRATED = Calibration()


def odds(probability: float) -> float:
    """Return the log odds of a probability, finite also for 0 and 1."""
    inside = min(MOST, max(LEAST, probability))
    return math.log(inside / (1 - inside))


def applied(weights: Mapping[str, float], features: Mapping[str, float], otherwise: float) -> float:
    """Return the probability that fitted weights give, `otherwise` without weights."""
    if not weights:
        return otherwise
    score = weights.get("bias", 0.0) + sum(weights.get(name, 0.0) * value for name, value in features.items())
    return 1 / (1 + math.exp(-min(50.0, max(-50.0, score))))


def fit(features: Sequence[Mapping[str, float]], right: Sequence[bool]) -> dict[str, float]:
    """Fit weights so that `applied` gives the share that is right; {} without examples.

    The weight of "odds" is drawn towards 1 and all others towards 0.
    """
    if not features:
        return {}
    names = sorted({name for item in features for name in item})
    inputs = np.array([[1.0, *(item.get(name, 0.0) for name in names)] for item in features])
    truth = np.array(right, float)
    prior = np.array([0.0, *(1.0 if name == "odds" else 0.0 for name in names)])
    strength = np.full(len(prior), PRIOR_STRENGTH)
    strength[0] = PRIOR_STRENGTH / 10  # the level is told by the data sooner than the shape
    weights = prior.copy()
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-np.clip(inputs @ weights, -50, 50)))
        slope = inputs.T @ (chance - truth) + strength * (weights - prior)
        spread = np.maximum(chance * (1 - chance), 1e-9)
        bend = (inputs * spread[:, None]).T @ inputs + np.diag(strength)
        step = np.linalg.solve(bend, slope)
        # Whole Newton steps may leap past the answer when nearly all examples are right.
        weights -= step * min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-12))
    return {"bias": float(weights[0]), **{name: float(weight) for name, weight in zip(names, weights[1:], strict=True)}}


@dataclass(frozen=True, slots=True)
class Bin:
    """One row of a reliability table."""

    low: float
    high: float
    count: int
    confidence: float  # mean
    right: float  # share, 0-1


EDGES = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 1.0)


def reliability(confidence: Sequence[float], right: Sequence[bool], edges: Sequence[float] = EDGES) -> list[Bin]:
    """Compare what was believed with what was true, one row for each span of confidence that occurs."""
    believed, truth = np.array(confidence, float), np.array(right, bool)
    rows = []
    for place, (low, high) in enumerate(pairwise(edges)):
        last = place == len(edges) - 2
        inside = (believed >= low) & ((believed <= high) if last else (believed < high))
        if inside.any():
            rows.append(Bin(low, high, int(inside.sum()), float(believed[inside].mean()), float(truth[inside].mean())))
    return rows


def expected_error(rows: Sequence[Bin]) -> float:
    """Return the mean distance between belief and truth over a reliability table, weighted by count."""
    total = sum(row.count for row in rows)
    return sum(row.count * abs(row.confidence - row.right) for row in rows) / total if total else 0.0

"""A word can make a figure negative; a figure read without it would be wrong."""

from decimal import Decimal

import pytest

from normalize.measures import parse_measure
from normalize.quantities import find_quantities


@pytest.mark.parametrize("text", ["ติดลบร้อยละ 3.5", "ติดลบ 3.5 (ร้อยละ)", "(3.50)", "-3.5 (ร้อยละ)"])
def test_a_measure_below_nought(text: str) -> None:
    assert parse_measure(text, None, "actual")[0].value == Decimal("-3.5")


def test_quantities_below_nought() -> None:
    found = find_quantities("ผลต่างติดลบร้อยละ 3.5 และติดลบ 5 บาท จากเดิม 5 บาท", "quarter_1", [])
    assert [item.value for item in found] == [Decimal("-3.5"), Decimal(-5), Decimal(5)]

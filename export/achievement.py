"""Whether a report reached its target: computed only where the comparison means something."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext

from raingan.model.records import Measure

REACHED = "reached"
NOT_REACHED = "not-reached"
TO_CHECK = "to-check"
NOT_COMPARABLE = "not-comparable"
OUTCOMES = (REACHED, NOT_REACHED, TO_CHECK, NOT_COMPARABLE)

_CENT = Decimal("0.01")
# Beyond this a quotient is no percentage that anyone reads, and Decimal would need hundreds of digits for it.
_LARGEST = Decimal(10) ** 12


def achievement(target: Measure, actual: Measure) -> tuple[Decimal | None, str]:
    """Return actual / target in percent, where more is better, and one of `OUTCOMES`."""
    if target.value is None or actual.value is None or target.unit != actual.unit:
        return None, NOT_COMPARABLE
    if not (_plain(target.value) and _plain(actual.value)):
        return None, NOT_COMPARABLE
    if target.upper is not None or actual.upper is not None or actual.operator is not None:
        return None, NOT_COMPARABLE
    if target.operator in ("<=", "<"):
        met = actual.value < target.value or (target.operator == "<=" and actual.value == target.value)
        return None, REACHED if met else NOT_REACHED
    if target.operator not in (None, ">=", ">") or target.value <= 0:
        return None, NOT_COMPARABLE
    met = actual.value > target.value or (target.operator != ">" and actual.value == target.value)
    return _percent(actual.value, target.value), REACHED if met else NOT_REACHED


def _plain(value: Decimal) -> bool:
    return value.is_finite() and abs(value.adjusted()) < 100


def _percent(actual: Decimal, target: Decimal) -> Decimal | None:
    with localcontext() as context:
        context.prec = 50
        percent = actual / target * 100
        return percent.quantize(_CENT, ROUND_HALF_UP) if abs(percent) < _LARGEST else None

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


def achievement(target: Measure, actual: Measure, direction: str | None) -> tuple[Decimal | None, str]:
    """Return actual / target in percent, where more is better, and one of `OUTCOMES`.

    `direction` is "more", "less" or None as in `Report`: without it nothing is said. Units are compared in their base.
    """
    wanted, got = _in_base(target), _in_base(actual)
    if wanted is None or got is None or _unit(target) != _unit(actual) or direction is None:
        return None, NOT_COMPARABLE
    if not (_plain(wanted) and _plain(got)):
        return None, NOT_COMPARABLE
    if target.upper is not None or actual.upper is not None or actual.operator is not None:
        return None, NOT_COMPARABLE
    if target.change is not None and actual.change is not None and target.change != actual.change:
        return None, NOT_COMPARABLE
    if target.operator in ("<=", "<") or (direction == "less" and target.operator is None):
        met = got < wanted or (target.operator != "<" and got == wanted)
        return None, REACHED if met else NOT_REACHED
    if target.operator not in (None, ">=", ">") or wanted <= 0:
        return None, NOT_COMPARABLE
    met = got > wanted or (target.operator != ">" and got == wanted)
    return _percent(got, wanted), REACHED if met else NOT_REACHED


def _in_base(measure: Measure) -> Decimal | None:
    return measure.value if measure.base is None else measure.base


def _unit(measure: Measure) -> str | None:
    return measure.unit if measure.base_unit is None else measure.base_unit


def _plain(value: Decimal) -> bool:
    return value.is_finite() and abs(value.adjusted()) < 100


def _percent(actual: Decimal, target: Decimal) -> Decimal | None:
    with localcontext() as context:
        context.prec = 50
        percent = actual / target * 100
        return percent.quantize(_CENT, ROUND_HALF_UP) if abs(percent) < _LARGEST else None

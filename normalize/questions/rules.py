"""The rules themselves: plain figures in, whether they deserve a question out. Thresholds: `data/questions.toml`.

Decimals are compared exactly: 99.5 is not less than 0.995 of 100 by a rounding of binary fractions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from itertools import pairwise
from math import comb, log, sqrt
from statistics import fmean, median
from typing import Any

from normalize.tables import table

Step = tuple[Decimal, Decimal]
"""Target and result of a year."""


@cache
def setting(rule: str, name: str) -> Any:
    """Return a threshold; what is written as text is an exact Decimal."""
    value = table("questions")[rule][name]
    return Decimal(value) if isinstance(value, str) else value


def other_scale(value: Decimal, others: Sequence[Decimal]) -> bool:
    """R3: a tenth or ten times of what the same indicator has elsewhere."""
    if len(others) < setting("R3", "others") or value <= 0:
        return False
    middle, times = median(others), setting("R3", "times")
    return middle > 0 and (value >= middle * times or value * times <= middle)


def progress_as_result(target: Decimal | None, result: Decimal, quarters: Sequence[Decimal | None] = ()) -> bool:
    """R4: a result of 100 per cent that looks like work done; `quarters` are those of the year."""
    if target is None or result != setting("R4", "full") or not 0 < target < result:
        return False
    if result >= target * setting("R4", "far"):
        return True
    rise = [quarter for quarter in quarters[:3] if quarter is not None]
    stepped = all(quarter % setting("R4", "step") == 0 for quarter in rise)
    return len(rise) == 3 and stepped and rise[0] < rise[1] < rise[2]


def last_quarter_missing(quarters: Sequence[Decimal | None]) -> bool:
    """R5: nothing in quarter 4 although quarter 3 had something."""
    third, fourth = quarters[2], quarters[3]
    return third is not None and third > 0 and (fourth is None or fourth == 0)


def broken(alike: Decimal, same_unit: bool, same_numbers: bool, same_direction: bool) -> bool:
    """R6: two years of one indicator that cannot be compared as they are; `alike` is `likeness` of their wording."""
    return alike < setting("R6", "alike") or not (same_unit and same_numbers and same_direction)


def likeness(one: str, other: str) -> Decimal:
    """Return how much of two texts is the same, 0 to 1: Jaccard of their shingles."""
    if one == other:
        return Decimal(1)
    first, second = shingles(one), shingles(other)
    return Decimal(len(first & second)) / len(first | second)


def shingles(text: str) -> frozenset[str]:
    """Return all runs of so many characters; a shorter text is one."""
    size = setting("R6", "shingle")
    return frozenset(text[at : at + size] for at in range(max(1, len(text) - size + 1))) if text else frozenset()


def target_cut(before: Step, now: Decimal, peers_cut: Decimal = Decimal(0)) -> bool:
    """R7: a target that was reached and then lowered; `peers_cut` is the share of others whose target was, too."""
    target, result = before
    return bool(result >= target and now < setting("R7", "cut") * target and peers_cut < setting("R7", "peers"))


def slack_target(years: Sequence[Step], peers_alike: Decimal = Decimal(0)) -> bool:
    """R8: targets below what was reached the year before; `peers_alike` is the share of others with that target."""
    steps = setting("R8", "steps")
    if len(years) <= steps or peers_alike >= setting("R8", "peers"):
        return False
    last = list(pairwise(years))[-steps:]
    return all(now[0] <= setting("R8", "slack") * before[1] for before, now in last)


def target_follows_result(years: Sequence[Step]) -> bool:
    """R9: each target is last year's result, and each result just above it."""
    steps = setting("R9", "steps")
    last = list(pairwise(years))[-steps:]
    if len(last) < steps or len({target for target, _ in years}) == 1:
        return False
    return all(
        abs(now[0] - before[1]) <= setting("R9", "near") * abs(before[1])
        and 0 <= now[1] - now[0] <= setting("R9", "above") * abs(now[0])
        for before, now in last
    )


def exact_hits(hits: int, reports: int, elsewhere: float) -> bool:
    """R10: so many results that equal their targets; `elsewhere` is the share of such in all other agencies."""
    if hits < setting("R10", "hits") or reports < setting("R10", "reports"):
        return False
    return at_least(hits, reports, elsewhere) < float(setting("R10", "p"))


def bunched(above: int, below: int, likely: float = 0.5) -> bool:
    """R11: results just above the target against those just below; `likely` is the archive's own share above."""
    inside = above + below
    enough: bool = inside >= setting("R11", "inside")
    return enough and at_least(above, inside, likely) < float(setting("R11", "p"))


def at_least(count: int, tries: int, chance: float) -> float:
    """Return the probability of so many successes or more (binomial)."""
    return sum(comb(tries, k) * chance**k * (1 - chance) ** (tries - k) for k in range(count, tries + 1))


def stuck(printed: Sequence[str], targets: Sequence[Decimal | None] = ()) -> bool:
    """R12: the same printed result in the last years running; "87" and "87.00" are not the same print."""
    last = printed[-1]
    run = next((at for at, text in enumerate(reversed(printed)) if text != last), len(printed))
    decimals = len(last.partition(".")[2])
    needed = setting("R12", "with_decimals" if decimals >= setting("R12", "decimals") else "without")
    value = Decimal(last)
    if run < needed or value in setting("R12", "never"):
        return False
    return not targets or any(target != value for target in targets[-run:])


def jump_of_percent(before: Decimal, now: Decimal, bases: tuple[int, int] | None = None) -> bool:
    """R13 for percentages; `bases` are the denominators of both years, where they are known."""
    points = abs(now - before)
    if bases is None:
        return bool(points >= setting("R13", "points"))
    shares = float(before) / 100, float(now) / 100
    pooled = (shares[0] * bases[0] + shares[1] * bases[1]) / sum(bases)
    spread = sqrt(pooled * (1 - pooled) * (1 / bases[0] + 1 / bases[1]))
    far = spread > 0 and abs(shares[1] - shares[0]) / spread > setting("R13", "z")
    return far and points >= setting("R13", "points_known_base")


def jump_of_count(before: Decimal, now: Decimal) -> bool:
    """R13 for counts: more than doubled or halved, and not by a handful."""
    less, more = sorted((before, now))
    return less >= 0 and more > less * setting("R13", "times") and more - less >= setting("R13", "units")


def unlike_peers(value: Decimal, others: Sequence[Decimal], percent: bool) -> bool:
    """R14: far from the median of the others, measured by their own spread; percentages on the logit."""
    if len(others) < setting("R14", "others") or abs(value - median(others)) < setting("R14", "away"):
        return False
    scale = _logit if percent else float
    own, rest = scale(value), [scale(other) for other in others]
    middle = median(rest)
    if 2 * sum(one == middle for one in rest) > len(rest):
        return False
    distances = [abs(one - middle) for one in rest]
    spread = median(distances) / 0.6745 or fmean(distances) * 1.2533
    return spread > 0 and abs(own - middle) / spread > setting("R14", "z")


def _logit(percent: Decimal) -> float:
    """Half a point keeps 0 and 100 finite; what lies outside is taken for the nearer end."""
    inside = min(max(float(percent), 0.0), 100.0)
    return log((inside + 0.5) / (100.5 - inside))


def heaped(last_digits: Sequence[int]) -> bool:
    """R16: too many counts end in 0 or 5; `last_digits` is how many counts end in 0, 1, ... 9."""
    total = sum(last_digits)
    if total < setting("R16", "figures"):
        return False
    even = total / 10
    chi_square = sum((count - even) ** 2 / even for count in last_digits)
    whipple = 500 * (last_digits[0] + last_digits[5]) / total
    return bool(chi_square > setting("R16", "chi_square") and whipple > setting("R16", "whipple"))


def dropped(years: int, others: int, missed: bool) -> bool:
    """R19: reported for some years, missed, then gone although `others` reports of that year are in hand."""
    return missed and years >= setting("R19", "years") and others >= setting("R19", "others")


def year_end_jump(quarters: Sequence[Decimal], share_before: Decimal | None = None) -> bool:
    """R21: half of an additive count, or more, in quarter 4; `share_before` is that share of the year before."""
    total = sum(quarters, Decimal(0))
    if total < setting("R21", "sum"):
        return False
    share = quarters[3] / total
    if share < setting("R21", "share"):
        return False
    rise: bool = share_before is None or share - share_before >= setting("R21", "more")
    return rise


def old_evidence(order_year: int, cited_in: Sequence[int]) -> bool:
    """R22: one order as work of several fiscal years, the last long after its own; all are Buddhist years."""
    years = set(cited_in)
    again: bool = len(years) >= setting("R22", "years")
    return again and max(years) - order_year >= int(setting("R22", "after"))


def rules() -> Mapping[str, Mapping[str, Any]]:
    """Return every rule with its settings, in the order in which they are told."""
    return {name: given for name, given in table("questions").items() if isinstance(given, dict)}

"""The steps of the plan that an indicator serves: code and text of issue, sub-issue and goal."""

from __future__ import annotations

from functools import cache

import regex

from normalize.digits import to_arabic
from normalize.tables import alternatives, table
from raingan.model.records import Flag, Strategy, StrategyItem

STEPS = ("issue", "sub", "goal")
_LONG = 6  # characters; shorter words are one letter away from others


@cache
def _coded() -> regex.Pattern[str]:
    known = table("labels")["strategy"]["before_code"]
    words = alternatives(known)
    # A long word of the plan with one letter misread, as scans have it, is still that word.
    nearly = alternatives([word for word in known if len(word) >= _LONG])
    return regex.compile(
        rf"(?:(?:{words}|(?:{nearly}){{s<=1}})\s*+)?+(?<code>\d{{1,3}}+(?:\s?+\.\s?+\d{{1,3}}+)*+)(?!\d|[,/]\d)\.?+[\s:)\-–—]*+(?<text>.*)\Z",
        regex.DOTALL,
    )


def parse_item(text: str) -> StrategyItem | None:
    """Part "๕.๒ - เมือง..." into code "5.2" and text; None where nothing is printed."""
    plain = " ".join(to_arabic(text).split()).lstrip(":").strip()
    if not plain.strip("-–—:. "):
        return None
    match = _coded().match(plain)
    if match is None:
        return StrategyItem(None, plain)
    code = "".join(match.group("code").split())
    return StrategyItem(code, match.group("text").strip() or None)


def parse_strategy(printed: dict[str, str]) -> tuple[Strategy | None, list[Flag]]:
    """Build the strategy from the printed steps; None when all are empty. Flags codes that do not nest."""
    items = {step: parse_item(printed.get(step, "")) for step in STEPS}
    if not any(items.values()):
        return None, []
    flags: list[Flag] = []
    parent: str | None = None
    for step in STEPS:
        item = items[step]
        code = item.code if item is not None else None
        if code is not None and parent is not None and not code.startswith(f"{parent}."):
            flags.append(Flag("strategy-code-mismatch", f"strategy.{step}", {"code": code, "parent": parent}))
        parent = code or parent
    return Strategy(items["issue"], items["sub"], items["goal"]), flags

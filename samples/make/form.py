"""A report as the blocks that its form prints, and as the record that Raingan must make of it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
REPORTS: dict[str, dict[str, Any]] = tomllib.loads((HERE / "reports.toml").read_text(encoding="utf-8"))
LABELS: dict[str, Any] = tomllib.loads((HERE / "labels.toml").read_text(encoding="utf-8"))

QUARTERS = ("quarter_1", "quarter_2", "quarter_3", "quarter_4")
PROSE = ("definition", "calculation", *QUARTERS, "year_summary", "supporting_factors", "obstacles", "evidence")
TICKS = {"glyph": ("\u2611", "\u2610"), "bracket": ("[X]", "[ ]"), "paren": ("(/)", "( )"), "lost": ("", "")}
_THAI_DIGITS = {ord("0") + digit: 0x0E50 + digit for digit in range(10)}


@dataclass(frozen=True)
class Block:
    """One heading with what stands behind it, or a line without heading."""

    heading: str
    paragraphs: tuple[str, ...]
    kind: str = "field"  # "title", "line", "field", "prose", "options"


def thai_digits(text: str) -> str:
    """Write 0-9 as Thai digits."""
    return text.translate(_THAI_DIGITS)


def blocks(report: dict[str, Any], tick: str, titled: bool) -> list[Block]:
    """Return the printed form (form A), top to bottom."""
    words = LABELS["print"]
    heading = words["headings"]
    ticked, empty = TICKS[tick]
    options = tuple(
        f"{ticked if report['level'] == level else empty} {words[level]}".strip() for level in ("output", "outcome")
    )
    result = []
    if titled:
        result += [Block("", (words[key].format_map(report),), "title") for key in ("title", "agency")]
    result += [
        Block(heading["name"], (f"{report['number']}. {report['name']}",)),
        Block(heading["level"], options, "options"),
        Block("", (words["plan"],), "line"),
    ]
    for key in ("issue", "sub", "goal"):
        code, text = report.get(key, ("", ""))
        printed = words[key].format(code=thai_digits(code), text=text) if code else ""
        result.append(Block(heading[key], (printed,)))
    for key in PROSE[:2]:
        result.append(Block(heading[key], tuple(report.get(key, ())), "prose"))
    result.append(Block(heading["target"], (report["target"]["text"],)))
    result.append(Block(heading["actual"], (report["actual"]["text"],)))
    result.append(Block(heading["quarters"], ("",)))
    result += [Block(heading[key], tuple(report[key])) for key in QUARTERS]
    result += [Block(heading[key], tuple(report.get(key, ())), "prose") for key in PROSE[6:]]
    result.append(Block("", (words["end"],), "line"))
    signed = words["signed" if "person" in report else "unsigned"].format_map({"person": "", **report})
    result.append(Block("", (signed,), "line"))
    result.append(Block("", (f"{words['position']} {report.get('position', '.....')}",), "line"))
    return result


def record(file: str, report: dict[str, Any], *, tick: str, titled: bool, as_printed: bool = True) -> dict[str, Any]:
    """Return the keys of Raingan's record that can be told from what is printed.

    `as_printed=False` leaves the wording of dates out: the sample is printed with other digits than reports.toml has.
    """
    web = report.get("form") == "web"
    result: dict[str, Any] = {
        "file": file,
        "form": "bma-web" if web else "bma-indicator",
        "agency": report["agency"] if titled else None,
        "fiscal_year": report["fiscal_year"],
        "indicator_number": report["number"],
        "indicator_name": report["name"],
        "indicator_code": report.get("code"),
        "indicator_type": report.get("type"),
        "level": None if tick == "lost" and not web else report["level"],
        "strategy": _strategy(report),
        "target": _measure(report["target"]),
        "actual": _measure(report["actual"]),
        "quarters": {key[-1]: _text(report, key) for key in QUARTERS},
    }
    if web:
        result["quarter_results"] = {str(index + 1): _result(row) for index, row in enumerate(report["results"])}
    result |= {key: _text(report, key) for key in PROSE if key not in QUARTERS}
    result |= {"responsible_person": report.get("person"), "position": report.get("position")}
    result["dates"] = [_date(report, row, as_printed) for row in report["dates"]]
    result["orders"] = [
        dict(zip(("section", "number", "date", "issuer"), row, strict=True)) for row in report["orders"]
    ]
    return result


def _text(report: dict[str, Any], key: str) -> str | None:
    return "\n".join(report.get(key, ())) or None


def _strategy(report: dict[str, Any]) -> dict[str, Any] | None:
    if "issue" not in report:
        return None
    return {key: dict(zip(("code", "text"), report[key], strict=True)) for key in ("issue", "sub", "goal")}


def _measure(measure: dict[str, Any]) -> dict[str, Any]:
    return {"value": measure["value"], "unit": measure["unit"], "operator": measure.get("operator")}


def _result(row: list[str]) -> dict[str, Any]:
    value, assessment, scores = row
    return {
        "value": float(value.replace(",", "")),
        "assessment": float(assessment) if assessment else None,
        "scores": [float(score) for score in scores.split("/") if score],
    }


def _date(report: dict[str, Any], row: list[str], as_printed: bool) -> dict[str, Any]:
    section, text, kind, start, *rest = row
    end = rest[0] if rest else start
    _check_date(report, section, text, start)
    entry = {"section": section, "kind": kind, "start": start or None, "end": end or None}
    return {**entry, "text": text} if as_printed and text else entry


def _check_date(report: dict[str, Any], section: str, text: str, start: str) -> None:
    """Keep reports.toml honest: the wording stands in the section, and its year is the date's."""
    if text not in "\n".join(report[section]):
        raise ValueError(f"{section} does not say {text}")
    years = {int(year) - 543 for year in re.findall(r"25\d\d", text)}
    if start and text and not years & {int(start[:4]), int(start[:4]) + 1}:
        raise ValueError(f"{text} is not in {start[:4]}")

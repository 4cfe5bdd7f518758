"""How well scans with gold are read: text, digits, number tokens, figures, and whether what is wrong is flagged.

    raingan convert FOLDER -o out.jsonl
    python tests/bench/scans/measure.py FOLDER out.jsonl [--show]

FOLDER is what make.py made. Texts are compared without white space; a number token counts as right when each of its
characters is and no digit stands beside it that the print does not have. A token is flagged when a flag of its report
names it. Needs rapidfuzz.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ARABIC = str.maketrans("".join(map(chr, range(0x0E50, 0x0E5A))), "0123456789")
NUMBER = re.compile(r"[0-9\u0e50-\u0e59]+(?:[.,/:-][0-9\u0e50-\u0e59]+)*")
SECTIONS = ("definition", "calculation", "year_summary", "supporting_factors", "obstacles", "evidence")
_ABOUT_FIGURES = ("figure-", "value-", "no-such-day", "weekday-mismatch")  # codes of flags that name a figure
TITLES = ("indicator_number", "indicator_name", "responsible_person", "position")


@dataclass(frozen=True)
class Token:
    """A number as read, and whether it is what was printed."""

    text: str
    right: bool


def bare(text: str | None) -> str:
    """Text without white space; one form for quotes, dashes and leaders."""
    folded = (text or "").translate(str.maketrans("\u201c\u201d\u2018\u2019\u2013\u2014", "\"\"''--"))
    return re.sub(r"[.\u2026]{3,}|\u2026", "...", re.sub(r"\s+", "", folded))


def compare(read: str, truth: str) -> Counter[str]:
    """Count letters and edits, digits of both sets and how many of them are wrong, number tokens and right ones."""
    from rapidfuzz.distance import Levenshtein

    edits = Levenshtein.editops(truth, read)
    wrong = {edit.src_pos for edit in edits if edit.tag != "insert"}
    added = {edit.src_pos for edit in edits if edit.tag == "insert" and read[edit.dest_pos].isdecimal()}
    count: Counter[str] = Counter(letters=len(truth), edits=len(edits))
    for at, letter in enumerate(truth):
        if letter.isdecimal():
            kind = "arabic" if letter <= "9" else "thai"
            count[kind] += 1
            count[f"{kind} wrong"] += at in wrong
    for match in NUMBER.finditer(truth):
        first, last = match.span()
        count["numbers"] += 1
        whole = not any(at in wrong for at in range(first, last))
        count["numbers right"] += whole and not any(at in added for at in range(first, last + 1))
    return count


def tokens(read: str, truth: str) -> Iterator[Token]:
    """Yield every number that was read, with whether the print has it there."""
    from rapidfuzz.distance import Levenshtein

    edits = Levenshtein.editops(read, truth)
    wrong = {edit.src_pos for edit in edits if edit.tag != "insert"}
    lost = {edit.src_pos for edit in edits if edit.tag == "insert"}
    lost_digits = {edit.src_pos for edit in edits if edit.tag == "insert" and truth[edit.dest_pos].isdecimal()}
    for match in NUMBER.finditer(read):
        first, last = match.span()
        whole = not any(at in wrong for at in range(first, last)) and not lost & set(range(first + 1, last))
        yield Token(match[0], whole and not lost_digits & {first, last})


def fields(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (key path, text) of what a record says in words."""
    for key in (*TITLES, *SECTIONS):
        yield key, bare(record.get(key))
    for quarter, text in (record.get("quarters") or {}).items():
        yield f"quarters.{quarter}", bare(text)
    for step in ("issue", "sub", "goal"):
        for part in ("code", "text"):
            yield f"strategy.{step}.{part}", bare(((record.get("strategy") or {}).get(step) or {}).get(part))


def measure(gold: dict[str, Any], record: dict[str, Any], show: str | None = None) -> Counter[str]:
    """Count what is right, wrong and flagged in one record."""
    count: Counter[str] = Counter()
    about = [flag["message"] for flag in record["flags"] if flag["code"].startswith(_ABOUT_FIGURES)]
    named = {match[0] for message in about for match in NUMBER.finditer(bare(message).translate(ARABIC))}
    flagged = {flag["field"] for flag in record["flags"]}
    truths = dict(fields(gold))
    for key, text in fields(record):
        truth = truths.get(key, "").translate(ARABIC)
        if not text or not truth:
            count["headings"] += bool(truth)
            continue
        count.update(headings=1, **{"headings found": 1})
        for token in tokens(text.translate(ARABIC), truth):
            known = token.text in named
            count[f"{'right' if token.right else 'wrong'} {'flagged' if known else 'silent'}"] += 1
            if show and not token.right and not known:
                print(f"wrong and silent: {show} {key}: {token.text}")
    for key in ("target", "actual"):
        for part in ("value", "unit"):
            count["measures"] += 1
            same = _same(gold[key].get(part), (record.get(key) or {}).get(part))
            count["measures right"] += same
            silent = not same and not any(field.startswith(key) for field in flagged)
            count["measures wrong, silent"] += silent
    dates = [Counter((d["section"], d["start"], d["end"], d["kind"]) for d in side["dates"]) for side in (gold, record)]
    count["dates both"] += sum((dates[0] & dates[1]).values())
    count["dates"] += sum(dates[0].values()) + sum(dates[1].values())
    return count


def _same(truth: Any, read: Any) -> bool:
    if isinstance(truth, int | float) and isinstance(read, int | float):
        return abs(truth - read) < 0.005
    return truth == read if truth is None or read is None else bare(str(truth)) == bare(str(read))


def main() -> None:
    """Print one row for each condition and one for all."""
    parser = argparse.ArgumentParser(description="Measure how scans with gold were read.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("records", type=Path)
    parser.add_argument("--show", action="store_true", help="name every wrong number that no flag names")
    options = parser.parse_args()
    golds = {item["id"]: item for item in json.loads((options.folder / "gold.json").read_text(encoding="utf-8"))}
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in options.records.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        found[Path(record["file"]).name].append(record)
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    for line in (options.folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        counts = rows[entry["variant"]]
        records = found.get(Path(entry["file"]).name, [])
        for key, record in zip(entry["report_ids"], [*records, *[None] * 9], strict=False):
            counts["reports"] += 1
            if record is not None:
                counts["reports found"] += 1
                counts.update(measure(golds[key], record, entry["file"] if options.show else None))
    for name, counts in (*rows.items(), ("all", sum(rows.values(), Counter[str]()))):
        print(f"{name:14s} {row(counts)}")


def row(count: Counter[str]) -> str:
    """One line of figures."""
    wrong, right = (count[f"{kind} flagged"] + count[f"{kind} silent"] for kind in ("wrong", "right"))
    return (
        f"reports {count['reports found']}/{count['reports']} headings {_share(count, 'headings found', 'headings')} "
        f"numbers {right}/{right + wrong} wrong flagged {count['wrong flagged']}/{wrong} "
        f"right flagged {100 * count['right flagged'] / max(1, right):.1f} % "
        f"target and actual {_share(count, 'measures right', 'measures')} wrong and silent "
        f"{count['measures wrong, silent']} dates F1 {2 * count['dates both'] / max(1, count['dates']):.3f}"
    )


def _share(count: Counter[str], part: str, whole: str) -> str:
    return f"{100 * count[part] / max(1, count[whole]):.2f} %"


if __name__ == "__main__":
    main()

"""Measures reading of scans that make.py made: text, figures, flags, records, speed.

    python tests/bench/scans/measure.py FOLDER [--engine own|tesseract] [--wrong OUT.tsv]

A figure is flagged where a flag of its report carries the picture of its line and its wording, or names it among
doubtful words. Speed is CPU time from file to record, one process.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from align import FigurePair, Score, compare, plain

from extract.reading.document import read_document
from extract.sections.find import find_reports
from extract.sections.forms import load_forms
from normalize.report import normalize_report
from raingan.model.errors import InputError
from raingan.model.records import Document, Flag, Limits, OcrEngine, ReadToken, Report, Source
from tests.records import record_of

_BANDS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 1.01)


@dataclass
class Seen:
    """One figure of a page with what became of it."""

    pair: FigurePair
    confidence: float | None
    flagged: bool
    file: str


@dataclass
class Tally:
    """What is counted under one condition."""

    pages: int = 0
    reports: int = 0
    found: int = 0
    seconds: float = 0.0
    score: Score = field(default_factory=Score)
    seen: list[Seen] = field(default_factory=list)
    measures: list[bool] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)  # wrong values of records without a flag
    headings: list[bool] = field(default_factory=list)
    dates: list[int] = field(default_factory=lambda: [0, 0, 0])  # right, too many, missing

    def add(self, other: Tally) -> None:
        """Take another tally in."""
        for name in ("pages", "reports", "found", "seconds"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.score.add(other.score)
        for name in ("seen", "measures", "silent", "headings"):
            getattr(self, name).extend(getattr(other, name))
        self.dates = [mine + theirs for mine, theirs in zip(self.dates, other.dates, strict=True)]


def main() -> int:
    """Measure one folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--engine", default=OcrEngine.OWN.value)
    parser.add_argument("--conditions", help="only these, with commas between them")
    parser.add_argument("--wrong", type=Path, help="write every wrong figure and value here")
    options = parser.parse_args()
    texts = json.loads((options.folder / "text.json").read_text(encoding="utf-8"))
    golds = {gold["id"]: gold for gold in json.loads((options.folder / "gold.json").read_text(encoding="utf-8"))}
    rows = [json.loads(line) for line in (options.folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]
    tallies: dict[str, Tally] = defaultdict(Tally)
    for row in rows:
        if options.conditions and row["variant"] not in options.conditions.split(","):
            continue
        tally = measure(options.folder, row, texts[row["file"]], golds[row["report_ids"][0]], options.engine)
        tallies[row["variant"]].add(tally)
    show(tallies)
    if options.wrong:
        options.wrong.write_text(wrong_figures(tallies), encoding="utf-8")
    return 0


def measure(folder: Path, row: dict[str, Any], text: str, gold: dict[str, Any], engine: str) -> Tally:
    """Read the files of one report and compare; a report in several files is compared as text only."""
    tally = Tally(pages=row["pages"])
    begin = time.process_time()
    read = [_read(folder / name, engine) for name in row["files"]]
    tally.seconds = time.process_time() - begin
    documents = [document for document, _ in read if document is not None]
    lines = [line for document in documents for page in document.pages for line in page.lines]
    tally.score = compare(text, "\n".join(line.text for line in lines))
    reports = [report for _, reports in read for report in reports]
    flags = [flag for report in reports for flag in report.flags]
    tally.seen = _seen(tally.score, [(line.text, line.tokens) for line in lines], flags, row["file"])
    if len(row["files"]) == 1:
        tally.reports, tally.found = 1, min(len(reports), 1)
        _compare_record(tally, gold, reports[0] if reports else None, row["file"])
    return tally


def _read(path: Path, engine: str) -> tuple[Document | None, list[Report]]:
    data = path.read_bytes()
    source = Source(path.name, data, hashlib.sha256(data).hexdigest())
    try:
        document = read_document(source, Limits(), OcrEngine(engine))
    except InputError as error:
        print(f"{path.name}: {error}", file=sys.stderr)
        return None, []
    found = find_reports(document, load_forms())
    return document, [normalize_report(raw, file=path.name, sha256=source.sha256, read_by="ocr") for raw in found]


def _seen(score: Score, lines: list[tuple[str, tuple[ReadToken, ...]]], flags: list[Flag], file: str) -> list[Seen]:
    """Find the token that was read in the place of each printed figure, and whether a flag names it."""
    named = {(flag.picture, flag.values.get("text")) for flag in flags if flag.picture is not None}
    words = " ".join(flag.values.get("words", "") for flag in flags)
    places: list[tuple[int, int, ReadToken]] = []
    start = 0
    for text, tokens in lines:
        line, after = plain(text), 0
        for token in tokens:
            wording = plain(token.text)
            at = line.find(wording, after)
            if at >= 0 and wording:
                places.append((start + at, start + at + len(wording), token))
                after = at + len(wording)
        start += len(line)
    result = []
    for pair in score.figures:
        low, high = pair.span
        mine = [token for first, last, token in places if first < max(high, low + 1) and low < last]
        by_flag = any((token.picture, token.text) in named for token in mine)
        # A word that is doubted as a whole names the figures in it.
        by_word = any(token.text in words.replace(",", " ").split() for token in mine)
        surest = min((token.confidence for token in mine), default=None)
        result.append(Seen(pair, surest, by_flag or by_word, file))
    return result


def _compare_record(tally: Tally, gold: dict[str, Any], report: Report | None, file: str) -> None:
    record = record_of(report) if report is not None else {}
    paths = [flag.field for flag in report.flags] if report is not None else []
    for key in ("target", "actual"):
        value = (record.get(key) or {}).get("value")  # type: ignore[attr-defined]
        right = value is not None and abs(float(value) - gold[key]["value"]) < 0.005
        tally.measures.append(right)
        if not right and value is not None and not any(path.startswith(key) for path in paths):
            tally.silent.append(f"{file}\t{key}.value\t{gold[key]['value']}\t{value}")
    for key, value in gold.items():
        wanted = value.values() if key == "quarters" else [value] if key in _HEADED else []
        read = record.get(key)
        given = list(read.values()) if isinstance(read, dict) else [read]
        tally.headings += [bool(got) for want, got in zip(wanted, given, strict=False) if want]
    _compare_dates(tally, gold, record, paths, file)
    _compare_codes(tally, gold, record, paths, file)


_HEADED = ("indicator_name", "definition", "calculation", "year_summary", "supporting_factors", "obstacles", "evidence")


def _compare_dates(tally: Tally, gold: dict[str, Any], record: dict[str, Any], paths: list[str], file: str) -> None:
    def name(entry: dict[str, Any]) -> tuple[Any, ...]:
        return entry["section"], entry["kind"], entry["start"], entry["end"]

    missing = [name(entry) for entry in gold["dates"]]
    for index, entry in enumerate(record.get("dates", [])):
        if name(entry) in missing:
            missing.remove(name(entry))
            tally.dates[0] += 1
            continue
        tally.dates[1] += 1
        if entry["start"] and f"dates.{index}" not in paths:
            tally.silent.append(f"{file}\tdates.{index}\t{missing[:2]}\t{entry['text']} {entry['start']}")
    tally.dates[2] += len(missing)


def _compare_codes(tally: Tally, gold: dict[str, Any], record: dict[str, Any], paths: list[str], file: str) -> None:
    for part in ("issue", "sub", "goal"):
        wanted = ((gold.get("strategy") or {}).get(part) or {}).get("code")
        got = ((record.get("strategy") or {}).get(part) or {}).get("code")
        if got is not None and got != wanted and not any(path.startswith(f"strategy.{part}") for path in paths):
            tally.silent.append(f"{file}\tstrategy.{part}.code\t{wanted}\t{got}")


def show(tallies: dict[str, Tally]) -> None:
    """Print the tables."""
    heads = "pages found CER% head% thai% arab% fig% t/a% dateF1 wrong unflag fl-w% fl-r% silent s/page"
    print("condition".ljust(14) + "".join(head.rjust(8) for head in heads.split()))
    whole = Tally()
    for condition, tally in tallies.items():
        print(_row(condition, tally))
        whole.add(tally)
    print(_row("all", whole))
    common = ", ".join(f"{a or '-'}>{b or '-'} {count}" for (a, b), count in whole.score.confusions.most_common(30))
    print(f"confusions: {common}")
    print("confidence   figures   mean   right")
    for low, high in itertools.pairwise(_BANDS):
        band = [seen for seen in whole.seen if seen.confidence is not None and low <= seen.confidence < high]
        if band:
            mean = sum(seen.confidence or 0 for seen in band) / len(band)
            print(f"{low:5.3f}-{high:5.3f} {len(band):8d} {mean:8.4f} {_share([s.pair.right for s in band]):8.2f}")


def _row(condition: str, tally: Tally) -> str:
    score, seen = tally.score, tally.seen
    wrong = [item.flagged for item in seen if not item.pair.right]
    right = [item.flagged for item in seen if item.pair.right]
    hits, extra, missing = tally.dates
    cells = (
        f"{tally.pages}",
        f"{tally.found}/{tally.reports}",
        f"{100 * score.cer():.2f}",
        f"{_share(tally.headings):.1f}",
        f"{100 * score.thai_wrong / max(score.thai, 1):.2f}",
        f"{100 * score.arabic_wrong / max(score.arabic, 1):.2f}",
        f"{100 * score.figures_right():.2f}",
        f"{_share(tally.measures):.1f}",
        f"{2 * hits / max(2 * hits + extra + missing, 1):.3f}",
        f"{len(wrong)}",
        f"{wrong.count(False)}",
        f"{_share(wrong):.1f}",
        f"{_share(right):.1f}",
        f"{len(tally.silent)}",
        f"{tally.seconds / max(tally.pages, 1):.2f}",
    )
    return condition.ljust(14) + "".join(cell.rjust(8) for cell in cells)


def _share(values: list[bool]) -> float:
    return 100 * sum(values) / len(values) if values else 100.0


def wrong_figures(tallies: dict[str, Tally]) -> str:
    """Return every wrong figure and every wrong value that no flag names, as a table with tabs."""
    lines = ["condition\tfile\tprinted\tread\tconfidence\tflagged"]
    for condition, tally in tallies.items():
        for item in tally.seen:
            if not item.pair.right:
                sure = "" if item.confidence is None else f"{item.confidence:.3f}"
                lines.append(f"{condition}\t{item.file}\t{item.pair.printed}\t{item.pair.read}\t{sure}\t{item.flagged}")
        lines += [f"{condition}\tSILENT\t{entry}" for entry in tally.silent]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())

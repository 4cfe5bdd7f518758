"""Writes made-up reports as seven kinds of file, reads all, and says in which keys their records differ.

    PYTHONPATH=. python tests/bench/seven_kinds/compare.py [REPORTS [FIRST SEED]] [KIND...]

What a report says is known to its maker, so a record is held against that and not against another reader's: all kinds
agree where each is right, and a wrong value in which all agree is found too.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from raingan.convert import reading
from raingan.model.json_record import report_to_json
from raingan.settings import Settings
from tests.bench.seven_kinds.said import Made, make
from tests.bench.seven_kinds.written import KINDS, pdfs

Record = dict[str, Any]


def read_all(files: Mapping[str, bytes]) -> dict[str, list[Record]]:
    """Return the records of each file, read in this process."""
    found: dict[str, list[Record]] = {name: [] for name in files}
    with tempfile.TemporaryDirectory(prefix="seven-") as folder:
        for name, data in files.items():
            Path(folder, name).write_bytes(data)
        with reading([folder], Settings(language="en", workers=0)) as (run, _, _):
            for report in run.reports():
                found[report.file.split("/")[0]].append(report_to_json(report))
    return found


def wrong_keys(made: Made, records: Sequence[Record]) -> dict[str, tuple[Any, Any]]:
    """Return key -> (what was read, what the report says) where they differ."""
    if len(records) != 1:
        return {"reports": (len(records), 1)}
    meant = {key: _plain(value) for key, value in made.says.items()}
    read = said_by(records[0])
    return {key: (read[key], meant[key]) for key in meant if read[key] != meant[key]}


def said_by(record: Record) -> Record:
    """Return a record as the maker of reports says it."""
    said = {key: record[key] for key in ("agency", "fiscal_year", "indicator_number", "indicator_name", "level")}
    for key in ("target", "actual"):
        measure = record[key]
        said[key] = measure and (measure["value"], measure["unit"], measure["operator"])
    for key in ("definition", "calculation", "year_summary", "supporting_factors", "obstacles", "evidence"):
        said[key] = record[key]
    said |= {f"quarters.{quarter}": record["quarters"].get(str(quarter)) for quarter in range(1, 5)}
    said |= {"responsible_person": record["responsible_person"], "position": record["position"]}
    said["dates"] = [(date["section"], date["start"], date["end"]) for date in record["dates"]]
    said["orders"] = [(order["section"], order["number"], order["date"]) for order in record["orders"]]
    said["quantities"] = [(part["section"], part["value"], part["unit"]) for part in record["quantities"]]
    return {key: _plain(value) for key, value in said.items()}


def _plain(value: Any) -> Any:
    """Lists without their order, figures by value, digits of any script as one."""
    if isinstance(value, list):
        return sorted(map(_plain, value), key=repr)
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    if isinstance(value, str):
        return value.translate(_DIGITS)
    return float(value) if isinstance(value, int) else value


_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")


def flagged(key: str, records: Sequence[Record]) -> bool:
    """Say whether a flag stands at that key."""
    fields = {str(flag.get("field") or "") for record in records for flag in record["flags"]}
    return any(key in field or field.split(".")[0] == key for field in fields if field)


def main(count: int, first: int, only: Sequence[str]) -> None:
    """Print how many records are right by kind and key, and examples of what is not."""
    mades = {f"{seed:04}": make(seed) for seed in range(first, first + count)}
    kinds = [kind for kind in KINDS if not only or kind in only]
    files = {f"{name}.{kind}": KINDS[kind](made) for name, made in mades.items() for kind in kinds}
    if not only or "pdf" in only:
        for name, data in zip(mades, pdfs(list(mades.values())) or [], strict=False):
            files[f"{name}.pdf"] = data
    wrong: dict[str, Counter[str]] = defaultdict(Counter)
    silent: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for name, records in read_all(files).items():
        made, kind = mades[name.split(".")[0]], name.split(".", 1)[1]
        seen[kind] += 1
        for key, (read, meant) in wrong_keys(made, records).items():
            wrong[key][kind] += 1
            told = flagged(key, records)
            silent[kind] += not told
            if wrong[key][kind] <= 2:
                print(f"{name} {key}{' (flagged)' if told else ''}\n    read  {read!r}\n    meant {meant!r}")
    print(f"{'wrong in':24}", *(f"{kind:>12}" for kind in seen))
    for key, by_kind in sorted(wrong.items()):
        print(f"{key:24}", *(f"{by_kind[kind] or '':>12}" for kind in seen))
    print(f"{'of reports':24}", *(f"{number:>12}" for number in seen.values()))
    keys = len(next(iter(mades.values())).says)
    right = (1 - sum(by_kind[kind] for by_kind in wrong.values()) / (number * keys) for kind, number in seen.items())
    print(f"{'keys right':24}", *(f"{share:>12.1%}" for share in right))
    print(f"{'wrong without a flag':24}", *(f"{silent[kind]:>12}" for kind in seen))


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:] if word.isdecimal()]
    count, seed = numbers + [30, 1][len(numbers) :]
    main(count, seed, [word for word in sys.argv[1:] if not word.isdecimal()])

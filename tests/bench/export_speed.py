"""What the workbook costs beside openpyxl write-only on the same bare rows; run by hand:

    python tests/bench/export_speed.py [REPORTS ...]      (default: 1000 10000)
    python tests/bench/export_speed.py 100000 rows bare workbook      (six minutes: these ways only)

Each figure comes from a process of its own: CPU seconds of the process less its imports, peak memory, rows a second.
`rows` only makes the rows, so the cost of writing is `workbook` less `rows` against `bare` less `rows`.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]


def make_rows(_: Path, count: int) -> int:
    from export.rows import RowMaker
    from tests.export import made

    maker = RowMaker(made.run_info(), 2000)
    return sum(1 for n, report in enumerate(made.reports(count), 1) for _ in maker.rows_of_report(n, report))


def bare(path: Path, count: int) -> int:
    from openpyxl import Workbook

    from export.csvtables import TABLES
    from export.rows import RowMaker
    from tests.export import made

    book = Workbook(write_only=True)
    sheets = {table: book.create_sheet(table) for table in TABLES}
    maker = RowMaker(made.run_info(), 2000)
    rows = 0
    for number, report in enumerate(made.reports(count), 1):
        for row in maker.rows_of_report(number, report):
            sheets[row.table].append(list(row.values))
            rows += 1
    book.save(path)
    return rows


def workbook(path: Path, count: int) -> int:
    from export.workbook import write_workbook
    from tests.export import made

    write_workbook(path, made.reports(count), made.files(count), made.run_info())
    return 0


def json_lines(path: Path, count: int) -> int:
    from export.jsonl import write_jsonl
    from tests.export import made

    write_jsonl(path, made.reports(count))
    return 0


def csv_tables(path: Path, count: int) -> int:
    from export.csvtables import write_csv
    from tests.export import made

    write_csv(path, made.reports(count), made.files(count), made.run_info())
    return 0


WAYS: dict[str, Callable[[Path, int], int]] = {
    "rows": make_rows,
    "bare": bare,
    "workbook": workbook,
    "jsonl": json_lines,
    "csv": csv_tables,
}


def measure(way: str, count: int) -> None:
    """Run one way in this process and print rows, CPU seconds, peak MB and MB written."""
    import openpyxl  # noqa: F401 (its import is not what is measured)

    from export import csvtables, workbook  # noqa: F401
    from tests.export import made  # noqa: F401

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "out"
        start = time.process_time()
        rows = WAYS[way](path, count)
        seconds = time.process_time() - start
        size = sum(item.stat().st_size for item in [path, *path.rglob("*")] if item.is_file())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(rows, seconds, peak, size / 2**20)


def main(counts: list[int], ways: list[str]) -> None:
    print(
        f"{'reports':>8} {'way':<10} {'rows':>8} {'CPU s':>8} {'ms/report':>10} {'rows/s':>9} {'peak MB':>8} {'MB':>7}"
    )
    for count in counts:
        rows = 0
        spent: dict[str, float] = {}
        for way in ways:
            command = [sys.executable, __file__, "--one", way, str(count)]
            output = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout.split()
            rows = int(output[0]) or rows
            seconds, peak, size = (float(item) for item in output[1:])
            spent[way] = seconds
            print(
                f"{count:>8} {way:<10} {rows:>8} {seconds:>8.2f} {seconds / count * 1000:>10.2f} "
                f"{rows / seconds:>9.0f} {peak:>8.0f} {size:>7.1f}"
            )

        if {"rows", "bare", "workbook"} <= spent.keys():
            bare_alone, book_alone = spent["bare"] - spent["rows"], spent["workbook"] - spent["rows"]
            print(f"{count:>8} workbook : bare = {book_alone / bare_alone:.2f} (without making the rows)", flush=True)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    if sys.argv[1:2] == ["--one"]:
        measure(sys.argv[2], int(sys.argv[3]))
    else:
        counts = [int(item) for item in sys.argv[1:] if item.isdigit()]
        main(counts or [1_000, 10_000], [item for item in sys.argv[1:] if item in WAYS] or list(WAYS))

"""What a decision costs on the page, until its answer says that it lies on the disk; run by hand:

    python tests/bench/review/decisions.py [DECISIONS]      (default: 10000)

Decides one after the other about the flagged fields of 200 made reports. Milliseconds a decision (mean, middle, 99 of a
hundred, slowest, and the mean of each fifth, to see whether it grows), and the size of the file of decisions.
"""

from __future__ import annotations

import itertools
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT))

from raingan.review.store import decisions_beside  # noqa: E402
from tests.bench.review.large_queue import Browser, make_ledger  # noqa: E402
from tests.review_browser.serving import served  # noqa: E402

REPORTS = 200


def _fields(browser: Browser) -> list[tuple[str, str, object]]:
    """Report, path and machine value of each flagged field."""
    found: list[tuple[str, str, object]] = []
    report = browser.post("/api/next", {"after": None})["report"]
    first = report
    while True:
        told = json.loads(browser.get(f"/api/report/{report}")[0])["fields"]
        found += [(str(report), one["path"], one["machine"]["value"]) for one in told if one["flags"]]
        report = browser.post("/api/next", {"after": report})["report"]
        if report in (None, first) or report in {one for one, _, _ in found}:
            return found


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ledger = Path(folder) / "a.raingan"
        make_ledger(ledger, REPORTS)
        with served(ledger, "--lang", "en") as server:
            browser = Browser(server.address)
            fields = _fields(browser)
            taken: list[float] = []
            for report, path, value in itertools.islice(itertools.cycle(fields), count):
                decision = {"field": path, "action": "accept", "machine": value}
                begun = time.perf_counter()
                browser.post("/api/decide", {"report": report, "decisions": [decision]})
                taken.append(1000 * (time.perf_counter() - begun))
        size = decisions_beside(ledger).stat().st_size
        ordered = sorted(taken)
        print(f"{count:,} decisions about {len(fields)} fields of {REPORTS} reports, each waited for")
        print(f"mean {statistics.mean(taken):.1f} ms, middle {ordered[count // 2]:.1f}", end=", ")
        print(f"99 of a hundred {ordered[count * 99 // 100]:.1f}, slowest {ordered[-1]:.0f}")
        fifth = count // 5
        print("by fifths:", *(f"{statistics.mean(taken[i * fifth : (i + 1) * fifth]):.1f}" for i in range(5)), "ms")
        print(f"size of the file: {size / 1e6:.1f} MB, {size / count:.0f} bytes a decision")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)

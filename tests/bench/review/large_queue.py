"""How soon a large archive can be reviewed; run by hand:

    python tests/bench/review/large_queue.py [REPORTS]      (default: 100000; making the ledger takes two minutes)

Milliseconds, the middle and the slowest of ten, by the clock of whoever asks: from the start of `raingan review` to its
queue, each filter of the queue, the next report, a report's data, a decision; and the memory of the server.
"""

from __future__ import annotations

import dataclasses
import http.client
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import quote, urlsplit

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT))

from raingan.convert import _compare  # noqa: E402
from raingan.ledger import Changes, Ended, Ledger, ListedInput, reading_key  # noqa: E402
from raingan.model.codec import pack  # noqa: E402
from raingan.model.records import FileResult, Flag, Kind, Report, State  # noqa: E402
from tests.export import made  # noqa: E402
from tests.review_browser.serving import served  # noqa: E402

TIMES = 10
AT_ONCE = 500  # rows written together
CODES = ("figure-doubtful", "quarter-falling", "fiscal-year-inferred", "text-repaired", "text-cut")


def make_ledger(path: Path, count: int) -> None:
    """Write a ledger of made reports; two in three have flags."""
    with Ledger.open(path, lasting=False) as ledger:
        changes = Changes()
        for number in range(count):
            report: Report = made.report(number)
            flags = tuple(Flag(CODES[(number + i) % len(CODES)], "actual.value") for i in range(number % 3 * 2))
            plain = {field.name: getattr(report, field.name) for field in dataclasses.fields(Report)}
            report = Report(**{**plain, "flags": flags, "agency": f"{report.agency} {number % 70}"})
            key = reading_key(report.sha256, report.file, "rules")
            state = State.REVIEW if flags else State.DONE
            file = FileResult(report.file, state, sha256=report.sha256, size=1, kind=Kind.PDF, pages=2, reports=1)
            changes.listed.append(ListedInput(report.file, None, report.sha256, key, 1))
            changes.outcomes.append(Ended(key, pack(file), (pack(report),)))
            if len(changes.listed) == AT_ONCE:
                ledger.record(changes)
                changes = Changes()
        ledger.record(changes)
        ledger.finish_listing()
        begun = time.perf_counter()
        _compare(ledger, path.parent / "across")
        print(f"comparing the reports and listing them for the queue: {time.perf_counter() - begun:.1f} s")


def timed(name: str, ask: Callable[[], object], times: int = TIMES) -> None:
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        ask()
        taken.append(1000 * (time.perf_counter() - begun))
    print(f"| {name} | {statistics.median(taken):.0f} | {max(taken):.0f} |", flush=True)


class Browser:
    """Asks as the page does."""

    def __init__(self, address: str) -> None:
        self._host = urlsplit(address).netloc
        _, headers = self.get(urlsplit(address).path)
        self._cookie = headers["Set-Cookie"].split(";")[0]

    def get(self, path: str) -> tuple[bytes, http.client.HTTPMessage]:
        return self._ask("GET", path, None)

    def post(self, path: str, body: object) -> dict[str, object]:
        told: dict[str, object] = json.loads(self._ask("POST", path, json.dumps(body))[0])
        return told

    def _ask(self, method: str, path: str, body: str | None) -> tuple[bytes, http.client.HTTPMessage]:
        connection = http.client.HTTPConnection(self._host)
        headers = {"Content-Type": "application/json", "X-Raingan": "1", "Cookie": getattr(self, "_cookie", "")}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        data = answer.read()
        assert answer.status < 400, (answer.status, data[:200])
        connection.close()
        return data, answer.headers


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ledger = Path(folder) / "a.raingan"
        make_ledger(ledger, count)
        print(f"\n{count:,} reports | middle, ms | slowest, ms\n--- | ---: | ---:")

        def start() -> None:
            with served(ledger, "--lang", "en") as server:
                Browser(server.address).get("/")

        timed("from the start of the command to the queue", start, 5)
        with served(ledger, "--lang", "en") as server:
            browser = Browser(server.address)
            timed("the queue", lambda: browser.get("/"))
            timed("the queue's last page", lambda: browser.get(f"/?start={count // 2}"))
            agency = quote(f"{made.AGENCIES[0]} 7")
            wanted = ("code=figure-doubtful", "year=2564", f"agency={agency}", "state=settled", "state=clear")
            for query in wanted:
                timed(f"the queue, {query.split('=')[0]}", partial(browser.get, f"/?{query}"))
            report = browser.post("/api/next", {"after": None})["report"]
            timed("the next report", lambda: browser.post("/api/next", {"after": report}))
            timed("a report's data", lambda: browser.get(f"/api/report/{report}"))
            fields = json.loads(browser.get(f"/api/report/{report}")[0])["fields"]
            field = next(one for one in fields if one["flags"])
            changes = {"field": field["path"], "action": "accept", "machine": field["machine"]["value"]}
            timed("a decision", lambda: browser.post("/api/decide", {"report": report, "decisions": [changes]}))
            status = Path(f"/proc/{server.process.pid}/status").read_text(encoding="utf-8")
            peak = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
            print(f"\npeak memory of the server: {int(peak) // 1024} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)

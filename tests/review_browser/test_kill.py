"""The server is killed while people decide: what it acknowledged is kept."""

from __future__ import annotations

import http.client
import itertools
import json
import random
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

from raingan.ledger import View
from raingan.review.store import Decisions, decisions_beside
from tests.review_browser.serving import served

KILLS = 5
THREADS = 3


def test_no_acknowledged_decision_is_lost(ledger: Path) -> None:
    with View.look(ledger) as view:
        reports = [(f"{report.sha256}-{report.report_index}", report.agency) for _, report in view.reports()][:THREADS]
    acknowledged: dict[int, tuple[str, str]] = {}
    chance = random.Random(5)

    for _ in range(KILLS):
        with served(ledger, "--lang", "en", "--reviewer", "reviewer-1") as server:
            port = urlsplit(server.address).port or 0
            connection = http.client.HTTPConnection("127.0.0.1", port)
            connection.request("GET", urlsplit(server.address).path)
            answer = connection.getresponse()
            answer.read()
            cookie = answer.headers["Set-Cookie"].split(";")[0]
            connection.close()

            def work(report: str, agency: str | None, port: int = port, cookie: str = cookie) -> None:
                headers = {"Content-Type": "application/json", "X-Raingan": "1", "Cookie": cookie}
                own = http.client.HTTPConnection("127.0.0.1", port)
                try:
                    for number in itertools.count():
                        note = f"{port}-{number}"  # each decision is like no other
                        step = {"field": "agency", "action": "accept", "machine": agency, "note": note}
                        body = json.dumps({"report": report, "decisions": [step]})
                        own.request("POST", "/api/decide", body, headers)
                        told = own.getresponse()
                        data = json.loads(told.read())
                        if told.status == 200:
                            acknowledged.update((row, (report, note)) for row in data["numbers"])
                        elif told.status != 423:  # another life of this server had it
                            raise AssertionError(data)
                        else:
                            time.sleep(0.01)
                except (OSError, http.client.HTTPException):
                    return
                finally:
                    own.close()

            threads = [threading.Thread(target=work, args=report) for report in reports]
            for thread in threads:
                thread.start()
            enough = len(acknowledged) + chance.randint(1, 6)
            while len(acknowledged) < enough and any(thread.is_alive() for thread in threads):
                time.sleep(0.001)
            server.kill()
            for thread in threads:
                thread.join()
        with Decisions.open(decisions_beside(ledger)) as decisions:
            rows = [row for report in decisions.reports() for row in decisions.of(report)]
            kept = {row.number: (str(row.report), row.note) for row in rows}
            assert acknowledged.items() <= kept.items()
            assert sorted(kept) == list(range(1, len(kept) + 1))
    assert len(acknowledged) >= KILLS

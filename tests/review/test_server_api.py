"""What the page is told, and what becomes of what a person does on it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest

from raingan.review.decisions import Action, Decision, ReportId
from raingan.review.server.api import to_json
from raingan.review.store import Decisions, decisions_beside
from tests.review.serving import MARKUP, Browser, Serving, data_of, field, flagged, read_archive, step

Serve = Callable[..., Serving]


@pytest.fixture
def browser(serving: Serving) -> Browser:
    return serving.browser()


def error(answer: Any) -> tuple[int, str]:
    told = answer.get_json()
    assert told["message"] and "{" not in told["message"] and "/" not in told["message"].replace("15/3/2564", "")
    return answer.status_code, told["error"]


# --- what is told


def test_a_report_with_its_fields_flags_and_lines(browser: Browser) -> None:
    told = browser.named("stalls.html")
    assert told["number"] >= 1 and told["language"] == "en" and told["reviewer"] == "reviewer-1"
    assert told["taken_by"] is None and told["four_eyes"] is False and told["year"] == 2566
    assert told["indicator"] == field(told, "indicator_name")["value"]
    target = field(told, "target.value")
    assert target["kind"] == "number" and target["group"] == "target" and target["machine"]["value"] == target["value"]
    open_flags = [flag for item in told["fields"] for flag in item["flags"] if flag["open"]]
    assert told["left"]["here"] == len(open_flags) > 0 and told["left"]["flags"] >= told["left"]["here"]
    for flag in open_flags:
        assert flag["severity"] in (1, 2, 3, 4) and flag["message"] and "{" not in flag["message"]
    assert told["view"]["error"] is None and told["view"]["lines"] and not told["view"]["sheets"]
    places = {path for line in told["view"]["lines"] for path in line["fields"]}
    assert places <= {item["path"] for item in told["fields"]} and "target.value" in places


def test_both_languages(browser: Browser) -> None:
    report = browser.next()
    before = browser.report(report)
    assert browser.post("/api/settings", language="th").status_code == 200
    after = browser.report(report)
    assert after["language"] == "th" and after["reviewer"] == before["reviewer"]
    assert [item["path"] for item in after["fields"]] == [item["path"] for item in before["fields"]]
    assert field(after, "target.value")["name"] != field(before, "target.value")["name"]
    assert error(browser.post("/api/settings", language="fr")) == (400, "body")


@pytest.mark.parametrize("name", ["", "  \t ", "x" * 101, "\u0000\u0007"])
def test_nobody_is_nameless(browser: Browser, name: str) -> None:
    assert error(browser.post("/api/settings", reviewer=name)) == (400, "reviewer")


def test_texts_of_a_report_are_texts(browser: Browser) -> None:
    told = browser.named("&.txt")
    assert MARKUP in field(told, "definition")["value"] and any(
        MARKUP in line["text"] for line in told["view"]["lines"]
    )
    data = browser.get(f"/api/report/{told['report']}").text
    assert "<" not in data and ">" not in data and "&" not in data
    page = browser.get(f"/report/{told['report']}").text
    assert page.count("<script") == page.count("</script>") == 3 and "<img" not in page
    assert data_of(page)["fields"] == told["fields"]


def test_json_is_whole_whatever_a_text_holds() -> None:
    text = "</script><!--& \u2028\u2029 \ud800 \u0e01 \x00"
    written = to_json({"text": text})
    assert json.loads(written) == {"text": text} and written.isascii()
    assert not set("<>&") & set(written)


def test_checked_as_typed(browser: Browser) -> None:
    def check(kind: str, text: str, **more: Any) -> dict[str, Any]:
        return dict(browser.post("/api/check", kind=kind, text=text, **more).get_json())

    assert check("number", "๑,๒๓๔.๕๐") == {"value": "1234.5", "shown": "1,234.5", "message": None}
    assert check("date", "15 มี.ค. 2564")["value"] == "2021-03-15"
    refused = check("year", "2021")
    assert refused["value"] is None and "2564" in refused["message"] and "{" not in refused["message"]
    choices = [{"value": "output", "name": "x"}, {"value": "outcome", "name": "y"}]
    assert check("choice", "outcome", choices=choices)["value"] == "outcome"
    assert check("choice", "none", choices=["output"])["message"]
    assert error(browser.post("/api/check", kind="other", text="")) == (400, "body")
    assert error(browser.post("/api/check", kind="text", text="x" * 200_001)) == (400, "long")


# --- what is done


def test_accepted_corrected_unreadable_noted_and_undone(serving: Serving, browser: Browser) -> None:
    told = browser.named("stalls.html")
    report, item = told["report"], field(told, "actual.value")
    answer = browser.decide(report, step(item, "correct", text="๘๗.๒๕", note="as printed"))
    assert answer.status_code == 200, answer.text
    (changed,) = answer.get_json()["fields"]
    assert changed["state"] == "settled" and changed["value"] == "87.25" and changed["machine"] == item["machine"]
    assert changed["decision"]["mine"] and changed["decision"]["note"] == "as printed"
    assert changed["decision"]["action"] == "correct" and not any(flag["open"] for flag in changed["flags"])
    (number,) = answer.get_json()["numbers"]
    assert number == changed["decision"]["number"]
    assert answer.get_json()["left"]["here"] == told["left"]["here"] - len(item["flags"])

    (undone,) = browser.decide(report, step(changed, "undo", about=number)).get_json()["fields"]
    assert undone["decision"] is None and undone["state"] == item["state"] and undone["value"] == item["value"]
    assert error(browser.decide(report, step(changed, "undo", about=number))) == (409, "changed")
    (row,) = browser.decide(report, step(item, "unreadable")).get_json()["numbers"]
    assert field(browser.report(report), "actual.value")["value"] is None
    (noted,) = browser.decide(report, step(item, "note", note=" ask the office ")).get_json()["fields"]
    assert [note["note"] for note in noted["notes"]] == ["ask the office"] and noted["decision"]["number"] == row
    browser.decide(report, step(item, "accept"))
    assert [row[1] for row in serving.rows()] == ["correct", "undo", "unreadable", "note", "accept"]
    assert serving.rows()[-1] == ("actual.value", "accept", item["value"])


def test_an_undo_can_be_taken_back(browser: Browser) -> None:
    told = browser.report(browser.next())
    item = flagged(told)
    (number,) = browser.decide(told["report"], step(item)).get_json()["numbers"]
    (undo,) = browser.decide(told["report"], step(item, "undo", about=number)).get_json()["numbers"]
    (back,) = browser.decide(told["report"], step(item, "undo", about=undo)).get_json()["fields"]
    assert back["state"] == "settled" and back["decision"]["number"] == number


def test_typing_what_the_machine_read_agrees_with_it(serving: Serving, browser: Browser) -> None:
    told = browser.named("stalls.html")
    item = field(told, "actual.value")
    browser.decide(told["report"], step(item, "correct", text=item["shown"]))
    assert serving.rows() == [("actual.value", "accept", item["value"])]


def test_all_or_none(serving: Serving, browser: Browser) -> None:
    told = browser.named("stalls.html")
    report, first, second = told["report"], field(told, "actual.value"), field(told, "target.value")
    wrong = browser.decide(report, step(first), step(second, "correct", text="eighty"))
    assert error(wrong) == (400, "value") and "number" in wrong.get_json()["message"]
    assert error(browser.decide(report, step(first), {**step(second), "machine": "1"})) == (409, "changed")
    assert error(browser.decide(report, step(first), {**step(second), "field": "none"})) == (409, "changed")
    assert serving.rows() == []
    answer = browser.decide(report, step(first), step(second, "correct", text="81"))
    assert len(set(answer.get_json()["numbers"])) == 2 and len(answer.get_json()["fields"]) == 2
    assert [row[2] for row in serving.rows()] == [first["value"], "81"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"action": "correct", "text": ""}, (400, "value")),
        ({"action": "correct", "text": "1e5"}, (400, "value")),
        ({"action": "note", "note": "  "}, (400, "note")),
        ({"action": "note", "note": "x" * 4_001}, (400, "long")),
        ({"action": "undo"}, (409, "changed")),
        ({"action": "undo", "about": 7}, (409, "changed")),
        ({"action": "confirm", "about": 7}, (409, "changed")),
        ({"action": "undo", "about": True}, (400, "body")),
        ({"action": "delete"}, (400, "body")),
        ({"action": None}, (400, "body")),
        ({"machine": 5}, (400, "body")),
        ({"machine": None}, (409, "changed")),
        ({"field": "x" * 1000}, (400, "long")),
    ],
)
def test_what_makes_no_sense_is_not_kept(
    serving: Serving, browser: Browser, changes: dict[str, Any], expected: tuple[int, str]
) -> None:
    told = browser.named("stalls.html")
    item = {**step(field(told, "actual.value")), **changes}
    assert error(browser.decide(told["report"], item)) == expected
    assert serving.rows() == []


def test_shapes_of_bodies(browser: Browser) -> None:
    report = browser.next()
    for decisions in (None, [], {}, ["x"], [{}], [[]] * 501):
        assert error(browser.post("/api/decide", report=report, decisions=decisions)) == (400, "body")
    assert error(browser.post("/api/decide", report="x", decisions=[{"field": "a", "action": "accept"}])) == (
        404,
        "report",
    )
    assert error(browser.post("/api/take", report=f"{'a' * 64}-0")) == (404, "report")


def test_a_text_with_broken_characters_is_kept_whole(serving: Serving, browser: Browser) -> None:
    told = browser.named("stalls.html")
    item = field(told, "definition")
    note = '<script>alert("a")</script>\' & \u2028 \ud800'
    assert browser.decide(told["report"], step(item, "note", note=note)).status_code == 200
    assert [line["note"] for line in field(browser.report(told["report"]), "definition")["notes"]] == [note]


# --- several people


def test_nobody_is_handed_what_another_one_has(serving: Serving) -> None:
    one, other = serving.browser("analyst-a"), serving.browser("analyst-b")
    first, second = one.next(), other.next()
    assert first != second and one.next() == first
    told = other.report(first)
    assert told["taken_by"] == "analyst-a" and one.report(first)["taken_by"] is None
    item = flagged(told)
    assert error(other.decide(first, step(item))) == (423, "taken") and serving.rows() == []
    assert other.post("/api/take", report=first).get_json() == {"taken_by": "analyst-a"}
    # Only who has it can let it go.
    other.post("/api/release", report=first)
    assert other.post("/api/take", report=first).get_json() == {"taken_by": "analyst-a"}
    one.post("/api/release", report=first)
    assert other.post("/api/take", report=first).get_json() == {"taken_by": None}
    assert other.decide(first, step(item)).status_code == 200
    assert one.report(first)["taken_by"] == "analyst-b"


def test_who_comes_back_with_a_new_address_goes_on_with_the_report(serving: Serving) -> None:
    before = serving.browser("analyst-a")
    report = before.next()
    item = flagged(before.report(report))
    now, colleague = serving.browser("analyst-a"), serving.browser("analyst-b")
    assert now.next() != report  # nobody gets handed what somebody has, whatever their name
    assert now.report(report)["taken_by"] is None and colleague.report(report)["taken_by"] == "analyst-a"
    # The page left behind can look, and take nothing back by keeping on.
    assert before.post("/api/take", report=report).get_json() == {"taken_by": "analyst-a"}
    assert before.decide(report, step(item)).status_code == 423
    assert now.decide(report, step(item)).status_code == 200


def test_many_at_once_get_different_reports(serving: Serving) -> None:
    browsers = [serving.browser(f"analyst-{number}") for number in range(3)]
    found: list[str] = []
    threads = [threading.Thread(target=lambda own=own: found.append(own.next())) for own in browsers]  # type: ignore[misc]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 3 and "None" not in found


def test_a_server_that_ends_lets_go_of_its_reports(serve: Serve) -> None:
    serving = serve()
    report = ReportId.parse(serving.browser().next())
    with Decisions.open(decisions_beside(serving.ledger)) as decisions:
        assert decisions.take(report, "another", "analyst-b") == "reviewer-1"
        serving.close()
        assert decisions.take(report, "another", "analyst-b") is None


def test_four_eyes(serve: Serve) -> None:
    serving = serve(four_eyes=True)
    one, other = serving.browser("Analyst A"), serving.browser("analyst-b")
    told = one.named("stalls.html")
    report, item = told["report"], field(told, "actual.value")
    assert told["four_eyes"] is True
    (waiting,) = one.decide(report, step(item, "correct", text="87.25")).get_json()["fields"]
    number = waiting["decision"]["number"]
    assert waiting["state"] == "waiting" and waiting["value"] == item["value"]
    assert [flag["code"] for flag in waiting["flags"] if flag["open"]] == [flag["code"] for flag in item["flags"]]
    refused = one.decide(report, step(item, "confirm", about=number))
    assert error(refused) == (400, "own-decision")
    # Another spelling is the same person.
    one.post("/api/settings", reviewer="  analyst  a ")
    assert error(one.decide(report, step(item, "confirm", about=number))) == (400, "own-decision")
    one.post("/api/release", report=report)
    seen = field(other.report(report), "actual.value")
    assert seen["decision"]["mine"] is False and seen["decision"]["reviewer"] == "Analyst A"
    assert error(other.decide(report, step(item, "confirm", about=number + 1))) == (409, "changed")
    (confirmed,) = other.decide(report, step(item, "confirm", about=number)).get_json()["fields"]
    assert confirmed["state"] == "settled" and confirmed["value"] == "87.25"
    assert confirmed["confirmed"]["reviewer"] == "analyst-b"
    assert error(other.decide(report, step(item, "confirm", about=number))) == (409, "changed")


# --- while the archive is read again


def test_the_machine_reads_something_else_now(serving: Serving, browser: Browser) -> None:
    """The ledger takes over the file of the same content again; here another one stands in its place."""
    told = browser.named("stalls.html")
    report, item = told["report"], field(told, "actual.value")
    with Decisions.open(decisions_beside(serving.ledger)) as decisions:
        stale = Decision(
            ReportId.parse(report), "actual.value", Action.ACCEPT, "analyst-b", "2026-11-23T10:00:00+07:00", "1", "1"
        )
        decisions.add(stale)
    seen = field(browser.report(report), "actual.value")
    assert seen["state"] == "stale" and seen["value"] == item["value"] and seen["decision"]["value"] == "1"
    assert "analyst-b" in seen["flags"][-1]["message"] and seen["flags"][-1]["open"]
    assert error(browser.decide(report, step({**item, "machine": {"value": "1"}}))) == (409, "changed")
    (settled,) = browser.decide(report, step(seen)).get_json()["fields"]
    assert settled["state"] == "settled" and settled["value"] == item["value"]


def test_a_ledger_that_was_made_anew_is_opened_anew(serving: Serving, browser: Browser) -> None:
    report = browser.named("stalls.html")["report"]
    with (serving.folder / "in" / "park.txt").open("ab") as stream:
        stream.write(b"\n")
    serving.ledger.unlink()
    (serving.folder / "in" / "stalls.html").rename(serving.folder / "in" / "renamed.html")
    read_archive(serving.folder)
    told = browser.report(report)
    assert told["file"].endswith("renamed.html")
    assert browser.decide(report, step(flagged(told))).status_code == 200


def test_a_report_that_is_gone(serving: Serving, browser: Browser) -> None:
    told = browser.named("park.txt")
    (serving.folder / "in" / "park.txt").unlink()
    read_archive(serving.folder)
    assert error(browser.get(f"/api/report/{told['report']}")) == (404, "report")
    assert error(browser.decide(told["report"], step(flagged(told)))) == (404, "report")


def test_a_file_that_cannot_be_shown_leaves_its_fields(serve: Serve) -> None:
    serving = serve(pages=None)  # nobody has shown it before
    browser = serving.browser()
    read_archive(serving.folder)
    (serving.folder / "in" / "stalls.html").unlink()
    told = browser.named("stalls.html")
    assert told["fields"] and told["view"]["error"] and not told["view"]["lines"]
    assert str(serving.folder) not in told["view"]["error"]
    missing = browser.get(f"/page/{told['report']}/1")
    assert missing.status_code == 404 and missing.get_json()["message"] == told["view"]["error"]

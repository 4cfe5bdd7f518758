"""The queue over a real ledger: worst first, filtered, nobody twice; and decisions on their way into the outputs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile

import pytest

from raingan.cli import main
from raingan.convert import convert
from raingan.ledger import View
from raingan.model.messages import severity
from raingan.model.records import State
from raingan.outputs import plan_outputs
from raingan.review.applied import decided_beside
from raingan.review.decisions import Action, Decision, FieldState, ReportId, seen_of
from raingan.review.queue import Filter, Queue
from raingan.review.settle import standings
from raingan.review.store import Decisions, decisions_beside
from raingan.settings import Settings
from raingan.status import status_of
from tests.review.made import SAMPLES

NAMES = ("stalls.html", "park.txt", "library.html", "two.pdf", "memo.txt")


class Place:
    """A ledger of some samples, with its review."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.inputs = folder, folder / "in"
        self.inputs.mkdir()
        for name in NAMES:
            copyfile(SAMPLES / name, self.inputs / name)
        self.ledger = folder / "a.raingan"
        self.states = self.convert("first.jsonl")
        self.view, self.decisions = View.look(self.ledger), Decisions.open(decisions_beside(self.ledger))
        self.queue = Queue(self.view, self.decisions)
        self.queue.refresh()

    def convert(self, *outputs: str) -> dict[State, int]:
        planned = plan_outputs([str(self.folder / name) for name in outputs])
        return convert([str(self.inputs)], planned, Settings("en", workers=0), ledger=self.ledger).states

    def decide(self, report: ReportId, path: str | None = None, **changes: object) -> int:
        """Accept everything that is open in a report, or decide one field; return how many fields."""
        found = self.view.report(report.content, report.place)
        assert found is not None
        count = 0
        for standing in standings(found.report, self.decisions.of(report), self.decisions.four_eyes):
            item = standing.field
            if item.path == path or (path is None and standing.state in (FieldState.OPEN, FieldState.STALE)):
                told: dict[str, object] = {
                    "action": Action.ACCEPT,
                    "reviewer": "reviewer-1",
                    "at": "2026-11-23T10:00:00+07:00",
                    "machine": item.value,
                    "value": item.value,
                    "codes": tuple(flag.code for flag in item.flags),
                    "seen": seen_of(item),
                }
                self.decisions.add(Decision(report, item.path, **{**told, **changes}))  # type: ignore[arg-type]
                count += 1
        self.queue.refresh()
        return count


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    found = Place(tmp_path)
    yield found
    found.view.close()
    found.decisions.close()


def records(path: Path) -> dict[str, dict]:  # type: ignore[type-arg]
    return {line["file"]: line for line in map(json.loads, path.read_text(encoding="utf-8").splitlines())}


def test_worst_first_with_what_is_left(place: Place) -> None:
    entries = place.queue.entries(Filter())
    worst = [entry.worst for entry in entries]
    assert worst == sorted(worst, key=lambda severity: severity or 9) and worst[0] == 1
    left = place.queue.left(Filter())
    assert left.reports == len(entries) and left.flags == sum(entry.open for entry in entries)
    for entry in entries:
        found = place.view.report(entry.report.content, entry.report.place)
        assert found is not None and found.number == entry.number and found.report.file == entry.file
        assert entry.open == len(found.report.flags)
        assert entry.worst == min(severity(flag.code) for flag in found.report.flags)


def test_filters(place: Place) -> None:
    everything = place.queue.entries(Filter(state="all"))
    assert {entry.year for entry in everything} - {None} == set(place.queue.years())
    assert {entry.agency for entry in everything} - {None} == set(place.queue.agencies())
    assert {code for entry in everything for code in entry.codes} == set(place.queue.codes())
    for code in place.queue.codes():
        found = place.queue.entries(Filter(code=code))
        assert found == [entry for entry in place.queue.entries(Filter()) if code in entry.codes] != []
    for year in place.queue.years():
        assert {entry.year for entry in place.queue.entries(Filter(year=year, state="all"))} == {year}
    for agency in place.queue.agencies():
        assert {entry.agency for entry in place.queue.entries(Filter(agency=agency, state="all"))} == {agency}
    pages = [place.queue.entries(Filter(state="all"), start, 1)[0] for start in range(len(everything))]
    assert pages == everything


def test_nobody_is_given_what_another_one_has(place: Place) -> None:
    first = place.queue.following(Filter(), None, "s1")
    assert first is not None and place.decisions.take(first, "s1", "one") is None
    second = place.queue.following(Filter(), None, "s2")
    assert second is not None and second != first
    assert place.queue.entries(Filter())[0].taken_by == "one"
    assert place.queue.following(Filter(), None, "s1") == first


def test_to_the_end_of_the_queue_and_into_the_outputs(place: Place) -> None:
    assert place.states[State.REVIEW] > 0
    seen: list[ReportId] = []
    while (report := place.queue.following(Filter(), seen[-1] if seen else None, "s")) is not None:
        assert report not in seen and place.decide(report) > 0
        seen.append(report)
    assert place.queue.left(Filter()).reports == 0 and len(seen) == place.queue.left(Filter()).settled
    assert place.convert("second.jsonl", "second.xlsx")[State.REVIEW] == 0
    done = records(place.folder / "second.jsonl")
    assert all(record["flags"] == [] for record in done.values())
    # The page writes what the conversion writes, to the byte.
    exports = [str(place.folder / name) for name in ("third.jsonl", "third.xlsx")]
    assert main(["review", str(place.ledger), "--lang", "en", "--export", exports[0], "--export", exports[1]]) == 0
    for suffix in ("jsonl", "xlsx"):
        assert (place.folder / f"third.{suffix}").read_bytes() == (place.folder / f"second.{suffix}").read_bytes()


def test_an_export_that_asks_for_a_second_person_counts_nobody_alone(place: Place) -> None:
    (stalls,) = [entry for entry in place.queue.entries(Filter()) if entry.file == "stalls.html"]
    place.decide(stalls.report, "actual.value", action=Action.CORRECT, value="87.25")
    output = place.folder / "a.jsonl"
    for asked, value in (("--four-eyes", 100), ("--lang=en", 100), ("--no-four-eyes", 87.25)):
        output.unlink(missing_ok=True)
        assert main(["review", str(place.ledger), "--export", str(output), asked]) == 0
        assert records(output)["stalls.html"]["actual"]["value"] == value, asked


def test_a_correction_reaches_the_outputs_and_what_the_machine_read_stays(place: Place) -> None:
    (stalls,) = [entry for entry in place.queue.entries(Filter()) if entry.file == "stalls.html"]
    place.decide(stalls.report, "actual.value", action=Action.CORRECT, value="87.25")
    place.convert("second.jsonl")
    before, after = (records(place.folder / name)["stalls.html"] for name in ("first.jsonl", "second.jsonl"))
    assert after["actual"] == {**before["actual"], "value": 87.25}
    assert [flag for flag in before["flags"] if flag["field"] != "actual.value"] == after["flags"]
    assert {key for key in after if after[key] != before.get(key)} <= {"actual", "flags", "reviews", "trail"}
    found = place.view.report(stalls.report.content, stalls.report.place)
    assert found is not None and float(found.report.actual.value or 0) == before["actual"]["value"]


def test_decisions_survive_a_new_ledger_and_another_name(place: Place) -> None:
    (park,) = [entry for entry in place.queue.entries(Filter()) if entry.file == "park.txt"]
    place.decide(park.report)
    place.view.close()
    place.ledger.unlink()
    (place.inputs / "park.txt").rename(place.inputs / "renamed.txt")
    place.convert("second.jsonl")
    place.view = View.look(place.ledger)
    assert records(place.folder / "second.jsonl")["renamed.txt"]["flags"] == []


def test_what_changed_in_the_file_is_asked_anew(place: Place) -> None:
    """Another content is another report: nothing decided about the old one counts for it."""
    (park,) = [entry for entry in place.queue.entries(Filter()) if entry.file == "park.txt"]
    place.decide(park.report)
    with (place.inputs / "park.txt").open("ab") as stream:
        stream.write(b"\n")
    assert place.convert("second.jsonl")[State.REVIEW] == place.states[State.REVIEW]


def test_status_counts_files_as_people_left_them(place: Place) -> None:
    """As the outputs do, and no file more than those whose every flag is settled."""
    entries = {entry.file: entry for entry in place.queue.entries(Filter())}
    park, before = entries["park.txt"], place.states
    place.decide(entries["stalls.html"].report, "actual.value")
    for report, settled in ((None, 0), (park.report, 1)):
        if report is not None:
            place.decide(report)
        with decided_beside(place.view, place.ledger) as decided:
            told = status_of(place.view, decided).states
        assert told[State.REVIEW] == before[State.REVIEW] - settled and told[State.DONE] == before[State.DONE] + settled
    assert told == place.convert("second.jsonl")


def test_a_second_person_gets_what_waits_and_the_first_does_not(place: Place) -> None:
    place.decisions.set_four_eyes(True)
    place.queue.refresh()
    report = place.queue.following(Filter(), None, "s1", "reviewer-1")
    assert report is not None
    place.decide(report)
    entry = place.queue.entry(report)
    assert entry is not None and entry.state == "waiting" and place.queue.left(Filter()).waiting == 1
    assert place.queue.following(Filter(state="waiting"), None, "s1", "reviewer-1") is None
    assert place.queue.following(Filter(state="waiting"), None, "s2", "reviewer-2") == report
    for row in place.decisions.of(report):
        place.decide(report, row.field, action=Action.CONFIRM, about=row.number, reviewer="reviewer-2")
    assert place.queue.left(Filter()).settled == 1


def test_an_unfinished_ledger_is_not_written_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["review", str(tmp_path / "none.raingan"), "--export", str(tmp_path / "a.jsonl"), "--lang", "en"]) == 74
    assert "there is no ledger" in capsys.readouterr().err and not (tmp_path / "a.jsonl").exists()

"""Decisions on disk: never lost, never changed, also with several processes at the same file."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from raingan.model.errors import LedgerError
from raingan.review.decisions import Action, ReportId
from raingan.review.lines import Lines
from raingan.review.store import LEASE_SECONDS, Decisions, decisions_beside
from tests.review.made import CONTENT, REPORT, decision


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return decisions_beside(tmp_path / "a.raingan")


def test_what_is_kept_comes_back_as_it_was(path: Path) -> None:
    odd = decision(
        "quarters.2",
        Action.CORRECT,
        machine="\udcff lone\x00",
        value="two\nlines ๑๒",
        note="<b>",
        codes=("a-b", "c"),
        about=3,
        source="workbook",
    )
    with Decisions.open(path) as decisions:
        kept = decisions.add(odd, decision("pages"))
        assert [row.number for row in kept] == [1, 2]
    with Decisions.open(path) as decisions:
        assert decisions.of(REPORT) == kept == (dataclasses.replace(odd, number=1), kept[1])
        assert decisions.of(ReportId(CONTENT, 1)) == ()
        assert (decisions.last(), list(decisions.reports())) == (2, [REPORT])


def test_no_file_is_made_before_there_is_something_to_keep(path: Path) -> None:
    assert Decisions.look(path) is None
    with Decisions.open(path) as decisions:
        decisions.set_four_eyes(False)
        assert (decisions.last(), list(decisions.reports()), decisions.four_eyes) == (0, [], False)
        with pytest.raises(LedgerError):
            decisions.add(dataclasses.replace(decision("b"), at=None))  # type: ignore[arg-type]
        assert decisions.is_kept() and decisions.rescue() is None
    with Decisions.open(path) as decisions:
        decisions.take(REPORT, "s1", "one")
        decisions.release(REPORT, "s1")
    assert list(path.parent.iterdir()) == []


def test_all_or_none(path: Path) -> None:
    with Decisions.open(path) as decisions:
        with pytest.raises(LedgerError):
            decisions.add(decision("a"), dataclasses.replace(decision("b"), at=None))  # type: ignore[arg-type]
        assert decisions.of(REPORT) == ()


def test_two_at_the_same_file_from_the_first_moment(path: Path) -> None:
    """Both may be the one that makes the file; no row is lost, no number given twice."""
    ready = threading.Barrier(4)
    numbers: list[int] = []

    def work(who: int) -> None:
        ready.wait()
        with Decisions.open(path) as decisions:
            for _ in range(25):
                numbers.extend(row.number for row in decisions.add(decision("a", reviewer=f"reviewer-{who}")))

    threads = [threading.Thread(target=work, args=(who,)) for who in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(1, 101))
    with Decisions.open(path) as decisions:
        assert len(decisions.of(REPORT)) == 100


def test_a_report_is_one_reviewer_s_at_a_time(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Decisions.open(path) as first, Decisions.open(path) as second:
        assert first.take(REPORT, "s1", "one") is None
        assert second.take(REPORT, "s2", "two") == "one"
        assert first.take(REPORT, "s1", "one") is None
        second.release(REPORT, "s2")
        assert second.take(REPORT, "s2", "two") == "one"
        first.release(REPORT, "s1")
        assert second.take(REPORT, "s2", "two") is None
        import time

        now = time.time()
        monkeypatch.setattr(time, "time", lambda: now + LEASE_SECONDS + 1)
        assert first.take(REPORT, "s1", "one") is None


def test_a_report_follows_its_reviewer_to_the_page_opened_last(path: Path) -> None:
    """A browser that was closed comes back as another session; so does everybody after a killed server."""
    with Decisions.open(path) as first, Decisions.open(path) as second:
        assert first.take(REPORT, "s1", "Reviewer One") is None
        assert second.take(REPORT, "s2", "reviewer one") == "Reviewer One"  # a page that only keeps what it has
        assert second.take(REPORT, "s3", "two", opening=True) == "Reviewer One"
        assert second.take(REPORT, "s2", "reviewer  one", opening=True) is None
        assert first.take(REPORT, "s1", "Reviewer One") == "reviewer  one"


def test_four_eyes_are_kept_and_change_the_outputs(path: Path) -> None:
    with Decisions.open(path) as decisions:
        before = decisions.fingerprint()
        assert not decisions.four_eyes
        decisions.set_four_eyes(True)
    with Decisions.open(path) as decisions:
        assert decisions.four_eyes and decisions.fingerprint() != before


def test_a_dossier_is_known_as_long_as_it_is_there(path: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("x", encoding="utf-8")
    with Decisions.open(path) as decisions:
        decisions.remember_dossier(REPORT, page)
        assert decisions.dossier(REPORT) == str(page) and decisions.has_dossiers()
        page.unlink()
        assert decisions.dossier(REPORT) is None


@pytest.mark.parametrize("content", [b"SQLite format 3\0" + bytes(84), b"something else" * 20], ids=["sqlite", "text"])
def test_a_foreign_file_is_left_untouched(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(LedgerError) as told:
        Decisions.open(path)
    assert told.value.code == "decisions-foreign" and path.read_bytes() == content


def write(path: Path, *records: dict[str, object]) -> None:
    """Write lines as they should be, whatever they say."""
    with closing(Lines(path, "decisions", 2, writable=True)) as lines, lines.alone():
        list(lines.new())
        lines.add(*records)


ROW = {"number": 1, "report": str(REPORT), "field": "a", "action": "accept", "reviewer": "r", "at": "2026"}


@pytest.mark.parametrize(
    "row",
    [
        {**ROW, "action": "guess"},
        {**ROW, "about": "3"},
        {**ROW, "number": True},
        {**ROW, "number": 0},
        {**ROW, "report": "x"},
        {**ROW, "reviewer": None},
        {**ROW, "seen": [1]},
        {key: value for key, value in ROW.items() if key != "at"},
        "row",
    ],
    ids=str,
)
def test_rows_of_another_program_are_told(path: Path, row: object) -> None:
    write(path, {"rows": [ROW | {"field": "b"}]})
    Decisions.open(path).close()
    path.unlink()
    write(path, {"rows": [row]})
    with pytest.raises(LedgerError) as told:
        Decisions.open(path)
    assert told.value.code == "decisions-broken"


def test_a_number_is_given_once(path: Path) -> None:
    write(path, {"rows": [ROW, ROW | {"number": 3}]})
    with Decisions.open(path) as decisions:
        assert [row.number for row in decisions.add(decision("b"))] == [4]
    write(path, {"rows": [ROW | {"number": 4}]})
    with pytest.raises(LedgerError):
        Decisions.look(path)


def test_a_row_that_cannot_be_is_told_every_time_and_nothing_is_kept_behind_it(path: Path) -> None:
    with Decisions.open(path) as decisions:
        decisions.add(decision("a"))
        write(path, {"rows": [ROW | {"number": 2, "action": "guess"}]}, {"rows": [ROW | {"number": 3}]})
        before = path.read_bytes()
        for _ in range(2):
            with pytest.raises(LedgerError) as told:
                decisions.of(REPORT)
            assert told.value.code == "decisions-broken"
        with pytest.raises(LedgerError):
            decisions.add(decision("b"))
        assert path.read_bytes() == before


def test_a_later_version_is_told(path: Path) -> None:
    with closing(Lines(path, "decisions", 3, writable=True)) as lines, lines.alone():
        lines.add()
    with pytest.raises(LedgerError) as told:
        Decisions.open(path)
    assert told.value.code == "decisions-newer" and told.value.values["theirs"] == "3"


@pytest.mark.parametrize(
    "text", ["", "ab-0", f"{CONTENT}", f"{CONTENT}-", f"{CONTENT}-x", f"{CONTENT}-٣", f"../{CONTENT}-0"]
)
def test_what_is_no_name_of_a_report(text: str) -> None:
    with pytest.raises(ValueError):
        ReportId.parse(text)


def test_the_name_of_a_report() -> None:
    assert ReportId.parse(str(REPORT)) == REPORT


def test_other_decisions_of_the_same_number_change_the_outputs(path: Path, tmp_path: Path) -> None:
    with Decisions.open(path) as one, Decisions.open(tmp_path / "other") as other:
        one.add(decision("a", value="1"))
        other.add(decision("a", value="2"))
        assert one.fingerprint() != other.fingerprint()


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be moved there")
def test_nothing_is_acknowledged_once_the_file_is_gone(path: Path) -> None:
    with Decisions.open(path) as decisions:
        decisions.add(decision("a"))
        path.rename(path.with_name("moved"))
        with pytest.raises(LedgerError) as told:
            decisions.add(decision("b"))
        assert told.value.code == "ledger-cannot-write"
        assert not decisions.is_kept() and decisions.rescue() is None  # it lies somewhere
        Decisions.open(path).add(decision("c"))
        with pytest.raises(LedgerError):
            decisions.add(decision("b"))
    with Decisions.open(path) as decisions:
        assert [row.field for row in decisions.of(REPORT)] == ["c"]


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be deleted there")
def test_what_was_deleted_under_a_review_is_rescued(path: Path) -> None:
    with Decisions.open(path) as decisions:
        kept = decisions.add(decision("a"))
        path.unlink()
        assert not decisions.is_kept()
        first = decisions.rescue()
        assert first is not None
        first.write_bytes(b"of an earlier time")
        rescued = decisions.rescue()
    assert first.read_bytes() == b"of an earlier time"
    assert rescued is not None and rescued != first and rescued.stat().st_mode & 0o777 == 0o600
    rescued.rename(path)
    with Decisions.open(path) as decisions:
        assert decisions.of(REPORT) == kept


def test_what_another_added_is_seen(path: Path) -> None:
    with Decisions.open(path) as one, Decisions.open(path) as other:
        one.add(decision("a"))
        reports, mark = other.since("")
        assert reports == [REPORT] and other.since(mark) == ([], mark) and other.since("0" * 16)[0] is None
        one.set_four_eyes(True)
        assert other.four_eyes and other.since(mark)[0] == []
        other.add(decision("b"), decision("c"))
        assert one.since(mark)[0] == [REPORT] and [row.number for row in one.of(REPORT)] == [1, 2, 3]


@pytest.mark.skipif(sys.platform == "win32", reason="modes are those of POSIX")
def test_nobody_else_may_read_them(path: Path) -> None:
    with Decisions.open(path) as decisions:
        decisions.add(decision("a"))
        decisions.take(REPORT, "s1", "one")
        modes = {file.name.removeprefix("a.raingan"): file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    assert modes == {"-decisions": 0o600, "-review": 0o600, "-review-wal": 0o600, "-review-shm": 0o600}


def test_what_a_process_had_that_is_no_more_is_free(path: Path) -> None:
    script = f"""
import os
from tests.review.made import REPORT
from raingan.review.store import Decisions
from pathlib import Path
Decisions.open(Path({str(path)!r})).take(REPORT, "s1", "one")
os._exit(9)
"""
    subprocess.run([sys.executable, "-c", script], cwd=Path(__file__).parents[2], check=False)
    with Decisions.open(path) as decisions:
        found = decisions.scratch._database.execute("SELECT session FROM leases").fetchall()
        assert found == [("s1",)]
        expected = "one" if sys.platform == "win32" else None
        assert decisions.take(REPORT, "s2", "two") == expected


def test_a_scratch_file_that_is_damaged_is_made_anew(path: Path) -> None:
    with Decisions.open(path) as decisions:
        decisions.set_progress([], "results", "mark", True)
        decisions.take(REPORT, "s1", "one")
    scratch = path.with_name("a.raingan-review")
    scratch.write_bytes(scratch.read_bytes()[:5000])
    with Decisions.open(path) as decisions:
        assert decisions.scratch.known() is None
    scratch.write_bytes(b"of somebody else")
    with Decisions.open(path) as decisions, pytest.raises(LedgerError) as told:
        decisions.take(REPORT, "s1", "one")
    assert told.value.code == "scratch-foreign" and scratch.read_bytes() == b"of somebody else"

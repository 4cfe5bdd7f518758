"""Decisions on disk: never lost, never changed, also with several processes at the same file."""

from __future__ import annotations

import dataclasses
import sqlite3
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from raingan.model.errors import LedgerError
from raingan.review.decisions import Action, ReportId
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


def test_looking_makes_no_file(path: Path) -> None:
    assert Decisions.look(path) is None and not path.exists()


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


def test_a_file_with_other_tables_is_refused(path: Path) -> None:
    Decisions.open(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TRIGGER t AFTER INSERT ON decisions BEGIN DELETE FROM decisions; END")
        connection.commit()
    with pytest.raises(LedgerError) as told:
        Decisions.open(path)
    assert told.value.code == "decisions-broken"


def test_rows_of_another_program_are_told_and_end_nothing_else(path: Path) -> None:
    with Decisions.open(path) as decisions:
        decisions.add(decision("a"))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE decisions SET action = 'guess'")
        connection.commit()
    with Decisions.open(path) as decisions, pytest.raises(LedgerError) as told:
        decisions.of(REPORT)
    assert told.value.code == "decisions-broken"


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


def test_a_row_about_what_is_no_number_is_told(path: Path) -> None:
    with Decisions.open(path) as decisions:
        decisions.add(decision("a"))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE decisions SET about = x'ff'")
        connection.commit()
    with Decisions.open(path) as decisions, pytest.raises(LedgerError) as told:
        decisions.of(REPORT)
    assert told.value.code == "decisions-broken"


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be moved there")
def test_nothing_is_acknowledged_once_the_file_is_gone(path: Path) -> None:
    with Decisions.open(path) as decisions:
        decisions.add(decision("a"))
        path.rename(path.with_name("moved"))
        with pytest.raises(LedgerError) as told:
            decisions.add(decision("b"))
    assert told.value.code == "ledger-cannot-write"

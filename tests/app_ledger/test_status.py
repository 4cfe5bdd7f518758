"""What the command `status` tells of a ledger."""

from __future__ import annotations

from pathlib import Path

import pytest

from raingan.ledger import Changes, Ledger, View
from raingan.model.errors import LedgerError
from raingan.model.messages import LANGUAGES
from raingan.model.records import State
from raingan.status import Status, status_lines, status_of
from tests.app_ledger.making import cut_off, ended, failed, flights, listed, run_over


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "q1.raingan"


def status(path: Path) -> Status:
    with View.look(path) as view:
        return status_of(view)


def read(ledger: Ledger, name: str, reason: str | None = None, **values: str) -> None:
    """List a file and read it at once; with a reason it fails."""
    outcome = ended(name, pages=3) if reason is None else failed(name, reason, **values)
    ledger.record(Changes(listed=[listed(name)], outcomes=[outcome]))


def test_while_a_run_is_on(path: Path) -> None:
    with Ledger.open(path) as ledger:
        ledger.record(Changes(expected=40))
        for number in range(12):
            read(ledger, f"{number}.txt")
        ledger.record(Changes(listed=[listed("late.txt")], begun=flights("late.txt").begun))
        told = status(path)
        assert told.running and told.run is not None
        assert (told.run.found, told.run.read, told.run.pages, told.run.expected) == (13, 12, 36, 40)
        assert told.states == {State.DONE: 12} and told.waiting == 1
        for language in LANGUAGES:
            assert len(list(status_lines(path, language))) > 2


def test_time_left_follows_from_what_was_read(path: Path) -> None:
    with Ledger.open(path) as ledger:
        ledger.record(Changes(expected=40))
        for number in range(10):
            read(ledger, f"{number}.txt")
        ledger._database.execute("UPDATE runs SET started = seen - 20")  # no test waits for a clock
        told = status(path)
        assert told.seconds_left == pytest.approx(60) and told.pages_a_second == pytest.approx(1.5)
        assert "about 60 s left" in list(status_lines(path, "en"))


def test_a_run_that_was_cut_off(path: Path) -> None:
    ledger = Ledger.open(path)
    read(ledger, "a.txt")
    ledger.record(Changes(listed=[listed("b.txt")]))
    cut_off(ledger)
    told = status(path)
    assert not told.running and told.waiting == 1 and told.seconds_left is None
    assert any("Run the same command to go on" in line for line in status_lines(path, "en"))


def test_failures_are_grouped_by_reason(path: Path) -> None:
    with Ledger.open(path) as ledger:
        for number in range(5):
            read(ledger, f"locked{number}.pdf", "encrypted")
        read(ledger, "huge.pdf", "memory", limit="3072")
        for _ in range(3):
            ledger.record(Changes(outcomes=[failed("bad.pdf", "crash", how="SIGSEGV")]))
        ledger.record(Changes(listed=[listed("bad.pdf")]))
        ledger.finish_listing()
    told = status(path)
    assert [(failure.reason, failure.count) for failure in told.failures] == [
        *(("encrypted", 5), ("memory", 1), ("poisoned", 1))
    ]
    assert told.failures[0].files == ("locked0.pdf", "locked1.pdf", "locked2.pdf") and told.poisoned == 1
    lines = list(status_lines(path, "en"))
    assert "    ... and 2 more" in lines and any("3 times (last: its process crashed)" in line for line in lines)
    assert lines[-1].endswith("read what failed once more")
    assert all("{" not in line for language in LANGUAGES for line in status_lines(path, language))


def test_files_that_have_gone_and_results_kept_for_them(path: Path) -> None:
    run_over(path, "a.txt", "b\x1b[2J.txt", "c.txt")
    run_over(path, "a.txt")
    told = status(path)
    assert told.gone == ("b\x1b[2J.txt", "c.txt") and told.unlisted == 2 and told.runs == 2
    lines = list(status_lines(path, "th"))
    assert "    b?[2J.txt" in lines  # no name reaches the terminal as a command


def test_a_ledger_that_was_never_used(path: Path) -> None:
    Ledger.open(path).close()
    assert status(path).states == {}
    with pytest.raises(LedgerError):
        next(status_lines(path.with_name("other.raingan"), "en"))

"""What a ledger keeps from run to run, and in which order it gives it back."""

from __future__ import annotations

import dataclasses
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from raingan.kept import NOTHING, Kept
from raingan.ledger import Changes, Ended, Flight, Ledger, ListedInput, View, content_key
from raingan.model.errors import LedgerError
from raingan.model.records import FileResult, Flag, State
from tests.app_ledger.making import (
    ROOT,
    RULES,
    cut_off,
    ended,
    failed,
    flights,
    kept_of,
    key_of,
    listed,
    pages_of,
    run_over,
    sha_of,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "q1.raingan"


def names_in(view: View) -> list[str]:
    return [result.file for result in view.files()]


def test_a_second_run_knows_what_the_first_read(path: Path) -> None:
    run_over(path, "a.txt", "b.txt")
    with Ledger.open(path) as ledger:
        known = ledger.find(key_of("a.txt"))
        assert known is not None and known.state is State.DONE and known.reports == 1
        assert known.file.sha256 == sha_of("a.txt") and not known.may_be_retried
        assert ledger.find(key_of("a.txt", "a.pdf")) is None  # the suffix has a say in what a file is
        assert ledger.find(key_of("a.txt", rules="rules/2")) is None
        assert ledger.find(key_of("a.txt", "other.TXT")) is not None
    assert sorted(item.name for item in path.parent.iterdir()) == [path.name]


def test_order_is_that_of_the_walk_whoever_ended_first(path: Path) -> None:
    with Ledger.open(path) as ledger:
        ledger.record(Changes(listed=[listed("1.txt"), listed("2.txt")]))
        link = FileResult("3.lnk", State.SKIPPED, "link", path="/in/3.lnk")
        ledger.record(Changes(listed=[ListedInput.ended(link), listed("4.txt")]))
        ledger.record(Changes(outcomes=[ended("4.txt", reports=2)]))
        ledger.record(Changes(outcomes=[failed("2.txt", "encrypted"), ended("1.txt", reports=3)]))
        ledger.finish_listing()
        assert [(result.file, result.state) for result in ledger.files()] == [
            ("1.txt", State.DONE),
            ("2.txt", State.FAILED),
            ("3.lnk", State.SKIPPED),
            ("4.txt", State.DONE),
        ]
        told = [(number, report.file, report.definition) for number, report in ledger.reports()]
    first = [(place, "1.txt", f"1.txt {place}") for place in range(3)]
    assert told == [*first, (3, "4.txt", "4.txt 0"), (4, "4.txt", "4.txt 1")]


def test_a_file_that_moved_is_told_under_its_new_name(path: Path) -> None:
    run_over(path, "old.txt")
    with Ledger.open(path) as ledger:
        assert ledger.find(key_of("old.txt")) is not None
        ledger.record(Changes(listed=[listed("new.txt", "old.txt")]))
        ledger.finish_listing()
        (result,) = ledger.files()
        assert (result.file, result.path, result.sha256) == ("new.txt", "/in/new.txt", sha_of("old.txt"))
        assert [report.file for _, report in ledger.reports()] == ["new.txt"]
        assert ledger.gone() == ("old.txt",)


def test_the_old_listing_stays_until_the_new_one_is_complete(path: Path) -> None:
    run_over(path, "a.txt", "b.txt", "c.txt")
    ledger = Ledger.open(path)
    ledger.record(Changes(listed=[listed("b.txt")]))
    assert names_in(ledger) == ["a.txt", "b.txt", "c.txt"]
    cut_off(ledger)
    with View.look(path) as view:
        assert names_in(view) == ["a.txt", "b.txt", "c.txt"]
    run_over(path, "b.txt", "d.txt")
    with View.look(path) as view:
        assert names_in(view) == ["b.txt", "d.txt"]
        assert view.gone() == ("a.txt", "c.txt")
        assert view.unlisted() == 2
        assert [run.how for run in view.runs()] == ["finished", "interrupted", "finished"]


def test_a_listing_with_an_unread_file_is_never_complete(path: Path) -> None:
    run_over(path, "a.txt")
    with pytest.raises(RuntimeError), Ledger.open(path) as ledger:
        ledger.record(Changes(listed=[listed("b.txt")]))
        ledger.finish_listing()
    with View.look(path) as view:
        assert names_in(view) == ["a.txt"]


def test_names_may_hold_anything(path: Path) -> None:
    names = ["ก/ข.txt", "\udc80.txt", "a\0b.txt", "'; DROP TABLE listing; --.txt"]
    with Ledger.open(path) as ledger:
        for name in names:
            ledger.record(Changes(listed=[listed(name, "same")]))
        ledger.record(Changes(outcomes=[ended("x.txt", "same")]))
        ledger.finish_listing()
        assert names_in(ledger) == names


def test_the_first_of_a_content_is_found_before_and_after_it_is_written_down(path: Path) -> None:
    run_over(path, "before.txt")
    with Ledger.open(path) as ledger:
        assert ledger.first_with(sha_of("x"), "a.txt") is None
        assert ledger.first_with(sha_of("x"), "b.txt") == "a.txt"
        ledger.record(Changes(listed=[listed("a.txt", "x")], outcomes=[ended("a.txt", "x")]))
        assert ledger.first_with(sha_of("x"), "c.txt") == "a.txt"
        # What only an earlier run had is no duplicate.
        assert ledger.first_with(sha_of("before.txt"), "d.txt") is None


def test_flags_found_across_reports_are_merged(path: Path) -> None:
    with Ledger.open(path) as ledger:
        for name, count in (("a.txt", 2), ("b.txt", 1), ("c.txt", 2)):
            ledger.record(Changes(listed=[listed(name)], outcomes=[ended(name, reports=count)]))
        ledger.finish_listing()
        assert not ledger.is_compared()
        ledger.set_later_flags(
            [(3, Flag("second", "x")), (1, Flag("one", "x")), (3, Flag("first", "y"))], lambda code: 1
        )
        assert ledger.is_compared()
        assert [[flag.code for flag in report.flags] for _, report in ledger.reports()] == [
            *([], ["one"], [], ["second", "first"], [])
        ]
        states = [State.REVIEW, State.DONE, State.REVIEW]
        assert [result.state for result in ledger.files()] == states
        assert ledger.states() == {State.REVIEW: 2, State.DONE: 1}


def test_flags_stay_as_long_as_the_results_do(path: Path) -> None:
    run_over(path, "a.txt", "b.txt")
    with Ledger.open(path) as ledger:
        ledger.record(Changes(listed=[listed("a.txt"), listed("b.txt")]))
        ledger.finish_listing()
        ledger.set_later_flags([(0, Flag("one", "x"))], lambda code: 1)
    run_over(path, "a.txt", "b.txt")
    with View.look(path) as view:
        assert [len(report.flags) for _, report in view.reports()] == [1, 0]
    run_over(path, "b.txt", "a.txt")
    with Ledger.open(path) as ledger:
        assert not ledger.is_compared()
        assert [len(report.flags) for _, report in ledger.reports()] == [0, 0]


def fingerprint_of(path: Path) -> str:
    with View.look(path) as view:
        return view.results_fingerprint()


def test_the_fingerprint_tells_what_the_outputs_tell(path: Path, tmp_path: Path) -> None:
    run_over(path, "a.txt", "b.txt")
    first = fingerprint_of(path)
    run_over(path, "a.txt", "b.txt")
    assert fingerprint_of(path) == first
    other = tmp_path / "other.raingan"
    run_over(other, "b.txt")
    run_over(other, "a.txt", "b.txt")  # another history, the same results
    assert fingerprint_of(other) == first
    for names in (("b.txt", "a.txt"), ("a.txt",), ("a.txt", "c.txt")):
        run_over(other, *names)
        assert fingerprint_of(other) != first
    run_over(other, "a.txt", "b.txt")
    with Ledger.open(other) as ledger:
        ledger.record(Changes(listed=[listed("a.txt"), listed("b.txt")], outcomes=[ended("a.txt", reports=2)]))
        ledger.finish_listing()
        assert ledger.results_fingerprint() != first


def test_an_output_is_current_until_anybody_changes_it(path: Path, tmp_path: Path) -> None:
    book, tables = tmp_path / "out.xlsx", tmp_path / "tables"
    book.write_bytes(b"rows")
    tables.mkdir()
    (tables / "files.csv").write_bytes(b"rows")
    with Ledger.open(path) as ledger:
        for output in (book, tables):
            assert not ledger.output_is_current(output, "f1")
            ledger.set_output(output, "f1")
            assert ledger.output_is_current(output, "f1")
            assert not ledger.output_is_current(output, "f2")
        book.write_bytes(b"rowz")
        assert not ledger.output_is_current(book, "f1")
        book.unlink()
        assert not ledger.output_is_current(book, "f1")
        (tables / "more.csv").write_bytes(b"")
        assert not ledger.output_is_current(tables, "f1")


# --- what failed, and what may have ended whole runs


def fail_again(path: Path, *reasons: str) -> None:
    for reason in reasons:
        with Ledger.open(path) as ledger:
            ledger.record(Changes(listed=[listed("a.txt")], begun=flights("a.txt").begun))
            ledger.record(Changes(outcomes=[failed("a.txt", reason, how="SIGSEGV")]))
            ledger.finish_listing()


def test_a_file_that_ends_its_process_three_times_is_set_aside(path: Path) -> None:
    fail_again(path, "crash", "memory")
    with Ledger.open(path) as ledger:
        known = ledger.find(key_of("a.txt"))
        assert known is not None and known.tries == 2 and known.reason == "memory" and known.may_be_retried
    fail_again(path, "page-time")
    with Ledger.open(path) as ledger:
        known = ledger.find(key_of("a.txt"))
        assert known is not None and known.reason == "poisoned" and not known.may_be_retried
        assert known.file.reason_values == {"how": "SIGSEGV", "why": "page-time", "count": "3"}
        assert ledger.find(key_of("a.txt", rules="rules/2")) is None


def test_a_failure_that_leaves_the_process_alone_may_always_be_tried_again(path: Path) -> None:
    fail_again(path, "crash", "crash", "encrypted", "encrypted", "crash", "crash")
    with Ledger.open(path) as ledger:
        known = ledger.find(key_of("a.txt"))
        assert known is not None and known.may_be_retried


def cut_off_while(path: Path, *names: str, alone: bool = False) -> None:
    ledger = Ledger.open(path)
    ledger.record(flights(*names, alone=alone))
    cut_off(ledger)


def test_what_was_at_work_when_three_runs_were_cut_off_is_suspect(path: Path) -> None:
    cut_off_while(path, "a.txt", "b.txt")
    cut_off_while(path, "a.txt", "b.txt")
    with Ledger.open(path) as ledger:
        assert not ledger.is_suspect(key_of("a.txt"))
        ledger.record(Changes(begun=flights("b.txt").begun, outcomes=[ended("b.txt")]))  # was not to blame
        ledger.record(flights("a.txt"))  # and a run that ends by itself, by Ctrl-C as well, tells nothing of it
    cut_off_while(path, "a.txt", "b.txt")
    with Ledger.open(path) as ledger:
        assert ledger.is_suspect(key_of("a.txt"))
        assert not ledger.is_suspect(key_of("b.txt"))
        assert ledger.find(key_of("a.txt")) is None


def test_a_suspect_that_ends_well_is_cleared(path: Path) -> None:
    for _ in range(4):
        cut_off_while(path, "a.txt")
    with Ledger.open(path) as ledger:
        assert ledger.is_suspect(key_of("a.txt"))
        ledger.record(flights("a.txt", alone=True))
        ledger.record(Changes(outcomes=[ended("a.txt")]))
        assert not ledger.is_suspect(key_of("a.txt"))


def test_a_suspect_that_is_cut_off_alone_three_times_is_set_aside(path: Path) -> None:
    for _ in range(3):
        cut_off_while(path, "a.txt")
    for _ in range(2):
        cut_off_while(path, "a.txt", alone=True)
    with Ledger.open(path) as ledger:
        assert ledger.find(key_of("a.txt")) is None
    cut_off_while(path, "a.txt", alone=True)
    with Ledger.open(path) as ledger:
        known = ledger.find(key_of("a.txt"))
        assert known is not None and known.reason == "cut-off"
        assert known.file.reason_values == {"count": "6"}
        # Nobody has seen the file do harm: the user may insist, and it is read alone again.
        assert known.may_be_retried and ledger.is_suspect(key_of("a.txt"))
        ledger.record(Changes(listed=[listed("a.txt")]))
        ledger.finish_listing()
        (result,) = ledger.files()
        assert (result.file, result.sha256, result.size) == ("a.txt", sha_of("a.txt"), len("a.txt"))


# --- pages


def test_pages_are_found_again_as_long_as_reading_goes_by_the_same_rules(path: Path) -> None:
    run_over(path, "a.txt")
    content = content_key(sha_of("a.txt"), "moved.TXT")
    with Ledger.open(path) as ledger:
        assert ledger.find(key_of("a.txt", rules="other checks")) is None
        assert kept_of(ledger, "a.txt") == pages_of("a.txt")
        assert kept_of(ledger, "a.txt", rules="rules/2") is None
        assert kept_of(ledger, "a.txt", "a.pdf") is None
        pages = ledger.pages(content, RULES, "other forms")
        assert pages is not None and pages.kept == dataclasses.replace(pages_of("a.txt").kept, found=b"")


def test_the_last_pages_of_a_content_are_kept(path: Path) -> None:
    run_over(path, "a.txt")
    with Ledger.open(path) as ledger:
        size = ledger.pages_size()
        assert size == sum(map(len, dataclasses.astuple(pages_of("a.txt").kept)))
        again = dataclasses.replace(ended("a.txt"), pages=pages_of("a.txt", rules="rules/2"))
        ledger.record(Changes(outcomes=[again]))
        assert kept_of(ledger, "a.txt") is None
        assert kept_of(ledger, "a.txt", rules="rules/2") == pages_of("a.txt", rules="rules/2")
        assert ledger.pages_size() == size
        only_sections = dataclasses.replace(again.pages, sections_rules="forms/2", kept=Kept(found=b"new"))
        ledger.record(Changes(outcomes=[dataclasses.replace(again, pages=only_sections)]))
        pages = ledger.pages(content_key(sha_of("a.txt"), "a.txt"), "rules/2", "forms/2")
        assert pages is not None and pages.kept == dataclasses.replace(pages_of("a.txt").kept, found=b"new")


def test_pages_that_are_not_to_be_kept_go_and_give_their_room_back(path: Path) -> None:
    large = Kept(bytes(300_000), bytes(300_000), bytes(300_000))
    with Ledger.open(path) as ledger:
        pages = dataclasses.replace(pages_of("a.txt"), kept=large)
        ledger.record(
            Changes(outcomes=[dataclasses.replace(ended("a.txt"), pages=pages), failed("b.txt", "encrypted")])
        )
    assert path.stat().st_size > 900_000
    with Ledger.open(path) as ledger:
        ledger.drop_pages()
        assert ledger.pages_size() == 0 and kept_of(ledger, "a.txt") is None
        assert ledger.find(key_of("a.txt")) is not None
        unread = kept_of(ledger, "b.txt")
        assert unread is not None and unread.failed is not None and unread.failed.reason == "encrypted"
    assert path.stat().st_size < 200_000


def test_what_could_not_be_read_is_known_under_other_checks_too(path: Path) -> None:
    fail_again(path, "crash", "page-time", "memory")
    with Ledger.open(path) as ledger:
        pages = kept_of(ledger, "a.txt")
        assert pages is not None and pages.failed is not None and not pages.kept
        assert (pages.failed.reason, pages.tries) == ("poisoned", 3)
        key = key_of("a.txt", rules="other checks")
        ledger.record(Changes(listed=[ListedInput("a.txt", None, sha_of("a.txt"), key)], unread=[(key, pages)]))
        known = ledger.find(key)
        assert known is not None and (known.reason, known.tries) == ("poisoned", 3) and not known.may_be_retried
        assert ledger.runs()[0].read == 0
        ledger.finish_listing()
        assert [result.reason for result in ledger.files()] == ["poisoned"]


def test_what_was_read_and_ended_badly_later_is_no_failure_of_its_pages(path: Path) -> None:
    with Ledger.open(path) as ledger:
        pages = dataclasses.replace(pages_of("a.txt"), kept=NOTHING)
        ledger.record(Changes(outcomes=[dataclasses.replace(failed("a.txt", "crash"), pages=pages, is_read=True)]))
        known = ledger.find(key_of("a.txt"))
        assert known is not None and known.reason == "crash"
        assert kept_of(ledger, "a.txt") is None


@pytest.mark.parametrize("are_kept", [False, True])
def test_a_run_that_is_cut_off_again_and_again_blames_the_pages_only_where_they_were_read(
    are_kept: bool, path: Path
) -> None:
    flight = Flight(key_of("a.txt"), True) if are_kept else flights("a.txt", alone=True).begun[0]
    for _ in range(3):
        ledger = Ledger.open(path)
        ledger.record(Changes(begun=[flight]))
        cut_off(ledger)
    with Ledger.open(path) as ledger:
        known, pages = ledger.find(key_of("a.txt")), kept_of(ledger, "a.txt")
        assert known is not None and known.reason == "cut-off"
        assert (pages is None) == are_kept
        assert pages is None or (pages.failed is not None and pages.failed.reason == "cut-off")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE pages SET document = NULL",
        "UPDATE pages SET document = 5",
        "UPDATE pages SET pictures = 'text'",
        "UPDATE sections SET found = 1.5",
        "UPDATE pages SET tries = 'many'",
        "UPDATE pages SET file = x'0102'",
        "UPDATE pages SET file = 7",
        "UPDATE pages SET rules = x'00'",
        "DELETE FROM pages",
    ],
)
def test_pages_that_cannot_be_right_are_as_good_as_none(statement: str, path: Path) -> None:
    run_over(path, "a.txt")
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute(statement)
    with Ledger.open(path) as ledger:
        assert kept_of(ledger, "a.txt") is None


def test_reports_are_compared_again_under_other_rules(path: Path) -> None:
    run_over(path, "a.txt")
    for rules, is_compared in (("1", False), ("1", True), ("2", False)):
        with Ledger.open(path, across=rules) as ledger:
            ledger.record(Changes(listed=[listed("a.txt")]))
            ledger.finish_listing()
            assert ledger.is_compared() is is_compared
            ledger.set_later_flags([(0, Flag("one", "x"))], lambda code: 1)


# --- who may use it


def test_a_second_run_is_told_who_has_the_ledger(path: Path) -> None:
    with Ledger.open(path):
        for _ in range(2):
            with pytest.raises(LedgerError) as told:
                Ledger.open(path)
            assert told.value.code == "ledger-in-use"
            assert told.value.values["process"].isdigit()
    Ledger.open(path).close()


def test_another_process_is_told_too_and_the_lock_ends_with_its_owner(path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from raingan.ledger import Ledger\n"
        "ledger = Ledger.open(Path(sys.argv[1])); print('open', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", script, str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None and other.stdout.readline() == "open\n"
        with pytest.raises(LedgerError) as told:
            Ledger.open(path)
        assert (told.value.code, told.value.values["process"]) == ("ledger-in-use", str(other.pid))
        with View.look(path) as view:
            assert view.runs()[0].how == "running"
        other.kill()
    with Ledger.open(path) as ledger:
        assert [run.how for run in ledger.runs()] == ["running", "interrupted"]


@pytest.mark.skipif(sys.platform == "win32", reason="no fork there")
def test_a_forked_child_does_not_keep_the_lock(path: Path) -> None:
    import os

    script = (
        "import os, sys, time; from pathlib import Path; from raingan.ledger import Ledger\n"
        "ledger = Ledger.open(Path(sys.argv[1]))\n"
        "child = os.fork()\n"
        "if child == 0: sys.stdin.read(); os._exit(0)\n"
        "print('open', flush=True); os.kill(os.getpid(), 9)"
    )
    command = [sys.executable, "-c", script, str(path)]
    reading, writing = os.pipe()
    try:
        with subprocess.Popen(command, cwd=ROOT, stdin=reading, stdout=subprocess.PIPE, text=True) as other:
            assert other.stdout is not None and other.stdout.readline() == "open\n"
            other.wait()
            Ledger.open(path).close()  # the child lives
            os.close(writing)
            writing = -1
    finally:
        os.close(reading)
        if writing >= 0:
            os.close(writing)


def test_looking_does_not_disturb_a_run(path: Path) -> None:
    with Ledger.open(path) as ledger:
        for number in range(20):
            name = f"{number}.txt"
            ledger.record(Changes(listed=[listed(name)], outcomes=[ended(name)]))
            with View.look(path) as view:
                assert view.runs()[0].found == number + 1
                assert names_in(view) == []  # no listing is complete yet
        ledger.finish_listing()
        with View.look(path) as view:
            assert len(names_in(view)) == len(list(view.reports())) == 20
            first = view.files()
            next(first)  # a reader in the middle
            ledger.record(Changes(outcomes=[ended("0.txt", reports=4)]))
            assert sum(1 for _ in first) == 19


def test_looking_leaves_no_trace(path: Path) -> None:
    run_over(path, "a.txt")
    before = path.read_bytes()
    with View.look(path) as view:
        assert names_in(view) == ["a.txt"]
    assert path.read_bytes() == before
    assert [item.name for item in path.parent.iterdir()] == [path.name]


def test_a_ledger_for_one_run_keeps_the_same(path: Path) -> None:
    with Ledger.open(path, lasting=False) as ledger:
        ledger.record(Changes(listed=[listed("a.txt")], outcomes=[ended("a.txt")]))
        with pytest.raises(ValueError):
            ledger.record(Changes(listed=[listed("b.txt")], outcomes=[Ended(b"key", b"no record", ())]))
        ledger.finish_listing()
        assert names_in(ledger) == ["a.txt"]

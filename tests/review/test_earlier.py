"""Decisions of earlier versions, in a database of sqlite: all of them are carried over, and nothing of it stays."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from raingan.model.errors import LedgerError
from raingan.review import earlier
from raingan.review.decisions import Action
from raingan.review.store import Decisions, decisions_beside
from tests.review.made import CONTENT, REPORT, decision

ROWS = 40
_SETTLED = decision("quarters.2", Action.CORRECT, machine="\udcff lone\x00", value="two\nlines ๑๒", note="<b>")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return decisions_beside(tmp_path / "a.raingan")


@contextmanager
def old(path: Path, mode: str = "DELETE", seen: bool = True) -> Iterator[sqlite3.Connection]:
    """Make a file as an earlier version did, and keep it open."""
    form = earlier._FORMAT if seen else earlier._FIRST
    with closing(sqlite3.connect(path, isolation_level=None)) as made:
        made.execute(f"PRAGMA journal_mode = {mode}")
        made.executescript(
            f"BEGIN; {form.schema} PRAGMA application_id = {form.application_id}; PRAGMA user_version = 1; COMMIT;"
        )
        made.execute("BEGIN")
        for number in range(1, ROWS + 1):
            values: list[object] = [number, bytes.fromhex(CONTENT), 0, "quarters.2", "correct", b"r", "2026"]
            values += [
                b"\xed\xb3\xbf lone\x00",
                "two\nlines ๑๒".encode(),
                b"<b>",
                "a-b c",
                number - 1 or None,
                "workbook",
            ]
            values += ["m1 m2"] if seen else []
            made.execute(f"INSERT INTO decisions VALUES ({', '.join('?' * len(values))})", values)
        made.execute("INSERT INTO settings VALUES ('four-eyes', 'yes'), ('results', 'x')")
        made.execute("INSERT INTO dossiers VALUES (?, 0, ?)", (bytes.fromhex(CONTENT), str(path).encode()))
        made.execute("COMMIT")
        yield made


def check(decisions: Decisions | None, seen: bool = True) -> None:
    assert decisions is not None
    rows = decisions.of(REPORT)
    assert [row.number for row in rows] == list(range(1, ROWS + 1))
    row = rows[4]
    assert (row.field, row.action, row.reviewer, row.at) == ("quarters.2", Action.CORRECT, "r", "2026")
    assert (row.machine, row.value, row.note) == (_SETTLED.machine, _SETTLED.value, _SETTLED.note)
    assert (row.codes, row.about, row.source) == (("a-b", "c"), 4, "workbook")
    assert row.seen == (("m1", "m2") if seen else ()) and rows[0].about is None
    assert decisions.four_eyes and decisions.has_dossiers()


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
@pytest.mark.parametrize("seen", [True, False])
def test_all_of_it_is_carried_over(path: Path, mode: str, seen: bool) -> None:
    with old(path, mode, seen):
        pass
    before = path.read_bytes()
    with closing(Decisions.look(path) or pytest.fail()) as decisions:  # type: ignore[arg-type]
        check(decisions, seen)
    assert path.read_bytes() == before and list(path.parent.iterdir()) == [path]
    with Decisions.open(path) as decisions:
        check(decisions, seen)
        decisions.add(decision("b"))
    assert list(path.parent.iterdir()) == [path] and path.stat().st_mode & 0o777 == 0o600
    with Decisions.open(path) as decisions:
        assert decisions.last() == ROWS + 1


def test_what_lies_in_its_log_alone_is_carried_over(path: Path, tmp_path: Path) -> None:
    """As a page that was killed has left it: with its log the file holds all, without it nothing, and that is told."""
    killed = decisions_beside(tmp_path / "killed" / "a.raingan")
    killed.parent.mkdir()
    with old(path, "WAL"):
        for end in ("", "-wal", "-shm"):
            shutil.copy(path.with_name(path.name + end), killed.parent)
        alone = decisions_beside(tmp_path / "alone.raingan")
        shutil.copy(path, alone)
    check(Decisions.look(killed))
    with Decisions.open(killed) as decisions:
        check(decisions)
    assert list(killed.parent.iterdir()) == [killed]
    for way in (Decisions.look, Decisions.open):
        with pytest.raises(LedgerError) as told:
            way(alone)
        assert told.value.code == "decisions-broken" and "-wal" in str(told.value)


def test_one_that_an_earlier_version_has_open_is_left_to_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("raingan.ledger.database._SECONDS_TO_WAIT", 0.1)
    with old(path, "WAL"):
        with pytest.raises(LedgerError) as told:
            Decisions.open(path)
        assert told.value.code == "ledger-cannot-write"
        check(Decisions.look(path))
    with Decisions.open(path) as decisions:
        check(decisions)


def test_a_file_with_other_tables_is_refused(path: Path) -> None:
    with old(path) as made:
        made.execute("CREATE TRIGGER t AFTER INSERT ON decisions BEGIN DELETE FROM decisions; END")
    before = path.read_bytes()
    for way in (Decisions.look, Decisions.open):
        with pytest.raises(LedgerError) as told:
            way(path)
        assert told.value.code == "decisions-broken" and path.read_bytes() == before


@pytest.mark.parametrize("change", ["action = 'guess'", "about = x'ff'", "content = x'00'", "machine = x'ff'"])
def test_rows_that_cannot_be_are_told_and_the_file_stays(path: Path, change: str) -> None:
    with old(path) as made:
        made.execute(f"UPDATE decisions SET {change} WHERE number = 3")
    before = path.read_bytes()
    with pytest.raises(LedgerError) as told:
        Decisions.open(path)
    assert told.value.code == "decisions-broken" and path.read_bytes() == before

"""A ledger of the version before the review, brought up by the first run that writes it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from raingan.ledger import database


def test_an_upgrade_that_stands_in_the_log_alone_is_not_made_twice(tmp_path: Path) -> None:
    old, copy = tmp_path / "a.ledger", tmp_path / "copy" / "a.ledger"
    with closing(sqlite3.connect(old, isolation_level=None)) as made:
        made.execute(f"PRAGMA application_id = {database.LEDGER.application_id}")
        made.execute("PRAGMA user_version = 1")
        made.executescript(f"BEGIN; {database._FIRST_SCHEMA} INSERT INTO compared VALUES ('before'); COMMIT;")
        made.execute("PRAGMA journal_mode = WAL")
    copy.parent.mkdir()
    with closing(database.open_to_write(old, create=False, lasting=True)[0]):
        for file in tmp_path.glob("a.ledger*"):  # as a killed process leaves them
            shutil.copy(file, copy.parent)
    assert database.check(copy, database.LEDGER) == 1
    with closing(database.open_to_write(copy, create=False, lasting=True)[0]) as opened:
        assert opened.execute("PRAGMA user_version").fetchone() == (database.VERSION,)
        assert opened.execute("SELECT * FROM compared").fetchone() is None  # there is no queue yet

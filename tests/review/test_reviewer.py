"""The name that stands beside a decision where nobody told one."""

from __future__ import annotations

import getpass

import pytest

from raingan.review.reviewer import NAME_AT_MOST, login_name


@pytest.mark.parametrize(
    ("logged_in", "name"),
    [("  Somchai\x00\n  Jaidee ", "Somchai Jaidee"), ("a" * 300, "a" * NAME_AT_MOST), ("\x00 \x07", "reviewer")],
)
def test_the_login_name_is_one_line_that_can_be_kept(
    logged_in: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: logged_in)
    assert login_name() == name


def test_who_has_no_login_name_is_the_reviewer(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise OSError("no username set in the environment")

    monkeypatch.setattr(getpass, "getuser", nobody)
    assert login_name() == "reviewer"

"""The command line itself: how it ends."""

from __future__ import annotations

import pytest

from raingan.cli import Exit, main


def test_an_interrupt_before_the_work_ends_it_like_one_in_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(language: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("raingan.cli.build_parser", interrupted)
    assert main(["status", "a.raingan", "--lang", "en"]) == Exit.INTERRUPTED
    assert "Traceback" not in capsys.readouterr().err

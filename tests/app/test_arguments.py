"""Wrong use and help, in the language of the user."""

from __future__ import annotations

import pytest

from raingan.arguments import build_parser


def said(capsys: pytest.CaptureFixture[str], language: str, *typed: str) -> str:
    with pytest.raises(SystemExit) as end:
        build_parser(language).parse_args(typed)
    assert end.value.code == (0 if "--help" in typed else 2)
    printed = capsys.readouterr()
    return printed.out or printed.err


WRONG = (
    ("convert", "reports"),
    ("convert", "reports", "-o", "x.xlsx", "--unknown"),
    ("convert", "reports", "-o", "x.xlsx", "--workers", "many"),
    ("convert", "reports", "-o"),
    ("convert", "reports", "-o", "x.xlsx", "--re"),
    ("status", "x.raingan", "--lang", "xx"),
    ("reveiw", "x.raingan"),
)


@pytest.mark.parametrize("typed", WRONG, ids=" ".join)
def test_wrong_use_is_told_in_the_users_language(capsys: pytest.CaptureFixture[str], typed: tuple[str, ...]) -> None:
    last = said(capsys, "th", *typed).splitlines()[-1]
    what = last.split(": ผิดพลาด: ")[1]
    assert what.isascii() is False
    assert not any(word in what for word in ("argument", "required", "invalid", "could match"))
    assert ": error: " in said(capsys, "en", *typed)


def test_wrong_use_in_english_is_what_argparse_says(capsys: pytest.CaptureFixture[str]) -> None:
    told = said(capsys, "en", "convert", "reports").splitlines()[-1]
    assert told == "raingan convert: error: the following arguments are required: -o/--output"


def test_what_was_typed_stands_in_the_message_as_typed(capsys: pytest.CaptureFixture[str]) -> None:
    assert "'{names}: x'" in said(capsys, "th", "convert", "a", "-o", "b.xlsx", "--workers", "{names}: x")


@pytest.mark.parametrize("language", ["th", "en"])
def test_options_stand_under_one_title(capsys: pytest.CaptureFixture[str], language: str) -> None:
    help_text = said(capsys, language, "convert", "--help")
    titles = [line for line in help_text.splitlines() if line.endswith(":") and not line.startswith(" ")]
    assert len(titles) == len(set(titles)) == 2

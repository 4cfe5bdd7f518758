"""The same report as seven kinds of file says the same, key by key; tests/bench/seven_kinds makes hundreds of them."""

from __future__ import annotations

import pytest

from tests.bench.seven_kinds.compare import read_all, wrong_keys
from tests.bench.seven_kinds.said import make
from tests.bench.seven_kinds.written import KINDS, pdfs

_SEEDS = (7, 10, 23)  # tabs and wraps, Thai digits, a table and single cells


def test_six_kinds_of_file_say_what_the_report_says() -> None:
    mades = {f"{seed}.{kind}": (make(seed), write) for seed in _SEEDS for kind, write in KINDS.items()}
    found = read_all({name: write(made) for name, (made, write) in mades.items()})
    assert {name: wrong_keys(made, found[name]) for name, (made, _) in mades.items()} == {name: {} for name in mades}


def test_a_browsers_print_says_what_the_report_says() -> None:
    made = make(_SEEDS[0])
    prints = pdfs([made])
    if prints is None:
        pytest.skip("needs Chromium in /usr/bin")
    assert wrong_keys(made, read_all({"print.pdf": prints[0]})["print.pdf"]) == {}

"""Reading which option is ticked."""

from __future__ import annotations

import pytest

from extract.sections.choices import read_choice
from extract.sections.forms import load_forms

FIELD = next(field for field in load_forms()[0].fields if field.key == "level")
assert FIELD is not None
OPTIONS = FIELD.options


@pytest.mark.parametrize(
    "text, value, problem",
    [
        ("☑ ผลผลิต (Output) ☐ ผลลัพธ์ (Outcome)", "output", None),
        ("☐ ผลผลิต (Output) ☑ ผลลัพธ์ (Outcome)", "outcome", None),
        ("☐ผลผลิต (Output)   ☒ผลลัพธ์ (Outcome)", "outcome", None),
        ("(/) ผลผลิต (Output) ( ) ผลลัพธ์ (Outcome)", "output", None),
        ("( / ) ผลผลิต ( ) ผลลัพธ์", "output", None),
        ("[ ] ผลผลิต (Output) [x] ผลลัพธ์ (Outcome)", "outcome", None),
        ("[X] ผลผลิต (Output) [ ] ผลลัพธ์ (Outcome)", "output", None),
        ("(√) ผลผลิต (Output) ( ) ผลลัพธ์ (Outcome)", "output", None),
        ("(✓) ผลผลิต (Output) (  ) ผลลัพธ์ (Outcome)", "output", None),
        ("● ผลผลิต (Output) ○ ผลลัพธ์ (Outcome)", "output", None),
        ("\uf0a8 ผลผลิต (Output) \uf0fe ผลลัพธ์ (Outcome)", "outcome", None),
        ("✓ ผลผลิต (Output) ผลลัพธ์ (Outcome)", "output", None),
        ("/ ผลผลิต (Output) ผลลัพธ์ (Outcome)", "output", None),
        ("ผลผลิต (Output) ☐ ผลลัพธ์ (Outcome) ☑", "outcome", None),
        ("ผลลัพธ์ (Outcome) ☑ ผลผลิต (Output) ☐", "outcome", None),
        ("(.....) ผลผลิต (Output) (../..) ผลลัพธ์ (Outcome)", None, "tick-lost"),
        ("ผลผลิต (Output) ผลลัพธ์ (Outcome)", None, "tick-lost"),
        ("☐ ผลผลิต (Output) ☐ ผลลัพธ์ (Outcome)", None, "tick-lost"),
        ("☑ ผลผลิต (Output) ☑ ผลลัพธ์ (Outcome)", None, "tick-ambiguous"),
        ("ผลลัพธ์ (Outcome)", "outcome", None),
        ("", None, "tick-lost"),
        ("อื่น ๆ", None, "tick-lost"),
        ("☑ ผลผลต (Ouput) ☐ ผลลพธ์ (Outcme)", "output", None),
        ("☑ ผลผลิต(Output)/☐ ผลลัพธ์(Outcome)", "output", None),
    ],
)
def test_ticks(text: str, value: str | None, problem: str | None) -> None:
    assert read_choice(text, OPTIONS, all_printed=True) == (value, problem)


def test_only_the_chosen_option_is_printed() -> None:
    assert read_choice("ผลลัพธ์ (outcome))", OPTIONS, all_printed=False) == ("outcome", None)
    assert read_choice("ผลผลิต ผลลัพธ์", OPTIONS, all_printed=False) == (None, "tick-ambiguous")

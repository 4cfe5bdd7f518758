"""When files have to be read anew."""

from __future__ import annotations

from pathlib import Path

from raingan.fingerprint import _program, rules_fingerprint
from raingan.model.records import Limits, Pictures
from raingan.settings import Settings
from tests.app_ledger.making import ROOT


def test_what_decides_a_result_changes_the_rules(tmp_path: Path) -> None:
    form = tmp_path / "form.toml"
    form.write_text("a", encoding="utf-8")
    moved = tmp_path / "moved.toml"
    moved.write_text("a", encoding="utf-8")
    usual = rules_fingerprint(Settings())
    assert usual == rules_fingerprint(Settings(language="en"))  # the workbook's language is no matter of reading
    with_form = rules_fingerprint(Settings(forms=(str(form),)))
    assert with_form == rules_fingerprint(Settings(forms=(str(moved),)))
    form.write_text("b", encoding="utf-8")
    others = [
        with_form,
        rules_fingerprint(Settings(forms=(str(form),))),
        rules_fingerprint(Settings(forms=(str(form), str(moved)))),
        rules_fingerprint(Settings(pictures=Pictures.OFF)),
        rules_fingerprint(Settings(limits=Limits(pages=7))),
    ]
    assert len({usual, *others}) == 1 + len(others)


def test_every_file_that_reads_is_looked_at() -> None:
    seen = {name for name, _ in _program()}
    on_disk = {
        path.relative_to(ROOT).as_posix()
        for package in ("extract", "normalize")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".md"
    }
    assert on_disk <= seen and {"records.py", "pipeline.py"} <= seen

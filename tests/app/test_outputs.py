"""Outputs are checked before any work and written whole or not at all."""

from pathlib import Path

import pytest

from raingan.model.errors import OutputError
from raingan.outputs import OutputKind, plan_outputs, replacing


def test_the_suffix_chooses_the_kind(tmp_path: Path) -> None:
    names = [tmp_path / "a.xlsx", tmp_path / "a.JSONL", tmp_path / "a.csv"]
    outputs = plan_outputs([str(name) for name in names])
    assert [output.kind for output in outputs] == [OutputKind.WORKBOOK, OutputKind.JSON_LINES, OutputKind.CSV]
    assert outputs[2].path == tmp_path / "a"


def test_a_dash_is_json_lines_on_standard_output() -> None:
    (output,) = plan_outputs(["-"])
    assert output.kind is OutputKind.JSON_LINES and output.path is None


@pytest.mark.parametrize(
    ("names", "key"),
    [
        (["a.txt"], "output-suffix"),
        (["no/such/folder/a.xlsx"], "output-no-folder"),
        (["a.xlsx", "a.xlsx"], "output-twice"),
        (["taken.xlsx"], "output-is-folder"),
        (["mine.csv"], "output-folder-in-use"),
    ],
)
def test_what_cannot_work_is_told_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: list[str], key: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken.xlsx").mkdir()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "holiday.jpg").write_bytes(b"precious")
    with pytest.raises(OutputError) as caught:
        plan_outputs(names)
    assert caught.value.code == key
    assert (tmp_path / "mine" / "holiday.jpg").read_bytes() == b"precious"


def test_a_failure_leaves_the_old_file_and_no_litter(tmp_path: Path) -> None:
    target = tmp_path / "result.xlsx"
    target.write_text("old")
    with pytest.raises(RuntimeError), replacing(target) as path:
        path.write_text("half")
        raise RuntimeError
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_success_replaces_file_and_folder(tmp_path: Path) -> None:
    file, folder = tmp_path / "result.jsonl", tmp_path / "tables"
    file.write_text("old")
    folder.mkdir()
    (folder / "reports.csv").write_text("old")
    with replacing(file) as path:
        path.write_text("new")
    with replacing(folder) as path:
        path.mkdir()
        (path / "flags.csv").write_text("new")
    assert file.read_text() == "new"
    assert [entry.name for entry in folder.iterdir()] == ["flags.csv"]
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["result.jsonl", "tables"]

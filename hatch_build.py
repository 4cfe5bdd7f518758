"""Build hook of hatchling: a package says which commit it was built from (`raingan --version`)."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILD = "raingan/build.txt"
PACKED = ("raingan", "extract", "normalize", "export", "pyproject.toml", "hatch_build.py")


class BuildHook(BuildHookInterface[Any]):
    """Lay the commit into wheel and source archive; the working tree is left as it is."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the commit beside the tree and have it packed in place of the file in it."""
        if version == "editable":  # a checkout: it says so by itself
            return
        told = commit_of(Path(self.root)) or (Path(self.root) / BUILD).read_text(encoding="utf-8")
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".txt", delete=False) as file:
            file.write(told)
        self.written = Path(file.name)
        build_data["force_include"][file.name] = BUILD

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was written beside the tree."""
        if version != "editable":
            self.written.unlink()


def commit_of(root: Path) -> str | None:
    """Return the commit of a checkout, "+changed" where what is packed differs from it; None where git knows none."""
    if not (root / ".git").exists():  # a folder that was unpacked inside some other checkout is not of that one
        return None

    def git(*arguments: str) -> str:
        return subprocess.run(["git", "-C", root, *arguments], capture_output=True, text=True, check=True).stdout

    try:
        commit = git("rev-parse", "HEAD").strip()
        return f"{commit}+changed" if git("status", "--porcelain", "--", *PACKED) else commit
    except (OSError, subprocess.CalledProcessError):
        return None

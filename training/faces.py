"""Collect the faces: Debian's, the national ones from a PyPI wheel, and npm's @fontsource packages as TTF files.

python -m training.faces FOLDER        needs npm, pip and fonttools
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FONTSOURCE = [
    "sarabun",
    "kanit",
    "prompt",
    "mitr",
    "pridi",
    "maitree",
    "athiti",
    "k2d",
    "kodchasan",
    "koho",
    "krub",
    "fahkwang",
    "charm",
    "mali",
    "anuphan",
    "noto-sans-thai",
    "noto-serif-thai",
    "ibm-plex-sans-thai",
    "ibm-plex-sans-thai-looped",
    "itim",
    "sriracha",
    "trirong",
    "taviraj",
    "niramit",
    "bai-jamjuree",
    "noto-sans-thai-looped",
    "chakra-petch",
]
_WEIGHTS = (300, 400, 500, 700)
_SYSTEM = ("/usr/share/fonts/truetype/tlwg/*.ttf", "/usr/share/fonts/truetype/noto/Noto*Thai*-*.ttf")


@dataclass(frozen=True, slots=True)
class Face:
    """A font file and how often it is drawn."""

    path: Path
    weight: float


def faces(folder: Path, held_out: bool = False) -> list[Face]:
    """Return the faces for training, or those held out of it, sorted by name."""
    paths = [*folder.glob("*.ttf"), *(path for pattern in _SYSTEM for path in Path("/").glob(pattern[1:]))]
    found = []
    for path in sorted(paths, key=lambda path: path.name):
        name = path.name
        if _matches("left_out", name) or bool(_matches("held_out", name)) != held_out:
            continue
        weight = float(_matches("weights", name)["weight"])
        if "Obl" in name or "Italic" in name:
            weight *= 0.15
        elif any(name.endswith(f"-{light}.ttf") for light in (300, 500)) or "Light" in name:
            weight *= 0.6
        if "Black" in name or "Thin" in name or "Condensed" in name:
            weight *= 0.3
        found.append(Face(path, weight))
    return found


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "faces.toml").read_text(encoding="utf-8"))


def _matches(key: str, name: str) -> dict[str, Any]:
    return next((row for row in _table()[key] if any(name.startswith(start) for start in row["pattern"])), {})


def collect(folder: Path) -> None:
    """Fetch the packages and leave one TTF file for each face and weight in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "-d", temporary]
        subprocess.run([*pip, "odoo-addon-l10n-th-fonts"], check=True)
        for wheel in place.glob("*.whl"):
            with zipfile.ZipFile(wheel) as archive:
                for member in archive.namelist():
                    if member.endswith(".ttf"):
                        (folder / Path(member).name).write_bytes(archive.read(member))
        for family in FONTSOURCE:
            subprocess.run(["npm", "pack", "--silent", f"@fontsource/{family}"], cwd=place, check=True)
            with tarfile.open(next(place.glob(f"fontsource-{family}-[0-9]*.tgz"))) as archive:
                archive.extractall(place / family, filter="data")
            _merge(family, place / family / "package" / "files", folder)


def _merge(family: str, files: Path, folder: Path) -> None:
    """Join the Thai and the Latin part of each weight: the packages cut every font into scripts."""
    from fontTools.merge import Merger
    from fontTools.ttLib import TTFont

    for weight in _WEIGHTS:
        parts = []
        for script in ("thai", "latin"):
            source = files / f"{family}-{script}-{weight}-normal.woff2"
            if source.exists():
                font = TTFont(source)
                font.flavor = None
                parts.append(str(files / f"{script}-{weight}.ttf"))
                font.save(parts[-1])
        if len(parts) == 2:
            Merger().merge(parts).save(folder / f"{family}-{weight}.ttf")


if __name__ == "__main__":
    collect(Path(sys.argv[1]))

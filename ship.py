"""What is passed on: a folder to install from without internet, and the bill of materials. `dev.py` runs this:

    python3 dev.py wheelhouse [PLATFORM PYTHON]    wheelhouse/, for this computer or for another ("win_amd64 3.12")
    python3 dev.py sbom                            out/raingan.cdx.json, CycloneDX

Packages are those of requirements.txt, by version and hash.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
LOCKED, TOOL = ROOT / "requirements.txt", ROOT / "requirements-sbom.txt"
WHEELHOUSE = ROOT / "wheelhouse"
BILL = ROOT / "out" / "raingan.cdx.json"
_PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
_SAFE = ["--require-hashes", "--only-binary", ":all:"]
_SYSTEMS = {"win": ("win32", "Windows", "nt"), "mac": ("darwin", "Darwin", "posix")}
_LINUX = ("linux", "Linux", "posix")


def main(arguments: list[str]) -> int:
    """Make one of the two and return an exit code."""
    task, *rest = arguments
    if task == "sbom" and not rest:
        sbom()
    elif task == "wheelhouse" and len(rest) in (0, 2):
        wheelhouse(*rest)
    else:
        print(__doc__, file=sys.stderr)
        return 2
    return 0


def wheelhouse(platform: str | None = None, python: str | None = None) -> None:
    """Fetch the locked packages of a platform, build Raingan's own beside them, and say how to install both."""
    shutil.rmtree(WHEELHOUSE, ignore_errors=True)
    WHEELHOUSE.mkdir()
    wanted = WHEELHOUSE / "requirements.txt"
    environment = None if platform is None or python is None else environment_of(platform, python)
    wanted.write_text(chosen(LOCKED.read_text(encoding="utf-8"), environment), encoding="utf-8")
    there = [] if platform is None else ["--platform", platform, "--python-version", str(python)]
    subprocess.run([*_PIP, "download", *_SAFE, *there, "--dest", str(WHEELHOUSE), "-r", str(wanted)], check=True)
    own = ["wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(WHEELHOUSE), str(ROOT)]
    subprocess.run([*_PIP, *own], check=True)
    wheels = list(WHEELHOUSE.glob("*.whl"))
    size = sum(path.stat().st_size for path in wheels) // 10**6
    print(f"wheelhouse holds {len(wheels)} packages, {size} MB. docs/install-offline.md says how to install from it.")


def environment_of(platform: str, python: str) -> dict[str, str]:
    """Return what markers ask of a computer, by pip's name of its platform ("win_amd64") and its Python ("3.12")."""
    system, name, os_name = next((told for start, told in _SYSTEMS.items() if platform.startswith(start)), _LINUX)
    return {
        "sys_platform": system,
        "platform_system": name,
        "os_name": os_name,
        "python_version": python,
        "python_full_version": f"{python}.0",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }


def entries(requirements: str) -> Iterator[tuple[str, str, str]]:
    """Yield each package of a list: its name with version, its marker, and the rest of it, which holds the hashes."""
    for entry in re.split(r"\n(?=[\w])", requirements):
        found = re.match(r"([\w.-]+==[^\s;]+)(?: ; ([^\\\n]+?))?( *\\\n.*)", entry, re.DOTALL)
        if found:
            yield found[1], found[2] or "", found[3]


def chosen(requirements: str, environment: Mapping[str, str] | None) -> str:
    """Return the list for one computer, without markers: pip asks those of the computer that it runs on."""
    from packaging.markers import Marker

    kept = [
        name + rest.rstrip("\n")
        for name, marker, rest in entries(requirements)
        if not marker or Marker(marker).evaluate(None if environment is None else dict(environment))
    ]
    return "\n".join(kept) + "\n"


def sbom() -> None:
    """Write the bill of materials: versions and hashes of the list, licences of what is installed."""
    tool = ROOT / ".venv" / "sbom"
    python = tool / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", tool], check=True)
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    subprocess.run([*pip, *_SAFE, "-r", str(TOOL)], check=True)

    def told(*arguments: object) -> Any:
        more = ["--pyproject", ROOT / "pyproject.toml", "--output-reproducible", "--of", "JSON"]
        run = [str(word) for word in (python, "-W", "ignore", "-m", "cyclonedx_py", *arguments, *more)]
        return json.loads(subprocess.run(run, check=True, capture_output=True, text=True, encoding="utf-8").stdout)

    bill = joined(told("requirements", LOCKED), told("environment", sys.executable), LOCKED.read_text(encoding="utf-8"))
    BILL.parent.mkdir(exist_ok=True)
    BILL.write_text(json.dumps(bill, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"Wrote {BILL.relative_to(ROOT)}: {len(bill['components'])} packages.")


def joined(listed: dict[str, Any], installed: dict[str, Any], requirements: str) -> dict[str, Any]:
    """Give each package of the list the licences of the one that is installed, and the marker it is for."""
    licences = {plain(item["name"]): item.get("licenses", []) for item in installed["components"]}
    markers = {name: marker for name, marker, _ in entries(requirements)}
    for item in listed["components"]:
        item.pop("description", None)  # the line of the list, hashes and all, once more
        if licences.get(plain(item["name"])):
            item["licenses"] = licences[plain(item["name"])]
        marker = markers.pop(f"{item['name']}=={item['version']}")
        if marker:
            item["properties"] = [{"name": "raingan:marker", "value": marker}]
    if markers:
        raise ValueError(f"not in the bill: {', '.join(markers)}")
    return listed


def plain(name: str) -> str:
    """Return a package's name as the index compares it: "pdfminer.six" and "pdfminer-six" are one."""
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

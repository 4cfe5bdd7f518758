"""Which version this is."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def program_version() -> str:
    """Return the installed version; a checkout that was never installed says so."""
    try:
        return version("raingan")
    except PackageNotFoundError:
        return "0+checkout"

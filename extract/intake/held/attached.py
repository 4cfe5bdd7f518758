"""Files inside PDFs: portfolios and attachments.

PDFium takes them out, in a process of its own: it is never let near a file where the walk goes on. That process has
little time and memory, says nothing but the files, and what it says is counted.

    python -m extract.intake.held.attached LIMIT < x.pdf > parts
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from pathlib import Path

from extract.intake.archive import Budget
from extract.intake.held import Part
from raingan.model.errors import InputError
from raingan.model.records import Limits

_SIGN = b"/EmbeddedFile"  # stands in the dictionary of the file's stream, which is never packed
_SECONDS = 30.0
_MEMORY = 2**30  # bytes, where the system can bound it
_MOST = 500  # files in one PDF
_LENGTHS = struct.Struct("<II")


def holds_files(data: bytes) -> bool:
    """Say whether a PDF may hold files: a look at its bytes."""
    return _SIGN in data


def parts_of_pdf(data: bytes, limits: Limits, budget: Budget) -> list[Part]:
    """Return the files inside a PDF, none where it has none; raise `InputError` where they cannot be taken out."""
    most = min(limits.file_bytes, budget.unpacked)
    try:
        run = subprocess.run(
            # Nothing of the folder that the user stands in may be imported.
            [sys.executable, "-P", "-m", "extract.intake.held.attached", str(most)],
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise InputError("attached-files-unread", error=f"> {_SECONDS:g} s") from error
    except OSError as error:
        raise InputError("attached-files-unread", error=error.strerror or type(error).__name__) from error
    if run.returncode != 0:
        raise InputError("attached-files-unread", error=f"exit code {run.returncode}")
    parts = _unpacked(run.stdout)
    budget.unpacked -= sum(len(part.data) for part in parts)
    return parts


def _unpacked(told: bytes) -> list[Part]:
    parts: list[Part] = []
    at = 0
    while at + _LENGTHS.size <= len(told) and len(parts) < _MOST:
        name, size = _LENGTHS.unpack_from(told, at)
        at += _LENGTHS.size
        if at + name + size > len(told):
            raise InputError("attached-files-unread", error="cut short")
        parts.append(Part(told[at : at + name].decode("utf-8", "replace"), told[at + name : at + name + size]))
        at += name + size
    return parts


def _tell(most: int) -> None:
    """Write the files of the PDF on standard input to standard output: lengths, name, content."""
    if sys.platform != "win32":
        import resource

        for kind, bound in ((resource.RLIMIT_AS, _MEMORY + 3 * most), (resource.RLIMIT_CPU, int(_SECONDS))):
            hard = resource.getrlimit(kind)[1]
            resource.setrlimit(kind, (bound if hard == resource.RLIM_INFINITY else min(bound, hard), hard))
    import pypdfium2

    document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    for number in range(min(document.count_attachments(), _MOST)):
        attachment = document.get_attachment(number)
        name, content = attachment.get_name().encode("utf-8", "replace"), bytes(attachment.get_data())
        most -= len(content)
        if most < 0:
            sys.exit(3)
        sys.stdout.buffer.write(_LENGTHS.pack(len(name), len(content)) + name + content)


if __name__ == "__main__":
    _tell(int(sys.argv[1]))

"""What one input may cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What one input may cost. A file over a limit fails with the reason, and the run goes on."""

    file_bytes: int = 256 * 2**20  # largest file read into memory; a 600-page 300 dpi scan is about 150 MB
    pages: int = 5_000  # a year of one agency's prints is about 1,500 pages
    text_chars: int = 20_000_000  # of one document; a 1,000-page print holds about 3 million
    page_chars: int = 100_000  # characters on one page; a dense page holds about 6,000
    frames: int = 2_000  # of one picture file; what scanners write in one TIFF has some hundreds
    picture_bytes: int = 128 * 2**20  # of one picture, decoded; A4 at 600 dpi in colour takes 139 MB and is halved
    page_pixels: int = 20_000_000  # read of one page, larger ones are made smaller; A3 at 300 dpi has 17 million
    page_objects: int = 50_000  # path objects looked at for tick boxes and rules on one page
    zip_members: int = 20_000
    zip_ratio: int = 200  # unpacked : packed; office XML reaches 60, a bomb of zeros 1,000
    zip_bytes: int = 2 * 2**30  # all members of one archive together, unpacked
    zip_depth: int = 3  # archives inside archives
    xml_depth: int = 256  # nesting of docx and html
    folder_depth: int = 64
    office_seconds: float = 90.0  # of LibreOffice for one old Office file, less than the limit of a page; most take 2

"""Lines that end where the paper does are told, and lines with a margin beside them are not."""

from __future__ import annotations

import numpy as np
import pytest

from extract.reading.scan.engine import line_engine
from extract.reading.scan.handover import Picture
from extract.reading.scan.read import read_picture
from tests.extract_scan.pagemade import DPI, page


def told(pixels: np.ndarray) -> int:
    read = read_picture(Picture(np.ascontiguousarray(pixels), float(DPI)), 1, line_engine())
    return sum(problem.code == "line-cut" for line in read.lines for problem in line.told)


@pytest.mark.parametrize("how", ["right", "left", "torn", "whole", "border"])
def test_lines_cut_off_at_the_edge_of_the_paper(how: str) -> None:
    whole = np.asarray(page(), np.uint8)[:800].copy()
    inked = np.flatnonzero((whole < 100).any(axis=0))
    left, right = int(inked[0]), int(inked[-1])
    if how == "right":
        whole = whole[:, : left + 420]
    elif how == "left":
        whole = whole[:, left + 90 :]
    elif how == "torn":
        edge = left + 420 + 6 * np.sin(np.arange(len(whole)) / 9)
        whole[np.arange(whole.shape[1])[None, :] > edge[:, None]] = 40
    elif how == "border":
        whole[:, right + 40 :] = 40
    assert (told(whole) >= 3) is (how in ("right", "left", "torn"))

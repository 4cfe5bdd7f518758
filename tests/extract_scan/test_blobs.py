"""Parts of a mask are those that OpenCV finds, in its order: page work reads their numbers."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from extract.reading.scan import blobs


@pytest.mark.parametrize("share", [0.0, 0.02, 0.3, 0.6, 1.0])
@pytest.mark.parametrize("size", [(1, 1), (1, 40), (40, 1), (97, 64)])
@pytest.mark.parametrize("many", [0, 400_000])  # from how many runs on OpenCV counts all pixels itself
def test_same_parts_as_opencv(share: float, size: tuple[int, int], many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blobs, "_MOST_RUNS", many)
    mask = (np.random.default_rng(5).random(size) < share).astype(np.uint8)
    labels, boxes = blobs.find_blobs(mask)
    _, wanted, counted, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    assert np.array_equal(labels, wanted)
    assert np.array_equal(boxes[1:], counted[1:])
    assert boxes[0].tolist()[:4] == [0, 0, size[1], size[0]]
    assert boxes[0, 4] == counted[0, 4] if (mask == 0).any() else boxes[0, 4] == 0

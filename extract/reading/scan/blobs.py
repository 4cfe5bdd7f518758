"""Connected parts of a mask with their boxes, for pages: several times as fast as counting every pixel of paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from extract.reading.scan.handover import Pixels

    Labels = NDArray[np.int32]
    Boxes = NDArray[np.int32]


_MOST_RUNS = 400_000  # a dense page has 150,000; above, as in noise, OpenCV's own way is the faster one


def find_blobs(mask: Pixels) -> tuple[Labels, Boxes]:
    """Find the 8-connected parts of what is not 0.

    Gives the number of the part at each pixel, and for each number (x, y, width, height, area); number 0 is the rest,
    its box the whole mask. Both are as OpenCV's connectedComponentsWithStats gives them. That one also adds up every
    pixel of the rest, which takes three quarters of its time; here only the ends of runs of ink are looked at.
    """
    height, width = mask.shape
    # A column of rest behind each row, so that no run goes on into the next row.
    padded = np.zeros((height, width + 1), np.bool_)
    np.not_equal(mask, 0, out=padded[:, :width])
    line = padded.ravel()
    turns = line[1:] != line[:-1]
    if np.count_nonzero(turns) > 2 * _MOST_RUNS:
        _, found, counted, _ = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_32S)
        boxes = np.asarray(counted, np.int32)
        boxes[0, :4] = 0, 0, width, height
        return np.asarray(found, np.int32), boxes
    edges = np.flatnonzero(turns) + 1
    if line[0]:
        edges = np.concatenate(([0], edges))
    count, found = cv2.connectedComponents(mask, connectivity=8, ltype=cv2.CV_32S)
    labels = np.asarray(found, np.int32)
    boxes = np.zeros((count, 5), np.int32)
    starts, lengths = edges[::2], edges[1::2] - edges[::2]
    y, x0 = np.divmod(starts, width + 1)
    number = labels[y, x0]
    boxes[:, 4] = np.bincount(number, lengths, minlength=count)
    left, right = np.full(count, width, np.int64), np.zeros(count, np.int64)
    np.minimum.at(left, number, x0)
    np.maximum.at(right, number, x0 + lengths)
    top, bottom = np.zeros(count, np.int64), np.zeros(count, np.int64)
    bottom[number] = y + 1  # runs come from the top: the last one written stays
    top[number[::-1]] = y[::-1]
    boxes[:, 0], boxes[:, 1], boxes[:, 2], boxes[:, 3] = left, top, right - left, bottom - top
    boxes[0] = 0, 0, width, height, height * width - int(lengths.sum())
    return labels, boxes

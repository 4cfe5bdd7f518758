"""Places of a PDF: coordinates of the file, of the objects inside of others, and of the page as shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Matrix = tuple[float, float, float, float, float, float]
Transform = Callable[[float, float], tuple[float, float]]


def applied(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    """Take a point inside of an object to the coordinates around it."""
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def combined(inner: Matrix, outer: Matrix | None) -> Matrix:
    """Return the matrix of an object inside of another: first `inner`, then `outer`."""
    if outer is None:
        return inner
    a, b, c, d, e, f = inner
    first, second, origin = applied(outer, a, b), applied(outer, c, d), applied(outer, e, f)
    zero = applied(outer, 0, 0)
    return (first[0] - zero[0], first[1] - zero[1], second[0] - zero[0], second[1] - zero[1], origin[0], origin[1])


def move(places: Any, indices: list[int], moved: dict[int, Matrix]) -> None:
    """Set right characters that stand in form objects with a matrix.

    `places` are rows: origin x and y, left, right, bottom and top of the characters at `indices`.
    """
    for at, index in enumerate(indices):
        matrix = moved.get(index)
        if matrix is not None:
            x, y, left, right, bottom, top = (row[at] for row in places)
            (ax, ay), (bx, by) = applied(matrix, left, bottom), applied(matrix, right, top)
            new = (*applied(matrix, x, y), min(ax, bx), max(ax, bx), min(ay, by), max(ay, by))
            for row, value in zip(places, new, strict=True):
                row[at] = value


def make_whole(
    xs: list[float],
    ys: list[float],
    lefts: list[float],
    rights: list[float],
    bottoms: list[float],
    tops: list[float],
) -> None:
    """Give all characters that one drawn glyph stands for its whole box, in the file's coordinates.

    PDFium gives them slices from left to right, which on a turned page lie one above the other.
    """
    start = 0
    for at in range(1, len(xs) + 1):
        if (
            at < len(xs)
            and xs[at] == xs[start]
            and ys[at] == ys[start]
            and bottoms[at] == bottoms[start]
            and tops[at] == tops[start]
            and abs(lefts[at] - rights[at - 1]) < _SLICE
        ):
            continue
        if at - start > 1:
            lefts[start:at] = [lefts[start]] * (at - start)
            rights[start:at] = [rights[at - 1]] * (at - start)
        start = at


_SLICE = 0.02  # points between slices of one box


def _box_of(page: Any) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of what is shown of a page, in the file's coordinates."""
    import pypdfium2.raw as pdfium

    box = pdfium.FS_RECTF()
    if pdfium.FPDF_GetPageBoundingBox(page, box) and box.right > box.left and box.top > box.bottom:
        return box.left, box.bottom, box.right, box.top
    rotated = pdfium.FPDFPage_GetRotation(page) in (1, 3)
    width, height = float(pdfium.FPDF_GetPageWidthF(page)), float(pdfium.FPDF_GetPageHeightF(page))
    return (0.0, 0.0, height, width) if rotated else (0.0, 0.0, width, height)


def page_transform(page: Any, quarter_turns: int) -> tuple[float, float, Transform | None]:
    """Width and height as shown, and how the file's coordinates become the page's; None for the plain flip."""
    left, bottom, right, top = _box_of(page)
    width, height = right - left, top - bottom
    if quarter_turns == 0 and left == 0 and bottom == 0:
        return width, height, None
    if quarter_turns == 1:
        return height, width, lambda x, y: (y - bottom, x - left)
    if quarter_turns == 2:
        return width, height, lambda x, y: (right - x, y - bottom)
    if quarter_turns == 3:
        return height, width, lambda x, y: (top - y, right - x)
    return width, height, lambda x, y: (x - left, top - y)

"""The text layer of a page as PDFium gives it: characters with origins and ink boxes, and drawn shapes.

Everything is in points from the top left of the page as shown (crop box and rotation applied). The calls go straight
to PDFium through ctypes: a page holds thousands of characters, so buffers are made once and no helper objects.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections import deque
from collections.abc import Sequence
from functools import cache
from itertools import pairwise, repeat
from typing import Any

from extract.page.glyphs import Glyph, Shape
from extract.reading.pdf.calls import calls
from extract.reading.pdf.coordinates import Matrix, Transform, applied, combined, make_whole, move, page_transform

Drawn = tuple[Any, int, Matrix | None]
"""An object of a page, its kind, and the matrix of the form object around it."""


class TextPage:
    """One page opened for text; use it as a context."""

    def __init__(self, page: Any) -> None:
        import pypdfium2.raw as pdfium

        self._pdfium = pdfium
        self._page = page
        self.handle: Any = None
        self.count = 0
        self.load()
        self.quarter_turns: int = pdfium.FPDFPage_GetRotation(page) % 4
        self.width, self.height, self.to_page = page_transform(page, self.quarter_turns)
        self.moved: dict[
            int, Matrix
        ] = {}  # characters whose places PDFium gives without the matrix of their form object

    def load(self) -> None:
        """Ask for the characters, again after objects of the page were switched off: their text is gone then."""
        self.close()
        # (6, characters): origin x and y, left, right, bottom and top of each, once somebody has asked for all.
        self.places: Any = None
        self.handle = self._pdfium.FPDFText_LoadPage(self._page)
        if not self.handle:
            raise ValueError("no text page")
        self.count = max(self._pdfium.FPDFText_CountChars(self.handle), 0)

    def close(self) -> None:
        """Give the characters back."""
        if self.handle:
            self._pdfium.FPDFText_ClosePage(self.handle)
        self.handle = None

    def __enter__(self) -> TextPage:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def text(self) -> str:
        """All characters in PDFium's order, its invented spaces and line ends too; U+0000 where it knows none."""
        if not self.count:
            return ""
        buffer = (ctypes.c_ushort * (self.count + 1))()
        got = self._pdfium.FPDFText_GetText(self.handle, 0, self.count, buffer)
        read = bytes(buffer)[: max(got - 1, 0) * 2].decode("utf-16-le", "replace")
        if len(read) == self.count:
            return read
        # PDFium leaves characters without a code out, and writes others as two units: ask for each.
        code = self._pdfium.FPDFText_GetUnicode
        return "".join(_character(code(self.handle, index)) for index in range(self.count))

    def is_generated(self, index: int) -> bool:
        """Tell whether PDFium invented a character, a space or a line end."""
        return bool(self._pdfium.FPDFText_IsGenerated(self.handle, index) == 1)

    def origin(self, index: int) -> tuple[float, float]:
        """Where a character's pen stood, page coordinates of the file."""
        x, y = ctypes.c_double(), ctypes.c_double()
        self._pdfium.FPDFText_GetCharOrigin(self.handle, index, x, y)
        return x.value, y.value

    def ink(self, index: int) -> tuple[float, float, float, float]:
        """Left, right, bottom and top of a character's ink, page coordinates of the file."""
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        self._pdfium.FPDFText_GetCharBox(self.handle, index, left, right, bottom, top)
        return left.value, right.value, bottom.value, top.value

    def font_size(self, index: int) -> float:
        """Size of the type as shown, points."""
        return self.type_of(index)[0]

    def type_of(self, index: int) -> tuple[float, int]:
        """Size of the type as shown, points, and the degrees by which its lines are turned from level."""
        matrix = self._pdfium.FS_MATRIX()
        size = float(self._pdfium.FPDFText_GetFontSize(self.handle, index))
        if not self._pdfium.FPDFText_GetMatrix(self.handle, index, matrix):
            return size, 0
        # The text matrix may scale: a size of 1 with a matrix of 12 is type of 12 points.
        scale = math.hypot(matrix.b, matrix.d)
        angle = 0
        if matrix.b or matrix.a < 0 or self.quarter_turns:
            angle = round(math.degrees(math.atan2(matrix.b, matrix.a))) - 90 * self.quarter_turns
        return size * scale if scale else size, angle % 360

    def turn(self, quarters: int) -> None:
        """See the page turned: for type that runs along the long side of an upright page."""
        self.quarter_turns = (self.quarter_turns + quarters) % 4
        self.width, self.height, self.to_page = page_transform(self._page, self.quarter_turns)

    def glyphs(self, text: str) -> list[Glyph]:
        """Every character that the file draws, with its place; what PDFium invented is left out."""
        generated, handle = calls().generated, ctypes.c_void_p(ctypes.cast(self.handle, ctypes.c_void_p).value)
        drawn: list[int] = []
        behind: set[int] = set()  # characters with invented room behind them
        after = 0
        for match in _MAYBE_INVENTED.finditer(text):
            index = match.start()
            drawn += range(after, index)
            after = index + 1
            if generated(handle, index) == 1:
                behind.update(drawn[-1:])
            elif match[0] not in "\r\n":
                drawn.append(index)
        drawn += range(after, len(text))
        found = _places(handle, drawn) if self.places is None else [row[drawn].tolist() for row in self.places]
        if self.moved:
            move(found, drawn, self.moved)
        places = self._shown(*found)
        text = text.replace("\u00ad", "-")  # in a PDF a soft hyphen is one that is drawn
        read = [text[index] for index in drawn]
        gaps = [index in behind for index in drawn]
        sizes, angles = self._types(drawn, *places[:2])
        # No Python between one glyph and the next.
        return list(map(Glyph, read, *places, sizes, drawn, drawn, read, gaps, angles))

    def _shown(
        self,
        xs: list[float],
        ys: list[float],
        lefts: list[float],
        rights: list[float],
        bottoms: list[float],
        tops: list[float],
    ) -> tuple[list[float], ...]:
        """Origin x and y, left, top, right and bottom of characters on the page as shown."""
        to_page, height = self.to_page, self.height
        if to_page is None:  # most pages
            shown = [[height - y for y in column] for column in (ys, tops, bottoms)]
            return xs, shown[0], lefts, shown[1], rights, shown[2]
        make_whole(xs, ys, lefts, rights, bottoms, tops)
        boxes = []
        for x, y, left, right, bottom, top in zip(xs, ys, lefts, rights, bottoms, tops, strict=True):
            (ax, ay), (bx, by) = to_page(left, top), to_page(right, bottom)
            boxes.append((*to_page(x, y), min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)))
        return tuple(map(list, zip(*boxes, strict=True))) if boxes else ([],) * 6

    def _types(self, drawn: list[int], xs: list[float], ys: list[float]) -> tuple[list[float], list[int]]:
        """Ask for size and turn once per run of one baseline: they change with line or column, seldom within."""
        sizes: list[float] = []
        angles: list[int] = []
        last_x, last_y, size, angle, asked = 0.0, None, 0.0, 0, -1
        for index, x, y in zip(drawn, xs, ys, strict=True):
            if (
                (y != last_y and (last_y is None or abs(y - last_y) > 0.1))
                or index - asked > _ASK_SIZE_EVERY
                or abs(x - last_x) > _ASK_SIZE_BEYOND * size
            ):
                size, angle = self.type_of(index)
                asked, last_y = index, y
            last_x = x
            sizes.append(size)
            angles.append(angle)
        return sizes, angles


_MAYBE_INVENTED = re.compile("[ \r\n\u00ad\ufffe]")
# Characters asked for with one set of buffers. Few: a new process copies the memory of each pointer it touches.
_AT_ONCE = 256


@cache
def _buffers() -> tuple[tuple[Any, list[Any]], ...]:
    """Six arrays of numbers, each with a pointer to every place: made once, for PDFium serves one thread at a time."""
    arrays = [(ctypes.c_double * _AT_ONCE)() for _ in range(6)]
    return tuple((array, [ctypes.byref(array, 8 * at) for at in range(_AT_ONCE)]) for array in arrays)


def origins_of(handle: ctypes.c_void_p, indices: list[int]) -> list[list[float]]:
    """Origins of many characters, x and y, in page coordinates of the file."""
    (xs, x_pointers), (ys, y_pointers) = _buffers()[:2]
    found: list[list[float]] = [[], []]
    for start in range(0, len(indices), _AT_ONCE):
        chunk = indices[start : start + _AT_ONCE]
        deque(map(calls().origin, repeat(handle), chunk, x_pointers, y_pointers), maxlen=0)
        found[0] += xs[: len(chunk)]
        found[1] += ys[: len(chunk)]
    return found


def inks_of(handle: ctypes.c_void_p, indices: list[int]) -> list[list[float]]:
    """Left, right, bottom and top of the ink of many characters, in page coordinates of the file."""
    buffers = _buffers()[2:]
    found: list[list[float]] = [[] for _ in buffers]
    for start in range(0, len(indices), _AT_ONCE):
        chunk = indices[start : start + _AT_ONCE]
        deque(map(calls().box, repeat(handle), chunk, *(pointers for _, pointers in buffers)), maxlen=0)
        for numbers, (array, _) in zip(found, buffers, strict=True):
            numbers += array[: len(chunk)]
    return found


def _places(handle: ctypes.c_void_p, indices: list[int]) -> list[list[float]]:
    """Origin x and y, and left, right, bottom and top of the ink, of many characters at once."""
    buffers = _buffers()
    pointers = [pointers for _, pointers in buffers]
    found: list[list[float]] = [[] for _ in buffers]
    for start in range(0, len(indices), _AT_ONCE):
        chunk = indices[start : start + _AT_ONCE]
        # No Python between the calls: `map` feeds them, and an empty deque swallows what they return.
        deque(map(calls().origin, repeat(handle), chunk, *pointers[:2]), maxlen=0)
        deque(map(calls().box, repeat(handle), chunk, *pointers[2:]), maxlen=0)
        for numbers, (array, _) in zip(found, buffers, strict=True):
            numbers += array[: len(chunk)]
    return found


_ASK_SIZE_EVERY = 24  # characters; a heading in larger type is longer than that or stands on its own line
_ASK_SIZE_BEYOND = 1.3  # type sizes that the pen moves at once: a letter and a space take less


def shapes(page: Any, drawn: list[Drawn], quarter_turns: int | None = None) -> list[Shape]:
    """Return the paths among the drawn objects of a page, in drawing order."""
    import pypdfium2.raw as pdfium

    turns = pdfium.FPDFPage_GetRotation(page) % 4 if quarter_turns is None else quarter_turns
    _, height, to_page = page_transform(page, turns)
    found: list[Shape] = []
    left = _MOST_PARTS
    for item, kind, outer in drawn:
        corners = corners_of(item, outer) if kind == pdfium.FPDF_PAGEOBJ_PATH else None
        if corners is None:
            continue
        (ax, ay), (bx, by) = [to_page(x, y) if to_page is not None else (x, height - y) for x, y in corners]
        upright, segments, solid, dark = True, 0, False, False
        filled = _is_filled(pdfium, item)
        if abs(bx - ax) < _SMALL_SHAPE and abs(by - ay) < _SMALL_SHAPE:
            upright, segments = _segments(pdfium, item)
            in_one_piece = _pieces(pdfium, item) == 1
            solid, dark = in_one_piece and filled, in_one_piece and _is_dark(pdfium, item)
        elif abs(bx - ax) > _THIN and abs(by - ay) > _THIN and left > 0 and _is_grid(pdfium, item, filled):
            lines, looked_at = _parts(pdfium, item, outer, filled, left, to_page or (lambda x, y: (x, height - y)))
            found += lines
            left -= looked_at
            continue
        box = (min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))
        found.append(Shape(*box, filled, upright, segments, solid, dark))
    return found


def picture_area(drawn: list[Drawn]) -> float:
    """Area of all pictures together, square points."""
    import pypdfium2.raw as pdfium

    area = 0.0
    for item, kind, outer in drawn:
        corners = corners_of(item, outer) if kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_SHADING) else None
        if corners is not None:
            (ax, ay), (bx, by) = corners
            area += abs(bx - ax) * abs(by - ay)
    return area


def has_outlines(drawn: list[Drawn]) -> bool:
    """Tell whether letters are drawn as outlines: more curves than the boxes of a form have."""
    import pypdfium2.raw as pdfium

    curves = 0
    for item, kind, _ in drawn:
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            segments = range(min(pdfium.FPDFPath_CountSegments(item), _OUTLINES))
            kinds = (pdfium.FPDFPathSegment_GetType(pdfium.FPDFPath_GetPathSegment(item, at)) for at in segments)
            curves += sum(segment == pdfium.FPDF_SEGMENT_BEZIERTO for segment in kinds)
            if curves >= _OUTLINES:
                return True
    return False


_OUTLINES = 120  # curves: a word of outlines has more, rounded boxes of a form have four each


def drawn_objects(page: Any, limit: int) -> list[Drawn]:
    """Return a page's objects that are no text, form objects and those inside them; at most `limit` are looked at."""
    import pypdfium2.raw as pdfium

    found: list[Drawn] = []
    stack: list[tuple[Any, bool, Matrix | None, int]] = [(page, True, None, 0)]
    while stack and limit > 0:
        holder, is_page, outer, depth = stack.pop()
        count = (pdfium.FPDFPage_CountObjects if is_page else pdfium.FPDFFormObj_CountObjects)(holder)
        count = min(max(count, 0), limit)
        limit -= count
        get = calls().object_of_page if is_page else calls().object_of_form
        addresses = list(map(get, repeat(ctypes.cast(holder, ctypes.c_void_p)), range(count)))
        for address, kind in zip(addresses, map(calls().kind, addresses), strict=True):
            if kind == pdfium.FPDF_PAGEOBJ_TEXT:
                continue  # most of them, and done with quickly
            item = ctypes.cast(address, pdfium.FPDF_PAGEOBJECT)
            found.append((item, kind, outer))
            if kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST_FORM:
                matrix = pdfium.FS_MATRIX()
                inner = outer
                if pdfium.FPDFPageObj_GetMatrix(item, matrix):
                    inner = combined((matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f), outer)
                stack.append((item, False, inner, depth + 1))
    return found


def corners_of(item: Any, outer: Matrix | None) -> list[tuple[float, float]] | None:
    """Two opposite corners of an object, page coordinates of the file."""
    import pypdfium2.raw as pdfium

    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not pdfium.FPDFPageObj_GetBounds(item, left, bottom, right, top):
        return None
    corners = [(left.value, top.value), (right.value, bottom.value)]
    return corners if outer is None else [applied(outer, x, y) for x, y in corners]


_SMALL_SHAPE = 24.0  # points; tick boxes are 6 to 16
_MOST_SEGMENTS = 64  # a check mark drawn by hand has some thirty


def _segments(pdfium: Any, item: Any) -> tuple[bool, int]:
    """Tell whether a path is made of level and upright lines only, and of how many pieces."""
    count = pdfium.FPDFPath_CountSegments(item)
    x, y = ctypes.c_float(), ctypes.c_float()
    last: tuple[float, float] | None = None
    for index in range(min(count, _MOST_SEGMENTS)):
        segment = pdfium.FPDFPath_GetPathSegment(item, index)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = (x.value, y.value)
        if kind == pdfium.FPDF_SEGMENT_BEZIERTO:
            last = point
            continue  # rounded corners of a box
        if kind == pdfium.FPDF_SEGMENT_LINETO and last is not None:
            slanted = abs(point[0] - last[0]) > _STRAIGHT and abs(point[1] - last[1]) > _STRAIGHT
            if slanted:
                return False, count
        last = point
    return True, count


_STRAIGHT = 0.3  # units of the path; hand-drawn strokes leave the level by more


_THIN = 3.0  # points; what is thinner is a rule whatever it is made of
_RECTANGLE = 5  # segments of a rectangle, its closing line too
_ROUND_CORNERS = 12  # points that draw the four corners of a rounded frame
_MOST_PARTS = 20_000  # segments of a page's paths looked at; a table of 60 rows and 20 columns in one path has 2,500


def _is_grid(pdfium: Any, item: Any, filled: bool) -> bool:
    """Tell whether a path is no single rectangle: some producers draw all rules of a table as one path."""
    if pdfium.FPDFPath_CountSegments(item) != _RECTANGLE:
        return True
    return not filled and not _segments(pdfium, item)[0]


def _parts(
    pdfium: Any, item: Any, outer: Matrix | None, filled: bool, most: int, shown: Transform
) -> tuple[list[Shape], int]:
    """Return what a path is made of, and of how many segments: filled figures, else each level and upright line.

    A slanted line has no such part, and the box around it would have four.
    """
    own = pdfium.FS_MATRIX()
    matrix = outer
    if pdfium.FPDFPageObj_GetMatrix(item, own):
        matrix = combined((own.a, own.b, own.c, own.d, own.e, own.f), outer)
    figures: list[list[Point]] = []
    curves, start = 0, 0
    count = min(pdfium.FPDFPath_CountSegments(item), most)
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(item, index)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = shown(*applied(matrix, x.value, y.value)) if matrix is not None else shown(x.value, y.value)
        if kind == pdfium.FPDF_SEGMENT_MOVETO or not figures:
            start = len(figures)
            figures.append([point])
        elif kind == pdfium.FPDF_SEGMENT_BEZIERTO and not filled:
            curves += 1
            figures.append([point])  # no line leads there
        else:
            figures[-1].append(point)
        if pdfium.FPDFPathSegment_GetClose(segment) and not filled:
            figures[-1].append(figures[start][0])
    if filled:
        return [_around(points, filled) for points in figures], count
    sides = [side for points in figures for side in pairwise(points) if _is_straight(*side)]
    if curves == _ROUND_CORNERS and sides:
        return [_around([point for points in figures for point in points], filled)], count
    return [_around(side, filled) for side in sides], count


Point = tuple[float, float]


def _around(points: Sequence[Point], filled: bool) -> Shape:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return Shape(min(xs), min(ys), max(xs), max(ys), filled)


def _is_straight(first: Point, second: Point) -> bool:
    return min(abs(first[0] - second[0]), abs(first[1] - second[1])) <= _STRAIGHT


_DEEPEST_FORM = 4


def _is_filled(pdfium: Any, item: Any) -> bool:
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    return bool(pdfium.FPDFPath_GetDrawMode(item, mode, stroke)) and mode.value != 0 and not stroke.value


def _pieces(pdfium: Any, item: Any) -> int:
    """Count the closed figures of a path: a ring has two."""
    segments = range(min(pdfium.FPDFPath_CountSegments(item), 2 * _MOST_SEGMENTS))
    kinds = (pdfium.FPDFPathSegment_GetType(pdfium.FPDFPath_GetPathSegment(item, at)) for at in segments)
    return sum(kind == pdfium.FPDF_SEGMENT_MOVETO for kind in kinds)


def _is_dark(pdfium: Any, item: Any) -> bool:
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    if not pdfium.FPDFPath_GetDrawMode(item, mode, stroke) or mode.value == 0:
        return False
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not pdfium.FPDFPageObj_GetFillColor(item, red, green, blue, alpha):
        return False
    return alpha.value > _HALF and red.value + green.value + blue.value < 3 * _HALF


_HALF = 127  # of a colour's 255


def _character(code: int) -> str:
    return chr(code) if 0 <= code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"

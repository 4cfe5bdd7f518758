"""One picture into one page: straighten, cut, read, and see by the reading whether it was the right way up."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import cv2
import numpy as np

from extract.reading.scan.assemble import Frame, assemble
from extract.reading.scan.calibrate import UNCALIBRATED
from extract.reading.scan.contrast import inverted, strengthened
from extract.reading.scan.cut_edges import with_cut_edges
from extract.reading.scan.figures import Judge
from extract.reading.scan.handover import Engine, LineCut, PageLayout, Picture, Reading, Straight, TickBox
from extract.reading.scan.resolution import halved
from extract.reading.scan.ruled_lines import read_both_ways
from extract.reading.scan.segment import segment
from extract.reading.scan.sizes import at_own_sizes
from extract.reading.scan.straighten import straighten, turn
from extract.reading.scan.tokens import token_readings
from raingan.model.records import Page, PageState

if TYPE_CHECKING:
    from extract.reading.scan.handover import Pixels

cv2.setNumThreads(1)  # files are read by several processes; threads inside each would get into each other's way

_SMALLEST = 12  # pixels; a picture lower or narrower than that holds no line that could be read
_FLAT = 24  # levels of grey between the darkest and the lightest place of paper without anything on it
_THUMB = 256  # pixels of the longer side, at which a speck is gone and a line of letters is not
_SAMPLE = 8  # lines that tell which way is up
_POOR = 0.8  # mean confidence; 14 upright scanned pages have 0.99 and more, the same turned 0.39 to 0.72
_NO_TEXT = 0.25  # no text whichever way it lies: a photo, noise
_BETTER = 1.15  # how many times better another way has to be read
_GOOD = 0.99  # mean confidence of sampled lines of pages with stamps; of coloured print taken for stamps 0.57 to 0.90
_RIM = 4  # pixels around a tick box that are taken out with it
_UNREADABLE = 0.45  # mean confidence of a page on which nothing is text


def read_picture(picture: Picture, number: int, engine: Engine) -> Page:
    """Read a picture of a page; one without ink is blank, one on which nothing can be read says "unreadable"."""
    if min(picture.pixels.shape[:2]) < _SMALLEST:
        return _page(picture, number, PageState.BLANK, engine)
    empty, strong = _is_empty(picture), strengthened(picture)
    if empty and strong is None:
        return _page(picture, number, PageState.BLANK, engine)
    way = _best_way(picture, strong, engine)
    if empty and way.score < _POOR:  # the grain of its paper
        return _page(picture, number, PageState.BLANK, engine)
    if not way.layout.cuts and not way.layout.ticks:
        state = PageState.NEEDS_OCR if _has_ink(way.straight) or _is_shaded(picture) else PageState.BLANK
        return _page(picture, number, state, engine, way.straight)
    if way.layout.cuts and way.score < _UNREADABLE:
        return _page(picture, number, PageState.NEEDS_OCR, engine, way.straight)
    frame = Frame.of(picture, way.straight)
    readings = read_both_ways(way.layout.cuts, way.read_rest(engine), engine)
    cuts, readings = at_own_sizes(way.layout.cuts, readings, engine)
    assembled = assemble(frame, replace(way.layout, cuts=tuple(cuts)), readings, number, _judge(engine))
    if not assembled.lines or not _is_readable([line.confidence or 0.0 for line in assembled.lines]):
        page = _page(picture, number, PageState.NEEDS_OCR, engine, way.straight)
        return replace(page, remains=(*assembled.remains, *assembled.lines))
    page = _page(picture, number, PageState.TEXT, engine, way.straight)
    return replace(
        page,
        lines=with_cut_edges(frame, assembled.lines),
        remains=assembled.remains,
        level=frame.level,
        tables=assembled.tables,
        margins=assembled.aside,
    )


def _best_way(picture: Picture, strong: Picture | None, engine: Engine) -> _Orientation:
    """Return the page as it reads best: as it is or, where it is faint or dark, made stronger or inverted."""
    way = _with_colour(_right_way(straighten(strong or picture), engine), engine)
    if way.score < _POOR and (light := inverted(picture)) is not None:
        other = _with_colour(_right_way(straighten(light), engine), engine)
        return other if other.score > way.score else way
    return way


def _judge(engine: Engine) -> Judge:
    """Judge figures by the engine's own calibration, where it has one."""
    return partial(token_readings, calibration=getattr(engine, "calibration", UNCALIBRATED))


def _page(picture: Picture, number: int, state: PageState, engine: Engine, straight: Straight | None = None) -> Page:
    height, width = picture.pixels.shape[:2]
    points = 72.0 / (picture.dpi or (straight.dpi if straight is not None else _USUAL_DPI))
    return Page(
        number,
        (),
        state,
        "unreadable" if state is PageState.NEEDS_OCR else None,
        round(picture.width or width * points, 2),
        round(picture.height or height * points, 2),
        engine=engine.name,
    )


_USUAL_DPI = 200.0  # of a blank picture that tells none


def _is_empty(picture: Picture) -> bool:
    """Tell whether a picture shows bare paper; what is as small as a speck does not count."""
    grey = _thumbnail(picture)
    return int(grey.max()) - int(grey.min()) < _FLAT


def _is_shaded(picture: Picture) -> bool:
    """Tell whether much of a picture is darker than its paper: a photo, a drawing, a chart."""
    grey = _thumbnail(picture)
    return float((grey < np.percentile(grey, _PAPER) - _SHADE).mean()) > _MOST_SHADED


_PAPER = 90  # percentile of the lightness that is paper
_SHADE = 60  # levels of grey
_MOST_SHADED = 0.25  # of the page; the shadows at the edges of a blank sheet cover less


def _thumbnail(picture: Picture) -> Pixels:
    """Return a picture made small and grey, coloured places by their darkest channel."""
    pixels, _ = halved(picture.pixels, _THUMB)
    height, width = pixels.shape[:2]
    scale = min(_THUMB / max(height, width), 1.0)
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    grey: Pixels = small if small.ndim == 2 else small.min(axis=2)
    return grey


# A line of letters covers more of a page than this; dirt, punch holes and the shadow of an edge may be all that is.
_LEAST_INK = 0.002
_DARK = 128


def _has_ink(straight: Straight) -> bool:
    return float((straight.pixels < _DARK).mean()) > _LEAST_INK


def _is_readable(confidences: Sequence[float]) -> bool:
    return statistics.fmean(confidences) >= _UNREADABLE


@dataclass(slots=True)
class _Orientation:
    """A page seen one way up, some of its lines read."""

    straight: Straight
    layout: PageLayout
    readings: dict[int, Reading]
    score: float

    def read_rest(self, engine: Engine) -> list[Reading]:
        """Read the lines that the sample left out; return all."""
        rest = [at for at in range(len(self.layout.cuts)) if at not in self.readings]
        self.readings.update(zip(rest, engine.read([self.layout.cuts[at] for at in rest]), strict=True))
        return [self.readings[at] for at in range(len(self.layout.cuts))]


def _right_way(straight: Straight, engine: Engine) -> _Orientation:
    """Return the page the way up in which it reads best; a page that reads well at once pays for no other."""
    best = _seen(straight, engine)
    if not best.layout.cuts or best.score >= _POOR or best.score < _NO_TEXT:
        return best
    first = best
    for degrees in (180, 90, 270):
        way = _seen(turn(straight, degrees), engine)
        if way.score > _BETTER * first.score and way.score > best.score:
            best = way
        if best.score >= _POOR:
            break
    return best


def _with_colour(way: _Orientation, engine: Engine) -> _Orientation:
    """Return the page with coloured ink left in where that reads better, and with the boxes that it ticks.

    What was taken out may have been print or paper, and no stamp.
    """
    plain = way.straight.plain
    if plain is None:
        return way
    layout = segment(replace(way.straight, pixels=plain))
    if way.score < _GOOD:
        other = _read_sample(replace(way.straight, pixels=plain), layout, engine)
        if other.score > way.score:
            return other
    ticked = [tick for tick in layout.ticks if tick.ticked and not any(_same(tick, own) for own in way.layout.ticks)]
    if not ticked:
        return way
    pixels = way.straight.pixels.copy()
    for tick in ticked:
        x0, top, x1, bottom = (round(side) for side in tick.box)
        pixels[max(top - _RIM, 0) : bottom + _RIM, max(x0 - _RIM, 0) : x1 + _RIM] = 255
    straight = replace(way.straight, pixels=pixels)
    layout = segment(straight)
    return _read_sample(straight, replace(layout, ticks=(*layout.ticks, *ticked)), engine)


def _same(tick: TickBox, other: TickBox) -> bool:
    return abs(tick.box[0] - other.box[0]) < _RIM and abs(tick.box[1] - other.box[1]) < _RIM and other.ticked


def _seen(straight: Straight, engine: Engine) -> _Orientation:
    return _read_sample(straight, segment(straight), engine)


def _read_sample(straight: Straight, layout: PageLayout, engine: Engine) -> _Orientation:
    chosen = _sample(layout.cuts)
    readings = dict(zip(chosen, engine.read([layout.cuts[at] for at in chosen]), strict=True))
    return _Orientation(straight, layout, readings, _score([layout.cuts[at] for at in chosen], list(readings.values())))


def _sample(cuts: Sequence[LineCut]) -> list[int]:
    """Lines spread over the page, the wide ones: a page number says little."""
    wide = sorted(range(len(cuts)), key=lambda at: (cuts[at].box[0] - cuts[at].box[2], at))[: 3 * _SAMPLE]
    spread = sorted(wide, key=lambda at: (cuts[at].y, at))
    return sorted(spread[:: max(len(spread) // _SAMPLE, 1)][:_SAMPLE])


def _score(cuts: Sequence[LineCut], readings: Sequence[Reading]) -> float:
    """Mean confidence of the lines, each by its width; a line of which nothing was read counts as nothing."""
    total = sum(cut.box[2] - cut.box[0] for cut in cuts)
    score = 0.0
    for cut, reading in zip(cuts, readings, strict=True):
        seen = [glyph.confidence for glyph in reading.glyphs if glyph.text.strip()]
        if seen:
            score += statistics.fmean(seen) * (cut.box[2] - cut.box[0])
    return score / total if total else 0.0

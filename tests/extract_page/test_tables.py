"""Cells from ruling lines: spans, tables apart, open sides, rules drawn in pieces, and what is no table."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.page.second import agrees, boxes_of, edges_of
from extract.page.tables import Grid, Rule, grids_of, joined
from raingan.model.records import Box, TableCell

Spans = tuple[int, int, int, int]


def spans(grid: Grid) -> list[Spans]:
    """Row, column and spans of the cells."""
    return [(cell.row, cell.column, cell.row_span, cell.column_span) for cell in grid.cells]


def ruled(xs: list[float], ys: list[float]) -> tuple[list[Rule], list[Rule]]:
    """Every rule of a plain table."""
    return [(x, ys[0], ys[-1]) for x in xs], [(y, xs[0], xs[-1]) for y in ys]


def text_in(grid: Grid) -> list[Box]:
    """A line of text in every cell."""
    boxes = [cell.box for cell in grid.cells]
    return [(left + 2, (top + bottom) / 2 - 5, left + 12, (top + bottom) / 2 + 5) for left, top, _, bottom in boxes]


BELOW = [(50.0, 700.0, 400.0, 712.0)]


def test_merged_cells_have_spans() -> None:
    #  a | b     b over two columns, c over two rows
    #  c | d | e
    #    | f | g
    upright = [(50, 100, 160), (120, 100, 160), (200, 120, 160), (280, 100, 160)]
    level = [(100, 50, 280), (120, 50, 280), (140, 120, 280), (160, 50, 280)]
    (grid,) = grids_of(upright, level, BELOW)
    assert spans(grid) == [
        (1, 1, 1, 1),
        (1, 2, 1, 2),
        (2, 1, 2, 1),
        (2, 2, 1, 1),
        (2, 3, 1, 1),
        (3, 2, 1, 1),
        (3, 3, 1, 1),
    ]
    assert grid.at(240, 110) == TableCell(1, 2, 1, 2, (120, 100, 280, 120))
    assert grid.at(60, 155) == TableCell(2, 1, 2, 1, (50, 120, 120, 160))
    assert grid.at(300, 110) is None and not grid.unsure


def test_tables_with_other_columns_are_apart() -> None:
    first, second = ruled([50, 100, 200], [100, 120, 140]), ruled([50, 80, 150, 200], [145, 160])
    upright, level = [*first[0], *second[0]], [*first[1], *second[1]]
    grids = grids_of(upright, level, BELOW)
    assert [grid.xs for grid in grids] == [(50, 100, 200), (50, 80, 150, 200)]


@pytest.mark.parametrize(("gap", "count"), [(2.9, 1), (3.1, 2)])
def test_rules_that_miss_each_other_by_little_meet(gap: float, count: int) -> None:
    first, second = ruled([50, 100, 150], [100, 120, 140]), ruled([50, 100, 150], [140 + gap, 170])
    assert len(grids_of([*first[0], *second[0]], [*first[1], *second[1]], BELOW)) == count


def test_tables_beside_each_other_are_read_from_the_left() -> None:
    low, high = ruled([50, 100, 150], [110, 130, 150]), ruled([200, 250, 300], [100, 120, 140])
    grids = grids_of([*high[0], *low[0]], [*high[1], *low[1]], BELOW)
    assert [grid.xs[0] for grid in grids] == [50, 200]


def test_a_table_without_its_outer_sides() -> None:
    upright = [(100, 100, 160), (200, 100, 160)]
    level = [(120, 50, 280), (140, 50, 280)]
    closed = grids_of(*ruled([50, 100, 200, 280], [100, 120, 140, 160]), BELOW)
    (grid,) = grids_of(upright, level, text_in(closed[0]))
    assert spans(grid) == spans(closed[0]) and grid.box == closed[0].box


def test_a_rule_that_sticks_out_of_a_closed_table_makes_no_column() -> None:
    upright, level = ruled([50, 100, 150], [100, 120, 140])
    level[1] = (120, 50, 400)
    (grid,) = grids_of(upright, level, [*BELOW, (200, 105, 260, 115)])
    assert grid.xs == (50, 100, 150)


def test_open_rows_without_text_are_none() -> None:
    # A box around separate cells goes on to the end of the paper.
    upright = [(50, 100, 180), (100, 100, 160), (150, 100, 180)]
    level = [(100, 50, 150), (130, 50, 150), (160, 50, 150)]
    (grid,) = grids_of(upright, level, [(55, 110, 70, 120)])
    assert len(grid.ys) == 3
    (grid,) = grids_of(upright, level, [(55, 110, 70, 120), (55, 165, 70, 175)])
    assert len(grid.ys) == 4


def test_the_corner_that_a_cross_table_leaves_out_is_no_cell() -> None:
    upright = [(50, 120, 160), (100, 100, 160), (150, 100, 160)]
    level = [(100, 100, 150), (120, 50, 150), (140, 50, 150), (160, 50, 150)]
    (grid,) = grids_of(upright, level, BELOW)
    assert (1, 1, 1, 1) not in spans(grid) and len(grid.cells) == 5
    assert grid.at(60, 110) is None


def test_double_rules_are_one_side() -> None:
    upright = [(x + apart, 100, 160) for x in (50, 100, 150) for apart in (0, 1.5)]
    level = [(y + apart, 50, 151.5) for y in (100, 130, 158.5) for apart in (0, 1.5)]
    (grid,) = grids_of(upright, level, BELOW)
    assert (len(grid.xs), len(grid.ys), len(grid.cells)) == (3, 3, 4)


@pytest.mark.parametrize(("gap", "pieces"), [(2.9, 1), (3.1, 4)])
def test_dashes_are_one_rule(gap: float, pieces: int) -> None:
    dashes = [(100.0, 50 + at * (9 + gap), 59 + at * (9 + gap)) for at in range(4)]
    assert len(joined(dashes)) == pieces


def test_a_frame_around_tables_is_none() -> None:
    table = ruled([80, 140, 200], [200, 220, 240])
    frame = ruled([40, 550], [40, 800])
    grids = grids_of([*frame[0], *table[0]], [*frame[1], *table[1]], [(60, 100, 300, 110), (85, 205, 120, 215)])
    assert [grid.box for grid in grids] == [(80, 200, 200, 240)]


def test_a_frame_around_all_text_is_none_and_a_box_around_some_is_one() -> None:
    frame = ruled([40, 550], [40, 300])
    inside = [(60.0, 60.0 + 20 * at, 200.0, 70.0 + 20 * at) for at in range(10)]
    assert grids_of(*frame, inside) == []
    (box,) = grids_of(*frame, [*inside, *((60.0, 400.0 + 20 * at, 200.0, 410.0 + 20 * at) for at in range(5))])
    assert len(box.cells) == 1


def test_underlines_and_lone_rules_are_no_table() -> None:
    lines = [(100.0, 50.0, 200.0), (120.0, 50.0, 200.0), (140.0, 50.0, 200.0)]
    assert grids_of([], lines, BELOW) == []
    assert grids_of([(300, 90, 150)], lines, BELOW) == []


def test_a_table_inside_a_cell_is_a_table_of_its_own() -> None:
    outer, inner = ruled([50, 200, 500], [100, 300, 330]), ruled([250, 300, 350], [150, 170, 190])
    grids = grids_of([*outer[0], *inner[0]], [*outer[1], *inner[1]], BELOW)
    assert [len(grid.cells) for grid in grids] == [4, 4]


@pytest.mark.parametrize(("share", "unsure"), [(0.1, False), (0.3, True), (0.7, True), (0.9, False)])
def test_a_rule_that_ends_halfway_leaves_cells_unsure(share: float, unsure: bool) -> None:
    upright, level = ruled([50, 150, 250], [100, 120, 140])
    level[1] = (120, 50, 150 + 100 * share)
    (grid,) = grids_of(upright, level, BELOW)
    assert grid.unsure is unsure
    assert len(grid.cells) == (4 if share > 0.5 else 3)


def test_boxes_that_make_no_rectangle_are_cut_and_unsure() -> None:
    # The upright rule between the two columns lacks in the second row, the level one under the first cell.
    upright = [(50, 100, 140), (100, 100, 120), (150, 100, 140)]
    level = [(100, 50, 150), (120, 100, 150), (140, 50, 150)]
    (grid,) = grids_of(upright, level, BELOW)
    assert grid.unsure and spans(grid) == [(1, 1, 1, 1), (1, 2, 1, 1), (2, 1, 1, 2)]


def test_the_second_opinion_tells_rules_that_matter_from_those_that_do_not() -> None:
    upright, level = ruled([50, 150, 250], [100, 120, 140])
    level[1] = (120, 50, 210)
    (grid,) = grids_of(upright, level, BELOW)
    assert agrees(grid, {(1, 1), (2, 1)}, upright, level)
    assert not agrees(grid, {(1, 2)}, upright, level)


def test_a_page_of_hatching_has_no_tables() -> None:
    upright = [(2.0 * at, 0.0, 800.0) for at in range(1, 290)]
    grids = grids_of(upright, [(y[0], 0.0, 580.0) for y in upright], BELOW)
    assert all(len(grid.xs) < 290 for grid in grids)
    many = [(5.0 * at, 10.0 * at, 10.0 * at + 9) for at in range(1, 900)]
    assert grids_of(many, many, BELOW) == []


@st.composite
def tilings(draw: st.DrawFn) -> tuple[list[Rule], list[Rule], list[Spans]]:
    """A table of cells of any spans: its rules, and the cells by the edges that can be seen."""
    high, wide = draw(st.integers(1, 5)), draw(st.integers(2, 5))
    owner: dict[tuple[int, int], int] = {}
    parts: list[Spans] = []
    for row in range(high):
        for column in range(wide):
            if (row, column) in owner:
                continue
            right = column + 1
            while right < wide and (row, right) not in owner and draw(st.integers(0, 3)) == 0:
                right += 1
            bottom = row + (draw(st.integers(1, high - row)) if draw(st.integers(0, 3)) == 0 else 1)
            for down in range(row, bottom):
                owner.update({(down, over): len(parts) for over in range(column, right)})
            parts.append((row, column, bottom, right))
    upright = [(40.0 * (p[at]), 20.0 * p[0], 20.0 * p[2]) for p in parts for at in (1, 3)]
    level = [(20.0 * (p[at]), 40.0 * p[1], 40.0 * p[3]) for p in parts for at in (0, 2)]
    return upright, level, parts


@settings(max_examples=100, deadline=None)
@given(tilings())
def test_cells_of_any_spans_come_out_and_pdfplumber_sees_the_same(
    drawn: tuple[list[Rule], list[Rule], list[Spans]],
) -> None:
    upright, level, parts = drawn
    boxes = {(40.0 * left, 20.0 * top, 40.0 * right, 20.0 * bottom) for top, left, bottom, right in parts}
    grids = grids_of(upright, level, [(0.0, 900.0, 10.0, 910.0), (1.0, 5.0, 9.0, 15.0)])
    assert {cell.box for grid in grids for cell in grid.cells} == boxes
    assert not any(grid.unsure for grid in grids)
    for grid in grids:
        for cell in grid.cells:
            x0, top, x1, bottom = cell.box
            assert grid.at((x0 + x1) / 2, (top + bottom) / 2) == cell
    # Whole rules leave nothing open: the second opinion has nothing to add, so it is not asked.
    if len(boxes) > 1:
        assert {tuple(box) for table in boxes_of(edges_of(upright, level)) for box in table} == boxes

"""Charts of the summary, as real Excel charts on its cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from export.styles import FONT
from export.summary import Chart

# Reached, not reached, to check, not comparable: told apart also without colour vision, by lightness.
_COLOURS = ("2E75B6", "ED7D31", "FFD966", "BFBFBF")
_WIDTH = 17.5  # centimetres: the seven columns of the summary that are left free for charts
_ROW = 0.48  # centimetres: a row of 15 points, less the gap between two charts


def bar_chart(sheet_title: str, chart: Chart) -> Any:
    """Return the chart; its values are kept in it too, for programs that do not read the cells."""
    from openpyxl.chart import BarChart
    from openpyxl.chart.layout import Layout, ManualLayout

    made: Any = BarChart()
    made.type = "bar" if chart.lying else "col"
    made.grouping, made.overlap, made.gapWidth = "stacked", 100, 60
    made.width, made.height = _WIDTH, chart.rows * _ROW
    made.title = _title(chart.title)
    made.legend.position = "b"
    made.legend.txPr = _font(900)
    made.x_axis.delete = made.y_axis.delete = False
    made.x_axis.txPr = made.y_axis.txPr = _font(900)
    made.y_axis.majorGridlines.spPr = _line("D9D9D9")
    made.y_axis.number_format, made.y_axis.numFmt.sourceLinked = "#,##0", False
    made.x_axis.tickLblSkip = 1  # every name, none left out for lack of room
    if chart.lying:
        # The first name on top, as in the table beside it; the scale stays below.
        made.x_axis.scaling.orientation = "maxMin"
        made.y_axis.crosses = "max"
    first, last = chart.header_row + 1, chart.header_row + len(chart.names)
    sheet = "'" + sheet_title.replace("'", "''") + "'"
    for (letter, title, values), colour in zip(chart.series, _COLOURS, strict=True):
        made.series.append(
            _series(
                names=(f"{sheet}!$A${first}:$A${last}", chart.names),
                title=(f"{sheet}!${letter}${chart.header_row}", title),
                values=(f"{sheet}!${letter}${first}:${letter}${last}", values),
                colour=colour,
                index=len(made.series),
            )
        )
    made.layout = Layout(
        manualLayout=ManualLayout(
            layoutTarget="inner", x=0.3 if chart.lying else 0.08, y=0.16, w=0.66 if chart.lying else 0.88, h=0.6
        )
    )
    return made


def _series(
    names: tuple[str, Sequence[str]], title: tuple[str, str], values: tuple[str, Sequence[int]], colour: str, index: int
) -> Any:
    from openpyxl.chart.data_source import AxDataSource, NumData, NumDataSource, NumRef, NumVal, StrData, StrRef, StrVal
    from openpyxl.chart.series import Series, SeriesLabel

    def texts(place: str, items: Sequence[str]) -> Any:
        points = [StrVal(idx=number, v=item) for number, item in enumerate(items)]
        return StrRef(f=place, strCache=StrData(ptCount=len(points), pt=points))

    numbers = [NumVal(idx=number, v=str(value)) for number, value in enumerate(values[1])]
    series = Series(idx=index, order=index)
    series.tx = SeriesLabel(strRef=texts(title[0], [title[1]]))
    series.cat = AxDataSource(strRef=texts(*names))
    cache = NumData(formatCode="General", ptCount=len(numbers), pt=numbers)
    series.val = NumDataSource(numRef=NumRef(f=values[0], numCache=cache))
    series.graphicalProperties.solidFill = colour
    series.graphicalProperties.line.noFill = True
    series.invertIfNegative = False
    return series


def _title(text: str) -> Any:
    from openpyxl.chart.text import RichText, Text
    from openpyxl.chart.title import Title
    from openpyxl.drawing.text import Paragraph, ParagraphProperties, RegularTextRun

    look = _characters(1100, bold=True)
    run = RegularTextRun(t=text, rPr=look)
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=look), r=[run])
    return Title(tx=Text(rich=RichText(p=[paragraph])), overlay=False)


def _font(size: int) -> Any:
    from openpyxl.chart.text import RichText
    from openpyxl.drawing.text import Paragraph, ParagraphProperties

    return RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=_characters(size)), endParaRPr=_characters(size))])


def _characters(size: int, bold: bool = False) -> Any:
    from openpyxl.drawing.text import CharacterProperties, Font

    # Thai is "complex script": without `cs` Excel would take another font for it.
    return CharacterProperties(sz=size, b=bold, latin=Font(typeface=FONT), cs=Font(typeface=FONT))


def _line(colour: str) -> Any:
    from openpyxl.chart.shapes import GraphicalProperties

    properties = GraphicalProperties()
    properties.line.solidFill = colour
    return properties

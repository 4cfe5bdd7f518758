"""What a drawing in a Word paragraph holds: text boxes, pictures, diagrams, charts, files of other programs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from extract.reading.docx.xml_parts import MC, R, W

_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_VML = "{urn:schemas-microsoft-com:vml}"
_OLE = "{urn:schemas-microsoft-com:office:office}OLEObject"
_CHARTS = ("/chart}chart", "/chartex}chart")
_EMU = 12_700  # in a point
_LENGTH = re.compile(r"(?:^|;)\s*(width|height)\s*:\s*(\d{1,6}(?:\.\d{1,6})?)(pt|in|cm|mm|px)?", re.IGNORECASE)
_POINTS = {"pt": 1.0, "in": 72.0, "cm": 28.35, "mm": 2.835, "px": 0.75}

_SMALL = 70.0  # points of the shorter side: emblems, signatures, icons; what holds words to read is larger
_LEAST_AREA = 200.0 * 100.0


@dataclass(slots=True)
class Drawing:
    """What was found in one drawing."""

    boxes: list[Element] = field(default_factory=list)  # contents of text boxes
    hung: list[tuple[str, str]] = field(default_factory=list)  # ("picture", "diagram": id of the part; else a reason)
    is_in_line: bool = False  # set as a letter of its line, not beside the text
    size: tuple[float, float] | None = None  # points

    @property
    def is_small(self) -> bool:
        """Whether it is too small to hold words that matter."""
        if self.size is None:
            return False
        return min(self.size) < _SMALL or self.size[0] * self.size[1] < _LEAST_AREA


def read_drawing(element: Element) -> Drawing:
    """Look through a drawing, from its outermost parts on; what stands in a text box is not looked into."""
    found = Drawing()
    is_embedded = next(element.iter(_OLE), None) is not None
    waiting = [element]
    while waiting:
        one = waiting.pop()
        if one.tag == f"{W}txbxContent":
            found.boxes.append(one)
        elif one.tag == f"{MC}AlternateContent":
            chosen = one.find(f"{MC}Choice")
            chosen = one.find(f"{MC}Fallback") if chosen is None else chosen
            waiting.extend([] if chosen is None else [chosen])
        else:
            _look_at(one, found, is_embedded)
            waiting.extend(reversed(one))
    return found


def _look_at(element: Element, found: Drawing, is_embedded: bool) -> None:
    tag = element.tag
    if tag == f"{_WP}inline":
        found.is_in_line = True
    elif tag == f"{_WP}extent":
        width, height = (_number(element.get(name)) for name in ("cx", "cy"))
        found.size = (width / _EMU, height / _EMU)
    elif tag.startswith(_VML) and "style" in element.attrib:
        _take_style(element.get("style", ""), found)
    if tag == f"{_A}blip":
        found.hung.append(("picture", element.get(f"{R}embed", "")))
    elif tag == f"{_VML}imagedata" and not is_embedded:
        found.hung.append(("picture", element.get(f"{R}id", "")))
    elif tag == f"{_DIAGRAM}relIds":
        found.hung.append(("diagram", element.get(f"{R}dm", "")))
    elif tag == _OLE:
        found.hung.append(("an-embedded-file", ""))
    elif tag.endswith(_CHARTS):
        found.hung.append(("a-chart", ""))


def _take_style(style: str, found: Drawing) -> None:
    found.is_in_line = "absolute" not in style
    sides = {
        name.lower(): float(value) * _POINTS[(unit or "pt").lower()] for name, value, unit in _LENGTH.findall(style)
    }
    if len(sides) == 2:
        found.size = (sides["width"], sides["height"])


def _number(text: str | None) -> float:
    return float(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 12 else 0.0


def diagram_texts(data: Element) -> list[str]:
    """Return the texts of a diagram in the order in which they are stored, which is that of its outline."""
    texts = []
    for point in data.iter(f"{_DIAGRAM}pt"):
        if point.get("type", "node") not in ("node", "asst"):
            continue
        for paragraph in point.iter(f"{_A}p"):
            text = "".join(run.text or "" for run in paragraph.iter(f"{_A}t"))
            if text.strip():
                texts.append(text)
    return texts

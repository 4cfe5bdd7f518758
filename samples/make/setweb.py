"""Sets a report as web pages: form B as a browser saves it, and form A as the page that Chromium prints."""

from __future__ import annotations

from html import escape
from typing import Any

from form import LABELS, QUARTERS, Block

_SAVED = """<!DOCTYPE html>
<!-- saved from url=(0052)http://indicators.example/mykpi.php?id={code} -->
<html lang="th"><head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8">
<title>{page}</title>
<link rel="stylesheet" href="./{code}_files/style.css">
<script src="./{code}_files/menu.js"></script>
<script>var selected = 5; if (selected < 10) {{ document.title += ""; }}</script>
</head>
<body>
<table width="100%" class="frame"><tr><td>
<h3>{page}</h3>
<a href="http://indicators.example/home.php">Back Home</a><br>
{body}
</td></tr></table>
</body></html>
"""

_PRINTED = """<!DOCTYPE html>
<html lang="th"><head><meta charset="utf-8"><title>print</title><style>
@font-face {{ font-family: "Set"; src: url("{regular}"); }}
@font-face {{ font-family: "Set"; font-weight: bold; src: url("{bold}"); }}
@page {{ size: A4; margin: 22mm 16mm 20mm 18mm;
  @top-left {{ content: "{header}"; font: 9pt "Set"; }}
  @bottom-right {{ content: "{footer} " counter(page) "/" counter(pages); font: 9pt "Set"; }} }}
body {{ font: {size}pt/1.5 "Set"; margin: 0; }}
h1 {{ font-size: 1.15em; text-align: center; margin: 0; }}
p {{ margin: 0 0 3pt; }}
table {{ width: 100%; border-collapse: collapse; }}
td {{ border: 0.6pt solid #555; padding: 2pt 5pt; vertical-align: top; }}
td.heading {{ width: 27%; }}
.report + .report {{ break-before: page; }}
</style></head><body>{body}</body></html>
"""


def saved_page(report: dict[str, Any]) -> str:
    """Return form B as the file that "save page as" leaves."""
    words = LABELS["web"]
    unit = report["target"]["unit"]
    lines = [
        f"<b>{escape(report['number'])} {escape(report['name'])} : {report['code']}</b>",
        words["target"].format(unit=unit, value=report["target"]["text"]),
        words["actual"].format(unit=unit, value=report["actual"]["text"]),
        words["type"].format(type=report["type"]),
        words[report["level"]],
        "0",
        words["detail"],
    ]
    lines += [
        words["audit"].format(quarter=quarter, score=row[1]) for quarter, row in enumerate(report["results"], start=1)
    ]
    body = "".join(f"{line}<br>\n" for line in lines)
    body += f"<p>{words['table']}</p>\n<table border=1>\n{_row([c.format(unit=unit) for c in words['columns']])}"
    for quarter, (value, assessment, scores) in enumerate(report["results"], start=1):
        body += _row([str(quarter), value, f"{assessment}<br>{scores}" if assessment else scores])
    body += "</table>\n"
    for quarter, key in enumerate(QUARTERS, start=1):
        body += _part(words["quarter"].format(quarter=quarter), report[key])
    body += _part(words["year_summary"], report["year_summary"]) + _part(words["definition"], report["definition"])
    return _SAVED.format(page=words["page"], code=report["code"].replace("-", ""), body=body)


def printed_page(reports: list[list[Block]], *, grid: bool, **style: str | float) -> str:
    """Return form A as the page to print; `grid` puts headings and values side by side in a ruled table."""
    body = "".join(f'<div class="report">{_grid(r) if grid else _flow(r)}</div>' for r in reports)
    return _PRINTED.format(body=body, **style)


def _row(cells: list[str]) -> str:
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>\n"


def _part(heading: str, paragraphs: list[str]) -> str:
    lines = "<br>\n".join(escape(text) for text in paragraphs)
    return f"<p><u>{heading}</u><br>\n{lines}</p>\n"


def _flow(blocks: list[Block]) -> str:
    html = ""
    for block in blocks:
        heading = f"<b>{escape(block.heading)}</b>"
        first, *rest = (escape(text) for text in block.paragraphs or ("",))
        if block.kind == "title":
            html += f"<h1>{first}</h1>"
        elif block.kind == "prose":
            html += f"<p>{heading}</p><p>:: {first}</p>" + "".join(f"<p>{text}</p>" for text in rest)
        elif block.kind == "options":
            html += f"<p>{heading} {' &nbsp; '.join([first, *rest])}</p>"
        else:
            html += f"<p>{heading if block.heading else ''} {first}</p>" + "".join(f"<p>{text}</p>" for text in rest)
    return html


def _grid(blocks: list[Block]) -> str:
    html, rows = "", ""
    for block in blocks:
        if block.heading:
            lead = ":: " if block.kind == "prose" else ""
            joint = " &nbsp; " if block.kind == "options" else "<br>"
            value = lead + joint.join(escape(text) for text in block.paragraphs)
            rows += f'<tr><td class="heading">{escape(block.heading)}</td><td>{value}</td></tr>'
            continue
        if rows:
            html, rows = f"{html}<table>{rows}</table>", ""
        tag = "h1" if block.kind == "title" else "p"
        html += f"<{tag}>{escape(block.paragraphs[0])}</{tag}>"
    return f"{html}<table>{rows}</table>" if rows else html

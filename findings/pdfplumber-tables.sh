#!/bin/sh
# pdfplumber's find_tables() sees no table with dotted borders as Chromium prints them, none without outer borders,
# and takes tables that share one corner for one.
#
# Package:   pdfplumber 0.11.10 (pdfminer.six 20260107), from PyPI
# Input:     PDFs made here, each of 3 x 3 cells: plain rules; rules of dots, 0.75 points each, filled, 1.5 apart (so
#            Chromium draws `border: 1px dotted`); two inner rules each way and no outer ones; two tables of 2 x 2 cells
#            that touch at a corner
# Guess:     9 cells in the first three, for words and eyes see the same table; two tables in the last
# Behaviour: dots are shorter than edge_min_length_prefilter (1) and dropped before they are joined; with 0.1 there is no
#            table either, for snapping draws the sides of all dots of a rule, each near the next, to one place; without outer rules the one cell in the middle is closed, and a table of one cell is
#            dropped: none; tables are what shares a corner: one table of 8 cells. `import pdfplumber.table` runs
#            pdfplumber/__init__ and imports pdfminer and cryptography, though the module needs neither.
# Output:    plain: [9] / dotted: [] / dotted, prefilter 0.1: [] / open: [] / corner: [8] / loaded: cryptography pdfminer
# Exit:      0 while it does so, 1 when it changes
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q pdfplumber==0.11.10 pdfminer.six==20260107
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata
import io
import sys

import pdfplumber.table  # noqa: F401  (what it loads is looked at below)

LOADED = " ".join(sorted({"pdfminer", "cryptography"} & set(sys.modules)))

import pdfplumber  # noqa: E402


def pdf(content):
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content.encode()),
    ]
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(data)
    data += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return io.BytesIO(data + b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start)


def rules(xs, ys, ends=None):
    left, right, low, high = ends or (xs[0], xs[-1], ys[0], ys[-1])
    return [(x, low, x, high) for x in xs] + [(left, y, right, y) for y in ys]


def lines(found):
    return " ".join(f"0.5 w {a} {b} m {c} {d} l S" for a, b, c, d in found)


def dots(found):
    drawn = []
    for a, b, c, d in found:
        steps = int(max(c - a, d - b) / 1.5)
        drawn += [f"{a + (c - a) * at / steps:.2f} {b + (d - b) * at / steps:.2f} 0.75 0.75 re f" for at in range(steps + 1)]
    return " ".join(drawn)


XS, YS = (100, 160, 220, 280), (500, 530, 560, 590)
corner = rules((100, 150, 200), (500, 530, 560)) + rules((200, 250, 300), (560, 590, 620))
CASES = [
    ("plain", lines(rules(XS, YS)), {}, [9]),
    ("dotted", dots(rules(XS, YS)), {}, []),
    ("dotted, prefilter 0.1", dots(rules(XS, YS)), {"edge_min_length_prefilter": 0.1}, []),
    ("open", lines(rules(XS[1:3], YS[1:3], (100, 280, 500, 590))), {}, []),
    ("corner", lines(corner), {}, [8]),
]
print("pdfplumber", importlib.metadata.version("pdfplumber"), "pdfminer.six", importlib.metadata.version("pdfminer.six"))
same = LOADED == "cryptography pdfminer"
for name, content, settings, wanted in CASES:
    with pdfplumber.open(pdf(content)) as document:
        found = [len(table.cells) for table in document.pages[0].find_tables(settings)]
    print(f"{name}: {found}")
    same = same and found == wanted
print("loaded:", LOADED)
sys.exit(0 if same else 1)
PYTHON

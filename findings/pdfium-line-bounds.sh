#!/bin/sh
# PDFium's bounds of a stroked line are twice as wide as the line.
#
# Package:   pypdfium2 5.15.2, from PyPI
# Input:     a PDF made here: a level line of 2.5 points and 100 points long, and one of 1.5
# Guess:     FPDFPageObj_GetBounds gives the painted area: 2.5 and 1.5 points high
# Behaviour: it grows the line by its whole width on every side: 5.0 and 3.0 high, the first 105 long, though butt caps
#            end with the line. Who tells rules from bars by the height of bounds loses rules of half that height.
# Output:    bounds 105.0 x 5.0 of a line 2.5 wide / bounds 103.0 x 3.0 of a line 1.5 wide
# Exit:      0 while it does so, 1 when it changes
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q pypdfium2==5.15.2
"$folder/venv/bin/python" - <<'PYTHON'
import ctypes
import sys

import pypdfium2
import pypdfium2.raw as pdfium

CONTENT = b"2.5 w 100 500 m 200 500 l S 1.5 w 100 400 m 200 400 l S"
objects = [
    b"<< /Type /Catalog /Pages 2 0 R >>",
    b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << >> >>",
    b"<< /Length %d >>\nstream\n%s\nendstream" % (len(CONTENT), CONTENT),
]
data, places = b"%PDF-1.4\n", []
for number, content in enumerate(objects, 1):
    places.append(len(data))
    data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
start = len(data)
data += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
data += b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start

page = pypdfium2.PdfDocument(data)[0]
print("pypdfium2", pypdfium2.version.PYPDFIUM_INFO, "PDFium", pypdfium2.version.PDFIUM_INFO)
found = []
for index in range(pdfium.FPDFPage_CountObjects(page)):
    item = pdfium.FPDFPage_GetObject(page, index)
    left, bottom, right, top, width = (ctypes.c_float() for _ in range(5))
    pdfium.FPDFPageObj_GetBounds(item, left, bottom, right, top)
    pdfium.FPDFPageObj_GetStrokeWidth(item, width)
    found.append((right.value - left.value, top.value - bottom.value, width.value))
    print(f"bounds {found[-1][0]:.1f} x {found[-1][1]:.1f} of a line {found[-1][2]:.1f} wide")
wanted = [(105.0, 5.0, 2.5), (103.0, 3.0, 1.5)]
same = all(abs(a - b) < 0.05 for one, other in zip(found, wanted, strict=True) for a, b in zip(one, other, strict=True))
sys.exit(0 if same else 1)
PYTHON

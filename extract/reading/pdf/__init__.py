"""PDF files: text layers repaired by geometry, in reading order, with a gate before what cannot be repaired.

layer.py asks PDFium, ticks.py finds drawn boxes, repair.py puts marks on their bases, lines.py makes lines and table
cells, gate.py judges a page, margins.py sets headers and footers apart.
"""

from extract.reading.pdf.read import read_pdf

__all__ = ["read_pdf"]

"""A page for auditors: one report with its pages, the places of all its fields and the full trail, in one HTML file.

    find (write) -> gather: values that count, trail -> source: pictures, places -> page: sheets, lines, tables -> file

It is read without a network and without a program of ours, printed and put into the file: everything is in it, nothing
runs in it, and what a report says is always text.
"""

from raingan.review.dossier.write import write_dossier

__all__ = ["write_dossier"]

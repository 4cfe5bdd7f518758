"""Bytes to a Document: a room for each kind of file; `document.py` chooses among them."""

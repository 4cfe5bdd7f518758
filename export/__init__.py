"""Records to files that people and programs open: workbook, JSON Lines, CSV tables, pandas tables.

Nothing is imported here: `export.workbook`, `export.jsonl`, `export.csvtables` and `export.frames` each
import only what they need.
"""

"""Sheets: .xlsx, .xlsm, .xls and .ods, cell by cell."""

"""Inputs behind an address, `s3://bucket/folder`; nothing here is imported before an address is given."""

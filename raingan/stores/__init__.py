"""Outputs behind an address; nothing here is imported before an address is given."""
